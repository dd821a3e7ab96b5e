// `granite` and `granitemoe`: IBM Granite 3 (formats.md 5): a Llama whose embeddings, branches, attention and logits are scaled,
// dense or with experts and a shared expert.
#include "model/arch.h"

namespace engine::model {

void read_granite(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::normal);
  if (!keys.flag("rope.scaling.finetuned", true)) config.rope = {};
  const auto scale = [&keys](const char* key) { return static_cast<float>(keys.optional_number(key, 1.0, 1e-6, 1e6)); };
  config.embedding_scale = scale("embedding_scale");
  config.residual_scale = scale("residual_scale");
  config.logit_scale = scale("logit_scale");
  read_experts(keys, config);
  config.n_ff = keys.required("feed_forward_length");
  if (config.moe.n_experts == 0) return;
  config.moe.normalise = true;  // though no key says so
  config.moe.n_ff = keys.optional("expert_feed_forward_length", config.n_ff, 1);
  config.moe.n_ff_shared = keys.optional("expert_shared_feed_forward_length", 0);
  config.moe.n_shared = config.moe.n_ff_shared > 0 ? 1 : 0;
}

}  // namespace engine::model
