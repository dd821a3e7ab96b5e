// Model folders as Hugging Face publishes them, made from GGUF models with f32 weights: the way back of engine/import, written
// down independently.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gguf/reader.h"
#include "support/safetensors_writer.h"

namespace hearth_test {

using engine::gguf::File;
using engine::gguf::TensorInfo;

struct HfFolder {
  nlohmann::json config;
  nlohmann::json tokenizer = nlohmann::json::object(), tokenizer_config = nlohmann::json::object();
  std::map<std::string, SafeEntry> tensors;
  int shards = 1;

  void write(const TempFolder& folder) const {
    folder.write("config.json", as_bytes(config.dump(1)));
    if (!tokenizer.empty()) folder.write("tokenizer.json", as_bytes(tokenizer.dump()));
    folder.write("tokenizer_config.json", as_bytes(tokenizer_config.dump(1)));
    if (shards == 1) {
      folder.write("model.safetensors", safetensors_bytes(tensors));
      return;
    }
    nlohmann::json map = nlohmann::json::object();
    std::vector<std::map<std::string, SafeEntry>> parts(static_cast<size_t>(shards));
    size_t i = 0;
    for (const auto& [name, entry] : tensors) {
      const size_t part = i++ % parts.size();
      parts[part][name] = entry;
      map[name] = fmt::format("model-{:05d}-of-{:05d}.safetensors", part + 1, shards);
    }
    for (size_t p = 0; p < parts.size(); ++p)
      folder.write(fmt::format("model-{:05d}-of-{:05d}.safetensors", p + 1, shards), safetensors_bytes(parts[p]));
    folder.write("model.safetensors.index.json", as_bytes(nlohmann::json{{"metadata", {{"total_size", 1}}}, {"weight_map", map}}.dump()));
  }
};

/// Byte-level BPE with the 256 bytes and no merges.
inline nlohmann::json byte_tokenizer() {
  nlohmann::json vocab = nlohmann::json::object();
  int next = 0;
  for (int value = 0; value < 256; ++value) {
    const bool printable = (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174;
    const auto code = static_cast<uint32_t>(printable ? value : 256 + next++);
    std::string text;
    if (code < 0x80) {
      text = {static_cast<char>(code)};
    } else {
      text = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    }
    vocab[text] = value;
  }
  return {{"version", "1.0"},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}},
          {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", nlohmann::json::array()}}}};
}

/// Takes a GGUF model apart.
class HfMaker {
 public:
  explicit HfMaker(const File& file) : file_(file), arch_(*file.string("general.architecture")) {}

  HfFolder make() {
    out_.config = base_config();
    out_.tokenizer = byte_tokenizer();
    put("model.embed_tokens.weight", "token_embd.weight");
    put("model.norm.weight", "output_norm.weight");
    if (file_.tensor("output.weight")) put("lm_head.weight", "output.weight");
    out_.config["tie_word_embeddings"] = file_.tensor("output.weight") == nullptr;
    for (int64_t i = 0; i < whole("block_count"); ++i) layer(fmt::format("blk.{}.", i), fmt::format("model.layers.{}.", i));
    return std::move(out_);
  }

 private:
  [[nodiscard]] int64_t whole(const std::string& key, int64_t fallback = 0) const {
    return file_.integer(arch_ + "." + key).value_or(fallback);
  }
  [[nodiscard]] double real(const std::string& key, double fallback = 0) const {
    return file_.number(arch_ + "." + key).value_or(fallback);
  }
  [[nodiscard]] bool mla() const { return arch_ == "deepseek2"; }

  static std::vector<float> values(const TensorInfo& t) {
    std::vector<float> out(t.bytes / 4);
    std::memcpy(out.data(), t.data, t.bytes);
    return out;
  }
  static std::vector<int64_t> shape(const TensorInfo& t) {
    std::vector<int64_t> out;
    for (int d = t.n_dims; d-- > 0;) out.push_back(t.ne[d]);
    return out;
  }
  void put(const std::string& hf, const std::string& gguf) {
    const TensorInfo* t = file_.tensor(gguf);
    if (t) out_.tensors[hf] = safe_floats(shape(*t), values(*t));
  }
  /// q and k of llama: GGUF rows 2i and 2i + 1 of a head are rows i and i + width / 2 of the checkpoint.
  void put_heads(const std::string& hf, const std::string& gguf, int64_t width) {
    const TensorInfo* t = file_.tensor(gguf);
    if (!t) return;
    const std::vector<float> from = values(*t);
    std::vector<float> to(from.size());
    const bool vector = t->n_dims == 1;
    const int64_t in = vector ? 1 : t->ne[0], rows = vector ? t->ne[0] : t->ne[1];
    for (int64_t head = 0; head < rows / width; ++head)
      for (int64_t i = 0; i < width / 2; ++i)
        for (int64_t half = 0; half < 2; ++half)
          std::copy_n(from.begin() + (head * width + 2 * i + half) * in, in, to.begin() + (head * width + i + half * (width / 2)) * in);
    out_.tensors[hf] = safe_floats(shape(*t), to);
  }
  void put_experts(const std::string& folder, const std::string& part, const std::string& gguf) {
    const TensorInfo& t = *file_.tensor(gguf);
    const std::vector<float> all = values(t);
    for (int64_t e = 0; e < t.ne[2]; ++e) {
      const auto begin = all.begin() + e * t.ne[0] * t.ne[1];
      out_.tensors[fmt::format("{}.{}.{}.weight", folder, e, part)] =
          safe_floats({t.ne[1], t.ne[0]}, std::vector<float>(begin, begin + t.ne[0] * t.ne[1]));
    }
  }
  /// kv_b holds of each head the rows of K, which k_b has transposed, and those of V.
  void put_kv_b(const std::string& hf, const std::string& to) {
    const TensorInfo &k = *file_.tensor(to + "attn_k_b.weight"), &v = *file_.tensor(to + "attn_v_b.weight");
    const std::vector<float> kv = values(k), vv = values(v);
    const int64_t nope = k.ne[0], c = k.ne[1], heads = k.ne[2], vd = v.ne[1];
    std::vector<float> out;
    for (int64_t h = 0; h < heads; ++h) {
      for (int64_t n = 0; n < nope; ++n)
        for (int64_t j = 0; j < c; ++j) out.push_back(kv[static_cast<size_t>((h * c + j) * nope + n)]);
      out.insert(out.end(), vv.begin() + h * vd * c, vv.begin() + (h + 1) * vd * c);
    }
    out_.tensors[hf] = safe_floats({heads * (nope + vd), c}, out);
  }

  void layer(const std::string& g, const std::string& h) {
    const bool permuted = arch_ == "llama" || arch_ == "deepseek", mixtral = arch_ == "llama";
    const int64_t width = whole("attention.key_length", whole("embedding_length") / whole("attention.head_count"));
    put(h + "input_layernorm.weight", g + "attn_norm.weight");
    put(h + "post_attention_layernorm.weight", g + (arch_ == "glm4moe" ? "post_attention_norm.weight" : "ffn_norm.weight"));
    for (const char* p : {"q", "k", "v"}) {
      for (const char* kind : {"weight", "bias"}) {
        const std::string from = fmt::format("{}attn_{}.{}", g, p, kind), to = fmt::format("{}self_attn.{}_proj.{}", h, p, kind);
        if (permuted && *p != 'v')
          put_heads(to, from, width);
        else
          put(to, from);
      }
    }
    put(h + "self_attn.o_proj.weight", g + "attn_output.weight");
    put(h + "self_attn.q_norm.weight", g + "attn_q_norm.weight");
    put(h + "self_attn.k_norm.weight", g + "attn_k_norm.weight");
    put(h + "self_attn.q_a_proj.weight", g + "attn_q_a.weight");
    put(h + "self_attn.q_b_proj.weight", g + "attn_q_b.weight");
    put(h + "self_attn.q_a_layernorm.weight", g + "attn_q_a_norm.weight");
    put(h + "self_attn.kv_a_proj_with_mqa.weight", g + "attn_kv_a_mqa.weight");
    put(h + "self_attn.kv_a_layernorm.weight", g + "attn_kv_a_norm.weight");
    if (mla()) put_kv_b(h + "self_attn.kv_b_proj.weight", g);
    for (const char* p : {"gate", "up", "down"}) {
      put(fmt::format("{}mlp.{}_proj.weight", h, p), fmt::format("{}ffn_{}.weight", g, p));
      put(fmt::format("{}mlp.{}.{}_proj.weight", h, arch_ == "qwen2moe" ? "shared_expert" : "shared_experts", p),
          fmt::format("{}ffn_{}_shexp.weight", g, p));
    }
    if (!file_.tensor(g + "ffn_gate_inp.weight")) return;
    const std::string block = h + (mixtral ? "block_sparse_moe." : "mlp.");
    put(block + "gate.weight", g + "ffn_gate_inp.weight");
    put(block + "gate.e_score_correction_bias", g + "exp_probs_b.bias");
    put_experts(block + "experts", mixtral ? "w1" : "gate_proj", g + "ffn_gate_exps.weight");
    put_experts(block + "experts", mixtral ? "w3" : "up_proj", g + "ffn_up_exps.weight");
    put_experts(block + "experts", mixtral ? "w2" : "down_proj", g + "ffn_down_exps.weight");
    if (const TensorInfo* gate = file_.tensor(g + "ffn_gate_inp_shexp.weight"))
      out_.tensors[block + "shared_expert_gate.weight"] = safe_floats({1, gate->ne[0]}, values(*gate));
  }

  [[nodiscard]] nlohmann::json base_config() const {
    const std::map<std::string, const char*> classes = {
        {"llama", whole("expert_count") > 0 ? "MixtralForCausalLM" : "LlamaForCausalLM"},
        {"qwen2", "Qwen2ForCausalLM"},
        {"qwen3", "Qwen3ForCausalLM"},
        {"qwen2moe", "Qwen2MoeForCausalLM"},
        {"qwen3moe", "Qwen3MoeForCausalLM"},
        {"olmoe", "OlmoeForCausalLM"},
        {"glm4moe", "Glm4MoeForCausalLM"},
        {"deepseek", "DeepseekForCausalLM"},
        {"deepseek2", whole("expert_gating_func") == 2 ? "DeepseekV3ForCausalLM" : "DeepseekV2ForCausalLM"},
    };
    nlohmann::json c = {{"architectures", {classes.at(arch_)}},
                        {"hidden_act", "silu"},
                        {"num_hidden_layers", whole("block_count")},
                        {"hidden_size", whole("embedding_length")},
                        {"vocab_size", file_.tensor("token_embd.weight")->ne[1]},
                        {"max_position_embeddings", whole("context_length")},
                        {"intermediate_size", whole("feed_forward_length")},
                        {"num_attention_heads", whole("attention.head_count")},
                        {"num_key_value_heads", whole("attention.head_count_kv")},
                        {"rms_norm_eps", real("attention.layer_norm_rms_epsilon")},
                        {"rope_theta", real("rope.freq_base", 10000.0)}};
    if (whole("attention.key_length") > 0 && !mla()) c["head_dim"] = whole("attention.key_length");
    if (whole("expert_count") > 0) add_experts(c);
    if (mla()) add_mla(c);
    if (arch_ == "glm4moe")
      c["partial_rotary_factor"] = static_cast<double>(whole("rope.dimension_count")) / static_cast<double>(whole("attention.key_length"));
    return c;
  }

  void add_experts(nlohmann::json& c) const {
    const bool deepseek = arch_.starts_with("deepseek") || arch_ == "glm4moe";
    c[deepseek ? "n_routed_experts" : arch_ == "llama" ? "num_local_experts" : "num_experts"] = whole("expert_count");
    c["num_experts_per_tok"] = whole("expert_used_count");
    if (whole("expert_feed_forward_length") > 0) c["moe_intermediate_size"] = whole("expert_feed_forward_length");
    if (arch_ == "qwen2moe") c["shared_expert_intermediate_size"] = whole("expert_shared_feed_forward_length");
    if (arch_ == "qwen3moe") c["norm_topk_prob"] = true;
    if (!deepseek) return;
    c["first_k_dense_replace"] = whole("leading_dense_block_count");
    c["n_shared_experts"] = whole("expert_shared_count");
    c["routed_scaling_factor"] = real("expert_weights_scale", 1.0);
    c["norm_topk_prob"] = file_.boolean(arch_ + ".expert_weights_norm").value_or(false);
    c["scoring_func"] = whole("expert_gating_func", 1) == 2 ? "sigmoid" : "softmax";
    c["topk_method"] = whole("expert_gating_func", 1) == 2 ? "noaux_tc" : "greedy";
    c["n_group"] = whole("expert_group_count", 1);
    c["topk_group"] = whole("expert_group_used_count", 1);
  }

  void add_mla(nlohmann::json& c) const {
    const int64_t rope = whole("rope.dimension_count");
    c["num_key_value_heads"] = c["num_attention_heads"];
    c["q_lora_rank"] = whole("attention.q_lora_rank") > 0 ? nlohmann::json(whole("attention.q_lora_rank")) : nlohmann::json();
    c["kv_lora_rank"] = whole("attention.kv_lora_rank");
    c["qk_rope_head_dim"] = rope;
    c["qk_nope_head_dim"] = whole("attention.key_length_mla") - rope;
    c["v_head_dim"] = whole("attention.value_length_mla");
    const double mscale = std::round(real("rope.scaling.yarn_log_multiplier") * 1e5) / 1e4;  // 0.0707 as f32 -> 0.707
    c["rope_scaling"] = {{"type", "yarn"},
                         {"factor", real("rope.scaling.factor")},
                         {"original_max_position_embeddings", whole("rope.scaling.original_context_length")},
                         {"beta_fast", 32},
                         {"beta_slow", 1},
                         {"mscale", mscale},
                         {"mscale_all_dim", mscale}};
  }

  const File& file_;
  std::string arch_;
  HfFolder out_;
};

}  // namespace hearth_test
