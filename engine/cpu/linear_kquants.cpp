// Q4_K and Q6_K weights (formats.md 2.2) against int8 activations. Compiled once per AVX2 level.
#include "cpu/linear_int8.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

constexpr int kQ4Size = 144, kQ6Size = 210;

struct Scales {
  F8 s, m;  // of the eight blocks of 32
};

/// Six-bit scales and minima, unpacked four bytes at a time.
inline Scales q4_scales(const uint8_t* p) {
  uint32_t u[3];
  std::memcpy(u, p + 4, 12);
  const uint32_t s_low = u[0] & 0x3f3f3f3fu, m_low = u[1] & 0x3f3f3f3fu;
  const uint32_t s_high = (u[2] & 0x0f0f0f0fu) | ((u[0] >> 2) & 0x30303030u);
  const uint32_t m_high = ((u[2] >> 4) & 0x0f0f0f0fu) | ((u[1] >> 2) & 0x30303030u);
  const auto widen = [](uint32_t low, uint32_t high) {
    const auto both = static_cast<int64_t>(static_cast<uint64_t>(high) << 32 | low);
    return to_f8(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(both)));
  };
  return {widen(s_low, s_high) * f8_set(half_at(p)), widen(m_low, m_high) * f8_set(half_at(p + 2))};
}

struct DotQ4K {
  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    F8 acc[N][2], offset[N];
    for (int t = 0; t < N; ++t) acc[t][0] = acc[t][1] = offset[t] = f8_zero();
    for (int64_t b = 0; b < k / 32; b += 8, w += kQ4Size) {
      const Scales scales = q4_scales(w);
      alignas(32) float s[N][8];
      for (int t = 0; t < N; ++t) {
        f8_store(s[t], scales.s * f8_load(x[t].d + b));
        offset[t] = f8_fma(scales.m, f8_load(x[t].ds + b), offset[t]);
      }
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        const __m256i both = load256(w + 16 + 32 * j), mask = _mm256_set1_epi8(15);
        const __m256i low = _mm256_and_si256(both, mask), high = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
        for (int t = 0; t < N; ++t) {
          const int8_t* q = x[t].q + 32 * (b + 2 * j);
          acc[t][0] = f8_fma(to_f8(dot_u8(low, load256(q))), f8_set(s[t][2 * j]), acc[t][0]);
          acc[t][1] = f8_fma(to_f8(dot_u8(high, load256(q + 32))), f8_set(s[t][2 * j + 1]), acc[t][1]);
        }
      }
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum((acc[t][0] + acc[t][1]) - offset[t]);
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
  template <int N>
  struct State {
    F8 acc[N][2], offset[N];
    alignas(32) float s[N][8];
  };

  template <int N, int j>
  static void block(const uint8_t* w, __m128i scales, const Act* x, int64_t b, State<N>& st) {
    const __m256i q = q6_block<j>(w);
    // 16-bit lanes 0..7 take the scale of the first half block, 8..15 that of the second.
    const __m128i pick = _mm_set_epi64x(0x0101010101010101 * (2 * j + 1), 0x0101010101010101 * (2 * j));
    const __m256i scale = _mm256_cvtepi8_epi16(_mm_shuffle_epi8(scales, pick));
    for (int t = 0; t < N; ++t) {
      const __m256i pairs = _mm256_maddubs_epi16(q, load256(x[t].q + 32 * (b + j)));
      st.acc[t][j & 1] = f8_fma(to_f8(_mm256_madd_epi16(pairs, scale)), f8_set(st.s[t][j]), st.acc[t][j & 1]);
    }
  }

  template <int N>
  void row(const uint8_t* w, int64_t k, const Act* x, float* out) const {
    State<N> st;
    for (int t = 0; t < N; ++t) st.acc[t][0] = st.acc[t][1] = st.offset[t] = f8_zero();
    for (int64_t b = 0; b < k / 32; b += 8, w += kQ6Size) {
      const __m128i scales = load128(w + 192);
      const F8 d = f8_set(half_at(w + 208)), d32 = d * f8_set(32.0f);
      const F8 m0 = to_f8(_mm256_cvtepi8_epi32(scales)) * d32, m1 = to_f8(_mm256_cvtepi8_epi32(_mm_srli_si128(scales, 8))) * d32;
      for (int t = 0; t < N; ++t) {
        f8_store(st.s[t], d * f8_load(x[t].d + b));
        st.offset[t] = f8_fma(m0, f8_load(x[t].ds16 + 2 * b), st.offset[t]);
        st.offset[t] = f8_fma(m1, f8_load(x[t].ds16 + 2 * b + 8), st.offset[t]);
      }
      block<N, 0>(w, scales, x, b, st);
      block<N, 1>(w, scales, x, b, st);
      block<N, 2>(w, scales, x, b, st);
      block<N, 3>(w, scales, x, b, st);
      block<N, 4>(w, scales, x, b, st);
      block<N, 5>(w, scales, x, b, st);
      block<N, 6>(w, scales, x, b, st);
      block<N, 7>(w, scales, x, b, st);
    }
    for (int t = 0; t < N; ++t) out[t] = f8_sum((st.acc[t][0] + st.acc[t][1]) - st.offset[t]);
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
