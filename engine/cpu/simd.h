// Eight floats as one value: AVX2 where the file is compiled for it, plain C++ otherwise. Included only by files that are
// compiled once per level (HEARTH_CPU_LEVEL); everything is in the level's own namespace, so that no AVX2 instruction can
// reach the plain build through a shared inline function.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace engine::cpu::HEARTH_CPU_LEVEL {

#if defined(__AVX2__)
struct F8 {
  __m256 v;
};
inline F8 f8_zero() {
  return {_mm256_setzero_ps()};
}
inline F8 f8_set(float x) {
  return {_mm256_set1_ps(x)};
}
inline F8 f8_load(const float* p) {
  return {_mm256_loadu_ps(p)};
}
inline void f8_store(float* p, F8 a) {
  _mm256_storeu_ps(p, a.v);
}
inline F8 operator+(F8 a, F8 b) {
  return {_mm256_add_ps(a.v, b.v)};
}
inline F8 operator-(F8 a, F8 b) {
  return {_mm256_sub_ps(a.v, b.v)};
}
inline F8 operator*(F8 a, F8 b) {
  return {_mm256_mul_ps(a.v, b.v)};
}
inline F8 operator/(F8 a, F8 b) {
  return {_mm256_div_ps(a.v, b.v)};
}
inline F8 f8_max(F8 a, F8 b) {
  return {_mm256_max_ps(a.v, b.v)};
}
inline F8 f8_min(F8 a, F8 b) {
  return {_mm256_min_ps(a.v, b.v)};
}
/// a * b + c
inline F8 f8_fma(F8 a, F8 b, F8 c) {
  return {_mm256_fmadd_ps(a.v, b.v, c.v)};
}
inline F8 f8_round(F8 a) {
  return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
/// 2^n for whole n in [-126, 127].
inline F8 f8_exp2i(F8 n) {
  return {_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127)), 23))};
}
inline float f8_sum(F8 a) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
inline float f8_hmax(F8 a) {
  __m128 s = _mm_max_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  s = _mm_max_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}
inline F8 f8_abs(F8 a) {
  return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)};
}
inline F8 f8_load_half(const void* p) {
  return {_mm256_cvtph_ps(_mm_loadu_si128(static_cast<const __m128i*>(p)))};
}
inline void f8_store_half(void* p, F8 a) {
  _mm_storeu_si128(static_cast<__m128i*>(p), _mm256_cvtps_ph(a.v, _MM_FROUND_TO_NEAREST_INT));
}
inline F8 f8_load_bfloat(const void* p) {
  return {_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))), 16))};
}
inline F8 f8_load_int8(const void* p) {
  return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(p))))};
}
inline float half_at(const void* p) {
  uint16_t h;
  std::memcpy(&h, p, 2);
  return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(h)));
}
inline uint16_t to_half(float x) {
  return static_cast<uint16_t>(_mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(x), _MM_FROUND_TO_NEAREST_INT), 0));
}
#else
struct F8 {
  float v[8];
};
template <class Fn>
inline F8 f8_map(Fn&& fn) {
  F8 r;
  for (int i = 0; i < 8; ++i) r.v[i] = fn(i);
  return r;
}
inline F8 f8_zero() {
  return {};
}
inline F8 f8_set(float x) {
  return f8_map([&](int) { return x; });
}
inline F8 f8_load(const float* p) {
  return f8_map([&](int i) { return p[i]; });
}
inline void f8_store(float* p, F8 a) {
  std::memcpy(p, a.v, sizeof a.v);
}
inline F8 operator+(F8 a, F8 b) {
  return f8_map([&](int i) { return a.v[i] + b.v[i]; });
}
inline F8 operator-(F8 a, F8 b) {
  return f8_map([&](int i) { return a.v[i] - b.v[i]; });
}
inline F8 operator*(F8 a, F8 b) {
  return f8_map([&](int i) { return a.v[i] * b.v[i]; });
}
inline F8 operator/(F8 a, F8 b) {
  return f8_map([&](int i) { return a.v[i] / b.v[i]; });
}
inline F8 f8_max(F8 a, F8 b) {
  return f8_map([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
}
inline F8 f8_min(F8 a, F8 b) {
  return f8_map([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
}
inline F8 f8_fma(F8 a, F8 b, F8 c) {
  return f8_map([&](int i) { return a.v[i] * b.v[i] + c.v[i]; });
}
inline F8 f8_round(F8 a) {
  return f8_map([&](int i) { return (a.v[i] + 12582912.0f) - 12582912.0f; });
}  // |a| < 2^22
inline F8 f8_exp2i(F8 n) {
  return f8_map([&](int i) { return std::bit_cast<float>((static_cast<int32_t>(n.v[i]) + 127) << 23); });
}
inline float f8_sum(F8 a) {
  return ((a.v[0] + a.v[4]) + (a.v[2] + a.v[6])) + ((a.v[1] + a.v[5]) + (a.v[3] + a.v[7]));
}
inline float f8_hmax(F8 a) {
  float m = a.v[0];
  for (int i = 1; i < 8; ++i) m = a.v[i] > m ? a.v[i] : m;
  return m;
}
inline F8 f8_abs(F8 a) {
  return f8_map([&](int i) { return a.v[i] < 0 ? -a.v[i] : a.v[i]; });
}
inline float half_bits(uint16_t h) {
  const uint32_t magnitude = static_cast<uint32_t>(h & 0x7fffu) << 13;
  const uint32_t sign = static_cast<uint32_t>(h & 0x8000u) << 16;
  if (magnitude >= 0x0f800000u) return std::bit_cast<float>(sign | 0x70000000u | magnitude);  // infinity, NaN
  // The power of two moves the exponent bias and makes subnormals come out right.
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112f));
}
inline float half_at(const void* p) {
  uint16_t h;
  std::memcpy(&h, p, 2);
  return half_bits(h);
}
uint16_t to_half(float x);
inline F8 f8_load_half(const void* p) {
  return f8_map([&](int i) { return half_at(static_cast<const char*>(p) + 2 * i); });
}
inline void f8_store_half(void* p, F8 a) {
  uint16_t h[8];
  for (int i = 0; i < 8; ++i) h[i] = to_half(a.v[i]);
  std::memcpy(p, h, sizeof h);
}
inline F8 f8_load_bfloat(const void* p) {
  uint16_t h[8];
  std::memcpy(h, p, sizeof h);
  return f8_map([&](int i) { return std::bit_cast<float>(static_cast<uint32_t>(h[i]) << 16); });
}
inline F8 f8_load_int8(const void* p) {
  return f8_map([&](int i) { return static_cast<float>(static_cast<const int8_t*>(p)[i]); });
}
#endif

inline float bfloat_at(const void* p) {
  uint16_t h;
  std::memcpy(&h, p, 2);
  return std::bit_cast<float>(static_cast<uint32_t>(h) << 16);
}

// Overloads by which exp_of() is written once for all widths.
inline F8 v_max(F8 a, F8 b) {
  return f8_max(a, b);
}
inline F8 v_min(F8 a, F8 b) {
  return f8_min(a, b);
}
inline F8 v_round(F8 a) {
  return f8_round(a);
}
inline F8 v_exp2i(F8 a) {
  return f8_exp2i(a);
}
inline F8 v_fma(F8 a, F8 b, F8 c) {
  return f8_fma(a, b, c);
}
template <class V>
V v_set(float x);
template <>
inline F8 v_set<F8>(float x) {
  return f8_set(x);
}

/// exp(x) within 2 ulp; 0 below -87.3, exp(88.3) above. Cephes expf: n = round(x / ln 2), a degree-6 polynomial of the rest.
template <class V>
inline V exp_of(V x) {
  const V clamped = v_min(v_max(x, v_set<V>(-87.3f)), v_set<V>(88.3f));
  const V n = v_round(clamped * v_set<V>(1.44269504088896341f));
  V r = v_fma(n, v_set<V>(-0.693359375f), clamped);
  r = v_fma(n, v_set<V>(2.12194440e-4f), r);
  V p = v_set<V>(1.9875691500e-4f);
  p = v_fma(p, r, v_set<V>(1.3981999507e-3f));
  p = v_fma(p, r, v_set<V>(8.3334519073e-3f));
  p = v_fma(p, r, v_set<V>(4.1665795894e-2f));
  p = v_fma(p, r, v_set<V>(1.6666665459e-1f));
  p = v_fma(p, r, v_set<V>(5.0000001201e-1f));
  return (v_fma(p, r * r, r) + v_set<V>(1.0f)) * v_exp2i(n);
}
inline F8 f8_exp(F8 x) {
  return exp_of(x);
}

inline F8 f8_silu(F8 x) {
  return x / (f8_set(1.0f) + f8_exp(f8_zero() - x));
}

}  // namespace engine::cpu::HEARTH_CPU_LEVEL
