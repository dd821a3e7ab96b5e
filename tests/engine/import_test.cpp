// Model folders: what is read, what is written beside the tensors, and everything that is refused.
#include "import/import.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "engine/model_test.h"
#include "import/import.h"
#include "support/hf_folder.h"
#include "support/reference.h"

namespace {

using engine::DType;
using engine::ErrorCode;
using engine::gguf::File;
using engine::importer::ImportReport;
using hearth_test::DeepseekKind;
using hearth_test::expect_error;
using hearth_test::HfFolder;
using hearth_test::HfMaker;
using hearth_test::MlaLayout;
using hearth_test::Model;
using hearth_test::TempFolder;
using hearth_test::TinyModel;

HfFolder folder_of(const TinyModel& tiny) {
  const Model model(tiny);
  return HfMaker(model.file()).make();
}

TinyModel with_bytes(TinyModel tiny) {  // the byte tokenizer needs 256 rows
  for (const char* name : {"token_embd.weight", "output.weight"})
    if (tiny.tensors.contains(name)) tiny.tensors[name].ne[1] = 260;
  return tiny;
}

struct Imported {
  explicit Imported(const HfFolder& folder, DType type = DType::f32) {
    folder.write(place);
    report = engine::importer::import_model({place.path(""), place.path("out.gguf"), type});
    if (*report) file = File::open(place.path("out.gguf"));
  }
  TempFolder place;
  std::optional<engine::Result<ImportReport>> report;
  std::optional<engine::Result<File>> file;
  [[nodiscard]] const File& good() const {
    EXPECT_TRUE(report->ok()) << report->error().text();
    return **file;
  }
  void refused(ErrorCode code, const std::string& part) const {
    ASSERT_FALSE(report->ok()) << "expected: " << part;
    expect_error(report->error(), code, part);
    EXPECT_FALSE(std::filesystem::exists(place.path("out.gguf")));
    EXPECT_FALSE(std::filesystem::exists(place.path("out.gguf.part")));
  }
};

TEST(Import, SettingsBecomeMetadata) {
  HfFolder folder = folder_of(with_bytes(hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3)));
  const Imported imported(folder);
  const File& f = imported.good();
  const auto whole = [&](const char* key) { return f.integer(std::string("deepseek2.") + key).value_or(-1); };
  EXPECT_EQ(whole("attention.head_count_kv"), 1);
  EXPECT_EQ(whole("attention.key_length"), 36);
  EXPECT_EQ(whole("attention.key_length_mla"), 12);
  EXPECT_EQ(whole("attention.value_length_mla"), 8);
  EXPECT_EQ(whole("expert_gating_func"), 2);
  EXPECT_EQ(whole("expert_group_count"), 4);
  EXPECT_EQ(whole("expert_group_used_count"), 2);
  EXPECT_EQ(f.boolean("deepseek2.expert_weights_norm"), true);
  EXPECT_EQ(f.number("deepseek2.expert_weights_scale"), 2.5);
  EXPECT_FLOAT_EQ(static_cast<float>(*f.number("deepseek2.rope.scaling.yarn_log_multiplier")), 0.1f);
  EXPECT_EQ(f.string("deepseek2.rope.scaling.type"), "yarn");
  EXPECT_EQ(f.integer("general.file_type"), 0);
  EXPECT_TRUE(f.string("general.name")->starts_with("hearth-test-"));
  EXPECT_EQ(f.strings("tokenizer.ggml.tokens")->size(), 260u);
  EXPECT_EQ(f.strings("tokenizer.ggml.tokens")->back(), "[PAD259]");
  EXPECT_EQ(f.integers("tokenizer.ggml.token_type").back(), 5);
  EXPECT_TRUE(engine::model::read_config(f).ok());
}

TEST(Import, FormsOfRopeSettings) {
  const HfFolder plain = folder_of(with_bytes(hearth_test::tiny_qwen3moe()));
  const auto keys = [&](const char* table, const nlohmann::json& value) {
    HfFolder folder = plain;
    folder.config[table] = value;
    return std::make_unique<Imported>(folder);
  };
  const auto linear = keys("rope_scaling", {{"type", "linear"}, {"factor", 4.0}});
  EXPECT_EQ(linear->good().string("qwen3moe.rope.scaling.type"), "linear");
  EXPECT_EQ(linear->good().number("qwen3moe.rope.scaling.factor"), 4.0);
  const auto fresh = keys("rope_parameters", {{"rope_type", "default"}, {"rope_theta", 5e6}});
  EXPECT_EQ(fresh->good().number("qwen3moe.rope.freq_base"), 5e6);
  EXPECT_EQ(fresh->good().find("qwen3moe.rope.scaling.type"), nullptr);
  const auto yarn =
      keys("rope_scaling", {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 64}, {"attention_factor", 1.0}});
  EXPECT_EQ(yarn->good().integer("qwen3moe.rope.scaling.original_context_length"), 64);
  EXPECT_NEAR(*yarn->good().number("qwen3moe.rope.scaling.attn_factor") * (1 + 0.1 * std::log(4.0)), 1.0, 1e-6);
  EXPECT_NEAR(static_cast<double>(engine::model::read_config(yarn->good())->rope.mscale), 1.0, 1e-6);
  keys("rope_scaling", {{"type", "longrope"}, {"factor", 4.0}})->refused(ErrorCode::unsupported, "longrope");
  keys("rope_scaling", {{"type", "yarn"}, {"factor", -4.0}})->refused(ErrorCode::bad_file, "factor");
  EXPECT_EQ((*keys("rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}})->report)->warnings.size(), 1u);
}

TEST(Import, HalfPrecisionCheckpoints) {
  const HfFolder plain = folder_of(with_bytes(hearth_test::tiny_llama()));
  for (const char* dtype : {"F16", "BF16"}) {
    HfFolder folder = plain;
    for (auto& [name, entry] : folder.tensors) {
      std::vector<float> values(entry.data.size() / 4);
      std::memcpy(values.data(), entry.data.data(), entry.data.size());
      entry = hearth_test::safe_floats(entry.shape, values, dtype);
    }
    const Imported same(folder, dtype == std::string("F16") ? DType::f16 : DType::bf16);
    const auto* v = same.good().tensor("blk.1.ffn_down.weight");
    ASSERT_NE(v, nullptr);
    const auto& source = folder.tensors.at("model.layers.1.mlp.down_proj.weight").data;
    EXPECT_TRUE(std::equal(source.begin(), source.end(), v->data, v->data + v->bytes)) << dtype;
  }
}

/// E4M3 blocks with their factors, as DeepSeek-V3 is published.
TEST(Import, EightBitCheckpoints) {
  HfFolder folder = folder_of(with_bytes(hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3)));
  folder.config["quantization_config"] = {{"quant_method", "fp8"}, {"fmt", "e4m3"}, {"weight_block_size", {24, 16}}};
  const std::string name = "model.layers.1.self_attn.kv_b_proj.weight";
  const int64_t rows = 64, columns = 32, per_row = 2;
  std::vector<std::byte> codes;
  for (int64_t i = 0; i < rows * columns; ++i) codes.push_back(static_cast<std::byte>((i * 37 + 11) % 126));  // never NaN
  std::vector<float> factors;
  for (int i = 0; i < 3 * per_row; ++i) factors.push_back(0.25f * static_cast<float>(i + 1));
  folder.tensors[name] = {"F8_E4M3", {rows, columns}, codes};
  folder.tensors[name + "_scale_inv"] = hearth_test::safe_floats({3, per_row}, factors);
  const auto value = [&](int64_t row, int64_t column) {
    const int code = static_cast<int>(codes[static_cast<size_t>(row * columns + column)]), e = code >> 3 & 15, m = code & 7;
    const double magnitude = e == 0 ? m * std::pow(2.0, -9) : (8 + m) * std::pow(2.0, e - 10);
    return magnitude * 0.25 * static_cast<double>(row / 24 * per_row + column / 16 + 1);
  };
  const Imported imported(folder);
  const auto *k = imported.good().tensor("blk.1.attn_k_b.weight"), *v = imported.good().tensor("blk.1.attn_v_b.weight");
  ASSERT_TRUE(k && v);
  const auto at = [](const engine::gguf::TensorInfo* t, int64_t i, int64_t j, int64_t h) {
    float f;
    std::memcpy(&f, t->data + 4 * ((h * t->ne[1] + j) * t->ne[0] + i), 4);
    return static_cast<double>(f);
  };
  for (int64_t h = 0; h < 4; ++h) {
    for (int64_t n = 0; n < 8; ++n) {
      for (int64_t j = 0; j < 32; ++j) {
        ASSERT_FLOAT_EQ(static_cast<float>(at(k, n, j, h)), static_cast<float>(value(h * 16 + n, j)));
        ASSERT_FLOAT_EQ(static_cast<float>(at(v, j, n, h)), static_cast<float>(value(h * 16 + 8 + n, j)));
      }
    }
  }
  HfFolder lost = folder;
  lost.tensors.erase(name + "_scale_inv");
  Imported(lost).refused(ErrorCode::bad_file, name + "_scale_inv");
  HfFolder narrow = folder;
  narrow.tensors[name + "_scale_inv"] = hearth_test::safe_floats({2, per_row}, {1, 2, 3, 4});
  Imported(narrow).refused(ErrorCode::bad_file, "block scales");
  for (const char* method : {"gptq", "awq", "bitsandbytes", "mxfp4"}) {
    HfFolder other = folder;
    other.config["quantization_config"] = {{"quant_method", method}};
    Imported(other).refused(ErrorCode::unsupported, method);
  }
}

TEST(Import, TiedOutputAndMtpLayersAreLeftOut) {
  HfFolder folder = folder_of(with_bytes(hearth_test::tiny_qwen2()));
  folder.tensors["lm_head.weight"] = folder.tensors.at("model.embed_tokens.weight");
  folder.tensors["model.layers.2.eh_proj.weight"] = hearth_test::safe_floats({1}, {1});
  folder.tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = hearth_test::safe_floats({1}, {1});
  EXPECT_EQ(Imported(folder).good().tensor("output.weight"), nullptr);
  folder.config.erase("tie_word_embeddings");
  EXPECT_NE(Imported(folder).good().tensor("output.weight"), nullptr);
  folder.tensors.erase("lm_head.weight");
  EXPECT_EQ(Imported(folder).good().tensor("output.weight"), nullptr);
  folder.config["tie_word_embeddings"] = false;
  Imported(folder).refused(ErrorCode::bad_file, "lm_head.weight");
}

TEST(Import, RefusesWhatItCannotKeep) {
  const HfFolder moe = folder_of(with_bytes(hearth_test::tiny_qwen3moe()));
  const struct {
    const char* key;
    nlohmann::json value;
    ErrorCode code;
    const char* part;
  } cases[] = {
      {"architectures", {"GemmaForCausalLM"}, ErrorCode::unsupported, "GemmaForCausalLM"},
      {"architectures", nullptr, ErrorCode::unsupported, "class ''"},
      {"hidden_act", "gelu", ErrorCode::unsupported, "gelu"},
      {"norm_topk_prob", false, ErrorCode::unsupported, "norm_topk_prob"},
      {"decoder_sparse_step", 2, ErrorCode::unsupported, "decoder_sparse_step"},
      {"mlp_only_layers", {1}, ErrorCode::unsupported, "mlp_only_layers"},
      {"hidden_size", nullptr, ErrorCode::bad_file, "hidden_size is missing"},
      {"hidden_size", 33, ErrorCode::bad_file, "shape"},
      {"hidden_size", -1, ErrorCode::bad_file, "hidden_size"},
      {"hidden_size", 1e9, ErrorCode::bad_file, "hidden_size"},
      {"num_hidden_layers", 3, ErrorCode::bad_file, "model.layers.2"},
      {"num_hidden_layers", uint64_t{18446744073709551615u}, ErrorCode::bad_file, "num_hidden_layers"},
      {"num_experts", 9, ErrorCode::bad_file, "mlp.gate.weight"},
      {"num_experts_per_tok", 9, ErrorCode::bad_file, "num_experts_per_tok"},
      {"num_key_value_heads", 3, ErrorCode::bad_file, "num_key_value_heads"},
      {"vocab_size", 250, ErrorCode::bad_file, "shape"},
      {"rms_norm_eps", "x", ErrorCode::bad_file, "rms_norm_eps"},
      {"rope_scaling", "x", ErrorCode::bad_file, "rope_scaling"},
      {"clip_qkv", 8.0, ErrorCode::unsupported, "clip_qkv"},
  };
  for (const auto& c : cases) {
    HfFolder folder = moe;
    folder.config[c.key] = c.value;
    Imported(folder).refused(c.code, c.part);
  }
  HfFolder extra = moe;
  extra.tensors["model.layers.0.mlp.extra.weight"] = hearth_test::safe_floats({1}, {1});
  Imported(extra).refused(ErrorCode::unsupported, "model.layers.0.mlp.extra.weight");
  HfFolder lost = moe;
  lost.tensors.erase("model.layers.1.mlp.experts.5.up_proj.weight");
  Imported(lost).refused(ErrorCode::bad_file, "model.layers.1.mlp.experts.5.up_proj.weight");
  HfFolder whole = moe;
  whole.tensors["model.norm.weight"] = {"I32", {32}, std::vector<std::byte>(128)};
  Imported(whole).refused(ErrorCode::unsupported, "I32");
  HfFolder endless = moe;
  endless.tensors["model.norm.weight"] = hearth_test::safe_floats({32}, std::vector<float>(32, INFINITY));
  Imported(endless).refused(ErrorCode::bad_file, "output_norm.weight");
  HfFolder large = moe;
  large.tensors["lm_head.weight"] = hearth_test::safe_floats({260, 32}, std::vector<float>(260 * 32, 1e5f));
  Imported(large, DType::f16).refused(ErrorCode::bad_file, "bf16");
  EXPECT_TRUE(Imported(large, DType::bf16).report->ok());
}

TEST(Import, RefusesOtherFolders) {
  const auto import = [](const TempFolder& place, const std::string& name = "") {
    return engine::importer::import_model({place.path(name), place.path("out.gguf")}).error();
  };
  const TempFolder place;
  expect_error(import(place, "nothing"), ErrorCode::not_found, "no folder");
  expect_error(import(place), ErrorCode::not_found, "config.json");
  place.write("adapter_config.json", hearth_test::as_bytes("{}"));
  expect_error(import(place), ErrorCode::unsupported, "adapter");
  const HfFolder good = folder_of(with_bytes(hearth_test::tiny_llama()));
  place.write("config.json", hearth_test::as_bytes(good.config.dump()));
  expect_error(import(place), ErrorCode::not_found, "model.safetensors");
  place.write("pytorch_model.bin", hearth_test::as_bytes("PK"));
  expect_error(import(place), ErrorCode::unsupported, "pickle");
  place.write("model-00001-of-00002.safetensors", hearth_test::as_bytes("x"));
  expect_error(import(place), ErrorCode::not_found, "index.json");
  place.write("model.safetensors", hearth_test::safetensors_bytes(good.tensors));
  expect_error(import(place), ErrorCode::not_found, "tokenizer");
  place.write("config.json", hearth_test::as_bytes("{"));
  expect_error(import(place), ErrorCode::bad_file, "no JSON object");
}

/// One byte changed, or a piece taken out, in one of the files: an error with a cause, or a file that opens.
TEST(Import, DamagedFoldersGiveErrors) {
  HfFolder folder = folder_of(with_bytes(hearth_test::tiny_deepseek2(MlaLayout::current, DeepseekKind::v3)));
  folder.tokenizer["added_tokens"] = {{{"id", 256}, {"content", "<s>"}, {"special", true}}};
  folder.tokenizer_config = {{"bos_token", "<s>"}, {"chat_template", {{{"name", "default"}, {"template", "x"}}}}};
  const TempFolder place;
  folder.write(place);
  std::mt19937 random(5);
  int refused = 0, imported = 0;
  for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"}) {
    const std::string good = hearth_test::read_file(place.path(name));
    const size_t reach = std::min<size_t>(good.size(), 6000);  // of the weights only the header matters
    for (int i = 0; i < 250; ++i) {
      std::string bad = good;
      const size_t at = random() % reach;
      static constexpr std::string_view letters = "\"{}[]:,0123456789-.eE nulltrues\\";
      if (i % 5 == 0)
        bad.erase(at, 1 + random() % 40);
      else
        bad[at] = i % 2 ? static_cast<char>(random() % 256) : letters[random() % letters.size()];
      place.write(name, hearth_test::as_bytes(bad));
      const auto report = engine::importer::import_model({place.path(""), place.path("out.gguf"), DType::f32});
      if (!report) {
        EXPECT_FALSE(report.error().message.empty());
        ++refused;
        continue;
      }
      ++imported;
      EXPECT_TRUE(File::open(place.path("out.gguf")).ok());
    }
    place.write(name, hearth_test::as_bytes(good));
  }
  EXPECT_GT(refused, 300);
  EXPECT_GT(imported, 20);
}

TEST(Import, CancelLeavesNothingAndTheOldFileStays) {
  const HfFolder folder = folder_of(with_bytes(hearth_test::tiny_llama()));
  const TempFolder place;
  folder.write(place);
  place.write("out.gguf", hearth_test::as_bytes("old"));
  std::atomic<bool> cancel{false};
  double last = -1;
  engine::importer::ImportOptions options{place.path(""), place.path("out.gguf")};
  options.cancel = &cancel;
  options.progress = [&](double fraction, const std::string& tensor) {
    EXPECT_GE(fraction, last);
    EXPECT_FALSE(tensor.empty());
    last = fraction;
    cancel = fraction > 0.5;
  };
  expect_error(engine::importer::import_model(options).error(), ErrorCode::cancelled, "stopped");
  EXPECT_FALSE(std::filesystem::exists(place.path("out.gguf.part")));
  EXPECT_EQ(std::filesystem::file_size(place.path("out.gguf")), 3u);
  EXPECT_GT(last, 0.5);
  cancel = false;
  options.progress = nullptr;
  EXPECT_TRUE(engine::importer::import_model(options).ok());
  EXPECT_TRUE(File::open(place.path("out.gguf")).ok());
}

}  // namespace
