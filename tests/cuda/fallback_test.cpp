// A GPU that is lost or runs out of memory while a model is loaded or an answer is written: the processor goes on, and people are
// told why. The failures are injected into the calls of the runtime.
#include "emulated_device.h"
#include "engine/engine_client.h"

namespace engine {
namespace {

using hearth_emulator::fail_calls;
using hearth_emulator::failed_calls;

/// How often calls were made to fail; from here on they succeed.
int disarm() {
  const int hits = failed_calls();
  fail_calls("", 0, cudaSuccess);
  return hits;
}

/// Experts with the processor, some of each layer on the GPU, and all of them brought there for prompts.
LoadOptions split(LoadOptions options) {
  options.cpu_moe_layers = 99;
  options.hot_experts = 1;
  options.stream_tokens = 17;
  return options;
}

LoadOptions on_gpu() {
  LoadOptions options;
  options.model_path = ember();
  options.device = "cuda:0";
  options.context = 256;
  return options;
}

/// Whether a model is loaded afterwards.
bool load(Client& client, const LoadOptions& options) {
  const RequestId id = client.engine.load(options);
  EXPECT_TRUE(client.pump([&] { return client.loaded.contains(id) || client.load_failed.contains(id); }));
  return client.loaded.contains(id);
}

struct Case {
  const char* function;
  cudaError_t result;
};

class Fallback : public testing::TestWithParam<Case> {
 protected:
  void TearDown() override { disarm(); }
};

TEST_P(Fallback, WhileLoading) {
  const Case c = GetParam();
  for (const int skip : {0, 1, 3}) {
    Client client;
    fail_calls(c.function, skip, c.result);
    ASSERT_TRUE(load(client, on_gpu())) << "skip " << skip;
    const int hits = disarm();
    if (hits == 0) continue;                 // loading makes fewer calls of this class
    if (client.fallbacks.empty()) continue;  // a call that a load can do without
    EXPECT_EQ(client.fallbacks[0].to, "cpu");
    EXPECT_NE(client.fallbacks[0].reason.message.find(cudaGetErrorName(c.result)), std::string::npos) << client.fallbacks[0].reason.text();
    const Answer& answer = client.finish(client.submit(chat("Who are you?")));
    ASSERT_TRUE(answer.finished);
    EXPECT_FALSE(answer.text.empty());
  }
}

TEST_P(Fallback, WhileExpertsAreBrought) {
  const Case c = GetParam();
  for (const int skip : {0, 9}) {
    Client client;
    ASSERT_TRUE(load(client, split(on_gpu())));
    ASSERT_TRUE(client.fallbacks.empty()) << client.fallbacks[0].reason.text();
    fail_calls(c.function, skip, c.result);
    const Answer& answer = client.finish(
        client.submit(chat("Tell me a long story about a fox who lived in the deep forest with all of his many friends.", 4)));
    disarm();
    ASSERT_TRUE(answer.finished) << answer.failed->error.text();
    EXPECT_FALSE(answer.text.empty());
  }
}

TEST_P(Fallback, WhileAnswering) {
  const Case c = GetParam();
  for (const int skip : {0, 4, 15}) {
    Client client;
    ASSERT_TRUE(load(client, on_gpu()));
    ASSERT_TRUE(client.fallbacks.empty()) << client.fallbacks[0].reason.text();
    fail_calls(c.function, skip, c.result);
    const Answer& answer = client.finish(client.submit(chat("Tell me a story about a fox.", 20)));
    const int hits = disarm();
    ASSERT_TRUE(answer.finished) << answer.failed->error.text();
    EXPECT_EQ(answer.finished->usage.generated_tokens, 20);
    EXPECT_FALSE(answer.text.empty());
    if (hits == 0) {  // answering makes no more calls of this class
      EXPECT_TRUE(client.fallbacks.empty());
      continue;
    }
    ASSERT_EQ(client.fallbacks.size(), 1u);
    EXPECT_EQ(client.fallbacks[0].from, "cuda:0");
    EXPECT_NE(client.fallbacks[0].reason.message.find(cudaGetErrorName(c.result)), std::string::npos);
    // The conversation goes on, on the processor.
    const Answer& next = client.finish(client.submit(chat("Who are you?")));
    EXPECT_TRUE(next.finished);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Calls, Fallback,
    testing::Values(Case{"cudaStreamCreateWithFlags", cudaErrorMemoryAllocation}, Case{"cudaMalloc", cudaErrorMemoryAllocation},
                    Case{"cudaMalloc", cudaErrorLaunchFailure}, Case{"cudaMallocHost", cudaErrorMemoryAllocation},
                    Case{"cudaEventCreateWithFlags", cudaErrorMemoryAllocation}, Case{"cudaMemcpyAsync", cudaErrorIllegalAddress},
                    Case{"cudaMemsetAsync", cudaErrorIllegalAddress}, Case{"cudaEventSynchronize", cudaErrorIllegalAddress},
                    Case{"cudaGraphInstantiate", cudaErrorMemoryAllocation}, Case{"cudaGraphLaunch", cudaErrorMemoryAllocation},
                    Case{"cudaGraphLaunch", cudaErrorLaunchFailure}, Case{"cudaStreamSynchronize", cudaErrorIllegalAddress},
                    Case{"cudaStreamSynchronize", cudaErrorECCUncorrectable}),
    [](const auto& c) { return std::string(c.param.function) + "_" + cudaGetErrorName(c.param.result); });

}  // namespace
}  // namespace engine
