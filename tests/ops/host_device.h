// Runs ops of a host backend directly on vectors of a test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "ops/backend.h"

namespace hearth_test {

/// A reserved reference backend; every vector of the test is its memory.
struct HostDevice {
  std::unique_ptr<engine::Backend> backend = engine::make_reference_backend();

  HostDevice() { EXPECT_TRUE(backend->reserve({64, 8, 64, 8}, 4096).ok()); }

  void run(const engine::StepInputs& step, const std::vector<engine::Op>& ops) {
    backend->set_step(step);
    auto plan = backend->compile(ops);
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    const engine::Status status = backend->run(**plan, {});
    ASSERT_TRUE(status.ok()) << status.error().text();
  }
};

/// One sequence of `tokens` fresh tokens beginning at position `start`, on the given pages.
inline engine::StepInputs one_sequence(int tokens, int start = 0, std::vector<int32_t> pages = {2, 0, 1}) {
  engine::StepInputs s;
  s.n_tokens = tokens;
  s.n_sequences = 1;
  s.max_pages = static_cast<int32_t>(pages.size());
  s.pages = std::move(pages);
  s.context = {start + tokens};
  s.first_token = {0, tokens};
  for (int t = 0; t < tokens; ++t) {
    s.tokens.push_back(t);
    s.positions.push_back(start + t);
    s.sequence.push_back(0);
    s.lora_slot.push_back(-1);
  }
  return s;
}

/// An f32 weight [experts][out][in] over a vector that outlives it.
inline engine::Weight f32_weight(const std::vector<float>& values, int64_t in, int64_t out, int64_t experts = 1) {
  const size_t row = static_cast<size_t>(in) * sizeof(float);
  return {engine::DType::f32, reinterpret_cast<const std::byte*>(values.data()), in, out, experts, row, row * static_cast<size_t>(out)};
}

/// Numbers in [-1, 1), the same on every platform.
inline std::vector<float> noise(size_t n, uint32_t seed) {
  std::vector<float> out(n);
  uint32_t state = seed * 2654435761u + 1;
  for (float& v : out) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<float>(state >> 8) * 0x1p-23f - 1.0f;
  }
  return out;
}

}  // namespace hearth_test
