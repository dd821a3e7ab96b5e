#include "quantize/encode.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "core/check.h"
#include "core/half.h"
#include "quantize/block_encoders.h"

namespace engine::quantize {
namespace {

constexpr float kHalf = 65504.0f;  // the largest half
constexpr int kPiece = 256;        // elements that are looked at together; a multiple of every block

struct Encoder {
  DType type;
  float largest;
  void (*encode)(const float*, std::byte*);  // nullptr: an element at a time
};

// The largest value is the largest scale times the largest level, where both ends of the levels reach it.
constexpr Encoder kEncoders[] = {
    {DType::f32, 3.4028235e38f, nullptr},
    {DType::f16, kHalf, nullptr},
    {DType::bf16, 3.3895314e38f, nullptr},
    {DType::q4_0, kHalf * 7, encode_q4_0},
    {DType::q4_1, kHalf, encode_q4_1},
    {DType::q5_0, kHalf * 15, encode_q5_0},
    {DType::q5_1, kHalf, encode_q5_1},
    {DType::q8_0, kHalf * 127, encode_q8_0},
    {DType::q2_k, kHalf * 15, encode_q2_k},
    {DType::q3_k, kHalf * 31 * 3, encode_q3_k},
    {DType::q4_k, kHalf * 63, encode_q4_k},
    {DType::q5_k, kHalf * 63, encode_q5_k},
    {DType::q6_k, kHalf * 127 * 31, encode_q6_k},
    {DType::iq4_nl, kHalf * 113, encode_iq4_nl},
    {DType::iq4_xs, kHalf * 31 * 113, encode_iq4_xs},
    {DType::mxfp4, 0x1p124f * 12, encode_mxfp4},
    {DType::tq1_0, kHalf, encode_tq1_0},
    {DType::tq2_0, kHalf, encode_tq2_0},
};

const Encoder* find_encoder(DType type) {
  const auto* at = std::find_if(std::begin(kEncoders), std::end(kEncoders), [&](const Encoder& e) { return e.type == type; });
  return at == std::end(kEncoders) ? nullptr : at;
}

bool all_within(const float* x, int64_t n, float limit) {
  int outside = 0;
#pragma omp simd reduction(+ : outside)
  for (int64_t i = 0; i < n; ++i) outside += std::fabs(x[i]) <= limit ? 0 : 1;
  return outside == 0;
}

void encode_elements(DType type, const float* x, std::byte* dst, int64_t n) {
  if (type == DType::f32) {
    std::memcpy(dst, x, static_cast<size_t>(n) * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    const uint16_t bits = type == DType::f16 ? float_to_half(x[i]) : float_to_bfloat(x[i]);
    std::memcpy(dst + 2 * i, &bits, sizeof bits);
  }
}

}  // namespace

bool can_encode(DType type) {
  return find_encoder(type) != nullptr;
}

float largest_value(DType type) {
  const Encoder* encoder = find_encoder(type);
  HEARTH_CHECK(encoder);
  return encoder->largest;
}

void encode_row(DType type, const float* src, std::byte* dst, int64_t n) {
  const Encoder* encoder = find_encoder(type);
  HEARTH_CHECK(encoder);
  const DTypeInfo& info = dtype_info(type);
  HEARTH_CHECK(n >= 0 && n % info.block_elems == 0);
  float safe[kPiece];
  for (int64_t at = 0; at < n; at += kPiece) {
    const int64_t count = std::min<int64_t>(kPiece, n - at);
    const float* x = src + at;
    if (!all_within(x, count, encoder->largest)) {
      for (int64_t i = 0; i < count; ++i) safe[i] = std::isnan(x[i]) ? 0.0f : std::clamp(x[i], -encoder->largest, encoder->largest);
      x = safe;
    }
    std::byte* out = dst + row_bytes(type, at);
    if (!encoder->encode) {
      encode_elements(type, x, out, count);
      continue;
    }
    for (int64_t b = 0; b < count; b += info.block_elems, out += info.block_bytes) encoder->encode(x + b, out);
  }
}

}  // namespace engine::quantize
