// The fused operations (design.md section 2): parameter structs, one per op. This file is the contract every backend
// implements and ops/conformance checks.
//
// Conventions. Activations are f32, row-major, one row per token; T = step.n_tokens, R = step.n_outputs. All addresses
// belong to the executing device and stay fixed between replays. An op never allocates, synchronises or reads back;
// true sizes are read from the StepInputs of the device when the plan runs. Optional pointers may be null.
#pragma once

#include <cstdint>
#include <variant>

#include "ops/step.h"
#include "ops/tensor.h"

namespace engine {

enum class Rows { tokens, outputs };  // how many rows an op works on: T or R
enum class RopeKind { none, normal, neox };
enum class GateKind { softmax, sigmoid, softmax_topk };
enum class GroupRank { top2_sum, max };
/// silu: silu(g) * u. swiglu_clamped (gpt-oss, formats.md 8): g' = min(g, 7), u' = clamp(u, -7, 7), g' sigmoid(1.702 g') (u' + 1).
enum class ActKind { silu, swiglu_clamped };
enum class NormOver { head, row };  // RMSNorm of q and k: each head by itself, or the whole row
enum class KvDType { f32, f16, q8_0 };

/// Paged cache of one layer. Row of token t of page p: base + (p * kPageTokens + t) * row_bytes.
/// GQA: k rows [n_kv * head_k], v rows [n_kv * head_v]. MLA: k rows [c + rope] (latent, then rotary part), v is null.
/// q8_0 rows are Q8_0 blocks of 32 along the row.
struct KvLayer {
  KvDType type = KvDType::f16;
  std::byte* k = nullptr;
  std::byte* v = nullptr;
  size_t k_row_bytes = 0, v_row_bytes = 0;
};

/// Rotary table: angle = position * inv_freq[i], cos and sin times mscale (formats.md 9).
struct RopeTable {
  RopeKind kind = RopeKind::none;
  int n_rot = 0;
  const double* inv_freq = nullptr;  // [n_rot / 2]
  float mscale = 1.0f;
};

/// Most adapters of one set, and the most their ranks may sum up to for one weight.
inline constexpr int kLoraParts = 4;
inline constexpr int kLoraRank = 256;

/// What one adapter set does to one weight: delta = sum_p scale_p B_p A_p. Device memory, edited between runs.
struct LoraEntry {
  struct Part {
    const float* a = nullptr;  // [experts][rank][in]; of an embedding [n_vocab][rank]
    const float* b = nullptr;  // [experts][out][rank]
    int32_t rank = 0;
    float scale = 0;
  } parts[kLoraParts];
  int32_t n_parts = 0;
};

/// What the adapters of a token's set add to a result before its activation: written by lora, read by the consumer only for
/// tokens whose slot has parts, so that everyone else gets the bits of the base model.
struct Addend {
  const float* data = nullptr;
  const LoraEntry* entries = nullptr;  // [slots]; null: every slot >= 0 has parts

  /// Whether a token with this slot reads its row.
  [[nodiscard]] bool active(int32_t slot) const { return data && slot >= 0 && (!entries || entries[slot].n_parts > 0); }
};

/// out[t] = scale * (row(table, tokens[t]) + addend); f32 [T][table.in].
struct EmbedOp {
  Weight table;
  float scale = 1.0f;
  Addend addend;  // [T][table.in]
  float* out = nullptr;
};

/// x += sum_i scale_i * sigmoid(gate_i) * part_i (when n_parts > 0, x is updated in place, all T rows); then
/// y = x / sqrt(mean(x^2) + eps) * weight. With rows == outputs y has R rows, taken from x at output_rows.
/// y may be null (only the sum) and may alias x when n_parts == 0.
struct AddNormOp {
  float* x = nullptr;  // [T][dim]
  int64_t dim = 0;
  struct Part {
    const float* data = nullptr;  // [T][dim]
    float scale = 1.0f;
    const float* gate = nullptr;  // [T]: the part of token t is also multiplied by sigmoid(gate[t]) (qwen2moe)
  } parts[3];
  int n_parts = 0;
  const float* weight = nullptr;  // [dim]
  float eps = 1e-5f;
  float* y = nullptr;  // [T or R][dim]
  Rows rows = Rows::tokens;
};

/// y_i = W_i x (+ bias_i) (+ addend_i) for 1..3 weights that share x.
struct LinearOp {
  const float* x = nullptr;  // [rows][in]
  int64_t in = 0;
  Rows rows = Rows::tokens;
  struct Out {
    Weight w;                     // [out][in]
    const float* bias = nullptr;  // [out]
    Addend addend;                // [rows][out]
    float* y = nullptr;           // [rows][out]
  } outs[3];
  int n_outs = 1;
};

/// y = act(Wg x + bg + ag, Wu x + bu + au), f32 [T][out].
struct LinearGluOp {
  const float* x = nullptr;  // [T][in]
  Weight gate, up;           // [out][in]
  const float* gate_bias = nullptr;
  const float* up_bias = nullptr;
  Addend gate_addend, up_addend;  // [T][out]
  ActKind act = ActKind::silu;
  float* y = nullptr;  // [T][out]
};

/// Per head h: y[t][h][0..out) = W_h x[t][h][0..in) + addend. MLA absorption (k_b) and un-absorption (v_b).
struct LinearHeadsOp {
  const float* x = nullptr;
  int64_t x_token_stride = 0, x_head_stride = 0;  // floats
  Weight w;                                       // [heads][out][in]
  Addend addend;                                  // [T][heads][out]
  float* y = nullptr;
  int64_t y_token_stride = 0, y_head_stride = 0;  // floats
};

/// Optional RMSNorm of q and k, optional clamp of q, k and v to [-clamp, clamp], RoPE on the first n_rot dims of each head of q
/// (in place) and k, then K and V of every token are written to its page.
struct QkvStoreOp {
  float* q = nullptr;  // [T][n_head][head_k], what attn_gqa reads; undefined behind that
  float* k = nullptr;  // [T][n_kv][head_k], may be overwritten
  float* v = nullptr;  // [T][n_kv][head_v], may be overwritten
  int n_head = 0, n_kv = 0, head_k = 0, head_v = 0;
  NormOver norm_over = NormOver::head;
  const float* q_norm = nullptr;  // [head_k], over rows [n_head * head_k]
  const float* k_norm = nullptr;  // [head_k], over rows [n_kv * head_k]
  float eps = 1e-6f;
  float clamp = 0;  // 0: none
  RopeTable rope;
  KvLayer kv;
};

/// out[t][h] = softmax(scale * q . K) V over the token's pages, causal: positions 0..position[t], with a window the last
/// `window` of them. A sink is one more logit of the softmax, unscaled, that brings no value (formats.md 8).
struct AttnGqaOp {
  const float* q = nullptr;  // [T][n_head][head_k]
  float* out = nullptr;      // [T][n_head][head_v]
  int n_head = 0, n_kv = 0, head_k = 0, head_v = 0;
  float scale = 1.0f;
  int window = 0;                // positions a token sees, itself included; 0: all
  const float* sinks = nullptr;  // [n_head]
  KvLayer kv;
};

/// MLA: RMSNorm of the latent, RoPE of k_pe and of the rotary part of q, page write.
/// kv_a rows are [c latent | rope]; q rows are [n_head][nope + rope]; the rotated rotary part of each q head goes to
/// q_latent[t][h][c..c+rope), whose first c values linear_heads(k_b) fills.
struct MlaStoreOp {
  const float* q = nullptr;        // [T][n_head][nope + rope]
  const float* kv_a = nullptr;     // [T][c + rope]
  const float* kv_norm = nullptr;  // [c]
  float eps = 1e-6f;
  int n_head = 0, nope = 0, rope_dim = 0, c = 0;
  RopeTable rope;
  float* q_latent = nullptr;  // [T][n_head][c + rope]
  KvLayer kv;
};

/// Absorbed attention over latents: score = scale * q_latent . row, out[t][h] = sum p * row[0..c).
struct AttnMlaOp {
  const float* q_latent = nullptr;  // [T][n_head][c + rope]
  float* out = nullptr;             // [T][n_head][c]
  int n_head = 0, c = 0, rope_dim = 0;
  float scale = 1.0f;
  KvLayer kv;
};

/// formats.md 6, steps 2..8. Ties go to the lower expert index. ids and weights are ordered by descending selection score.
struct MoeRouteOp {
  const float* logits = nullptr;       // [T][n_experts], router output
  const float* select_bias = nullptr;  // [n_experts] exp_probs_b: selection only
  int n_experts = 0, n_used = 0;
  GateKind gate = GateKind::softmax;
  bool normalise = false;
  float scale = 1.0f;  // 0 counts as 1
  int n_groups = 1, n_groups_used = 1;
  GroupRank group_rank = GroupRank::top2_sum;
  int32_t* ids = nullptr;      // [T][n_used]
  float* weights = nullptr;    // [T][n_used]
  uint32_t* counts = nullptr;  // [n_experts] grows by one for every token that chose the expert; may be null
};

/// Groups the T * n_used (token, slot) pairs by expert; pairs of experts this device does not hold are left out.
/// Within an expert the pairs keep ascending order of token * n_used + slot.
struct MoePlanOp {
  const int32_t* ids = nullptr;  // [T][n_used]
  int n_experts = 0, n_used = 0;
  const int32_t* local = nullptr;  // [n_experts] index on this device or -1; null: all, identity
  int32_t* offsets = nullptr;      // [n_experts + 1] first planned row of each expert (global expert ids)
  int32_t* pairs = nullptr;        // [T * n_used] token * n_used + slot of each planned row
};

/// h[r] = act(Wg_e x[token] + bg_e + ag_r, Wu_e x[token] + bu_e + au_r) for planned rows r of expert e.
struct MoeGluOp {
  const float* x = nullptr;  // [T][in]
  Weight gate, up;           // [local experts][n_ff][in]
  int n_experts = 0, n_used = 0;
  const int32_t* local = nullptr;
  const int32_t* offsets = nullptr;
  const int32_t* pairs = nullptr;
  const float* gate_bias = nullptr;  // [local experts][n_ff]
  const float* up_bias = nullptr;
  Addend gate_addend, up_addend;  // [T * n_used][n_ff], planned order
  ActKind act = ActKind::silu;
  float* h = nullptr;  // [T * n_used][n_ff], planned order
};

/// y[t] = sum over slots (ascending) of weights[t][slot] * (Wd_e h[row] + bd_e + a_row); slots not on this device add nothing.
/// No float atomics: the order of the sum never depends on threads.
struct MoeDownOp {
  const float* h = nullptr;  // [T * n_used][n_ff], planned order
  Weight down;               // [local experts][out][n_ff]
  int n_experts = 0, n_used = 0;
  const int32_t* local = nullptr;
  const int32_t* offsets = nullptr;
  const int32_t* pairs = nullptr;
  const float* weights = nullptr;  // [T][n_used]
  const float* bias = nullptr;     // [local experts][out]
  Addend addend;                   // [T * n_used][out], planned order
  float* scratch = nullptr;        // [T * n_used][out], token-major: row token * n_used + slot
  float* y = nullptr;              // [T][out]
};

/// y = sum_p scale_p B_p (A_p x) by the set of each token's slot; rows of tokens whose slot has no parts are left alone.
struct LoraOp {
  enum class Form {
    rows,     // x [rows][in], y [rows][out]
    heads,    // x by strides, y [T][heads][out], a pair for every head
    experts,  // planned rows, a pair for every expert (global ids); y [T * n_used][out] in planned order
    table,    // x is the token: row tokens[t] of A; y [T][out]
  };
  Form form = Form::rows;
  const LoraEntry* entries = nullptr;  // [slots]
  int64_t in = 0, out = 0;
  Rows rows = Rows::tokens;
  const float* x = nullptr;
  int heads = 1;
  int64_t x_token_stride = 0, x_head_stride = 0;  // floats, of heads
  int n_experts = 0, n_used = 0;
  bool x_planned = false;            // experts: x rows are planned rows (moe_down), else tokens (moe_glu)
  const int32_t* offsets = nullptr;  // as MoePlanOp
  const int32_t* pairs = nullptr;
  float* y = nullptr;
};

/// Candidates of each output row: the k largest logits, descending, ties to the lower id, and log(sum(exp(logit))) over
/// the first n_vocab columns.
struct TopkLogitsOp {
  const float* logits = nullptr;  // [R][stride]
  int64_t stride = 0;             // columns of the output matrix
  int n_vocab = 0;                // columns that are tokens (formats.md 12.2)
  int k = 0;                      // <= n_vocab
  int32_t* ids = nullptr;         // [R][k]
  float* values = nullptr;        // [R][k]
  float* logsumexp = nullptr;     // [R]
};

/// y[rows][dim] = value.
struct FillOp {
  float* y = nullptr;
  int64_t dim = 0;
  float value = 0;
  Rows rows = Rows::tokens;
};

/// Any op. A plan is a list of these; backends may fold neighbours when compiling it.
using Op = std::variant<EmbedOp, AddNormOp, LinearOp, LinearGluOp, LinearHeadsOp, QkvStoreOp, AttnGqaOp, MlaStoreOp, AttnMlaOp, MoeRouteOp,
                        MoePlanOp, MoeGluOp, MoeDownOp, LoraOp, TopkLogitsOp, FillOp>;

/// "linear", "attn_mla", ...: for profiles and messages.
const char* op_name(const Op& op);

}  // namespace engine
