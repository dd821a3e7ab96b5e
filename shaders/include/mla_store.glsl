// The work of ops.h, MlaStoreOp: by a dispatch of its own or beside another op, in workgroups of LANES lanes, which is to be defined
// before, as is KV, the KvDType. Needs common.glsl.
#include "math.glsl"
#include "kv_rows.glsl"
#include "kv_store.glsl"
#include "square_sum.glsl"

struct StoreArgs {
  uint64_t q, kv_a, kv_norm, q_latent, turns, cache;
  uint row_bytes, n_head, nope, rope_dim, c;
  uint n_rot, rope;
  float eps, mscale;
  uint unused;
};
void rotate_q(StoreArgs p, int token, uint first, int position) {
  const uint half_rot = p.n_rot / 2, items = p.rope_dim - half_rot;  // pairs, then what is not rotated
  const uint i = first + gl_LocalInvocationID.x;
  if (i >= p.n_head * items) return;
  const uint item = i % items;
  const uint64_t head = uint64_t(token) * p.n_head + i / items;
  Floats x = Floats(p.q + (head * (p.nope + p.rope_dim) + p.nope) * 4ul);
  Floats y = Floats(p.q_latent + (head * (p.c + p.rope_dim) + p.c) * 4ul);
  if (item >= half_rot) {
    y.v[item + half_rot] = x.v[item + half_rot];
    return;
  }
  const uvec2 d = pair_dims(p.rope, p.n_rot, item);
  const vec2 ab = rotate(vec2(x.v[d.x], x.v[d.y]), p.turns, item, position, p.mscale);
  y.v[d.x] = ab.x;
  y.v[d.y] = ab.y;
}

/// Element e of the cache row.
float row_value(StoreArgs p, Floats x, uint e, float scale, int position) {
  if (e < p.c) return x.v[e] * scale * Floats(p.kv_norm).v[e];
  if (e - p.c >= p.n_rot) return x.v[e];
  const uint pair = pair_of(p.rope, p.n_rot, e - p.c);
  const uvec2 d = p.c + pair_dims(p.rope, p.n_rot, pair);
  const vec2 ab = rotate(vec2(x.v[d.x], x.v[d.y]), p.turns, pair, position, p.mscale);
  return e == d.x ? ab.x : ab.y;
}

/// Part 0 of a token's work is the cache row, the others rotate q.
void mla_store(StoreArgs p, int token, uint part) {
  const int position = Ints(Step(push.step).positions).v[token];
  if (part > 0) {
    rotate_q(p, token, (part - 1) * LANES, position);
    return;
  }
  const uint n = p.c + p.rope_dim;
  Floats x = Floats(p.kv_a + uint64_t(token) * (n * 4));
  const float scale = 1.0 / sqrt(square_sum(x, p.c) / float(p.c) + p.eps);
  const uint64_t row = kv_row(p.cache, p.row_bytes, Ints(Step(push.step).sequence).v[token], position);
  for (uint at = 0; at < n; at += 2 * LANES) {
    const uint e = at + 2 * gl_LocalInvocationID.x;
    const vec2 value = vec2(e < n ? row_value(p, x, e, scale, position) : 0.0, e + 1 < n ? row_value(p, x, e + 1, scale, position) : 0.0);
    store_pair(KV, row, e, n, value);
  }
}
