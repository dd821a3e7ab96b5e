// The golden models on a Vulkan device, in every tier that it has: the same known answers as on the host devices.
#include <cstdlib>
#include <fstream>

#include "golden/arch_models.h"
#include "golden/ember_forced.h"
#include "golden/lora_models.h"
#include "golden/quant_models.h"
#include "vulkan/api.h"
#include "vulkan/device.h"
#include "vulkan/pipelines.h"

namespace {

using engine::vulkan::Device;

/// Keeps the device open, so that every model finds its pipelines, and ends with the verdict of the validation layer.
class OpenDevice : public testing::Environment {
 public:
  void SetUp() override {
    auto opened = Device::open(0);
    ASSERT_TRUE(opened) << opened.error().text();
    device_ = *opened;
  }
  void TearDown() override {
    // For the test that compiles them with other drivers.
    if (const char* path = std::getenv("HEARTH_KERNEL_LIST"); path && device_) {
      std::ofstream out(path);
      for (const engine::vulkan::Kernel& kernel : device_->pipelines().kernels()) {
        out << engine::vulkan::shader_modules()[static_cast<size_t>(kernel.shader)].name;
        for (const uint32_t c : kernel.constants) out << ' ' << c;
        out << '\n';
      }
    }
    device_.reset();
    EXPECT_EQ(engine::vulkan::validation_messages(), 0u);
  }

 private:
  std::shared_ptr<Device> device_;
};
const auto* const kEnvironment = testing::AddGlobalTestEnvironment(new OpenDevice);

struct TierCase {
  const char* name;
  double limit;  // of float weights; f16 arithmetic in prompts
};
constexpr TierCase kTiers[] = {{"fp32", 1e-9}, {"fp16", 1e-4}, {"int8", 1e-4}};

/// Model x tier.
class Tiers : public testing::TestWithParam<std::tuple<const char*, TierCase>> {
 protected:
  void SetUp() override { setenv("HEARTH_VULKAN_TIER", tier().name, 1); }
  void TearDown() override { unsetenv("HEARTH_VULKAN_TIER"); }
  [[nodiscard]] static const char* model() { return std::get<0>(GetParam()); }
  [[nodiscard]] static const TierCase& tier() { return std::get<1>(GetParam()); }
};

std::string tier_name(const testing::TestParamInfo<std::tuple<const char*, TierCase>>& info) {
  return hearth_test::test_name(std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param).name);
}

class Arch : public Tiers {};

TEST_P(Arch, OneBatch) {
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0"}), tier().limit);
}
TEST_P(Arch, Split) {
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0", .split = 44}), tier().limit);
}
INSTANTIATE_TEST_SUITE_P(Models, Arch, testing::Combine(testing::ValuesIn(hearth_test::kArchModels), testing::ValuesIn(kTiers)), tier_name);

/// Ways to run a model that do not depend on the tier.
class Ways : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { setenv("HEARTH_VULKAN_TIER", "fp32", 1); }
  void TearDown() override { unsetenv("HEARTH_VULKAN_TIER"); }
  [[nodiscard]] static const char* model() { return GetParam(); }
};

TEST_P(Ways, OneByOne) {
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0", .split = 1}), 1e-9);
}
TEST_P(Ways, OddChunks) {
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0", .chunk = 19}), 1e-9);
}
TEST_P(Ways, HalfCache) {
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0", .kv = engine::KvType::f16, .split = 44}), 1e-4);
}
TEST_P(Ways, ExpertsInMemory) {
  if (!hearth_test::has_experts(model())) GTEST_SKIP() << "no experts";
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0", .expert_device = "cpu", .split = 44}), 1e-9);
}
TEST_P(Ways, ExpertsOnBoth) {
  if (!hearth_test::has_experts(model())) GTEST_SKIP() << "no experts";
  EXPECT_LE(hearth_test::arch_error(model(), {.device = "vulkan:0", .expert_device = "cpu+vulkan:0", .split = 44}), 1e-9);
}
TEST_P(Ways, ExpertsThatMove) {
  if (!hearth_test::has_experts(model())) GTEST_SKIP() << "no experts";
  const hearth_test::LogitsRun run{.device = "vulkan:0",
                                   .split = 44,
                                   .chunk = 19,
                                   .cpu_moe_layers = 99,
                                   .hot_experts = 1,
                                   .stream_tokens = 18,
                                   .stream_part_bytes = 1,
                                   .swap = true};
  EXPECT_LE(hearth_test::arch_error(model(), run), 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Models, Ways, testing::ValuesIn(hearth_test::kArchModels),
                         [](const auto& model) { return hearth_test::test_name(model.param); });

class Quant : public Tiers {};

TEST_P(Quant, OneBatch) {
  HEARTH_NEEDS_REFERENCE();
  hearth_test::check_quant(model(), {.device = "vulkan:0"});
}
TEST_P(Quant, Split) {
  HEARTH_NEEDS_REFERENCE();
  hearth_test::check_quant(model(), {.device = "vulkan:0", .split = 44});
}

INSTANTIATE_TEST_SUITE_P(Models, Quant, testing::Combine(testing::ValuesIn(hearth_test::kQuantModels), testing::ValuesIn(kTiers)),
                         tier_name);

class KnownLora : public testing::TestWithParam<hearth_test::KnownAdapter> {};

TEST_P(KnownLora, LogitsAgree) {
  HEARTH_NEEDS_REFERENCE();
  for (const TierCase& tier : kTiers) {
    setenv("HEARTH_VULKAN_TIER", tier.name, 1);
    hearth_test::known_adapter_agrees(GetParam(), "vulkan:0", tier.limit);
  }
  unsetenv("HEARTH_VULKAN_TIER");
}

INSTANTIATE_TEST_SUITE_P(Files, KnownLora, testing::ValuesIn(hearth_test::kKnownAdapters),
                         [](const auto& known) { return hearth_test::test_name(known.param.adapter); });

class EveryTensor : public testing::TestWithParam<const char*> {};

TEST_P(EveryTensor, AdapterActsLikeMergedWeights) {
  // A prompt and one decode step: each has kernels of its own, and an emulated device takes long for every step.
  hearth_test::every_tensor_counts(GetParam(), {.device = "vulkan:0", .split = 19});
}

INSTANTIATE_TEST_SUITE_P(Models, EveryTensor, testing::Values("qwen2moe", "deepseek2-lite", "deepseek2-v3", "gpt-oss"),
                         [](const auto& model) { return hearth_test::test_name(model.param); });

TEST(Adapters, ScaleZeroAndDetachedAreTheBaseModelBitForBit) {
  hearth_test::Loaded m("vulkan:0");
  const auto base = m.run({{}})[0];
  EXPECT_NE(m.run({{{m.adapters[0], 1.0f}}})[0], base);
  EXPECT_EQ(m.run({{{m.adapters[0], 0.0f}}})[0], base);
  const auto both = m.run({{{m.adapters[1], 1.0f}}, {}, {{m.adapters[1], 0.0f}}});
  EXPECT_EQ(both[1], base);
  EXPECT_EQ(both[2], base);
}

TEST(Adapters, ConversationsOfOneBatchKeepTheirOwn) {
  hearth_test::Loaded m("vulkan:0");
  const std::vector<engine::AdapterSet> sets = {
      {{m.adapters[0], 1.0f}}, {{m.adapters[1], -0.5f}}, {{m.adapters[0], 0.25f}, {m.adapters[1], 1.0f}, {m.adapters[2], 2.0f}}, {}};
  const auto together = m.run(sets);
  for (size_t s = 0; s < sets.size(); ++s) EXPECT_EQ(m.run({sets[s]}, 8)[0], together[s]) << "set " << s;
}

class EmberForced : public testing::TestWithParam<TierCase> {};

TEST_P(EmberForced, AgreesWithTheProcessor) {
  setenv("HEARTH_VULKAN_TIER", GetParam().name, 1);
  hearth_test::ember_agrees("vulkan:0", GetParam().name);
  unsetenv("HEARTH_VULKAN_TIER");
}

INSTANTIATE_TEST_SUITE_P(Vulkan, EmberForced, testing::ValuesIn(kTiers), [](const auto& tier) { return std::string(tier.param.name); });

}  // namespace
