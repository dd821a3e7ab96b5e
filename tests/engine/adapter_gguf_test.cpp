// Adapters as GGUF files (formats.md 11.1), and which kind of file is what.
#include <gtest/gtest.h>

#include "adapter_support.h"
#include "support/reference.h"

namespace {

using engine::DType;
using engine::ErrorCode;
using engine::gguf::Writer;
using hearth_test::Adapter;
using hearth_test::AdapterPair;
using hearth_test::Base;
using hearth_test::expect_change;
using hearth_test::expect_error;
using hearth_test::lora_writer;
using hearth_test::put_half;
using hearth_test::TempFolder;
using hearth_test::TinyModel;

constexpr const char* kQ = "blk.0.attn_q.weight";

Writer with_pair(Writer w, const std::string& tensor, std::vector<int64_t> a, std::vector<int64_t> b, DType type = DType::f32) {
  put_half(w, tensor + ".lora_a", std::move(a), type);
  put_half(w, tensor + ".lora_b", std::move(b), type);
  return w;
}

TEST(GgufAdapter, ReadsEveryKindOfMatrix) {
  const Base base(hearth_test::tiny_qwen3moe());
  Writer w = lora_writer("qwen3moe");
  w.put_string("general.name", "Fables");
  w = with_pair(w, kQ, {32, 4}, {4, 32});
  w = with_pair(w, "blk.1.attn_v.weight", {32, 4}, {4, 16});
  w = with_pair(w, "blk.1.ffn_gate_inp.weight", {32, 2}, {2, 8});
  w = with_pair(w, "blk.1.ffn_up_exps.weight", {32, 3, 8}, {3, 32, 8});
  w = with_pair(w, "output.weight", {32, 4}, {4, 48});
  w = with_pair(w, "token_embd.weight", {4, 48}, {4, 32});
  const Adapter adapter = base.good(w);
  EXPECT_EQ(adapter.name, "Fables");
  ASSERT_EQ(adapter.pairs.size(), 6u);
  EXPECT_TRUE(std::is_sorted(adapter.pairs.begin(), adapter.pairs.end(), [](const auto& a, const auto& b) { return a.tensor < b.tensor; }));
  const AdapterPair& q = *adapter.find(kQ);
  EXPECT_EQ(q.in, 32);
  EXPECT_EQ(q.out, 32);
  EXPECT_EQ(q.rank, 4);
  EXPECT_EQ(q.scale, 2.0f);
  EXPECT_EQ(adapter.find("blk.1.ffn_gate_inp.weight")->scale, 4.0f);
  const AdapterPair& up = *adapter.find("blk.1.ffn_up_exps.weight");
  EXPECT_EQ(up.experts, 8);
  EXPECT_EQ(up.rank, 3);
  EXPECT_EQ(up.scale, 8.0f / 3.0f);
  EXPECT_EQ(up.a, hearth_test::tiny_values("blk.1.ffn_up_exps.weight.lora_a", {{32, 3, 8}}));
  const AdapterPair& table = *adapter.find("token_embd.weight");
  EXPECT_EQ(table.in, 48);
  EXPECT_EQ(table.out, 32);
  EXPECT_EQ(table.a, hearth_test::tiny_values("token_embd.weight.lora_a", {{4, 48}}));
  EXPECT_EQ(adapter.find("blk.7.attn_q.weight"), nullptr);
}

TEST(GgufAdapter, TheTableOfTokensHasTwoForms) {
  const Base base(hearth_test::tiny_llama());
  Writer w = lora_writer("llama");
  const auto a = put_half(w, "token_embd.weight.lora_a", {32, 4}), b = put_half(w, "token_embd.weight.lora_b", {4, 48});
  // W[token][j] += sum_k b[token][k] a[k][j]
  expect_change(base.good(w), "token_embd.weight", [&](int64_t o, int64_t token, int64_t) {
    double sum = 0;
    for (int64_t k = 0; k < 4; ++k)
      sum += static_cast<double>(a[static_cast<size_t>(k * 32 + o)]) * static_cast<double>(b[static_cast<size_t>(token * 4 + k)]);
    return 2.0 * sum;
  });
  base.refuses(with_pair(lora_writer("llama"), "token_embd.weight", {4, 40}, {4, 32}), ErrorCode::unsupported, "does not fit");
}

TEST(GgufAdapter, AlphaZeroOrAbsentMeansScaleOne) {
  const Base base(hearth_test::tiny_llama());
  EXPECT_EQ(base.good(with_pair(lora_writer("llama", 0.0f), kQ, {32, 4}, {4, 32})).pairs[0].scale, 1.0f);
  Writer zero = lora_writer("llama", 0.0f);
  zero.put_f32("adapter.lora.alpha", 0.0f);
  EXPECT_EQ(base.good(with_pair(zero, kQ, {32, 4}, {4, 32})).pairs[0].scale, 1.0f);
  Writer whole = lora_writer("llama", 0.0f);
  whole.put_u32("adapter.lora.alpha", 2);
  EXPECT_EQ(base.good(with_pair(whole, kQ, {32, 4}, {4, 32})).pairs[0].scale, 0.5f);
  base.refuses(with_pair(lora_writer("llama", NAN), kQ, {32, 4}, {4, 32}), ErrorCode::bad_file, "alpha");
}

TEST(GgufAdapter, ReadsFourTypesAndNoOther) {
  const Base base(hearth_test::tiny_llama());
  const std::vector<float> exact = base.good(with_pair(lora_writer("llama"), kQ, {32, 32}, {32, 32})).pairs[0].a;
  for (const DType type : {DType::f16, DType::bf16, DType::q8_0}) {
    const Adapter adapter = base.good(with_pair(lora_writer("llama"), kQ, {32, 32}, {32, 32}, type));
    ASSERT_EQ(adapter.pairs.size(), 1u) << engine::dtype_name(type);
    for (size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(adapter.pairs[0].a[i], exact[i], 0.004f) << engine::dtype_name(type);
  }
  base.refuses(with_pair(lora_writer("llama"), kQ, {32, 32}, {32, 32}, DType::q4_0), ErrorCode::unsupported, "Q4_0");
}

TEST(GgufAdapter, IgnoresNormsAndLayersThatDoNotRun) {
  TinyModel tiny = hearth_test::tiny_llama();
  tiny.key("block_count", 2u);
  tiny.key("nextn_predict_layers", 1u);
  const Base base(tiny);
  ASSERT_EQ(base.config.n_layers, 1);
  Writer w = with_pair(lora_writer("llama"), kQ, {32, 4}, {4, 32});
  put_half(w, "blk.0.attn_norm.weight", {32});
  w = with_pair(w, "blk.1.attn_q.weight", {32, 4}, {4, 32});
  const Adapter adapter = base.good(w);
  ASSERT_EQ(adapter.pairs.size(), 1u);
  EXPECT_EQ(adapter.pairs[0].tensor, kQ);
}

TEST(GgufAdapter, RefusesAnotherBaseModel) {
  const Base base(hearth_test::tiny_llama());
  base.refuses(with_pair(lora_writer("qwen2"), kQ, {32, 4}, {4, 32}), ErrorCode::unsupported, "architecture 'qwen2'");
  base.refuses(with_pair(lora_writer("llama"), kQ, {64, 4}, {4, 32}), ErrorCode::unsupported, "blk.0.attn_q.weight");
  base.refuses(with_pair(lora_writer("llama"), kQ, {32, 4}, {4, 64}), ErrorCode::unsupported, "blk.0.attn_q.weight");
  base.refuses(with_pair(lora_writer("llama"), kQ, {32, 4, 2}, {4, 32, 2}), ErrorCode::unsupported, "blk.0.attn_q.weight");
  base.refuses(with_pair(lora_writer("llama"), "blk.2.attn_q.weight", {32, 4}, {4, 32}), ErrorCode::unsupported, "blk.2.attn_q.weight");
  base.refuses(with_pair(lora_writer("llama"), "blk.0.ffn_up_exps.weight", {32, 4}, {4, 64}), ErrorCode::unsupported, "ffn_up_exps");
  base.refuses(with_pair(lora_writer("llama"), "blk.0.attn_norm.weight", {32, 4}, {4, 1}), ErrorCode::unsupported, "attn_norm");
  base.refuses(with_pair(lora_writer("llama"), "rubbish", {32, 4}, {4, 1}), ErrorCode::unsupported, "rubbish");
}

TEST(GgufAdapter, RefusesBrokenAndForeignFiles) {
  const Base base(hearth_test::tiny_llama());
  for (const char* half : {".lora_a", ".lora_b"}) {
    Writer w = lora_writer("llama");
    put_half(w, std::string(kQ) + half, {4, 32});
    base.refuses(w, ErrorCode::bad_file, "half of the pair of blk.0.attn_q.weight");
  }
  base.refuses(with_pair(lora_writer("llama"), kQ, {32, 4}, {8, 32}), ErrorCode::bad_file, "ranks 4 and 8");
  base.refuses(with_pair(lora_writer("llama"), kQ, {32, 257}, {257, 32}), ErrorCode::unsupported, "rank 257");
  base.refuses(lora_writer("llama"), ErrorCode::bad_file, "changes nothing");
  Writer bias = with_pair(lora_writer("llama"), kQ, {32, 4}, {4, 32});
  put_half(bias, "blk.0.attn_q.bias", {32});
  base.refuses(bias, ErrorCode::unsupported, "blk.0.attn_q.bias");
  Writer kind;
  kind.put_string("general.architecture", "llama");
  kind.put_string("general.type", "adapter");
  kind.put_string("adapter.type", "ia3");
  base.refuses(with_pair(kind, kQ, {32, 4}, {4, 32}), ErrorCode::unsupported, "'ia3'");
  Writer alora = lora_writer("llama");
  alora.put_u32s("adapter.alora.invocation_tokens", std::vector<uint32_t>{1});
  base.refuses(with_pair(alora, kQ, {32, 4}, {4, 32}), ErrorCode::unsupported, "aLoRA");
  base.refuses(hearth_test::tiny_llama().writer(), ErrorCode::unsupported, "not an adapter");
  Writer endless = lora_writer("llama");
  endless.tensor_f32(std::string(kQ) + ".lora_a", std::vector<int64_t>{32, 1}, std::vector<float>(32, INFINITY));
  put_half(endless, std::string(kQ) + ".lora_b", {1, 32});
  base.refuses(endless, ErrorCode::bad_file, "no numbers");
}

TEST(GgufAdapter, FusedMatricesOfTheBaseAreTakenApart) {
  TinyModel fused = hearth_test::tiny_llama();
  for (const char* part : {"q", "k", "v"}) fused.tensors.erase(std::string("blk.0.attn_") + part + ".weight");
  fused.tensors["blk.0.attn_qkv.weight"] = {{32, 64}};
  for (const TinyModel& tiny : {fused, hearth_test::tiny_llama()}) {
    const Base base(tiny);
    Writer w = lora_writer("llama");
    const auto a = put_half(w, "blk.0.attn_qkv.weight.lora_a", {32, 4}), b = put_half(w, "blk.0.attn_qkv.weight.lora_b", {4, 64});
    const Adapter adapter = base.good(w);
    ASSERT_EQ(adapter.pairs.size(), 3u);
    const auto rows = [&](size_t first, size_t n) {
      return std::vector<float>(b.begin() + static_cast<ptrdiff_t>(4 * first), b.begin() + static_cast<ptrdiff_t>(4 * (first + n)));
    };
    EXPECT_EQ(adapter.find(kQ)->b, rows(0, 32));
    EXPECT_EQ(adapter.find("blk.0.attn_k.weight")->b, rows(32, 16));
    EXPECT_EQ(adapter.find("blk.0.attn_v.weight")->b, rows(48, 16));
    EXPECT_EQ(adapter.find("blk.0.attn_v.weight")->a, a);
    EXPECT_EQ(adapter.find("blk.0.attn_v.weight")->out, 16);
    // The parts by their own names, and not both.
    EXPECT_EQ(base.good(with_pair(lora_writer("llama"), "blk.0.attn_k.weight", {32, 4}, {4, 16})).pairs[0].out, 16);
    base.refuses(with_pair(w, "blk.0.attn_k.weight", {32, 4}, {4, 16}), ErrorCode::bad_file, "twice");
  }
}

TEST(GgufAdapter, FusedExpertsOfTheBaseAreTakenApart) {
  TinyModel fused = hearth_test::tiny_qwen3moe();
  fused.tensors.erase("blk.0.ffn_gate_exps.weight");
  fused.tensors.erase("blk.0.ffn_up_exps.weight");
  fused.tensors["blk.0.ffn_gate_up_exps.weight"] = {{32, 64, 8}};
  for (const TinyModel& tiny : {fused, hearth_test::tiny_qwen3moe()}) {
    const Base base(tiny);
    Writer w = lora_writer("qwen3moe");
    const auto b =
        (put_half(w, "blk.0.ffn_gate_up_exps.weight.lora_a", {32, 2, 8}), put_half(w, "blk.0.ffn_gate_up_exps.weight.lora_b", {2, 64, 8}));
    const Adapter adapter = base.good(w);
    ASSERT_EQ(adapter.pairs.size(), 2u);
    const AdapterPair &gate = *adapter.find("blk.0.ffn_gate_exps.weight"), &up = *adapter.find("blk.0.ffn_up_exps.weight");
    EXPECT_EQ(gate.a, up.a);
    for (size_t e = 0; e < 8; ++e) {
      for (size_t i = 0; i < 64; ++i) {
        ASSERT_EQ(gate.b[e * 64 + i], b[e * 128 + i]);
        ASSERT_EQ(up.b[e * 64 + i], b[e * 128 + 64 + i]);
      }
    }
    EXPECT_EQ(base.good(with_pair(lora_writer("qwen3moe"), "blk.0.ffn_up_exps.weight", {32, 2, 8}, {2, 32, 8})).pairs[0].out, 32);
  }
}

TEST(AdapterFiles, KindsThatAreNoLora) {
  const Base base(hearth_test::tiny_llama());
  TempFolder folder;
  const auto refused = [&](const std::string& path, ErrorCode code, const std::string& part) {
    const auto adapter = base.read(path);
    ASSERT_FALSE(adapter.ok());
    expect_error(adapter.error(), code, part);
  };
  refused(folder.path("nothing"), ErrorCode::not_found, "no file");
  refused(folder.path(""), ErrorCode::not_found, "adapter_model.safetensors");
  refused(folder.write("text.txt", hearth_test::as_bytes("hello")), ErrorCode::bad_file, "neither");
  refused(folder.write("empty.gguf", {}), ErrorCode::bad_file, "neither");
  refused(folder.write("cut.gguf", hearth_test::as_bytes("GGUF")), ErrorCode::bad_file, "cut.gguf");
  refused(folder.write("a.bin", hearth_test::as_bytes("PK\x03\x04")), ErrorCode::unsupported, "pickle");
  refused(folder.write("renamed.safetensors", hearth_test::as_bytes("\x80\x02")), ErrorCode::unsupported, "pickle");
  refused(folder.write("lonely.safetensors", hearth_test::safetensors_bytes({})), ErrorCode::not_found, "adapter_config.json");
  folder.write("adapters.safetensors", hearth_test::safetensors_bytes({}));
  refused(folder.path(""), ErrorCode::unsupported, "MLX");
  refused(folder.path("adapters.safetensors"), ErrorCode::unsupported, "MLX");
  folder.write("adapter_model.bin", hearth_test::as_bytes("\x80\x02"));
  refused(folder.path(""), ErrorCode::unsupported, "pickle");
}

TEST(AdapterReference, GgufAndPeftAreTheSame) {
  HEARTH_NEEDS_REFERENCE();
  for (const std::string arch : {"llama", "qwen2"}) {
    const auto file = engine::gguf::File::open(hearth_test::reference_path("arch/" + arch + ".gguf").string());
    ASSERT_TRUE(file.ok()) << file.error().text();
    const auto config = engine::model::read_config(*file);
    const auto gguf = engine::model::read_adapter(hearth_test::reference_path("lora/" + arch + "-lora.gguf").string(), *file, *config);
    const auto peft = engine::model::read_adapter(hearth_test::reference_path("lora/" + arch + "-peft").string(), *file, *config);
    ASSERT_TRUE(gguf.ok()) << gguf.error().text();
    ASSERT_TRUE(peft.ok()) << peft.error().text();
    EXPECT_EQ(peft->name, arch + "-peft");
    ASSERT_EQ(gguf->pairs.size(), 14u);
    ASSERT_EQ(peft->pairs.size(), 14u);
    for (size_t i = 0; i < gguf->pairs.size(); ++i) {
      const AdapterPair &g = gguf->pairs[i], &p = peft->pairs[i];
      EXPECT_EQ(g.tensor, p.tensor);
      EXPECT_EQ(g.scale, 2.0f);
      EXPECT_EQ(p.scale, 2.0f);
      EXPECT_EQ(g.a, p.a) << g.tensor;
      EXPECT_EQ(g.b, p.b) << g.tensor;
    }
    // The weights by their own path.
    EXPECT_TRUE(engine::model::read_adapter(hearth_test::reference_path("lora/" + arch + "-peft/adapter_model.safetensors").string(), *file,
                                            *config)
                    .ok());
  }
}

TEST(AdapterReference, MoeAdapters) {
  HEARTH_NEEDS_REFERENCE();
  for (const auto& [arch, pairs] : std::map<std::string, size_t>{{"qwen3moe", 10}, {"deepseek2-v3", 3}}) {
    const auto file = engine::gguf::File::open(hearth_test::reference_path("arch/" + arch + ".gguf").string());
    ASSERT_TRUE(file.ok()) << file.error().text();
    const auto config = engine::model::read_config(*file);
    const auto adapter = engine::model::read_adapter(hearth_test::reference_path("lora/" + arch + "-lora.gguf").string(), *file, *config);
    ASSERT_TRUE(adapter.ok()) << adapter.error().text();
    EXPECT_EQ(adapter->pairs.size(), pairs);
  }
}

/// Adapters of other people: one that fits a Qwen2.5-3B, one for another architecture, one pickled.
TEST(AdapterReference, RealOnes) {
  HEARTH_NEEDS_REFERENCE();
  const auto place = [](const char* name) { return hearth_test::reference_path(std::string("adapters/") + name).string(); };
  const Base small(hearth_test::tiny_qwen2());
  expect_error(small.read(place("law-qwen2.5-3b-lora")).error(), ErrorCode::unsupported, "Qwen/Qwen2.5-3B-Instruct");
  expect_error(small.read(place("medical-gemma-2b-it-lora")).error(), ErrorCode::unsupported, "google/gemma-2b-it");
  expect_error(small.read(place("gpt2-seqcls-lora-torchbin")).error(), ErrorCode::unsupported, "pickle");

  TinyModel wide = hearth_test::tiny_qwen2();  // the matrices of a Qwen2.5-3B that the adapter changes
  engine::model::Config config = hearth_test::config_of(wide);
  config.n_layers = 36;
  for (int i = 0; i < 36; ++i) {
    wide.tensors["blk." + std::to_string(i) + ".attn_q.weight"] = {{2048, 2048}, DType::iq1_s, 0.0f};
    wide.tensors["blk." + std::to_string(i) + ".attn_v.weight"] = {{2048, 256}, DType::iq1_s, 0.0f};
  }
  const auto law = Base(wide, config).read(place("law-qwen2.5-3b-lora"));
  ASSERT_TRUE(law.ok()) << law.error().text();
  EXPECT_EQ(law->name, "law-qwen2.5-3b-lora");
  ASSERT_EQ(law->pairs.size(), 72u);
  EXPECT_EQ(law->pairs[0].rank, 4);
  EXPECT_EQ(law->pairs[0].scale, 2.0f);
  config.n_layers = 18;  // doubled prefixes: the names are understood, so what is missing is layer 18
  const Base gemma(wide, config);
  expect_error(gemma.read(place("medical-gemma-2b-it-lora")).error(), ErrorCode::unsupported, "model.layers.0.self_attn");
}

}  // namespace
