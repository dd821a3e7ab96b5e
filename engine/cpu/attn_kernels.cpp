// Attention over the paged cache, shared by GQA and absorbed MLA: pages are decoded to f32 tiles, scores and values go through
// register tiles, the softmax is kept online per query row.
#include "cpu/attn_tiles.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// The decoded rows of a page and what is made of them.
struct Tiles {
  const float* k;  // [keys][padded(dk)]
  float* turned;   // [padded(dk)][kPageTokens]
  Values v;
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
  score_rows({a.q, dk, 1}, a.n, dk, tiles.turned, keys, tiles.p);
}

}  // namespace

void attention(const AttnRange& a) {
  const int64_t dk = padded(a.dk), dv = padded(a.dv);
  float* const turned = a.tile + kPageTokens * dk;
  float* const v_tile = turned + kPageTokens * dk;
  float* const p = v_tile + kPageTokens * dv;
  // MLA values are a prefix of the key row; with a ragged end they need their own zero padding.
  const bool shared = a.v == nullptr && a.dv % 16 == 0;
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
    const Tiles tiles{a.tile, turned, {shared ? a.tile : v_tile, shared ? dk : dv, keys}, p, p + a.n * kPageTokens};
    score_page(a, tiles, keys);
    soften_rows(a, at, keys, p, tiles.shrink);
    value_rows(p, kPageTokens, tiles.shrink, a.n, tiles.v, a.acc, dv);
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
