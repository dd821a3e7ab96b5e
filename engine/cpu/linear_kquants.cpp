// Q4_K and Q6_K weights (formats.md 2.2) against int8 activations. Compiled once per AVX2 level.
#include "cpu/linear_int8.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

constexpr int kQ4Size = 144, kQ6Size = 210;

struct Scales {
  F8 s, m;  // of the eight blocks of 32
};

/// Six-bit scales and minima: the four low ones of each are whole in bytes 0..3 and 4..7, the upper four are split.
inline Scales q4_scales(const uint8_t* p) {
  const __m128i raw = load128(p);  // d and dmin, then three dwords of scales
  const __m128i low = _mm_srlv_epi32(_mm_shuffle_epi32(raw, _MM_SHUFFLE(2, 2, 1, 1)), _mm_setr_epi32(0, 2, 0, 2));
  const __m128i high = _mm_srlv_epi32(_mm_shuffle_epi32(raw, _MM_SHUFFLE(3, 3, 3, 3)), _mm_setr_epi32(0, 0, 0, 4));
  const __m128i all = _mm_or_si128(_mm_and_si128(low, _mm_setr_epi32(0x3f3f3f3f, 0x30303030, 0x3f3f3f3f, 0x30303030)),
                                   _mm_and_si128(high, _mm_setr_epi32(0, 0x0f0f0f0f, 0, 0x0f0f0f0f)));
  const __m128 d = _mm_cvtph_ps(raw);
  const F8 s = to_f8(_mm256_cvtepu8_epi32(all)), m = to_f8(_mm256_cvtepu8_epi32(_mm_unpackhi_epi64(all, all)));
  return {s * F8{_mm256_broadcastss_ps(d)}, m * F8{_mm256_broadcastss_ps(_mm_movehdup_ps(d))}};
}

struct DotQ4K {
  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    const __m256i mask = _mm256_set1_epi8(15);
    F8 acc[N];
    for (int t = 0; t < N; ++t) acc[t] = f8_zero();
    for (int64_t b = 0; b < k / 32; b += 8, w += kQ4Size) {
      prefetch_ahead<kQ4Size>(w);
      const Scales scales = q4_scales(w);
      __m256i q[8];
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        const __m256i both = load256(w + 16 + 32 * j);
        q[2 * j] = _mm256_and_si256(both, mask);
        q[2 * j + 1] = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
      }
      for (int t = 0; t < N; ++t) {
        const int8_t* xq = x[t].q + 32 * b;
        const __m256i sums = eight_sums<!kDotIsExact>([&](int i) { return small_products(q[i], load256(xq + 32 * i)); });
        acc[t] = f8_fma(to_f8(sums), scales.s * f8_load(x[t].d + b), acc[t]);
        acc[t] = f8_nfma(scales.m, f8_load(x[t].ds + b), acc[t]);
      }
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum(acc[t]);
  }
};

struct UnpackQ4K {
  static constexpr Bytes kBytes = Bytes::u4;
  static constexpr int kBlock = 32;
  static void unpack(const DotJob& job, int64_t column, int columns, Strip& strip) {
    const __m256i mask = _mm256_set1_epi8(15);
    for (int b = 0; b < columns / 32; b += 8) {
      const uint8_t* rows[8];
      F8 s[8], m[8];
      for (int r = 0; r < 8; ++r) {
        rows[r] = strip_row(job, r) + (column / 256 + b / 8) * kQ4Size;
        const Scales scales = q4_scales(rows[r]);
        s[r] = scales.s;
        m[r] = scales.m;
      }
      store_scales(strip.s + b * 8, s);
      store_scales(strip.m + b * 8, m);
      for (int j = 0; j < 4; ++j) {
        __m256i low[8], high[8];
        for (int r = 0; r < 8; ++r) low[r] = _mm256_and_si256(load256(rows[r] + 16 + 32 * j), mask);
        store_block(strip, b + 2 * j, low);
        for (int r = 0; r < 8; ++r) high[r] = _mm256_and_si256(_mm256_srli_epi16(load256(rows[r] + 16 + 32 * j), 4), mask);
        store_block(strip, b + 2 * j + 1, high);
      }
    }
  }
};

/// Block j (of 32) of a Q6_K super-block as integers 0..63; 32 is subtracted through the activation sums.
template <int j>
inline __m256i q6_block(const uint8_t* p) {
  constexpr int n = j / 4, g = j % 4;
  __m256i low = load256(p + 64 * n + (g % 2) * 32);
  if constexpr (g >= 2) low = _mm256_srli_epi16(low, 4);
  __m256i high = load256(p + 128 + 32 * n);
  if constexpr (g == 0) high = _mm256_slli_epi16(high, 4);
  if constexpr (g == 1) high = _mm256_slli_epi16(high, 2);
  if constexpr (g == 3) high = _mm256_srli_epi16(high, 2);
  return _mm256_or_si256(_mm256_and_si256(low, _mm256_set1_epi8(15)), _mm256_and_si256(high, _mm256_set1_epi8(0x30)));
}

struct DotQ6K {
  /// The two half-block scales of block b, each for eight 16-bit lanes.
  static __m256i pair_scale(__m128i scales, int b) {
    const __m128i pick = _mm_set_epi64x(0x0101010101010101 * (2 * b + 1), 0x0101010101010101 * (2 * b));
    return _mm256_cvtepi8_epi16(_mm_shuffle_epi8(scales, pick));
  }

  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    F8 acc[N];
    for (int t = 0; t < N; ++t) acc[t] = f8_zero();
    for (int64_t b = 0; b < k / 32; b += 8, w += kQ6Size) {
      prefetch_ahead<kQ6Size>(w);
      const __m128i scales = load128(w + 192);
      const F8 d = f8_set(half_at(w + 208)), d32 = d * f8_set(32.0f);
      const F8 m0 = to_f8(_mm256_cvtepi8_epi32(scales)) * d32, m1 = to_f8(_mm256_cvtepi8_epi32(_mm_srli_si128(scales, 8))) * d32;
      const __m256i q[8] = {q6_block<0>(w), q6_block<1>(w), q6_block<2>(w), q6_block<3>(w),
                            q6_block<4>(w), q6_block<5>(w), q6_block<6>(w), q6_block<7>(w)};
      for (int t = 0; t < N; ++t) {
        const int8_t* xq = x[t].q + 32 * b;
        const __m256i sums = eight_sums<false>(
            [&](int i) { return _mm256_madd_epi16(_mm256_maddubs_epi16(q[i], load256(xq + 32 * i)), pair_scale(scales, i)); });
        acc[t] = f8_fma(to_f8(sums), d * f8_load(x[t].d + b), acc[t]);
        acc[t] = f8_nfma(m0, f8_load(x[t].ds16 + 2 * b), acc[t]);
        acc[t] = f8_nfma(m1, f8_load(x[t].ds16 + 2 * b + 8), acc[t]);
      }
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum(acc[t]);
  }
};

struct UnpackQ6K {
  static constexpr Bytes kBytes = Bytes::u6;
  static constexpr int kBlock = 16;

  template <int j>
  static void block(const uint8_t* const* rows, int b, Strip& strip) {
    __m256i q[8];
    for (int r = 0; r < 8; ++r) q[r] = q6_block<j>(rows[r]);
    store_block(strip, b + j, q);
  }

  static void unpack(const DotJob& job, int64_t column, int columns, Strip& strip) {
    for (int b = 0; b < columns / 32; b += 8) {
      const uint8_t* rows[8];
      F8 s[2][8], m[2][8];
      for (int r = 0; r < 8; ++r) {
        rows[r] = strip_row(job, r) + (column / 256 + b / 8) * kQ6Size;
        const F8 d = f8_set(half_at(rows[r] + 208));
        for (int half = 0; half < 2; ++half) {
          s[half][r] = f8_load_int8(rows[r] + 192 + 8 * half) * d;
          m[half][r] = s[half][r] * f8_set(32.0f);
        }
      }
      for (int half = 0; half < 2; ++half) {
        store_scales(strip.s + b * 16 + half * 64, s[half]);
        store_scales(strip.m + b * 16 + half * 64, m[half]);
      }
      block<0>(rows, b, strip);
      block<1>(rows, b, strip);
      block<2>(rows, b, strip);
      block<3>(rows, b, strip);
      block<4>(rows, b, strip);
      block<5>(rows, b, strip);
      block<6>(rows, b, strip);
      block<7>(rows, b, strip);
    }
  }
};

constexpr LinearKernel kQ4K = {true, [](const DotJob& job) { vector_rows(job, DotQ4K{}); }, matrix_rows<UnpackQ4K>};
constexpr LinearKernel kQ6K = {true, [](const DotJob& job) { vector_rows(job, DotQ6K{}); }, matrix_rows<UnpackQ6K>};

}  // namespace

const LinearKernel* linear_kquant(DType type) {
  if (type == DType::q4_k) return &kQ4K;
  return type == DType::q6_k ? &kQ6K : nullptr;
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
