// The integer part of the AVX2 and VNNI levels: dot products of unsigned or signed bytes, activation rows, strips of weight
// rows unpacked for the matrix path, and its register tiles.
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

/// Columns unpacked at a time: 8 rows x 2048 fill half of a 32 KiB first-level cache.
inline constexpr int kStripColumns = 2048;

/// kStripRows weight rows, bytes interleaved by four: q[column / 4][row][column % 4]. Value = s * q - m, s and m
/// [block][row], a block being 32 columns, or 16 for Q2_K, Q3_K and Q6_K.
struct Strip {
  alignas(64) uint8_t q[kStripRows * kStripColumns];
  alignas(64) float s[kStripRows * kStripColumns / 16];
  alignas(64) float m[kStripRows * kStripColumns / 16];
};
static_assert(sizeof(Strip) <= kMatrixScratch);

/// Turns rows r of eight 32-bit groups into groups of eight rows.
inline void transpose8(__m256i (&r)[8]) {
  __m256i a[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
    a[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
  }
  __m256i b[8];
  for (int i = 0; i < 8; i += 4) {
    b[i] = _mm256_unpacklo_epi64(a[i], a[i + 2]);
    b[i + 1] = _mm256_unpackhi_epi64(a[i], a[i + 2]);
    b[i + 2] = _mm256_unpacklo_epi64(a[i + 1], a[i + 3]);
    b[i + 3] = _mm256_unpackhi_epi64(a[i + 1], a[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x20);
    r[i + 4] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x31);
  }
}

/// Stores one block of 32 columns of all rows.
inline void store_block(Strip& strip, int block, __m256i (&rows)[8]) {
  transpose8(rows);
  for (int g = 0; g < 8; ++g) _mm256_store_si256(reinterpret_cast<__m256i*>(strip.q + block * 256 + g * 32), rows[g]);
}

/// Stores eight per-row vectors of eight block values as [block][row].
inline void store_scales(float* to, const F8 (&rows)[8]) {
  __m256i t[8];
  for (int r = 0; r < 8; ++r) t[r] = _mm256_castps_si256(rows[r].v);
  transpose8(t);
  for (int b = 0; b < 8; ++b) _mm256_store_si256(reinterpret_cast<__m256i*>(to + b * 8), t[b]);
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

/// The exact dot takes unsigned bytes only: signed ones are moved up by this in a strip.
inline constexpr float kShiftOfSigned = kDotIsExact ? 128.0f : 0.0f;
template <Bytes kind>
inline __m256i strip_bytes(__m256i q) {
  return kind == Bytes::i8 && kDotIsExact ? _mm256_xor_si256(q, _mm256_set1_epi8(-128)) : q;
}

/// Products of one block of G groups of four columns with N tokens, as 32-bit sums per row.
template <Bytes kind, int G, int N>
inline void block_products(const uint8_t* q, const int8_t* const* x, __m256i (&sum)[N]) {
  const auto group = [&](int t, int g) {
    int32_t four;
    std::memcpy(&four, x[t] + 4 * g, 4);
    return _mm256_set1_epi32(four);
  };
  const auto weights = [&](int g) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(q + 32 * g)); };
#if defined(HEARTH_DPBUSD)
  for (int t = 0; t < N; ++t) sum[t] = _mm256_setzero_si256();
  for (int g = 0; g < G; ++g) {
    const __m256i w = weights(g);
    for (int t = 0; t < N; ++t) sum[t] = HEARTH_DPBUSD(sum[t], w, group(t, g));
  }
#else
  const __m256i ones = _mm256_set1_epi16(1);
  if constexpr (kind == Bytes::i8) {
    for (int t = 0; t < N; ++t) sum[t] = _mm256_setzero_si256();
    for (int g = 0; g < G; ++g) {
      const __m256i w = weights(g), magnitude = _mm256_abs_epi8(w);
      for (int t = 0; t < N; ++t)
        sum[t] = _mm256_add_epi32(sum[t], _mm256_madd_epi16(_mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(group(t, g), w)), ones));
    }
  } else {
    constexpr int kFit = kind == Bytes::u4 ? 8 : kind == Bytes::u5 ? 4 : kind == Bytes::u6 ? 2 : 1;
    constexpr int kStep = kFit < G ? kFit : G;
    for (int g = 0; g < G; g += kStep) {
      __m256i pairs[N];
      for (int i = 0; i < kStep; ++i) {
        const __m256i w = weights(g + i);
        for (int t = 0; t < N; ++t) {
          const __m256i p = _mm256_maddubs_epi16(w, group(t, g + i));
          pairs[t] = i == 0 ? p : _mm256_add_epi16(pairs[t], p);
        }
      }
      for (int t = 0; t < N; ++t) {
        const __m256i p = _mm256_madd_epi16(pairs[t], ones);
        sum[t] = g == 0 ? p : _mm256_add_epi32(sum[t], p);
      }
    }
  }
#endif
}

/// Adds to (or sets) y of all rows of the strip for N tokens; columns start at block c of the row.
template <Bytes kind, int G, int N>
void strip_tile(const Strip& strip, int blocks, const Act* act, int64_t first, const DotJob& job, int t0) {
  const int8_t* q[N];
  const float* d[N];
  const float* ds[N];
  for (int t = 0; t < N; ++t) {
    q[t] = act[t].q + first * (4 * G);
    d[t] = act[t].d + first * G / 8;
    ds[t] = (G == 8 ? act[t].ds : act[t].ds16) + first;
  }
  constexpr bool kOffset = kind != Bytes::i8 || kDotIsExact;
  F8 acc[N];
  for (int t = 0; t < N; ++t) acc[t] = f8_zero();
  for (int b = 0; b < blocks; ++b) {
    __m256i sum[N];
    const int8_t* x[N];
    for (int t = 0; t < N; ++t) x[t] = q[t] + b * (4 * G);
    block_products<kind, G, N>(strip.q + b * (32 * G), x, sum);
    const F8 s = f8_load(strip.s + b * 8), m = f8_load(strip.m + b * 8);
    for (int t = 0; t < N; ++t) {
      acc[t] = f8_fma(to_f8(sum[t]), s * f8_set(d[t][b * G / 8]), acc[t]);
      if constexpr (kOffset) acc[t] = F8{_mm256_fnmadd_ps(m.v, _mm256_set1_ps(ds[t][b]), acc[t].v)};
    }
  }
  for (int t = 0; t < N; ++t) {
    float* y = job.y[t0 + t] + job.y0;
    float part[8];
    f8_store(part, acc[t]);
    if (first == 0)
      for (int r = 0; r < job.rows; ++r) y[r] = part[r];
    else
      for (int r = 0; r < job.rows; ++r) y[r] += part[r];
  }
}

#if defined(__AVX512VL__)
inline constexpr int kTileTokens = 8;  // 32 registers
#else
inline constexpr int kTileTokens = 4;
#endif

template <Bytes kind, int G, int N>
void strip_tail(const Strip& strip, int blocks, const Act* act, int64_t first, const DotJob& job, int t0, int n) {
  if (n == N) return strip_tile<kind, G, N>(strip, blocks, act, first, job, t0);
  if constexpr (N > 1) strip_tail<kind, G, N - 1>(strip, blocks, act, first, job, t0, n);
}

/// The matrix path: Type::unpack(job, first column, columns, strip) fills a strip, then all tokens pass over it.
template <class Type>
void matrix_rows(const DotJob& job, std::byte* scratch) {
  constexpr int kGroups = Type::kBlock / 4;
  Strip& strip = *reinterpret_cast<Strip*>(scratch);
  const ActLayout layout(job.k);
  for (int64_t c = 0; c < job.k; c += kStripColumns) {
    const int columns = static_cast<int>(job.k - c < kStripColumns ? job.k - c : kStripColumns);
    Type::unpack(job, c, columns, strip);
    for (int t0 = 0; t0 < job.n; t0 += kTileTokens) {
      const int n = job.n - t0 < kTileTokens ? job.n - t0 : kTileTokens;
      Act act[kTileTokens];
      for (int t = 0; t < n; ++t) act[t] = act_row(job.x[t0 + t], layout);
      strip_tail<Type::kBytes, kGroups, kTileTokens>(strip, columns / Type::kBlock, act, c / Type::kBlock, job, t0, n);
    }
  }
}

/// The kernel of a block type: Dot for the vector path, Unpack for the matrix path.
template <class Dot, class Unpack>
constexpr LinearKernel int8_kernel() {
  return {true, [](const DotJob& job) { vector_rows(job, Dot{}); }, matrix_rows<Unpack>};
}

/// Row r of a strip, the last one again where the matrix ends.
inline const uint8_t* strip_row(const DotJob& job, int r) {
  return reinterpret_cast<const uint8_t*>(job.w + static_cast<size_t>(r < job.rows ? r : job.rows - 1) * job.row_stride);
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
