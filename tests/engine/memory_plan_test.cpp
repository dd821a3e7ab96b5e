// Where a model goes, with made-up models and budgets.
#include "runtime/memory_plan.h"

#include <gtest/gtest.h>

#include <numeric>

namespace engine {
namespace {

constexpr uint64_t kMiB = 1u << 20;

/// `layers` layers of 10 MiB attention, 20 MiB FFN and 200 MiB experts (from layer 1 on), ends of 30 MiB, 1 MiB of cache for a page of a
/// layer in units of 1 / pages, scratch 5 MiB.
struct Made {
  model::Config config;
  PlanRequest request;

  explicit Made(int layers = 10, bool moe = true) : request{.config = config, .bytes = {}, .scratch = {}, .devices = {}} {
    config.n_layers = layers;
    config.n_dense_layers = moe ? 1 : layers;
    if (moe) config.moe.n_experts = 8;
    for (int l = 0; l < layers; ++l) request.bytes.layers.push_back({10 * kMiB, 20 * kMiB, config.is_moe_layer(l) ? 200 * kMiB : 0});
    request.bytes.embedding = request.bytes.output = 30 * kMiB;
    request.bytes.kv_page = kMiB / 32;  // 32 pages: 1 MiB a layer
    request.context_pages = 32;
    request.scratch = [](const model::Placement&, int) -> Result<uint64_t> { return 5 * kMiB; };
    budgets(0, 0);
  }
  void budgets(uint64_t device, uint64_t host) { request.devices = {{"gpu", device * kMiB}, {"cpu", host * kMiB}}; }
  Result<PlannedModel> plan() const { return plan_placement(request); }
};

std::vector<int> range(int from, int to) {
  std::vector<int> out(static_cast<size_t>(to - from));
  std::iota(out.begin(), out.end(), from);
  return out;
}

/// All of Made with ten layers: 300 attention and FFN, 1800 experts, 60 ends, 10 cache, 5 scratch.
constexpr uint64_t kAll = 2175;

TEST(MemoryPlan, EverythingOnTheDeviceWhenItFits) {
  Made made;
  for (const uint64_t budget : {uint64_t{0}, kAll}) {
    made.budgets(budget, 100000);
    const auto planned = made.plan();
    ASSERT_TRUE(planned) << planned.error().text();
    EXPECT_EQ(planned->plan.gpu_layers, 10);
    EXPECT_EQ(planned->plan.cpu_moe_layers, 0);
    EXPECT_FALSE(planned->placement.uses(1));
    const DeviceMemory& gpu = planned->plan.devices[0];
    EXPECT_EQ(gpu.memory.total(), kAll * kMiB);
    EXPECT_EQ(gpu.memory.experts, 1800 * kMiB);
    EXPECT_EQ(gpu.layers, range(0, 10));
    EXPECT_EQ(gpu.expert_layers, range(1, 10));
    EXPECT_TRUE(gpu.embedding && gpu.output);
    EXPECT_EQ(planned->plan.devices[1].memory.total(), 0u);
  }
}

TEST(MemoryPlan, ExpertsOfTheFewestLastLayersGoToTheHost) {
  Made made;
  // A MiB less than all: the embedding and the experts of one layer go.
  made.budgets(kAll - 1, 100000);
  auto planned = made.plan();
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(planned->plan.gpu_layers, 10);
  EXPECT_EQ(planned->plan.cpu_moe_layers, 1);
  EXPECT_EQ(planned->plan.devices[0].memory.total(), (kAll - 230) * kMiB);
  EXPECT_EQ(planned->plan.devices[1].expert_layers, range(9, 10));
  EXPECT_TRUE(planned->plan.devices[1].layers.empty());
  EXPECT_TRUE(planned->plan.devices[1].embedding);
  EXPECT_FALSE(planned->plan.devices[1].output);
  for (uint64_t budget = 400; budget < kAll; budget += 37) {
    made.budgets(budget, 100000);
    planned = made.plan();
    ASSERT_TRUE(planned) << budget;
    EXPECT_EQ(planned->plan.gpu_layers, 10);
    const uint64_t used = planned->plan.devices[0].memory.total();
    EXPECT_LE(used, budget * kMiB);
    EXPECT_GT(used + 230 * kMiB, budget * kMiB) << "one layer's experts more would fit";
    const int n = planned->plan.cpu_moe_layers;
    EXPECT_EQ(planned->plan.devices[0].expert_layers, range(1, 10 - n));
    EXPECT_EQ(planned->plan.devices[1].expert_layers, range(10 - n, 10));
  }
}

TEST(MemoryPlan, WhatIsLeftTakesSingleExperts) {
  Made made;  // eight experts of 25 MiB in each of nine layers
  made.request.hot_experts = -1;
  for (uint64_t budget = 400; budget < kAll; budget += 37) {
    made.budgets(budget, 100000);
    const auto planned = made.plan();
    ASSERT_TRUE(planned) << budget;
    const MemoryPlan& plan = planned->plan;
    const uint64_t used = plan.devices[0].memory.total(), away = static_cast<uint64_t>(plan.cpu_moe_layers);
    EXPECT_LE(used, budget * kMiB);
    EXPECT_TRUE(plan.hot_experts == 7 || used + away * 25 * kMiB > budget * kMiB) << budget << ": one more of each layer would fit";
    EXPECT_EQ(plan.devices[0].memory.experts, (200 * (9 - away) + 25 * away * static_cast<uint64_t>(plan.hot_experts)) * kMiB);
    EXPECT_EQ(plan.devices[0].memory.experts + plan.devices[1].memory.experts, 1800 * kMiB);
  }
  made.request.cpu_moe_layers = 4;
  made.budgets(kAll - 200, 100000);
  EXPECT_EQ(made.plan()->plan.hot_experts, 0) << "who names the layers gets just these";
  made.request.hot_experts = 2;
  EXPECT_EQ(made.plan()->plan.hot_experts, 2);
  made.request.hot_experts = 100;
  EXPECT_EQ(made.plan()->plan.hot_experts, 6) << "as many as fit";
}

/// A layer whose tokens nearly all go to two experts has them on the device, whatever their numbers.
TEST(MemoryPlan, KnownUseChoosesExpertsAndLayers) {
  Made made;
  made.config.moe.n_used = 2;
  ExpertUse use;
  use.chosen.assign(10, {5, 5, 400, 5, 5, 400, 5, 5});
  use.chosen[0].clear();
  made.request.hot_experts = -1;
  made.budgets(1000, 100000);
  const auto unknown = made.plan();
  ASSERT_TRUE(unknown);
  EXPECT_LT(unknown->plan.cpu_moe_layers, 9);
  made.request.use = &use;
  const auto known = made.plan();
  ASSERT_TRUE(known) << known.error().text();
  EXPECT_EQ(known->plan.cpu_moe_layers, 8) << "two experts of a layer do nearly all its work; with those the rest holds one layer";
  EXPECT_GE(known->plan.hot_experts, 2);
  for (size_t l = 1; l < 10; ++l) {
    EXPECT_EQ(known->placement.layers[l].expert_of[2], 0);
    EXPECT_EQ(known->placement.layers[l].expert_of[5], 0);
  }
  EXPECT_LE(known->plan.devices[0].memory.total(), 1000 * kMiB);
  use.chosen.assign(10, std::vector<uint64_t>(8, 100));
  EXPECT_EQ(made.plan()->plan.cpu_moe_layers, unknown->plan.cpu_moe_layers) << "equal use: as few layers as possible";
}

TEST(MemoryPlan, ThenFewerLayers) {
  Made made;
  made.budgets(150, 100000);  // 31 a layer and 5 of scratch; the output stays with the last layer
  const auto planned = made.plan();
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(planned->plan.gpu_layers, 4);
  EXPECT_EQ(planned->plan.devices[0].layers, range(0, 4));
  EXPECT_EQ(planned->plan.devices[1].layers, range(4, 10));
  EXPECT_EQ(planned->plan.devices[1].expert_layers, range(1, 10));
  EXPECT_TRUE(planned->plan.devices[1].output);
  EXPECT_EQ(planned->plan.devices[0].memory.total(), 129 * kMiB);
  EXPECT_EQ(planned->plan.devices[0].memory.kv_cache, 4 * kMiB);

  Made dense(12, false);
  dense.budgets(300, 100000);
  const auto some = dense.plan();
  ASSERT_TRUE(some) << some.error().text();
  EXPECT_EQ(some->plan.gpu_layers, 9);
  EXPECT_EQ(some->plan.cpu_moe_layers, 0);
}

TEST(MemoryPlan, ALongContextTakesLayersAwayButNotTheirExperts) {
  Made made;
  made.request.context_pages = 32 * 1000;  // 1000 MiB of cache a layer
  made.budgets(3700, 100000);
  const auto planned = made.plan();
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(planned->plan.gpu_layers, 3);
  EXPECT_EQ(planned->plan.devices[0].expert_layers, range(1, 3));
  EXPECT_EQ(planned->plan.devices[1].expert_layers, range(3, 10));
}

TEST(MemoryPlan, ObeysWhatTheUserAsksFor) {
  Made made;
  made.budgets(10000, 100000);
  made.request.gpu_layers = 3;
  auto planned = made.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->plan.gpu_layers, 3);
  EXPECT_EQ(planned->plan.devices[0].expert_layers, range(1, 3));
  made.request.cpu_moe_layers = 8;
  planned = made.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->plan.devices[0].expert_layers, range(1, 2));
  EXPECT_EQ(planned->plan.devices[0].layers, range(0, 3));
  made.request.gpu_layers = -1;
  planned = made.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->plan.gpu_layers, 10);
  EXPECT_EQ(planned->plan.devices[1].expert_layers, range(2, 10));
  made.request.gpu_layers = 1000;
  made.request.cpu_moe_layers = 1000;
  planned = made.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->plan.gpu_layers, 10);
  EXPECT_TRUE(planned->plan.devices[0].expert_layers.empty());
  // Only the number of layers is fixed: experts still move away as they must.
  made.request.gpu_layers = 5;
  made.request.cpu_moe_layers = -1;
  made.budgets(600, 100000);
  planned = made.plan();
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(planned->plan.gpu_layers, 5);
  EXPECT_EQ(planned->plan.devices[0].expert_layers, range(1, 3));
  made.request.gpu_layers = -2;
  EXPECT_EQ(made.plan().error().code, ErrorCode::invalid_argument);
}

TEST(MemoryPlan, ImpossibleWishesNameSettingsThatFit) {
  Made made;
  made.budgets(400, 100000);
  made.request.gpu_layers = 10;
  made.request.cpu_moe_layers = 0;
  auto planned = made.plan();
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, ErrorCode::out_of_memory);
  EXPECT_NE(planned.error().hint.find("--gpu-layers 10 --cpu-moe 9"), std::string::npos) << planned.error().text();
  made.request.cpu_moe_layers = 9;
  EXPECT_TRUE(made.plan()) << made.plan().error().text();

  // A context far beyond both memories.
  made.request.gpu_layers = made.request.cpu_moe_layers = -1;
  made.request.context_pages = 32 * 4000;
  made.budgets(400, 3000);
  planned = made.plan();
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, ErrorCode::out_of_memory);
  const size_t at = planned.error().hint.find("A context of ");
  ASSERT_NE(at, std::string::npos) << planned.error().text();
  const int tokens = std::stoi(planned.error().hint.substr(at + 13));
  EXPECT_GE(tokens, 1024);
  made.request.context_pages = tokens / 32;
  EXPECT_TRUE(made.plan()) << tokens;
  made.request.context_pages = tokens / 32 + 1;
  EXPECT_FALSE(made.plan()) << tokens;

  // Weights beyond both memories: no setting helps.
  made.request.context_pages = 32;
  made.budgets(100, 300);
  planned = made.plan();
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().hint, "Use a smaller variant of this model.");

  // A device too small for one layer.
  made.budgets(20, 100000);
  planned = made.plan();
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, ErrorCode::out_of_memory);
  EXPECT_NE(planned.error().message.find("(gpu)"), std::string::npos) << planned.error().text();
  EXPECT_FALSE(planned.error().hint.empty());
}

TEST(MemoryPlan, SharedMemoryCountsBothDevices) {
  Made made;
  made.budgets(3000, 2200);
  made.request.shared_memory = true;
  EXPECT_TRUE(made.plan()) << made.plan().error().text();
  made.budgets(3000, kAll - 1);
  EXPECT_FALSE(made.plan()) << "moving experts to the other device frees nothing";
}

TEST(MemoryPlan, AdaptersTakeTheirShareAndGiveWay) {
  Made made;
  made.request.adapters = 100 * kMiB;
  made.budgets(0, 0);
  auto planned = made.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->plan.devices[0].memory.adapters + planned->plan.devices[1].memory.adapters, 100 * kMiB);
  EXPECT_GE(planned->plan.devices[0].memory.adapters, 99 * kMiB);
  made.budgets(60, 100000);  // one layer of 31, 5 of scratch and its share of the adapters
  made.request.adapters = 4000 * kMiB;
  made.request.least_adapters = 16 * kMiB;
  planned = made.plan();
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(planned->adapters, 16 * kMiB);
  made.request.least_adapters = made.request.adapters;
  EXPECT_FALSE(made.plan());
}

TEST(MemoryPlan, TiedOutputsCountOnceOnADevice) {
  Made made;
  made.request.bytes.tied = true;
  EXPECT_EQ(made.plan()->plan.devices[0].memory.total(), (kAll - 30) * kMiB);
  made.request.cpu_moe_layers = 1;
  const auto split = made.plan();
  EXPECT_EQ(split->plan.devices[0].memory.total() + split->plan.devices[1].memory.total(), (kAll + 5) * kMiB) << "the embedding is on both";
}

TEST(MemoryPlan, OneDeviceShrinksAdaptersThenRefuses) {
  Made made;
  made.request.adapters = 500 * kMiB;
  made.request.devices = {{"cpu", (kAll + 100) * kMiB}};
  auto planned = made.plan();
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->adapters, 100 * kMiB);
  made.request.devices = {{"cpu", (kAll - 5) * kMiB}};
  planned = made.plan();
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, ErrorCode::out_of_memory);
  EXPECT_EQ(planned.error().hint, "A context of 512 tokens fits.");  // 5 of the 10 MiB of cache: 16 pages
}

TEST(MemoryPlan, BudgetsLeaveAMargin) {
  DeviceInfo gpu{.id = "gpu", .name = "GPU", .memory_total = 8192 * kMiB, .memory_free = 6000 * kMiB, .usable = true, .reason = {}};
  gpu.kind = DeviceKind::discrete_gpu;
  EXPECT_EQ(budget_of(gpu).bytes, 6000 * kMiB - 8192 * kMiB / 20);
  gpu.memory_total = 2048 * kMiB;
  gpu.memory_free = 2000 * kMiB;
  EXPECT_EQ(budget_of(gpu).bytes, (2000 - 256) * kMiB);
  gpu.memory_free = 100 * kMiB;
  EXPECT_EQ(budget_of(gpu).bytes, 1u) << "nothing is left, which is not the same as unknown";
  gpu.memory_total = 0;
  EXPECT_EQ(budget_of(gpu).bytes, 0u);
  gpu.kind = DeviceKind::cpu;
  gpu.memory_total = 4096 * kMiB;
  EXPECT_EQ(budget_of(gpu).bytes, 4096 * kMiB);
}

}  // namespace
}  // namespace engine
