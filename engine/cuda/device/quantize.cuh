// Activations for quantised weights: blocks of 32 rounded to int8.
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

/// What a lane knows of 32 values after quantize_four(): codes of its own four, and the rest of all 32.
struct Quantized {
  int codes;
  float scale;  // value = scale * code
  int sums;     // of the codes of the first 16 values in the low half, of the others in the high half
};

/// The code of v * inverse, |v * inverse| <= 127, in the low byte: a float this large has steps of one.
__device__ inline uint32_t round_code(float v, float inverse) {
  return __float_as_uint(__fadd_rn(__fmul_rn(v, inverse), 12582912.0f)) & 255u;
}

/// Eight lanes from a multiple of 8 hold four values each of 32 consecutive ones. Every lane of the warp calls it.
__device__ inline Quantized quantize_four(float4 v) {
  float largest = fmaxf(fmaxf(fabsf(v.x), fabsf(v.y)), fmaxf(fabsf(v.z), fabsf(v.w)));
#pragma unroll
  for (int flip = 4; flip > 0; flip /= 2) largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, flip));
  const bool zero = largest < 1e-35f;  // whose inverse could be infinite
  const float inverse = zero ? 0.0f : 127.0f / largest;
  Quantized q;
  q.scale = zero ? 0.0f : largest / 127.0f;
  q.codes = static_cast<int>(round_code(v.x, inverse) | round_code(v.y, inverse) << 8 | round_code(v.z, inverse) << 16 |
                             round_code(v.w, inverse) << 24);
  int sum = __dp4a(q.codes, 0x01010101, 0);
  sum += __shfl_xor_sync(kAllLanes, sum, 1);
  sum += __shfl_xor_sync(kAllLanes, sum, 2);
  const int other = __shfl_xor_sync(kAllLanes, sum, 4);
  const bool first = (threadIdx.x & 4) == 0;
  q.sums = static_cast<int>((static_cast<uint32_t>(first ? sum : other) & 0xffffu) | static_cast<uint32_t>(first ? other : sum) << 16);
  return q;
}

/// The sums that `sums` of Quantized packs.
__device__ inline int first_sum(int sums) {
  return static_cast<int16_t>(sums);
}
__device__ inline int second_sum(int sums) {
  return sums >> 16;
}

}  // namespace engine::cuda
