#include "model/placement.h"

#include <algorithm>

namespace engine::model {

std::vector<int> LayerPlacement::expert_devices() const {
  std::vector<int> devices(expert_of);
  std::sort(devices.begin(), devices.end());
  devices.erase(std::unique(devices.begin(), devices.end()), devices.end());
  return devices;
}

std::vector<int32_t> LayerPlacement::local_experts(int device) const {
  std::vector<int32_t> local(expert_of.size(), -1);
  int32_t next = 0;
  for (size_t e = 0; e < expert_of.size(); ++e)
    if (expert_of[e] == device) local[e] = next++;
  return local;
}

bool Placement::uses(int device) const {
  if (embed == device || output == device) return true;
  return std::any_of(layers.begin(), layers.end(), [device](const LayerPlacement& l) {
    return l.attention == device || l.ffn == device || std::find(l.expert_of.begin(), l.expert_of.end(), device) != l.expert_of.end();
  });
}

Placement place(const Config& config, int main, const std::vector<int>& expert_devices) {
  Placement placement;
  placement.embed = placement.output = main;
  placement.layers.resize(static_cast<size_t>(config.n_layers));
  for (int l = 0; l < config.n_layers; ++l) {
    LayerPlacement& layer = placement.layers[static_cast<size_t>(l)];
    layer.attention = layer.ffn = main;
    if (!config.is_moe_layer(l)) continue;
    for (int e = 0; e < config.moe.n_experts; ++e) {
      const size_t turn = static_cast<size_t>(e) % std::max<size_t>(1, expert_devices.size());
      layer.expert_of.push_back(expert_devices.empty() ? main : expert_devices[turn]);
    }
  }
  return placement;
}

namespace {

/// The most used experts of a layer move to `device`, but never all of them.
void move_hot(std::vector<int>& expert_of, int device, int hot, const std::vector<int>* order) {
  const int n = static_cast<int>(expert_of.size());
  const bool known = order && order->size() == expert_of.size();
  for (int i = 0; i < std::min(hot, n - 1); ++i) expert_of[static_cast<size_t>(known ? (*order)[static_cast<size_t>(i)] : i)] = device;
}

}  // namespace

Placement place_hybrid(const Config& config, int device, int host, const HybridSplit& split, const ExpertRanking& ranking) {
  Placement placement;
  placement.layers.resize(static_cast<size_t>(config.n_layers));
  bool all_here = true;
  for (int l = 0; l < config.n_layers; ++l) {
    LayerPlacement& layer = placement.layers[static_cast<size_t>(l)];
    const bool here = l < split.device_layers;
    layer.attention = layer.ffn = here ? device : host;
    all_here = all_here && here;
    if (!config.is_moe_layer(l)) continue;
    const bool experts_here = here && l < config.n_layers - split.host_moe_layers;
    layer.expert_of.assign(static_cast<size_t>(config.moe.n_experts), experts_here ? device : host);
    all_here = all_here && experts_here;
    const auto at = static_cast<size_t>(l);
    if (here && !experts_here) move_hot(layer.expert_of, device, split.hot_experts, at < ranking.size() ? &ranking[at] : nullptr);
  }
  placement.output = split.device_layers >= config.n_layers ? device : host;
  placement.embed = all_here ? device : host;
  return placement;
}

}  // namespace engine::model
