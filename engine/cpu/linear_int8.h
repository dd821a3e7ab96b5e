// The integer part of the AVX2 and VNNI levels: dot products of unsigned or signed bytes, activation rows and the vector path.
#pragma once

#include "cpu/linear_level.h"

#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
#define HEARTH_DPBUSD(acc, u, s) _mm256_dpbusd_epi32(acc, u, s)
#elif defined(__AVXVNNI__)
#define HEARTH_DPBUSD(acc, u, s) _mm256_dpbusd_avx_epi32(acc, u, s)
#endif

namespace engine::cpu::HEARTH_CPU_LEVEL {

/// Sums of four neighbouring products, unsigned times signed. Without VNNI pairs are summed in 16 bits first: safe for
/// u <= 128, as 2 * 128 * 127 < 2^15.
inline __m256i dot_u8(__m256i u, __m256i s) {
#if defined(HEARTH_DPBUSD)
  return HEARTH_DPBUSD(_mm256_setzero_si256(), u, s);
#else
  return _mm256_madd_epi16(_mm256_maddubs_epi16(u, s), _mm256_set1_epi16(1));
#endif
}
inline __m256i dot_i8(__m256i w, __m256i s) {
  return dot_u8(_mm256_abs_epi8(w), _mm256_sign_epi8(s, w));
}

/// Sums of neighbouring products that eight_sums() takes: 16-bit pairs where those of four pairs fit (u <= 31), else 32-bit.
#if defined(HEARTH_DPBUSD)
inline constexpr bool kDotIsExact = true;
#else
inline constexpr bool kDotIsExact = false;
#endif
inline __m256i small_products(__m256i u, __m256i s) {
  if constexpr (kDotIsExact) return dot_u8(u, s);
  return _mm256_maddubs_epi16(u, s);
}

inline __m256i shuffle_dwords_even(__m256i a, __m256i b) {
  return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88));
}
inline __m256i shuffle_dwords_odd(__m256i a, __m256i b) {
  return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0xdd));
}

/// Sums of the 32-bit lanes of each half (128 bits) of eight products: halves of 0..3 in `low`, of 4..7 in `high`, lower
/// halves in the lower lanes.
struct HalfSums {
  __m256i low, high;
};
/// A tree of unpack and add: 20 instructions for eight blocks, and one multiply-add per eight sums instead of one for each.
template <bool narrow, class Product>
inline HalfSums half_sums(Product&& product) {
  const auto add = [](__m256i a, __m256i b) { return narrow ? _mm256_add_epi16(a, b) : _mm256_add_epi32(a, b); };
  const auto two = [&](int b) {
    const __m256i p = product(b), q = product(b + 1);
    return add(_mm256_unpacklo_epi64(p, q), _mm256_unpackhi_epi64(p, q));
  };
  const auto four = [&](int b) {
    const __m256i p = two(b), q = two(b + 2);
    const __m256i sum = add(shuffle_dwords_even(p, q), shuffle_dwords_odd(p, q));
    return narrow ? _mm256_madd_epi16(sum, _mm256_set1_epi16(1)) : sum;
  };
  return {four(0), four(4)};
}
/// Lane b of the result is the sum of all lanes of product(b).
template <bool narrow, class Product>
inline __m256i eight_sums(Product&& product) {
  const HalfSums sums = half_sums<narrow>(product);
  return _mm256_add_epi32(_mm256_permute2x128_si256(sums.low, sums.high, 0x20), _mm256_permute2x128_si256(sums.low, sums.high, 0x31));
}
inline F8 f8_nfma(F8 a, F8 b, F8 c) {
  return {_mm256_fnmadd_ps(a.v, b.v, c.v)};
}

inline __m256i load256(const void* p) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}
inline __m128i load128(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}
inline F8 to_f8(__m256i i) {
  return {_mm256_cvtepi32_ps(i)};
}

/// 32 nibbles: the low ones of 16 bytes, then the high ones.
inline __m256i nibbles(const void* p) {
  const __m128i q = load128(p);
  return _mm256_and_si256(_mm256_inserti128_si256(_mm256_castsi128_si256(q), _mm_srli_epi16(q, 4), 1), _mm256_set1_epi8(15));
}

/// Byte j is 255 where bit j of `bits` is set, else 0.
inline __m256i bit_mask(uint32_t bits) {
  // Byte j of the vector gets the byte of `bits` that holds bit j, then only that bit is kept.
  const __m256i spread = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i bit = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
  return _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), spread), bit), bit);
}

/// Pointers into one quantised activation row.
struct Act {
  const int8_t* q;
  const float* d;
  const float* ds;
  const float* ds16;
};
inline Act act_row(const std::byte* row, const ActLayout& layout) {
  return {reinterpret_cast<const int8_t*>(row), reinterpret_cast<const float*>(row + layout.d),
          reinterpret_cast<const float*>(row + layout.ds), reinterpret_cast<const float*>(row + layout.ds16)};
}

/// Runs dot<N>(row, acts, out) for all tokens, four at a time. What a token gets does not depend on N.
template <class Dot>
void vector_rows(const DotJob& job, Dot&& dot) {
  const ActLayout layout(job.k);
  for (int t0 = 0; t0 < job.n; t0 += 4) {
    const int n = job.n - t0 < 4 ? job.n - t0 : 4;
    Act x[4];
    for (int t = 0; t < n; ++t) x[t] = act_row(job.x[t0 + t], layout);
    for (int r = 0; r < job.rows; ++r) {
      const auto* w = reinterpret_cast<const uint8_t*>(job.w + static_cast<size_t>(r) * job.row_stride);
      float out[4];
      if (n == 1) dot.template row<1>(w, job.k, x, out);
      if (n == 2) dot.template row<2>(w, job.k, x, out);
      if (n == 3) dot.template row<3>(w, job.k, x, out);
      if (n == 4) dot.template row<4>(w, job.k, x, out);
      for (int t = 0; t < n; ++t) job.y[t0 + t][job.y0 + r] = out[t];
    }
  }
}

/// How the bytes of a strip multiply.
enum class Bytes {
  u4,  // <= 15: eight pair sums fit 16 bits
  u5,  // <= 31: four
  u6,  // <= 63: two
  u7,  // <= 127: one
  u8,  // any, where the dot is exact
  i8,  // signed
};

/// The values of IQ4_NL and IQ4_XS (formats.md 2.1) for 32 nibbles, moved up by kIq4Offset: the exact dot is quickest with
/// unsigned bytes.
inline constexpr int kIq4Offset = kDotIsExact ? 128 : 0;
inline constexpr Bytes kIq4Bytes = kDotIsExact ? Bytes::u8 : Bytes::i8;
inline __m256i iq4_values(__m256i nibbles) {
  const __m128i values = _mm_setr_epi8(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
  const __m128i table = _mm_add_epi8(values, _mm_set1_epi8(static_cast<char>(kIq4Offset)));
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), nibbles);
}
inline __m256i iq4_products(__m256i w, __m256i x) {
  return kDotIsExact ? dot_u8(w, x) : dot_i8(w, x);
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
