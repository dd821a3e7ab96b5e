// The router's choice for tokens (ops.h MoeRouteOp; formats.md 6, steps 2 to 8). Needs common.glsl, order.glsl, two_floats.glsl; LANES,
// kSlots, kPairs and kPlans; and Logits, a buffer reference that reads what others have written.

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer RouteParams {
  uint64_t logits, bias, ids, weights, local, offsets, pairs, counts;
  uint n_experts, n_used, gate, normalise;
  float scale;
  uint n_groups, n_groups_used, by_max;
};

shared float gate[kSlots];
shared uint keys[kSlots];    // selection scores as keys, 0: not selectable; before that the low parts of exponentials
shared uint groups[kSlots];  // scores of the groups
shared uint chosen[kPairs];
shared vec2 lanes[LANES];

#include "plan.glsl"

const uint kSoftmax = 0, kSigmoid = 1, kSoftmaxTopk = 2;  // ops.h GateKind
const uint kPartials = 16;
const uint kWide = 4;  // keys of a step of the loop over all of a token; room for experts is whole steps
const float kSmallestWeightSum = 6.1035e-5;  // formats.md 6, step 7

uint team_size() { return push.arg0; }  // a power of two, 16 to LANES
uint team() { return gl_LocalInvocationID.x / team_size(); }
uint lane() { return gl_LocalInvocationID.x % team_size(); }

/// Largest v of the team.
float team_max(float v) {
  const uint first = team() * team_size();
  lanes[gl_LocalInvocationID.x].x = v;
  barrier();
  if (lane() < kPartials) {
    for (uint i = lane() + kPartials; i < team_size(); i += kPartials) v = max(v, lanes[first + i].x);
    lanes[first + lane()].x = v;
  }
  barrier();
  v = lanes[first].x;
  for (uint i = 1; i < kPartials; ++i) v = max(v, lanes[first + i].x);
  barrier();
  return v;
}

/// Sum of the team's pairs of gate (high) and keys (low), in an order that does not depend on the size of teams.
vec2 team_sum(uint base, uint n) {
  const uint first = team() * team_size();
  if (lane() < kPartials) {
    vec2 part = vec2(0.0);
    for (uint e = lane(); e < n; e += kPartials) part = two_add(two_add(part, gate[base + e]), uintBitsToFloat(keys[base + e]));
    lanes[first + lane()] = part;
  }
  barrier();
  vec2 sum = lanes[first];
  for (uint i = 1; i < kPartials; ++i) {
    sum = two_add(sum, lanes[first + i].x);
    sum = two_add(sum, lanes[first + i].y);
  }
  barrier();
  return sum;
}

float sigmoid(float v) {
  const vec2 e = two_exp(vec2(-abs(v), 0.0));
  return two_quotient(v >= 0.0 ? vec2(1.0, 0.0) : e, two_add(e, 1.0));
}

uint experts_room(uint n) { return (n + kWide - 1) / kWide * kWide; }

/// Steps 2 and 3: gate values and selection scores.
void score(RouteParams p, uint base, uint64_t row, bool live) {
  const uint n = p.n_experts;
  float top = uintBitsToFloat(0xff800000u);
  for (uint e = lane(); e < n; e += team_size()) {
    const float v = live ? Logits(row).v[e] : 0.0;
    gate[base + e] = p.gate == kSigmoid ? sigmoid(v) : v;
    top = max(top, v);
  }
  if (p.gate == kSoftmax) {
    top = team_max(top);
    for (uint e = lane(); e < n; e += team_size()) {
      const vec2 v = two_exp(two_sum(gate[base + e], -top));
      gate[base + e] = v.x;
      keys[base + e] = floatBitsToUint(v.y);
    }
    barrier();
    const vec2 sum = team_sum(base, n);
    for (uint e = lane(); e < n; e += team_size())
      gate[base + e] = two_quotient(vec2(gate[base + e], uintBitsToFloat(keys[base + e])), sum);
  }
  for (uint e = lane(); e < n; e += team_size()) {
    precise float s = gate[base + e];
    if (p.bias != 0ul) s += Floats(p.bias).v[e];
    keys[base + e] = order_key(s);
  }
  for (uint e = n + lane(); e < experts_room(n); e += team_size()) keys[base + e] = 0;
  barrier();
}

/// Step 4: closes the experts of all groups but the best. The best expert of a group knows its score.
void close_groups(RouteParams p, uint base) {
  const uint size = p.n_experts / p.n_groups;
  for (uint e = lane(); e < p.n_experts; e += team_size()) {
    const uint first = base + e / size * size, me = base + e, key = keys[me];
    uint better = 0, second = 0;
    for (uint i = first; i < first + size; ++i) {
      if (i == me) continue;
      better += uint(keys[i] > key || (keys[i] == key && i < me));
      second = max(second, keys[i]);
    }
    if (better > 0) continue;
    precise float sum = from_key(key);
    if (p.by_max == 0 && size > 1) sum += from_key(second);
    groups[base + e / size] = order_key(sum);
  }
  barrier();
  for (uint e = lane(); e < p.n_experts; e += team_size()) {
    const uint me = e / size, key = groups[base + me];
    uint better = 0;
    for (uint g = 0; g < p.n_groups; ++g) better += uint(groups[base + g] > key || (groups[base + g] == key && g < me));
    if (better >= p.n_groups_used) keys[base + e] = 0;
  }
  barrier();
}

/// Step 5: an expert's place is the number of experts before it.
void choose(RouteParams p, uint base, uint at, int token, bool live) {
  for (uint e = lane(); e < p.n_experts; e += team_size()) {
    const uint key = keys[base + e];
    uint better = 0;
    for (uint i = 0; i < p.n_experts; i += kWide)
      [[unroll]] for (uint j = 0; j < kWide; ++j) {
        const uint other = keys[base + i + j];
        better += uint(other > key || (other == key && i + j < e));
      }
    if (key == 0 || better >= p.n_used || !live) continue;
    chosen[at + better] = e;
    if (p.counts != 0ul) atomicAdd(Words(p.counts).v[e], 1u);
    Ints(p.ids + uint64_t(token) * (p.n_used * 4u)).v[better] = int(e);
  }
  barrier();
}

/// Steps 6 to 8; keys become the values of the chosen before they are scaled.
void weigh(RouteParams p, uint base, uint at, int token, bool live) {
  if (live) {
    float top = gate[base + chosen[at]];
    for (uint k = 1; k < p.n_used; ++k) top = max(top, gate[base + chosen[at + k]]);
    for (uint k = lane(); k < p.n_used; k += team_size()) {
      const float value = gate[base + chosen[at + k]];
      keys[base + k] = floatBitsToUint(p.gate == kSoftmaxTopk ? two_exp(two_sum(value, -top)).x : value);
    }
  }
  barrier();
  if (live) {
    precise float sum = 0.0;
    for (uint k = 0; k < p.n_used; ++k) sum += uintBitsToFloat(keys[base + k]);
    precise float divisor = 1.0;
    if (p.gate == kSoftmaxTopk)
      divisor = sum;
    else if (p.normalise != 0)
      divisor = max(sum, kSmallestWeightSum);
    Floats weights = Floats(p.weights + uint64_t(token) * (p.n_used * 4u));
    for (uint k = lane(); k < p.n_used; k += team_size()) {
      precise float w = uintBitsToFloat(keys[base + k]) / divisor * (p.scale == 0.0 ? 1.0 : p.scale);
      weights.v[k] = w;
    }
  }
  barrier();
}

/// Tokens [first, end), per_round at a time.
void route_tokens(RouteParams p, int first, int end, int per_round) {
  const uint base = team() * experts_room(p.n_experts);
  for (int t0 = first; t0 < end; t0 += per_round) {
    const int token = t0 + int(team());
    const bool live = token < end;
    const uint at = uint(token - first) * p.n_used;
    score(p, base, p.logits + uint64_t(token) * (p.n_experts * 4u), live);
    if (p.n_groups > 1) close_groups(p, base);
    choose(p, base, at, token, live);
    weigh(p, base, at, token, live);
  }
}
