// Encoders f32 -> block types (layouts: formats.md 2). The decoders are in core/quant_blocks.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/dtype.h"

namespace engine::quantize {

/// F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K to Q6_K, IQ4_NL, IQ4_XS, MXFP4, TQ1_0 and TQ2_0.
bool can_encode(DType type);

/// Values beyond this magnitude cannot be stored (most types keep a scale in half precision) and are cut off to it.
float largest_value(DType type);

/// Encodes n values (a multiple of block_elems) of a type that can_encode. Any input is safe: what is not a number becomes
/// zero, what is too large is cut off. The same input gives the same bytes on every machine and in every thread.
void encode_row(DType type, const float* src, std::byte* dst, int64_t n);

}  // namespace engine::quantize
