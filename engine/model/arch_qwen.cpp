// `qwen2`, `qwen2moe`, `qwen3` and `qwen3moe` (formats.md 5): RoPE rotates the two halves of a head. qwen2 has q, k and v
// biases; qwen3 normalises q and k per head instead and gives its head width explicitly.
#include <fmt/format.h>

#include <algorithm>

#include "model/arch.h"

namespace engine::model {

void read_qwen2(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qkv_bias = true;
  config.n_ff = keys.required("feed_forward_length");
}

void read_qwen2moe(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qkv_bias = true;
  require_experts(keys, config);
  config.moe.n_ff = keys.required("expert_feed_forward_length");
  config.moe.normalise = keys.flag("expert_weights_norm", false);
  // One wide expert that every token shares, behind a gate of its own. Early files leave its width to the tensor.
  int width = 0;
  if (const gguf::TensorInfo* shared = keys.file().tensor("blk.0.ffn_gate_shexp.weight"))
    width = static_cast<int>(std::clamp<int64_t>(shared->ne[1], 1, kMaxWidth));
  config.moe.n_ff_shared = keys.optional("expert_shared_feed_forward_length", width, 1);
  keys.expect(config.moe.n_ff_shared > 0, "expert_shared_feed_forward_length", "is missing");
  config.moe.n_shared = 1;
  config.moe.shared_gate = true;
}

void read_qwen3(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qk_norm = QkNorm::per_head;
  config.n_ff = keys.required("feed_forward_length");
}

void read_qwen3moe(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qk_norm = QkNorm::per_head;
  require_experts(keys, config);
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
