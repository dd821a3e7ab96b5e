// y[t] = sum over slots of weight * (Wd_e h[row] + bd_e + a_row) for few tokens (ops.h, MoeDownOp). One workgroup computes ROWS
// rows of one token: its lanes share the units of all the token's experts, slot after slot.
// The product of the experts that all tokens share may go BESIDE these, in the workgroups from arg0 on: teams of BESIDE lanes multiply
// ROWS rows of its weight, of type TYPE_UP, with TOKENS tokens. Alone, TOKENS is 1.
// Bytes: the chosen experts once for every token that chose them; h from the caches.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"
#define MATRICES 1
#include "include/vector_product.glsl"

layout(constant_id = 6) const uint USED = 1;    // slots of a token
layout(constant_id = 9) const uint BESIDE = 0;  // 0: no product beside
const uint BESIDE_TEAM = BESIDE == 0u ? 1u : BESIDE;

struct Shared {
  WeightRef w;
  uint64_t x, y, bias, addend, entries;
  uint n, out_rows, token_groups, blocks;
};

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  WeightRef down;
  uint64_t h, y, weights, bias, addend, entries;
  uint64_t local, offsets, pairs;
  uint n, out_rows;  // elements of a row of h, of y
  uint blocks, n_experts;
  Shared beside;
};

const uint kAbsent = 0xffffffffu;
float totals[ROWS];
shared uint slot_row[USED];     // planned row, kAbsent: the expert is elsewhere
shared uint slot_expert[USED];  // index on this device
shared float slot_factor[USED];
shared uint64_t slot_x[USED];
shared uint64_t slot_weights[USED * ROWS];

/// Finds the planned rows of a token: every lane looks through the pairs of its experts.
void find_slots(Params p, uint token) {
  for (uint k = gl_LocalInvocationID.x; k < USED; k += gl_WorkGroupSize.x) slot_row[k] = kAbsent;
  barrier();
  Ints offsets = Ints(p.offsets), pairs = Ints(p.pairs);
  for (uint e = gl_LocalInvocationID.x; e < p.n_experts; e += gl_WorkGroupSize.x) {
    const int begin = offsets.v[e], end = offsets.v[e + 1];
    for (int i = begin; i < end; ++i) {
      const uint pair = uint(pairs.v[i]);
      if (pair / USED != token) continue;
      slot_row[pair % USED] = uint(i);
      slot_expert[pair % USED] = p.local == 0ul ? e : uint(Ints(p.local).v[e]);
    }
  }
  barrier();
}

/// Addresses of what the slots multiply, so that the lanes need not compute them again and again.
void address_slots(Params p, uint token, uint row) {
  for (uint i = gl_LocalInvocationID.x; i < USED * ROWS; i += gl_WorkGroupSize.x) {
    const uint k = i / ROWS, s = i % ROWS;
    if (slot_row[k] == kAbsent) continue;
    slot_weights[i] = weight_row(p.down, slot_expert[k], min(row + s, p.out_rows - 1));
    if (s > 0u) continue;
    slot_x[k] = p.h + uint64_t(slot_row[k]) * uint64_t(p.n) * 4ul;
    slot_factor[k] = Floats(p.weights).v[token * USED + k];
  }
  barrier();
}

/// Adds the weighted products of step i (a pair of units, a unit of float types) of the rows of slot k to `totals`.
void add_slot_step(Params p, uint k, uint i) {
  x_rows[0] = slot_x[k];
  [[unroll]] for (uint s = 0; s < ROWS; ++s) weight_rows[s] = slot_weights[k * ROWS + s];
  clear_sums();
  if (type_is_float()) add_float_unit(TYPE, 0, ROWS, 1, i, p.n);
  else add_pair(TYPE, 0, ROWS, 1, i, p.n);
  [[unroll]] for (uint s = 0; s < ROWS; ++s) totals[s] = fma(slot_factor[k], sums[s * TOKENS], totals[s]);
}

/// Biases and addends of all slots come after the products.
void finish(Params p, uint token, uint row, int slot) {
  precise float v = total(0, row % ROWS, 0);
  const bool adds = p.addend != 0ul && addend_active(p.addend, p.entries, slot);
  for (uint k = 0; k < USED; ++k) {
    if (slot_row[k] == kAbsent) continue;
    precise float extra = 0.0;
    if (p.bias != 0ul) extra += Floats(p.bias + uint64_t(slot_expert[k]) * uint64_t(p.out_rows) * 4ul).v[row];
    if (adds) extra += Floats(p.addend + uint64_t(slot_row[k]) * uint64_t(p.out_rows) * 4ul).v[row];
    v = fma(slot_factor[k], extra, v);
  }
  Floats(p.y + uint64_t(token) * uint64_t(p.out_rows) * 4ul).v[row] = v;
}

/// Value i of the workgroup of the product beside.
void finish_beside(Shared p, uint block_row, uint first, uint i) {
  const uint block_rows = ROWS * (gl_WorkGroupSize.x / BESIDE_TEAM), row = i % block_rows, t = i / block_rows;
  const uint r = block_row + row, token = first + t;
  if (t >= live || r >= p.out_rows) return;
  precise float v = total_of(BESIDE_TEAM, row / ROWS, row % ROWS, t);
  if (p.bias != 0ul) v += Floats(p.bias).v[r];
  const uint64_t at = uint64_t(token) * uint64_t(p.out_rows) * 4ul;
  if (p.addend != 0ul && addend_active(p.addend, p.entries, slot_of_token(int(token)))) v += Floats(p.addend + at).v[r];
  Floats(p.y + at).v[r] = v;
}

/// As linear_vector.comp does it with teams of BESIDE lanes.
void multiply_beside(Shared p, uint index) {
  const uint block = index / p.token_groups, first = index % p.token_groups * TOKENS, count = uint(row_count(kRowsTokens));
  if (block >= p.blocks || first >= count) return;
  const uint teams = gl_WorkGroupSize.x / BESIDE_TEAM, row = block * (ROWS * teams);
  const uint mine = row + gl_LocalInvocationID.x / BESIDE_TEAM * ROWS;
  live = min(TOKENS, count - first);
  [[unroll]] for (uint s = 0; s < ROWS; ++s) weight_rows[s] = weight_row(p.w, 0, min(mine + s, p.out_rows - 1));
  [[unroll]] for (uint t = 0; t < TOKENS; ++t) x_rows[t] = p.x + uint64_t(min(first + t, count - 1)) * uint64_t(p.n) * 4ul;
  clear_sums();
  accumulate_by(BESIDE_TEAM, TYPE_UP, 0, ROWS, p.n);
  share_sums_of(BESIDE_TEAM, TOKENS);
  for (uint v = gl_LocalInvocationID.x; v < ROWS * teams * TOKENS; v += gl_WorkGroupSize.x) finish_beside(p, row, first, v);
}

void main() {
  Params p = Params(push.params);
  if (BESIDE != 0u && workgroup_index() >= push.arg0) {
    multiply_beside(p.beside, workgroup_index() - push.arg0);
    return;
  }
  const uint index = workgroup_index(), token = index / p.blocks, row = index % p.blocks * ROWS;
  if (token >= uint(row_count(kRowsTokens))) return;
  find_slots(p, token);
  address_slots(p, token, row);
  [[unroll]] for (uint s = 0; s < ROWS; ++s) totals[s] = 0.0;
  const uint steps = type_is_float() ? unit_count(p.n) : p.n / 16;
  const uint jump = gl_WorkGroupSize.x / steps, rest = gl_WorkGroupSize.x % steps;
  uint k = gl_LocalInvocationID.x / steps, i = gl_LocalInvocationID.x % steps;
  while (k < USED) {
    if (slot_row[k] != kAbsent) add_slot_step(p, k, i);
    k += jump;
    i += rest;
    if (i >= steps) i -= steps, ++k;
  }
  [[unroll]] for (uint s = 0; s < ROWS; ++s) sums[s * TOKENS] = totals[s];
  share_sums_of(TEAM, 1);
  const uint lane = gl_LocalInvocationID.x;
  if (lane < ROWS && row + lane < p.out_rows) finish(p, token, row + lane, slot_of_token(int(token)));
}
