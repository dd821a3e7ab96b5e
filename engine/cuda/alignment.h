// What kernels may read 16 bytes at a time.
#pragma once

#include <cstdint>

#include "ops/tensor.h"

namespace engine::cuda {

inline bool multiple_of_16(const void* p) {
  return reinterpret_cast<uintptr_t>(p) % 16 == 0;
}

inline bool aligned_rows(const Weight& w) {
  return multiple_of_16(w.data) && w.row_stride % 16 == 0 && w.expert_stride % 16 == 0;
}

/// Whether blocks of the weight lie as those that read them (device/blocks.cuh) want: some types are read 16 bytes at a time only.
inline bool aligned_blocks(const Weight& w) {
  return (w.type != DType::q4_k && w.type != DType::q5_k) || aligned_rows(w);
}

}  // namespace engine::cuda
