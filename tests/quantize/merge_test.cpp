#include "quantize/merge.h"

#include <gtest/gtest.h>

#include <random>

#include "quantize_support.h"

namespace {

using engine::model::Adapter;
using engine::model::AdapterPair;
using hearth_test::tensor_values;
using hearth_test::TinyModel;

std::vector<float> noise(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> out(static_cast<size_t>(n));
  for (float& v : out) v = static_cast<float>(random() >> 8) / 16777216.0f - 0.5f;
  return out;
}

AdapterPair pair_of(const std::string& tensor, int64_t in, int64_t out, int64_t experts = 1, int64_t rank = 3, float scale = 0.75f) {
  const auto seed = static_cast<uint32_t>(std::hash<std::string>{}(tensor));
  return {tensor, in, out, experts, rank, noise(experts * rank * in, seed), noise(experts * out * rank, seed + 1), scale};
}

/// B A of expert e at row o, column i.
double delta(const AdapterPair& p, int64_t e, int64_t o, int64_t i) {
  double sum = 0;
  for (int64_t k = 0; k < p.rank; ++k)
    sum += static_cast<double>(p.b[static_cast<size_t>((e * p.out + o) * p.rank + k)]) *
           static_cast<double>(p.a[static_cast<size_t>((e * p.rank + k) * p.in + i)]);
  return sum * static_cast<double>(p.scale);
}

class MergeTest : public hearth_test::QuantizeFixture {
 protected:
  /// Weights in F32 after merging `pairs` with `scale`.
  engine::gguf::File merged(const TinyModel& model, std::vector<AdapterPair> pairs, float scale = 1.0f) {
    engine::quantize::QuantizeOptions o = options(model, "F32");
    o.adapters.push_back({Adapter{"adapter.gguf", "test", std::move(pairs)}, scale});
    return run(o);
  }

  void refused(const TinyModel& model, AdapterPair pair, engine::ErrorCode code, const std::string& part) {
    engine::quantize::QuantizeOptions o = options(model, "F32");
    o.adapters.push_back({Adapter{"adapter.gguf", "test", {std::move(pair)}}, 1.0f});
    fails(o, code, part);
  }

  /// Every value of `name` is the old one plus what `change` says for its flat index.
  template <class Change>
  void expect_change(const TinyModel& model, const engine::gguf::File& file, const std::string& name, Change&& change) {
    const std::vector<float> before = hearth_test::tiny_values(name, model.tensors.at(name)), after = tensor_values(file, name);
    ASSERT_EQ(before.size(), after.size());
    for (size_t i = 0; i < before.size(); ++i)
      ASSERT_NEAR(static_cast<double>(after[i]), static_cast<double>(before[i]) + change(static_cast<int64_t>(i)), 2e-6)
          << name << " " << i;
  }
};

TEST_F(MergeTest, AddsToItsTensorsOnly) {
  const TinyModel model = hearth_test::tiny_llama();
  const AdapterPair p = pair_of("blk.1.ffn_down.weight", 64, 32);
  const engine::gguf::File file = merged(model, {p}, -0.5f);
  for (const auto& [name, t] : model.tensors)
    expect_change(model, file, name, [&](int64_t i) { return name == p.tensor ? -0.5 * delta(p, 0, i / 64, i % 64) : 0.0; });
  EXPECT_NE(tensor_report(p.tensor).note.find("adapter merged"), std::string::npos);
  EXPECT_EQ(tensor_report("blk.0.ffn_down.weight").note, "");
}

TEST_F(MergeTest, SeveralAdaptersAddUp) {
  const TinyModel model = hearth_test::tiny_llama();
  const AdapterPair p = pair_of("blk.0.attn_q.weight", 32, 32, 1, 4), q = pair_of("blk.0.attn_q.weight", 32, 32, 1, 7, 2.0f);
  engine::quantize::QuantizeOptions o = options(model, "F32");
  o.adapters = {{Adapter{"a", "a", {p}}, 1.0f}, {Adapter{"b", "b", {q}}, 0.25f}};
  const engine::gguf::File file = run(o);
  expect_change(model, file, p.tensor, [&](int64_t i) { return delta(p, 0, i / 32, i % 32) + 0.25 * delta(q, 0, i / 32, i % 32); });
}

TEST_F(MergeTest, ExpertsAndRouter) {
  const TinyModel model = hearth_test::tiny_mixtral();
  const AdapterPair p = pair_of("blk.0.ffn_up_exps.weight", 32, 64, 4), router = pair_of("blk.0.ffn_gate_inp.weight", 32, 4);
  const engine::gguf::File file = merged(model, {router, p});
  expect_change(model, file, p.tensor, [&](int64_t i) { return delta(p, i / (32 * 64), i / 32 % 64, i % 32); });
  expect_change(model, file, router.tensor, [&](int64_t i) { return delta(router, 0, i / 32, i % 32); });
}

TEST_F(MergeTest, FusedQkv) {
  TinyModel model = hearth_test::tiny_llama();
  for (const char* part : {"q", "k", "v"}) model.tensors.erase(std::string("blk.0.attn_") + part + ".weight");
  const std::string fused = "blk.0.attn_qkv.weight";
  model.tensors[fused] = {{32, 64}};
  const AdapterPair q = pair_of("blk.0.attn_q.weight", 32, 32), k = pair_of("blk.0.attn_k.weight", 32, 16),
                    v = pair_of("blk.0.attn_v.weight", 32, 16);
  const engine::gguf::File file = merged(model, {q, k, v});
  expect_change(model, file, fused, [&](int64_t i) {
    const int64_t row = i / 32, col = i % 32;
    return row < 32 ? delta(q, 0, row, col) : row < 48 ? delta(k, 0, row - 32, col) : delta(v, 0, row - 48, col);
  });
}

TEST_F(MergeTest, FusedGateUpExperts) {
  TinyModel model = hearth_test::tiny_mixtral();
  const std::string fused = "blk.1.ffn_gate_up_exps.weight";
  model.tensors.erase("blk.1.ffn_gate_exps.weight"), model.tensors.erase("blk.1.ffn_up_exps.weight");
  model.tensors[fused] = {{32, 128, 4}};
  const AdapterPair gate = pair_of("blk.1.ffn_gate_exps.weight", 32, 64, 4), up = pair_of("blk.1.ffn_up_exps.weight", 32, 64, 4);
  const engine::gguf::File file = merged(model, {gate, up});
  expect_change(model, file, fused, [&](int64_t i) {
    const int64_t e = i / (32 * 128), row = i / 32 % 128, col = i % 32;
    return row < 64 ? delta(gate, e, row, col) : delta(up, e, row - 64, col);
  });
}

TEST_F(MergeTest, MlaHeads) {
  using namespace hearth_test;
  const TinyModel model = tiny_deepseek2(MlaLayout::current, DeepseekKind::lite);
  const AdapterPair k = pair_of("blk.0.attn_k_b.weight", 8, 32, 4), v = pair_of("blk.0.attn_v_b.weight", 32, 8, 4);
  const engine::gguf::File file = merged(model, {k, v});
  expect_change(model, file, k.tensor, [&](int64_t i) { return delta(k, i / (8 * 32), i / 8 % 32, i % 8); });
  expect_change(model, file, v.tensor, [&](int64_t i) { return delta(v, i / (32 * 8), i / 32 % 8, i % 32); });
}

// kv_b: for each head 8 rows of K (the transpose of k_b) and 8 rows of V.
TEST_F(MergeTest, LegacyKvB) {
  using namespace hearth_test;
  const TinyModel model = tiny_deepseek2(MlaLayout::legacy, DeepseekKind::lite);
  const AdapterPair k = pair_of("blk.0.attn_k_b.weight", 8, 32, 4), v = pair_of("blk.0.attn_v_b.weight", 32, 8, 4);
  const engine::gguf::File file = merged(model, {k, v});
  expect_change(model, file, "blk.0.attn_kv_b.weight", [&](int64_t i) {
    const int64_t head = i / (32 * 16), row = i / 32 % 16, col = i % 32;
    return row < 8 ? delta(k, head, col, row) : delta(v, head, row - 8, col);
  });
}

TEST_F(MergeTest, TableOfTokens) {
  const TinyModel model = hearth_test::tiny_llama();
  AdapterPair p = pair_of("token_embd.weight", 48, 32);  // a: [48][rank]
  const engine::gguf::File file = merged(model, {p});
  const auto change = [&](int64_t i) {
    double sum = 0;
    for (int64_t r = 0; r < p.rank; ++r)
      sum += static_cast<double>(p.b[static_cast<size_t>(i % 32 * p.rank + r)]) *
             static_cast<double>(p.a[static_cast<size_t>(i / 32 * p.rank + r)]);
    return sum * static_cast<double>(p.scale);
  };
  expect_change(model, file, "token_embd.weight", change);
  expect_change(model, file, "output.weight", [](int64_t) { return 0.0; });
}

TEST_F(MergeTest, ATiedTableComesApart) {
  const TinyModel model = hearth_test::tiny_qwen2();  // no output.weight
  ASSERT_EQ(model.tensors.count("output.weight"), 0u);
  const std::vector<float> table = hearth_test::tiny_values("token_embd.weight", model.tensors.at("token_embd.weight"));
  engine::quantize::QuantizeOptions o = options(model, "Q4_0");
  o.adapters.push_back({Adapter{"a", "a", {pair_of("token_embd.weight", 48, 32)}}, 1.0f});
  engine::gguf::File file = run(o);
  EXPECT_LT(hearth_test::relative_rmse(table, tensor_values(file, "output.weight")), 0.01);
  EXPECT_GT(hearth_test::relative_rmse(table, tensor_values(file, "token_embd.weight")), 0.2);
  EXPECT_EQ(file.tensor("output.weight")->type, engine::DType::q8_0);  // Q6_K has no rows of 32
  EXPECT_EQ(file.tensor("token_embd.weight")->type, engine::DType::q4_0);
  EXPECT_EQ(file.tensors().size(), model.tensors.size() + 1);
  const auto config = engine::model::read_config(file);
  ASSERT_TRUE(config.ok());

  o.adapters = {{Adapter{"a", "a", {pair_of("output.weight", 32, 48)}}, 1.0f}};
  file = run(o);
  EXPECT_GT(hearth_test::relative_rmse(table, tensor_values(file, "output.weight")), 0.2);
  EXPECT_LT(hearth_test::relative_rmse(table, tensor_values(file, "token_embd.weight")), 0.15);
}

TEST_F(MergeTest, Refusals) {
  using engine::ErrorCode;
  const TinyModel model = hearth_test::tiny_llama();
  refused(model, pair_of("blk.7.attn_q.weight", 32, 32), ErrorCode::invalid_argument, "blk.7.attn_q.weight");
  refused(model, pair_of("blk.0.attn_k_b.weight", 32, 32), ErrorCode::invalid_argument, "does not have");
  refused(model, pair_of("blk.0.attn_q.weight", 32, 48), ErrorCode::bad_file, "another base model");
  refused(model, pair_of("blk.0.attn_q.weight", 64, 32), ErrorCode::bad_file, "another base model");
  refused(model, pair_of("blk.0.attn_q.weight", 32, 32, 2), ErrorCode::bad_file, "another base model");
  AdapterPair torn = pair_of("blk.0.attn_q.weight", 32, 32);
  torn.a.pop_back();
  refused(model, torn, ErrorCode::bad_file, "incomplete");
  AdapterPair infinite = pair_of("blk.0.attn_q.weight", 32, 32);
  infinite.b[5] = INFINITY;
  refused(model, infinite, ErrorCode::bad_file, "blk.0.attn_q.weight holds a value that is not a finite number");
  TinyModel scaled = model;
  scaled.tensors["blk.0.attn_q.scale"] = {{1}};
  refused(scaled, pair_of("blk.0.attn_q.weight", 32, 32), ErrorCode::unsupported, "a scale of its own");
}

}  // namespace
