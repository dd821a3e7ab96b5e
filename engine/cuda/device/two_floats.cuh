// Arithmetic on sums of two floats, {high, low}: nearly twice the digits of f32, so that exponentials and quotients round as the double
// arithmetic of the reference does, at the speed of f32. (Dekker 1971, "A floating-point technique for extending the available precision".)
#pragma once

#include "cuda/device/common.cuh"

namespace engine::cuda {

/// a + b.
__device__ inline float2 two_sum(float a, float b) {
  const float s = __fadd_rn(a, b), t = __fadd_rn(s, -a);
  return make_float2(s, __fadd_rn(__fadd_rn(a, -__fadd_rn(s, -t)), __fadd_rn(b, -t)));
}

/// The same where |a| >= |b|.
__device__ inline float2 fast_two_sum(float a, float b) {
  const float s = __fadd_rn(a, b);
  return make_float2(s, __fadd_rn(b, -__fadd_rn(s, -a)));
}

/// a * b.
__device__ inline float2 two_product(float a, float b) {
  const float p = __fmul_rn(a, b);
  return make_float2(p, __fmaf_rn(a, b, -p));
}

__device__ inline float2 two_add(float2 a, float b) {
  const float2 s = two_sum(a.x, b);
  return fast_two_sum(s.x, __fadd_rn(s.y, a.y));
}
__device__ inline float2 two_add(float2 a, float2 b) {
  return two_add(two_add(a, b.x), b.y);
}

/// The float next to a / b.
__device__ HEARTH_OUT_OF_LINE inline float two_quotient(float2 a, float2 b) {
  const float q = a.x / b.x;
  const float rest = __fadd_rn(__fmaf_rn(-q, b.x, a.x), __fmaf_rn(-q, b.y, a.y));
  return __fadd_rn(q, rest / b.x);
}

/// exp(x) to 2^-28, for x <= 88; what lies under the smallest float is 0.
__device__ HEARTH_OUT_OF_LINE inline float2 two_exp(float2 x) {
  if (!(x.x > -104.0f)) return make_float2(x.x != x.x ? x.x : 0.0f, 0.0f);
  const float n = rintf(__fmul_rn(x.x, 1.44269504f));
  // ln 2 in three pieces; n times the first is exact.
  const float2 piece = two_product(n, __uint_as_float(901758606u));  // 1.4286067653e-6
  float2 r = two_sum(__fmaf_rn(-n, 0.693145751953125f, x.x), -piece.x);
  r = fast_two_sum(r.x, __fadd_rn(__fmaf_rn(-n, 5.497923e-14f, __fadd_rn(r.y, -piece.y)), x.y));
  // exp(r) = 1 + r + r^2 / 2 in two floats, the rest of the series in one: it is under 0.008.
  const float2 square = two_product(r.x, r.x);
  float q = 1.0f / 362880.0f;
  q = __fmaf_rn(q, r.x, 1.0f / 40320.0f);
  q = __fmaf_rn(q, r.x, 1.0f / 5040.0f);
  q = __fmaf_rn(q, r.x, 1.0f / 720.0f);
  q = __fmaf_rn(q, r.x, 1.0f / 120.0f);
  q = __fmaf_rn(q, r.x, 1.0f / 24.0f);
  q = __fmaf_rn(q, r.x, 1.0f / 6.0f);
  const float tail = __fmul_rn(__fmul_rn(square.x, r.x), q);
  const float2 a = fast_two_sum(1.0f, r.x), b = two_sum(a.x, 0.5f * square.x);
  const float small = __fadd_rn(__fmaf_rn(0.5f, square.y, tail), __fmul_rn(r.x, r.y));
  const float2 y = fast_two_sum(b.x, __fadd_rn(small, __fadd_rn(r.y, __fadd_rn(a.y, b.y))));
  // 2^n in two steps, as it may lie under the smallest normal float.
  const int half = static_cast<int>(n) / 2, rest = static_cast<int>(n) - half;
  const float s1 = __uint_as_float(static_cast<uint32_t>(half + 127) << 23), s2 = __uint_as_float(static_cast<uint32_t>(rest + 127) << 23);
  return make_float2(__fmul_rn(__fmul_rn(y.x, s1), s2), __fmul_rn(__fmul_rn(y.y, s1), s2));
}

}  // namespace engine::cuda
