// attn_mla over f16 and q8_0 caches by tensor cores: a page of latents in shared memory is K and, in its first part, V of all heads.
//
// Four warps share 16 rows. Each multiplies a quarter of the dimensions of q and K, so that its part of q stays in registers; the four
// partial scores are added in shared memory, all warps compute the same softmax, and each has a quarter of the values.
#include <cuda_runtime.h>

#include "cuda/attention.h"
#include "cuda/device/attention_q8.cuh"

namespace engine::cuda {
namespace {

constexpr int kTeam = 4;          // warps that share rows
constexpr int kScoreStride = 40;  // floats of a row of partial scores: no bank conflicts

/// Sets what latent_variant() and the op have it be already: what the compiler knows it leaves out.
template <int DK, int DV, int TEAMS>
__device__ void know_shape(AttentionParams& p) {
  p.dk = DK, p.dv = DV, p.n_kv = 1, p.whole = 7, p.window = 0, p.sinks = nullptr;
  if (TEAMS == 1) p.tile_tokens = 1;
}

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

  /// `n`: products that the warp has; the others are zero.
  __device__ void load(const AttentionParams& p, const AttentionTile& t, const Segment& w, int first_row, int first_dim, int n) {
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
        x[k] = valid && k < n ? *reinterpret_cast<const float4*>(q + 16 * k) : make_float4(0, 0, 0, 0);
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

/// A warp's part of the scores of 16 rows x 32 positions.
__device__ void write_scores(const float (&s)[4][4], const float (&scale)[2], float* scores) {
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 2; ++i)
      *reinterpret_cast<float2*>(scores + (g + 8 * i) * kScoreStride + 8 * j + 2 * t) =
          make_float2(s[j][2 * i] * scale[i], s[j][2 * i + 1] * scale[i]);
}

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
    for (int i = 0; i < 4; ++i) s[j][i] += rest[j][i];
  write_scores(s, q.scale, scores);
}

/// The same of a q8_0 page, whose blocks are two products each.
template <int DK, int N>
__device__ void partial_scores(const LatentQuery<N>& q, const Q8Plane<DK>& page, int first_block, float* scores) {
  constexpr int kBlocks = Q8Plane<DK>::kBlocks;
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
  float s[4][4];
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = 0;
#pragma unroll
  for (int k = 0; k < N / 2; ++k) {
    const int block = min(first_block + k, kBlocks - 1);  // q is zero beyond the last
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      float sum[4] = {0, 0, 0, 0}, rest[4] = {0, 0, 0, 0};
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const int piece = swizzled(8 * j + g, DK / 8, 4 * block + 2 * h + t / 2);
        const uint2 half = reinterpret_cast<const uint2*>(page.codes)[2 * piece + t % 2];
        const unsigned b[2] = {half.x, half.y};
        mma_f16(sum, q.high[2 * k + h], b);
        mma_f16(rest, q.low[2 * k + h], b);
      }
      const float* d = page.scales + (8 * j + 2 * t) * kBlocks + block;
#pragma unroll
      for (int i = 0; i < 4; ++i) s[j][i] = __fmaf_rn(sum[i] + rest[i], d[i % 2 * kBlocks], s[j][i]);
    }
  }
  write_scores(s, q.scale, scores);
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
  if (first && !early) begin_kernel();
  copy_page<DK, DV>(p, pages, w.begin, w.end, stages);
  if (early) begin_kernel();
  LatentQuery<L::kProducts> q;
  q.load(p, t, w, first_row, member * L::kProducts * 16, L::kProducts);
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
  write_rows(p, t, w, first_row, rows, member * L::kValues);
}

/// The first page is on its way before the launch in front has ended. Bytes: tiles * positions * row.
template <int DK, int DV, int TEAMS>
__global__ void __launch_bounds__(TEAMS* kTeam* static_cast<int>(kWarp)) attention_latent(AttentionParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(uint4, shared);
  know_shape<DK, DV, TEAMS>(p);
  const AttentionTile t = attention_tile(p, step);
  bool first = true;
  attend_segments(p, step, t, [&](const Segment& w) {
    attend<DK, DV>(p, step, t, w, first, shared);
    first = false;
  });
  if (first) begin_kernel();
}

// ---- q8_0: one page of codes as halves, and of scales, in shared memory.

template <int DK, int DV>
struct Q8Latent {
  static constexpr int kBlocks = DK / kQ8Block, kProducts = 2 * ((kBlocks + kTeam - 1) / kTeam), kValues = DV / kTeam;
  static constexpr int kScores = kTeam * kMmaRows * kScoreStride;  // of a team
  static_assert(DK % 64 == 0 && kValues % kQ8Block == 0);

  static constexpr size_t shared_bytes(int teams) { return Q8Plane<DK>::kBytes + static_cast<size_t>(teams * kScores) * 4; }
};

template <int DK, int DV>
__device__ void attend_q8(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  using L = Q8Latent<DK, DV>;
  const int warp = static_cast<int>(threadIdx.x) / 32, member = warp % kTeam, first_row = warp / kTeam * kMmaRows;
  const int g = static_cast<int>(threadIdx.x) % 32 / 4, at_t = static_cast<int>(threadIdx.x) % 4;
  const int first_block = member * L::kBlocks / kTeam, blocks = (member + 1) * L::kBlocks / kTeam - first_block;
  const Q8Plane<DK> page(shared);
  float* const scores = reinterpret_cast<float*>(shared + Q8Plane<DK>::kBytes) + warp / kTeam * L::kScores;
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  LatentQuery<L::kProducts> q;
  q.load(p, t, w, first_row, first_block * kQ8Block, 2 * blocks);
  Q8Rows<L::kValues> rows;
  rows.begin(p, step, t, w, first_row, nullptr, true);
  for (int at = w.begin; at < w.end; at += kPageTokens) {
    const size_t first = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
    __syncthreads();  // the page before this one has been read
    page.load(p.k + first * p.k_row_bytes, p.k_row_bytes, DK, min(kPageTokens, w.end - at));
    __syncthreads();
    partial_scores(q, page, first_block, scores + member * kMmaRows * kScoreStride);
    __syncthreads();
    float s[4][4], rescale[2];
    gather_scores(scores, s);
    rows.weigh(at, s, rescale);
#pragma unroll
    for (int c = 0; c < L::kValues / kQ8Block; ++c) {
      const int block = member * L::kValues / kQ8Block + c;
      uint2 codes[2][4];
      float2 d[4];
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const int piece = swizzled(value_position(i / 4, i % 4), DK / 8, 4 * block + g / 2);
        codes[i / 4][i % 4] = reinterpret_cast<const uint2*>(page.codes)[2 * piece + g % 2];
      }
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const float* from = page.scales + (8 * j + 2 * at_t) * L::kBlocks + block;
        d[j] = make_float2(from[0], from[L::kBlocks]);
      }
      add_block<L::kValues>(rows, c, s, d, codes, rescale);
    }
  }
  write_rows(p, t, w, first_row, rows, member * L::kValues);
}

/// Bytes: tiles * positions * row.
template <int DK, int DV, int TEAMS>
__global__ void __launch_bounds__(TEAMS* kTeam* static_cast<int>(kWarp)) attention_latent_q8(AttentionParams p, const StepView* step) {
  begin_kernel();
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  know_shape<DK, DV, TEAMS>(p);
  const AttentionTile t = attention_tile(p, step);
  attend_segments(p, step, t, [&](const Segment& w) { attend_q8<DK, DV>(p, step, t, w, shared); });
}

template <int DK, int DV, int TEAMS>
AttentionVariant variant(KvDType type, bool decode) {
  AttentionVariant v{TEAMS * kMmaRows, decode, TEAMS * kTeam * kWarp, Latent<DK, DV>::shared_bytes(TEAMS), attention_latent<DK, DV, TEAMS>};
  if (type == KvDType::q8_0) v.shared_bytes = Q8Latent<DK, DV>::shared_bytes(TEAMS), v.kernel = attention_latent_q8<DK, DV, TEAMS>;
  v.one_split = 96, v.min_split = 64;  // a block has one page at a time, and there are few blocks
  return v;
}

}  // namespace

std::optional<AttentionVariant> latent_variant(const AttentionShape& s, bool decode) {
  const bool aligned = (reinterpret_cast<uintptr_t>(s.kv.k) | s.kv.k_row_bytes) % (s.kv.type == KvDType::f16 ? 16 : 2) == 0;
  if (s.kv.type == KvDType::f32 || !aligned || s.whole() != 7 || s.dk != 576 || s.dv != 512) return {};
  return decode ? variant<576, 512, 1>(s.kv.type, true) : variant<576, 512, 2>(s.kv.type, false);
}

}  // namespace engine::cuda
