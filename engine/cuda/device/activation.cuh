// Activation of a gated pair (ops.h, ActKind).
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

__device__ inline float activate(ActKind act, float gate, float up) {
  if (act == ActKind::silu) return gate / (1.0f + expf(-gate)) * up;
  const float g = fminf(gate, 7.0f), u = fminf(fmaxf(up, -7.0f), 7.0f);
  return g / (1.0f + expf(-1.702f * g)) * (u + 1.0f);
}

}  // namespace engine::cuda
