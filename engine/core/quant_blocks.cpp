#include "core/quant_blocks.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/check.h"
#include "core/half.h"
#include "core/iq_grids.h"

namespace engine {
namespace {

// Blocks of 18, 22, 34 or 210 bytes leave fields unaligned, so every wider field is read by memcpy.
uint16_t load_u16(const uint8_t* p) {
  uint16_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

uint32_t load_u32(const uint8_t* p) {
  uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

float load_half(const uint8_t* p) {
  return half_to_float(load_u16(p));
}

void decode_q8_0(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int j = 0; j < 32; ++j) y[j] = d * static_cast<float>(static_cast<int8_t>(b[2 + j]));
}

void decode_q4_0(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int j = 0; j < 16; ++j) {
    y[j] = d * static_cast<float>((b[2 + j] & 15) - 8);
    y[j + 16] = d * static_cast<float>((b[2 + j] >> 4) - 8);
  }
}

void decode_q4_1(const uint8_t* b, float* y) {
  const float d = load_half(b), m = load_half(b + 2);
  for (int j = 0; j < 16; ++j) {
    y[j] = d * static_cast<float>(b[4 + j] & 15) + m;
    y[j + 16] = d * static_cast<float>(b[4 + j] >> 4) + m;
  }
}

/// Element j (0..31) of the 5-bit types: nibbles at q, fifth bits in `high`.
int five_bits(const uint8_t* q, uint32_t high, int j) {
  const int nibble = j < 16 ? q[j] & 15 : q[j - 16] >> 4;
  return nibble | static_cast<int>((high >> j) & 1u) << 4;
}

void decode_q5_0(const uint8_t* b, float* y) {
  const float d = load_half(b);
  const uint32_t high = load_u32(b + 2);
  for (int j = 0; j < 32; ++j) y[j] = d * static_cast<float>(five_bits(b + 6, high, j) - 16);
}

void decode_q5_1(const uint8_t* b, float* y) {
  const float d = load_half(b), m = load_half(b + 2);
  const uint32_t high = load_u32(b + 4);
  for (int j = 0; j < 32; ++j) y[j] = d * static_cast<float>(five_bits(b + 8, high, j)) + m;
}

/// 16 bytes of nibbles that index a table of 16 values.
void decode_table(const int8_t* table, float scale, const uint8_t* q, float* y) {
  for (int j = 0; j < 16; ++j) {
    y[j] = scale * static_cast<float>(table[q[j] & 15]);
    y[j + 16] = scale * static_cast<float>(table[q[j] >> 4]);
  }
}

void decode_iq4_nl(const uint8_t* b, float* y) {
  decode_table(kIq4Values, load_half(b), b + 2, y);
}

void decode_mxfp4(const uint8_t* b, float* y) {
  decode_table(kFp4Doubled, mxfp4_scale(b[0]), b + 1, y);
}

void decode_q2_k(const uint8_t* b, float* y) {
  const float d = load_half(b + 80), dmin = load_half(b + 82);
  for (int k = 0; k < 16; ++k) {  // 16 elements each
    const float scale = d * static_cast<float>(b[k] & 15), min = dmin * static_cast<float>(b[k] >> 4);
    const uint8_t* q = b + 16 + 32 * (k / 8) + 16 * (k % 2);
    const int shift = 2 * (k / 2 % 4);
    for (int l = 0; l < 16; ++l) y[16 * k + l] = scale * static_cast<float>((q[l] >> shift) & 3) - min;
  }
}

void decode_q3_k(const uint8_t* b, float* y) {
  const float d = load_half(b + 108);
  const uint8_t* s = b + 96;
  for (int k = 0; k < 16; ++k) {  // 16 elements each; a clear bit of the mask takes 4 away
    const int low = k < 8 ? s[k] & 15 : s[k - 8] >> 4;
    const float scale = d * static_cast<float>((low | ((s[8 + k % 4] >> (2 * (k / 4))) & 3) << 4) - 32);
    const uint8_t* q = b + 32 + 32 * (k / 8) + 16 * (k % 2);
    const uint8_t* mask = b + 16 * (k % 2);
    const int shift = 2 * (k / 2 % 4);
    for (int l = 0; l < 16; ++l) {
      const int high = (mask[l] >> (k / 2)) & 1 ? 0 : 4;
      y[16 * k + l] = scale * static_cast<float>(((q[l] >> shift) & 3) - high);
    }
  }
}

struct ScaleMin {
  int scale, min;
};

/// 6-bit scale and minimum of sub-block k (0..7) from the 12 packed bytes of Q4_K and Q5_K.
ScaleMin k_scale_min(const uint8_t* s, int k) {
  if (k < 4) return {s[k] & 63, s[k + 4] & 63};
  return {(s[k + 4] & 15) | ((s[k - 4] >> 6) << 4), (s[k + 4] >> 4) | ((s[k] >> 6) << 4)};
}

void decode_q4_k(const uint8_t* b, float* y) {
  const float d = load_half(b), dmin = load_half(b + 2);
  for (int k = 0; k < 8; ++k) {
    const ScaleMin sm = k_scale_min(b + 4, k);
    const float scale = d * static_cast<float>(sm.scale), min = dmin * static_cast<float>(sm.min);
    const uint8_t* q = b + 16 + 32 * (k / 2);
    const int shift = 4 * (k % 2);
    for (int l = 0; l < 32; ++l) y[32 * k + l] = scale * static_cast<float>((q[l] >> shift) & 15) - min;
  }
}

void decode_q5_k(const uint8_t* b, float* y) {
  const float d = load_half(b), dmin = load_half(b + 2);
  for (int k = 0; k < 8; ++k) {
    const ScaleMin sm = k_scale_min(b + 4, k);
    const float scale = d * static_cast<float>(sm.scale), min = dmin * static_cast<float>(sm.min);
    const uint8_t* q = b + 48 + 32 * (k / 2);
    const int shift = 4 * (k % 2);
    for (int l = 0; l < 32; ++l) {
      const int v = ((q[l] >> shift) & 15) | ((b[16 + l] >> k) & 1) << 4;
      y[32 * k + l] = scale * static_cast<float>(v) - min;
    }
  }
}

void decode_q6_k(const uint8_t* b, float* y) {
  const float d = load_half(b + 208);
  for (int k = 0; k < 8; ++k) {  // 32 elements each: n = k / 4 is the half of the block, g = k % 4 the group in it
    const int n = k / 4, g = k % 4;
    const uint8_t* low = b + 64 * n + 32 * (g % 2);
    const uint8_t* high = b + 128 + 32 * n;
    for (int l = 0; l < 32; ++l) {
      const int q = ((low[l] >> (g < 2 ? 0 : 4)) & 15) | (((high[l] >> (2 * g)) & 3) << 4);
      const float scale = d * static_cast<float>(static_cast<int8_t>(b[192 + 2 * k + l / 16]));
      y[32 * k + l] = scale * static_cast<float>(q - 32);
    }
  }
}

void decode_iq4_xs(const uint8_t* b, float* y) {
  const float d = load_half(b);
  const unsigned high = load_u16(b + 2);
  for (int k = 0; k < 8; ++k) {
    const int scale = ((b[4 + k / 2] >> (4 * (k % 2))) & 15) | static_cast<int>((high >> (2 * k)) & 3u) << 4;
    decode_table(kIq4Values, d * static_cast<float>(scale - 32), b + 8 + 16 * k, y + 32 * k);
  }
}

/// Digit n of a byte of TQ1_0, five base-3 digits as a fraction of 256: a product with 3 pushes the next digit out at the top.
float trit(uint8_t byte, int n) {
  constexpr uint8_t kPowers[] = {1, 3, 9, 27, 81};
  const auto rest = static_cast<uint8_t>(byte * kPowers[n]);
  return static_cast<float>(((rest * 3) >> 8) - 1);
}

void decode_tq1_0(const uint8_t* b, float* y) {
  const float d = load_half(b + 52);
  for (int n = 0; n < 5; ++n)
    for (int m = 0; m < 32; ++m) y[32 * n + m] = d * trit(b[m], n);
  for (int n = 0; n < 5; ++n)
    for (int m = 0; m < 16; ++m) y[160 + 16 * n + m] = d * trit(b[32 + m], n);
  for (int n = 0; n < 4; ++n)
    for (int m = 0; m < 4; ++m) y[240 + 4 * n + m] = d * trit(b[48 + m], n);
}

void decode_tq2_0(const uint8_t* b, float* y) {
  const float d = load_half(b + 64);
  for (int k = 0; k < 8; ++k) {  // 32 elements each
    const uint8_t* q = b + 32 * (k / 4);
    for (int m = 0; m < 32; ++m) y[32 * k + m] = d * static_cast<float>(((q[m] >> (2 * (k % 4))) & 3) - 1);
  }
}

/// A group of eight: grid values with signs.
void decode_group(uint64_t grid, uint8_t signs, float scale, float* y) {
  for (int e = 0; e < 8; ++e) {
    const auto value = static_cast<float>((grid >> (8 * e)) & 255u);
    y[e] = scale * ((signs >> e) & 1 ? -value : value);
  }
}
uint64_t both(uint32_t low, uint32_t high) {
  return low | static_cast<uint64_t>(high) << 32;
}

void decode_iq2_xxs(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int k = 0; k < 8; ++k) {  // 32 elements each, as everywhere below
    const uint8_t* q = b + 2 + 8 * k;
    const uint32_t w = load_u32(q + 4);
    const float scale = d * (0.5f + static_cast<float>(w >> 28)) * 0.25f;
    for (int l = 0; l < 4; ++l) decode_group(kIq2XxsGrid.at[q[l]], even_signs(w >> (7 * l)), scale, y + 32 * k + 8 * l);
  }
}

/// Scale of group l of block k for IQ2_XS and IQ2_S: a nibble for two groups.
float iq2_scale(const uint8_t* scales, int k, int l, float d) {
  return d * (0.5f + static_cast<float>(l < 2 ? scales[k] & 15 : scales[k] >> 4)) * 0.25f;
}

void decode_iq2_xs(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int k = 0; k < 8; ++k)
    for (int l = 0; l < 4; ++l) {
      const unsigned q = load_u16(b + 2 + 8 * k + 2 * l);
      decode_group(kIq2XsGrid.at[q & 511], even_signs(q >> 9), iq2_scale(b + 66, k, l, d), y + 32 * k + 8 * l);
    }
}

void decode_iq2_s(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int k = 0; k < 8; ++k)
    for (int l = 0; l < 4; ++l) {
      const unsigned index = b[2 + 4 * k + l] | ((static_cast<unsigned>(b[66 + k]) << (8 - 2 * l)) & 0x300u);
      decode_group(kIq2SGrid.at[index], b[34 + 4 * k + l], iq2_scale(b + 74, k, l, d), y + 32 * k + 8 * l);
    }
}

void decode_iq3_xxs(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int k = 0; k < 8; ++k) {
    const uint32_t w = load_u32(b + 66 + 4 * k);
    const float scale = d * (0.5f + static_cast<float>(w >> 28)) * 0.5f;
    for (int l = 0; l < 4; ++l) {
      const uint8_t* q = b + 2 + 8 * k + 2 * l;
      decode_group(both(kIq3XxsGrid.at[q[0]], kIq3XxsGrid.at[q[1]]), even_signs(w >> (7 * l)), scale, y + 32 * k + 8 * l);
    }
  }
}

void decode_iq3_s(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int k = 0; k < 8; ++k) {
    const int nibble = k % 2 ? b[106 + k / 2] >> 4 : b[106 + k / 2] & 15;
    const float scale = d * static_cast<float>(1 + 2 * nibble);
    const unsigned high = b[66 + k];
    for (int l = 0; l < 4; ++l) {
      const uint8_t* q = b + 2 + 8 * k + 2 * l;
      const uint64_t grid = both(kIq3SGrid.at[q[0] | ((high << (8 - 2 * l)) & 256u)], kIq3SGrid.at[q[1] | ((high << (7 - 2 * l)) & 256u)]);
      decode_group(grid, b[74 + 4 * k + l], scale, y + 32 * k + 8 * l);
    }
  }
}

/// A group of IQ1: -1, 0 or 1, all moved by an eighth.
void decode_ternary_group(unsigned index, float delta, float scale, float* y) {
  for (int e = 0; e < 8; ++e) y[e] = scale * (static_cast<float>((kIq1Grid.at[index] >> (8 * e)) & 255u) - 1.0f + delta);
}

void decode_iq1_s(const uint8_t* b, float* y) {
  const float d = load_half(b);
  for (int k = 0; k < 8; ++k) {
    const unsigned high = load_u16(b + 34 + 2 * k);
    const float scale = d * static_cast<float>(2 * ((high >> 12) & 7u) + 1), delta = high & 0x8000u ? -0.125f : 0.125f;
    for (int l = 0; l < 4; ++l) decode_ternary_group(b[2 + 4 * k + l] | ((high >> (3 * l)) & 7u) << 8, delta, scale, y + 32 * k + 8 * l);
  }
}

void decode_iq1_m(const uint8_t* b, float* y) {
  unsigned d_bits = 0;  // a nibble of each of four words
  for (int i = 0; i < 4; ++i) d_bits |= static_cast<unsigned>(load_u16(b + 48 + 2 * i) >> 12) << (4 * i);
  const float d = half_to_float(static_cast<uint16_t>(d_bits));
  for (int g = 0; g < 32; ++g) {  // groups of eight, a scale for two
    const unsigned scale = (load_u16(b + 48 + 2 * (g / 8)) >> (3 * (g / 2 % 4))) & 7u;
    const unsigned high = static_cast<unsigned>(b[32 + g / 2]) >> (4 * (g % 2));
    decode_ternary_group(b[g] | (high & 7u) << 8, high & 8u ? -0.125f : 0.125f, d * static_cast<float>(2 * scale + 1), y + 8 * g);
  }
}

template <void (*Decode)(const uint8_t*, float*), int kElems, int kBytes>
void decode_blocks(const uint8_t* src, float* dst, int64_t n) {
  HEARTH_CHECK(n % kElems == 0);
  for (int64_t i = 0; i < n / kElems; ++i) Decode(src + i * kBytes, dst + i * kElems);
}

}  // namespace

void dequantize_row(DType type, const std::byte* src, float* dst, int64_t n) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(src);
  switch (type) {
    case DType::f32:
      std::memcpy(dst, src, static_cast<size_t>(n) * sizeof(float));
      return;
    case DType::f16:
      for (int64_t i = 0; i < n; ++i) dst[i] = load_half(bytes + 2 * i);
      return;
    case DType::bf16:
      for (int64_t i = 0; i < n; ++i) dst[i] = bfloat_to_float(load_u16(bytes + 2 * i));
      return;
    case DType::q4_0:
      return decode_blocks<decode_q4_0, 32, 18>(bytes, dst, n);
    case DType::q4_1:
      return decode_blocks<decode_q4_1, 32, 20>(bytes, dst, n);
    case DType::q5_0:
      return decode_blocks<decode_q5_0, 32, 22>(bytes, dst, n);
    case DType::q5_1:
      return decode_blocks<decode_q5_1, 32, 24>(bytes, dst, n);
    case DType::q8_0:
      return decode_blocks<decode_q8_0, 32, 34>(bytes, dst, n);
    case DType::q2_k:
      return decode_blocks<decode_q2_k, 256, 84>(bytes, dst, n);
    case DType::q3_k:
      return decode_blocks<decode_q3_k, 256, 110>(bytes, dst, n);
    case DType::q4_k:
      return decode_blocks<decode_q4_k, 256, 144>(bytes, dst, n);
    case DType::q5_k:
      return decode_blocks<decode_q5_k, 256, 176>(bytes, dst, n);
    case DType::q6_k:
      return decode_blocks<decode_q6_k, 256, 210>(bytes, dst, n);
    case DType::iq4_nl:
      return decode_blocks<decode_iq4_nl, 32, 18>(bytes, dst, n);
    case DType::iq4_xs:
      return decode_blocks<decode_iq4_xs, 256, 136>(bytes, dst, n);
    case DType::tq1_0:
      return decode_blocks<decode_tq1_0, 256, 54>(bytes, dst, n);
    case DType::tq2_0:
      return decode_blocks<decode_tq2_0, 256, 66>(bytes, dst, n);
    case DType::mxfp4:
      return decode_blocks<decode_mxfp4, 32, 17>(bytes, dst, n);
    case DType::iq1_s:
      return decode_blocks<decode_iq1_s, 256, 50>(bytes, dst, n);
    case DType::iq1_m:
      return decode_blocks<decode_iq1_m, 256, 56>(bytes, dst, n);
    case DType::iq2_xxs:
      return decode_blocks<decode_iq2_xxs, 256, 66>(bytes, dst, n);
    case DType::iq2_xs:
      return decode_blocks<decode_iq2_xs, 256, 74>(bytes, dst, n);
    case DType::iq2_s:
      return decode_blocks<decode_iq2_s, 256, 82>(bytes, dst, n);
    case DType::iq3_xxs:
      return decode_blocks<decode_iq3_xxs, 256, 98>(bytes, dst, n);
    case DType::iq3_s:
      return decode_blocks<decode_iq3_s, 256, 110>(bytes, dst, n);
    default:
      HEARTH_CHECK(!"dequantize_row: type is not computable");
  }
}

void quantize_row_q8_0(const float* src, std::byte* dst, int64_t n) {
  HEARTH_CHECK(n % 32 == 0);
  for (int64_t block = 0; block < n / 32; ++block, src += 32, dst += 34) {
    float amax = 0;
    for (int j = 0; j < 32; ++j) amax = std::max(amax, std::fabs(src[j]));
    const float d = amax / 127.0f;
    const uint16_t half = float_to_half(d);
    std::memcpy(dst, &half, sizeof half);
    for (int j = 0; j < 32; ++j) {
      // x / d can exceed 127 by a rounding of the division; a NaN input becomes 0.
      const float q = d > 0 ? std::round(src[j] / d) : 0.0f;
      const auto value = static_cast<int8_t>(q >= 127.0f ? 127.0f : q >= -127.0f ? q : q < -127.0f ? -127.0f : 0.0f);
      std::memcpy(dst + 2 + j, &value, 1);
    }
  }
}

}  // namespace engine
