// Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0: blocks of 32 with a scale, or a scale and a minimum, in half precision.
#include <array>
#include <cstdint>
#include <cstring>

#include "quantize/block_encoders.h"
#include "quantize/fit.h"

namespace engine::quantize {
namespace {

using Codes = std::array<uint8_t, 32>;

/// Nibbles of elements j and j + 16 share byte j.
void store_nibbles(const Codes& q, std::byte* at) {
  for (size_t j = 0; j < 16; ++j) at[j] = static_cast<std::byte>((q[j] & 15) | (q[j + 16] & 15) << 4);
}

void store_fifth_bits(const Codes& q, std::byte* at) {
  uint32_t high = 0;
  for (size_t j = 0; j < 32; ++j) high |= static_cast<uint32_t>(q[j] >> 4 & 1) << j;
  std::memcpy(at, &high, sizeof high);
}

// For normal weights a block is best when its largest value lies a little beyond the outermost level; the tries cover a level inside to
// two outside, finer steps gain less than 0.1 %. The plain choice comes first and wins a tie: values that are on a grid already stay.
constexpr float kReach4[] = {8.0f, 6.8f, 7.2f, 7.6f, 8.4f, 8.8f, 9.2f, 9.6f};
constexpr float kReach5[] = {16.0f, 15.0f, 15.5f, 16.5f, 17.0f, 17.5f, 18.0f};
constexpr float kShrink4[] = {0.0f, 0.04f, 0.08f, 0.12f};
constexpr float kShrink5[] = {0.0f, 0.02f, 0.04f, 0.06f};

/// Scale and codes q + `zero` of a block of symmetric levels.
Codes fit_symmetric(const float* x, float zero, std::span<const float> reach, std::byte* scale) {
  const IntegerLevels levels{-zero, zero - 1};
  const uint16_t half = half_scale(fit_scale<32>(levels, x, reach, true));
  store_half(scale, half);
  const float d = half_to_float(half), inverse = d != 0 ? 1 / d : 0;
  Codes q;
  for (size_t j = 0; j < 32; ++j) q[j] = static_cast<uint8_t>(static_cast<int>(levels.nearest_level(x[j] * inverse) + zero));
  return q;
}

Codes fit_with_minimum(const float* x, float top, std::span<const float> shrink, std::byte* scale_and_minimum) {
  const Line line = fit_line<32>(x, top, shrink, Offset::any);
  const uint16_t half_d = half_scale(line.d), half_m = float_to_half(clamp(line.offset, -65504.0f, 65504.0f));
  store_half(scale_and_minimum, half_d);
  store_half(scale_and_minimum + 2, half_m);
  const float d = half_to_float(half_d), m = half_to_float(half_m), inverse = d != 0 ? 1 / d : 0;
  Codes q;
  for (size_t j = 0; j < 32; ++j) q[j] = static_cast<uint8_t>(static_cast<int>(nearest(clamp((x[j] - m) * inverse, 0, top))));
  return q;
}

}  // namespace

void encode_q4_0(const float* x, std::byte* block) {
  store_nibbles(fit_symmetric(x, 8, kReach4, block), block + 2);
}

void encode_q4_1(const float* x, std::byte* block) {
  store_nibbles(fit_with_minimum(x, 15, kShrink4, block), block + 4);
}

void encode_q5_0(const float* x, std::byte* block) {
  const Codes q = fit_symmetric(x, 16, kReach5, block);
  store_fifth_bits(q, block + 2);
  store_nibbles(q, block + 6);
}

void encode_q5_1(const float* x, std::byte* block) {
  const Codes q = fit_with_minimum(x, 31, kShrink5, block);
  store_fifth_bits(q, block + 4);
  store_nibbles(q, block + 8);
}

void encode_q8_0(const float* x, std::byte* block) {
  static constexpr float kReach[] = {127.0f};
  // -128 is left out: kernels take the magnitude of a weight in 8 bits.
  const IntegerLevels levels{-127, 127};
  const uint16_t half = half_scale(fit_scale<32>(levels, x, kReach, false));
  store_half(block, half);
  const float d = half_to_float(half), inverse = d != 0 ? 1 / d : 0;
  for (int j = 0; j < 32; ++j)
    block[2 + j] = static_cast<std::byte>(static_cast<int8_t>(static_cast<int>(levels.nearest_level(x[j] * inverse))));
}

}  // namespace engine::quantize
