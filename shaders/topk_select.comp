// The best kBest of a list of at most LANES * kOwn logits of one row (ops.h TopkLogitsOp). The first level lists a segment of the
// row and also sums its exponentials; later levels list what segments left; the last level sorts and writes the result.
//
// The kBest-th key is found bit by bit: a lane keeps its keys in registers and counts, the workgroup adds. Equal keys go by id, so the
// chosen set is the same however it was found. Bytes of the first level: n_vocab * 4 + lists * kBest * 8.
#version 460
#extension GL_GOOGLE_include_directive : require
#define LANES 256
#include "include/common.glsl"
#include "include/order.glsl"
#include "include/reduce.glsl"
#include "include/two_floats.glsl"

layout(local_size_x = LANES) in;
layout(constant_id = 0) const uint kOwn = 16;   // keys of a lane
layout(constant_id = 1) const uint kBest = 256; // at most 1024
layout(constant_id = 2) const uint kFirst = 1;
layout(constant_id = 3) const uint kLast = 1;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Params {
  uint64_t logits, ids, values, logsumexp;
  uint64_t from, to;  // candidates: [rows][items of the level], [rows][lists of the level][kBest]
  uint64_t sums;      // of segments {maximum, sum of exponentials}: [rows][segments]
  uint64_t stride;    // floats
  uint items, segments, k, unused;
};

struct Candidate {
  uint key, id;
};
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Candidates { Candidate v[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Pairs { vec2 v[]; };

const uint kItems = LANES * kOwn;
const uint kNoId = 0xffffffffu;

shared uint counts[2 * LANES];
shared uint best_key[kBest];
shared uint best_id[kBest];

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
uint64_t item_address(Params p, uint i) { return p.from + (uint64_t(gl_WorkGroupID.y) * uint64_t(p.items) + uint64_t(i)) * 8ul; }
uint id_of(Params p, uint j) { return kFirst != 0 ? index_of(j) : Candidates(item_address(p, index_of(j))).v[0].id; }

/// Keys of this list; a NaN ranks as -infinity. Returns whether this lane saw one.
bool load(Params p, Floats row) {
  bool bad = false;
  for (uint j = 0; j < kOwn; ++j) {
    const uint i = index_of(j);
    uint key = 0;
    if (i < p.items) {
      key = kFirst != 0 ? order_key(row.v[i]) : Candidates(item_address(p, i)).v[0].key;
      if (key == kNanKey) {
        key = order_key(lowest());
        bad = true;
      }
    }
    keys[j] = key;
  }
  return bad;
}

/// Maximum of the segment and the sum of exp(logit - maximum); NaN when a logit is.
vec2 sum_segment(bool bad) {
  float top = lowest();
  for (uint j = 0; j < kOwn; ++j)
    if (keys[j] != 0) top = max(top, from_key(keys[j]));
  top = workgroup_max(top);
  precise float sum = bad ? from_key(kNanKey) : 0.0;
  if (top != lowest())
    for (uint j = 0; j < kOwn; ++j)
      if (keys[j] != 0) sum += exact_exp(from_key(keys[j]) - top);
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
  for (uint j = 0; j < kOwn; ++j) c += uint(keys[j] >= key);
  return workgroup_count(c);
}

Bound find_bound(Params p) {
  Bound bound = Bound(0, kNoId);
  for (uint bit = 0x80000000u; bit != 0; bit >>= 1) {
    const uint n = count_from(bound.key | bit);
    if (n >= kBest) bound.key |= bit;
    if (n == kBest) return bound;
  }
  if (bound.key == 0) return bound;  // fewer items than kBest
  const uint wanted = kBest - (bound.key == 0xffffffffu ? 0u : count_from(bound.key + 1));
  bound.id_end = 0;
  for (uint bit = 0x40000000u; bit != 0; bit >>= 1) {
    const uint end = bound.id_end | bit;
    uint c = 0;
    for (uint j = 0; j < kOwn; ++j)
      if (keys[j] == bound.key) c += uint(id_of(p, j) < end);
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
void gather(Params p, Bound bound) {
  for (uint i = gl_LocalInvocationID.x; i < kBest; i += LANES) {
    best_key[i] = 0;
    best_id[i] = kNoId;
  }
  uint taken = 0;
  for (uint j = 0; j < kOwn; ++j) {
    const bool tie = keys[j] == bound.key && keys[j] != 0;
    if (keys[j] > bound.key || (tie && (bound.id_end == kNoId || id_of(p, j) < bound.id_end)))
      ++taken;
    else
      keys[j] = 0;
  }
  uint at = sum_before(taken);
  for (uint j = 0; j < kOwn; ++j) {
    if (keys[j] == 0 || at >= kBest) continue;
    best_key[at] = keys[j];
    best_id[at++] = id_of(p, j);
  }
  barrier();
}

/// An item's place is the number of items before it.
void write_sorted(Params p, Floats logits, int row) {
  Ints ids = Ints(p.ids + uint64_t(row) * uint64_t(p.k) * 4ul);
  Floats values = Floats(p.values + uint64_t(row) * uint64_t(p.k) * 4ul);
  for (uint i = gl_LocalInvocationID.x; i < kBest; i += LANES) {
    const uint key = best_key[i], id = best_id[i];
    uint better = 0;
    for (uint j = 0; j < kBest; ++j) better += uint(best_key[j] > key || (best_key[j] == key && best_id[j] < id));
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
  const bool bad = load(p, logits);
  vec2 sum = vec2(0.0);
  if (kFirst != 0)
    sum = sum_segment(bad);
  else if (kLast != 0)
    sum = sum_row(p);
  if (gl_LocalInvocationID.x == 0) {
    if (kLast != 0)
      Floats(p.logsumexp).v[row] = sum.y == 0.0 ? sum.x : sum.x + exact_log(sum.y);
    else if (kFirst != 0)
      Pairs(p.sums).v[gl_WorkGroupID.y * p.segments + gl_WorkGroupID.x] = sum;
  }
  gather(p, find_bound(p));
  if (kLast != 0) {
    write_sorted(p, logits, row);
    return;
  }
  const uint64_t list = uint64_t(gl_WorkGroupID.y) * uint64_t(gl_NumWorkGroups.x) + uint64_t(gl_WorkGroupID.x);
  Candidates to = Candidates(p.to + list * uint64_t(kBest) * 8ul);
  for (uint i = gl_LocalInvocationID.x; i < kBest; i += LANES) to.v[i] = Candidate(best_key[i], best_id[i]);
}
