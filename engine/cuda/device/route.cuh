// The router's choice for a token, by one warp (ops.h MoeRouteOp; formats.md 6, steps 2 to 8): no other thread takes part, so that a
// token's result depends on nothing else. Lane l has the experts l, l + 32, ... Loops over them are unrolled, as the values are in
// registers, and left where no lane has one: what a kernel has room for costs nothing then.
#pragma once

#include "cuda/device/common.cuh"
#include "cuda/device/order.cuh"
#include "cuda/device/two_floats.cuh"

namespace engine::cuda {

inline constexpr float kSmallestWeightSum = 6.1035e-5f;  // formats.md 6, step 7

/// Words of shared memory that the warp of a token uses: the values of the chosen, and with groups the keys of all experts and groups.
inline int route_words(const MoeRouteOp& op) {
  return op.n_used + (op.n_groups > 1 ? op.n_experts + op.n_groups : 0);
}

/// Gate values and selection keys of a lane's experts; key 0: not selectable.
template <int kOwn>
struct Experts {
  float gate[kOwn];
  uint32_t keys[kOwn];
};

__device__ inline float exact_sigmoid(float v) {
  const float2 e = two_exp(make_float2(v < 0 ? v : -v, 0.0f));
  return two_quotient(v >= 0 ? make_float2(1.0f, 0.0f) : e, two_add(e, 1.0f));
}

/// Sum over the lanes of a warp, for all of them.
__device__ inline float2 warp_two_sum(float2 v) {
#pragma unroll 1
  for (int offset = 16; offset > 0; offset /= 2) {
    const float2 other = make_float2(__shfl_down_sync(kAllLanes, v.x, offset), __shfl_down_sync(kAllLanes, v.y, offset));
    v = two_add(v, other);
  }
  return make_float2(__shfl_sync(kAllLanes, v.x, 0), __shfl_sync(kAllLanes, v.y, 0));
}

/// Step 2, softmax: logits in x.gate become probabilities.
template <int kOwn>
__device__ inline void softmax_experts(int n, int lane, Experts<kOwn>& x) {
  float top = lowest_float();
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    if (32 * j >= n) break;
    if (lane + 32 * j < n) top = fmaxf(top, x.gate[j]);
  }
  top = warp_max(top);
  float low[kOwn];
  float2 sum = make_float2(0, 0);
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    if (32 * j >= n) break;
    const float2 e = lane + 32 * j < n ? two_exp(two_sum(x.gate[j], -top)) : make_float2(0, 0);
    x.gate[j] = e.x;
    low[j] = e.y;
    sum = two_add(sum, e);
  }
  sum = warp_two_sum(sum);
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    if (32 * j >= n) break;
    x.gate[j] = two_quotient(make_float2(x.gate[j], low[j]), sum);
  }
}

/// Steps 2 and 3: gate values and selection scores.
template <int kOwn>
__device__ inline void score_experts(const MoeRouteOp& op, const float* logits, int lane, Experts<kOwn>& x) {
#pragma unroll
  for (int j = 0; j < kOwn; ++j) x.gate[j] = 0.0f, x.keys[j] = 0;
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    if (32 * j >= op.n_experts) break;
    if (lane + 32 * j < op.n_experts) x.gate[j] = logits[lane + 32 * j];
  }
  if (op.gate == GateKind::softmax) softmax_experts(op.n_experts, lane, x);
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    const int e = lane + 32 * j;
    if (32 * j >= op.n_experts) break;
    if (op.gate == GateKind::sigmoid) x.gate[j] = exact_sigmoid(x.gate[j]);
    const float bias = op.select_bias && e < op.n_experts ? op.select_bias[e] : 0.0f;
    x.keys[j] = e < op.n_experts ? order_key(op.select_bias ? __fadd_rn(x.gate[j], bias) : x.gate[j]) : 0;
  }
}

/// Score of the group of `size` experts whose keys these are.
__device__ inline uint32_t group_key(const MoeRouteOp& op, const uint32_t* keys, int size) {
  uint32_t first = 0, second = 0;
  for (int i = 0; i < size; ++i) {
    second = max(second, min(first, keys[i]));
    first = max(first, keys[i]);
  }
  if (op.group_rank == GroupRank::max || size == 1) return first;
  return order_key(__fadd_rn(from_key(first), from_key(second)));
}

/// How many groups rank before group g.
__device__ inline int better_groups(const MoeRouteOp& op, const uint32_t* groups, int g) {
  const uint32_t mine = groups[g];
  int better = 0;
  for (int i = 0; i < op.n_groups; ++i) better += groups[i] > mine || (groups[i] == mine && i < g);
  return better;
}

/// Step 4: closes the experts of all groups but the best. `words`: shared memory of the warp.
template <int kOwn>
__device__ inline void close_groups(const MoeRouteOp& op, int lane, uint32_t* words, Experts<kOwn>& x) {
  const int size = op.n_experts / op.n_groups;
  uint32_t* const groups = words + op.n_experts;
#pragma unroll
  for (int j = 0; j < kOwn; ++j)
    if (lane + 32 * j < op.n_experts) words[lane + 32 * j] = x.keys[j];
  __syncwarp();
#pragma unroll 1
  for (int g = lane; g < op.n_groups; g += 32) groups[g] = group_key(op, words + g * size, size);
  __syncwarp();
#pragma unroll 1
  for (int g = lane; g < op.n_groups; g += 32)
    if (better_groups(op, groups, g) >= op.n_groups_used)
      for (int i = 0; i < size; ++i) words[g * size + i] = 0;
  __syncwarp();
#pragma unroll
  for (int j = 0; j < kOwn; ++j)
    if (lane + 32 * j < op.n_experts) x.keys[j] = words[lane + 32 * j];
  __syncwarp();
}

/// The warp's best open expert, the lowest of equal ones, and its gate value.
struct Choice {
  int expert;
  float gate;
};

template <int kOwn>
__device__ inline Choice take_best(int n, int lane, Experts<kOwn>& x) {
  uint32_t key = 0;
  int expert = lane;
  float gate = 0;
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    const bool better = x.keys[j] > key;
    key = better ? x.keys[j] : key;
    expert = better ? lane + 32 * j : expert;
    gate = better ? x.gate[j] : gate;
  }
  const uint32_t top = warp_max_key(key);
  const unsigned holders = __ballot_sync(kAllLanes, key == top);
  int best = __shfl_sync(kAllLanes, expert, __ffs(static_cast<int>(holders)) - 1);
  if (__popc(holders) > 1) {
    best = key == top ? expert : n;
    for (int offset = 16; offset > 0; offset /= 2) best = min(best, __shfl_xor_sync(kAllLanes, best, offset));
  }
#pragma unroll
  for (int j = 0; j < kOwn; ++j)
    if (lane + 32 * j == best) x.keys[j] = 0;
  return {min(best, n - 1), __shfl_sync(kAllLanes, gate, best % 32)};
}

/// Steps 6 to 8, from the gate values of the chosen. `values`: shared memory of the warp.
__device__ inline void weigh_chosen(const MoeRouteOp& op, int lane, float* values, float* weights) {
  if (op.gate == GateKind::softmax_topk) {
    float top = lowest_float();
    for (int k = 0; k < op.n_used; ++k) top = fmaxf(top, values[k]);
    __syncwarp();
#pragma unroll 1
    for (int k = lane; k < op.n_used; k += 32) values[k] = two_exp(two_sum(values[k], -top)).x;
    __syncwarp();
  }
  float sum = 0;
  for (int k = 0; k < op.n_used; ++k) sum = __fadd_rn(sum, values[k]);
  float divisor = 1;
  if (op.gate == GateKind::softmax_topk)
    divisor = sum;
  else if (op.normalise)
    divisor = fmaxf(sum, kSmallestWeightSum);
  const float scale = op.scale == 0 ? 1.0f : op.scale;
#pragma unroll 1
  for (int k = lane; k < op.n_used; k += 32) weights[k] = __fmul_rn(values[k] / divisor, scale);
}

/// Writes ids and weights of `token`, and counts; `chosen`, in shared memory and not always given, gets the ids, too. `words`:
/// route_words() of shared memory. Every lane of the warp calls it.
template <int kOwn>
__device__ inline void route_token(const MoeRouteOp& op, int token, uint32_t* words, int* chosen) {
  const int lane = static_cast<int>(threadIdx.x % kWarp);
  Experts<kOwn> x;
  score_experts(op, op.logits + static_cast<int64_t>(token) * op.n_experts, lane, x);
  uint32_t* const keys = words + op.n_used;
  float* const values = reinterpret_cast<float*>(words);
  if (op.n_groups > 1) close_groups(op, lane, keys, x);
  const int64_t first = static_cast<int64_t>(token) * op.n_used;
  for (int k = 0; k < op.n_used; ++k) {
    const Choice c = take_best(op.n_experts, lane, x);
    if (lane != 0) continue;
    op.ids[first + k] = c.expert;
    if (chosen) chosen[k] = c.expert;
    if (op.counts) atomicAdd(op.counts + c.expert, 1u);
    values[k] = c.gate;
  }
  __syncwarp();
  weigh_chosen(op, lane, values, op.weights + first);
  __syncwarp();
}

}  // namespace engine::cuda
