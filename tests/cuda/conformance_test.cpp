// The op table on the CUDA backend, on the emulator. `--filter TEXT` runs only the cases that contain TEXT.
#include "ops/conformance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>

#include "cuda/backend_cuda.h"

namespace {

std::string filter;

/// An emulator is far too slow for the time limit of cancelling.
bool is_late(const engine::ConformanceResult& r) {
  return r.op == "cancel" && r.problem.find("stopped only after") != std::string::npos;
}

TEST(Cuda, AgreesWithTheReference) {
  std::map<std::string, int> cases;
  engine::ConformanceOptions options;
  options.filter = filter;
  options.cancel_limit = std::chrono::seconds(10);  // an emulated device, maybe on a busy machine
  options.on_result = [&](const engine::ConformanceResult& r) {
    ++cases[r.op];
    if (!r.passed) std::cout << r.text() << std::endl;
  };
  const auto make = []() -> std::unique_ptr<engine::Backend> {
    auto backend = engine::make_cuda_backend(0);
    return backend ? std::move(*backend) : nullptr;
  };
  const engine::ConformanceReport report = engine::run_conformance(engine::make_reference_backend, make, options);
  const auto failures = std::ranges::count_if(report.failures, [](const engine::ConformanceResult& r) { return !is_late(r); });
  EXPECT_EQ(failures, 0) << "of " << report.cases << " cases";
  EXPECT_GT(report.cases, 0);
  EXPECT_FALSE(report.cancelled);
  for (const auto& [op, n] : cases) std::cout << op << " " << n << "\n";
  std::cout << report.cases << " cases in " << report.seconds << " s\n";
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string(argv[i]) == "--filter") filter = argv[i + 1];
  return RUN_ALL_TESTS();
}
