// y = W x (+ bias) (+ addend) for up to 16 tokens: 1 to 3 weights that share x, of TYPE or TYPE_UP, or a weight per head.
// Each team of a workgroup multiplies ROWS rows of a weight with TOKENS rows of x; neighbours share the weight rows.
// NORM: x are rows of add_norm without parts, which every workgroup normalises for itself.
// MLA_STORE: the first arg0 workgroups do mla_store, which needs none of it, arg1 of them for each token.
// Bytes: the weights once for every TOKENS tokens, x from the caches.
#version 460
#extension GL_GOOGLE_include_directive : require
#include "include/common.glsl"
#define MATRICES 1
#include "include/vector_product.glsl"
#ifdef NORM
#include "include/square_sum.glsl"
#endif
#ifdef MLA_STORE
layout(constant_id = 6) const uint KV = 1;      // KvDType
layout(constant_id = 9) const uint LANES = 32;  // = constant 1
#include "include/mla_store.glsl"
#endif

struct Out {
  WeightRef w;
  uint64_t bias, addend, entries, y;
  uint n;            // rows of the weight
  uint head_blocks;  // workgroups that one head's rows take
  uint first_block;
  uint y_token, y_head;  // strides in floats
  uint other;            // 1: of TYPE_UP
};
layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t x;
  uint n, rows, heads, n_outs;  // n: elements of a row of x
  uint x_token, x_head;         // strides in floats
  uint token_groups, blocks;
  Out outs[3];
#ifdef MLA_STORE
  StoreArgs store;
#endif
#ifdef NORM
  uint64_t norm_weight;
  float eps;
  uint unused;
#endif
};

const uint TEAMS = gl_WorkGroupSize.x / TEAM;

/// Value i of the workgroup: those of one token lie next to each other.
void finish(Params p, Out o, uint head, uint block_row, uint first, uint i) {
  const uint row = i % (ROWS * TEAMS), t = i / (ROWS * TEAMS), r = block_row + row, token = first + t;
  if (t >= live || r >= o.n) return;
  precise float v = total(row / ROWS, row % ROWS, t);
  if (o.bias != 0ul) v += Floats(o.bias).v[r];
  if (o.addend != 0ul && addend_active(o.addend, o.entries, slot_of_token(token_row(p.rows, int(token)))))
    v += Floats(o.addend + uint64_t(token * p.heads + head) * uint64_t(o.n) * 4ul).v[r];
  Floats(o.y + (uint64_t(token) * uint64_t(o.y_token) + uint64_t(head) * uint64_t(o.y_head)) * 4ul).v[r] = v;
}

void main() {
  Params p = Params(push.params);
  uint index = workgroup_index();
#ifdef MLA_STORE
  if (index < push.arg0) {
    const int token = int(index / push.arg1);
    if (token < row_count(kRowsTokens)) mla_store(p.store, token, index % push.arg1);
    return;
  }
  index -= push.arg0;
#endif
  const uint block = index / p.token_groups, first = index % p.token_groups * TOKENS, count = uint(row_count(p.rows));
  if (block >= p.blocks || first >= count) return;
  uint i = 0;
  while (i + 1 < p.n_outs && block >= p.outs[i + 1].first_block) ++i;
  const Out o = p.outs[i];
  const uint head = (block - o.first_block) / o.head_blocks, row = (block - o.first_block) % o.head_blocks * (ROWS * TEAMS);
  live = min(TOKENS, count - first);
  const uint mine = row + gl_LocalInvocationID.x / TEAM * ROWS;
  [[unroll]] for (uint s = 0; s < ROWS; ++s) weight_rows[s] = weight_row(o.w, head, min(mine + s, o.n - 1));
  [[unroll]] for (uint t = 0; t < TOKENS; ++t)
    x_rows[t] = p.x + (uint64_t(min(first + t, count - 1)) * uint64_t(p.x_token) + uint64_t(head) * uint64_t(p.x_head)) * 4ul;
#ifdef NORM
  x_weight = p.norm_weight;
  [[unroll]] for (uint t = 0; t < TOKENS; ++t)
    x_scales[t] = t < live ? 1.0 / sqrt(square_sum(Floats(x_rows[t]), p.n) / float(p.n) + p.eps) : x_scales[0];
#endif
  clear_sums();
  if (TYPE != TYPE_UP && o.other != 0u) accumulate(TYPE_UP, 0, ROWS, p.n);
  else accumulate(TYPE, 0, ROWS, p.n);
  share_sums();
  for (uint v = gl_LocalInvocationID.x; v < ROWS * TEAMS * TOKENS; v += gl_WorkGroupSize.x) finish(p, o, head, row, first, v);
}
