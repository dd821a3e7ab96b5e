// Tensors to weights: shapes, types, fused and legacy layouts, and what is refused; then what inspect_model tells.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "engine/info.h"
#include "engine/model_test.h"
#include "support/reference.h"

namespace {

using engine::DType;
using engine::ErrorCode;
using engine::Weight;
using engine::model::LayerWeights;
using hearth_test::DeepseekKind;
using hearth_test::element;
using hearth_test::expect_weight_error;
using hearth_test::MlaLayout;
using hearth_test::Model;
using hearth_test::TinyModel;

/// The value that the noise of a tensor has at [expert][row][column].
float stored(const TinyModel& m, const std::string& name, int64_t column, int64_t row, int64_t expert = 0) {
  const hearth_test::TinyTensor& t = m.tensors.at(name);
  const int64_t rows = t.ne.size() > 1 ? t.ne[1] : 1;
  return hearth_test::tiny_values(name, t)[static_cast<size_t>((expert * rows + row) * t.ne[0] + column)];
}

TEST(ModelWeights, LlamaMatrices) {
  TinyModel m = hearth_test::tiny_llama();
  m.tensors["blk.1.ffn_up.weight"].type = DType::q8_0;
  const Model model(m);
  const auto w = model.weights();
  ASSERT_TRUE(w) << w.error().text();
  ASSERT_EQ(w->layers.size(), 2u);
  const LayerWeights& l = w->layers[1];
  EXPECT_EQ(l.wq.in, 32);
  EXPECT_EQ(l.wq.out, 32);
  EXPECT_EQ(l.wq.row_stride, 128u);
  EXPECT_EQ(l.wq.expert_stride, 128u * 32);
  EXPECT_EQ(l.wk.out, 16);
  EXPECT_EQ(l.w_down.in, 64);
  EXPECT_EQ(l.w_down.out, 32);
  EXPECT_EQ(l.w_up.type, DType::q8_0);
  EXPECT_EQ(l.w_up.row_stride, 34u);
  EXPECT_EQ(element(l.wk, 5, 3), stored(m, "blk.1.attn_k.weight", 5, 3));
  EXPECT_NEAR(element(l.w_up, 5, 63), stored(m, "blk.1.ffn_up.weight", 5, 63), 0.005);
  EXPECT_EQ(l.attn_norm[31], stored(m, "blk.1.attn_norm.weight", 31, 0));
  EXPECT_EQ(l.bq, nullptr);
  EXPECT_TRUE(l.router.empty());
  EXPECT_NE(w->output.data, w->token_embd.data);
  EXPECT_TRUE(w->owned.empty());
}

TEST(ModelWeights, TiedOutputAndBiases) {
  const TinyModel m = hearth_test::tiny_qwen2();
  const Model model(m);
  const auto w = model.weights();
  ASSERT_TRUE(w) << w.error().text();
  EXPECT_EQ(w->output.data, w->token_embd.data);
  EXPECT_EQ(w->output.out, 48);
  EXPECT_EQ(w->layers[0].bk[15], stored(m, "blk.0.attn_k.bias", 15, 0));
}

TEST(ModelWeights, WidensVectors) {
  TinyModel m = hearth_test::tiny_qwen3moe();
  m.tensors["blk.0.attn_norm.weight"].type = DType::f16;
  m.tensors["blk.0.attn_q_norm.weight"].type = DType::bf16;
  const Model model(m);
  const auto w = model.weights();
  ASSERT_TRUE(w) << w.error().text();
  EXPECT_EQ(w->owned.size(), 2u);
  for (int64_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(w->layers[0].attn_norm[i], stored(m, "blk.0.attn_norm.weight", i, 0), 3e-4);
    EXPECT_NEAR(w->layers[0].q_norm[i], stored(m, "blk.0.attn_q_norm.weight", i, 0), 2e-3);
  }
}

TEST(ModelWeights, FusedQkv) {
  TinyModel m = hearth_test::tiny_qwen2();
  for (const char* part : {"q", "k", "v"}) {
    m.tensors.erase(std::string("blk.0.attn_") + part + ".weight");
    m.tensors.erase(std::string("blk.0.attn_") + part + ".bias");
  }
  m.tensors["blk.0.attn_qkv.weight"] = {.ne = {32, 64}, .type = DType::f16};
  m.tensors["blk.0.attn_qkv.bias"] = {{64}};
  const Model model(m);
  const auto w = model.weights();
  ASSERT_TRUE(w) << w.error().text();
  const LayerWeights& l = w->layers[0];
  EXPECT_EQ(l.wq.out, 32);
  EXPECT_EQ(l.wk.out, 16);
  EXPECT_EQ(l.wv.out, 16);
  EXPECT_NEAR(element(l.wq, 1, 31), stored(m, "blk.0.attn_qkv.weight", 1, 31), 3e-4);
  EXPECT_NEAR(element(l.wk, 1, 0), stored(m, "blk.0.attn_qkv.weight", 1, 32), 3e-4);
  EXPECT_NEAR(element(l.wv, 1, 15), stored(m, "blk.0.attn_qkv.weight", 1, 63), 3e-4);
  EXPECT_EQ(l.bq[0], stored(m, "blk.0.attn_qkv.bias", 0, 0));
  EXPECT_EQ(l.bk[0], stored(m, "blk.0.attn_qkv.bias", 32, 0));
  EXPECT_EQ(l.bv[15], stored(m, "blk.0.attn_qkv.bias", 63, 0));
}

TEST(ModelWeights, ExpertsAndFusedExperts) {
  TinyModel m = hearth_test::tiny_mixtral();
  m.tensors.erase("blk.1.ffn_gate_exps.weight");
  m.tensors.erase("blk.1.ffn_up_exps.weight");
  m.tensors["blk.1.ffn_gate_up_exps.weight"] = {{32, 128, 4}};
  const Model model(m);
  const auto w = model.weights();
  ASSERT_TRUE(w) << w.error().text();
  const LayerWeights& plain = w->layers[0];
  EXPECT_EQ(plain.router.out, 4);
  EXPECT_EQ(plain.gate_exps.experts, 4);
  EXPECT_EQ(plain.down_exps.in, 64);
  EXPECT_EQ(element(plain.up_exps, 3, 60, 2), stored(m, "blk.0.ffn_up_exps.weight", 3, 60, 2));
  const LayerWeights& fused = w->layers[1];
  EXPECT_EQ(fused.gate_exps.out, 64);
  EXPECT_EQ(fused.up_exps.out, 64);
  EXPECT_EQ(fused.gate_exps.bytes(), plain.gate_exps.bytes());
  EXPECT_EQ(element(fused.gate_exps, 3, 60, 2), stored(m, "blk.1.ffn_gate_up_exps.weight", 3, 60, 2));
  EXPECT_EQ(element(fused.up_exps, 3, 60, 3), stored(m, "blk.1.ffn_gate_up_exps.weight", 3, 124, 3));
}

TEST(ModelWeights, DeepseekCurrentLayout) {
  const TinyModel m = hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3);
  const Model model(m);
  const auto w = model.weights();
  ASSERT_TRUE(w) << w.error().text();
  const LayerWeights& l = w->layers[1];
  EXPECT_TRUE(l.wq.empty());
  EXPECT_EQ(l.wq_a.out, 16);
  EXPECT_EQ(l.wq_b.out, 48);
  EXPECT_EQ(l.wkv_a.out, 36);
  EXPECT_EQ(l.wk_b.in, 8);
  EXPECT_EQ(l.wk_b.out, 32);
  EXPECT_EQ(l.wk_b.experts, 4);
  EXPECT_EQ(l.wv_b.in, 32);
  EXPECT_EQ(l.wv_b.out, 8);
  EXPECT_EQ(l.w_gate.out, 32);  // the shared expert
  EXPECT_EQ(l.router_select_bias[7], stored(m, "blk.1.exp_probs_b.bias", 7, 0));
  EXPECT_EQ(w->layers[0].w_gate.out, 64);
}

/// k_b is the transpose of the K rows of kv_b and v_b its V rows, head by head (formats.md 7).
TEST(ModelWeights, DeepseekLegacyLayout) {
  for (const DType type : {DType::f32, DType::f16, DType::q8_0}) {
    TinyModel m = hearth_test::tiny_deepseek2(MlaLayout::legacy, DeepseekKind::lite);
    m.tensors["blk.1.attn_kv_b.weight"].type = type;
    const Model model(m);
    const auto w = model.weights();
    ASSERT_TRUE(w) << w.error().text();
    const LayerWeights& l = w->layers[1];
    EXPECT_EQ(l.wk_b.type, type == DType::f32 ? DType::f32 : DType::f16);
    EXPECT_EQ(l.wv_b.type, type);
    ASSERT_EQ(l.wk_b.in, 8);
    ASSERT_EQ(l.wk_b.out, 32);
    ASSERT_EQ(l.wv_b.out, 8);
    const double tolerance = type == DType::f32 ? 0.0 : type == DType::f16 ? 3e-4 : 5e-3;
    for (int64_t head = 0; head < 4; ++head) {
      for (int64_t n = 0; n < 8; ++n) {
        for (int64_t c = 0; c < 32; ++c) {
          EXPECT_NEAR(element(l.wk_b, n, c, head), stored(m, "blk.1.attn_kv_b.weight", c, head * 16 + n), tolerance);
          EXPECT_NEAR(element(l.wv_b, c, n, head), stored(m, "blk.1.attn_kv_b.weight", c, head * 16 + 8 + n), tolerance);
        }
      }
    }
  }
}

TEST(ModelWeights, NamesMissingTensors) {
  for (const auto& tensor : hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3).tensors) {
    const std::string& name = tensor.first;
    TinyModel m = hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3);
    m.tensors.erase(name);
    const Model model(m);
    const auto w = model.weights();
    if (name == "output.weight" || name == "blk.1.exp_probs_b.bias") {
      EXPECT_TRUE(w.ok()) << name;
    } else {
      ASSERT_FALSE(w.ok()) << name;
      hearth_test::expect_error(w.error(), ErrorCode::bad_file, name + " is missing");
    }
  }
  TinyModel biased = hearth_test::tiny_qwen2();
  biased.tensors.erase("blk.1.attn_k.bias");
  expect_weight_error(biased, ErrorCode::bad_file, "bias of blk.1.attn_q, attn_k or attn_v is missing");
}

TEST(ModelWeights, NamesWrongShapesAndTypes) {
  TinyModel m = hearth_test::tiny_llama();
  m.tensors["blk.1.attn_v.weight"].ne = {32, 24};
  expect_weight_error(m, ErrorCode::bad_file, "blk.1.attn_v.weight has the shape [32, 24, 1, 1]; [32, 16, 1, 1] was expected");
  m = hearth_test::tiny_llama();
  m.tensors["blk.0.attn_norm.weight"].ne = {32, 2};
  expect_weight_error(m, ErrorCode::bad_file, "blk.0.attn_norm.weight has the shape [32, 2, 1, 1]");
  m = hearth_test::tiny_llama();
  m.tensors["output.weight"].ne = {32, 40};
  expect_weight_error(m, ErrorCode::bad_file, "token_embd.weight has the shape [32, 48, 1, 1]; [32, 40, 1, 1]");
  m = hearth_test::tiny_llama();
  m.tensors["blk.0.ffn_up.weight"].type = DType::i8;
  expect_weight_error(m, ErrorCode::unsupported, "blk.0.ffn_up.weight has the block type I8; supported are F32, F16");
  m = hearth_test::tiny_llama();
  m.tensors["blk.0.attn_norm.weight"].type = DType::q8_0;
  expect_weight_error(m, ErrorCode::unsupported, "blk.0.attn_norm.weight has the block type Q8_0; vectors are F32");
}

TEST(ModelWeights, RefusesTensorsThatWouldChangeTheResult) {
  for (const char* name :
       {"blk.0.ffn_gate.bias", "blk.1.attn_q_norm.weight", "blk.0.attn_sinks.weight", "blk.0.ffn_up.scale", "output.bias"}) {
    TinyModel m = hearth_test::tiny_llama();
    m.tensors[name] = {{32}};
    expect_weight_error(m, ErrorCode::unsupported, name);
  }
  TinyModel harmless = hearth_test::tiny_llama();
  harmless.tensors["blk.0.attn_rot_embd"] = {{4}};
  harmless.tensors["blk.2.nextn.enorm.weight"] = {{32}};
  EXPECT_TRUE(Model(harmless).weights().ok());
}

TEST(ModelInfo, TellsTheFacts) {
  const TinyModel m = hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3);
  const Model model(m);
  const auto info = engine::inspect_model(model.path());
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(info->architecture, "deepseek2");
  EXPECT_EQ(info->name, "Tiny deepseek2");
  EXPECT_EQ(info->license, "Apache-2.0");
  EXPECT_EQ(info->quantisation, "F32");
  EXPECT_EQ(info->layers, 2);
  EXPECT_EQ(info->embedding, 32);
  EXPECT_EQ(info->vocabulary, 48);
  EXPECT_EQ(info->experts, 8);
  EXPECT_EQ(info->experts_used, 3);
  EXPECT_EQ(info->experts_shared, 1);
  EXPECT_EQ(info->context_length, 256);
  EXPECT_EQ(info->kv_bytes_per_token, 2u * 36 * 2);
  EXPECT_TRUE(info->has_chat_template);
  EXPECT_FALSE(info->vocabulary_only);
  EXPECT_EQ(info->tokenizer, "SentencePiece");
  EXPECT_EQ(info->file_bytes, m.bytes().size());
  uint64_t parameters = 0;
  for (const auto& [name, t] : m.tensors) parameters += hearth_test::tiny_values(name, t).size();
  const uint64_t experts = 3u * 32 * 32 * 8;
  EXPECT_EQ(info->parameters, parameters);
  EXPECT_EQ(info->weight_bytes, 4 * parameters);
  EXPECT_EQ(info->expert_bytes, 4 * experts);
  // 3 of 8 experts, and one row of the embedding instead of 48.
  EXPECT_EQ(info->active_parameters, parameters - experts / 8 * 5 - 32 * 47);
  EXPECT_EQ(info->bytes_per_token, 4 * info->active_parameters);
}

TEST(ModelInfo, TiedOutputCountsAndMixtures) {
  TinyModel m = hearth_test::tiny_qwen2();
  m.tensors["blk.0.ffn_up.weight"].type = DType::q8_0;
  const Model model(m);
  const auto info = engine::inspect_model(model.path());
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(info->active_parameters, info->parameters);
  EXPECT_EQ(info->bytes_per_token, info->weight_bytes);
  ASSERT_EQ(info->bytes_by_type.size(), 2u);
  EXPECT_EQ(info->bytes_by_type[0].first, "F32");
  EXPECT_EQ(info->bytes_by_type[1], (std::pair<std::string, uint64_t>("Q8_0", 64 * 34)));
}

TEST(ModelInfo, VocabularyOnly) {
  TinyModel m = hearth_test::tiny_llama();
  m.tensors.clear();
  m.keys.erase("general.name");
  m.keys["tokenizer.ggml.model"] = std::string("gpt2");
  m.keys["tokenizer.ggml.pre"] = std::string("qwen2");
  const Model model(m);
  const auto info = engine::inspect_model(model.path());
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_TRUE(info->vocabulary_only);
  EXPECT_EQ(info->vocabulary, 48);
  EXPECT_EQ(info->name, "tiny");
  EXPECT_EQ(info->tokenizer, "BPE (qwen2)");
  EXPECT_EQ(info->weight_bytes, 0u);
}

TEST(ModelInfo, EstimatesMemory) {
  const Model model(hearth_test::tiny_deepseek2(MlaLayout::legacy, DeepseekKind::lite));
  const auto info = engine::inspect_model(model.path());
  ASSERT_TRUE(info) << info.error().text();
  const auto memory = engine::estimate_memory(model.path(), 128, engine::KvType::f16);
  ASSERT_TRUE(memory) << memory.error().text();
  EXPECT_EQ(memory->experts, info->expert_bytes);
  EXPECT_EQ(memory->weights, info->weight_bytes - info->expert_bytes + 2u * 4 * 8 * 32 * 4);  // with the transposed K
  EXPECT_EQ(memory->kv_cache, 6u * 128 * info->kv_bytes_per_token);
  EXPECT_GT(memory->scratch, 0u);
  const auto whole = engine::estimate_memory(model.path(), 0, engine::KvType::f32);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->kv_cache, 6u * 256 * 2 * info->kv_bytes_per_token);
  EXPECT_FALSE(engine::estimate_memory(model.path(), -1, engine::KvType::f16).ok());
  EXPECT_FALSE(engine::estimate_memory(model.path(), std::numeric_limits<int>::max(), engine::KvType::f16).ok());
  EXPECT_FALSE(engine::estimate_memory("/no/such/file.gguf", 0, engine::KvType::f16).ok());
}

TEST(ModelInfo, BundledModel) {
  const auto info = engine::inspect_model(std::string(HEARTH_MODELS) + "/ember-q8_0.gguf");
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(info->architecture, "deepseek2");
  EXPECT_EQ(info->quantisation, "Q8_0");
  EXPECT_EQ(info->license, "Apache-2.0");
  EXPECT_TRUE(info->has_chat_template);
  EXPECT_EQ(info->experts, 12);
}

TEST(ModelInfo, ReferenceVocabularies) {
  HEARTH_NEEDS_REFERENCE();
  for (const char* name : {"deepseek-llm", "deepseek-v3", "qwen2", "llama-bpe"}) {
    const auto info = engine::inspect_model(hearth_test::reference_path(std::string("tokenizer/") + name + ".gguf").string());
    ASSERT_TRUE(info) << info.error().text();
    EXPECT_TRUE(info->vocabulary_only);
    EXPECT_EQ(info->tokenizer, std::string("BPE (") + name + ")");
  }
}

}  // namespace
