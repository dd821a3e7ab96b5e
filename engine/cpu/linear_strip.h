// The matrix path of the AVX2 and VNNI levels: strips of weight rows are unpacked to bytes once and multiplied by all tokens in
// register tiles.
#pragma once

#include "cpu/linear_int8.h"
#include "cpu/simd_wide.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

// With 32 registers a tile takes two strips: what is loaded of a token meets twice the rows. The columns that are unpacked at a time fill
// half of the first-level cache.
#if defined(__AVX512VNNI__)
inline constexpr int kLaneColumns = 8, kTileTokens = 4, kTileStrips = 2, kStripColumns = 1024;
#else
inline constexpr int kLaneColumns = 4, kTileTokens = 4, kTileStrips = 1, kStripColumns = 2048;
#endif

/// kStripRows weight rows, interleaved by kLaneColumns: q[column / kLaneColumns][row][column % kLaneColumns]. Value = s * q - m, s
/// and m [block][row], a block being 32 columns, or 16 for Q2_K, Q3_K and Q6_K.
struct Strip {
  alignas(64) uint8_t q[kStripRows * kStripColumns];
  alignas(64) float s[kStripRows * kStripColumns / 16];
  alignas(64) float m[kStripRows * kStripColumns / 16];
};
static_assert(kTileStrips * sizeof(Strip) <= kMatrixScratch && kMatrixRows % (kTileStrips * kStripRows) == 0);

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

#if defined(__AVX512VNNI__)
/// Stores one block of 32 columns of all rows: four groups of eight columns, a quadword for each row.
inline void store_block(Strip& strip, int block, const __m256i (&rows)[8]) {
  uint8_t* const to = strip.q + block * 256;
  for (int half = 0; half < 2; ++half) {
    const __m256i* r = rows + 4 * half;
    const __m256i a = _mm256_unpacklo_epi64(r[0], r[1]), b = _mm256_unpackhi_epi64(r[0], r[1]);
    const __m256i c = _mm256_unpacklo_epi64(r[2], r[3]), d = _mm256_unpackhi_epi64(r[2], r[3]);
    const __m256i group[4] = {_mm256_permute2x128_si256(a, c, 0x20), _mm256_permute2x128_si256(b, d, 0x20),
                              _mm256_permute2x128_si256(a, c, 0x31), _mm256_permute2x128_si256(b, d, 0x31)};
    for (int g = 0; g < 4; ++g) _mm256_store_si256(reinterpret_cast<__m256i*>(to + g * 64 + half * 32), group[g]);
  }
}
#else
/// Stores one block of 32 columns of all rows.
inline void store_block(Strip& strip, int block, __m256i (&rows)[8]) {
  transpose8(rows);
  for (int g = 0; g < 8; ++g) _mm256_store_si256(reinterpret_cast<__m256i*>(strip.q + block * 256 + g * 32), rows[g]);
}
#endif

/// Stores eight per-row vectors of eight block values as [block][row].
inline void store_scales(float* to, const F8 (&rows)[8]) {
  __m256i t[8];
  for (int r = 0; r < 8; ++r) t[r] = _mm256_castps_si256(rows[r].v);
  transpose8(t);
  for (int b = 0; b < 8; ++b) _mm256_store_si256(reinterpret_cast<__m256i*>(to + b * 8), t[b]);
}

/// The exact dot takes unsigned bytes only: signed ones are moved up by this in a strip.
inline constexpr float kShiftOfSigned = kDotIsExact ? 128.0f : 0.0f;
template <Bytes kind>
inline __m256i strip_bytes(__m256i q) {
  return kind == Bytes::i8 && kDotIsExact ? _mm256_xor_si256(q, _mm256_set1_epi8(-128)) : q;
}

/// Where the columns of a strip begin in an activation row (ActLayout), in bytes. The parts of a row have one base, so that the bases of a
/// tile's tokens fit the registers.
struct ActPlace {
  size_t q, d, ds;
};
template <int G>
inline ActPlace act_place(const ActLayout& layout, int64_t column) {
  const auto c = static_cast<size_t>(column);
  return {c, layout.d + c / 32 * 4, G == 8 ? layout.ds + c / 32 * 4 : layout.ds16 + c / 16 * 4};
}
template <class T>
inline T load_at(const std::byte* base, size_t offset) {
  T value;
  std::memcpy(&value, base + offset, sizeof value);
  return value;
}

/// Asks for the outputs of a token before its tile is computed: rows of y are far apart, and stores that miss the cache wait for each
/// other.
inline void prefetch_row(const DotJob& job, int t) {
  __builtin_prefetch(job.y[t] + job.y0, 1);
}

/// Sets rows [first, first + kStripRows) of the job in y, as far as it has them, or adds to them behind the first columns.
inline void store_rows(const DotJob& job, int t, int first, F8 values, bool set) {
  float* y = job.y[t] + job.y0 + first;
  if (job.rows >= first + kStripRows) return f8_store(y, set ? values : f8_load(y) + values);
  float part[kStripRows];
  f8_store(part, values);
  for (int r = 0; r < job.rows - first; ++r) y[r] = set ? part[r] : y[r] + part[r];
}

#if defined(__AVX512VNNI__)
/// Tiles of S strips and N tokens. Each row has two lanes of 32 bits, which meet at the end. G = 8 or 4 groups of four columns make a
/// block; y is set or added to.
template <Bytes kind, int G, int S, int N>
void strip_tile(const Strip* strips, int blocks, const DotJob& job, int t0, ActPlace at, bool set) {
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  // Minima of two blocks side by side, as their sums of activations lie in memory.
  const __m512i side_by_side = _mm512_setr_epi32(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const std::byte* x[N];
#pragma GCC unroll 8
  for (int t = 0; t < N; ++t) {
    x[t] = job.x[t0 + t];
    prefetch_row(job, t0 + t);
  }
  __m512 acc[S][N];
#pragma GCC unroll 8
  for (int i = 0; i < S; ++i)
#pragma GCC unroll 8
    for (int t = 0; t < N; ++t) acc[i][t] = _mm512_setzero_ps();
  const uint8_t* w = strips->q;
  const float *scale = strips->s, *minimum = strips->m;
  // The second strip is a whole strip further on.
  constexpr size_t kNext = sizeof(Strip), kNextFloats = sizeof(Strip) / sizeof(float);
  const auto products = [&](size_t d) __attribute__((always_inline)) {
    __m512i sum[S][N];
#pragma GCC unroll 8
    for (int i = 0; i < S; ++i)
#pragma GCC unroll 8
      for (int t = 0; t < N; ++t) sum[i][t] = _mm512_setzero_si512();
#pragma GCC unroll 4
    for (int g = 0; g < G / 2; ++g) {
      __m512i weights[S];
#pragma GCC unroll 8
      for (int i = 0; i < S; ++i) weights[i] = _mm512_load_si512(w + static_cast<size_t>(i) * kNext + 64 * g);
#pragma GCC unroll 8
      for (int t = 0; t < N; ++t) {
        const __m512i columns = _mm512_set1_epi64(load_at<int64_t>(x[t], at.q + 8 * static_cast<size_t>(g)));
#pragma GCC unroll 8
        for (int i = 0; i < S; ++i) sum[i][t] = _mm512_dpbusd_epi32(sum[i][t], weights[i], columns);
      }
    }
    __m512 s[S];
#pragma GCC unroll 8
    for (int i = 0; i < S; ++i)
      s[i] = _mm512_permutexvar_ps(twice, _mm512_zextps256_ps512(_mm256_load_ps(scale + static_cast<size_t>(i) * kNextFloats)));
#pragma GCC unroll 8
    for (int t = 0; t < N; ++t) {
      const __m512 step = _mm512_set1_ps(load_at<float>(x[t], d));
#pragma GCC unroll 8
      for (int i = 0; i < S; ++i) acc[i][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[i][t]), _mm512_mul_ps(s[i], step), acc[i][t]);
    }
    at.q += 4 * G;
    w += 32 * G;
    scale += kStripRows;
  };
  int b = 0;
  for (; b + 2 <= blocks; b += 2) {
    products(at.d);
    products(at.d + (G == 8 ? 4 : 0));
    __m512 m[S];
#pragma GCC unroll 8
    for (int i = 0; i < S; ++i) m[i] = _mm512_permutexvar_ps(side_by_side, _mm512_loadu_ps(minimum + static_cast<size_t>(i) * kNextFloats));
#pragma GCC unroll 8
    for (int t = 0; t < N; ++t) {
      const __m512 sums = _mm512_castsi512_ps(_mm512_set1_epi64(load_at<int64_t>(x[t], at.ds)));
#pragma GCC unroll 8
      for (int i = 0; i < S; ++i) acc[i][t] = _mm512_fnmadd_ps(m[i], sums, acc[i][t]);
    }
    at.d += G == 8 ? 8 : 4;
    at.ds += 8;
    minimum += 2 * kStripRows;
  }
  if (b < blocks) {
    products(at.d);
#pragma GCC unroll 8
    for (int i = 0; i < S; ++i) {
      const __m256 last = _mm256_load_ps(minimum + static_cast<size_t>(i) * kNextFloats);
      const __m512 m = _mm512_maskz_permutexvar_ps(0x5555, twice, _mm512_zextps256_ps512(last));
#pragma GCC unroll 8
      for (int t = 0; t < N; ++t) acc[i][t] = _mm512_fnmadd_ps(m, _mm512_set1_ps(load_at<float>(x[t], at.ds)), acc[i][t]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < S; ++i)
#pragma GCC unroll 8
    for (int t = 0; t < N; ++t) {
      const __m256 pairs = _mm256_hadd_ps(low_half({acc[i][t]}).v, high_half({acc[i][t]}).v);
      const __m256d rows = _mm256_permute4x64_pd(_mm256_castps_pd(pairs), _MM_SHUFFLE(3, 1, 2, 0));
      store_rows(job, t0 + t, i * kStripRows, {_mm256_castpd_ps(rows)}, set);
    }
}
#else
/// Products of one block of G groups of four columns with N tokens, as 32-bit sums per row.
template <Bytes kind, int G, int N>
inline void block_products(const uint8_t* q, const std::byte* const (&x)[N], size_t at, __m256i (&sum)[N]) {
  const auto group = [&](int t, int g) { return _mm256_set1_epi32(load_at<int32_t>(x[t], at + 4 * static_cast<size_t>(g))); };
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

/// Sets y of all rows of the strip for N tokens, or adds to it.
template <Bytes kind, int G, int S, int N>
void strip_tile(const Strip* strips, int blocks, const DotJob& job, int t0, ActPlace at, bool set) {
  static_assert(S == 1);
  const Strip& strip = *strips;
  constexpr bool kOffset = kind != Bytes::i8 || kDotIsExact;
  const std::byte* row[N];
  for (int t = 0; t < N; ++t) {
    row[t] = job.x[t0 + t];
    prefetch_row(job, t0 + t);
  }
  F8 acc[N];
  for (int t = 0; t < N; ++t) acc[t] = f8_zero();
  for (int b = 0; b < blocks; ++b) {
    __m256i sum[N];
    block_products<kind, G, N>(strip.q + b * (32 * G), row, at.q, sum);
    const F8 s = f8_load(strip.s + b * 8), m = f8_load(strip.m + b * 8);
    const size_t d = at.d + static_cast<size_t>(b * G / 8) * 4;
    for (int t = 0; t < N; ++t) {
      acc[t] = f8_fma(to_f8(sum[t]), s * f8_set(load_at<float>(row[t], d)), acc[t]);
      if constexpr (kOffset) acc[t] = f8_nfma(m, f8_set(load_at<float>(row[t], at.ds)), acc[t]);
    }
    at.q += 4 * G;
    at.ds += 4;
  }
  for (int t = 0; t < N; ++t) store_rows(job, t0 + t, 0, acc[t], set);
}
#endif

template <Bytes kind, int G, int S, int N>
void strip_tail(const Strip* strips, int blocks, const DotJob& job, int t0, const ActPlace& at, bool set, int n) {
  if (n == N) return strip_tile<kind, G, S, N>(strips, blocks, job, t0, at, set);
  if constexpr (N > 1) strip_tail<kind, G, S, N - 1>(strips, blocks, job, t0, at, set, n);
}

/// The tokens of a job in tiles of about the same size; columns from `first` on.
template <class Type, int S>
void strip_tokens(const Strip* strips, int columns, int64_t first, const DotJob& job, const ActLayout& layout) {
  constexpr int kGroups = Type::kBlock / 4;
  // The exact dot multiplies all bytes alike: one tile serves all of its types.
  constexpr Bytes kKind = kDotIsExact ? Bytes::u8 : Type::kBytes;
  const ActPlace at = act_place<kGroups>(layout, first);
  const int tiles = (job.n + kTileTokens - 1) / kTileTokens;
  for (int i = 0; i < tiles; ++i) {
    const int t0 = job.n * i / tiles, n = job.n * (i + 1) / tiles - t0;
    strip_tail<kKind, kGroups, S, kTileTokens>(strips, columns / Type::kBlock, job, t0, at, first == 0, n);
  }
}

/// The matrix path: Type::unpack(job, first column, columns, strip) fills a strip, then all tokens pass over it.
template <class Type>
void matrix_rows(const DotJob& all, std::byte* scratch) {
  Strip* strips = reinterpret_cast<Strip*>(scratch);
  const ActLayout layout(all.k);
  for (int r0 = 0; r0 < all.rows; r0 += kTileStrips * kStripRows) {
    DotJob job = all;
    job.w += static_cast<size_t>(r0) * job.row_stride;
    job.y0 += r0;
    job.rows = all.rows - r0 < kTileStrips * kStripRows ? all.rows - r0 : kTileStrips * kStripRows;
    for (int64_t c = 0; c < job.k; c += kStripColumns) {
      const int columns = static_cast<int>(job.k - c < kStripColumns ? job.k - c : kStripColumns);
      Type::unpack(job, c, columns, strips[0]);
      if (kTileStrips == 1 || job.rows <= kStripRows) {
        strip_tokens<Type, 1>(strips, columns, c, job, layout);
        continue;
      }
      DotJob second = job;
      second.w += kStripRows * job.row_stride;
      second.rows -= kStripRows;
      Type::unpack(second, c, columns, strips[kTileStrips - 1]);
      strip_tokens<Type, kTileStrips>(strips, columns, c, job, layout);
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
