// attn_gqa over f16 caches by tensor cores: decode straight from the cache, prompts through shared memory.
#include <cuda_runtime.h>

#include <algorithm>

#include "cuda/attention.h"
#include "cuda/device/attention_half.cuh"
#include "cuda/device/attention_store.cuh"

namespace engine::cuda {
namespace {

/// Raw scores of 16 rows x 8 TILES positions; keys(j, c) is piece 4 c + t of the key row 8 j + g, high(c) and low(c) are fragments of q.
template <int DK, int TILES, class High, class Low, class Keys>
__device__ void score(const High& high, const Low& low, const Keys& keys, float (&s)[TILES][4]) {
  float rest[TILES][4];
#pragma unroll
  for (int j = 0; j < TILES; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = rest[j][i] = 0;
#pragma unroll
  for (int c = 0; c < DK / 32; ++c) {
    const QueryFragments a = high(c), b = low(c);
#pragma unroll
    for (int j = 0; j < TILES; ++j) {
      const uint4 k = keys(j, c);
      dot_fragments(a, k, s[j]);
      dot_fragments(b, k, rest[j]);
    }
  }
#pragma unroll
  for (int j = 0; j < TILES; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] += rest[j][i];
}

// ---- Decode: one token, up to 16 heads. Every warp walks over spans of its own, half a page each, straight from device memory to
// registers; those of the next span are under way while one is computed.

/// Where the spans of a sequence lie.
struct SpanRows {
  const AttentionParams& p;
  const int32_t* pages;
  int kv_head;

  [[nodiscard]] __device__ size_t row(int at) const {
    const auto position = static_cast<unsigned>(at);
    return static_cast<size_t>(pages[position / kPageTokens]) * kPageTokens + position % kPageTokens;
  }
  [[nodiscard]] __device__ const std::byte* keys(size_t row) const {
    return p.k + row * p.k_row_bytes + static_cast<size_t>(kv_head * p.dk) * 2;
  }
  [[nodiscard]] __device__ const std::byte* values(size_t row) const {
    return p.v + row * p.v_row_bytes + static_cast<size_t>(kv_head * p.dv) * 2;
  }
};

/// A lane's part of K and V of a span. What is not there is left as it was: zero, or V of earlier positions, whose weights are 0 now.
template <int DK, int DV>
struct SpanPieces {
  uint4 k[2][DK / 32];
  uint4 v[DV / 64][1][4];

  __device__ SpanPieces() {
    const uint4 none = make_uint4(0, 0, 0, 0);
#pragma unroll
    for (int c = 0; c < DK / 32; ++c) k[0][c] = k[1][c] = none;
#pragma unroll
    for (int c = 0; c < DV / 64; ++c) v[c][0][0] = v[c][0][1] = v[c][0][2] = v[c][0][3] = none;
  }

  __device__ void load(const AttentionParams& p, const SpanRows& cache, size_t row, int n) {
    load_keys(p, cache.keys(row));
    load_values(p, cache.values(row), n);
  }

  /// `k_row`: the head's part of the first row of the span.
  __device__ void load_keys(const AttentionParams& p, const std::byte* k_row) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const std::byte* from = k_row + lane / 4 * p.k_row_bytes + lane % 4 * 16;
#pragma unroll
    for (int j = 0; j < 2; ++j)
#pragma unroll
      for (int c = 0; c < DK / 32; ++c)
        if (32 * c + lane % 4 * 8 < p.dk) k[j][c] = *reinterpret_cast<const uint4*>(from + j * 8 * p.k_row_bytes + c * 64);
  }

  /// n: positions of the span that exist.
  __device__ void load_values(const AttentionParams& p, const std::byte* v_row, int n) {
    const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4;
#pragma unroll
    for (int c = 0; c < DV / 64; ++c)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int position = value_position(lane, i);
        if (position < n && 64 * c + g * 8 < p.dv)
          v[c][0][i] = *reinterpret_cast<const uint4*>(v_row + position * p.v_row_bytes + g * 16 + c * 128);
      }
  }
};

/// From a warp's first span on, which is at `at` and in `pieces`.
template <int DK, int DV>
__device__ void walk(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, const SpanRows& cache,
                     int at, SpanPieces<DK, DV>& pieces, std::byte* shared) {
  const QueryTile<DK> q = DecodeShared<DK, DV>::query(shared);
  const int lane = static_cast<int>(threadIdx.x) % 32;
  WarpRows<DV> rows;
  rows.begin(p, step, t, w, 0, q.scales, threadIdx.x < kWarp);
  size_t row = 0;
  while (at < w.end) {
    const int next = at + kDecodeWarps * kDecodeSpan;
    float s[2][4], rescale[2];
    if (next < w.end) row = cache.row(next);
    score<DK>([&](int c) { return query_fragments<DK>(q.high, 0, lane, c); }, [&](int c) { return query_fragments<DK>(q.low, 0, lane, c); },
              [&](int j, int c) { return pieces.k[j][c]; }, s);
    if (next < w.end) pieces.load_keys(p, cache.keys(row));
    rows.weigh(at, s, rescale);
    const auto f = weight_fragments(s);
#pragma unroll
    for (int c = 0; c < DV / 64; ++c) rows.add(c, f, pieces.v[c], rescale);
    if (next < w.end) pieces.load_values(p, cache.values(row), w.end - next);
    at = next;
  }
  merge_warps<DV>(p, t, w, rows, reinterpret_cast<float*>(shared));
}

/// Where a warp's first span begins.
__device__ int first_span(const Segment& w) {
  return w.begin + static_cast<int>(threadIdx.x) / 32 * kDecodeSpan;
}

template <int DK, int DV>
__device__ void decode(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  const SpanRows cache{p, step->pages + static_cast<int64_t>(w.s) * step->max_pages, t.kv_head};
  SpanPieces<DK, DV> pieces;
  const int at = first_span(w);
  const size_t row = at < w.end ? cache.row(at) : 0;
  const bool early = at < w.end && older_than_step(step, w, at + kDecodeSpan);
  if (!early) begin_kernel();
  if (at < w.end) pieces.load(p, cache, row, w.end - at);
  if (early) begin_kernel();
  DecodeShared<DK, DV>::query(shared).load(p, t, w, kMmaRows);
  __syncthreads();
  walk(p, step, t, w, cache, at, pieces, shared);
}

/// The same with the qkv_store of the token. Every first span is on its way before the launch in front has ended; the one that has the
/// token's own position is loaded again once that is there, in a second turn of the loop, which keeps the code of loading in one place.
template <int DK, int DV>
__device__ void store_and_decode(const StoringParams& p, const StepView* step, const AttentionTile& t, const Segment& w,
                                 std::byte* shared) {
  const AttentionParams& a = p.attention;
  const StoringShared<DK, DV> storing(shared);
  const SpanRows cache{a, step->pages + static_cast<int64_t>(w.s) * step->max_pages, t.kv_head};
  SpanPieces<DK, DV> pieces;
  const int at = first_span(w);
  const size_t row = at < w.end ? cache.row(at) : 0;
  bool loads = at < w.end;
#pragma unroll 1
  for (bool begun = false;; begun = true) {
    if (loads) pieces.load(a, cache, row, w.end - at);
    if (begun) break;
    loads = loads && !older_than_step(step, w, at + kDecodeSpan);
    storing.load(p, step->positions[w.token]);
    begin_kernel();
    __syncthreads();
    prepare_token<KvDType::f16>(p, step, t, w, storing, DecodeShared<DK, DV>::query(shared));
    __syncthreads();
  }
  walk(a, step, t, w, cache, at, pieces, shared);
}

/// The first positions are on their way before the launch in front has ended. Bytes: tokens * chunks * positions * (K + V row of the
/// head).
template <int DK, int DV>
__global__ void __launch_bounds__(kDecodeWarps * 32) attention_half_decode(AttentionParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  p.tile_tokens = 1, p.whole = 7;  // as half_variant() has it: what the compiler knows it leaves out
  attend_token(p, step, [&](const AttentionTile& t, const Segment& w) { decode<DK, DV>(p, step, t, w, shared); });
}

/// QkvStoreOp and AttnGqaOp. Bytes: those of both.
template <int DK, int DV>
__global__ void __launch_bounds__(kDecodeWarps * 32) attention_half_storing(StoringParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  AttentionParams& a = p.attention;
  a.tile_tokens = a.chunks = 1, a.whole = 7;
  attend_token(a, step, [&](const AttentionTile& t, const Segment& w) { store_and_decode<DK, DV>(p, step, t, w, shared); });
}

// ---- Prompts: 64 rows, 16 for every warp; a page of K and V in shared memory serves them all.

template <int DK, int DV>
struct PromptShared {
  using Query = QueryTile<DK>;
  static constexpr int kStages = 2, kStage = kPageTokens * (DK + DV) / 8;  // pieces of 16 bytes
  static constexpr size_t kTerm = Query::term_bytes(kPromptRows);
  // The low term of q, its scales, then the high term, of which so many fragments go to registers. When these are all the pages lie where
  // it was.
  static constexpr int kHeld = DK < 128 ? DK / 32 : 4;
  static constexpr size_t kScales = kTerm, kHigh = kScales + Query::scale_bytes(kPromptRows);
  static constexpr size_t kPages = kHigh + (kHeld == DK / 32 ? 0 : kTerm);
  static constexpr size_t kBytes = std::max(kHigh + kTerm, kPages + static_cast<size_t>(kStages * kStage) * 16);

  __device__ static Query query(std::byte* shared) {
    return {reinterpret_cast<uint4*>(shared + kHigh), reinterpret_cast<uint4*>(shared), reinterpret_cast<float*>(shared + kScales)};
  }
};

template <int DK, int DV>
__device__ void copy_page(const AttentionParams& p, const AttentionTile& t, const int32_t* pages, int at, int end, uint4* stage) {
  const int n = min(kPageTokens, end - at);
  const size_t first = p.in_order ? static_cast<size_t>(at) : static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
  copy_rows<DK, kPromptThreads>(p.k + first * p.k_row_bytes + static_cast<size_t>(t.kv_head) * p.dk * 2, p.k_row_bytes, p.dk, n, stage);
  copy_rows<DV, kPromptThreads>(p.v + first * p.v_row_bytes + static_cast<size_t>(t.kv_head) * p.dv * 2, p.v_row_bytes, p.dv, n,
                                stage + kPageTokens * DK / 8);
}

template <int DK, int DV>
__device__ void prompt_page(const QueryTile<DK>& q, const QueryFragments (&held)[PromptShared<DK, DV>::kHeld], int warp_row, const uint4* k,
                            int at, WarpRows<DV>& rows) {
  const int lane = hide(static_cast<int>(threadIdx.x) % 32), g = lane / 4;
  const uint4* const v = k + kPageTokens * DK / 8;
  float s[4][4], rescale[2];
  const auto high = [&](int c) { return c < PromptShared<DK, DV>::kHeld ? held[c] : query_fragments<DK>(q.high, warp_row, lane, c); };
  score<DK>(
      high, [&](int c) { return query_fragments<DK>(q.low, warp_row, lane, c); },
      [&](int j, int c) { return k[swizzled(g, DK / 8, c % 2 * 4 + lane % 4, 8 * j, c / 2 * 8)]; }, s);
  rows.weigh(at, s, rescale);
  const auto f = weight_fragments(s);
#pragma unroll
  for (int c = 0; c < DV / 64; ++c) {
    uint4 values[2][4];
#pragma unroll
    for (int i = 0; i < 8; ++i) values[i / 4][i % 4] = v[value_piece<DV>(lane, i, g, 8 * c)];
    rows.add(c, f, values, rescale);
  }
}

template <int DK, int DV>
__device__ void prompt(const AttentionParams& p, const StepView* step, const AttentionPlace& place, std::byte* shared) {
  const AttentionTile& t = place.t;
  const Segment& w = place.w;
  using Shared = PromptShared<DK, DV>;
  const int lane = static_cast<int>(threadIdx.x) % 32, warp_row = static_cast<int>(threadIdx.x) / 32 * kMmaRows;
  const QueryTile<DK> q = Shared::query(shared);
  __syncthreads();  // the segment before this one has been walked over
  q.load(p, t, w, kPromptRows);
  __syncthreads();
  WarpRows<DV> rows;
  rows.begin(p, step, t, w, warp_row, q.scales, true);
  const WarpRange range = warp_range(p, step, w, warp_row);
  QueryFragments held[Shared::kHeld];
#pragma unroll
  for (int c = 0; c < Shared::kHeld; ++c) held[c] = query_fragments<DK>(q.high, warp_row, lane, c);
  __syncthreads();
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  auto* const stages = reinterpret_cast<uint4*>(shared + Shared::kPages);
  copy_page<DK, DV>(p, t, pages, w.begin, w.end, stages);
  for (int at = w.begin, stage = 0; at < w.end; at += kPageTokens, stage ^= 1) {
    const int next = at + kPageTokens;
    commit_copies();
    wait_copies<0>();
    __syncthreads();  // the page has come, and the one before it has been read
    if (next < w.end) copy_page<DK, DV>(p, t, pages, next, w.end, stages + (stage ^ 1) * Shared::kStage);
    if (at >= range.limit || next <= range.from) continue;
    prompt_page<DK, DV>(q, held, warp_row, stages + stage * Shared::kStage, at, rows);
  }
  write_rows(p, t, w, warp_row, rows);
}

/// Bytes: tiles * positions * (K + V row of the head).
template <int DK, int DV>
__global__ void __launch_bounds__(kPromptThreads) attention_half_prompt(AttentionParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  __shared__ AttentionPlace place;
  attend_segments(p, step, place, [&] { prompt<DK, DV>(p, step, place, shared); });
  finish_tile(p, step, place);
}

template <int DK, int DV>
AttentionVariant variant(const AttentionShape& s, bool decode) {
  if (!decode) return {kPromptRows, false, kPromptThreads, PromptShared<DK, DV>::kBytes, attention_half_prompt<DK, DV>, true};
  AttentionVariant v{kMmaRows, true, kDecodeWarps * 32, 0, attention_half_decode<DK, DV>, true};
  v.shared_bytes = DecodeShared<DK, DV>::bytes(v.heads(s));
  if constexpr (DK <= 128) v.storing = attention_half_storing<DK, DV>, v.storing_bytes = StoringShared<DK, DV>::bytes(v.heads(s));
  return v;
}

}  // namespace

std::optional<AttentionVariant> half_variant(const AttentionShape& s, bool decode) {
  const uintptr_t cache = reinterpret_cast<uintptr_t>(s.kv.k) | reinterpret_cast<uintptr_t>(s.kv.v) | s.kv.k_row_bytes | s.kv.v_row_bytes;
  if (s.kv.type != KvDType::f16 || s.dk % 8 != 0 || s.dv % 8 != 0 || s.whole() != 7 || cache % 16 != 0) return {};
  if (s.dk <= 64 && s.dv <= 64) return variant<64, 64>(s, decode);
  if (s.dk <= 128 && s.dv <= 128) return variant<128, 128>(s, decode);
  if (s.dk <= 192 && s.dv <= 128) return variant<192, 128>(s, decode);
  return {};
}

}  // namespace engine::cuda
