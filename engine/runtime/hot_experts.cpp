#include "runtime/hot_experts.h"

#include <algorithm>

namespace engine {
namespace {

constexpr double kGain = 1.25;
constexpr uint64_t kLeastGain = 8;

struct Ranked {
  uint64_t gain = 0;
  ExpertSwap swap;
};

/// The least used experts that are here, against the most used that are not.
void add_swaps(int layer, const model::LayerPlacement& at, const std::vector<uint64_t>& chosen, std::vector<Ranked>& swaps) {
  std::vector<int> here, elsewhere;
  for (size_t e = 0; e < at.expert_of.size(); ++e) (at.expert_of[e] == at.attention ? here : elsewhere).push_back(static_cast<int>(e));
  const auto count = [&](int e) { return chosen[static_cast<size_t>(e)]; };
  std::stable_sort(here.begin(), here.end(), [&](int a, int b) { return count(a) < count(b); });
  std::stable_sort(elsewhere.begin(), elsewhere.end(), [&](int a, int b) { return count(a) > count(b); });
  for (size_t i = 0; i < std::min(here.size(), elsewhere.size()); ++i) {
    const uint64_t out = count(here[i]), in = count(elsewhere[i]);
    if (in < out + kLeastGain || static_cast<double>(in) < kGain * static_cast<double>(out)) return;
    swaps.push_back({in - out, {layer, here[i], elsewhere[i]}});
  }
}

}  // namespace

std::vector<ExpertSwap> plan_swaps(const model::Placement& placement, const ExpertUse& recent, size_t most) {
  std::vector<Ranked> ranked;
  for (size_t l = 0; l < std::min(placement.layers.size(), recent.chosen.size()); ++l)
    if (recent.chosen[l].size() == placement.layers[l].expert_of.size())
      add_swaps(static_cast<int>(l), placement.layers[l], recent.chosen[l], ranked);
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.gain > b.gain; });
  std::vector<ExpertSwap> swaps;
  for (size_t i = 0; i < std::min(most, ranked.size()); ++i) swaps.push_back(ranked[i].swap);
  return swaps;
}

}  // namespace engine
