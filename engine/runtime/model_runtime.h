// A loaded model that computes steps: weights placed on devices, KV memory, compiled plans. Single-threaded; the engine
// thread and the command-line tools drive it. Everything is reserved at load.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/info.h"
#include "engine/request.h"
#include "engine/result.h"
#include "gguf/reader.h"
#include "model/config.h"
#include "ops/backend.h"
#include "ops/profile.h"
#include "ops/step.h"
#include "runtime/expert_stream.h"
#include "runtime/hot_experts.h"
#include "runtime/lora_slots.h"
#include "tokenizer/tokenizer.h"

namespace engine {

struct RuntimeOptions {
  std::string model_path;
  std::string device = "auto";
  std::string expert_device;  // empty: as cpu_moe_layers says; "a+b": experts split over two devices (tests of placement)
  int gpu_layers = -1;        // as LoadOptions
  int cpu_moe_layers = -1;    // as LoadOptions
  int hot_experts = -1;       // as LoadOptions
  int stream_tokens = -1;     // as LoadOptions
  size_t stream_part_bytes = ExpertStream::kPartBytes;
  std::string cache_dir;  // as EngineOptions; empty: devices are not tested
  int threads = 0;
  bool background = false;  // as LoadOptions
  int context = 0;          // tokens of one sequence; 0: min(trained, 4096)
  KvType kv = KvType::f16;
  int max_sequences = 4;
  int cached_sequences = 2;   // further sequences of KV pages kept for prefix reuse
  int max_prompt_tokens = 0;  // most tokens of one prompt step; 0: as many as pay on the device
  int max_outputs = 16;       // rows of logits of one step
  bool load_tokenizer = true;
  bool round_yarn = false;    // ConfigOptions::round_yarn
  int64_t adapter_bytes = 0;  // most memory for adapters; 0: none can be attached, -1: by the size of the model
};

RuntimeOptions runtime_options(const LoadOptions& options);

using ProgressCallback = std::function<void(float fraction, const char* stage)>;

/// One sequence's share of a step.
struct StepSequence {
  std::span<const int32_t> tokens;  // new tokens
  int position = 0;                 // of the first one
  std::span<const int32_t> pages;   // pages covering [0, position + tokens)
  bool wants_last = true;           // logits of the last token
  bool wants_all = false;           // logits of every token (tests, perplexity)
  std::span<const AdapterInUse> adapters = {};
};

/// Logits of the wanted rows, in order; valid until the next run.
struct StepOutput {
  const float* logits = nullptr;  // [rows][n_vocab]
  int rows = 0;
  int n_vocab = 0;                         // columns; sample only ids < tokenizer vocabulary
  const int32_t* candidate_ids = nullptr;  // [rows][n_candidates], descending
  const float* candidate_values = nullptr;
  const float* logsumexp = nullptr;  // [rows]
  int n_candidates = 0;
};

class ModelRuntime {
 public:
  /// Errors: those of the reader, config, weights and tokenizer; out_of_memory with a setting that fits; cancelled.
  static Result<std::unique_ptr<ModelRuntime>> load(const RuntimeOptions& options, const ProgressCallback& progress = {},
                                                    const std::atomic<bool>* cancel = nullptr);
  ~ModelRuntime();

  /// Places the model on another device, from the file as it was opened. What the KV pages held is gone, and no adapter may be
  /// attached. Errors: those of load; the runtime can then only be destroyed.
  Status move_to(const std::string& device, const ProgressCallback& progress = {}, const std::atomic<bool>* cancel = nullptr);

  /// Devices that are not the engine's own and can fail, joined by "+"; empty: none.
  [[nodiscard]] std::string foreign_devices() const;
  /// Their names for people.
  [[nodiscard]] const std::string& foreign_names() const;

  [[nodiscard]] const model::Config& config() const;
  [[nodiscard]] const gguf::File& file() const;
  [[nodiscard]] const Tokenizer* tokenizer() const;  // null for models without a vocabulary
  [[nodiscard]] const ModelInfo& info() const;
  [[nodiscard]] const std::string& device_name() const;
  [[nodiscard]] int threads() const;
  [[nodiscard]] int context() const;      // tokens of one sequence
  [[nodiscard]] int total_pages() const;  // KV pages of kPageTokens tokens
  [[nodiscard]] const StepLimits& limits() const;
  [[nodiscard]] const MemoryEstimate& memory() const;
  [[nodiscard]] const MemoryPlan& plan() const;

  /// Reads and uploads an adapter (a GGUF file, a PEFT folder); it stays until the last handle goes, and must not outlive the
  /// model. Errors: those of model::read_adapter, out_of_memory, unsupported.
  Result<std::shared_ptr<const AttachedAdapter>> attach_adapter(const std::string& path);

  /// Whether these adapters can work together. Errors: invalid_argument.
  [[nodiscard]] Status check_adapters(std::span<const AdapterInUse> set) const;

  /// Tokens that the next step of a prompt should take, when it has `left` to go: about half a second's worth, more where each step brings
  /// experts to the device, however many tokens need them. In [1, min(left, limits().max_tokens)].
  [[nodiscard]] int prompt_step(int left, bool adapted) const;

  /// Computes one step. Rows wanted in total must not exceed limits().max_outputs.
  /// Errors: cancelled (the KV of these tokens is then undefined), device.
  Result<StepOutput> run(std::span<const StepSequence> sequences, const std::atomic<bool>* cancel = nullptr);

  /// Tokens computed since load: what prefix reuse saves is visible here.
  [[nodiscard]] uint64_t computed_tokens() const;

  /// How often each expert was chosen since the load, and how many choices fell on experts of the layer's own device. Asks the devices.
  const ExpertUse& expert_use();

  /// When enough was computed since the last call: keeps the counts for later loads and, where experts are split between a device and the
  /// processor, moves those that are used most to the device. Returns how many moved. For idle moments: it takes some tens of milliseconds,
  /// and answers computed before and after may differ by roundings. Errors: device.
  Result<int> rebalance_experts();

  /// Where every part is; experts as they are now.
  [[nodiscard]] const model::Placement& placement() const;
  /// What rebalance_experts() does with the swaps it chooses. Each `out` is on its layer's device, each `in` with the processor.
  Status swap_experts(std::span<const ExpertSwap> swaps);

  void set_profile(Profile* profile);

  /// Of all devices together.
  [[nodiscard]] ReplayStats replay_stats() const;

  /// Of the main device; zeros where that is the computer.
  [[nodiscard]] MemoryInUse memory_in_use() const;

  /// Bytes per second of the main device's memory; 0 on devices that use the computer's.
  [[nodiscard]] double measure_bandwidth() const;

 private:
  ModelRuntime();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine
