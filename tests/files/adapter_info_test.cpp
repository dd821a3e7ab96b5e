// What an adapter is without its base model, and what is refused whatever the model.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "engine/adapter_support.h"
#include "engine/files.h"
#include "support/reference.h"

namespace {

using engine::AdapterFormat;
using engine::AdapterInfo;
using engine::DType;
using engine::ErrorCode;
using hearth_test::as_bytes;
using hearth_test::expect_error;
using hearth_test::lora_writer;
using hearth_test::Peft;
using hearth_test::put_half;
using hearth_test::TempFolder;
using Writer = engine::gguf::Writer;
using Names = std::vector<std::string>;

/// A pair for one matrix of a base that nobody has: {in, r} and {r, out}.
void pair(Writer& w, const std::string& tensor, int64_t in, int64_t out, int64_t r = 4, DType type = DType::f32) {
  put_half(w, tensor + ".weight.lora_a", {in, r}, type);
  put_half(w, tensor + ".weight.lora_b", {r, out}, type);
}

AdapterInfo good(const std::string& path) {
  const auto info = engine::inspect_adapter(path);
  EXPECT_TRUE(info.ok()) << info.error().text();
  return info ? *info : AdapterInfo{};
}

void refused(const std::string& path, ErrorCode code, const std::string& part) {
  const auto info = engine::inspect_adapter(path);
  ASSERT_FALSE(info.ok()) << "expected: " << part;
  expect_error(info.error(), code, part);
}

void refused(const Writer& w, ErrorCode code, const std::string& part) {
  const TempFolder folder;
  refused(folder.write("a.gguf", w.bytes()), code, part);
}

void refused(const Peft& peft, ErrorCode code, const std::string& part) {
  const TempFolder folder;
  peft.write(folder);
  refused(folder.path(""), code, part);
}

Peft small_peft() {
  Peft peft;
  peft.pair("model.layers.0.self_attn.q_proj", 32, 32);
  peft.pair("model.layers.1.mlp.down_proj", 64, 32);
  return peft;
}

TEST(AdapterInfo, OfAGgufFile) {
  const TempFolder folder;
  Writer w = lora_writer("some-arch", 16.0f);
  w.put_string("general.name", "Law\x1b[31m\xff of the sea");
  w.put_string("general.description", std::string(3000, 'x'));
  w.put_string("general.license", "MIT");
  w.put_string("general.base_model.0.name", "Some Model 7B");
  pair(w, "blk.0.attn_q", 32, 32, 4);
  pair(w, "blk.7.attn_q", 32, 32, 8);
  pair(w, "blk.7.ffn_down_exps", 16, 32, 2);
  put_half(w, "token_embd.weight.lora_a", {4, 48});
  put_half(w, "token_embd.weight.lora_b", {4, 32});
  const std::string path = folder.write("law.gguf", w.bytes());
  const AdapterInfo info = good(path);
  EXPECT_EQ(info.name, "Law\xEF\xBF\xBD[31m\xEF\xBF\xBD of the sea");
  EXPECT_EQ(info.format, AdapterFormat::gguf);
  EXPECT_EQ(info.architecture, "some-arch");
  EXPECT_EQ(info.base_name, "Some Model 7B");
  EXPECT_EQ(info.description, std::string(2000, 'x') + "…");
  EXPECT_EQ(info.license, "MIT");
  EXPECT_EQ(info.rank, 8);
  EXPECT_EQ(info.alpha, 16.0);
  EXPECT_EQ(info.tensors, 4);
  EXPECT_EQ(info.targets, (Names{"attn_q", "ffn_down_exps", "token_embd"}));
  EXPECT_EQ(info.bytes, std::filesystem::file_size(path));
  EXPECT_EQ(info.files, Names{path});
  Writer unnamed = lora_writer("llama", 0.0f);
  pair(unnamed, "output", 8, 8);
  const AdapterInfo bare = good(folder.write("bare name.gguf", unnamed.bytes()));
  EXPECT_EQ(bare.name, "bare name.gguf");
  EXPECT_EQ(bare.alpha, 0.0);
  EXPECT_EQ(bare.targets, Names{"output"});
}

TEST(AdapterInfo, OfAPeftFolderByEveryWayToNameIt) {
  const TempFolder outer;
  const std::string place = outer.path("my adapter 法律");
  std::filesystem::create_directory(place);
  Peft peft = small_peft();
  peft.config["lora_alpha"] = 12.5;
  peft.config["base_model_name_or_path"] = "Org/Base-7B";
  peft.config["rank_pattern"] = {{"down_proj", 6}};
  peft.tensors.clear();
  peft.pair("model.layers.0.self_attn.q_proj", 32, 32, 4);
  peft.pair("model.layers.1.mlp.down_proj", 64, 32, 6);
  const TempFolder made;
  peft.write(made);
  for (const char* name : {"adapter_config.json", "adapter_model.safetensors"})
    std::filesystem::copy_file(made.path(name), std::filesystem::path(place) / name);
  std::ofstream(std::filesystem::path(place) / "README.md") << "---\nlibrary_name: peft\nlicense: \"apache-2.0\"\n---\nlicense: no\n";
  for (const std::string& path : {place, place + "/", place + "/adapter_config.json", place + "/adapter_model.safetensors"}) {
    const AdapterInfo info = good(path);
    EXPECT_EQ(info.name, "my adapter 法律") << path;
    EXPECT_EQ(info.format, AdapterFormat::peft);
    EXPECT_EQ(info.architecture, "");
    EXPECT_EQ(info.base_name, "Org/Base-7B");
    EXPECT_EQ(info.license, "apache-2.0");
    EXPECT_EQ(info.rank, 6);
    EXPECT_EQ(info.alpha, 12.5);
    EXPECT_EQ(info.tensors, 2);
    EXPECT_EQ(info.targets, (Names{"down_proj", "q_proj"}));
    EXPECT_EQ(info.files, (Names{place + "/adapter_config.json", place + "/adapter_model.safetensors"}));
    EXPECT_EQ(info.bytes, std::filesystem::file_size(info.files[0]) + std::filesystem::file_size(info.files[1]));
  }
}

TEST(AdapterInfo, TakesDoubledPrefixesAdapterNamesAndFusedExperts) {
  Peft doubled = small_peft();
  doubled.tensors.clear();
  doubled.prefix = "base_model.model.base_model.model.";
  doubled.suffix = ".default.weight";
  doubled.pair("model.layers.0.self_attn.q_proj", 32, 32);
  const TempFolder folder;
  doubled.write(folder);
  EXPECT_EQ(good(folder.path("")).targets, Names{"q_proj"});

  Peft fused;  // 8 experts of rank 4
  fused.pair("model.layers.0.mlp.experts", 32, 64, 8 * 4);
  fused.pair("model.layers.0.mlp.experts.base_layer", 32, 32, 8 * 4);
  fused.pair("model.layers.1.mlp.experts.3.up_proj", 32, 64, 4);
  const TempFolder other;
  fused.write(other);
  const AdapterInfo info = good(other.path(""));
  EXPECT_EQ(info.rank, 4);
  EXPECT_EQ(info.tensors, 3);
  EXPECT_EQ(info.targets, (Names{"experts", "up_proj"}));
}

TEST(AdapterInfo, RanksOfFusedExpertsComeFromTheSettings) {
  Peft granite;
  granite.pair("model.layers.0.block_sparse_moe.input_linear", 32, 64, 8 * 4);
  granite.pair("model.layers.0.shared_mlp.input_linear", 32, 64, 4);
  Peft pattern;
  pattern.config["rank_pattern"] = {{"experts.gate_up_proj", 5}};
  pattern.pair("model.layers.0.mlp.experts", 32, 64, 3 * 5);
  pattern.pair("model.layers.0.mlp.experts.base_layer", 64, 32, 3 * 4);
  Peft wrong;
  wrong.pair("model.layers.0.mlp.experts", 32, 64, 7);
  const TempFolder a, b;
  granite.write(a);
  EXPECT_EQ(good(a.path("")).rank, 4);
  pattern.write(b);
  EXPECT_EQ(good(b.path("")).rank, 5);
  refused(wrong, ErrorCode::bad_file, "has rank 7");
}

TEST(AdapterInfo, OnlyFrontMatterNamesTheLicence) {
  const struct {
    const char* readme;
    const char* license;
  } cases[] = {{"", ""},
               {"license: mit\n", ""},
               {"---\r\nlicense: mit\r\n---\r\n", "mit"},
               {"---\nlicense_name: x\nlicense:\n---\n", ""},
               {"---\nlicense: 'cc-by-4.0' \n", "cc-by-4.0"},
               {"---\nno end, no key", ""},
               {"---\n---\nlicense: mit", ""}};
  for (const auto& c : cases) {
    const TempFolder folder;
    small_peft().write(folder);
    folder.write("README.md", as_bytes(c.readme));
    EXPECT_EQ(good(folder.path("")).license, c.license) << c.readme;
  }
}

TEST(AdapterInfo, RefusesWhatNoModelCanUse) {
  const TempFolder folder;
  refused(folder.path("none.gguf"), ErrorCode::not_found, "none.gguf");
  refused(folder.path(""), ErrorCode::not_found, "adapter_model.safetensors");
  refused(folder.write("text.txt", as_bytes("hello")), ErrorCode::bad_file, "neither a GGUF nor a PEFT");
  refused(folder.write("adapter_model.bin", as_bytes("anything")), ErrorCode::unsupported, "pickle");
  refused(folder.path(""), ErrorCode::unsupported, "pickle");
  refused(folder.write("renamed.safetensors", as_bytes("PK\x03\x04")), ErrorCode::unsupported, "pickle");
  refused(folder.write("adapters.npz", as_bytes("x")), ErrorCode::unsupported, "MLX");
  refused(hearth_test::tiny_llama().writer(), ErrorCode::unsupported, "a whole model");

  const TempFolder model;
  model.write("config.json", as_bytes("{}"));
  model.write("model.safetensors", hearth_test::safetensors_bytes({}));
  refused(model.path(""), ErrorCode::unsupported, "a whole model");
  refused(model.path("model.safetensors"), ErrorCode::unsupported, "a whole model");
  refused(model.path("config.json"), ErrorCode::unsupported, "a whole model");

  Peft peft = small_peft();
  peft.add("model.layers.0.self_attn.q_proj.lora_magnitude_vector", 1, 32);
  refused(peft, ErrorCode::unsupported, "DoRA");
  for (const auto& [key, value, part] :
       std::initializer_list<std::tuple<const char*, nlohmann::json, const char*>>{{"use_dora", true, "DoRA"},
                                                                                   {"modules_to_save", {"lm_head"}, "modules_to_save"},
                                                                                   {"bias", "all", "biases"},
                                                                                   {"lora_bias", true, "biases"},
                                                                                   {"peft_type", "IA3", "IA3"},
                                                                                   {"alora_invocation_tokens", {1, 2}, "aLoRA"},
                                                                                   {"init_lora_weights", "pissa", "pissa"}}) {
    Peft with = small_peft();
    with.config[key] = value;
    refused(with, ErrorCode::unsupported, part);
  }
  Peft saved = small_peft();
  saved.tensors["base_model.model.lm_head.weight"] = hearth_test::safe_floats({2, 2}, {1, 2, 3, 4});
  refused(saved, ErrorCode::unsupported, "replaces whole weights");

  Writer w = lora_writer("llama");
  refused(w, ErrorCode::bad_file, "changes nothing");
  w.put_string("adapter.alora.invocation_tokens", "x");
  refused(w, ErrorCode::unsupported, "aLoRA");
}

TEST(AdapterInfo, RefusesHalvesAndRanksThatDoNotFit) {
  Writer half = lora_writer("llama");
  put_half(half, "blk.0.attn_q.weight.lora_a", {32, 4});
  refused(half, ErrorCode::bad_file, "half of the pair");
  Writer ranks = lora_writer("llama");
  put_half(ranks, "blk.0.attn_q.weight.lora_a", {32, 4});
  put_half(ranks, "blk.0.attn_q.weight.lora_b", {8, 32});
  refused(ranks, ErrorCode::bad_file, "ranks 4 and 8");
  Writer high = lora_writer("llama");
  pair(high, "blk.0.attn_q", 32, 32, 512);
  refused(high, ErrorCode::unsupported, "rank 512");
  Writer blocks = lora_writer("llama");
  pair(blocks, "blk.0.attn_q", 256, 256, 256, DType::q4_k);
  refused(blocks, ErrorCode::unsupported, "Q4_K");
  Writer foreign = lora_writer("llama");
  pair(foreign, "blk.0.attn_q", 32, 32);
  put_half(foreign, "blk.0.attn_q.weight", {32, 32});
  refused(foreign, ErrorCode::unsupported, "no part of a LoRA");

  Peft odd = small_peft();
  odd.a("model.layers.2.self_attn.q_proj", 4, 32);
  refused(odd, ErrorCode::bad_file, "half of the pair");
  Peft wrong = small_peft();
  wrong.config["r"] = 5;
  refused(wrong, ErrorCode::bad_file, "adapter_config.json says 5");
  Peft empty;
  refused(empty, ErrorCode::bad_file, "changes nothing");
  Peft fused;
  fused.config["r"] = 0;
  fused.pair("model.layers.0.mlp.experts", 32, 64, 32);
  refused(fused, ErrorCode::bad_file, "says 0");
  Peft two = small_peft();
  two.suffix = ".other.weight";
  two.pair("model.layers.2.self_attn.q_proj", 32, 32);
  refused(two, ErrorCode::unsupported, "more than one adapter");
}

/// Whatever is cut off or changed: an answer, never a crash, and of a shorter file never the facts of the whole.
TEST(AdapterInfo, SurvivesTruncatedAndChangedFiles) {
  const TempFolder folder;
  Writer w = lora_writer("llama");
  pair(w, "blk.0.attn_q", 32, 32);
  const std::vector<std::byte> gguf = w.bytes();
  Peft peft = small_peft();
  peft.write(folder);
  const std::string safe = hearth_test::read_file(folder.path("adapter_model.safetensors"));
  for (size_t n = 0; n < gguf.size(); n += 1 + gguf.size() / 150)
    EXPECT_FALSE(engine::inspect_adapter(folder.write("cut.gguf", {gguf.begin(), gguf.begin() + static_cast<std::ptrdiff_t>(n)})).ok())
        << n;
  for (size_t n = 0; n < safe.size(); n += 1 + safe.size() / 150) {
    folder.write("adapter_model.safetensors", as_bytes(std::string_view(safe).substr(0, n)));
    EXPECT_FALSE(engine::inspect_adapter(folder.path("")).ok()) << n;
  }
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    std::vector<std::byte> changed = gguf;
    for (int k = 0; k < 4; ++k) changed[random() % std::min<size_t>(changed.size(), 600)] = static_cast<std::byte>(random());
    (void)engine::inspect_adapter(folder.write("changed.gguf", changed));
    std::string text = safe;
    for (int k = 0; k < 4; ++k) text[random() % std::min<size_t>(text.size(), 600)] = static_cast<char>(random());
    folder.write("adapter_model.safetensors", as_bytes(text));
    (void)engine::inspect_adapter(folder.path(""));
  }
}

TEST(AdapterInfo, BoundsHostileLengthsAndSettings) {
  const TempFolder folder;
  small_peft().write(folder);
  for (const char* config :
       {"", "[]", "{\"peft_type\": \"LORA\", \"r\": \"x\"}", "{\"peft_type\": \"LORA\", \"r\": 1e300, \"lora_alpha\": -1e300}",
        "{\"peft_type\": \"LORA\", \"r\": 4, \"rank_pattern\": {\"(a+)+$\": 4, \"[\": 3}}"}) {
    folder.write("adapter_config.json", as_bytes(config));
    EXPECT_FALSE(engine::inspect_adapter(folder.path("")).ok()) << config;
  }
  folder.write("adapter_config.json", as_bytes(std::string(100000, '[')));
  EXPECT_FALSE(engine::inspect_adapter(folder.path("")).ok());
  const std::string lengths[] = {std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8), std::string("\0\0\0\0\0\0\0\0", 8)};
  small_peft().write(folder);
  for (const std::string& length : lengths) {
    folder.write("adapter_model.safetensors", as_bytes(length + "{}"));
    EXPECT_FALSE(engine::inspect_adapter(folder.path("")).ok());
  }
  // A folder that links to itself, and a named pipe would hang a careless reader.
  const std::string loop = folder.path("loop");
  std::filesystem::create_symlink(loop, loop);
  EXPECT_FALSE(engine::inspect_adapter(loop).ok());
  ASSERT_EQ(::mkfifo(folder.path("pipe.gguf").c_str(), 0600), 0);
  refused(folder.path("pipe.gguf"), ErrorCode::io, "not a regular file");
  std::filesystem::create_symlink(loop, folder.path("adapter_model.gguf"));
  EXPECT_FALSE(engine::inspect_adapter(folder.path("adapter_model.gguf")).ok());
}

// ---- fit

TEST(AdapterCheck, FitsItsModelAndSaysWhyNotAnother) {
  const TempFolder folder;
  const std::string llama = folder.write("llama.gguf", hearth_test::tiny_llama().bytes());
  const std::string qwen = folder.write("qwen.gguf", hearth_test::tiny_qwen3moe().bytes());
  Writer w = lora_writer("llama");
  pair(w, "blk.0.attn_q", 32, 32);
  pair(w, "blk.1.ffn_down", 64, 32);
  const std::string adapter = folder.write("a.gguf", w.bytes());
  const auto misfit = [](const std::string& a, const std::string& model) {
    const auto check = engine::check_adapter(a, model);
    EXPECT_TRUE(check.ok()) << check.error().text();
    return check && check->misfit ? check->misfit->text() : std::string();
  };
  EXPECT_EQ(misfit(adapter, llama), "");
  EXPECT_NE(misfit(adapter, qwen).find("architecture 'llama', this one is 'qwen3moe'"), std::string::npos) << misfit(adapter, qwen);
  Writer wide = lora_writer("llama");
  pair(wide, "blk.0.attn_q", 64, 64);
  EXPECT_NE(misfit(folder.write("wide.gguf", wide.bytes()), llama).find("does not fit the matrix here"), std::string::npos);
  Writer deep = lora_writer("llama");
  pair(deep, "blk.9.attn_q", 32, 32);
  EXPECT_NE(misfit(folder.write("deep.gguf", deep.bytes()), llama).find("blk.9.attn_q.weight, this one has none"), std::string::npos);
  // What is wrong with the adapter is a misfit, what is wrong with the model an error.
  EXPECT_NE(misfit(folder.path("gone.gguf"), llama), "");
  EXPECT_NE(misfit(llama, llama).find("a whole model"), std::string::npos);
  EXPECT_FALSE(engine::check_adapter(adapter, folder.path("gone.gguf")).ok());
  EXPECT_FALSE(engine::check_adapter(adapter, adapter).ok());

  Peft peft;
  peft.config["base_model_name_or_path"] = "Org/Other";
  peft.pair("model.layers.0.self_attn.q_proj", 48, 48);
  const TempFolder place;
  peft.write(place);
  EXPECT_NE(misfit(place.path(""), llama).find("Add it to the model it was made for: Org/Other"), std::string::npos);
}

/// The q and v matrices of a Qwen2.5-3B; of the rest nothing is asked.
std::string qwen_of_3b(const TempFolder& folder) {
  hearth_test::TinyModel m = hearth_test::tiny::start("qwen2", 36);
  m.key("embedding_length", 2048u);
  m.key("feed_forward_length", 11008u);
  m.key("attention.head_count", 16u);
  m.key("attention.head_count_kv", 2u);
  m.tensors.clear();
  m.tensors["token_embd.weight"] = {{2048, 48}, DType::tq1_0};
  for (int l = 0; l < 36; ++l) {
    const std::string p = "blk." + std::to_string(l) + ".attn_";
    m.tensors[p + "q.weight"] = {{2048, 2048}, DType::tq1_0};
    m.tensors[p + "v.weight"] = {{2048, 256}, DType::tq1_0};
  }
  return folder.write("qwen2.5-3b.gguf", m.bytes());
}

TEST(AdapterCheck, ARealAdapterFitsTheShapesItWasMadeFor) {
  HEARTH_NEEDS_REFERENCE();
  const TempFolder folder;
  const auto check = engine::check_adapter(hearth_test::reference_path("adapters/law-qwen2.5-3b-lora").string(), qwen_of_3b(folder));
  ASSERT_TRUE(check.ok()) << check.error().text();
  EXPECT_FALSE(check->misfit) << check->misfit->text();
}

/// A folder as the one of a real adapter whose names have PEFT's prefix twice.
TEST(AdapterCheck, DoubledPrefixesFit) {
  Peft peft;
  peft.prefix = "base_model.model.base_model.model.";
  peft.pair("model.layers.0.self_attn.q_proj", 32, 32);
  const TempFolder folder, place;
  peft.write(place);
  const auto check = engine::check_adapter(place.path(""), folder.write("llama.gguf", hearth_test::tiny_llama().bytes()));
  ASSERT_TRUE(check.ok()) << check.error().text();
  EXPECT_FALSE(check->misfit) << check->misfit->text();
}

}  // namespace
