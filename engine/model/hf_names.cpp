#include "model/hf_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace engine::model {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair kOutside[] = {{"model.embed_tokens", "token_embd"}, {"model.norm", "output_norm"}, {"lm_head", "output"}};

constexpr Pair kInLayer[] = {
    {"input_layernorm", "attn_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.qkv_proj", "attn_qkv"},
    {"self_attn.o_proj", "attn_output"},
    {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"},
    {"self_attn.q_a_proj", "attn_q_a"},
    {"self_attn.q_a_layernorm", "attn_q_a_norm"},
    {"self_attn.q_b_proj", "attn_q_b"},
    {"self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa"},
    {"self_attn.kv_a_layernorm", "attn_kv_a_norm"},
    {"self_attn.kv_b_proj", "attn_kv_b"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
    {"mlp.gate_up_proj", "ffn_gate_up"},
    {"mlp.gate", "ffn_gate_inp"},
    {"mlp.router", "ffn_gate_inp"},
    {"block_sparse_moe.gate", "ffn_gate_inp"},
    {"block_sparse_moe.router.layer", "ffn_gate_inp"},
    {"block_sparse_moe.input_linear", "ffn_gate_up_exps"},
    {"block_sparse_moe.output_linear", "ffn_down_exps"},
    {"shared_mlp.input_linear", "ffn_gate_up_shexp"},
    {"shared_mlp.output_linear", "ffn_down_shexp"},
    {"mlp.shared_experts.gate_proj", "ffn_gate_shexp"},
    {"mlp.shared_experts.up_proj", "ffn_up_shexp"},
    {"mlp.shared_experts.down_proj", "ffn_down_shexp"},
    {"mlp.shared_expert.gate_proj", "ffn_gate_shexp"},
    {"mlp.shared_expert.up_proj", "ffn_up_shexp"},
    {"mlp.shared_expert.down_proj", "ffn_down_shexp"},
    {"mlp.shared_expert_gate", "ffn_gate_inp_shexp"},
};

/// In the folder of one expert.
constexpr Pair kInExpert[] = {
    {"gate_proj", "ffn_gate_exps"}, {"up_proj", "ffn_up_exps"}, {"down_proj", "ffn_down_exps"},
    {"w1", "ffn_gate_exps"},        {"w3", "ffn_up_exps"},      {"w2", "ffn_down_exps"},
};

template <size_t N>
std::string_view lookup(const Pair (&table)[N], std::string_view name) {
  const auto* at = std::find_if(std::begin(table), std::end(table), [&](const Pair& p) { return p.first == name; });
  return at == std::end(table) ? std::string_view{} : at->second;
}

/// Takes "12." from the front.
std::optional<int> take_number(std::string_view& text) {
  int number = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || number < 0 || end == text.data() + text.size() || *end != '.') return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

constexpr bool one_of(std::string_view name, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Without "model.layers.N."; those whose tensor the name alone tells come second.
constexpr bool is_fused(std::string_view in_layer) {
  return one_of(in_layer, {"mlp.experts", "block_sparse_moe.experts"}) ||
         one_of(in_layer, {"block_sparse_moe.input_linear", "block_sparse_moe.output_linear"});
}

}  // namespace

bool holds_all_experts(std::string_view module) {
  return take(module, "model.layers.") && take_number(module) && is_fused(module);
}

bool permutes_heads(std::string_view arch) {
  return one_of(arch, {"llama", "deepseek", "granite", "granitemoe"});
}

bool interleaves_gate_up(std::string_view arch) {
  return arch == "gpt-oss";
}

std::optional<HfName> translate_hf_name(std::string_view module, std::string_view arch) {
  HfName out;
  if (const std::string_view name = lookup(kOutside, module); !name.empty()) {
    out.tensor = name;
    return out;
  }
  if (!take(module, "model.layers.")) return std::nullopt;
  const std::optional<int> layer = take_number(module);
  if (!layer) return std::nullopt;
  out.layer = *layer;
  out.fused_experts = is_fused(module);
  std::string_view name = lookup(kInLayer, module);
  if (name == "ffn_norm" && one_of(arch, {"gpt-oss", "glm4moe"})) name = "post_attention_norm";
  if (name.empty() && out.fused_experts) return out;
  if (name.empty() && (take(module, "mlp.experts.") || take(module, "block_sparse_moe.experts."))) {
    const std::optional<int> expert = take_number(module);
    if (!expert) return std::nullopt;
    out.expert = *expert;
    name = lookup(kInExpert, module);
  }
  if (name.empty()) return std::nullopt;
  out.tensor = fmt::format("blk.{}.{}", out.layer, name);
  return out;
}

}  // namespace engine::model
