// attn_mla over f16 and q8_0 caches by tensor cores: a page of latents in shared memory is K and, in its first part, V of all heads.
//
// A block has 16 heads of a token, its eight warps share them. Each multiplies an eighth of the dimensions of q and K, 16 of every 128, so
// that its part of q stays in registers; the partial scores meet in shared memory, where each warp adds those of two rows, computes
// their softmax and leaves the weights for all; then each has an eighth of the values. The next page is on its way meanwhile.
#include <cuda_runtime.h>

#include "cuda/attention.h"
#include "cuda/device/attention_q8.cuh"

namespace engine::cuda {
namespace {

constexpr int kTeam = 8;  // warps
constexpr int kThreads = kTeam * static_cast<int>(kWarp);
constexpr int kOwnRows = kMmaRows / kTeam;                                    // whose softmax a warp computes
constexpr int kScoreStride = 40;                                              // floats of a row of scores: no bank conflicts
constexpr int kTermBytes = kPageTokens * 2, kWeightBytes = kScoreStride * 4;  // of a row of weights: a term in halves, f32

/// Sets what latent_variant() and the op have it be already: what the compiler knows it leaves out.
template <int DK, int DV>
__device__ void know_shape(AttentionParams& p) {
  p.dk = DK, p.dv = DV, p.n_kv = 1, p.whole = 7, p.window = 0, p.sinks = nullptr, p.tile_tokens = 1;
}

/// A row: products of 16 dimensions, of which a warp has every eighth, and values of a warp.
template <int DK, int DV>
struct Latent {
  static constexpr int kDimensions = DK, kPieces = DK / 8;  // pieces of 16 bytes, f16
  static constexpr int kProducts = DK / 16, kEach = (kProducts + kTeam - 1) / kTeam, kValues = DV / kTeam;
  static_assert(DK % 64 == 0 && DV % (64 * kTeam) == 0);

  /// Whether the warp has product k of its own; all have all but the last.
  static __device__ bool has(int member, int k) { return kTeam * (k + 1) <= kProducts || member + kTeam * k < kProducts; }
};

/// What the warps tell each other, in shared memory.
struct Exchange {
  float* parts;                    // [kTeam][kMmaRows][kScoreStride]: every warp's part of the scores
  unsigned char* weights;          // of the rows: two terms in halves, or f32
  float *rescale, *tops, *totals;  // [kMmaRows]

  static constexpr size_t bytes(int row_weights) {
    return static_cast<size_t>(kTeam * kMmaRows * kScoreStride + 3 * kMmaRows) * 4 + static_cast<size_t>(kMmaRows * row_weights);
  }
  __device__ Exchange(std::byte* shared, int row_weights)
      : parts(reinterpret_cast<float*>(shared)),
        weights(reinterpret_cast<unsigned char*>(parts + kTeam * kMmaRows * kScoreStride)),
        rescale(reinterpret_cast<float*>(weights + kMmaRows * row_weights)),
        tops(rescale + kMmaRows),
        totals(tops + kMmaRows) {}
};

/// A warp's part of 16 rows of q: of every 16 dimensions lane t has 4 t to 4 t + 3, of rows g and g + 8.
template <class L>
struct LatentQuery {
  static constexpr int kN = L::kEach;
  unsigned high[kN][4], low[kN][4];
  float scale[2];  // of the scores of these dimensions

  __device__ void load(const AttentionParams& p, const AttentionTile& t, const Segment& w, int member) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int row = lane / 4 + 8 * i;
      const bool valid = row_valid(p, t, w, row);
      const float* q = p.q + (valid ? row_index(p, t, w, row) * p.dk : 0) + 16 * member + 4 * (lane % 4);
      float4 x[kN];
      float top = 0;
#pragma unroll
      for (int k = 0; k < kN; ++k) {
        x[k] = valid && L::has(member, k) ? *reinterpret_cast<const float4*>(q + 16 * kTeam * k) : make_float4(0, 0, 0, 0);
        top = fmaxf(top, fmaxf(fmaxf(fabsf(x[k].x), fabsf(x[k].y)), fmaxf(fabsf(x[k].z), fabsf(x[k].w))));
      }
      top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 1));
      top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 2));
      const PowerOfTwo f = row_factor(top);
      scale[i] = f.inverse * p.scale * kLog2E;
#pragma unroll
      for (int k = 0; k < kN; ++k) {
        pack_two(x[k].x * f.factor, x[k].y * f.factor, high[k][i], low[k][i]);
        pack_two(x[k].z * f.factor, x[k].w * f.factor, high[k][2 + i], low[k][2 + i]);
      }
    }
  }
};

/// Where a lane begins to read K of a page for its warp's products: rows 8 and pieces 16 further lie at constant distances.
template <class L>
__device__ const uint2* first_key(const uint4* page, int member) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  return reinterpret_cast<const uint2*>(page + swizzled(lane / 4, L::kPieces, 2 * member + lane % 4 / 2)) + lane % 2;
}
/// Number k of the warp's products, for position 8 j + g.
template <class L>
__device__ const uint2& key(const uint2* first, int k, int j) {
  return first[2 * (8 * j * L::kPieces + 2 * kTeam * k)];
}

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

/// The warp's part of the scores, to `scores` [kMmaRows][kScoreStride].
template <class L>
__device__ void partial_scores(const LatentQuery<L>& q, const uint4* page, int member, float* scores) {
  const uint2* const first = first_key<L>(page, member);
  float s[4][4], rest[4][4];
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = rest[j][i] = 0;
#pragma unroll
  for (int k = 0; k < L::kEach; ++k) {
    if (!L::has(member, k)) break;
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      const uint2 half = key<L>(first, k, j);
      const unsigned b[2] = {half.x, half.y};
      mma_f16(s[j], q.high[k], b);
      mma_f16(rest[j], q.low[k], b);
    }
  }
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] += rest[j][i];
  write_scores(s, q.scale, scores);
}

/// The same of a q8_0 page, whose blocks are two products each.
template <class L, int DK>
__device__ void partial_scores(const LatentQuery<L>& q, const Q8Plane<DK>& page, int member, float* scores) {
  constexpr int kBlocks = Q8Plane<DK>::kBlocks;
  const uint2* const first = first_key<L>(page.codes, member);
  const float* const scales = page.scales + 2 * (static_cast<int>(threadIdx.x) % 4) * kBlocks + member / 2;
  float s[4][4];
#pragma unroll
  for (int j = 0; j < 4; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) s[j][i] = 0;
#pragma unroll
  for (int k = 0; k < L::kEach; ++k) {
    if (!L::has(member, k)) break;
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      float sum[4] = {0, 0, 0, 0}, rest[4] = {0, 0, 0, 0};
      const uint2 half = key<L>(first, k, j);
      const unsigned b[2] = {half.x, half.y};
      mma_f16(sum, q.high[k], b);
      mma_f16(rest, q.low[k], b);
      const float* d = scales + 8 * j * kBlocks + kTeam / 2 * k;
#pragma unroll
      for (int i = 0; i < 4; ++i) s[j][i] = __fmaf_rn(sum[i] + rest[i], d[i % 2 * kBlocks], s[j][i]);
    }
  }
  write_scores(s, q.scale, scores);
}

/// The softmax of a warp's own rows: lane l has position l of every page, and its part of the totals.
struct OwnRows {
  int limit[kOwnRows];
  float top[kOwnRows], total[kOwnRows];

  __device__ void begin(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, int first) {
#pragma unroll
    for (int i = 0; i < kOwnRows; ++i) limit[i] = row_state(p, step, t, w, first + i).limit, top[i] = kNothing, total[i] = 0;
  }

  /// write(row, weight) of position at + lane for each row, once all parts of its score are there.
  template <class Write>
  __device__ void weigh(const Exchange& x, int first, int at, const Write& write) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    float score[kOwnRows];
#pragma unroll
    for (int i = 0; i < kOwnRows; ++i) {
      const float* from = x.parts + (first + i) * kScoreStride + lane;
      float sum = from[0];
#pragma unroll
      for (int part = 1; part < kTeam; ++part) sum += from[part * kMmaRows * kScoreStride];
      score[i] = at + lane < limit[i] ? sum : kNothing;
    }
#pragma unroll
    for (int i = 0; i < kOwnRows; ++i) {
      const float most = fmaxf(top[i], warp_max(score[i])), rescale = exp2f(top[i] - most);
      const float weight = score[i] > kNothing ? exp2f(score[i] - most + kWeightBits) : 0.0f;
      top[i] = most, total[i] = __fmaf_rn(total[i], rescale, weight);
      if (lane == 0) x.rescale[first + i] = rescale;
      write(first + i, weight);
    }
  }

  /// Tops and totals, for all.
  __device__ void finish(const Exchange& x, int first) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int i = 0; i < kOwnRows; ++i) {
      const float sum = warp_sum(total[i]);
      if (lane == 0) x.tops[first + i] = top[i], x.totals[first + i] = sum;
    }
  }
};

/// Writes the warp's values of all rows, once tops and totals are there.
template <class Rows>
__device__ void write_own_values(const AttentionParams& p, const AttentionTile& t, const Segment& w, const Exchange& x, Rows& rows,
                                 int first) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const int row = lane / 4 + 8 * i;
    rows.top[i] = x.tops[row], rows.total[i] = lane % 4 == 0 ? x.totals[row] : 0.0f;
  }
  write_rows(p, t, w, 0, rows, first);
}

// ---- f16: two pages in shared memory, one of them on its way. Weights of a row: high and low terms as two rows of halves, in which lane
// t's eight of A are next to each other.

template <class L>
constexpr size_t half_bytes() {
  return static_cast<size_t>(2 * kPageTokens * L::kPieces) * 16 + Exchange::bytes(2 * kTermBytes);
}

/// Begins to copy the page of positions from `at` on.
template <class L>
__device__ void copy_page(const AttentionParams& p, const int32_t* pages, int at, int end, uint4* stage) {
  const size_t first = static_cast<size_t>(pages[at / kPageTokens]) * kPageTokens;
  copy_rows<L::kDimensions, kThreads>(p.k + first * p.k_row_bytes, p.k_row_bytes, L::kDimensions, end - at, stage);
  commit_copies();
}

/// A weight of position `lane` of a row.
__device__ void write_terms(unsigned char* weights, int row, float weight) {
  const int lane = static_cast<int>(threadIdx.x) % 32, slot = lane % 8 / 2 * 8 + lane / 8 * 2 + lane % 2;
  auto* const high = reinterpret_cast<uint16_t*>(weights) + row * kPageTokens + slot;
  const Halves x = two_halves(weight);
  high[0] = float_to_half(x.high), high[kMmaRows * kPageTokens] = float_to_half(x.low);
}

/// A lane's part of a term of all rows.
__device__ void read_term(const unsigned char* weights, unsigned (&a)[2][4]) {
  const auto* from = reinterpret_cast<const uint4*>(weights) + static_cast<int>(threadIdx.x) % 32;
  const uint4 x = from[0], y = from[8 * kTermBytes / 16];
  a[0][0] = x.x, a[0][1] = y.x, a[0][2] = x.y, a[0][3] = y.y;
  a[1][0] = x.z, a[1][1] = y.z, a[1][2] = x.w, a[1][3] = y.w;
}

template <class L>
__device__ void attend(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  constexpr int kStage = kPageTokens * L::kPieces;
  auto* const stages = reinterpret_cast<uint4*>(shared);
  const Exchange x(shared + 2 * kStage * 16, 2 * kTermBytes);
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, member = static_cast<int>(threadIdx.x) / 32, own = member * kOwnRows;
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  const bool early = older_than_step(step, w, w.begin + kPageTokens);
  if (!early) begin_kernel();
  copy_page<L>(p, pages, w.begin, w.end, stages);
  if (early) begin_kernel();
  LatentQuery<L> q;
  q.load(p, t, w, member);
  OwnRows softmax;
  softmax.begin(p, step, t, w, own);
  WarpRows<L::kValues> rows;
  rows.clear();
  for (int at = w.begin, stage = 0; at < w.end; at += kPageTokens, stage ^= 1) {
    const uint4* const page = stages + stage * kStage;
    wait_copies<0>();
    __syncthreads();  // the page has come, and the one before it has been read
    if (at + kPageTokens < w.end) copy_page<L>(p, pages, at + kPageTokens, w.end, stages + (stage ^ 1) * kStage);
    partial_scores(q, page, member, x.parts + member * kMmaRows * kScoreStride);
    __syncthreads();
    softmax.weigh(x, own, at, [&](int row, float weight) { write_terms(x.weights, row, weight); });
    __syncthreads();
    WeightFragments<2> f;
    read_term(x.weights, f.high);
    read_term(x.weights + kMmaRows * kTermBytes, f.low);
    const float rescale[2] = {x.rescale[g], x.rescale[g + 8]};
#pragma unroll
    for (int c = 0; c < L::kValues / 64; ++c) {
      uint4 v[2][4];
#pragma unroll
      for (int i = 0; i < 8; ++i) v[i / 4][i % 4] = page[value_piece<L::kDimensions>(lane, i, g, member * L::kValues / 8 + 8 * c)];
      rows.add(c, f, v, rescale);
    }
  }
  softmax.finish(x, own);
  __syncthreads();
  write_own_values(p, t, w, x, rows, member * L::kValues);
}

// ---- q8_0: a page as it lies in the cache, on its way, and one of codes as halves and of scales. Weights are f32: scales of V come to
// them.

template <int DK, int DV>
struct Q8Latent {
  using Plane = Q8Plane<DK>;
  static constexpr int kRowBytes = Plane::kBlocks * kQ8Bytes, kPage = kPageTokens * kRowBytes;
  static constexpr size_t kBytes = kPage + Plane::kBytes + Exchange::bytes(kWeightBytes);
  static_assert(kPage % 16 == 0 && Plane::kBytes % 16 == 0);
};

/// Begins to copy the page of positions from `at` on, as it lies.
template <int PAGE>
__device__ void copy_codes(const AttentionParams& p, const int32_t* pages, int at, std::byte* to) {
  const std::byte* from = p.k + static_cast<size_t>(pages[at / kPageTokens]) * PAGE;
#pragma unroll
  for (int i = 0; i < PAGE / 16; i += kThreads) {
    const int piece = 16 * (i + static_cast<int>(threadIdx.x));
    if (piece < PAGE) copy_async(to + piece, from + piece);
  }
  commit_copies();
}

template <int DK, int DV>
__device__ void attend_q8(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, std::byte* shared) {
  using L = Latent<DK, DV>;
  using Q = Q8Latent<DK, DV>;
  const Q8Plane<DK> page(shared + Q::kPage);
  const Exchange x(shared + Q::kPage + Q8Plane<DK>::kBytes, kWeightBytes);
  auto* const weights = reinterpret_cast<float*>(x.weights);
  const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, at_t = lane % 4;
  const int member = static_cast<int>(threadIdx.x) / 32, own = member * kOwnRows;
  const int32_t* pages = step->pages + static_cast<int64_t>(w.s) * step->max_pages;
  const bool early = older_than_step(step, w, w.begin + kPageTokens);
  if (!early) begin_kernel();
  copy_codes<Q::kPage>(p, pages, w.begin, shared);
  if (early) begin_kernel();
  LatentQuery<L> q;
  q.load(p, t, w, member);
  OwnRows softmax;
  softmax.begin(p, step, t, w, own);
  Q8Rows<L::kValues> rows;
  rows.clear();
  for (int at = w.begin; at < w.end; at += kPageTokens) {
    wait_copies<0>();
    __syncthreads();  // the codes have come, and the page before this one has been read
    page.template load<kThreads>(shared, Q::kRowBytes, DK, w.end - at);
    __syncthreads();
    if (at + kPageTokens < w.end) copy_codes<Q::kPage>(p, pages, at + kPageTokens, shared);
    partial_scores(q, page, member, x.parts + member * kMmaRows * kScoreStride);
    __syncthreads();
    softmax.weigh(x, own, at, [&](int row, float weight) { weights[row * kScoreStride + lane] = weight; });
    __syncthreads();
    float s[4][4];
#pragma unroll
    for (int j = 0; j < 4; ++j)
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const float2 pair = *reinterpret_cast<const float2*>(weights + (g + 8 * i) * kScoreStride + 8 * j + 2 * at_t);
        s[j][2 * i] = pair.x, s[j][2 * i + 1] = pair.y;
      }
    const float rescale[2] = {x.rescale[g], x.rescale[g + 8]};
#pragma unroll
    for (int c = 0; c < L::kValues / kQ8Block; ++c) {
      const int block = member * L::kValues / kQ8Block + c;
      uint2 codes[2][4];
      float2 d[4];
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const int piece = value_piece<DK>(lane, i, c % 2 * 4 + g / 2, member * L::kValues / 8 + c / 2 * 8);
        codes[i / 4][i % 4] = reinterpret_cast<const uint2*>(page.codes)[2 * piece + g % 2];
      }
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const float* from = page.scales + (8 * j + 2 * at_t) * Q8Plane<DK>::kBlocks + block;
        d[j] = make_float2(from[0], from[Q8Plane<DK>::kBlocks]);
      }
      add_block<L::kValues>(rows, c, s, d, codes, rescale);
    }
  }
  softmax.finish(x, own);
  __syncthreads();
  write_own_values(p, t, w, x, rows, member * L::kValues);
}

/// The first page is on its way before the launch in front has ended. Bytes: tokens * chunks * positions * row.
template <int DK, int DV, KvDType KV>
__global__ void __launch_bounds__(kThreads) attention_latent(AttentionParams p, const StepView* step) {
  HEARTH_DYNAMIC_SHARED(std::byte, shared);
  know_shape<DK, DV>(p);
  attend_part(p, step, [&](const AttentionTile& t, const Segment& w) {
    if constexpr (KV == KvDType::q8_0)
      attend_q8<DK, DV>(p, step, t, w, shared);
    else
      attend<Latent<DK, DV>>(p, step, t, w, shared);
  });
}

}  // namespace

std::optional<AttentionVariant> latent_variant(const AttentionShape& s) {
  constexpr int kDk = 576, kDv = 512;
  using Q8 = Q8Latent<kDk, kDv>;
  const bool q8 = s.kv.type == KvDType::q8_0;
  const bool aligned =
      reinterpret_cast<uintptr_t>(s.kv.k) % 16 == 0 && (q8 ? s.kv.k_row_bytes == Q8::kRowBytes : s.kv.k_row_bytes % 16 == 0);
  if (s.kv.type == KvDType::f32 || !aligned || s.whole() != 7 || s.dk != kDk || s.dv != kDv) return {};
  AttentionVariant v{kMmaRows, true, kThreads, half_bytes<Latent<kDk, kDv>>(), attention_latent<kDk, kDv, KvDType::f16>};
  if (q8) v.shared_bytes = Q8::kBytes, v.kernel = attention_latent<kDk, kDv, KvDType::q8_0>;
  v.one_split = 96, v.min_split = 64;  // a block has one page at a time, and there are few blocks
  return v;
}

}  // namespace engine::cuda
