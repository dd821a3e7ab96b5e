// Block decoders (formats.md 2): the scalar truth for every block type that ops accept.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/dtype.h"

namespace engine {

/// Values that the nibbles of IQ4_NL and IQ4_XS stand for (formats.md 2.1).
inline constexpr int8_t kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
/// The E2M1 numbers of MXFP4, doubled to be whole.
inline constexpr int8_t kFp4Doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// Scale of an MXFP4 block for doubled values, 2^(e - 128). e = 0 and 1 are subnormal floats; 255 is NaN as the OCP
/// microscaling formats say (5.4.1), so that a broken block shows instead of becoming large numbers.
inline float mxfp4_scale(uint8_t e) {
  if (e == 255) return std::numeric_limits<float>::quiet_NaN();
  return std::bit_cast<float>(e < 2 ? 0x00200000u << e : static_cast<uint32_t>(e - 1) << 23);
}

/// Decodes n elements (a multiple of block_elems) of a row of any computable type.
void dequantize_row(DType type, const std::byte* src, float* dst, int64_t n);

/// Encodes n floats as Q8_0 blocks (formats.md 2.1: d = amax / 127, round half away).
void quantize_row_q8_0(const float* src, std::byte* dst, int64_t n);

}  // namespace engine
