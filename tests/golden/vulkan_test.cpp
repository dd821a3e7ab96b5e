// The golden models on a Vulkan device, in every tier that it has: the same known answers as on the host devices.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <random>

#include "golden/arch_models.h"
#include "golden/lora_models.h"
#include "golden/quant_models.h"
#include "tokenizer/tokenizer.h"
#include "vulkan/api.h"
#include "vulkan/device.h"
#include "vulkan/pipelines.h"

namespace {

using engine::vulkan::Device;
using hearth_test::LogitsRun;

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
  hearth_test::every_tensor_counts(GetParam(), {.device = "vulkan:0", .split = 16});
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

// ---- Ember, teacher-forced

constexpr int kSequences = 8, kLength = 250;  // 2,000 positions

struct Forced {
  std::vector<std::vector<int32_t>> tokens;
  std::vector<std::vector<float>> logits;  // [sequence][kLength * n_vocab] of the processor
  size_t n_vocab = 0;
};

std::string ember() {
  return std::string(HEARTH_MODELS) + "/ember-q8_0.gguf";
}

/// An id drawn from softmax(logits) with u in [0, 1).
int32_t draw(const float* logits, size_t n, double u) {
  const float top = *std::max_element(logits, logits + n);
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(logits[i] - top));
  double left = u * sum;
  for (size_t i = 0; i < n; ++i) {
    left -= std::exp(static_cast<double>(logits[i] - top));
    if (left < 0) return static_cast<int32_t>(i);
  }
  return static_cast<int32_t>(n - 1);
}

/// Texts that the model itself writes on the processor, a fixed draw at every position.
const Forced& forced() {
  static const Forced made = [] {
    Forced f;
    engine::RuntimeOptions options;
    options.model_path = ember();
    options.device = "cpu";
    options.context = kLength;
    options.max_sequences = 1;
    auto runtime = engine::ModelRuntime::load(options);
    EXPECT_TRUE(runtime);
    std::vector<int32_t> pages((kLength + engine::kPageTokens - 1) / engine::kPageTokens);
    std::iota(pages.begin(), pages.end(), 0);
    std::mt19937_64 random(2026);
    for (int s = 0; s < kSequences; ++s) {
      std::vector<int32_t> tokens{(*runtime)->tokenizer()->bos()};
      std::vector<float> logits;
      for (int at = 0; at < kLength; ++at) {
        const engine::StepSequence step{std::span(tokens).subspan(static_cast<size_t>(at), 1), at, pages, true, false};
        const auto out = (*runtime)->run({&step, 1});
        EXPECT_TRUE(out);
        f.n_vocab = static_cast<size_t>(out->n_vocab);
        logits.insert(logits.end(), out->logits, out->logits + out->n_vocab);
        if (at + 1 < kLength) tokens.push_back(draw(out->logits, f.n_vocab, static_cast<double>(random() >> 11) * 0x1p-53));
      }
      f.tokens.push_back(std::move(tokens));
      f.logits.push_back(std::move(logits));
    }
    return f;
  }();
  return made;
}

/// KL(p || q) of two rows of logits.
double divergence(const float* p, const float* q, size_t n) {
  const auto lse = [n](const float* x) {
    const double top = *std::max_element(x, x + n);
    double sum = 0;
    for (size_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(x[i]) - top);
    return top + std::log(sum);
  };
  const double zp = lse(p), zq = lse(q);
  double kl = 0;
  for (size_t i = 0; i < n; ++i)
    kl += std::exp(static_cast<double>(p[i]) - zp) * (static_cast<double>(p[i]) - zp - static_cast<double>(q[i]) + zq);
  return kl;
}

class EmberForced : public testing::TestWithParam<TierCase> {};

TEST_P(EmberForced, AgreesWithTheProcessor) {
  setenv("HEARTH_VULKAN_TIER", GetParam().name, 1);
  const Forced& f = forced();
  int same = 0, positions = 0;
  double kl = 0;
  for (size_t s = 0; s < f.tokens.size(); ++s) {
    LogitsRun run{.device = "vulkan:0", .kv = engine::KvType::f16, .chunk = 64};
    if (s == 0) run.split = 1;  // one of the texts as it would be written
    const std::vector<float> ours = hearth_test::model_logits(ember(), f.tokens[s], run);
    ASSERT_EQ(ours.size(), f.logits[s].size());
    for (size_t at = 0; at < ours.size(); at += f.n_vocab, ++positions) {
      const float *a = f.logits[s].data() + at, *b = ours.data() + at;
      same += std::max_element(a, a + f.n_vocab) - a == std::max_element(b, b + f.n_vocab) - b;
      kl += divergence(a, b, f.n_vocab);
    }
  }
  unsetenv("HEARTH_VULKAN_TIER");
  EXPECT_EQ(positions, kSequences * kLength);
  std::printf("%s: top-1 agreement %.2f %%, mean KL %.3g over %d positions\n", GetParam().name, 100.0 * same / positions, kl / positions,
              positions);
  EXPECT_GE(same, 98 * positions / 100);
  EXPECT_LE(kl / positions, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Vulkan, EmberForced, testing::ValuesIn(kTiers), [](const auto& tier) { return std::string(tier.param.name); });

}  // namespace
