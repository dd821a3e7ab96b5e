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
};

/// nullptr when nothing here knows it.
const Architecture* find_architecture(std::string_view name);

void read_deepseek(KeyReader& keys, Config& config);
void read_deepseek2(KeyReader& keys, Config& config);
void read_glm4moe(KeyReader& keys, Config& config);
void read_gpt_oss(KeyReader& keys, Config& config);
void read_granite(KeyReader& keys, Config& config);
void read_llama(KeyReader& keys, Config& config);
void read_olmoe(KeyReader& keys, Config& config);
void read_qwen2(KeyReader& keys, Config& config);
void read_qwen2moe(KeyReader& keys, Config& config);
void read_qwen3(KeyReader& keys, Config& config);
void read_qwen3moe(KeyReader& keys, Config& config);

/// Heads and their widths of grouped-query attention, the kq scale, and RoPE over `pairs`.
void read_gqa(KeyReader& keys, Config& config, RopePairs pairs);

/// Whether the model has RMSNorm on q and k, told by the tensors of its first layer.
bool has_qk_norm(const gguf::File& file);

/// expert_count, expert_used_count, expert_weights_scale. Leaves config.moe empty for dense models.
void read_experts(KeyReader& keys, Config& config);

/// The same for models that are nothing without experts.
void require_experts(KeyReader& keys, Config& config);

/// The FFN as DeepSeek has it, and GLM: leading dense layers, shared experts, gate, groups, and what older files leave out
/// (formats.md 6 (a)). `gate` is that of files that do not name one.
void read_deepseek_ffn(KeyReader& keys, Config& config, RouterGate gate);

/// sliding_window and sliding_window_pattern; the default pattern leaves every `period`-th layer without a window.
void read_window(KeyReader& keys, Config& config, int period);

/// rope.freq_base, rope.scaling.* and rope_freqs.weight for n_rot dimensions. mscale is only attn_factor: what YaRN adds
/// to it differs between families (formats.md 9.4).
RopeScaling read_rope(KeyReader& keys, Config& config, RopePairs pairs, int n_rot);

}  // namespace engine::model
