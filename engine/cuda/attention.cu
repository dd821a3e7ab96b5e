// attn_gqa and attn_mla: the choice of a kernel, and the one for every head size and cache type.
#include <cuda_runtime.h>

#include <algorithm>
#include <string>

#include "cuda/attention.h"
#include "cuda/device/attention.cuh"
#include "cuda/device/attention_store.cuh"
#include "cuda/device/kv.cuh"
#include "ops/beside.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / static_cast<int>(kWarp);
constexpr int kRows = 16, kWarpRows = kRows / kWarps;
constexpr int kSlice = 16;  // quads of K in shared memory at a time
constexpr int kMaxValue = 4 * kThreads;
constexpr int kKStride = kSlice + 1;  // odd: no bank conflicts

__host__ __device__ constexpr int quads_of(int n) {
  return (n + 3) / 4;
}

/// Shared memory of a block.
struct Shared {
  float4* q;                       // [kRows][quads of dk]
  float4* k;                       // [kPageTokens][kKStride]
  float* weights;                  // [kRows][kPageTokens]: softmax weights of a page
  float *rescale, *tops, *totals;  // [kRows]
};
size_t shared_bytes(int dk) {
  return static_cast<size_t>(kRows * quads_of(dk) + kPageTokens * kKStride) * 16 + static_cast<size_t>(kRows) * (kPageTokens + 3) * 4;
}

template <KvDType KV>
__device__ float4 cache_quad(const std::byte* row, int first, int e, int n, bool whole) {
  if (whole) return kv_quad<KV>(row, first + e);
  return make_float4(kv_value<KV>(row, first + e), e + 1 < n ? kv_value<KV>(row, first + e + 1) : 0.0f,
                     e + 2 < n ? kv_value<KV>(row, first + e + 2) : 0.0f, e + 3 < n ? kv_value<KV>(row, first + e + 3) : 0.0f);
}

__device__ float dot(float4 a, float4 b, float sum) {
  return __fmaf_rn(a.x, b.x, __fmaf_rn(a.y, b.y, __fmaf_rn(a.z, b.z, __fmaf_rn(a.w, b.w, sum))));
}

__device__ void load_q(const AttentionParams& p, const AttentionTile& t, const Segment& w, const Shared& m) {
  const int quads = quads_of(p.dk);
  for (int i = static_cast<int>(threadIdx.x); i < kRows * quads; i += kThreads) {
    const int row = i / quads, e = i % quads * 4;
    float4 x = make_float4(0, 0, 0, 0);
    if (row_valid(p, t, w, row)) {
      const float* q = p.q + row_index(p, t, w, row) * p.dk + e;
      x = p.whole & 2 ? *reinterpret_cast<const float4*>(q)
                      : make_float4(q[0], e + 1 < p.dk ? q[1] : 0.0f, e + 2 < p.dk ? q[2] : 0.0f, e + 3 < p.dk ? q[3] : 0.0f);
    }
    const float scale = p.scale * kLog2E;
    m.q[i] = make_float4(x.x * scale, x.y * scale, x.z * scale, x.w * scale);
  }
}

/// Scores of the page's position threadIdx.x % 32 for the warp's rows.
template <KvDType KV>
__device__ void score_page(const AttentionParams& p, const AttentionTile& t, const Shared& m, const std::byte* k, int n, int rows,
                           float (&score)[kWarpRows]) {
  const int thread = static_cast<int>(threadIdx.x), warp = thread / 32, lane = thread % 32, quads = quads_of(p.dk);
  for (float& s : score) s = 0;
  for (int first = 0; first < quads; first += kSlice) {
    const int width = min(kSlice, quads - first);
    __syncthreads();
    for (int i = thread; i < kPageTokens * kSlice; i += kThreads) {
      const int position = i / kSlice, quad = i % kSlice;
      if (quad >= width) continue;
      m.k[position * kKStride + quad] =
          position < n ? cache_quad<KV>(k + position * p.k_row_bytes, t.kv_head * p.dk, 4 * (first + quad), p.dk, p.whole & 1)
                       : make_float4(0, 0, 0, 0);
    }
    __syncthreads();
    for (int quad = 0; quad < width; ++quad) {
      const float4 key = m.k[lane * kKStride + quad];
#pragma unroll
      for (int i = 0; i < kWarpRows; ++i)
        if (warp + i * kWarps < rows) score[i] = dot(m.q[(warp + i * kWarps) * quads + first + quad], key, score[i]);
    }
  }
}

/// Weights of the page in shared memory, by the warps that own the rows.
__device__ void weigh_page(const Shared& m, int position, const float (&score)[kWarpRows], RowState (&state)[kWarpRows]) {
  const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
  for (int i = 0; i < kWarpRows; ++i) {
    RowState& row = state[i];
    const bool seen = position >= row.from && position < row.limit;
    const float top = fmaxf(row.top, warp_max(seen ? score[i] : kNothing));
    const float weight = seen ? exp2f(score[i] - top) : 0.0f, rescale = exp2f(row.top - top);
    row.total = __fmaf_rn(row.total, rescale, warp_sum(weight));
    row.top = top;
    m.weights[(warp + i * kWarps) * kPageTokens + lane] = weight;
    if (lane == 0) m.rescale[warp + i * kWarps] = rescale;
  }
}

/// Sums of weighted values: a thread has one quad of every groups-th row.
struct Mix {
  int quad, group, groups;
  float4 sum[kRows];
};

template <KvDType KV>
__device__ void add_values(const AttentionParams& p, const AttentionTile& t, const Shared& m, const std::byte* v, int n, int rows,
                           Mix& mix) {
  if (mix.group >= mix.groups) return;
#pragma unroll
  for (int i = 0; i < kRows; ++i) {
    const int row = mix.group + i * mix.groups;
    if (row >= rows) break;
    const float r = m.rescale[row];
    mix.sum[i] = make_float4(mix.sum[i].x * r, mix.sum[i].y * r, mix.sum[i].z * r, mix.sum[i].w * r);
  }
#pragma unroll 4
  for (int j = 0; j < n; ++j) {
    const float4 x = cache_quad<KV>(v + j * p.v_row_bytes, t.kv_head * p.dv, 4 * mix.quad, p.dv, p.whole & 1);
#pragma unroll
    for (int i = 0; i < kRows; ++i) {
      const int row = mix.group + i * mix.groups;
      if (row >= rows) break;
      const float weight = m.weights[row * kPageTokens + j];
      float4& sum = mix.sum[i];
      sum.x = __fmaf_rn(weight, x.x, sum.x), sum.y = __fmaf_rn(weight, x.y, sum.y);
      sum.z = __fmaf_rn(weight, x.z, sum.z), sum.w = __fmaf_rn(weight, x.w, sum.w);
    }
  }
}

__device__ void write_rows(const AttentionParams& p, const AttentionTile& t, const Segment& w, const Shared& m, int rows, const Mix& mix) {
  if (mix.group >= mix.groups) return;
#pragma unroll
  for (int i = 0; i < kRows; ++i) {
    const int row = mix.group + i * mix.groups;
    if (row >= rows) break;
    if (row_valid(p, t, w, row)) write_quad(p, t, w, row, 4 * mix.quad, mix.sum[i], m.tops[row], m.totals[row]);
  }
}

template <KvDType KV>
__device__ void attend(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, const Shared& m) {
  const int thread = static_cast<int>(threadIdx.x), warp = thread / 32, lane = thread % 32;
  const int rows = p.heads * (w.end_token - w.token), quads = quads_of(p.dv);
  RowState state[kWarpRows];
  for (int i = 0; i < kWarpRows; ++i) state[i] = row_state(p, step, t, w, warp + i * kWarps);
  Mix mix{thread % quads, thread / quads, kThreads / quads, {}};
  for (float4& sum : mix.sum) sum = make_float4(0, 0, 0, 0);
  __syncthreads();  // the segment before this one has been written
  load_q(p, t, w, m);
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  for (int at = w.begin; at < w.end; at += kPageTokens) {
    const int n = min(kPageTokens, w.end - at);
    const size_t first = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
    float score[kWarpRows];
    score_page<KV>(p, t, m, p.k + first * p.k_row_bytes, n, rows, score);
    weigh_page(m, at + lane, score, state);
    __syncthreads();
    add_values<KV>(p, t, m, p.v + first * p.v_row_bytes, n, rows, mix);
  }
  for (int i = 0; i < kWarpRows; ++i)
    if (lane == 0) m.tops[warp + i * kWarps] = state[i].top, m.totals[warp + i * kWarps] = state[i].total;
  __syncthreads();
  write_rows(p, t, w, m, rows, mix);
}

/// A page: scores by warps of rows and lanes of positions, softmax by warps, values by threads of quads. Bytes: tiles * positions *
/// (K + V row of the head).
template <KvDType KV>
__global__ void __launch_bounds__(kThreads) attention(AttentionParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(float4, shared);
  Shared m;
  m.q = shared, m.k = m.q + kRows * quads_of(p.dk);
  m.weights = reinterpret_cast<float*>(m.k + kPageTokens * kKStride);
  m.rescale = m.weights + kRows * kPageTokens, m.tops = m.rescale + kRows, m.totals = m.tops + kRows;
  __shared__ AttentionPlace place;
  attend_segments(p, step, place, [&] { attend<KV>(p, step, place.t, place.w, m); });
}

/// The shares of 128 values of a row, a warp each. Bytes: T * heads * splits * (dv + 8) * 4.
__global__ void __launch_bounds__(32) attention_shares(AttentionParams p, const StepView* step) {
  begin_kernel();
  const int token = static_cast<int>(blockIdx.z);
  if (token >= step->n_tokens) return;
  // The tile that the token was in, and the segment.
  AttentionTile t{};
  t.first = token / p.tile_tokens * p.tile_tokens, t.end = min(t.first + p.tile_tokens, step->n_tokens);
  const Segment w = segment_at(p, step, t, max(t.first, step->first_token[step->sequence[token]]), 0);
  if (w.n_splits == 1) return;
  const int64_t index = static_cast<int64_t>(token) * p.n_head + blockIdx.y;
  add_row_shares(p, index, w.n_splits, static_cast<int>(blockIdx.x) * 128);
}

/// For every shape; refused when its q does not fit into shared memory.
AttentionVariant generic_variant(const AttentionShape& s, bool decode) {
  AttentionVariant v{kRows, decode, kThreads, shared_bytes(s.dk), attention<KvDType::q8_0>};
  if (s.kv.type == KvDType::f32) v.kernel = attention<KvDType::f32>;
  if (s.kv.type == KvDType::f16) v.kernel = attention<KvDType::f16>;
  v.one_split = 96, v.min_split = 64;  // slow pages
  return v;
}

constexpr int kBlocks = 132;  // that fill a large GPU: splits aim at as many

/// Most splits of a walk. Those of decode depend on the shape alone; a prompt is split where it has too few tiles to fill a GPU.
int max_splits_of(int groups, int tiles, bool decode) {
  return decode ? std::clamp(kBlocks / groups, 4, kMaxSplits) : std::clamp(kBlocks / (groups * tiles), 1, kMaxSplits);
}

/// Most splits of a walk of a tile that ends within `context` positions.
unsigned most_splits(const AttentionParams& p, int64_t context, int max_splits) {
  const int64_t widest = p.window + p.tile_tokens - 1 + kPageTokens - 1;  // from a page border on
  const int64_t visible = p.window > 0 ? std::min(context, widest) : context;
  return visible <= p.one_split ? 1 : std::min(static_cast<unsigned>(max_splits), ceil_div(visible, p.min_split));
}

/// The fastest kernel that takes the shape and fits into the device.
AttentionVariant choose_variant(const AttentionShape& s, const Features& f, bool decode) {
  std::optional<AttentionVariant> fast;
  if (s.kv.k == s.kv.v)
    fast = latent_variant(s);
  else
    fast = s.kv.type == KvDType::q8_0 ? q8_variant(s, decode) : half_variant(s, decode);
  return fast && fast->shared_bytes <= f.shared_bytes ? *fast : generic_variant(s, decode);
}

/// Shares of the splits for any bucket: tokens times splits are bounded by max_splits_of().
int64_t most_shares(const AttentionShape& s, const Features& f, const StepLimits& limits) {
  const AttentionVariant decode = choose_variant(s, f, true), prompt = choose_variant(s, f, false);
  const int64_t decoded = int64_t{std::min(limits.max_tokens, kVectorTokens)} * max_splits_of(s.n_kv * decode.chunks(s), 1, true);
  const int64_t prompted = int64_t{std::max(kBlocks / (s.n_kv * prompt.chunks(s)), 1)} * prompt.tokens(s);
  return std::max(decoded, prompted) * s.n_head;
}

/// The grid over all tiles of the bucket, whose splits leave their shares in scratch.
Grid divide(Recorder& r, const AttentionShape& s, const AttentionVariant& v, AttentionParams& p) {
  const int groups = s.n_kv * p.chunks, tiles = static_cast<int>(ceil_div(r.bucket().tokens, p.tile_tokens));
  const int64_t longest = static_cast<int64_t>(r.limits().max_pages) * kPageTokens;
  const int max_splits = max_splits_of(groups, tiles, r.decode());
  const unsigned splits = most_splits(p, std::min<int64_t>(r.bucket().context, longest), max_splits);
  if (splits > 1) {
    p.max_splits = max_splits;
    p.shares = r.scratch_of<float>(Scratch::attention, static_cast<size_t>(most_shares(s, r.features(), r.limits()) * p.share_stride));
    if (v.adds_shares)
      p.counters = r.scratch_of<unsigned>(Scratch::counters, static_cast<size_t>(std::max(kVectorTokens * groups, kBlocks)));
  }
  return {splits, static_cast<unsigned>(groups), static_cast<unsigned>(tiles)};
}

void record_attention(Recorder& r, const AttentionShape& s) {
  const Bucket& b = r.bucket();
  const AttentionVariant v = choose_variant(s, r.features(), r.decode());
  if (v.shared_bytes > r.features().shared_bytes || s.dv > kMaxValue)
    return r.refuse(
        {ErrorCode::unsupported,
         "Attention heads of " + std::to_string(s.dk) + " and " + std::to_string(s.dv) + " values are too wide for this device.",
         "Choose another device."});
  AttentionParams p = attention_params(s, v);
  const Grid grid = divide(r, s, v, p);
  r.launch(v.kernel, p, grid, v.threads, v.shared_bytes, attention_cost(s, b, v));
  if (grid.x > 1 && !v.adds_shares)
    r.launch(attention_shares, p, {ceil_div(s.dv, 128), static_cast<unsigned>(s.n_head), static_cast<unsigned>(b.tokens)}, 32);
}

AttentionShape shape_of(const AttnGqaOp& op) {
  return {op.q, op.out, op.n_head, op.n_kv, op.head_k, op.head_v, op.scale, op.window, op.sinks, op.kv};
}

/// Whether `op` reads what `store` makes, and what it writes is apart from what that reads.
bool reads_stored(const QkvStoreOp& store, const AttnGqaOp& op, int tokens) {
  const KvLayer &a = store.kv, &b = op.kv;
  const bool same_cache = a.type == b.type && a.k == b.k && a.v == b.v && a.k_row_bytes == b.k_row_bytes && a.v_row_bytes == b.v_row_bytes;
  const bool same_heads = store.n_head == op.n_head && store.n_kv == op.n_kv && store.head_k == op.head_k && store.head_v == op.head_v;
  AttnGqaOp result = op;
  result.q = nullptr;
  return store.q == op.q && same_cache && same_heads && Footprint(tokens).add(store).apart(Footprint(tokens).add(result));
}

}  // namespace

int AttentionShape::whole() const {
  const auto bits = [](const void* p) { return reinterpret_cast<uintptr_t>(p); };
  const bool whole_k = dk % 4 == 0, whole_v = dv % 4 == 0;
  const uintptr_t cache = bits(kv.k) | bits(kv.v) | kv.k_row_bytes | kv.v_row_bytes;
  const uintptr_t unit = kv.type == KvDType::f32 ? 16 : kv.type == KvDType::f16 ? 8 : 2;
  return (whole_k && whole_v && cache % unit == 0 ? 1 : 0) | (whole_k && bits(q) % 16 == 0 ? 2 : 0) |
         (whole_v && bits(out) % 16 == 0 ? 4 : 0);
}

Cost attention_cost(const AttentionShape& s, const Bucket& b, const AttentionVariant& v) {
  const double visible = s.window > 0 ? std::min(b.context, s.window + kPageTokens) : b.context;
  const double walks = visible * ceil_div(b.tokens, v.tokens(s)) * v.chunks(s);
  return {2 * visible * b.tokens * s.n_head * (s.dk + s.dv), walks * static_cast<double>(s.kv.k_row_bytes + s.kv.v_row_bytes)};
}

AttentionParams attention_params(const AttentionShape& s, const AttentionVariant& v) {
  AttentionParams p{};
  p.q = s.q, p.out = s.out, p.sinks = s.sinks, p.k = s.kv.k, p.v = s.kv.v;
  p.k_row_bytes = s.kv.k_row_bytes, p.v_row_bytes = s.kv.v_row_bytes;
  p.n_head = p.row_heads = s.n_head, p.n_kv = s.n_kv, p.dk = s.dk, p.dv = s.dv;
  p.heads = v.heads(s), p.chunks = v.chunks(s), p.tile_tokens = v.tokens(s);
  p.head_inverse = static_cast<int>(ceil_div(1 << 16, p.heads));
  p.max_splits = 1, p.one_split = v.one_split, p.min_split = v.min_split;
  p.share_stride = kShareHead + static_cast<int>(ceil_div(s.dv, 8)) * 8;  // whole sectors of 32 bytes: blocks share none
  p.window = s.window, p.scale = s.scale, p.whole = s.whole();
  return p;
}

void record(Recorder& r, const AttnGqaOp& op) {
  record_attention(r, shape_of(op));
}

bool record_storing(Recorder& r, const QkvStoreOp& store, const AttnGqaOp& op) {
  const Bucket& b = r.bucket();
  // As many sequences as tokens, exactly so for such small buckets: no token reads what another one stores.
  const bool alone = b.tokens <= 2 && b.sequences == b.tokens;
  const bool by_head = store.norm_over == NormOver::head || (!store.q_norm && !store.k_norm);
  if (!alone || !by_head || !reads_stored(store, op, b.tokens)) return false;
  const AttentionShape s = shape_of(op);
  const AttentionVariant v = choose_variant(s, r.features(), true);
  if (!v.storing || v.chunks(s) > 1 || v.storing_bytes > r.features().shared_bytes) return false;
  AttentionParams p = attention_params(s, v);
  const Grid grid = divide(r, s, v, p);
  const StoringParams all{
      p, store.k, store.v, store.kv.k, store.kv.v, store.q_norm, store.k_norm, store.eps, store.clamp, rope_of(r, store.rope)};
  const Cost a = attention_cost(s, b, v), c = store_cost(store, b.tokens);
  r.launch(v.storing, all, grid, v.threads, v.storing_bytes, {a.flops + c.flops, a.bytes + c.bytes});
  return true;
}

/// Formats.md 7, absorbed: one cache row serves all heads.
void record(Recorder& r, const AttnMlaOp& op) {
  AttentionShape shape{op.q_latent, op.out, op.n_head, 1, op.c + op.rope_dim, op.c, op.scale, 0, nullptr, op.kv};
  shape.kv.v = op.kv.k;
  shape.kv.v_row_bytes = op.kv.k_row_bytes;
  record_attention(r, shape);
}

}  // namespace engine::cuda
