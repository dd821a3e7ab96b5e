// Rows of the paged cache: address, encode, decode.
#pragma once

#include <cstddef>

#include "ops/ops.h"
#include "ops/step.h"

namespace engine {

/// Address of the row of `position` in a cache plane (KvLayer::k or ::v) of sequence s.
std::byte* kv_row(const StepInputs& step, std::byte* plane, size_t row_bytes, int s, int position);

/// Encodes n floats as one cache row.
void write_kv_row(KvDType type, const float* src, std::byte* row, int n);

/// Decodes elements [first, first + n) of a cache row; q8_0 slices may begin inside a block.
void read_kv_row(KvDType type, const std::byte* row, int first, int n, float* dst);

}  // namespace engine
