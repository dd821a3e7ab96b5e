#include "cuda/fold.h"

#include <array>
#include <cstdlib>
#include <optional>

#include "cuda/attention.h"
#include "cuda/vector_kernels.h"
#include "ops/beside.h"
#include "ops/liveness.h"
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

/// Whether every block may find the norm of the rows again: that costs less than a launch while they are few and not wide.
bool few_narrow_rows(const Recorder& r, const AddNormOp& norm) {
  constexpr int64_t kWidest = 4096;
  return r.bucket().tokens <= kNormTokens && norm.dim <= kWidest && norm_threads(norm) > 0;
}

AddNormOp without_sum(AddNormOp norm) {
  norm.n_parts = 0;
  return norm;
}

/// Whether a kernel can read rows of norm.x and norm them itself, while `norm` writes norm.y.
template <class Product>
bool can_norm(const Recorder& r, const AddNormOp& norm, Product product, int64_t in) {
  if (product.x != norm.y || in != norm.dim) return false;
  product.x = norm.x;
  const int tokens = r.bucket().tokens;
  return Footprint(tokens).add(without_sum(norm)).apart(Footprint(tokens).add(product));
}

/// Whether a product may add to norm.x what it makes, its part of the sum, and the other parts: it does not touch norm.x itself, nor they
/// what it makes.
template <class Product>
bool can_add(const Recorder& r, const AddNormOp& norm, const Product& product, const float* y) {
  const int own = part_of(norm, y), tokens = r.bucket().tokens;
  if (own < 0 || norm.parts[own].gate || norm.rows != Rows::tokens || !norm.y || tokens > kNormTokens) return false;
  AddNormOp stream = norm;
  stream.parts[own] = stream.parts[stream.n_parts - 1];
  --stream.n_parts;
  stream.y = stream.x;
  return Footprint(tokens).add(stream).apart(Footprint(tokens).add(product));
}

/// A product by which experts are chosen, the choice and the plan of it, where one launch does them.
struct Router {
  const LinearOp* product;
  const MoeRouteOp* route;
  const MoePlanOp* plan;
};

std::optional<Router> router_at(const Recorder& r, std::span<const Op> ops) {
  const Router router{op_at<LinearOp>(ops, 0), op_at<MoeRouteOp>(ops, 1), op_at<MoePlanOp>(ops, 2)};
  if (!router.product || !router.route || !router.plan) return {};
  if (!routes_at_once(r, *router.product, *router.route, *router.plan)) return {};
  return router;
}

/// Whether the product at the front of `ops` can do the norm in front of it.
bool can_norm(const Recorder& r, const AddNormOp& norm, std::span<const Op> ops) {
  if (!few_narrow_rows(r, norm)) return false;
  const auto* linear = op_at<LinearOp>(ops, 0);
  const auto* glu = op_at<LinearGluOp>(ops, 0);
  if (glu) return glu->gate.type == glu->up.type && can_norm(r, norm, *glu, glu->gate.in);
  // A router has a kernel of its own, whose sums have another order.
  if (!linear || (op_at<MoeRouteOp>(ops, 1) && !router_at(r, ops))) return false;
  return linear->rows == Rows::tokens && can_norm(r, norm, *linear, linear->in);
}

/// Whether a product of decode() leaves all scratch of the plan alone, so that it can run beside others (linear.cu).
bool without_scratch(const Recorder& r, const LinearGluOp& op) {
  return r.bucket().tokens < kPreparedRows && op.gate.type == op.up.type;
}

/// The experts that a router chooses and those that all tokens share, behind the router. Adapters bring ops in between, which keep such
/// layers from this.
struct Experts {
  const MoeGluOp* glu;
  const MoeDownOp* down;
  const LinearGluOp* shared_glu;
  const LinearOp* shared_down;
  const AddNormOp* sum;  // of what both make, which `down` adds to the residual stream; null: an op of its own does
};

/// Those that can run beside each other. `ops`: from the router on. `norm`: of the rows that all of them read, when it is not done yet.
std::optional<Experts> experts_beside(const Recorder& r, const Router& router, std::span<const Op> ops, const AddNormOp* norm) {
  Experts e{op_at<MoeGluOp>(ops, 3), op_at<MoeDownOp>(ops, 4), op_at<LinearGluOp>(ops, 5), op_at<LinearOp>(ops, 6),
            op_at<AddNormOp>(ops, 7)};
  if (!e.glu || !e.down || !e.shared_glu || !e.shared_down || !without_scratch(r, *e.shared_glu)) return {};
  if (norm && !can_norm(r, *norm, *e.shared_glu, e.shared_glu->gate.in)) return {};
  const bool adds = e.sum && e.sum->n_parts == 2 && part_of(*e.sum, e.shared_down->outs[0].y) >= 0 && can_norm(r, *e.sum, ops.subspan(8)) &&
                    can_add(r, *e.sum, *e.down, e.down->y);
  if (!adds) e.sum = nullptr;

  const int tokens = r.bucket().tokens;
  Footprint routed(tokens), shared(tokens);
  LinearOp product = *router.product;
  LinearGluOp shared_glu = *e.shared_glu;
  if (norm) {
    product.x = shared_glu.x = norm->x;
    routed.add(without_sum(*norm));
  }
  routed.add(product).add(*router.route).add(*router.plan).add(*e.glu);
  if (!e.sum) routed.add(*e.down);
  shared.add(shared_glu).add(*e.shared_down);
  if (!routed.apart(shared)) return {};
  return e;
}

size_t normed_product(Recorder& r, const AddNormOp& norm, std::span<const Op> ops, int ahead);

/// From the router on, `ahead` ops behind the first of those being recorded: it alone, or with all experts behind it. The shared ones run
/// beside the router and the routed ones. `norm`: of the rows that they read, when it is not done yet.
size_t experts(Recorder& r, std::span<const Op> ops, const AddNormOp* norm, int ahead) {
  const std::optional<Router> router = router_at(r, ops);
  if (!router) return 0;
  const std::optional<Experts> beside = experts_beside(r, *router, ops, norm);
  const auto record_router_of = [&] {
    r.counts_as(ahead + 1);
    record_router(r, *router->product, *router->route, *router->plan, norm);
  };
  if (!beside) {
    record_router_of();
    return 3;
  }
  r.branch(Branch::first);
  record_router_of();
  r.counts_as(ahead + 3);
  record(r, *beside->glu);
  r.counts_as(ahead + 4);
  if (!beside->sum) record(r, *beside->down);
  r.branch(Branch::second);
  r.counts_as(ahead + 5);
  norm ? record_normed(r, *norm, *beside->shared_glu, false) : record(r, *beside->shared_glu);
  r.counts_as(ahead + 6);
  record(r, *beside->shared_down);
  r.branch(Branch::none);
  if (!beside->sum) return 7;
  r.counts_as(ahead + 4);
  record_adding(r, *beside->down, *beside->sum);
  return 8 + normed_product(r, *beside->sum, ops.subspan(8), ahead + 8);
}

size_t router(Recorder& r, std::span<const Op> ops) {
  return experts(r, ops, nullptr, 0);
}

/// The product at the front of `ops`, for which can_norm() holds, with the norm in front of it; perhaps with ops behind it.
size_t normed_product(Recorder& r, const AddNormOp& norm, std::span<const Op> ops, int ahead) {
  if (const size_t n = experts(r, ops, &norm, ahead); n > 0) return n;
  r.counts_as(ahead);
  const auto* linear = op_at<LinearOp>(ops, 0);
  linear ? record_normed(r, norm, *linear, true) : record_normed(r, norm, *op_at<LinearGluOp>(ops, 0), true);
  return 1;
}

/// The norm of compressed queries, in place, and the product with them, which norms them for itself.
size_t norm_and_product(Recorder& r, std::span<const Op> ops) {
  const auto* norm = op_at<AddNormOp>(ops, 0);
  const auto* linear = op_at<LinearOp>(ops, 1);
  if (!norm || !linear || !few_narrow_rows(r, *norm)) return 0;
  if (!only_reads_normed(*norm, *linear, r.bucket().tokens, ops.subspan(2))) return 0;
  r.counts_as(1);
  record_normed(r, *norm, *linear, false);
  return 2;
}

/// For more tokens than products norm by themselves: the norm, which leaves its rows rounded as well, and the product that takes them so.
size_t rounding_norm(Recorder& r, std::span<const Op> ops) {
  constexpr int64_t kWhole = 64;  // values that rounded rows are in
  const auto* norm = op_at<AddNormOp>(ops, 0);
  const auto* linear = op_at<LinearOp>(ops, 1);
  const auto* glu = op_at<LinearGluOp>(ops, 1);
  if (!norm || norm->rows != Rows::tokens || !norm->y || norm->dim % kWhole != 0 || norm_threads(*norm) == 0) return 0;
  bool done = false;
  if (linear) done = linear->x == norm->y && linear->in == norm->dim && linear->rows == Rows::tokens && record_rounding(r, *norm, *linear);
  if (glu) done = glu->x == norm->y && glu->gate.in == norm->dim && record_rounding(r, *norm, *glu);
  return done ? 2 : 0;
}

/// A product that adds to the residual stream, the norm of the stream, and a product of that: the first does the sum, the second the norm.
size_t product_norm_product(Recorder& r, std::span<const Op> ops) {
  const auto* norm = op_at<AddNormOp>(ops, 1);
  const auto* linear = op_at<LinearOp>(ops, 0);
  const auto* down = op_at<MoeDownOp>(ops, 0);
  if (!norm || norm->n_parts != 1 || ops.size() < 3 || !can_norm(r, *norm, ops.subspan(2))) return 0;
  const bool adds = linear ? linear->n_outs == 1 && linear->rows == Rows::tokens && can_add(r, *norm, *linear, linear->outs[0].y)
                           : down && can_add(r, *norm, *down, down->y);
  if (!adds) return 0;
  linear ? record_adding(r, *linear, *norm) : record_adding(r, *down, *norm);
  return 2 + normed_product(r, *norm, ops.subspan(2), 2);
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

/// A token's keys and values and the attention that reads them first. q is left as it was: nothing behind attention reads it.
size_t stored_attention(Recorder& r, std::span<const Op> ops) {
  const auto* store = op_at<QkvStoreOp>(ops, 0);
  const auto* attention = op_at<AttnGqaOp>(ops, 1);
  if (!store || !attention) return 0;
  r.counts_as(1);
  if (record_storing(r, *store, *attention)) return 2;
  r.counts_as(0);
  return 0;
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

/// Each records the ops that it takes from the front, or none; the first that takes some wins.
constexpr std::array kPatterns{product_norm_product, norm_and_product, rounding_norm, stored_attention,
                               expanded_attention,   latent_queries,   router,        route_and_plan};

}  // namespace

/// HEARTH_CUDA_UNFOLDED: every op by itself, to measure what folding brings.
size_t record_folded(Recorder& r, std::span<const Op> ops) {
  static const bool unfolded = std::getenv("HEARTH_CUDA_UNFOLDED") != nullptr;
  for (const auto pattern : kPatterns)
    if (const size_t n = unfolded ? 0 : pattern(r, ops); n > 0) return n;
  std::visit([&r](const auto& op) { record(r, op); }, ops.front());
  return 1;
}

}  // namespace engine::cuda
