// Element-wise kernels, activation quantisation and the table of one level.
#include <cmath>

#include "cpu/linear_level.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

#if !defined(__AVX2__)
uint16_t to_half(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return sign | 0x7e00u;
  if (magnitude >= 0x477ff000u) return sign | 0x7c00u;
  // Below 2^-14 adding 0.5 leaves the rounded subnormal in the low bits.
  if (magnitude < 0x38800000u)
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u));
  return static_cast<uint16_t>(sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13));
}
#endif

namespace {

/// d = max|x| / 127, q = round(x / d): round to nearest even, which differs from ggml only at exact halves.
void quantise_block(const float* x, int8_t* q, float* d, float* ds, float* ds16) {
  F8 v[4], top = f8_zero();
  for (int i = 0; i < 4; ++i) {
    v[i] = f8_load(x + 8 * i);
    top = f8_max(top, f8_abs(v[i]));
  }
  const float amax = f8_hmax(top);
  *d = amax / 127.0f;
  const F8 inverse = f8_set(amax > 0 ? 127.0f / amax : 0.0f);
#if defined(__AVX2__)
  __m256i whole[4];
  for (int i = 0; i < 4; ++i) whole[i] = _mm256_cvtps_epi32((v[i] * inverse).v);
  const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(whole[0], whole[1]), _mm256_packs_epi32(whole[2], whole[3]));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(q), _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
  // Two sums of eight lanes each, exact in integers: lane 0 gets the first half of the block, lane 1 the second.
  __m256i sums = _mm256_hadd_epi32(_mm256_add_epi32(whole[0], whole[1]), _mm256_add_epi32(whole[2], whole[3]));
  sums = _mm256_hadd_epi32(sums, sums);
  const __m128i both = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  const auto first = static_cast<float>(_mm_cvtsi128_si32(both)), second = static_cast<float>(_mm_extract_epi32(both, 1));
  ds16[0] = *d * first;
  ds16[1] = *d * second;
  *ds = *d * (first + second);
#else
  float sum[4];
  for (int i = 0; i < 4; ++i) {
    const F8 rounded = f8_round(v[i] * inverse);
    sum[i] = f8_sum(rounded);
    float whole[8];
    f8_store(whole, rounded);
    for (int j = 0; j < 8; ++j) q[8 * i + j] = static_cast<int8_t>(whole[j]);
  }
  ds16[0] = *d * (sum[0] + sum[1]);
  ds16[1] = *d * (sum[2] + sum[3]);
  *ds = *d * ((sum[0] + sum[1]) + (sum[2] + sum[3]));
#endif
}

void quantise(const float* x, int64_t k, std::byte* row) {
  const ActLayout layout(k);
  auto* q = reinterpret_cast<int8_t*>(row);
  auto* d = reinterpret_cast<float*>(row + layout.d);
  auto* ds = reinterpret_cast<float*>(row + layout.ds);
  auto* ds16 = reinterpret_cast<float*>(row + layout.ds16);
  for (int64_t b = 0; b < k / 32; ++b) quantise_block(x + 32 * b, q + 32 * b, d + b, ds + b, ds16 + 2 * b);
  // Kernels read eight scales at a time and multiply those past the end by zero: they must be numbers.
  const size_t end = layout.ds16 + static_cast<size_t>(k / 16) * 4;
  std::memset(row + end, 0, layout.stride - end);
}

void rms_norm(const float* x, const float* weight, float eps, int64_t n, float* y) {
  F8 acc[4] = {f8_zero(), f8_zero(), f8_zero(), f8_zero()};
  int64_t i = 0;
  for (; i + 32 <= n; i += 32)
    for (int a = 0; a < 4; ++a) {
      const F8 v = f8_load(x + i + 8 * a);
      acc[a] = f8_fma(v, v, acc[a]);
    }
  double sum = static_cast<double>(f8_sum((acc[0] + acc[1]) + (acc[2] + acc[3])));
  for (; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  const auto scale = static_cast<float>(1.0 / std::sqrt(sum / static_cast<double>(n) + static_cast<double>(eps)));
  for (i = 0; i + 8 <= n; i += 8) f8_store(y + i, f8_load(x + i) * f8_set(scale) * f8_load(weight + i));
  for (; i < n; ++i) y[i] = x[i] * scale * weight[i];
}

void add_scaled(float* x, const float* part, float scale, int64_t n) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) f8_store(x + i, f8_fma(f8_load(part + i), f8_set(scale), f8_load(x + i)));
  for (; i < n; ++i) x[i] += part[i] * scale;
}

/// Applies fn to vectors of x; the tail goes through a padded copy.
template <class Fn>
void map(const float* x, const float* x2, int64_t n, float* y, Fn&& fn) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) f8_store(y + i, fn(f8_load(x + i), f8_load(x2 + i)));
  if (i == n) return;
  float a[8] = {}, b[8] = {}, out[8];
  std::memcpy(a, x + i, static_cast<size_t>(n - i) * 4);
  std::memcpy(b, x2 + i, static_cast<size_t>(n - i) * 4);
  f8_store(out, fn(f8_load(a), f8_load(b)));
  std::memcpy(y + i, out, static_cast<size_t>(n - i) * 4);
}

void silu_mul(const float* g, const float* u, int64_t n, float* y) {
  map(g, u, n, y, [](F8 a, F8 b) { return f8_silu(a) * b; });
}

void swiglu_clamped(const float* g, const float* u, int64_t n, float* y) {
  map(g, u, n, y, [](F8 a, F8 b) {
    const F8 limit = f8_set(7.0f), gate = f8_min(a, limit), up = f8_max(f8_min(b, limit), f8_set(-7.0f));
    return gate / (f8_set(1.0f) + f8_exp(gate * f8_set(-1.702f))) * (up + f8_set(1.0f));
  });
}

/// NaN is passed over.
float max_value(const float* x, int64_t n) {
  F8 top = f8_set(-INFINITY);
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) top = f8_max(f8_load(x + i), top);
  float m = f8_hmax(top);
  for (; i < n; ++i) m = x[i] > m ? x[i] : m;
  return m;
}

double sum_exp(const float* x, float max, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; i += 512) {
    const int64_t m = n - i < 512 ? n - i : 512;
    F8 acc = f8_zero();
    int64_t j = 0;
    for (; j + 8 <= m; j += 8) acc = acc + f8_exp(f8_load(x + i + j) - f8_set(max));
    sum += static_cast<double>(f8_sum(acc));
    for (; j < m; ++j) sum += std::exp(static_cast<double>(x[i + j]) - static_cast<double>(max));
  }
  return sum;
}

void half_row(const float* x, int64_t n, std::byte* y) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) f8_store_half(y + 2 * i, f8_load(x + i));
  for (; i < n; ++i) {
    const uint16_t h = to_half(x[i]);
    std::memcpy(y + 2 * i, &h, 2);
  }
}

const LinearKernel* linear(DType type) {
  if (const LinearKernel* k = linear_float(type)) return k;
#if defined(__AVX2__)
  if (const LinearKernel* k = linear_legacy(type)) return k;
  if (const LinearKernel* k = linear_kquant32(type)) return k;
  if (const LinearKernel* k = linear_kquant16(type)) return k;
#endif
  return linear_plain(type);
}

constexpr Kernels kTable = {HEARTH_CPU_LEVEL_NAME, linear,    quantise, rms_norm,  add_scaled,         silu_mul,
                            swiglu_clamped,        max_value, sum_exp,  attention, attention_expanded, half_row};

}  // namespace

const Kernels& table() {
  return kTable;
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
