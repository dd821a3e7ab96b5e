#include "core/quant_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/half.h"
#include "support/block_scales.h"

namespace {

using engine::DType;

std::vector<std::byte> from_hex(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

const nlohmann::json& golden() {
  static const nlohmann::json json = nlohmann::json::parse(std::ifstream(std::string(HEARTH_TEST_DATA) + "/quant/golden_blocks.json"));
  return json;
}

void put_half(std::byte* at, float value) {
  const uint16_t bits = engine::float_to_half(value);
  std::memcpy(at, &bits, sizeof bits);
}

std::vector<float> decode(DType type, const std::vector<std::byte>& bytes) {
  const engine::DTypeInfo& info = engine::dtype_info(type);
  std::vector<float> out(bytes.size() / static_cast<size_t>(info.block_bytes) * static_cast<size_t>(info.block_elems));
  engine::dequantize_row(type, bytes.data(), out.data(), static_cast<int64_t>(out.size()));
  return out;
}

class GoldenBlock : public testing::TestWithParam<DType> {
  void SetUp() override {
    if (!engine::dtype_info(GetParam()).computable) GTEST_SKIP() << "a build without the codebooks of IQ1 to IQ3";
  }
};

// 6e-8 relative: the K types with a minimum differ by one float rounding from ggml (formats.md, head).
TEST_P(GoldenBlock, DecodesAsGgml) {
  const nlohmann::json& entry = golden().at(engine::dtype_name(GetParam()));
  const std::vector<std::byte> block = from_hex(entry.at("block_hex"));
  const std::vector<float> expected = entry.at("values");
  ASSERT_EQ(block.size(), static_cast<size_t>(engine::dtype_info(GetParam()).block_bytes));
  const std::vector<float> got = decode(GetParam(), block);
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 6e-8 * std::fabs(expected[i])) << i;
}

TEST_P(GoldenBlock, DecodesEveryBlockOfARow) {
  const std::vector<std::byte> block = from_hex(golden().at(engine::dtype_name(GetParam())).at("block_hex"));
  std::vector<std::byte> row = block;
  row.resize(block.size() * 2, std::byte{0});
  row.insert(row.end(), block.begin(), block.end());
  const std::vector<float> one = decode(GetParam(), block), three = decode(GetParam(), row);
  ASSERT_EQ(three.size(), one.size() * 3);
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(three[i], one[i]);
    EXPECT_EQ(three[i + one.size()], 0.0f);  // all-zero bytes decode to zero: the scales are zero
    EXPECT_EQ(three[i + 2 * one.size()], one[i]);
  }
}

constexpr DType kBlockTypes[] = {DType::q4_0,   DType::q4_1,   DType::q5_0,    DType::q5_1,  DType::q8_0,  DType::q2_k,
                                 DType::q3_k,   DType::q4_k,   DType::q5_k,    DType::q6_k,  DType::tq1_0, DType::tq2_0,
                                 DType::iq4_nl, DType::iq4_xs, DType::mxfp4,   DType::iq1_s, DType::iq1_m, DType::iq2_xxs,
                                 DType::iq2_xs, DType::iq2_s,  DType::iq3_xxs, DType::iq3_s};
INSTANTIATE_TEST_SUITE_P(Types, GoldenBlock, testing::ValuesIn(kBlockTypes),
                         [](const auto& type) { return std::string(engine::dtype_name(type.param)); });

TEST(QuantBlocks, EveryComputableBlockTypeIsTested) {
  for (const DType type : engine::computable_types()) {
    if (engine::dtype_info(type).block_elems == 1) continue;
    EXPECT_NE(std::find(std::begin(kBlockTypes), std::end(kBlockTypes), type), std::end(kBlockTypes)) << engine::dtype_name(type);
  }
}

// The rows of formats.md 2.5: y[0], y[1], y[N/2], y[N-1], sum of the block whose byte i is (73 i + 29) & 255.
TEST(QuantBlocks, OneBlockCheckValues) {
  struct Row {
    DType type;
    int d, dmin;  // offsets of the half fields, -1: none
    double first, second, middle, last, sum;
  };
  const Row rows[] = {{DType::q4_0, 0, -1, 0.4375, 0, 0.125, 0.4375, 0.1875},
                      {DType::q4_1, 0, 2, 0.09375, 0.65625, 0.28125, 0.53125, 16.3125},
                      {DType::q5_0, 0, -1, 0.1875, 0.75, 0.8125, 0.0625, -0.5625},
                      {DType::q5_1, 0, 2, 1.34375, 0.90625, 1.40625, 0.65625, 29.5625},
                      {DType::q8_0, 0, -1, -5.0625, -0.5, 3.9375, -7.625, -27},
                      {DType::q2_k, 80, 82, 0.78125, 1.59375, 0.125, 0.3125, 119.875},
                      {DType::q3_k, 108, -1, -0.1875, 0.375, -1.5625, 0, 36.4375},
                      {DType::q4_k, 0, 2, -0.34375, -0.78125, 19.5625, 2.8125, 2437.5},
                      {DType::q5_k, 0, 2, 0.65625, -0.78125, 19.5625, 3.3125, 5206.5},
                      {DType::q6_k, 208, -1, 6.5625, -13.125, -6.9375, 11.25, 908.25},
                      {DType::iq4_nl, 0, -1, 7.0625, 0.0625, 1.5625, 7.0625, 6.875},
                      {DType::iq4_xs, 0, -1, -37.1875, 94.5625, 63.4375, 13.8125, -1245.75},
                      {DType::mxfp4, -1, -1, 0.5, -0.75, 0.5, -0.125, -0.5},
                      {DType::iq2_xxs, 0, -1, -1.3125, -7.0546875, -8.3984375, -1.3125, -3.171875},
                      {DType::iq2_xs, 0, -1, 6.0546875, 6.0546875, 1.3671875, 1.8125, 64.96875},
                      {DType::iq2_s, 0, -1, -0.9375, -0.9375, -7.7265625, -2.3515625, -27.84375},
                      {DType::iq3_xxs, 0, -1, -24.21875, -4.6875, -3.4375, 10.9375, -5.71875},
                      {DType::iq3_s, 0, -1, -10.3125, -12.1875, -10.6875, 4.8125, -54.25},
                      {DType::iq1_s, 0, -1, 0.2109375, -0.1640625, 0.1015625, 0.0234375, -7.5625},
                      {DType::iq1_m, -1, -1, -0.7734375, -0.0859375, 0.0234375, -0.9140625, -5.3125},
                      {DType::tq1_0, 52, -1, -0.0625, 0, -0.0625, 0.0625, -0.0625},
                      {DType::tq2_0, 64, -1, 0, 0.0625, 0, -0.0625, 8.3125}};
  for (const Row& row : rows) {
    if (!engine::dtype_info(row.type).computable) continue;  // a build without the codebooks
    std::vector<std::byte> block(static_cast<size_t>(engine::dtype_info(row.type).block_bytes));
    for (size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::byte>((73 * i + 29) & 255);
    if (row.d >= 0) put_half(block.data() + row.d, 0.0625f);
    if (row.type == DType::iq1_m) hearth_test::set_scales(row.type, block.data(), 0.0625f, 0);
    if (row.type == DType::mxfp4) block[0] = std::byte{124};
    if (row.dmin >= 0) put_half(block.data() + row.dmin, 0.03125f);
    const std::vector<float> y = decode(row.type, block);
    double sum = 0;
    for (const float v : y) sum += static_cast<double>(v);
    EXPECT_EQ(y.front(), row.first) << engine::dtype_name(row.type);
    EXPECT_EQ(y[1], row.second) << engine::dtype_name(row.type);
    EXPECT_EQ(y[y.size() / 2], row.middle) << engine::dtype_name(row.type);
    EXPECT_EQ(y.back(), row.last) << engine::dtype_name(row.type);
    EXPECT_EQ(sum, row.sum) << engine::dtype_name(row.type);
  }
}

// The element formula of formats.md 2.2 for Q4_K and Q6_K, written per element instead of per sub-block.
TEST(QuantBlocks, KQuantsFollowTheElementFormula) {
  std::mt19937 random(7);
  std::vector<std::byte> q4(144), q6(210);
  for (std::byte& b : q4) b = static_cast<std::byte>(random() & 255);
  for (std::byte& b : q6) b = static_cast<std::byte>(random() & 255);
  put_half(q4.data(), 0.5f), put_half(q4.data() + 2, 0.25f), put_half(q6.data() + 208, 0.125f);
  const std::vector<float> y4 = decode(DType::q4_k, q4), y6 = decode(DType::q6_k, q6);
  const auto at = [](const std::vector<std::byte>& b, int i) { return std::to_integer<int>(b[static_cast<size_t>(i)]); };
  for (int i = 0; i < 256; ++i) {
    const int n = i / 128, r = i % 128, l = r % 32, k = i / 32, g = r / 32;
    const auto s = [&](int j) { return at(q4, 4 + j); };
    const int sc = k < 4 ? s(k) & 63 : (s(k + 4) & 15) | ((s(k - 4) >> 6) << 4);
    const int m = k < 4 ? s(k + 4) & 63 : (s(k + 4) >> 4) | ((s(k) >> 6) << 4);
    const int v = (at(q4, 16 + 32 * (k / 2) + l) >> (k % 2 ? 4 : 0)) & 15;
    EXPECT_EQ(y4[static_cast<size_t>(i)], 0.5f * static_cast<float>(sc * v) - 0.25f * static_cast<float>(m)) << i;
    const int low = (at(q6, 64 * n + l + (g % 2 ? 32 : 0)) >> (g < 2 ? 0 : 4)) & 15;
    const int q = (low | (((at(q6, 128 + 32 * n + l) >> (2 * g)) & 3) << 4)) - 32;
    const int scale = static_cast<int8_t>(at(q6, 192 + i / 16));
    EXPECT_EQ(y6[static_cast<size_t>(i)], 0.125f * static_cast<float>(scale * q)) << i;
  }
}

// The power-of-two scales of MXFP4 at both ends: subnormal floats below, NaN above (quant_blocks.h).
TEST(QuantBlocks, Mxfp4Scales) {
  for (int e = 0; e < 255; ++e) EXPECT_EQ(engine::mxfp4_scale(static_cast<uint8_t>(e)), std::ldexp(1.0f, e - 128)) << e;
  std::vector<std::byte> block(17, std::byte{0xf7});  // 12 and -12
  block[0] = std::byte{0};
  EXPECT_EQ(decode(DType::mxfp4, block)[0], std::ldexp(12.0f, -128));
  block[0] = std::byte{252};
  EXPECT_EQ(decode(DType::mxfp4, block)[16], -std::ldexp(12.0f, 124));
  block[0] = std::byte{254};  // 6 * 2^127 is beyond f32
  EXPECT_EQ(decode(DType::mxfp4, block)[16], -std::numeric_limits<float>::infinity());
  block[0] = std::byte{255};
  for (const float v : decode(DType::mxfp4, block)) EXPECT_TRUE(std::isnan(v));
}

// Every byte of TQ1_0 that an encoder writes (five digits as ceil(digits * 256 / 243)) gives its digits back.
TEST(QuantBlocks, TernaryDigitsComeBack) {
  for (int value = 0; value < 243; ++value) {
    std::vector<std::byte> block(54);
    block[0] = static_cast<std::byte>((value * 256 + 242) / 243);
    put_half(block.data() + 52, 1.0f);
    const std::vector<float> y = decode(DType::tq1_0, block);
    int rest = value;
    for (int n = 4; n >= 0; --n, rest /= 3) EXPECT_EQ(y[static_cast<size_t>(32 * n)], static_cast<float>(rest % 3 - 1)) << value;
  }
}

TEST(QuantBlocks, PlainTypes) {
  const float values[] = {0.0f, -1.0f, 3.140625f, 65504.0f, -6.1035156e-5f};
  std::vector<std::byte> f32(sizeof values), f16(10), bf16(10);
  std::memcpy(f32.data(), values, sizeof values);
  for (int i = 0; i < 5; ++i) {
    put_half(f16.data() + 2 * i, values[i]);
    const uint16_t b = engine::float_to_bfloat(values[i]);
    std::memcpy(bf16.data() + 2 * i, &b, 2);
  }
  const std::vector<float> a = decode(DType::f32, f32), b = decode(DType::f16, f16), c = decode(DType::bf16, bf16);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(a[i], values[i]);
    EXPECT_EQ(b[i], values[i]);  // all of them are exact halves
    EXPECT_NEAR(c[i], values[i], std::fabs(values[i]) / 256);
  }
}

TEST(QuantizeQ8, RoundsToNearestAwayFromZero) {
  float x[32] = {};
  x[0] = 127.0f;  // d = 1
  x[1] = 2.5f, x[2] = -2.5f, x[3] = 2.49f, x[4] = -127.0f, x[5] = 0.5f, x[6] = -0.4f;
  std::byte block[34];
  engine::quantize_row_q8_0(x, block, 32);
  uint16_t d;
  std::memcpy(&d, block, 2);
  EXPECT_EQ(engine::half_to_float(d), 1.0f);
  const int expected[] = {127, 3, -3, 2, -127, 1, 0, 0};
  for (int i = 0; i < 8; ++i) EXPECT_EQ(static_cast<int8_t>(block[2 + i]), expected[i]) << i;
}

TEST(QuantizeQ8, ErrorStaysUnderHalfAStep) {
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  std::vector<float> x(32 * 64), y(x.size());
  for (size_t i = 0; i < x.size(); ++i) x[i] = normal(random) * std::pow(10.0f, static_cast<float>(i / 32 % 5) - 2.0f);
  std::vector<std::byte> row(engine::row_bytes(DType::q8_0, static_cast<int64_t>(x.size())));
  engine::quantize_row_q8_0(x.data(), row.data(), static_cast<int64_t>(x.size()));
  engine::dequantize_row(DType::q8_0, row.data(), y.data(), static_cast<int64_t>(y.size()));
  for (size_t b = 0; b < 64; ++b) {
    float amax = 0;
    for (size_t j = 0; j < 32; ++j) amax = std::max(amax, std::fabs(x[32 * b + j]));
    // half a step, plus 127 times the half-precision rounding of the step (2^-11)
    const float limit = amax / 127.0f * (0.5f + 127.0f / 2048.0f);
    for (size_t j = 0; j < 32; ++j) EXPECT_LE(std::fabs(x[32 * b + j] - y[32 * b + j]), limit);
  }
}

TEST(QuantizeQ8, ZeroAndNotANumberAreHarmless) {
  float x[32] = {};
  std::byte block[34];
  engine::quantize_row_q8_0(x, block, 32);
  for (const std::byte b : block) EXPECT_EQ(b, std::byte{0});
  x[3] = NAN, x[4] = 1.0f;
  engine::quantize_row_q8_0(x, block, 32);
  EXPECT_EQ(static_cast<int8_t>(block[2 + 3]), 0);
  EXPECT_EQ(static_cast<int8_t>(block[2 + 4]), 127);
}

}  // namespace
