// Tiny random models of every architecture against logits of an independent implementation.
#include "golden/model_logits.h"
#include "support/reference.h"
#include "support/separate_device.h"

namespace {

using hearth_test::LogitsRun;

const char* const kModels[] = {"llama",        "mixtral", "qwen2",      "qwen3",          "qwen3moe",
                               "qwen2moe",     "olmoe",   "deepseek",   "deepseek2-lite", "deepseek2-legacy",
                               "deepseek2-v3", "gpt-oss", "granitemoe", "glm4moe"};

class Arch : public testing::TestWithParam<const char*> {
 protected:
  /// NMSE of our logits against the known ones.
  double error(const LogitsRun& run) const {
    const std::string data = std::string(HEARTH_TEST_DATA) + "/arch/";
    const std::vector<float> known = hearth_test::read_floats(data + GetParam() + ".logits.f32");
    const std::vector<int32_t> tokens = hearth_test::parse_ids(hearth_test::read_file(data + "tokens.txt"));
    const std::string model = std::string(HEARTH_GOLDEN_MODELS) + "/" + GetParam() + "-f32.gguf";
    const std::vector<float> ours = hearth_test::model_logits(model, tokens, run);
    EXPECT_EQ(ours.size(), known.size());
    if (ours.size() != known.size() || known.empty()) return 1;
    return hearth_test::nmse(ours.data(), known.data(), known.size());
  }
  [[nodiscard]] bool is_moe() const {
    return std::string(GetParam()) != "llama" && std::string(GetParam()) != "qwen2" && std::string(GetParam()) != "qwen3";
  }
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

INSTANTIATE_TEST_SUITE_P(Models, Arch, testing::ValuesIn(kModels), [](const auto& model) {
  std::string name = model.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

}  // namespace
