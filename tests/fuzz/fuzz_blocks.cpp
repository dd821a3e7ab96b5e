// Weights of every block type: the decoder and the matrix kernels of the plain level. The first byte is the type's id, the second
// the number of rows and tokens, the third limits the width of types without blocks; the rest are rows of weights.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "core/quant_blocks.h"
#include "cpu/kernels.h"
#include "fuzz/fuzz_support.h"
#include "support/block_scales.h"

namespace {

using engine::DType;
using engine::DTypeInfo;
using engine::cpu::DotJob;
using hearth_fuzz::require;

constexpr int kMaxRows = 3, kMaxTokens = 18;

/// Memory of exactly n values, so that the sanitizer sees the first one outside.
template <class T>
std::unique_ptr<T[]> exactly(size_t n, const void* from = nullptr) {
  std::unique_ptr<T[]> memory(new T[n]);
  if (from != nullptr) std::memcpy(memory.get(), from, n * sizeof(T));
  return memory;
}

bool same(float a, float b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

/// Whether every number that the bytes of a block stand for is finite in f32.
bool promises_numbers(DType type, const uint8_t* block) {
  const auto finite = [block](int at) {
    uint16_t bits;
    if (at >= 0) std::memcpy(&bits, block + at, sizeof bits);
    return at < 0 || (bits & 0x7c00u) != 0x7c00u;
  };
  const hearth_test::ScaleFields fields = hearth_test::scale_fields(type);
  if (type == DType::mxfp4) return block[0] < 253;  // 6 * 2^126 is the last power of two with all of its numbers
  if (type == DType::iq1_m) return (block[55] & 0x70u) != 0x70u || (block[53] & 0xc0u) != 0xc0u;  // the exponent of the spliced half
  return finite(fields.d) && finite(fields.min);
}

struct Rows {
  const DTypeInfo& info;
  int64_t k = 0;
  int rows = 0, tokens = 0;
  std::unique_ptr<uint8_t[]> weights;
  [[nodiscard]] size_t stride() const { return engine::row_bytes(info.type, k); }
  [[nodiscard]] const std::byte* row(int r) const {
    return reinterpret_cast<const std::byte*>(weights.get()) + static_cast<size_t>(r) * stride();
  }
};

/// Decodes a row whole and block by block.
std::unique_ptr<float[]> decoded(const Rows& w, int r) {
  std::unique_ptr<float[]> whole = exactly<float>(static_cast<size_t>(w.k)), one = exactly<float>(static_cast<size_t>(w.info.block_elems));
  engine::dequantize_row(w.info.type, w.row(r), whole.get(), w.k);
  for (int64_t b = 0; b < w.k / w.info.block_elems; ++b) {
    const auto block = exactly<uint8_t>(static_cast<size_t>(w.info.block_bytes), w.row(r) + b * w.info.block_bytes);
    engine::dequantize_row(w.info.type, reinterpret_cast<const std::byte*>(block.get()), one.get(), w.info.block_elems);
    const bool numbers = w.info.block_elems > 1 && promises_numbers(w.info.type, block.get());
    for (int i = 0; i < w.info.block_elems; ++i) {
      require(same(one[i], whole[b * w.info.block_elems + i]), "a block means the same wherever it is", w.info.name);
      require(!numbers || std::isfinite(one[i]), "finite scales give finite numbers", w.info.name);
    }
  }
  return whole;
}

/// Products of all rows with tokens [first, first + n) into y[token][row].
std::vector<std::unique_ptr<float[]>> products(const Rows& w, const std::vector<std::unique_ptr<float[]>>& x, int first, int n,
                                               bool matrix) {
  const engine::cpu::LinearKernel* kernel = engine::cpu::scalar::table().linear(w.info.type);
  require(kernel != nullptr && !kernel->quantised, "the plain level has every type");
  std::vector<std::unique_ptr<float[]>> y;
  std::vector<float*> y_rows;
  std::vector<const std::byte*> x_rows;
  for (int t = 0; t < n; ++t) {
    y.push_back(exactly<float>(static_cast<size_t>(w.rows)));
    y_rows.push_back(y.back().get());
    x_rows.push_back(reinterpret_cast<const std::byte*>(x[static_cast<size_t>(first + t)].get()));
  }
  alignas(64) static std::byte scratch[engine::cpu::kMatrixScratch];
  const DotJob job{w.info.type, w.row(0), w.stride(), w.k, w.rows, x_rows.data(), n, y_rows.data(), 0};
  if (matrix)
    kernel->matrix(job, scratch);
  else
    kernel->vector(job);
  return y;
}

void check(const Rows& w) {
  std::vector<std::unique_ptr<float[]>> x;
  for (int t = 0; t < w.tokens; ++t) {
    x.push_back(exactly<float>(static_cast<size_t>(w.k)));
    for (int64_t i = 0; i < w.k; ++i) x.back()[i] = static_cast<float>((i * 37 + t * 11) % 65 - 32) / 32.0f;
  }
  const auto vector = products(w, x, 0, w.tokens, false), matrix = products(w, x, 0, w.tokens, true);
  const auto last = products(w, x, w.tokens - 1, 1, false);
  for (int r = 0; r < w.rows; ++r) {
    const std::unique_ptr<float[]> values = decoded(w, r);
    require(same(last[0][r], vector.back()[r]), "a token's result does not depend on its batch", w.info.name);
    for (int t = 0; t < w.tokens; ++t) {
      double sum = 0, magnitude = 0;
      for (int64_t i = 0; i < w.k; ++i) {
        const double product = static_cast<double>(values[i]) * static_cast<double>(x[static_cast<size_t>(t)][i]);
        sum += product;
        magnitude += std::fabs(product);
      }
      // Beyond this a partial sum may leave f32; below, results may be subnormal.
      if (!(magnitude < 1e37)) continue;
      for (const float y : {vector[static_cast<size_t>(t)][r], matrix[static_cast<size_t>(t)][r]})
        require(std::fabs(static_cast<double>(y) - sum) <= 1e-5 * magnitude + 1e-36, "a row's product is that of its numbers", w.info.name);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const DTypeInfo* known = engine::dtype_info(data[0]);
  if (known == nullptr || !known->computable) return 0;
  const DTypeInfo& info = *known;
  Rows w{info, 0, data[1] % kMaxRows + 1, data[1] / kMaxRows % kMaxTokens + 1, nullptr};
  const size_t blocks = (size - 3) / static_cast<size_t>(info.block_bytes) / static_cast<size_t>(w.rows);
  w.k = static_cast<int64_t>(blocks) * info.block_elems;
  if (info.block_elems == 1) w.k = std::min<int64_t>(w.k, 1 + data[2]);
  if (w.k == 0) return 0;
  w.weights = exactly<uint8_t>(w.stride() * static_cast<size_t>(w.rows), data + 3);
  check(w);
  return 0;
}
