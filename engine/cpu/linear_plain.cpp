// Quantised weights where no integer dot product is at hand: 256 weights at a time are decoded to f32. Exact up to f32
// rounding; used at the plain C++ level.
#include "core/quant_blocks.h"
#include "cpu/linear_level.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

constexpr int64_t kColumns = 256;

void dot_columns(const float* w, const float* x, int64_t n, F8* acc) {
  for (int64_t i = 0; i < n; i += 32)
    for (int a = 0; a < 4; ++a) acc[a] = f8_fma(f8_load(w + i + 8 * a), f8_load(x + i + 8 * a), acc[a]);
}

void vector_path(const DotJob& job) {
  float w[kColumns];
  for (int t0 = 0; t0 < job.n; t0 += kVectorTokens) {
    const int n = job.n - t0 < kVectorTokens ? job.n - t0 : kVectorTokens;
    for (int r = 0; r < job.rows; ++r) {
      F8 acc[kVectorTokens][4] = {};
      for (int64_t c = 0; c < job.k; c += kColumns) {
        const int64_t columns = job.k - c < kColumns ? job.k - c : kColumns;
        dequantize_row(job.type, job.w + static_cast<size_t>(r) * job.row_stride + row_bytes(job.type, c), w, columns);
        for (int t = 0; t < n; ++t) dot_columns(w, reinterpret_cast<const float*>(job.x[t0 + t]) + c, columns, acc[t]);
      }
      for (int t = 0; t < n; ++t) job.y[t0 + t][job.y0 + r] = f8_sum((acc[t][0] + acc[t][1]) + (acc[t][2] + acc[t][3]));
    }
  }
}

constexpr LinearKernel kPlain = {false, vector_path, [](const DotJob& job, std::byte*) { vector_path(job); }};

}  // namespace

const LinearKernel* linear_plain(DType type) {
  const DTypeInfo& info = dtype_info(type);
  return info.computable && info.block_elems > 1 ? &kPlain : nullptr;
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
