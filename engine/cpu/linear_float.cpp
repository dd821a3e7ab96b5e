// F32, F16 and BF16 weights against f32 activations. Compiled once per level.
#include "cpu/linear_level.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

struct ReadF32 {
  static constexpr int kBytes = 4;
  static F8 load(const std::byte* p) { return f8_load(reinterpret_cast<const float*>(p)); }
  static float at(const std::byte* p) {
    float v;
    std::memcpy(&v, p, 4);
    return v;
  }
};
struct ReadF16 {
  static constexpr int kBytes = 2;
  static F8 load(const std::byte* p) { return f8_load_half(p); }
  static float at(const std::byte* p) { return half_at(p); }
};
struct ReadBf16 {
  static constexpr int kBytes = 2;
  static F8 load(const std::byte* p) { return f8_load_bfloat(p); }
  static float at(const std::byte* p) { return bfloat_at(p); }
};

// Four accumulators of eight lanes for every token: the chain of additions is k / 32 long, which keeps f32 rounding near
// 1e-7 for the widest rows and covers the latency of the fused multiply-add.
template <class Read, int N>
void dot_row(const std::byte* w, int64_t k, const float* const* x, float* out) {
  F8 acc[N][4];
  for (int t = 0; t < N; ++t)
    for (int a = 0; a < 4; ++a) acc[t][a] = f8_zero();
  int64_t i = 0;
  for (; i + 32 <= k; i += 32) {
    prefetch_ahead<32 * Read::kBytes>(w + i * Read::kBytes);
    for (int a = 0; a < 4; ++a) {
      const F8 v = Read::load(w + (i + 8 * a) * Read::kBytes);
      for (int t = 0; t < N; ++t) acc[t][a] = f8_fma(v, f8_load(x[t] + i + 8 * a), acc[t][a]);
    }
  }
  for (; i + 8 <= k; i += 8) {
    const F8 v = Read::load(w + i * Read::kBytes);
    for (int t = 0; t < N; ++t) acc[t][0] = f8_fma(v, f8_load(x[t] + i), acc[t][0]);
  }
  for (int t = 0; t < N; ++t) {
    float sum = f8_sum((acc[t][0] + acc[t][1]) + (acc[t][2] + acc[t][3]));
    for (int64_t j = i; j < k; ++j) sum += Read::at(w + j * Read::kBytes) * x[t][j];
    out[t] = sum;
  }
}

template <class Read>
void vector_path(const DotJob& job) {
  const float* const* x = reinterpret_cast<const float* const*>(job.x);
  for (int r = 0; r < job.rows; ++r) {
    const std::byte* w = job.w + static_cast<size_t>(r) * job.row_stride;
    float out[2];
    int t = 0;
    for (; t + 2 <= job.n; t += 2) {
      dot_row<Read, 2>(w, job.k, x + t, out);
      job.y[t][job.y0 + r] = out[0];
      job.y[t + 1][job.y0 + r] = out[1];
    }
    if (t < job.n) {
      dot_row<Read, 1>(w, job.k, x + t, out);
      job.y[t][job.y0 + r] = out[0];
    }
  }
}

/// Columns of the rows that are held as f32 at a time: 16 rows x 1024 x 4 bytes = 64 KiB.
constexpr int64_t kColumns = 1024;

template <int R, int N>
void tile(const float* const* w, const float* const* x, int64_t k, float* out) {
  F8 acc[R][N];
  for (int r = 0; r < R; ++r)
    for (int t = 0; t < N; ++t) acc[r][t] = f8_zero();
  int64_t i = 0;
  for (; i + 8 <= k; i += 8) {
    F8 xv[N];
    for (int t = 0; t < N; ++t) xv[t] = f8_load(x[t] + i);
    for (int r = 0; r < R; ++r) {
      const F8 wv = f8_load(w[r] + i);
      for (int t = 0; t < N; ++t) acc[r][t] = f8_fma(wv, xv[t], acc[r][t]);
    }
  }
  for (int r = 0; r < R; ++r)
    for (int t = 0; t < N; ++t) {
      float sum = f8_sum(acc[r][t]);
      for (int64_t j = i; j < k; ++j) sum += w[r][j] * x[t][j];
      out[r * N + t] = sum;
    }
}

template <int N>
void strip_tokens(const float* const* w, int rows, const float* const* x, int64_t k, const DotJob& job, int t0, bool add) {
  for (int r = 0; r < rows; r += 4) {
    float out[4 * N];
    const float* four[4];
    for (int i = 0; i < 4; ++i) four[i] = w[r + i < rows ? r + i : rows - 1];
    tile<4, N>(four, x, k, out);
    for (int i = 0; i < 4 && r + i < rows; ++i)
      for (int t = 0; t < N; ++t) {
        float& y = job.y[t0 + t][job.y0 + r + i];
        y = add ? y + out[i * N + t] : out[i * N + t];
      }
  }
}

template <class Read>
void matrix_path(const DotJob& job, std::byte* scratch) {
  float* unpacked = reinterpret_cast<float*>(scratch);
  for (int64_t c = 0; c < job.k; c += kColumns) {
    const int64_t n = job.k - c < kColumns ? job.k - c : kColumns;
    const float* w[kMatrixRows];
    for (int r = 0; r < job.rows; ++r) {
      const std::byte* row = job.w + static_cast<size_t>(r) * job.row_stride + c * Read::kBytes;
      if constexpr (Read::kBytes == 4) {
        w[r] = reinterpret_cast<const float*>(row);
      } else {
        float* to = unpacked + r * kColumns;
        int64_t i = 0;
        for (; i + 8 <= n; i += 8) f8_store(to + i, Read::load(row + i * Read::kBytes));
        for (; i < n; ++i) to[i] = Read::at(row + i * Read::kBytes);
        w[r] = to;
      }
    }
    for (int t = 0; t < job.n; t += 2) {
      const float* x[2];
      for (int i = 0; i < 2 && t + i < job.n; ++i) x[i] = reinterpret_cast<const float*>(job.x[t + i]) + c;
      if (t + 2 <= job.n)
        strip_tokens<2>(w, job.rows, x, n, job, t, c > 0);
      else
        strip_tokens<1>(w, job.rows, x, n, job, t, c > 0);
    }
  }
}

template <class Read>
constexpr LinearKernel make_kernel() {
  return {false, vector_path<Read>, matrix_path<Read>};
}
constexpr LinearKernel kF32 = make_kernel<ReadF32>(), kF16 = make_kernel<ReadF16>(), kBf16 = make_kernel<ReadBf16>();

}  // namespace

const LinearKernel* linear_float(DType type) {
  if (type == DType::f32) return &kF32;
  if (type == DType::f16) return &kF16;
  return type == DType::bf16 ? &kBf16 : nullptr;
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
