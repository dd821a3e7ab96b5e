// Experts between a device and the processor, with a whole engine: what is counted, kept and moved.
#include <filesystem>
#include <numeric>

#include "engine/engine_client.h"
#include "support/separate_device.h"

namespace engine {
namespace {

using hearth_test::DeviceScript;

RuntimeOptions split(int hot) {
  RuntimeOptions options;
  options.model_path = ember();
  options.device = "test:0";
  options.cpu_moe_layers = 99;
  options.hot_experts = hot;
  options.context = 600;
  options.max_sequences = 1;
  return options;
}

RuntimeOptions on_processor() {
  RuntimeOptions options;
  options.model_path = ember();
  options.device = "cpu";
  return options;
}

/// Computes tokens [0, n) of one sequence in prompt steps, in which the tokens of a few words come again and again.
void compute(ModelRuntime& runtime, int n) {
  std::vector<int32_t> tokens(static_cast<size_t>(n)), pages(static_cast<size_t>((n + kPageTokens - 1) / kPageTokens));
  for (int i = 0; i < n; ++i) tokens[static_cast<size_t>(i)] = 100 + i % 7;
  std::iota(pages.begin(), pages.end(), 0);
  for (int at = 0; at < n; at += 100) {
    const auto count = static_cast<size_t>(std::min(100, n - at));
    const StepSequence step{std::span(tokens).subspan(static_cast<size_t>(at), count), at, pages};
    const auto out = runtime.run({&step, 1});
    ASSERT_TRUE(out) << out.error().text();
  }
}

uint64_t choices_of(const ModelRuntime& runtime, uint64_t tokens) {
  uint64_t layers = 0;
  for (int l = 0; l < runtime.config().n_layers; ++l) layers += runtime.config().is_moe_layer(l);
  return layers * tokens * static_cast<uint64_t>(runtime.config().moe.n_used);
}

double hit_rate(ModelRuntime& runtime, int n) {
  const ExpertUse before = runtime.expert_use();
  compute(runtime, n);
  const ExpertUse& after = runtime.expert_use();
  EXPECT_EQ(after.total - before.total, choices_of(runtime, static_cast<uint64_t>(n)));
  return static_cast<double>(after.on_device - before.on_device) / static_cast<double>(after.total - before.total);
}

TEST(ExpertPlacement, WhatWorksMostComesToTheDevice) {
  DeviceScript script;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  auto loaded = ModelRuntime::load(split(2));
  ASSERT_TRUE(loaded) << loaded.error().text();
  ModelRuntime& runtime = **loaded;
  EXPECT_EQ(runtime.plan().hot_experts, 2);
  const double before = hit_rate(runtime, 300);
  const auto moved = runtime.rebalance_experts();
  ASSERT_TRUE(moved) << moved.error().text();
  EXPECT_GT(*moved, 0);
  const double after = hit_rate(runtime, 300);
  EXPECT_GT(after, before);
  const auto again = runtime.rebalance_experts();
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 0) << "the same work needs no other places";
  EXPECT_EQ(*runtime.rebalance_experts(), 0) << "too soon";
}

TEST(ExpertPlacement, TheNextLoadKnowsWhatWorkedMost) {
  const std::string cache = testing::TempDir() + "hearth-expert-placement";
  std::filesystem::remove_all(cache);
  DeviceScript script;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  RuntimeOptions options = split(2);
  options.cache_dir = cache;
  double before = 0;
  {
    auto loaded = ModelRuntime::load(options);
    ASSERT_TRUE(loaded) << loaded.error().text();
    before = hit_rate(**loaded, 300);
    ASSERT_TRUE((*loaded)->rebalance_experts());
  }
  auto loaded = ModelRuntime::load(options);
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_GT(hit_rate(**loaded, 300), before);
  std::filesystem::remove_all(cache);
}

TEST(ExpertPlacement, EveryAnswerSaysHowExpertsWorked) {
  Client client;
  client.load_ember();
  const Answer& answer = client.finish(client.submit(chat("Who are you?", 20)));
  ASSERT_TRUE(answer.finished);
  const auto& use = answer.finished->usage.experts;
  ASSERT_TRUE(use);
  uint64_t sum = 0;
  for (const auto& layer : use->chosen) sum += std::accumulate(layer.begin(), layer.end(), uint64_t{0});
  EXPECT_EQ(use->total, sum);
  EXPECT_EQ(use->on_device, sum) << "all on one device";
  const Usage& usage = answer.finished->usage;
  const int computed = usage.prompt_tokens - usage.reused_tokens + usage.generated_tokens;
  auto runtime = ModelRuntime::load(on_processor());
  ASSERT_TRUE(runtime);
  // The last token of an answer is not computed.
  EXPECT_LE(sum, choices_of(**runtime, static_cast<uint64_t>(computed)));
  EXPECT_GE(sum, choices_of(**runtime, static_cast<uint64_t>(computed - 1)));
}

TEST(PromptSteps, AreLongestWhereExpertsAreBroughtToTheDevice) {
  DeviceScript script;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  const auto longest = [](const RuntimeOptions& options, int left, bool adapted) {
    const auto runtime = ModelRuntime::load(options);
    EXPECT_TRUE(runtime) << runtime.error().text();
    const int step = (*runtime)->prompt_step(left, adapted);
    EXPECT_LE(step, (*runtime)->limits().max_tokens);
    return std::pair((*runtime)->limits().max_tokens, step);
  };
  RuntimeOptions options = split(1);
  options.context = 2000;
  options.stream_tokens = 17;
  EXPECT_EQ(longest(options, 5000, false), std::pair(1024, 1024));
  EXPECT_EQ(longest(options, 300, false), std::pair(1024, 300));
  EXPECT_EQ(longest(options, 5000, true), std::pair(1024, 256));  // adapters work where the experts are
  options.context = 700;
  EXPECT_EQ(longest(options, 5000, false), std::pair(700, 700));
  options.stream_tokens = 2000;
  EXPECT_EQ(longest(options, 5000, false), std::pair(512, 256));
  options.max_prompt_tokens = 64;
  EXPECT_EQ(longest(options, 5000, false), std::pair(64, 64));
  options = split(1);
  options.stream_tokens = 0;  // before anything is measured
  EXPECT_EQ(longest(options, 5000, false), std::pair(512, 256));
  EXPECT_EQ(longest(on_processor(), 5000, false), std::pair(256, 256));
}

TEST(PromptSteps, FollowTheSpeedOfADevice) {
  DeviceScript script;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  RuntimeOptions options = split(1);
  options.stream_tokens = 0;
  options.context = 2000;
  auto runtime = ModelRuntime::load(options);
  ASSERT_TRUE(runtime) << runtime.error().text();
  const auto start = std::chrono::steady_clock::now();
  compute(**runtime, 100);  // too few to tell
  EXPECT_EQ((*runtime)->prompt_step(5000, false), 256);
  std::vector<int32_t> tokens(256, 100), pages(10);
  std::iota(pages.begin(), pages.end(), 0);
  const StepSequence step{tokens, 0, pages};
  ASSERT_TRUE((*runtime)->run({&step, 1}));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const int now = (*runtime)->prompt_step(5000, false);
  EXPECT_TRUE(now == 512 || (now == 256 && took.count() > 0.24)) << now;
}

TEST(ExpertPlacement, ADeviceThatFailsWhileExpertsCome) {
  DeviceScript script;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  Client client;
  LoadOptions options;
  options.model_path = ember();
  options.device = "test:0";
  options.cpu_moe_layers = 99;
  options.stream_tokens = 17;
  const RequestId id = client.engine.load(options);
  ASSERT_TRUE(client.pump([&] { return client.loaded.contains(id); }));
  script.runs_left = 3;
  const Answer& answer =
      client.finish(client.submit(chat("Tell me a story about a fox who lived in the deep forest with his friends.", 20)));
  ASSERT_TRUE(answer.finished) << answer.failed->error.text();
  EXPECT_FALSE(answer.text.empty());
  ASSERT_EQ(client.fallbacks.size(), 1u);
  EXPECT_EQ(client.fallbacks[0].to, "cpu");
}

}  // namespace
}  // namespace engine
