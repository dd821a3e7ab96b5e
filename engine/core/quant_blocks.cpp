#include "core/quant_blocks.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/check.h"
#include "core/half.h"

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

void decode_q5_0(const uint8_t* b, float* y) {
  const float d = load_half(b);
  const uint32_t high = load_u32(b + 2);
  for (int j = 0; j < 16; ++j) {
    const int low_bit = static_cast<int>((high >> j) & 1u) << 4;
    const int high_bit = static_cast<int>((high >> (j + 16)) & 1u) << 4;
    y[j] = d * static_cast<float>(((b[6 + j] & 15) | low_bit) - 16);
    y[j + 16] = d * static_cast<float>(((b[6 + j] >> 4) | high_bit) - 16);
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
    case DType::q8_0:
      decode_blocks<decode_q8_0, 32, 34>(bytes, dst, n);
      return;
    case DType::q4_0:
      decode_blocks<decode_q4_0, 32, 18>(bytes, dst, n);
      return;
    case DType::q5_0:
      decode_blocks<decode_q5_0, 32, 22>(bytes, dst, n);
      return;
    case DType::q4_k:
      decode_blocks<decode_q4_k, 256, 144>(bytes, dst, n);
      return;
    case DType::q6_k:
      decode_blocks<decode_q6_k, 256, 210>(bytes, dst, n);
      return;
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
