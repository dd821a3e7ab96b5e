// Norm of the latent, rotation of k_pe and of the rotary part of every q head, cache row (ops.h, MlaStoreOp). Of a token's
// workgroups the first writes the row, the others rotate q. Bytes: T * (4 * (2 * c + rope) + 8 * heads * rope) + the cache rows.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint KV = 1;  // KvDType
#include "include/common.glsl"
#include "include/math.glsl"
#include "include/reduce.glsl"
#include "include/kv_rows.glsl"
#include "include/kv_store.glsl"

struct Args {
  uint64_t q, kv_a, kv_norm, q_latent, turns, cache;
  uint row_bytes, n_head, nope, rope_dim, c;
  uint n_rot, rope;
  float eps, mscale;
  uint unused;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params { Args args; };

void rotate_q(Args p, int token, uint first, int position) {
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
float row_value(Args p, Floats x, uint e, float scale, int position) {
  if (e < p.c) return x.v[e] * scale * Floats(p.kv_norm).v[e];
  if (e - p.c >= p.n_rot) return x.v[e];
  const uint pair = pair_of(p.rope, p.n_rot, e - p.c);
  const uvec2 d = p.c + pair_dims(p.rope, p.n_rot, pair);
  const vec2 ab = rotate(vec2(x.v[d.x], x.v[d.y]), p.turns, pair, position, p.mscale);
  return e == d.x ? ab.x : ab.y;
}

void main() {
  const Args p = Params(push.params).args;
  Step step = Step(push.step);
  const int token = int(gl_WorkGroupID.y);
  if (token >= step.n_tokens) return;
  const int position = Ints(step.positions).v[token];
  if (gl_WorkGroupID.x > 0) {
    rotate_q(p, token, (gl_WorkGroupID.x - 1) * LANES, position);
    return;
  }
  const uint n = p.c + p.rope_dim;
  Floats x = Floats(p.kv_a + uint64_t(token) * (n * 4));
  float square = 0.0;
  for (uint i = gl_LocalInvocationID.x; i < p.c; i += LANES) square += x.v[i] * x.v[i];
  const float scale = 1.0 / sqrt(workgroup_sum(square) / float(p.c) + p.eps);
  const uint64_t row = kv_row(p.cache, p.row_bytes, Ints(step.sequence).v[token], position);
  for (uint at = 0; at < n; at += 2 * LANES) {
    const uint e = at + 2 * gl_LocalInvocationID.x;
    const vec2 value = vec2(e < n ? row_value(p, x, e, scale, position) : 0.0, e + 1 < n ? row_value(p, x, e + 1, scale, position) : 0.0);
    store_pair(KV, row, e, n, value);
  }
}
