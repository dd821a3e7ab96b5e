#include "model/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "gguf/printable.h"
#include "model/arch.h"

namespace engine::model {
namespace {

constexpr Architecture kArchitectures[] = {
    {"deepseek", read_deepseek}, {"deepseek2", read_deepseek2}, {"glm4moe", read_glm4moe}, {"gpt-oss", read_gpt_oss},
    {"granite", read_granite},   {"granitemoe", read_granite},  {"llama", read_llama},     {"olmoe", read_olmoe},
    {"qwen2", read_qwen2},       {"qwen2moe", read_qwen2moe},   {"qwen3", read_qwen3},     {"qwen3moe", read_qwen3moe},
};

std::string supported_list() {
  std::string list;
  for (const std::string& name : supported_architectures()) list += (list.empty() ? "" : ", ") + name;
  return list;
}

/// Files that are GGUF but no language model.
Status check_kind(const gguf::File& file, std::string_view arch) {
  const std::string_view type = file.string("general.type").value_or("model");
  const auto refuse = [&](std::string_view what, const char* hint) {
    return Error{ErrorCode::unsupported, fmt::format("{} is {}, not a language model.", file.path(), what), hint};
  };
  if (type == "adapter" || file.find("adapter.type")) return refuse("a LoRA adapter", "Open its base model and add the adapter to it.");
  if (type == "mmproj" || arch == "clip") return refuse("an image projector (mmproj)", "Open the language model it belongs to.");
  if (type == "imatrix") return refuse("an importance matrix for quantising", "Open the model itself.");
  if (type != "model") return refuse(fmt::format("of the type '{}'", gguf::printable(type)), "Open the model itself.");
  return {};
}

Status check_splittable(const gguf::File& file) {
  if (!file.tensor("blk.0.ffn_gate.0.weight")) return {};
  return Error{ErrorCode::unsupported,
               fmt::format("{} stores every expert as a tensor of its own, as Mixtral files before 2024 did.", file.path()),
               "Download a newer conversion of this model."};
}

/// Keys that every architecture has.
void read_shared(KeyReader& keys, Config& config) {
  const gguf::File& file = keys.file();
  config.name = std::string(file.string("general.name").value_or(""));
  const int blocks = keys.required("block_count", 1 << 16);
  const int nextn = keys.optional("nextn_predict_layers", 0);
  keys.expect(nextn < blocks, "nextn_predict_layers", "leaves no layer over");
  config.n_layers = blocks - nextn;
  // Every layer has tensors: this bounds what follows by the size of the file.
  keys.expect(config.n_layers <= static_cast<int64_t>(file.tensors().size()), "block_count",
              fmt::format("is {}, but the file has only {} tensors", blocks, file.tensors().size()));
  config.n_ctx_train = keys.required("context_length", kMaxTokens);
  config.n_embd = keys.required("embedding_length");
  config.norm_eps = static_cast<float>(keys.required_number("attention.layer_norm_rms_epsilon", 1e-20, 1.0));
}

Status read_vocabulary(const gguf::File& file, Config& config) {
  const gguf::TensorInfo* output = file.tensor("output.weight");
  if (!output) output = file.tensor("token_embd.weight");
  if (!output)
    return Error{ErrorCode::bad_file, fmt::format("{}: the tensor token_embd.weight is missing.", file.path()),
                 "Download the model again."};
  if (output->ne[1] > kMaxProduct)
    return Error{ErrorCode::bad_file, fmt::format("{}: {} claims {} tokens.", file.path(), output->name, output->ne[1]),
                 "Download the model again."};
  config.n_vocab = static_cast<int>(output->ne[1]);
  return {};
}

RopeScaling read_scaling(KeyReader& keys, int n_ctx_train) {
  RopeScaling scaling;
  const std::string type = keys.text("rope.scaling.type", "linear");
  const double legacy = keys.optional_number("rope.scale_linear", 1.0, 0.0, 1e6);
  scaling.factor = keys.optional_number("rope.scaling.factor", legacy, 0.0, 1e6);
  if (scaling.factor == 0.0) scaling.factor = 1.0;
  if (type == "linear") {
    scaling.kind = scaling.factor == 1.0 ? RopeScalingKind::none : RopeScalingKind::linear;
  } else if (type == "yarn") {
    scaling.kind = RopeScalingKind::yarn;
    scaling.original_context = keys.optional("rope.scaling.original_context_length", n_ctx_train, 1, kMaxTokens);
    scaling.beta_fast = keys.optional_number("rope.scaling.yarn_beta_fast", 32.0, 1e-3, 1e6);
    scaling.beta_slow = keys.optional_number("rope.scaling.yarn_beta_slow", 1.0, 1e-3, 1e6);
    scaling.extrapolation = keys.optional_number("rope.scaling.yarn_ext_factor", 1.0, -1.0, 1.0);
    if (scaling.extrapolation < 0.0) scaling.extrapolation = 1.0;  // -1 means "not set" to some writers
  } else if (type != "none") {
    keys.fail(ErrorCode::unsupported, "rope.scaling.type",
              fmt::format("is '{}'; none, linear and yarn are supported", gguf::printable(type)));
  }
  return scaling;
}

/// rope_freqs.weight: one divisor for each pair (formats.md 9.2).
std::vector<double> read_frequency_factors(KeyReader& keys, int n_rot) {
  const gguf::TensorInfo* tensor = keys.file().tensor("rope_freqs.weight");
  if (!tensor) return {};
  const auto refuse = [&](const char* what) {
    keys.fail(Error{ErrorCode::bad_file, fmt::format("{}: the tensor rope_freqs.weight {}.", keys.file().path(), what),
                    "Download the model again, from another source."});
    return std::vector<double>();
  };
  if (tensor->type != DType::f32 || tensor->bytes != sizeof(float) * static_cast<size_t>(n_rot / 2))
    return refuse("does not hold one F32 factor for each rotated pair");
  std::vector<double> factors(static_cast<size_t>(n_rot / 2));
  for (size_t i = 0; i < factors.size(); ++i) {
    float value = 0;
    std::memcpy(&value, tensor->data + i * sizeof(float), sizeof(float));
    if (!std::isfinite(value) || value <= 0.0f) return refuse("holds a factor that is not positive");
    factors[i] = static_cast<double>(value);
  }
  return factors;
}

}  // namespace

const Architecture* find_architecture(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kArchitectures), std::end(kArchitectures), [&](const Architecture& a) { return a.name == name; });
  return found == std::end(kArchitectures) ? nullptr : found;
}

std::vector<std::string> supported_architectures() {
  std::vector<std::string> names;
  for (const Architecture& a : kArchitectures) names.emplace_back(a.name);
  std::sort(names.begin(), names.end());
  return names;
}

RopeScaling read_rope(KeyReader& keys, Config& config, RopePairs pairs, int n_rot) {
  const double base = keys.optional_number("rope.freq_base", 10000.0, 1.0001, 1e12);
  RopeScaling scaling = read_scaling(keys, config.n_ctx_train);
  scaling.round = config.rope.round_yarn;
  const double converted = keys.optional_number("rope.scaling.yarn_attn_factor", 1.0, 1e-3, 1e3);
  scaling.attn_factor = keys.optional_number("rope.scaling.attn_factor", converted, 1e-3, 1e3);
  keys.expect(n_rot > 0 && n_rot % 2 == 0, "rope.dimension_count", fmt::format("is {}, not an even number", n_rot));
  if (!keys.status()) return scaling;
  const std::vector<double> factors = read_frequency_factors(keys, n_rot);
  if (!keys.status()) return scaling;
  config.rope.pairs = pairs;
  config.rope.n_rot = n_rot;
  config.rope.inv_freq = rope_inv_freq(n_rot, base, scaling, factors);
  config.rope.mscale = static_cast<float>(scaling.attn_factor);
  return scaling;
}

void read_gqa(KeyReader& keys, Config& config, RopePairs pairs) {
  config.n_head = keys.required("attention.head_count", kMaxHeads);
  config.n_head_kv = keys.optional("attention.head_count_kv", config.n_head, 1, kMaxHeads);
  if (!keys.status()) return;
  keys.expect(config.n_head % config.n_head_kv == 0, "attention.head_count_kv",
              fmt::format("is {}, which does not divide the {} heads", config.n_head_kv, config.n_head));
  if (!keys.has("attention.key_length"))
    keys.expect(config.n_embd % config.n_head == 0, "attention.head_count",
                fmt::format("is {}, which does not divide embedding_length", config.n_head));
  config.head_k = keys.optional("attention.key_length", config.n_embd / config.n_head, 1, kMaxHeads);
  config.head_v = keys.optional("attention.value_length", config.n_embd / config.n_head, 1, kMaxHeads);
  keys.expect(int64_t{config.n_head} * std::max(config.head_k, config.head_v) <= kMaxProduct, "attention.key_length",
              fmt::format("makes {} heads too wide", config.n_head));
  keys.expect(config.head_k <= kMaxHeads && config.head_v <= kMaxHeads, "attention.head_count",
              fmt::format("is {}, too few for embedding_length", config.n_head));
  const int n_rot = keys.optional("rope.dimension_count", config.head_k, 1);
  keys.expect(n_rot <= config.head_k, "rope.dimension_count", fmt::format("is {}, more than the head width {}", n_rot, config.head_k));
  if (!keys.status()) return;
  const RopeScaling scaling = read_rope(keys, config, pairs, n_rot);
  if (scaling.kind == RopeScalingKind::yarn)
    config.rope.mscale = static_cast<float>(scaling.attn_factor * yarn_mscale(scaling.factor, 1.0));
  const double scale = keys.optional_number("attention.scale", 0.0, 0.0, 1e3);
  config.attn_scale = static_cast<float>(scale > 0.0 ? scale : 1.0 / std::sqrt(static_cast<double>(config.head_k)));
}

bool has_qk_norm(const gguf::File& file) {
  return file.tensor("blk.0.attn_q_norm.weight") != nullptr;
}

void require_experts(KeyReader& keys, Config& config) {
  read_experts(keys, config);
  keys.expect(config.moe.n_experts > 0, "expert_count", "is missing");
}

void read_window(KeyReader& keys, Config& config, int period) {
  config.window = keys.optional("attention.sliding_window", 0, 0, kMaxTokens);
  if (config.window == 0) return;
  const std::string key = keys.full("attention.sliding_window_pattern");
  const gguf::Value* value = keys.file().find(key);
  if (const auto* by_layer = value ? std::get_if<std::vector<bool>>(value) : nullptr) {
    keys.expect(static_cast<int>(by_layer->size()) >= config.n_layers, "attention.sliding_window_pattern", "is shorter than the layers");
    config.windowed = *by_layer;
    return;
  }
  const int every = keys.optional("attention.sliding_window_pattern", period, 0);
  for (int layer = 0; layer < config.n_layers; ++layer) config.windowed.push_back(every == 0 || layer % every < every - 1);
}

void read_experts(KeyReader& keys, Config& config) {
  Moe& moe = config.moe;
  moe.n_experts = keys.optional("expert_count", 0, 0, 1 << 14);
  if (moe.n_experts == 0) return;
  moe.n_used = keys.required("expert_used_count", 1 << 14);
  keys.expect(moe.n_used <= moe.n_experts, "expert_used_count", fmt::format("is {}, more than the {} experts", moe.n_used, moe.n_experts));
  const double scale = keys.optional_number("expert_weights_scale", 1.0, 0.0, 1e6);
  moe.scale = scale > 0.0 ? static_cast<float>(scale) : 1.0f;
}

Result<Config> read_config(const gguf::File& file, const ConfigOptions& options) {
  const std::string_view name = file.string("general.architecture").value_or("");
  if (Status s = check_kind(file, name); !s) return s.error();
  if (name.empty())
    return Error{ErrorCode::bad_file, fmt::format("{} does not name its architecture (general.architecture).", file.path()),
                 "Download the model again."};
  if (file.tensors().empty())
    return Error{ErrorCode::unsupported, fmt::format("{} is vocabulary only: it holds a tokenizer but no weights.", file.path()),
                 "Open the model itself."};
  const Architecture* architecture = find_architecture(name);
  if (!architecture)
    return Error{ErrorCode::unsupported,
                 fmt::format("{} has the architecture '{}', which is not supported.", file.path(), gguf::printable(name)),
                 fmt::format("Supported architectures: {}.", supported_list())};
  if (Status s = check_splittable(file); !s) return s.error();
  Config config;
  config.arch = name;
  if (Status s = read_vocabulary(file, config); !s) return s.error();
  KeyReader keys(file, config.arch, options);
  read_shared(keys, config);
  if (keys.status()) architecture->read(keys, config);
  if (Status s = keys.status(); !s) return s.error();
  if (config.moe.n_experts == 0) config.n_dense_layers = config.n_layers;
  return config;
}

}  // namespace engine::model
