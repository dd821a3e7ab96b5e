// The architectures that can run: a table of readers, one file arch_<name>.cpp for each family, and the pieces they
// share. Internal to the folder.
#pragma once

#include <string_view>

#include "model/config.h"
#include "model/key_reader.h"
#include "model/rope.h"

namespace engine::model {

/// One architecture. `read` fills what is its own after the shared keys were read; problems go to the KeyReader.
struct Architecture {
  std::string_view name;  // general.architecture
  void (*read)(KeyReader& keys, Config& config);
  bool qkv_bias = false;  // q, k and v must have a bias
};

/// nullptr when nothing here knows it.
const Architecture* find_architecture(std::string_view name);

void read_llama(KeyReader& keys, Config& config);
void read_qwen2(KeyReader& keys, Config& config);
void read_qwen3(KeyReader& keys, Config& config);
void read_qwen3moe(KeyReader& keys, Config& config);
void read_deepseek2(KeyReader& keys, Config& config);

/// Heads and their widths of grouped-query attention, the kq scale, and RoPE over `pairs`.
void read_gqa(KeyReader& keys, Config& config, RopePairs pairs);

/// expert_count, expert_used_count, expert_weights_scale. Leaves config.moe empty for dense models.
void read_experts(KeyReader& keys, Config& config);

/// rope.freq_base, rope.scaling.* and rope_freqs.weight for n_rot dimensions. mscale is only attn_factor: what YaRN adds
/// to it differs between families (formats.md 9.4).
RopeScaling read_rope(KeyReader& keys, Config& config, RopePairs pairs, int n_rot);

}  // namespace engine::model
