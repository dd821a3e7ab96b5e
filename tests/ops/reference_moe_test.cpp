// Routing and experts of the reference, worked out by hand (formats.md 6 and 13).
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "ops/host_device.h"

namespace {

using namespace engine;
using hearth_test::f32_weight;
using hearth_test::HostDevice;
using hearth_test::noise;
using hearth_test::one_sequence;

struct Routed {
  std::vector<int32_t> ids;
  std::vector<float> weights;
};

Routed route(MoeRouteOp op, const std::vector<float>& logits, const std::vector<float>& bias = {}) {
  Routed r{std::vector<int32_t>(static_cast<size_t>(op.n_used)), std::vector<float>(static_cast<size_t>(op.n_used))};
  op.logits = logits.data();
  op.n_experts = static_cast<int>(logits.size());
  op.select_bias = bias.empty() ? nullptr : bias.data();
  op.ids = r.ids.data(), op.weights = r.weights.data();
  HostDevice().run(one_sequence(1), {op});
  return r;
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// 16 experts in 4 groups, 2 kept, 4 chosen. Sums of the two largest: group 0: 5 + 0, group 1: 3 + 3, group 2: 4 + 1.5,
// group 3: 2 + 2; so groups 1 and 2 stay and the best expert of all (id 0, alone in its group) is out.
const std::vector<float> kGrouped = {5, -9, -9, 0, 3, 3, 1, 0, 4, 1.5f, 1, 1, 2, 2, 2, 2};

MoeRouteOp grouped(GroupRank rank) {
  MoeRouteOp op;
  op.n_used = 4, op.gate = GateKind::softmax_topk, op.n_groups = 4, op.n_groups_used = 2, op.group_rank = rank;
  return op;
}

TEST(Route, GroupsRankByTheirTwoBest) {
  EXPECT_EQ(route(grouped(GroupRank::top2_sum), kGrouped).ids, (std::vector<int32_t>{8, 4, 5, 9}));
}

TEST(Route, GroupsRankByTheirBest) {  // groups 0 and 2; within them ids 0, 8, 9, then 10 before 11
  EXPECT_EQ(route(grouped(GroupRank::max), kGrouped).ids, (std::vector<int32_t>{0, 8, 9, 10}));
}

TEST(Route, SoftmaxOverTheSelectedOnly) {
  const Routed r = route(grouped(GroupRank::top2_sum), kGrouped);
  const double sum = std::exp(4.0) + 2 * std::exp(3.0) + std::exp(1.5);
  const double expected[] = {std::exp(4.0) / sum, std::exp(3.0) / sum, std::exp(3.0) / sum, std::exp(1.5) / sum};
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(r.weights[i], expected[i], 1e-7);
}

TEST(Route, TiedGroupsAndExpertsGoToTheLowerIndex) {
  MoeRouteOp op = grouped(GroupRank::top2_sum);
  op.gate = GateKind::sigmoid;
  EXPECT_EQ(route(op, std::vector<float>(16, 0.5f)).ids, (std::vector<int32_t>{0, 1, 2, 3}));
  op.n_used = 6;  // more than a group holds
  EXPECT_EQ(route(op, std::vector<float>(16, 0.5f)).ids, (std::vector<int32_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Route, BiasSelectsButDoesNotWeigh) {
  MoeRouteOp op;
  op.n_used = 2, op.gate = GateKind::sigmoid, op.normalise = true, op.scale = 2.5f;
  const Routed r = route(op, {2, 1, 0, -1}, {0, 0, 0.9f, 0});
  EXPECT_EQ(r.ids, (std::vector<int32_t>{2, 0}));  // 0.5 + 0.9 before 0.88
  const double a = sigmoid(0), b = sigmoid(2);
  EXPECT_NEAR(r.weights[0], 2.5 * a / (a + b), 1e-6);
  EXPECT_NEAR(r.weights[1], 2.5 * b / (a + b), 1e-6);
}

TEST(Route, SoftmaxRunsOverAllExpertsAndScaleZeroCountsAsOne) {
  MoeRouteOp op;
  op.n_used = 2, op.scale = 0.0f;
  const Routed r = route(op, {0, 1, 2, 1});
  const double sum = 1 + 2 * std::exp(1.0) + std::exp(2.0);
  EXPECT_EQ(r.ids, (std::vector<int32_t>{2, 1}));
  EXPECT_NEAR(r.weights[0], std::exp(2.0) / sum, 1e-7);
  EXPECT_NEAR(r.weights[1], std::exp(1.0) / sum, 1e-7);
}

TEST(Route, TinySumsAreNotBlownUp) {  // step 7: divided by at least 6.1035e-5
  MoeRouteOp op;
  op.n_used = 1, op.gate = GateKind::sigmoid, op.normalise = true;
  const Routed r = route(op, {-20, -21});
  EXPECT_EQ(r.ids[0], 0);
  EXPECT_NEAR(r.weights[0], sigmoid(-20) / 6.1035e-5, 1e-9);
}

TEST(Route, NotANumberStillGivesValidExperts) {
  MoeRouteOp op;
  op.n_used = 3;
  const Routed r = route(op, std::vector<float>(5, NAN));
  EXPECT_EQ(r.ids, (std::vector<int32_t>{0, 1, 2}));
}

TEST(Plan, GroupsPairsByExpertAndLeavesOthersOut) {
  const std::vector<int32_t> ids = {3, 0, 1, 3, 0, 3}, local = {0, -1, -1, 1};
  std::vector<int32_t> offsets(5), pairs(6, -1);
  MoePlanOp op{ids.data(), 4, 2, nullptr, offsets.data(), pairs.data()};
  HostDevice().run(one_sequence(3), {op});
  EXPECT_EQ(offsets, (std::vector<int32_t>{0, 2, 3, 3, 6}));
  EXPECT_EQ(pairs, (std::vector<int32_t>{1, 4, 2, 0, 3, 5}));
  op.local = local.data();
  HostDevice().run(one_sequence(3), {op});
  EXPECT_EQ(offsets, (std::vector<int32_t>{0, 2, 2, 2, 5}));
  EXPECT_EQ(std::vector<int32_t>(pairs.begin(), pairs.begin() + 5), (std::vector<int32_t>{1, 4, 0, 3, 5}));
}

/// Experts block of 5 tokens, 2 of 6 experts each; only the experts of `local`, whose weights are gathered.
constexpr int kIn = 8, kFf = 6, kExperts = 6, kTokens = 5, kUsed = 2;
const std::vector<int32_t> kIds = {0, 1, 5, 2, 3, 0, 4, 5, 1, 2};

std::vector<float> experts(const std::vector<int32_t>& mine) {
  const std::vector<float> x = noise(kTokens * kIn, 1), weights = noise(kTokens * kUsed, 2);
  const size_t size = kIn * kFf;
  const std::vector<float> gate_all = noise(kExperts * size, 3), up_all = noise(kExperts * size, 4), down_all = noise(kExperts * size, 5);
  std::vector<float> gate, up, down;
  std::vector<int32_t> local(kExperts, -1), offsets(kExperts + 1), pairs(kTokens * kUsed);
  for (const int32_t e : mine) {
    const auto at = static_cast<int64_t>(static_cast<size_t>(e) * size);
    local[static_cast<size_t>(e)] = static_cast<int32_t>(gate.size() / size);
    gate.insert(gate.end(), gate_all.begin() + at, gate_all.begin() + at + static_cast<int64_t>(size));
    up.insert(up.end(), up_all.begin() + at, up_all.begin() + at + static_cast<int64_t>(size));
    down.insert(down.end(), down_all.begin() + at, down_all.begin() + at + static_cast<int64_t>(size));
  }
  const auto n = static_cast<int64_t>(mine.size());
  std::vector<float> h(kTokens * kUsed * kFf), scratch(kTokens * kUsed * kIn), y(kTokens * kIn);
  const MoePlanOp plan{kIds.data(), kExperts, kUsed, local.data(), offsets.data(), pairs.data()};
  MoeGluOp glu;
  glu.x = x.data(), glu.gate = f32_weight(gate, kIn, kFf, n), glu.up = f32_weight(up, kIn, kFf, n);
  glu.n_experts = kExperts, glu.n_used = kUsed, glu.local = local.data(), glu.offsets = offsets.data(), glu.pairs = pairs.data();
  glu.h = h.data();
  MoeDownOp d;
  d.h = h.data(), d.down = f32_weight(down, kFf, kIn, n), d.n_experts = kExperts, d.n_used = kUsed, d.local = local.data();
  d.offsets = offsets.data(), d.pairs = pairs.data(), d.weights = weights.data(), d.scratch = scratch.data(), d.y = y.data();
  HostDevice().run(one_sequence(kTokens), {plan, glu, d});
  return y;
}

TEST(Experts, EqualTheFormulaForEachToken) {
  const std::vector<float> y = experts({0, 1, 2, 3, 4, 5});
  const std::vector<float> x = noise(kTokens * kIn, 1), weights = noise(kTokens * kUsed, 2);
  const std::vector<float> gate = noise(kExperts * kIn * kFf, 3), up = noise(kExperts * kIn * kFf, 4),
                           down = noise(kExperts * kIn * kFf, 5);
  for (int t = 0; t < kTokens; ++t)
    for (int o = 0; o < kIn; ++o) {
      double want = 0;
      for (int slot = 0; slot < kUsed; ++slot) {
        const int e = kIds[static_cast<size_t>(t * kUsed + slot)];
        for (int f = 0; f < kFf; ++f) {
          double g = 0, u = 0;
          for (int i = 0; i < kIn; ++i) {
            const auto at = static_cast<size_t>((e * kFf + f) * kIn + i);
            g += gate[at] * static_cast<double>(x[static_cast<size_t>(t * kIn + i)]);
            u += up[at] * static_cast<double>(x[static_cast<size_t>(t * kIn + i)]);
          }
          const auto at = static_cast<size_t>((e * kIn + o) * kFf + f);
          want += static_cast<double>(weights[static_cast<size_t>(t * kUsed + slot)]) * down[at] * g * sigmoid(g) * u;
        }
      }
      EXPECT_NEAR(y[static_cast<size_t>(t * kIn + o)], want, 1e-6);
    }
}

TEST(Experts, SharesOfTwoDevicesAddUpToTheWhole) {
  const std::vector<float> whole = experts({0, 1, 2, 3, 4, 5}), a = experts({4, 1}), b = experts({0, 2, 3, 5});
  for (size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(whole[i], a[i] + b[i], 1e-6);
}

}  // namespace
