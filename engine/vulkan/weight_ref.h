// A placed weight as shaders see it; the twin of shaders/include/weight.glsl.
#pragma once

#include "vulkan/recorder.h"

namespace engine::vulkan {

struct WeightRef {
  uint64_t data = 0, expert_stride = 0;
  uint64_t parts = 0;  // device address of uint64 [] part addresses, when rows_per_part is not 0
  uint32_t row_stride = 0;
  uint32_t rows_per_part = 0;
  uint32_t rows = 0;  // of one expert
  uint32_t unused = 0;
};
static_assert(sizeof(WeightRef) == 40);

inline WeightRef weight_ref(const Weight& w) {
  return {address(w.data),
          w.expert_stride,
          address(w.packed),
          static_cast<uint32_t>(w.row_stride),
          w.rows_per_part,
          static_cast<uint32_t>(w.out),
          0};
}

}  // namespace engine::vulkan
