// Block decoders (formats.md 2): the scalar truth for every block type that ops accept.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/dtype.h"

namespace engine {

/// Decodes n elements (a multiple of block_elems) of a row of any computable type.
void dequantize_row(DType type, const std::byte* src, float* dst, int64_t n);

/// Encodes n floats as Q8_0 blocks (formats.md 2.1: d = amax / 127, round half away).
void quantize_row_q8_0(const float* src, std::byte* dst, int64_t n);

}  // namespace engine
