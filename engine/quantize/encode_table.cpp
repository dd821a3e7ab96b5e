// IQ4_NL, IQ4_XS and MXFP4: 4-bit codes into a table of unequal levels (formats.md 2.1, 2.2).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "quantize/block_encoders.h"
#include "quantize/fit_super.h"

namespace engine::quantize {
namespace {

constexpr std::array<int, 16> kIq4{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// Nearest code by the interval [i / 2, (i + 1) / 2) - 128 that holds t: borders between integer levels are multiples of a half.
struct Iq4Table {
  std::array<uint8_t, 512> code{};
  std::array<float, 512> level{};
};

constexpr Iq4Table make_iq4_table() {
  Iq4Table table;
  for (int i = 0; i < 512; ++i) {
    int best = 0;
    for (int c = 1; c < 16; ++c) {
      // four times the distance from the middle of the interval, an odd number of quarters away from every level
      const auto distance = [&](int level) {
        return level * 4 + 512 > 2 * i + 1 ? level * 4 + 512 - 2 * i - 1 : 2 * i + 1 - level * 4 - 512;
      };
      if (distance(kIq4[static_cast<size_t>(c)]) < distance(kIq4[static_cast<size_t>(best)])) best = c;
    }
    table.code[static_cast<size_t>(i)] = static_cast<uint8_t>(best);
    table.level[static_cast<size_t>(i)] = static_cast<float>(kIq4[static_cast<size_t>(best)]);
  }
  return table;
}

constexpr Iq4Table kIq4Table = make_iq4_table();

struct Iq4Levels {
  static size_t interval(float t) { return static_cast<size_t>(static_cast<int>(clamp(t, -127.75f, 127.75f) * 2 + 256)); }
  [[nodiscard]] float nearest_level(float t) const { return kIq4Table.level[interval(t)]; }
};

constexpr float kReach[] = {-127.0f, -118.0f, -108.0f, 113.0f, 104.0f, 95.0f, 122.0f};

/// Codes of 32 elements; the low nibbles are the first half.
void store_iq4(const float* x, float scale, std::byte* at) {
  const float inverse = scale != 0 ? 1 / scale : 0;
  for (size_t j = 0; j < 16; ++j) {
    const int low = kIq4Table.code[Iq4Levels::interval(x[j] * inverse)], high = kIq4Table.code[Iq4Levels::interval(x[j + 16] * inverse)];
    at[j] = static_cast<std::byte>(low | high << 4);
  }
}

// MXFP4: 0, .5, 1, 1.5, 2, 3, 4, 6 doubled. Borders between the levels are multiples of a half, the last one is 10.
constexpr std::array<int, 8> kFp4{0, 1, 2, 3, 4, 6, 8, 12};

constexpr std::array<uint8_t, 21> make_fp4_codes() {
  std::array<uint8_t, 21> table{};
  for (int i = 0; i < 21; ++i) {
    int best = 0;
    for (int c = 1; c < 8; ++c) {
      const auto distance = [&](int level) { return level * 4 > 2 * i + 1 ? level * 4 - 2 * i - 1 : 2 * i + 1 - level * 4; };
      if (distance(kFp4[static_cast<size_t>(c)]) < distance(kFp4[static_cast<size_t>(best)])) best = c;
    }
    table[static_cast<size_t>(i)] = static_cast<uint8_t>(best);
  }
  return table;
}

constexpr std::array<uint8_t, 21> kFp4Codes = make_fp4_codes();

uint8_t fp4_code(float magnitude) {
  return kFp4Codes[static_cast<size_t>(static_cast<int>(clamp(magnitude * 2, 0, 20)))];
}

float fp4_error(const float* x, float inverse) {
  float error = 0;
  for (int j = 0; j < 32; ++j) {
    const float a = std::fabs(x[j]) * inverse, e = a - static_cast<float>(kFp4[fp4_code(a)]);
    error += e * e;
  }
  return error / inverse / inverse;
}

}  // namespace

void encode_iq4_nl(const float* x, std::byte* block) {
  const uint16_t half = half_scale(fit_scale<32>(Iq4Levels{}, x, kReach, false));
  store_half(block, half);
  store_iq4(x, half_to_float(half), block + 2);
}

void encode_iq4_xs(const float* x, std::byte* block) {
  const ScaleCodes<8> c = ScaleSearch<8, Iq4Levels>({}, x, -32, 31).run(kReach, 2);
  store_half(block, c.half);
  int high = 0;
  std::array<int, 4> low{};
  for (size_t k = 0; k < 8; ++k) {
    const int code = c.code[k] + 32;
    low[k / 2] |= (code & 15) << 4 * (k % 2);
    high |= code >> 4 << 2 * k;
    store_iq4(x + 32 * k, half_to_float(c.half) * static_cast<float>(c.code[k]), block + 8 + 16 * k);
  }
  store_half(block + 2, static_cast<uint16_t>(high));
  for (size_t i = 0; i < 4; ++i) block[4 + i] = static_cast<std::byte>(low[i]);
}

void encode_mxfp4(const float* x, std::byte* block) {
  const float peak = largest_magnitude(x, 32);
  int exponent = 0;  // of the unit 2^(e - 128); what is below 2^-100 becomes zero
  if (peak > 0x1p-100f) {
    const int middle = std::ilogb(peak) - 3;  // puts the peak into [8, 16) units of 2^middle
    float least = INFINITY;
    for (int t = middle - 1; t <= middle + 1; ++t) {
      // In units of the middle try no square over- or underflows; a try is one doubling up or down.
      std::array<float, 32> scaled;
      for (size_t j = 0; j < 32; ++j) scaled[j] = std::ldexp(x[j], -middle);
      const float error = fp4_error(scaled.data(), std::ldexp(1.0f, middle - t));
      if (error < least) least = error, exponent = t;
    }
    exponent = std::clamp(exponent + 128, 1, 252);
  }
  block[0] = static_cast<std::byte>(exponent);
  for (size_t j = 0; j < 16; ++j) {
    const auto code = [&](float v) {
      const int c = exponent ? fp4_code(std::ldexp(std::fabs(v), 128 - exponent)) : 0;
      return c | (v < 0 && c != 0 ? 8 : 0);
    };
    block[1 + j] = static_cast<std::byte>(code(x[j]) | code(x[j + 16]) << 4);
  }
}

}  // namespace engine::quantize
