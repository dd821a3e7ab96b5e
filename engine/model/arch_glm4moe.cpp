// `glm4moe`: GLM-4.5, 4.5-Air, 4.6 (formats.md 5): grouped-query attention with biases and RoPE on part of each head, DeepSeek's
// experts with a sigmoid gate. The norm before the FFN is named post_attention_norm; MTP layers at the end are skipped.
#include "model/arch.h"

namespace engine::model {

void read_glm4moe(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qk_norm = has_qk_norm(keys.file()) ? QkNorm::per_head : QkNorm::none;
  config.ffn_norm = "post_attention_norm";
  read_deepseek_ffn(keys, config, RouterGate::sigmoid);
}

}  // namespace engine::model
