// attn_gqa over f16 caches by tensor cores: decode straight from the cache, prompts through shared memory.
#include <cuda_runtime.h>

#include <algorithm>

#include "cuda/attention.h"
#include "cuda/device/attention_half.cuh"

namespace engine::cuda {
namespace {

constexpr int kThreads = 128, kWarps = kThreads / static_cast<int>(kWarp);
constexpr int kPromptRows = kWarps * kMmaRows;

/// Raw scores of 16 rows x 32 positions; keys(j, c) is piece 4 c + t of the key row 8 j + g, high(c) and low(c) are fragments of q.
template <int DK, class High, class Low, class Keys>
__device__ void score(const High& high, const Low& low, const Keys& keys, float (&s)[4][4]) {
  float rest[4][4];
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = rest[j][i] = 0;
#pragma unroll
  for (int c = 0; c < DK / 32; ++c) {
    const QueryFragments a = high(c), b = low(c);
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const uint4 k = keys(j, c);
      dot_fragments(a, k, s[j]);
      dot_fragments(b, k, rest[j]);
    }
  }
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] += rest[j][i];
}

__device__ uint4 zeros() {
  return make_uint4(0, 0, 0, 0);
}

// ---- Decode: one token, up to 16 heads. Every warp walks over pages of its own.

template <int DK, int DV>
struct DecodeShared {
  using Query = QueryTile<DK>;
  static constexpr size_t kTerm = Query::term_bytes(kMmaRows), kQueryBytes = 2 * kTerm + Query::scale_bytes(kMmaRows);
  static constexpr size_t kResultBytes = static_cast<size_t>(kWarps) * kMmaRows * (DV + 2) * 4;
  static constexpr size_t kBytes = std::max(kQueryBytes, kResultBytes);  // the warps' results lie where q was

  __device__ static Query query(std::byte* shared) {
    return {reinterpret_cast<uint4*>(shared), reinterpret_cast<uint4*>(shared + kTerm), reinterpret_cast<float*>(shared + 2 * kTerm)};
  }
};

/// One page, from device memory to registers.
template <int DK, int DV>
__device__ void decode_page(const AttentionParams& p, const AttentionTile& t, const QueryTile<DK>& q, const std::byte* k_page,
                            const std::byte* v_page, int at, int n, WarpRows<DV>& rows) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4;
  const std::byte* k_row = k_page + g * p.k_row_bytes + static_cast<size_t>(t.kv_head * p.dk + lane % 4 * 8) * 2;
  uint4 k[4][DK / 32];
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int c = 0; c < DK / 32; ++c) {
      const bool there = 32 * c + lane % 4 * 8 < p.dk;
      k[j][c] = there ? *reinterpret_cast<const uint4*>(k_row + j * 8 * p.k_row_bytes + c * 64) : zeros();
    }
  float s[4][4];
  score<DK>([&](int c) { return query_fragments<DK>(q.high, 0, c); }, [&](int c) { return query_fragments<DK>(q.low, 0, c); },
            [&](int j, int c) { return k[j][c]; }, s);
  const std::byte* v_row = v_page + static_cast<size_t>(t.kv_head * p.dv + g * 8) * 2;
  uint4 v[DV / 64][2][4];
#pragma unroll
  for (int c = 0; c < DV / 64; ++c)
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const int position = value_position(i / 4, i % 4);
      const bool there = position < n && 64 * c + g * 8 < p.dv;
      v[c][i / 4][i % 4] = there ? *reinterpret_cast<const uint4*>(v_row + position * p.v_row_bytes + c * 128) : zeros();
    }
  float rescale[2];
  const WeightFragments f = rows.weigh(at, s, rescale);
#pragma unroll
  for (int c = 0; c < DV / 64; ++c) rows.add(c, f, v[c], rescale);
}

/// Adds what the warps found, in their order.
template <int DV>
__device__ void merge_warps(const AttentionParams& p, const AttentionTile& t, const Segment& w, WarpRows<DV>& rows, float* shared) {
  const int thread = static_cast<int>(threadIdx.x), warp = thread / 32, g = thread % 32 / 4;
  float* const tops = shared + kWarps * kMmaRows * DV;
  float* const totals = tops + kWarps * kMmaRows;
  rows.finish();
  __syncthreads();  // q has been read
  for (int i = 0; i < 2; ++i)
    if (thread % 4 == 0) tops[warp * kMmaRows + g + 8 * i] = rows.top[i], totals[warp * kMmaRows + g + 8 * i] = rows.total[i];
  rows.each_quad([&](int i, int e, float4 x) { *reinterpret_cast<float4*>(shared + (warp * kMmaRows + g + 8 * i) * DV + e) = x; });
  __syncthreads();
  const int quads = p.dv / 4;
  for (int i = thread; i < p.heads * quads; i += kThreads) {
    const int row = i / quads, e = i % quads * 4;
    if (!row_valid(p, t, w, row)) continue;
    float top = kNothing, total = 0;
    for (int j = 0; j < kWarps; ++j) top = fmaxf(top, tops[j * kMmaRows + row]);
    float4 sum = make_float4(0, 0, 0, 0);
    for (int j = 0; j < kWarps; ++j) {
      const float weight = exp2f(tops[j * kMmaRows + row] - top);
      const float4 x = *reinterpret_cast<const float4*>(shared + (j * kMmaRows + row) * DV + e);
      total = __fmaf_rn(weight, totals[j * kMmaRows + row], total);
      sum.x = __fmaf_rn(weight, x.x, sum.x), sum.y = __fmaf_rn(weight, x.y, sum.y);
      sum.z = __fmaf_rn(weight, x.z, sum.z), sum.w = __fmaf_rn(weight, x.w, sum.w);
    }
    write_quad(p, t, w, row, e, sum, top, total);
  }
}

template <int DK, int DV>
__device__ void decode(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const QueryTile<DK> q = DecodeShared<DK, DV>::query(shared);
  __syncthreads();
  q.load(p, t, w, kMmaRows);
  __syncthreads();
  WarpRows<DV> rows;
  rows.begin(p, step, t, w, 0, q.scales, warp == 0);
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  for (int at = w.begin + warp * kPageTokens; at < w.end; at += kWarps * kPageTokens) {
    const size_t first = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
    decode_page<DK, DV>(p, t, q, p.k + first * p.k_row_bytes, p.v + first * p.v_row_bytes, at, min(kPageTokens, w.end - at), rows);
  }
  merge_warps<DV>(p, t, w, rows, reinterpret_cast<float*>(shared));
}

/// Bytes: tokens * chunks * positions * (K + V row of the head).
template <int DK, int DV>
__global__ void __launch_bounds__(kThreads) attention_half_decode(AttentionParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  const AttentionTile t = attention_tile(p, step);
  finish_tile(p, step, t, attend_segments(p, step, t, [&](const Segment& w) { decode<DK, DV>(p, step, t, w, shared); }));
}

// ---- Prompts: 64 rows, 16 for every warp; a page of K and V in shared memory serves them all.

template <int DK, int DV>
struct PromptShared {
  using Query = QueryTile<DK>;
  static constexpr int kStages = 2, kStage = kPageTokens * (DK + DV) / 8;  // pieces of 16 bytes
  static constexpr size_t kTerm = Query::term_bytes(kPromptRows);
  // The low term of q, its scales, then the high term, which goes to registers; the pages lie where it was.
  static constexpr size_t kScales = kTerm, kHigh = kScales + Query::scale_bytes(kPromptRows);
  static constexpr size_t kBytes = kHigh + std::max(kTerm, static_cast<size_t>(kStages * kStage) * 16);

  __device__ static Query query(std::byte* shared) {
    return {reinterpret_cast<uint4*>(shared + kHigh), reinterpret_cast<uint4*>(shared), reinterpret_cast<float*>(shared + kScales)};
  }
};

template <int DK, int DV>
__device__ void copy_page(const AttentionParams& p, const AttentionTile& t, const int32_t* pages, int at, int end, uint4* stage) {
  const int n = min(kPageTokens, end - at);
  const size_t first = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
  copy_rows<DK>(p.k + first * p.k_row_bytes + static_cast<size_t>(t.kv_head) * p.dk * 2, p.k_row_bytes, p.dk, n, stage);
  copy_rows<DV>(p.v + first * p.v_row_bytes + static_cast<size_t>(t.kv_head) * p.dv * 2, p.v_row_bytes, p.dv, n, stage + kPageTokens * DK / 8);
}

template <int DK, int DV>
__device__ void prompt_page(const QueryFragments (&high)[DK / 32], const uint4* low, int warp_row, const uint4* k, int at, WarpRows<DV>& rows) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4;
  const uint4* const v = k + kPageTokens * DK / 8;
  float s[4][4], rescale[2];
  score<DK>([&](int c) { return high[c]; }, [&](int c) { return query_fragments<DK>(low, warp_row, c); },
            [&](int j, int c) { return k[swizzled(8 * j + g, DK / 8, 4 * c + lane % 4)]; }, s);
  const WeightFragments f = rows.weigh(at, s, rescale);
#pragma unroll
  for (int c = 0; c < DV / 64; ++c) {
    uint4 values[2][4];
#pragma unroll
    for (int i = 0; i < 8; ++i) values[i / 4][i % 4] = v[swizzled(value_position(i / 4, i % 4), DV / 8, 8 * c + g)];
    rows.add(c, f, values, rescale);
  }
}

/// Positions [from, limit) that any of the warp's rows sees: pages outside are left out.
struct WarpRange {
  int from = 0, limit = 0;
};
__device__ WarpRange warp_range(const AttentionParams& p, const StepView* step, const Segment& w, int warp_row) {
  const int rows = min(kMmaRows, (w.end_token - w.token) * p.heads - warp_row);
  if (rows <= 0) return {};
  const int first = step->positions[row_token(p, w, warp_row)], last = step->positions[row_token(p, w, warp_row + rows - 1)];
  return {p.window > 0 ? first + 1 - p.window : 0, last + 1};
}

template <int DK, int DV>
__device__ void prompt(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  using Shared = PromptShared<DK, DV>;
  const int warp_row = static_cast<int>(threadIdx.x) / 32 * kMmaRows;
  const QueryTile<DK> q = Shared::query(shared);
  __syncthreads();  // the segment before this one has been walked over
  q.load(p, t, w, kPromptRows);
  __syncthreads();
  WarpRows<DV> rows;
  rows.begin(p, step, t, w, warp_row, q.scales, true);
  QueryFragments high[DK / 32];
#pragma unroll
  for (int c = 0; c < DK / 32; ++c) high[c] = query_fragments<DK>(q.high, warp_row, c);
  __syncthreads();
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  uint4* const stages = q.high;
  copy_page<DK, DV>(p, t, pages, w.begin, w.end, stages);
  const WarpRange range = warp_range(p, step, w, warp_row);
  for (int at = w.begin, stage = 0; at < w.end; at += kPageTokens, stage ^= 1) {
    const int next = at + kPageTokens;
    commit_copies();
    wait_copies<0>();
    __syncthreads();  // the page has come, and the one before it has been read
    if (next < w.end) copy_page<DK, DV>(p, t, pages, next, w.end, stages + (stage ^ 1) * Shared::kStage);
    if (at < range.limit && next > range.from) prompt_page<DK, DV>(high, q.low, warp_row, stages + stage * Shared::kStage, at, rows);
  }
  rows.finish();
  const int row = warp_row + static_cast<int>(threadIdx.x) % 32 / 4;
  rows.each_quad([&](int i, int e, float4 x) {
    if (e < p.dv && row_valid(p, t, w, row + 8 * i)) write_quad(p, t, w, row + 8 * i, e, x, rows.top[i], rows.total[i]);
  });
}

/// Bytes: tiles * positions * (K + V row of the head).
template <int DK, int DV>
__global__ void __launch_bounds__(kThreads) attention_half_prompt(AttentionParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  const AttentionTile t = attention_tile(p, step);
  finish_tile(p, step, t, attend_segments(p, step, t, [&](const Segment& w) { prompt<DK, DV>(p, step, t, w, shared); }));
}

template <int DK, int DV>
AttentionVariant variant(bool decode) {
  if (decode) return {kMmaRows, true, kThreads, DecodeShared<DK, DV>::kBytes, attention_half_decode<DK, DV>, true};
  return {kPromptRows, false, kThreads, PromptShared<DK, DV>::kBytes, attention_half_prompt<DK, DV>, true};
}

}  // namespace

std::optional<AttentionVariant> half_variant(const AttentionShape& s, bool decode) {
  const uintptr_t cache = reinterpret_cast<uintptr_t>(s.kv.k) | reinterpret_cast<uintptr_t>(s.kv.v) | s.kv.k_row_bytes | s.kv.v_row_bytes;
  if (s.kv.type != KvDType::f16 || s.dk % 8 != 0 || s.dv % 8 != 0 || s.whole() != 7 || cache % 16 != 0) return {};
  if (s.dk <= 64 && s.dv <= 64) return variant<64, 64>(decode);
  if (s.dk <= 128 && s.dv <= 128) return variant<128, 128>(decode);
  if (s.dk <= 192 && s.dv <= 128) return variant<192, 128>(decode);
  return {};
}

}  // namespace engine::cuda
