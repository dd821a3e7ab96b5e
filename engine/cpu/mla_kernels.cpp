// Multi-head latent attention of long prompts in its expanded form (formats.md 7): keys and values of one head are made from the
// latents page by page and meet all query rows of the step.
#include "cpu/attn_tiles.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {
namespace {

/// out[c][j] = rows[j][first + c] of eight-key groups, c < n (a multiple of 8).
void turn(const float* rows, int64_t stride, int keys, int64_t n, float* out) {
  for (int j = 0; j < keys; j += 8)
    for (int64_t c = 0; c < n; c += 8) transpose_eight(rows + j * stride + c, stride, out + c * kPageTokens + j, kPageTokens);
}

}  // namespace

void attention_expanded(const MlaRange& a) {
  const MlaTile tile(a.c, a.nope, a.rope, a.v);
  float* const latent = a.tile;
  float* const turned = latent + tile.latent;
  float* const k = turned + tile.turned;
  float* const v = k + tile.keys;
  float* const p = v + tile.values;
  const int64_t row_floats = padded(a.c + a.rope), dv = padded(a.v), dk = a.nope + a.rope;
  float ones[kPageTokens];
  for (float& one : ones) one = 1.0f;
  for (int64_t at = a.begin; at < a.end; at += kPageTokens) {
    int hidden = 0;  // rows are in ascending order of positions: the first ones may see nothing of this page
    while (hidden < a.n && a.limit[hidden] <= at) ++hidden;
    const int keys = static_cast<int>(a.end - at < kPageTokens ? a.end - at : kPageTokens);
    const std::byte* row = a.rows + static_cast<size_t>(a.pages[at / kPageTokens]) * kPageTokens * a.row_bytes;
    for (int j = 0; j < keys; ++j) decode_row(a.type, row + static_cast<size_t>(j) * a.row_bytes, 0, a.c + a.rope, latent + j * row_floats);
    const int whole = (keys + 7) / 8 * 8;
    for (int j = keys; j < whole; ++j) std::memset(latent + j * row_floats, 0, static_cast<size_t>(row_floats) * 4);
    turn(latent, row_floats, whole, a.c, turned);
    // Keys: one row of the turned tile for each dimension, those of the rotary part as they are in the cache.
    score_rows({a.k_b, 1, a.nope}, a.nope, a.c, turned, whole, k);
    turn(latent + a.c, row_floats, whole, a.rope, k + static_cast<int64_t>(a.nope) * kPageTokens);
    std::memset(v, 0, static_cast<size_t>(keys * dv) * 4);
    value_rows<FloatRow>(latent, row_floats, ones, keys, float_values(a.v_b, dv, a.c), v, dv);

    MlaRange seen = a;
    seen.n = a.n - hidden;
    seen.limit = a.limit + hidden;
    seen.first = a.first + hidden;
    seen.max = a.max + hidden;
    seen.sum = a.sum + hidden;
    float* const shrink = p + static_cast<int64_t>(a.n) * kPageTokens;
    score_rows({a.q + hidden * dk, dk, 1}, seen.n, dk, k, keys, p);
    soften_rows(seen, at, keys, p, shrink);
    value_rows<FloatRow>(p, kPageTokens, shrink, seen.n, float_values(v, dv, keys), a.acc + hidden * dv, dv);
  }
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
