// The metadata of an imported model (formats.md 3.2).
#include "import/hf_model.h"

#include <fmt/format.h>

#include <string>

#include "model/rope.h"

namespace engine::importer {
namespace {

/// Keys under the name of the architecture.
class Keys {
 public:
  Keys(gguf::Writer& writer, const char* arch) : writer_(writer), arch_(arch) {}
  void whole(const char* key, int64_t value) { writer_.put_u32(full(key), static_cast<uint32_t>(value)); }
  void real(const char* key, double value) { writer_.put_f32(full(key), static_cast<float>(value)); }
  void flag(const char* key, bool value) { writer_.put_bool(full(key), value); }
  void text(const char* key, const std::string& value) { writer_.put_string(full(key), value); }

 private:
  [[nodiscard]] std::string full(const char* key) const { return fmt::format("{}.{}", arch_, key); }
  gguf::Writer& writer_;
  const char* arch_;
};

void put_attention(const HfModel& m, Keys& keys) {
  keys.whole("attention.head_count", m.heads);
  keys.real("attention.layer_norm_rms_epsilon", m.eps);
  if (!m.kind->mla) {
    keys.whole("attention.head_count_kv", m.kv_heads);
    keys.whole("attention.key_length", m.head_width);
    keys.whole("attention.value_length", m.head_width);
    keys.whole("rope.dimension_count", m.head_rotated);
    if (m.clamp_qkv > 0) keys.real("attention.clamp_kqv", m.clamp_qkv);
    return;
  }
  keys.whole("attention.head_count_kv", 1);  // all heads share the latent
  if (m.q_lora > 0) keys.whole("attention.q_lora_rank", m.q_lora);
  keys.whole("attention.kv_lora_rank", m.latent);
  keys.whole("attention.key_length", m.latent + m.rotated);
  keys.whole("attention.value_length", m.latent);
  keys.whole("attention.key_length_mla", m.nope + m.rotated);
  keys.whole("attention.value_length_mla", m.value_width);
  keys.whole("rope.dimension_count", m.rotated);
}

void put_rope(const HfModel& m, Keys& keys) {
  keys.real("rope.freq_base", m.rope_base);
  if (m.rope.kind.empty()) return;
  keys.text("rope.scaling.type", m.rope.kind);
  keys.real("rope.scaling.factor", m.rope.factor);
  if (m.rope.kind != "yarn") return;
  keys.whole("rope.scaling.original_context_length", static_cast<int64_t>(m.rope.original_context));
  if (m.rope.beta_fast != 32.0) keys.real("rope.scaling.yarn_beta_fast", m.rope.beta_fast);
  if (m.rope.beta_slow != 1.0) keys.real("rope.scaling.yarn_beta_slow", m.rope.beta_slow);
  if (m.kind->mla) keys.real("rope.scaling.yarn_log_multiplier", 0.1 * m.rope.mscale_all_dim);
  // Readers multiply by YaRN's own temperature, which an explicit factor replaces.
  if (m.rope.attn_factor > 0 && !m.kind->mla)
    keys.real("rope.scaling.attn_factor", m.rope.attn_factor / model::yarn_mscale(m.rope.factor, 1.0));
}

void put_experts(const HfModel& m, Keys& keys) {
  if (m.experts == 0) return;
  keys.whole("expert_count", m.experts);
  keys.whole("expert_used_count", m.experts_used);
  keys.whole("expert_feed_forward_length", m.expert_ff);
  if (m.kind->sharing == Sharing::gated) keys.whole("expert_shared_feed_forward_length", m.shared_ff);
  if (m.kind->sharing != Sharing::plain) return;
  keys.whole("leading_dense_block_count", m.dense_layers);
  keys.whole("expert_shared_count", m.shared_experts);
  keys.real("expert_weights_scale", m.expert_scale);
  if (std::string(m.kind->arch) == "deepseek") return;
  keys.flag("expert_weights_norm", m.expert_norm);
  keys.whole("expert_gating_func", m.sigmoid ? 2 : 1);
  if (m.groups == 0) return;
  keys.whole("expert_group_count", m.groups);
  keys.whole("expert_group_used_count", m.groups_used);
}

}  // namespace

void put_model_keys(const HfModel& m, gguf::Writer& writer) {
  writer.put_string("general.architecture", m.kind->arch);
  writer.put_string("general.type", "model");
  if (!m.name.empty()) writer.put_string("general.name", m.name);
  writer.put_u32("general.quantization_version", 2);
  Keys keys(writer, m.kind->arch);
  keys.whole("block_count", m.layers);
  keys.whole("context_length", m.context);
  keys.whole("embedding_length", m.embd);
  keys.whole("feed_forward_length", m.ff);
  keys.whole("vocab_size", m.vocab);
  put_attention(m, keys);
  put_rope(m, keys);
  put_experts(m, keys);
}

}  // namespace engine::importer
