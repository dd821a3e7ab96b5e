// Scalar building blocks of the reference ops.
#pragma once

#include <cmath>
#include <cstdint>

#include "ops/ops.h"

namespace engine::scalar {

/// Dot product in double. Four partial sums, so that the additions do not wait for each other.
inline double dot(const float* a, const float* b, int64_t n) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    s1 += static_cast<double>(a[i + 1]) * static_cast<double>(b[i + 1]);
    s2 += static_cast<double>(a[i + 2]) * static_cast<double>(b[i + 2]);
    s3 += static_cast<double>(a[i + 3]) * static_cast<double>(b[i + 3]);
  }
  for (; i < n; ++i) s0 += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return (s0 + s1) + (s2 + s3);
}

inline double silu(double x) {
  return x / (1.0 + std::exp(-x));
}

inline double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// Activation of a gated pair (ops.h, ActKind).
inline double activate(ActKind act, double gate, double up) {
  if (act == ActKind::silu) return silu(gate) * up;
  const double g = std::fmin(gate, 7.0), u = std::fmin(std::fmax(up, -7.0), 7.0);
  return g * sigmoid(1.702 * g) * (u + 1.0);
}

/// y = x / sqrt(mean(x^2) + eps) * weight; y may be x.
inline void rms_norm(const float* x, const float* weight, float eps, int64_t n, float* y) {
  const double mean = dot(x, x, n) / static_cast<double>(n);
  const double factor = 1.0 / std::sqrt(mean + static_cast<double>(eps));
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(static_cast<double>(x[i]) * factor * static_cast<double>(weight[i]));
}

inline void clamp(float* x, int64_t n, float limit) {
  for (int64_t i = 0; i < n; ++i) x[i] = std::fmin(std::fmax(x[i], -limit), limit);
}

/// Rotates the first n_rot values of one head in place (formats.md 9.1).
inline void rotate(const RopeTable& table, int position, float* head) {
  if (table.kind == RopeKind::none) return;
  const int half = table.n_rot / 2;
  for (int i = 0; i < half; ++i) {
    const double angle = static_cast<double>(position) * table.inv_freq[i];
    const double cosine = static_cast<double>(static_cast<float>(std::cos(angle)) * table.mscale);
    const double sine = static_cast<double>(static_cast<float>(std::sin(angle)) * table.mscale);
    float& first = head[table.kind == RopeKind::normal ? 2 * i : i];
    float& second = head[table.kind == RopeKind::normal ? 2 * i + 1 : i + half];
    const double a = static_cast<double>(first), b = static_cast<double>(second);
    first = static_cast<float>(a * cosine - b * sine);
    second = static_cast<float>(a * sine + b * cosine);
  }
}

}  // namespace engine::scalar
