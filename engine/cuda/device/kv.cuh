// Rows of the paged cache (ops.h, KvLayer): address, decode, encode.
#pragma once

#include "cuda/device/common.cuh"
#include "cuda/device/rope.cuh"

namespace engine::cuda {

inline constexpr int kQ8Block = 32, kQ8Bytes = 34;  // Q8_0: scale, then 32 codes

/// Row of `position` in a plane of sequence s.
template <class Byte>
__device__ inline Byte* kv_row(const StepView* step, Byte* plane, size_t row_bytes, int s, int position) {
  const int page = step->pages[static_cast<int64_t>(s) * step->max_pages + position / kPageTokens];
  return plane + (static_cast<size_t>(page) * kPageTokens + position % kPageTokens) * row_bytes;
}

/// Element e of a row of any alignment.
template <KvDType KV>
__device__ inline float kv_value(const std::byte* row, int e) {
  if constexpr (KV == KvDType::f32) return reinterpret_cast<const float*>(row)[e];
  if constexpr (KV == KvDType::f16) return half_to_float(reinterpret_cast<const uint16_t*>(row)[e]);
  const std::byte* block = row + e / kQ8Block * kQ8Bytes;
  return half_to_float(*reinterpret_cast<const uint16_t*>(block)) * static_cast<float>(static_cast<int8_t>(block[2 + e % kQ8Block]));
}

/// Elements e to e + 3, where e is a multiple of 4 and they are aligned to their size (q8_0: to 2 bytes).
template <KvDType KV>
__device__ inline float4 kv_quad(const std::byte* row, int e) {
  if constexpr (KV == KvDType::f32) return *reinterpret_cast<const float4*>(row + e * 4);
  if constexpr (KV == KvDType::f16) {
    const uint2 bits = *reinterpret_cast<const uint2*>(row + e * 2);
    return make_float4(half_to_float(static_cast<uint16_t>(bits.x)), half_to_float(static_cast<uint16_t>(bits.x >> 16)),
                       half_to_float(static_cast<uint16_t>(bits.y)), half_to_float(static_cast<uint16_t>(bits.y >> 16)));
  }
  const auto* block = reinterpret_cast<const uint16_t*>(row + e / kQ8Block * kQ8Bytes);
  const unsigned low = block[1 + e % kQ8Block / 2], high = block[2 + e % kQ8Block / 2];
  const float d = half_to_float(block[0]);
  return make_float4(d * static_cast<float>(static_cast<int8_t>(low)), d * static_cast<float>(static_cast<int8_t>(low >> 8)),
                     d * static_cast<float>(static_cast<int8_t>(high)), d * static_cast<float>(static_cast<int8_t>(high >> 8)));
}

/// x / d to the nearest code, halves away from zero; a NaN becomes 0.
__device__ inline unsigned q8_code(float x, float d) {
  if (!(d > 0.0f)) return 0;
  const float level = fminf(floorf(fabsf(x / d) + 0.5f), 127.0f);
  const int code = level >= 0.0f ? static_cast<int>(level) : 0;
  return static_cast<unsigned>(x < 0.0f ? -code : code) & 255u;
}

/// Writes elements e and e + 1 (those below n) of a row of n values. Every lane of a warp calls it, with e = first + 2 * lane where
/// first is a multiple of 32: every 16 lanes share a q8_0 block.
template <KvDType KV>
__device__ inline void store_pair(std::byte* row, int e, int n, Pair x) {
  if constexpr (KV == KvDType::f32) {
    auto* to = reinterpret_cast<float*>(row);
    if (e < n) to[e] = x.a;
    if (e + 1 < n) to[e + 1] = x.b;
  } else if constexpr (KV == KvDType::f16) {
    auto* to = reinterpret_cast<uint16_t*>(row) + e;
    if (e + 1 < n && reinterpret_cast<uintptr_t>(to) % 4 == 0) {
      *reinterpret_cast<uint32_t*>(to) = pack_halves(x.a, x.b);
    } else {
      if (e < n) to[0] = float_to_half(x.a);
      if (e + 1 < n) to[1] = float_to_half(x.b);
    }
  } else {
    float top = fmaxf(fabsf(x.a), fabsf(x.b));
    for (int offset = 8; offset > 0; offset /= 2) top = fmaxf(top, __shfl_xor_sync(kAllLanes, top, offset));
    if (e >= n) return;
    const float d = top / 127.0f;
    auto* block = reinterpret_cast<uint16_t*>(row + e / kQ8Block * kQ8Bytes);
    block[1 + e % kQ8Block / 2] = static_cast<uint16_t>(q8_code(x.a, d) | q8_code(x.b, d) << 8);
    if (e % kQ8Block == 0) block[0] = float_to_half(d);
  }
}

}  // namespace engine::cuda
