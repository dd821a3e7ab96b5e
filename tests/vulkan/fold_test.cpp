// Ops that become fewer dispatches together (engine/vulkan/fold.cpp) must leave the bits that they leave alone, a plan for each.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "ops/conformance_rig.h"
#include "vulkan/api.h"
#include "vulkan/backend_vulkan.h"

namespace {

using namespace engine;
using namespace engine::conformance;

class VulkanFolds : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Backend>> made = make_vulkan_backend(0);
    ASSERT_TRUE(made) << made.error().text();
    device_.backend = std::move(*made);
    ASSERT_TRUE(device_.backend->reserve(kLimits, kMaxRow));
  }
  void TearDown() override { EXPECT_EQ(vulkan::validation_messages(), 0u); }

  /// Runs the ops in plans of `together` ops at a time; dispatches of all.
  uint64_t run(const StepInputs& step, const std::vector<Op>& ops, size_t together) {
    device_.backend->set_step(step);
    for (size_t i = 0; i < ops.size(); i += together) {
      const Result<std::unique_ptr<Plan>> plan = device_.backend->compile(std::span(ops).subspan(i, std::min(together, ops.size() - i)));
      EXPECT_TRUE(plan) << plan.error().text();
      if (!plan) return 0;
      const Status ran = device_.backend->run(**plan, {});
      EXPECT_TRUE(ran) << ran.error().text();
    }
    return device_.backend->replay_stats().dispatches;
  }

  using Build = std::function<std::vector<Op>(Rig&)>;

  /// Compares `results` of the ops alone and together; together they take `saved` dispatches less.
  void check(const std::string& what, const StepInputs& step, const Build& build, const std::vector<std::string>& results, int saved) {
    Rig alone(device_, store_), together(device_, store_);
    const std::vector<Op> first = build(alone), second = build(together);
    const uint64_t many = run(step, first, 1), few = run(step, second, second.size());
    EXPECT_EQ(many - few, static_cast<uint64_t>(saved)) << what;
    for (const std::string& name : results) {
      const std::vector<float> a = alone.read(name), b = together.read(name);
      ASSERT_EQ(a.size(), b.size()) << what;
      ASSERT_FALSE(a.empty()) << what << " " << name;
      EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0) << what << " " << name << " differs";
    }
    EXPECT_EQ(together.damage(), "") << what;
  }

  WeightStore store_;
  Side device_;
};

struct Experts {
  DType gate = DType::q4_k, up = DType::q4_k, down = DType::q4_k;
  DType shared_gate = DType::q4_k, shared_up = DType::q4_k, shared_down = DType::q4_k;
  int dim = 256, width = 256, shared_width = 256;
  int n_experts = 9, n_used = 3;
  bool extras = false;  // biases and results of adapters
};

/// Routing plan of T tokens: token t takes experts t, t + 4, ...
void plan_experts(Rig& rig, const Experts& c, int tokens, MoeGluOp& glu, MoeDownOp& down) {
  std::vector<int32_t> offsets{0}, pairs;
  for (int e = 0; e < c.n_experts; ++e) {
    for (int t = 0; t < tokens; ++t)
      for (int k = 0; k < c.n_used; ++k)
        if ((t + 4 * k) % c.n_experts == e) pairs.push_back(t * c.n_used + k);
    offsets.push_back(static_cast<int32_t>(pairs.size()));
  }
  glu.n_experts = down.n_experts = c.n_experts, glu.n_used = down.n_used = c.n_used;
  glu.offsets = down.offsets = rig.input(offsets);
  glu.pairs = down.pairs = rig.input(pairs);
  down.weights = rig.input(Random(3).normals(int64_t{tokens} * c.n_used));
}

void add_extras(Rig& rig, const Experts& c, const StepInputs& step, std::vector<Op>& ops) {
  auto& glu = std::get<MoeGluOp>(ops[0]);
  auto& shared_glu = std::get<LinearGluOp>(ops[2]);
  auto& shared_down = std::get<LinearOp>(ops[3]);
  glu.gate_bias = rig.input(Random(11).normals(int64_t{c.n_experts} * c.width));
  std::get<MoeDownOp>(ops[1]).bias = rig.input(Random(12).normals(int64_t{c.n_experts} * c.dim));
  shared_glu.up_bias = rig.input(Random(13).normals(c.shared_width));
  shared_glu.gate_addend.data = rig.input(addends(14, step, Rows::tokens, c.shared_width));
  shared_down.outs[0].bias = rig.input(Random(15).normals(c.dim));
  shared_down.outs[0].addend.data = rig.input(addends(16, step, Rows::tokens, c.dim));
}

/// moe_glu, moe_down, linear_glu, linear, as engine/forward/ffn.cpp has them.
std::vector<Op> expert_ops(Rig& rig, const Experts& c, const StepInputs& step) {
  const int t = step.n_tokens;
  MoeGluOp glu;
  MoeDownOp down;
  plan_experts(rig, c, t, glu, down);
  glu.x = rig.input(Random(1).normals(int64_t{t} * c.dim));
  glu.gate = rig.weight({c.gate, c.dim, c.width, c.n_experts, 0, 0});
  glu.up = rig.weight({c.up, c.dim, c.width, c.n_experts, 0, 1});
  glu.h = rig.floats("h", int64_t{t} * c.n_used * c.width, 0);
  down.h = glu.h;
  down.down = rig.weight({c.down, c.width, c.dim, c.n_experts, 0, 2});
  down.scratch = rig.scratch(int64_t{t} * c.n_used * c.dim);
  down.y = rig.floats("y", int64_t{t} * c.dim, 0);
  LinearGluOp shared_glu;
  shared_glu.x = glu.x;
  shared_glu.gate = rig.weight({c.shared_gate, c.dim, c.shared_width, 1, 0, 3});
  shared_glu.up = rig.weight({c.shared_up, c.dim, c.shared_width, 1, 0, 4});
  shared_glu.y = rig.floats("ffn", int64_t{t} * c.shared_width, 0);
  LinearOp shared_down;
  shared_down.x = shared_glu.y;
  shared_down.in = c.shared_width;
  shared_down.outs[0].w = rig.weight({c.shared_down, c.shared_width, c.dim, 1, 0, 5});
  shared_down.outs[0].y = rig.floats("shared", int64_t{t} * c.dim, 0);
  std::vector<Op> ops{glu, down, shared_glu, shared_down};
  if (c.extras) add_extras(rig, c, step, ops);
  return ops;
}

const std::vector<std::string> kExpertResults = {"h", "y", "ffn", "shared"};
constexpr int kTokenCounts[] = {1, 3, 16};

/// A decode step of n one-token sequences; some have an adapter.
StepInputs decode_step(int n, int context = 40) {
  StepSpec spec;
  for (int i = 0; i < n; ++i) spec.sequences.push_back({context + 3 * i, 1});
  return make_step(spec);
}

TEST_F(VulkanFolds, SharedExpertsGoBesideRoutedOnes) {
  using enum DType;
  const Experts cases[] = {
      {},
      {q8_0, q8_0, q8_0, q8_0, q8_0, q8_0, 256, 96, 192},
      {q4_k, q4_k, q6_k, q4_k, q4_k, q8_0},
      {q4_k, q6_k, q5_0, q5_1, f16, f32, 256, 256, 512},
      {f32, f32, f32, f32, f32, f32, 40, 24, 48},
      {f16, bf16, f16, f16, f16, bf16, 44, 20, 36},
      {mxfp4, mxfp4, mxfp4, q8_0, q8_0, q8_0, 512, 224, 1024, 5, 2},
      {q3_k, q3_k, q3_k, q8_0, q8_0, q8_0, 256, 512, 256, 6, 6},
      {q4_k, q4_k, q6_k, q4_k, q4_k, q5_k, 512, 512, 1024, 9, 8},
      {q8_0, q8_0, q8_0, q8_0, q8_0, q8_0, 256, 1024, 128, 9, 8},  // a short team in workgroups of 128 lanes
  };
  for (Experts c : cases)
    for (const int tokens : kTokenCounts) {
      c.extras = tokens == 3;
      const StepInputs step = decode_step(tokens);
      check(
          fmt::format("{} {} {} T {}", dtype_name(c.gate), dtype_name(c.down), dtype_name(c.shared_down), tokens), step,
          [&](Rig& rig) { return expert_ops(rig, c, step); }, kExpertResults, 2);
    }
}

/// A shared row that takes more lanes than all rows of the routed experts: only the gated products go together.
TEST_F(VulkanFolds, WideSharedExpertsKeepTheirOwnProduct) {
  const Experts c{DType::q8_0, DType::q8_0, DType::q8_0, DType::q8_0, DType::q8_0, DType::q8_0, 256, 32, 4096, 9, 1};
  for (const int tokens : kTokenCounts) {
    const StepInputs step = decode_step(tokens);
    check(
        fmt::format("T {}", tokens), step, [&](Rig& rig) { return expert_ops(rig, c, step); }, kExpertResults, 1);
  }
}

/// Prompts keep an order of dispatches of their own, and ops that overwrite what others still need stay apart.
TEST_F(VulkanFolds, SharedExpertsStayApart) {
  const StepInputs prompt = make_step(33);
  check(
      "prompt", prompt, [&](Rig& rig) { return expert_ops(rig, {}, prompt); }, kExpertResults, 0);
  const StepInputs step = decode_step(3);
  const auto overwriting = [&](Rig& rig) {
    std::vector<Op> ops = expert_ops(rig, {}, step);  // shared gate and up over the routed ones, which are done with
    std::get<LinearGluOp>(ops[2]).y = std::get<MoeGluOp>(ops[0]).h;
    std::get<LinearOp>(ops[3]).x = std::get<MoeGluOp>(ops[0]).h;
    return ops;
  };
  check("overwritten", step, overwriting, {"h", "y", "shared"}, 0);
  const auto between = [&](Rig& rig) {
    std::vector<Op> ops = expert_ops(rig, {}, step);
    ops.insert(ops.begin() + 2, FillOp{rig.floats("fill", 3, 0), 1, 2.0f});
    return ops;
  };
  check("another op between", step, between, {"h", "y", "ffn", "shared", "fill"}, 0);
}

struct Latent {
  DType type = DType::q8_0;
  int n_head = 4, nope = 32, rope = 16, c = 64;
};

/// mla_store and the products with k_b, as engine/forward/attention.cpp has them.
std::vector<Op> latent_ops(Rig& rig, const Latent& l, KvDType kv, const StepInputs& step) {
  const int row = l.c + l.rope, qk = l.nope + l.rope, t = step.n_tokens;
  MlaStoreOp store;
  store.n_head = l.n_head, store.nope = l.nope, store.rope_dim = l.rope, store.c = l.c;
  store.q = rig.input(Random(1).normals(int64_t{t} * l.n_head * qk));
  store.kv_a = rig.input(Random(2).normals(int64_t{t} * row, 0.2f));
  store.kv_norm = rig.input(Random(3).normals(l.c));
  store.rope = rig.rope(RopeKind::normal, l.rope, 0.9f);
  store.q_latent = rig.floats("q_latent", int64_t{t} * l.n_head * row, 0);
  store.kv.type = kv;
  store.kv.k_row_bytes = cache_row_bytes(kv, row);
  store.kv.k = rig.cache_result(step, kv, row, 5, 0);
  LinearHeadsOp heads;
  heads.x = store.q;
  heads.x_token_stride = int64_t{l.n_head} * qk, heads.x_head_stride = qk;
  heads.w = rig.weight({l.type, l.nope, l.c, l.n_head, 0, 6});
  heads.y = store.q_latent;
  heads.y_token_stride = int64_t{l.n_head} * row, heads.y_head_stride = row;
  return {store, heads};
}

TEST_F(VulkanFolds, LatentQueriesAreOneDispatch) {
  const Latent cases[] = {{}, {DType::f32, 3, 24, 16, 80}, {DType::f16, 16, 128, 64, 512}, {DType::q4_0, 2, 64, 32, 320}};
  for (const Latent& l : cases)
    for (const KvDType kv : kCacheTypes)
      for (const int tokens : kTokenCounts) {
        if (kv == KvDType::q8_0 && (l.c + l.rope) % 32 != 0) continue;
        const StepInputs step = decode_step(tokens);
        check(
            fmt::format("{} {} T {}", dtype_name(l.type), cache_name(kv), tokens), step,
            [&](Rig& rig) { return latent_ops(rig, l, kv, step); }, {"q_latent", "the cache"}, 1);
      }
  const StepInputs prompt = make_step(33);
  check(
      "prompt", prompt, [&](Rig& rig) { return latent_ops(rig, {}, KvDType::f16, prompt); }, {"q_latent", "the cache"}, 0);
}

/// Files of mixed precision: a weight of q, k and v in a better type than the others.
TEST_F(VulkanFolds, WeightsOfTwoTypesAreOneDispatch) {
  using enum DType;
  const struct {
    DType types[3];
    int in;
    uint64_t dispatches;
  } cases[] = {{{q4_k, q4_k, q6_k}, 512, 1}, {{q4_k, q5_k, q4_k}, 256, 1}, {{q8_0, f16, f16}, 320, 1},  {{f32, q8_0, f32}, 96, 2},
               {{f32, q8_0, f32}, 544, 1},   {{q4_0, q5_0, q8_0}, 288, 2}, {{q8_0, f32, bf16}, 160, 2}, {{bf16, f32, f16}, 72, 2}};
  for (const auto& c : cases)
    for (const int tokens : kTokenCounts) {
      const StepInputs step = decode_step(tokens);
      const std::string what = fmt::format("{} {} {} T {}", dtype_name(c.types[0]), dtype_name(c.types[1]), dtype_name(c.types[2]), tokens);
      Rig rig(device_, store_);
      LinearOp all;
      all.in = c.in, all.n_outs = 3;
      all.x = rig.input(Random(1).normals(int64_t{tokens} * c.in));
      std::vector<Op> singles;
      for (int i = 0; i < 3; ++i) {
        const int out = 40 - 9 * i;
        all.outs[i].w = rig.weight({c.types[i], c.in, out, 1, 0, static_cast<uint64_t>(i)});
        all.outs[i].y = rig.floats(fmt::format("together{}", i), int64_t{tokens} * out, 0);
        LinearOp one = all;
        one.n_outs = 1, one.outs[0] = all.outs[i];
        one.outs[0].y = rig.floats(fmt::format("alone{}", i), int64_t{tokens} * out, 0);
        singles.emplace_back(one);
      }
      run(step, singles, 1);
      EXPECT_EQ(run(step, {all}, 1), c.dispatches) << what;
      for (int i = 0; i < 3; ++i)
        EXPECT_EQ(rig.read(fmt::format("together{}", i)), rig.read(fmt::format("alone{}", i))) << what << " " << i;
    }
}

/// The norm of compressed queries, in place, the product with them, and the next layer's rows at the same place.
std::vector<Op> compressed_ops(Rig& rig, DType type, int in, const StepInputs& step) {
  const int t = step.n_tokens, out = 77;
  LinearOp first;
  first.in = 64;
  first.x = rig.input(Random(1).normals(int64_t{t} * 64));
  first.outs[0].w = rig.weight({DType::f32, 64, in, 1, 0, 1});
  first.outs[0].y = rig.floats("rows", int64_t{t} * in, 0);
  AddNormOp norm;
  norm.x = norm.y = first.outs[0].y;
  norm.dim = in;
  norm.weight = rig.input(Random(2).normals(in));
  LinearOp linear;
  linear.in = in;
  linear.x = norm.y;
  linear.outs[0].w = rig.weight({type, in, out, 1, 0, 3});
  linear.outs[0].bias = rig.input(Random(3).normals(out));
  linear.outs[0].y = rig.floats("y", int64_t{t} * out, 0);
  return {first, norm, linear, first};
}

TEST_F(VulkanFolds, CompressedQueriesAreNormedByTheirProduct) {
  using enum DType;
  constexpr std::pair<DType, int> kCases[] = {{f32, 40},    {f32, 76},   {f16, 44},    {q8_0, 96},
                                              {q4_k, 1536}, {q6_k, 768}, {mxfp4, 160}, {q5_1, 2048}};
  for (const auto& [type, in] : kCases)
    for (const int tokens : kTokenCounts) {
      const StepInputs step = decode_step(tokens);
      check(
          fmt::format("{} {} T {}", dtype_name(type), in, tokens), step,
          [&, type = type, in = in](Rig& rig) { return compressed_ops(rig, type, in, step); }, {"y", "rows"}, tokens <= 4 ? 1 : 0);
    }
  const StepInputs step = decode_step(3);
  const auto read_later = [&](Rig& rig) {
    std::vector<Op> ops = compressed_ops(rig, q8_0, 96, step);
    LinearOp another = std::get<LinearOp>(ops[2]);
    another.outs[0].y = rig.floats("y2", 3 * 77, 0);
    ops.insert(ops.begin() + 3, another);
    return ops;
  };
  check("read later", step, read_later, {"y", "y2", "rows"}, 0);
  const auto kept = [&](Rig& rig) {
    std::vector<Op> ops = compressed_ops(rig, q8_0, 96, step);
    ops.pop_back();
    return ops;
  };
  check("kept", step, kept, {"y", "rows"}, 0);
}

struct Router {
  DType type = DType::f32, gate_type = DType::f32;
  int dim = 256, n_experts = 60, n_used = 4;
  GateKind gate = GateKind::softmax;
  int n_groups = 1, n_groups_used = 1;
  bool shared_gate = false, bias = false;
};

/// linear, moe_route and moe_plan, as engine/forward/ffn.cpp has them.
std::vector<Op> router_ops(Rig& rig, const Router& c, const StepInputs& step) {
  const int64_t t = step.n_tokens, used = t * c.n_used;
  LinearOp linear;
  linear.in = c.dim, linear.n_outs = c.shared_gate ? 2 : 1;
  linear.x = rig.input(Random(1).normals(t * c.dim, 0.3f));
  linear.outs[0].w = rig.weight({c.type, c.dim, c.n_experts, 1, 0, 1});
  if (c.bias) linear.outs[0].bias = rig.input(Random(2).normals(c.n_experts));
  linear.outs[0].y = rig.floats("logits", t * c.n_experts, 0);
  if (c.shared_gate) linear.outs[1].w = rig.weight({c.gate_type, c.dim, 1, 1, 0, 2});
  linear.outs[1].y = rig.floats("gate", t, 0);
  MoeRouteOp route;
  route.logits = linear.outs[0].y;
  if (c.bias) route.select_bias = rig.input(Random(3).normals(c.n_experts, 0.1f));
  route.n_experts = c.n_experts, route.n_used = c.n_used, route.gate = c.gate, route.normalise = true;
  route.n_groups = c.n_groups, route.n_groups_used = c.n_groups_used;
  route.ids = rig.ints("ids", used);
  route.weights = rig.floats("weights", used, 0);
  MoePlanOp plan{.ids = route.ids, .n_experts = c.n_experts, .n_used = c.n_used};
  plan.offsets = rig.ints("offsets", c.n_experts + 1);
  plan.pairs = rig.ints("pairs", used);
  return {linear, route, plan};
}

/// Alone these are two dispatches more; twice in a row, the count of workgroups begins anew.
TEST_F(VulkanFolds, RoutersChooseAndPlanInOneDispatch) {
  using enum DType;
  const Router cases[] = {{},
                          {f32, f32, 2048, 128, 8},
                          {f32, f32, 512, 256, 8, GateKind::sigmoid, 8, 4, false, true},
                          {f16, f16, 60, 7, 2, GateKind::softmax_topk, 1, 1, true},
                          {f32, q8_0, 1024, 64, 6, GateKind::softmax, 1, 1, true},
                          {q8_0, q8_0, 64, 600, 22, GateKind::sigmoid, 1, 1, true, true}};
  const std::vector<std::string> results = {"logits", "gate", "ids", "weights", "offsets", "pairs"};
  for (const Router& c : cases)
    for (const int tokens : kTokenCounts) {
      const StepInputs step = decode_step(tokens);
      const auto twice = [&](Rig& rig) {
        std::vector<Op> ops = router_ops(rig, c, step);
        const std::vector<Op> again = ops;
        ops.insert(ops.end(), again.begin(), again.end());
        return ops;
      };
      check(fmt::format("{} {} of {} T {}", dtype_name(c.type), c.n_used, c.n_experts, tokens), step, twice, results, 4);
    }
  const StepInputs prompt = make_step(33);
  check(
      "prompt", prompt, [&](Rig& rig) { return router_ops(rig, {}, prompt); }, results, 0);
}

}  // namespace
