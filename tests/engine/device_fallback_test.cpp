// Devices that cannot be used, or fail while answers are computed: the processor takes over, and nobody's answer changes.
#include <filesystem>

#include "engine/engine_client.h"
#include "engine/random_adapter.h"
#include "support/separate_device.h"

namespace engine {
namespace {

using hearth_test::DeviceScript;

LoadOptions on(const std::string& device, const std::string& path = ember()) {
  LoadOptions options;
  options.model_path = path;
  options.device = device;
  return options;
}

/// An engine with one device that does as its script says.
struct Machine {
  DeviceScript script;
  ExtraDevices devices{hearth_test::separate_devices(script)};
  Client client;

  bool load(const LoadOptions& options) {
    const RequestId id = client.engine.load(options);
    EXPECT_TRUE(client.pump([&] { return client.loaded.contains(id) || client.load_failed.contains(id); }));
    return client.loaded.contains(id);
  }
};

const char* const kQuestions[] = {"Tell me a story about a fox.", "Who are you?", "Tell me a story about a little boat and the sea."};

std::vector<std::string> undisturbed(const SamplingParams& sampling, const std::vector<AdapterUse>& adapters) {
  Client client;
  client.load_ember();
  std::vector<std::string> texts;
  for (const char* question : kQuestions) {
    Request r = chat(question, 60, texts.size() + 1);
    r.sampling = sampling;
    r.adapters = adapters;
    texts.push_back(client.finish(client.submit(r)).text);
  }
  return texts;
}

/// Answers to all questions at once on a device that fails after `runs` runs, against those of the processor.
void expect_same_answers(int runs, const SamplingParams& sampling, const std::vector<AdapterUse>& adapters,
                         const std::vector<std::string>& expected, ErrorCode error = ErrorCode::device) {
  Machine machine;
  machine.script.run_error = error;
  ASSERT_TRUE(machine.load(on("test:0")));
  machine.script.runs_left = runs;
  std::vector<RequestId> ids;
  for (const char* question : kQuestions) {
    Request r = chat(question, 60, ids.size() + 1);
    r.sampling = sampling;
    r.adapters = adapters;
    ids.push_back(machine.client.submit(r));
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    const Answer& answer = machine.client.finish(ids[i]);
    ASSERT_TRUE(answer.finished) << runs << ": " << answer.failed->error.text();
    EXPECT_EQ(answer.text, expected[i]) << "after " << runs << " runs";
  }
  ASSERT_EQ(machine.client.fallbacks.size(), 1u) << runs;
  const DeviceFallback& fallback = machine.client.fallbacks[0];
  EXPECT_EQ(fallback.id, 0u);
  EXPECT_EQ(fallback.from, "test:0");
  EXPECT_EQ(fallback.to, "cpu");
  EXPECT_EQ(fallback.from_name, "Test device");
  EXPECT_EQ(fallback.reason.code, error);
  EXPECT_NE(fallback.reason.message.find("lost"), std::string::npos);
  ASSERT_TRUE(machine.client.loaded.contains(0));
  EXPECT_EQ(machine.client.loaded.at(0).plan.devices.at(0).device, "cpu");
  EXPECT_EQ(machine.client.loaded.at(0).context, 2048);
}

TEST(DeviceFallback, AnswersGoOnWhereTheyWere) {
  SamplingParams greedy;
  greedy.temperature = 0;
  const std::vector<std::string> expected = undisturbed(greedy, {});
  for (const int runs : {0, 1, 2, 3, 5, 9, 17, 40}) expect_same_answers(runs, greedy, {}, expected);
  expect_same_answers(7, greedy, {}, expected, ErrorCode::out_of_memory);
}

TEST(DeviceFallback, SampledAnswersToo) {
  SamplingParams sampling;
  sampling.temperature = 0.8f;
  sampling.repeat_penalty = 1.1f;
  sampling.seed = 77;
  const std::vector<std::string> expected = undisturbed(sampling, {});
  for (const int runs : {4, 11, 23}) expect_same_answers(runs, sampling, {}, expected);
}

TEST(DeviceFallback, AdaptersComeAlong) {
  const hearth_test::TempFolder folder;
  const std::vector<AdapterUse> adapters = {{write_adapter(folder, 1), 1.0f}, {write_adapter(folder, 2), 0.5f}};
  SamplingParams greedy;
  greedy.temperature = 0;
  const std::vector<std::string> expected = undisturbed(greedy, adapters);
  EXPECT_NE(expected, undisturbed(greedy, {}));
  for (const int runs : {2, 8, 21}) expect_same_answers(runs, greedy, adapters, expected);
}

TEST(DeviceFallback, SurvivesAVanishedFileButNotAVanishedAdapter) {
  const hearth_test::TempFolder folder;
  const std::string copy = folder.path("model.gguf");
  std::filesystem::copy_file(ember(), copy);
  const std::string adapter = write_adapter(folder, 1);
  Machine machine;
  ASSERT_TRUE(machine.load(on("test:0", copy)));
  std::filesystem::remove(copy);
  Request adapted = chat(kQuestions[2], 60, 2);
  adapted.adapters = {{adapter, 1.0f}};
  const RequestId plain = machine.client.submit(chat(kQuestions[0], 60, 1)), lost = machine.client.submit(adapted);
  ASSERT_TRUE(machine.client.pump([&] { return machine.client.answers[lost].deltas > 2; }));
  std::filesystem::remove(adapter);
  machine.script.runs_left = 0;
  EXPECT_TRUE(machine.client.finish(plain).finished);
  ASSERT_TRUE(machine.client.finish(lost).failed);
  EXPECT_EQ(machine.client.answers[lost].failed->error.code, ErrorCode::not_found);
  EXPECT_EQ(machine.client.answers[lost].failed->adapters, std::vector<std::string>{adapter});
}

TEST(DeviceFallback, TheNextTurnReusesThePrefixOnTheProcessor) {
  Machine machine;
  ASSERT_TRUE(machine.load(on("test:0")));
  machine.script.runs_left = 6;
  Request r = chat(kQuestions[0], 40);
  const Answer first = machine.client.finish(machine.client.submit(r));
  ASSERT_TRUE(first.finished);
  r.messages.push_back({"assistant", first.text});
  r.messages.push_back({"user", "And then?"});
  const Answer& second = machine.client.finish(machine.client.submit(r));
  ASSERT_TRUE(second.finished);
  EXPECT_GT(second.finished->usage.reused_tokens, 30);
}

TEST(DeviceFallback, CancelledAnswersEndWhileTheModelMoves) {
  Machine machine;
  ASSERT_TRUE(machine.load(on("test:0")));
  const RequestId id = machine.client.submit(chat(kQuestions[0], 0));
  ASSERT_TRUE(machine.client.pump([&] { return machine.client.answers[id].deltas > 2; }));
  machine.script.runs_left = 0;
  machine.client.engine.cancel(id);
  EXPECT_EQ(machine.client.finish(id).reason(), StopReason::cancelled);
  EXPECT_FALSE(machine.client.answers[id].text.empty());
  EXPECT_TRUE(machine.client.finish(machine.client.submit(chat(kQuestions[1]))).finished);
}

TEST(DeviceFallback, ANamedDeviceReportsWhereNoFallbackIsWanted) {
  Machine machine;
  LoadOptions options = on("test:0");
  options.allow_fallback = false;
  ASSERT_TRUE(machine.load(options));
  machine.script.runs_left = 3;
  const Answer& answer = machine.client.finish(machine.client.submit(chat(kQuestions[0])));
  ASSERT_TRUE(answer.failed);
  EXPECT_EQ(answer.failed->error.code, ErrorCode::device);
  EXPECT_TRUE(machine.client.fallbacks.empty());
}

TEST(DeviceFallback, DevicesThatCannotBeOpenedOrAreTooSmall) {
  for (const bool allowed : {true, false})
    for (const int kind : {0, 1, 2, 3}) {
      Machine machine;
      std::string device = "test:0";
      if (kind == 0) machine.script.opens = false, machine.script.open_error = ErrorCode::device;
      if (kind == 1) machine.script.memory = 100000;  // free memory was a lie
      if (kind == 2) machine.script.info.memory_free = 300u << 20;
      if (kind == 3) device = "gone:1";
      LoadOptions options = on(device);
      options.allow_fallback = allowed;
      const bool loaded = machine.load(options);
      EXPECT_EQ(loaded, allowed) << kind;
      ASSERT_EQ(machine.client.fallbacks.size(), allowed ? 1u : 0u) << kind;
      if (!allowed) {
        EXPECT_FALSE(machine.client.load_failed.begin()->second.message.empty());
        continue;
      }
      EXPECT_EQ(machine.client.fallbacks[0].from, device);
      EXPECT_EQ(machine.client.fallbacks[0].id, machine.client.loaded.begin()->first);
      EXPECT_FALSE(machine.client.fallbacks[0].reason.message.empty());
      EXPECT_TRUE(machine.client.finish(machine.client.submit(chat("Hello"))).finished);
    }
}

TEST(DeviceFallback, AutomaticDevicesAlwaysMayFallBack) {
  Machine machine;
  machine.script.opens = false;
  machine.script.open_error = ErrorCode::device;
  LoadOptions options = on("auto");
  options.allow_fallback = false;
  EXPECT_TRUE(machine.load(options)) << "the test device is a discrete GPU, so it is the automatic one";
  ASSERT_EQ(machine.client.fallbacks.size(), 1u);
  EXPECT_EQ(machine.client.fallbacks[0].from, "test:0");
}

TEST(DeviceFallback, ABrokenModelIsNoMatterOfDevices) {
  Machine machine;
  EXPECT_FALSE(machine.load(on("test:0", "/nowhere.gguf")));
  EXPECT_TRUE(machine.client.fallbacks.empty());
  ASSERT_TRUE(machine.load(on("test:0")));
  EXPECT_FALSE(machine.load(on("test:0", "/nowhere.gguf")));
  EXPECT_TRUE(machine.client.finish(machine.client.submit(chat("Hello"))).finished) << "the resident model stays";
}

TEST(DeviceFallback, PartlyOnTheDeviceFailsAsAWhole) {
  SamplingParams greedy;
  greedy.temperature = 0;
  const std::vector<std::string> expected = undisturbed(greedy, {});
  Machine machine;
  LoadOptions options = on("test:0");
  options.gpu_layers = 3;
  options.cpu_moe_layers = 3;
  ASSERT_TRUE(machine.load(options));
  const ModelLoaded& loaded = machine.client.loaded.begin()->second;
  ASSERT_EQ(loaded.plan.devices.size(), 2u);
  EXPECT_EQ(loaded.plan.gpu_layers, 3);
  machine.script.runs_left = 31;
  const Answer& answer = machine.client.finish(machine.client.submit(chat(kQuestions[0], 60)));
  ASSERT_TRUE(answer.finished);
  EXPECT_EQ(answer.text, expected[0]);
  EXPECT_EQ(machine.client.fallbacks.size(), 1u);
}

}  // namespace
}  // namespace engine
