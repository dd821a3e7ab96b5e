// moe_plan for few pairs, by one workgroup: every pair and every expert counts the pairs before it, so that no order depends on
// threads. Steps: pairs * (pairs + experts) / LANES. Needs LANES and the shared array `chosen`, the experts of the pairs.
const uint kElsewhere = 0xffffffffu;
const uint kStep = 4;  // pairs of a step of the loops; room for pairs is whole steps

/// Writes offsets and pairs of `n` pairs whose experts are in `chosen`. Call in uniform control flow, after a barrier.
void plan_chosen(uint n, uint n_experts, uint64_t local, uint64_t offsets, uint64_t pairs) {
  const uint lane = gl_LocalInvocationID.x;
  for (uint i = lane; i < n; i += LANES) {
    const uint e = chosen[i];
    if (e >= n_experts || (local != 0ul && Ints(local).v[e] < 0)) chosen[i] = kElsewhere;
  }
  const uint end = (n + kStep - 1) / kStep * kStep;
  if (n + lane < end) chosen[n + lane] = kElsewhere;
  barrier();
  for (uint i = lane; i < n; i += LANES) {
    const uint e = chosen[i];
    if (e == kElsewhere) continue;
    uint before = 0;
    for (uint j = 0; j < n; j += kStep)
      [[unroll]] for (uint k = 0; k < kStep; ++k) before += uint(chosen[j + k] < e || (chosen[j + k] == e && j + k < i));
    Ints(pairs).v[before] = int(i);
  }
  for (uint e = lane; e <= n_experts; e += LANES) {
    uint before = 0;
    for (uint j = 0; j < n; j += kStep)
      [[unroll]] for (uint k = 0; k < kStep; ++k) before += uint(chosen[j + k] < e);
    Ints(offsets).v[e] = int(before);
  }
}
