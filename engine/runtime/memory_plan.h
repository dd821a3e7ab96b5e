// Where a model goes: a pure function of its sizes, the memory of the devices and what the user wants.
//
// With a device beside the processor, in this order, the first that fits: everything on the device; the routed experts of as few
// of the last layers as possible in the computer's memory; as many layers as possible on the device with all experts there, and of those
// then as many as fit back on the device. What is left takes single experts of the layers whose experts are away: the most used ones.
// Where it is known how often they are used, experts of more layers go away if that makes a token quicker, because a layer's most used
// experts do more work for their bytes than all of one layer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/info.h"
#include "engine/result.h"
#include "gguf/reader.h"
#include "model/config.h"
#include "model/placement.h"
#include "model/weights.h"

namespace engine {

/// Bytes of the parts of one layer.
struct LayerBytes {
  uint64_t attention = 0;  // norms and router too
  uint64_t ffn = 0;        // dense FFN or shared experts
  uint64_t experts = 0;    // routed ones
};

struct ModelBytes {
  std::vector<LayerBytes> layers;
  uint64_t embedding = 0;
  uint64_t output = 0;
  uint64_t kv_page = 0;  // of one page of one layer
  bool tied = false;     // the output is the embedding: once on a device that has both
};

/// The weights by the names of their tensors; layers that are not computed (MTP) stay in the file.
ModelBytes model_bytes(const gguf::File& file, const model::Config& config, const model::ModelWeights& weights, uint64_t kv_page);

/// Memory of one device. bytes 0: unknown, no limit.
struct DeviceBudget {
  std::string device;  // DeviceInfo::id
  uint64_t bytes = 0;
};

/// What a plan may take of a device: of the processor all memory there is, as a file's pages can be dropped and read again; of
/// another device what is free now, less a margin for other programs of 256 MiB or 5 %.
DeviceBudget budget_of(const DeviceInfo& device);

struct PlanRequest {
  const model::Config& config;
  ModelBytes bytes;
  /// Bytes of activations on a device; 0 where the placement does not use it.
  std::function<Result<uint64_t>(const model::Placement&, int device)> scratch;
  uint64_t adapters = 0;                     // room for adapters
  uint64_t least_adapters = 0;               // the least of it: the rest is given up before the load is
  int context_pages = 0;                     // of one sequence
  int sequences = 1;                         // whose pages are reserved
  std::vector<DeviceBudget> devices;         // one: all on it; two: the device and the processor
  bool shared_memory = false;                // the two devices have the same memory
  int gpu_layers = -1, cpu_moe_layers = -1;  // LoadOptions
  int hot_experts = 0;                       // LoadOptions; automatic only beside automatic layers
  const ExpertUse* use = nullptr;            // how experts were used so far; null: not known
};

struct PlannedModel {
  model::Placement placement;  // devices as in PlanRequest
  MemoryPlan plan;
  uint64_t adapters = 0;
};

/// Errors: out_of_memory, with a setting that fits where there is one; invalid_argument.
Result<PlannedModel> plan_placement(const PlanRequest& request);

/// What a given placement takes, whether it fits or not. Budgets are copied.
Result<PlannedModel> measure_placement(const PlanRequest& request, model::Placement placement);

/// out_of_memory when a device of the plan has too little, with a context that fits where there is one.
Status check_fit(const PlanRequest& request, const PlannedModel& planned);

}  // namespace engine
