// Tensor cores and asynchronous copies, behind functions that the emulator of the tests has, too. Every lane of a warp calls them.
#pragma once

#include "cuda/device/common.cuh"

#ifndef HEARTH_CUDA_EMULATED
namespace engine::cuda {

/// c (16 x 8, s32) += a (16 x 32, s8, row-major) b (32 x 8, s8, column-major): fragments of mma.m16n8k32 in the PTX manual.
/// a: rows lane / 4 and + 8, four bytes from 4 (lane % 4), then the same 16 bytes further: {row, row + 8, row at k + 16, row + 8 at k +
/// 16}. b: column lane / 4, four bytes from 4 (lane % 4), then from 16 further. c: rows lane / 4 and + 8, columns 2 (lane % 4) and + 1.
__device__ inline void mma_s8(int (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  // Turing multiplies 8 x 8 x 16.
  for (int k = 0; k < 2; ++k)
    for (int h = 0; h < 2; ++h)
      asm volatile("mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 {%0,%1}, {%2}, {%3}, {%0,%1};"
                   : "+r"(c[2 * h]), "+r"(c[2 * h + 1])
                   : "r"(a[2 * k + h]), "r"(b[k]));
#endif
}

/// c (16 x 8, f32) += a (16 x 16, f16, row-major) b (16 x 8, f16, column-major): fragments of mma.m16n8k16 in the PTX manual.
/// a: pairs of columns 2 (lane % 4) of rows lane / 4 and + 8, then the same 8 columns further. b: column lane / 4, rows 2 (lane % 4) and +
/// 1, then 8 further. c as mma_s8.
__device__ inline void mma_f16(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  for (int k = 0; k < 2; ++k)
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[2 * k]), "r"(a[2 * k + 1]), "r"(b[k]));
#endif
}

/// Copies 16 bytes to shared memory in the background; both addresses are multiples of 16.
__device__ inline void copy_async(void* shared, const void* global) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))), "l"(global));
#else
  *static_cast<uint4*>(shared) = *static_cast<const uint4*>(global);
#endif
}
/// The same, or zeros where nothing is there, which is not read.
__device__ inline void copy_async_or_zero(void* shared, const void* global, bool there) {
#if __CUDA_ARCH__ >= 800
  const auto to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(there ? 16 : 0));
#else
  *static_cast<uint4*>(shared) = there ? *static_cast<const uint4*>(global) : make_uint4(0, 0, 0, 0);
#endif
}
/// Ends a group of copies of this thread.
__device__ inline void commit_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;");
#endif
}
/// Waits until at most N groups of this thread are under way; other threads see the data after a barrier.
template <int N>
__device__ inline void wait_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(N));
#endif
}

}  // namespace engine::cuda
#endif
