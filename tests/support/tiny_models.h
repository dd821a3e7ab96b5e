// Complete models of a few kilobytes for tests that need a GGUF file of their own: keys and tensors can be changed or
// taken away before the file is written. Weights are deterministic noise.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "core/half.h"
#include "core/quant_blocks.h"
#include "gguf/writer.h"

namespace hearth_test {

using KeyValue = std::variant<uint32_t, float, bool, std::string, std::vector<std::string>, std::vector<float>, std::vector<int32_t>>;

struct TinyTensor {
  std::vector<int64_t> ne;
  engine::DType type = engine::DType::f32;
  float constant = NAN;  // a number: every element has it
};

struct TinyModel {
  std::map<std::string, KeyValue> keys;
  std::map<std::string, TinyTensor> tensors;

  [[nodiscard]] std::string arch() const { return std::get<std::string>(keys.at("general.architecture")); }
  void key(const std::string& name, KeyValue value) { keys[arch() + "." + name] = std::move(value); }
  void drop_key(const std::string& name) { keys.erase(arch() + "." + name); }
  [[nodiscard]] engine::gguf::Writer writer() const;
  [[nodiscard]] std::vector<std::byte> bytes() const { return writer().bytes(); }
};

/// Values of a tensor before they are stored in its type; rows follow each other.
inline std::vector<float> tiny_values(const std::string& name, const TinyTensor& tensor) {
  size_t n = 1;
  for (const int64_t d : tensor.ne) n *= static_cast<size_t>(d);
  std::vector<float> values(n);
  uint32_t state = 2166136261u;
  for (const char c : name) state = (state ^ static_cast<uint8_t>(c)) * 16777619u;
  for (float& v : values) {
    state = state * 1664525u + 1013904223u;
    v = std::isnan(tensor.constant) ? static_cast<float>(state >> 8) / 16777216.0f - 0.5f : tensor.constant;
  }
  return values;
}

/// F32, F16, BF16 and Q8_0 are encoded; other types get valid zero blocks.
inline std::vector<std::byte> tiny_encode(engine::DType type, const std::vector<float>& values) {
  std::vector<std::byte> out(engine::row_bytes(type, static_cast<int64_t>(values.size())));
  if (values.empty()) return out;
  if (type == engine::DType::f32) std::memcpy(out.data(), values.data(), out.size());
  if (type == engine::DType::q8_0) engine::quantize_row_q8_0(values.data(), out.data(), static_cast<int64_t>(values.size()));
  if (type == engine::DType::f16 || type == engine::DType::bf16) {
    for (size_t i = 0; i < values.size(); ++i) {
      const uint16_t h = type == engine::DType::f16 ? engine::float_to_half(values[i]) : engine::float_to_bfloat(values[i]);
      std::memcpy(out.data() + 2 * i, &h, 2);
    }
  }
  return out;
}

inline engine::gguf::Writer TinyModel::writer() const {
  engine::gguf::Writer w;
  for (const auto& [name, value] : keys) {
    if (const auto* u = std::get_if<uint32_t>(&value)) w.put_u32(name, *u);
    if (const auto* f = std::get_if<float>(&value)) w.put_f32(name, *f);
    if (const auto* b = std::get_if<bool>(&value)) w.put_bool(name, *b);
    if (const auto* s = std::get_if<std::string>(&value)) w.put_string(name, *s);
    if (const auto* l = std::get_if<std::vector<std::string>>(&value)) w.put_strings(name, *l);
    if (const auto* l = std::get_if<std::vector<float>>(&value)) w.put_f32s(name, *l);
    if (const auto* l = std::get_if<std::vector<int32_t>>(&value)) w.put_i32s(name, *l);
  }
  for (const auto& [name, t] : tensors) w.tensor(name, t.type, t.ne, tiny_encode(t.type, tiny_values(name, t)));
  return w;
}

namespace tiny {

inline constexpr uint32_t kLayers = 2, kEmbd = 32, kFf = 64, kHeads = 4, kKvHeads = 2, kHead = 8, kVocab = 48;

inline TinyModel start(const std::string& arch, uint32_t layers = kLayers) {
  TinyModel m;
  m.keys["general.architecture"] = arch;
  m.keys["general.name"] = "Tiny " + arch;
  m.keys["general.license"] = std::string("Apache-2.0");
  m.keys["tokenizer.ggml.model"] = std::string("llama");
  std::vector<std::string> tokens;
  for (uint32_t i = 0; i < kVocab; ++i) tokens.push_back("token" + std::to_string(i));
  m.keys["tokenizer.ggml.tokens"] = tokens;
  m.keys["tokenizer.ggml.scores"] = std::vector<float>(kVocab, -1.0f);
  m.keys["tokenizer.ggml.token_type"] = std::vector<int32_t>(kVocab, 1);
  m.keys["tokenizer.chat_template"] = std::string("{{ messages[0].content }}");
  m.key("block_count", layers);
  m.key("context_length", 256u);
  m.key("embedding_length", kEmbd);
  m.key("feed_forward_length", kFf);
  m.key("attention.head_count", kHeads);
  m.key("attention.head_count_kv", kKvHeads);
  m.key("attention.layer_norm_rms_epsilon", 1e-6f);
  m.key("rope.freq_base", 10000.0f);
  m.tensors["token_embd.weight"] = {{kEmbd, kVocab}};
  m.tensors["output_norm.weight"] = {{kEmbd}};
  m.tensors["output.weight"] = {{kEmbd, kVocab}};
  for (uint32_t i = 0; i < layers; ++i) {
    m.tensors["blk." + std::to_string(i) + ".attn_norm.weight"] = {{kEmbd}};
    m.tensors["blk." + std::to_string(i) + ".ffn_norm.weight"] = {{kEmbd}};
  }
  return m;
}

inline void add_gqa(TinyModel& m, bool bias) {
  for (uint32_t i = 0; i < kLayers; ++i) {
    const std::string p = "blk." + std::to_string(i) + ".attn_";
    m.tensors[p + "q.weight"] = {{kEmbd, kHeads * kHead}};
    m.tensors[p + "k.weight"] = {{kEmbd, kKvHeads * kHead}};
    m.tensors[p + "v.weight"] = {{kEmbd, kKvHeads * kHead}};
    m.tensors[p + "output.weight"] = {{kHeads * kHead, kEmbd}};
    if (!bias) continue;
    m.tensors[p + "q.bias"] = {{kHeads * kHead}};
    m.tensors[p + "k.bias"] = {{kKvHeads * kHead}};
    m.tensors[p + "v.bias"] = {{kKvHeads * kHead}};
  }
}

inline void add_ffn(TinyModel& m, uint32_t layer, const std::string& suffix, uint32_t n_ff) {
  const std::string p = "blk." + std::to_string(layer) + ".ffn_";
  m.tensors[p + "gate" + suffix + ".weight"] = {{kEmbd, n_ff}};
  m.tensors[p + "up" + suffix + ".weight"] = {{kEmbd, n_ff}};
  m.tensors[p + "down" + suffix + ".weight"] = {{n_ff, kEmbd}};
}

inline void add_experts(TinyModel& m, uint32_t layer, uint32_t n_ff, uint32_t n) {
  const std::string p = "blk." + std::to_string(layer) + ".ffn_";
  m.tensors[p + "gate_inp.weight"] = {{kEmbd, n}};
  m.tensors[p + "gate_exps.weight"] = {{kEmbd, n_ff, n}};
  m.tensors[p + "up_exps.weight"] = {{kEmbd, n_ff, n}};
  m.tensors[p + "down_exps.weight"] = {{n_ff, kEmbd, n}};
}

}  // namespace tiny

inline TinyModel tiny_llama() {
  TinyModel m = tiny::start("llama");
  tiny::add_gqa(m, false);
  for (uint32_t i = 0; i < tiny::kLayers; ++i) tiny::add_ffn(m, i, "", tiny::kFf);
  return m;
}

inline TinyModel tiny_mixtral() {
  TinyModel m = tiny::start("llama");
  tiny::add_gqa(m, false);
  m.key("expert_count", 4u);
  m.key("expert_used_count", 2u);
  for (uint32_t i = 0; i < tiny::kLayers; ++i) tiny::add_experts(m, i, tiny::kFf, 4);
  return m;
}

inline TinyModel tiny_qwen2() {
  TinyModel m = tiny::start("qwen2");
  tiny::add_gqa(m, true);
  m.tensors.erase("output.weight");
  for (uint32_t i = 0; i < tiny::kLayers; ++i) tiny::add_ffn(m, i, "", tiny::kFf);
  return m;
}

inline TinyModel tiny_qwen3moe() {
  TinyModel m = tiny::start("qwen3moe");
  tiny::add_gqa(m, false);
  m.key("attention.key_length", tiny::kHead);
  m.key("attention.value_length", tiny::kHead);
  m.key("expert_count", 8u);
  m.key("expert_used_count", 3u);
  m.key("expert_feed_forward_length", 32u);
  for (uint32_t i = 0; i < tiny::kLayers; ++i) {
    m.tensors["blk." + std::to_string(i) + ".attn_q_norm.weight"] = {{tiny::kHead}};
    m.tensors["blk." + std::to_string(i) + ".attn_k_norm.weight"] = {{tiny::kHead}};
    tiny::add_experts(m, i, 32, 8);
  }
  return m;
}

enum class MlaLayout { current, legacy };
enum class DeepseekKind { lite, v3 };

/// One dense layer and one with experts; nope 8, rope 4, v 8, latent 32.
inline TinyModel tiny_deepseek2(MlaLayout layout, DeepseekKind kind) {
  TinyModel m = tiny::start("deepseek2");
  const bool v3 = kind == DeepseekKind::v3;
  const uint32_t nope = 8, rope = 4, v = 8, c = 32, q_lora = 16, heads = tiny::kHeads;
  m.key("attention.head_count_kv", layout == MlaLayout::legacy ? heads : 1u);
  m.key("attention.kv_lora_rank", c);
  m.key("attention.q_lora_rank", v3 ? q_lora : 0u);
  m.key("rope.dimension_count", rope);
  m.key("attention.key_length", layout == MlaLayout::legacy ? nope + rope : c + rope);
  m.key("attention.value_length", layout == MlaLayout::legacy ? v : c);
  if (layout == MlaLayout::current) {
    m.key("attention.key_length_mla", nope + rope);
    m.key("attention.value_length_mla", v);
  }
  m.key("leading_dense_block_count", 1u);
  m.key("expert_count", 8u);
  m.key("expert_used_count", 3u);
  m.key("expert_shared_count", v3 ? 1u : 2u);
  m.key("expert_feed_forward_length", 32u);
  m.key("expert_weights_scale", v3 ? 2.5f : 1.0f);
  m.key("expert_weights_norm", v3);
  m.key("expert_gating_func", v3 ? 2u : 1u);
  if (v3) {
    m.key("expert_group_count", 4u);
    m.key("expert_group_used_count", 2u);
  }
  m.key("rope.scaling.type", std::string("yarn"));
  m.key("rope.scaling.factor", 40.0f);
  m.key("rope.scaling.original_context_length", 4096u);
  m.key("rope.scaling.yarn_log_multiplier", v3 ? 0.1f : 0.0707f);
  for (uint32_t i = 0; i < tiny::kLayers; ++i) {
    const std::string p = "blk." + std::to_string(i) + ".attn_";
    if (v3) {
      m.tensors[p + "q_a.weight"] = {{tiny::kEmbd, q_lora}};
      m.tensors[p + "q_a_norm.weight"] = {{q_lora}};
      m.tensors[p + "q_b.weight"] = {{q_lora, heads * (nope + rope)}};
    } else {
      m.tensors[p + "q.weight"] = {{tiny::kEmbd, heads * (nope + rope)}};
    }
    m.tensors[p + "kv_a_mqa.weight"] = {{tiny::kEmbd, c + rope}};
    m.tensors[p + "kv_a_norm.weight"] = {{c}};
    if (layout == MlaLayout::legacy) {
      m.tensors[p + "kv_b.weight"] = {{c, heads * (nope + v)}};
    } else {
      m.tensors[p + "k_b.weight"] = {{nope, c, heads}};
      m.tensors[p + "v_b.weight"] = {{c, v, heads}};
    }
    m.tensors[p + "output.weight"] = {{heads * v, tiny::kEmbd}};
  }
  tiny::add_ffn(m, 0, "", tiny::kFf);
  tiny::add_experts(m, 1, 32, 8);
  tiny::add_ffn(m, 1, "_shexp", v3 ? 32 : 64);
  if (v3) m.tensors["blk.1.exp_probs_b.bias"] = {{8}};
  return m;
}

/// A folder of its own, removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    std::random_device random;
    do path_ = std::filesystem::temp_directory_path() / ("hearth-test-" + std::to_string(random()));
    while (!std::filesystem::create_directory(path_));
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  /// Writes a file and gives its path. An old one is unlinked, never truncated: it may still be mapped.
  std::string write(const std::string& name, const std::vector<std::byte>& bytes) const {
    const std::string path = (path_ / name).string();
    std::filesystem::remove(path);
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace hearth_test
