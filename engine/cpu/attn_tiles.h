// Register tiles of attention over one page of the cache, shared by its forms. What a row gets does not depend on the other rows.
#pragma once

#include <cmath>

#include "cpu/linear_level.h"
#include "cpu/simd_wide.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

/// Decodes elements [first, first + n) of a cache row; the tail up to padded(n) becomes zero.
inline void decode_row(KvDType type, const std::byte* row, int64_t first, int n, float* to) {
  int i = 0;
  switch (type) {
    case KvDType::f32:
      std::memcpy(to, row + first * 4, static_cast<size_t>(n) * 4);
      i = n;
      break;
    case KvDType::f16:
      for (; i + kWide <= n; i += kWide) wide_store(to + i, wide_load_half(row + (first + i) * 2));
      for (; i < n; ++i) to[i] = half_at(row + (first + i) * 2);
      break;
    case KvDType::q8_0:
      if (first % kWide == 0)
        for (; i + kWide <= n; i += kWide) {
          const std::byte* block = row + (first + i) / 32 * 34;
          wide_store(to + i, wide_load_int8(block + 2 + (first + i) % 32) * v_set<Wide>(half_at(block)));
        }
      for (; i < n; ++i) {
        const std::byte* block = row + (first + i) / 32 * 34;
        to[i] = half_at(block) * static_cast<float>(static_cast<int8_t>(block[2 + (first + i) % 32]));
      }
      break;
  }
  for (; i < static_cast<int>(padded(n)); ++i) to[i] = 0;
}

// Rows of floats, and of half floats as the cache has them.
struct FloatRow {
  static Wide load(const std::byte* row, int64_t i) { return wide_load(reinterpret_cast<const float*>(row) + i); }
};
struct HalfRow {
  static Wide load(const std::byte* row, int64_t i) { return wide_load_half(row + 2 * i); }
};

/// out[i][j] = q_i . k_j for Q query rows, which lie d and kPageTokens floats apart, and eight keys.
template <int Q, class Row>
void score_eight(const float* q, int64_t d, const std::byte* k, size_t k_stride, float* out) {
  Wide acc[Q][8];
#pragma GCC unroll 8
  for (int i = 0; i < Q; ++i)
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) acc[i][j] = wide_zero();
  for (int64_t c = 0; c < d; c += kWide) {
    Wide qv[Q];
#pragma GCC unroll 8
    for (int i = 0; i < Q; ++i) qv[i] = wide_load(q + i * d + c);
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) {
      const Wide kv = Row::load(k + static_cast<size_t>(j) * k_stride, c);
#pragma GCC unroll 8
      for (int i = 0; i < Q; ++i) acc[i][j] = v_fma(qv[i], kv, acc[i][j]);
    }
  }
  for (int i = 0; i < Q; ++i) {
    F8 folded[8];
    for (int j = 0; j < 8; ++j) folded[j] = wide_fold(acc[i][j]);
    f8_store(out + i * kPageTokens, eight_lane_sums(folded));
  }
}

// Register tiles: vectors of keys and rows of queries in scores, rows and vectors of columns in values.
inline constexpr int kScoreVectors = 2, kScoreRows = kWide == 16 ? 8 : 4;
inline constexpr int kValueRows = kWide == 16 ? 4 : 2, kValueVectors = 4, kEightRows = kWide == 16 ? 2 : 1;

/// Rows of factors: element c of row i at data[i * row + c * column].
struct Factors {
  const float* data;
  int64_t row, column;
  [[nodiscard]] Factors from(int64_t i) const { return {data + i * row, row, column}; }
};

/// out[i][j] = sum_c q[i][c] * k[c][j] for Q rows and kScoreVectors vectors of columns of k; rows of k and out are kPageTokens long.
template <int Q>
void score_turned(Factors q, int64_t d, const float* k, float* out) {
  Wide acc[Q][kScoreVectors];
  for (int i = 0; i < Q; ++i)
    for (int v = 0; v < kScoreVectors; ++v) acc[i][v] = wide_zero();
  for (int64_t c = 0; c < d; ++c) {
    Wide keys[kScoreVectors];
    for (int v = 0; v < kScoreVectors; ++v) keys[v] = wide_load(k + c * kPageTokens + v * kWide);
    for (int i = 0; i < Q; ++i) {
      const Wide factor = v_set<Wide>(q.data[i * q.row + c * q.column]);
      for (int v = 0; v < kScoreVectors; ++v) acc[i][v] = v_fma(factor, keys[v], acc[i][v]);
    }
  }
  for (int i = 0; i < Q; ++i)
    for (int v = 0; v < kScoreVectors; ++v) wide_store(out + i * kPageTokens + v * kWide, acc[i][v]);
}
template <int Q>
void score_rest(Factors q, int64_t d, const float* k, float* out, int64_t n) {
  if (n == Q) return score_turned<Q>(q, d, k, out);
  if constexpr (Q > 1) score_rest<Q - 1>(q, d, k, out, n);
}
/// The same for n rows and the first `columns` columns; the rest of a vector is written, too.
inline void score_rows(Factors q, int64_t n, int64_t d, const float* k, int columns, float* out) {
  for (int j = 0; j < columns; j += kScoreVectors * kWide) {
    int64_t i = 0;
    for (; i + kScoreRows <= n; i += kScoreRows) score_turned<kScoreRows>(q.from(i), d, k + j, out + i * kPageTokens + j);
    if (i < n) score_rest<kScoreRows>(q.from(i), d, k + j, out + i * kPageTokens + j, n - i);
  }
}

/// The values of a page: n rows of the cache or of a tile.
struct Values {
  const std::byte* rows;
  size_t stride;
  int64_t n;
};
inline Values float_values(const float* rows, int64_t stride, int64_t n) {
  return {reinterpret_cast<const std::byte*>(rows), static_cast<size_t>(stride) * sizeof(float), n};
}

/// acc_i = acc_i * shrink_i + sum_j p_i[j] v_j for Q rows and C vectors of columns from `first` on.
template <class Row, int Q, int C>
void value_tile(const float* p, int64_t p_stride, const float* shrink, const Values& v, int64_t first, float* acc, int64_t acc_stride) {
  Wide a[Q][C];
#pragma GCC unroll 8
  for (int i = 0; i < Q; ++i)
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) a[i][c] = wide_load(acc + i * acc_stride + first + kWide * c) * v_set<Wide>(shrink[i]);
  const std::byte* row = v.rows;
  for (int64_t j = 0; j < v.n; ++j, row += v.stride) {
    Wide vv[C];
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) vv[c] = Row::load(row, first + kWide * c);
#pragma GCC unroll 8
    for (int i = 0; i < Q; ++i) {
      const Wide w = v_set<Wide>(p[i * p_stride + j]);
#pragma GCC unroll 8
      for (int c = 0; c < C; ++c) a[i][c] = v_fma(w, vv[c], a[i][c]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Q; ++i)
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) wide_store(acc + i * acc_stride + first + kWide * c, a[i][c]);
}

template <class Row, int Q>
void value_columns(const float* p, int64_t p_stride, const float* shrink, const Values& v, float* acc, int64_t dv) {
  int64_t c = 0;
  for (; c + kWide * kValueVectors <= dv; c += kWide * kValueVectors) value_tile<Row, Q, kValueVectors>(p, p_stride, shrink, v, c, acc, dv);
  for (; c < dv; c += kWide) value_tile<Row, Q, 1>(p, p_stride, shrink, v, c, acc, dv);
}
/// All rows; acc has rows of dv floats, whole vectors.
template <class Row>
void value_rows(const float* p, int64_t p_stride, const float* shrink, int64_t n, const Values& v, float* acc, int64_t dv) {
  int64_t i = 0;
  for (; i + kValueRows <= n; i += kValueRows) value_columns<Row, kValueRows>(p + i * p_stride, p_stride, shrink + i, v, acc + i * dv, dv);
  for (; i < n; ++i) value_columns<Row, 1>(p + i * p_stride, p_stride, shrink + i, v, acc + i * dv, dv);
}

/// Turns the scores of one row and page into weights, 0 outside [first, visible). Returns what earlier sums shrink by.
inline float soften(float* p, int64_t first, int64_t visible, float& max, float& sum) {
  if (visible <= first) {
    for (int j = 0; j < kPageTokens; ++j) p[j] = 0;
    return 1.0f;
  }
  for (int64_t j = 0; j < first; ++j) p[j] = -INFINITY;
  for (int64_t j = visible; j < kPageTokens; ++j) p[j] = -INFINITY;
  Wide top = v_set<Wide>(max);
  for (int j = 0; j < kPageTokens; j += kWide) top = v_max(top, wide_load(p + j));
  const float m = wide_max(top);
  float shrink[8];
  f8_store(shrink, f8_exp(f8_set(max - m)));
  Wide total = wide_zero();
  for (int j = 0; j < kPageTokens; j += kWide) {
    wide_store(p + j, exp_of(wide_load(p + j) - v_set<Wide>(m)));
    if (visible < j + kWide)
      for (int64_t i = visible > j ? visible : j; i < j + kWide; ++i) p[i] = 0;
    for (int64_t i = j; i < j + kWide && i < first; ++i) p[i] = 0;
    total = total + wide_load(p + j);
  }
  max = m;
  sum = sum * shrink[0] + wide_sum(total);
  return shrink[0];
}

/// Softens the scores of all rows of a run (AttnRange, MlaRange) for the page at position `at`; `shrink` gets one number a row.
template <class Range>
void soften_rows(const Range& a, int64_t at, int keys, float* p, float* shrink) {
  for (int i = 0; i < a.n; ++i) {
    const int64_t visible = a.limit[i] - at < keys ? a.limit[i] - at : keys;
    const int64_t first = a.first[i] > at ? a.first[i] - at : 0;
    shrink[i] = soften(p + i * kPageTokens, first, visible, a.max[i], a.sum[i]);
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
