// Products in situations that the op table leaves out: rows that begin anywhere, weights in parts, mixed types, long grids.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <vector>

#include "ops/conformance_rig.h"
#include "vulkan/api.h"
#include "vulkan/backend_vulkan.h"

namespace {

using namespace engine;
using namespace engine::conformance;

constexpr int kTokenCounts[] = {1, 3, 16, 33};  // decode kernels, alone and together, and matrix kernels

class VulkanProducts : public testing::Test {
 protected:
  void SetUp() override {
    truth_.backend = make_reference_backend();
    Result<std::unique_ptr<Backend>> made = make_vulkan_backend(0);
    ASSERT_TRUE(made) << made.error().text();
    device_.backend = std::move(*made);
    ASSERT_TRUE(truth_.backend->reserve(kLimits, kMaxRow));
    ASSERT_TRUE(device_.backend->reserve(kLimits, kMaxRow));
  }
  void TearDown() override { EXPECT_EQ(vulkan::validation_messages(), 0u); }

  /// Builds the case on both devices, runs and compares it.
  void check(const std::string& name, const std::function<void(Rig&, bool device)>& build) {
    Rig expected(truth_, store_), rig(device_, store_);
    build(expected, false);
    build(rig, true);
    const Status first = expected.run(), second = rig.run();
    ASSERT_TRUE(first) << name << ": " << first.error().text();
    ASSERT_TRUE(second) << name << ": " << second.error().text();
    const Rig::Difference d = rig.compare(expected);
    EXPECT_EQ(d.problem, "") << name << ": nmse " << d.nmse << " limit " << d.limit;
    EXPECT_EQ(rig.damage(), "") << name;
  }

  WeightStore store_;
  Side truth_, device_;
};

/// Rows that begin `shift` floats after an aligned address.
float* shifted(Rig& rig, uint64_t seed, int64_t n, int shift) {
  const std::vector<float> values = Random(seed).normals(n);
  std::vector<float> padded(static_cast<size_t>(shift), std::numeric_limits<float>::quiet_NaN());
  padded.insert(padded.end(), values.begin(), values.end());
  return rig.input(padded) + shift;
}

TEST_F(VulkanProducts, RowsBeginAnywhere) {
  for (const DType type : {DType::f32, DType::f16, DType::bf16, DType::q4_0, DType::q6_k, DType::mxfp4})
    for (const int tokens : kTokenCounts)
      for (const int shift : {0, 1, 2, 3}) {
        const int in = type == DType::f16 ? 40 : 256;
        check(fmt::format("{} T {} shift {}", dtype_name(type), tokens, shift), [&](Rig& rig, bool) {
          rig.step(make_step(tokens));
          LinearOp op;
          op.in = in;
          op.x = shifted(rig, 1, int64_t{tokens} * in, shift);
          op.outs[0].w = rig.weight({type, in, 37, 1, 0, 0});
          op.outs[0].y = rig.floats("y", tokens * 37, rig.linear_limit(type, tokens));
          rig.op(op);
          LinearGluOp glu;
          glu.x = shifted(rig, 2, int64_t{tokens} * in, shift);
          glu.gate = rig.weight({type, in, 37, 1, 0, 1});
          glu.up = rig.weight({type, in, 37, 1, 0, 2});
          glu.y = rig.floats("glu", tokens * 37, rig.glu_limit(type, tokens));
          rig.op(glu);
        });
      }
}

/// Both halves of a gated pair and all weights that share an input may be of different types.
TEST_F(VulkanProducts, TypesMix) {
  constexpr std::pair<DType, DType> kPairs[] = {
      {DType::q4_k, DType::q6_k}, {DType::f32, DType::q8_0}, {DType::q5_0, DType::bf16}, {DType::tq1_0, DType::iq4_xs}};
  for (const auto& [gate, up] : kPairs)
    for (const int tokens : kTokenCounts)
      check(fmt::format("{} {} T {}", dtype_name(gate), dtype_name(up), tokens), [&, gate = gate, up = up](Rig& rig, bool) {
        rig.step(make_step(tokens));
        LinearGluOp op;
        op.x = rig.input(Random(1).normals(tokens * 512, 0.04f));
        op.gate = rig.weight({gate, 512, 70, 1, 0, 0});
        op.up = rig.weight({up, 512, 70, 1, 0, 1});
        op.y = rig.floats("y", tokens * 70, kInt8GluLimit);
        rig.op(op);
        LinearOp linear;
        linear.in = 512;
        linear.x = op.x;
        linear.n_outs = 3;
        const DType types[] = {gate, up, gate};
        for (int i = 0; i < 3; ++i) {
          linear.outs[i].w = rig.weight({types[i], 512, 20 + 13 * i, 1, 0, static_cast<uint64_t>(i)});
          linear.outs[i].y = rig.floats(fmt::format("y{}", i), tokens * (20 + 13 * i), kInt8Limit);
        }
        rig.op(linear);
      });
}

/// Experts of mixed types: gate and up of another type than each other.
TEST_F(VulkanProducts, TypesOfExpertsMix) {
  for (const int tokens : kTokenCounts)
    check(fmt::format("T {}", tokens), [&](Rig& rig, bool) {
      constexpr int kExperts = 5, kUsed = 2;
      rig.step(make_step(tokens));
      std::vector<int32_t> offsets{0}, pairs;
      for (int e = 0; e < kExperts; ++e) {
        for (int t = 0; t < tokens; ++t)
          for (int k = 0; k < kUsed; ++k)
            if ((t + 3 * k) % kExperts == e) pairs.push_back(t * kUsed + k);
        offsets.push_back(static_cast<int32_t>(pairs.size()));
      }
      MoeGluOp op;
      op.x = shifted(rig, 1, tokens * 256, 1);
      op.gate = rig.weight({DType::q3_k, 256, 45, kExperts, 0, 0});
      op.up = rig.weight({DType::q5_1, 256, 45, kExperts, 0, 1});
      op.n_experts = kExperts, op.n_used = kUsed;
      op.offsets = rig.input(offsets), op.pairs = rig.input(pairs);
      op.h = rig.floats("h", tokens * kUsed * 45, kInt8GluLimit);
      rig.op(op);
      MoeDownOp down;
      down.h = shifted(rig, 2, tokens * kUsed * 256, 3);
      down.down = rig.weight({DType::q8_0, 256, 45, kExperts, 0, 2});
      down.n_experts = kExperts, down.n_used = kUsed;
      down.offsets = op.offsets, down.pairs = op.pairs;
      down.weights = rig.input(Random(3).normals(tokens * kUsed));
      down.scratch = rig.scratch(tokens * kUsed * 45);
      down.y = rig.floats("y", tokens * 45, kInt8Limit);
      rig.op(down);
    });
}

/// As place() does with a weight larger than an allocation: rows lie in parts behind a table, not at `data`.
Weight in_parts(Rig& rig, const Weight& w, uint32_t rows_per_part) {
  Weight split = w;
  std::vector<uint64_t> parts;
  for (int64_t row = 0; row < w.out * w.experts; row += rows_per_part)
    parts.push_back(reinterpret_cast<uint64_t>(w.data) + static_cast<uint64_t>(row) * w.row_stride);
  split.packed = rig.input(parts);
  split.rows_per_part = rows_per_part;
  split.data = reinterpret_cast<const std::byte*>(rig.input(std::vector<float>(65536, std::numeric_limits<float>::quiet_NaN())));
  return split;
}

TEST_F(VulkanProducts, WeightsInParts) {
  for (const DType type : {DType::f32, DType::q4_k, DType::mxfp4})
    for (const uint32_t rows : {1u, 7u, 64u})
      for (const int tokens : kTokenCounts)
        check(fmt::format("{} T {} parts of {}", dtype_name(type), tokens, rows), [&](Rig& rig, bool device) {
          const auto weight = [&](const WeightSpec& spec) {
            const Weight w = rig.weight(spec);
            if (device) return in_parts(rig, w, rows);
            rig.input(std::vector<float>(1)), rig.input(std::vector<float>(1));  // results are compared by their place
            return w;
          };
          rig.step(make_step(tokens));
          EmbedOp embed;
          embed.table = weight({type, 256, 64, 1, 0, 0});
          embed.out = rig.floats("rows", tokens * 256, kDecodeLimit);
          rig.op(embed);
          LinearHeadsOp op;
          op.w = weight({type, 256, 50, 3, 0, 0});
          op.x = rig.input(Random(1).normals(tokens * 3 * 256));
          op.x_token_stride = 3 * 256, op.x_head_stride = 256, op.y_token_stride = 150, op.y_head_stride = 50;
          op.y = rig.floats("y", tokens * 150, rig.linear_limit(type, tokens));
          rig.op(op);
          LinearOp linear;
          linear.in = 256;
          linear.x = rig.input(Random(2).normals(tokens * 256));
          linear.outs[0].w = weight({type, 256, 90, 1, 0, 0});
          linear.outs[0].y = rig.floats("y0", tokens * 90, rig.linear_limit(type, tokens));
          rig.op(linear);
        });
}

/// More workgroups than one dimension of a grid may have; rows of all three sizes of workgroup.
TEST_F(VulkanProducts, LongGrids) {
  for (const int out : {131300, 20001, 2049})
    for (const int tokens : {1, 5, 17})
      check(fmt::format("out {} T {}", out, tokens), [&](Rig& rig, bool) {
        rig.step(make_step(tokens, 6));
        LinearOp op;
        op.in = 32;
        op.rows = Rows::outputs;
        op.x = rig.input(Random(1).normals(6 * 32));
        op.outs[0].w = rig.weight({DType::q5_1, 32, out, 1, 0, 0});
        op.outs[0].y = rig.floats("y", int64_t{6} * out, kInt8Limit);
        rig.op(op);
      });
}

/// A slot whose set says nothing about a weight gets the bits of the base model and never reads its addend.
TEST_F(VulkanProducts, SlotsWithoutPartsReadNoAddend) {
  for (const int tokens : kTokenCounts)
    check(fmt::format("T {}", tokens), [&](Rig& rig, bool) {
      const StepInputs step = make_step(tokens);
      rig.step(step);
      std::vector<LoraEntry> entries(2);  // slot 0 has a part, slot 1 none
      entries[0].n_parts = 1;
      std::vector<float> values = Random(1).normals(tokens * 33);
      for (int t = 0; t < tokens; ++t)
        if (step.lora_slot[static_cast<size_t>(t)] != 0) std::fill_n(values.begin() + t * 33, 33, std::numeric_limits<float>::quiet_NaN());
      const Addend addend{rig.input(values), rig.input(entries)};
      LinearOp op;
      op.in = 64;
      op.x = rig.input(Random(2).normals(tokens * 64));
      op.outs[0].w = rig.weight({DType::q8_0, 64, 33, 1, 0, 0});
      op.outs[0].addend = addend;
      op.outs[0].y = rig.floats("y", tokens * 33, kInt8Limit);
      rig.op(op);
      LinearGluOp glu;
      glu.x = op.x;
      glu.gate = rig.weight({DType::q8_0, 64, 33, 1, 0, 1});
      glu.up = rig.weight({DType::q8_0, 64, 33, 1, 0, 2});
      glu.up_addend = addend;
      glu.y = rig.floats("glu", tokens * 33, kInt8GluLimit);
      rig.op(glu);
    });
}

}  // namespace
