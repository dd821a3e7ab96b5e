// attn_mla over f16 caches by tensor cores: a page of latents in shared memory is K and, in its first part, V of all heads.
//
// Four warps share 16 rows. Each multiplies a quarter of the dimensions of q and K, so that its part of q stays in registers; the four
// partial scores are added in shared memory, all warps compute the same softmax, and each has a quarter of the values.
#include <cuda_runtime.h>

#include "cuda/attention.h"
#include "cuda/device/attention_half.cuh"

namespace engine::cuda {
namespace {

constexpr int kTeam = 4;          // warps that share rows
constexpr int kScoreStride = 40;  // floats of a row of partial scores: no bank conflicts

template <int DK, int DV>
struct Latent {
  static constexpr int kPieces = DK / 8;             // of 16 bytes in a row
  static constexpr int kProducts = DK / 16 / kTeam;  // of a warp, 16 dimensions each
  static constexpr int kValues = DV / kTeam;         // of a warp
  static constexpr int kStages = 2, kStage = kPageTokens * kPieces;
  static constexpr int kScores = kTeam * kMmaRows * kScoreStride;  // of a team
  static_assert(DK % (16 * kTeam) == 0 && DV % (64 * kTeam) == 0 && kPieces % 8 == 0);

  static constexpr size_t shared_bytes(int teams) {
    return static_cast<size_t>(kStages * kStage) * 16 + static_cast<size_t>(teams * kScores) * 4;
  }
};

/// A warp's part of 16 rows of q: of every 16 dimensions lane t has 4 t to 4 t + 3, of rows g and g + 8.
template <int N>
struct LatentQuery {
  unsigned high[N][4], low[N][4];
  float scale[2];  // of the scores of these dimensions

  __device__ void load(const AttentionParams& p, const AttentionTile& t, const Segment& w, int first_row, int first_dim) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int row = first_row + lane / 4 + 8 * i;
      const bool valid = row_valid(p, t, w, row);
      const float* q = p.q + (valid ? row_index(p, t, w, row) * p.dk : 0) + first_dim + 4 * (lane % 4);
      float4 x[N];
      float top = 0;
#pragma unroll
      for (int k = 0; k < N; ++k) {
        x[k] = valid ? *reinterpret_cast<const float4*>(q + 16 * k) : make_float4(0, 0, 0, 0);
        top = fmaxf(top, fmaxf(fmaxf(fabsf(x[k].x), fabsf(x[k].y)), fmaxf(fabsf(x[k].z), fabsf(x[k].w))));
      }
      top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 1));
      top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 2));
      const PowerOfTwo f = row_factor(top);
      scale[i] = f.inverse * p.scale * kLog2E;
#pragma unroll
      for (int k = 0; k < N; ++k) {
        pack_two(x[k].x * f.factor, x[k].y * f.factor, high[k][i], low[k][i]);
        pack_two(x[k].z * f.factor, x[k].w * f.factor, high[k][2 + i], low[k][2 + i]);
      }
    }
  }
};

/// The warp's part of the scores of 16 rows x 32 positions, to `scores` [16][kScoreStride].
template <class L, int N>
__device__ void partial_scores(const LatentQuery<N>& q, const uint4* page, int first_product, float* scores) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
  float s[4][4], rest[4][4];
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = rest[j][i] = 0;
#pragma unroll
  for (int k = 0; k < N; ++k)
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const int piece = swizzled(8 * j + g, L::kPieces, 2 * (first_product + k) + t / 2);
      const uint2 half = reinterpret_cast<const uint2*>(page)[2 * piece + t % 2];
      const unsigned b[2] = {half.x, half.y};
      mma_f16(s[j], q.high[k], b);
      mma_f16(rest[j], q.low[k], b);
    }
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 2; ++i)
      *reinterpret_cast<float2*>(scores + (g + 8 * i) * kScoreStride + 8 * j + 2 * t) =
          make_float2((s[j][2 * i] + rest[j][2 * i]) * q.scale[i], (s[j][2 * i + 1] + rest[j][2 * i + 1]) * q.scale[i]);
}

/// The sum of the team's parts.
__device__ void gather_scores(const float* scores, float (&s)[4][4]) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const float* at = scores + (g + 8 * i) * kScoreStride + 8 * j + 2 * t;
      float2 sum = *reinterpret_cast<const float2*>(at);
#pragma unroll
      for (int part = 1; part < kTeam; ++part) {
        const float2 x = *reinterpret_cast<const float2*>(at + part * kMmaRows * kScoreStride);
        sum.x += x.x, sum.y += x.y;
      }
      s[j][2 * i] = sum.x, s[j][2 * i + 1] = sum.y;
    }
}

template <int DK, int DV>
__device__ void copy_page(const AttentionParams& p, const int32_t* pages, int at, int end, uint4* stage) {
  const size_t first = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
  copy_rows<DK>(p.k + first * p.k_row_bytes, p.k_row_bytes, DK, min(kPageTokens, end - at), stage);
  commit_copies();
}

/// `first`: whether the kernel begins with this segment.
template <int DK, int DV>
__device__ void attend(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, bool first,
                       uint4* stages) {
  using L = Latent<DK, DV>;
  const int warp = static_cast<int>(threadIdx.x) / 32, member = warp % kTeam, first_row = warp / kTeam * kMmaRows;
  const int g = static_cast<int>(threadIdx.x) % 32 / 4;
  float* const scores = reinterpret_cast<float*>(stages + L::kStages * L::kStage) + warp / kTeam * L::kScores;
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  __syncthreads();  // the segment before this one has been walked over
  const bool early = first && older_than_step(step, w, w.begin + kPageTokens);
  if (early) copy_page<DK, DV>(p, pages, w.begin, w.end, stages);
  if (first) begin_kernel();
  if (!early) copy_page<DK, DV>(p, pages, w.begin, w.end, stages);
  LatentQuery<L::kProducts> q;
  q.load(p, t, w, first_row, member * L::kProducts * 16);
  WarpRows<L::kValues> rows;
  rows.begin(p, step, t, w, first_row, nullptr, true);
  for (int at = w.begin, stage = 0; at < w.end; at += kPageTokens, stage ^= 1) {
    const uint4* const page = stages + stage * L::kStage;
    wait_copies<0>();
    __syncthreads();  // the page has come, and the one before it has been read
    if (at + kPageTokens < w.end) copy_page<DK, DV>(p, pages, at + kPageTokens, w.end, stages + (stage ^ 1) * L::kStage);
    partial_scores<L>(q, page, member * L::kProducts, scores + member * kMmaRows * kScoreStride);
    __syncthreads();
    float s[4][4], rescale[2];
    gather_scores(scores, s);
    rows.weigh(at, s, rescale);
    const auto f = weight_fragments(s);
#pragma unroll
    for (int c = 0; c < L::kValues / 64; ++c) {
      uint4 v[2][4];
#pragma unroll
      for (int i = 0; i < 8; ++i)
        v[i / 4][i % 4] = page[swizzled(value_position(i / 4, i % 4), L::kPieces, member * L::kValues / 8 + 8 * c + g)];
      rows.add(c, f, v, rescale);
    }
  }
  rows.finish();
  rows.each_quad([&](int i, int e, float4 x) {
    const int row = first_row + g + 8 * i;
    if (row_valid(p, t, w, row)) write_quad(p, t, w, row, member * L::kValues + e, x, rows.top[i], rows.total[i]);
  });
}

/// The first page is on its way before the launch in front has ended. Bytes: tiles * positions * row.
template <int DK, int DV, int TEAMS>
__global__ void __launch_bounds__(TEAMS* kTeam* static_cast<int>(kWarp)) attention_latent(AttentionParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(uint4, shared);
  const AttentionTile t = attention_tile(p, step);
  bool first = true;
  attend_segments(p, step, t, [&](const Segment& w) {
    attend<DK, DV>(p, step, t, w, first, shared);
    first = false;
  });
  if (first) begin_kernel();
}

template <int DK, int DV, int TEAMS>
AttentionVariant variant(bool decode) {
  AttentionVariant v{TEAMS * kMmaRows, decode, TEAMS * kTeam * kWarp, Latent<DK, DV>::shared_bytes(TEAMS), attention_latent<DK, DV, TEAMS>};
  v.one_split = 96, v.min_split = 64;  // a block has one page at a time, and there are few blocks
  return v;
}

}  // namespace

std::optional<AttentionVariant> latent_variant(const AttentionShape& s, bool decode) {
  const bool aligned = (reinterpret_cast<uintptr_t>(s.kv.k) | s.kv.k_row_bytes) % 16 == 0;
  if (s.kv.type != KvDType::f16 || !aligned || s.whole() != 7 || s.dk != 576 || s.dv != 512) return {};
  return decode ? variant<576, 512, 1>(true) : variant<576, 512, 2>(false);
}

}  // namespace engine::cuda
