// The router's product (and the gate of shared experts), its choice and the plan of it in one dispatch, for up to 16 tokens: linear as in
// linear_vector.comp, then moe_route and moe_plan by the workgroup that is last to write its logits.
// No workgroup waits: each counts itself once its logits are written, and the last begins the next count at 0.
// Bytes: the weights once for every TOKENS tokens, x from the caches, the logits twice.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#define MATRICES 1
#include "include/vector_product.glsl"
#include "include/order.glsl"
#include "include/two_floats.glsl"

layout(constant_id = 6) const uint kSlots = 512;
layout(constant_id = 9) const uint kPairs = 1024;
const uint kPlans = 1;

layout(buffer_reference, std430, buffer_reference_align = 4) coherent buffer Logits { float v[]; };

shared uint arrived;

#include "include/route.glsl"

struct Out {
  WeightRef w;
  uint64_t bias, addend, entries, y;
  uint n, first_block, other, unused;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t x, counter;
  uint n, n_outs, token_groups, blocks;
  Out outs[2];
};
const uint kParamsBytes = 208;
const uint TEAMS = LANES / TEAM;

void finish(Out o, uint block_row, uint first, uint i) {
  const uint row = i % (ROWS * TEAMS), t = i / (ROWS * TEAMS), r = block_row + row, token = first + t;
  if (t >= live || r >= o.n) return;
  precise float v = total(row / ROWS, row % ROWS, t);
  if (o.bias != 0ul) v += Floats(o.bias).v[r];
  const uint64_t at = uint64_t(token) * uint64_t(o.n) * 4ul;
  if (o.addend != 0ul && addend_active(o.addend, o.entries, slot_of_token(int(token)))) v += Floats(o.addend + at).v[r];
  Logits(o.y + at).v[r] = v;
}

void multiply(Params p, uint block, uint first, uint count) {
  const Out o = p.outs[p.n_outs > 1u && block >= p.outs[1].first_block ? 1 : 0];
  const uint row = (block - o.first_block) * (ROWS * TEAMS), mine = row + gl_LocalInvocationID.x / TEAM * ROWS;
  live = min(TOKENS, count - first);
  [[unroll]] for (uint s = 0; s < ROWS; ++s) weight_rows[s] = weight_row(o.w, 0, min(mine + s, o.n - 1));
  [[unroll]] for (uint t = 0; t < TOKENS; ++t) x_rows[t] = p.x + uint64_t(min(first + t, count - 1)) * uint64_t(p.n) * 4ul;
  clear_sums();
  if (TYPE != TYPE_UP && o.other != 0u) accumulate(TYPE_UP, 0, ROWS, p.n);
  else accumulate(TYPE, 0, ROWS, p.n);
  share_sums();
  for (uint v = gl_LocalInvocationID.x; v < ROWS * TEAMS * TOKENS; v += LANES) finish(o, row, first, v);
}

/// Whether all `n` workgroups have come here and this is the last.
bool last_of(Params p, uint n) {
  memoryBarrierBuffer();
  barrier();
  if (gl_LocalInvocationID.x == 0) arrived = atomicAdd(Words(p.counter).v[0], 1u);
  barrier();
  memoryBarrierBuffer();
  if (arrived + 1u != n) return false;
  if (gl_LocalInvocationID.x == 0) atomicExchange(Words(p.counter).v[0], 0u);
  return true;
}

void main() {
  Params p = Params(push.params);
  const uint index = workgroup_index();
  const uint block = index / p.token_groups, first = index % p.token_groups * TOKENS, count = uint(row_count(kRowsTokens));
  if (block >= p.blocks || first >= count) return;
  multiply(p, block, first, count);
  if (!last_of(p, p.blocks * ((count + TOKENS - 1u) / TOKENS))) return;
  RouteParams route = RouteParams(push.params + kParamsBytes);
  route_tokens(route, 0, int(count), int(LANES / team_size()));
  plan_chosen(count * route.n_used, route.n_experts, route.local, route.offsets, route.pairs);
}
