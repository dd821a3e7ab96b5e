// What other kernels do of the add_norm between them.
#pragma once

#include "ops/ops.h"

namespace engine::cuda {

/// Steps of up to this many tokens leave norms to the kernels that read the rows.
inline constexpr int kNormTokens = 2;

/// The norm of rows, with the bits of add_norm.
struct RowsNorm {
  const float* weight;  // null: there is none
  float* y;             // the normed rows, for others; null: somebody else writes them
  float eps;
  int threads;  // of a block of add_norm (norm_threads)
};

/// The norm half of an add_norm as kernels get it. `writes`: whether the kernel writes norm.y for others.
RowsNorm rows_norm(const AddNormOp& norm, bool writes);

/// Which part of the sum `y` is; -1: none.
int part_of(const AddNormOp& norm, const float* y);

}  // namespace engine::cuda
