#include "quantize/mix.h"

#include <gtest/gtest.h>

#include <map>

#include "quantize_support.h"

namespace {

using engine::DType;
using engine::quantize::Choice;
using engine::quantize::Mix;
using engine::quantize::Purity;
using enum engine::DType;

struct Shape {
  int layers = 16, experts = 0;
  uint32_t heads = 4, kv_heads = 2;
  bool tied = false, fused = false;
  int64_t width = 256;
};

/// Zero weights: only names and shapes count here.
hearth_test::TinyModel model_of(const Shape& shape) {
  hearth_test::TinyModel m;
  m.keys["general.architecture"] = std::string("llama");
  m.key("attention.head_count", shape.heads);
  m.key("attention.head_count_kv", shape.kv_heads);
  if (shape.experts) m.key("expert_count", static_cast<uint32_t>(shape.experts));
  const int64_t w = shape.width;
  const auto matrix = [&](const std::string& name, int64_t rows = 2) { m.tensors[name] = {{w, rows}, f16, 0.0f}; };
  matrix("token_embd.weight");
  if (!shape.tied) matrix("output.weight");
  m.tensors["output_norm.weight"] = {{w}, f32, 1.0f};
  for (int i = 0; i < shape.layers; ++i) {
    const std::string p = "blk." + std::to_string(i) + ".";
    if (shape.fused)
      matrix(p + "attn_qkv.weight");
    else
      for (const char* part : {"attn_q.weight", "attn_k.weight", "attn_v.weight"}) matrix(p + part);
    matrix(p + "attn_output.weight");
    const std::string suffix = shape.experts ? "_exps.weight" : ".weight";
    for (const char* part : {"ffn_gate", "ffn_up", "ffn_down"}) {
      m.tensors[p + part + suffix] = {shape.experts ? std::vector<int64_t>{w, 2, shape.experts} : std::vector<int64_t>{w, 2}, f16, 0.0f};
    }
    if (shape.experts) matrix(p + "ffn_gate_inp.weight", shape.experts);
  }
  return m;
}

class MixTest : public testing::Test {
 protected:
  std::map<std::string, Choice> choose(const hearth_test::TinyModel& model, const std::string& mix, Purity purity = Purity::mixed,
                                       const std::vector<engine::quantize::TypeOverride>& overrides = {}) {
    const auto file = engine::gguf::File::open(folder_.write("m.gguf", model.bytes()));
    EXPECT_TRUE(file.ok());
    const auto rules = Mix::make(mix, *file, purity, overrides);
    EXPECT_TRUE(rules.ok()) << rules.error().text();
    std::map<std::string, Choice> out;
    for (const auto& t : file->tensors()) out[t.name] = rules->choose(t.name, t);
    return out;
  }

  hearth_test::TempFolder folder_;
};

std::string layer(int i, const char* rest) {
  return "blk." + std::to_string(i) + "." + rest;
}

TEST_F(MixTest, Q4KMSpendsMoreOnTheOuterLayersOfVAndDown) {
  const auto c = choose(model_of({}), "q4_k_m");
  EXPECT_EQ(c.at("output.weight").type, q6_k);
  EXPECT_EQ(c.at("token_embd.weight").type, q4_k);
  // 16 layers: 0, 1 (first eighth), 14, 15 (last), and 4, 7, 10, 13
  const std::vector<int> more{0, 1, 4, 7, 10, 13, 14, 15};
  for (int i = 0; i < 16; ++i) {
    const DType expected = std::find(more.begin(), more.end(), i) != more.end() ? q6_k : q4_k;
    EXPECT_EQ(c.at(layer(i, "attn_v.weight")).type, expected) << i;
    EXPECT_EQ(c.at(layer(i, "ffn_down.weight")).type, expected) << i;
    for (const char* rest : {"attn_q.weight", "attn_k.weight", "attn_output.weight", "ffn_gate.weight", "ffn_up.weight"})
      EXPECT_EQ(c.at(layer(i, rest)).type, q4_k) << i << rest;
  }
}

TEST_F(MixTest, EveryNameHasItsBaseAndOutput) {
  const std::map<std::string, std::pair<DType, DType>> expected{
      {"F32", {f32, f32}},         {"F16", {f16, f16}},      {"BF16", {bf16, bf16}},     {"Q8_0", {q8_0, q8_0}},
      {"Q6_K", {q6_k, q6_k}},      {"Q5_K_M", {q5_k, q6_k}}, {"Q5_K_S", {q5_k, q6_k}},   {"Q4_K_M", {q4_k, q6_k}},
      {"Q4_K_S", {q4_k, q6_k}},    {"Q3_K_L", {q3_k, q6_k}}, {"Q3_K_M", {q3_k, q6_k}},   {"Q3_K_S", {q3_k, q6_k}},
      {"Q2_K", {q2_k, q6_k}},      {"Q2_K_S", {q2_k, q6_k}}, {"Q4_0", {q4_0, q6_k}},     {"Q4_1", {q4_1, q6_k}},
      {"Q5_0", {q5_0, q6_k}},      {"Q5_1", {q5_1, q6_k}},   {"IQ4_NL", {iq4_nl, q6_k}}, {"IQ4_XS", {iq4_xs, q6_k}},
      {"MXFP4_MOE", {q8_0, q8_0}}, {"TQ1_0", {tq1_0, q6_k}}, {"TQ2_0", {tq2_0, q6_k}}};
  EXPECT_EQ(engine::quantize::mix_names().size(), expected.size());
  for (const auto& [name, types] : expected) {
    const auto c = choose(model_of({}), name);
    EXPECT_EQ(c.at("blk.8.ffn_gate.weight").type, types.first) << name;
    EXPECT_EQ(c.at("output.weight").type, types.second) << name;
    EXPECT_TRUE(c.at("output_norm.weight").kept) << name;
    EXPECT_EQ(c.at("output_norm.weight").type, f32) << name;
    // without output.weight the table of tokens is the output
    EXPECT_EQ(choose(model_of({.tied = true}), name).at("token_embd.weight").type, types.second) << name;
  }
}

TEST_F(MixTest, SmallerMixes) {
  auto c = choose(model_of({}), "Q3_K_M");
  EXPECT_EQ(c.at(layer(1, "attn_v.weight")).type, q5_k);
  EXPECT_EQ(c.at(layer(2, "attn_v.weight")).type, q4_k);
  EXPECT_EQ(c.at(layer(0, "ffn_down.weight")).type, q5_k);
  EXPECT_EQ(c.at(layer(1, "ffn_down.weight")).type, q4_k);
  EXPECT_EQ(c.at(layer(5, "attn_output.weight")).type, q4_k);
  c = choose(model_of({}), "Q4_K_S");
  EXPECT_EQ(c.at(layer(3, "attn_v.weight")).type, q5_k);
  EXPECT_EQ(c.at(layer(4, "attn_v.weight")).type, q4_k);
  EXPECT_EQ(c.at(layer(1, "ffn_down.weight")).type, q5_k);
  EXPECT_EQ(c.at(layer(2, "ffn_down.weight")).type, q4_k);
  EXPECT_EQ(choose(model_of({}), "Q2_K").at(layer(3, "attn_v.weight")).type, q3_k);
  EXPECT_EQ(choose(model_of({.heads = 8}), "Q2_K").at(layer(3, "attn_v.weight")).type, q4_k);
  EXPECT_EQ(choose(model_of({.fused = true}), "Q4_K_M").at(layer(9, "attn_qkv.weight")).type, q5_k);
  EXPECT_EQ(choose(model_of({.fused = true}), "Q5_K_M").at(layer(9, "attn_qkv.weight")).type, q6_k);
}

TEST_F(MixTest, Experts) {
  auto c = choose(model_of({.experts = 8}), "Q4_K_M");
  EXPECT_EQ(c.at(layer(3, "attn_v.weight")).type, q8_0);
  EXPECT_EQ(c.at(layer(3, "attn_k.weight")).type, q8_0);
  EXPECT_EQ(c.at(layer(3, "attn_output.weight")).type, q5_k);
  EXPECT_EQ(c.at(layer(4, "ffn_down_exps.weight")).type, q6_k);
  EXPECT_EQ(c.at(layer(3, "ffn_down_exps.weight")).type, q4_k);
  EXPECT_TRUE(c.at(layer(3, "ffn_gate_inp.weight")).kept);
  c = choose(model_of({.experts = 32}), "MXFP4_MOE");
  for (const char* rest : {"ffn_gate_exps.weight", "ffn_up_exps.weight", "ffn_down_exps.weight"})
    EXPECT_EQ(c.at(layer(0, rest)).type, mxfp4);
  EXPECT_EQ(c.at(layer(0, "attn_q.weight")).type, q8_0);
}

TEST_F(MixTest, PureMeansOneType) {
  for (const auto& [mix, type] : std::map<std::string, DType>{{"Q4_K_M", q4_k}, {"MXFP4_MOE", mxfp4}, {"Q2_K", q2_k}}) {
    const auto choices = choose(model_of({.experts = 8}), mix, Purity::pure);
    for (const auto& [name, choice] : choices) EXPECT_TRUE(choice.kept || choice.type == type) << name;
  }
}

// Rows of 96 and 40: no type may lose quality against the one that does not fit.
TEST_F(MixTest, TypeNamesStandForTheirUsualMix) {
  const auto types = [](const std::map<std::string, Choice>& choices) {
    std::map<std::string, DType> out;
    for (const auto& [name, choice] : choices) out[name] = choice.type;
    return out;
  };
  for (const auto& [alias, mix] : {std::pair("q4_k", "Q4_K_M"), std::pair("Q3_K", "Q3_K_M"), std::pair("Q5_K", "Q5_K_M")})
    EXPECT_EQ(types(choose(model_of({}), alias)), types(choose(model_of({}), mix))) << alias;
  EXPECT_EQ(choose(model_of({}), "MXFP4", Purity::pure).at("blk.0.attn_q.weight").type, mxfp4);
}

TEST_F(MixTest, NarrowRowsFallBack) {
  const std::map<std::string, DType> at_96{{"Q2_K_S", iq4_nl}, {"Q3_K_S", iq4_nl}, {"IQ4_XS", iq4_nl}, {"Q4_K_S", q5_0}, {"Q5_K_S", q5_1},
                                           {"Q6_K", q8_0},     {"TQ1_0", iq4_nl},  {"Q8_0", q8_0},     {"Q4_1", q4_1}};
  for (const auto& [mix, type] : at_96) {
    const Choice c = choose(model_of({.width = 96}), mix).at(layer(8, "ffn_gate.weight"));
    EXPECT_EQ(c.type, type) << mix;
    EXPECT_EQ(c.note.empty(), mix == "Q8_0" || mix == "Q4_1") << c.note;
    const Choice narrow = choose(model_of({.width = 40}), mix).at(layer(8, "ffn_gate.weight"));
    EXPECT_EQ(narrow.type, f16) << mix;
    EXPECT_NE(narrow.note.find("rows of 40"), std::string::npos);
  }
}

TEST_F(MixTest, MlaAndTheRestThatIsKept) {
  hearth_test::TinyModel m = model_of({.layers = 2});
  for (const char* name : {"attn_k_b.weight", "attn_v_b.weight"}) m.tensors[layer(0, name)] = {{128, 4, 2}, f16, 0.0f};
  m.tensors[layer(0, "attn_kv_b.weight")] = {{256, 4}, f16, 0.0f};
  m.tensors[layer(0, "attn_kv_a_mqa.weight")] = {{256, 4}, f16, 0.0f};
  m.tensors[layer(0, "attn_sinks.weight")] = {{4}, f32, 0.0f};
  m.tensors[layer(0, "exp_probs_b.bias")] = {{4}, f32, 0.0f};
  m.tensors[layer(0, "attn_q.bias")] = {{256, 2}, f16, 0.0f};
  m.tensors[layer(0, "attn_q_norm.weight")] = {{256, 4}, f32, 0.0f};
  m.tensors[layer(0, "ffn_gate_inp_shexp.weight")] = {{256, 1}, f32, 0.0f};
  m.tensors["rope_freqs.weight"] = {{32}, f32, 1.0f};
  auto c = choose(m, "Q4_K_M");
  for (const char* name : {"attn_k_b.weight", "attn_v_b.weight", "attn_kv_b.weight"}) EXPECT_EQ(c.at(layer(0, name)).type, q8_0) << name;
  EXPECT_EQ(c.at(layer(0, "attn_kv_a_mqa.weight")).type, c.at(layer(0, "attn_v.weight")).type);
  for (const char* name : {"attn_sinks.weight", "exp_probs_b.bias", "attn_q.bias", "attn_q_norm.weight", "ffn_gate_inp_shexp.weight"})
    EXPECT_TRUE(c.at(layer(0, name)).kept) << name;
  EXPECT_TRUE(c.at("rope_freqs.weight").kept);
  EXPECT_EQ(choose(m, "F16").at(layer(0, "attn_k_b.weight")).type, f16);
}

TEST_F(MixTest, Overrides) {
  const auto c =
      choose(model_of({.layers = 3}), "Q4_K_M", Purity::mixed, {{"blk\\.[01]\\.ffn_up", q8_0}, {"ffn_up", q2_k}, {"token_embd", f16}});
  EXPECT_EQ(c.at(layer(1, "ffn_up.weight")).type, q8_0);  // the first one decides
  EXPECT_EQ(c.at(layer(2, "ffn_up.weight")).type, q2_k);
  EXPECT_EQ(c.at("token_embd.weight").type, f16);
  EXPECT_TRUE(c.at("output_norm.weight").kept);
  // a router can be asked for by name
  EXPECT_EQ(choose(model_of({.experts = 4}), "Q4_K_M", Purity::mixed, {{"gate_inp", q8_0}}).at(layer(0, "ffn_gate_inp.weight")).type, q8_0);
}

// Numbers of layers that no model has are not layers.
TEST_F(MixTest, StrangeNames) {
  hearth_test::TinyModel m = model_of({.layers = 2});
  for (const char* name : {"blk.2147483647.attn_v.weight", "blk.99999999999.attn_v.weight", "blk.-1.attn_v.weight", "blk..attn_v.weight",
                           "blk.1", "blk.", "blk.0.", ".weight", "attn_v.weight"})
    m.tensors[name] = {{256, 2}, f16, 0.0f};
  const auto c = choose(m, "Q4_K_M");
  EXPECT_EQ(c.at("blk.2147483647.attn_v.weight").type, q4_k);
  EXPECT_EQ(c.at("blk.0.attn_v.weight").type, q4_k);  // still two layers: no eighth, and the third of three
  EXPECT_EQ(c.at("blk.1.attn_v.weight").type, q6_k);
  EXPECT_TRUE(c.at("blk.1").kept);
}

TEST_F(MixTest, Refusals) {
  const auto file = engine::gguf::File::open(folder_.write("m.gguf", model_of({}).bytes()));
  ASSERT_TRUE(file.ok());
  const auto says = [&](const char* mix, const std::vector<engine::quantize::TypeOverride>& overrides, const std::string& part) {
    const auto made = Mix::make(mix, *file, Purity::mixed, overrides);
    ASSERT_FALSE(made.ok());
    EXPECT_NE(made.error().text().find(part), std::string::npos) << made.error().text();
  };
  says("Q9_X", {}, "Q4_K_M");
  says("", {}, "There is no quantisation");
  says("Q4_K_M", {{"(", q8_0}}, "regular expression");
  says("Q4_K_M", {{"(.*)*(.*)*(.*)*x$", q8_0}}, "No matrix");  // would take for ever
  says("Q4_K_M", {{"no_such_tensor", q8_0}}, "No matrix");
  says("Q4_K_M", {{"output_norm", q8_0}}, "No matrix");
  EXPECT_EQ(engine::quantize::type_by_name("q4_k"), q4_k);
  EXPECT_EQ(engine::quantize::type_by_name("IQ2_XXS"), std::nullopt);
  EXPECT_EQ(engine::quantize::type_by_name("Q4_K_M"), std::nullopt);
}

}  // namespace
