// What the engine can say about devices and model files without running them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/result.h"

namespace engine {

/// One device the engine knows, usable or not.
struct DeviceInfo {
  std::string id;             // "cpu", "reference", "cuda:0", "vulkan:0": what --device takes
  std::string name;           // for people, e.g. "Intel Xeon, 2 threads, AVX2"
  uint64_t memory_total = 0;  // bytes
  uint64_t memory_free = 0;   // bytes available now
  bool usable = false;
  std::string reason;  // why not usable, one sentence; empty when usable
};

/// Element type of the KV cache.
enum class KvType { f32, f16, q8_0 };

/// How the conversation is laid out in a prompt: by the model's own chat template or, without a usable one, in a layout
/// chosen by the tokens that the model knows.
enum class ChatFormatSource { own_template, no_template, broken_template };
struct ChatFormat {
  ChatFormatSource source = ChatFormatSource::own_template;
  std::string layout;   // name of the layout, e.g. "ChatML"; empty with the model's own template
  std::string problem;  // what is wrong with a broken template, one sentence
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

/// All devices of this machine; never fails, unusable ones carry a reason.
std::vector<DeviceInfo> list_devices();

/// Reads the metadata of a GGUF file. Errors: io, not_found, bad_file, unsupported.
Result<ModelInfo> inspect_model(const std::string& path);

/// Memory for `context` tokens (0: the default of LoadOptions) with the given cache type.
Result<MemoryEstimate> estimate_memory(const std::string& path, int context, KvType kv);

}  // namespace engine
