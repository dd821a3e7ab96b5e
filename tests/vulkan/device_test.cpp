// Memory, transfers, replay and failures of the Vulkan device, with real ops on a real device.
#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include "vulkan/api.h"
#include "vulkan/backend_vulkan.h"
#include "vulkan/device.h"
#include "vulkan/memory.h"
#include "vulkan/pipelines.h"

namespace {

using engine::Backend;
using engine::Error;
using engine::ErrorCode;
using engine::Result;
using engine::Status;
using engine::vulkan::CallSite;
using engine::vulkan::Device;
using engine::vulkan::faults;

constexpr engine::StepLimits kLimits{64, 4, 8, 8};
constexpr int kDim = 96;

/// An environment variable for the length of a test.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Setting() { unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
};

engine::StepInputs step_of(int tokens) {
  engine::StepInputs s;
  s.n_tokens = tokens;
  s.n_sequences = 1;
  s.max_pages = kLimits.max_pages;
  s.tokens.assign(static_cast<size_t>(tokens), 0);
  s.positions.resize(static_cast<size_t>(tokens));
  std::iota(s.positions.begin(), s.positions.end(), 0);
  s.sequence.assign(static_cast<size_t>(tokens), 0);
  s.lora_slot.assign(static_cast<size_t>(tokens), -1);
  s.first_token = {0, tokens};
  s.context = {tokens};
  s.pages.resize(static_cast<size_t>(kLimits.max_pages));
  std::iota(s.pages.begin(), s.pages.end(), 0);
  return s;
}

std::unique_ptr<Backend> open_backend() {
  Result<std::unique_ptr<Backend>> backend = engine::make_vulkan_backend(0);
  EXPECT_TRUE(backend) << backend.error().text();
  return backend ? std::move(*backend) : nullptr;
}

/// x = 2 in every row, then x += part: what each row holds afterwards, or the first error on the way.
Result<std::vector<float>> fill_and_add(int tokens, float part_value) {
  Result<std::unique_ptr<Backend>> made = engine::make_vulkan_backend(0);
  if (!made) return made.error();
  Backend& backend = **made;
  if (Status s = backend.reserve(kLimits, kDim); !s) return s.error();
  const size_t bytes = sizeof(float) * kDim * static_cast<size_t>(kLimits.max_tokens);
  Result<std::unique_ptr<engine::Buffer>> x = backend.allocate(bytes), part = backend.allocate(bytes);
  if (!x) return x.error();
  if (!part) return part.error();
  const std::vector<float> values(bytes / sizeof(float), part_value);
  backend.upload((*part)->data, values.data(), bytes);
  engine::FillOp fill;
  fill.y = reinterpret_cast<float*>((*x)->data);
  fill.dim = kDim;
  fill.value = 2.0f;
  engine::AddNormOp add;
  add.x = fill.y;
  add.dim = kDim;
  add.parts[0].data = reinterpret_cast<const float*>((*part)->data);
  add.n_parts = 1;
  const engine::Op ops[] = {fill, add};
  Result<std::unique_ptr<engine::Plan>> plan = backend.compile(ops);
  if (!plan) return plan.error();
  backend.set_step(step_of(tokens));
  if (Status s = backend.run(**plan, {}); !s) return s.error();
  std::vector<float> out(bytes / sizeof(float));
  backend.download(out.data(), (*x)->data, bytes);
  // A download cannot report an error; the next run does.
  backend.set_step(step_of(tokens));
  if (Status s = backend.run(**plan, {}); !s) return s.error();
  return out;
}

void expect_filled(const Result<std::vector<float>>& out, int tokens, float value) {
  ASSERT_TRUE(out) << out.error().text();
  for (int i = 0; i < kLimits.max_tokens * kDim; ++i)
    ASSERT_EQ((*out)[static_cast<size_t>(i)], i < tokens * kDim ? value : 0.0f) << "element " << i;
}

TEST(VulkanDevice, ValidationIsOn) {
  EXPECT_TRUE(engine::vulkan::instance().validated);
}

TEST(VulkanDevice, IsListedWithMemory) {
  const std::vector<engine::DeviceInfo> list = engine::list_vulkan_devices();
  ASSERT_FALSE(list.empty());
  EXPECT_EQ(list[0].id, "vulkan:0");
  EXPECT_TRUE(list[0].usable) << list[0].reason;
  EXPECT_GT(list[0].memory_total, uint64_t{1} << 28);
  EXPECT_GT(list[0].memory_free, 0u);
}

TEST(VulkanDevice, RefusesIndexesThatAreNotThere) {
  const auto backend = engine::make_vulkan_backend(1000);
  ASSERT_FALSE(backend);
  EXPECT_EQ(backend.error().code, ErrorCode::not_found);
}

TEST(VulkanDevice, ComputesWhatStepsAsk) {
  for (const int tokens : {1, 2, 3, 17, 64}) expect_filled(fill_and_add(tokens, 1.5f), tokens, 3.5f);
}

TEST(VulkanDevice, ComputesThroughStaging) {
  const Setting staging("HEARTH_VULKAN_STAGING", "1");
  for (const int tokens : {1, 5, 64}) expect_filled(fill_and_add(tokens, -1.0f), tokens, 1.0f);
}

TEST(VulkanDevice, MovesDataThroughStaging) {
  const Setting staging("HEARTH_VULKAN_STAGING", "1");
  auto backend = open_backend();
  ASSERT_TRUE(backend);
  const size_t bytes = (size_t{37} << 20) + 4;  // more than all slots of the ring together
  auto buffer = backend->allocate(bytes);
  ASSERT_TRUE(buffer);
  std::vector<uint32_t> sent(bytes / 4), back(bytes / 4, 1);
  backend->download(back.data(), (*buffer)->data, bytes);
  for (const uint32_t v : back) ASSERT_EQ(v, 0u);
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<uint32_t>(i * 2654435761u);
  backend->upload((*buffer)->data, sent.data(), bytes);
  sent[7] = 12;
  backend->upload((*buffer)->data + 28, &sent[7], 4);
  backend->download(back.data(), (*buffer)->data, bytes);
  EXPECT_EQ(sent, back);
}

TEST(VulkanDevice, MemoryIsUsedAgain) {
  const auto device = Device::open(0);
  ASSERT_TRUE(device);
  auto& memory = (*device)->memory();
  using Kind = engine::vulkan::Memory::Kind;
  std::vector<engine::vulkan::Span> spans;
  for (int i = 0; i < 100; ++i) {
    const auto span = memory.allocate(static_cast<size_t>(1000 + 317 * i), Kind::device);
    ASSERT_TRUE(span);
    EXPECT_EQ(span->address % 256, 0u);
    spans.push_back(*span);
  }
  for (size_t i = 0; i < spans.size(); ++i)
    for (size_t j = i + 1; j < spans.size(); ++j)
      ASSERT_TRUE(spans[i].address + spans[i].bytes <= spans[j].address || spans[j].address + spans[j].bytes <= spans[i].address);
  const size_t reserved = memory.reserved();
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < spans.size(); i += 2) memory.free(spans[i]);
    for (size_t i = 1; i < spans.size(); i += 2) memory.free(spans[i]);
    for (size_t i = 0; i < spans.size(); ++i) spans[i] = *memory.allocate(static_cast<size_t>(1000 + 317 * i), Kind::device);
    EXPECT_EQ(memory.reserved(), reserved);
  }
  for (const auto& span : spans) memory.free(span);
  const auto large = memory.allocate(size_t{200} << 20, Kind::device);
  ASSERT_TRUE(large);
  memory.free(*large);
  EXPECT_EQ(memory.reserved(), reserved);
}

TEST(VulkanDevice, NothingIsRecordedTwice) {
  auto backend = open_backend();
  ASSERT_TRUE(backend);
  ASSERT_TRUE(backend->reserve(kLimits, kDim));
  auto x = backend->allocate(sizeof(float) * kDim * 64);
  ASSERT_TRUE(x);
  engine::FillOp fill;
  fill.y = reinterpret_cast<float*>((*x)->data);
  fill.dim = kDim;
  const engine::Op ops[] = {fill};
  auto plan = backend->compile(ops);
  ASSERT_TRUE(plan);
  const auto run = [&](int tokens) {
    backend->set_step(step_of(tokens));
    ASSERT_TRUE(backend->run(**plan, {}));
  };
  run(1);
  run(33);
  const uint64_t recorded = backend->replay_stats().recordings;
  for (int i = 0; i < 20; ++i) run(1), run(40 + i % 3);
  EXPECT_EQ(backend->replay_stats().recordings, recorded);
  EXPECT_EQ(backend->replay_stats().dispatches, 1u);
}

TEST(VulkanDevice, PipelinesAreCompiledOnceAndKept) {
  const std::string folder = testing::TempDir() + "/hearth-pipelines";
  engine::set_vulkan_cache_folder(folder);
  const auto device = Device::open(0);
  ASSERT_TRUE(device);
  expect_filled(fill_and_add(3, 1.0f), 3, 3.0f);
  const size_t compiled = (*device)->pipelines().compiled();
  EXPECT_GT(compiled, 0u);
  expect_filled(fill_and_add(3, 1.0f), 3, 3.0f);
  EXPECT_EQ((*device)->pipelines().compiled(), compiled);
  (*device)->pipelines().save();
  engine::set_vulkan_cache_folder("");
}

/// Sets the injected fault and takes it away again.
class Fault {
 public:
  Fault(CallSite site, int skip, VkResult result) {
    faults().hits = 0;
    faults().skip = skip;
    faults().result = result;
    faults().site = static_cast<int>(site);
  }
  ~Fault() { faults().site = -1; }
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;
};

class Failing : public testing::TestWithParam<std::tuple<CallSite, VkResult, const char*>> {};

/// Every single call of a class fails once: the work answers with an error that says so, nothing crashes or leaks (the validation
/// layer reports objects that outlive their device), and the next attempt succeeds.
TEST_P(Failing, EveryCallCanFail) {
  const auto [site, result, staging] = GetParam();
  const Setting setting("HEARTH_VULKAN_STAGING", staging);
  if (*staging == '\0') unsetenv("HEARTH_VULKAN_STAGING");
  int failed = 0;
  for (int n = 0;; ++n) {
    ASSERT_LT(n, 500);
    int hits = 0;
    {
      const Fault fault(site, n, result);
      const Result<std::vector<float>> out = fill_and_add(3, 1.0f);
      hits = faults().hits;
      if (hits > 0 && !out) {
        ++failed;
        const bool memory = result == VK_ERROR_OUT_OF_DEVICE_MEMORY;
        EXPECT_EQ(out.error().code, memory ? ErrorCode::out_of_memory : ErrorCode::device) << out.error().text();
        EXPECT_NE(out.error().message.find(engine::vulkan::result_name(result)), std::string::npos) << out.error().text();
        EXPECT_FALSE(out.error().hint.empty());
      }
    }
    if (hits == 0) break;
    expect_filled(fill_and_add(3, 1.0f), 3, 3.0f);
  }
  EXPECT_GT(failed, 0);
  EXPECT_EQ(engine::vulkan::validation_messages(), 0u);
}

constexpr CallSite kSites[] = {CallSite::device,   CallSite::memory,  CallSite::object, CallSite::map,
                               CallSite::pipeline, CallSite::command, CallSite::submit, CallSite::wait};

INSTANTIATE_TEST_SUITE_P(Calls, Failing,
                         testing::Combine(testing::ValuesIn(kSites), testing::Values(VK_ERROR_OUT_OF_DEVICE_MEMORY, VK_ERROR_DEVICE_LOST),
                                          testing::Values("", "1")));

TEST(VulkanDeviceDeathTest, NoInstanceIsAReason) {
  // In a process of its own: there is one instance for good.
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        const Fault fault(CallSite::instance, 0, VK_ERROR_INITIALIZATION_FAILED);
        const auto list = engine::list_vulkan_devices();
        std::_Exit(list.size() == 1 && !list[0].usable && list[0].reason.find("VK_ERROR_INITIALIZATION_FAILED") != std::string::npos ? 0
                                                                                                                                     : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
