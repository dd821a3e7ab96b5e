// Tiny random models of every architecture against logits of an independent implementation.
#include "golden/arch_models.h"
#include "support/separate_device.h"

namespace {

using hearth_test::LogitsRun;

class Arch : public testing::TestWithParam<const char*> {
 protected:
  double error(const LogitsRun& run) const { return hearth_test::arch_error(GetParam(), run); }
  [[nodiscard]] bool is_moe() const { return hearth_test::has_experts(GetParam()); }
};

TEST_P(Arch, ReferenceOneBatch) {
  EXPECT_LE(error({.device = "reference"}), 1e-11);
}
TEST_P(Arch, ReferenceSplit) {
  EXPECT_LE(error({.device = "reference", .split = 44}), 1e-11);
}
TEST_P(Arch, CpuOneBatch) {
  EXPECT_LE(error({.device = "cpu"}), 1e-9);
}
TEST_P(Arch, CpuSplit) {
  EXPECT_LE(error({.device = "cpu", .split = 44}), 1e-9);
}
TEST_P(Arch, CpuOneByOne) {
  EXPECT_LE(error({.device = "cpu", .split = 1}), 1e-9);
}
TEST_P(Arch, CpuOddChunks) {
  EXPECT_LE(error({.device = "cpu", .threads = 3, .chunk = 19}), 1e-9);
}
TEST_P(Arch, HalfCache) {
  EXPECT_LE(error({.device = "reference", .kv = engine::KvType::f16, .split = 44}), 1e-5);
  EXPECT_LE(error({.device = "cpu", .kv = engine::KvType::f16, .split = 44}), 1e-5);
}
TEST_P(Arch, ExpertsOnAnotherDevice) {
  if (!is_moe()) GTEST_SKIP() << "no experts";
  EXPECT_LE(error({.device = "reference", .expert_device = "cpu", .split = 44}), 1e-9);
  EXPECT_LE(error({.device = "cpu", .expert_device = "reference"}), 1e-9);
}
TEST_P(Arch, ExpertsOnTwoDevices) {
  if (!is_moe()) GTEST_SKIP() << "no experts";
  EXPECT_LE(error({.device = "cpu", .expert_device = "cpu+reference", .split = 44}), 1e-9);
  EXPECT_LE(error({.device = "reference", .expert_device = "cpu+reference"}), 1e-9);
}

/// A device with memory of its own, alone and with the processor behind it: nothing may be read across the border.
TEST_P(Arch, DeviceWithItsOwnMemory) {
  hearth_test::DeviceScript script;
  const engine::ExtraDevices device(hearth_test::separate_devices(script));
  EXPECT_LE(error({.device = "test:0", .split = 44}), 1e-9);
  EXPECT_LE(error({.device = "test:0", .split = 44, .gpu_layers = 1}), 1e-9);
  EXPECT_LE(error({.device = "test:0", .chunk = 19, .gpu_layers = 1, .cpu_moe_layers = 99}), 1e-9);
  EXPECT_LE(error({.device = "reference", .gpu_layers = 1}), 1e-9);
  EXPECT_GT(script.runs, 0);
  if (!is_moe()) return;
  EXPECT_LE(error({.device = "test:0", .split = 44, .cpu_moe_layers = 1}), 1e-9);
  EXPECT_LE(error({.device = "test:0", .cpu_moe_layers = 99}), 1e-9);
  EXPECT_LE(error({.device = "test:0", .expert_device = "cpu+test:0", .split = 44}), 1e-9);
  EXPECT_LE(error({.device = "cpu", .expert_device = "test:0+cpu"}), 1e-9);
}

/// Experts at two places: those that stay on the device, those that come for long prompts, in parts of one and of several, and those that
/// change places in between.
TEST_P(Arch, ExpertsThatMove) {
  if (!is_moe()) GTEST_SKIP() << "no experts";
  hearth_test::DeviceScript script;
  const engine::ExtraDevices device(hearth_test::separate_devices(script));
  const hearth_test::LogitsRun hot{.device = "test:0", .split = 44, .cpu_moe_layers = 99, .hot_experts = 1};
  EXPECT_LE(error(hot), 1e-9);
  hearth_test::LogitsRun run = hot;
  run.swap = true;
  EXPECT_LE(error(run), 1e-9);
  run.chunk = 19;
  run.stream_tokens = 18;  // two steps of 19 tokens are streamed, the others not
  EXPECT_LE(error(run), 1e-9);
  run.stream_part_bytes = 1;
  run.hot_experts = 2;
  EXPECT_LE(error(run), 1e-9);
  run.hot_experts = 0;
  run.gpu_layers = 2;
  EXPECT_LE(error(run), 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Models, Arch, testing::ValuesIn(hearth_test::kArchModels),
                         [](const auto& model) { return hearth_test::test_name(model.param); });

}  // namespace
