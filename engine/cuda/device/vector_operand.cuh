// One step of a product for every weight type: a unit of a weight row, decoded once, with the same unit of several activation rows.
//
// Operand<type> has the weights of a unit (32 of quantised types, 8 of float types), how a tile of activations lies in shared memory and
// the arithmetic, every step of which is one rounding in a fixed order: what a product becomes depends on its two rows only. bytes_of(n) is
// the size of n weights, whole blocks.
#pragma once

#include "cuda/device/blocks.cuh"
#include "cuda/device/norm.cuh"
#include "cuda/device/quantize.cuh"

namespace engine::cuda {

__host__ __device__ inline constexpr bool is_float_type(DType type) {
  return type == DType::f32 || type == DType::f16 || type == DType::bf16;
}

/// Units of activation rows in shared memory: the first 16 bytes of all units, the last 16 bytes, and {scale, sums} of quantised ones.
struct XTile {
  float4* low;
  float4* high;
  float2* scales;
  int units;  // of a row, even

  /// The tile of `rows` rows at `shared`, a multiple of 16.
  __device__ XTile(unsigned char* shared, int rows, int row_units) : units(row_units) {
    low = reinterpret_cast<float4*>(shared);
    high = low + rows * row_units;
    scales = reinterpret_cast<float2*>(high + rows * row_units);
  }
};

/// Values at..at+3 of a row of n floats; those beyond its end are 0.
__device__ inline float4 load_four(const float* row, int at, int n, bool vectors) {
  if (vectors && at + 4 <= n) return *reinterpret_cast<const float4*>(row + at);
  return make_float4(at < n ? row[at] : 0.0f, at + 1 < n ? row[at + 1] : 0.0f, at + 2 < n ? row[at + 2] : 0.0f,
                     at + 3 < n ? row[at + 3] : 0.0f);
}

template <DType kType>
struct Operand {
  using B = Block<kType>;
  static constexpr int kWeights = kUnit, kXBytes = 40;
  static constexpr int kGroup = 2;                          // units that a lane multiplies at once
  static constexpr bool kWholeGroups = B::kElems != kUnit;  // no row ends within a group
  static constexpr bool kAligned = B::kAlign >= 16;
  using Weights = Unit;

  __host__ __device__ static constexpr int bytes_of(int n) { return n / B::kElems * B::kBytes; }

  /// Unit h of the group of a lane, from the first of a team's step on.
  template <int kTeam>
  __device__ static int unit_of(int lane, int h) {
    return 2 * lane + h;
  }
  /// Where a tile has a unit: even ones before odd ones, so that neighbouring lanes read neighbouring places.
  __device__ static int place_of(const XTile& tile, int unit) { return (unit & 1 ? tile.units / 2 : 0) + unit / 2; }

  /// The group of a lane; `left`: units that the row has from the step on.
  template <int kTeam>
  __device__ static void decode(const uint8_t* step, int lane, int left, [[maybe_unused]] int weights, [[maybe_unused]] bool aligned,
                                Weights (&w)[kGroup]) {
    decode_pair<kType>(step, lane, 2 * lane + 1 < left, w);
  }

  /// Fills units [first, first + count) of row t of a tile with those of x. The whole block calls it.
  __device__ static void fill(const XTile& tile, int t, const float* x, int first, int count, int n, bool vectors,
                              const RowNorm& norm = {}) {
    quantize(tile, t, 0, x, first, count, n, vectors, norm);
  }
  /// The same, from unit `to` of the tile on.
  __device__ static void quantize(const XTile& tile, int t, int to, const float* x, int first, int count, int n, bool vectors,
                                  const RowNorm& norm = {}) {
    const int quads = count * 8, lane = static_cast<int>(threadIdx.x % kWarp);
    for (int i = static_cast<int>(threadIdx.x); i - lane < quads; i += static_cast<int>(blockDim.x)) {
      const bool mine = i < quads;
      const int at = 4 * (8 * first + i);
      const Quantized q = quantize_four(mine ? norm.of(load_four(x, at, n, vectors), at, n) : make_float4(0, 0, 0, 0));
      if (mine) put(tile, t, to + i / 8, i % 8, q);
    }
  }
  /// Four values of row t of a tile, those of a word of a unit.
  __device__ static void put(const XTile& tile, int t, int unit, int word, const Quantized& q) {
    const int place = t * tile.units + place_of(tile, unit);
    reinterpret_cast<int*>(word < 4 ? tile.low : tile.high)[4 * place + word % 4] = q.codes;
    if (word == 0) tile.scales[place] = make_float2(q.scale, __int_as_float(q.sums));
  }

  /// Copies units [first, first + count) of a row of `row_units` units, an even number, which quantize_rows has prepared; `first` is even.
  /// The threads [thread, thread + threads) of some call it.
  __device__ static void copy(const XTile& tile, int t, const unsigned char* row, int row_units, int first, int count, int thread,
                              int threads) {
    const auto* low = reinterpret_cast<const float4*>(row);
    const float4* high = low + row_units;
    const auto* scales = reinterpret_cast<const float2*>(high + row_units);
    const int pairs = (count + 1) / 2;
    for (int i = thread; i < 2 * pairs; i += threads) {
      const int odd = i >= pairs, k = i - odd * pairs;
      const int from = odd * (row_units / 2) + first / 2 + k, to = t * tile.units + odd * (tile.units / 2) + k;
      tile.low[to] = low[from];
      tile.high[to] = high[from];
      tile.scales[to] = scales[from];
    }
  }

  /// sum + w . x for the unit at a place of row t.
  __device__ static float add(float sum, const Weights& w, const XTile& tile, int t, int place) {
    const int at = t * tile.units + place;
    const int4 a = reinterpret_cast<const int4*>(tile.low)[at], b = reinterpret_cast<const int4*>(tile.high)[at];
    const float2 s = tile.scales[at];
    const int sums = __float_as_int(s.y);
    const int low = __dp4a(w.q[0], a.x, __dp4a(w.q[1], a.y, __dp4a(w.q[2], a.z, __dp4a(w.q[3], a.w, 0))));
    const int high = __dp4a(w.q[4], b.x, __dp4a(w.q[5], b.y, __dp4a(w.q[6], b.z, __dp4a(w.q[7], b.w, 0))));
    return __fmaf_rn(s.x, weighted(w, low, high, first_sum(sums), second_sum(sums)), sum);
  }

  /// The product in units of the activation scale, from products and sums of the codes of 16 values each.
  __device__ static float weighted(const Weights& w, int low, int high, int low_sum, int high_sum) {
    if constexpr (B::kScales == 1) {
      const float codes = static_cast<float>(low + high - B::kOffset * (low_sum + high_sum));
      const float v = __fmul_rn(w.d[0], codes);
      return B::kMin ? __fmaf_rn(w.m[0], static_cast<float>(low_sum + high_sum), v) : v;
    } else {
      float v = __fmul_rn(w.d[0], static_cast<float>(low - B::kOffset * low_sum));
      v = __fmaf_rn(w.d[1], static_cast<float>(high - B::kOffset * high_sum), v);
      if constexpr (!B::kMin) return v;
      v = __fmaf_rn(w.m[0], static_cast<float>(low_sum), v);
      return __fmaf_rn(w.m[1], static_cast<float>(high_sum), v);
    }
  }
};

/// Rows of floats of kBytes bytes each.
template <DType kType, int kBytes>
struct FloatOperand {
  static constexpr int kWeights = 8, kXBytes = 32;
  static constexpr int kGroup = kBytes == 2 ? 2 : 1;
  static constexpr bool kWholeGroups = false;
  static constexpr bool kAligned = false;
  struct Weights {
    float v[8];
  };

  __host__ __device__ static constexpr int bytes_of(int n) { return n * kBytes; }

  template <int kTeam>
  __device__ static int unit_of(int lane, int h) {
    return h * kTeam + lane;
  }
  __device__ static int place_of([[maybe_unused]] const XTile& tile, int unit) { return unit; }

  __device__ static float element(const uint8_t* p) {
    if constexpr (kType == DType::f32) return *reinterpret_cast<const float*>(p);
    const uint16_t bits = *reinterpret_cast<const uint16_t*>(p);
    return kType == DType::f16 ? half_to_float(bits) : bf16_to_float(bits);
  }
  __device__ static void unpack(uint4 q, float (&v)[8], int first) {
    const uint32_t words[4] = {q.x, q.y, q.z, q.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      if constexpr (kType == DType::f32) {
        v[first + i] = __uint_as_float(words[i]);
      } else {
        const auto low = static_cast<uint16_t>(words[i]), high = static_cast<uint16_t>(words[i] >> 16);
        v[2 * i] = kType == DType::f16 ? half_to_float(low) : bf16_to_float(low);
        v[2 * i + 1] = kType == DType::f16 ? half_to_float(high) : bf16_to_float(high);
      }
    }
  }

  /// The group of a lane; `weights`: those that the row has from the step on. Rows are aligned to 16 bytes or read one by one.
  template <int kTeam>
  __device__ static void decode(const uint8_t* step, int lane, [[maybe_unused]] int left, int weights, bool aligned, Weights (&w)[kGroup]) {
#pragma unroll
    for (int h = 0; h < kGroup; ++h) {
      const int unit = unit_of<kTeam>(lane, h);
      const uint8_t* p = step + unit * (kWeights * kBytes);
      if (aligned) {
#pragma unroll
        for (int i = 0; i < kBytes / 2; ++i) unpack(reinterpret_cast<const uint4*>(p)[i], w[h].v, 4 * i);
      } else {
#pragma unroll
        for (int i = 0; i < 8; ++i) w[h].v[i] = unit * kWeights + i < weights ? element(p + i * kBytes) : 0.0f;
      }
    }
  }

  __device__ static void fill(const XTile& tile, int t, const float* x, int first, int count, int n, bool vectors,
                              const RowNorm& norm = {}) {
    for (int i = static_cast<int>(threadIdx.x); i < 2 * count; i += static_cast<int>(blockDim.x)) {
      const int at = 4 * (2 * first + i);
      (i % 2 ? tile.high : tile.low)[t * tile.units + i / 2] = norm.of(load_four(x, at, n, vectors), at, n);
    }
  }

  __device__ static float add(float sum, const Weights& w, const XTile& tile, int t, int place) {
    const float4 a = tile.low[t * tile.units + place], b = tile.high[t * tile.units + place];
    const float x[8] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
#pragma unroll
    for (int i = 0; i < 8; ++i) sum = __fmaf_rn(w.v[i], x[i], sum);
    return sum;
  }
};
template <>
struct Operand<DType::f32> : FloatOperand<DType::f32, 4> {};
template <>
struct Operand<DType::f16> : FloatOperand<DType::f16, 2> {};
template <>
struct Operand<DType::bf16> : FloatOperand<DType::bf16, 2> {};

}  // namespace engine::cuda
