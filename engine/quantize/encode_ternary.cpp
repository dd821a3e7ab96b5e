// TQ1_0 and TQ2_0: 256 elements of d * {-1, 0, 1}.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>

#include "quantize/block_encoders.h"
#include "quantize/fit.h"

namespace engine::quantize {
namespace {

using Trits = std::array<uint8_t, 256>;  // -1, 0, 1 as 0, 1, 2

/// The exact optimum: the k largest magnitudes become d = their mean, which takes (their sum)^2 / k off the error.
Trits fit_ternary(const float* x, std::byte* scale) {
  std::array<float, 256> magnitude;
  for (size_t i = 0; i < 256; ++i) magnitude[i] = std::fabs(x[i]);
  std::sort(magnitude.begin(), magnitude.end(), std::greater<>());
  double sum = 0, gain = 0, d = 0;
  for (size_t k = 0; k < 256; ++k) {
    sum += static_cast<double>(magnitude[k]);
    const double n = static_cast<double>(k + 1);
    if (sum * sum > gain * n) gain = sum * sum / n, d = sum / n;
  }
  const uint16_t half = half_scale(static_cast<float>(d));
  store_half(scale, half);
  const float threshold = half_to_float(half) / 2;
  Trits trits;
  for (size_t i = 0; i < 256; ++i) trits[i] = x[i] > threshold ? 2 : x[i] < -threshold ? 0 : 1;
  return trits;
}

/// A byte holds v / 243 as v' / 256 rounded up: each multiplication by 3 then carries the next trit out.
std::byte pack_base3(int v) {
  return static_cast<std::byte>((v * 256 + 242) / 243);
}

}  // namespace

void encode_tq1_0(const float* x, std::byte* block) {
  const Trits t = fit_ternary(x, block + 52);
  const auto pack = [&](size_t first, size_t stride, int count) {
    int v = 0;
    for (int n = 0; n < 5; ++n) v = 3 * v + (n < count ? t[first + static_cast<size_t>(n) * stride] : 0);
    return pack_base3(v);
  };
  for (size_t m = 0; m < 32; ++m) block[m] = pack(m, 32, 5);
  for (size_t m = 0; m < 16; ++m) block[32 + m] = pack(160 + m, 16, 5);
  for (size_t m = 0; m < 4; ++m) block[48 + m] = pack(240 + m, 4, 4);
}

void encode_tq2_0(const float* x, std::byte* block) {
  const Trits t = fit_ternary(x, block + 64);
  for (size_t c = 0; c < 2; ++c)
    for (size_t m = 0; m < 32; ++m) {
      const uint8_t* at = t.data() + 128 * c + m;
      block[32 * c + m] = static_cast<std::byte>(at[0] | at[32] << 2 | at[64] << 4 | at[96] << 6);
    }
}

}  // namespace engine::quantize
