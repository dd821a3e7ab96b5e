// `gpt-oss`: OpenAI's gpt-oss-20b and 120b (formats.md 8): attention sinks, every other layer with a window, biases
// everywhere, a clamped activation, experts chosen by their logits.
#include "model/arch.h"

namespace engine::model {

void read_gpt_oss(KeyReader& keys, Config& config) {
  config.rope.round_yarn = keys.options().round_yarn;  // the original does not round
  read_gqa(keys, config, RopePairs::neox);
  config.qkv_bias = true;
  config.sinks = true;
  config.ffn_norm = "post_attention_norm";
  config.activation = Activation::swiglu_clamped;
  read_window(keys, config, 2);
  require_experts(keys, config);
  config.moe.n_ff = keys.required("expert_feed_forward_length");
  config.moe.gate = RouterGate::softmax_topk;
  config.moe.biases = true;
}

}  // namespace engine::model
