// `llama`: Llama 1 to 3, Mistral, and Mixtral when it has experts (formats.md 5). RoPE pairs are adjacent: the converter
// permuted the rows of q and k.
#include "model/arch.h"

namespace engine::model {

void read_llama(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::normal);
  read_experts(keys, config);
  config.n_ff = keys.required("feed_forward_length");
  if (config.moe.n_experts == 0) return;
  // Mixtral: softmax over all experts, the chosen weights normalised, though no key says so; feed_forward_length is
  // the width of one expert.
  config.moe.gate = RouterGate::softmax;
  config.moe.normalise = true;
  config.moe.n_ff = keys.optional("expert_feed_forward_length", config.n_ff, 1);
}

}  // namespace engine::model
