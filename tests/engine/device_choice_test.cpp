// Which device "auto" means, with made-up machines; and how the results of self-tests are remembered.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/engine_client.h"
#include "runtime/backends.h"
#include "runtime/device_check.h"
#include "support/separate_device.h"
#include "support/tiny_models.h"

namespace engine {
namespace {

using hearth_test::DeviceScript;

constexpr uint64_t kGiB = 1u << 30;

DeviceInfo device(const std::string& id, DeviceKind kind, uint64_t memory) {
  DeviceInfo d;
  d.id = id;
  d.name = id;
  d.kind = kind;
  d.usable = true;
  d.memory_total = d.memory_free = memory;
  return d;
}

/// The processor, the reference and more devices behind them.
std::vector<DeviceInfo> machine(std::vector<DeviceInfo> more, bool vectors = true) {
  std::vector<DeviceInfo> all = {device("cpu", DeviceKind::cpu, 64 * kGiB), device("reference", DeviceKind::cpu, 64 * kGiB)};
  all[0].vectors = vectors;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string choice(std::vector<DeviceInfo> devices) {
  return choose_automatic(devices);
}

TEST(AutomaticDevice, Rules) {
  const DeviceInfo discrete = device("vulkan:0", DeviceKind::discrete_gpu, 8 * kGiB);
  const DeviceInfo bigger = device("vulkan:1", DeviceKind::discrete_gpu, 12 * kGiB);
  const DeviceInfo integrated = device("vulkan:2", DeviceKind::integrated_gpu, 32 * kGiB);
  const DeviceInfo software = device("vulkan:3", DeviceKind::software, 64 * kGiB);
  DeviceInfo failed = bigger, unusable = bigger, cuda = device("cuda:0", DeviceKind::discrete_gpu, 8 * kGiB);
  failed.check = CheckState::failed;
  unusable.usable = false;
  EXPECT_EQ(choice(machine({})), "cpu");
  EXPECT_EQ(choice({}), "cpu");
  EXPECT_EQ(choice(machine({discrete})), "vulkan:0");
  EXPECT_EQ(choice(machine({discrete, bigger})), "vulkan:1");
  EXPECT_EQ(choice(machine({bigger, discrete})), "vulkan:1");
  EXPECT_EQ(choice(machine({discrete, failed})), "vulkan:0");
  EXPECT_EQ(choice(machine({failed})), "cpu");
  EXPECT_EQ(choice(machine({discrete, unusable})), "vulkan:0");
  EXPECT_EQ(choice(machine({software})), "cpu");
  EXPECT_EQ(choice(machine({integrated})), "cpu");
  EXPECT_EQ(choice(machine({integrated}, false)), "vulkan:2");
  EXPECT_EQ(choice(machine({software}, false)), "cpu");
  EXPECT_EQ(choice(machine({integrated, discrete}, false)), "vulkan:0");
  // The same card by two ways, with a little more memory by the second.
  DeviceInfo again = discrete;
  again.memory_total += kGiB / 4;
  EXPECT_EQ(choice(machine({cuda, again})), "cuda:0");
}

TEST(AutomaticDevice, EveryOtherDeviceSaysWhyNot) {
  DeviceInfo failed = device("vulkan:3", DeviceKind::discrete_gpu, 24 * kGiB);
  failed.check = CheckState::failed;
  std::vector<DeviceInfo> all =
      machine({device("vulkan:0", DeviceKind::discrete_gpu, 8 * kGiB), device("vulkan:1", DeviceKind::integrated_gpu, 8 * kGiB),
               device("vulkan:2", DeviceKind::software, 8 * kGiB), failed});
  choose_automatic(all);
  std::map<std::string, NotAutomatic> why;
  for (const DeviceInfo& d : all) why[d.id] = d.automatic;
  const std::map<std::string, NotAutomatic> expected = {{"cpu", NotAutomatic::other},         {"reference", NotAutomatic::for_checking},
                                                        {"vulkan:0", NotAutomatic::chosen},   {"vulkan:1", NotAutomatic::integrated},
                                                        {"vulkan:2", NotAutomatic::software}, {"vulkan:3", NotAutomatic::failed_check}};
  EXPECT_EQ(why, expected);
}

TEST(AutomaticDevice, NamesResolve) {
  DeviceScript script;
  script.info.kind = DeviceKind::software;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  EXPECT_EQ(*resolve_device("auto"), "cpu");
  EXPECT_EQ(*resolve_device("cpu"), "cpu");
  EXPECT_EQ(*resolve_device("test"), "test:0");
  EXPECT_EQ(*resolve_device("test:0"), "test:0");
  EXPECT_EQ(resolve_device("test:1").error().code, ErrorCode::not_found);
  script.info.usable = false;
  script.info.reason = "It is only a test.";
  EXPECT_EQ(resolve_device("test").error().code, ErrorCode::unsupported);
  EXPECT_NE(resolve_device("test").error().message.find("only a test"), std::string::npos);
}

// ---- self-tests

struct Checked {
  hearth_test::TempFolder folder;
  DeviceScript script;
  ExtraDevices devices{hearth_test::separate_devices(script)};
  const std::string cache = folder.path("cache");

  Checked() { script.guarded = false; }
  DeviceInfo state() const {
    for (const DeviceInfo& d : list_devices(cache))
      if (d.id == "test:0") return d;
    return {};
  }
  Status check() const { return ensure_checked(cache, "test:0", nullptr); }
};

TEST(DeviceCheck, RunsOnceForADriverAndABuild) {
  Checked c;
  EXPECT_EQ(c.state().check, CheckState::unchecked);
  EXPECT_TRUE(c.check()) << c.check().error().text();
  EXPECT_EQ(c.state().check, CheckState::passed);
  const int runs = c.script.runs;
  EXPECT_GT(runs, 100);
  EXPECT_TRUE(c.check());
  EXPECT_EQ(c.script.runs, runs) << "the result is remembered";
  c.script.info.driver = "test 2";
  EXPECT_EQ(c.state().check, CheckState::unchecked);
  EXPECT_TRUE(c.check());
  EXPECT_GT(c.script.runs, runs);
  c.script.info.build = "another";
  EXPECT_EQ(c.state().check, CheckState::unchecked);
}

TEST(DeviceCheck, WrongResultsAreFoundAndRemembered) {
  Checked c;
  c.script.wrong = true;
  const Status status = c.check();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::device);
  EXPECT_NE(status.error().message.find("linear"), std::string::npos) << status.error().text();
  EXPECT_EQ(c.state().check, CheckState::failed);
  EXPECT_EQ(c.state().automatic, NotAutomatic::failed_check);
  EXPECT_NE(c.state().check_reason.find("linear"), std::string::npos);
  EXPECT_EQ(*resolve_device("auto", c.cache), "cpu");
  c.script.wrong = false;
  EXPECT_FALSE(c.check()) << "only a new driver, a new build or the whole self-test asks again";
  record_check(c.cache, "test:0", "");
  EXPECT_EQ(c.state().check, CheckState::passed);
  EXPECT_EQ(*resolve_device("auto", c.cache), "test:0");
}

TEST(DeviceCheck, ATestThatTookTheProgramDownCountsAsFailed) {
  Checked c;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    c.script.runs_left = -1;
    const CheckMark mark(c.cache, c.script.info);
    ::_exit(mark.busy() ? 1 : 0);  // as a driver that crashes
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(c.state().check, CheckState::failed);
  EXPECT_NE(c.state().check_reason.find("ended during the test"), std::string::npos);
  EXPECT_FALSE(c.check());
  EXPECT_EQ(*resolve_device("auto", c.cache), "cpu");
}

TEST(DeviceCheck, AnotherProgramsTestIsWaitedFor) {
  Checked c;
  {
    CheckMark mark(c.cache, c.script.info);
    EXPECT_EQ(c.state().check, CheckState::unchecked) << "it is under way, not failed";
    std::atomic<bool> cancel{true};
    EXPECT_EQ(ensure_checked(c.cache, "test:0", &cancel).error().code, ErrorCode::cancelled);
    mark.finish("");
  }
  EXPECT_TRUE(c.check());
  EXPECT_EQ(c.script.runs, 0);
}

TEST(DeviceCheck, StoppedTestsAndBrokenFilesAreNoResult) {
  Checked c;
  std::atomic<bool> cancel{true};
  EXPECT_EQ(ensure_checked(c.cache, "test:0", &cancel).error().code, ErrorCode::cancelled);
  EXPECT_EQ(c.state().check, CheckState::unchecked);
  EXPECT_TRUE(c.check());
  for (const auto& entry : std::filesystem::directory_iterator(c.cache + "/devices"))
    if (entry.path().extension() == ".json") std::ofstream(entry.path()) << "{\"device\": 3, \"state\": [\"passed\"]}";
  EXPECT_EQ(c.state().check, CheckState::unchecked);
  EXPECT_TRUE(c.check());
  for (const auto& entry : std::filesystem::directory_iterator(c.cache + "/devices"))
    if (entry.path().extension() == ".json") std::ofstream(entry.path()) << std::string(3000, '[');
  EXPECT_EQ(c.state().check, CheckState::unchecked);
}

TEST(DeviceCheck, ADeviceThatDoesNotOpenIsAskedAgain) {
  Checked c;
  c.script.opens = false;
  c.script.open_error = ErrorCode::out_of_memory;
  const Status refused = c.check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_memory);
  EXPECT_EQ(c.state().check, CheckState::unchecked);
  c.script.opens = true;
  EXPECT_TRUE(c.check());
  EXPECT_EQ(c.state().check, CheckState::passed);
}

TEST(DeviceCheck, OwnDevicesAndMissingFoldersAreNotTested) {
  Checked c;
  EXPECT_TRUE(ensure_checked(c.cache, "cpu", nullptr));
  EXPECT_FALSE(std::filesystem::exists(c.cache));
  EXPECT_TRUE(ensure_checked("", "test:0", nullptr));
  EXPECT_EQ(c.script.runs, 0);
  std::ofstream(c.folder.path("file")) << "x";
  EXPECT_TRUE(ensure_checked(c.folder.path("file"), "test:0", nullptr)) << "nowhere to write: tested every time";
  EXPECT_GT(c.script.runs, 0);
}

TEST(DeviceCheck, AFailedDeviceFallsBackWithItsReasonThenStaysUnused) {
  hearth_test::TempFolder folder;
  DeviceScript script;
  script.wrong = true;
  script.guarded = false;
  const ExtraDevices devices(hearth_test::separate_devices(script));
  EngineOptions options;
  options.cache_dir = folder.path("cache");
  LoadOptions load;
  load.model_path = ember();
  for (const size_t fallbacks : {size_t{1}, size_t{0}}) {
    Client client(options);
    const RequestId id = client.engine.load(load);
    ASSERT_TRUE(client.pump([&] { return client.loaded.contains(id) || client.load_failed.contains(id); }));
    ASSERT_TRUE(client.loaded.contains(id));
    ASSERT_EQ(client.fallbacks.size(), fallbacks);
    if (fallbacks == 0) break;
    EXPECT_EQ(client.fallbacks[0].from, "test:0");
    EXPECT_NE(client.fallbacks[0].reason.message.find("self-test"), std::string::npos);
  }
}

}  // namespace
}  // namespace engine
