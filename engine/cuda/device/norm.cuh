// RMSNorm, wherever it is computed: rows must have the same bits in all of these places.
#pragma once

#include "cuda/device/common.cuh"
#include "cuda/rows_norm.h"

namespace engine::cuda {

/// sum + v . v, element after element.
__device__ inline float add_squares(float sum, float4 v) {
  return __fmaf_rn(v.w, v.w, __fmaf_rn(v.z, v.z, __fmaf_rn(v.y, v.y, __fmaf_rn(v.x, v.x, sum))));
}

/// 1 / sqrt(mean + eps) from the sum of n squares, to 4 units in the last place: what rounds exactly is many times as much code.
__device__ inline float inverse_rms(float squares, int n, float eps) {
  return rsqrtf(__fdividef(squares, static_cast<float>(n)) + eps);
}

__device__ inline float4 normed(float4 v, float factor, float4 weight) {
  return make_float4(v.x * factor * weight.x, v.y * factor * weight.y, v.z * factor * weight.z, v.w * factor * weight.w);
}

/// What a part of a sum is multiplied by for a token.
__device__ inline float part_scale(const AddNormOp::Part& part, int token) {
  return part.gate ? part.scale * (1.0f / (1.0f + expf(-part.gate[token]))) : part.scale;
}

/// What the values of a row are multiplied by while it is read: v * factor * weight. `weight` is aligned to 16 bytes and its length a
/// multiple of 4; null: nothing.
struct RowNorm {
  const float* weight = nullptr;
  float factor = 1;

  /// Of values at .. at + 3.
  __device__ float4 of(float4 v, int at, int n) const {
    if (!weight || at >= n) return v;
    return normed(v, factor, *reinterpret_cast<const float4*>(weight + at));
  }
};

/// The norms of kTokens rows of n values by the sums of add_norm (norm.cu), whose threads those of this block take the place of;
/// row(t) is a row. The whole block calls it. `partials`: [kTokens][32] in shared memory.
template <int kTokens, class Row>
__device__ inline void find_norms(const RowsNorm& norm, int n, const Row& row, float* partials, RowNorm (&norms)[kTokens]) {
  const int quads = n / 4, sums = norm.threads / static_cast<int>(kWarp), lane = static_cast<int>(threadIdx.x % kWarp);
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    const auto* const x = reinterpret_cast<const float4*>(row(t));
#pragma unroll 1
    for (int w = static_cast<int>(threadIdx.x / kWarp); w < sums; w += static_cast<int>(blockDim.x / kWarp)) {
      float squares = 0;
#pragma unroll
      for (int q = 0; q < 2; ++q) {
        const int i = w * static_cast<int>(kWarp) + lane + q * norm.threads;
        const float4 v = i < quads ? x[i] : make_float4(0, 0, 0, 0);
        squares = add_squares(squares, v);
      }
      squares = warp_sum(squares);
      if (lane == 0) partials[t * static_cast<int>(kWarp) + w] = squares;
    }
  }
  __syncthreads();
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    const float squares = warp_sum(lane < sums ? partials[t * static_cast<int>(kWarp) + lane] : 0.0f);
    norms[t] = {norm.weight, inverse_rms(squares, n, norm.eps)};
  }
}

/// Writes `count` normed rows, those from `first` on, where anybody wants them: a part by each block of the grid's x.
template <int kTokens, class Row>
__device__ inline void write_normed(const RowsNorm& norm, int n, int first, int count, const Row& row, const RowNorm (&norms)[kTokens]) {
  if (!norm.y) return;
  const int begin = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x), all = static_cast<int>(gridDim.x * blockDim.x);
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    if (t >= count) return;
    const float* const x = row(t);
    float* const y = norm.y + (first + t) * static_cast<int64_t>(n);
#pragma unroll 1
    for (int at = 4 * begin; at < n; at += 4 * all)
      *reinterpret_cast<float4*>(y + at) = norms[t].of(*reinterpret_cast<const float4*>(x + at), at, n);
  }
}

}  // namespace engine::cuda
