// What the attention kernels share: which rows and positions a block works on, the shares of its splits and their sum.
//
// A tile is `heads` query heads of one KV head for `tile_tokens` tokens in a row; its rows are ordered by token, then head. A block
// walks over a range of the positions that the tile's tokens of one sequence see, with a running softmax. Where a walk is split into
// several ranges every block leaves its share, and the block that is the last to do so adds them up, in the order of the ranges.
// MLA is one KV head whose V rows are the first dv values of its K rows.
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

inline constexpr float kNothing = -1e30f;  // top of a row that has seen no position
// Scores are logits times this, weights powers of two.
inline constexpr float kLog2E = 1.4426950408889634f;
inline constexpr int kMaxSplits = 128;
inline constexpr int kShareHead = 8;  // floats of a share before its values: top, total

struct AttentionParams {
  const float* q;  // [T][n_head][dk]
  float* out;      // [T][n_head][dv]
  const float* sinks;
  const std::byte *k, *v;
  size_t k_row_bytes, v_row_bytes;
  float* shares;       // [T][n_head][max_splits][share_stride]
  unsigned* counters;  // [tiles][n_kv * chunks], zeros; null where another launch adds the shares
  int n_head, n_kv, dk, dv;
  int row_heads;      // of a row of q and out: more than n_head where a launch has some of the heads
  int in_order;       // 1: position i is row i of the cache, without pages
  int heads, chunks;  // heads of a tile, tiles of a KV head's group
  int head_inverse;   // 2^16 / heads, rounded up
  int tile_tokens;
  // Walks over more than one_split positions are split into at most max_splits ranges of at least min_split.
  int max_splits, one_split, min_split;
  int share_stride;
  int window;
  int whole;  // what may be read and written 16 bytes (cache: 4 values) at a time: 1 cache rows, 2 q, 4 out
  float scale;
};

/// The tokens and heads of a block.
struct AttentionTile {
  int kv_head, head, n_heads;  // first query head, and how many
  int first, end;              // tokens; none when first < 0
};

/// Tokens of one sequence, and the positions that a block walks over for them.
struct Segment {
  int s, token, end_token;
  int begin, end;  // begin is a page border
  int split, n_splits;
};

/// The last tokens of a prompt see the most positions: they go first. Grid: splits, KV heads and chunks, tiles.
__device__ inline AttentionTile attention_tile(const AttentionParams& p, const StepView* step) {
  const int tiles = (step->n_tokens + p.tile_tokens - 1) / p.tile_tokens, tile = tiles - 1 - static_cast<int>(blockIdx.z);
  const int first = tile < 0 ? -1 : tile * p.tile_tokens;
  int kv_head = static_cast<int>(blockIdx.y), group = p.heads, chunk = 0;
  if (p.chunks > 1) {
    const int y = kv_head;
    kv_head = y / p.chunks, group = p.n_head / p.n_kv, chunk = (y - kv_head * p.chunks) * p.heads;
  }
  return {kv_head, kv_head * group + chunk, min(p.heads, group - chunk), first, min(first + p.tile_tokens, step->n_tokens)};
}

/// The segment that begins at `token`. Ranges depend on the number of positions alone, so that the row of a decode step, where a
/// tile has one token, has the same bits in every batch.
__device__ inline Segment segment_at(const AttentionParams& p, const StepView* step, const AttentionTile& t, int token, int split) {
  Segment w;
  w.s = step->sequence[token], w.token = token;
  w.end_token = p.tile_tokens == 1 ? token + 1 : min(t.end, step->first_token[w.s + 1]);
  w.end = step->positions[w.end_token - 1] + 1;
  w.begin = p.window > 0 ? max(0, step->positions[token] + 1 - p.window) / kPageTokens * kPageTokens : 0;
  w.split = split, w.n_splits = 1;
  const int n = w.end - w.begin;
  if (n <= p.one_split || p.max_splits == 1) return w;
  const int even = (n + p.max_splits - 1) / p.max_splits;
  const int span = max(p.min_split, (even + kPageTokens - 1) / kPageTokens * kPageTokens);
  w.n_splits = (n + span - 1) / span;
  w.begin += split * span;
  w.end = min(w.end, w.begin + span);
  return w;
}

/// row / heads, exactly for the few rows of a tile; a division of integers is 20 instructions or more.
__device__ inline int token_of_tile(const AttentionParams& p, int row) {
  return p.tile_tokens == 1 ? 0 : row * p.head_inverse >> 16;
}
__device__ inline int row_token(const AttentionParams& p, const Segment& w, int row) {
  return w.token + token_of_tile(p, row);
}
__device__ inline int head_of_tile(const AttentionParams& p, int row) {
  return row - token_of_tile(p, row) * p.heads;
}
__device__ inline int row_head(const AttentionParams& p, const AttentionTile& t, int row) {
  return t.head + head_of_tile(p, row);
}
__device__ inline bool row_valid(const AttentionParams& p, const AttentionTile& t, const Segment& w, int row) {
  return row < p.heads * p.tile_tokens && row_token(p, w, row) < w.end_token && head_of_tile(p, row) < t.n_heads;
}

/// What a row sees of the positions, and where its softmax begins.
struct RowState {
  int from = 0, limit = 0;  // positions [from, limit)
  float top = kNothing, total = 0;
};
__device__ inline RowState row_state(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, int row) {
  RowState state;
  const bool valid = row_valid(p, t, w, row);
  const int limit = step->positions[valid ? row_token(p, w, row) : w.token] + 1;
  state.from = p.window > 0 ? max(0, limit - p.window) : 0;
  state.limit = valid ? min(limit, w.end) : 0;
  if (valid && p.sinks && w.split == 0) state.top = p.sinks[row_head(p, t, row)] * kLog2E, state.total = 1;
  return state;
}

/// Of a row: the result, or this split's share.
__device__ inline int64_t row_index(const AttentionParams& p, const AttentionTile& t, const Segment& w, int row) {
  return static_cast<int64_t>(row_token(p, w, row)) * p.row_heads + row_head(p, t, row);
}
__device__ inline float* row_share(const AttentionParams& p, int64_t index, int split) {
  return p.shares + (index * p.max_splits + split) * p.share_stride;
}

/// Values e to e + 3 of a row, times `factor`; `vectors`: whether 16 bytes may be written at a time.
__device__ inline void write_values(const AttentionParams& p, float* row, int e, float4 x, float factor, bool vectors) {
  x = make_float4(x.x * factor, x.y * factor, x.z * factor, x.w * factor);
  if (vectors) {
    *reinterpret_cast<float4*>(row + e) = x;
    return;
  }
  row[e] = x.x;
  if (e + 1 < p.dv) row[e + 1] = x.y;
  if (e + 2 < p.dv) row[e + 2] = x.z;
  if (e + 3 < p.dv) row[e + 3] = x.w;
}

/// Values e to e + 3 of a result.
__device__ inline void write_result(const AttentionParams& p, int64_t index, int e, float4 sum, float total) {
  write_values(p, p.out + index * p.dv, e, sum, 1.0f / total, p.whole & 4);
}

/// The same of a valid row that has seen its positions; the one with e == 0 writes top and total of a share as well.
__device__ inline void write_quad(const AttentionParams& p, const AttentionTile& t, const Segment& w, int row, int e, float4 sum, float top,
                                  float total) {
  const int64_t index = row_index(p, t, w, row);
  if (w.n_splits == 1) return write_result(p, index, e, sum, total);
  float* share = row_share(p, index, w.split);
  if (e == 0) *reinterpret_cast<float2*>(share) = make_float2(top, total);
  *reinterpret_cast<float4*>(share + kShareHead + e) = sum;
}

/// Whether this block is the last of the tile's `count` to have written its shares. Every thread calls it.
__device__ inline bool last_of_tile(const AttentionParams& p, const AttentionTile& t, int count) {
  __shared__ bool last;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    unsigned* counter = p.counters + static_cast<int64_t>(t.first / p.tile_tokens) * gridDim.y + blockIdx.y;
    last = atomicAdd(counter, 1u) + 1 == static_cast<unsigned>(count);
    if (last) *counter = 0;
  }
  __syncthreads();
  if (last) __threadfence();
  return last;
}

/// Whether the launch in front does not write the positions up to `end` of the segment's sequence: they are older than this step.
__device__ inline bool older_than_step(const StepView* step, const Segment& w, int end) {
  return end <= step->positions[step->first_token[w.s]];
}

inline constexpr int kShareBatch = 32, kShareGroup = 8;  // shares of a row whose values are under way together, and are skipped together
inline constexpr int kShareBatches = kMaxSplits / kShareBatch;

/// Four values of 32 shares of a row: `values` are those of the first. What is left out of a group is some other share's.
__device__ inline void load_shares(const AttentionParams& p, const float* values, int first, int n_splits, float4 (&x)[kShareBatch]) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(values);
  const unsigned stride = static_cast<unsigned>(p.share_stride) * 4;
#pragma unroll
  for (int i = 0; i < kShareBatch; ++i) {
    if (first + i / kShareGroup * kShareGroup >= n_splits) break;
    const auto share = static_cast<unsigned>(min(first + i, n_splits - 1));
    x[i] = __ldcg(reinterpret_cast<const float4*>(bytes + static_cast<size_t>(share) * stride));
  }
}

/// Weights of a row's shares: lane l has those of l, l + 32, ...; the row's total.
__device__ inline float weigh_shares(const AttentionParams& p, const float* shares, int n_splits, float (&weights)[kShareBatches]) {
  static_assert(kShareBatch == kWarp);
  const int lane = static_cast<int>(threadIdx.x) % 32;
  float totals[kShareBatches], top = kNothing, total = 0;
#pragma unroll
  for (int i = 0; i < kShareBatches; ++i) {
    const int split = lane + 32 * i;
    const float2 head =
        split < n_splits ? __ldcg(reinterpret_cast<const float2*>(shares + split * p.share_stride)) : make_float2(kNothing, 0);
    weights[i] = head.x, totals[i] = head.y;
    top = fmaxf(top, head.x);
  }
  top = warp_max(top);
#pragma unroll
  for (int i = 0; i < kShareBatches; ++i) {
    weights[i] = exp2f(weights[i] - top);
    total = __fmaf_rn(weights[i], totals[i], total);
  }
  return warp_sum(total);
}

/// A row as the sum over its shares, 128 values from `first` on, by a warp.
__device__ inline void add_row_shares(const AttentionParams& p, int64_t index, int n_splits, int first) {
  const int e = first + 4 * static_cast<int>(threadIdx.x % 32);
  const float* const shares = row_share(p, index, 0);
  const float* const values = shares + kShareHead + (e < p.dv ? e : 0);
  float4 x[kShareBatch], sum = make_float4(0, 0, 0, 0);
  float weights[kShareBatches], total = 0;
#pragma unroll 1
  for (int batch = 0; batch * kShareBatch < n_splits; ++batch) {
    load_shares(p, values, batch * kShareBatch, n_splits, x);
    if (batch == 0) total = weigh_shares(p, shares, n_splits, weights);
    float own = weights[0];  // an index would put them into memory
#pragma unroll
    for (int i = 1; i < kShareBatches; ++i) own = batch == i ? weights[i] : own;
#pragma unroll
    for (int i = 0; i < kShareBatch; ++i) {
      if (batch * kShareBatch + i / kShareGroup * kShareGroup >= n_splits) break;
      const float weight = __shfl_sync(kAllLanes, own, i);  // 0 of what is no share
      sum.x = __fmaf_rn(weight, x[i].x, sum.x), sum.y = __fmaf_rn(weight, x[i].y, sum.y);
      sum.z = __fmaf_rn(weight, x[i].z, sum.z), sum.w = __fmaf_rn(weight, x[i].w, sum.w);
    }
  }
  if (e < p.dv) write_result(p, index, e, sum, total);
}

/// Once the shares of a segment are complete: its rows.
__device__ inline void add_shares(const AttentionParams& p, const AttentionTile& t, const Segment& w) {
  const int warp = static_cast<int>(threadIdx.x) / 32, warps = static_cast<int>(blockDim.x) / 32;
#pragma unroll 1
  for (int row = warp; row < (w.end_token - w.token) * p.heads; row += warps) {
    if (!row_valid(p, t, w, row)) continue;
#pragma unroll 1
    for (int first = 0; first < p.dv; first += 128) add_row_shares(p, row_index(p, t, w, row), w.n_splits, first);
  }
}

/// Tiles of one token: attend(tile, segment), which calls begin_kernel(), by the blocks that have a part of a token's walk.
template <class Attend>
__device__ inline void attend_part(const AttentionParams& p, const StepView* step, const Attend& attend) {
  const AttentionTile t = attention_tile(p, step);
  if (t.first < 0) return begin_kernel();
  const Segment w = segment_at(p, step, t, t.first, static_cast<int>(blockIdx.x));
  if (w.split >= w.n_splits) return begin_kernel();
  attend(t, w);
}

/// The same; the last block of a tile adds the shares.
template <class Attend>
__device__ inline void attend_token(const AttentionParams& p, const StepView* step, const Attend& attend) {
  attend_part(p, step, [&](const AttentionTile& t, const Segment& w) {
    attend(t, w);
    if (w.n_splits > 1 && last_of_tile(p, t, w.n_splits)) add_shares(p, t, w);
  });
}

/// Where a block is, in shared memory: there it takes no registers while the block walks over positions.
struct AttentionPlace {
  AttentionTile t;
  Segment w;
  int most_splits;  // of the tile's segments
};

/// attend() at each of a block's segments.
template <class Attend>
__device__ inline void attend_segments(const AttentionParams& p, const StepView* step, AttentionPlace& place, const Attend& attend) {
  if (threadIdx.x == 0) place.t = attention_tile(p, step), place.most_splits = 1;
  __syncthreads();
  for (int token = place.t.first; token >= 0 && token < place.t.end; token = place.w.end_token) {
    const Segment w = segment_at(p, step, place.t, token, static_cast<int>(blockIdx.x));
    __syncthreads();  // the place before this one has been read
    if (threadIdx.x == 0) place.w = w, place.most_splits = max(place.most_splits, w.n_splits);
    __syncthreads();
    if (w.split < w.n_splits) attend();
  }
}

/// After attend_segments(): the last block of a tile adds the shares.
__device__ inline void finish_tile(const AttentionParams& p, const StepView* step, const AttentionPlace& place) {
  const AttentionTile& t = place.t;
  if (place.most_splits == 1 || static_cast<int>(blockIdx.x) >= place.most_splits || !last_of_tile(p, t, place.most_splits)) return;
  for (int token = t.first; token < t.end;) {
    const Segment w = segment_at(p, step, t, token, 0);
    if (w.n_splits > 1) add_shares(p, t, w);
    token = w.end_token;
  }
}

}  // namespace engine::cuda
