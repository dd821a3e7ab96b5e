// Rotary position embeddings: from the metadata's base and scaling to one table of frequencies (formats.md 9).
#pragma once

#include <span>
#include <vector>

namespace engine::model {

enum class RopeScalingKind { none, linear, yarn };

/// How a model stretches its rotary angles beyond the context it was trained on.
struct RopeScaling {
  RopeScalingKind kind = RopeScalingKind::none;
  double factor = 1.0;         // target context / original context
  int original_context = 0;    // YaRN only, tokens
  double beta_fast = 32.0;     // YaRN: rotations over the original context above which a pair is left alone
  double beta_slow = 1.0;      // and below which it is fully interpolated
  double extrapolation = 1.0;  // YaRN's ext_factor: 0 is plain interpolation
  double attn_factor = 1.0;    // explicit extra factor on cos and sin
  bool round = true;           // YaRN: the ramp begins and ends at whole pairs
};

/// First and last pair of the YaRN ramp, rounded outwards as the original does, except that of gpt-oss (formats.md 9.4).
struct YarnRange {
  double low = 0, high = 0;
};
YarnRange yarn_range(int n_rot, double base, const RopeScaling& scaling);

/// inv_freq[i] of n_rot / 2 pairs: base^(-2i/n_rot) / factors[i], then scaled. `factors` (rope_freqs.weight, section 9.2)
/// is empty or has n_rot / 2 elements. Needs base > 1.
std::vector<double> rope_inv_freq(int n_rot, double base, const RopeScaling& scaling, std::span<const double> factors);

/// 1 + 0.1 * weight * ln(factor): YaRN's attention temperature; 1 for factors up to 1.
double yarn_mscale(double factor, double weight);

}  // namespace engine::model
