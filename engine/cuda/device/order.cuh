// Floats as unsigned keys that compare alike.
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

/// Key of every NaN: under that of any number. 0 is no key of a float.
inline constexpr uint32_t kNanKey = 1;

/// a > b as floats exactly if order_key(a) > order_key(b); both zeros have one key.
__device__ inline uint32_t order_key(float v) {
  const uint32_t bits = __float_as_uint(v), magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return kNanKey;
  if (magnitude == 0) return 0x80000000u;
  return bits > 0x7fffffffu ? ~bits : bits | 0x80000000u;
}

/// The float behind a key; NaN for kNanKey and 0.
__device__ inline float from_key(uint32_t key) {
  if (key <= kNanKey) return __uint_as_float(0x7fc00000u);
  return __uint_as_float(key > 0x7fffffffu ? key & 0x7fffffffu : ~key);
}

__device__ inline float lowest_float() {
  return __uint_as_float(0xff800000u);  // minus infinity
}

/// order_key, but a NaN ranks with minus infinity.
__device__ inline uint32_t rank_key(float v) {
  const uint32_t key = order_key(v);
  return key == kNanKey ? order_key(lowest_float()) : key;
}

/// Largest key of the lanes of a warp, for all of them.
__device__ inline uint32_t warp_max_key(uint32_t key) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  return __reduce_max_sync(kAllLanes, key);
#else
  for (int offset = 16; offset > 0; offset /= 2) key = max(key, __shfl_xor_sync(kAllLanes, key, offset));
  return key;
#endif
}

}  // namespace engine::cuda
