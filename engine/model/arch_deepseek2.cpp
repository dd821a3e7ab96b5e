// `deepseek2`: DeepSeek V2, V2-Lite, V3, R1, Kimi K2, Moonlight, GLM-4.7-Flash and relatives: multi-head latent attention,
// experts as in arch_deepseek.cpp (formats.md 5 to 7, 9.4).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/log.h"
#include "model/arch.h"

namespace engine::model {
namespace {

/// Head widths. New files give them as *_mla beside the latent's own; old ones have them in key_length and value_length.
void read_widths(KeyReader& keys, Config& config) {
  config.is_mla = true;
  config.n_head = keys.required("attention.head_count", kMaxHeads);
  config.n_head_kv = 1;
  Mla& mla = config.mla;
  mla.kv_lora_rank = keys.required("attention.kv_lora_rank", 1 << 16);
  mla.rope = keys.required("rope.dimension_count", kMaxHeads);
  const bool current = keys.has("attention.key_length_mla");
  const char* const key = current ? "attention.key_length_mla" : "attention.key_length";
  const int qk = keys.required(key, kMaxHeads);
  mla.v = keys.required(current ? "attention.value_length_mla" : "attention.value_length", kMaxHeads);
  mla.nope = qk - mla.rope;
  keys.expect(mla.nope > 0, key, fmt::format("is {}, not more than the {} rotated dimensions", qk, mla.rope));
  // V2-Lite has one q matrix. Which form a file has is told by the tensor: some write q_lora_rank 0, others nothing.
  const bool direct = keys.file().tensor("blk.0.attn_q.weight") != nullptr;
  mla.q_lora_rank = direct ? 0 : keys.required("attention.q_lora_rank");
  config.head_k = qk;
  config.head_v = mla.v;
  const int64_t widest = std::max({qk, mla.v, mla.kv_lora_rank + mla.rope});
  keys.expect(config.n_head * widest <= kMaxProduct, "attention.head_count", fmt::format("is {}, too many for this width", config.n_head));
}

/// The kq scale carries the square of YaRN's temperature, and cos and sin carry none of it.
void read_scale(KeyReader& keys, Config& config) {
  const RopeScaling scaling = read_rope(keys, config, RopePairs::normal, config.mla.rope);
  double m = 1.0;
  if (scaling.kind == RopeScalingKind::yarn) {
    double mscale_all_dim = 0.0;
    if (keys.has("rope.scaling.yarn_log_multiplier")) {
      mscale_all_dim = keys.required_number("rope.scaling.yarn_log_multiplier", 0.0, 1e3) / 0.1;
    } else {
      // Early V2 files lack the key. The published models all use 0.707 with softmax routing and 1 with sigmoid.
      mscale_all_dim = config.moe.gate == RouterGate::sigmoid ? 1.0 : 0.707;
      log(LogLevel::warn, "{}: no {}: {} is assumed for mscale_all_dim", keys.file().path(), keys.full("rope.scaling.yarn_log_multiplier"),
          mscale_all_dim);
    }
    m = yarn_mscale(scaling.factor, mscale_all_dim);
  }
  config.attn_scale = static_cast<float>(m * m / std::sqrt(static_cast<double>(config.mla.nope + config.mla.rope)));
}

}  // namespace

void read_deepseek2(KeyReader& keys, Config& config) {
  read_widths(keys, config);
  read_deepseek_ffn(keys, config, RouterGate::softmax);
  if (keys.status()) read_scale(keys, config);
}

}  // namespace engine::model
