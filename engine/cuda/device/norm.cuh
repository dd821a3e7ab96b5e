// RMSNorm, wherever it is computed: rows must have the same bits in all of these places.
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

/// sum + v . v, element after element.
__device__ inline float add_squares(float sum, float4 v) {
  return __fmaf_rn(v.w, v.w, __fmaf_rn(v.z, v.z, __fmaf_rn(v.y, v.y, __fmaf_rn(v.x, v.x, sum))));
}

/// 1 / sqrt(mean + eps) from the sum of n squares.
__device__ inline float inverse_rms(float squares, int n, float eps) {
  return 1.0f / sqrtf(squares / static_cast<float>(n) + eps);
}

__device__ inline float4 normed(float4 v, float factor, float4 weight) {
  return make_float4(v.x * factor * weight.x, v.y * factor * weight.y, v.z * factor * weight.z, v.w * factor * weight.w);
}

}  // namespace engine::cuda
