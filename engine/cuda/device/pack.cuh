// Rows of activations rounded to int8 for the matrix products (matrix.cu).
#pragma once

#include "cuda/device/common.cuh"
#include "cuda/matrix.h"

namespace engine::cuda {

inline constexpr float kLeast = 1e-30f;  // blocks whose largest is below are 0 in int8: 127 / amax would overflow

/// Where rows of `in` values go; codes and records lie as TileParams says.
struct PackedRows {
  std::byte *codes, *records;
  int packed_rows, in;
};

/// Largest size among the eight lanes that hold a block of 32.
__device__ inline float top_of_block(float4 v) {
  float top = fmaxf(fmaxf(fabsf(v.x), fabsf(v.y)), fmaxf(fabsf(v.z), fabsf(v.w)));
  for (int flip = 1; flip < 8; flip *= 2) top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, flip));
  return top;
}

/// The whole number nearest to v, which is below 2^22.
__device__ inline int nearest(float v) {
  return static_cast<int>(__float_as_uint(__fadd_rn(v, 12582912.0f)) - 0x4b400000u);
}

/// Values at .. at + 3 of a row; neighbouring lanes have neighbouring ones, every lane of the warp calls it. {scale, scale, sum, sum} of
/// both blocks of a step go to the first plane of records, the sums of their first halves to the second; all sums with the scale. Words of
/// a block are in the order of the fragments: lane t of four reads words t and t + 4.
__device__ inline void pack_four(const PackedRows& to, size_t row, int at, float4 v) {
  const float top = top_of_block(v), scale = top > kLeast ? top / 127.0f : 0.0f, inverse = top > kLeast ? 127.0f / top : 0.0f;
  const int q[4] = {nearest(v.x * inverse), nearest(v.y * inverse), nearest(v.z * inverse), nearest(v.w * inverse)};
  int sum = q[0] + q[1] + q[2] + q[3];
  sum += __shfl_xor_sync(kAllLanes, sum, 1);
  sum += __shfl_xor_sync(kAllLanes, sum, 2);  // of 16 elements
  const int both = sum + __shfl_xor_sync(kAllLanes, sum, 4);
  const int steps = (to.in + 63) / 64, k = at / 64, block = at / 32 % 2, word = at / 4 % 8;
  if (k >= steps) return;
  const size_t where = static_cast<size_t>(k) * static_cast<size_t>(to.packed_rows) + row;
  const unsigned bytes = (q[0] & 255) | (q[1] & 255) << 8 | (q[2] & 255) << 16 | static_cast<unsigned>(q[3]) << 24;
  *reinterpret_cast<unsigned*>(to.codes + where * 64 + static_cast<size_t>(block * 32 + word % 4 * 8 + word / 4 * 4)) = bytes;
  if (word != 0) return;
  float* const record = reinterpret_cast<float*>(to.records + where * kRecordBytes);
  record[block] = scale;
  record[2 + block] = scale * static_cast<float>(both);
  const size_t second = where + static_cast<size_t>(steps) * static_cast<size_t>(to.packed_rows);
  reinterpret_cast<float*>(to.records + second * kRecordBytes)[block] = scale * static_cast<float>(sum);
}

}  // namespace engine::cuda
