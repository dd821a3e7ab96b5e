// Names of modules in Hugging Face checkpoints and what they are called in GGUF files (formats.md 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::model {

/// Where a module's weight goes. `tensor` has no ".weight" or ".bias"; it may be a fused one that files hold in parts:
/// attn_qkv, attn_kv_b, ffn_gate_up_exps, ffn_gate_up_shexp, ffn_gate_up.
struct HfName {
  std::string tensor;   // "token_embd", "blk.3.attn_q"; empty for fused experts: gate_up or down, as their shapes say
  int layer = -1;       // -1: outside the layers
  int64_t expert = -1;  // one expert of the tensor; -1: the whole tensor
  bool fused_experts = false;
};

/// `module` as in the checkpoint, without ".weight": "model.layers.3.self_attn.q_proj". nullopt for what is not known.
std::optional<HfName> translate_hf_name(std::string_view module, std::string_view arch);

/// True for a module whose parameters hold all experts of a layer: "model.layers.3.mlp.experts".
bool holds_all_experts(std::string_view module);

/// True where GGUF files keep the rows of q and k in another order than the checkpoint (formats.md 5).
bool permutes_heads(std::string_view arch);

/// Row of the checkpoint that stands at `row` of the GGUF file, for heads of `width` rows: the halves of a head interleave.
inline int64_t hf_row_of(int64_t row, int64_t width) {
  const int64_t in_head = row % width;
  return row - in_head + in_head / 2 + (in_head % 2) * (width / 2);
}

/// True where the rows of fused gate and up matrices alternate instead of following each other (formats.md 8).
bool interleaves_gate_up(std::string_view arch);

}  // namespace engine::model
