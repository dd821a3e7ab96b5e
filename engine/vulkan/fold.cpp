#include "vulkan/fold.h"

#include <array>
#include <vector>

#include "ops/beside.h"
#include "ops/replay.h"

namespace engine::vulkan {
namespace {

/// Device memory that an op reads or writes in the steps of a bucket.
struct Range {
  uint64_t begin = 0, bytes = 0;
};

template <class T>
Range range(const T* data, int64_t n) {
  return {address(data), static_cast<uint64_t>(n) * sizeof(T)};
}

bool apart(const Range& a, const Range& b) {
  return b.begin >= a.begin + a.bytes || a.begin >= b.begin + b.bytes;
}

size_t route_and_plan(Recorder& r, std::span<const Op> ops) {
  const auto* route = op_at<MoeRouteOp>(ops, 0);
  const auto* plan = op_at<MoePlanOp>(ops, 1);
  if (!route || !plan || !plans_choice(*route, *plan)) return 0;
  record(r, *route, *plan);
  return 2;
}

size_t router(Recorder& r, std::span<const Op> ops) {
  const auto* linear = op_at<LinearOp>(ops, 0);
  const auto* route = op_at<MoeRouteOp>(ops, 1);
  const auto* plan = op_at<MoePlanOp>(ops, 2);
  if (!r.decode() || !linear || !route || !plan) return 0;
  const bool expected = is_router(*linear, *route) && plans_choice(*route, *plan);
  r.counts_as(1);
  if (expected && record_router(r, *linear, *route, *plan)) return 3;
  r.counts_as(0);
  return 0;
}

/// Routed experts, then those that all tokens share: up and gate of both at once, then down of both. Results of adapters come before
/// their consumers as ops of their own, which keeps such layers from folding unless these come first.
size_t routed_and_shared_experts(Recorder& r, std::span<const Op> ops) {
  const auto* glu = op_at<MoeGluOp>(ops, 0);
  const auto* down = op_at<MoeDownOp>(ops, 1);
  const auto* shared_glu = op_at<LinearGluOp>(ops, 2);
  const auto* shared_down = op_at<LinearOp>(ops, 3);
  if (!r.decode() || !glu || !down || !shared_glu || !shared_down) return 0;
  const bool expected = down->h == glu->h && shared_glu->gate.in == glu->gate.in && shared_down->x == shared_glu->y &&
                        shared_down->n_outs == 1 && shared_down->rows == Rows::tokens;
  if (!expected) return 0;
  // shared_glu now runs beside glu, before down; shared_down beside down.
  const auto touches = [&r](const auto& op) { return Footprint(r.bucket().tokens).add(op); };
  const Footprint later = touches(*down), wide = touches(*shared_glu);
  if (!touches(*glu).apart(wide) || !later.apart(wide) || !later.apart(touches(*shared_down))) return 0;
  record_beside(r, *glu, *shared_glu);
  r.counts_as(1);
  record_beside(r, *down, *shared_down);
  return 4;
}

/// The two halves of the latent queries, from the same q: the rotary part with the cache row, the products of the others.
size_t latent_queries(Recorder& r, std::span<const Op> ops) {
  const auto* store = op_at<MlaStoreOp>(ops, 0);
  const auto* heads = op_at<LinearHeadsOp>(ops, 1);
  if (!r.decode() || !store || !heads || !shares_latent_queries(*store, *heads)) return 0;
  record_beside(r, *store, *heads);
  return 2;
}

/// What an op reads of the rows that others make.
struct Inputs {
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

/// Whether a later op writes all of `rows` anew before any reads from them. Rows that outlive the plan are not dead.
bool dead(const Range& rows, int64_t width, std::span<const Op> later) {
  for (const Op& op : later) {
    for (const void* input : std::visit(Inputs{}, op))
      if (address(input) - rows.begin < rows.bytes) return false;
    const auto* linear = std::get_if<LinearOp>(&op);
    for (int i = 0; linear && linear->rows == Rows::tokens && i < linear->n_outs; ++i)
      if (address(linear->outs[i].y) == rows.begin && linear->outs[i].w.out == width) return true;
  }
  return false;
}

/// The norm of compressed queries and the product with them. Every workgroup norms the rows again, which pays while it does all of them.
size_t norm_and_product(Recorder& r, std::span<const Op> ops) {
  const auto* norm = op_at<AddNormOp>(ops, 0);
  const auto* linear = op_at<LinearOp>(ops, 1);
  constexpr int kFewTokens = 4;
  if (r.bucket().tokens > kFewTokens || !norm || !linear) return 0;
  const bool expected = norm->n_parts == 0 && norm->rows == Rows::tokens && norm->y == norm->x && linear->x == norm->y &&
                        linear->in == norm->dim && linear->n_outs == 1 && linear->rows == Rows::tokens;
  if (!expected) return 0;
  const Range rows = range(norm->y, r.bucket().tokens * norm->dim);
  const LinearOp::Out& out = linear->outs[0];
  if (!apart(range(out.y, r.bucket().tokens * out.w.out), rows) || !dead(rows, norm->dim, ops.subspan(2))) return 0;
  r.counts_as(1);
  record_normed(r, *norm, *linear);
  return 2;
}

/// Each records the ops that it takes from the front, or none; the first that takes some wins.
constexpr std::array kPatterns{norm_and_product, latent_queries, router, route_and_plan, routed_and_shared_experts};

}  // namespace

size_t record_folded(Recorder& r, std::span<const Op> ops) {
  for (const auto pattern : kPatterns)
    if (const size_t n = pattern(r, ops); n > 0) return n;
  std::visit([&r](const auto& op) { record(r, op); }, ops.front());
  return 1;
}

}  // namespace engine::vulkan
