// config.json of a Hugging Face model folder: what its tensors must look like and what the GGUF metadata says (formats.md 3, 5).
// Internal to the folder.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/result.h"
#include "gguf/writer.h"

namespace engine::importer {

enum class QkNorm { none, per_head, whole };
enum class Sharing { none, plain, gated };  // shared experts: added as they are, or through a gate of their own

/// One row of the table of architectures: a class of the transformers library and how GGUF files hold it.
struct HfClass {
  const char* name;  // "Qwen3MoeForCausalLM"
  const char* arch;  // general.architecture
  bool moe = false, mla = false;
  QkNorm qk_norm = QkNorm::none;
  Sharing sharing = Sharing::none;
  int normalised = -1;  // 1, 0: GGUF readers normalise the chosen experts' weights always, never; -1: a key says so
};

/// YaRN, linear or llama3 scaling of RoPE.
struct RopeStretch {
  std::string kind;  // empty, "linear", "yarn"
  double factor = 1, original_context = 0;
  double attn_factor = 0;     // explicit extra factor on cos and sin; 0: none
  double mscale_all_dim = 0;  // DeepSeek
  double beta_fast = 32, beta_slow = 1;
  std::vector<float> divisors;  // llama3: rope_freqs.weight (formats.md 9.2)
};

struct HfModel {
  const HfClass* kind = nullptr;
  std::string name;
  int64_t layers = 0, embd = 0, vocab = 0, context = 0, ff = 0;
  int64_t heads = 0, kv_heads = 0, head_width = 0, head_rotated = 0;  // rotated dimensions of a head
  double eps = 1e-6, rope_base = 10000, clamp_qkv = 0;
  RopeStretch rope;
  bool tied = false, untied = false;  // as the file says; neither: what the tensors say

  int64_t q_lora = 0, latent = 0, nope = 0, rotated = 0, value_width = 0;  // MLA

  int64_t experts = 0, experts_used = 0, expert_ff = 0, dense_layers = 0;
  int64_t shared_experts = 0, shared_ff = 0;  // DeepSeek counts them, Qwen gives a width
  double expert_scale = 0;
  bool expert_norm = false, sigmoid = false;
  int64_t groups = 0, groups_used = 0;  // 0: ungrouped

  int64_t fp8_rows = 0, fp8_columns = 0;  // block of one weight_scale_inv; 0: not FP8
  std::vector<std::string> warnings;

  [[nodiscard]] bool is_moe_layer(int64_t layer) const { return experts > 0 && layer >= dense_layers; }
};

/// `path` is for messages. Errors: bad_file, unsupported (the class or the setting is named).
Result<HfModel> read_hf_model(const nlohmann::json& config, const std::string& path);

/// general.architecture and the keys that begin with it.
void put_model_keys(const HfModel& model, gguf::Writer& writer);

}  // namespace engine::importer
