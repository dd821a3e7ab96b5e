// What qkv_store does to heads of q, k and v, wherever that is done: they must have the same bits in all of these places.
#pragma once

#include "cuda/device/common.cuh"
#include "cuda/device/norm.cuh"

namespace engine::cuda {

/// Threads of a block of qkv_store that does single heads, in whose order squares are summed.
inline constexpr int kHeadThreads = 64;

/// 1 / rms of a head of n values by a warp, in the order of a block of kHeadThreads. A lane has every 32nd value, zeros behind the last.
template <int N>
__device__ inline float head_scale(const float (&x)[N], int n, float eps) {
  static_assert(kHeadThreads == 2 * kWarp);
  float squares[2] = {0, 0};
#pragma unroll
  for (int i = 0; i < N; ++i) squares[i % 2] = __fmaf_rn(x[i], x[i], squares[i % 2]);
  return inverse_rms(warp_sum(squares[0]) + warp_sum(squares[1]), n, eps);
}

__device__ inline float clamped(float x, float limit) {
  return limit > 0.0f ? fminf(fmaxf(x, -limit), limit) : x;
}

/// x normed and clamped. Where there is no norm `scale` and `weight` are 1, which changes no bit.
__device__ inline float prepared(float x, float scale, float weight, float limit) {
  return clamped(x * scale * weight, limit);
}

}  // namespace engine::cuda
