// Adapters at run time: against known logits, against weights with the adapter merged in, and tensor by tensor.
#include "golden/lora_models.h"
#include "support/separate_device.h"

namespace {

using hearth_test::KnownAdapter;
using hearth_test::Loaded;

class KnownLora : public testing::TestWithParam<KnownAdapter> {};

TEST_P(KnownLora, LogitsAgree) {
  HEARTH_NEEDS_REFERENCE();
  for (const char* device : {"reference", "cpu"}) hearth_test::known_adapter_agrees(GetParam(), device, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Files, KnownLora, testing::ValuesIn(hearth_test::kKnownAdapters),
                         [](const auto& known) { return hearth_test::test_name(known.param.adapter); });

class EveryTensor : public testing::TestWithParam<const char*> {};

TEST_P(EveryTensor, AdapterActsLikeMergedWeights) {
  hearth_test::DeviceScript script;
  const engine::ExtraDevices device(hearth_test::separate_devices(script));
  hearth_test::every_tensor_counts(GetParam(), {.device = "cpu", .split = 16},
                                   {{.device = "test:0", .split = 16, .gpu_layers = 1},
                                    {.device = "test:0", .expert_device = "test:0+cpu", .split = 16},
                                    {.device = "test:0", .split = 16, .cpu_moe_layers = 1}});
}

INSTANTIATE_TEST_SUITE_P(Models, EveryTensor, testing::ValuesIn(hearth_test::kArchModels),
                         [](const auto& model) { return hearth_test::test_name(model.param); });

// ---- sets, scales, batches

class Sets : public testing::TestWithParam<const char*> {};

TEST_P(Sets, ScaleZeroAndDetachedAreTheBaseModelBitForBit) {
  Loaded m(GetParam());
  const auto base = m.run({{}})[0];
  EXPECT_NE(m.run({{{m.adapters[0], 1.0f}}})[0], base);
  EXPECT_EQ(m.run({{{m.adapters[0], 0.0f}}})[0], base);
  EXPECT_EQ(m.run({{}})[0], base);
  // Beside a sequence with an adapter, in one batch:
  const auto both = m.run({{{m.adapters[1], 1.0f}}, {}, {{m.adapters[1], 0.0f}}});
  EXPECT_EQ(both[1], base);
  EXPECT_EQ(both[2], base);
}

TEST_P(Sets, ConversationsOfOneBatchKeepTheirOwnAdapters) {
  Loaded m(GetParam());
  const std::vector<engine::AdapterSet> sets = {
      {{m.adapters[0], 1.0f}}, {{m.adapters[1], -0.5f}}, {{m.adapters[0], 0.25f}, {m.adapters[1], 1.0f}, {m.adapters[2], 2.0f}}, {}};
  const auto together = m.run(sets);
  for (size_t s = 0; s < sets.size(); ++s) EXPECT_EQ(m.run({sets[s]}, 8)[0], together[s]) << "set " << s;
  EXPECT_NE(together[0], together[3]);
  EXPECT_NE(together[0], together[2]);
}

TEST_P(Sets, MoreSetsThanSlotsOneAfterAnother) {
  Loaded m(GetParam());
  const auto first = m.run({{{m.adapters[0], 1.0f}}})[0];
  for (int i = 1; i < 12; ++i) EXPECT_NE(m.run({{{m.adapters[0], 1.0f + static_cast<float>(i)}}})[0], first);
  EXPECT_EQ(m.run({{{m.adapters[0], 1.0f}}})[0], first);
}

TEST_P(Sets, TooManyAreRefused) {
  Loaded m(GetParam());
  const engine::AdapterSet five(5, {m.adapters[0], 1.0f});
  EXPECT_FALSE(m.model->check_adapters(five));
  engine::AdapterSet four(4, {m.adapters[0], 1.0f});
  EXPECT_TRUE(m.model->check_adapters(four));
  four.push_back({m.adapters[1], 0.0f});  // does not count
  EXPECT_TRUE(m.model->check_adapters(four));
}

TEST_P(Sets, MemoryIsGivenBack) {
  Loaded m(GetParam());
  const std::string path = m.adapters[0]->path;
  // Far more in all than the 16 MiB, were they kept.
  for (int i = 0; i < 8000; ++i) ASSERT_TRUE(m.model->attach_adapter(path)) << i;
}

INSTANTIATE_TEST_SUITE_P(Devices, Sets, testing::Values("reference", "cpu"));

}  // namespace
