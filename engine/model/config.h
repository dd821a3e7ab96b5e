// Hyper-parameters of a model, filled from GGUF metadata by model/arch_<name>.cpp (formats.md 3, 5).
//
// The forward pass reads flags from here and never asks for the architecture's name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/result.h"

namespace engine::gguf {
class File;
}

namespace engine::model {

enum class RopePairs { none, normal, neox };               // (2i, 2i+1) or (i, i + n_rot/2)
enum class Activation { silu, swiglu_clamped };            // of gated FFNs; ops.h has the formulas
enum class RouterGate { softmax, sigmoid, softmax_topk };  // formats.md 6, step 2
enum class GroupScore { top2_sum, max };                   // how a group of experts is ranked
enum class QkNorm { none, per_head, whole_row };           // RMSNorm on q and k before RoPE

/// Effective RoPE: theta(pos, i) = pos * inv_freq[i]; cos and sin are multiplied by mscale.
struct Rope {
  RopePairs pairs = RopePairs::none;
  int n_rot = 0;                 // dimensions rotated
  std::vector<double> inv_freq;  // [n_rot/2], scaling and factors applied (formats.md 9)
  bool round_yarn = true;        // YaRN's ramp begins and ends at whole pairs
  float mscale = 1.0f;
};

struct Mla {
  int q_lora_rank = 0;            // 0: q comes from one matrix
  int kv_lora_rank = 0;           // c
  int nope = 0, rope = 0, v = 0;  // per head
};

struct Moe {
  int n_experts = 0, n_used = 0, n_shared = 0;
  int n_ff = 0;              // width of one expert
  int n_ff_shared = 0;       // width of all shared experts together, 0: none
  bool shared_gate = false;  // the shared experts count by sigmoid(ffn_gate_inp_shexp . x)
  bool biases = false;       // of the router and of every expert
  RouterGate gate = RouterGate::softmax;
  bool normalise = false;
  float scale = 1.0f;  // routed_scaling_factor
  int n_groups = 1, n_groups_used = 1;
  GroupScore group_score = GroupScore::top2_sum;
};

struct Config {
  std::string arch;
  std::string name;
  int n_layers = 0;  // without MTP layers
  int n_embd = 0;
  int n_vocab = 0;  // rows of the output matrix
  int n_ctx_train = 0;
  float norm_eps = 1e-5f;

  bool is_mla = false;
  int n_head = 0, n_head_kv = 0;  // GQA; with MLA n_head_kv is 1
  int head_k = 0, head_v = 0;     // GQA head widths
  bool qkv_bias = false;          // q, k and v have a bias
  QkNorm qk_norm = QkNorm::none;
  float clamp_qkv = 0;  // q, k and v are clamped to [-c, c] after their norm; 0: not
  Mla mla;
  float attn_scale = 0;  // kq scale, YaRN's square included
  bool sinks = false;    // a learned logit per head takes part in the softmax
  Rope rope;
  int window = 0;              // positions that windowed layers see, the token itself included
  std::vector<bool> windowed;  // by layer; empty: none

  int n_ff = 0;            // dense FFN width
  int n_dense_layers = 0;  // leading dense layers; all of them when moe.n_experts is 0
  Moe moe;
  Activation activation = Activation::silu;

  std::string ffn_norm = "ffn_norm";  // tensor name of the norm before the FFN
  float embedding_scale = 1.0f;       // of the embedded tokens
  float residual_scale = 1.0f;        // of every branch before it joins the residual stream
  float logit_scale = 1.0f;           // logits are divided by it

  [[nodiscard]] bool is_moe_layer(int layer) const { return moe.n_experts > 0 && layer >= n_dense_layers; }
  [[nodiscard]] int window_of(int layer) const { return !windowed.empty() && windowed[static_cast<size_t>(layer)] ? window : 0; }
  /// Elements of one KV row of one layer: K and V, or the MLA latent with its rotary part.
  [[nodiscard]] int kv_row_k() const { return is_mla ? mla.kv_lora_rank + mla.rope : n_head_kv * head_k; }
  [[nodiscard]] int kv_row_v() const { return is_mla ? 0 : n_head_kv * head_v; }
};

/// Names of all architectures that can run, sorted: for messages and the documentation.
std::vector<std::string> supported_architectures();

/// What a caller may want otherwise than the file says.
struct ConfigOptions {
  bool round_yarn = false;  // round the YaRN ramp where the original does not (gpt-oss, formats.md 9.4)
};

/// Reads and checks the hyper-parameters. Errors: unsupported (unknown architecture, named with the list of
/// supported ones; mmproj and adapter files said so), bad_file (a required key is missing or absurd).
Result<Config> read_config(const gguf::File& file, const ConfigOptions& options = {});

}  // namespace engine::model
