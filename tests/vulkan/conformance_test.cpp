// The op table on a Vulkan device. `--filter TEXT` runs only the cases that contain TEXT, `--every N` of each op and type the first
// and then every N-th; HEARTH_VULKAN_TIER chooses the kernels.
#include "ops/conformance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "vulkan/api.h"
#include "vulkan/backend_vulkan.h"
#include "vulkan/device.h"

namespace {

std::string filter;
int every = 1;

TEST(Vulkan, AgreesWithTheReference) {
  // Kept open, so that the backends of all families share its pipelines.
  const auto device = engine::vulkan::Device::open(0);
  ASSERT_TRUE(device) << device.error().message;
  std::cout << engine::list_vulkan_devices()[0].name << "\n";
  std::map<std::string, int> cases;
  engine::ConformanceOptions options;
  options.filter = filter;
  options.every = every;
  options.cancel_limit = std::chrono::seconds(10);  // an emulated device, maybe on a busy machine
  options.on_result = [&](const engine::ConformanceResult& r) {
    ++cases[r.op];
    if (!r.passed) std::cout << r.text() << std::endl;
  };
  const auto make = []() -> std::unique_ptr<engine::Backend> {
    auto backend = engine::make_vulkan_backend(0);
    return backend ? std::move(*backend) : nullptr;
  };
  const engine::ConformanceReport report = engine::run_conformance(engine::make_reference_backend, make, options);
  EXPECT_TRUE(report.passed()) << report.failures.size() << " of " << report.cases << " cases failed";
  EXPECT_EQ(engine::vulkan::validation_messages(), 0u);
  for (const auto& [op, n] : cases) std::cout << op << " " << n << "\n";
  std::cout << report.cases << " cases in " << report.seconds << " s\n";
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string(argv[i]) == "--filter") filter = argv[i + 1];
    if (std::string(argv[i]) == "--every") every = std::max(1, std::atoi(argv[i + 1]));
  }
  return RUN_ALL_TESTS();
}
