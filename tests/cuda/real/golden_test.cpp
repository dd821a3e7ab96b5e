// The golden models on the first GPU: the same known answers as on the host devices.
#include "cuda/backend_cuda.h"
#include "golden/arch_models.h"
#include "golden/ember_forced.h"
#include "golden/lora_models.h"
#include "golden/quant_models.h"

namespace {

constexpr const char* kDevice = "cuda:0";
constexpr double kLimit = 1e-9, kHalfCacheLimit = 1e-4;

/// Skips where there is no GPU, and keeps the device open between models.
class Gpu : public testing::Environment {
 public:
  void SetUp() override {
    const engine::DeviceInfo device = engine::list_cuda_devices()[0];
    if (!device.usable) GTEST_SKIP() << "No GPU here: " << device.reason;
    auto opened = engine::make_cuda_backend(0);
    ASSERT_TRUE(opened) << opened.error().text();
    kept_ = std::move(*opened);
  }
  void TearDown() override { kept_.reset(); }

 private:
  std::unique_ptr<engine::Backend> kept_;
};
const auto* const kEnvironment = testing::AddGlobalTestEnvironment(new Gpu);

std::string model_name(const testing::TestParamInfo<const char*>& info) {
  return hearth_test::test_name(info.param);
}

class Arch : public testing::TestWithParam<const char*> {};

TEST_P(Arch, OneBatch) {
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice}), kLimit);
}
TEST_P(Arch, Split) {
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice, .split = 44}), kLimit);
}
TEST_P(Arch, OneByOne) {
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice, .split = 1}), kLimit);
}
TEST_P(Arch, OddChunks) {
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice, .chunk = 19}), kLimit);
}
TEST_P(Arch, HalfCache) {
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice, .kv = engine::KvType::f16, .split = 44}), kHalfCacheLimit);
}
TEST_P(Arch, ExpertsInMemory) {
  if (!hearth_test::has_experts(GetParam())) GTEST_SKIP() << "no experts";
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice, .expert_device = "cpu", .split = 44}), kLimit);
}
TEST_P(Arch, ExpertsOnBoth) {
  if (!hearth_test::has_experts(GetParam())) GTEST_SKIP() << "no experts";
  EXPECT_LE(hearth_test::arch_error(GetParam(), {.device = kDevice, .expert_device = "cpu+cuda:0", .split = 44}), kLimit);
}
TEST_P(Arch, ExpertsThatMove) {
  if (!hearth_test::has_experts(GetParam())) GTEST_SKIP() << "no experts";
  const hearth_test::LogitsRun run{.device = kDevice,
                                   .split = 44,
                                   .chunk = 19,
                                   .cpu_moe_layers = 99,
                                   .hot_experts = 1,
                                   .stream_tokens = 18,
                                   .stream_part_bytes = 1,
                                   .swap = true};
  EXPECT_LE(hearth_test::arch_error(GetParam(), run), kLimit);
}
INSTANTIATE_TEST_SUITE_P(Models, Arch, testing::ValuesIn(hearth_test::kArchModels), model_name);

/// What the plan says is what the device holds, to 3 %: everything there, experts with the processor, some of them here, and streamed.
class Memory : public testing::TestWithParam<const char*> {};

TEST_P(Memory, PlannedIsUsed) {
  for (const bool split : {false, true}) {
    engine::RuntimeOptions options;
    options.model_path = hearth_test::golden_model(GetParam());
    options.device = kDevice;
    options.max_prompt_tokens = 512;
    options.adapter_bytes = 0;
    options.load_tokenizer = false;
    if (split && !hearth_test::has_experts(GetParam())) continue;
    if (split) options.cpu_moe_layers = 99, options.hot_experts = 1, options.stream_tokens = 18;
    const auto device = engine::make_cuda_backend(0);  // all backends of a device share its memory
    ASSERT_TRUE(device) << device.error().text();
    const uint64_t before = (*device)->memory_in_use().used;
    auto runtime = engine::ModelRuntime::load(options);
    ASSERT_TRUE(runtime) << runtime.error().text();
    const auto used = static_cast<double>((*runtime)->memory_in_use().used - before);
    const auto planned = static_cast<double>((*runtime)->plan().devices.front().memory.total());
    EXPECT_NEAR(used / planned, 1.0, 0.03) << planned << " planned, " << used << " used";
  }
}
INSTANTIATE_TEST_SUITE_P(Models, Memory, testing::ValuesIn(hearth_test::kArchModels), model_name);

/// A GPU machine may have some of the files only.
bool is_here(const std::string& model) {
  return hearth_test::in_ci() || std::filesystem::exists(hearth_test::reference_path("quant/" + model + ".gguf"));
}

class Quant : public testing::TestWithParam<const char*> {};

TEST_P(Quant, OneBatch) {
  HEARTH_NEEDS_REFERENCE();
  if (!is_here(GetParam())) GTEST_SKIP() << "not packed";
  hearth_test::check_quant(GetParam(), {.device = kDevice});
}
TEST_P(Quant, Split) {
  HEARTH_NEEDS_REFERENCE();
  if (!is_here(GetParam())) GTEST_SKIP() << "not packed";
  hearth_test::check_quant(GetParam(), {.device = kDevice, .split = 44});
}
INSTANTIATE_TEST_SUITE_P(Models, Quant, testing::ValuesIn(hearth_test::kQuantModels), model_name);

class KnownLora : public testing::TestWithParam<hearth_test::KnownAdapter> {};

TEST_P(KnownLora, LogitsAgree) {
  HEARTH_NEEDS_REFERENCE();
  hearth_test::known_adapter_agrees(GetParam(), kDevice, kLimit);
}
INSTANTIATE_TEST_SUITE_P(Files, KnownLora, testing::ValuesIn(hearth_test::kKnownAdapters),
                         [](const auto& known) { return hearth_test::test_name(known.param.adapter); });

class EveryTensor : public testing::TestWithParam<const char*> {};

TEST_P(EveryTensor, AdapterActsLikeMergedWeights) {
  hearth_test::every_tensor_counts(GetParam(), {.device = kDevice, .split = 16});
}
INSTANTIATE_TEST_SUITE_P(Models, EveryTensor, testing::Values("qwen2moe", "deepseek2-lite", "deepseek2-v3", "gpt-oss"), model_name);

TEST(Adapters, ScaleZeroAndDetachedAreTheBaseModelBitForBit) {
  hearth_test::Loaded m(kDevice);
  const auto base = m.run({{}})[0];
  EXPECT_NE(m.run({{{m.adapters[0], 1.0f}}})[0], base);
  EXPECT_EQ(m.run({{{m.adapters[0], 0.0f}}})[0], base);
}

TEST(Ember, AgreesWithTheProcessor) {
  hearth_test::ember_agrees(kDevice, "cuda");
}

}  // namespace
