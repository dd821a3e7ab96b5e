// Attention by tensor cores over an f16 cache, one warp for 16 rows. K and V are exact in f16; q and the weights are sums of two
// halves, high + low, each with a product of its own, so that the results are as good as those of f32.
//
// Fragments (mma.cuh): lane 4 g + t has rows g and g + 8. A row of q or K is read 16 bytes at a time: of 32 dimensions lane t has 8 t to
// 8 t + 7, which serve as its columns of two products; the order of dimensions within a dot product is free. V is read as it lies, 8
// dimensions of 4 positions, and paired by position in registers: of 64 dimensions lane g has 8 g to 8 g + 7, column g of 8 products.
// So lane t ends up with dimensions 16 t to 16 t + 15 of its two rows.
#pragma once

#include <algorithm>

#include "cuda/device/attention.cuh"
#include "cuda/device/mma.cuh"

namespace engine::cuda {

inline constexpr int kMmaRows = 16;
inline constexpr int kDecodeWarps = 8, kDecodeSpan = 16;  // positions that a warp takes at a time
inline constexpr int kPromptWarps = 4, kPromptThreads = kPromptWarps * 32, kPromptRows = kPromptWarps * kMmaRows;
inline constexpr float kWeightBits = 12;  // weights are at most 2^12: the low halves of small ones are no subnormals

/// 16-byte piece `piece` of row `row`, in rows of `pieces` (a multiple of 8): such that lanes of 4 g + t that read pieces t of rows g,
/// and such that read pieces g of rows 2 t, have no bank conflicts.
/// Those of `rows` rows and `further` pieces more, both multiples of 8, are in the same order: what is known of them goes there, and
/// becomes a constant distance.
__device__ inline int swizzled(int row, int pieces, int piece, int rows = 0, int further = 0) {
  return row * pieces + (piece ^ ((row & 2) | (((row >> 2) ^ row) & 1) << 2)) + (rows * pieces + further);
}

struct Halves {
  float high, low;  // values of f16
};
__device__ inline Halves two_halves(float x) {
  const float high = half_to_float(float_to_half(x));
  return {high, x - high};
}
__device__ inline void pack_two(float a, float b, unsigned& high, unsigned& low) {
  const Halves x = two_halves(a), y = two_halves(b);
  high = pack_halves(x.high, y.high);
  low = pack_halves(x.low, y.low);
}

/// A power of two that brings a row whose largest magnitude is `top` to between 2^7 and 2^8, and its inverse.
struct PowerOfTwo {
  float factor, inverse;
};
__device__ inline PowerOfTwo row_factor(float top) {
  const int exponent = max(27, min(static_cast<int>(__float_as_uint(top) >> 23), 227));
  return {__uint_as_float(static_cast<unsigned>(261 - exponent) << 23), __uint_as_float(static_cast<unsigned>(exponent - 7) << 23)};
}

/// Both terms of a tile's q rows in shared memory, and what scores are to be multiplied by.
template <int DK>
struct QueryTile {
  static constexpr int kPieces = DK / 8;
  uint4 *high, *low;  // [rows][kPieces], swizzled
  float* scales;      // [rows]

  /// Bytes of one term, and of the scales.
  static constexpr size_t term_bytes(int rows) { return static_cast<size_t>(rows) * kPieces * 16; }
  static constexpr size_t scale_bytes(int rows) { return static_cast<size_t>(rows) * 4; }

  /// Warps of the block take rows in turn. The caller has barriers before and after.
  __device__ void load(const AttentionParams& p, const AttentionTile& t, const Segment& w, int rows) const {
    const int warp = static_cast<int>(threadIdx.x) / 32, warps = static_cast<int>(blockDim.x) / 32;
#pragma unroll 1
    for (int row = warp; row < rows; row += warps) {
      const bool valid = row_valid(p, t, w, row);
      load_row(p, p.q + (valid ? row_index(p, t, w, row) * p.dk : 0), valid, row);
    }
  }

  /// Row `row` from q, zeros where it is not valid, by a warp.
  __device__ void load_row(const AttentionParams& p, const float* q, bool valid, int row) const {
    constexpr int kQuads = DK / 4, kEach = (kQuads + 31) / 32;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    float4 x[kEach];
    float top = 0;
    for (int i = 0; i < kEach; ++i) {
      const int e = 4 * (lane + 32 * i);
      x[i] = valid && e < p.dk ? *reinterpret_cast<const float4*>(q + e) : make_float4(0, 0, 0, 0);
      top = fmaxf(top, fmaxf(fmaxf(fabsf(x[i].x), fabsf(x[i].y)), fmaxf(fabsf(x[i].z), fabsf(x[i].w))));
    }
    const PowerOfTwo f = row_factor(warp_max(top));
    if (lane == 0) scales[row] = f.inverse * p.scale * kLog2E;
    for (int i = 0; i < kEach; ++i) {
      const int quad = lane + 32 * i;
      if (quad >= kQuads) break;
      uint2 h, l;
      pack_two(x[i].x * f.factor, x[i].y * f.factor, h.x, l.x);
      pack_two(x[i].z * f.factor, x[i].w * f.factor, h.y, l.y);
      const int at = 2 * swizzled(row, kPieces, quad / 2) + quad % 2;
      reinterpret_cast<uint2*>(high)[at] = h;
      reinterpret_cast<uint2*>(low)[at] = l;
    }
  }
};

/// A lane's part of 16 rows x 32 dimensions of a term of q: rows g and g + 8.
struct QueryFragments {
  uint4 rows[2];
};
template <int DK>
__device__ inline QueryFragments query_fragments(const uint4* term, int first_row, int lane, int c) {
  const int row = first_row + lane / 4, piece = c % 2 * 4 + lane % 4;
  return {{term[swizzled(row, DK / 8, piece, 0, c / 2 * 8)], term[swizzled(row, DK / 8, piece, 8, c / 2 * 8)]}};
}

/// sum += rows . k over 32 dimensions.
__device__ inline void dot_fragments(const QueryFragments& q, uint4 k, float (&sum)[4]) {
  const unsigned a[4] = {q.rows[0].x, q.rows[1].x, q.rows[0].y, q.rows[1].y}, b[2] = {k.x, k.y};
  mma_f16(sum, a, b);
  const unsigned a2[4] = {q.rows[0].z, q.rows[1].z, q.rows[0].w, q.rows[1].w}, b2[2] = {k.z, k.w};
  mma_f16(sum, a2, b2);
}

/// Position of V that is number i of lane t's 4 among 16.
__device__ inline int value_position(int lane, int i) {
  return 2 * (lane % 4) + i % 2 + i / 2 * 8;
}
/// Where piece `piece` of number i of the lane's 8 among 32 is, and pieces a multiple of 8 `further`.
template <int D>
__device__ inline int value_piece(int lane, int i, int piece, int further = 0) {
  return swizzled(value_position(lane, i % 2), D / 8, piece, i / 2 * 8, further);
}

/// Begins to copy n rows of d halves to shared memory; what is missing of 32 rows of D is zero. Eight of the block's threads share a row:
/// what one of them copies lies at constant distances.
template <int D, int THREADS>
__device__ inline void copy_rows(const std::byte* from, size_t row_bytes, int d, int n, uint4* to) {
  constexpr int kPieces = D / 8, kRows = THREADS / 8;
  static_assert(kPieces % 8 == 0 && kPageTokens % kRows == 0 && kRows % 8 == 0);
  const int thread = hide(static_cast<int>(threadIdx.x)), row = thread / 8, first = thread % 8;
  from += row * row_bytes + first * 16;
  to += swizzled(row, kPieces, first);
#pragma unroll
  for (int r = 0; r < kPageTokens; r += kRows, from += kRows * row_bytes, to += kRows * kPieces) {
    const int there = row + r < n ? d : 0;
#pragma unroll
    for (int piece = 0; piece < kPieces; piece += 8) copy_async_or_zero(to + piece, from + piece * 16, 8 * (first + piece) < there);
  }
}

/// Softmax weights of 16 rows x 16 N positions as A fragments.
template <int N>
struct WeightFragments {
  unsigned high[N][4], low[N][4];
};

/// Of weights s[j], position 8 j + 2 t (+ 1) of rows g and g + 8.
template <int TILES>
__device__ inline WeightFragments<TILES / 2> weight_fragments(const float (&s)[TILES][4]) {
  WeightFragments<TILES / 2> f;
#pragma unroll
  for (int j = 0; j < TILES; ++j)
#pragma unroll
    for (int i = 0; i < 2; ++i) pack_two(s[j][2 * i], s[j][2 * i + 1], f.high[j / 2][j % 2 * 2 + i], f.low[j / 2][j % 2 * 2 + i]);
  return f;
}

/// What a warp keeps of 16 rows while it walks over positions; [.][2]: rows g and g + 8. A lane reads LANE dimensions of V at a time, 8
/// of f16 or 4 of q8_0.
template <int DV, int LANE = 8>
struct WarpRows {
  static constexpr int kChunks = DV / (8 * LANE);
  int from[2], limit[2];
  float scale[2], top[2], total[2];  // total: this lane's part of the sum
  // [c][m]: dimensions LANE (8 c + 2 t) + m of both rows at 0 and 2, those LANE further at 1 and 3.
  float mix[kChunks][LANE][4];

  /// `first_row`: of the warp; `scales`: of the tile's rows, null where scores are scaled already; `own_sink`: whether this walk counts
  /// the sink.
  __device__ void begin(const AttentionParams& p, const StepView* step, const AttentionTile& t, const Segment& w, int first_row,
                        const float* scales, bool own_sink) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    for (int i = 0; i < 2; ++i) {
      const int row = first_row + lane / 4 + 8 * i;
      const RowState state = row_state(p, step, t, w, row);
      from[i] = state.from, limit[i] = state.limit, scale[i] = scales ? scales[row] : 1.0f;
      top[i] = own_sink ? state.top : kNothing;
      total[i] = own_sink && lane % 4 == 0 ? state.total * exp2f(kWeightBits) : 0.0f;
    }
    clear();
  }

  __device__ void clear() {
#pragma unroll
    for (int c = 0; c < kChunks; ++c)
#pragma unroll
      for (int m = 0; m < LANE; ++m)
#pragma unroll
        for (float& x : mix[c][m]) x = 0;
  }

  /// Makes weights of positions from `at` on of raw scores s[j]: position 8 j + 2 t (+ 1) of both rows. `rescale`: of what was summed
  /// before.
  template <int TILES>
  __device__ void weigh(int at, float (&s)[TILES][4], float (&rescale)[2]) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float most = top[i];
#pragma unroll
      for (int j = 0; j < 2 * TILES; ++j) {
        const int position = at + 8 * (j / 2) + 2 * (lane % 4) + j % 2;
        float& x = s[j / 2][2 * i + j % 2];
        x = position >= from[i] && position < limit[i] ? x * scale[i] : kNothing;
        most = fmaxf(most, x);
      }
      most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, 1));
      most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, 2));
      rescale[i] = exp2f(top[i] - most);
      top[i] = most;
      float sum = 0;
#pragma unroll
      for (int j = 0; j < 2 * TILES; ++j) {
        float& x = s[j / 2][2 * i + j % 2];
        x = x > kNothing ? exp2f(x - most + kWeightBits) : 0.0f;
        sum += x;
      }
      total[i] = __fmaf_rn(total[i], rescale[i], sum);
    }
  }

  /// mix = mix * rescale + weights * values * factor for 8 LANE dimensions. v[k][i]: LANE dimensions of positions 16 k + 2 t, + 1, + 8
  /// and + 9.
  template <int N, class Piece>
  __device__ void add(int c, const WeightFragments<N>& f, const Piece (&v)[N][4], const float (&rescale)[2], float factor = 1.0f) {
    static_assert(sizeof(Piece) == 2 * LANE);
#pragma unroll
    for (int m = 0; m < LANE; ++m) {
      float sum[4] = {0, 0, 0, 0};
#pragma unroll
      for (int k = 0; k < N; ++k) {
        const unsigned b[2] = {pair_of_half(v[k][0], v[k][1], m), pair_of_half(v[k][2], v[k][3], m)};
        mma_f16(sum, f.high[k], b);
        mma_f16(sum, f.low[k], b);
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) mix[c][m][i] = __fmaf_rn(mix[c][m][i], rescale[i / 2], sum[i] * factor);
    }
  }

  /// Totals of the rows, in every lane.
  __device__ void finish() {
    for (float& x : total) {
      x += __shfl_xor_sync(kAllLanes, x, 1);
      x += __shfl_xor_sync(kAllLanes, x, 2);
    }
  }

  /// write(e, values) for every quad of row g + 8 i that this lane has.
  template <class Write>
  __device__ void each_quad(int i, const Write& write) const {
    const int t = static_cast<int>(threadIdx.x) % 4;
#pragma unroll
    for (int c = 0; c < kChunks; ++c)
#pragma unroll
      for (int k = 0; k < LANE / 2; ++k) {
        const int m = 4 * k % LANE, side = 2 * i + 4 * k / LANE;
        const float4 x = make_float4(mix[c][m][side], mix[c][m + 1][side], mix[c][m + 2][side], mix[c][m + 3][side]);
        write(LANE * (8 * c + 2 * t) + 4 * k, x);
      }
  }

 private:
  __device__ static unsigned word(const uint4& a, int i) {
    return i == 0 ? a.x : i == 1 ? a.y : i == 2 ? a.z : a.w;
  }
  __device__ static unsigned word(const uint2& a, int i) {
    return i == 0 ? a.x : a.y;
  }

  /// Half m of a and of b.
  template <class Piece>
  __device__ static unsigned pair_of_half(const Piece& a, const Piece& b, int m) {
    const unsigned x = word(a, m / 2), y = word(b, m / 2);
    return m % 2 == 0 ? (x & 0xffffu) | y << 16 : x >> 16 | (y & 0xffff0000u);
  }
};

/// Shared memory of a block of decode: one token, up to 16 heads, every warp with positions of its own.
template <int DK, int DV>
struct DecodeShared {
  using Query = QueryTile<DK>;
  static constexpr size_t kTerm = Query::term_bytes(kMmaRows), kQueryBytes = 2 * kTerm + Query::scale_bytes(kMmaRows);

  /// For results of so many heads: they lie where q was.
  static size_t bytes(int heads) { return std::max(kQueryBytes, static_cast<size_t>(kDecodeWarps * heads * (DV + 2)) * 4); }

  __device__ static Query query(std::byte* shared) {
    return {reinterpret_cast<uint4*>(shared), reinterpret_cast<uint4*>(shared + kTerm), reinterpret_cast<float*>(shared + 2 * kTerm)};
  }
};

/// Adds what the warps found of a row, in their order.
template <int DV>
__device__ inline void merge_row(const AttentionParams& p, const AttentionTile& t, const Segment& w, int row, const float* mixes,
                                 const float* tops, const float* totals) {
  // Lane 8 k + j knows of warp j.
  const int lane = static_cast<int>(threadIdx.x) % 32, own = lane % kDecodeWarps * p.heads + row;
  float top = tops[own];
#pragma unroll
  for (int flip = 1; flip < kDecodeWarps; flip *= 2) top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, flip));
  const float weight = exp2f(tops[own] - top);
  float total = weight * totals[own];
#pragma unroll
  for (int flip = 1; flip < kDecodeWarps; flip *= 2) total += __shfl_xor_sync(kAllLanes, total, flip);
#pragma unroll
  for (int first = 0; first < DV; first += 128) {
    const int e = first + 4 * lane;
    const float* const from = mixes + row * DV + min(e, DV - 4);
    float4 sum = make_float4(0, 0, 0, 0);
#pragma unroll
    for (int j = 0; j < kDecodeWarps; ++j) {
      const float factor = __shfl_sync(kAllLanes, weight, j);
      const float4 x = *reinterpret_cast<const float4*>(from + j * p.heads * DV);
      sum.x = __fmaf_rn(factor, x.x, sum.x), sum.y = __fmaf_rn(factor, x.y, sum.y);
      sum.z = __fmaf_rn(factor, x.z, sum.z), sum.w = __fmaf_rn(factor, x.w, sum.w);
    }
    if (e < p.dv) write_quad(p, t, w, row, e, sum, top, total);
  }
}

/// Adds what the warps found. A tile of one token.
template <int DV, int LANE>
__device__ inline void merge_warps(const AttentionParams& p, const AttentionTile& t, const Segment& w, WarpRows<DV, LANE>& rows,
                                   float* shared) {
  const int thread = static_cast<int>(threadIdx.x), warp = thread / 32, g = thread % 32 / 4, heads = p.heads;
  float* const tops = shared + kDecodeWarps * heads * DV;
  float* const totals = tops + kDecodeWarps * heads;
  rows.finish();
  __syncthreads();  // q has been read
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    if (g + 8 * i >= heads) break;
    const int row = warp * heads + g + 8 * i;
    if (thread % 4 == 0) tops[row] = rows.top[i], totals[row] = rows.total[i];
    rows.each_quad(i, [&](int e, float4 x) { *reinterpret_cast<float4*>(shared + row * DV + e) = x; });
  }
  __syncthreads();
#pragma unroll 1
  for (int row = warp; row < t.n_heads; row += kDecodeWarps) merge_row<DV>(p, t, w, row, shared, tops, totals);
}

/// Positions [from, limit) that any of the warp's rows sees: pages outside are left out.
struct WarpRange {
  int from = 0, limit = 0;
};
__device__ inline WarpRange warp_range(const AttentionParams& p, const StepView* step, const Segment& w, int warp_row) {
  const int rows = min(kMmaRows, (w.end_token - w.token) * p.heads - warp_row);
  if (rows <= 0) return {};
  const int first = step->positions[row_token(p, w, warp_row)], last = step->positions[row_token(p, w, warp_row + rows - 1)];
  return {p.window > 0 ? first + 1 - p.window : 0, last + 1};
}

/// Writes a warp's rows that have seen all positions: values from `first` on.
template <int DV, int LANE>
__device__ inline void write_rows(const AttentionParams& p, const AttentionTile& t, const Segment& w, int warp_row,
                                  WarpRows<DV, LANE>& rows, int first = 0) {
  rows.finish();
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const int row = warp_row + static_cast<int>(threadIdx.x) % 32 / 4 + 8 * i;
    if (!row_valid(p, t, w, row)) continue;
    const int64_t index = row_index(p, t, w, row);
    const bool result = w.n_splits == 1;
    float* const to = result ? p.out + index * p.dv : row_share(p, index, w.split) + kShareHead;
    const float factor = result ? 1.0f / rows.total[i] : 1.0f;
    if (!result && first == 0 && threadIdx.x % 4 == 0)
      *reinterpret_cast<float2*>(to - kShareHead) = make_float2(rows.top[i], rows.total[i]);
    rows.each_quad(i, [&](int e, float4 x) {
      if (first + e < p.dv) write_values(p, to, first + e, x, factor, !result || p.whole & 4);
    });
  }
}

}  // namespace engine::cuda
