// Matrix products by tiles: a block multiplies kRows rows of a weight with kTokens tokens on tensor cores.
//
// K goes by in steps of 64 bytes of each packed row: 64 int8 codes, or 32 halves. A stage in shared memory has one step of all rows of
// the tile; while one stage is multiplied the next is filled: inputs by asynchronous copies of what matrix.cu packed, weights by decoding
// their blocks. Half of the warps decode before they multiply and half afterwards, so that memory and tensor cores are busy at once.
//
// Layout. A row of a stage is four quads of 16 bytes. Of int8 codes the first two are 32 elements with a scale of their own, and lane
// t = lane % 4 of a fragment reads 8 bytes of them; of halves it reads quad t. The order of K within a step is so changed, for weights
// and inputs alike. Quads of every second pair of rows are in reverse order, and all reads and writes touch all banks alike.
#pragma once

#include "cuda/device/activation.cuh"
#include "cuda/device/blocks.cuh"
#include "cuda/device/mma.cuh"
#include "cuda/matrix.h"

namespace engine::cuda::tiles {

inline constexpr int kRowBytes = 64;  // of a row of a stage, in each plane

/// Byte offset of quad `quad` of row `row`.
__device__ inline int quad_at(int row, int quad) {
  return row * kRowBytes + ((quad ^ (row & 2 ? 3 : 0)) << 4);
}

/// Where a lane stands in the fragments of mma: g is a row of a and a column of b, t a group of K; columns 2 t and 2 t + 1 of c.
struct Lane {
  int g, t;
};

/// What a warp has of a tile of kRows weight rows and kTokens tokens: kM times 16 rows and kN times 8 tokens.
template <int kRows_, int kTokens_>
struct WarpTile {
  static constexpr int kRows = kRows_, kTokens = kTokens_;
  static constexpr int kThreads = 2 * kRows, kWarpsAcross = kThreads / 64;  // two warps share the tokens, so many the rows
  static constexpr int kM = kRows / 32, kN = kTokens / kWarpsAcross / 8;
  float acc[kM][kN][4];    // c of mma: rows g and g + 8, two columns each
  int row = 0, token = 0;  // the first ones of the warp in the tile
};

/// Shared memory of a stage.
struct Stage {
  unsigned char *w, *x;            // planes of rows
  float* w_scales;                 // planes of [row][...]
  const unsigned char* x_records;  // [plane][token][16 bytes]
};

/// Sums of int8 products begin as the bits of 1.5 * 2^23: as a float they are then that number plus the sum, which is below 2^20.
inline constexpr int kSumBias = 0x4b400000;
__device__ inline float sum_value(int sum) {
  return __fadd_rn(__uint_as_float(static_cast<unsigned>(sum)), -12582912.0f);
}

/// kSumBias four times, in registers that all products share.
struct Bias {
  int v[4];
};
__device__ inline Bias make_bias() {
  Bias r;
  for (int i = 0; i < 4; ++i) r.v[i] = hide(kSumBias);
  return r;
}

/// c = bias + a b: mma_s8, of 32 elements. Sums of their own for the result: nothing needs to be copied before.
__device__ inline void multiply_32(int (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2], const Bias& bias) {
#if defined(HEARTH_CUDA_EMULATED) || __CUDA_ARCH__ < 800
  for (int i = 0; i < 4; ++i) c[i] = bias.v[i];
  mma_s8(c, a, b);
#else
  asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%10,%11,%12,%13};"
               : "=r"(c[0]), "=r"(c[1]), "=r"(c[2]), "=r"(c[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(bias.v[0]), "r"(bias.v[1]), "r"(bias.v[2]),
                 "r"(bias.v[3]));
#endif
}

/// The same over 16 elements: the first or the second half of the fragments.
__device__ inline void multiply_16(int (&c)[4], unsigned a_low, unsigned a_high, unsigned b, const Bias& bias) {
#if defined(HEARTH_CUDA_EMULATED) || __CUDA_ARCH__ < 800
  const unsigned a4[4] = {a_low, a_high, 0, 0}, b2[2] = {b, 0};
  multiply_32(c, a4, b2, bias);
#else
  asm volatile("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%7,%8,%9,%10};"
               : "=r"(c[0]), "=r"(c[1]), "=r"(c[2]), "=r"(c[3])
               : "r"(a_low), "r"(a_high), "r"(b), "r"(bias.v[0]), "r"(bias.v[1]), "r"(bias.v[2]), "r"(bias.v[3]));
#endif
}

template <DType kType>
__device__ inline void decode_as(const std::byte* row, int unit, Unit& u) {
  u = decode_unit<kType>(reinterpret_cast<const uint8_t*>(row), unit);
#pragma unroll
  for (int i = 0; i < 8; ++i) u.q[i] = signed_codes<kType>(u.q[i]);
  if constexpr (Block<kType>::kScales == 1) u.d[1] = u.d[0], u.m[1] = u.m[0];
  if constexpr (!Block<kType>::kMin) u.m[0] = u.m[1] = 0;
}

/// Unit `unit` of a row whose type is known when the kernel runs: signed codes, both scales and both minima. Types with scales for sixteen
/// elements or with minima are known only to kernels with room for them.
template <bool kSixteen, bool kMinima>
__device__ inline void decode_any(DType type, const std::byte* row, int unit, Unit& u) {
  const auto as = [&]<DType kType>() {
    using B = Block<kType>;
    if constexpr ((kSixteen || B::kScales == 1) && (kMinima || !B::kMin)) decode_as<kType>(row, unit, u);
  };
  switch (type) {
    case DType::q4_0:
      return as.template operator()<DType::q4_0>();
    case DType::q4_1:
      return as.template operator()<DType::q4_1>();
    case DType::q5_0:
      return as.template operator()<DType::q5_0>();
    case DType::q5_1:
      return as.template operator()<DType::q5_1>();
    case DType::q8_0:
      return as.template operator()<DType::q8_0>();
    case DType::q2_k:
      return as.template operator()<DType::q2_k>();
    case DType::q3_k:
      return as.template operator()<DType::q3_k>();
    case DType::q4_k:
      return as.template operator()<DType::q4_k>();
    case DType::q5_k:
      return as.template operator()<DType::q5_k>();
    case DType::q6_k:
      return as.template operator()<DType::q6_k>();
    case DType::iq4_nl:
      return as.template operator()<DType::iq4_nl>();
    case DType::iq4_xs:
      return as.template operator()<DType::iq4_xs>();
    case DType::tq1_0:
      return as.template operator()<DType::tq1_0>();
    case DType::tq2_0:
      return as.template operator()<DType::tq2_0>();
    case DType::mxfp4:
      return as.template operator()<DType::mxfp4>();
    default:
      return;
  }
}

/// Where a lane begins to read a stage; everything else is at constant distances, since rows 8 apart have their quads in the same order.
struct Start {
  const unsigned char *w, *x;  // the half that the lane reads of the first quad, of rows g and columns g
  const float* records;        // of the first of two columns
  int row;                     // g
  int second;                  // byte offset of what belongs to the second half of a step
};

template <class Warp>
__device__ Start start(const Stage& stage, Lane lane, const Warp& warp) {
  const int row = warp.row + lane.g, column = warp.token + lane.g, half = lane.t % 2 * 8;
  return {stage.w + quad_at(row, lane.t / 2) + half, stage.x + quad_at(column, lane.t / 2) + half,
          reinterpret_cast<const float*>(stage.x_records) + 4 * (warp.token + 2 * lane.t), row, lane.g & 2 ? -32 : 32};
}

/// Fragment a of rows g and g + 8, from half a step.
__device__ inline void read_rows(const unsigned char* at, unsigned (&a)[4]) {
  const uint2 first = *reinterpret_cast<const uint2*>(at), second = *reinterpret_cast<const uint2*>(at + 8 * kRowBytes);
  a[0] = first.x, a[1] = second.x, a[2] = first.y, a[3] = second.y;
}
__device__ inline void read_column(const unsigned char* at, unsigned (&b)[2]) {
  const uint2 v = *reinterpret_cast<const uint2*>(at);
  b[0] = v.x, b[1] = v.y;
}

/// Quantised weights: int8 codes of both sides. Scales of inputs are for 32 elements, those of weights for 32 or (kSixteen) 16.
template <bool kSixteen, bool kMinima>
struct Int8Tiles {
  static constexpr TileMath kMath = TileMath::int8;
  static constexpr int kWeightPlanes = 1, kRecordPlanes = kSixteen && kMinima ? 2 : 1;
  static constexpr int kScales = kSixteen ? 2 : 1;  // of 32 elements
  // Scales of a row: d of both blocks of a step, and in a plane behind those of all rows m of both.
  static constexpr int kRowScales = 2 * kScales * (kMinima ? 2 : 1);

  /// Decodes elements 32 c .. + 31 of a step into row `row`; every thread of the block calls it.
  template <int kRows>
  static __device__ void decode(const Stage& stage, DType type, const std::byte* source, int in, int k, int row, int c) {
    Unit u{};
    const int unit = hide(2 * k + c);
    if (kUnit * unit < in) decode_any<kSixteen, kMinima>(type, source, unit, u);
    float* const scales = stage.w_scales + (row * 2 + c) * kScales;
#pragma unroll
    for (int i = 0; i < kScales; ++i) {
      scales[i] = u.d[i];
      if (kMinima) scales[kRows * 2 * kScales + i] = u.m[i];
    }
    // Lane t of a fragment wants words t and t + 4.
#pragma unroll
    for (int i = 0; i < 2; ++i)
      *reinterpret_cast<int4*>(stage.w + quad_at(row, 2 * c + i)) = make_int4(u.q[2 * i], u.q[2 * i + 4], u.q[2 * i + 1], u.q[2 * i + 5]);
  }

  /// Adds the products of 32 elements to the four sums of a lane. `rows`: scales of rows g and g + 8; `columns`: of both columns.
  static __device__ void add(float (&acc)[4], const unsigned (&a)[4], const unsigned (&b)[2], const float (&rows)[2][kScales],
                             const float (&columns)[2], const Bias& bias) {
    int low[4], high[4];
    if constexpr (kSixteen) {
      multiply_16(low, a[0], a[1], b[0], bias);
      multiply_16(high, a[2], a[3], b[1], bias);
    } else {
      multiply_32(low, a, b, bias);
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const float* w = rows[i / 2];
      if constexpr (kSixteen)
        acc[i] = __fmaf_rn(__fmaf_rn(sum_value(low[i]), w[0], __fmul_rn(sum_value(high[i]), w[1])), columns[i % 2], acc[i]);
      else
        acc[i] = __fmaf_rn(sum_value(low[i]), __fmul_rn(w[0], columns[i % 2]), acc[i]);
    }
  }

  template <class Warp>
  static __device__ void multiply(const Stage& stage, Lane lane, Warp& warp) {
    const Start at = start(stage, lane, warp);
    const float* const scales = stage.w_scales + at.row * 2 * kScales;
    const Bias bias = make_bias();
#pragma unroll 1  // both at once would need more registers than there are
    for (int c = 0; c < 2; ++c) {
      const int offset = c == 0 ? 0 : at.second;
      unsigned b[Warp::kN][2];
      float columns[Warp::kN][2];
#pragma unroll
      for (int n = 0; n < Warp::kN; ++n) {
        read_column(at.x + offset + 8 * n * kRowBytes, b[n]);
        columns[n][0] = at.records[32 * n + c], columns[n][1] = at.records[32 * n + 4 + c];
      }
#pragma unroll
      for (int m = 0; m < Warp::kM; ++m) {
        unsigned a[4];
        read_rows(at.w + offset + 16 * m * kRowBytes, a);
        float rows[2][kScales];
#pragma unroll
        for (int i = 0; i < 2 * kScales; ++i)
          rows[i / kScales][i % kScales] = scales[((16 * m + i / kScales * 8) * 2 + c) * kScales + i % kScales];
#pragma unroll
        for (int n = 0; n < Warp::kN; ++n) add(warp.acc[m][n], a, b[n], rows, columns[n], bias);
      }
    }
    if constexpr (kMinima) add_minima(at, scales + Warp::kRows * 2 * kScales, warp);
  }

  /// Adds m times the sums of the inputs.
  template <class Warp>
  static __device__ void add_minima(const Start& at, const float* minima, Warp& warp) {
#pragma unroll
    for (int n = 0; n < Warp::kN; ++n) {
      float sums[2][2 * kScales];  // of both columns: a sum for every minimum
#pragma unroll
      for (int j = 0; j < 2; ++j)
#pragma unroll
        for (int c = 0; c < 2; ++c) {
          const float sum = at.records[32 * n + 4 * j + 2 + c];
          sums[j][c * kScales] = sum;
          if constexpr (kSixteen) {
            const float half = at.records[4 * Warp::kTokens + 32 * n + 4 * j + c];
            sums[j][2 * c] = half;
            sums[j][2 * c + 1] = sum - half;
          }
        }
#pragma unroll
      for (int m = 0; m < Warp::kM; ++m)
#pragma unroll
        for (int i = 0; i < 4; ++i)
#pragma unroll
          for (int k = 0; k < 2 * kScales; ++k)
            warp.acc[m][n][i] = __fmaf_rn(minima[(16 * m + i / 2 * 8) * 2 * kScales + k], sums[i % 2][k], warp.acc[m][n][i]);
    }
  }
};

/// Power of two above the size of a number with these bits, and its inverse; 0 has them, too.
__device__ inline float power_above(unsigned bits) {
  return __uint_as_float((min(bits >> 23, 252u) + 1u) << 23);
}
__device__ inline float power_below(unsigned bits) {
  return __uint_as_float((253u - min(bits >> 23, 252u)) << 23);
}

/// A number as two halves: what is left of it is below 2^-23 of its size, or 2^-25 when it is below 1.
__device__ inline void split_halves(float v, uint16_t& high, uint16_t& low) {
  high = float_to_half(v);
  low = float_to_half(v - half_to_float(high));
}

/// Eight values as halves in the high and the low plane.
__device__ inline void split_eight(const float* v, uint4& high, uint4& low) {
  unsigned h[4], l[4];
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    uint16_t h0, h1, l0, l1;
    split_halves(v[2 * i], h0, l0);
    split_halves(v[2 * i + 1], h1, l1);
    h[i] = h0 | static_cast<unsigned>(h1) << 16;
    l[i] = l0 | static_cast<unsigned>(l1) << 16;
  }
  high = make_uint4(h[0], h[1], h[2], h[3]);
  low = make_uint4(l[0], l[1], l[2], l[3]);
}

/// Float weights: f16 products of inputs as two halves, and of weights as two where they are F32 or BF16 (kWide).
///
/// Tensor cores truncate when they add to a sum, which over all of K would be a relative error of 1e-5. So they sum 16 elements and f32
/// additions the rest: below 1e-6, an NMSE of 1e-13.
template <bool kWide>
struct HalfTiles {
  static constexpr TileMath kMath = TileMath::half;
  static constexpr int kWeightPlanes = kWide ? 2 : 1, kRecordPlanes = 1, kRowScales = 1;

  static __device__ float element(DType type, const std::byte* row, int i) {
    if (type == DType::f32) return reinterpret_cast<const float*>(row)[i];
    const uint16_t bits = reinterpret_cast<const uint16_t*>(row)[i];
    return type == DType::f16 ? half_to_float(bits) : bf16_to_float(bits);
  }

  /// Sixteen elements from `first`, zeros behind the end of the row.
  static __device__ void load(DType type, const std::byte* source, int in, int first, float (&v)[16]) {
    const std::byte* at = source + static_cast<size_t>(first) * (type == DType::f32 ? 4 : 2);
    if (first + 16 > in || reinterpret_cast<uintptr_t>(at) % 16 != 0) {
#pragma unroll
      for (int i = 0; i < 16; ++i) v[i] = first + i < in ? element(type, source, first + i) : 0.0f;
      return;
    }
    const auto* quads = reinterpret_cast<const uint4*>(at);
    if (type == DType::f32) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const uint4 q = quads[i];
        v[4 * i] = __uint_as_float(q.x), v[4 * i + 1] = __uint_as_float(q.y);
        v[4 * i + 2] = __uint_as_float(q.z), v[4 * i + 3] = __uint_as_float(q.w);
      }
      return;
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const uint4 q = quads[i];
      const unsigned words[4] = {q.x, q.y, q.z, q.w};
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const auto low = static_cast<uint16_t>(words[j]), high = static_cast<uint16_t>(words[j] >> 16);
        v[8 * i + 2 * j] = type == DType::f16 ? half_to_float(low) : bf16_to_float(low);
        v[8 * i + 2 * j + 1] = type == DType::f16 ? half_to_float(high) : bf16_to_float(high);
      }
    }
  }

  /// F16 weights: the bits as they are.
  static __device__ void copy_halves(const Stage& stage, const std::byte* source, int in, int first, int row, int c) {
    const auto* halves = reinterpret_cast<const uint16_t*>(source) + first;
    uint4 q[2];
    if (first + 16 <= in && reinterpret_cast<uintptr_t>(halves) % 16 == 0) {
      q[0] = reinterpret_cast<const uint4*>(halves)[0];
      q[1] = reinterpret_cast<const uint4*>(halves)[1];
    } else {
      unsigned words[8];
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const unsigned low = first + 2 * i < in ? halves[2 * i] : 0, high = first + 2 * i + 1 < in ? halves[2 * i + 1] : 0;
        words[i] = low | high << 16;
      }
      q[0] = make_uint4(words[0], words[1], words[2], words[3]);
      q[1] = make_uint4(words[4], words[5], words[6], words[7]);
    }
    for (int i = 0; i < 2; ++i) *reinterpret_cast<uint4*>(stage.w + quad_at(row, 2 * c + i)) = q[i];
    if (c == 0) stage.w_scales[row] = 1.0f;
  }

  /// Decodes elements 16 c .. + 15 of a step into row `row`, brought below 1 by a power of two for the 32 of both threads of the row.
  template <int kRows>
  static __device__ void decode(const Stage& stage, DType type, const std::byte* source, int in, int k, int row, int c) {
    const int first = hide(32 * k + 16 * c);
    if constexpr (!kWide) {
      copy_halves(stage, source, in, first, row, c);
    } else {
      float v[16], top = 0;
      load(type, source, in, first, v);
#pragma unroll
      for (int i = 0; i < 16; ++i) top = fmaxf(top, fabsf(v[i]));
      top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 1));
      const float inverse = power_below(__float_as_uint(top));
#pragma unroll
      for (int i = 0; i < 16; ++i) v[i] *= inverse;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        uint4 high, low;
        split_eight(v + 8 * i, high, low);
        *reinterpret_cast<uint4*>(stage.w + quad_at(row, 2 * c + i)) = high;
        *reinterpret_cast<uint4*>(stage.w + kRows * kRowBytes + quad_at(row, 2 * c + i)) = low;
      }
      if (c == 0) stage.w_scales[row] = power_above(__float_as_uint(top));
    }
  }

  template <class Warp>
  static __device__ void multiply(const Stage& stage, Lane lane, Warp& warp) {
    const Start at = start(stage, lane, warp);
    float columns[Warp::kN][2];
#pragma unroll
    for (int n = 0; n < Warp::kN; ++n) columns[n][0] = at.records[32 * n], columns[n][1] = at.records[32 * n + 4];
#pragma unroll 1  // both halves at once would need more registers than there are
    for (int c = 0; c < 2; ++c) {
      const int offset = c == 0 ? 0 : at.second;
      unsigned x_high[Warp::kN][2], x_low[Warp::kN][2];
#pragma unroll
      for (int n = 0; n < Warp::kN; ++n) {
        read_column(at.x + offset + 8 * n * kRowBytes, x_high[n]);
        read_column(at.x + offset + (Warp::kTokens + 8 * n) * kRowBytes, x_low[n]);
      }
#pragma unroll
      for (int m = 0; m < Warp::kM; ++m) {
        unsigned high[4], low[4];
        read_rows(at.w + offset + 16 * m * kRowBytes, high);
        if constexpr (kWide) read_rows(at.w + offset + (Warp::kRows + 16 * m) * kRowBytes, low);
        const float rows[2] = {stage.w_scales[at.row + 16 * m], stage.w_scales[at.row + 16 * m + 8]};
#pragma unroll
        for (int n = 0; n < Warp::kN; ++n) {
          float sum[4] = {};
          mma_f16(sum, high, x_low[n]);  // small terms first
          if constexpr (kWide) mma_f16(sum, low, x_high[n]);
          mma_f16(sum, high, x_high[n]);
#pragma unroll
          for (int i = 0; i < 4; ++i) warp.acc[m][n][i] = __fmaf_rn(sum[i], __fmul_rn(rows[i / 2], columns[n][i % 2]), warp.acc[m][n][i]);
        }
      }
    }
  }
};

/// A tile of the product: `count` rows from `first` on of the step or the plan, weight rows from `row` on.
struct Place {
  int expert, first, count, row;  // expert or head
};

/// What the position of a block says of its tile; of grouped rows that is only the weight row.
__device__ inline Place first_place(const TileParams& p, int rows, int tokens) {
  return {p.splits > 1 ? 0 : static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.x) * tokens, 0,
          static_cast<int>(blockIdx.y) * (p.form & kPaired ? rows / 2 : rows)};
}

/// Completes it; false for blocks that have nothing to do.
__device__ inline bool find_tile(const TileParams& p, const StepView* step, int tokens, Place& at) {
  if (p.form & kGrouped) {
    const int x = static_cast<int>(blockIdx.x);
    if (x >= p.tiles[0].first) return false;
    const RowTile tile = p.tiles[1 + x];
    at.expert = tile.expert, at.first = tile.first, at.count = tile.count;
    return true;
  }
  at.count = min(row_count(p.rows, step) - at.first, tokens);
  return at.count > 0;
}

/// Packed row behind token j of the tile; tokens past the end repeat the last one and are not written.
__device__ inline int packed_row(const TileParams& p, const Place& at, int j) {
  const int row = at.first + min(j, at.count - 1);
  if (p.form & kGather) return p.pairs[row] / p.n_used;
  return p.form & kGrouped ? row : at.expert * p.head_rows + row;
}

/// The weight row that a thread decodes half of every step of.
struct Source {
  const std::byte* row;
  DType type;
  int quarters, last;  // quarters of a byte of a thread's part of a step; the last byte of the row
};

/// The one behind row i of the tile; rows past the end repeat the last one.
__device__ inline Source find_source(const TileParams& p, const Place& at, int i) {
  const bool paired = p.form & kPaired;
  const WeightRows& w = p.w[paired ? i / 16 % 2 : 0];
  const int row = min(at.row + (paired ? i / 32 * 16 + i % 16 : i), p.out - 1);
  return {w.data + static_cast<size_t>(at.expert) * w.expert_stride + static_cast<size_t>(row) * w.row_stride, w.type, w.piece_quarters,
          w.row_bytes - 1};
}

/// Steps ahead that weights are brought to the second-level cache: a step takes about a third of the way to memory.
inline constexpr int kStepsAhead = 6;

/// Asks for part c of step k of a row.
__device__ inline void ask_ahead([[maybe_unused]] const Source& source, [[maybe_unused]] int k, [[maybe_unused]] int c) {
#ifndef HEARTH_CUDA_EMULATED
  asm volatile("prefetch.global.L2 [%0];" ::"l"(source.row + min((2 * k + c) * source.quarters >> 2, source.last)));
#endif
}
__device__ inline void ask_first(const Source& source, int begin, int c) {
#pragma unroll 1
  for (int k = begin; k < begin + kStepsAhead; ++k) ask_ahead(source, k, c);
}

/// Where a row of results goes and what is added to it.
struct Target {
  float* y;
  const float* addend[2];  // the row, or null
};

__device__ inline Target find_target(const TileParams& p, const StepView* step, const Place& at, int row) {
  const bool grouped = p.form & kGrouped;
  const int pair = grouped ? p.pairs[row] : row;
  Target r;
  r.y = p.y + (p.form & kScatter ? pair : row) * p.y_token + (grouped ? 0 : at.expert * p.y_head);
  r.addend[0] = r.addend[1] = nullptr;
  if (!p.addend[0].data && !p.addend[1].data) return r;
  const int slot = step->lora_slot[grouped ? pair / p.n_used : token_row(p.rows, row, step)];
  const int64_t addend_row = grouped ? row : static_cast<int64_t>(row) * p.heads + at.expert;
  for (int i = 0; i < 2; ++i)
    if (addend_active(p.addend[i], slot)) r.addend[i] = p.addend[i].data + addend_row * p.out;
  return r;
}

/// A sum with what is added to it before the activation.
__device__ inline float complete(const TileParams& p, const Place& at, const Target& to, int which, int o, float v) {
  if (p.bias[which]) v += p.bias[which][static_cast<int64_t>(at.expert) * p.out + o];
  if (to.addend[which]) v += to.addend[which][o];
  return v;
}

/// Writes a sum, or with its partner one result.
__device__ inline void write(const TileParams& p, const Place& at, const Target& to, int o, float v, float up) {
  v = complete(p, at, to, 0, o, v);
  if (p.form & kPaired) v = activate(p.act, v, complete(p, at, to, 1, o, up));
  if (p.form & kCombine) v = activate(p.act, to.y[o], v);
  to.y[o] = v;
}

/// Writes the sums of a warp. They go through shared memory, eight tokens at a time, so that lanes next to each other write results next
/// to each other. `shared`: [tokens][rows] of the warp's own.
template <class Warp>
__device__ void write_tile(const TileParams& p, const StepView* step, const Place& at, Lane lane, const Warp& warp, float* shared) {
  constexpr int kRows = 16 * Warp::kM;  // of the warp
  const bool paired = p.form & kPaired;
  const int id = static_cast<int>(threadIdx.x % kWarp), rows = paired ? kRows / 2 : kRows;
  const int first = at.row + (paired ? warp.row / 2 : warp.row);
#pragma unroll
  for (int n = 0; n < Warp::kN; ++n) {
    __syncwarp();
#pragma unroll
    for (int m = 0; m < Warp::kM; ++m)
#pragma unroll
      for (int i = 0; i < 4; ++i) shared[(2 * lane.t + i % 2) * kRows + 16 * m + lane.g + i / 2 * 8] = warp.acc[m][n][i];
    __syncwarp();
    const int begin = warp.token + 8 * n, tokens = min(at.count - begin, 8);
    for (int j = 0; j < tokens; ++j) {
      const Target to = find_target(p, step, at, at.first + begin + j);
#pragma unroll 1
      for (int i = id; i < rows && first + i < p.out; i += static_cast<int>(kWarp)) {
        const float* sum = shared + j * kRows + (paired ? i / 16 * 32 + i % 16 : i);
        write(p, at, to, first + i, sum[0], paired ? sum[16] : 0.0f);
      }
    }
  }
}

/// Adds up the sums of all splits in the block that ends last; false in all others. The order of the sum is that of the splits.
template <class Warp>
__device__ bool join_splits(const TileParams& p, Warp& warp, int* last) {
  constexpr int kSums = Warp::kM * Warp::kN * 4, kThreads = Warp::kThreads;
  const unsigned tile = blockIdx.y * gridDim.x + blockIdx.x;
  float* all = p.partials + static_cast<size_t>(tile) * static_cast<size_t>(p.splits) * (kThreads * kSums) + threadIdx.x;
  float* const sums = &warp.acc[0][0][0];
  float* const mine = all + static_cast<size_t>(blockIdx.z) * (kThreads * kSums);
#pragma unroll
  for (int i = 0; i < kSums; ++i) mine[i * kThreads] = sums[i];
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) *last = atomicAdd(&p.counters[tile], 1u) + 1 == static_cast<unsigned>(p.splits);
  __syncthreads();
  if (!*last) return false;
  __threadfence();
  if (threadIdx.x == 0) p.counters[tile] = 0;
#pragma unroll
  for (int i = 0; i < kSums; ++i) sums[i] = 0;
#pragma unroll(64 / kSums)
  for (int s = 0; s < p.splits; ++s, all += kThreads * kSums)
#pragma unroll
    for (int i = 0; i < kSums; ++i) sums[i] += all[i * kThreads];
  return true;
}

/// Sizes of a tile and of its stages.
template <class Math, int kRows, int kTokens>
struct Tile {
  using Warp = WarpTile<kRows, kTokens>;
  static constexpr int kThreads = Warp::kThreads;
  static constexpr int kStep = step_elements(Math::kMath), kPlanes = input_planes(Math::kMath);
  static constexpr int kWeightBytes = Math::kWeightPlanes * kRows * kRowBytes, kInputBytes = kPlanes * kTokens * kRowBytes;
  static constexpr int kScaleBytes = kRows * Math::kRowScales * 4, kRecords = kTokens * Math::kRecordPlanes;
  static constexpr int kStageBytes = kWeightBytes + kInputBytes + kScaleBytes + kRecords * static_cast<int>(kRecordBytes);
  static constexpr int kPieces = kTokens * kPlanes * 4 / kThreads;  // copies of a thread
  static_assert(kPieces * kThreads == kTokens * kPlanes * 4 && kRecords <= kThreads && kStageBytes % 16 == 0);
  static_assert(kThreads / 32 * 8 * 16 * Warp::kM * 4 <= 2 * kStageBytes);  // write_tile

  static __device__ Stage stage(unsigned char* shared, int i) {
    unsigned char* base = shared + i * kStageBytes;
    return {base, base + kWeightBytes, reinterpret_cast<float*>(base + kWeightBytes + kInputBytes),
            base + kWeightBytes + kInputBytes + kScaleBytes};
  }

  /// What a thread copies in every step.
  struct Copies {
    int piece[kPieces];  // byte offset in the codes of a step
    int record;          // -1: none
  };

  static __device__ Copies plan_copies(const TileParams& p, const Place& at) {
    const int id = static_cast<int>(threadIdx.x);
    Copies r;
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
      const int piece = id + i * kThreads;
      r.piece[i] = packed_row(p, at, piece / (4 * kPlanes)) * kPlanes * kRowBytes + piece % (4 * kPlanes) * 16;
    }
    r.record = id < kRecords ? packed_row(p, at, id % kTokens) : -1;
    return r;
  }

  static __device__ void copy(const TileParams& p, const Copies& copies, const Stage& to, int k) {
    const int id = static_cast<int>(threadIdx.x);
    const std::byte* codes = p.codes + static_cast<size_t>(k) * static_cast<size_t>(p.packed_rows) * (kPlanes * kRowBytes);
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
      const int piece = id + i * kThreads, plane = piece / 4 % kPlanes;
      copy_async(to.x + plane * kTokens * kRowBytes + quad_at(piece / (4 * kPlanes), piece % 4), codes + copies.piece[i]);
    }
    if (copies.record >= 0) {
      const int steps = (p.in + kStep - 1) / kStep;
      const size_t row =
          static_cast<size_t>(id / kTokens * steps + k) * static_cast<size_t>(p.packed_rows) + static_cast<size_t>(copies.record);
      copy_async(const_cast<unsigned char*>(to.x_records) + id * static_cast<int>(kRecordBytes), p.records + row * kRecordBytes);
    }
    commit_copies();
  }
};

template <class Math, int kRows, int kTokens>
__global__ void __launch_bounds__(2 * kRows, kRows == 128 ? 2 : 4) multiply_tiles(TileParams p, const StepView* step) {
  using T = Tile<Math, kRows, kTokens>;
  HEARTH_DYNAMIC_SHARED(unsigned char, shared);
  const int id = static_cast<int>(threadIdx.x), warp_id = id / 32;
  const int steps = (p.in + T::kStep - 1) / T::kStep;
  const int begin = p.splits > 1 ? static_cast<int>(blockIdx.z) * p.split_steps : 0;
  const int end = p.splits > 1 ? min(begin + p.split_steps, steps) : steps;
  const bool grouped = p.form & kGrouped;
  Place at = first_place(p, kRows, kTokens);
  Source source;
  if (!grouped) {  // nothing in front writes weights
    source = find_source(p, at, id / 2);
    ask_first(source, begin, id % 2);
  }
  begin_kernel();
  if (!find_tile(p, step, kTokens, at)) return;
  if (grouped) {
    source = find_source(p, at, id / 2);
    ask_first(source, begin, id % 2);
  }
  const Lane lane{id % 32 / 4, id % 4};
  typename T::Warp warp;
  // Warps past the end of the tokens have less to do: blocks next to each other give that part to other schedulers.
  const int role = kRows == 64 ? warp_id ^ static_cast<int>(blockIdx.x & 1) << 1 : warp_id;
  warp.row = role % 2 * (kRows / 2);
  warp.token = role / 2 * (kTokens / T::Warp::kWarpsAcross);
#pragma unroll
  for (int i = 0; i < T::Warp::kM * T::Warp::kN * 4; ++i) (&warp.acc[0][0][0])[i] = 0;
  const typename T::Copies copies = T::plan_copies(p, at);
  const bool live = warp.token < at.count;
  const int decodes_at = warp_id / 4 % 2 ^ (kRows == 64 ? warp_id & 1 : 0);

  for (int k = begin - 1; k < end; ++k) {  // the first one only fills a stage
    const Stage now = T::stage(shared, (k - begin) & 1), next = T::stage(shared, (k - begin + 1) & 1);
    if (k + 1 < end) T::copy(p, copies, next, k + 1);
#pragma unroll 1
    for (int part = 0; part < 2; ++part) {
      if (part == decodes_at) {
        if (k + 1 < end) {
          ask_ahead(source, k + 1 + kStepsAhead, id % 2);
          Math::template decode<kRows>(next, source.type, source.row, p.in, k + 1, id / 2, id % 2);
        }
      } else if (live && k >= begin) {
        Math::multiply(now, lane, warp);
      }
    }
    wait_copies<0>();
    __syncthreads();
  }
  if (p.splits > 1 && !join_splits(p, warp, reinterpret_cast<int*>(shared))) return;
  __syncthreads();
  write_tile(p, step, at, lane, warp, reinterpret_cast<float*>(shared) + warp_id * (8 * 16 * T::Warp::kM));
}

/// The kernel of a shape.
template <class Math>
TileKernel tile_kernel(TileShape shape) {
  if (shape == kLargeTile) return {multiply_tiles<Math, 128, 128>, 2 * Tile<Math, 128, 128>::kStageBytes};
  if (shape == kMiddleTile) return {multiply_tiles<Math, 64, 64>, 2 * Tile<Math, 64, 64>::kStageBytes};
  return {multiply_tiles<Math, 64, 32>, 2 * Tile<Math, 64, 32>::kStageBytes};
}

}  // namespace engine::cuda::tiles
