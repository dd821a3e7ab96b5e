#include "model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace engine::model {

YarnRange yarn_range(int n_rot, double base, const RopeScaling& scaling) {
  const auto pair_of = [&](double rotations) {
    return n_rot * std::log(scaling.original_context / (2.0 * std::numbers::pi * rotations)) / (2.0 * std::log(base));
  };
  double low = pair_of(scaling.beta_fast), high = pair_of(scaling.beta_slow);
  if (scaling.round) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  return {std::max(0.0, low), std::min(n_rot - 1.0, high)};
}

std::vector<double> rope_inv_freq(int n_rot, double base, const RopeScaling& scaling, std::span<const double> factors) {
  std::vector<double> inv_freq(static_cast<size_t>(n_rot / 2));
  const YarnRange range = scaling.kind == RopeScalingKind::yarn ? yarn_range(n_rot, base, scaling) : YarnRange{};
  for (size_t i = 0; i < inv_freq.size(); ++i) {
    const double pair = static_cast<double>(i);
    double extrapolated = std::pow(base, -2.0 * pair / n_rot);
    if (!factors.empty()) extrapolated /= factors[i];
    const double interpolated = extrapolated / scaling.factor;
    switch (scaling.kind) {
      case RopeScalingKind::none:
        inv_freq[i] = extrapolated;
        break;
      case RopeScalingKind::linear:
        inv_freq[i] = interpolated;
        break;
      case RopeScalingKind::yarn: {
        const double ramp = 1.0 - std::clamp((pair - range.low) / std::max(0.001, range.high - range.low), 0.0, 1.0);
        const double share = ramp * scaling.extrapolation;
        inv_freq[i] = extrapolated * share + interpolated * (1.0 - share);
        break;
      }
    }
  }
  return inv_freq;
}

double yarn_mscale(double factor, double weight) {
  return factor <= 1.0 ? 1.0 : 1.0 + 0.1 * weight * std::log(factor);
}

}  // namespace engine::model
