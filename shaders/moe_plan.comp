// Pairs grouped by expert (ops.h MoePlanOp). Few pairs: one workgroup, kSmall. Many: kCount writes the experts' counts of every
// block of kBlock pairs, kFill gives each pair of a block its place: pairs of lower experts, pairs of its expert in blocks before,
// pairs of its expert before it in the block.
// Bytes: pairs * 12 + blocks^2 * n_experts * 4.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kMode = 0;
layout(constant_id = 1) const uint kPairs = 512;   // kSmall: pairs, else kBlock
layout(constant_id = 2) const uint kSlots = 512;   // kCount, kFill: experts

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t ids, local, offsets, pairs, counts;
  uint n_experts, n_used;
};

const uint kSmall = 0, kCount = 1, kFill = 2;
const uint kBlock = 512;  // engine/vulkan/moe_route.cpp

shared uint chosen[kPairs];
shared uint places[kSlots];
shared uint scan[LANES];

#include "include/plan.glsl"

/// Experts of pairs [first, first + kBlock) into `chosen`.
void load_block(Params p, uint first, uint n_pairs) {
  for (uint i = gl_LocalInvocationID.x; i < kBlock; i += LANES) {
    uint e = kElsewhere;
    if (first + i < n_pairs) e = uint(Ints(p.ids).v[first + i]);
    if (e >= p.n_experts || (p.local != 0ul && Ints(p.local).v[e] < 0)) e = kElsewhere;
    chosen[i] = e;
  }
}

void count_block(Params p, uint block, uint n_pairs) {
  for (uint e = gl_LocalInvocationID.x; e < p.n_experts; e += LANES) places[e] = 0;
  load_block(p, block * kBlock, n_pairs);
  barrier();
  for (uint i = gl_LocalInvocationID.x; i < kBlock; i += LANES)
    if (chosen[i] != kElsewhere) atomicAdd(places[chosen[i]], 1u);
  barrier();
  for (uint e = gl_LocalInvocationID.x; e < p.n_experts; e += LANES) Words(p.counts).v[block * p.n_experts + e] = places[e];
}

/// Sum of v of the lanes before this one, and of all in `total`.
uint sum_before(uint v, out uint total) {
  const uint lane = gl_LocalInvocationID.x;
  scan[lane] = v;
  barrier();
  for (uint step = 1; step < LANES; step *= 2) {
    const uint other = lane >= step ? scan[lane - step] : 0u;
    barrier();
    scan[lane] += other;
    barrier();
  }
  total = scan[LANES - 1];
  const uint before = scan[lane] - v;
  barrier();
  return before;
}

/// First place of every expert in this block; the first block also writes the offsets.
void find_places(Params p, uint block, uint n_blocks) {
  uint planned = 0;
  for (uint e0 = 0; e0 < p.n_experts; e0 += LANES) {
    const uint e = e0 + gl_LocalInvocationID.x;
    uint all = 0, earlier = 0, total;
    if (e < p.n_experts)
      for (uint b = 0; b < n_blocks; ++b) {
        if (b == block) earlier = all;
        all += Words(p.counts).v[b * p.n_experts + e];
      }
    const uint start = planned + sum_before(all, total);
    if (e < p.n_experts) {
      places[e] = start + earlier;
      if (block == 0) Ints(p.offsets).v[e] = int(start);
    }
    planned += total;
  }
  if (block == 0 && gl_LocalInvocationID.x == 0) Ints(p.offsets).v[p.n_experts] = int(planned);
}

void fill_block(Params p, uint block, uint n_blocks, uint n_pairs) {
  load_block(p, block * kBlock, n_pairs);
  find_places(p, block, n_blocks);
  barrier();
  for (uint i = gl_LocalInvocationID.x; i < kBlock; i += LANES) {
    const uint e = chosen[i];
    if (e == kElsewhere) continue;
    uint before = 0;
    for (uint j = 0; j < i; ++j) before += uint(chosen[j] == e);
    Ints(p.pairs).v[places[e] + before] = int(block * kBlock + i);
  }
}

void main() {
  Params p = Params(push.params);
  const uint n_pairs = uint(row_count(kRowsTokens)) * p.n_used;
  const uint block = gl_WorkGroupID.x, n_blocks = (n_pairs + kBlock - 1) / kBlock;
  if (kMode == kSmall) {
    for (uint i = gl_LocalInvocationID.x; i < n_pairs; i += LANES) chosen[i] = uint(Ints(p.ids).v[i]);
    barrier();
    plan_chosen(n_pairs, p.n_experts, p.local, p.offsets, p.pairs);
    return;
  }
  // The first block always runs: a step without pairs has offsets, too.
  if (block > 0 && block >= n_blocks) return;
  if (kMode == kCount)
    count_block(p, block, n_pairs);
  else
    fill_block(p, block, n_blocks, n_pairs);
}
