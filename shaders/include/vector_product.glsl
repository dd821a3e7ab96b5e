// Products of a few weight rows with a few activation rows, by a team of lanes that share every row: the whole workgroup or, where
// rows are short, a part of it.
//
// Lane l takes the units l, l + TEAM, ... of a row (pairs of units, which share their scales, of quantised types), decodes each once
// and multiplies it with all tokens; the lanes' sums are added at the end. What a product becomes depends on its weight row and its
// activation row only: every step of the sums is one fused multiply-add or one addition, in an order fixed by TEAM and the subgroup
// size, so that batches of any size give equal bits.
//
// Needs MATRICES (products of each row and token: 1, or 2 for gate and up) defined before.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

layout(local_size_x_id = 1) in;
layout(constant_id = 0) const uint TYPE = 0;
layout(constant_id = 2) const uint ROWS = 1;      // weight rows of a team
layout(constant_id = 3) const uint TOKENS = 1;    // activation rows of a workgroup
layout(constant_id = 4) const uint X_LOADS = 0;
layout(constant_id = 5) const uint TYPE_UP = 0;    // of the second matrix
layout(constant_id = 7) const uint TEAM = 64;      // lanes of a team, all of the workgroup's or a part
layout(constant_id = 8) const uint PARTIALS = 32;  // sums of a product that come together: one a subgroup, or one a lane

// How activation rows may be read: 16 bytes at once, value by value, or not beyond their end either.
const uint kVectors = 0, kScalars = 1, kGuarded = 2;
const uint SLOTS = ROWS * MATRICES;
const uint kShortTeam = 32;  // teams of fewer lanes are parts of subgroups, others whole subgroups that follow each other

#include "blocks.glsl"
#include "weight.glsl"

uint64_t weight_rows[SLOTS];  // of matrix m: weight_rows[m * ROWS ..]
uint64_t x_rows[TOKENS];
uint live = 1;  // x_rows that count; those after them repeat one
float sums[SLOTS * TOKENS];
shared float partial_sums[SLOTS * TOKENS * PARTIALS];

#ifdef NORM
float x_scales[TOKENS];  // rows are normalised on their way: value times this times the weight of its place
uint64_t x_weight;
#endif

/// Values pos + 4 k .. of a row of floats; k is a constant.
vec4 load_four(uint64_t row, uint pos, uint k, uint n) {
  const uint64_t at = row + uint64_t(4 * pos);
  if (X_LOADS == kVectors) return Vec4s(at).v[k];
  Floats f = Floats(at);
  if (X_LOADS == kScalars) return vec4(f.v[4 * k], f.v[4 * k + 1], f.v[4 * k + 2], f.v[4 * k + 3]);
  vec4 x = vec4(0.0);
  [[unroll]] for (uint i = 0; i < 4; ++i)
    if (pos + 4 * k + i < n) x[i] = f.v[4 * k + i];
  return x;
}

/// The same of x_rows[t].
vec4 load_x(uint t, uint pos, uint k, uint n) {
#ifdef NORM
  precise vec4 x = load_four(x_rows[t], pos, k, n) * x_scales[t] * load_four(x_weight, pos, k, n);
  return x;
#else
  return load_four(x_rows[t], pos, k, n);
#endif
}

/// sum + a . b
float add_dot(float sum, vec4 a, vec4 b) {
  precise float v = fma(a.x, b.x, sum);
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

/// What one token brings to a unit.
struct Values {
  vec4 x0, x1;
  float sum0, sum1;  // of x0 and x1, times -code_offset of types that have one
};

/// Of token t and the unit at pos0 and pos1 or, with k, values 4 k further on.
Values values_of(uint type, uint t, uint pos0, uint pos1, uint k, uint n) {
  Values v;
  v.x0 = load_x(t, pos0, k, n);
  v.x1 = load_x(t, pos1, k, n);
  v.sum0 = v.sum1 = 0.0;
  if (is_float_type(type)) return v;
  const float offset = -float(code_offset(type));
  if (has_min(type) || offset < 0.0) {
    v.sum0 = sum4(v.x0);
    v.sum1 = sum4(v.x1);
  }
  if (offset < 0.0) {
    v.sum0 *= offset;
    v.sum1 *= offset;
  }
  return v;
}

/// Adds the products of a unit with one token to `sum`.
float add_floats(float sum, vec4 a, vec4 b, Values v) {
  precise float s = sum + add_dot(0.0, a, v.x0);
  s += add_dot(0.0, b, v.x1);
  return s;
}
float add_codes(float sum, uint type, Scales w, vec4 a, vec4 b, Values v) {
  const bool minimum = has_min(type);
  precise float s = sum;
  if (one_scale(type)) {
    precise float codes = minimum ? 0.0 : v.sum0 + v.sum1;
    s = fma(w.d0, add_dot(add_dot(codes, a, v.x0), b, v.x1), s);
  } else {
    s = fma(w.d0, add_dot(minimum ? 0.0 : v.sum0, a, v.x0), s);
    s = fma(w.d1, add_dot(minimum ? 0.0 : v.sum1, b, v.x1), s);
  }
  if (minimum) {
    s = fma(w.m0, v.sum0, s);
    s = fma(w.m1, v.sum1, s);
  }
  return s;
}

/// Adds the products of units 2 pair and 2 pair + 1 of weight_rows[first .. end) with the first `count` x_rows to `sums`.
void add_pair(uint type, uint first, uint end, uint count, uint pair, uint n) {
  const Place p = place_of(type, 2 * pair);
  Scales scales[SLOTS];
  [[unroll]] for (uint s = first; s < end; ++s) scales[s] = scales_of(type, weight_rows[s], p, n);
  uint pos0, pos1;
  unit_positions(type, 2 * pair, pos0, pos1);
  const uint step = layout_of(type) == kByte ? 2 : 1;
  [[unroll]] for (uint h = 0; h < 2; ++h) {
    Values x[TOKENS];
    [[unroll]] for (uint t = 0; t < count; ++t) x[t] = values_of(type, t, pos0, pos1, h * step, n);
    [[unroll]] for (uint s = first; s < end; ++s) {
      const uvec2 q = codes_of(type, weight_rows[s], p, h);
      const vec4 a = unsigned_bytes(q.x), b = unsigned_bytes(q.y);
      [[unroll]] for (uint t = 0; t < count; ++t)
        sums[s * TOKENS + t] = add_codes(sums[s * TOKENS + t], type, scales[s], a, b, x[t]);
    }
  }
}

/// The same of one unit of float rows. Only guarded rows have an end within a unit.
void add_float_unit(uint type, uint first, uint end, uint count, uint u, uint n) {
  uint pos0, pos1;
  unit_positions(type, u, pos0, pos1);
  Values x[TOKENS];
  [[unroll]] for (uint t = 0; t < count; ++t) x[t] = values_of(type, t, pos0, pos1, 0, n);
  [[unroll]] for (uint s = first; s < end; ++s) {
    vec4 a, b;
    if (X_LOADS == kGuarded) decode_float_tail(type, weight_rows[s], pos0, n, a, b);
    else decode_float_eight(type, weight_rows[s], u, a, b);
    [[unroll]] for (uint t = 0; t < count; ++t)
      sums[s * TOKENS + t] = add_floats(sums[s * TOKENS + t], a, b, x[t]);
  }
}

void accumulate_for(uint type, uint team, uint first, uint end, uint count, uint n) {
  const uint steps = is_float_type(type) ? unit_count(n) : n / 16;
  for (uint i = gl_LocalInvocationID.x % team; i < steps; i += team) {
    if (is_float_type(type)) add_float_unit(type, first, end, count, i, n);
    else add_pair(type, first, end, count, i, n);
  }
}

/// Adds this lane's share of the products of weight_rows[first .. end) with the live x_rows to `sums`. Either all rows are multiplied
/// or the only one: branches for each would make loads wait for each other.
void accumulate_by(uint team, uint type, uint first, uint end, uint n) {
  if (TOKENS == 1u || live == 1u) accumulate_for(type, team, first, end, 1, n);
  else accumulate_for(type, team, first, end, TOKENS, n);
}
void accumulate(uint type, uint first, uint end, uint n) { accumulate_by(TEAM, type, first, end, n); }

void clear_sums() {
  [[unroll]] for (uint i = 0; i < SLOTS * TOKENS; ++i) sums[i] = 0.0;
}

/// Hands the sums of all lanes over, of `count` tokens; then total_of() has them for every lane. Once, in uniform control flow.
void share_sums_of(uint team_lanes, uint count) {
  [[unroll]] for (uint i = 0; i < SLOTS * TOKENS; ++i) {
    if (i % TOKENS >= count) continue;
    if (team_lanes < kShortTeam) {
      partial_sums[i * PARTIALS + gl_LocalInvocationID.x] = sums[i];
    } else {
      const float part = subgroupAdd(sums[i]);
      if (subgroupElect()) partial_sums[i * PARTIALS + gl_SubgroupID] = part;
    }
  }
  barrier();
}
void share_sums() { share_sums_of(TEAM, TOKENS); }

/// The product of slot s and token t of a team.
float total_of(uint team_lanes, uint team, uint s, uint t) {
  const uint n = team_lanes < kShortTeam ? team_lanes : gl_NumSubgroups * team_lanes / gl_WorkGroupSize.x;
  const uint first = (s * TOKENS + t) * PARTIALS + team * n;
  precise float sum = 0.0;
  for (uint i = 0; i < n; ++i) sum += partial_sums[first + i];
  return sum;
}
float total(uint team, uint s, uint t) { return total_of(TEAM, team, s, t); }

/// Number of the workgroup in a grid that is folded into x and y.
uint workgroup_index() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }
