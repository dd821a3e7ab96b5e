// qkv_store and mla_store: norm, clamp and rotation of what a layer projected, and its rows of the cache.
#include <cuda_runtime.h>

#include <numeric>

#include "cuda/attention.h"
#include "cuda/device/common.cuh"
#include "cuda/device/kv.cuh"
#include "cuda/device/norm.cuh"
#include "cuda/device/rope.cuh"
#include "cuda/device/store.cuh"
#include "cuda/recorder.h"

namespace engine::cuda {
namespace {

constexpr int kMlaThreads = 256;

struct StoreParams {
  float *q, *k, *v;
  const float *q_norm, *k_norm;
  std::byte *cache_k, *cache_v;
  size_t k_row_bytes, v_row_bytes;
  int n_head, n_kv, head_k, head_v;
  int norm_row;                            // 1: one norm over all heads, which are one unit then
  int q_units, q_heads, k_units, k_heads;  // blocks of a token, heads of each
  float eps, clamp;
  Rope rope;
};

/// 1 / rms of n values, for every thread.
__device__ HEARTH_OUT_OF_LINE float norm_scale(const float* x, int n, float eps, float* partial) {
  float square = 0;
  for (unsigned i = threadIdx.x; i < static_cast<unsigned>(n); i += blockDim.x) square = __fmaf_rn(x[i], x[i], square);
  return inverse_rms(block_sum(square, partial), n, eps);
}

__device__ float norm_weight(const float* norm, int d) {
  return norm ? norm[d] : 1.0f;
}

/// In place: no other block reads these heads, and no thread another one's pair.
__device__ void prepare_q(const StoreParams& p, int token, int unit, int position, float* partial) {
  const int dim = p.head_k, heads = p.q_heads;
  float* x = p.q + (static_cast<int64_t>(token) * p.n_head + unit * heads) * dim;
  const float scale = p.q_norm ? norm_scale(x, heads * dim, p.eps, partial) : 1.0f;
  const int half_rot = p.rope.n_rot / 2, items = dim - half_rot;  // pairs, then what is not rotated
#pragma unroll 1
  for (int i = static_cast<int>(threadIdx.x); i < heads * items; i += static_cast<int>(blockDim.x)) {
    const int head = heads == 1 ? 0 : i / items, item = i - head * items, base = head * dim;
    const bool pair = item < half_rot;
    const int a = base + (pair ? pair_first(p.rope, item) : item + half_rot), b = pair ? a + pair_distance(p.rope) : a;
    Pair value{prepared(x[a], scale, norm_weight(p.q_norm, a), p.clamp), prepared(x[b], scale, norm_weight(p.q_norm, b), p.clamp)};
    if (pair) value = rotate(value, p.rope, item, position);
    x[a] = value.a;
    if (pair) x[b] = value.b;
  }
}

/// Element e of the heads at x, as the cache has it. `scales`: of each head.
__device__ float stored_k(const StoreParams& p, const float* x, int e, int position, const float* scales) {
  const int head = p.k_heads == 1 ? 0 : e / p.head_k, base = head * p.head_k, d = e - base;
  const float* const norm = p.k_norm ? p.k_norm + (p.norm_row ? base : 0) : nullptr;
  const float scale = norm ? scales[p.norm_row ? 0 : head] : 1.0f;
  const bool turns = d < p.rope.n_rot;
  const int pair = pair_of(p.rope, d), a = turns ? pair_first(p.rope, pair) : d, b = turns ? a + pair_distance(p.rope) : d;
  x += base;
  Pair value{prepared(x[a], scale, norm_weight(norm, a), p.clamp), prepared(x[b], scale, norm_weight(norm, b), p.clamp)};
  if (turns) value = rotate(value, p.rope, pair, position);
  return d == a ? value.a : value.b;
}

/// value(e) and value(e + 1), those below n, by the same code.
template <class Value>
__device__ Pair pair_of_values(int e, int n, const Value& value) {
  Pair pair{0.0f, 0.0f};
#pragma unroll 1
  for (int i = e; i < e + 2; ++i) pair = {pair.b, i < n ? value(i) : 0.0f};
  return pair;
}

template <KvDType KV>
__device__ void store_k(const StoreParams& p, int token, int unit, int position, std::byte* row, float* partial) {
  __shared__ float scales[kQ8Block];  // of each head
  const int first = unit * p.k_heads * p.head_k, n = p.k_heads * p.head_k, lanes = static_cast<int>(blockDim.x);
  const float* x = p.k + static_cast<int64_t>(token) * p.n_kv * p.head_k + first;
  if (p.k_norm) {
    const int heads = p.norm_row ? 1 : p.k_heads;
#pragma unroll 1
    for (int h = 0; h < heads; ++h) {
      const float scale = norm_scale(x + h * p.head_k, n / heads, p.eps, partial);
      if (threadIdx.x == 0) scales[h] = scale;
    }
    __syncthreads();
  }
#pragma unroll 1
  for (int at = 0; at < n; at += 2 * lanes) {
    const int e = at + 2 * static_cast<int>(threadIdx.x);
    const Pair value = pair_of_values(e, n, [&](int i) { return stored_k(p, x, i, position, scales); });
    store_pair<KV>(row, first + e, first + n, value);
  }
}

template <KvDType KV>
__device__ void store_v(const StoreParams& p, int token, int unit, std::byte* row) {
  const int n = p.n_kv * p.head_v, e = 2 * (unit * static_cast<int>(blockDim.x) + static_cast<int>(threadIdx.x));
  const float* x = p.v + static_cast<int64_t>(token) * n;
  store_pair<KV>(row, e, n, {e < n ? clamped(x[e], p.clamp) : 0.0f, e + 1 < n ? clamped(x[e + 1], p.clamp) : 0.0f});
}

/// A block does some heads of one token: the units of a row are those of q, then of k, then of v. Bytes: T * (8 * q + 4 * (k + v))
/// and the cache rows; a norm reads its heads twice.
template <KvDType KV>
__global__ void qkv_store(StoreParams p, const StepView* step) {
  __shared__ float partial[kWarp];
  const int token = static_cast<int>(blockIdx.y);
  if (token >= step->n_tokens) return begin_kernel();
  const int position = step->positions[token], s = step->sequence[token];
  begin_kernel();
  int unit = static_cast<int>(blockIdx.x);
  if (unit < p.q_units) return prepare_q(p, token, unit, position, partial);
  unit -= p.q_units;
  if (unit < p.k_units) return store_k<KV>(p, token, unit, position, kv_row(step, p.cache_k, p.k_row_bytes, s, position), partial);
  store_v<KV>(p, token, unit - p.k_units, kv_row(step, p.cache_v, p.v_row_bytes, s, position));
}

struct MlaStoreParams {
  const float *q, *kv_a, *kv_norm;
  float* q_latent;
  std::byte* cache;
  size_t row_bytes;
  int n_head, nope, rope_dim, c;
  float eps;
  Rope rope;
};

__device__ void rotate_latent_q(const MlaStoreParams& p, int token, int first, int position) {
  const int half_rot = p.rope.n_rot / 2, items = p.rope_dim - half_rot;  // pairs, then what is not rotated
  const int i = first + static_cast<int>(threadIdx.x);
  if (i >= p.n_head * items) return;
  const int item = i % items;
  const int64_t head = static_cast<int64_t>(token) * p.n_head + i / items;
  const float* x = p.q + head * (p.nope + p.rope_dim) + p.nope;
  float* y = p.q_latent + head * (p.c + p.rope_dim) + p.c;
  if (item >= half_rot) {
    y[item + half_rot] = x[item + half_rot];
    return;
  }
  const int a = pair_first(p.rope, item), b = a + pair_distance(p.rope);
  const Pair value = rotate({x[a], x[b]}, p.rope, item, position);
  y[a] = value.a;
  y[b] = value.b;
}

/// Element e of the cache row.
__device__ float latent_value(const MlaStoreParams& p, const float* x, int e, float scale, int position) {
  if (e < p.c) return x[e] * scale * p.kv_norm[e];
  if (e - p.c >= p.rope.n_rot) return x[e];
  const int pair = pair_of(p.rope, e - p.c), a = p.c + pair_first(p.rope, pair), b = a + pair_distance(p.rope);
  const Pair value = rotate({x[a], x[b]}, p.rope, pair, position);
  return e == a ? value.a : value.b;
}

/// Of a token's blocks the first writes the cache row, the others rotate q. Bytes: T * (4 * (2 * c + rope) + 8 * heads * rope) and the
/// cache rows.
template <KvDType KV>
__global__ void mla_store(MlaStoreParams p, const StepView* step) {
  __shared__ float partial[kWarp];
  const int token = static_cast<int>(blockIdx.y);
  if (token >= step->n_tokens) return begin_kernel();
  const int position = step->positions[token];
  begin_kernel();
  if (blockIdx.x > 0) return rotate_latent_q(p, token, static_cast<int>((blockIdx.x - 1) * blockDim.x), position);
  const int n = p.c + p.rope_dim, lanes = static_cast<int>(blockDim.x);
  const float* x = p.kv_a + static_cast<int64_t>(token) * n;
  const float scale = norm_scale(x, p.c, p.eps, partial);
  std::byte* row = kv_row(step, p.cache, p.row_bytes, step->sequence[token], position);
#pragma unroll 1
  for (int at = 0; at < n; at += 2 * lanes) {
    const int e = at + 2 * static_cast<int>(threadIdx.x);
    const Pair value = pair_of_values(e, n, [&](int i) { return latent_value(p, x, i, scale, position); });
    store_pair<KV>(row, e, n, value);
  }
}

}  // namespace

Rope rope_of(Recorder& r, const RopeTable& table) {
  if (table.kind == RopeKind::none) return {};
  return {r.turns(table), table.n_rot, table.kind == RopeKind::neox ? 1 : 0, table.mscale};
}

Cost store_cost(const QkvStoreOp& op, int tokens) {
  const double values = 2.0 * op.n_head * op.head_k + double{1} * op.n_kv * (op.head_k + op.head_v);
  return {8.0 * tokens * values, tokens * (4 * values + static_cast<double>(op.kv.k_row_bytes + op.kv.v_row_bytes))};
}

/// A head is a unit of its own, unless q8_0 blocks or a norm over the row tie several together.
void record(Recorder& r, const QkvStoreOp& op) {
  const bool row = op.norm_over == NormOver::row && (op.q_norm || op.k_norm);
  const int threads = row ? 256 : kHeadThreads;
  StoreParams p{op.q,
                op.k,
                op.v,
                op.q_norm,
                op.k_norm,
                op.kv.k,
                op.kv.v,
                op.kv.k_row_bytes,
                op.kv.v_row_bytes,
                op.n_head,
                op.n_kv,
                op.head_k,
                op.head_v,
                row ? 1 : 0,
                0,
                1,
                0,
                1,
                op.eps,
                op.clamp,
                rope_of(r, op.rope)};
  if (row) p.q_heads = p.n_head, p.k_heads = p.n_kv;
  // The heads of a unit are whole blocks: at most 32, as rows are.
  if (!row && op.kv.type == KvDType::q8_0) p.k_heads = kQ8Block / std::gcd(kQ8Block, p.head_k);
  if (op.q_norm || op.clamp > 0 || op.rope.kind != RopeKind::none) p.q_units = p.n_head / p.q_heads;
  p.k_units = p.n_kv / p.k_heads;
  const int rows = r.bucket().tokens;
  const Grid grid{static_cast<unsigned>(p.q_units + p.k_units) + ceil_div(int64_t{p.n_kv} * p.head_v, 2 * threads),
                  static_cast<unsigned>(rows)};
  const Cost cost = store_cost(op, rows);
  const auto threads_of = static_cast<unsigned>(threads);
  switch (op.kv.type) {
    case KvDType::f32:
      return r.launch(qkv_store<KvDType::f32>, p, grid, threads_of, 0, cost);
    case KvDType::f16:
      return r.launch(qkv_store<KvDType::f16>, p, grid, threads_of, 0, cost);
    case KvDType::q8_0:
      return r.launch(qkv_store<KvDType::q8_0>, p, grid, threads_of, 0, cost);
  }
}

void record(Recorder& r, const MlaStoreOp& op) {
  const MlaStoreParams p{op.q,      op.kv_a, op.kv_norm,  op.q_latent, op.kv.k, op.kv.k_row_bytes,
                         op.n_head, op.nope, op.rope_dim, op.c,        op.eps,  rope_of(r, op.rope)};
  const int rows = r.bucket().tokens;
  const Grid grid{1 + ceil_div(int64_t{op.n_head} * (op.rope_dim - p.rope.n_rot / 2), kMlaThreads), static_cast<unsigned>(rows)};
  const double values = 2.0 * op.n_head * op.rope_dim + 2.0 * op.c + op.rope_dim;
  const Cost cost{8.0 * rows * values, rows * (4 * values + static_cast<double>(op.kv.k_row_bytes))};
  switch (op.kv.type) {
    case KvDType::f32:
      return r.launch(mla_store<KvDType::f32>, p, grid, kMlaThreads, 0, cost);
    case KvDType::f16:
      return r.launch(mla_store<KvDType::f16>, p, grid, kMlaThreads, 0, cost);
    case KvDType::q8_0:
      return r.launch(mla_store<KvDType::q8_0>, p, grid, kMlaThreads, 0, cost);
  }
}

}  // namespace engine::cuda
