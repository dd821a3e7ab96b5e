// hidden = scale * A x for few rows of a lora op, ranks of all parts behind each other (include/lora_rows.glsl).
//
// A workgroup takes a rank, for all rows of its tile; those in y take the ranks in turn, as their number is only known on the
// device. The order of a sum depends on the row only. Bytes of a tile: rank * in * 4 * (1 + rows).
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kRows = 1;  // at most 4

#include "include/lora_rows.glsl"

const uint kParts = 16;  // lanes that sum what LANES have

shared float sums[kRows * LANES];
shared float partial[kRows * kParts];

/// Sums over the lanes for each row, into hidden. Every size of tile adds in the same order.
void reduce(Params p, uint mask, int first, int head, int q) {
  const uint t = gl_LocalInvocationID.x;
  barrier();
  if (t < kRows * kParts) {
    precise float sum = 0.0;
    for (uint l = t % kParts; l < LANES; l += kParts) sum += sums[t / kParts * LANES + l];
    partial[t] = sum;
  }
  barrier();
  if (t < kRows && (mask >> t & 1u) != 0) {
    precise float sum = 0.0;
    for (uint i = 0; i < kParts; ++i) sum += partial[t * kParts + i];
    hidden_of(p, first, t, head, uint(q)).v[0] = sum;
  }
}

/// The ranks of this workgroup for the rows of `mask`, which share set and expert.
void shrink(Params p, uint leader, uint mask, int first, int head) {
  LoraEntries entry = entry_of(p, leader);
  const int total = rank_of(entry);
  for (int q = int(gl_WorkGroupID.y); q < total; q += int(gl_NumWorkGroups.y)) {
    float scale;
    Floats a = Floats(find_rank(p, entry, q, row_expert[leader], scale));
    precise float acc[kRows];
    uint64_t x[kRows];
    [[unroll]] for (uint j = 0; j < kRows; ++j) {
      acc[j] = 0.0;
      x[j] = x_of(p, j, head);
    }
    for (uint i = gl_LocalInvocationID.x; i < p.in_size; i += LANES) {
      const float w = a.v[i];
      [[unroll]] for (uint j = 0; j < kRows; ++j)
        if ((mask >> j & 1u) != 0) acc[j] = fma(w, Floats(x[j]).v[i], acc[j]);
    }
    [[unroll]] for (uint j = 0; j < kRows; ++j) sums[j * LANES + gl_LocalInvocationID.x] = acc[j] * scale;
    reduce(p, mask, first, head, q);
  }
}

void main() {
  Params p = Params(push.params);
  // arg0: first row of this dispatch, whose hidden values begin the scratch.
  const int first = int(push.arg0 + gl_WorkGroupID.x * kRows), head = int(gl_WorkGroupID.z);
  if (first >= row_end(p)) return;
  find_rows(p, first, head);
  for (uint j = 0; j < kRows; ++j)
    if (row_mask[j] != 0) shrink(p, j, row_mask[j], first, head);
}
