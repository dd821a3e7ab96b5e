// Attention over the paged cache, shared by GQA and MLA: pages are decoded to f32 tiles, scores and values go through
// register tiles, the softmax is kept online per query row. What a row gets does not depend on the other rows.
#include <cmath>

#include "cpu/linear_level.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// Decodes elements [first, first + n) of a cache row; the tail up to pad8(n) becomes zero.
void decode_row(KvDType type, const std::byte* row, int64_t first, int n, float* to) {
  int i = 0;
  switch (type) {
    case KvDType::f32:
      std::memcpy(to, row + first * 4, static_cast<size_t>(n) * 4);
      i = n;
      break;
    case KvDType::f16:
      for (; i + 8 <= n; i += 8) f8_store(to + i, f8_load_half(row + (first + i) * 2));
      for (; i < n; ++i) to[i] = half_at(row + (first + i) * 2);
      break;
    case KvDType::q8_0:
      if (first % 8 == 0)
        for (; i + 8 <= n; i += 8) {
          const std::byte* block = row + (first + i) / 32 * 34;
          f8_store(to + i, f8_load_int8(block + 2 + (first + i) % 32) * f8_set(half_at(block)));
        }
      for (; i < n; ++i) {
        const std::byte* block = row + (first + i) / 32 * 34;
        to[i] = half_at(block) * static_cast<float>(static_cast<int8_t>(block[2 + (first + i) % 32]));
      }
      break;
  }
  for (; i < static_cast<int>(pad8(n)); ++i) to[i] = 0;
}

/// out[i][j] = q_i . k_j for Q query rows and four keys.
template <int Q>
void score_tile(const float* q, int64_t q_stride, const float* k, int64_t d, float* out, int64_t out_stride) {
  F8 acc[Q][4];
  for (int i = 0; i < Q; ++i)
    for (int j = 0; j < 4; ++j) acc[i][j] = f8_zero();
  for (int64_t c = 0; c < d; c += 8) {
    F8 qv[Q];
    for (int i = 0; i < Q; ++i) qv[i] = f8_load(q + i * q_stride + c);
    for (int j = 0; j < 4; ++j) {
      const F8 kv = f8_load(k + j * d + c);
      for (int i = 0; i < Q; ++i) acc[i][j] = f8_fma(qv[i], kv, acc[i][j]);
    }
  }
  for (int i = 0; i < Q; ++i)
    for (int j = 0; j < 4; ++j) out[i * out_stride + j] = f8_sum(acc[i][j]);
}

/// acc_i = acc_i * shrink_i + sum_j p_i[j] v_j over `n` keys, for Q rows and C x 8 columns.
template <int Q, int C>
void value_tile(const float* p, const float* shrink, const float* v, int64_t v_stride, int n, float* acc, int64_t acc_stride) {
  F8 a[Q][C];
  for (int i = 0; i < Q; ++i)
    for (int c = 0; c < C; ++c) a[i][c] = f8_load(acc + i * acc_stride + 8 * c) * f8_set(shrink[i]);
  for (int j = 0; j < n; ++j) {
    F8 vv[C];
    for (int c = 0; c < C; ++c) vv[c] = f8_load(v + j * v_stride + 8 * c);
    for (int i = 0; i < Q; ++i) {
      const F8 w = f8_set(p[i * kPageTokens + j]);
      for (int c = 0; c < C; ++c) a[i][c] = f8_fma(w, vv[c], a[i][c]);
    }
  }
  for (int i = 0; i < Q; ++i)
    for (int c = 0; c < C; ++c) f8_store(acc + i * acc_stride + 8 * c, a[i][c]);
}

template <int Q>
void value_rows(const float* p, const float* shrink, const float* v, int64_t v_stride, int n, float* acc, int64_t dv) {
  int64_t c = 0;
  for (; c + 32 <= dv; c += 32) value_tile<Q, 4>(p, shrink, v + c, v_stride, n, acc + c, dv);
  for (; c < dv; c += 8) value_tile<Q, 1>(p, shrink, v + c, v_stride, n, acc + c, dv);
}

/// Turns the scores of one row and page into weights, 0 outside [first, visible). Returns what earlier sums shrink by.
float soften(float* p, int64_t first, int64_t visible, float& max, float& sum) {
  if (visible <= first) {
    for (int j = 0; j < kPageTokens; ++j) p[j] = 0;
    return 1.0f;
  }
  for (int64_t j = 0; j < first; ++j) p[j] = -INFINITY;
  for (int64_t j = visible; j < kPageTokens; ++j) p[j] = -INFINITY;
  F8 top = f8_set(max);
  for (int j = 0; j < kPageTokens; j += 8) top = f8_max(top, f8_load(p + j));
  const float m = f8_hmax(top);
  float shrink[8];
  f8_store(shrink, f8_exp(f8_set(max - m)));
  F8 total = f8_zero();
  for (int j = 0; j < kPageTokens; j += 8) {
    f8_store(p + j, f8_exp(f8_load(p + j) - f8_set(m)));
    if (visible < j + 8)
      for (int64_t i = visible > j ? visible : j; i < j + 8; ++i) p[i] = 0;
    for (int64_t i = j; i < j + 8 && i < first; ++i) p[i] = 0;
    total = total + f8_load(p + j);
  }
  max = m;
  sum = sum * shrink[0] + f8_sum(total);
  return shrink[0];
}

struct Tiles {
  float* k;
  const float* v;
  int64_t v_stride;
  float* p;       // [n][kPageTokens]
  float* shrink;  // [n]
};

void attend_page(const AttnRange& a, const Tiles& tiles, int64_t at, int keys) {
  const int64_t dk = pad8(a.dk), dv = pad8(a.dv);
  const int four = (keys + 3) / 4 * 4;
  for (int j = 0; j < four; j += 4) {
    int i = 0;
    for (; i + 2 <= a.n; i += 2) score_tile<2>(a.q + i * dk, dk, tiles.k + j * dk, dk, tiles.p + i * kPageTokens + j, kPageTokens);
    if (i < a.n) score_tile<1>(a.q + i * dk, dk, tiles.k + j * dk, dk, tiles.p + i * kPageTokens + j, kPageTokens);
  }
  for (int i = 0; i < a.n; ++i) {
    const int64_t visible = a.limit[i] - at < keys ? a.limit[i] - at : keys;
    const int64_t first = a.first[i] > at ? a.first[i] - at : 0;
    tiles.shrink[i] = soften(tiles.p + i * kPageTokens, first, visible, a.max[i], a.sum[i]);
  }
  int i = 0;
  for (; i + 2 <= a.n; i += 2)
    value_rows<2>(tiles.p + i * kPageTokens, tiles.shrink + i, tiles.v, tiles.v_stride, keys, a.acc + i * dv, dv);
  if (i < a.n) value_rows<1>(tiles.p + i * kPageTokens, tiles.shrink + i, tiles.v, tiles.v_stride, keys, a.acc + i * dv, dv);
}

}  // namespace

void attention(const AttnRange& a) {
  const int64_t dk = pad8(a.dk), dv = pad8(a.dv);
  float* const v_tile = a.tile + kPageTokens * dk;
  float* const p = v_tile + kPageTokens * dv;
  // MLA values are a prefix of the key row; with a ragged end they need their own zero padding.
  const bool shared = a.v == nullptr && a.dv % 8 == 0;
  const Tiles tiles{a.tile, shared ? a.tile : v_tile, shared ? dk : dv, p, p + a.n * kPageTokens};
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
    for (int j = keys; j < (keys + 3) / 4 * 4; ++j) std::memset(a.tile + j * dk, 0, static_cast<size_t>(dk) * 4);
    attend_page(a, tiles, at, keys);
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
