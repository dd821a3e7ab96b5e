#include "runtime/expert_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/log.h"
#include "core/paths.h"
#include "runtime/cache_file.h"

namespace engine {
namespace {

// Counts as kept: enough to rank by, and recent use tells more than what was long ago.
constexpr uint64_t kMostKept = 1'000'000;

std::vector<int> order_of(const std::vector<uint64_t>& chosen) {
  std::vector<int> order(chosen.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return chosen[static_cast<size_t>(a)] > chosen[static_cast<size_t>(b)]; });
  return order;
}

uint64_t sum_of(const std::vector<uint64_t>& values) {
  return std::accumulate(values.begin(), values.end(), uint64_t{0});
}

}  // namespace

model::ExpertRanking rank_experts(const ExpertUse& use) {
  model::ExpertRanking ranking;
  for (const std::vector<uint64_t>& layer : use.chosen) ranking.push_back(order_of(layer));
  return ranking;
}

double share_of_most_used(const std::vector<std::vector<uint64_t>>& chosen, size_t layer, int n, int n_experts) {
  if (layer >= chosen.size() || sum_of(chosen[layer]) == 0) return static_cast<double>(n) / std::max(1, n_experts);
  std::vector<uint64_t> counts = chosen[layer];
  std::sort(counts.begin(), counts.end(), std::greater<>());
  counts.resize(std::min(counts.size(), static_cast<size_t>(std::max(0, n))));
  return static_cast<double>(sum_of(counts)) / static_cast<double>(sum_of(chosen[layer]));
}

ExpertUse use_between(const ExpertUse& earlier, const ExpertUse& later) {
  ExpertUse out = later;
  out.total -= earlier.total;
  out.on_device -= earlier.on_device;
  for (size_t l = 0; l < std::min(out.chosen.size(), earlier.chosen.size()); ++l)
    for (size_t e = 0; e < std::min(out.chosen[l].size(), earlier.chosen[l].size()); ++e) out.chosen[l][e] -= earlier.chosen[l][e];
  return out;
}

ExpertUse older_and_newer(const ExpertUse& older, const ExpertUse& newer) {
  ExpertUse out = newer;
  if (older.chosen.size() != newer.chosen.size()) return out;
  out.total = 0;
  for (size_t l = 0; l < out.chosen.size(); ++l) {
    if (older.chosen[l].size() == out.chosen[l].size())
      for (size_t e = 0; e < out.chosen[l].size(); ++e) out.chosen[l][e] += older.chosen[l][e] / 2;
    out.total += sum_of(out.chosen[l]);
  }
  return out;
}

Status ExpertCounter::open(std::span<const std::unique_ptr<Backend>> backends, const model::Placement& placement,
                           std::vector<uint32_t*>& counts) {
  layers_.clear();
  layers_.resize(placement.layers.size());
  counts.assign(layers_.size(), nullptr);
  use_ = {};
  use_.chosen.resize(layers_.size());
  for (size_t l = 0; l < layers_.size(); ++l) {
    const size_t n = placement.layers[l].expert_of.size();
    if (n == 0) continue;
    Layer& layer = layers_[l];
    layer.device = placement.layers[l].attention;
    Result<std::unique_ptr<Buffer>> buffer = backends[static_cast<size_t>(layer.device)]->allocate(n * sizeof(uint32_t));
    if (!buffer) return buffer.error();
    layer.counts = std::move(*buffer);
    layer.last.assign(n, 0);
    layer.now.assign(n, 0);
    use_.chosen[l].assign(n, 0);
    counts[l] = reinterpret_cast<uint32_t*>(layer.counts->data);
  }
  return {};
}

const ExpertUse& ExpertCounter::read(std::span<const std::unique_ptr<Backend>> backends, const model::Placement& placement) {
  for (size_t l = 0; l < layers_.size(); ++l) {
    Layer& layer = layers_[l];
    if (!layer.counts) continue;
    backends[static_cast<size_t>(layer.device)]->download(layer.now.data(), layer.counts->data, layer.now.size() * sizeof(uint32_t));
    std::vector<uint64_t>& chosen = use_.chosen[l];
    chosen.resize(layer.now.size());
    for (size_t e = 0; e < chosen.size(); ++e) {
      const uint32_t more = layer.now[e] - layer.last[e];
      chosen[e] += more;
      use_.total += more;
      if (placement.layers[l].expert_of[e] == layer.device) use_.on_device += more;
    }
    layer.last = layer.now;
  }
  return use_;
}

std::string expert_use_file(const std::string& cache_dir, const std::string& key) {
  return cache_dir.empty() ? "" : cache_file_of(cache_dir, "experts", key);
}

ExpertUse read_expert_use(const std::string& path, const std::string& key, int n_layers, int n_experts) {
  if (path.empty()) return {};
  std::ifstream file(native_path(path));
  const nlohmann::json j = nlohmann::json::parse(file, nullptr, false);
  if (!j.is_object() || j.value("model", nlohmann::json()) != key) return {};
  const auto layers = j.find("chosen");
  if (layers == j.end() || !layers->is_array() || layers->size() != static_cast<size_t>(n_layers)) return {};
  ExpertUse use;
  for (const nlohmann::json& layer : *layers) {
    std::vector<uint64_t>& chosen = use.chosen.emplace_back();
    if (!layer.is_array() || (!layer.empty() && layer.size() != static_cast<size_t>(n_experts))) return {};
    for (const nlohmann::json& count : layer) {
      if (!count.is_number_unsigned() || count.get<uint64_t>() > kMostKept) return {};
      chosen.push_back(count.get<uint64_t>());
    }
    use.total += sum_of(chosen);
  }
  return use;
}

void write_expert_use(const std::string& path, const std::string& key, const ExpertUse& use) {
  if (path.empty() || use.total == 0) return;
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const std::vector<uint64_t>& layer : use.chosen) {
    const uint64_t most = layer.empty() ? 0 : *std::max_element(layer.begin(), layer.end());
    const uint64_t divisor = most / kMostKept + 1;
    nlohmann::ordered_json& out = layers.emplace_back(nlohmann::ordered_json::array());
    for (const uint64_t count : layer) out.push_back(count / divisor);
  }
  std::error_code ignored;
  std::filesystem::create_directories(native_path(path).parent_path(), ignored);
  const nlohmann::ordered_json j{{"model", key}, {"chosen", layers}};
  if (!write_cache_file(path, j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)))
    log(LogLevel::warn, "how often experts are used cannot be kept in {}", path);
}

}  // namespace engine
