// Which device computes what: one for each (layer, role), and for routed experts one for each expert, so that hot experts
// can live on one device and the rest on another.
#pragma once

#include <cstdint>
#include <vector>

#include "model/config.h"

namespace engine::model {

/// Devices are indices into the runtime's list of backends.
struct LayerPlacement {
  int attention = 0;           // attention, norms, router; holds the residual stream and this layer's KV
  int ffn = 0;                 // dense FFN or shared experts
  std::vector<int> expert_of;  // [n_experts] device of each routed expert; empty in dense layers

  /// Devices that hold at least one routed expert, ascending.
  [[nodiscard]] std::vector<int> expert_devices() const;
  /// For `device`: expert -> index among the experts it holds in order, or -1.
  [[nodiscard]] std::vector<int32_t> local_experts(int device) const;
};

struct Placement {
  std::vector<LayerPlacement> layers;
  int embed = 0;   // token embedding
  int output = 0;  // output norm and matrix

  [[nodiscard]] bool uses(int device) const;
};

/// Everything on `main`, routed experts dealt in turn to `expert_devices` (empty: main).
Placement place(const Config& config, int main, const std::vector<int>& expert_devices);

/// A device with memory of its own beside the processor.
struct HybridSplit {
  int device_layers = 0;    // the first layers are on the device, the others on the host
  int host_moe_layers = 0;  // of the last N layers the routed experts are on the host,
  int hot_experts = 0;      // but for so many of each of those that have their attention on the device: the most used
};

/// The experts of every layer, most used first; a layer without an order of its own has them by index.
using ExpertRanking = std::vector<std::vector<int>>;

/// The output goes where the last layer is. The embedding is on the device only when everything is: reading a row a token costs the
/// host nothing, and the device saves the table.
Placement place_hybrid(const Config& config, int device, int host, const HybridSplit& split, const ExpertRanking& ranking = {});

}  // namespace engine::model
