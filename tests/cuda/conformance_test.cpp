// The op table on the CUDA backend, on the emulator. `--filter TEXT` runs only the cases that contain TEXT.
#include "ops/conformance.h"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>

#include "cuda/backend_cuda.h"

namespace {

std::string filter;

TEST(Cuda, AgreesWithTheReference) {
  std::map<std::string, int> cases;
  engine::ConformanceOptions options;
  options.filter = filter;
  options.on_result = [&](const engine::ConformanceResult& r) {
    ++cases[r.op];
    if (!r.passed) std::cout << r.text() << std::endl;
  };
  const auto make = []() -> std::unique_ptr<engine::Backend> {
    auto backend = engine::make_cuda_backend(0);
    return backend ? std::move(*backend) : nullptr;
  };
  const engine::ConformanceReport report = engine::run_conformance(engine::make_reference_backend, make, options);
  EXPECT_TRUE(report.passed()) << report.failures.size() << " of " << report.cases << " cases failed";
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
