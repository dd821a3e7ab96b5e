// hidden = scale * A x for the rows of a lora op, ranks of all parts behind each other (include/lora_rows.glsl).
//
// kTeam lanes take a rank; x is read once for LANES / kTeam ranks, A once for a tile. Workgroups in y take ranks in turn, as the
// rank is only known on the device. The order of a sum depends on kTeam only.
// Bytes of a tile: rank * in * 4 + rows * in * 4 * rank / ranks at a time.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kRows = 1;     // at most 16
layout(constant_id = 1) const uint kTeam = 256;   // 64 or 256

#include "include/lora_rows.glsl"

const uint kRanks = LANES / kTeam;
const uint kPass = 4;    // rows of one reduction
const uint kParts = 16;  // lanes of a reduction

shared float sums[kPass * LANES];
shared float partial[kPass * kRanks * kParts];

/// Rank q of all parts: the address of its row of A, and its scale.
bool find_rank(LoraEntries entry, uint n_parts, int q, int expert, uint64_t row_bytes, out uint64_t a, out float scale) {
  for (uint part = 0; part < n_parts; ++part) {
    const int rank = entry.parts[part].rank;
    if (q < rank) {
      a = entry.parts[part].a + (uint64_t(expert) * uint64_t(rank) + uint64_t(q)) * row_bytes;
      scale = entry.parts[part].scale;
      return true;
    }
    q -= rank;
  }
  a = 0ul;
  scale = 0.0;
  return false;
}

/// Sums over the lanes of each rank for rows [j0, j0 + kPass), into hidden.
void reduce(Params p, float acc[kRows], uint j0, uint mask, int first, int head, int q0, int total, float scale) {
  const uint t = gl_LocalInvocationID.x;
  [[unroll]] for (uint j = 0; j < kPass; ++j)
    if (j0 + j < kRows) sums[j * LANES + t] = acc[j0 + j] * scale;
  barrier();
  const uint n = kPass * kRanks;  // results: row j of rank r is result j * kRanks + r
  for (uint i = t; i < n * kParts; i += LANES) {
    const uint from = i / kParts * kTeam + i % kParts;
    precise float sum = 0.0;
    if (j0 + i / kParts / kRanks < kRows)
      for (uint l = 0; l < kTeam; l += kParts) sum += sums[from + l];
    partial[i] = sum;
  }
  barrier();
  if (t < n) {
    const uint j = j0 + t / kRanks;
    const int q = q0 + int(t % kRanks);
    precise float sum = 0.0;
    for (uint i = 0; i < kParts; ++i) sum += partial[t * kParts + i];
    if (j < kRows && (mask >> j & 1u) != 0 && q < total)
      Floats(p.hidden + (flat_row(p, first - int(push.arg0) + int(j), head) * kMaxRank + uint64_t(q)) * 4ul).v[0] = sum;
  }
  barrier();
}

/// The ranks of this workgroup for the rows of `mask`, which share set and expert.
void shrink(Params p, uint leader, uint mask, int first, int head) {
  LoraEntries entry = LoraEntries(p.entries + uint64_t(row_slot[leader]) * kLoraEntryBytes);
  const uint n_parts = uint(min(entry.n_parts, 4)), lane = gl_LocalInvocationID.x % kTeam;
  int total = 0;
  for (uint part = 0; part < n_parts; ++part) total += entry.parts[part].rank;
  total = min(total, kMaxRank);
  for (int q0 = int(gl_WorkGroupID.y * kRanks); q0 < total; q0 += int(gl_NumWorkGroups.y * kRanks)) {
    uint64_t a;
    float scale;
    const bool found = find_rank(entry, n_parts, q0 + int(gl_LocalInvocationID.x / kTeam), row_expert[leader], uint64_t(p.in_size) * 4ul, a, scale);
    precise float acc[kRows];
    uint64_t x[kRows];
    [[unroll]] for (uint j = 0; j < kRows; ++j) {
      acc[j] = 0.0;
      x[j] = p.x + uint64_t((int64_t(row_source[j]) * p.x_token_stride + int64_t(head) * p.x_head_stride) * 4l);
    }
    if (found)
      for (uint i = lane; i < p.in_size; i += kTeam) {
        const float w = Floats(a).v[i];
        [[unroll]] for (uint j = 0; j < kRows; ++j) {
          if ((mask >> j & 1u) != 0) acc[j] = fma(w, Floats(x[j]).v[i], acc[j]);
        }
      }
    [[unroll]] for (uint j0 = 0; j0 < kRows; j0 += kPass) reduce(p, acc, j0, mask, first, head, q0, total, scale);
  }
}

void main() {
  Params p = Params(push.params);
  // arg0: first row of this dispatch, whose hidden values begin the scratch.
  const int first = int(push.arg0 + gl_WorkGroupID.x * kRows), head = int(gl_WorkGroupID.z);
  if (first >= row_end(p)) return;
  if (!find_rows(p, first, head)) return;
  for (uint j = 0; j < kRows; ++j) {
    const uint mask = rows_like(j);
    if (mask != 0) shrink(p, j, mask, first, head);
  }
}
