// y = sum over the parts of B hidden, for kOuts columns of a tile of rows (include/lora_rows.glsl). Of a table, hidden is the row of
// A that belongs to the token. B and hidden go through shared memory, kChunk ranks at a time, so that B is read in whole lines and
// once for the tile; a result is one sum by one lane, ranks ascending.
// Bytes of a tile: out * rank * 4 + rows * (rank + out) * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/stop.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kRows = 1;  // 1, or a multiple of 4 up to 16

#include "include/lora_rows.glsl"

const uint kOuts = 64, kChunk = 32;
const uint kTeams = LANES / kOuts;                     // rows at a time
const uint kOwn = (kRows + kTeams - 1) / kTeams;       // rows of a lane
const uint kStride = kChunk + 1;                       // lanes read down a column: no two from one bank

shared float b_tile[kOuts * kStride];
shared float h_tile[kRows * kChunk];

/// Ranks [r0, r0 + n) of part `part` into shared memory; they are ranks q0 .. of the whole set.
void load(Params p, LoraPart part, int expert, uint mask, int first, int head, uint r0, uint n, uint q0) {
  const uint out0 = gl_WorkGroupID.y * kOuts;
  const uint64_t b = part.b + uint64_t(expert) * uint64_t(p.out_size) * uint64_t(part.rank) * 4ul;
  for (uint i = gl_LocalInvocationID.x; i < kOuts * n; i += LANES) {
    const uint o = i / n, r = i % n;
    float v = 0.0;
    if (out0 + o < p.out_size) v = Floats(b + (uint64_t(out0 + o) * uint64_t(part.rank) + uint64_t(r0 + r)) * 4ul).v[0];
    b_tile[o * kStride + r] = v;
  }
  for (uint i = gl_LocalInvocationID.x; i < kRows * n; i += LANES) {
    const uint j = i / n, r = i % n;
    if ((mask >> j & 1u) == 0) continue;
    if (p.form == kFormTable)
      h_tile[j * kChunk + r] = part.scale * Floats(part.a + (uint64_t(row_source[j]) * uint64_t(part.rank) + uint64_t(r0 + r)) * 4ul).v[0];
    else
      h_tile[j * kChunk + r] = hidden_of(p, first, j, head, q0 + r).v[0];
  }
}

/// This workgroup's columns of the rows of `mask`, which share set and expert.
void expand(Params p, uint leader, uint mask, int first, int head) {
  LoraEntries entry = entry_of(p, leader);
  const uint n_parts = uint(min(entry.n_parts, 4));
  const uint o = gl_LocalInvocationID.x % kOuts, team = gl_LocalInvocationID.x / kOuts;
  precise float acc[kOwn];
  [[unroll]] for (uint k = 0; k < kOwn; ++k) acc[k] = 0.0;
  uint q = 0;
  for (uint i = 0; i < n_parts; ++i) {
    LoraPart part = entry.parts[i];
    const uint rank = min(uint(max(part.rank, 0)), kMaxRank - q);
    for (uint r0 = 0; r0 < rank; r0 += kChunk) {
      const uint n = min(kChunk, rank - r0);
      barrier();
      load(p, part, row_expert[leader], mask, first, head, r0, n, q + r0);
      barrier();
      for (uint r = 0; r < n; ++r) {
        const float b = b_tile[o * kStride + r];
        [[unroll]] for (uint k = 0; k < kOwn; ++k) {
          const uint j = team + k * kTeams;
          if (j < kRows) acc[k] = fma(b, h_tile[j * kChunk + r], acc[k]);
        }
      }
    }
    q += rank;
  }
  const uint column = gl_WorkGroupID.y * kOuts + o;
  if (column >= p.out_size) return;
  [[unroll]] for (uint k = 0; k < kOwn; ++k) {
    const uint j = team + k * kTeams;
    if (j < kRows && (mask >> j & 1u) != 0)
      Floats(p.y + flat_row(p, first + int(j), head) * uint64_t(p.out_size) * 4ul).v[column] = acc[k];
  }
}

void main() {
  Params p = Params(push.params);
  // arg0: first row of this dispatch, whose hidden values begin the scratch.
  const int first = int(push.arg0 + gl_WorkGroupID.x * kRows), head = int(gl_WorkGroupID.z);
  if (first >= row_end(p)) return;
  if (kRows > 4 && stopped()) return;  // prompts
  find_rows(p, first, head);
  for (uint j = 0; j < kRows; ++j)
    if (row_mask[j] != 0) expand(p, j, row_mask[j], first, head);
}
