#include "cuda/fold.h"

#include <array>

#include "cuda/attention.h"
#include "cuda/vector_kernels.h"
#include "ops/beside.h"
#include "ops/replay.h"

namespace engine::cuda {
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

/// Whether a product of decode() leaves all scratch of the plan alone, so that it can run beside others (linear.cu).
bool without_scratch(const Recorder& r, const LinearGluOp& op) {
  return r.bucket().tokens < kPreparedRows && op.gate.type == op.up.type;
}

/// Routed experts and those that all tokens share: from the router to the sum of the routed ones, beside it the shared ones. Adapters bring
/// ops in between, which keep such layers from this.
size_t routed_and_shared_experts(Recorder& r, std::span<const Op> ops) {
  const auto* linear = op_at<LinearOp>(ops, 0);
  const auto* route = op_at<MoeRouteOp>(ops, 1);
  const auto* plan = op_at<MoePlanOp>(ops, 2);
  const auto* glu = op_at<MoeGluOp>(ops, 3);
  const auto* down = op_at<MoeDownOp>(ops, 4);
  const auto* shared_glu = op_at<LinearGluOp>(ops, 5);
  const auto* shared_down = op_at<LinearOp>(ops, 6);
  if (!r.decode() || !linear || !route || !plan || !glu || !down || !shared_glu || !shared_down) return 0;
  const int tokens = r.bucket().tokens;
  const Footprint routed = Footprint(tokens).add(*linear).add(*route).add(*plan).add(*glu).add(*down);
  const Footprint shared = Footprint(tokens).add(*shared_glu).add(*shared_down);
  if (!without_scratch(r, *shared_glu) || !routed.apart(shared)) return 0;
  r.branch(Branch::first);
  if (router(r, ops) == 0) {
    r.branch(Branch::none);
    return 0;
  }
  r.counts_as(3);
  record(r, *glu);
  r.counts_as(4);
  record(r, *down);
  r.branch(Branch::second);
  r.counts_as(5);
  record(r, *shared_glu);
  r.counts_as(6);
  record(r, *shared_down);
  r.branch(Branch::none);
  return 7;
}

/// The two halves of the latent queries, from the same q: the rotary part with the cache row, the products of the others.
size_t latent_queries(Recorder& r, std::span<const Op> ops) {
  const auto* store = op_at<MlaStoreOp>(ops, 0);
  const auto* heads = op_at<LinearHeadsOp>(ops, 1);
  if (!r.decode() || !store || !heads || !shares_latent_queries(*store, *heads)) return 0;
  r.branch(Branch::first);
  record(r, *store);
  r.branch(Branch::second);
  r.counts_as(1);
  record(r, *heads);
  r.branch(Branch::none);
  return 2;
}

/// Latent attention of prompts without entering the latent space.
size_t expanded_attention(Recorder& r, std::span<const Op> ops) {
  const auto* into = op_at<LinearHeadsOp>(ops, 0);
  const auto* attention = op_at<AttnMlaOp>(ops, 1);
  const auto* out_of = op_at<LinearHeadsOp>(ops, 2);
  if (r.decode() || !into || !attention || !out_of) return 0;
  r.counts_as(1);
  if (record_expanded(r, *into, *attention, *out_of)) return 3;
  r.counts_as(0);
  return 0;
}

/// Whether a product can read rows of norm.x and norm them itself, while `norm` writes norm.y.
template <class Product>
bool can_norm(const Recorder& r, const AddNormOp& norm, Product product, int64_t in) {
  if (product.x != norm.y || in != norm.dim) return false;
  AddNormOp only_norm = norm;
  only_norm.n_parts = 0;
  product.x = norm.x;
  const int tokens = r.bucket().tokens;
  return Footprint(tokens).add(only_norm).apart(Footprint(tokens).add(product));
}

/// Whether a product may add to norm.x what it makes: that is the only part, and the product does not touch norm.x itself.
template <class Product>
bool can_add(const Recorder& r, const AddNormOp& norm, const Product& product, const float* y) {
  if (norm.n_parts != 1 || norm.parts[0].data != y || norm.parts[0].gate || norm.rows != Rows::tokens || !norm.y) return false;
  AddNormOp stream = norm;
  stream.n_parts = 0;
  stream.y = stream.x;
  const int tokens = r.bucket().tokens;
  return Footprint(tokens).add(stream).apart(Footprint(tokens).add(product));
}

/// A product that adds to the residual stream, the norm of the stream, and a product of that: the first does the sum, the second the norm.
/// Every block norms the rows again, which costs less than a launch while they are few.
size_t product_norm_product(Recorder& r, std::span<const Op> ops) {
  constexpr int64_t kWidest = 4096;
  const auto* norm = op_at<AddNormOp>(ops, 1);
  if (r.bucket().tokens > kNormTokens || !norm || norm->dim > kWidest || norm_threads(*norm) == 0) return 0;
  const auto* linear = op_at<LinearOp>(ops, 0);
  const auto* down = op_at<MoeDownOp>(ops, 0);
  const bool adds = linear ? linear->n_outs == 1 && linear->rows == Rows::tokens && can_add(r, *norm, *linear, linear->outs[0].y)
                           : down && can_add(r, *norm, *down, down->y);
  const auto* next = op_at<LinearOp>(ops, 2);
  const auto* glu = op_at<LinearGluOp>(ops, 2);
  // The router reads its rows in a way of its own.
  const bool norms = next ? next->rows == Rows::tokens && !op_at<MoeRouteOp>(ops, 3) && can_norm(r, *norm, *next, next->in)
                          : glu && glu->gate.type == glu->up.type && can_norm(r, *norm, *glu, glu->gate.in);
  if (!adds || !norms) return 0;
  linear ? record_adding(r, *linear, *norm) : record_adding(r, *down, *norm);
  r.counts_as(2);
  next ? record_normed(r, *norm, *next) : record_normed(r, *norm, *glu);
  return 3;
}

/// Each records the ops that it takes from the front, or none; the first that takes some wins.
constexpr std::array kPatterns{product_norm_product, expanded_attention, latent_queries, routed_and_shared_experts, router, route_and_plan};

}  // namespace

size_t record_folded(Recorder& r, std::span<const Op> ops) {
  for (const auto pattern : kPatterns)
    if (const size_t n = pattern(r, ops); n > 0) return n;
  std::visit([&r](const auto& op) { record(r, op); }, ops.front());
  return 1;
}

}  // namespace engine::cuda
