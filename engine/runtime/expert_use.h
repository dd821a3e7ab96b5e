// How often each expert is chosen: counted by the devices while they route (ops.h, MoeRouteOp::counts), kept from one load to the next.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/info.h"
#include "engine/result.h"
#include "model/placement.h"
#include "ops/backend.h"

namespace engine {

/// The experts of every layer, most used first, the lower index first among equals.
model::ExpertRanking rank_experts(const ExpertUse& use);

/// Part of the choices of a layer that falls on its `n` most used experts; where nothing is known, n of all `n_experts`.
double share_of_most_used(const std::vector<std::vector<uint64_t>>& chosen, size_t layer, int n, int n_experts);

/// later - earlier, of the same model.
ExpertUse use_between(const ExpertUse& earlier, const ExpertUse& later);

/// Half of the older counts and all of the newer: what was long ago is forgotten slowly.
ExpertUse older_and_newer(const ExpertUse& older, const ExpertUse& newer);

/// The counters of a loaded model.
class ExpertCounter {
 public:
  /// Reserves counters on the device of each layer that has experts; `counts` gets their addresses by layer, null in others.
  Status open(std::span<const std::unique_ptr<Backend>> backends, const model::Placement& placement, std::vector<uint32_t*>& counts);

  /// Takes over what the devices have counted. Not while a step runs.
  const ExpertUse& read(std::span<const std::unique_ptr<Backend>> backends, const model::Placement& placement);
  [[nodiscard]] const ExpertUse& use() const { return use_; }

 private:
  struct Layer {
    int device = 0;
    std::unique_ptr<Buffer> counts;   // none: a layer without experts
    std::vector<uint32_t> last, now;  // as read: they wrap around
  };
  std::vector<Layer> layers_;
  ExpertUse use_;
};

/// Where counts of a model are kept between loads; empty without a cache folder. `key` names the model file.
std::string expert_use_file(const std::string& cache_dir, const std::string& key);

/// What is known of a model with these layers and experts; nothing where the file is not there or of another model.
ExpertUse read_expert_use(const std::string& path, const std::string& key, int n_layers, int n_experts);

/// Keeps counts. Failures are logged: the file is only a help.
void write_expert_use(const std::string& path, const std::string& key, const ExpertUse& use);

}  // namespace engine
