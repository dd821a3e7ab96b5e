// act(Wg x + bg + ag, Wu x + bu + au) for up to 16 tokens: linear_glu, and moe_glu where EXPERTS.
// The experts a token shares may go BESIDE those it chose: two sets of parameters, arg0 workgroups for the first.
// One workgroup multiplies ROWS rows of both weights with TOKENS tokens, with EXPERTS up to TOKENS planned rows of one expert.
// Bytes: both weights once for every TOKENS tokens, of experts those that were chosen; x from the caches.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"
#define MATRICES 2
#include "include/vector_product.glsl"
#include "include/activation.glsl"

layout(constant_id = 6) const bool EXPERTS = false;
layout(constant_id = 9) const uint BESIDE = 0;  // not 0: the types of a linear_glu beside the experts, kBeside + gate + 256 up
const uint kBeside = 0x10000, TYPE_BESIDE = BESIDE & 255u, TYPE_UP_BESIDE = BESIDE >> 8 & 255u;
const uint kParamsBytes = 200;

struct Matrix {
  WeightRef w;
  uint64_t bias, addend, entries;
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t x, y;
  uint64_t local, offsets, pairs;  // of EXPERTS
  Matrix gate, up;
  uint n, out_rows;  // elements of a row of x, of a row of y
  uint act, token_groups, blocks, n_experts, n_used, unused;
};

shared uvec3 found;  // expert of the planned row: index on this device, first planned row, end

/// Looks for the expert of planned row r.
void find_expert(Params p, int r) {
  Ints offsets = Ints(p.offsets);
  for (uint e = gl_LocalInvocationID.x; e < p.n_experts; e += gl_WorkGroupSize.x) {
    const int begin = offsets.v[e], end = offsets.v[e + 1];
    if (begin <= r && r < end) found = uvec3(p.local == 0ul ? e : uint(Ints(p.local).v[e]), begin, end);
  }
  barrier();
}

float with_extras(float product, Matrix m, uint local, uint row, uint r, uint width, int slot) {
  precise float v = product;
  if (m.bias != 0ul) v += Floats(m.bias + uint64_t(local) * uint64_t(width) * 4ul).v[row];
  if (addend_active(m.addend, m.entries, slot)) v += Floats(m.addend + uint64_t(r) * uint64_t(width) * 4ul).v[row];
  return v;
}

bool experts = EXPERTS;  // this workgroup's rows are planned rows

int token_of(Params p, uint r) { return experts ? Ints(p.pairs).v[r] / int(p.n_used) : int(r); }

/// Rows r of y and of the addends are tokens or planned rows.
void finish(Params p, uint local, uint row, uint first) {
  const uint s = gl_LocalInvocationID.x % ROWS, t = gl_LocalInvocationID.x / ROWS;
  if (t >= live || row + s >= p.out_rows) return;
  const uint r = first + t;
  const int slot = p.gate.addend == 0ul && p.up.addend == 0ul ? -1 : slot_of_token(token_of(p, r));
  const float g = with_extras(total(0, s, t), p.gate, local, row + s, r, p.out_rows, slot);
  const float u = with_extras(total(0, ROWS + s, t), p.up, local, row + s, r, p.out_rows, slot);
  Floats(p.y + uint64_t(r) * uint64_t(p.out_rows) * 4ul).v[row + s] = activate(p.act, g, u);
}

/// Planned rows of one expert are taken TOKENS at a time by the workgroups of the first of them; false for the others.
bool locate_planned(Params p, uint r, out uint local) {
  local = 0;
  if (int(r) >= Ints(p.offsets).v[p.n_experts]) return false;
  find_expert(p, int(r));
  if ((r - found.y) % TOKENS != 0u) return false;
  live = min(TOKENS, found.z - r);
  local = found.x;
  return true;
}

void multiply(uint type, uint type_up, uint n) {
  if (type == type_up) {
    accumulate(type, 0, SLOTS, n);
  } else {
    accumulate(type, 0, ROWS, n);
    accumulate(type_up, ROWS, SLOTS, n);
  }
}

void main() {
  uint index = workgroup_index();
  const bool beside = BESIDE != 0u && index >= push.arg0;
  if (beside) {
    index -= push.arg0;
    experts = false;
  }
  Params p = Params(push.params + (beside ? kParamsBytes : 0u));
  const uint block = index / p.token_groups, row = block * ROWS;
  uint first = index % p.token_groups, local = 0;
  if (block >= p.blocks) return;
  if (experts) {
    if (!locate_planned(p, first, local)) return;
  } else {
    first *= TOKENS;
    const uint count = uint(row_count(kRowsTokens));
    if (first >= count) return;
    live = min(TOKENS, count - first);
  }
  [[unroll]] for (uint s = 0; s < ROWS; ++s) {
    weight_rows[s] = weight_row(p.gate.w, local, min(row + s, p.out_rows - 1));
    weight_rows[ROWS + s] = weight_row(p.up.w, local, min(row + s, p.out_rows - 1));
  }
  [[unroll]] for (uint t = 0; t < TOKENS; ++t)
    x_rows[t] = p.x + uint64_t(token_of(p, first + min(t, live - 1))) * uint64_t(p.n) * 4ul;
  clear_sums();
  const bool same_types = TYPE == TYPE_BESIDE && TYPE_UP == TYPE_UP_BESIDE;
  if (beside && !same_types) multiply(TYPE_BESIDE, TYPE_UP_BESIDE, p.n);
  else multiply(TYPE, TYPE_UP, p.n);
  share_sums();
  if (gl_LocalInvocationID.x < ROWS * TOKENS) finish(p, local, row, first);
}
