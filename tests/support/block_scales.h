// Where the block types keep their half-precision scales, for tests that fill blocks with random bytes.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/dtype.h"
#include "core/half.h"

namespace hearth_test {

/// Byte offsets of the half fields inside a block (formats.md 2); -1: none.
struct ScaleFields {
  int d = -1, min = -1;
};
inline ScaleFields scale_fields(engine::DType type) {
  using engine::DType;
  switch (type) {
    case DType::q4_0:
    case DType::q5_0:
    case DType::q8_0:
    case DType::iq4_nl:
    case DType::iq4_xs:
    case DType::iq1_s:
    case DType::iq2_xxs:
    case DType::iq2_xs:
    case DType::iq2_s:
    case DType::iq3_xxs:
    case DType::iq3_s:
      return {0, -1};
    case DType::q4_1:
    case DType::q5_1:
    case DType::q4_k:
    case DType::q5_k:
      return {0, 2};
    case DType::q2_k:
      return {80, 82};
    case DType::q3_k:
      return {108, -1};
    case DType::q6_k:
      return {208, -1};
    case DType::tq1_0:
      return {52, -1};
    case DType::tq2_0:
      return {64, -1};
    default:
      return {};
  }
}

/// Overwrites the scales of one block; the exponent of MXFP4 becomes that of a number near d.
inline void set_scales(engine::DType type, std::byte* block, float d, float min) {
  const auto put = [block](int at, float value) {
    const uint16_t bits = engine::float_to_half(value);
    if (at >= 0) std::memcpy(block + at, &bits, sizeof bits);
  };
  const ScaleFields fields = scale_fields(type);
  put(fields.d, d);
  put(fields.min, min);
  if (type == engine::DType::iq1_m) {  // a nibble of the half in the top of each of four words
    const uint16_t bits = engine::float_to_half(d);
    for (int i = 0; i < 4; ++i)
      block[49 + 2 * i] = (block[49 + 2 * i] & std::byte{15}) | static_cast<std::byte>((bits >> (4 * i) & 15) << 4);
  }
  if (type == engine::DType::mxfp4) block[0] = static_cast<std::byte>(128 + (d == 0 ? -128 : std::ilogb(d)));
}

}  // namespace hearth_test
