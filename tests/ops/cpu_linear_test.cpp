// The matrix kernels of every instruction set level, types and widths against sums in f64 over the very numbers they multiply:
// decoded weights and, where the kernel takes them so, quantised activations. Weights and activations end at a page that cannot be
// read, as the last tensor of a mapped file may.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/quant_blocks.h"
#include "cpu/kernels.h"
#include "support/block_scales.h"

namespace {

using engine::DType;
using engine::cpu::ActLayout;
using engine::cpu::DotJob;
using engine::cpu::Kernels;
using engine::cpu::Level;
using engine::cpu::LinearKernel;

/// Bytes whose end is the end of readable memory.
class Guarded {
 public:
  explicit Guarded(size_t bytes) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    mapped_ = (bytes + page - 1) / page * page + page;
    base_ = static_cast<std::byte*>(mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(base_, MAP_FAILED);
    EXPECT_EQ(mprotect(base_ + mapped_ - page, page, PROT_NONE), 0);
    data_ = base_ + mapped_ - page - bytes;
  }
  ~Guarded() { munmap(base_, mapped_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  [[nodiscard]] std::byte* data() const { return data_; }

 private:
  size_t mapped_ = 0;
  std::byte *base_ = nullptr, *data_ = nullptr;
};

/// Random codes with scales around 0.02 of either sign; float types get normals.
void fill_row(DType type, std::byte* row, int64_t n, std::mt19937& random) {
  std::normal_distribution<float> normal;
  const engine::DTypeInfo& info = engine::dtype_info(type);
  for (int64_t b = 0; b < n / info.block_elems; ++b, row += info.block_bytes) {
    for (int i = 0; i < info.block_bytes; ++i) row[i] = static_cast<std::byte>(random() & 255u);
    const float value = normal(random);
    const uint16_t bits = type == DType::f16 ? engine::float_to_half(value) : engine::float_to_bfloat(value);
    if (type == DType::f32) std::memcpy(row, &value, 4);
    if (type == DType::f16 || type == DType::bf16) std::memcpy(row, &bits, 2);
    hearth_test::set_scales(type, row, 0.02f * (0.1f + std::fabs(value)) * (random() % 2 ? 1.0f : -1.0f), 0.03f * normal(random));
  }
}

struct Product {
  DType type;
  int64_t k;
  int rows, tokens;
};

/// What a token's activations are to the kernel.
std::vector<double> seen(const LinearKernel& kernel, const std::byte* x, int64_t k) {
  std::vector<double> values(static_cast<size_t>(k));
  const ActLayout layout(k);
  for (int64_t i = 0; i < k; ++i) {
    float v;
    std::memcpy(&v, kernel.quantised ? x + layout.d + static_cast<size_t>(i / 32) * 4 : x + i * 4, 4);
    values[static_cast<size_t>(i)] = static_cast<double>(v) * (kernel.quantised ? static_cast<int8_t>(x[i]) : 1.0);
  }
  return values;
}

class CpuLinear : public testing::TestWithParam<Level> {
 protected:
  void SetUp() override {
    kernels_ = engine::cpu::kernels(GetParam());
    if (kernels_ == nullptr) GTEST_SKIP() << "this build or processor lacks the level";
  }

  void check(const Product& p, std::mt19937& random) const {
    const LinearKernel* kernel = kernels_->linear(p.type);
    ASSERT_NE(kernel, nullptr) << engine::dtype_name(p.type);
    const size_t stride = engine::row_bytes(p.type, p.k);
    const Guarded weights(stride * static_cast<size_t>(p.rows));
    for (int r = 0; r < p.rows; ++r) fill_row(p.type, weights.data() + static_cast<size_t>(r) * stride, p.k, random);
    const size_t x_stride = kernel->quantised ? ActLayout(p.k).stride : static_cast<size_t>(p.k) * 4;
    const Guarded activations(x_stride * static_cast<size_t>(p.tokens));
    std::vector<const std::byte*> x;
    std::normal_distribution<float> normal;
    for (int t = 0; t < p.tokens; ++t) {
      std::vector<float> values(static_cast<size_t>(p.k));
      for (float& v : values) v = t % 5 == 3 ? 0.0f : normal(random);
      std::byte* row = activations.data() + static_cast<size_t>(t) * x_stride;
      if (kernel->quantised)
        kernels_->quantise(values.data(), p.k, row);
      else
        std::memcpy(row, values.data(), x_stride);
      x.push_back(row);
    }
    for (const bool matrix : {false, true}) compare(p, *kernel, weights.data(), x, matrix);
  }

 private:
  static void run(const Product& p, const LinearKernel& kernel, const std::byte* w, const std::vector<const std::byte*>& x, bool matrix,
                  float* const* y) {
    DotJob job;
    job.type = p.type;
    job.row_stride = engine::row_bytes(p.type, p.k);
    job.k = p.k;
    job.x = x.data();
    job.n = p.tokens;
    job.y = y;
    const int step = matrix ? engine::cpu::kMatrixRows : p.rows;
    std::vector<std::byte> memory(engine::cpu::kMatrixScratch + 64);
    std::byte* scratch = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64);
    for (int r = 0; r < p.rows; r += step) {
      job.w = w + static_cast<size_t>(r) * job.row_stride;
      job.rows = std::min(step, p.rows - r);
      job.y0 = r;
      if (matrix)
        kernel.matrix(job, scratch);
      else
        kernel.vector(job);
    }
  }

  static void compare(const Product& p, const LinearKernel& kernel, const std::byte* w, const std::vector<const std::byte*>& x,
                      bool matrix) {
    std::vector<std::vector<float>> y(x.size(), std::vector<float>(static_cast<size_t>(p.rows) + 1, -7.0f));
    std::vector<float*> rows;
    for (std::vector<float>& row : y) rows.push_back(row.data());
    run(p, kernel, w, x, matrix, rows.data());
    std::vector<float> decoded(static_cast<size_t>(p.k));
    for (int r = 0; r < p.rows; ++r) {
      engine::dequantize_row(p.type, w + static_cast<size_t>(r) * engine::row_bytes(p.type, p.k), decoded.data(), p.k);
      float largest = 0;
      for (const float v : decoded) largest = std::max(largest, std::fabs(v));
      for (size_t t = 0; t < x.size(); ++t) {
        const std::vector<double> values = seen(kernel, x[t], p.k);
        double sum = 0, magnitude = 0;
        for (size_t i = 0; i < values.size(); ++i) {
          sum += static_cast<double>(decoded[i]) * values[i];
          magnitude += static_cast<double>(largest) * std::fabs(values[i]);
        }
        // f32 sums of integers moved by an offset: the offset may be as large as the largest value.
        ASSERT_NEAR(y[t][static_cast<size_t>(r)], sum, 1e-6 * magnitude)
            << engine::dtype_name(p.type) << " k " << p.k << " row " << r << " of " << p.rows << " token " << t << " of " << p.tokens
            << (matrix ? " matrix" : " vector");
      }
    }
    for (const std::vector<float>& row : y) EXPECT_EQ(row.back(), -7.0f) << "written behind the last row";
  }

 protected:
  const Kernels* kernels_ = nullptr;
};

TEST_P(CpuLinear, AgreesWithSumsInDoublePrecision) {
  std::mt19937 random(2024);
  constexpr int kTokens[] = {1, 2, 3, 4, 5, 8, 9, 17, 33};
  size_t i = 0;
  for (const DType type : engine::computable_types()) {
    const int block = engine::dtype_info(type).block_elems;
    for (const int blocks : {1, 2, 3, 5, 7, 8, 9, 11, 16, 17, 44, 65, 97}) {
      const int64_t k = static_cast<int64_t>(block) * (block == 256 ? (blocks + 4) / 5 : blocks);
      const int rows = 1 + static_cast<int>(random() % 19);
      check({type, k, rows, kTokens[i++ % std::size(kTokens)]}, random);
    }
  }
}

/// A row with a scale that is no number says so; its neighbours do not notice. formats.md 2.1: exponent 255 of MXFP4 is NaN.
TEST_P(CpuLinear, BrokenScalesStayInTheirRow) {
  std::mt19937 random(5);
  constexpr int64_t k = 512;
  for (const DType type : engine::computable_types()) {
    if (engine::dtype_info(type).block_elems == 1) continue;
    const LinearKernel* kernel = kernels_->linear(type);
    const size_t stride = engine::row_bytes(type, k);
    std::vector<std::byte> w(stride * 3);
    for (size_t r = 0; r < 3; ++r) fill_row(type, w.data() + r * stride, k, random);
    hearth_test::set_scales(type, w.data() + stride, std::numeric_limits<float>::quiet_NaN(), 0.0f);
    if (type == DType::mxfp4) w[stride] = std::byte{255};
    std::vector<float> values(k, 0.5f);
    std::vector<std::byte> quantised(ActLayout(k).stride);
    kernels_->quantise(values.data(), k, quantised.data());
    const std::vector<const std::byte*> x(17, kernel->quantised ? quantised.data() : reinterpret_cast<const std::byte*>(values.data()));
    std::vector<std::vector<float>> y(x.size(), std::vector<float>(3));
    std::vector<float*> rows;
    for (std::vector<float>& row : y) rows.push_back(row.data());
    alignas(64) static std::byte scratch[engine::cpu::kMatrixScratch];
    const DotJob job{type, w.data(), stride, k, 3, x.data(), 17, rows.data(), 0};
    for (const bool matrix : {false, true}) {
      if (matrix)
        kernel->matrix(job, scratch);
      else
        kernel->vector(job);
      for (const std::vector<float>& row : y) {
        EXPECT_TRUE(std::isfinite(row[0]) && std::isfinite(row[2])) << engine::dtype_name(type);
        EXPECT_TRUE(std::isnan(row[1])) << engine::dtype_name(type);
      }
    }
  }
}

/// The exponents of MXFP4 at the ends of f32: 2^-128 is subnormal.
TEST_P(CpuLinear, Mxfp4ExponentsAtTheEnds) {
  const LinearKernel* kernel = kernels_->linear(DType::mxfp4);
  constexpr int64_t k = 32 * 9;  // eight blocks together, one alone
  for (const int e : {0, 1, 2, 3, 127, 128, 200}) {
    std::vector<std::byte> w(engine::row_bytes(DType::mxfp4, k), std::byte{0x17});  // 12 and 1
    for (size_t b = 0; b < 9; ++b) w[17 * b] = static_cast<std::byte>(e);
    std::vector<float> values(k, 1.0f);
    std::vector<std::byte> quantised(ActLayout(k).stride);
    kernels_->quantise(values.data(), k, quantised.data());
    const std::byte* const x[] = {kernel->quantised ? quantised.data() : reinterpret_cast<const std::byte*>(values.data())};
    float out = 0;
    float* const y[] = {&out};
    kernel->vector({DType::mxfp4, w.data(), w.size(), k, 1, x, 1, y, 0});
    EXPECT_NEAR(std::ldexp(static_cast<double>(out), 128 - e), 9 * 16 * (12 + 1), 0.01) << e;
  }
}

std::string level_name(const testing::TestParamInfo<Level>& level) {
  constexpr const char* kNames[] = {"scalar", "avx2", "avx_vnni", "avx512"};
  return kNames[static_cast<int>(level.param)];
}
INSTANTIATE_TEST_SUITE_P(Levels, CpuLinear, testing::Values(Level::scalar, Level::avx2, Level::avx_vnni, Level::avx512), level_name);

}  // namespace
