// Adapters of multi-head latent attention: kv_b is always taken apart into k_b and v_b (formats.md 11.2).
#include <gtest/gtest.h>

#include "adapter_support.h"

namespace {

using engine::gguf::Writer;
using hearth_test::Adapter;
using hearth_test::Base;
using hearth_test::DeepseekKind;
using hearth_test::expect_change;
using hearth_test::lora_writer;
using hearth_test::MlaLayout;
using hearth_test::Peft;
using hearth_test::put_half;

constexpr int64_t kNope = 8, kV = 8, kLatent = 32, kHeads = 4;

class MlaAdapter : public testing::TestWithParam<MlaLayout> {
 protected:
  Base base{hearth_test::tiny_deepseek2(GetParam(), DeepseekKind::v3)};

  /// `product(row, j)` is scale * B A of kv_b: head by head nope rows of K and v rows of V.
  void expect_kv(const Adapter& adapter, const std::string& prefix, const std::function<double(int64_t, int64_t)>& product) {
    expect_change(adapter, prefix + "attn_k_b.weight", [&](int64_t j, int64_t n, int64_t h) { return product(h * (kNope + kV) + n, j); });
    expect_change(adapter, prefix + "attn_v_b.weight",
                  [&](int64_t n, int64_t j, int64_t h) { return product(h * (kNope + kV) + kNope + n, j); });
    EXPECT_EQ(adapter.find(prefix + "attn_kv_b.weight"), nullptr);
    EXPECT_EQ(adapter.find(prefix + "attn_k_b.weight")->experts, kHeads);
    EXPECT_EQ(adapter.find(prefix + "attn_k_b.weight")->in, kNope);
    EXPECT_EQ(adapter.find(prefix + "attn_v_b.weight")->in, kLatent);
  }
};

TEST_P(MlaAdapter, KvBOfPeft) {
  Peft peft;
  const std::string module = "model.layers.1.self_attn.kv_b_proj";
  peft.pair(module, kLatent, kHeads * (kNope + kV));
  const Adapter adapter = base.good(peft);
  EXPECT_EQ(adapter.pairs.size(), 2u);
  expect_kv(adapter, "blk.1.", [&](int64_t row, int64_t j) { return 2.0 * peft.product(module, row, j); });
}

TEST_P(MlaAdapter, KvBOfGguf) {
  Writer w = lora_writer("deepseek2", 6.0f);
  const auto a = put_half(w, "blk.0.attn_kv_b.weight.lora_a", {kLatent, 3});
  const auto b = put_half(w, "blk.0.attn_kv_b.weight.lora_b", {3, kHeads * (kNope + kV)});
  expect_kv(base.good(w), "blk.0.", [&](int64_t row, int64_t j) {
    double sum = 0;
    for (int64_t k = 0; k < 3; ++k)
      sum += static_cast<double>(b[static_cast<size_t>(row * 3 + k)]) * static_cast<double>(a[static_cast<size_t>(k * kLatent + j)]);
    return 2.0 * sum;
  });
}

TEST_P(MlaAdapter, PartsOfGgufByTheirOwnNames) {
  Writer w = lora_writer("deepseek2");
  const auto a = put_half(w, "blk.0.attn_k_b.weight.lora_a", {kNope, 4, kHeads});
  put_half(w, "blk.0.attn_k_b.weight.lora_b", {4, kLatent, kHeads});
  put_half(w, "blk.0.attn_v_b.weight.lora_a", {kLatent, 4, kHeads});
  const auto b = put_half(w, "blk.0.attn_v_b.weight.lora_b", {4, kV, kHeads});
  const Adapter adapter = base.good(w);
  ASSERT_EQ(adapter.pairs.size(), 2u);
  EXPECT_EQ(adapter.find("blk.0.attn_k_b.weight")->a, a);
  EXPECT_EQ(adapter.find("blk.0.attn_v_b.weight")->b, b);
  Writer both = w;
  put_half(both, "blk.0.attn_kv_b.weight.lora_a", {kLatent, 4});
  put_half(both, "blk.0.attn_kv_b.weight.lora_b", {4, kHeads * (kNope + kV)});
  base.refuses(both, engine::ErrorCode::bad_file, "twice");
}

TEST_P(MlaAdapter, OtherMatricesKeepTheirRows) {
  Peft peft;
  const std::string layer = "model.layers.1.";
  const struct {
    std::string module, tensor;
    int64_t in, out;
  } cases[] = {
      {layer + "self_attn.q_a_proj", "blk.1.attn_q_a.weight", 32, 16},
      {layer + "self_attn.q_b_proj", "blk.1.attn_q_b.weight", 16, 48},
      {layer + "self_attn.kv_a_proj_with_mqa", "blk.1.attn_kv_a_mqa.weight", 32, 36},
      {layer + "self_attn.o_proj", "blk.1.attn_output.weight", 32, 32},
      {layer + "mlp.gate", "blk.1.ffn_gate_inp.weight", 32, 8},
      {layer + "mlp.shared_experts.down_proj", "blk.1.ffn_down_shexp.weight", 32, 32},
      {"model.layers.0.mlp.up_proj", "blk.0.ffn_up.weight", 32, 64},
  };
  for (const auto& c : cases) peft.pair(c.module, c.in, c.out);
  const Adapter adapter = base.good(peft);
  EXPECT_EQ(adapter.pairs.size(), std::size(cases));
  for (const auto& c : cases)
    expect_change(adapter, c.tensor, [&](int64_t o, int64_t i, int64_t) { return 2.0 * peft.product(c.module, o, i); });
}

INSTANTIATE_TEST_SUITE_P(Layouts, MlaAdapter, testing::Values(MlaLayout::current, MlaLayout::legacy),
                         [](const auto& i) { return i.param == MlaLayout::current ? "current" : "legacy"; });

}  // namespace
