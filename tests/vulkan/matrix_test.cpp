// How products of many tokens are cut into dispatches, seen by a recorder that only writes them down.
#include "vulkan/matrix.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace {

using namespace engine;
using namespace engine::vulkan;

/// Work of a dispatch that ends within a cancel's 250 ms on a GPU of 1 TFLOP/s, with others queued before it.
constexpr double kMostFlops = 6e10;

struct Written {
  Kernel kernel;
  Groups groups;
  uint32_t first = 0;
  size_t offset = 0;
  bool indirect = false, barrier = true;
  Cost cost;
  std::vector<std::byte> params;
};

class Writer final : public Recorder {
 public:
  explicit Writer(int tokens, Tier tier = Tier::int8) : bucket_{tokens, 1, 1, 1024}, limits_{tokens, 1, 1, 32}, tier_(tier) {}
  [[nodiscard]] const Bucket& bucket() const override { return bucket_; }
  [[nodiscard]] const StepLimits& limits() const override { return limits_; }
  [[nodiscard]] const Features& features() const override { return features_; }
  [[nodiscard]] Tier tier() const override { return tier_; }
  uint64_t scratch(Scratch name, size_t) override { return (static_cast<uint64_t>(name) + 1) << 40; }
  void independent() override { barrier_ = false; }
  void refuse(Error error) override { ADD_FAILURE() << error.text(); }
  uint64_t turns(const RopeTable&) override { return 0; }

  Features features_{true, true, 32768, 32};
  std::vector<Written> written;

  /// Dispatches of one shader.
  [[nodiscard]] std::vector<Written> of(Shader shader) const {
    std::vector<Written> out;
    for (const Written& w : written)
      if (w.kernel.shader == shader) out.push_back(w);
    return out;
  }

 protected:
  void add(const Kernel& kernel, std::span<const std::byte> params, Groups groups, std::array<uint32_t, 4> args, Cost cost) override {
    written.push_back({kernel, groups, args[0], 0, false, barrier_, cost, {params.begin(), params.end()}});
    barrier_ = true;
  }
  void add_indirect(const Kernel& kernel, std::span<const std::byte> params, size_t offset, std::array<uint32_t, 4> args,
                    Cost cost) override {
    written.push_back({kernel, {}, args[0], offset, true, barrier_, cost, {params.begin(), params.end()}});
    barrier_ = true;
  }

 private:
  Bucket bucket_;
  StepLimits limits_;
  Tier tier_;
  bool barrier_ = true;
};

Weight weight(DType type, int64_t in, int64_t out, int64_t experts = 1) {
  Weight w;
  w.type = type;
  w.data = reinterpret_cast<const std::byte*>(uintptr_t{4096});
  w.in = in, w.out = out, w.experts = experts;
  w.row_stride = row_bytes(type, in);
  w.expert_stride = w.row_stride * static_cast<size_t>(out);
  return w;
}

float* somewhere() {
  return reinterpret_cast<float*>(uintptr_t{8192});
}

TEST(MatrixRecord, LongProductsAreCutBetweenRows) {
  Writer r(512);
  LinearOp op;
  op.x = somewhere(), op.in = 4096;
  op.outs[0].w = weight(DType::q4_k, op.in, 100'000);
  op.outs[0].y = somewhere();
  record_matrix(r, op);
  const std::vector<Written> slices = r.of(Shader::matrix_packed_int8);
  ASSERT_GT(slices.size(), 4u);
  uint32_t next = 0;
  double flops = 0;
  for (const Written& s : slices) {
    EXPECT_EQ(s.first, next);
    EXPECT_TRUE(s.barrier);  // plans are cut only there
    EXPECT_LE(s.cost.flops, kMostFlops);
    next += s.groups.y;
    flops += s.cost.flops;
  }
  EXPECT_EQ(next, (100'000u + 63) / 64);
  EXPECT_NEAR(flops, 2.0 * 4096 * 100'000 * 512, 1e6);
}

/// Grids of grouped products come from the device: one for all slices but the last, one for the last.
TEST(MatrixRecord, GroupedProductsAreCutBetweenRows) {
  Writer r(2048);
  MoeGluOp op;
  op.x = somewhere(), op.h = somewhere();
  op.gate = op.up = weight(DType::q4_0, 4096, 14336 + 32, 8);
  op.n_experts = 8, op.n_used = 2;
  op.offsets = op.pairs = reinterpret_cast<const int32_t*>(somewhere());
  record_matrix(r, op);
  const std::vector<Written> tiles = r.of(Shader::moe_tiles), slices = r.of(Shader::matrix_packed_int8);
  ASSERT_EQ(tiles.size(), 1u);
  ASSERT_GT(slices.size(), 4u);
  uint32_t heights[2];  // the last two words before the end of the parameters
  std::memcpy(heights, tiles[0].params.data() + tiles[0].params.size() - sizeof heights, sizeof heights);
  uint32_t next = 0;
  for (const Written& s : slices) {
    EXPECT_TRUE(s.indirect && s.barrier);
    EXPECT_EQ(s.first, next);
    EXPECT_LE(s.cost.flops, kMostFlops);
    next += heights[s.offset == 0 ? 0 : 1];
  }
  EXPECT_EQ(next, (14336u + 32) / 32);
}

/// Small shared memory narrows tiles; no shader may ask for more than there is.
TEST(MatrixRecord, TilesFitTheSharedMemory) {
  for (const auto& [tier, shader] : {std::pair{Tier::fp32, Shader::matrix}, {Tier::fp16, Shader::matrix_packed_fp16}})
    for (const uint32_t shared : {16384u, 32768u}) {
      Writer r(512, tier);
      r.features_.shared_bytes = shared;
      LinearOp op;
      op.x = somewhere(), op.in = 4096;
      op.outs[0].w = weight(DType::q4_k, op.in, 4096);
      op.outs[0].y = somewhere();
      record_matrix(r, op);
      const uint32_t tile = r.of(shader).at(0).kernel.constants[2];
      EXPECT_EQ(tile, shared == 32768u ? 64u : tier == Tier::fp32 ? 32u : 16u);
    }
}

/// Float weights keep f32 arithmetic where there is no f16; F32 weights (routers) always do.
TEST(MatrixRecord, TypesChooseTheirArithmetic) {
  const auto shader_of = [](DType type, Tier tier, bool fp16) {
    Writer r(64, tier);
    r.features_.fp16 = fp16;
    LinearOp op;
    op.x = somewhere(), op.in = 256;
    op.outs[0].w = weight(type, 256, 64);
    op.outs[0].y = somewhere();
    record_matrix(r, op);
    return r.written.back().kernel.shader;
  };
  for (const Tier tier : {Tier::fp32, Tier::fp16, Tier::int8}) EXPECT_EQ(shader_of(DType::f32, tier, true), Shader::matrix);
  EXPECT_EQ(shader_of(DType::bf16, Tier::int8, true), Shader::matrix_packed_fp16);
  EXPECT_EQ(shader_of(DType::bf16, Tier::int8, false), Shader::matrix);
  EXPECT_EQ(shader_of(DType::q8_0, Tier::int8, false), Shader::matrix_packed_int8);
  EXPECT_EQ(shader_of(DType::q8_0, Tier::fp16, true), Shader::matrix_packed_fp16);
  EXPECT_EQ(shader_of(DType::q8_0, Tier::fp32, true), Shader::matrix);
}

}  // namespace
