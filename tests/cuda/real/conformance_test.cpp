// The op table on the first GPU, and its failures on the way there.
//   --filter TEXT   only the cases that contain TEXT
//   --every N       only the first and then every n-th case of each op and type
//   --seconds N     when they have passed, only the first case of each further op
#include "ops/conformance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "cuda/backend_cuda.h"

namespace {

engine::ConformanceOptions options;

TEST(Cuda, AgreesWithTheReference) {
  const engine::DeviceInfo device = engine::list_cuda_devices()[0];
  std::cout << device.name << "\n";
  if (!device.usable) GTEST_SKIP() << device.reason;
  const auto kept = engine::make_cuda_backend(0);  // so that the backends of all families share its memory
  ASSERT_TRUE(kept) << kept.error().text();
  std::map<std::string, int> cases;
  options.on_result = [&](const engine::ConformanceResult& r) {
    ++cases[r.op];
    if (!r.passed) std::cout << r.text() << std::endl;
  };
  const auto make = []() -> std::unique_ptr<engine::Backend> {
    auto backend = engine::make_cuda_backend(0);
    if (!backend) std::cout << backend.error().text() << std::endl;
    return backend ? std::move(*backend) : nullptr;
  };
  const engine::ConformanceReport report = engine::run_conformance(engine::make_reference_backend, make, options);
  EXPECT_TRUE(report.passed()) << report.failures.size() << " of " << report.cases << " cases failed";
  for (const auto& [op, n] : cases) std::cout << op << " " << n << "\n";
  std::cout << report.cases << " cases in " << report.seconds << " s\n";
}

TEST(Cuda, ListsADeviceOrSaysWhyThereIsNone) {
  for (const engine::DeviceInfo& device : engine::list_cuda_devices()) {
    EXPECT_TRUE(device.id.starts_with("cuda:"));
    EXPECT_EQ(device.usable, device.reason.empty());
    EXPECT_TRUE(!device.usable || device.memory_free > 0);
  }
}

TEST(Cuda, RefusesIndexesThatAreNotThere) {
  const auto backend = engine::make_cuda_backend(1000);
  ASSERT_FALSE(backend);
  EXPECT_EQ(backend.error().code, engine::ErrorCode::not_found);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--filter") options.filter = argv[i + 1];
    if (name == "--every") options.every = std::atoi(argv[i + 1]);
    if (name == "--seconds") options.budget_seconds = std::atof(argv[i + 1]);
  }
  return RUN_ALL_TESTS();
}
