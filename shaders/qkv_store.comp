// Norm, clamp and rotation of q and k, clamp of v, cache rows of k and v (ops.h, QkvStoreOp). A workgroup does some heads of one
// token: the units of a row are those of q, then of k, then of v. Bytes: T * (8 * q + 4 * (k + v)) + the cache rows; a norm
// reads its heads twice.
#version 460
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint LANES = 64;  // = constant 0
layout(constant_id = 2) const uint KV = 1;      // KvDType
#include "include/common.glsl"
#include "include/math.glsl"
#include "include/reduce.glsl"
#include "include/kv_rows.glsl"
#include "include/kv_store.glsl"

struct Args {
  uint64_t q, k, v, q_norm, k_norm, turns, cache_k, cache_v;
  uint k_row_bytes, v_row_bytes, n_head, n_kv, head_k, head_v;
  uint n_rot, rope;
  uint norm_row;                           // 1: one norm over all heads, which are one unit then
  uint q_units, q_heads, k_units, k_heads; // workgroups of a token, heads of each
  float eps, clamp, mscale;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params { Args args; };

shared float head_scales[32];

float clamped(float x, float limit) { return limit > 0.0 ? clamp(x, -limit, limit) : x; }

/// 1 / rms of n values.
float norm_scale(Floats x, uint n, float eps) {
  float square = 0.0;
  for (uint i = gl_LocalInvocationID.x; i < n; i += LANES) square += x.v[i] * x.v[i];
  return 1.0 / sqrt(workgroup_sum(square) / float(n) + eps);
}

/// In place: no other workgroup reads these heads, and no invocation another one's pair.
void prepare_q(Args p, int token, uint unit, int position) {
  const uint dim = p.head_k, heads = p.q_heads;
  Floats x = Floats(p.q + (uint64_t(token) * p.n_head + unit * heads) * (dim * 4));
  const bool norms = p.q_norm != 0ul;
  const float scale = norms ? norm_scale(x, heads * dim, p.eps) : 1.0;
  Floats w = Floats(p.q_norm);
  const uint half_rot = p.n_rot / 2, items = dim - half_rot;  // pairs, then what is not rotated
  for (uint i = gl_LocalInvocationID.x; i < heads * items; i += LANES) {
    const uint item = i % items, base = i / items * dim;
    const bool pair = item < half_rot;
    const uvec2 d = base + (pair ? pair_dims(p.rope, p.n_rot, item) : uvec2(item + half_rot));
    vec2 ab = vec2(x.v[d.x], x.v[d.y]);
    if (norms) ab *= scale * vec2(w.v[d.x], w.v[d.y]);
    ab = vec2(clamped(ab.x, p.clamp), clamped(ab.y, p.clamp));
    if (pair) ab = rotate(ab, p.turns, item, position, p.mscale);
    x.v[d.x] = ab.x;
    if (pair) x.v[d.y] = ab.y;
  }
}

/// Element e of the heads at x, normed and clamped.
float prepared_k(Args p, Floats x, uint e) {
  float value = x.v[e];
  if (p.k_norm != 0ul) value *= head_scales[p.norm_row != 0 ? 0 : e / p.head_k] * Floats(p.k_norm).v[p.norm_row != 0 ? e : e % p.head_k];
  return clamped(value, p.clamp);
}

float rotated_k(Args p, Floats x, uint e, int position) {
  const uint d = e % p.head_k, base = e - d;
  if (d >= p.n_rot) return prepared_k(p, x, e);
  const uint pair = pair_of(p.rope, p.n_rot, d);
  const uvec2 dims = base + pair_dims(p.rope, p.n_rot, pair);
  const vec2 ab = rotate(vec2(prepared_k(p, x, dims.x), prepared_k(p, x, dims.y)), p.turns, pair, position, p.mscale);
  return e == dims.x ? ab.x : ab.y;
}

void store_k(Args p, int token, uint unit, int position, uint64_t row) {
  const uint first = unit * p.k_heads * p.head_k, n = p.k_heads * p.head_k;
  Floats x = Floats(p.k + (uint64_t(token) * (p.n_kv * p.head_k) + first) * 4ul);
  if (p.k_norm != 0ul) {
    const uint heads = p.norm_row != 0 ? 1 : p.k_heads;
    for (uint h = 0; h < heads; ++h) {
      const float scale = norm_scale(Floats(uint64_t(x) + h * p.head_k * 4), n / heads, p.eps);
      if (gl_LocalInvocationID.x == 0) head_scales[h] = scale;
    }
    barrier();
  }
  for (uint at = 0; at < n; at += 2 * LANES) {
    const uint e = at + 2 * gl_LocalInvocationID.x;
    const vec2 value = vec2(e < n ? rotated_k(p, x, e, position) : 0.0, e + 1 < n ? rotated_k(p, x, e + 1, position) : 0.0);
    store_pair(KV, row, first + e, first + n, value);
  }
}

void store_v(Args p, int token, uint unit, uint64_t row) {
  const uint n = p.n_kv * p.head_v, e = unit * 2 * LANES + 2 * gl_LocalInvocationID.x;
  Floats x = Floats(p.v + uint64_t(token) * (n * 4));
  store_pair(KV, row, e, n, vec2(e < n ? clamped(x.v[e], p.clamp) : 0.0, e + 1 < n ? clamped(x.v[e + 1], p.clamp) : 0.0));
}

void main() {
  const Args p = Params(push.params).args;
  Step step = Step(push.step);
  const int token = int(gl_WorkGroupID.y);
  if (token >= step.n_tokens) return;
  const int position = Ints(step.positions).v[token], s = Ints(step.sequence).v[token];
  uint unit = gl_WorkGroupID.x;
  if (unit < p.q_units) {
    prepare_q(p, token, unit, position);
    return;
  }
  unit -= p.q_units;
  if (unit < p.k_units)
    store_k(p, token, unit, position, kv_row(p.cache_k, p.k_row_bytes, s, position));
  else
    store_v(p, token, unit - p.k_units, kv_row(p.cache_v, p.v_row_bytes, s, position));
}
