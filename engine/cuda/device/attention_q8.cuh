// Attention by tensor cores over a q8_0 cache. Codes are exact in f16. The scales of K multiply the partial scores of each block of 32
// dimensions, those of V the weights, once for each block.
#pragma once

#include "cuda/device/attention_half.cuh"
#include "cuda/device/kv.cuh"

namespace engine::cuda {

template <int DV>
using Q8Rows = WarpRows<DV, 4>;

/// Two codes as halves.
__device__ inline unsigned code_halves(unsigned codes) {
  const unsigned u = codes ^ 0x8080u;  // plus 128
  const float low = __uint_as_float(0x4b000000u | (u & 255u)), high = __uint_as_float(0x4b000000u | (u >> 8 & 255u));
  return pack_halves(low - 8388736.0f, high - 8388736.0f);  // less 2^23 + 128
}

/// Codes e to e + 7, or to e + 3, of a block.
__device__ inline uint4 eight_codes(const std::byte* block, int e) {
  const auto* codes = reinterpret_cast<const uint16_t*>(block + 2 + e);
  return make_uint4(code_halves(codes[0]), code_halves(codes[1]), code_halves(codes[2]), code_halves(codes[3]));
}
__device__ inline uint2 four_codes(const std::byte* block, int e) {
  const auto* codes = reinterpret_cast<const uint16_t*>(block + 2 + e);
  return make_uint2(code_halves(codes[0]), code_halves(codes[1]));
}
__device__ inline float block_scale(const std::byte* block) {
  return half_to_float(*reinterpret_cast<const uint16_t*>(block));
}

/// Adds the values of block c, of which v are the codes: four of positions as in WarpRows::add. d[j]: its scales at positions 8 j + 2 t and
/// + 1.
template <int DV, int TILES>
__device__ inline void add_block(Q8Rows<DV>& rows, int c, const float (&weights)[TILES][4], const float2 (&d)[TILES],
                                 const uint2 (&v)[TILES / 2][4], const float (&rescale)[2]) {
  float top = 0;
#pragma unroll
  for (int j = 0; j < TILES; ++j) top = fmaxf(top, fmaxf(fabsf(d[j].x), fabsf(d[j].y)));
  top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 1));
  top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, 2));
  // The largest scale becomes 1 to 2, so that the products fit into halves.
  const PowerOfTwo f = row_factor(top);
  const float factor = f.factor * 0x1p-7f;
  float scaled[TILES][4];
#pragma unroll
  for (int j = 0; j < TILES; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) scaled[j][i] = weights[j][i] * ((i % 2 ? d[j].y : d[j].x) * factor);
  rows.add(c, weight_fragments(scaled), v, rescale, f.inverse * 0x1p7f);
}

/// A page of codes as halves, and of scales, in shared memory.
template <int D>
struct Q8Plane {
  static constexpr int kPieces = D / 8, kBlocks = D / kQ8Block;
  static constexpr size_t kBytes = static_cast<size_t>(kPageTokens) * (kPieces * 16 + kBlocks * 4);
  uint4* codes;   // [kPageTokens][kPieces], swizzled
  float* scales;  // [kPageTokens][kBlocks]

  __device__ explicit Q8Plane(std::byte* shared)
      : codes(reinterpret_cast<uint4*>(shared)), scales(reinterpret_cast<float*>(codes + kPageTokens * kPieces)) {}

  /// n rows of d values, of device or of shared memory; what is missing of 32 rows of D is zero. Eight of the block's threads share a row.
  template <int THREADS>
  __device__ void load(const std::byte* from, size_t row_bytes, int d, int n) const {
    constexpr int kRows = THREADS / 8;
    static_assert(kPieces % 8 == 0 && kPageTokens % kRows == 0 && kRows % 8 == 0);
    const int row = static_cast<int>(threadIdx.x) / 8, first = static_cast<int>(threadIdx.x) % 8, in_block = first % 4;
    const std::byte* block = from + row * row_bytes + first / 4 * kQ8Bytes;
    uint4* const to = codes + swizzled(row, kPieces, first);
    float* const d_of = scales + row * kBlocks + first / 4;
#pragma unroll
    for (int r = 0; r < kPageTokens; r += kRows)
#pragma unroll 3
      for (int i = 0; i < kPieces / 8; ++i) {
        const std::byte* const at = block + r * row_bytes + 2 * i * kQ8Bytes;
        const bool there = row + r < n && 8 * (first + 8 * i) < d;
        to[r * kPieces + 8 * i] = there ? eight_codes(at, in_block * 8) : make_uint4(0, 0, 0, 0);
        if (in_block == 0) d_of[r * kBlocks + 2 * i] = there ? block_scale(at) : 0.0f;
      }
  }
};

}  // namespace engine::cuda
