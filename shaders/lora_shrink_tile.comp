// hidden = scale * A x for the rows of a prompt's lora op, ranks of all parts behind each other (include/lora_rows.glsl).
//
// A tile of kRows rows and kRanks ranks, one result for every lane; x and A go through shared memory, kChunk columns at a time.
// Workgroups in y take the ranks in turn, as their number is only known on the device.
// Bytes of a tile: rank * in * 4 + rows * in * 4 * rank / kRanks.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/stop.glsl"

layout(local_size_x = LANES) in;

const uint kRows = 16, kRanks = LANES / kRows;

#include "include/lora_rows.glsl"

const uint kChunk = 32;
const uint kStride = kChunk + 1;                    // lanes read down a column: no two from one bank
const uint kLoads = kRows * kChunk / LANES;         // of a lane, for x and for A: rows kRows / kLoads apart
const uint kApart = kRows / kLoads;

shared float x_tile[kRows * kStride];
shared float a_tile[kRanks * kStride];

/// What a lane loads: column `column` of some rows of x and A; address 0: nothing.
struct Sources {
  uint64_t x[kLoads], a[kLoads];
};

Sources sources_of(Params p, LoraEntries entry, uint leader, uint mask, int head, int q0, int total) {
  Sources s;
  [[unroll]] for (uint k = 0; k < kLoads; ++k) {
    const uint i = gl_LocalInvocationID.x / kChunk + k * kApart;
    float scale;
    s.x[k] = (mask >> i & 1u) != 0 ? x_of(p, i, head) : 0ul;
    s.a[k] = q0 + int(i) < total ? find_rank(p, entry, q0 + int(i), row_expert[leader], scale) : 0ul;
  }
  return s;
}

/// One result: row j of the tile and rank r of q0 ...
float product(Params p, Sources s, uint j, uint r) {
  const uint column = gl_LocalInvocationID.x % kChunk, row = gl_LocalInvocationID.x / kChunk;
  precise float acc = 0.0;
  for (uint c0 = 0; c0 < p.in_size; c0 += kChunk) {
    const bool inside = c0 + column < p.in_size;
    barrier();
    [[unroll]] for (uint k = 0; k < kLoads; ++k) {
      const uint at = (row + k * kApart) * kStride + column;
      float x = 0.0, a = 0.0;
      if (inside && s.x[k] != 0ul) x = Floats(s.x[k]).v[c0 + column];
      if (inside && s.a[k] != 0ul) a = Floats(s.a[k]).v[c0 + column];
      x_tile[at] = x;
      a_tile[at] = a;
    }
    barrier();
    // A sum for each chunk: long rows lose no digits.
    precise float sum = 0.0;
    [[unroll]] for (uint c = 0; c < kChunk; ++c) sum = fma(x_tile[j * kStride + c], a_tile[r * kStride + c], sum);
    acc += sum;
  }
  return acc;
}

/// The ranks of this workgroup for the rows of `mask`, which share set and expert.
void shrink(Params p, uint leader, uint mask, int first, int head) {
  LoraEntries entry = entry_of(p, leader);
  const int total = rank_of(entry);
  const uint j = gl_LocalInvocationID.x / kRanks, r = gl_LocalInvocationID.x % kRanks;
  for (int q0 = int(gl_WorkGroupID.y * kRanks); q0 < total; q0 += int(gl_NumWorkGroups.y * kRanks)) {
    const float sum = product(p, sources_of(p, entry, leader, mask, head, q0, total), j, r);
    const int q = q0 + int(r);
    if (q >= total || (mask >> j & 1u) == 0) continue;
    float scale;
    find_rank(p, entry, q, row_expert[leader], scale);
    hidden_of(p, first, j, head, uint(q)).v[0] = sum * scale;
  }
}

void main() {
  Params p = Params(push.params);
  // arg0: first row of this dispatch, whose hidden values begin the scratch.
  const int first = int(push.arg0 + gl_WorkGroupID.x * kRows), head = int(gl_WorkGroupID.z);
  if (first >= row_end(p)) return;
  if (stopped()) return;
  find_rows(p, first, head);
  for (uint j = 0; j < kRows; ++j)
    if (row_mask[j] != 0) shrink(p, j, row_mask[j], first, head);
}
