// Attention over the paged cache, shared by GQA and absorbed MLA: scores and values go through register tiles, the softmax is kept
// online per query row. For prompts pages are decoded to f32 tiles and turned; for single tokens rows of f16 are read as they are.
#include "cpu/attn_tiles.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// One page of the cache.
struct Page {
  const std::byte *k, *v;
  int keys;
};
/// Scratch of a run.
struct Scratch {
  float* k;       // [kPageTokens][padded(dk)]
  float* turned;  // [padded(dk)][kPageTokens]
  float* v;       // [kPageTokens][padded(dv)]
  float* p;       // [n][kPageTokens]
  float* shrink;  // [n]
};

Page page_of(const AttnRange& a, int64_t at) {
  const auto row = static_cast<size_t>(a.pages[at / kPageTokens]) * kPageTokens;
  const std::byte* k = a.k + row * a.k_row_bytes;
  return {k, a.v ? a.v + row * a.v_row_bytes : k, static_cast<int>(a.end - at < kPageTokens ? a.end - at : kPageTokens)};
}

/// Few rows: keys in eights, of which those past the end must be readable.
template <class Row>
void score_few(const AttnRange& a, const std::byte* k, size_t stride, int keys, float* p) {
  const int64_t dk = padded(a.dk);
  for (int j = 0; j < keys; j += 8) {
    int i = 0;
    for (; i + kEightRows <= a.n; i += kEightRows)
      score_eight<kEightRows, Row>(a.q + i * dk, dk, k + static_cast<size_t>(j) * stride, stride, p + i * kPageTokens + j);
    for (; i < a.n; ++i) score_eight<1, Row>(a.q + i * dk, dk, k + static_cast<size_t>(j) * stride, stride, p + i * kPageTokens + j);
  }
}

/// Rows of f16 in whole vectors are read from the cache itself: a tile would push the queries out of the first-level cache.
void attend_halves(const AttnRange& a, const Scratch& s) {
  const size_t v_stride = a.v ? a.v_row_bytes : a.k_row_bytes;
  for (int64_t at = a.begin; at < a.end; at += kPageTokens) {
    const Page page = page_of(a, at);
    // A page has all of its rows, whatever is in those behind the last key.
    score_few<HalfRow>(a, page.k + a.k_first * 2, a.k_row_bytes, page.keys, s.p);
    soften_rows(a, at, page.keys, s.p, s.shrink);
    value_rows<HalfRow>(s.p, kPageTokens, s.shrink, a.n, {page.v + a.v_first * 2, v_stride, page.keys}, a.acc, a.dv);
  }
}

void attend_tiles(const AttnRange& a, const Scratch& s) {
  const int64_t dk = padded(a.dk), dv = padded(a.dv);
  // MLA values are a prefix of the key row; with a ragged end they need their own zero padding.
  const bool shared = a.v == nullptr && a.dv % 16 == 0;
  const size_t v_row_bytes = a.v ? a.v_row_bytes : a.k_row_bytes;
  for (int64_t at = a.begin; at < a.end; at += kPageTokens) {
    const Page page = page_of(a, at);
    for (int j = 0; j < page.keys; ++j) {
      decode_row(a.type, page.k + static_cast<size_t>(j) * a.k_row_bytes, a.k_first, a.dk, s.k + j * dk);
      if (!shared) decode_row(a.type, page.v + static_cast<size_t>(j) * v_row_bytes, a.v_first, a.dv, s.v + j * dv);
    }
    const int whole = (page.keys + 7) / 8 * 8;
    for (int j = page.keys; j < whole; ++j) std::memset(s.k + j * dk, 0, static_cast<size_t>(dk) * 4);
    if (a.many) {
      for (int j = 0; j < whole; j += 8)
        for (int64_t c = 0; c < dk; c += 8) transpose_eight(s.k + j * dk + c, dk, s.turned + c * kPageTokens + j, kPageTokens);
      score_rows({a.q, dk, 1}, a.n, dk, s.turned, page.keys, s.p);
    } else {
      score_few<FloatRow>(a, reinterpret_cast<const std::byte*>(s.k), static_cast<size_t>(dk) * 4, page.keys, s.p);
    }
    soften_rows(a, at, page.keys, s.p, s.shrink);
    value_rows<FloatRow>(s.p, kPageTokens, s.shrink, a.n, shared ? float_values(s.k, dk, page.keys) : float_values(s.v, dv, page.keys),
                         a.acc, dv);
  }
}

}  // namespace

void attention(const AttnRange& a) {
  const int64_t dk = padded(a.dk), dv = padded(a.dv);
  Scratch s{};
  s.k = a.tile;
  s.turned = s.k + kPageTokens * dk;
  s.v = s.turned + kPageTokens * dk;
  s.p = s.v + kPageTokens * dv;
  s.shrink = s.p + a.n * kPageTokens;
  if (!a.many && a.type == KvDType::f16 && dk == a.dk && dv == a.dv)
    attend_halves(a, s);
  else
    attend_tiles(a, s);
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
