// Ops of sizes that take kernels of their own and that the op table does not have: large vocabularies and many candidates, more pairs than
// one block plans, adapters of the highest rank, the router with all that follows it.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "both_backends.h"

namespace engine::conformance {
namespace {

class CudaOpSizes : public hearth_test::BothBackends {};

void build_topk(Rig& rig, int n_vocab, int k, int rows, const std::function<float(Random&, int)>& logit) {
  rig.step(make_step(8, rows));
  Random random(static_cast<uint64_t>(n_vocab + k));
  std::vector<float> logits;
  for (int r = 0; r < rows; ++r)
    for (int i = 0; i < n_vocab; ++i) logits.push_back(logit(random, i));
  TopkLogitsOp op;
  op.logits = rig.input(logits);
  op.stride = op.n_vocab = n_vocab;
  op.k = k;
  op.ids = rig.ints("ids", static_cast<int64_t>(rows) * k);
  op.values = rig.floats("values", static_cast<int64_t>(rows) * k, 0);
  op.logsumexp = rig.floats("logsumexp", rows, kFloatLimit);
  rig.op(op);
}

float any_logit(Random& random, int) {
  return random.normal() * 4.0f;
}
float one_of_seven(Random& random, int) {
  return static_cast<float>(random.below(7)) - 3.0f;
}
/// Most logits are equal and far below the others.
float mostly_closed(Random& random, int i) {
  return i % 5003 == 17 ? random.normal() : -1e30f;
}
float ascending(Random&, int i) {
  return static_cast<float>(i) * 0.001f;
}

TEST_F(CudaOpSizes, TopkOfLargeVocabularies) {
  for (const auto logit : {any_logit, one_of_seven, mostly_closed, ascending}) {
    check([&](Rig& rig) { build_topk(rig, 151936, 256, 2, logit); });
    check([&](Rig& rig) { build_topk(rig, 70001, 256, 1, logit); });
  }
}

TEST_F(CudaOpSizes, TopkOfManyCandidates) {
  for (const auto logit : {any_logit, one_of_seven}) {
    check([&](Rig& rig) { build_topk(rig, 40000, 1024, 2, logit); });
    check([&](Rig& rig) { build_topk(rig, 151936, 1000, 1, logit); });
    check([&](Rig& rig) { build_topk(rig, 4500, 1025, 2, logit); });
  }
}

TEST_F(CudaOpSizes, PlansOfMoreThanABlock) {
  for (const int n_experts : {16, 60, 512})
    for (const bool share : {false, true}) {
      check([&](Rig& rig) {
        rig.step(make_step(kLimits.max_tokens));
        std::vector<int32_t> ids, local;
        for (int t = 0; t < kLimits.max_tokens; ++t) {
          const std::vector<int32_t> order = Random(static_cast<uint64_t>(t + 1)).permutation(n_experts);
          ids.insert(ids.end(), order.begin(), order.begin() + 16);
        }
        int held = 0;
        for (int e = 0; e < n_experts; ++e) local.push_back(e % 3 == 0 ? -1 : held++);
        MoePlanOp op;
        op.ids = rig.input(ids);
        op.n_experts = n_experts, op.n_used = 16;
        if (share) op.local = rig.input(local);
        int64_t planned = 0;
        for (const int32_t id : ids) planned += !share || local[static_cast<size_t>(id)] >= 0;
        op.offsets = rig.ints("offsets", n_experts + 1);
        op.pairs = rig.ints("pairs", static_cast<int64_t>(ids.size()), planned);
        rig.op(op);
      });
    }
}

LoraEntry::Part random_part(Rig& rig, int64_t in, int64_t out, int rank, uint64_t seed) {
  return {rig.input(Random(seed).normals(rank * in, 0.05f)), rig.input(Random(seed + 1).normals(rank * out)), rank, 0.25f};
}

TEST_F(CudaOpSizes, AdaptersOfHighRank) {
  for (const int tokens : {1, 9, 40})
    for (const int64_t in : {1408, 70})
      check([&](Rig& rig) {
        constexpr int64_t kOut = 200;
        std::vector<LoraEntry> entries(2);
        constexpr int kRanks[2][kLoraParts] = {{64, 100, 60, 32}, {33, 5, 128, 7}};
        for (size_t s = 0; s < 2; ++s) {
          for (size_t i = 0; i < kLoraParts; ++i) entries[s].parts[i] = random_part(rig, in, kOut, kRanks[s][i], 10 * s + 2 * i + 1);
          entries[s].n_parts = kLoraParts;
        }
        rig.step(make_step(tokens));
        LoraOp op;
        op.entries = rig.input(entries);
        op.in = in, op.out = kOut;
        op.x = rig.input(Random(50).normals(tokens * in));
        op.y = rig.floats("y", std::vector<float>(static_cast<size_t>(tokens * kOut), 7.0f), kFloatLimit);
        rig.op(op);
      });
}

struct RouterCase {
  DType type;
  int64_t in;
  int n_experts, n_used, tokens;
  int n_groups = 1;
  bool gate = false;  // of shared experts, as a second product
};

void build_router(Rig& rig, const RouterCase& c) {
  rig.step(make_step(c.tokens));
  LinearOp router;
  router.x = rig.input(Random(4).normals(c.tokens * c.in, 4.0f / std::sqrt(static_cast<float>(c.in))));
  router.in = c.in;
  router.outs[0].w = rig.weight({c.type, c.in, c.n_experts, 1, 0, 3});
  router.outs[0].bias = rig.input(Random(5).normals(c.n_experts));
  router.outs[0].addend.data = rig.input(addends(6, rig.step(), Rows::tokens, c.n_experts));
  float* const logits = rig.floats("logits", int64_t{c.tokens} * c.n_experts, kFloatLimit);
  router.outs[0].y = logits;
  if (c.gate) {
    router.n_outs = 2;
    router.outs[1].w = rig.weight({DType::f32, c.in, 1, 1, 0, 7});
    router.outs[1].y = rig.floats("gate", c.tokens, kFloatLimit);
  }
  MoeRouteOp route;
  route.logits = logits, route.n_experts = c.n_experts, route.n_used = c.n_used, route.normalise = true;
  if (c.n_groups > 1) {
    route.gate = GateKind::sigmoid;
    route.n_groups = c.n_groups, route.n_groups_used = c.n_groups / 2;
    route.select_bias = rig.input(Random(7).normals(c.n_experts, 0.1f));
  }
  route.ids = rig.ints("ids", int64_t{c.tokens} * c.n_used);
  route.weights = rig.floats("weights", int64_t{c.tokens} * c.n_used, 10 * kFloatLimit);  // logits of two orders of sums
  MoePlanOp plan;
  plan.ids = route.ids, plan.n_experts = c.n_experts, plan.n_used = c.n_used;
  plan.offsets = rig.ints("offsets", c.n_experts + 1);
  plan.pairs = rig.ints("pairs", int64_t{c.tokens} * c.n_used);
  for (const Op& op : {Op(router), Op(route), Op(plan)}) rig.op(op);
}

TEST_F(CudaOpSizes, RouterChoiceAndPlan) {
  for (const int tokens : {1, 2, 3, 7, 16, 40}) {
    check([&](Rig& rig) { build_router(rig, {DType::f32, 2048, 128, 8, tokens}); });
    check([&](Rig& rig) { build_router(rig, {DType::bf16, 2880, 33, 4, tokens}); });
    check([&](Rig& rig) { build_router(rig, {DType::f16, 1408, 60, 4, tokens, 1, true}); });
    check([&](Rig& rig) { build_router(rig, {DType::f32, 1408, 256, 8, tokens, 8}); });
    check([&](Rig& rig) { build_router(rig, {DType::f32, 576, 512, 10, tokens, 1, true}); });
    check([&](Rig& rig) { build_router(rig, {DType::f32, 100, 16, 2, tokens}); });  // no rows of eight
  }
}

}  // namespace
}  // namespace engine::conformance
