// A GPU that is lost or runs out of memory while a model is loaded or an answer is written: the processor goes on, and people are
// told why. The failures are injected into the real calls of a real device.
#include "engine/engine_client.h"
#include "vulkan/api.h"
#include "vulkan/device.h"

namespace engine {
namespace {

using vulkan::CallSite;
using vulkan::faults;

/// Makes calls of a class fail from now on, after `skip` more.
void arm(CallSite site, int skip, VkResult result) {
  faults().hits = 0;
  faults().skip = skip;
  faults().result = result;
  faults().site = static_cast<int>(site);
}
void disarm() {
  faults().site = -1;
}

constexpr int kTokens = 20;  // of an answer: enough for failures after its beginning, and an emulated device is slow

LoadOptions on_gpu() {
  LoadOptions options;
  options.model_path = ember();
  options.device = "vulkan:0";
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
  CallSite site;
  VkResult result;
};

class Fallback : public testing::TestWithParam<Case> {
 protected:
  void TearDown() override {
    disarm();
    EXPECT_EQ(vulkan::validation_messages(), 0u);
  }
};

TEST_P(Fallback, WhileLoading) {
  const Case c = GetParam();
  for (const int skip : {0, 1, 3}) {
    Client client;
    arm(c.site, skip, c.result);
    ASSERT_TRUE(load(client, on_gpu())) << "skip " << skip;
    const int hits = faults().hits;
    disarm();
    if (hits == 0) break;                    // loading makes fewer calls of this class
    if (client.fallbacks.empty()) continue;  // a call that a load can do without, such as those of the pipeline cache
    EXPECT_EQ(client.fallbacks[0].to, "cpu");
    EXPECT_NE(client.fallbacks[0].reason.message.find(vulkan::result_name(c.result)), std::string::npos)
        << client.fallbacks[0].reason.text();
    const Answer& answer = client.finish(client.submit(chat("Who are you?")));
    ASSERT_TRUE(answer.finished);
    EXPECT_FALSE(answer.text.empty());
  }
}

TEST_P(Fallback, WhileAnswering) {
  const Case c = GetParam();
  for (const int skip : {0, 4, 15}) {
    Client client;
    ASSERT_TRUE(load(client, on_gpu()));
    ASSERT_TRUE(client.fallbacks.empty()) << client.fallbacks[0].reason.text();
    arm(c.site, skip, c.result);
    const Answer& answer = client.finish(client.submit(chat("Tell me a story about a fox.", kTokens)));
    const int hits = faults().hits;
    disarm();
    ASSERT_TRUE(answer.finished) << answer.failed->error.text();
    EXPECT_EQ(answer.finished->usage.generated_tokens, kTokens);
    EXPECT_FALSE(answer.text.empty());
    if (hits == 0) {  // answering makes no more calls of this class
      EXPECT_TRUE(client.fallbacks.empty());
      break;
    }
    ASSERT_EQ(client.fallbacks.size(), 1u);
    EXPECT_EQ(client.fallbacks[0].from, "vulkan:0");
    EXPECT_NE(client.fallbacks[0].reason.message.find(vulkan::result_name(c.result)), std::string::npos);
    // The conversation goes on, on the processor.
    const Answer& next = client.finish(client.submit(chat("Who are you?")));
    EXPECT_TRUE(next.finished);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Calls, Fallback,
    testing::Values(Case{CallSite::device, VK_ERROR_DEVICE_LOST}, Case{CallSite::device, VK_ERROR_OUT_OF_DEVICE_MEMORY},
                    Case{CallSite::memory, VK_ERROR_OUT_OF_DEVICE_MEMORY}, Case{CallSite::object, VK_ERROR_DEVICE_LOST},
                    Case{CallSite::map, VK_ERROR_OUT_OF_DEVICE_MEMORY}, Case{CallSite::pipeline, VK_ERROR_OUT_OF_DEVICE_MEMORY},
                    Case{CallSite::pipeline, VK_ERROR_DEVICE_LOST}, Case{CallSite::command, VK_ERROR_OUT_OF_DEVICE_MEMORY},
                    Case{CallSite::submit, VK_ERROR_DEVICE_LOST}, Case{CallSite::submit, VK_ERROR_OUT_OF_DEVICE_MEMORY},
                    Case{CallSite::wait, VK_ERROR_DEVICE_LOST}));

}  // namespace
}  // namespace engine
