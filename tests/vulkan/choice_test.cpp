// Routing, plans, adapters and candidates beyond the shapes of the op table: steps of many tokens, many experts, whole vocabularies,
// ranks at their limit. Seeded variations, against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "ops/conformance_rig.h"
#include "vulkan/api.h"
#include "vulkan/backend_vulkan.h"

namespace {

using namespace engine;
using namespace engine::conformance;

constexpr StepLimits kLarge{1200, 64, 64, 64};
constexpr int64_t kWidest = 4096;

Side open_side(std::unique_ptr<Backend> backend) {
  Side side{std::move(backend), {}};
  const bool reserved = side.backend && side.backend->reserve(kLarge, kWidest).ok();
  EXPECT_TRUE(reserved);
  return side;
}

Side& truth() {
  static Side side = open_side(make_reference_backend());
  return side;
}

Side& device() {
  static Side side = [] {
    auto backend = make_vulkan_backend(0);
    EXPECT_TRUE(backend) << backend.error().message;
    return open_side(backend ? std::move(*backend) : nullptr);
  }();
  return side;
}

WeightStore& store() {
  static WeightStore weights;
  return weights;
}

/// Tokens of one sequence; adapter slots by `slot_of`.
template <class F>
StepInputs step_of(int tokens, int outputs, F slot_of) {
  StepInputs step;
  step.n_tokens = tokens, step.n_sequences = 1, step.n_outputs = outputs, step.max_pages = (tokens + kPageTokens - 1) / kPageTokens;
  for (int t = 0; t < tokens; ++t) {
    step.tokens.push_back(t * 7 % 50);
    step.positions.push_back(t);
    step.sequence.push_back(0);
    step.lora_slot.push_back(slot_of(t));
  }
  for (int p = 0; p < step.max_pages; ++p) step.pages.push_back(p);
  step.first_token = {0, tokens};
  step.context = {tokens};
  for (int r = 0; r < outputs; ++r) step.output_rows.push_back((r * 5 + 3) % tokens);
  return step;
}

StepInputs step_of(int tokens, int outputs = 0) {
  return step_of(tokens, outputs, [](int t) { return t % 4 == 1 ? -1 : t % 3; });
}

template <class F>
void agree(const std::string& what, F build) {
  Rig expected(truth(), store()), rig(device(), store());
  build(expected);
  build(rig);
  const Status reference = expected.run(), ran = rig.run();
  ASSERT_TRUE(reference) << what << ": " << reference.error().message;
  ASSERT_TRUE(ran) << what << ": " << ran.error().message;
  const Rig::Difference d = rig.compare(expected);
  EXPECT_EQ(d.problem, "") << what << " nmse " << d.nmse;
  EXPECT_EQ(rig.damage(), "") << what;
}

struct Routing {
  int tokens = 1, n_experts = 8, n_used = 2;
  GateKind gate = GateKind::softmax;
  int n_groups = 1, n_groups_used = 1;
  GroupRank rank = GroupRank::top2_sum;
  bool normalise = false, bias = false, ties = false, some_local = false;
  float scale = 1.0f;
  uint64_t seed = 1;
};

/// The router's order must not hang on a rounding: values are apart, or tie exactly.
std::vector<float> separated(Random& random, int n, bool ties) {
  const std::vector<int32_t> order = random.permutation(n);
  std::vector<float> out;
  for (const int32_t level : order)
    out.push_back(ties ? static_cast<float>(random.below(4)) - 1.5f
                       : (static_cast<float>(level) + random.uniform(0.0f, 0.3f)) * 8.0f / static_cast<float>(n) - 4.0f);
  return out;
}

MoeRouteOp route_op(Rig& rig, const Routing& c, int first, int count) {
  Random random(c.seed);
  std::vector<float> logits;
  for (int t = 0; t < c.tokens; ++t)
    for (const float v : separated(random, c.n_experts, c.ties))
      if (t >= first && t < first + count) logits.push_back(v);
  MoeRouteOp op;
  op.logits = rig.input(logits);
  if (c.bias) op.select_bias = rig.input(Random(c.seed + 1).normals(c.n_experts, 0.2f));
  op.n_experts = c.n_experts, op.n_used = c.n_used, op.gate = c.gate, op.normalise = c.normalise, op.scale = c.scale;
  op.n_groups = c.n_groups, op.n_groups_used = c.n_groups_used, op.group_rank = c.rank;
  op.ids = rig.ints("ids", static_cast<int64_t>(count) * c.n_used);
  op.weights = rig.floats("y", static_cast<int64_t>(count) * c.n_used, kFloatLimit);
  return op;
}

/// `ids` as the reference chooses them, so that the number of planned rows is known.
MoePlanOp plan_op(Rig& rig, const Routing& c, const int32_t* ids, int64_t planned) {
  MoePlanOp op;
  op.ids = ids, op.n_experts = c.n_experts, op.n_used = c.n_used;
  if (c.some_local) {
    std::vector<int32_t> local;
    for (int e = 0; e < c.n_experts; ++e) local.push_back(e % 3 == 1 ? -1 : e);
    op.local = rig.input(local);
  }
  op.offsets = rig.ints("offsets", c.n_experts + 1);
  op.pairs = rig.ints("pairs", static_cast<int64_t>(c.tokens) * c.n_used, planned);
  return op;
}

int64_t planned_rows(const Routing& c) {
  Rig rig(truth(), store());
  rig.step(step_of(c.tokens));
  const MoeRouteOp op = route_op(rig, c, 0, c.tokens);
  rig.op(op);
  EXPECT_TRUE(rig.run());
  int64_t n = 0;
  for (int i = 0; i < c.tokens * c.n_used; ++i) n += !c.some_local || op.ids[i] % 3 != 1;
  return n;
}

Routing random_routing(uint64_t seed, int tokens) {
  Random random(seed);
  constexpr int kExperts[] = {1, 2, 5, 16, 31, 64, 96, 128, 160, 256, 384, 512, 513, 1024};
  Routing c;
  c.seed = seed;
  c.tokens = tokens;
  c.n_experts = kExperts[random.below(14)];
  c.gate = static_cast<GateKind>(random.below(3));
  c.normalise = random.below(2), c.ties = random.below(3) == 0, c.some_local = random.below(2);
  c.bias = !c.ties && c.n_experts <= 64 && random.below(2);
  c.scale = random.below(2) ? 2.5f : 0.0f;
  if (c.n_experts % 8 == 0 && random.below(2)) {
    c.n_groups = 8, c.n_groups_used = 1 + random.below(8);
    c.rank = random.below(2) ? GroupRank::max : GroupRank::top2_sum;
  }
  c.n_used = 1 + random.below(std::min(16, c.n_experts / c.n_groups * c.n_groups_used));
  return c;
}

std::string describe(const Routing& c) {
  return "seed " + std::to_string(c.seed) + " T " + std::to_string(c.tokens) + " E " + std::to_string(c.n_experts) + " k " +
         std::to_string(c.n_used) + " gate " + std::to_string(static_cast<int>(c.gate));
}

void check_routing(const Routing& c) {
  const int64_t planned = planned_rows(c);
  agree(describe(c), [&](Rig& rig) {
    rig.step(step_of(c.tokens));
    const MoeRouteOp route = route_op(rig, c, 0, c.tokens);
    rig.op(route);
    rig.op(plan_op(rig, c, route.ids, planned));
  });
}

TEST(VulkanChoice, RoutesAndPlansFewTokens) {
  for (uint64_t seed = 1; seed <= 60; ++seed) check_routing(random_routing(seed, 1 + static_cast<int>(seed * 7 % 16)));
}

TEST(VulkanChoice, RoutesAndPlansPrompts) {
  constexpr int kTokens[] = {17, 65, 129, 600, 1200};
  for (uint64_t seed = 100; seed < 125; ++seed) {
    const Routing c = random_routing(seed, kTokens[seed % 5]);
    if (c.tokens * c.n_experts <= 300'000) check_routing(c);
  }
}

TEST(VulkanChoice, RoutesATokenAlikeInEveryBatch) {
  for (uint64_t seed = 200; seed < 212; ++seed) {
    Routing c = random_routing(seed, 16);
    c.gate = static_cast<GateKind>(seed % 3);
    const auto weights = [&](int first, int count) {
      Rig rig(device(), store());
      rig.step(step_of(count));
      const MoeRouteOp route = route_op(rig, c, first, count);
      rig.op(route);
      Routing part = c;
      part.tokens = count;
      rig.op(plan_op(rig, part, route.ids, 0));
      EXPECT_TRUE(rig.run());
      return rig.read("y");
    };
    const std::vector<float> whole = weights(0, 16);
    for (const auto& [first, count] : {std::pair{0, 1}, {5, 1}, {3, 2}, {0, 4}, {7, 3}, {1, 8}, {2, 13}}) {
      const std::vector<float> part = weights(first, count);
      EXPECT_EQ(std::memcmp(part.data(), whole.data() + first * c.n_used, part.size() * sizeof(float)), 0)
          << describe(c) << " from " << first;
    }
  }
}

/// Gate values round as the double arithmetic of the reference does, so that neither scores next to each other nor ties in f32 change
/// the choice of experts: logits as routers give them.
TEST(VulkanChoice, RoundsGatesAsTheReferenceDoes) {
  constexpr int kExperts = 256, kTokens = 1000;
  std::vector<float> logits;
  Random random(9);
  for (int i = 0; i < kExperts * kTokens; ++i) logits.push_back(random.normal() * (i / kExperts % 2 ? 6.0f : 1.0f) + random.uniform(-1, 1));
  for (const GateKind gate : {GateKind::softmax, GateKind::sigmoid}) {
    std::vector<float> weights[2];
    for (Side* side : {&truth(), &device()}) {
      Rig rig(*side, store());
      rig.step(step_of(kTokens));
      MoeRouteOp op;
      op.logits = rig.input(logits);
      if (gate == GateKind::sigmoid) op.select_bias = rig.input(Random(4).normals(kExperts, 0.2f));
      op.n_experts = op.n_used = kExperts, op.gate = gate;
      op.ids = rig.ints("ids", kExperts * kTokens);
      op.weights = rig.floats("y", kExperts * kTokens, 0);
      rig.op(op);
      ASSERT_TRUE(rig.run());
      // By expert, whatever its place.
      const std::vector<float> ids = rig.read("ids"), w = rig.read("y");
      std::vector<float>& mine = weights[side == &device()];
      mine.resize(w.size());
      for (size_t i = 0; i < w.size(); ++i) {
        int32_t id;
        std::memcpy(&id, &ids[i], sizeof id);
        mine[i / kExperts * kExperts + static_cast<size_t>(id)] = w[i];
      }
    }
    int different = 0;
    for (size_t i = 0; i < weights[0].size(); ++i) {
      different += weights[0][i] != weights[1][i];
      EXPECT_NEAR(weights[1][i], weights[0][i], weights[0][i] * 0x1p-22f);
    }
    EXPECT_LT(different, kExperts * kTokens / 100) << static_cast<int>(gate);
  }
}

TEST(VulkanChoice, RefusesMoreExpertsThanItsKernelsHold) {
  Rig rig(device(), store());
  rig.step(step_of(1));
  Routing c;
  c.n_experts = 1025;
  rig.op(route_op(rig, c, 0, 1));
  const Status status = rig.run();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::unsupported);
}

struct Topk {
  int n_vocab, stride, k, rows;
  enum class Values { normal, ties, equal, sorted, some_lowest } values = Values::normal;
};

std::vector<float> logits_of(const Topk& c) {
  Random random(static_cast<uint64_t>(c.n_vocab * 3 + c.k));
  std::vector<float> out;
  for (int r = 0; r < c.rows; ++r)
    for (int i = 0; i < c.stride; ++i) {
      float v = random.normal() * 4.0f + random.uniform(-1.0f, 1.0f);
      if (c.values == Topk::Values::ties) v = static_cast<float>(random.below(5)) - 2.0f;
      if (c.values == Topk::Values::equal) v = 0.5f;
      if (c.values == Topk::Values::sorted) v = static_cast<float>(i) * 1e-3f - 20.0f;
      if (c.values == Topk::Values::some_lowest && random.below(4) > 0) v = -std::numeric_limits<float>::infinity();
      out.push_back(i >= c.n_vocab ? 1000.0f : v);
    }
  return out;
}

TEST(VulkanChoice, FindsCandidatesOfAnyVocabulary) {
  using V = Topk::Values;
  for (const Topk& c : {Topk{1, 1, 1, 1},
                        {2, 3, 2, 3},
                        {1024, 1024, 1024, 2},
                        {1025, 1025, 1024, 2},
                        {4096, 4097, 256, 2},
                        {4097, 4097, 1, 16},
                        {151936, 151936, 256, 2},
                        {262144, 262144, 256, 1},
                        {262145, 262208, 256, 1},
                        {50304, 50304, 1024, 2},
                        {262144, 262144, 1024, 1},
                        {201088, 201088, 40, 1, V::ties},
                        {40000, 40000, 256, 3, V::equal},
                        {40000, 40000, 256, 2, V::sorted},
                        {40000, 40000, 256, 2, V::some_lowest},
                        {300, 300, 256, 2, V::some_lowest},
                        {3000, 3000, 1025, 2},
                        {5000, 5003, 5000, 2, V::ties},
                        {2500, 2500, 2500, 64},
                        {9000, 9000, 1000, 64, V::ties}})
    agree("vocab " + std::to_string(c.n_vocab) + " k " + std::to_string(c.k) + " R " + std::to_string(c.rows), [&](Rig& rig) {
      rig.step(step_of(70, c.rows));
      TopkLogitsOp op;
      op.logits = rig.input(logits_of(c));
      op.stride = c.stride, op.n_vocab = c.n_vocab, op.k = c.k;
      op.ids = rig.ints("ids", static_cast<int64_t>(c.rows) * c.k);
      op.logsumexp = rig.floats("logsumexp", c.rows, kFloatLimit);
      // nmse knows no infinities; the ids say which values stand there.
      const int64_t n = static_cast<int64_t>(c.rows) * c.k;
      op.values = c.values == V::some_lowest ? rig.scratch(n) : rig.floats("values", n, 0);
      rig.op(op);
    });
}

/// What a broken model brings: the ids must stay ids, each of them once, NaN last.
TEST(VulkanChoice, SurvivesLogitsThatAreNoNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  for (const float odd : {nan, -nan, infinity, -infinity})
    for (const int k : {8, 256, 2000}) {
      constexpr int kVocab = 9000;
      std::vector<float> logits = Random(3).normals(2 * kVocab);
      std::fill_n(logits.begin(), kVocab, odd);
      logits[kVocab + 17] = odd;
      Rig rig(device(), store());
      rig.step(step_of(4, 2));
      TopkLogitsOp op;
      op.logits = rig.input(logits);
      op.stride = op.n_vocab = kVocab, op.k = k;
      op.ids = rig.ints("ids", 2 * k);
      op.values = rig.floats("values", 2 * k, 0);
      op.logsumexp = rig.floats("logsumexp", 2, 0);
      rig.op(op);
      ASSERT_TRUE(rig.run());
      EXPECT_EQ(rig.damage(), "");
      const std::vector<float> bits = rig.read("ids");
      std::vector<int32_t> ids(bits.size());
      std::memcpy(ids.data(), bits.data(), bits.size() * sizeof(float));
      for (int i = 0; i < k; ++i) EXPECT_EQ(ids[static_cast<size_t>(i)], i);  // all equal: by id
      std::sort(ids.begin() + k, ids.end());
      EXPECT_EQ(std::adjacent_find(ids.begin() + k, ids.end()), ids.end());
      EXPECT_TRUE(ids[static_cast<size_t>(k)] >= 0 && ids.back() < kVocab);
    }
}

TEST(VulkanChoice, RoutesLogitsThatAreNoNumbers) {
  for (const GateKind gate : {GateKind::softmax, GateKind::sigmoid, GateKind::softmax_topk}) {
    Rig rig(device(), store());
    rig.step(step_of(3));
    MoeRouteOp op;
    op.logits = rig.input(std::vector<float>(3 * 64, std::numeric_limits<float>::quiet_NaN()));
    op.n_experts = 64, op.n_used = 6, op.gate = gate, op.n_groups = 8, op.n_groups_used = 3;
    op.ids = rig.ints("ids", 18);
    op.weights = rig.floats("y", 18, 0);
    rig.op(op);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.damage(), "");
    const std::vector<float> bits = rig.read("ids");
    for (size_t i = 0; i < bits.size(); ++i) {
      int32_t id;
      std::memcpy(&id, &bits[i], sizeof id);
      EXPECT_EQ(id, static_cast<int>(i % 6));
    }
  }
}

struct Adapting {
  LoraOp::Form form = LoraOp::Form::rows;
  int64_t in = 64, out = 64;
  int tokens = 1, outputs = 0, heads = 1, n_used = 1;
  bool planned = false;
  std::vector<std::vector<int>> ranks;  // of each slot's parts
};

const LoraEntry* entries_of(Rig& rig, const Adapting& c) {
  std::vector<LoraEntry> entries(c.ranks.size());
  const bool table = c.form == LoraOp::Form::table;
  const int64_t n = table ? 1 : c.heads;
  uint64_t seed = 20;
  for (size_t s = 0; s < c.ranks.size(); ++s)
    for (const int rank : c.ranks[s]) {
      LoraEntry::Part& part = entries[s].parts[entries[s].n_parts++];
      part.a = rig.input(Random(++seed).normals((table ? 50 : n * c.in) * rank, table ? 1.0f : 1.0f / std::sqrt(static_cast<float>(c.in))));
      part.b = rig.input(Random(++seed).normals(n * rank * c.out));
      part.rank = rank;
      part.scale = static_cast<float>(entries[s].n_parts) * 0.75f - 2.0f;
    }
  return rig.input(entries);
}

/// Experts of token t: some get all tokens, others few.
std::vector<int32_t> experts_of(const Adapting& c, int t) {
  std::vector<int32_t> order = Random(static_cast<uint64_t>(t + 1)).permutation(c.heads);
  if (t % 2 == 0) std::sort(order.begin(), order.end());
  order.resize(static_cast<size_t>(c.n_used));
  return order;
}

void build_lora(Rig& rig, const Adapting& c, int first, int count, double limit) {
  const auto slot = [first, n = static_cast<int>(c.ranks.size())](int t) { return (t + first) % 5 == 2 ? -1 : (t + first) / 3 % n; };
  rig.step(step_of(count, c.outputs, slot));
  LoraOp op;
  op.form = c.form, op.in = c.in, op.out = c.out, op.rows = c.outputs > 0 ? Rows::outputs : Rows::tokens;
  op.entries = entries_of(rig, c);
  int64_t rows = c.outputs > 0 ? c.outputs : count, width = c.in, x_rows = rows;
  if (c.form == LoraOp::Form::heads) {
    op.heads = c.heads, op.x_head_stride = c.in + 1;
    op.x_token_stride = width = op.x_head_stride * c.heads + 5;
    rows *= c.heads;
  }
  if (c.form == LoraOp::Form::experts) {
    op.n_experts = c.heads, op.n_used = c.n_used, op.x_planned = c.planned;
    std::vector<int32_t> ids, offsets{0}, pairs;
    for (int t = 0; t < count; ++t)
      for (const int32_t e : experts_of(c, t + first)) ids.push_back(e);
    for (int e = 0; e < c.heads; ++e) {
      for (size_t i = 0; i < ids.size(); ++i)
        if (ids[i] == e && e % 4 != 3) pairs.push_back(static_cast<int32_t>(i));  // some experts are on another device
      offsets.push_back(static_cast<int32_t>(pairs.size()));
    }
    pairs.resize(ids.size(), -1);
    op.offsets = rig.input(offsets);
    op.pairs = rig.input(pairs);
    rows *= c.n_used;
    if (c.planned) x_rows = rows;
  }
  const std::vector<float> x = Random(50).normals((x_rows + first) * width);
  if (c.form != LoraOp::Form::table) op.x = rig.input(std::vector<float>(x.begin() + (c.planned ? 0 : first) * width, x.end()));
  op.y = rig.floats("y", std::vector<float>(static_cast<size_t>(rows * c.out), 7.0f), limit);
  rig.op(op);
}

TEST(VulkanChoice, AddsAdaptersOfAnyShape) {
  using F = LoraOp::Form;
  const std::vector<std::vector<int>> two{{16}, {8, 32}}, full{{64, 64, 64, 64}, {256}, {}}, odd{{1, 2, 3, 5}, {33}, {7}};
  for (const Adapting& c : {Adapting{F::rows, 300, 130, 16, 0, 1, 1, false, full},
                            {F::rows, 4096, 65, 1, 0, 1, 1, false, full},
                            {F::rows, 33, 64, 200, 0, 1, 1, false, odd},
                            {F::rows, 128, 100, 40, 23, 1, 1, false, two},
                            {F::rows, 5, 1, 9, 0, 1, 1, false, odd},
                            {F::heads, 32, 20, 420, 0, 40, 1, false, two},
                            {F::heads, 17, 33, 5, 0, 16, 1, false, odd},
                            {F::experts, 64, 50, 300, 0, 16, 4, false, two},
                            {F::experts, 40, 64, 600, 0, 60, 6, true, odd},
                            {F::experts, 64, 40, 16, 0, 8, 3, true, full},
                            {F::experts, 32, 20, 1200, 0, 32, 16, false, two},
                            {F::table, 50, 77, 100, 0, 1, 1, false, odd},
                            {F::table, 50, 64, 13, 7, 1, 1, false, full}})
    agree("form " + std::to_string(static_cast<int>(c.form)) + " in " + std::to_string(c.in) + " out " + std::to_string(c.out) + " T " +
              std::to_string(c.tokens),
          [&](Rig& rig) { build_lora(rig, c, 0, c.tokens, kFloatLimit); });
}

TEST(VulkanChoice, AddsAdaptersToARowAlikeInEveryBatch) {
  using F = LoraOp::Form;
  for (const Adapting& c :
       {Adapting{F::rows, 700, 200, 16, 0, 1, 1, false, {{16}, {8, 32}}}, {F::heads, 128, 64, 16, 0, 3, 1, false, {{3}, {64, 17}}}}) {
    const auto rows = [&](int first, int count) {
      Rig rig(device(), store());
      build_lora(rig, c, first, count, 0);
      EXPECT_TRUE(rig.run());
      return rig.read("y");
    };
    const std::vector<float> whole = rows(0, 16);
    for (const auto& [first, count] : {std::pair{0, 1}, {4, 1}, {3, 2}, {0, 5}, {7, 9}}) {
      const std::vector<float> part = rows(first, count);
      EXPECT_EQ(std::memcmp(part.data(), whole.data() + first * c.heads * c.out, part.size() * sizeof(float)), 0) << first << " " << count;
    }
  }
}

TEST(VulkanChoice, KeepsTheValidationLayerSilent) {
  EXPECT_EQ(engine::vulkan::validation_messages(), 0u);
}

}  // namespace
