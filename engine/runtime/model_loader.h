// Puts a model on its devices: weights of every role, KV pages, activations, plans. Part of ModelRuntime::load.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/info.h"
#include "forward/forward.h"
#include "forward/program.h"
#include "gguf/reader.h"
#include "model/placement.h"
#include "model/weights.h"
#include "ops/backend.h"
#include "runtime/expert_stream.h"
#include "runtime/expert_use.h"
#include "runtime/hot_experts.h"
#include "runtime/load_devices.h"
#include "runtime/lora_slots.h"
#include "runtime/model_runtime.h"

namespace engine {

/// A node of the program in the form that run() walks: a compiled segment, a transfer, or a load of streamed experts.
struct ExecutableNode {
  int device = 0;
  std::unique_ptr<Plan> plan;  // null for the others
  forward::Transfer transfer;
  bool load = false;
};

/// Where the experts of a layer are among those of a device, as its share's `local` says.
struct LocalTable {
  size_t layer = 0;
  int device = 0;
  std::vector<int32_t> local;
};

/// A model on its devices. Owns everything that plans point at; members are destroyed in reverse order, so that plans
/// and buffers go before the backends they belong to.
struct LoadedModel {
  std::unique_ptr<gguf::File> file;
  model::Config config;
  model::ModelWeights host;
  std::vector<std::string> device_names;
  std::vector<std::unique_ptr<Backend>> backends;
  std::vector<std::unique_ptr<Buffer>> buffers;  // vectors, tables and KV on devices
  model::Placement placement;
  StepLimits limits;
  int prompt_tokens = 0;  // of a step that is known to be slow; limits.max_tokens at most
  int context = 0;
  int total_pages = 0;
  int n_tokens_in_vocab = 0;
  forward::PlacedModel placed;
  std::vector<forward::Activations> activations;
  LoraSlots lora;
  std::vector<LocalTable> local_tables;
  ExpertCounter counter;
  ExpertUse known_use;  // of earlier loads
  ExpertStream stream;
  StreamChoice stream_choice;
  std::vector<ExecutableNode> program, lora_program;  // the second for steps with adapters
  std::vector<ExecutableNode> streamed_program;       // long prompts without adapters; empty: there is nothing to stream
  std::vector<forward::Load> loads;                   // of the streamed program, in order
  MemoryPlan plan;
  MemoryEstimate memory;  // its total
};

DType storage_type(KvType type);
KvDType kv_dtype(KvType type);
RopeKind rope_kind(const model::Rope& rope);

/// What the activations of a device are sized by.
forward::ActivationSizes activation_sizes(const RuntimeOptions& options, const LoadedModel& model);

/// Opens and binds the file: config and host weights are filled. Errors: those of the reader, config and weights.
Status open_model(const RuntimeOptions& options, LoadedModel& out);

/// Device names, placement, limits and the memory plan. Errors: not_found, unsupported, invalid_argument, out_of_memory (with a
/// setting that fits).
Status plan_model(const RuntimeOptions& options, Budgets budgets, LoadedModel& model);

/// Opens the devices, places weights layer by layer, reserves KV and scratch, compiles the program. Errors: out_of_memory,
/// unsupported, device, cancelled.
Status place_model(const RuntimeOptions& options, LoadedModel& model, const ProgressCallback& progress, const std::atomic<bool>* cancel);

/// Names the model in what is kept of it between loads.
std::string model_key(const LoadedModel& model);

/// Lets two experts change places between the attention device of their layer and the processor. Not while a step runs. Errors: device.
Status swap_expert(LoadedModel& model, const ExpertSwap& swap);

/// Bytes that a swap moves.
uint64_t swap_bytes(const LoadedModel& model, const ExpertSwap& swap);

}  // namespace engine
