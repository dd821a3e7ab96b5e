// Decoding attention that also does the qkv_store of its token: every block prepares the heads of q that it has, and the block whose range
// ends with the token writes the token's row of its KV head, which no other block reads.
#pragma once

#include "cuda/device/attention_half.cuh"
#include "cuda/device/kv.cuh"
#include "cuda/device/rope.cuh"
#include "cuda/device/store.cuh"

namespace engine::cuda {

/// One token of a sequence, whose group of heads is one tile.
struct StoringParams {
  AttentionParams attention;     // q as the product made it, which stays as it is
  const float *k, *v;            // [T][n_kv][dk], [T][n_kv][dv]
  std::byte *cache_k, *cache_v;  // those of `attention`
  const float *q_norm, *k_norm;  // over a head
  float eps, clamp;
  Rope rope;
};

/// Shared memory of a block, behind that of q.
template <int DK, int DV>
struct StoringShared {
  static_assert(DV <= DK && 2 * DK <= kDecodeWarps * 32);
  static constexpr size_t kRows = DecodeShared<DK, DV>::kQueryBytes, kNorms = kRows + size_t{kDecodeWarps} * DK * 4,
                          kTurns = kNorms + size_t{2} * DK * 4, kBytes = kTurns + size_t{DK} / 2 * sizeof(Pair);
  float* row;    // [DK], of this warp
  float* norms;  // weights of the norms of q, then of k: [2][DK]
  Pair* turns;   // of the token's position: [n_rot / 2]

  static size_t bytes(int heads) { return std::max(kBytes, DecodeShared<DK, DV>::bytes(heads)); }

  __device__ explicit StoringShared(std::byte* shared)
      : row(reinterpret_cast<float*>(shared + kRows) + threadIdx.x / kWarp * DK),
        norms(reinterpret_cast<float*>(shared + kNorms)),
        turns(reinterpret_cast<Pair*>(shared + kTurns)) {}

  /// What the launch in front does not write. The caller has a barrier behind it.
  __device__ void load(const StoringParams& p, int position) const {
    const int thread = static_cast<int>(threadIdx.x), d = thread % DK;
    const float* const norm = thread < DK ? p.q_norm : p.k_norm;
    if (norm && thread < 2 * DK && d < p.attention.dk) norms[thread] = norm[d];
    if (thread < p.rope.n_rot / 2) turns[thread] = turn_at(p.rope, thread, position);
  }

  /// Leaves a head of n values in `row`, zeros behind it: normed, where `norm` is not null, clamped, and its first pairs turned.
  __device__ void prepare(const StoringParams& p, const float* x, int n, const float* norm, int pairs) const {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    float value[DK / 32];
#pragma unroll
    for (int i = 0; i < DK / 32; ++i) value[i] = lane + 32 * i < n ? x[lane + 32 * i] : 0.0f;
    const float scale = norm ? head_scale(value, n, p.eps) : 1.0f;
    __syncwarp();  // the head before this one has been read
#pragma unroll
    for (int i = 0; i < DK / 32; ++i) {
      const int d = lane + 32 * i;
      row[d] = d < n ? prepared(value[i], scale, norm ? norm[d] : 1.0f, p.clamp) : 0.0f;
    }
    __syncwarp();
#pragma unroll 1
    for (int pair = lane; pair < pairs; pair += 32) {
      const int a = pair_first(p.rope, pair), b = a + pair_distance(p.rope);
      const Pair y = turned({row[a], row[b]}, turns[pair]);
      row[a] = y.a, row[b] = y.b;
    }
    __syncwarp();
  }
};

/// Heads of q into `q`; K and V into the cache, if the block's range ends with the token. Warps take them in turn. The caller has barriers
/// before and after.
template <KvDType KV, int DK, int DV>
__device__ inline void prepare_token(const StoringParams& p, const StepView* step, const AttentionTile& t, const Segment& w,
                                     const StoringShared<DK, DV>& shared, const QueryTile<DK>& q) {
  const AttentionParams& a = p.attention;
  const int lane = static_cast<int>(threadIdx.x) % 32, pairs = p.rope.n_rot / 2, stored = w.split == w.n_splits - 1 ? 2 : 0;
#pragma unroll 1
  for (int i = static_cast<int>(threadIdx.x) / 32; i < kMmaRows + stored; i += kDecodeWarps) {
    // The heads of q, what is stored, then rows of q that do not exist.
    const int behind = i - t.n_heads;
    const bool is_q = behind < 0, is_k = behind == 0 && stored > 0, is_v = behind == 1 && stored > 0;
    const int64_t head = static_cast<int64_t>(w.token) * (is_q ? a.n_head : a.n_kv) + (is_q ? t.head + i : t.kv_head);
    const int n = is_v ? a.dv : a.dk;
    const float* const x = (is_q ? a.q : is_k ? p.k : p.v) + head * n;
    const float* const norm = is_q && p.q_norm ? shared.norms : is_k && p.k_norm ? shared.norms + DK : nullptr;
    if (is_q || is_k || is_v) shared.prepare(p, x, n, norm, is_v ? 0 : pairs);
    if (!is_k && !is_v) {
      q.load_row(a, shared.row, is_q, is_q ? i : i - stored);
      continue;
    }
    std::byte* const to = kv_row(step, is_k ? p.cache_k : p.cache_v, is_k ? a.k_row_bytes : a.v_row_bytes, w.s, w.end - 1);
    const int first = t.kv_head * n;
#pragma unroll 1
    for (int e = 2 * lane; e < DK; e += 64) store_pair<KV>(to, first + e, first + n, {shared.row[e], shared.row[e + 1]});
  }
}

}  // namespace engine::cuda
