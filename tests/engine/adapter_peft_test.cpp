// Adapters as PEFT folders (formats.md 11.2): names, scales, experts, and everything that is refused.
#include <gtest/gtest.h>

#include "adapter_support.h"

namespace {

using engine::ErrorCode;
using hearth_test::Adapter;
using hearth_test::AdapterPair;
using hearth_test::Base;
using hearth_test::Config;
using hearth_test::expect_change;
using hearth_test::Peft;
using hearth_test::TempFolder;
using hearth_test::TinyModel;

const std::string kLayer = "model.layers.0.";
const std::string kQ = kLayer + "self_attn.q_proj";

/// Row of the checkpoint for a row of the GGUF file, written down once more: heads of 8, halves interleaved.
int64_t hf_row(int64_t row) {
  static constexpr int64_t order[8] = {0, 4, 1, 5, 2, 6, 3, 7};
  return row / 8 * 8 + order[row % 8];
}

TEST(PeftAdapter, LlamaPermutesTheRowsOfQAndK) {
  const Base base(hearth_test::tiny_llama());
  Peft peft;
  peft.pair(kQ, 32, 32);
  peft.pair(kLayer + "self_attn.k_proj", 32, 16);
  peft.pair(kLayer + "self_attn.v_proj", 32, 16);
  const Adapter adapter = base.good(peft);
  expect_change(adapter, "blk.0.attn_q.weight", [&](int64_t o, int64_t i, int64_t) { return 2.0 * peft.product(kQ, hf_row(o), i); });
  expect_change(adapter, "blk.0.attn_k.weight",
                [&](int64_t o, int64_t i, int64_t) { return 2.0 * peft.product(kLayer + "self_attn.k_proj", hf_row(o), i); });
  expect_change(adapter, "blk.0.attn_v.weight",
                [&](int64_t o, int64_t i, int64_t) { return 2.0 * peft.product(kLayer + "self_attn.v_proj", o, i); });
}

TEST(PeftAdapter, WhoPermutesRows) {
  for (const char* arch : {"llama", "deepseek", "granite", "granitemoe", "qwen2", "qwen3", "qwen2moe", "olmoe", "gpt-oss", "glm4moe"}) {
    const bool permuted = std::string(arch) == "llama" || std::string(arch) == "deepseek" || std::string(arch).starts_with("granite");
    Config config = hearth_test::config_of(hearth_test::tiny_llama());
    config.arch = arch;
    Peft peft;
    peft.pair(kQ, 32, 32);
    const Base base(hearth_test::tiny_llama(), config);
    expect_change(base.good(peft), "blk.0.attn_q.weight",
                  [&](int64_t o, int64_t i, int64_t) { return 2.0 * peft.product(kQ, permuted ? hf_row(o) : o, i); });
  }
}

TEST(PeftAdapter, FormsOfTheNames) {
  const Base base(hearth_test::tiny_qwen2());
  Peft plain;
  plain.pair(kQ, 32, 32);
  const Adapter expected = base.good(plain);
  const auto same = [&](const char* prefix, const char* wrapper, const char* suffix) {
    Peft peft;
    for (const char* half : {".lora_A", ".lora_B"})
      peft.tensors[std::string(prefix) + kQ + wrapper + half + suffix] = plain.tensors.at(plain.prefix + kQ + half + ".weight");
    const Adapter adapter = base.good(peft);
    ASSERT_EQ(adapter.pairs.size(), 1u);
    EXPECT_EQ(adapter.pairs[0].a, expected.pairs[0].a);
    EXPECT_EQ(adapter.pairs[0].b, expected.pairs[0].b);
  };
  same("base_model.model.", "", ".default.weight");
  same("base_model.model.", "", ".my_adapter.weight");
  same("base_model.model.base_model.model.", "", ".weight");
  same("base_model.model.base_model.model.base_model.model.", "", ".default.weight");
  same("base_model.model.", ".base_layer", ".weight");
  same("base_model.model.", ".base_layer.base_layer", ".weight");
  same("", "", ".weight");
}

TEST(PeftAdapter, TheFolderItsWeightsAndItsSettingsAllName) {
  const Base base(hearth_test::tiny_qwen2());
  const TempFolder folder;
  Peft peft;
  peft.pair(kQ, 32, 32);
  peft.write(folder);
  for (const char* name : {"", "adapter_model.safetensors", "adapter_config.json"}) {
    const auto adapter = base.read(folder.path(name));
    ASSERT_TRUE(adapter.ok()) << name << adapter.error().text();
    EXPECT_TRUE(adapter->name.starts_with("hearth-test-")) << adapter->name;
  }
}

TEST(PeftAdapter, Scales) {
  const Base base(hearth_test::tiny_qwen2());
  Peft peft;
  peft.pair(kQ, 32, 32);
  const auto scale = [&] { return base.good(peft).pairs[0].scale; };
  EXPECT_EQ(scale(), 2.0f);
  peft.config["use_rslora"] = true;
  EXPECT_EQ(scale(), 4.0f);
  peft.config["lora_alpha"] = 3.5;
  EXPECT_EQ(scale(), 1.75f);
  peft.config["use_rslora"] = false;
  EXPECT_EQ(scale(), 0.875f);
  peft.config["lora_alpha"] = nullptr;  // PEFT's default is 8
  EXPECT_EQ(scale(), 2.0f);
  peft.config["lora_alpha"] = 0;
  EXPECT_EQ(scale(), 0.0f);
  peft.config["alpha_pattern"] = {{"q_proj", 12}};
  peft.config["use_rslora"] = true;
  EXPECT_EQ(scale(), 6.0f);
}

TEST(PeftAdapter, PatternsAreMatchedAsPeftDoes) {
  const Base base(hearth_test::tiny_qwen2());
  const struct {
    nlohmann::ordered_json pattern;
    double alpha;  // of layers.1.self_attn.q_proj
  } cases[] = {
      {{{"q_proj", 12}}, 12},
      {{{"self_attn.q_proj", 12}}, 12},
      {{{"model.layers.1.self_attn.q_proj", 12}}, 12},
      {{{"^model.layers.1.self_attn.q_proj", 12}}, 12},
      {{{"^layers.1.self_attn.q_proj", 12}}, 8},
      {{{"proj", 12}}, 8},     // only whole parts of the name
      {{{"q_pro", 12}}, 8},    // only to the end
      {{{"q.proj", 12}}, 12},  // a dot is any character
      {{{"layers.1", 12}}, 8},
      {{{"layers\\.1\\..*", 12}}, 12},
      {{{"layers\\.0\\..*", 12}}, 8},
      {{{".*\\.[qk]_proj", 12}}, 12},
      {{{"q_proj|k_proj", 12}}, 12},
      {{{"(?:q|k)_proj", 12}}, 12},
      {{{"q_proj", 12}, {"layers\\.1\\..*", 20}}, 12},  // the first one that matches
      {{{"layers\\.1\\..*", 20}, {"q_proj", 12}}, 20},
      {{{"k_proj", 1}, {"v_proj", 2}, {"q_proj", 12}}, 12},
  };
  for (const auto& c : cases) {
    Peft peft;
    peft.pair("model.layers.1.self_attn.q_proj", 32, 32);
    peft.config["alpha_pattern"] = c.pattern;
    const Adapter adapter = base.good(peft);
    ASSERT_EQ(adapter.pairs.size(), 1u);
    EXPECT_EQ(adapter.pairs[0].scale, static_cast<float>(c.alpha / 4)) << c.pattern.dump();
  }
  Peft ranks;
  ranks.config["rank_pattern"] = {{"k_proj", 16}, {"layers\\.1\\.self_attn\\.v_proj", 2}};
  ranks.pair(kQ, 32, 32, 4);
  ranks.pair(kLayer + "self_attn.k_proj", 32, 16, 16);
  ranks.pair("model.layers.1.self_attn.v_proj", 32, 16, 2);
  const Adapter adapter = base.good(ranks);
  EXPECT_EQ(adapter.find("blk.0.attn_q.weight")->scale, 2.0f);
  EXPECT_EQ(adapter.find("blk.0.attn_k.weight")->scale, 0.5f);
  EXPECT_EQ(adapter.find("blk.1.attn_v.weight")->scale, 4.0f);
}

TEST(PeftAdapter, TableOfTokensAndOutput) {
  const Base tied(hearth_test::tiny_qwen2());
  Peft peft;
  peft.suffix = "";
  peft.add("model.embed_tokens.lora_embedding_A", 4, 48);
  peft.add("model.embed_tokens.lora_embedding_B", 32, 4);
  peft.suffix = ".weight";
  peft.pair("lm_head", 32, 48);
  const Adapter adapter = tied.good(peft);
  ASSERT_EQ(adapter.pairs.size(), 2u);
  expect_change(adapter, "output.weight", [&](int64_t o, int64_t i, int64_t) { return 2.0 * peft.product("lm_head", o, i); });
  expect_change(adapter, "token_embd.weight", [&](int64_t o, int64_t token, int64_t) {
    double sum = 0;
    for (int64_t k = 0; k < 4; ++k)
      sum += peft.at("model.embed_tokens.lora_embedding_B", o, k) * peft.at("model.embed_tokens.lora_embedding_A", k, token);
    return 2.0 * sum;
  });
  EXPECT_EQ(adapter.find("token_embd.weight")->in, 48);
}

TEST(PeftAdapter, ExpertsAsModulesOfTheirOwn) {
  const Base base(hearth_test::tiny_qwen3moe());
  Peft peft;
  peft.config["rank_pattern"] = {{"experts.2.gate_proj", 6}};
  peft.config["alpha_pattern"] = {{"experts.5.down_proj", 20}};
  const auto expert = [](int e, const char* part) { return kLayer + "mlp.experts." + std::to_string(e) + "." + part; };
  peft.pair(expert(0, "gate_proj"), 32, 32);
  peft.pair(expert(2, "gate_proj"), 32, 32, 6);
  peft.pair(expert(1, "down_proj"), 32, 32);
  peft.pair(expert(5, "down_proj"), 32, 32);
  peft.pair(kLayer + "mlp.gate", 32, 8);
  const Adapter adapter = base.good(peft);
  ASSERT_EQ(adapter.pairs.size(), 3u);
  EXPECT_EQ(adapter.find("blk.0.ffn_gate_exps.weight")->rank, 6);
  EXPECT_EQ(adapter.find("blk.0.ffn_gate_exps.weight")->experts, 8);
  expect_change(adapter, "blk.0.ffn_gate_exps.weight", [&](int64_t o, int64_t i, int64_t e) {
    return e == 0 ? 2.0 * peft.product(expert(0, "gate_proj"), o, i) : e == 2 ? 8.0 / 6 * peft.product(expert(2, "gate_proj"), o, i) : 0.0;
  });
  expect_change(adapter, "blk.0.ffn_down_exps.weight", [&](int64_t o, int64_t i, int64_t e) {
    return e == 1 ? 2.0 * peft.product(expert(1, "down_proj"), o, i) : e == 5 ? 5.0 * peft.product(expert(5, "down_proj"), o, i) : 0.0;
  });
  peft.pair(expert(8, "up_proj"), 32, 32);
  base.refuses(peft, ErrorCode::unsupported, "mlp.experts.8.up_proj");
}

TEST(PeftAdapter, ExpertsOfMixtral) {
  const Base base(hearth_test::tiny_mixtral());
  const struct {
    const char *module, *tensor;
    int64_t in, out;
  } parts[] = {{"w1", "ffn_gate_exps", 32, 64}, {"w3", "ffn_up_exps", 32, 64}, {"w2", "ffn_down_exps", 64, 32}};
  Peft peft;
  for (const auto& p : parts)
    for (int e = 0; e < 4; ++e) peft.pair(kLayer + "block_sparse_moe.experts." + std::to_string(e) + "." + p.module, p.in, p.out);
  peft.pair(kLayer + "block_sparse_moe.gate", 32, 4);
  const Adapter adapter = base.good(peft);
  ASSERT_EQ(adapter.pairs.size(), 4u);
  for (const auto& p : parts)
    expect_change(adapter, std::string("blk.0.") + p.tensor + ".weight", [&](int64_t o, int64_t i, int64_t e) {
      return 2.0 * peft.product(kLayer + "block_sparse_moe.experts." + std::to_string(e) + "." + p.module, o, i);
    });
}

/// target_parameters: experts as one parameter [E, x, y]; A is [E * r, x], B [y, r * E].
struct FusedExperts {
  Peft peft;
  int64_t experts, rank;

  void add(const std::string& module, int64_t x, int64_t y) {
    peft.a(module, experts * rank, x);
    peft.b(module, y, rank * experts);
  }
  /// einsum("o r e, e r i -> e i o") of PEFT: the change of the parameter at [e][x][y].
  [[nodiscard]] double delta(const std::string& module, int64_t e, int64_t x, int64_t y) const {
    double sum = 0;
    for (int64_t k = 0; k < rank; ++k)
      sum += peft.at(module + ".lora_A.weight", e * rank + k, x) * peft.at(module + ".lora_B.weight", y, k * experts + e);
    return 2.0 * sum;
  }
};

TEST(PeftAdapter, FusedExpertsStoredOutputFirst) {
  TinyModel fused = hearth_test::tiny_qwen3moe();
  for (const int layer : {0, 1}) {
    const std::string p = "blk." + std::to_string(layer) + ".ffn_";
    fused.tensors.erase(p + "gate_exps.weight");
    fused.tensors.erase(p + "up_exps.weight");
    fused.tensors[p + "gate_up_exps.weight"] = {{32, 64, 8}};
  }
  for (const TinyModel& tiny : {hearth_test::tiny_qwen3moe(), fused}) {
    FusedExperts f{{}, 8, 4};
    const std::string outer = kLayer + "mlp.experts", inner = outer + ".base_layer";
    f.add(inner, 64, 32);  // gate_up_proj [E, 64, 32]
    f.add(outer, 32, 32);  // down_proj [E, 32, 32]: square, so only the architecture says which side is which
    const Adapter adapter = Base(tiny).good(f.peft);
    ASSERT_EQ(adapter.pairs.size(), 3u);
    expect_change(adapter, "blk.0.ffn_gate_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(inner, e, o, i); });
    expect_change(adapter, "blk.0.ffn_up_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(inner, e, o + 32, i); });
    expect_change(adapter, "blk.0.ffn_down_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(outer, e, o, i); });
  }
}

TEST(PeftAdapter, FusedExpertsOfGptOss) {
  const TinyModel tiny = hearth_test::tiny_qwen3moe();
  Config config = hearth_test::config_of(tiny);
  config.arch = "gpt-oss";
  FusedExperts f{{}, 8, 4};
  const std::string outer = kLayer + "mlp.experts", inner = outer + ".base_layer";
  f.add(outer, 32, 64);  // gate_up_proj [E, 32, 64], gate and up alternate
  f.add(inner, 32, 32);  // down_proj [E, 32, 32], input first
  f.peft.pair(kLayer + "mlp.router", 32, 8);
  f.peft.config["target_parameters"] = {"mlp.experts.gate_up_proj", "mlp.experts.down_proj"};
  f.peft.config["alpha_pattern"] = {{"experts.down_proj", 4}};
  const Adapter adapter = Base(tiny, config).good(f.peft);
  ASSERT_EQ(adapter.pairs.size(), 4u);
  expect_change(adapter, "blk.0.ffn_gate_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(outer, e, i, 2 * o); });
  expect_change(adapter, "blk.0.ffn_up_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(outer, e, i, 2 * o + 1); });
  expect_change(adapter, "blk.0.ffn_down_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(inner, e, i, o) / 2; });
  EXPECT_NE(adapter.find("blk.0.ffn_gate_inp.weight"), nullptr);
}

TEST(PeftAdapter, FusedExpertsOfGranite) {
  TinyModel tiny = hearth_test::tiny_mixtral();
  hearth_test::tiny::add_ffn(tiny, 0, "_shexp", 16);
  Config config = hearth_test::config_of(hearth_test::tiny_mixtral());
  config.arch = "granitemoe";
  FusedExperts f{{}, 4, 4};
  const std::string input = kLayer + "block_sparse_moe.input_linear", output = kLayer + "block_sparse_moe.output_linear";
  f.add(input, 128, 32);
  f.add(output, 32, 64);
  f.peft.pair(kLayer + "block_sparse_moe.router.layer", 32, 4);
  f.peft.pair(kLayer + "shared_mlp.input_linear", 32, 32);
  f.peft.pair(kLayer + "shared_mlp.output_linear", 16, 32);
  const Adapter adapter = Base(tiny, config).good(f.peft);
  ASSERT_EQ(adapter.pairs.size(), 7u);
  expect_change(adapter, "blk.0.ffn_gate_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(input, e, o, i); });
  expect_change(adapter, "blk.0.ffn_up_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(input, e, o + 64, i); });
  expect_change(adapter, "blk.0.ffn_down_exps.weight", [&](int64_t o, int64_t i, int64_t e) { return f.delta(output, e, o, i); });
  expect_change(adapter, "blk.0.ffn_up_shexp.weight",
                [&](int64_t o, int64_t i, int64_t) { return 2.0 * f.peft.product(kLayer + "shared_mlp.input_linear", o + 16, i); });
}

TEST(PeftAdapter, SharedExpertsWithAGate) {
  TinyModel tiny = hearth_test::tiny_qwen3moe();
  hearth_test::tiny::add_ffn(tiny, 0, "_shexp", 16);
  tiny.tensors["blk.0.ffn_gate_inp_shexp.weight"] = {{32}};
  Config config = hearth_test::config_of(hearth_test::tiny_qwen3moe());
  config.arch = "qwen2moe";
  Peft peft;
  peft.pair(kLayer + "mlp.shared_expert_gate", 32, 1);
  peft.pair(kLayer + "mlp.shared_expert.down_proj", 16, 32);
  const Adapter adapter = Base(tiny, config).good(peft);
  ASSERT_EQ(adapter.pairs.size(), 2u);
  expect_change(adapter, "blk.0.ffn_gate_inp_shexp.weight",
                [&](int64_t, int64_t i, int64_t) { return 2.0 * peft.product(kLayer + "mlp.shared_expert_gate", 0, i); });
}

TEST(PeftAdapter, RefusesSettingsThatChangeTheResult) {
  const Base base(hearth_test::tiny_qwen2());
  const struct {
    const char* key;
    nlohmann::ordered_json value;
    ErrorCode code;
    const char* part;
  } cases[] = {
      {"use_dora", true, ErrorCode::unsupported, "DoRA"},
      {"modules_to_save", {"lm_head"}, ErrorCode::unsupported, "modules_to_save"},
      {"bias", "all", ErrorCode::unsupported, "bias: all"},
      {"bias", "lora_only", ErrorCode::unsupported, "bias: lora_only"},
      {"lora_bias", true, ErrorCode::unsupported, "lora_bias"},
      {"peft_type", "LOHA", ErrorCode::unsupported, "LOHA"},
      {"peft_type", "ADALORA", ErrorCode::unsupported, "ADALORA"},
      {"peft_type", "PREFIX_TUNING", ErrorCode::unsupported, "PREFIX_TUNING"},
      {"peft_type", nullptr, ErrorCode::bad_file, "peft_type"},
      {"use_qalora", true, ErrorCode::unsupported, "QALoRA"},
      {"layer_replication", {{0, 1}, {0, 1}}, ErrorCode::unsupported, "layer_replication"},
      {"alora_invocation_tokens", {1, 2}, ErrorCode::unsupported, "aLoRA"},
      {"trainable_token_indices", {1, 2}, ErrorCode::unsupported, "trainable_token_indices"},
      {"init_lora_weights", "pissa_niter_4", ErrorCode::unsupported, "pissa_niter_4"},
      {"init_lora_weights", "olora", ErrorCode::unsupported, "olora"},
      {"r", 8, ErrorCode::bad_file, "rank 4"},
      {"r", "four", ErrorCode::bad_file, "r is no number"},
      {"rank_pattern", {{"q_proj", 2}}, ErrorCode::bad_file, "says 2"},
      {"rank_pattern", {{"q_proj(", 4}}, ErrorCode::bad_file, "no regular expression"},
      {"rank_pattern", {1}, ErrorCode::bad_file, "no table"},
      {"alpha_pattern", {{"q_proj", "x"}}, ErrorCode::bad_file, "no number"},
      {"alpha_pattern", {{"((\\w|\\.)*)*\\W", 2}}, ErrorCode::bad_file, "takes too long"},
  };
  for (const auto& c : cases) {
    Peft peft;
    peft.pair(kQ, 32, 32);
    peft.config[c.key] = c.value;
    base.refuses(peft, c.code, c.part);
  }
  for (const char* harmless : {"eva", "gaussian", "orthogonal"}) {
    Peft peft;
    peft.pair(kQ, 32, 32);
    peft.config["init_lora_weights"] = harmless;
    peft.config["fan_in_fan_out"] = true;
    peft.config["modules_to_save"] = nullptr;
    peft.config["layers_to_transform"] = {0};
    EXPECT_TRUE(base.read(peft).ok());
  }
}

TEST(PeftAdapter, RefusesTensorsThatAreNoPair) {
  const Base base(hearth_test::tiny_qwen2());
  const struct {
    const char* name;
    const char* part;
  } cases[] = {
      {"base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", "DoRA"},
      {"base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector.default.weight", "DoRA"},
      {"base_model.model.model.layers.0.self_attn.q_proj.lora_B.bias", "bias"},
      {"base_model.model.model.layers.0.self_attn.q_proj.bias", "bias"},
      {"base_model.model.lm_head.weight", "whole weights (base_model.model.lm_head.weight)"},
      {"base_model.model.lm_head.modules_to_save.weight", "whole weights"},
      {"base_model.model.score.weight", "whole weights"},
      {"base_model.model.model.layers.0.self_attn.q_proj.hada_w1_a", "no LoRA"},
      {"model.layers.0.self_attn.q_proj.lora_a", "MLX"},
      {"base_model.model.model.layers.0.self_attn.q_proj.lora_A.second.weight", "more than one adapter"},
  };
  for (const auto& c : cases) {
    Peft peft;
    peft.pair(kQ, 32, 32);
    peft.tensors[c.name] = hearth_test::safe_floats({4, 32}, hearth_test::noise("x", 128));
    base.refuses(peft, ErrorCode::unsupported, c.part);
  }
}

TEST(PeftAdapter, RefusesAnotherBaseModelAndBrokenPairs) {
  const Base base(hearth_test::tiny_qwen2());
  const auto refused = [&](const std::string& module, int64_t in, int64_t out, ErrorCode code, const std::string& part) {
    Peft peft;
    peft.config["base_model_name_or_path"] = "some/model";
    peft.pair(module, in, out);
    base.refuses(peft, code, part);
    if (code == ErrorCode::unsupported) base.refuses(peft, code, "some/model");
  };
  refused(kQ, 64, 32, ErrorCode::unsupported, kQ);
  refused(kQ, 32, 64, ErrorCode::unsupported, kQ);
  refused("model.layers.2.self_attn.q_proj", 32, 32, ErrorCode::unsupported, "model.layers.2.self_attn.q_proj");
  refused("transformer.h.0.attn.c_attn", 32, 96, ErrorCode::unsupported, "transformer.h.0.attn.c_attn");
  refused(kLayer + "mlp.experts.0.gate_proj", 32, 64, ErrorCode::unsupported, "experts.0.gate_proj");
  refused(kLayer + "mlp.experts", 32, 64, ErrorCode::unsupported, "mlp.experts");
  refused(kLayer + "self_attn.kv_b_proj", 32, 64, ErrorCode::unsupported, "kv_b_proj");
  refused(kLayer + "input_layernorm", 32, 1, ErrorCode::unsupported, "input_layernorm");
  refused("model.embed_tokens", 32, 48, ErrorCode::unsupported, "embed_tokens");
  Peft half;
  half.a(kQ, 4, 32);
  base.refuses(half, ErrorCode::bad_file, "half of the pair");
  Peft ranks;
  ranks.a(kQ, 5, 32);
  ranks.b(kQ, 32, 4);
  base.refuses(ranks, ErrorCode::unsupported, "do not fit");
  Peft wide;
  wide.config["r"] = 300;
  wide.pair(kQ, 32, 32, 300);
  base.refuses(wide, ErrorCode::unsupported, "rank 300");
  Peft numbers;
  numbers.pair(kQ, 32, 32);
  numbers.tensors[numbers.prefix + kQ + ".lora_A.weight"] = {"I32", {4, 32}, std::vector<std::byte>(512)};
  base.refuses(numbers, ErrorCode::bad_file, "no matrix of floats");
  Peft infinite;
  infinite.pair(kQ, 32, 32);
  infinite.tensors[infinite.prefix + kQ + ".lora_A.weight"] = hearth_test::safe_floats({4, 32}, std::vector<float>(128, NAN));
  base.refuses(infinite, ErrorCode::bad_file, "no numbers");
  base.refuses(Peft{}, ErrorCode::bad_file, "changes nothing");
}

}  // namespace
