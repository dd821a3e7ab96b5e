// topk_logits: the best of every segment of a row in parallel, then the best of what these left, until one list is left, which is
// sorted. Candidates are whole numbers that compare as the order asks for (value, then the lower id), so that the chosen set does not
// depend on how it was found.
//
// A block finds the key of the last item that it keeps two bits at a time: a thread holds its keys in registers and counts, the block
// adds. What it keeps stays in the order of ids, in which ties are resolved.
#include <algorithm>

#include "cuda/device/common.cuh"
#include "cuda/device/order.cuh"
#include "cuda/recorder.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 1024, kWarps = kThreads / kWarp;
constexpr int kFewKeys = 4, kManyKeys = 16;  // of a thread
constexpr int kMostBest = kThreads;          // what a block sorts
constexpr int kRankThreads = 256;
constexpr int64_t kScratchBytes = int64_t{64} << 20;  // rows beyond it take further launches

/// Key of the value, then the complement of the id. 0: none.
using Candidate = uint64_t;

__device__ inline Candidate make_candidate(uint32_t key, uint32_t id) {
  return static_cast<uint64_t>(key) << 32 | (0xffffffffu - id);
}
__device__ inline int id_of(Candidate c) {
  return static_cast<int>(0xffffffffu - static_cast<uint32_t>(c));
}

struct SelectParams {
  TopkLogitsOp op;
  const Candidate* from;  // [rows][items]; the first level reads logits
  Candidate* to;          // [rows][lists][best]
  float2* sums;           // of segments {maximum, sum of exponentials from there}: [rows][segments]
  int items, segments, best;
  int first;  // row of this launch
};

/// What the threads of a block share.
struct Shared {
  uint32_t counts[2][kWarps];
  uint32_t places[kManyKeys * kWarps];  // per step of keys and warp: items above the bound in the low half, at it in the high half
  uint32_t totals[kManyKeys];           // the same of a step
  float partial[kWarp];
  Candidate best[kMostBest];
  int rank[kMostBest];
};

__device__ inline uint32_t warp_count(uint32_t v) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  return __reduce_add_sync(kAllLanes, v);
#else
  for (int offset = 16; offset > 0; offset /= 2) v += __shfl_xor_sync(kAllLanes, v, offset);
  return v;
#endif
}

__device__ inline float block_max(float v, float* partial) {
  v = warp_max(v);
  __syncthreads();
  if (threadIdx.x % kWarp == 0) partial[threadIdx.x / kWarp] = v;
  __syncthreads();
  return warp_max(partial[threadIdx.x % kWarp]);
}

/// Items of the block whose keys are at least each of three thresholds.
struct Counts {
  uint32_t first, second, third;
};

template <int kOwn>
__device__ inline Counts count_from(const uint32_t (&keys)[kOwn], uint32_t first, uint32_t second, uint32_t third, uint32_t* counts) {
  uint32_t c = 0;  // ten bits each: a warp has at most 512 items
#pragma unroll
  for (int j = 0; j < kOwn; ++j)
    c += static_cast<uint32_t>(keys[j] >= first) + (static_cast<uint32_t>(keys[j] >= second) << 10) +
         (static_cast<uint32_t>(keys[j] >= third) << 20);
  c = warp_count(c);
  if (threadIdx.x % kWarp == 0) counts[threadIdx.x / kWarp] = c;
  __syncthreads();
  c = counts[threadIdx.x % kWarp];
  const uint32_t low = warp_count((c & 1023u) | (c & 0xffc00u) << 6), high = warp_count(c >> 20);
  return {low & 0xffffu, low >> 16, high};
}

/// The largest key `bound` that fewer than `best` items are above of, or a lower one if that leaves the same items above it.
template <int kOwn>
__device__ inline uint32_t find_bound(const uint32_t (&keys)[kOwn], uint32_t best, Shared& shared) {
  uint32_t bound = 0;
  for (int shift = 30; shift >= 0; shift -= 2) {
    const uint32_t step = 1u << shift;
    const Counts n = count_from(keys, bound + step, bound + 2 * step, bound + 3 * step, shared.counts[shift / 2 % 2]);
    const uint32_t digit = n.third >= best ? 3 : n.second >= best ? 2 : n.first >= best ? 1 : 0;
    bound += digit * step;
    if ((digit == 3 && n.third == best) || (digit == 2 && n.second == best) || (digit == 1 && n.first == best)) return bound - 1;
  }
  return bound;
}

/// Fills `places` and `totals` with what lies before each step and warp, of the same step and of the block.
template <int kOwn>
__device__ inline void count_places(const uint32_t (&keys)[kOwn], uint32_t bound, Shared& shared) {
  const unsigned lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    const uint32_t above = __popc(__ballot_sync(kAllLanes, keys[j] > bound));
    const uint32_t at = __popc(__ballot_sync(kAllLanes, keys[j] == bound && bound > 0));
    if (lane == 0) shared.places[j * kWarps + warp] = above | at << 16;
  }
  __syncthreads();
  if (warp < kOwn) {
    const uint32_t own = shared.places[threadIdx.x];
    uint32_t sum = own;
    for (unsigned offset = 1; offset < kWarp; offset *= 2) {
      const uint32_t other = __shfl_up_sync(kAllLanes, sum, offset);
      if (lane >= offset) sum += other;
    }
    shared.places[threadIdx.x] = sum - own;
    if (lane == kWarp - 1) shared.totals[warp] = sum;
  }
  __syncthreads();
}

/// Calls keep(place, j) for the items of this thread that are among the best: those above the bound, and the first of those at it.
template <int kOwn, class Keep>
__device__ inline void for_best(const uint32_t (&keys)[kOwn], uint32_t bound, uint32_t best, Shared& shared, const Keep& keep) {
  count_places(keys, bound, shared);
  uint32_t all = 0;
  for (int j = 0; j < kOwn; ++j) all += shared.totals[j] & 0xffffu;
  const uint32_t wanted = best - all, warp = threadIdx.x / kWarp, lower_lanes = (1u << threadIdx.x % kWarp) - 1;
  uint32_t before_step = 0;
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    const uint32_t before = before_step + shared.places[j * kWarps + warp];
    before_step += shared.totals[j];
    const bool is_above = keys[j] > bound, is_at = keys[j] == bound && bound > 0;
    const uint32_t above = (before & 0xffffu) + __popc(__ballot_sync(kAllLanes, is_above) & lower_lanes);
    const uint32_t at = (before >> 16) + __popc(__ballot_sync(kAllLanes, is_at) & lower_lanes);
    if (is_above || (is_at && at < wanted)) keep(above + min(at, wanted), j);
  }
}

/// {maximum, sum of exponentials from there} of the values of a block, the first `n` of each thread.
template <int kOwn>
__device__ inline float2 sum_segment(const float (&values)[kOwn], int n, float* partial) {
  float top = lowest_float();
#pragma unroll
  for (int j = 0; j < kOwn; ++j)
    if (j < n) top = fmaxf(top, values[j]);
  top = block_max(top, partial);
  float sum = 0;
#pragma unroll
  for (int j = 0; j < kOwn; ++j)
    if (j < n && top != lowest_float()) sum += expf(values[j] - top);
  return make_float2(top, block_sum(sum, partial));
}

/// The same of a row from those of its segments.
__device__ inline float2 sum_row(const float2* sums, int segments, float* partial) {
  float top = lowest_float();
  for (int i = static_cast<int>(threadIdx.x); i < segments; i += kThreads) top = fmaxf(top, sums[i].x);
  top = block_max(top, partial);
  float sum = 0;
  for (int i = static_cast<int>(threadIdx.x); i < segments; i += kThreads)
    if (sums[i].y != 0) sum += sums[i].y * expf(sums[i].x - top);
  return make_float2(top, block_sum(sum, partial));
}

/// The place of an item is the number of better ones, which several threads count for each.
__device__ inline void write_sorted(const TopkLogitsOp& op, int row, int best, Shared& shared) {
  const int width = (best + 31) / 32 * 32, teams = kThreads / width, share = (best + teams - 1) / teams;
  const int thread = static_cast<int>(threadIdx.x), item = thread % width, first = thread / width * share;
  if (thread < best) shared.rank[thread] = 0;
  __syncthreads();
  if (item < best && first < best) {
    const Candidate mine = shared.best[item];
    int better = 0;
    for (int i = first; i < min(first + share, best); ++i) better += shared.best[i] > mine;
    atomicAdd(&shared.rank[item], better);
  }
  __syncthreads();
  if (thread >= best || shared.best[thread] == 0) return;
  const int id = id_of(shared.best[thread]);
  const int64_t at = static_cast<int64_t>(row) * op.k + shared.rank[thread];
  op.ids[at] = id;
  op.values[at] = op.logits[row * op.stride + id];
}

/// Bytes of the first level: n_vocab * 4 + lists * best * 8, of others: items * 8.
template <int kOwn, bool kFirst, bool kLast>
__global__ void __launch_bounds__(kThreads) select_best(SelectParams p, const StepView* step) {
  begin_kernel();
  __shared__ Shared shared;
  const int held = static_cast<int>(blockIdx.y), row = p.first + held;
  if (row >= row_count(Rows::outputs, step)) return;
  // Consecutive items of a block, so that the order of places is that of ids.
  const int first = static_cast<int>(blockIdx.x) * kThreads * kOwn + static_cast<int>(threadIdx.x);
  const float* const logits = p.op.logits + row * p.op.stride;
  const Candidate* const from = kFirst ? nullptr : p.from + static_cast<int64_t>(held) * p.items;
  uint32_t keys[kOwn];
  float2 sum = make_float2(0, 0);
  if (kFirst) {
    float values[kOwn];
    int n = 0;
#pragma unroll
    for (int j = 0; j < kOwn; ++j) {
      const bool inside = first + j * kThreads < p.items;
      values[j] = inside ? logits[first + j * kThreads] : 0.0f;
      n += inside;
    }
#pragma unroll
    for (int j = 0; j < kOwn; ++j) keys[j] = j < n ? rank_key(values[j]) : 0;
    sum = sum_segment(values, n, shared.partial);
  } else {
#pragma unroll
    for (int j = 0; j < kOwn; ++j) keys[j] = first + j * kThreads < p.items ? static_cast<uint32_t>(from[first + j * kThreads] >> 32) : 0;
    if (kLast) sum = sum_row(p.sums + held * p.segments, p.segments, shared.partial);
  }
  if (threadIdx.x == 0) {
    if (kLast)
      p.op.logsumexp[row] = sum.y == 0 ? sum.x : sum.x + logf(sum.y);
    else if (kFirst)
      p.sums[held * p.segments + static_cast<int>(blockIdx.x)] = sum;
  }
  const auto best = static_cast<uint32_t>(p.best);
  for (uint32_t i = threadIdx.x; i < best; i += kThreads) shared.best[i] = 0;
  const uint32_t bound = find_bound(keys, best, shared);
  for_best(keys, bound, best, shared, [&](uint32_t place, int j) {
    const int i = first + j * kThreads;
    shared.best[place] = kFirst ? make_candidate(keys[j], static_cast<uint32_t>(i)) : from[i];
  });
  __syncthreads();
  if (kLast) return write_sorted(p.op, row, p.best, shared);
  Candidate* const to = p.to + (static_cast<int64_t>(held) * gridDim.x + blockIdx.x) * p.best;
  for (uint32_t i = threadIdx.x; i < best; i += kThreads) to[i] = shared.best[i];
}

/// The best logits of a row for large k: every logit counts the logits before it. For small vocabularies: n_vocab^2 comparisons a row.
__global__ void __launch_bounds__(kRankThreads) rank_logits(TopkLogitsOp op, const StepView* step) {
  begin_kernel();
  __shared__ uint32_t tile[kRankThreads];
  const int row = static_cast<int>(blockIdx.y);
  if (row >= row_count(Rows::outputs, step)) return;
  const float* const logits = op.logits + row * op.stride;
  const auto key_at = [&](int i) { return i < op.n_vocab ? rank_key(logits[i]) : 0; };
  const int lane = static_cast<int>(threadIdx.x), i = static_cast<int>(blockIdx.x) * kRankThreads + lane;
  const uint32_t key = key_at(i);
  int better = 0;
  for (int first = 0; first < op.n_vocab; first += kRankThreads) {
    __syncthreads();
    tile[lane] = key_at(first + lane);
    __syncthreads();
    for (int j = 0; j < kRankThreads; ++j) better += tile[j] > key || (tile[j] == key && first + j < i);
  }
  if (i >= op.n_vocab || better >= op.k) return;
  op.ids[static_cast<int64_t>(row) * op.k + better] = i;
  op.values[static_cast<int64_t>(row) * op.k + better] = logits[i];
}

int lists_of(int64_t items, int keys) {
  return static_cast<int>(ceil_div(items, int64_t{keys} * kThreads));
}

int keys_of_level(int64_t items, bool first) {
  return first || items <= kFewKeys * kThreads ? kFewKeys : kManyKeys;
}

Kernel<SelectParams> kernel_of(int keys, bool first, bool last) {
  if (first) return last ? select_best<kFewKeys, true, true> : select_best<kFewKeys, true, false>;
  if (keys == kFewKeys) return select_best<kFewKeys, false, true>;
  return last ? select_best<kManyKeys, false, true> : select_best<kManyKeys, false, false>;
}

/// Rows [p.first, p.first + n) of the outputs; all levels. Candidates take turns between two parts of the scratch.
void select_rows(Recorder& r, SelectParams p, int n, int64_t room) {
  Candidate* const halves[] = {p.to, p.to + room};
  int64_t items = p.op.n_vocab;
  for (int level = 0;; ++level) {
    const int keys = keys_of_level(items, level == 0), lists = lists_of(items, keys);
    p.from = halves[(level + 1) % 2];
    p.to = halves[level % 2];
    p.items = static_cast<int>(items);
    const auto bytes = static_cast<double>(items * (level == 0 ? 4 : 8) + int64_t{lists} * p.best * 8);
    r.launch(kernel_of(keys, level == 0, lists == 1), p, {static_cast<unsigned>(lists), static_cast<unsigned>(n)}, kThreads, 0,
             {0, n * bytes});
    if (lists == 1) return;
    items = int64_t{lists} * p.best;
  }
}

}  // namespace

void record(Recorder& r, const TopkLogitsOp& op) {
  // More than a block sorts: the levels only sum then, and every logit finds its own place.
  const bool many = op.k > kMostBest;
  SelectParams p{op, nullptr, nullptr, nullptr, 0, lists_of(op.n_vocab, kFewKeys), many ? 1 : op.k, 0};
  const int64_t row_candidates = int64_t{p.segments} * p.best;
  const int64_t held = std::clamp<int64_t>(kScratchBytes / (2 * row_candidates * 8), 1, std::max(1, r.limits().max_outputs));
  if (p.segments > 1) {
    p.to = r.scratch_of<Candidate>(Scratch::candidates, static_cast<size_t>(2 * held * row_candidates));
    p.sums = r.scratch_of<float2>(Scratch::sums, static_cast<size_t>(held * p.segments));
  }
  const int outputs = r.bucket().outputs;
  for (; p.first < outputs; p.first += static_cast<int>(held))
    select_rows(r, p, std::min(static_cast<int>(held), outputs - p.first), held * row_candidates);
  if (!many) return;
  const double work = static_cast<double>(outputs) * op.n_vocab * op.n_vocab;
  r.launch(rank_logits, op, {ceil_div(op.n_vocab, kRankThreads), static_cast<unsigned>(outputs)}, kRankThreads, 0,
           {work, work * 4 / kRankThreads});
}

}  // namespace engine::cuda
