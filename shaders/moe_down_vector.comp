// y[t] = sum over slots of weight * (Wd_e h[row] + bd_e + a_row) for few tokens (ops.h, MoeDownOp). One workgroup computes ROWS
// rows of one token: its lanes share the units of all the token's experts, slot after slot.
// Bytes: the chosen experts once for every token that chose them; h from the caches.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"
#define MATRICES 1
#include "include/vector_product.glsl"

layout(constant_id = 6) const uint USED = 1;  // slots of a token

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  WeightRef down;
  uint64_t h, y, weights, bias, addend, entries;
  uint64_t local, offsets, pairs;
  uint n, out_rows;  // elements of a row of h, of y
  uint blocks, n_experts;
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
  [[unroll]] for (uint s = 0; s < ROWS; ++s) totals[s] = fma(slot_factor[k], sums[s], totals[s]);
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

void main() {
  Params p = Params(push.params);
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
  [[unroll]] for (uint s = 0; s < ROWS; ++s) sums[s] = totals[s];
  share_sums();
  const uint lane = gl_LocalInvocationID.x;
  if (lane < ROWS && row + lane < p.out_rows) finish(p, token, row + lane, slot_of_token(int(token)));
}
