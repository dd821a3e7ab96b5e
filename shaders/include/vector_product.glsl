// Products of a few weight rows with a few activation rows, by one workgroup: all lanes share every row.
//
// Lane l takes the units l, l + LANES, ... of a row, decodes each once and multiplies it with all tokens; the lanes' sums are added
// at the end. What a product becomes depends on its weight row and its activation row only: every step of the sums is one fused
// multiply-add or one addition, in an order fixed by LANES, so that batches of any size give equal bits.
//
// Needs MATRICES (products of each row and token: 1, or 2 for gate and up) defined before. MODE and FORM are the includer's.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

layout(local_size_x_id = 1) in;
layout(constant_id = 0) const uint TYPE = 0;
layout(constant_id = 2) const uint ROWS = 1;    // weight rows of a workgroup
layout(constant_id = 3) const uint TOKENS = 1;  // activation rows of a workgroup
layout(constant_id = 4) const uint X_LOADS = 0;
layout(constant_id = 5) const uint TYPE_UP = 0;  // of the second matrix

// How activation rows may be read: 16 bytes at once, value by value, or not beyond their end either.
const uint kVectors = 0, kScalars = 1, kGuarded = 2;
const uint SLOTS = ROWS * MATRICES;
const uint kMaxSubgroups = 32;  // workgroups have up to 128 lanes, subgroups at least 4

#include "blocks.glsl"
#include "weight.glsl"

uint64_t weight_rows[SLOTS];  // of matrix m: weight_rows[m * ROWS ..]
uint64_t x_rows[TOKENS];
uint live = 1;  // x_rows that exist
float sums[SLOTS * TOKENS];
shared float partial_sums[SLOTS * TOKENS * kMaxSubgroups];

vec4 load_x(uint64_t row, uint pos, uint n) {
  if (X_LOADS == kVectors) return Vec4s(row).v[pos >> 2];
  Floats f = Floats(row);
  if (X_LOADS == kScalars) return vec4(f.v[pos], f.v[pos + 1], f.v[pos + 2], f.v[pos + 3]);
  vec4 x = vec4(0.0);
  [[unroll]] for (uint i = 0; i < 4; ++i)
    if (pos + i < n) x[i] = f.v[pos + i];
  return x;
}

float dot4(vec4 a, vec4 b) {
  precise float v = a.x * b.x;
  v = fma(a.y, b.y, v);
  v = fma(a.z, b.z, v);
  v = fma(a.w, b.w, v);
  return v;
}
float sum4(vec4 a) {
  precise float v = a.x + a.y;
  v += a.z;
  v += a.w;
  return v;
}

/// Adds a unit's products with one token to `sum`.
float add_floats(float sum, vec4 a, vec4 b, vec4 x0, vec4 x1) {
  precise float v = sum + dot4(a, x0);
  v += dot4(b, x1);
  return v;
}
float add_unit(float sum, uint type, Unit w, vec4 a, vec4 b, vec4 x0, vec4 x1) {
  precise float v = fma(w.d0, dot4(a, x0), sum);
  v = fma(w.d1, dot4(b, x1), v);
  if (has_min(type)) {
    v = fma(w.m0, sum4(x0), v);
    v = fma(w.m1, sum4(x1), v);
  }
  return v;
}

/// Adds this lane's share of the products of weight_rows[first .. end) with all x_rows to `sums`.
void accumulate(uint type, uint first, uint end, uint n) {
  const uint units = unit_count(n);
  for (uint u = gl_LocalInvocationID.x; u < units; u += gl_WorkGroupSize.x) {
    uint pos0, pos1;
    unit_positions(type, u, pos0, pos1);
    vec4 x0[TOKENS], x1[TOKENS];
    [[unroll]] for (uint t = 0; t < TOKENS; ++t) {
      if (t == 0u || t < live) {
        x0[t] = load_x(x_rows[t], pos0, n);
        x1[t] = load_x(x_rows[t], pos1, n);
      }
    }
    [[unroll]] for (uint s = first; s < end; ++s) {
      if (is_float_type(type)) {
        vec4 a, b;
        decode_float_unit(type, weight_rows[s], u, n, a, b);
        [[unroll]] for (uint t = 0; t < TOKENS; ++t)
          if (t == 0u || t < live) sums[s * TOKENS + t] = add_floats(sums[s * TOKENS + t], a, b, x0[t], x1[t]);
      } else {
        const Unit w = decode_unit_as(type, weight_rows[s], u, n);
        const vec4 a = signed_bytes(w.q0), b = signed_bytes(w.q1);
        [[unroll]] for (uint t = 0; t < TOKENS; ++t)
          if (t == 0u || t < live) sums[s * TOKENS + t] = add_unit(sums[s * TOKENS + t], type, w, a, b, x0[t], x1[t]);
      }
    }
  }
}

void clear_sums() {
  [[unroll]] for (uint i = 0; i < SLOTS * TOKENS; ++i) sums[i] = 0.0;
}

/// Hands the sums of all lanes over; then total() has them for every lane. Once, in uniform control flow.
void share_sums() {
  [[unroll]] for (uint i = 0; i < SLOTS * TOKENS; ++i) {
    const float part = subgroupAdd(sums[i]);
    if (subgroupElect()) partial_sums[i * kMaxSubgroups + gl_SubgroupID] = part;
  }
  barrier();
}
/// The product of slot s and token t.
float total(uint s, uint t) {
  precise float sum = 0.0;
  for (uint i = 0; i < gl_NumSubgroups; ++i) sum += partial_sums[(s * TOKENS + t) * kMaxSubgroups + i];
  return sum;
}

/// Number of the workgroup in a grid that is folded into x and y.
uint workgroup_index() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }
