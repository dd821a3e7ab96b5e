// Attention at sizes that take kernels or splits of their own and that the op table does not have: long walks of prompts, more heads
// than a block has rows, numbers of unusual magnitude, cache rows that nobody has written.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "both_backends.h"
#include "core/half.h"
#include "emulated_device.h"

namespace engine::conformance {
namespace {

class CudaAttention : public hearth_test::BothBackends {};

struct Shape {
  int n_head, n_kv, head_k, head_v;
  int window = 0;
  float q_scale = 1.5f, v_scale = 1.0f;
};

/// An f16 plane: random rows where the step's sequences have tokens, NaN everywhere else.
std::byte* half_plane(Rig& rig, int n, uint64_t seed, float scale) {
  const StepInputs& step = rig.step();
  std::vector<uint16_t> rows(static_cast<size_t>(page_count(step)) * kPageTokens * static_cast<size_t>(n), 0x7e00);
  for (int s = 0; s < step.n_sequences; ++s)
    for (int at = 0; at < step.context[static_cast<size_t>(s)]; ++at) {
      const auto row = static_cast<size_t>(step.page_row(s)[at / kPageTokens] * kPageTokens + at % kPageTokens);
      const std::vector<float> values = Random(seed + static_cast<uint64_t>(1000 * s + at)).normals(n, scale);
      for (size_t i = 0; i < values.size(); ++i) rows[row * values.size() + i] = float_to_half(values[i]);
    }
  return reinterpret_cast<std::byte*>(rig.input(rows));
}

void build_gqa(Rig& rig, const Shape& shape, KvDType kv, const std::vector<SequenceSpec>& sequences) {
  const StepInputs step = make_step({sequences, 0, 64, 20});
  rig.step(step);
  AttnGqaOp op;
  op.n_head = shape.n_head, op.n_kv = shape.n_kv, op.head_k = shape.head_k, op.head_v = shape.head_v;
  op.scale = 1.5f / shape.q_scale / std::sqrt(static_cast<float>(shape.head_k));
  op.window = shape.window;
  op.q = rig.input(Random(8).normals(int64_t{step.n_tokens} * shape.n_head * shape.head_k, shape.q_scale));
  const int k = shape.n_kv * shape.head_k, v = shape.n_kv * shape.head_v;
  op.kv.type = kv;
  op.kv.k_row_bytes = cache_row_bytes(kv, k), op.kv.v_row_bytes = cache_row_bytes(kv, v);
  op.kv.k = kv == KvDType::f16 ? half_plane(rig, k, 9, 1.0f) : rig.cache(step, kv, k, 9, true);
  op.kv.v = kv == KvDType::f16 ? half_plane(rig, v, 10, shape.v_scale) : rig.cache(step, kv, v, 10, true);
  op.out = rig.floats("y", int64_t{step.n_tokens} * shape.n_head * shape.head_v, kFloatLimit);
  rig.op(op);
}

void build_mla(Rig& rig, int n_head, KvDType kv, const std::vector<SequenceSpec>& sequences) {
  constexpr int kLatent = 512, kRope = 64, kRow = kLatent + kRope;
  const StepInputs step = make_step({sequences, 0, 64, 20});
  rig.step(step);
  AttnMlaOp op;
  op.n_head = n_head, op.c = kLatent, op.rope_dim = kRope;
  op.scale = 1.0f / std::sqrt(static_cast<float>(kRow));
  op.q_latent = rig.input(Random(8).normals(int64_t{step.n_tokens} * n_head * kRow, 1.5f));
  op.kv.type = kv;
  op.kv.k_row_bytes = cache_row_bytes(kv, kRow);
  op.kv.k = kv == KvDType::f16 ? half_plane(rig, kRow, 9, 1.0f) : rig.cache(step, kv, kRow, 9, true);
  op.out = rig.floats("y", int64_t{step.n_tokens} * n_head * kLatent, kFloatLimit);
  rig.op(op);
}

// A part of a prompt with a long past, beside a decode row with one: few tiles, so that their walks are split.
const std::vector<SequenceSpec> kLongPast = {{640, 40}, {400, 1}};
const std::vector<SequenceSpec> kDecode = {{33, 1}, {500, 1}, {1, 1}};

TEST_F(CudaAttention, PromptsWithALongPast) {
  for (const KvDType kv : kCacheTypes) {
    check([&](Rig& rig) { build_gqa(rig, {8, 2, 64, 64}, kv, kLongPast); });
    check([&](Rig& rig) { build_gqa(rig, {4, 4, 128, 128, 350}, kv, kLongPast); });
    check([&](Rig& rig) { build_gqa(rig, {2, 1, 192, 128}, kv, kLongPast); });
    check([&](Rig& rig) { build_mla(rig, 4, kv, kLongPast); });
  }
}

TEST_F(CudaAttention, MoreHeadsThanABlockHasRows) {
  for (const KvDType kv : kCacheTypes)
    for (const auto& sequences : {kDecode, std::vector<SequenceSpec>{{90, 18}, {3, 3}}}) {
      check([&](Rig& rig) { build_gqa(rig, {71, 1, 64, 64}, kv, sequences); });
      check([&](Rig& rig) { build_gqa(rig, {40, 2, 128, 96}, kv, sequences); });
      check([&](Rig& rig) { build_mla(rig, 37, kv, sequences); });
    }
}

TEST_F(CudaAttention, Magnitudes) {
  for (const auto& sequences : {kDecode, std::vector<SequenceSpec>{{90, 30}}})
    for (const auto& [q, v] : {std::pair{1e-6f, 1e-3f}, std::pair{1e8f, 1e4f}, std::pair{1e-30f, 1.0f}})
      check([&, q = q, v = v](Rig& rig) { build_gqa(rig, {4, 2, 64, 64, 0, q, v}, KvDType::f16, sequences); });
}

/// qkv_store and the attention behind it, with another op between them where they are to be apart. Results are compared bit for bit.
void build_stored(Rig& rig, const Shape& shape, RopeKind rope, int n_rot, bool norms, KvDType kv,
                  const std::vector<SequenceSpec>& sequences, bool apart) {
  const StepInputs step = make_step({sequences, 0, 64, 20});
  rig.step(step);
  const auto& [n_head, n_kv, head_k, head_v, window, q_scale, v_scale] = shape;
  QkvStoreOp store;
  store.n_head = n_head, store.n_kv = n_kv, store.head_k = head_k, store.head_v = head_v;
  store.q = rig.scratch(Random(8).normals(int64_t{step.n_tokens} * n_head * head_k, q_scale));
  store.k = rig.scratch(Random(9).normals(int64_t{step.n_tokens} * n_kv * head_k, q_scale));
  store.v = rig.scratch(Random(10).normals(int64_t{step.n_tokens} * n_kv * head_v, v_scale));
  if (norms)
    store.q_norm = rig.input(Random(11).normals(head_k)), store.k_norm = rig.input(Random(12).normals(head_k));
  else
    store.clamp = 2.0f;
  store.rope = rig.rope(rope, n_rot, 0.9f);
  store.kv.type = kv;
  store.kv.k_row_bytes = cache_row_bytes(kv, n_kv * head_k), store.kv.v_row_bytes = cache_row_bytes(kv, n_kv * head_v);
  store.kv.k = rig.cache_result(step, kv, n_kv * head_k, 6, 0), store.kv.v = rig.cache_result(step, kv, n_kv * head_v, 7, 0);
  AttnGqaOp op;
  op.q = store.q, op.kv = store.kv, op.n_head = n_head, op.n_kv = n_kv, op.head_k = head_k, op.head_v = head_v;
  op.scale = 1.0f / std::sqrt(static_cast<float>(head_k)), op.window = window;
  op.out = rig.floats("y", int64_t{step.n_tokens} * n_head * head_v, 0);
  float* const between = rig.scratch(int64_t{step.n_tokens} * 32);
  rig.op(store);
  if (apart) rig.op(FillOp{.y = between, .dim = 32, .value = 0, .rows = Rows::tokens});
  rig.op(op);
}

TEST_F(CudaAttention, HasTheSameBitsWhereItStores) {
  const std::vector<SequenceSpec> steps[] = {{{1, 1}}, {{289, 1}}, {{700, 1}}, {{417, 1}, {48, 1}}};
  for (const KvDType kv : {KvDType::f16, KvDType::q8_0})
    for (const auto& sequences : steps)
      for (const bool norms : {true, false})
        for (const RopeKind rope : {RopeKind::neox, RopeKind::normal})
          for (const Shape& shape : {Shape{8, 2, 128, 128}, Shape{6, 6, 64, 64, 40}, Shape{9, 3, 96, 64, 0, 3.0f, 1e3f}}) {
            const int n_rot = rope == RopeKind::neox ? shape.head_k : 48;
            Rig together(cuda_, store_), apart(cuda_, store_);
            build_stored(together, shape, rope, n_rot, norms, kv, sequences, false);
            build_stored(apart, shape, rope, n_rot, norms, kv, sequences, true);
            ASSERT_TRUE(together.run());
            ASSERT_TRUE(apart.run());
            EXPECT_EQ(together.compare(apart).problem, "") << shape.head_k << " " << sequences[0].context << " " << norms << " " << n_rot;
            EXPECT_EQ(together.damage(), "");
          }
}

/// On a device with little memory, so that keys and values of a few heads are expanded at a time.
class SmallCuda : public CudaAttention {
 protected:
  void SetUp() override {
    properties_ = hearth_emulator::properties();
    hearth_emulator::properties().memory_bytes = size_t{160} << 20;
    CudaAttention::SetUp();
  }
  void TearDown() override { hearth_emulator::properties() = properties_; }

 private:
  hearth_emulator::Properties properties_;
};

/// A prompt that is cheaper in the expanded form (formats.md 7).
void build_expanded(Rig& rig, int heads, KvDType kv, const std::vector<SequenceSpec>& sequences) {
  constexpr int kNope = 32, kRope = 64, kLatent = 512, kValue = 64;
  const StepInputs step = make_step({sequences, 0, 64, 20});
  rig.step(step);
  const int64_t rows = int64_t{step.n_tokens} * heads, width = kNope + kRope, latent = kLatent + kRope;
  LinearHeadsOp into, out_of;
  AttnMlaOp op;
  into.x = rig.input(Random(8).normals(rows * width));
  into.x_token_stride = heads * width, into.x_head_stride = width;
  into.w = rig.weight({DType::q8_0, kNope, kLatent, heads});
  op.n_head = heads, op.c = kLatent, op.rope_dim = kRope, op.scale = 1.0f / 128;
  op.q_latent = into.y = rig.scratch(Random(9).normals(rows * latent));
  into.y_token_stride = heads * latent, into.y_head_stride = latent;
  op.kv.type = kv, op.kv.k_row_bytes = cache_row_bytes(kv, static_cast<int>(latent));
  op.kv.k =
      kv == KvDType::f16 ? half_plane(rig, static_cast<int>(latent), 9, 1.0f) : rig.cache(step, kv, static_cast<int>(latent), 9, true);
  out_of.x = op.out = rig.scratch(rows * kLatent);
  out_of.x_token_stride = int64_t{heads} * kLatent, out_of.x_head_stride = kLatent;
  out_of.w = rig.weight({DType::q8_0, kLatent, kValue, heads});
  out_of.y = rig.floats("y", rows * kValue, 20 * rig.linear_limit(DType::q8_0, static_cast<int>(rows)));
  out_of.y_token_stride = int64_t{heads} * kValue, out_of.y_head_stride = kValue;
  rig.op(into);
  rig.op(op);
  rig.op(out_of);
}

TEST_F(SmallCuda, ExpandsAFewHeadsAtATime) {
  for (const KvDType kv : {KvDType::f16, KvDType::q8_0})
    for (const auto& sequences : {std::vector<SequenceSpec>{{700, 50}}, std::vector<SequenceSpec>{{71, 71}}})
      check([&](Rig& rig) { build_expanded(rig, 17, kv, sequences); });
}

}  // namespace
}  // namespace engine::conformance
