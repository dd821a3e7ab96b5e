// `deepseek`: DeepSeekMoE-16B and the other V1 MoE models, plain multi-head attention; and the experts that all DeepSeek
// models and GLM have (formats.md 5, 6). RoPE pairs are adjacent: the converter permuted the rows of q and k.
#include <fmt/format.h>

#include "model/arch.h"

namespace engine::model {
namespace {

bool has_selection_bias(const gguf::File& file, int layer) {
  return file.tensor(fmt::format("blk.{}.exp_probs_b.bias", layer)) || file.tensor(fmt::format("blk.{}.exp_probs_b", layer));
}

/// Groups of experts, and the rules for files written before their keys existed (formats.md 6 (a)).
void read_groups(KeyReader& keys, Config& config, bool biased) {
  Moe& moe = config.moe;
  const bool sigmoid = moe.gate == RouterGate::sigmoid;
  moe.n_groups = keys.optional("expert_group_count", 1);
  moe.n_groups_used = keys.optional("expert_group_used_count", 1);
  if (!keys.has("expert_group_count")) {
    if (moe.n_experts == 256 && sigmoid && biased) {  // V3, R1
      moe.n_groups = 8;
      moe.n_groups_used = 4;
    } else if (moe.n_experts == 160 && !sigmoid) {  // V2, V2.5
      moe.n_groups = 8;
      moe.n_groups_used = 3;
    }
  }
  if (moe.n_groups <= 1) {
    moe.n_groups = moe.n_groups_used = 1;
    return;
  }
  keys.expect(moe.n_experts % moe.n_groups == 0, "expert_group_count",
              fmt::format("is {}, which does not divide the {} experts", moe.n_groups, moe.n_experts));
  keys.expect(moe.n_groups_used >= 1 && moe.n_groups_used <= moe.n_groups, "expert_group_used_count",
              fmt::format("is {}, not between 1 and the {} groups", moe.n_groups_used, moe.n_groups));
  keys.expect(moe.n_groups < moe.n_experts, "expert_group_count", fmt::format("is {}, as many groups as experts", moe.n_groups));
  if (!keys.status()) return;
  keys.expect(int64_t{moe.n_groups_used} * (moe.n_experts / moe.n_groups) >= moe.n_used, "expert_group_used_count",
              fmt::format("is {}, too few groups for {} experts", moe.n_groups_used, moe.n_used));
  // V2 ranks a group by its best expert, V3 by its two best.
  moe.group_score = !sigmoid && !biased ? GroupScore::max : GroupScore::top2_sum;
}

/// config.moe, once there are experts.
void read_routing(KeyReader& keys, Config& config, RouterGate otherwise) {
  Moe& moe = config.moe;
  config.n_dense_layers = keys.optional("leading_dense_block_count", 0);
  keys.expect(config.n_dense_layers <= config.n_layers, "leading_dense_block_count",
              fmt::format("is {}, more than the {} layers", config.n_dense_layers, config.n_layers));
  moe.n_ff = keys.required("expert_feed_forward_length");
  moe.n_shared = keys.optional("expert_shared_count", 0, 0, 1 << 10);
  keys.expect(int64_t{moe.n_shared} * moe.n_ff <= kMaxProduct, "expert_shared_count",
              fmt::format("is {}, too many for this width", moe.n_shared));
  if (!keys.status()) return;
  moe.n_ff_shared = moe.n_shared * moe.n_ff;
  moe.normalise = keys.flag("expert_weights_norm", false);
  const int gate = keys.optional("expert_gating_func", otherwise == RouterGate::sigmoid ? 2 : 1);
  if (gate > 3)
    keys.fail(ErrorCode::unsupported, "expert_gating_func", fmt::format("is {}; 1 (softmax), 2 (sigmoid) and 3 are supported", gate));
  moe.gate = gate == 2 ? RouterGate::sigmoid : gate == 3 ? RouterGate::softmax_topk : RouterGate::softmax;
  if (keys.status()) read_groups(keys, config, has_selection_bias(keys.file(), config.n_dense_layers));
}

}  // namespace

void read_deepseek_ffn(KeyReader& keys, Config& config, RouterGate gate) {
  read_experts(keys, config);
  if (config.moe.n_experts > 0) read_routing(keys, config, gate);
  const bool dense_layers = config.moe.n_experts == 0 || config.n_dense_layers > 0;
  config.n_ff = dense_layers ? keys.required("feed_forward_length") : keys.optional("feed_forward_length", 0);
}

void read_deepseek(KeyReader& keys, Config& config) {
  read_gqa(keys, config, RopePairs::normal);
  read_deepseek_ffn(keys, config, RouterGate::softmax);
}

}  // namespace engine::model
