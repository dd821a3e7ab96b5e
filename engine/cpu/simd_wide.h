// Floats of the widest vectors of a level as one value: sixteen with AVX-512, else the eight of simd.h.
#pragma once

#include "cpu/simd.h"

namespace engine::cpu::HEARTH_CPU_LEVEL {

#if defined(__AVX512F__)
struct F16 {
  __m512 v;
};
inline F16 operator+(F16 a, F16 b) {
  return {_mm512_add_ps(a.v, b.v)};
}
inline F16 operator-(F16 a, F16 b) {
  return {_mm512_sub_ps(a.v, b.v)};
}
inline F16 operator*(F16 a, F16 b) {
  return {_mm512_mul_ps(a.v, b.v)};
}
inline F16 v_max(F16 a, F16 b) {
  return {_mm512_max_ps(a.v, b.v)};
}
inline F16 v_min(F16 a, F16 b) {
  return {_mm512_min_ps(a.v, b.v)};
}
inline F16 v_fma(F16 a, F16 b, F16 c) {
  return {_mm512_fmadd_ps(a.v, b.v, c.v)};
}
inline F16 v_round(F16 a) {
  return {_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
inline F16 v_exp2i(F16 n) {
  return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n.v), _mm512_set1_epi32(127)), 23))};
}
template <>
inline F16 v_set<F16>(float x) {
  return {_mm512_set1_ps(x)};
}
using Wide = F16;
inline constexpr int kWide = 16;
inline Wide wide_load(const float* p) {
  return {_mm512_loadu_ps(p)};
}
inline void wide_store(float* p, Wide a) {
  _mm512_storeu_ps(p, a.v);
}
inline F8 low_half(Wide a) {
  return {_mm512_castps512_ps256(a.v)};
}
inline F8 high_half(Wide a) {
  return {_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.v), 1))};
}
inline float wide_max(Wide a) {
  return f8_hmax(f8_max(low_half(a), high_half(a)));
}
/// The eight sums of pairs of lanes eight apart.
inline F8 wide_fold(Wide a) {
  return low_half(a) + high_half(a);
}
inline Wide wide_load_half(const void* p) {
  return {_mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p)))};
}
inline Wide wide_load_int8(const void* p) {
  return {_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))))};
}
#else
using Wide = F8;
inline constexpr int kWide = 8;
inline Wide wide_load(const float* p) {
  return f8_load(p);
}
inline void wide_store(float* p, Wide a) {
  f8_store(p, a);
}
inline float wide_max(Wide a) {
  return f8_hmax(a);
}
inline F8 wide_fold(Wide a) {
  return a;
}
inline Wide wide_load_half(const void* p) {
  return f8_load_half(p);
}
inline Wide wide_load_int8(const void* p) {
  return f8_load_int8(p);
}
#endif
inline float wide_sum(Wide a) {
  return f8_sum(wide_fold(a));
}
inline Wide wide_zero() {
  return v_set<Wide>(0.0f);
}

/// Lane j of the result is the sum of the lanes of sums[j].
inline F8 eight_lane_sums(const F8 (&sums)[8]) {
#if defined(__AVX2__)
  const auto add_halves = [](F8 a, F8 b) { return F8{_mm256_hadd_ps(a.v, b.v)}; };
  const F8 low = add_halves(add_halves(sums[0], sums[1]), add_halves(sums[2], sums[3]));
  const F8 high = add_halves(add_halves(sums[4], sums[5]), add_halves(sums[6], sums[7]));
  return {_mm256_add_ps(_mm256_permute2f128_ps(low.v, high.v, 0x20), _mm256_permute2f128_ps(low.v, high.v, 0x31))};
#else
  return f8_map([&](int i) { return f8_sum(sums[i]); });
#endif
}

/// Turns eight rows of eight floats at `from` into eight columns at `to`.
inline void transpose_eight(const float* from, int64_t from_stride, float* to, int64_t to_stride) {
#if defined(__AVX2__)
  __m256 r[8], a[8];
  for (int i = 0; i < 8; ++i) r[i] = _mm256_loadu_ps(from + i * from_stride);
  for (int i = 0; i < 8; i += 2) {
    a[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    a[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    r[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44);
    r[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xee);
    r[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44);
    r[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    _mm256_storeu_ps(to + i * to_stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
    _mm256_storeu_ps(to + (i + 4) * to_stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
  }
#else
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) to[j * to_stride + i] = from[i * from_stride + j];
#endif
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
