// Which form of latent attention the processor takes, and that both give the same.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "ops/backend.h"
#include "ops/profile.h"

namespace {

using engine::AttnMlaOp;
using engine::LinearHeadsOp;

constexpr int kHeads = 2, kNope = 32, kRope = 16, kC = 128, kV = 40, kPages = 20;

/// Latent attention of n tokens behind a context, on the processor.
struct Outcome {
  std::vector<float> y;
  bool expanded = false;
};
Outcome run(int context, int n, int max_tokens) {
  const auto backend = engine::make_cpu_backend(2);
  engine::StepLimits limits{max_tokens, 1, 1, kPages};
  EXPECT_TRUE(backend->reserve(limits, 4096));
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  const auto numbers = [&](size_t count) {
    std::vector<float> out(count);
    for (float& x : out) x = normal(random);
    return out;
  };
  const size_t rows = static_cast<size_t>(n) * kHeads;
  const std::vector<float> k_b = numbers(size_t{kHeads} * kC * kNope), v_b = numbers(size_t{kHeads} * kV * kC);
  std::vector<float> cache = numbers(size_t{kPages} * engine::kPageTokens * (kC + kRope));
  std::vector<float> all_q = numbers(size_t{256} * kHeads * (kNope + kRope)), all_latent = numbers(size_t{256} * kHeads * (kC + kRope));
  // The last n tokens of 256, so that runs of different lengths have the same ones.
  std::vector<float> q(all_q.end() - static_cast<std::ptrdiff_t>(rows * (kNope + kRope)), all_q.end());
  std::vector<float> latent(all_latent.end() - static_cast<std::ptrdiff_t>(rows * (kC + kRope)), all_latent.end());
  std::vector<float> out(rows * kC);
  Outcome result;
  result.y.resize(rows * kV);
  const auto weight = [](const std::vector<float>& data, int64_t in, int64_t rows_of_head) {
    engine::Weight w;
    w.data = reinterpret_cast<const std::byte*>(data.data());
    w.in = in, w.out = rows_of_head, w.experts = kHeads;
    w.row_stride = static_cast<size_t>(in) * 4;
    w.expert_stride = w.row_stride * static_cast<size_t>(rows_of_head);
    return w;
  };
  LinearHeadsOp into, out_of;
  into.x = q.data(), into.x_token_stride = kHeads * (kNope + kRope), into.x_head_stride = kNope + kRope;
  into.w = weight(k_b, kNope, kC);
  into.y = latent.data(), into.y_token_stride = kHeads * (kC + kRope), into.y_head_stride = kC + kRope;
  AttnMlaOp attention;
  attention.q_latent = latent.data(), attention.out = out.data();
  attention.n_head = kHeads, attention.c = kC, attention.rope_dim = kRope;
  attention.scale = 0.02f;
  attention.kv.type = engine::KvDType::f32;
  attention.kv.k = reinterpret_cast<std::byte*>(cache.data());
  attention.kv.k_row_bytes = (kC + kRope) * 4;
  out_of.x = out.data(), out_of.x_token_stride = kHeads * kC, out_of.x_head_stride = kC;
  out_of.w = weight(v_b, kC, kV);
  out_of.y = result.y.data(), out_of.y_token_stride = kHeads * kV, out_of.y_head_stride = kV;
  const engine::Op ops[] = {into, attention, out_of};
  auto plan = backend->compile(ops);
  EXPECT_TRUE(plan);
  engine::StepInputs step;
  step.n_tokens = n, step.n_sequences = 1, step.max_pages = kPages;
  step.context = {context}, step.first_token = {0, n};
  for (int i = 0; i < n; ++i) {
    step.tokens.push_back(0), step.sequence.push_back(0), step.lora_slot.push_back(-1);
    step.positions.push_back(context - n + i);
  }
  for (int p = 0; p < kPages; ++p) step.pages.push_back((p * 7) % kPages);
  backend->set_step(step);
  engine::Profile profile;
  EXPECT_TRUE(backend->run(**plan, {.cancel = nullptr, .profile = &profile}));
  result.expanded = profile.entries.contains("linear_heads+");
  EXPECT_NE(result.expanded, profile.entries.contains("attn_mla"));
  return result;
}

double nmse(const float* a, const float* b, size_t n) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < n; ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    size += std::pow(static_cast<double>(b[i]), 2);
  }
  return difference / size;
}

TEST(CpuMla, LongPromptsAreExpandedAndGiveTheSame) {
  const Outcome expanded = run(600, 200, 256), absorbed = run(600, 16, 256);
  EXPECT_TRUE(expanded.expanded);
  EXPECT_FALSE(absorbed.expanded);  // the vector path, whatever the context
  const size_t rows = size_t{16} * kHeads * kV;
  EXPECT_LE(nmse(expanded.y.data() + expanded.y.size() - rows, absorbed.y.data(), rows), 1e-11);
}

TEST(CpuMla, ShortPromptsStayInTheLatentSpace) {
  EXPECT_FALSE(run(20, 20, 256).expanded);
  EXPECT_FALSE(run(600, 17, 256).expanded);
}

TEST(CpuMla, BlocksOfQueriesAndUnevenPages) {
  for (const int context : {257, 511, 639, 640}) {
    const Outcome whole = run(context, 256, 256), last = run(context, 9, 16);
    EXPECT_TRUE(whole.expanded);
    const size_t rows = size_t{9} * kHeads * kV;
    EXPECT_LE(nmse(whole.y.data() + whole.y.size() - rows, last.y.data(), rows), 1e-11) << context;
  }
}

}  // namespace
