// Typed weight table of a model: GGUF tensors by role, shapes checked (formats.md 4).
#pragma once

#include <memory>
#include <vector>

#include "engine/result.h"
#include "gguf/reader.h"
#include "model/config.h"
#include "ops/tensor.h"

namespace engine::model {

/// Vectors (norms, biases) are f32 [n]; matrices keep their block type. Empty entries do not exist in this model.
struct LayerWeights {
  const float* attn_norm = nullptr;  // [n_embd]
  // GQA
  Weight wq, wk, wv;  // [heads * dim][n_embd]
  const float *bq = nullptr, *bk = nullptr, *bv = nullptr;
  const float *q_norm = nullptr, *k_norm = nullptr;  // [head_k], or the whole row
  const float* sinks = nullptr;                      // [n_head]
  // MLA
  Weight wq_a, wq_b;                 // [q_lora][n_embd], [H * (nope + rope)][q_lora]; without q_lora: wq
  const float* q_a_norm = nullptr;   // [q_lora]
  Weight wkv_a;                      // [c + rope][n_embd]
  const float* kv_a_norm = nullptr;  // [c]
  Weight wk_b, wv_b;                 // [H][c][nope], [H][v][c]
  // both
  Weight wo;  // [n_embd][heads * v]
  const float* bo = nullptr;
  const float* ffn_norm = nullptr;  // [n_embd]
  // dense FFN, or the shared experts of a MoE layer (one wide FFN)
  Weight w_gate, w_up, w_down;  // [n_ff][n_embd] x2, [n_embd][n_ff]
  // routed experts
  Weight router;                                                                              // [E][n_embd]
  const float* router_bias = nullptr;                                                         // [E]
  const float* router_select_bias = nullptr;                                                  // [E], exp_probs_b
  Weight shared_gate;                                                                         // [1][n_embd], ffn_gate_inp_shexp
  Weight gate_exps, up_exps, down_exps;                                                       // [E][n_ff][n_embd] x2, [E][n_embd][n_ff]
  const float *gate_exps_bias = nullptr, *up_exps_bias = nullptr, *down_exps_bias = nullptr;  // [E][n_ff] x2, [E][n_embd]
};

struct ModelWeights {
  Weight token_embd;                   // [n_vocab][n_embd]
  const float* output_norm = nullptr;  // divided by logit_scale
  Weight output;                       // [n_vocab][n_embd]; a copy of token_embd when tied
  std::vector<LayerWeights> layers;
  /// Memory made at load: vectors widened to f32 or scaled, k_b and v_b of the legacy MLA layout.
  std::vector<std::unique_ptr<std::byte[]>> owned;
};

/// Binds every tensor; `file` must outlive the result. Unknown extra tensors are ignored with a log line.
/// Errors: bad_file (a missing or misshapen tensor, named), unsupported (a block type no op computes, named).
Result<ModelWeights> bind_weights(const gguf::File& file, const Config& config);

}  // namespace engine::model
