// moe_route and moe_plan: which experts every token goes to, and the rows of every expert; with few tokens also the router's product
// before them. A warp routes a token (device/route.cuh). Where one launch does more than one of these, the block that is last to finish a
// step goes on alone: no block waits.
#include <algorithm>
#include <string>

#include "cuda/alignment.h"
#include "cuda/device/norm.cuh"
#include "cuda/device/route.cuh"
#include "cuda/recorder.h"
#include "ops/replay.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;
constexpr int kMaxExperts = 1024;
constexpr int kFusedPairs = 1024;                 // pairs that one block plans
constexpr int kBlock = 512;                       // pairs of a block where there are more
constexpr int kElsewhere = -1;                    // expert of a pair that this device leaves out
constexpr size_t kRouteBytes = size_t{40} << 10;  // of shared memory, for the warps of a block

/// Whether all `n` blocks have come here and this is the last. `counter` is 0 before the first and after the last.
__device__ inline bool last_of(unsigned* counter, unsigned n) {
  __shared__ unsigned arrived;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) arrived = atomicAdd(counter, 1u);
  __syncthreads();
  __threadfence();
  if (arrived + 1 != n) return false;
  if (threadIdx.x == 0) atomicExch(counter, 0u);
  return true;
}

/// Sum of v of the threads before this one, and of all in `total`; blocks of kThreads.
__device__ inline int sum_before(int v, int& total) {
  __shared__ int sums[kWarps];
  const int lane = static_cast<int>(threadIdx.x % kWarp), warp = static_cast<int>(threadIdx.x / kWarp);
  int sum = v;
  for (int offset = 1; offset < 32; offset *= 2) {
    const int other = __shfl_up_sync(kAllLanes, sum, offset);
    if (lane >= offset) sum += other;
  }
  __syncthreads();
  if (lane == 31) sums[warp] = sum;
  __syncthreads();
  int before = 0;
  total = 0;
  for (int w = 0; w < kWarps; ++w) {
    if (w < warp) before += sums[w];
    total += sums[w];
  }
  return before + sum - v;
}

__device__ inline int expert_here(const MoePlanOp& op, int expert) {
  const bool known = expert >= 0 && expert < op.n_experts;
  return known && (!op.local || op.local[expert] >= 0) ? expert : kElsewhere;
}

/// Experts of the pairs that one block plans.
struct Chosen {
  int4 fours[kFusedPairs / 4];
  __device__ int* experts() { return reinterpret_cast<int*>(fours); }
};

/// Calls found(i) for the pairs i, in order, whose experts are in [first, end).
template <class Found>
__device__ inline void for_pairs_of(const Chosen& chosen, int n, int first, int end, const Found& found) {
  const auto inside = [&](int expert) { return expert >= first && expert < end; };
#pragma unroll 1
  for (int i = 0; i < n; i += 4) {
    const int4 e = chosen.fours[i / 4];
    if (inside(e.x)) found(i);
    if (inside(e.y)) found(i + 1);
    if (inside(e.z)) found(i + 2);
    if (inside(e.w)) found(i + 3);
  }
}

/// The plan of `n` pairs by one block: a thread looks for the pairs of its experts, so that these keep their order. All threads call it.
__device__ inline void plan_chosen(const MoePlanOp& op, int n, Chosen& chosen) {
  const int thread = static_cast<int>(threadIdx.x);
  __syncthreads();
#pragma unroll 1
  for (int i = thread; i < (n + 3) / 4 * 4; i += kThreads) chosen.experts()[i] = i < n ? expert_here(op, chosen.experts()[i]) : kElsewhere;
  __syncthreads();
  const int own = (op.n_experts + kThreads - 1) / kThreads, first = min(thread * own, op.n_experts), end = min(first + own, op.n_experts);
  int count = 0, total;
  for_pairs_of(chosen, n, first, end, [&](int) { ++count; });
  int at = sum_before(count, total);
  for (int e = first; e < end; ++e) {
    op.offsets[e] = at;
    if (count > 0) for_pairs_of(chosen, n, e, e + 1, [&](int i) { op.pairs[at++] = i; });
  }
  if (thread == 0) op.offsets[op.n_experts] = total;
}

struct RouteParams {
  MoeRouteOp route;
  MoePlanOp plan;
  unsigned* arrived;  // null: no plan
  int words;          // route_words()
};

/// A warp routes a token; then perhaps one block plans what all chose. Bytes: T * (n_experts + 2 * n_used) * 4.
template <int kOwn>
__global__ void __launch_bounds__(kThreads) route_experts(RouteParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(uint32_t, words);
  __shared__ Chosen chosen;
  const int warps = static_cast<int>(blockDim.x / kWarp), warp = static_cast<int>(threadIdx.x / kWarp), tokens = step->n_tokens;
  const int blocks = max(1, (tokens + warps - 1) / warps);
  if (static_cast<int>(blockIdx.x) >= blocks) return;
  const int token = static_cast<int>(blockIdx.x) * warps + warp;
  const bool alone = p.arrived && blocks == 1;
  if (token < tokens) {
    int* const seen = alone ? chosen.experts() + token * p.route.n_used : nullptr;
    route_token<kOwn>(p.route, token, words + warp * p.words, seen);
  }
  if (!p.arrived) return;
  const int n = tokens * p.route.n_used;
  if (!alone) {
    if (!last_of(p.arrived, static_cast<unsigned>(blocks))) return;
    for (int i = static_cast<int>(threadIdx.x); i < n; i += kThreads) chosen.experts()[i] = p.plan.ids[i];
  }
  plan_chosen(p.plan, n, chosen);
}

/// The plan of up to kFusedPairs pairs.
__global__ void __launch_bounds__(kThreads) plan_few(MoePlanOp op, const StepView* step) {
  begin_kernel();
  __shared__ Chosen chosen;
  const int n = step->n_tokens * op.n_used;
  for (int i = static_cast<int>(threadIdx.x); i < n; i += kThreads) chosen.experts()[i] = op.ids[i];
  plan_chosen(op, n, chosen);
}

struct PlanParams {
  MoePlanOp op;
  int* counts;  // [blocks][n_experts] pairs of each block of kBlock
};

/// Experts of the pairs of this block; returns after a barrier.
__device__ inline void load_block(const MoePlanOp& op, int n_pairs, int* experts) {
  const int first = static_cast<int>(blockIdx.x) * kBlock;
  for (int i = static_cast<int>(threadIdx.x); i < kBlock; i += kThreads)
    experts[i] = first + i < n_pairs ? expert_here(op, op.ids[first + i]) : kElsewhere;
  __syncthreads();
}

/// How many pairs of each expert every block of pairs has.
__global__ void __launch_bounds__(kThreads) count_pairs(PlanParams p, const StepView* step) {
  begin_kernel();
  __shared__ int experts[kBlock];
  __shared__ int counts[kMaxExperts];
  const int n_pairs = step->n_tokens * p.op.n_used, thread = static_cast<int>(threadIdx.x);
  if (static_cast<int>(blockIdx.x) * kBlock >= n_pairs) return;
  for (int e = thread; e < p.op.n_experts; e += kThreads) counts[e] = 0;
  load_block(p.op, n_pairs, experts);
  for (int i = thread; i < kBlock; i += kThreads)
    if (experts[i] != kElsewhere) atomicAdd(&counts[experts[i]], 1);
  __syncthreads();
  for (int e = thread; e < p.op.n_experts; e += kThreads) p.counts[static_cast<int64_t>(blockIdx.x) * p.op.n_experts + e] = counts[e];
}

/// First place of every expert in this block; the first block also writes the offsets.
__device__ inline void find_places(const PlanParams& p, int blocks, int* places) {
  const int block = static_cast<int>(blockIdx.x), n = p.op.n_experts;
  int planned = 0;
  for (int e0 = 0; e0 < n; e0 += kThreads) {
    const int e = e0 + static_cast<int>(threadIdx.x);
    int all = 0, earlier = 0, total;
    if (e < n)
      for (int b = 0; b < blocks; ++b) {
        const int count = p.counts[static_cast<int64_t>(b) * n + e];
        if (b < block) earlier += count;
        all += count;
      }
    const int start = planned + sum_before(all, total);
    if (e < n) {
      places[e] = start + earlier;
      if (block == 0) p.op.offsets[e] = start;
    }
    planned += total;
  }
  if (block == 0 && threadIdx.x == 0) p.op.offsets[n] = planned;
}

/// The place of a pair: pairs of lower experts, pairs of its expert in blocks before, pairs of its expert before it in the block.
/// Bytes: pairs * 8 + blocks^2 * n_experts * 4.
__global__ void __launch_bounds__(kThreads) place_pairs(PlanParams p, const StepView* step) {
  begin_kernel();
  __shared__ int experts[kBlock];
  __shared__ int places[kMaxExperts];
  const int n_pairs = step->n_tokens * p.op.n_used, blocks = (n_pairs + kBlock - 1) / kBlock, block = static_cast<int>(blockIdx.x);
  if (block > 0 && block >= blocks) return;
  load_block(p.op, n_pairs, experts);
  find_places(p, blocks, places);
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < kBlock; i += kThreads) {
    const int e = experts[i];
    if (e == kElsewhere) continue;
    int before = 0;
    for (int j = 0; j < i; ++j) before += experts[j] == e;
    p.op.pairs[places[e] + before] = block * kBlock + i;
  }
}

struct RouterParams {
  LinearOp router;
  int first_blocks, blocks;  // of the first out, of all
  RouteParams route;
  RowsNorm norm;  // of router.x; for up to kNormTokens tokens
};

/// Eight neighbours of a row.
struct Eight {
  float v[8];
};

__device__ inline Eight load_floats(const float* p) {
  const float4 a = reinterpret_cast<const float4*>(p)[0], b = reinterpret_cast<const float4*>(p)[1];
  return {{a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w}};
}

/// Elements 8 c .. of a row of F32, F16 or BF16.
__device__ inline Eight load_weights(DType type, const std::byte* row, int c) {
  if (type == DType::f32) return load_floats(reinterpret_cast<const float*>(row) + 8 * c);
  const uint4 q = reinterpret_cast<const uint4*>(row)[c];
  const uint32_t words[4] = {q.x, q.y, q.z, q.w};
  Eight r;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const auto low = static_cast<uint16_t>(words[i]), high = static_cast<uint16_t>(words[i] >> 16);
    r.v[2 * i] = type == DType::f16 ? half_to_float(low) : bf16_to_float(low);
    r.v[2 * i + 1] = type == DType::f16 ? half_to_float(high) : bf16_to_float(high);
  }
  return r;
}

constexpr int kRowsOfOne = 1, kRowsOfMany = 2;  // of weights of a block, for one token and for more

constexpr int kAhead = 2;  // groups of eight columns that a thread loads at a time

/// Four of eight neighbours.
__device__ inline float4 half_of(const Eight& x, int first) {
  return make_float4(x.v[first], x.v[first + 1], x.v[first + 2], x.v[first + 3]);
}

/// Eight neighbours of a row normed.
__device__ inline Eight normed_eight(const Eight& x, float factor, const Eight& weight) {
  const float4 a = normed(half_of(x, 0), factor, half_of(weight, 0)), b = normed(half_of(x, 4), factor, half_of(weight, 4));
  return {{a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w}};
}

/// Weights of the norm for the groups c, c + kThreads, ...; those beyond the end are some other group's.
__device__ inline void load_norm(const RowsNorm& norm, int c, int groups, Eight (&to)[kAhead]) {
#pragma unroll
  for (int a = 0; a < kAhead; ++a) to[a] = load_floats(norm.weight + 8 * min(c + a * kThreads, groups - 1));
}

/// Groups c, c + kThreads, ... of the rows from `first` on; those beyond the end are some other group.
template <int kRows>
__device__ inline void load_groups(const Weight& w, int first, int c, int groups, Eight (&to)[kAhead][kRows]) {
#pragma unroll
  for (int a = 0; a < kAhead; ++a)
#pragma unroll
    for (int s = 0; s < kRows; ++s) {
      const std::byte* const row = w.data + static_cast<size_t>(min(first + s, static_cast<int>(w.out) - 1)) * w.row_stride;
      to[a][s] = load_weights(w.type, row, min(c + a * kThreads, groups - 1));
    }
}

/// The products of this block with all tokens. A thread has every kThreads-th group of eight columns, so that the order of a sum is the
/// same for any number of tokens. The first weights are on their way before the launch in front has ended.
template <int kTokens>
__device__ inline void multiply_router(const RouterParams& p, const StepView* step) {
  constexpr int kRows = kTokens == 1 ? kRowsOfOne : kRowsOfMany;
  __shared__ float partial[kRows * kTokens][kWarps];
  const bool second = static_cast<int>(blockIdx.x) >= p.first_blocks;
  const LinearOp::Out& out = p.router.outs[second];
  const int n = static_cast<int>(out.w.out), groups = static_cast<int>(p.router.in / 8);
  const int first = (static_cast<int>(blockIdx.x) - (second ? p.first_blocks : 0)) * kRows;
  const bool norms = kTokens <= kNormTokens && p.norm.weight;
  Eight w[kAhead][kRows], norm_weights[kAhead];
  load_groups(out.w, first, static_cast<int>(threadIdx.x), groups, w);
  if (norms) load_norm(p.norm, static_cast<int>(threadIdx.x), groups, norm_weights);
  const int tokens = step->n_tokens;
  begin_kernel();
  RowNorm of_rows[kTokens];
  if constexpr (kTokens <= kNormTokens) {
    __shared__ float partials[kTokens * kWarp];
    if (norms) {
      const auto x = [&](int t) { return p.router.x + min(t, tokens - 1) * p.router.in; };
      find_norms(p.norm, static_cast<int>(p.router.in), x, partials, of_rows);
      write_normed(p.norm, static_cast<int>(p.router.in), 0, tokens, x, of_rows);
    }
  }
  float sums[kRows][kTokens] = {};
  for (int c0 = static_cast<int>(threadIdx.x); c0 < groups; c0 += kAhead * kThreads) {
#pragma unroll
    for (int a = 0; a < kAhead; ++a) {
      const int c = c0 + a * kThreads;
      if (c >= groups) break;
#pragma unroll
      for (int t = 0; t < kTokens; ++t) {
        Eight x = load_floats(p.router.x + min(t, tokens - 1) * p.router.in + 8 * c);
        if (norms) x = normed_eight(x, of_rows[t].factor, norm_weights[a]);
#pragma unroll
        for (int s = 0; s < kRows; ++s)
#pragma unroll
          for (int i = 0; i < 8; ++i) sums[s][t] = __fmaf_rn(w[a][s].v[i], x.v[i], sums[s][t]);
      }
    }
    const int next = c0 + kAhead * kThreads;
    if (next >= groups) continue;
    load_groups(out.w, first, next, groups, w);
    if (norms) load_norm(p.norm, next, groups, norm_weights);
  }
#pragma unroll
  for (int s = 0; s < kRows; ++s)
#pragma unroll
    for (int t = 0; t < kTokens; ++t) {
      const float sum = warp_sum(sums[s][t]);
      if (threadIdx.x % kWarp == 0) partial[s * kTokens + t][threadIdx.x / kWarp] = sum;
    }
  __syncthreads();
  const int mine = static_cast<int>(threadIdx.x), t = mine % kTokens, row = first + mine / kTokens;
  if (mine >= kRows * kTokens || t >= tokens || row >= n) return;
  float v = partial[mine][0];
  for (int w = 1; w < kWarps; ++w) v = __fadd_rn(v, partial[mine][w]);
  const int64_t at = static_cast<int64_t>(t) * n + row;
  if (out.bias) v = __fadd_rn(v, out.bias[row]);
  if (addend_active(out.addend, step->lora_slot[t])) v = __fadd_rn(v, out.addend.data[at]);
  out.y[at] = v;
}

/// The router's product (and that of the shared experts' gate), perhaps the norm in front, then the choice and the plan by the last block.
/// Bytes: the weights once, x from the caches.
template <int kTokens, int kOwn>
__global__ void __launch_bounds__(kThreads, 1) route_products(RouterParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(uint32_t, words);
  __shared__ Chosen chosen;
  multiply_router<kTokens>(p, step);
  if (!last_of(p.route.arrived, static_cast<unsigned>(p.blocks))) return;
  const MoeRouteOp& route = p.route.route;
  const int warp = static_cast<int>(threadIdx.x / kWarp), tokens = step->n_tokens;
  for (int token = warp; token < tokens; token += kWarps)
    route_token<kOwn>(route, token, words + warp * p.route.words, chosen.experts() + token * route.n_used);
  plan_chosen(p.route.plan, tokens * route.n_used, chosen);
}

bool refuse_many(Recorder& r, const char* op, int n_experts) {
  if (n_experts <= kMaxExperts) return false;
  r.refuse({ErrorCode::unsupported,
            std::string("Operation ") + op + ": a layer has " + std::to_string(n_experts) + " experts, more than the " +
                std::to_string(kMaxExperts) + " of this device's kernels.",
            ""});
  return true;
}

// Kernels for some numbers of experts and tokens serve all others, too: they take long to compile.
Kernel<RouteParams> route_kernel(int n_experts) {
  if (n_experts <= 128) return route_experts<4>;
  return n_experts <= 256 ? route_experts<8> : route_experts<kMaxExperts / 32>;
}

constexpr int kRouterExperts = 512;

template <int kTokens>
Kernel<RouterParams> router_kernel(int n_experts) {
  return n_experts <= 256 ? route_products<kTokens, 8> : route_products<kTokens, kRouterExperts / 32>;
}

Kernel<RouterParams> router_kernel(int tokens, int n_experts) {
  if (tokens == 1) return router_kernel<1>(n_experts);
  if (tokens <= kNormTokens) return router_kernel<kNormTokens>(n_experts);
  if (tokens <= 4) return router_kernel<4>(n_experts);
  return tokens <= 8 ? router_kernel<8>(n_experts) : router_kernel<kVectorTokens>(n_experts);
}

unsigned* arrivals(Recorder& r) {
  return r.scratch_of<unsigned>(Scratch::counters, 1);
}

/// Warps of a block: as many as shared memory has room for.
int route_warps(int words) {
  return std::clamp(static_cast<int>(kRouteBytes / sizeof(uint32_t)) / words, 1, kWarps);
}

size_t words_bytes(int words, int warps) {
  return sizeof(uint32_t) * static_cast<size_t>(words) * static_cast<size_t>(warps);
}

/// Whether one block plans the pairs, and a block of the routing kernel has all of its threads for that.
bool plans_at_once(const Recorder& r, const MoeRouteOp& route) {
  return r.bucket().tokens * route.n_used <= kFusedPairs && route.n_experts <= kMaxExperts && route_warps(route_words(route)) == kWarps;
}

void launch_route(Recorder& r, const RouteParams& p) {
  const int warps = route_warps(p.words), tokens = r.bucket().tokens;
  const double bytes = 4.0 * tokens * (p.route.n_experts + (p.arrived ? 3.0 : 2.0) * p.route.n_used);
  r.launch(route_kernel(p.route.n_experts), p, {ceil_div(tokens, warps)}, static_cast<unsigned>(warps) * kWarp, words_bytes(p.words, warps),
           {0, bytes});
}

/// Whether the router's kernel reads rows of this weight.
bool router_reads(const Weight& w) {
  const bool type = w.type == DType::f32 || w.type == DType::f16 || w.type == DType::bf16;
  return type && w.in % 8 == 0 && multiple_of_16(w.data) && w.row_stride % 16 == 0;
}

}  // namespace

void record(Recorder& r, const MoeRouteOp& op) {
  if (!refuse_many(r, "moe_route", op.n_experts)) launch_route(r, {op, {}, nullptr, route_words(op)});
}

void record(Recorder& r, const MoePlanOp& op) {
  if (refuse_many(r, "moe_plan", op.n_experts)) return;
  const int64_t pairs = int64_t{r.bucket().tokens} * op.n_used;
  if (pairs <= kFusedPairs) return r.launch(plan_few, op, {1}, kThreads, 0, {0, 8.0 * static_cast<double>(pairs)});
  const size_t max_blocks = ceil_div(int64_t{r.limits().max_tokens} * op.n_used, kBlock);
  const PlanParams p{op, r.scratch_of<int>(Scratch::sums, max_blocks * static_cast<size_t>(op.n_experts))};
  const unsigned blocks = ceil_div(pairs, kBlock);
  const double counts = 4.0 * blocks * op.n_experts, ids = 4.0 * static_cast<double>(pairs);
  r.launch(count_pairs, p, {blocks}, kThreads, 0, {0, ids + counts});
  r.launch(place_pairs, p, {blocks}, kThreads, 0, {0, 2 * ids + counts * blocks});
}

void record(Recorder& r, const MoeRouteOp& route, const MoePlanOp& plan) {
  if (plans_choice(route, plan) && plans_at_once(r, route)) return launch_route(r, {route, plan, arrivals(r), route_words(route)});
  record(r, route);
  record(r, plan);
}

bool routes_at_once(const Recorder& r, const LinearOp& router, const MoeRouteOp& route, const MoePlanOp& plan) {
  const bool together = router.n_outs <= 2 && is_router(router, route) && plans_choice(route, plan);
  const bool reads = multiple_of_16(router.x) &&
                     std::all_of(router.outs, router.outs + router.n_outs, [](const LinearOp::Out& out) { return router_reads(out.w); });
  return r.decode() && together && reads && plans_at_once(r, route) && route.n_experts <= kRouterExperts;
}

void record_router(Recorder& r, const LinearOp& router, const MoeRouteOp& route, const MoePlanOp& plan, const AddNormOp* norm) {
  const int tokens = r.bucket().tokens, rows = tokens == 1 ? kRowsOfOne : kRowsOfMany, words = route_words(route);
  const auto blocks = [&](int i) { return i < router.n_outs ? static_cast<int>(ceil_div(router.outs[i].w.out, rows)) : 0; };
  RouterParams p{router, blocks(0), blocks(0) + blocks(1), {route, plan, arrivals(r), words}, {}};
  if (norm) p.router.x = norm->x, p.norm = rows_norm(*norm, true);
  Cost cost{0, 4.0 * tokens * (2.0 * route.n_experts + 3.0 * route.n_used)};
  for (int i = 0; i < router.n_outs; ++i) {
    const Weight& w = router.outs[i].w;
    cost.flops += 2.0 * tokens * static_cast<double>(w.in) * static_cast<double>(w.out);
    cost.bytes += static_cast<double>(w.bytes());
  }
  r.launch(router_kernel(tokens, route.n_experts), p, {static_cast<unsigned>(p.blocks)}, kThreads, words_bytes(words, kWarps), cost);
}

}  // namespace engine::cuda
