// `qwen2`, `qwen3` and `qwen3moe` (formats.md 5): RoPE rotates the two halves of a head. qwen2 has q, k and v biases;
// qwen3 normalises q and k per head instead and gives its head width explicitly.
#include <fmt/format.h>

#include "model/arch.h"

namespace engine::model {

void read_qwen2(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.n_ff = keys.required("feed_forward_length");
}

void read_qwen3(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qk_norm = QkNorm::per_head;
  config.n_ff = keys.required("feed_forward_length");
}

void read_qwen3moe(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qk_norm = QkNorm::per_head;
  read_experts(keys, config);
  keys.expect(config.moe.n_experts > 0, "expert_count", "is missing");
  config.n_ff = keys.optional("feed_forward_length", 0);
  if (!keys.status()) return;
  // Always normalised, though no key says so. Early files give only the width of all chosen experts together.
  config.moe.gate = RouterGate::softmax;
  config.moe.normalise = true;
  if (!keys.has("expert_feed_forward_length")) {
    config.moe.n_ff = config.n_ff / config.moe.n_used;
    keys.expect(config.moe.n_ff > 0, "expert_feed_forward_length", "is missing");
  } else {
    config.moe.n_ff = keys.required("expert_feed_forward_length");
  }
}

}  // namespace engine::model
