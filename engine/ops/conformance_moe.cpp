// Cases of moe_route, moe_plan, moe_glu and moe_down.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/conformance_rig.h"

namespace engine::conformance {
namespace {

enum class Logits { separated, three_levels, equal };

struct RouteCase {
  int n_experts, n_used;
  GateKind gate = GateKind::softmax;
  bool normalise = false, bias = false;
  float scale = 1.0f;
  int n_groups = 1, n_groups_used = 1;
  GroupRank rank = GroupRank::top2_sum;
  Logits logits = Logits::separated;
};

/// Router logits whose order no rounding can change: distinct steps, or exact ties.
std::vector<float> router_logits(const RouteCase& c, int tokens) {
  Random random(static_cast<uint64_t>(c.n_experts * 31 + c.n_used));
  std::vector<float> logits;
  for (int t = 0; t < tokens; ++t) {
    const std::vector<int32_t> order = random.permutation(c.n_experts);
    for (const int32_t level : order) {
      const float step = (static_cast<float>(level) + random.uniform(0.0f, 0.3f)) * 8.0f / static_cast<float>(c.n_experts) - 4.0f;
      logits.push_back(c.logits == Logits::separated ? step : c.logits == Logits::equal ? 0.75f : static_cast<float>(random.below(3)));
    }
  }
  return logits;
}

void build_route(Rig& rig, const RouteCase& c, int tokens) {
  rig.step(make_step(tokens));
  MoeRouteOp op;
  op.logits = rig.input(router_logits(c, tokens));
  if (c.bias) op.select_bias = rig.input(Random(77).normals(c.n_experts, 0.2f));
  op.n_experts = c.n_experts, op.n_used = c.n_used, op.gate = c.gate, op.normalise = c.normalise, op.scale = c.scale;
  op.n_groups = c.n_groups, op.n_groups_used = c.n_groups_used, op.group_rank = c.rank;
  op.ids = rig.ints("ids", static_cast<int64_t>(tokens) * c.n_used);
  op.weights = rig.floats("weights", static_cast<int64_t>(tokens) * c.n_used, kFloatLimit);
  // Every other case: as words that begin with the -1 that all results of whole numbers begin with, and grow from there.
  if (tokens % 2 == 1) op.counts = reinterpret_cast<uint32_t*>(rig.ints("counts", c.n_experts));
  rig.op(op);
}

std::vector<RouteCase> route_table() {
  constexpr GateKind kGates[] = {GateKind::softmax, GateKind::sigmoid, GateKind::softmax_topk};
  std::vector<RouteCase> table;
  for (const GateKind gate : kGates)
    for (const Logits logits : {Logits::separated, Logits::three_levels, Logits::equal}) {
      table.push_back({8, 2, gate, true, false, 1.0f, 1, 1, GroupRank::top2_sum, logits});
      table.push_back({10, 3, gate, false, false, 0.0f, 1, 1, GroupRank::top2_sum, logits});
      table.push_back({60, 4, gate, false, logits == Logits::separated, 1.0f, 1, 1, GroupRank::top2_sum, logits});
      table.push_back({128, 8, gate, true, false, 2.5f, 1, 1, GroupRank::top2_sum, logits});
      table.push_back({16, 4, gate, true, logits == Logits::separated, 2.5f, 4, 2, GroupRank::top2_sum, logits});
      table.push_back({64, 6, gate, false, false, 16.0f, 8, 3, GroupRank::max, logits});
      table.push_back({256, 8, gate, true, logits == Logits::separated, 2.5f, 8, 4, GroupRank::top2_sum, logits});
      table.push_back({12, 6, gate, false, false, 1.0f, 12, 6, GroupRank::top2_sum, logits});  // groups of one expert
      table.push_back({8, 8, gate, true, false, 1.0f, 1, 1, GroupRank::top2_sum, logits});     // every expert
      table.push_back({9, 1, gate, true, false, 1.0f, 1, 1, GroupRank::top2_sum, logits});
    }
  return table;
}

std::string route_shape(const RouteCase& c) {
  constexpr const char* kGates[] = {"softmax", "sigmoid", "softmax_topk"};
  constexpr const char* kLogits[] = {"", " ties", " all equal"};
  return fmt::format("{} E {} k {} groups {}/{}{}{}{} scale {}{}", kGates[static_cast<int>(c.gate)], c.n_experts, c.n_used, c.n_groups_used,
                     c.n_groups, c.rank == GroupRank::max ? " max" : "", c.normalise ? " norm" : "", c.bias ? " bias" : "",
                     static_cast<double>(c.scale), kLogits[static_cast<int>(c.logits)]);
}

/// Experts of a device: all, a share of them, or none.
enum class Share { all, even, odd, none };

/// How tokens choose: freely, or all the same experts, so that most are empty and a few have every token.
enum class Load { free, skewed };

struct ExpertCase {
  DType type = DType::f32;
  int64_t in = 64, n_ff = 96;  // rows of the product: glu in -> n_ff, down n_ff -> in
  int n_experts = 8, n_used = 2, tokens = 4;
  Share share = Share::all;
  Load load = Load::free;
  bool extras = false;  // biases, addends, the clamped activation
  DType up = type;      // of moe_glu
};

std::vector<int32_t> local_table(const ExpertCase& c) {
  std::vector<int32_t> local;
  int32_t next = 0;
  for (int e = 0; e < c.n_experts; ++e) local.push_back(c.share == Share::none || e % 2 != (c.share == Share::odd) ? -1 : next++);
  return local;
}

/// Ids of `tokens` tokens; every token has its own seed, so that a token alone chooses as it does in a batch.
std::vector<int32_t> choose_experts(const ExpertCase& c, int first, int tokens) {
  std::vector<int32_t> ids;
  for (int t = first; t < first + tokens; ++t) {
    const std::vector<int32_t> order = Random(c.load == Load::skewed ? 1 : static_cast<uint64_t>(t + 1)).permutation(c.n_experts);
    ids.insert(ids.end(), order.begin(), order.begin() + c.n_used);
  }
  return ids;
}

/// What moe_plan makes of ids (ops.h), computed plainly.
struct Planned {
  std::vector<int32_t> local, offsets, pairs;
  int n = 0;  // planned rows
};

Planned plan_of(const ExpertCase& c, const std::vector<int32_t>& ids) {
  Planned p;
  if (c.share != Share::all) p.local = local_table(c);
  for (int e = 0; e < c.n_experts; ++e) {
    p.offsets.push_back(static_cast<int32_t>(p.pairs.size()));
    for (size_t i = 0; i < ids.size(); ++i)
      if (ids[i] == e && (p.local.empty() || p.local[static_cast<size_t>(e)] >= 0)) p.pairs.push_back(static_cast<int32_t>(i));
  }
  p.n = static_cast<int>(p.pairs.size());
  p.offsets.push_back(p.n);
  p.pairs.resize(ids.size(), -1);
  return p;
}

int local_count(const ExpertCase& c) {
  if (c.share == Share::all) return c.n_experts;
  return std::max(1, c.share == Share::none ? 0 : (c.n_experts + (c.share == Share::even)) / 2);
}

void build_plan(Rig& rig, const ExpertCase& c) {
  rig.step(make_step(c.tokens));
  const std::vector<int32_t> ids = choose_experts(c, 0, c.tokens);
  const Planned plan = plan_of(c, ids);
  MoePlanOp op;
  op.ids = rig.input(ids);
  op.n_experts = c.n_experts, op.n_used = c.n_used;
  if (!plan.local.empty()) op.local = rig.input(plan.local);
  op.offsets = rig.ints("offsets", c.n_experts + 1);
  op.pairs = rig.ints("pairs", static_cast<int64_t>(ids.size()), plan.n);
  rig.op(op);
}

/// Tables shared by glu and down.
template <class Op>
Planned set_tables(Rig& rig, const ExpertCase& c, const std::vector<int32_t>& ids, Op& op) {
  Planned plan = plan_of(c, ids);
  op.n_experts = c.n_experts, op.n_used = c.n_used;
  if (!plan.local.empty()) op.local = rig.input(plan.local);
  op.offsets = rig.input(plan.offsets);
  op.pairs = rig.input(plan.pairs);
  return plan;
}

/// Addends of planned rows.
std::vector<float> planned_addends(uint64_t seed, const ExpertCase& c, const Planned& plan, const StepInputs& step, int64_t width) {
  std::vector<int32_t> token_of;
  for (const int32_t pair : plan.pairs) token_of.push_back(pair < 0 ? -1 : pair / c.n_used);
  return addends(seed, step, token_of, width);
}

void build_glu(Rig& rig, const ExpertCase& c) {
  rig.step(make_step(c.tokens));
  const std::vector<int32_t> ids = choose_experts(c, 0, c.tokens);
  MoeGluOp op;
  const Planned plan = set_tables(rig, c, ids, op);
  op.x = rig.input(Random(1).normals(c.tokens * c.in, 1.0f / std::sqrt(static_cast<float>(c.in))));
  op.gate = rig.weight({c.type, c.in, c.n_ff, local_count(c), 0, 0});
  op.up = rig.weight({c.up, c.in, c.n_ff, local_count(c), 0, 1});
  if (c.extras) {
    op.act = ActKind::swiglu_clamped;
    op.gate_bias = rig.input(Random(5).normals(local_count(c) * c.n_ff, 6.0f));
    op.up_bias = rig.input(Random(6).normals(local_count(c) * c.n_ff, 6.0f));
    op.gate_addend.data = rig.input(planned_addends(7, c, plan, rig.step(), c.n_ff));
    op.up_addend.data = rig.input(planned_addends(8, c, plan, rig.step(), c.n_ff));
  }
  op.h = rig.floats("h", static_cast<int64_t>(ids.size()) * c.n_ff,
                    std::max(rig.glu_limit(c.type, c.tokens), rig.glu_limit(c.up, c.tokens)), plan.n * c.n_ff);
  rig.op(op);
}

void build_down(Rig& rig, const ExpertCase& c) {
  rig.step(make_step(c.tokens));
  const std::vector<int32_t> ids = choose_experts(c, 0, c.tokens);
  MoeDownOp op;
  const Planned plan = set_tables(rig, c, ids, op);
  std::vector<float> h = Random(2).normals(static_cast<int64_t>(ids.size()) * c.n_ff);
  std::fill(h.begin() + plan.n * c.n_ff, h.end(), std::numeric_limits<float>::quiet_NaN());
  op.h = rig.input(h);
  op.down = rig.weight({c.type, c.n_ff, c.in, local_count(c), 0, 2});
  op.weights = rig.input(Random(3).normals(static_cast<int64_t>(ids.size())));
  if (c.extras) {
    op.bias = rig.input(Random(9).normals(local_count(c) * c.in));
    op.addend.data = rig.input(planned_addends(10, c, plan, rig.step(), c.in));
  }
  op.scratch = rig.scratch(static_cast<int64_t>(ids.size()) * c.in);
  op.y = rig.floats("y", c.tokens * c.in, rig.linear_limit(c.type, c.tokens));
  rig.op(op);
}

/// The whole block as forward records it: router, route, plan, glu, down.
void build_block(Rig& rig, const ExpertCase& c, int first, int count, const StepInputs& step, double limit) {
  rig.step(step);
  const std::vector<float> all = Random(4).normals(std::max(c.tokens, kBatch) * c.in, 1.0f / std::sqrt(static_cast<float>(c.in)));
  const float* x = rig.input(std::vector<float>(all.begin() + first * c.in, all.begin() + (first + count) * c.in));
  const int64_t pairs = static_cast<int64_t>(count) * c.n_used;
  float* logits = rig.scratch(static_cast<int64_t>(count) * c.n_experts);
  LinearOp router;
  router.x = x, router.in = c.in;
  router.outs[0].w = rig.weight({DType::f32, c.in, c.n_experts, 1, 0, 3});
  router.outs[0].y = logits;
  MoeRouteOp route;
  route.logits = logits, route.n_experts = c.n_experts, route.n_used = c.n_used, route.normalise = true;
  route.ids = rig.ints("ids", pairs);
  route.weights = rig.floats("weights", pairs, limit == 0 ? 0 : 10 * kFloatLimit);  // logits of two summation orders, then exp
  if (limit != 0) route.counts = reinterpret_cast<uint32_t*>(rig.ints("counts", c.n_experts));
  MoePlanOp plan;
  plan.ids = route.ids, plan.n_experts = c.n_experts, plan.n_used = c.n_used;
  plan.offsets = rig.ints("offsets", c.n_experts + 1);
  plan.pairs = rig.ints("pairs", pairs);
  MoeGluOp glu;
  glu.x = x, glu.n_experts = c.n_experts, glu.n_used = c.n_used, glu.offsets = plan.offsets, glu.pairs = plan.pairs;
  glu.gate = rig.weight({c.type, c.in, c.n_ff, c.n_experts, 0, 0});
  glu.up = rig.weight({c.type, c.in, c.n_ff, c.n_experts, 0, 1});
  glu.h = rig.scratch(pairs * c.n_ff);
  MoeDownOp down;
  down.h = glu.h, down.n_experts = c.n_experts, down.n_used = c.n_used, down.offsets = plan.offsets, down.pairs = plan.pairs;
  down.down = rig.weight({c.type, c.n_ff, c.in, c.n_experts, 0, 2});
  down.weights = route.weights;
  down.scratch = rig.scratch(pairs * c.in);
  down.y = rig.floats("y", count * c.in, limit);
  for (const Op& op : {Op(router), Op(route), Op(plan), Op(glu), Op(down)}) rig.op(op);
}

std::string expert_shape(const ExpertCase& c) {
  constexpr const char* kShares[] = {"", " even experts", " odd experts", " no expert here"};
  return fmt::format("in {} ff {} E {} k {} T {}{}{}{}", c.in, c.n_ff, c.n_experts, c.n_used, c.tokens, kShares[static_cast<int>(c.share)],
                     c.load == Load::skewed ? " skewed" : "", c.extras ? " bias addend" : "");
}

std::vector<ExpertCase> expert_table(DType type) {
  const int64_t a = dtype_info(type).block_elems == 256 ? 256 : 64, b = dtype_info(type).block_elems == 256 ? 512 : 192;
  const int64_t wide = dtype_info(type).block_elems == 256 ? 768 : 1408;
  return {{type, a, b, 8, 2, 1, Share::all, Load::free},         {type, a, b, 8, 1, 3, Share::all, Load::free},
          {type, b, a, 16, 4, 7, Share::all, Load::free},        {type, a, a, 64, 6, 2, Share::all, Load::free},
          {type, a, b, 8, 2, 33, Share::all, Load::free},        {type, a, b, 8, 8, 4, Share::all, Load::free},
          {type, a, a, 16, 4, 40, Share::all, Load::skewed},     {type, a, b, 9, 3, 8, Share::even, Load::free},
          {type, a, b, 9, 3, 8, Share::odd, Load::free},         {type, a, a, 6, 2, 5, Share::none, Load::free},
          {type, a, a, 8, 2, 20, Share::odd, Load::skewed},      {type, wide, a, 4, 2, 4, Share::all, Load::free},
          {type, a, wide, 4, 2, 17, Share::even, Load::free},    {type, a, b, 8, 2, 3, Share::all, Load::free, true},
          {type, b, a, 9, 3, 21, Share::odd, Load::free, true},  {type, a, a, 4, 2, 40, Share::all, Load::skewed, true},
          {type, a, b, 4, 2, 70, Share::even, Load::free, true}, {type, a, a, 4, 2, 70, Share::all, Load::skewed}};
}

}  // namespace

void moe_route_cases(CaseList& list) {
  int n = 0;
  for (const RouteCase& c : route_table()) {
    constexpr int kTokens[] = {1, 7, 16, 33};
    const int tokens = kTokens[n++ % 4];
    list.cases.push_back(
        {"moe_route", "-", fmt::format("{} T {}", route_shape(c), tokens), [c, tokens](Rig& rig) { build_route(rig, c, tokens); }});
  }
}

void moe_plan_cases(CaseList& list) {
  std::vector<ExpertCase> table = expert_table(DType::f32);
  table.push_back({DType::f32, 0, 0, 128, 8, 33, Share::all, Load::free});
  table.push_back({DType::f32, 0, 0, 128, 8, 72, Share::even, Load::free});
  table.push_back({DType::f32, 0, 0, 60, 4, 1, Share::odd, Load::free});
  for (const ExpertCase& c : table) list.cases.push_back({"moe_plan", "-", expert_shape(c), [c](Rig& rig) { build_plan(rig, c); }});
}

void moe_expert_cases(CaseList& list) {
  for (const auto& [gate, up] : kMixedPairs) {
    const ExpertCase c{gate, 256, 96, 8, 2, 33, Share::odd, Load::free, true, up};
    list.cases.push_back(
        {"moe_glu", fmt::format("{}+{}", dtype_name(gate), dtype_name(up)), expert_shape(c), [c](Rig& rig) { build_glu(rig, c); }});
  }
  for (const DType type : computable_types()) {
    for (const ExpertCase& c : expert_table(type)) {
      list.cases.push_back({"moe_glu", dtype_name(type), expert_shape(c), [c](Rig& rig) { build_glu(rig, c); }});
      list.cases.push_back({"moe_down", dtype_name(type), expert_shape(c), [c](Rig& rig) { build_down(rig, c); }});
    }
    const ExpertCase c{type, 256, 512, 16, 4, 24, Share::all, Load::free};
    // Float noise of glu goes through down; int8 noise of both adds up.
    list.cases.push_back({"moe_block", dtype_name(type), expert_shape(c), [c](Rig& rig) {
                            const double noise = rig.glu_limit(c.type, c.tokens) + rig.linear_limit(c.type, c.tokens);
                            build_block(rig, c, 0, c.tokens, make_step(c.tokens), is_float(c.type) ? 5 * noise : noise);
                          }});
    const auto batch = [c](Rig& rig, int first, int count) {
      build_block(rig, c, first, count, slice_step(make_step({std::vector<SequenceSpec>(kBatch), 0, 64, 3}), first, count), 0);
    };
    list.batches.push_back({"moe_block", dtype_name(type), expert_shape(c) + " batches", batch});
  }
}

}  // namespace engine::conformance
