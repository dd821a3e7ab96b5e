// The best of a list of at most LANES * kOwn logits of one row (ops.h TopkLogitsOp). The first level lists a segment of the
// row and also sums its exponentials; later levels list what segments left; the last level sorts and writes the result.
//
// The last key among the best is found bit by bit: a lane keeps its keys in registers (only loops that unroll touch them) and counts,
// the workgroup adds. Equal keys go by id, so the chosen set is the same however it was found.
// Bytes of the first level: n_vocab * 4 + lists * best * 8.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/order.glsl"
#include "include/reduce.glsl"
#include "include/two_floats.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kOwn = 16;   // keys of a lane, at most 32
layout(constant_id = 1) const uint kRoom = 256;  // for the best of a list
layout(constant_id = 2) const uint kFirst = 1;
layout(constant_id = 3) const uint kLast = 1;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t logits, ids, values, logsumexp;
  uint64_t from, to;  // candidates: [rows][items of the level], [rows][lists of the level][best]
  uint64_t sums;      // of segments {maximum, sum of exponentials}: [rows][segments]
  uint64_t stride;    // floats
  uint items, segments, k, best;  // best: candidates a list leaves, k unless k is too many to sort
};

struct Candidate {
  uint key, id;
};
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Candidates { Candidate v[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Pairs { vec2 v[]; };

const uint kItems = LANES * kOwn;
const uint kNoId = 0xffffffffu;

shared uint counts[2 * LANES];
shared uint best_key[kRoom];
shared uint best_id[kRoom];

float lowest() { return uintBitsToFloat(0xff800000u); }

uint keys[kOwn];  // 0: no item
uint turn = 0;

/// Sum over the workgroup; one barrier, as two calls use different memory.
uint workgroup_count(uint c) {
  turn ^= LANES;
  const uint part = subgroupAdd(c);
  if (subgroupElect()) counts[turn + gl_SubgroupID] = part;
  barrier();
  uint sum = 0;
  for (uint i = 0; i < gl_NumSubgroups; ++i) sum += counts[turn + i];
  return sum;
}

uint index_of(uint j) { return gl_WorkGroupID.x * kItems + j * LANES + gl_LocalInvocationID.x; }

Candidate candidate(Params p, uint i) {
  return Candidates(p.from + (uint64_t(gl_WorkGroupID.y) * uint64_t(p.items) + uint64_t(i)) * 8ul).v[0];
}

uint id_of(Params p, uint j) { return kFirst != 0 ? index_of(j) : candidate(p, index_of(j)).id; }

/// 0: no such item. A NaN ranks as -infinity.
uint key_of(Params p, Floats row, uint j) {
  const uint i = index_of(j);
  if (i >= p.items) return 0;
  const uint key = kFirst != 0 ? order_key(row.v[i]) : candidate(p, i).key;
  return key == kNanKey ? order_key(lowest()) : key;
}

/// Maximum of the segment and the sum of exp(logit - maximum).
vec2 sum_segment(Params p, Floats row) {
  uint top_key = 0;
  [[unroll]] for (uint j = 0; j < kOwn; ++j) top_key = max(top_key, keys[j]);
  const float top = workgroup_max(top_key == 0 ? lowest() : from_key(top_key));
  precise float sum = 0.0;
  for (uint i = index_of(0); i < min(p.items, index_of(kOwn)) && top != lowest(); i += LANES) sum += exact_exp(row.v[i] - top);
  return vec2(top, workgroup_sum(sum));
}

vec2 sum_row(Params p) {
  Pairs sums = Pairs(p.sums + uint64_t(gl_WorkGroupID.y) * uint64_t(p.segments) * 8ul);
  float top = lowest();
  for (uint i = gl_LocalInvocationID.x; i < p.segments; i += LANES) top = max(top, sums.v[i].x);
  top = workgroup_max(top);
  precise float sum = 0.0;
  for (uint i = gl_LocalInvocationID.x; i < p.segments; i += LANES)
    if (sums.v[i].y != 0.0) sum += sums.v[i].y * exact_exp(sums.v[i].x - top);
  return vec2(top, workgroup_sum(sum));
}

/// Keys above `key` are among the best, and those equal to it with ids under `id_end`.
struct Bound {
  uint key, id_end;
};

uint count_from(uint key) {
  uint c = 0;
  [[unroll]] for (uint j = 0; j < kOwn; ++j) c += uint(keys[j] >= key);
  return workgroup_count(c);
}

/// Own items with this key, as a mask.
uint equal_to(uint key) {
  uint mask = 0;
  [[unroll]] for (uint j = 0; j < kOwn; ++j) mask |= uint(keys[j] == key) << j;
  return mask;
}

uint above(uint key) {
  uint mask = 0;
  [[unroll]] for (uint j = 0; j < kOwn; ++j) mask |= uint(keys[j] > key) << j;
  return mask;
}

Bound find_bound(Params p) {
  Bound bound = Bound(0, kNoId);
  for (uint bit = 0x80000000u; bit != 0; bit >>= 1) {
    const uint n = count_from(bound.key | bit);
    if (n >= p.best) bound.key |= bit;
    if (n == p.best) return bound;
  }
  if (bound.key == 0) return bound;  // fewer items than p.best
  const uint wanted = p.best - (bound.key == 0xffffffffu ? 0u : count_from(bound.key + 1));
  bound.id_end = 0;
  const uint ties = equal_to(bound.key);
  for (uint bit = 0x40000000u; bit != 0; bit >>= 1) {
    const uint end = bound.id_end | bit;
    uint c = 0;
    for (uint left = ties; left != 0; left &= left - 1) c += uint(id_of(p, uint(findLSB(left))) < end);
    const uint n = workgroup_count(c);
    if (n <= wanted) bound.id_end = end;
    if (n == wanted) break;
  }
  return bound;
}

/// Sum of v of the lanes before this one.
uint sum_before(uint v) {
  const uint lane = gl_LocalInvocationID.x;
  barrier();
  counts[lane] = v;
  barrier();
  for (uint step = 1; step < LANES; step *= 2) {
    const uint other = lane >= step ? counts[lane - step] : 0u;
    barrier();
    counts[lane] += other;
    barrier();
  }
  return counts[lane] - v;
}

/// The best items into best_*, in no particular order.
void gather(Params p, Floats row, Bound bound) {
  for (uint i = gl_LocalInvocationID.x; i < p.best; i += LANES) {
    best_key[i] = 0;
    best_id[i] = kNoId;
  }
  uint taken = above(bound.key);
  if (bound.key != 0)
    for (uint left = equal_to(bound.key); left != 0; left &= left - 1)
      if (id_of(p, uint(findLSB(left))) < bound.id_end) taken |= left & -left;
  uint at = sum_before(uint(bitCount(taken)));
  for (uint left = taken; left != 0 && at < p.best; left &= left - 1) {
    const uint j = uint(findLSB(left));
    best_key[at] = key_of(p, row, j);
    best_id[at++] = id_of(p, j);
  }
  barrier();
}

/// An item's place is the number of items before it.
void write_sorted(Params p, Floats logits, int row) {
  Ints ids = Ints(p.ids + uint64_t(row) * uint64_t(p.k) * 4ul);
  Floats values = Floats(p.values + uint64_t(row) * uint64_t(p.k) * 4ul);
  for (uint i = gl_LocalInvocationID.x; i < p.best; i += LANES) {
    const uint key = best_key[i], id = best_id[i];
    uint better = 0;
    for (uint j = 0; j < p.best; ++j) better += uint(best_key[j] > key || (best_key[j] == key && best_id[j] < id));
    if (key == 0) continue;
    ids.v[better] = int(id);
    values.v[better] = logits.v[id];
  }
}

void main() {
  Params p = Params(push.params);
  // arg0: first row of this dispatch.
  const int row = int(push.arg0 + gl_WorkGroupID.y);
  if (row >= row_count(kRowsOutputs)) return;
  Floats logits = Floats(p.logits + uint64_t(row) * p.stride * 4ul);
  [[unroll]] for (uint j = 0; j < kOwn; ++j) keys[j] = key_of(p, logits, j);
  vec2 sum = vec2(0.0);
  if (kFirst != 0)
    sum = sum_segment(p, logits);
  else if (kLast != 0)
    sum = sum_row(p);
  if (gl_LocalInvocationID.x == 0) {
    if (kLast != 0)
      Floats(p.logsumexp).v[row] = sum.y == 0.0 ? sum.x : sum.x + exact_log(sum.y);
    else if (kFirst != 0)
      Pairs(p.sums).v[gl_WorkGroupID.y * p.segments + gl_WorkGroupID.x] = sum;
  }
  gather(p, logits, find_bound(p));
  if (kLast != 0) {
    write_sorted(p, logits, row);
    return;
  }
  const uint64_t list = uint64_t(gl_WorkGroupID.y) * uint64_t(gl_NumWorkGroups.x) + uint64_t(gl_WorkGroupID.x);
  Candidates to = Candidates(p.to + list * uint64_t(p.best) * 8ul);
  for (uint i = gl_LocalInvocationID.x; i < p.best; i += LANES) to.v[i] = Candidate(best_key[i], best_id[i]);
}
