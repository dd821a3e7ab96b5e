// THE forward pass, written once (design.md section 2). It emits the ops of one step for all devices; nothing here knows a
// backend or an architecture by name.
#pragma once

#include <vector>

#include "forward/activations.h"
#include "forward/program.h"
#include "model/config.h"
#include "model/placement.h"
#include "model/weights.h"

namespace engine::forward {

/// One device's share of the routed experts of a layer, local experts in ascending order.
struct ExpertShare {
  int device = 0;
  Weight gate, up, down;  // [local experts][...]
  const float *gate_bias = nullptr, *up_bias = nullptr, *down_bias = nullptr;
  const int32_t* local = nullptr;  // [E] on the device; null: all experts, identity
};

/// A layer with every weight on the device of its role (model::LayerPlacement).
struct PlacedLayer {
  model::LayerWeights w;
  std::vector<ExpertShare> experts;
  /// The experts of other devices in parts, each of which is brought to the attention device when its turn comes (Inputs::streamed).
  std::vector<ExpertShare> streamed;
  uint32_t* expert_counts = nullptr;  // [E] on the attention device: how often each was chosen
  KvLayer kv;
};

struct PlacedModel {
  Weight token_embd, output;
  const float* output_norm = nullptr;
  std::vector<PlacedLayer> layers;
  std::vector<RopeTable> rope;  // by device
};

/// Everything a step needs to know; all of it outlives the plans made from the program.
struct Inputs {
  const model::Config& config;
  const model::Placement& placement;
  const PlacedModel& model;
  const std::vector<Activations>& activations;  // by device
  int n_tokens_in_vocab = 0;                    // ids that may be sampled
  bool adapters = false;                        // lora for every weight that has a table (Weight::adapters)
  bool streamed = false;                        // long prompts: where a layer has streamed parts, its own device computes all experts
};

/// The program of one step: embedding, all layers, logits and candidates of the wanted rows.
Program build(const Inputs& inputs);

}  // namespace engine::forward
