// What every kernel uses: sizes of the step, adapters, sums over warps and blocks.
//
// Kernels are compiled twice: by nvcc for GPUs, and by the host compiler for tests, which run every thread of a block as a fiber
// (tests/cuda/emulator). So they use only what is declared here, in mma.cuh and in the emulator's cuda_runtime.h, and no syntax
// that a C++ compiler does not know: no <<<>>>, dynamic shared memory through HEARTH_DYNAMIC_SHARED, halves through the functions below.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "cuda/step_view.h"
#include "ops/ops.h"

// Where there is no GPU the emulator's header defines HEARTH_CUDA_EMULATED, HEARTH_DYNAMIC_SHARED and the conversions.
#ifndef HEARTH_CUDA_EMULATED
#include <cuda_fp16.h>
/// `name` is the dynamic shared memory of the block, aligned to 16 bytes.
#define HEARTH_DYNAMIC_SHARED(T, name)                                 \
  extern __shared__ __align__(16) unsigned char hearth_shared_bytes[]; \
  T* const name = reinterpret_cast<T*>(hearth_shared_bytes)
#endif

// Of a function that many places call, or one that is long and seldom called: its code is there once. Kernels run through most of their
// code once, so that to bring it to a multiprocessor may take longer than to run it (docs/performance.md).
#ifdef HEARTH_CUDA_EMULATED
#define HEARTH_OUT_OF_LINE __attribute__((noinline))
#else
#define HEARTH_OUT_OF_LINE __noinline__
#endif

namespace engine::cuda {

inline constexpr unsigned kWarp = 32, kAllLanes = 0xffffffffu;

/// Every thread of every kernel calls it: a launch may begin before the one in front of it has ended, and this waits for it, and for all
/// that were before it. Then the launch behind may begin, which waits in its turn. Only what no launch writes is read before: weights, and
/// the step.
__device__ inline void begin_kernel() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#elif defined(HEARTH_CUDA_EMULATED)
  hearth_emulator::begin_kernel();
#endif
}

/// v, of which the compiler knows nothing: it would keep what it computes from it in registers over the whole of a loop.
__device__ inline int hide(int v) {
#ifndef HEARTH_CUDA_EMULATED
  asm volatile("" : "+r"(v));
#endif
  return v;
}

/// Rows an op works on in this step.
__device__ inline int row_count(Rows rows, const StepView* step) {
  return rows == Rows::tokens ? step->n_tokens : step->n_outputs;
}

/// Token behind row r.
__device__ inline int token_row(Rows rows, int r, const StepView* step) {
  return rows == Rows::tokens ? r : step->output_rows[r];
}

/// Addend of ops.h: whether a token with this slot reads its row.
__device__ inline bool addend_active(const Addend& addend, int slot) {
  return addend.data && slot >= 0 && (!addend.entries || addend.entries[slot].n_parts > 0);
}

#ifndef HEARTH_CUDA_EMULATED
__device__ inline float half_to_float(uint16_t bits) {
  return __half2float(__ushort_as_half(bits));
}
__device__ inline uint16_t float_to_half(float v) {
  return __half_as_ushort(__float2half_rn(v));
}
#endif

/// Two halves in one register, `low` first.
__device__ inline uint32_t pack_halves(float low, float high) {
  return static_cast<uint32_t>(float_to_half(low)) | static_cast<uint32_t>(float_to_half(high)) << 16;
}

__device__ inline float bf16_to_float(uint16_t bits) {
  return __uint_as_float(static_cast<uint32_t>(bits) << 16);
}

/// Sum over the lanes of a warp, the same bits in every lane.
__device__ inline float warp_sum(float v) {
  for (int offset = 16; offset > 0; offset /= 2) v += __shfl_xor_sync(kAllLanes, v, offset);
  return v;
}
__device__ inline float warp_max(float v) {
  for (int offset = 16; offset > 0; offset /= 2) v = fmaxf(v, __shfl_xor_sync(kAllLanes, v, offset));
  return v;
}

/// Sum over the block, for all of its threads; blockDim.x is a multiple of 32, at most 1024. `partial`: 32 floats of shared memory that
/// nothing else uses. Every thread calls it.
__device__ inline float block_sum(float v, float* partial) {
  v = warp_sum(v);
  const unsigned warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp, warps = blockDim.x / kWarp;
  __syncthreads();
  if (lane == 0) partial[warp] = v;
  __syncthreads();
  return warp_sum(lane < warps ? partial[lane] : 0.0f);
}

}  // namespace engine::cuda
