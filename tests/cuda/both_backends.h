// A fixture with the scalar reference and the first CUDA device, which compute the same ops.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "cuda/backend_cuda.h"
#include "ops/conformance_rig.h"

namespace hearth_test {

/// Both backends with the weights they were given.
class BothBackends : public testing::Test {
 protected:
  using Rig = engine::conformance::Rig;

  void SetUp() override {
    truth_.backend = engine::make_reference_backend();
    auto cuda = engine::make_cuda_backend(0);
    ASSERT_TRUE(cuda) << cuda.error().message;
    cuda_.backend = std::move(*cuda);
    ASSERT_TRUE(truth_.backend->reserve(engine::conformance::kLimits, engine::conformance::kMaxRow));
    ASSERT_TRUE(cuda_.backend->reserve(engine::conformance::kLimits, engine::conformance::kMaxRow));
  }

  void check(const std::function<void(Rig&)>& build) {
    Rig expected(truth_, store_), rig(cuda_, store_);
    build(expected);
    build(rig);
    ASSERT_TRUE(expected.run());
    const engine::Status ran = rig.run();
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(rig.compare(expected).problem, "");
    EXPECT_EQ(rig.damage(), "");
  }

  engine::conformance::WeightStore store_;
  engine::conformance::Side truth_, cuda_;
};

}  // namespace hearth_test
