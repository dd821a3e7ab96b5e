// Which rows of activations nobody reads any more.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "ops/ops.h"

namespace engine {

/// What an op reads of the rows that others make.
struct RowsRead {
  std::vector<const void*> operator()(const EmbedOp& op) const { return {op.addend.data}; }
  std::vector<const void*> operator()(const AddNormOp& op) const {
    std::vector<const void*> all{op.x};
    for (int i = 0; i < op.n_parts; ++i) all.insert(all.end(), {op.parts[i].data, op.parts[i].gate});
    return all;
  }
  std::vector<const void*> operator()(const LinearOp& op) const {
    return {op.x, op.outs[0].addend.data, op.outs[1].addend.data, op.outs[2].addend.data};
  }
  std::vector<const void*> operator()(const LinearGluOp& op) const { return {op.x, op.gate_addend.data, op.up_addend.data}; }
  std::vector<const void*> operator()(const LinearHeadsOp& op) const { return {op.x, op.addend.data}; }
  std::vector<const void*> operator()(const QkvStoreOp& op) const { return {op.q, op.k, op.v}; }
  std::vector<const void*> operator()(const AttnGqaOp& op) const { return {op.q}; }
  std::vector<const void*> operator()(const MlaStoreOp& op) const { return {op.q, op.kv_a}; }
  std::vector<const void*> operator()(const AttnMlaOp& op) const { return {op.q_latent}; }
  std::vector<const void*> operator()(const MoeRouteOp& op) const { return {op.logits}; }
  std::vector<const void*> operator()(const MoePlanOp& op) const { return {op.ids}; }
  std::vector<const void*> operator()(const MoeGluOp& op) const { return {op.x, op.gate_addend.data, op.up_addend.data}; }
  std::vector<const void*> operator()(const MoeDownOp& op) const { return {op.h, op.weights, op.addend.data}; }
  std::vector<const void*> operator()(const LoraOp& op) const { return {op.x}; }
  std::vector<const void*> operator()(const TopkLogitsOp& op) const { return {op.logits}; }
  std::vector<const void*> operator()(const FillOp&) const { return {}; }
};

/// Floats of activations.
struct FloatRange {
  const float* data;
  int64_t n;

  [[nodiscard]] bool holds(const void* p) const {
    const auto at = reinterpret_cast<uintptr_t>(p), begin = reinterpret_cast<uintptr_t>(data);
    return at - begin < static_cast<uintptr_t>(n) * sizeof(float);
  }
  [[nodiscard]] bool apart(const FloatRange& other) const { return !holds(other.data) && !other.holds(data); }
};

/// Whether a later op writes all of `rows`, of `width` values each, anew before any reads from them. Rows that outlive the plan are not
/// dead.
inline bool dead(const FloatRange& rows, int64_t width, std::span<const Op> later) {
  for (const Op& op : later) {
    for (const void* input : std::visit(RowsRead{}, op))
      if (rows.holds(input)) return false;
    const auto* linear = std::get_if<LinearOp>(&op);
    for (int i = 0; linear && linear->rows == Rows::tokens && i < linear->n_outs; ++i)
      if (linear->outs[i].y == rows.data && linear->outs[i].w.out == width) return true;
  }
  return false;
}

/// Whether `norm` is in place and nobody but `linear`, behind it, ever reads the normed rows: it can norm them itself, and the rows stay as
/// they are. `later`: the ops behind both.
inline bool only_reads_normed(const AddNormOp& norm, const LinearOp& linear, int64_t tokens, std::span<const Op> later) {
  const bool expected = norm.n_parts == 0 && norm.rows == Rows::tokens && norm.y == norm.x && linear.x == norm.y && linear.in == norm.dim &&
                        linear.n_outs == 1 && linear.rows == Rows::tokens;
  if (!expected) return false;
  const FloatRange rows{norm.y, tokens * norm.dim}, made{linear.outs[0].y, tokens * linear.outs[0].w.out};
  return rows.apart(made) && dead(rows, norm.dim, later);
}

}  // namespace engine
