// Least-squares fits behind the encoders. Internal to the folder.
//
// A block stores y = d * q with q from a fixed set of levels. For given q the best d is <x,q> / <q,q> and takes
// <x,q>^2 / <q,q> off the squared error |x|^2, so trying a scale costs one pass that collects two sums. Every fit here tries
// several scales, keeps the best and then alternates "nearest levels for this scale" and "best scale for these levels",
// neither of which can make the error larger (Lloyd's method on a line of equal steps).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/half.h"

namespace engine::quantize {

/// Nearest integer (ties to even) of |t| < 2^22 without a call: the sum has no bits left below 1.
inline float nearest(float t) {
  constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23
  return (t + kMagic) - kMagic;
}

/// Not-a-number becomes lo, so that a later conversion to an integer is always defined.
inline float clamp(float t, float lo, float hi) {
  t = t > lo ? t : lo;
  return t < hi ? t : hi;
}

inline void store_half(std::byte* at, uint16_t bits) {
  std::memcpy(at, &bits, sizeof bits);
}

/// The half that stores the scale d: the largest finite one beyond the range, the smallest one instead of zero, so that a
/// block of tiny values keeps its largest elements.
inline uint16_t half_scale(float d) {
  if (d == 0) return 0;
  const uint16_t bits = float_to_half(clamp(d, -65504.0f, 65504.0f));
  return (bits & 0x7fffu) == 0 ? static_cast<uint16_t>(bits | 1u) : bits;
}

inline float largest_magnitude(const float* x, int n) {
  float peak = 0;
#pragma omp simd reduction(max : peak)
  for (int i = 0; i < n; ++i) {
    const float a = std::fabs(x[i]);
    peak = a > peak ? a : peak;
  }
  return peak;
}

inline float sum_of_squares(const float* x, int n) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int i = 0; i < n; ++i) sum += x[i] * x[i];
  return sum;
}

/// Sums over a block of x and its levels q.
struct Moments {
  float xq = 0, qq = 0;
  /// |x - d q|^2 less |x|^2.
  [[nodiscard]] float error(float d) const { return d * (d * qq - 2 * xq); }
};

/// The integers from lo to hi.
struct IntegerLevels {
  float lo, hi;
  [[nodiscard]] float nearest_level(float t) const { return nearest(clamp(t, lo, hi)); }
};

template <int N, class Levels>
Moments moments(const Levels& levels, const float* x, float inverse) {
  float xq = 0, qq = 0;
#pragma omp simd reduction(+ : xq, qq)
  for (int i = 0; i < N; ++i) {
    const float q = levels.nearest_level(x[i] * inverse);
    xq += x[i] * q;
    qq += q * q;
  }
  return {xq, qq};
}

/// The scale d that makes |x - d q|^2 small. `reach`: levels that the largest |x| is put on, one try each; both signs are tried where
/// the levels are lopsided. Zero for a block of zeros.
template <int N, class Levels>
float fit_scale(const Levels& levels, const float* x, std::span<const float> reach, bool lopsided) {
  float peak = largest_magnitude(x, N);
  if (peak < 0x1p-60f) return 0;  // far below every half; 1 / peak stays finite above
  // The first try puts the largest value on the lowest level, which has the larger magnitude where they are lopsided.
  if (lopsided && std::find(x, x + N, peak) != x + N) peak = -peak;
  float best = 0, gain = -1;
  const auto consider = [&](float inverse) {
    const Moments m = moments<N>(levels, x, inverse);
    if (!(m.qq > 0) || m.xq * m.xq <= gain * m.qq) return;
    gain = m.xq * m.xq / m.qq;
    best = m.xq / m.qq;
  };
  for (const float r : reach) {
    consider(r / peak);
    if (lopsided) consider(-r / peak);
  }
  for (int round = 0; round < 2 && best != 0; ++round) {
    const float before = best;
    consider(1 / best);
    if (best == before) break;
  }
  return best;
}

/// y = d * q + offset.
struct Line {
  float d = 0, offset = 0;
};

/// Sums over a block of x and its integers q.
struct LineMoments {
  float q = 0, qq = 0, xq = 0;
};

template <int N>
LineMoments line_moments(const float* x, float inverse, float offset, float top) {
  float sq = 0, sqq = 0, sxq = 0;
#pragma omp simd reduction(+ : sq, sqq, sxq)
  for (int i = 0; i < N; ++i) {
    const float q = nearest(clamp((x[i] - offset) * inverse, 0.0f, top));
    sq += q;
    sqq += q * q;
    sxq += x[i] * q;
  }
  return {sq, sqq, sxq};
}

/// |x - d q - offset|^2 less |x|^2; `sum` is the sum of x.
inline float line_error(const LineMoments& m, float n, float sum, Line l) {
  return l.d * (l.d * m.qq - 2 * m.xq) + l.offset * (n * l.offset - 2 * sum + 2 * l.d * m.q);
}

/// The best line for given q. With `ceiling` the offset may not exceed it.
inline Line best_line(const LineMoments& m, float n, float sum, float ceiling) {
  Line l;
  const float det = n * m.qq - m.q * m.q;
  l.d = det > 0 ? (n * m.xq - sum * m.q) / det : 0;
  l.offset = (sum - l.d * m.q) / n;
  if (l.offset > ceiling || det <= 0) {
    l.offset = l.offset > ceiling ? ceiling : l.offset;
    l.d = m.qq > 0 ? (m.xq - l.offset * m.q) / m.qq : 0;
  }
  return l;
}

/// The line with q in 0..top that makes the squared error small. `shrink`: parts of the range that are cut off to begin with.
/// `at_most_zero`: types whose offset is stored as a subtracted minimum.
enum class Offset { any, at_most_zero };

template <int N>
Line fit_line(const float* x, float top, std::span<const float> shrink, Offset rule) {
  float lo = x[0], hi = x[0];
#pragma omp simd reduction(min : lo) reduction(max : hi)
  for (int i = 0; i < N; ++i) {
    lo = x[i] < lo ? x[i] : lo;
    hi = x[i] > hi ? x[i] : hi;
  }
  if (rule == Offset::at_most_zero && lo > 0) lo = 0;
  const float range = hi - lo;
  if (!(range > 0x1p-60f)) return {0, lo};
  float z[N], sum = 0;  // above lo, so that a large common part costs no digits
#pragma omp simd reduction(+ : sum)
  for (int i = 0; i < N; ++i) {
    z[i] = x[i] - lo;
    sum += z[i];
  }
  const float ceiling = rule == Offset::any ? range : -lo;
  Line best{range / top, 0};
  float least = INFINITY;
  for (const float s : shrink) {
    Line l{range * (1 - s) / top, range * s / 2};
    if (l.offset > ceiling) l.offset = ceiling;
    for (int round = 0; round < 3; ++round) {
      const LineMoments m = line_moments<N>(z, 1 / l.d, l.offset, top);
      l = best_line(m, N, sum, ceiling);
      const float error = line_error(m, N, sum, l);
      if (!(l.d > 0) || !(error < least || round == 0)) break;
      if (error < least) least = error, best = l;
    }
  }
  return {best.d, best.offset + lo};
}

}  // namespace engine::quantize
