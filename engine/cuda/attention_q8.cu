// attn_gqa over q8_0 caches by tensor cores: decode straight from the cache, prompts through shared memory.
#include <cuda_runtime.h>

#include "cuda/attention.h"
#include "cuda/device/attention_q8.cuh"
#include "cuda/device/attention_store.cuh"

namespace engine::cuda {
namespace {

/// Raw scores of 16 rows x 8 TILES positions. keys(j, c): codes 8 t to 8 t + 7 of block c of the key row 8 j + g; scales(j, c): of the
/// block in rows 8 j + 2 t and + 1.
template <int DK, int TILES, class High, class Low, class Keys, class Scales>
__device__ void score(const High& high, const Low& low, const Keys& keys, const Scales& scales, float (&s)[TILES][4]) {
#pragma unroll
  for (int j = 0; j < TILES; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = 0;
#pragma unroll(TILES == 4 ? 1 : DK / kQ8Block)
  for (int c = 0; c < DK / kQ8Block; ++c) {
    const QueryFragments a = high(c), b = low(c);
#pragma unroll
    for (int j = 0; j < TILES; ++j) {
      const uint4 k = keys(j, c);
      const float2 d = scales(j, c);
      float sum[4] = {0, 0, 0, 0}, rest[4] = {0, 0, 0, 0};
      dot_fragments(a, k, sum);
      dot_fragments(b, k, rest);
#pragma unroll
      for (int i = 0; i < 4; ++i) s[j][i] = __fmaf_rn(sum[i] + rest[i], i % 2 ? d.y : d.x, s[j][i]);
    }
  }
}

// ---- Decode: 16 positions at a time from device memory to registers.

/// The head's parts of 16 rows in a row of the cache.
struct Span {
  const std::byte *k, *v;
  int n;  // positions that exist
};

__device__ Span span_at(const AttentionParams& p, const int32_t* pages, int kv_head, int at, int end) {
  const size_t row = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens + static_cast<size_t>(at % kPageTokens);
  return {p.k + row * p.k_row_bytes + kv_head * p.dk / kQ8Block * kQ8Bytes,
          p.v + row * p.v_row_bytes + kv_head * p.dv / kQ8Block * kQ8Bytes, end - at};
}

template <int DK, int DV>
__device__ void decode_span(const AttentionParams& p, const QueryTile<DK>& q, const Span& span, int at, Q8Rows<DV>& rows) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
  float s[2][4], rescale[2];
  const auto keys = [&](int j, int c) {
    return kQ8Block * c < p.dk ? eight_codes(span.k + (8 * j + g) * p.k_row_bytes + c * kQ8Bytes, 8 * t) : make_uint4(0, 0, 0, 0);
  };
  const auto scales = [&](int j, int c) {
    const std::byte* block = span.k + (8 * j + 2 * t) * p.k_row_bytes + c * kQ8Bytes;
    return kQ8Block * c < p.dk ? make_float2(block_scale(block), block_scale(block + p.k_row_bytes)) : make_float2(0, 0);
  };
  score<DK>([&](int c) { return query_fragments<DK>(q.high, 0, lane, c); }, [&](int c) { return query_fragments<DK>(q.low, 0, lane, c); },
            keys, scales, s);
  rows.weigh(at, s, rescale);
#pragma unroll
  for (int c = 0; c < DV / kQ8Block; ++c) {
    const bool there = kQ8Block * c < p.dv;
    uint2 v[1][4];
    float scale[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int position = value_position(lane, i);
      const std::byte* block = span.v + position * p.v_row_bytes + c * kQ8Bytes;
      const bool seen = there && position < span.n;
      v[0][i] = seen ? four_codes(block, 4 * g) : make_uint2(0, 0);
      scale[i] = seen ? block_scale(block) : 0.0f;
    }
    const float2 d[2] = {make_float2(scale[0], scale[1]), make_float2(scale[2], scale[3])};
    add_block<DV>(rows, c, s, d, v, rescale);
  }
}

template <int DK, int DV>
__device__ void walk(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  const QueryTile<DK> q = DecodeShared<DK, DV>::query(shared);
  Q8Rows<DV> rows;
  rows.begin(p, step, t, w, 0, q.scales, warp == 0);
  for (int at = w.begin + warp * kDecodeSpan; at < w.end; at += kDecodeWarps * kDecodeSpan)
    decode_span<DK, DV>(p, q, span_at(p, pages, t.kv_head, at, w.end), at, rows);
  merge_warps(p, t, w, rows, reinterpret_cast<float*>(shared));
}

/// Bytes: tokens * chunks * positions * (K + V row of the head).
template <int DK, int DV>
__global__ void __launch_bounds__(kDecodeWarps * 32) attention_q8_decode(AttentionParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  p.tile_tokens = 1, p.whole = 7;  // as q8_variant() has it: what the compiler knows it leaves out
  attend_token(p, step, [&](const AttentionTile& t, const Segment& w) {
    begin_kernel();
    DecodeShared<DK, DV>::query(shared).load(p, t, w, kMmaRows);
    __syncthreads();
    walk<DK, DV>(p, step, t, w, shared);
  });
}

/// QkvStoreOp and AttnGqaOp. Bytes: those of both.
template <int DK, int DV>
__global__ void __launch_bounds__(kDecodeWarps * 32) attention_q8_storing(StoringParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  AttentionParams& a = p.attention;
  a.tile_tokens = a.chunks = 1, a.whole = 7;
  attend_token(a, step, [&](const AttentionTile& t, const Segment& w) {
    const StoringShared<DK, DV> storing(shared);
    storing.load(p, step->positions[w.token]);
    begin_kernel();
    __syncthreads();
    prepare_token<KvDType::q8_0>(p, step, t, w, storing, DecodeShared<DK, DV>::query(shared));
    __syncthreads();
    walk<DK, DV>(a, step, t, w, shared);
  });
}

// ---- Prompts: 64 rows; a page of codes as halves, and of scales, in shared memory.

template <int DK, int DV>
struct PromptShared {
  using Query = QueryTile<DK>;
  static constexpr size_t kTerm = Query::term_bytes(kPromptRows);
  static constexpr size_t kLow = kTerm, kScales = 2 * kTerm, kPage = kScales + Query::scale_bytes(kPromptRows);
  static constexpr size_t kBytes = kPage + Q8Plane<DK>::kBytes + Q8Plane<DV>::kBytes;

  __device__ static Query query(std::byte* shared) {
    return {reinterpret_cast<uint4*>(shared), reinterpret_cast<uint4*>(shared + kLow), reinterpret_cast<float*>(shared + kScales)};
  }
};

template <int DK, int DV>
__device__ void prompt_page(const QueryTile<DK>& q, int warp_row, const Q8Plane<DK>& k, const Q8Plane<DV>& v, int at, Q8Rows<DV>& rows) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
  float s[4][4], rescale[2];
  const auto keys = [&](int j, int c) { return k.codes[swizzled(g, DK / 8, c % 2 * 4 + t, 8 * j, c / 2 * 8)]; };
  const auto scales = [&](int j, int c) {
    const float* d = k.scales + (8 * j + 2 * t) * Q8Plane<DK>::kBlocks + c;
    return make_float2(d[0], d[Q8Plane<DK>::kBlocks]);
  };
  score<DK>([&](int c) { return query_fragments<DK>(q.high, warp_row, lane, c); },
            [&](int c) { return query_fragments<DK>(q.low, warp_row, lane, c); }, keys, scales, s);
  rows.weigh(at, s, rescale);
#pragma unroll
  for (int c = 0; c < DV / kQ8Block; ++c) {
    uint2 codes[2][4];
    float2 d[4];
#pragma unroll
    for (int i = 0; i < 8; ++i) {
      const int piece = value_piece<DV>(lane, i, c % 2 * 4 + g / 2, c / 2 * 8);
      codes[i / 4][i % 4] = reinterpret_cast<const uint2*>(v.codes)[2 * piece + g % 2];
    }
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const float* from = v.scales + (8 * j + 2 * t) * Q8Plane<DV>::kBlocks + c;
      d[j] = make_float2(from[0], from[Q8Plane<DV>::kBlocks]);
    }
    add_block<DV>(rows, c, s, d, codes, rescale);
  }
}

template <int DK, int DV>
__device__ void prompt(const AttentionParams& p, const StepView* step, const AttentionPlace& place, std::byte* shared) {
  const AttentionTile& t = place.t;
  const Segment& w = place.w;
  const int warp_row = static_cast<int>(threadIdx.x) / 32 * kMmaRows;
  const QueryTile<DK> q = PromptShared<DK, DV>::query(shared);
  const Q8Plane<DK> k(shared + PromptShared<DK, DV>::kPage);
  const Q8Plane<DV> v(shared + PromptShared<DK, DV>::kPage + Q8Plane<DK>::kBytes);
  __syncthreads();  // the segment before this one has been walked over
  q.load(p, t, w, kPromptRows);
  __syncthreads();
  Q8Rows<DV> rows;
  rows.begin(p, step, t, w, warp_row, q.scales, true);
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  const WarpRange range = warp_range(p, step, w, warp_row);
  for (int at = w.begin; at < w.end; at += kPageTokens) {
    const Span page = span_at(p, pages, t.kv_head, at, w.end);
    __syncthreads();  // the page before this one has been read
    k.template load<kPromptThreads>(page.k, p.k_row_bytes, p.dk, min(kPageTokens, page.n));
    v.template load<kPromptThreads>(page.v, p.v_row_bytes, p.dv, min(kPageTokens, page.n));
    __syncthreads();
    if (at < range.limit && at + kPageTokens > range.from) prompt_page<DK, DV>(q, warp_row, k, v, at, rows);
  }
  write_rows(p, t, w, warp_row, rows);
}

/// Bytes: tiles * positions * (K + V row of the head).
template <int DK, int DV>
__global__ void __launch_bounds__(kPromptThreads) attention_q8_prompt(AttentionParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  __shared__ AttentionPlace place;
  attend_segments(p, step, place, [&] { prompt<DK, DV>(p, step, place, shared); });
  finish_tile(p, step, place);
}

template <int DK, int DV>
AttentionVariant variant(const AttentionShape& s, bool decode) {
  if (!decode) return {kPromptRows, false, kPromptThreads, PromptShared<DK, DV>::kBytes, attention_q8_prompt<DK, DV>, true};
  AttentionVariant v{kMmaRows, true, kDecodeWarps * 32, 0, attention_q8_decode<DK, DV>, true};
  v.shared_bytes = DecodeShared<DK, DV>::bytes(v.heads(s));
  v.storing = attention_q8_storing<DK, DV>, v.storing_bytes = StoringShared<DK, DV>::bytes(v.heads(s));
  return v;
}

}  // namespace

std::optional<AttentionVariant> q8_variant(const AttentionShape& s, bool decode) {
  if (s.kv.type != KvDType::q8_0 || s.dk % kQ8Block != 0 || s.dv % kQ8Block != 0 || s.whole() != 7) return {};
  if (s.dk <= 64 && s.dv <= 64) return variant<64, 64>(s, decode);
  if (s.dk <= 128 && s.dv <= 128) return variant<128, 128>(s, decode);
  return {};
}

}  // namespace engine::cuda
