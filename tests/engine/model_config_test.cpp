// Metadata to Config: rotary tables, the five architectures with their variants, and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/model_test.h"
#include "model/rope.h"
#include "support/reference.h"

namespace {

using engine::ErrorCode;
using engine::gguf::File;
using engine::model::Config;
using engine::model::GroupScore;
using engine::model::QkNorm;
using engine::model::RopePairs;
using engine::model::RouterGate;
using hearth_test::config_of;
using hearth_test::DeepseekKind;
using hearth_test::expect_config_error;
using hearth_test::MlaLayout;
using hearth_test::TinyModel;

TinyModel deepseek(DeepseekKind kind, MlaLayout layout = MlaLayout::current) {
  return hearth_test::tiny_deepseek2(layout, kind);
}

// Check numbers: formats.md 9.4.
void near(double actual, double expected) {
  EXPECT_NEAR(actual / expected, 1.0, 5e-5) << expected;
}

TEST(Rope, DeepseekYarn) {
  const engine::model::RopeScaling scaling{.kind = engine::model::RopeScalingKind::yarn, .factor = 40, .original_context = 4096};
  const auto range = engine::model::yarn_range(64, 10000, scaling);
  EXPECT_EQ(range.low, 10);
  EXPECT_EQ(range.high, 23);
  const auto f = engine::model::rope_inv_freq(64, 10000, scaling, {});
  ASSERT_EQ(f.size(), 32u);
  EXPECT_EQ(f[0], 1.0);
  near(f[1], 0.74989421);
  near(f[10], 0.05623413);
  near(f[16], 0.0055);
  near(f[23], 3.3338e-5);
  near(f[31], 3.3338e-6);
}

TEST(Rope, QwenYarn) {
  const engine::model::RopeScaling scaling{.kind = engine::model::RopeScalingKind::yarn, .factor = 4, .original_context = 32768};
  const auto range = engine::model::yarn_range(128, 1e6, scaling);
  EXPECT_EQ(range.low, 23);
  EXPECT_EQ(range.high, 40);
  const auto f = engine::model::rope_inv_freq(128, 1e6, scaling, {});
  near(f[1], 0.80584219);
  near(f[31], 0.00080296);
  near(f[40], 4.4457e-5);
}

TEST(Rope, LinearAndFactors) {
  const auto plain = engine::model::rope_inv_freq(8, 10000, {}, {});
  EXPECT_DOUBLE_EQ(plain[0], 1.0);
  EXPECT_DOUBLE_EQ(plain[2], 0.01);
  const auto linear = engine::model::rope_inv_freq(8, 10000, {.kind = engine::model::RopeScalingKind::linear, .factor = 4}, {});
  EXPECT_DOUBLE_EQ(linear[2], 0.0025);
  const std::vector<double> factors = {1, 2, 4, 8};
  const auto divided = engine::model::rope_inv_freq(8, 10000, {}, factors);
  EXPECT_DOUBLE_EQ(divided[2], 0.0025);
  EXPECT_DOUBLE_EQ(engine::model::yarn_mscale(1.0, 1.0), 1.0);
  EXPECT_NEAR(engine::model::yarn_mscale(32.0, 1.0), 1.3466, 5e-5);
}

/// The kq scales of V2-Lite and V3 (formats.md 9.4), from models with their head widths.
TEST(Rope, DeepseekScales) {
  for (const auto& [kind, expected] : {std::pair{DeepseekKind::lite, 0.1147214}, std::pair{DeepseekKind::v3, 0.1352338}}) {
    TinyModel m = deepseek(kind);
    m.key("rope.dimension_count", 64u);
    m.key("attention.key_length_mla", 192u);
    const Config c = config_of(m);
    EXPECT_NEAR(c.attn_scale, expected, 1e-6);
    EXPECT_EQ(c.rope.mscale, 1.0f);
    EXPECT_EQ(c.rope.pairs, engine::model::RopePairs::normal);
    near(c.rope.inv_freq.at(16), 0.0055);
    m.drop_key("rope.scaling.yarn_log_multiplier");  // early files: the same scale is assumed
    EXPECT_NEAR(config_of(m).attn_scale, expected, 1e-6);
  }
}

TEST(Rope, GenericYarnScalesCosAndSin) {
  TinyModel m = hearth_test::tiny_qwen3moe();
  m.key("rope.scaling.type", std::string("yarn"));
  m.key("rope.scaling.factor", 4.0f);
  m.key("rope.scaling.original_context_length", 64u);
  Config c = config_of(m);
  EXPECT_NEAR(c.rope.mscale, 1.0 + 0.1 * std::log(4.0), 1e-6);
  EXPECT_NEAR(c.attn_scale, 1.0 / std::sqrt(8.0), 1e-7);
  m.key("rope.scaling.attn_factor", 0.5f);
  EXPECT_NEAR(config_of(m).rope.mscale, 0.5 * (1.0 + 0.1 * std::log(4.0)), 1e-6);
}

TEST(ModelConfig, ListsSupportedArchitectures) {
  EXPECT_EQ(engine::model::supported_architectures(),
            (std::vector<std::string>{"deepseek", "deepseek2", "glm4moe", "gpt-oss", "granite", "granitemoe", "llama", "olmoe", "qwen2",
                                      "qwen2moe", "qwen3", "qwen3moe"}));
}

TEST(ModelConfig, Llama) {
  const Config c = config_of(hearth_test::tiny_llama());
  EXPECT_EQ(c.arch, "llama");
  EXPECT_EQ(c.name, "Tiny llama");
  EXPECT_EQ(c.n_layers, 2);
  EXPECT_EQ(c.n_embd, 32);
  EXPECT_EQ(c.n_vocab, 48);
  EXPECT_EQ(c.n_ctx_train, 256);
  EXPECT_FLOAT_EQ(c.norm_eps, 1e-6f);
  EXPECT_FALSE(c.is_mla);
  EXPECT_EQ(c.n_head, 4);
  EXPECT_EQ(c.n_head_kv, 2);
  EXPECT_EQ(c.head_k, 8);
  EXPECT_EQ(c.head_v, 8);
  EXPECT_EQ(c.qk_norm, QkNorm::none);
  EXPECT_FLOAT_EQ(c.attn_scale, 1.0f / std::sqrt(8.0f));
  EXPECT_EQ(c.rope.pairs, RopePairs::normal);
  EXPECT_EQ(c.rope.n_rot, 8);
  EXPECT_EQ(c.rope.inv_freq.size(), 4u);
  EXPECT_EQ(c.n_ff, 64);
  EXPECT_EQ(c.n_dense_layers, 2);
  EXPECT_FALSE(c.is_moe_layer(0));
  EXPECT_EQ(c.kv_row_k(), 16);
}

TEST(ModelConfig, LlamaRopeVariants) {
  TinyModel m = hearth_test::tiny_llama();
  m.key("rope.dimension_count", 4u);
  EXPECT_EQ(config_of(m).rope.inv_freq.size(), 2u);
  m.tensors["rope_freqs.weight"] = {.ne = {2}, .constant = 4.0f};
  EXPECT_DOUBLE_EQ(config_of(m).rope.inv_freq[1], 0.01 / 4.0);
  m.key("rope.scaling.type", std::string("linear"));
  m.key("rope.scaling.factor", 2.0f);
  EXPECT_DOUBLE_EQ(config_of(m).rope.inv_freq[1], 0.01 / 8.0);
  m.key("rope.scaling.type", std::string("none"));
  EXPECT_DOUBLE_EQ(config_of(m).rope.inv_freq[1], 0.01 / 4.0);
  m.drop_key("rope.scaling.type");
  EXPECT_DOUBLE_EQ(config_of(m).rope.inv_freq[1], 0.01 / 8.0);
  m.key("attention.scale", 0.125f);
  EXPECT_EQ(config_of(m).attn_scale, 0.125f);
}

TEST(ModelConfig, Mixtral) {
  const Config c = config_of(hearth_test::tiny_mixtral());
  EXPECT_EQ(c.moe.n_experts, 4);
  EXPECT_EQ(c.moe.n_used, 2);
  EXPECT_EQ(c.moe.n_shared, 0);
  EXPECT_EQ(c.moe.n_ff, 64);
  EXPECT_EQ(c.moe.gate, RouterGate::softmax);
  EXPECT_TRUE(c.moe.normalise);
  EXPECT_EQ(c.moe.scale, 1.0f);
  EXPECT_EQ(c.n_dense_layers, 0);
  EXPECT_TRUE(c.is_moe_layer(0));
}

TEST(ModelConfig, Qwen) {
  const Config qwen2 = config_of(hearth_test::tiny_qwen2());
  EXPECT_EQ(qwen2.rope.pairs, RopePairs::neox);
  EXPECT_EQ(qwen2.qk_norm, QkNorm::none);
  EXPECT_EQ(qwen2.n_vocab, 48);  // tied: from token_embd
  const Config moe = config_of(hearth_test::tiny_qwen3moe());
  EXPECT_EQ(moe.rope.pairs, RopePairs::neox);
  EXPECT_EQ(moe.qk_norm, QkNorm::per_head);
  EXPECT_EQ(moe.moe.n_ff, 32);
  EXPECT_TRUE(moe.moe.normalise);
  EXPECT_TRUE(moe.is_moe_layer(0));
  TinyModel early = hearth_test::tiny_qwen3moe();
  early.drop_key("expert_feed_forward_length");
  early.key("feed_forward_length", 96u);
  EXPECT_EQ(config_of(early).moe.n_ff, 32);
}

TEST(ModelConfig, Deepseek2Layouts) {
  for (const MlaLayout layout : {MlaLayout::current, MlaLayout::legacy}) {
    const Config c = config_of(deepseek(DeepseekKind::lite, layout));
    EXPECT_TRUE(c.is_mla);
    EXPECT_EQ(c.n_head, 4);
    EXPECT_EQ(c.n_head_kv, 1);
    EXPECT_EQ(c.mla.q_lora_rank, 0);
    EXPECT_EQ(c.mla.kv_lora_rank, 32);
    EXPECT_EQ(c.mla.nope, 8);
    EXPECT_EQ(c.mla.rope, 4);
    EXPECT_EQ(c.mla.v, 8);
    EXPECT_EQ(c.kv_row_k(), 36);
    EXPECT_EQ(c.kv_row_v(), 0);
    EXPECT_EQ(c.n_dense_layers, 1);
    EXPECT_FALSE(c.is_moe_layer(0));
    EXPECT_TRUE(c.is_moe_layer(1));
    EXPECT_EQ(c.moe.n_shared, 2);
    EXPECT_EQ(c.moe.gate, RouterGate::softmax);
    EXPECT_FALSE(c.moe.normalise);
    EXPECT_EQ(c.moe.n_groups, 1);
  }
  EXPECT_EQ(config_of(deepseek(DeepseekKind::v3)).mla.q_lora_rank, 16);
}

TEST(ModelConfig, Deepseek2Routing) {
  TinyModel m = deepseek(DeepseekKind::v3);
  Config c = config_of(m);
  EXPECT_EQ(c.moe.gate, RouterGate::sigmoid);
  EXPECT_TRUE(c.moe.normalise);
  EXPECT_EQ(c.moe.scale, 2.5f);
  EXPECT_EQ(c.moe.n_groups, 4);
  EXPECT_EQ(c.moe.n_groups_used, 2);
  EXPECT_EQ(c.moe.group_score, GroupScore::top2_sum);
  // V2: softmax without a selection bias ranks groups by their best expert.
  m.tensors.erase("blk.1.exp_probs_b.bias");
  m.key("expert_gating_func", 1u);
  EXPECT_EQ(config_of(m).moe.group_score, GroupScore::max);
  m.drop_key("expert_gating_func");
  m.drop_key("expert_weights_scale");
  c = config_of(m);
  EXPECT_EQ(c.moe.gate, RouterGate::softmax);
  EXPECT_EQ(c.moe.scale, 1.0f);
}

/// Files from before the group keys existed (formats.md 6 (a)).
TEST(ModelConfig, Deepseek2AssumedGroups) {
  TinyModel m = deepseek(DeepseekKind::v3);
  m.drop_key("expert_group_count");
  m.drop_key("expert_group_used_count");
  EXPECT_EQ(config_of(m).moe.n_groups, 1);
  m.key("expert_count", 256u);
  EXPECT_EQ(config_of(m).moe.n_groups, 8);
  EXPECT_EQ(config_of(m).moe.n_groups_used, 4);
  m.key("expert_count", 384u);  // Kimi K2 has one group
  EXPECT_EQ(config_of(m).moe.n_groups, 1);
  m.key("expert_count", 160u);
  m.key("expert_gating_func", 1u);
  EXPECT_EQ(config_of(m).moe.n_groups, 8);
  EXPECT_EQ(config_of(m).moe.n_groups_used, 3);
  m.key("expert_group_count", 1u);
  EXPECT_EQ(config_of(m).moe.n_groups, 1);
}

TEST(ModelConfig, LeavesMtpLayersOut) {
  TinyModel m = deepseek(DeepseekKind::v3);
  m.key("block_count", 3u);
  m.key("nextn_predict_layers", 1u);
  EXPECT_EQ(config_of(m).n_layers, 2);
  m.key("nextn_predict_layers", 3u);
  expect_config_error(m, ErrorCode::bad_file, "deepseek2.nextn_predict_layers leaves no layer over");
}

TEST(ModelConfig, AcceptsListsThatAgreeAndOtherWidths) {
  TinyModel m = hearth_test::tiny_llama();
  m.key("attention.head_count", std::vector<int32_t>{4, 4});
  EXPECT_EQ(config_of(m).n_head, 4);
  m.key("attention.head_count", std::vector<int32_t>{4, 2});
  expect_config_error(m, ErrorCode::unsupported, "llama.attention.head_count differs between layers");
}

TEST(ModelConfig, RefusesOtherFiles) {
  TinyModel m = hearth_test::tiny_llama();
  m.keys["general.architecture"] = std::string("rwkv7");
  expect_config_error(m, ErrorCode::unsupported, "architecture 'rwkv7'");
  expect_config_error(m, ErrorCode::unsupported, "llama, olmoe, qwen2, qwen2moe, qwen3, qwen3moe");
  m.keys["general.architecture"] = std::string("bad\n\x1b[2J") + std::string(500, 'x');
  expect_config_error(m, ErrorCode::unsupported, "bad??[2Jxxx");
  m.keys.erase("general.architecture");
  expect_config_error(m, ErrorCode::bad_file, "general.architecture");
  m = hearth_test::tiny_llama();
  m.keys["general.type"] = std::string("adapter");
  expect_config_error(m, ErrorCode::unsupported, "is a LoRA adapter");
  m.keys["general.type"] = std::string("mmproj");
  expect_config_error(m, ErrorCode::unsupported, "image projector");
  m.keys["general.type"] = std::string("imatrix");
  expect_config_error(m, ErrorCode::unsupported, "importance matrix");
  m.keys["general.type"] = std::string("model");
  m.tensors.clear();
  expect_config_error(m, ErrorCode::unsupported, "vocabulary only");
  TinyModel old = hearth_test::tiny_mixtral();
  old.tensors["blk.0.ffn_gate.0.weight"] = {{32, 64}};
  expect_config_error(old, ErrorCode::unsupported, "tensor of its own");
}

TEST(ModelConfig, NamesMissingAndAbsurdKeys) {
  for (const char* key : {"block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count",
                          "attention.layer_norm_rms_epsilon"}) {
    TinyModel m = hearth_test::tiny_llama();
    m.drop_key(key);
    expect_config_error(m, ErrorCode::bad_file, std::string("llama.") + key + " is missing");
    m.key(key, std::string("text"));
    expect_config_error(m, ErrorCode::bad_file, std::string("llama.") + key + " is not");
    m.key(key, std::numeric_limits<uint32_t>::max());
    expect_config_error(m, ErrorCode::bad_file, std::string("llama.") + key + " is 4294967295, outside");
  }
  const auto absurd = [](const char* key, hearth_test::KeyValue value, const std::string& part) {
    TinyModel m = hearth_test::tiny_mixtral();
    m.key(key, std::move(value));
    expect_config_error(m, ErrorCode::bad_file, part);
  };
  absurd("block_count", 0u, "llama.block_count is 0");
  absurd("block_count", 1000u, "llama.block_count is 1000, but the file has only");
  absurd("attention.head_count_kv", 3u, "does not divide the 4 heads");
  absurd("attention.head_count", 5u, "llama.attention.head_count");
  absurd("attention.key_length", 1u << 20, "llama.attention.key_length is 1048576, outside 1 to 16384");
  absurd("embedding_length", 1u << 20, "llama.attention.head_count is 4, too few");
  absurd("rope.dimension_count", 7u, "is 7, not an even number");
  absurd("rope.dimension_count", 10u, "is 10, more than the head width 8");
  absurd("rope.freq_base", 0.0f, "llama.rope.freq_base");
  absurd("rope.freq_base", std::numeric_limits<float>::quiet_NaN(), "llama.rope.freq_base");
  absurd("rope.scaling.factor", -1.0f, "llama.rope.scaling.factor");
  absurd("attention.layer_norm_rms_epsilon", 0.0f, "layer_norm_rms_epsilon");
  absurd("expert_used_count", 5u, "llama.expert_used_count is 5, more than the 4 experts");
  absurd("expert_used_count", 0u, "llama.expert_used_count is 0");
}

TEST(ModelConfig, RefusesWhatTheRopeTableCannotBe) {
  TinyModel m = hearth_test::tiny_llama();
  m.key("rope.scaling.type", std::string("longrope"));
  expect_config_error(m, ErrorCode::unsupported, "llama.rope.scaling.type is 'longrope'");
  m = hearth_test::tiny_llama();
  m.tensors["rope_freqs.weight"] = {.ne = {3}};
  expect_config_error(m, ErrorCode::bad_file, "rope_freqs.weight does not hold one F32 factor");
  m.tensors["rope_freqs.weight"] = {.ne = {4}, .constant = 0.0f};
  expect_config_error(m, ErrorCode::bad_file, "not positive");
}

TEST(ModelConfig, NamesAbsurdDeepseekKeys) {
  const auto absurd = [](const char* key, hearth_test::KeyValue value, ErrorCode code, const std::string& part) {
    TinyModel m = deepseek(DeepseekKind::v3);
    m.key("attention.kv_lora_rank", 2048u);
    m.key(key, std::move(value));
    expect_config_error(m, code, part);
  };
  absurd("attention.key_length_mla", 4u, ErrorCode::bad_file, "deepseek2.attention.key_length_mla is 4");
  absurd("attention.kv_lora_rank", 0u, ErrorCode::bad_file, "deepseek2.attention.kv_lora_rank is 0");
  absurd("attention.q_lora_rank", 0u, ErrorCode::bad_file, "deepseek2.attention.q_lora_rank is 0");
  absurd("attention.head_count", 16384u, ErrorCode::bad_file, "deepseek2.attention.head_count is 16384, too many");
  absurd("expert_group_count", 3u, ErrorCode::bad_file, "does not divide the 8 experts");
  absurd("expert_group_count", 8u, ErrorCode::bad_file, "as many groups as experts");
  absurd("expert_group_used_count", 5u, ErrorCode::bad_file, "not between 1 and the 4 groups");
  absurd("expert_group_used_count", 1u, ErrorCode::bad_file, "too few groups for 3 experts");
  absurd("expert_gating_func", 4u, ErrorCode::unsupported, "deepseek2.expert_gating_func is 4");
  absurd("leading_dense_block_count", 3u, ErrorCode::bad_file, "more than the 2 layers");
  absurd("expert_weights_norm", 1u, ErrorCode::bad_file, "deepseek2.expert_weights_norm is not a boolean");
  absurd("expert_shared_count", 4000u, ErrorCode::bad_file, "deepseek2.expert_shared_count");
}

TEST(ModelConfig, ReferenceModels) {
  HEARTH_NEEDS_REFERENCE();
  for (const char* name : {"llama", "mixtral", "qwen2", "qwen3", "qwen3moe", "deepseek2-lite", "deepseek2-legacy", "deepseek2-v3",
                           "deepseek", "qwen2moe", "olmoe", "gpt-oss", "granitemoe", "glm4moe"}) {
    const auto file = File::open(hearth_test::reference_path(std::string("arch/") + name + ".gguf").string());
    ASSERT_TRUE(file) << name << ": " << file.error().text();
    const auto config = engine::model::read_config(*file);
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->n_vocab, 512);
    EXPECT_EQ(config->n_embd, 64);
    const auto weights = engine::model::bind_weights(*file, *config);
    ASSERT_TRUE(weights) << weights.error().text();
    EXPECT_EQ(weights->layers.size(), static_cast<size_t>(config->n_layers));
  }
}

Config reference_config(const char* name, const engine::model::ConfigOptions& options = {}) {
  const auto file = File::open(hearth_test::reference_path(std::string("arch/") + name + ".gguf").string());
  EXPECT_TRUE(file) << name;
  const auto config = file ? engine::model::read_config(*file, options) : engine::Result<Config>(file.error());
  EXPECT_TRUE(config) << config.error().text();
  return config ? *config : Config{};
}

TEST(ModelConfig, GptOss) {
  HEARTH_NEEDS_REFERENCE();
  const Config c = reference_config("gpt-oss");
  EXPECT_EQ(c.window_of(0), 16);  // every other layer, the first one first
  EXPECT_EQ(c.window_of(1), 0);
  EXPECT_EQ(c.window_of(2), 16);
  EXPECT_TRUE(c.sinks && c.qkv_bias && c.moe.biases);
  EXPECT_EQ(c.moe.gate, RouterGate::softmax_topk);
  EXPECT_NEAR(static_cast<double>(c.rope.mscale), 1.3465736, 1e-6);
  // The original does not round the ends of its YaRN ramp.
  const Config rounded = reference_config("gpt-oss", {.round_yarn = true});
  EXPECT_NE(c.rope.inv_freq, rounded.rope.inv_freq);
}

TEST(ModelConfig, ScalesNormsAndGates) {
  HEARTH_NEEDS_REFERENCE();
  const Config granite = reference_config("granitemoe");
  EXPECT_EQ(granite.embedding_scale, 12.0f);
  EXPECT_EQ(granite.residual_scale, 0.22f);
  EXPECT_EQ(granite.logit_scale, 6.0f);
  EXPECT_EQ(granite.attn_scale, 0.015625f);
  EXPECT_EQ(reference_config("olmoe").qk_norm, QkNorm::whole_row);
  const Config glm = reference_config("glm4moe");
  EXPECT_EQ(glm.ffn_norm, "post_attention_norm");
  EXPECT_EQ(glm.rope.n_rot, glm.head_k / 2);
  EXPECT_EQ(glm.moe.gate, RouterGate::sigmoid);
  EXPECT_EQ(glm.moe.n_ff_shared, 64);
  const Config qwen2moe = reference_config("qwen2moe");
  EXPECT_TRUE(qwen2moe.moe.shared_gate);
  EXPECT_FALSE(qwen2moe.moe.normalise);
  EXPECT_EQ(qwen2moe.moe.n_ff_shared, 128);
  EXPECT_EQ(reference_config("deepseek").moe.n_ff_shared, 128);
}

}  // namespace
