// Attention over the paged cache, shared by GQA and MLA: pages are decoded to f32 tiles, scores and values go through
// register tiles, the softmax is kept online per query row. What a row gets does not depend on the other rows.
#include <cmath>
#include <type_traits>

#include "cpu/linear_level.h"
#include "cpu/simd_wide.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// Decodes elements [first, first + n) of a cache row; the tail up to padded(n) becomes zero.
void decode_row(KvDType type, const std::byte* row, int64_t first, int n, float* to) {
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

/// out[j] = q . k_j for one query row and eight keys.
void score_eight(const float* q, const float* k, int64_t d, float* out) {
  Wide acc[8];
  for (int j = 0; j < 8; ++j) acc[j] = wide_zero();
  for (int64_t c = 0; c < d; c += kWide) {
    const Wide qv = wide_load(q + c);
    for (int j = 0; j < 8; ++j) acc[j] = v_fma(qv, wide_load(k + j * d + c), acc[j]);
  }
  F8 folded[8];
  for (int j = 0; j < 8; ++j) folded[j] = wide_fold(acc[j]);
  f8_store(out, eight_lane_sums(folded));
}

// Register tiles: vectors of keys and rows of queries in scores, rows and vectors of columns in values.
inline constexpr int kScoreVectors = 2, kScoreRows = kWide == 16 ? 8 : 4;
inline constexpr int kValueRows = kWide == 16 ? 4 : 2, kValueVectors = 4;

/// out[i][j] = q_i . k_j for Q query rows and kScoreVectors vectors of keys of a turned tile [d][kPageTokens].
template <int Q>
void score_turned(const float* q, int64_t d, const float* k, float* out) {
  Wide acc[Q][kScoreVectors];
  for (int i = 0; i < Q; ++i)
    for (int v = 0; v < kScoreVectors; ++v) acc[i][v] = wide_zero();
  for (int64_t c = 0; c < d; ++c) {
    Wide keys[kScoreVectors];
    for (int v = 0; v < kScoreVectors; ++v) keys[v] = wide_load(k + c * kPageTokens + v * kWide);
    for (int i = 0; i < Q; ++i) {
      const Wide qv = v_set<Wide>(q[i * d + c]);
      for (int v = 0; v < kScoreVectors; ++v) acc[i][v] = v_fma(qv, keys[v], acc[i][v]);
    }
  }
  for (int i = 0; i < Q; ++i)
    for (int v = 0; v < kScoreVectors; ++v) wide_store(out + i * kPageTokens + v * kWide, acc[i][v]);
}
template <int Q>
void score_rest(const float* q, int64_t d, const float* k, float* out, int n) {
  if (n == Q) return score_turned<Q>(q, d, k, out);
  if constexpr (Q > 1) score_rest<Q - 1>(q, d, k, out, n);
}

/// acc_i = acc_i * shrink_i + sum_j p_i[j] v_j over `n` keys, for Q rows and C vectors of columns.
template <int Q, int C>
void value_tile(const float* p, const float* shrink, const float* v, int64_t v_stride, int n, float* acc, int64_t acc_stride) {
  Wide a[Q][C];
  for (int i = 0; i < Q; ++i)
    for (int c = 0; c < C; ++c) a[i][c] = wide_load(acc + i * acc_stride + kWide * c) * v_set<Wide>(shrink[i]);
  for (int j = 0; j < n; ++j) {
    Wide vv[C];
    for (int c = 0; c < C; ++c) vv[c] = wide_load(v + j * v_stride + kWide * c);
    for (int i = 0; i < Q; ++i) {
      const Wide w = v_set<Wide>(p[i * kPageTokens + j]);
      for (int c = 0; c < C; ++c) a[i][c] = v_fma(w, vv[c], a[i][c]);
    }
  }
  for (int i = 0; i < Q; ++i)
    for (int c = 0; c < C; ++c) wide_store(acc + i * acc_stride + kWide * c, a[i][c]);
}

template <int Q>
void value_rows(const float* p, const float* shrink, const float* v, int64_t v_stride, int n, float* acc, int64_t dv) {
  int64_t c = 0;
  for (; c + kWide * kValueVectors <= dv; c += kWide * kValueVectors) value_tile<Q, kValueVectors>(p, shrink, v + c, v_stride, n, acc + c, dv);
  for (; c < dv; c += kWide) value_tile<Q, 1>(p, shrink, v + c, v_stride, n, acc + c, dv);
}

/// Turns the scores of one row and page into weights, 0 outside [first, visible). Returns what earlier sums shrink by.
float soften(float* p, int64_t first, int64_t visible, float& max, float& sum) {
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

struct Tiles {
  const float* k;       // [keys][padded(dk)]
  float* turned;        // [padded(dk)][kPageTokens]
  const float* v;
  int64_t v_stride;
  float* p;       // [n][kPageTokens]
  float* shrink;  // [n]
};

/// Scores of all rows and the page's keys into tiles.p.
void score_page(const AttnRange& a, const Tiles& tiles, int keys) {
  const int64_t dk = padded(a.dk);
  if (!a.many) {
    for (int j = 0; j < keys; j += 8)
      for (int i = 0; i < a.n; ++i) score_eight(a.q + i * dk, tiles.k + j * dk, dk, tiles.p + i * kPageTokens + j);
    return;
  }
  for (int j = 0; j < keys; j += 8)
    for (int64_t c = 0; c < dk; c += 8) transpose_eight(tiles.k + j * dk + c, dk, tiles.turned + c * kPageTokens + j, kPageTokens);
  for (int j = 0; j < keys; j += kScoreVectors * kWide) {
    int i = 0;
    for (; i + kScoreRows <= a.n; i += kScoreRows)
      score_turned<kScoreRows>(a.q + i * dk, dk, tiles.turned + j, tiles.p + i * kPageTokens + j);
    if (i < a.n) score_rest<kScoreRows>(a.q + i * dk, dk, tiles.turned + j, tiles.p + i * kPageTokens + j, a.n - i);
  }
}

void attend_page(const AttnRange& a, const Tiles& tiles, int64_t at, int keys) {
  const int64_t dv = padded(a.dv);
  score_page(a, tiles, keys);
  for (int i = 0; i < a.n; ++i) {
    const int64_t visible = a.limit[i] - at < keys ? a.limit[i] - at : keys;
    const int64_t first = a.first[i] > at ? a.first[i] - at : 0;
    tiles.shrink[i] = soften(tiles.p + i * kPageTokens, first, visible, a.max[i], a.sum[i]);
  }
  const auto values = [&]<int Q>(std::integral_constant<int, Q>, int i) {
    value_rows<Q>(tiles.p + i * kPageTokens, tiles.shrink + i, tiles.v, tiles.v_stride, keys, a.acc + i * dv, dv);
  };
  int i = 0;
  for (; i + kValueRows <= a.n; i += kValueRows) values(std::integral_constant<int, kValueRows>{}, i);
  for (; i < a.n; ++i) values(std::integral_constant<int, 1>{}, i);
}

}  // namespace

void attention(const AttnRange& a) {
  const int64_t dk = padded(a.dk), dv = padded(a.dv);
  float* const turned = a.tile + kPageTokens * dk;
  float* const v_tile = turned + kPageTokens * dk;
  float* const p = v_tile + kPageTokens * dv;
  // MLA values are a prefix of the key row; with a ragged end they need their own zero padding.
  const bool shared = a.v == nullptr && a.dv % 16 == 0;
  const Tiles tiles{a.tile, turned, shared ? a.tile : v_tile, shared ? dk : dv, p, p + a.n * kPageTokens};
  for (int64_t at = a.begin; at < a.end; at += kPageTokens) {
    const int keys = static_cast<int>(a.end - at < kPageTokens ? a.end - at : kPageTokens);
    const auto row = static_cast<size_t>(a.pages[at / kPageTokens]) * kPageTokens;
    const std::byte* k = a.k + row * a.k_row_bytes;
    const std::byte* v = a.v ? a.v + row * a.v_row_bytes : k;
    const size_t v_row_bytes = a.v ? a.v_row_bytes : a.k_row_bytes;
    for (int j = 0; j < keys; ++j) {
      decode_row(a.type, k + static_cast<size_t>(j) * a.k_row_bytes, a.k_first, a.dk, a.tile + j * dk);
      if (!shared) decode_row(a.type, v + static_cast<size_t>(j) * v_row_bytes, a.v_first, a.dv, v_tile + j * dv);
    }
    for (int j = keys; j < (keys + 7) / 8 * 8; ++j) std::memset(a.tile + j * dk, 0, static_cast<size_t>(dk) * 4);
    attend_page(a, tiles, at, keys);
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
