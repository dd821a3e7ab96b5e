// Which experts should live on the device, by how often they were chosen lately; the others stay with the processor.
#pragma once

#include <vector>

#include "engine/info.h"
#include "model/placement.h"

namespace engine {

/// Expert `in` of a layer takes the place that `out` has on the layer's attention device.
struct ExpertSwap {
  int layer = 0, out = 0, in = 0;

  bool operator==(const ExpertSwap&) const = default;
};

/// The swaps that gain most, best first, at most `most`. Only clear differences count, so that experts of much the same use do not go to
/// and fro: `in` was chosen at least a quarter and eight times more often.
std::vector<ExpertSwap> plan_swaps(const model::Placement& placement, const ExpertUse& recent, size_t most);

}  // namespace engine
