// The named scratch of a forward pass on one device, allocated once at load. T = StepLimits::max_tokens,
// R = max_outputs, k = experts used, H = heads.
#pragma once

#include <memory>
#include <vector>

#include "model/config.h"
#include "model/placement.h"
#include "ops/backend.h"

namespace engine::forward {

struct Activations {
  float* x = nullptr;   // [T][n_embd] residual stream
  float* xn = nullptr;  // [T][n_embd] normalised input of the current block
  float* part[3] = {};  // [T][n_embd] partial results: FFN or shared experts, routed experts, a second share of them
  // attention
  float* q = nullptr;           // [T][H][head_k] or [T][H][nope + rope]
  float* k = nullptr;           // [T][H_kv][head_k]
  float* v = nullptr;           // [T][H_kv][head_v]
  float* attn = nullptr;        // [T][H][v]
  float* q_a = nullptr;         // [T][q_lora]
  float* kv_a = nullptr;        // [T][c + rope]
  float* q_latent = nullptr;    // [T][H][c + rope]
  float* ctx_latent = nullptr;  // [T][H][c]
  // feed-forward
  float* ffn = nullptr;           // [T][max(n_ff, shared width)]
  float* router = nullptr;        // [T][E]
  int32_t* expert_ids = nullptr;  // [T][k]
  float* expert_w = nullptr;      // [T][k]
  int32_t* offsets = nullptr;     // [E + 1]
  int32_t* pairs = nullptr;       // [T * k]
  float* moe_h = nullptr;         // [T * k][n_ff_exp]
  float* moe_rows = nullptr;      // [T * k][n_embd]
  float* shared_gate = nullptr;   // [T] gate of the shared experts, before its sigmoid
  float* addend[3] = {};          // results of lora, used up by the next op; wide enough for every weight
  // output
  float* logits = nullptr;            // [R][n_vocab]
  int32_t* candidates = nullptr;      // [R][n_candidates]
  float* candidate_values = nullptr;  // [R][n_candidates]
  float* logsumexp = nullptr;         // [R]
  int n_candidates = 0;
  int64_t max_row = 0;  // widest row, floats

  std::unique_ptr<Buffer> arena;
  size_t bytes = 0;
};

/// Candidates of one row that leave the device.
inline constexpr int kCandidates = 256;

/// What the buffers depend on besides the model.
struct ActivationSizes {
  StepLimits limits;
  int ffn_width = 0;          // widest dense FFN or shared experts
  int n_tokens_in_vocab = 0;  // ids that may be sampled
  bool adapters = false;      // room for the results of lora
};

/// Sizes the buffers `device` needs for its roles; with a backend they are allocated too (null: only sizes).
Result<Activations> make_activations(const model::Config& config, const model::Placement& placement, int device,
                                     const ActivationSizes& sizes, Backend* backend);

/// The buffers at addresses that nothing has reserved, for programs that are looked at and never run.
Activations imagined_activations(const model::Config& config, const model::Placement& placement, int device, const ActivationSizes& sizes);

}  // namespace engine::forward
