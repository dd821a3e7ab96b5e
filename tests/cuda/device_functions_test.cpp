// Functions of kernels that need no other threads, against plain arithmetic on the processor.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "core/quant_blocks.h"
#include "cuda/device/activation.cuh"
#include "cuda/device/blocks.cuh"
#include "cuda/device/kv.cuh"
#include "cuda/device/order.cuh"
#include "cuda/device/quantize.cuh"
#include "cuda/device/rope.cuh"
#include "cuda/device/route.cuh"
#include "cuda/device/two_floats.cuh"

namespace engine::cuda {
namespace {

/// Memory whose end is the end of what may be read.
class GuardedBytes {
 public:
  GuardedBytes() {
    begin_ = static_cast<std::byte*>(mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (begin_ == MAP_FAILED || mprotect(begin_ + page_, page_, PROT_NONE) != 0) std::abort();
  }
  ~GuardedBytes() { munmap(begin_, 2 * page_); }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  /// The last `n` bytes.
  std::byte* last(size_t n) { return begin_ + page_ - n; }

 private:
  size_t page_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::byte* begin_ = nullptr;
};

void fill_random(std::byte* bytes, size_t n, std::mt19937& random) {
  for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<std::byte>(random());
}

/// Equal but for two more roundings where a minimum is added, which may be one.
void expect_weight(float mine, float truth, float scale, const char* type, int e) {
  if (std::isnan(truth) || std::isinf(truth)) {
    EXPECT_FALSE(std::isfinite(mine)) << type << " " << e;
    return;
  }
  EXPECT_LE(std::fabs(mine - truth), 2.5e-7f * scale) << type << " " << e << ": " << mine << " instead of " << truth;
}

/// Every unit of a few blocks of random bytes, at every alignment that rows of the type have.
template <DType kType>
void check_blocks() {
  using B = Block<kType>;
  const char* name = dtype_name(kType);
  static_assert(B::kElems % kUnit == 0);
  ASSERT_EQ(B::kElems, dtype_info(kType).block_elems) << name;
  ASSERT_EQ(B::kBytes, dtype_info(kType).block_bytes) << name;
  constexpr int kBlocks = 3, kElems = kBlocks * B::kElems;
  constexpr size_t kRow = static_cast<size_t>(kBlocks) * B::kBytes;
  GuardedBytes memory;
  std::mt19937 random(static_cast<unsigned>(kType));
  for (size_t shift = 0; shift < 16; shift += B::kAlign) {
    if ((kRow + shift) % B::kAlign != 0) continue;
    for (int round = 0; round < 40; ++round) {
      std::byte* row = memory.last(kRow + shift);
      fill_random(row, kRow + shift, random);
      std::array<float, kElems> truth{};
      dequantize_row(kType, row, truth.data(), kElems);
      for (int unit = 0; unit < kElems / kUnit; ++unit) {
        const auto* bytes = reinterpret_cast<const uint8_t*>(row);
        float floats[kUnit];
        decode_floats<kType>(bytes, unit, floats);
        const Unit u = decode_unit<kType>(bytes, unit);
        for (int e = 0; e < kUnit; ++e) {
          const int half = B::kScales == 2 ? e / 16 : 0;
          const float m = B::kMin ? u.m[half] : 0.0f, expected = truth[static_cast<size_t>(unit * kUnit + e)];
          const int code = signed_byte(signed_codes<kType>(u.q[e / 4]), e % 4);
          const float scale = std::fabs(u.d[half] * static_cast<float>(code)) + std::fabs(m);
          expect_weight(floats[e], expected, scale, name, e);
          expect_weight(u.d[half] * static_cast<float>(code) + m, expected, scale, name, e);
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }
}

TEST(CudaBlocks, EveryTypeIsDecodedAsByTheScalarCode) {
  check_blocks<DType::q4_0>();
  check_blocks<DType::q4_1>();
  check_blocks<DType::q5_0>();
  check_blocks<DType::q5_1>();
  check_blocks<DType::q8_0>();
  check_blocks<DType::q2_k>();
  check_blocks<DType::q3_k>();
  check_blocks<DType::q4_k>();
  check_blocks<DType::q5_k>();
  check_blocks<DType::q6_k>();
  check_blocks<DType::iq4_nl>();
  check_blocks<DType::iq4_xs>();
  check_blocks<DType::tq1_0>();
  check_blocks<DType::tq2_0>();
  check_blocks<DType::mxfp4>();
}

TEST(CudaBlocks, ScalesOfFp4CoverAllExponents) {
  for (uint32_t e = 0; e < 255; ++e) EXPECT_EQ(cuda::mxfp4_scale(e), engine::mxfp4_scale(static_cast<uint8_t>(e))) << e;
  EXPECT_TRUE(std::isnan(cuda::mxfp4_scale(255)));
}

TEST(CudaHalves, ArePackedLowFirst) {
  EXPECT_EQ(pack_halves(1.0f, -2.0f), 0xc0003c00u);
  EXPECT_EQ(pack_halves(65520.0f, 0x1p-25f), 0x00007c00u);  // infinity; a tie that falls to 0
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float v = engine::half_to_float(static_cast<uint16_t>(bits));
    if (!std::isnan(v)) {
      ASSERT_EQ(pack_halves(v, v), bits | bits << 16);
    }
    const float b = bf16_to_float(static_cast<uint16_t>(bits)), truth = engine::bfloat_to_float(static_cast<uint16_t>(bits));
    ASSERT_EQ(std::bit_cast<uint32_t>(b), std::bit_cast<uint32_t>(truth));
  }
}

TEST(CudaRope, AnglesAreExactAtLargePositions) {
  constexpr int kPairs = 64;
  for (const double base : {10000.0, 1000000.0})
    for (int i = 0; i < kPairs; ++i) {
      const long double inv_freq = std::pow(static_cast<long double>(base), -static_cast<long double>(i) / kPairs);
      const long double turn = inv_freq / (2 * std::numbers::pi_v<long double>);
      const auto turns = static_cast<uint64_t>((turn - std::floor(turn)) * 0x1p64L);
      for (const int position : {0, 1, 2, 31, 1000, 4097, 131071, 1048575, 16777217, 2147483647}) {
        float sine, cosine;
        sincos_turns(turns * static_cast<uint64_t>(position), sine, cosine);
        const long double angle = inv_freq * position;
        EXPECT_NEAR(sine, static_cast<double>(std::sin(angle)), 2e-7) << base << " " << i << " " << position;
        EXPECT_NEAR(cosine, static_cast<double>(std::cos(angle)), 2e-7) << base << " " << i << " " << position;
      }
    }
}

TEST(CudaRope, EveryEighthOfATurnIsHit) {
  for (uint64_t step = 0; step < 4096; ++step)
    for (const uint64_t beside : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
      const uint64_t turns = (step << 52) + beside;
      float sine, cosine;
      sincos_turns(turns, sine, cosine);
      const double angle = static_cast<double>(static_cast<int64_t>(turns)) * 0x1p-64 * 2 * std::numbers::pi;
      ASSERT_NEAR(sine, std::sin(angle), 2e-7) << step;
      ASSERT_NEAR(cosine, std::cos(angle), 2e-7) << step;
    }
}

TEST(CudaRope, PairsAreTurnedAndScaled) {
  const std::array<uint64_t, 2> turns{uint64_t{1} << 61, uint64_t{1} << 60};  // eighths and sixteenths of a turn
  const Rope rope{turns.data(), 4, 0, 2.0f};
  const Pair turned = rotate({1.0f, 0.0f}, rope, 0, 2);
  EXPECT_NEAR(turned.a, 0.0f, 1e-6f);
  EXPECT_NEAR(turned.b, 2.0f, 1e-6f);
  Rope neox = rope;
  neox.neox = 1;
  for (int d = 0; d < 4; ++d) {
    const int a = pair_of(rope, d), b = pair_of(neox, d);
    EXPECT_TRUE(pair_first(rope, a) == d || pair_first(rope, a) + pair_distance(rope) == d);
    EXPECT_TRUE(pair_first(neox, b) == d || pair_first(neox, b) + pair_distance(neox) == d);
  }
}

TEST(CudaOrder, KeysCompareAsFloats) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity(), kTiny = std::numeric_limits<float>::denorm_min();
  const std::vector<float> ascending{-kInfinity, -3e38f, -2.0f, -1.0f, -1e-30f, -kTiny, 0.0f, kTiny, 1e-30f, 1.0f, 2.0f, 3e38f, kInfinity};
  for (size_t i = 0; i < ascending.size(); ++i) {
    EXPECT_EQ(from_key(order_key(ascending[i])), ascending[i]);
    EXPECT_GT(order_key(ascending[i]), kNanKey);
    for (size_t j = 0; j < ascending.size(); ++j)
      EXPECT_EQ(order_key(ascending[i]) > order_key(ascending[j]), ascending[i] > ascending[j]) << i << " " << j;
  }
  EXPECT_EQ(order_key(-0.0f), order_key(0.0f));
  for (const float nan : {std::nanf(""), -std::nanf("")}) {
    EXPECT_EQ(order_key(nan), kNanKey);
    EXPECT_EQ(rank_key(nan), rank_key(-kInfinity));
  }
  EXPECT_TRUE(std::isnan(from_key(kNanKey)));
}

TEST(CudaTwoFloats, ExponentialsHaveMoreDigitsThanAFloat) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> range(-80.0f, 88.0f);
  for (int i = 0; i < 20000; ++i) {
    const float x = range(random), low = x * 0x1p-26f;
    const float2 y = two_exp(make_float2(x, low));
    const double truth = std::exp(static_cast<double>(x) + static_cast<double>(low));
    const double mine = static_cast<double>(y.x) + static_cast<double>(y.y);
    ASSERT_LE(std::fabs(mine - truth), 0x1p-28 * truth) << x;
  }
  EXPECT_EQ(two_exp(make_float2(0.0f, 0.0f)).x, 1.0f);
  EXPECT_EQ(two_exp(make_float2(-200.0f, 0.0f)).x, 0.0f);
  EXPECT_EQ(two_exp(make_float2(lowest_float(), 0.0f)).x, 0.0f);
  EXPECT_TRUE(std::isnan(two_exp(make_float2(std::nanf(""), 0.0f)).x));
}

TEST(CudaTwoFloats, QuotientsAndSigmoidsRoundAsDoubles) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> range(-30.0f, 30.0f);
  int other = 0;
  for (int i = 0; i < 20000; ++i) {
    const float x = range(random);
    other += exact_sigmoid(x) != static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(x))));
    const float2 a = two_sum(range(random), range(random) * 1e-8f), b = two_sum(std::fabs(range(random)) + 1.0f, range(random) * 1e-9f);
    const double truth = (static_cast<double>(a.x) + static_cast<double>(a.y)) / (static_cast<double>(b.x) + static_cast<double>(b.y));
    other += two_quotient(a, b) != static_cast<float>(truth);
  }
  EXPECT_LE(other, 40);  // close to the middle between two floats
}

TEST(CudaCache, RowsOfEveryTypeAreReadAsByTheScalarCode) {
  constexpr int kN = 96;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> values(kN);
  for (float& v : values) v = normal(random);
  alignas(16) std::array<std::byte, kN * sizeof(float)> row{};
  const auto check = [&]<KvDType kv>(std::integral_constant<KvDType, kv>, const std::vector<float>& truth) {
    for (int e = 0; e < kN; ++e) EXPECT_EQ(kv_value<kv>(row.data(), e), truth[static_cast<size_t>(e)]);
    for (int e = 0; e < kN; e += 4) {
      const float4 q = kv_quad<kv>(row.data(), e);
      const float four[] = {q.x, q.y, q.z, q.w};
      for (int i = 0; i < 4; ++i) EXPECT_EQ(four[i], truth[static_cast<size_t>(e + i)]);
    }
  };
  std::memcpy(row.data(), values.data(), sizeof(float) * kN);
  check(std::integral_constant<KvDType, KvDType::f32>(), values);
  std::vector<float> truth(kN);
  for (size_t i = 0; i < kN; ++i) {
    const uint16_t half = engine::float_to_half(values[i]);
    std::memcpy(row.data() + 2 * i, &half, 2);
    truth[i] = engine::half_to_float(half);
  }
  check(std::integral_constant<KvDType, KvDType::f16>(), truth);
  quantize_row_q8_0(values.data(), row.data(), kN);
  dequantize_row(DType::q8_0, row.data(), truth.data(), kN);
  check(std::integral_constant<KvDType, KvDType::q8_0>(), truth);
}

TEST(CudaCache, CodesAreRoundedAsByTheScalarCode) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  for (int round = 0; round < 300; ++round) {
    std::array<float, 32> values{};
    for (float& v : values) v = normal(random);
    if (round % 10 == 0) values.fill(0.0f);
    std::array<std::byte, 34> block{};
    quantize_row_q8_0(values.data(), block.data(), 32);
    float top = 0;
    for (const float v : values) top = std::max(top, std::fabs(v));
    for (size_t i = 0; i < 32; ++i) {
      const int mine = static_cast<int8_t>(q8_code(values[i], top / 127.0f)), truth = static_cast<int8_t>(block[2 + i]);
      ASSERT_LE(std::abs(mine - truth), 1);  // next to a tie
      ASSERT_NEAR(static_cast<float>(mine) * top / 127.0f, values[i], 0.5001f * top / 127.0f);
    }
  }
  EXPECT_EQ(q8_code(1.0f, 0.0f), 0u);
}

TEST(CudaActivations, CodesAreTheNearest) {
  for (int i = -1270; i <= 1270; ++i) {
    const float v = static_cast<float>(i) * 0.1f;
    EXPECT_NEAR(static_cast<float>(static_cast<int8_t>(round_code(v, 1.0f))), v, 0.50001f) << v;
  }
  const uint32_t packed = (static_cast<uint32_t>(-300) & 0xffffu) | 77u << 16;
  EXPECT_EQ(first_sum(static_cast<int>(packed)), -300);
  EXPECT_EQ(second_sum(static_cast<int>(packed)), 77);
}

TEST(CudaActivations, GatedPairs) {
  for (float g = -9.0f; g <= 9.0f; g += 0.37f)
    for (float u = -9.0f; u <= 9.0f; u += 0.71f) {
      const double silu = static_cast<double>(g) / (1.0 + std::exp(-static_cast<double>(g))) * static_cast<double>(u);
      EXPECT_NEAR(activate(ActKind::silu, g, u), silu, 1e-6 * std::fabs(silu) + 1e-7);
      const double gate = std::min(static_cast<double>(g), 7.0), up = std::clamp(static_cast<double>(u), -7.0, 7.0);
      const double clamped = gate / (1.0 + std::exp(-1.702 * gate)) * (up + 1.0);
      EXPECT_NEAR(activate(ActKind::swiglu_clamped, g, u), clamped, 1e-6 * std::fabs(clamped) + 1e-6);
    }
}

}  // namespace
}  // namespace engine::cuda
