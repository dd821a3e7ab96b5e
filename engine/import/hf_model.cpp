#include "import/hf_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gguf/printable.h"
#include "import/import.h"
#include "import/settings.h"

namespace engine::importer {
namespace {

using gguf::printable;

constexpr int64_t kMaxWidth = 1 << 20, kMaxHeads = 1 << 14, kMaxContext = 1 << 26, kMaxVocabulary = 1 << 24;

constexpr HfClass kClasses[] = {
    {"LlamaForCausalLM", "llama"},
    {"MistralForCausalLM", "llama"},
    {"MixtralForCausalLM", "llama", true, false, QkNorm::none, Sharing::none, 1},
    {"Qwen2ForCausalLM", "qwen2"},
    {"Qwen3ForCausalLM", "qwen3", false, false, QkNorm::per_head},
    {"Qwen2MoeForCausalLM", "qwen2moe", true, false, QkNorm::none, Sharing::gated, 0},
    {"Qwen3MoeForCausalLM", "qwen3moe", true, false, QkNorm::per_head, Sharing::none, 1},
    {"OlmoeForCausalLM", "olmoe", true, false, QkNorm::whole, Sharing::none, 0},
    {"Glm4MoeForCausalLM", "glm4moe", true, false, QkNorm::per_head, Sharing::plain},
    {"DeepseekForCausalLM", "deepseek", true, false, QkNorm::none, Sharing::plain, 0},
    {"DeepseekV2ForCausalLM", "deepseek2", true, true, QkNorm::none, Sharing::plain},
    {"DeepseekV3ForCausalLM", "deepseek2", true, true, QkNorm::none, Sharing::plain},
};

std::string class_list() {
  std::string list;
  for (const std::string& name : importable_classes()) list += (list.empty() ? "" : ", ") + name;
  return list;
}

const HfClass* find_class(const nlohmann::json& config) {
  const auto list = config.find("architectures");
  if (list == config.end() || !list->is_array() || list->empty() || !list->front().is_string()) return nullptr;
  const auto& name = list->front().get_ref<const std::string&>();
  const auto* at = std::find_if(std::begin(kClasses), std::end(kClasses), [&](const HfClass& c) { return name == c.name; });
  return at == std::end(kClasses) ? nullptr : at;
}

/// The name of the class as far as the file gives one.
std::string class_name(const nlohmann::json& config) {
  const auto list = config.find("architectures");
  const bool named = list != config.end() && list->is_array() && !list->empty() && list->front().is_string();
  return named ? printable(list->front().get_ref<const std::string&>()) : "";
}

/// formats.md 9.2.
std::vector<float> llama3_divisors(const HfModel& model, double factor, double low_factor, double high_factor, double original) {
  std::vector<float> out;
  for (int64_t i = 0; i < model.head_width / 2; ++i) {
    const double wavelength =
        2 * std::numbers::pi * std::pow(model.rope_base, 2.0 * static_cast<double>(i) / static_cast<double>(model.head_width));
    const double s = (original / wavelength - low_factor) / (high_factor - low_factor);
    const double divisor = wavelength < original / high_factor  ? 1.0
                           : wavelength > original / low_factor ? factor
                                                                : 1.0 / ((1.0 - s) / factor + s);
    out.push_back(static_cast<float>(divisor));
  }
  return out;
}

/// rope_scaling, or rope_parameters of newer files, which hold the base too.
void read_rope(Settings& config, HfModel& model) {
  model.rope_base = config.number("rope_theta", 10000.0, 1.001, 1e12);
  const nlohmann::json* table = config.find("rope_parameters");
  if (!table) table = config.find("rope_scaling");
  if (!table) return;
  if (!table->is_object()) return config.broken("rope_scaling is no table");
  Settings rope(*table, config.path());
  model.rope_base = rope.number("rope_theta", model.rope_base, 1.001, 1e12);
  const std::string kind = rope.text("rope_type", rope.text("type", "default"));
  RopeStretch& out = model.rope;
  out.factor = rope.number("factor", 1.0, 1e-3, 1e6);
  out.original_context = static_cast<double>(rope.optional("original_max_position_embeddings", model.context, kMaxContext, 1));
  if (kind == "linear") {
    out.kind = out.factor == 1.0 ? "" : "linear";
  } else if (kind == "yarn") {
    out.kind = "yarn";
    out.attn_factor = rope.number("attention_factor", 0.0, 0.0, 1e3);
    out.mscale_all_dim = rope.number("mscale_all_dim", 0.0, 0.0, 1e3);
    out.beta_fast = rope.number("beta_fast", 32.0, 1e-3, 1e6);
    out.beta_slow = rope.number("beta_slow", 1.0, 1e-3, 1e6);
    // The temperatures of cos and sin cancel in every published DeepSeek (formats.md 9.4); GGUF files have one key for both.
    if (model.kind->mla && rope.number("mscale", 1.0, 0.0, 1e3) != out.mscale_all_dim && out.factor > 1.0)
      rope.refuse("mscale and mscale_all_dim of rope_scaling differ");
  } else if (kind == "llama3") {
    const double low = rope.number("low_freq_factor", 1.0, 1e-3, 1e6), high = rope.number("high_freq_factor", 4.0, 1e-3, 1e6);
    rope.expect(high > low, "high_freq_factor of rope_scaling is not above low_freq_factor");
    if (rope.status()) out.divisors = llama3_divisors(model, out.factor, low, high, out.original_context);
  } else if (kind == "dynamic") {
    model.warnings.push_back("Dynamic scaling of positions (rope_scaling) is left out: it matters only beyond the model's context.");
  } else if (kind != "default") {
    rope.refuse(fmt::format("rope_scaling of the type '{}' is not supported", printable(kind, 32)));
  }
  if (Status s = rope.status(); !s) config.fail(s.error());
}

/// FP8 with block scales is read; other quantised checkpoints are not.
void read_quantisation(Settings& config, HfModel& model) {
  const nlohmann::json* table = config.find("quantization_config");
  if (!table) return;
  if (!table->is_object()) return config.broken("quantization_config is no table");
  Settings quantisation(*table, config.path());
  const std::string method = quantisation.text("quant_method", "");
  const nlohmann::json* block = quantisation.find("weight_block_size");
  const auto whole = [](const nlohmann::json& n) { return n.is_number_unsigned() && n.get<uint64_t>() > 0 && n.get<uint64_t>() <= 65536; };
  const bool blocks = block && block->is_array() && block->size() == 2 && whole((*block)[0]) && whole((*block)[1]);
  if (method != "fp8" || !blocks)
    return config.refuse(fmt::format("the weights are quantised as '{}', which cannot be read", printable(method, 32)),
                         "Choose the original model in BF16, F16 or FP8 with block scales, or a GGUF file.");
  model.fp8_rows = (*block)[0].get<int64_t>();
  model.fp8_columns = (*block)[1].get<int64_t>();
}

void read_mla(Settings& config, HfModel& model) {
  model.q_lora = config.optional("q_lora_rank", 0, kMaxWidth);
  model.latent = config.required("kv_lora_rank", 1 << 16);
  model.nope = config.required("qk_nope_head_dim", kMaxHeads);
  model.rotated = config.required("qk_rope_head_dim", kMaxHeads);
  model.value_width = config.required("v_head_dim", kMaxHeads);
}

/// Routed and shared experts under the names each family gives them.
void read_experts(Settings& config, HfModel& model) {
  const HfClass& kind = *model.kind;
  const bool deepseek = kind.sharing == Sharing::plain;
  const char* const count = deepseek ? "n_routed_experts" : config.find("num_local_experts") ? "num_local_experts" : "num_experts";
  if (deepseek && !config.find(count)) return;  // a dense model of the family
  model.experts = config.required(count, kMaxHeads);
  model.experts_used = config.required("num_experts_per_tok", kMaxHeads);
  config.expect(model.experts_used <= model.experts, "num_experts_per_tok is more than the experts there are");
  const bool own_width = config.find("moe_intermediate_size") != nullptr;
  model.expert_ff = own_width ? config.required("moe_intermediate_size", kMaxWidth) : model.ff;
  if (kind.sharing == Sharing::gated) model.shared_ff = config.required("shared_expert_intermediate_size", kMaxWidth);
  if (const nlohmann::json* dense = config.find("mlp_only_layers"); dense && !dense->empty()) config.refuse("mlp_only_layers is not empty");
  for (const char* step : {"decoder_sparse_step", "moe_layer_freq"})
    if (config.optional(step, 1, kMaxHeads) != 1) config.refuse(fmt::format("{} is not 1", step));
  model.expert_norm = config.flag("norm_topk_prob", kind.normalised == 1);
  if (kind.normalised >= 0 && model.expert_norm != (kind.normalised == 1))
    config.refuse(fmt::format("norm_topk_prob is {}, which a GGUF file of this architecture cannot say", model.expert_norm));
}

/// What only DeepSeek has: leading dense layers, counted shared experts, groups, two kinds of gates (formats.md 6).
void read_deepseek_router(Settings& config, HfModel& model) {
  if (model.experts == 0) return;
  model.dense_layers = config.optional("first_k_dense_replace", 0, model.layers);
  model.shared_experts = config.optional("n_shared_experts", 0, 1 << 10);
  model.shared_ff = model.shared_experts * model.expert_ff;
  const std::string kind = model.kind->name;
  const std::string gate =
      config.text("scoring_func", kind == "DeepseekV3ForCausalLM" || kind == "Glm4MoeForCausalLM" ? "sigmoid" : "softmax");
  if (gate != "softmax" && gate != "sigmoid") config.refuse(fmt::format("scoring_func is '{}'", printable(gate, 32)));
  model.sigmoid = gate == "sigmoid";
  model.expert_scale = config.number("routed_scaling_factor", model.sigmoid ? 2.5 : 1.0, 0.0, 1e6);
  if (model.sigmoid && !config.find("norm_topk_prob")) model.expert_norm = true;  // the class's own default
  if (kind == "DeepseekForCausalLM") {
    config.expect(!model.sigmoid, "scoring_func is not softmax");
    return;
  }
  const std::string method = config.text("topk_method", model.sigmoid ? "noaux_tc" : "greedy");
  if (method != "greedy" && method != "group_limited_greedy" && method != "noaux_tc")
    config.refuse(fmt::format("topk_method is '{}'", printable(method, 32)));
  model.groups = model.groups_used = 1;  // said, so that no reader guesses
  if (method != "greedy") {
    model.groups = config.optional("n_group", 1, model.experts, 1);
    model.groups_used = config.optional("topk_group", 1, model.groups, 1);
  }
  // V2 scales only weights that it does not normalise (formats.md 6 (c)).
  if (!model.sigmoid && model.expert_norm) model.expert_scale = 1.0;
}

void read_shared(Settings& config, HfModel& model) {
  const std::string act = config.text("hidden_act", "silu");
  if (act != "silu" && act != "swish") config.refuse(fmt::format("the activation '{}' is not supported", printable(act, 32)));
  model.layers = config.required("num_hidden_layers", 1 << 12);
  model.embd = config.required("hidden_size", kMaxWidth);
  model.vocab = config.required("vocab_size", kMaxVocabulary);
  model.context = config.required("max_position_embeddings", kMaxContext);
  model.ff = config.required("intermediate_size", kMaxWidth);
  model.heads = config.required("num_attention_heads", kMaxHeads);
  model.kv_heads = config.optional("num_key_value_heads", model.heads, model.heads, 1);
  config.expect(model.heads % model.kv_heads == 0, "num_key_value_heads does not divide num_attention_heads");
  if (!config.find("head_dim") && !model.kind->mla)
    config.expect(model.embd % model.heads == 0, "num_attention_heads does not divide hidden_size");
  model.head_width = config.optional("head_dim", std::max<int64_t>(1, model.embd / model.heads), kMaxHeads, 1);
  const double part = config.number("partial_rotary_factor", 1.0, 0.0, 1.0);
  const bool partial = std::string(model.kind->arch) == "glm4moe";
  if (part != 1.0 && !partial) config.refuse("partial_rotary_factor is not 1");
  model.head_rotated = partial ? static_cast<int64_t>(static_cast<double>(model.head_width) * part) : model.head_width;
  config.expect(model.head_rotated > 0 && (model.kind->mla || model.head_rotated % 2 == 0), "the rotated part of a head is odd");
  config.expect(model.kind->mla || model.head_width % 2 == 0, "the width of a head is odd");
  model.eps = config.number("rms_norm_eps", 1e-6, 1e-20, 1.0);
  model.clamp_qkv = config.number("clip_qkv", 0.0, 0.0, 1e6);
  if (model.clamp_qkv > 0 && std::string(model.kind->arch) != "olmoe") config.refuse("clip_qkv is not supported");
  if (const nlohmann::json* tie = config.find("tie_word_embeddings")) {
    model.tied = tie->is_boolean() && tie->get<bool>();
    model.untied = !model.tied;
  }
  const bool windowed = config.find("sliding_window") && config.flag("use_sliding_window", true);
  if (windowed && config.optional("sliding_window", model.context, kMaxContext) < model.context)
    model.warnings.push_back(
        fmt::format("The model looks back at most {} tokens; the GGUF form of this architecture looks back at all of them.",
                    config.optional("sliding_window", model.context, kMaxContext)));
}

}  // namespace

std::vector<std::string> importable_classes() {
  std::vector<std::string> names;
  for (const HfClass& c : kClasses) names.emplace_back(c.name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<HfModel> read_hf_model(const nlohmann::json& json, const std::string& path) {
  HfModel model;
  model.kind = find_class(json);
  if (!model.kind)
    return Error{ErrorCode::unsupported, fmt::format("{} is a model of the class '{}', which cannot be imported.", path, class_name(json)),
                 fmt::format("Choose a GGUF file of this model. Importable: {}.", class_list())};
  Settings config(json, path);
  read_shared(config, model);
  if (model.kind->mla) read_mla(config, model);
  if (config.status() && model.kind->moe) read_experts(config, model);
  if (config.status() && model.kind->sharing == Sharing::plain) read_deepseek_router(config, model);
  if (config.status()) read_rope(config, model);
  if (config.status()) read_quantisation(config, model);
  if (Status s = config.status(); !s) return s.error();
  return model;
}

}  // namespace engine::importer
