// `olmoe`: OLMoE-1B-7B (formats.md 5): q and k are normalised as whole rows, before they are split into heads.
#include "model/arch.h"

namespace engine::model {

void read_olmoe(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::neox);
  config.qk_norm = QkNorm::whole_row;
  config.clamp_qkv = static_cast<float>(keys.optional_number("attention.clamp_kqv", 0.0, 0.0, 1e6));
  require_experts(keys, config);
  config.n_ff = keys.required("feed_forward_length");
  config.moe.n_ff = keys.optional("expert_feed_forward_length", config.n_ff, 1);
  config.moe.normalise = keys.flag("expert_weights_norm", false);
}

}  // namespace engine::model
