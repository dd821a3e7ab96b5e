#include "quantize/encode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/half.h"
#include "core/quant_blocks.h"

namespace {

using engine::DType;
using engine::quantize::encode_row;
using engine::quantize::largest_value;

constexpr DType kTypes[] = {DType::f32,  DType::f16,    DType::bf16,   DType::q4_0,  DType::q4_1,  DType::q5_0,
                            DType::q5_1, DType::q8_0,   DType::q2_k,   DType::q3_k,  DType::q4_k,  DType::q5_k,
                            DType::q6_k, DType::iq4_nl, DType::iq4_xs, DType::mxfp4, DType::tq1_0, DType::tq2_0};

std::vector<std::byte> encode(DType type, const std::vector<float>& x) {
  std::vector<std::byte> bytes(engine::row_bytes(type, static_cast<int64_t>(x.size())));
  encode_row(type, x.data(), bytes.data(), static_cast<int64_t>(x.size()));
  return bytes;
}

std::vector<float> decode(DType type, const std::vector<std::byte>& bytes, size_t n) {
  std::vector<float> y(n);
  engine::dequantize_row(type, bytes.data(), y.data(), static_cast<int64_t>(n));
  return y;
}

std::vector<float> round_trip(DType type, const std::vector<float>& x) {
  return decode(type, encode(type, x), x.size());
}

double error_of(const float* x, const float* y, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += std::pow(static_cast<double>(x[i]) - static_cast<double>(y[i]), 2);
  return sum;
}

double rmse(const std::vector<float>& x, const std::vector<float>& y) {
  return std::sqrt(error_of(x.data(), y.data(), x.size()) / static_cast<double>(x.size()));
}

std::vector<float> normal(size_t n, uint32_t seed, float scale = 1.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution(0.0f, scale);
  std::vector<float> x(n);
  for (float& v : x) v = distribution(random);
  return x;
}

TEST(Encode, KnowsItsTypes) {
  for (uint32_t id = 0; id < 64; ++id) {
    if (!engine::dtype_info(id)) continue;
    const auto type = static_cast<DType>(id);
    EXPECT_EQ(engine::quantize::can_encode(type), std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes)) << id;
  }
}

class EncodeType : public testing::TestWithParam<DType> {};

/// RMSE on N(0,1) weights, in millionths: what the encoders reach, plus 1 %. 1.5 to 13 % below rounding to nearest with the extremes as the
/// outer levels, and below the reference files of reference_test.
double bound(DType type) {
  switch (type) {
    case DType::f32:
      return 0;
    case DType::f16:
      return 212e-6;
    case DType::bf16:
      return 1680e-6;
    case DType::q4_0:
      return 81700e-6;
    case DType::q4_1:
      return 72000e-6;
    case DType::q5_0:
      return 40600e-6;
    case DType::q5_1:
      return 35200e-6;
    case DType::q8_0:
      return 5260e-6;
    case DType::q2_k:
      return 262200e-6;
    case DType::q3_k:
      return 144800e-6;
    case DType::q4_k:
      return 71100e-6;
    case DType::q5_k:
      return 35100e-6;
    case DType::q6_k:
      return 17310e-6;
    case DType::iq4_nl:
      return 75400e-6;
    case DType::iq4_xs:
      return 75000e-6;
    case DType::mxfp4:
      return 112500e-6;
    default:
      return 438500e-6;  // three levels
  }
}

TEST_P(EncodeType, NormalWeights) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    const std::vector<float> x = normal(1 << 16, seed);
    EXPECT_LE(rmse(x, round_trip(GetParam(), x)), bound(GetParam())) << seed;
  }
}

// Weights of a model are a few hundredths; scales of K types are then products of small halves.
TEST_P(EncodeType, ScaleOfTheWeightsDoesNotMatter) {
  for (const float scale : {0.02f, 0.6f, 37.0f}) {
    const std::vector<float> x = normal(1 << 15, 5, scale);
    EXPECT_LE(rmse(x, round_trip(GetParam(), x)), 1.02 * bound(GetParam()) * static_cast<double>(scale)) << scale;
  }
}

// Outliers, skewed and one-sided blocks, sub-blocks of very different size: never worse than a tenth more than what normal weights lose.
TEST_P(EncodeType, OtherDistributions) {
  const DType type = GetParam();
  const size_t n = 1 << 14;
  std::mt19937 random(9);
  std::vector<float> uniform(n), positive(n), negative(n), heavy(n), ladder(n), sparse(n);
  for (size_t i = 0; i < n; ++i) {
    const float u = static_cast<float>(random() >> 8) / 16777216.0f, v = static_cast<float>(random() >> 8) / 16777216.0f;
    uniform[i] = u - 0.5f, positive[i] = u, negative[i] = -u - 1;
    heavy[i] = std::tan(3.0f * (u - 0.5f));
    ladder[i] = (u - 0.5f) * std::pow(4.0f, static_cast<float>(i / 32 % 5));
    sparse[i] = v < 0.05f ? u - 0.5f : 0.0f;
  }
  for (const std::vector<float>& x : {uniform, positive, negative, heavy, ladder, sparse}) {
    const std::vector<float> y = round_trip(type, x), zero(n);
    const double relative = rmse(x, y) / rmse(x, zero);
    EXPECT_LE(relative, std::max(1.6 * bound(type), 1e-6));
  }
}

TEST_P(EncodeType, ZerosStayZeros) {
  std::vector<float> x(512), y = round_trip(GetParam(), x);
  for (const float v : y) EXPECT_EQ(v, 0.0f);
  std::fill(x.begin() + 256, x.end(), -0.0f);
  y = round_trip(GetParam(), x);
  for (const float v : y) EXPECT_EQ(v, 0.0f);
  for (size_t i = 256; i < 512; ++i) x[i] = i % 2 ? 0.5f : -0.5f;  // a block of zeros beside another
  y = round_trip(GetParam(), x);
  for (size_t i = 0; i < 256; ++i) EXPECT_EQ(y[i], 0.0f);
}

// The coarsest table, that of MXFP4, has 4 next to 6.
TEST_P(EncodeType, ConstantBlocks) {
  for (const float c : {1.0f, -1.0f, 0.013f, -2.7f, 5000.0f}) {
    const std::vector<float> y = round_trip(GetParam(), std::vector<float>(256, c));
    for (const float v : y) ASSERT_NEAR(v, c, 0.21f * std::fabs(c)) << c;
  }
}

TEST_P(EncodeType, OneSpike) {
  for (size_t at : {0u, 17u, 100u, 255u})
    for (const float spike : {3.0f, -3.0f}) {
      std::vector<float> x(256);
      x[at] = spike;
      const std::vector<float> y = round_trip(GetParam(), x);
      EXPECT_NEAR(y[at], spike, 0.15f * std::fabs(spike)) << at;
      for (size_t i = 0; i < 256; ++i) {
        const float wanted = i == at ? y[at] : 0.0f;
        EXPECT_NEAR(y[i], wanted, 0.1f) << at << " " << i;
      }
    }
}

// 2^-24 is the smallest half: scales below it cannot be stored, so tiny weights become zeros or the nearest multiple. The levels of
// IQ4 next to zero are 12 apart.
TEST_P(EncodeType, TinyWeights) {
  for (const float scale : {1e-5f, 1e-7f, 3e-8f, 1e-20f, 1e-38f, 1e-42f, 1.4e-45f}) {
    const std::vector<float> x = normal(1024, 3, scale), y = round_trip(GetParam(), x);
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_TRUE(std::isfinite(y[i])) << scale;
      ASSERT_LE(std::fabs(y[i] - x[i]), std::max(6.1f * 0x1p-24f, 2.5f * scale)) << scale;
    }
  }
}

TEST_P(EncodeType, AnyInputIsSafe) {
  const DType type = GetParam();
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float top = std::numeric_limits<float>::max();
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> x(512);
    for (float& v : x) {
      const uint32_t bits = random();
      const float special[] = {inf, -inf, nan, top, -top, 65504.0f, 1e9f, -0.0f};
      if (round % 3 == 0)
        std::memcpy(&v, &bits, sizeof v);  // any float, signalling NaN included
      else
        v = bits % 5 == 0 ? special[(bits >> 8) % 8] : static_cast<float>(bits >> 20);
    }
    if (type == DType::f32) {
      for (float& v : x) v = std::isnan(v) ? 0.0f : std::clamp(v, -top, top);  // stored as they are
    }
    for (const float v : round_trip(type, x)) ASSERT_TRUE(std::isfinite(v)) << round;
  }
}

TEST_P(EncodeType, LargestValueIsKept) {
  const float top = largest_value(GetParam());
  for (const float v : {top, -top, 0.7f * top}) {
    const std::vector<float> y = round_trip(GetParam(), std::vector<float>(256, v));
    for (const float w : y) ASSERT_NEAR(w / top, v / top, 0.15f) << v;
  }
  const std::vector<float> beyond = round_trip(GetParam(), std::vector<float>(256, std::numeric_limits<float>::max()));
  for (const float w : beyond) ASSERT_NEAR(w / top, 1.0f, 0.15f);
}

TEST_P(EncodeType, ARowIsItsBlocks) {
  const DType type = GetParam();
  const std::vector<float> x = normal(2048, 8);
  const std::vector<std::byte> whole = encode(type, x);
  EXPECT_EQ(whole, encode(type, x));
  std::vector<std::byte> parts;
  for (size_t at = 0; at < x.size(); at += 256) {
    const std::vector<std::byte> part =
        encode(type, {x.begin() + static_cast<std::ptrdiff_t>(at), x.begin() + static_cast<std::ptrdiff_t>(at + 256)});
    parts.insert(parts.end(), part.begin(), part.end());
  }
  EXPECT_EQ(whole, parts);
}

// What is already on a grid of the type comes back nearly as it was: at most a quarter of the first loss is added.
TEST_P(EncodeType, AgainIsNearlyFree) {
  const std::vector<float> x = normal(1 << 14, 12), once = round_trip(GetParam(), x), twice = round_trip(GetParam(), once);
  EXPECT_LE(rmse(once, twice), 0.25 * bound(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Types, EncodeType, testing::ValuesIn(kTypes),
                         [](const auto& type) { return std::string(engine::dtype_name(type.param)); });

/// Rounding with the extremes on the outer levels, decoded: what each block must at least match.
std::vector<float> naive(DType type, const float* x) {
  std::vector<float> y(32);
  const auto half = [](float v) { return engine::half_to_float(engine::float_to_half(v)); };
  float lo = x[0], hi = x[0], peak = 0;
  for (int i = 0; i < 32; ++i) {
    lo = std::min(lo, x[i]), hi = std::max(hi, x[i]);
    if (std::fabs(x[i]) > std::fabs(peak)) peak = x[i];
  }
  for (size_t i = 0; i < 32; ++i) {
    const bool five = type == DType::q5_0 || type == DType::q5_1;
    if (type == DType::q4_1 || type == DType::q5_1) {
      const float top = five ? 31.0f : 15.0f, d = half((hi - lo) / top), m = half(lo);
      y[i] = d * std::clamp(std::round((x[i] - m) / d), 0.0f, top) + m;
    } else if (type == DType::q8_0) {
      const float d = half(std::fabs(peak) / 127);
      y[i] = d * std::clamp(std::round(x[i] / d), -127.0f, 127.0f);
    } else {
      const float zero = five ? 16.0f : 8.0f, d = half(peak / -zero);
      y[i] = d * std::clamp(std::round(x[i] / d), -zero, zero - 1);
    }
  }
  return y;
}

TEST(Encode, NoBlockIsWorseThanNaiveRounding) {
  std::mt19937 random(21);
  for (const DType type : {DType::q4_0, DType::q4_1, DType::q5_0, DType::q5_1, DType::q8_0})
    for (int round = 0; round < 3000; ++round) {
      std::vector<float> x = normal(32, random());
      if (round % 3 == 1) x[random() % 32] *= 8;
      if (round % 3 == 2)
        for (float& v : x) v = std::fabs(v) + static_cast<float>(round % 7);
      const std::vector<float> y = round_trip(type, x), z = naive(type, x.data());
      ASSERT_LE(error_of(x.data(), y.data(), 32), 1.02 * error_of(x.data(), z.data(), 32) + 1e-9)
          << engine::dtype_name(type) << " " << round;
    }
}

TEST(Encode, TernaryWeightsAreExact) {
  std::mt19937 random(2);
  for (const float d : {1.0f, 0.0625f, 1.75f}) {
    std::vector<float> x(1024);
    for (float& v : x) v = d * (static_cast<float>(random() % 3) - 1.0f);
    EXPECT_EQ(round_trip(DType::tq1_0, x), x);
    EXPECT_EQ(round_trip(DType::tq2_0, x), x);
  }
}

// The optimum over all 2^8 choices of which magnitudes become d, on blocks with eight weights that are not zero.
TEST(Encode, TernaryIsOptimal) {
  std::mt19937 random(6);
  for (int round = 0; round < 50; ++round) {
    std::vector<float> x(256);
    for (size_t i = 0; i < 8; ++i) x[31 * i] = static_cast<float>(random() >> 8) / 8388608.0f - 1.0f;
    double best = 1e9;
    for (unsigned set = 1; set < 256; ++set) {
      double sum = 0, count = 0, all = 0;
      for (size_t i = 0; i < 8; ++i) {
        const double v = std::fabs(static_cast<double>(x[31 * i]));
        all += v * v;
        if (set >> i & 1) sum += v, ++count;
      }
      best = std::min(best, all - sum * sum / count);
    }
    const std::vector<float> y = round_trip(DType::tq2_0, x);
    EXPECT_LE(error_of(x.data(), y.data(), 256), best * 1.001 + 1e-6);
  }
}

// Powers of two of the unit follow the largest weight over the whole range of f32.
TEST(Encode, Mxfp4CoversTheExponents) {
  for (int e = -95; e <= 120; e += 5) {
    const std::vector<float> x = normal(64, 31, std::ldexp(1.0f, e)), y = round_trip(DType::mxfp4, x);
    double power = 0, error = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double v = std::ldexp(static_cast<double>(x[i]), -e), w = std::ldexp(static_cast<double>(y[i]), -e);
      power += v * v, error += (v - w) * (v - w);
    }
    EXPECT_LE(std::sqrt(error / power), 0.16) << e;
  }
}

}  // namespace
