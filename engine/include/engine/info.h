// What the engine can say about devices and model files without running them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/result.h"

namespace engine {

/// What computes. A software rasteriser calls itself a GPU and computes on the processor.
enum class DeviceKind { cpu, discrete_gpu, integrated_gpu, software };

/// Whether the self-test of this device, with this driver and build, was passed. Devices of the engine's own are never tested.
enum class CheckState { not_needed, unchecked, passed, failed };

/// Why "auto" leaves a usable device alone. `other`: it could have been chosen, another one is better.
enum class NotAutomatic { chosen, other, failed_check, software, integrated, for_checking };

/// One device the engine knows, usable or not.
struct DeviceInfo {
  std::string id;             // "cpu", "reference", "cuda:0", "vulkan:0": what --device takes
  std::string name;           // for people, e.g. "Intel Xeon, 2 threads, AVX2"
  uint64_t memory_total = 0;  // bytes; 0: unknown
  uint64_t memory_free = 0;   // bytes available now
  bool usable = false;
  std::string reason;  // why not usable, one sentence; empty when usable
  DeviceKind kind = DeviceKind::cpu;
  bool vectors = true;         // has kernels of its own, not only plain scalar code
  bool shared_memory = false;  // its memory is that of the computer
  std::string driver = {};     // name and version; empty: none
  std::string build = {};      // names the build of its kernels: another build is tested again
  CheckState check = CheckState::not_needed;
  std::string check_reason = {};                 // why the self-test failed, one sentence
  NotAutomatic automatic = NotAutomatic::other;  // set by list_devices()
};

/// Element type of the KV cache.
enum class KvType { f32, f16, q8_0 };

/// How the conversation is laid out in a prompt: by the model's own chat template, by LoadOptions::chat_template or, without a usable one,
/// in a layout chosen by the tokens that the model knows.
enum class ChatFormatSource { own_template, given_template, no_template, broken_template };
struct ChatFormat {
  ChatFormatSource source = ChatFormatSource::own_template;
  std::string layout;            // name of the layout, e.g. "ChatML"; empty with a template
  std::string problem;           // what is wrong with a broken template, one sentence
  bool thinking_switch = false;  // the template writes another prompt with Request::thinking than without
};

/// Facts of one model file (all its split parts together). Sizes in bytes.
struct ModelInfo {
  std::string path;
  std::string architecture;  // general.architecture
  std::string name;          // general.name, else the file name
  std::string description, license, size_label;
  std::string quantisation;                                     // dominant block type by bytes, e.g. "Q4_K"
  std::vector<std::pair<std::string, uint64_t>> bytes_by_type;  // block type -> bytes, largest first
  uint64_t file_bytes = 0;
  uint64_t weight_bytes = 0;     // all tensors
  uint64_t expert_bytes = 0;     // routed experts only
  uint64_t bytes_per_token = 0;  // weight bytes read to decode one token (active experts only)
  uint64_t parameters = 0, active_parameters = 0;
  int layers = 0, embedding = 0, vocabulary = 0;
  int experts = 0, experts_used = 0, experts_shared = 0;
  int context_length = 0;           // trained context, tokens
  uint64_t kv_bytes_per_token = 0;  // f16 cache, all layers
  bool has_chat_template = false;
  bool vocabulary_only = false;  // tokenizer without weights
  std::string tokenizer;         // "SentencePiece", "BPE (qwen2)", ...
};

/// Bytes a load will take, before it is done.
struct MemoryEstimate {
  uint64_t weights = 0, experts = 0, kv_cache = 0, scratch = 0;
  uint64_t adapters = 0;  // set aside for LoRA adapters
  int context = 0;        // tokens of one sequence that this is for
  [[nodiscard]] uint64_t total() const { return weights + experts + kv_cache + scratch + adapters; }
};

/// How often the experts of a model worked.
struct ExpertUse {
  std::vector<std::vector<uint64_t>> chosen;  // [layer][expert] times a token chose it; empty in layers without experts
  uint64_t total = 0;                         // sum of `chosen`
  uint64_t on_device = 0;                     // of it, experts on the device of their layer's attention (MemoryPlan)
};

/// What one device holds of a model, before or after it is loaded.
struct DeviceMemory {
  std::string device;  // DeviceInfo::id
  MemoryEstimate memory;
  uint64_t budget = 0;             // most bytes the plan may take here; 0: unknown
  std::vector<int> layers;         // whose attention, norms, dense or shared FFN and KV cache are here, ascending
  std::vector<int> expert_layers;  // whose routed experts, or some of them, are here, ascending
  bool embedding = false, output = false;
};

/// The true location of every part of a model.
struct MemoryPlan {
  std::vector<DeviceMemory> devices;
  int gpu_layers = 0;      // layers on the first device, when that is not the processor
  int cpu_moe_layers = 0;  // routed experts of the last N layers are in the computer's memory,
  int hot_experts = 0;     // but for the N most used of each of these layers, which are on the first device and change slowly
  int stream_tokens =
      0;  // in prompt steps of at least so many tokens all experts work on the first device; 0: never, -1: where it is quicker
  [[nodiscard]] MemoryEstimate total() const;
};

/// All devices of this machine; never fails, unusable ones carry a reason. `cache_dir` (EngineOptions) knows which have passed
/// their self-test; empty: nothing is known.
std::vector<DeviceInfo> list_devices(const std::string& cache_dir = {});

/// Reads the metadata of a GGUF file. Errors: io, not_found, bad_file, unsupported.
Result<ModelInfo> inspect_model(const std::string& path);

/// Memory on the processor for `context` tokens (0: the default of LoadOptions) with the given cache type, whether it fits or not.
Result<MemoryEstimate> estimate_memory(const std::string& path, int context, KvType kv);

}  // namespace engine
