// Fits of super-blocks: 256 elements in sub-blocks whose scales (and minima) are themselves small integers times one half.
// Internal to the folder.
//
// The scales are found by coordinate descent: fit every sub-block alone, choose the half so that the largest scale fits its
// integer, round, then repeat "best integers of each sub-block among the neighbours, levels assigned anew" and "best halves for
// these integers and levels". The best state seen is kept.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "quantize/fit.h"

namespace engine::quantize {

/// y = d * code[k] * q, codes in [lo, hi].
template <int kSubs>
struct ScaleCodes {
  uint16_t half = 0;
  std::array<int, kSubs> code{};
};

template <int kSubs, class Levels>
class ScaleSearch {
 public:
  static constexpr int kSize = 256 / kSubs;

  ScaleSearch(const Levels& levels, const float* x, int lo, int hi) : levels_(levels), x_(x), lo_(lo), hi_(hi) {}

  ScaleCodes<kSubs> run(std::span<const float> reach, int rounds) {
    float top = 0;
    for (int k = 0; k < kSubs; ++k) {
      scale_[idx(k)] = fit_scale<kSize>(levels_, x_ + k * kSize, reach, true);
      if (std::fabs(scale_[idx(k)]) > std::fabs(top)) top = scale_[idx(k)];
    }
    if (top == 0) return {};
    // The largest scale may take the lowest code, which has the larger magnitude, or the highest.
    for (const float divisor : {static_cast<float>(lo_), static_cast<float>(hi_)}) {
      ScaleCodes<kSubs> state{half_scale(top / divisor), {}};
      float d = half_to_float(state.half);
      for (int k = 0; k < kSubs; ++k)
        state.code[idx(k)] = static_cast<int>(nearest(clamp(scale_[idx(k)] / d, static_cast<float>(lo_), static_cast<float>(hi_))));
      improve(state, rounds);
    }
    return best_;
  }

 private:
  static size_t idx(int k) { return static_cast<size_t>(k); }

  void improve(ScaleCodes<kSubs> state, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      const float d = half_to_float(state.half);
      float error = 0, xu = 0, uu = 0;
      for (int k = 0; k < kSubs; ++k) {
        const Moments m = choose_code(k, d, state.code[idx(k)]);
        const float code = static_cast<float>(state.code[idx(k)]);
        error += m.error(d * code);
        xu += code * m.xq;
        uu += code * code * m.qq;
      }
      if (error < least_) least_ = error, best_ = state;
      if (!(uu > 0)) return;
      const uint16_t half = half_scale(xu / uu);
      if (half == state.half) return;
      state.half = half;
    }
  }

  /// The best of `code` and its neighbours.
  Moments choose_code(int k, float d, int& code) const {
    Moments best;
    float least = 0;  // of code 0, which decodes to zeros
    int chosen = 0;
    for (int c = std::max(lo_, code - 1); c <= std::min(hi_, code + 1); ++c) {
      if (c == 0) continue;
      const float scale = d * static_cast<float>(c);
      const Moments m = moments<kSize>(levels_, x_ + k * kSize, 1 / scale);
      if (m.error(scale) < least) least = m.error(scale), best = m, chosen = c;
    }
    code = chosen;
    return best;
  }

  Levels levels_;
  const float* x_;
  int lo_, hi_;
  std::array<float, kSubs> scale_{};
  ScaleCodes<kSubs> best_;
  float least_ = INFINITY;
};

/// y = d * scale[k] * q - dmin * min[k], scales and minima in [0, top].
template <int kSubs>
struct LineCodes {
  uint16_t d = 0, dmin = 0;
  std::array<int, kSubs> scale{}, min{};
};

template <int kSubs>
class LineSearch {
 public:
  static constexpr int kSize = 256 / kSubs;

  LineSearch(const float* x, float levels_top, int code_top) : x_(x), levels_top_(levels_top), code_top_(code_top) {
    for (int k = 0; k < kSubs; ++k) {
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int i = 0; i < kSize; ++i) sum += x[k * kSize + i];
      sum_[idx(k)] = sum;
    }
  }

  LineCodes<kSubs> run(std::span<const float> shrink, int rounds) {
    float top_d = 0, top_m = 0;
    std::array<Line, kSubs> lines;
    for (int k = 0; k < kSubs; ++k) {
      lines[idx(k)] = fit_line<kSize>(x_ + k * kSize, levels_top_, shrink, Offset::at_most_zero);
      top_d = std::max(top_d, lines[idx(k)].d);
      top_m = std::max(top_m, -lines[idx(k)].offset);
    }
    const float top = static_cast<float>(code_top_);
    LineCodes<kSubs> state{half_scale(top_d / top), half_scale(top_m / top), {}, {}};
    const float d = half_to_float(state.d), dmin = half_to_float(state.dmin);
    for (int k = 0; k < kSubs; ++k) {
      state.scale[idx(k)] = d > 0 ? static_cast<int>(nearest(clamp(lines[idx(k)].d / d, 0, top))) : 0;
      state.min[idx(k)] = dmin > 0 ? static_cast<int>(nearest(clamp(-lines[idx(k)].offset / dmin, 0, top))) : 0;
    }
    improve(state, rounds);
    return best_;
  }

 private:
  static size_t idx(int k) {
    return static_cast<size_t>(k);
  }

  /// Sums over all sub-blocks of the best halves' normal equations: u = scale * q, v = -min.
  struct Normal {
    double uu = 0, uv = 0, vv = 0, xu = 0, xv = 0;
  };

  void improve(LineCodes<kSubs> state, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      const float d = half_to_float(state.d), dmin = half_to_float(state.dmin);
      float error = 0;
      Normal n;
      for (int k = 0; k < kSubs; ++k) {
        LineMoments m;
        error += choose_codes(k, d, dmin, state.scale[idx(k)], state.min[idx(k)], m);
        const double s = state.scale[idx(k)], v = -state.min[idx(k)];
        n.uu += s * s * static_cast<double>(m.qq);
        n.uv += s * v * static_cast<double>(m.q);
        n.vv += v * v * kSize;
        n.xu += s * static_cast<double>(m.xq);
        n.xv += v * static_cast<double>(sum_[idx(k)]);
      }
      if (error < least_) least_ = error, best_ = state;
      if (!solve(n, state)) return;
    }
  }

  /// New halves; false when they are the old ones.
  static bool solve(const Normal& n, LineCodes<kSubs>& state) {
    const double det = n.uu * n.vv - n.uv * n.uv;
    double d = n.uu > 0 ? n.xu / n.uu : 0, dmin = 0;
    if (det > 1e-9 * n.uu * n.vv) {
      d = (n.xu * n.vv - n.xv * n.uv) / det;
      dmin = (n.xv * n.uu - n.xu * n.uv) / det;
    } else if (!(n.uu > 0) && n.vv > 0) {
      dmin = n.xv / n.vv;
    }
    if (!(d >= 0) || !(dmin >= 0)) return false;
    const uint16_t half_d = half_scale(static_cast<float>(d)), half_dmin = half_scale(static_cast<float>(dmin));
    if (half_d == state.d && half_dmin == state.dmin) return false;
    state.d = half_d, state.dmin = half_dmin;
    return true;
  }

  /// The best scale and minimum of sub-block k among the neighbours of the given ones; gives the error less |x|^2.
  float choose_codes(int k, float d, float dmin, int& scale, int& min, LineMoments& moments_out) const {
    const float* x = x_ + k * kSize;
    float least = INFINITY;
    int best_scale = scale, best_min = min;
    for (int s = std::max(0, scale - 1); s <= std::min(code_top_, scale + 1); ++s)
      for (int m = std::max(0, min - 1); m <= std::min(code_top_, min + 1); ++m) {
        const Line line{d * static_cast<float>(s), -dmin * static_cast<float>(m)};
        const LineMoments sums = line_moments<kSize>(x, line.d > 0 ? 1 / line.d : 0, line.offset, levels_top_);
        const float error = line_error(sums, kSize, sum_[idx(k)], line);
        if (error < least) least = error, best_scale = s, best_min = m, moments_out = sums;
      }
    scale = best_scale, min = best_min;
    return least;
  }

  const float* x_;
  float levels_top_;
  int code_top_;
  std::array<float, kSubs> sum_{};
  LineCodes<kSubs> best_;
  float least_ = INFINITY;
};

}  // namespace engine::quantize
