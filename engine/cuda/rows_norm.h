// What products do of the add_norm between them, and what it does for the product behind it.
#pragma once

#include <cstddef>

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

/// Where add_norm leaves the rows of y rounded for a product, too: as quantize_rows (linear.cu) or pack_int8 (matrix.cu) would.
struct RoundedRows {
  enum class Form { none, vector, matrix } form = Form::none;
  std::byte* codes = nullptr;    // vector: tiles of one row; matrix: as TileParams says
  std::byte* records = nullptr;  // matrix
  int packed_rows = 0;           // matrix
};

/// Which part of the sum `y` is; -1: none.
int part_of(const AddNormOp& norm, const float* y);

}  // namespace engine::cuda
