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
shared uint slot_row[USED];     // planned row, kAbsent: the expert is elsewhere
shared uint slot_expert[USED];  // index on this device

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

/// Adds the products of unit u of the rows of slot k to `sums`.
void add_slot_unit(Params p, uint row, uint k, uint u, float weight) {
  const uint64_t x = p.h + uint64_t(slot_row[k]) * uint64_t(p.n) * 4ul;
  uint pos0, pos1;
  unit_positions(TYPE, u, pos0, pos1);
  const vec4 x0 = load_x(x, pos0, p.n), x1 = load_x(x, pos1, p.n);
  [[unroll]] for (uint s = 0; s < ROWS; ++s) {
    const uint64_t at = weight_row(p.down, slot_expert[k], min(row + s, p.out_rows - 1));
    float v;
    if (type_is_float()) {
      vec4 a, b;
      decode_float_unit(TYPE, at, u, p.n, a, b);
      v = add_floats(0.0, a, b, x0, x1);
    } else {
      const Unit w = decode_unit_as(TYPE, at, u, p.n);
      v = add_unit(0.0, TYPE, w, signed_bytes(w.q0), signed_bytes(w.q1), x0, x1);
    }
    sums[s] = fma(weight, v, sums[s]);
  }
}

/// Biases and addends of all slots come after the products.
void finish(Params p, uint token, uint row, int slot) {
  precise float v = total(row % ROWS, 0);
  const bool adds = p.addend != 0ul && addend_active(p.addend, p.entries, slot);
  for (uint k = 0; k < USED; ++k) {
    if (slot_row[k] == kAbsent) continue;
    precise float extra = 0.0;
    if (p.bias != 0ul) extra += Floats(p.bias + uint64_t(slot_expert[k]) * uint64_t(p.out_rows) * 4ul).v[row];
    if (adds) extra += Floats(p.addend + uint64_t(slot_row[k]) * uint64_t(p.out_rows) * 4ul).v[row];
    v = fma(Floats(p.weights).v[token * USED + k], extra, v);
  }
  Floats(p.y + uint64_t(token) * uint64_t(p.out_rows) * 4ul).v[row] = v;
}

void main() {
  Params p = Params(push.params);
  const uint index = workgroup_index(), token = index / p.blocks, row = index % p.blocks * ROWS;
  if (token >= uint(row_count(kRowsTokens))) return;
  find_slots(p, token);
  clear_sums();
  const uint units = unit_count(p.n);
  uint k = gl_LocalInvocationID.x / units, u = gl_LocalInvocationID.x % units;
  while (k < USED) {
    if (slot_row[k] != kAbsent) add_slot_unit(p, row, k, u, Floats(p.weights).v[token * USED + k]);
    u += gl_WorkGroupSize.x;
    while (u >= units) u -= units, ++k;
  }
  share_sums();
  const uint lane = gl_LocalInvocationID.x;
  if (lane < ROWS && row + lane < p.out_rows) finish(p, token, row + lane, slot_of_token(int(token)));
}
