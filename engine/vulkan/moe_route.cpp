// moe_route and moe_plan: which experts every token goes to, and the rows of every expert.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "vulkan/vector_product.h"

namespace engine::vulkan {
namespace {

constexpr int kLanes = 256;
constexpr int kMinTeam = 16;       // shaders/moe_route.comp: lanes of a token
constexpr int kFewExperts = 512;   // 8 KiB of shared memory
constexpr int kMaxExperts = 1024;  // 16 KiB
constexpr int kFusedPairs = 1024;  // pairs that the routing workgroup plans
constexpr int kFewPairs = 256;     // 1 KiB
constexpr int kWide = 4;           // shaders/moe_route.comp: room for experts is whole steps
constexpr int kBlock = 512;        // shaders/moe_plan.comp; so many pairs are planned by one workgroup

struct RouteParams {
  uint64_t logits, bias, ids, weights, local, offsets, pairs, counts;
  uint32_t n_experts, n_used, gate, normalise;
  float scale;
  uint32_t n_groups, n_groups_used, by_max;
};

struct PlanParams {
  uint64_t ids, local, offsets, pairs, counts;
  uint32_t n_experts, n_used;
};

enum PlanMode : uint32_t { kSmall, kCount, kFill };

bool refuse_many(Recorder& r, const char* op, int n_experts) {
  if (n_experts <= kMaxExperts) return false;
  r.refuse({ErrorCode::unsupported,
            fmt::format("Operation {}: a layer has {} experts, more than the {} of this device's kernels.", op, n_experts, kMaxExperts),
            ""});
  return true;
}

uint32_t slots(int n_experts) {
  return n_experts <= kFewExperts ? kFewExperts : kMaxExperts;
}

RouteParams params_of(const MoeRouteOp& op) {
  return {address(op.logits),
          address(op.select_bias),
          address(op.ids),
          address(op.weights),
          0,
          0,
          0,
          address(op.counts),
          static_cast<uint32_t>(op.n_experts),
          static_cast<uint32_t>(op.n_used),
          static_cast<uint32_t>(op.gate),
          op.normalise ? 1u : 0u,
          op.scale,
          static_cast<uint32_t>(op.n_groups),
          static_cast<uint32_t>(op.n_groups_used),
          op.group_rank == GroupRank::max ? 1u : 0u};
}

/// moe_route and the moe_plan of its ids.
RouteParams params_of(const MoeRouteOp& route, const MoePlanOp& plan) {
  RouteParams p = params_of(route);
  p.local = address(plan.local);
  p.offsets = address(plan.offsets);
  p.pairs = address(plan.pairs);
  return p;
}

bool fits_one_workgroup(const Recorder& r, const MoeRouteOp& route) {
  return r.decode() && r.bucket().tokens * route.n_used <= kFusedPairs && route.n_experts <= kMaxExperts;
}

/// Parameters of shaders/router.comp, which has their size, too.
struct RouterParams {
  uint64_t x, counter;
  uint32_t n, n_outs, token_groups, blocks;
  struct Out {
    WeightRef w;
    uint64_t bias, addend, entries, y;
    uint32_t n, first_block, other, unused;
  } outs[2];
};
static_assert(sizeof(RouterParams) == 208);

RouterParams router_params(Recorder& r, const LinearOp& op, uint32_t block_rows, uint32_t tokens) {
  RouterParams p{address(op.x),
                 r.scratch(Scratch::counters, sizeof(uint32_t)),
                 static_cast<uint32_t>(op.in),
                 static_cast<uint32_t>(op.n_outs),
                 ceil_div(r.bucket().tokens, tokens),
                 0,
                 {}};
  for (int i = 0; i < op.n_outs; ++i) {
    const LinearOp::Out& o = op.outs[i];
    const bool other = o.w.type != op.outs[0].w.type;
    p.outs[i] = {weight_ref(o.w),
                 address(o.bias),
                 address(o.addend.data),
                 address(o.addend.entries),
                 address(o.y),
                 static_cast<uint32_t>(o.w.out),
                 p.blocks,
                 other ? 1u : 0u,
                 0};
    p.blocks += ceil_div(o.w.out, block_rows);
  }
  return p;
}

/// Lanes of a token: as many tokens at a time as there are, or as fit into shared memory.
int team_lanes(const Recorder& r, const MoeRouteOp& op) {
  const int fitting = std::max(1, static_cast<int>(slots(op.n_experts)) / ((op.n_experts + kWide - 1) / kWide * kWide));
  const int tokens = static_cast<int>(std::bit_floor(static_cast<unsigned>(std::min(fitting, r.bucket().tokens))));
  return std::max(kMinTeam, kLanes / tokens);
}

}  // namespace

void record(Recorder& r, const MoeRouteOp& op) {
  if (refuse_many(r, "moe_route", op.n_experts)) return;
  const int team = team_lanes(r, op), tokens = kLanes / team;
  const uint32_t room = slots(op.n_experts);
  const double bytes = 4.0 * r.bucket().tokens * (op.n_experts + 2.0 * op.n_used);
  r.dispatch({Shader::moe_route, {room, room, 0}}, params_of(op), {ceil_div(r.bucket().tokens, tokens)}, {static_cast<uint32_t>(team)},
             {0, bytes});
}

void record(Recorder& r, const MoePlanOp& op) {
  if (refuse_many(r, "moe_plan", op.n_experts)) return;
  PlanParams p{address(op.ids),
               address(op.local),
               address(op.offsets),
               address(op.pairs),
               0,
               static_cast<uint32_t>(op.n_experts),
               static_cast<uint32_t>(op.n_used)};
  const int64_t pairs = int64_t{r.bucket().tokens} * op.n_used;
  if (pairs <= kBlock) return r.dispatch({Shader::moe_plan, {kSmall, kBlock, 1}}, p, {1});
  const size_t max_blocks = ceil_div(int64_t{r.limits().max_tokens} * op.n_used, kBlock);
  p.counts = r.scratch(Scratch::sums, max_blocks * static_cast<size_t>(op.n_experts) * sizeof(uint32_t));
  const uint32_t blocks = ceil_div(pairs, kBlock), room = slots(op.n_experts);
  r.dispatch({Shader::moe_plan, {kCount, kBlock, room}}, p, {blocks}, {}, {0, 4.0 * (static_cast<double>(pairs) + blocks * op.n_experts)});
  r.dispatch({Shader::moe_plan, {kFill, kBlock, room}}, p, {blocks}, {},
             {0, 8.0 * static_cast<double>(pairs) + 4.0 * blocks * blocks * op.n_experts});
}

/// Few tokens: one workgroup routes them all, so that it can plan them, too.
void record(Recorder& r, const MoeRouteOp& route, const MoePlanOp& plan) {
  const bool together = plan.ids == route.ids && plan.n_experts == route.n_experts && plan.n_used == route.n_used;
  if (!together || !fits_one_workgroup(r, route)) {
    record(r, route);
    return record(r, plan);
  }
  const double bytes = 4.0 * r.bucket().tokens * (route.n_experts + 3.0 * route.n_used);
  r.dispatch({Shader::moe_route, {slots(route.n_experts), kFusedPairs, 1}}, params_of(route, plan), {1},
             {static_cast<uint32_t>(team_lanes(r, route))}, {0, bytes});
}

bool record_router(Recorder& r, const LinearOp& router, const MoeRouteOp& route, const MoePlanOp& plan) {
  const DType type = router.outs[0].w.type, other = router.outs[router.n_outs - 1].w.type;
  const Teams teams = vector_teams(r, type, router.in);
  if (router.n_outs > 2 || vector_teams(r, other, router.in).team != teams.team || !fits_one_workgroup(r, route)) return false;
  const uint32_t tokens = vector_tokens(r.bucket().tokens), partials = teams.partials_of(kLanes);
  const uint32_t room = slots(route.n_experts), pairs = r.bucket().tokens * route.n_used <= kFewPairs ? kFewPairs : kFusedPairs;
  const uint32_t shared = 12 * room + 4 * pairs + 8 * kLanes + 4 * tokens * partials + 64;
  if (shared > r.features().shared_bytes) return false;
  const struct {
    RouterParams product;
    RouteParams route;
  } p{router_params(r, router, kLanes / teams.team, tokens), params_of(route, plan)};
  Cost cost{0, 4.0 * r.bucket().tokens * (2.0 * route.n_experts + 3.0 * route.n_used)};
  for (int i = 0; i < router.n_outs; ++i) {
    const Cost part = product_cost(router.outs[i].w, r.bucket().tokens);
    cost = {cost.flops + part.flops, cost.bytes + part.bytes};
  }
  const XLoads loads = std::max(x_loads(type, router.x, router.in, router.in), x_loads(other, router.x, router.in, router.in));
  r.dispatch({Shader::router,
              {static_cast<uint32_t>(type), kLanes, 1, tokens, static_cast<uint32_t>(loads), static_cast<uint32_t>(other), room, teams.team,
               partials, pairs}},
             p, fold(uint64_t{p.product.token_groups} * p.product.blocks), {static_cast<uint32_t>(team_lanes(r, route))}, cost);
  return true;
}

}  // namespace engine::vulkan
