#include "vulkan/fold.h"

#include <array>

#include "ops/beside.h"
#include "ops/liveness.h"
#include "ops/replay.h"

namespace engine::vulkan {
namespace {

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

/// The norm of compressed queries and the product with them. Every workgroup norms the rows again, which pays while it does all of them.
size_t norm_and_product(Recorder& r, std::span<const Op> ops) {
  const auto* norm = op_at<AddNormOp>(ops, 0);
  const auto* linear = op_at<LinearOp>(ops, 1);
  constexpr int kFewTokens = 4;
  if (r.bucket().tokens > kFewTokens || !norm || !linear) return 0;
  if (!only_reads_normed(*norm, *linear, r.bucket().tokens, ops.subspan(2))) return 0;
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
