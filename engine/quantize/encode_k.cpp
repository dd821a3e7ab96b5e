// Q2_K to Q6_K: super-blocks of 256 (formats.md 2.2).
#include <array>
#include <cstdint>
#include <cstring>

#include "quantize/block_encoders.h"
#include "quantize/fit_super.h"

namespace engine::quantize {
namespace {

using Codes = std::array<uint8_t, 256>;

template <int kSubs>
Codes line_levels(const float* x, const LineCodes<kSubs>& c, float top) {
  constexpr size_t kSize = 256 / kSubs;
  const float d = half_to_float(c.d), dmin = half_to_float(c.dmin);
  Codes q;
  for (size_t i = 0; i < 256; ++i) {
    const size_t k = i / kSize;
    const float scale = d * static_cast<float>(c.scale[k]), min = dmin * static_cast<float>(c.min[k]);
    q[i] = scale > 0 ? static_cast<uint8_t>(static_cast<int>(nearest(clamp((x[i] + min) * (1 / scale), 0, top)))) : uint8_t{0};
  }
  return q;
}

/// Levels of 16 sub-blocks with `zero` added.
Codes scaled_levels(const float* x, const ScaleCodes<16>& c, float zero) {
  const IntegerLevels levels{-zero, zero - 1};
  const float d = half_to_float(c.half);
  Codes q;
  for (size_t i = 0; i < 256; ++i) {
    const float scale = d * static_cast<float>(c.code[i / 16]);
    q[i] = static_cast<uint8_t>(static_cast<int>(levels.nearest_level(scale != 0 ? x[i] * (1 / scale) : 0) + zero));
  }
  return q;
}

/// 6-bit scales and minima of Q4_K and Q5_K: k < 4 in the low six bits of bytes k and k + 4, the others in nibbles of bytes
/// 8 to 11 with their high bits on top of the first eight.
void store_scales_and_minima(const LineCodes<8>& c, std::byte* at) {
  std::array<int, 12> s{};
  for (size_t k = 0; k < 4; ++k) {
    s[k] = c.scale[k] | c.scale[k + 4] >> 4 << 6;
    s[k + 4] = c.min[k] | c.min[k + 4] >> 4 << 6;
    s[k + 8] = (c.scale[k + 4] & 15) | (c.min[k + 4] & 15) << 4;
  }
  for (size_t i = 0; i < 12; ++i) at[i] = static_cast<std::byte>(s[i]);
}

/// Low nibbles of sub-blocks 2 k and 2 k + 1 (32 elements each) share 32 bytes.
void store_pairs(const Codes& q, std::byte* at) {
  for (size_t k = 0; k < 4; ++k)
    for (size_t l = 0; l < 32; ++l) at[32 * k + l] = static_cast<std::byte>((q[64 * k + l] & 15) | (q[64 * k + 32 + l] & 15) << 4);
}

/// Two bits of every element: byte l of half n holds elements l, l + 32, l + 64, l + 96 of that half.
template <class Bits>
void store_two_bits(Bits&& bits, std::byte* at) {
  for (size_t n = 0; n < 2; ++n)
    for (size_t l = 0; l < 32; ++l) {
      int byte = 0;
      for (size_t j = 0; j < 4; ++j) byte |= bits(128 * n + 32 * j + l) << 2 * j;
      at[32 * n + l] = static_cast<std::byte>(byte);
    }
}

// Parts of a sub-block's range cut off: two bits want their outer levels well inside, five hardly at all.
constexpr float kShrink2[] = {0.0f, 0.1f, 0.2f, 0.3f};
constexpr float kShrink4[] = {0.0f, 0.04f, 0.08f, 0.12f, 0.17f};
constexpr float kShrink5[] = {0.0f, 0.02f, 0.04f, 0.06f};
constexpr float kReach3[] = {2.7f, 3.0f, 3.3f, 3.6f, 3.9f, 4.2f, 4.5f};
constexpr float kReach6[] = {31.0f, 31.5f, 32.0f, 32.5f, 33.0f};

}  // namespace

void encode_q2_k(const float* x, std::byte* block) {
  const LineCodes<16> c = LineSearch<16>(x, 3, 15).run(kShrink2, 4);
  const Codes q = line_levels(x, c, 3);
  for (size_t k = 0; k < 16; ++k) block[k] = static_cast<std::byte>(c.scale[k] | c.min[k] << 4);
  store_two_bits([&](size_t i) { return q[i]; }, block + 16);
  store_half(block + 80, c.d);
  store_half(block + 82, c.dmin);
}

void encode_q3_k(const float* x, std::byte* block) {
  const ScaleCodes<16> c = ScaleSearch<16, IntegerLevels>({-4, 3}, x, -32, 31).run(kReach3, 3);
  const Codes q = scaled_levels(x, c, 4);
  for (size_t l = 0; l < 32; ++l) {
    int mask = 0;
    for (size_t j = 0; j < 8; ++j) mask |= (q[32 * j + l] >> 2) << j;
    block[l] = static_cast<std::byte>(mask);
  }
  store_two_bits([&](size_t i) { return q[i] & 3; }, block + 32);
  std::array<int, 12> s{};
  for (size_t k = 0; k < 16; ++k) {
    const int code = c.code[k] + 32;
    s[k % 8] |= (code & 15) << (k < 8 ? 0 : 4);
    s[8 + k % 4] |= code >> 4 << 2 * (k / 4);
  }
  for (size_t i = 0; i < 12; ++i) block[96 + i] = static_cast<std::byte>(s[i]);
  store_half(block + 108, c.half);
}

void encode_q4_k(const float* x, std::byte* block) {
  const LineCodes<8> c = LineSearch<8>(x, 15, 63).run(kShrink4, 3);
  store_half(block, c.d);
  store_half(block + 2, c.dmin);
  store_scales_and_minima(c, block + 4);
  store_pairs(line_levels(x, c, 15), block + 16);
}

void encode_q5_k(const float* x, std::byte* block) {
  const LineCodes<8> c = LineSearch<8>(x, 31, 63).run(kShrink5, 3);
  const Codes q = line_levels(x, c, 31);
  store_half(block, c.d);
  store_half(block + 2, c.dmin);
  store_scales_and_minima(c, block + 4);
  for (size_t l = 0; l < 32; ++l) {
    int high = 0;
    for (size_t k = 0; k < 8; ++k) high |= (q[32 * k + l] >> 4) << k;
    block[16 + l] = static_cast<std::byte>(high);
  }
  store_pairs(q, block + 48);
}

void encode_q6_k(const float* x, std::byte* block) {
  const ScaleCodes<16> c = ScaleSearch<16, IntegerLevels>({-32, 31}, x, -128, 127).run(kReach6, 2);
  const Codes q = scaled_levels(x, c, 32);
  for (size_t n = 0; n < 2; ++n)
    for (size_t l = 0; l < 64; ++l) block[64 * n + l] = static_cast<std::byte>((q[128 * n + l] & 15) | (q[128 * n + 64 + l] & 15) << 4);
  store_two_bits([&](size_t i) { return q[i] >> 4; }, block + 128);
  for (size_t k = 0; k < 16; ++k) block[192 + k] = static_cast<std::byte>(static_cast<int8_t>(c.code[k]));
  store_half(block + 208, c.half);
}

}  // namespace engine::quantize
