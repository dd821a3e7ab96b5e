#include "forward/activations.h"

#include <algorithm>

namespace engine::forward {
namespace {

struct Roles {
  bool attention = false, ffn = false, experts = false, output = false;
};

Roles roles_of(const model::Placement& placement, int device) {
  Roles roles;
  roles.output = placement.output == device;
  for (const model::LayerPlacement& layer : placement.layers) {
    roles.attention |= layer.attention == device;
    roles.ffn |= layer.ffn == device;
    roles.experts |= std::find(layer.expert_of.begin(), layer.expert_of.end(), device) != layer.expert_of.end();
  }
  return roles;
}

/// Lays buffers out one behind the other; run twice: once for the size, once for the addresses.
class Layout {
 public:
  explicit Layout(std::byte* base) : base_(base) {}
  template <class T>
  void place(T*& field, int64_t rows, int64_t columns) {
    max_row_ = std::max(max_row_, columns);
    if (base_) field = reinterpret_cast<T*>(base_ + bytes_);
    bytes_ += (static_cast<size_t>(rows * columns) * sizeof(T) + 63) / 64 * 64;
  }
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] int64_t max_row() const { return max_row_; }

 private:
  std::byte* base_;
  size_t bytes_ = 0;
  int64_t max_row_ = 0;
};

void lay_out_attention(Layout& layout, Activations& a, const model::Config& c, int64_t t) {
  if (c.is_mla) {
    const model::Mla& m = c.mla;
    layout.place(a.q, t, int64_t{c.n_head} * (m.nope + m.rope));
    layout.place(a.q_a, t, std::max(1, m.q_lora_rank));
    layout.place(a.kv_a, t, m.kv_lora_rank + m.rope);
    layout.place(a.q_latent, t, int64_t{c.n_head} * (m.kv_lora_rank + m.rope));
    layout.place(a.ctx_latent, t, int64_t{c.n_head} * m.kv_lora_rank);
    layout.place(a.attn, t, int64_t{c.n_head} * m.v);
  } else {
    layout.place(a.q, t, int64_t{c.n_head} * c.head_k);
    layout.place(a.k, t, int64_t{c.n_head_kv} * c.head_k);
    layout.place(a.v, t, int64_t{c.n_head_kv} * c.head_v);
    layout.place(a.attn, t, int64_t{c.n_head} * c.head_v);
  }
}

void lay_out_moe(Layout& layout, Activations& a, const model::Config& c, int64_t t) {
  layout.place(a.expert_ids, t, c.moe.n_used);
  layout.place(a.expert_w, t, c.moe.n_used);
  layout.place(a.offsets, 1, c.moe.n_experts + 1);
  layout.place(a.pairs, t, c.moe.n_used);
  layout.place(a.moe_h, t * c.moe.n_used, c.moe.n_ff);
  layout.place(a.moe_rows, t * c.moe.n_used, c.n_embd);
}

/// Widths of the three addends, in floats of one token: the widest op that reads each.
void lay_out_addends(Layout& layout, Activations& a, const model::Config& c, const Roles& roles, const ActivationSizes& sizes) {
  const int64_t t = sizes.limits.max_tokens, embd = c.n_embd;
  int64_t first = embd, second = 0, third = 0;
  if (roles.attention) {
    const int64_t q = int64_t{c.n_head} * c.head_k, latent = int64_t{c.n_head} * c.mla.kv_lora_rank;
    first = std::max({first, q, latent, int64_t{c.mla.q_lora_rank}, int64_t{c.n_head} * c.head_v, int64_t{c.moe.n_experts}});
    second = c.kv_row_k();
    third = c.kv_row_v();
  }
  if (roles.ffn) {
    first = std::max<int64_t>(first, sizes.ffn_width);
    second = std::max<int64_t>(second, sizes.ffn_width);
  }
  if (roles.experts) {
    first = std::max(first, int64_t{c.moe.n_used} * std::max(c.moe.n_ff, c.n_embd));
    second = std::max(second, int64_t{c.moe.n_used} * c.moe.n_ff);
  }
  const int64_t logits = roles.output ? int64_t{sizes.limits.max_outputs} * c.n_vocab : 0;
  layout.place(a.addend[0], 1, std::max(t * first, logits));
  layout.place(a.addend[1], 1, t * std::max<int64_t>(1, second));
  layout.place(a.addend[2], 1, t * std::max<int64_t>(1, third));
}

void lay_out(Layout& layout, Activations& a, const model::Config& c, const Roles& roles, const ActivationSizes& sizes) {
  const StepLimits& limits = sizes.limits;
  const int64_t t = limits.max_tokens;
  layout.place(a.x, t, c.n_embd);
  layout.place(a.xn, std::max<int64_t>(t, limits.max_outputs), c.n_embd);
  for (float*& part : a.part) layout.place(part, t, c.n_embd);
  if (c.moe.shared_gate) layout.place(a.shared_gate, t, 1);
  if (roles.attention) lay_out_attention(layout, a, c, t);
  if (roles.ffn) layout.place(a.ffn, t, sizes.ffn_width);
  if (c.moe.n_experts > 0) {
    if (roles.attention) layout.place(a.router, t, c.moe.n_experts);
    if (roles.attention || roles.experts) lay_out_moe(layout, a, c, t);
  }
  if (roles.output) {
    layout.place(a.logits, limits.max_outputs, c.n_vocab);
    layout.place(a.candidates, limits.max_outputs, a.n_candidates);
    layout.place(a.candidate_values, limits.max_outputs, a.n_candidates);
    layout.place(a.logsumexp, limits.max_outputs, 1);
  }
  a.max_row = layout.max_row();
  if (sizes.adapters) lay_out_addends(layout, a, c, roles, sizes);
}

}  // namespace

Result<Activations> make_activations(const model::Config& config, const model::Placement& placement, int device,
                                     const ActivationSizes& sizes, Backend* backend) {
  Activations a;
  a.n_candidates = std::min(kCandidates, sizes.n_tokens_in_vocab);
  const Roles roles = roles_of(placement, device);
  Layout measured(nullptr);
  lay_out(measured, a, config, roles, sizes);
  a.bytes = measured.bytes();
  if (!backend) return a;
  Result<std::unique_ptr<Buffer>> arena = backend->allocate(a.bytes);
  if (!arena) return arena.error();
  a.arena = std::move(*arena);
  Layout addresses(a.arena->data);
  lay_out(addresses, a, config, roles, sizes);
  return a;
}

Activations imagined_activations(const model::Config& config, const model::Placement& placement, int device, const ActivationSizes& sizes) {
  constexpr uintptr_t kSomewhere = 1 << 16;
  Activations a;
  a.n_candidates = std::min(kCandidates, sizes.n_tokens_in_vocab);
  Layout addresses(reinterpret_cast<std::byte*>(kSomewhere));
  lay_out(addresses, a, config, roles_of(placement, device), sizes);
  a.bytes = addresses.bytes();
  return a;
}

}  // namespace engine::forward
