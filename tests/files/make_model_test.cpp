// Smaller variants, merged adapters and imported folders through the public calls.
#include <gtest/gtest.h>

#include <set>

#include "engine/adapter_support.h"
#include "engine/files.h"
#include "quantize/quantize_support.h"
#include "support/hf_folder.h"

namespace {

using engine::DType;
using engine::ErrorCode;
using engine::QuantizeRequest;
using engine::SmallerVariant;
using engine::gguf::File;
using hearth_test::expect_error;
using hearth_test::TempFolder;
using hearth_test::tensor_values;
using hearth_test::TinyModel;

/// A llama with rows of 256, so that every mix keeps its types.
TinyModel wide_llama(DType type) {
  TinyModel m = hearth_test::tiny::start("llama", 2);
  m.key("embedding_length", 256u);
  m.key("feed_forward_length", 512u);
  m.tensors["token_embd.weight"] = {{256, 48}};
  m.tensors["output.weight"] = {{256, 48}};
  m.tensors["output_norm.weight"] = {{256}};
  for (uint32_t i = 0; i < 2; ++i) {
    const std::string p = "blk." + std::to_string(i) + ".";
    m.tensors[p + "attn_norm.weight"] = m.tensors[p + "ffn_norm.weight"] = {{256}};
    m.tensors[p + "attn_q.weight"] = m.tensors[p + "attn_output.weight"] = {{256, 256}};
    m.tensors[p + "attn_k.weight"] = m.tensors[p + "attn_v.weight"] = {{256, 128}};
    m.tensors[p + "ffn_gate.weight"] = m.tensors[p + "ffn_up.weight"] = {{256, 512}};
    m.tensors[p + "ffn_down.weight"] = {{512, 256}};
  }
  for (auto& [name, t] : m.tensors)
    if (t.ne.size() > 1) t.type = type;
  return m;
}

std::vector<SmallerVariant> variants_of(const std::string& path) {
  const auto variants = engine::smaller_variants(path);
  EXPECT_TRUE(variants.ok()) << variants.error().text();
  return variants ? *variants : std::vector<SmallerVariant>{};
}

const SmallerVariant* find(const std::vector<SmallerVariant>& variants, const std::string& type) {
  for (const SmallerVariant& v : variants)
    if (v.type == type) return &v;
  return nullptr;
}

TEST(SmallerVariants, OfAPlainModelAreAllMixesLargestFirst) {
  const TempFolder folder;
  const std::string path = folder.write("f16.gguf", wide_llama(DType::f16).bytes());
  const auto variants = variants_of(path);
  ASSERT_GT(variants.size(), 12u);
  EXPECT_EQ(variants.front().type, "Q8_0");
  std::set<std::string> types;
  for (size_t i = 0; i < variants.size(); ++i) {
    const SmallerVariant& v = variants[i];
    types.insert(v.type);
    EXPECT_LE(v.bytes, i > 0 ? variants[i - 1].bytes : UINT64_MAX);
    EXPECT_EQ(v.quality, engine::quality_of_error(v.expected_error)) << v.type;
  }
  for (const char* absent : {"F32", "F16", "BF16", "TQ1_0", "TQ2_0"}) EXPECT_FALSE(types.contains(absent)) << absent;
  const auto quality = [&](const char* type) { return find(variants, type) ? find(variants, type)->quality : 0; };
  EXPECT_EQ(quality("Q8_0"), 5);
  EXPECT_EQ(quality("Q6_K"), 5);
  EXPECT_EQ(quality("Q5_K_M"), 4);
  EXPECT_EQ(quality("Q4_K_M"), 3);
  EXPECT_EQ(quality("IQ4_XS"), 3);
  EXPECT_EQ(quality("Q3_K_M"), 2);
  EXPECT_EQ(quality("Q2_K"), 1);
}

TEST(SmallerVariants, AreWhatQuantizeMakesInSizeAndError) {
  const TempFolder folder;
  for (const DType type : {DType::f32, DType::bf16, DType::q8_0}) {
    const std::string path = folder.write("in.gguf", wide_llama(type).bytes());
    for (const SmallerVariant& v : variants_of(path)) {
      engine::quantize::QuantizeOptions o;
      o.input = path;
      o.output = folder.path("out.gguf");
      o.mix = v.type;
      o.allow_requantize = true;
      const auto report = engine::quantize::quantize(o);
      ASSERT_TRUE(report.ok()) << report.error().text();
      EXPECT_NEAR(static_cast<double>(report->file_bytes), static_cast<double>(v.bytes), 4096) << v.type;
      // tiny_values are uniform, not normal: an encoder's error differs a little.
      const double error = report->relative_error;
      EXPECT_GT(v.expected_error, error * 0.5) << v.type;
      EXPECT_LT(v.expected_error, error * 2.2 + 1e-4) << v.type;
    }
  }
}

TEST(SmallerVariants, QuantisedModelsAreNoSourceAndTwinsAreShownOnce) {
  const TempFolder folder;
  const auto refused = engine::smaller_variants(folder.write("q4.gguf", wide_llama(DType::q4_k).bytes()));
  ASSERT_FALSE(refused.ok());
  expect_error(refused.error(), ErrorCode::invalid_argument, "quantised already (Q4_K)");
  // Rows of 32 and 64: the K types all fall back, so that many mixes are the same.
  const auto tiny = variants_of(folder.write("tiny.gguf", hearth_test::tiny_llama().bytes()));
  std::set<std::pair<uint64_t, double>> shown;
  for (const SmallerVariant& v : tiny) EXPECT_TRUE(shown.emplace(v.bytes, v.expected_error).second) << v.type;
  EXPECT_FALSE(engine::smaller_variants(folder.path("none.gguf")).ok());
  EXPECT_FALSE(engine::smaller_variants(folder.write("a.gguf", hearth_test::lora_writer("llama").bytes())).ok());
}

TEST(QualityOfError, HasFiveClasses) {
  const std::pair<double, int> cases[] = {{0, 5},   {0.02, 5}, {0.021, 4}, {0.05, 4}, {0.07, 3},
                                          {0.1, 3}, {0.11, 2}, {0.143, 2}, {0.26, 1}, {9, 1}};
  for (const auto& [error, quality] : cases) EXPECT_EQ(engine::quality_of_error(error), quality) << error;
}

TEST(QuantizeModel, TakesQ8AndRefusesWhatIsQuantisedFurther) {
  const TempFolder folder;
  const std::string q8 = folder.write("q8.gguf", wide_llama(DType::q8_0).bytes());
  const std::string q4 = folder.write("q4.gguf", wide_llama(DType::q4_k).bytes());
  double last = 0;
  QuantizeRequest request{.input = q8, .output = folder.path("out.gguf"), .type = "Q4_K_M", .adapters = {}};
  request.hooks.progress = [&](double fraction, const std::string& tensor) {
    EXPECT_GE(fraction, last);
    EXPECT_FALSE(tensor.empty());
    last = fraction;
  };
  const auto written = engine::quantize_model(request);
  ASSERT_TRUE(written.ok()) << written.error().text();
  EXPECT_EQ(last, 1.0);
  EXPECT_EQ(written->file_bytes, std::filesystem::file_size(folder.path("out.gguf")));
  EXPECT_TRUE(written->warnings.empty());
  request.input = q4;
  const auto refused = engine::quantize_model(request);
  ASSERT_FALSE(refused.ok());
  expect_error(refused.error(), ErrorCode::invalid_argument, "quantised already");
  request.input = q8;
  request.type = "Q4_K_XXL";
  EXPECT_FALSE(engine::quantize_model(request).ok());
  request.type = "Q4_0";
  request.output = q8;
  const auto itself = engine::quantize_model(request);
  ASSERT_FALSE(itself.ok());
  expect_error(itself.error(), ErrorCode::invalid_argument, "cannot be the output");
}

TEST(QuantizeModel, StopsWhenToldToAndKeepsAnOlderFile) {
  const TempFolder folder;
  const std::string in = folder.write("in.gguf", wide_llama(DType::f16).bytes());
  const std::string out = folder.write("out.gguf", hearth_test::as_bytes("older"));
  std::atomic<bool> cancel{false};
  QuantizeRequest request{.input = in, .output = out, .type = "Q4_K_M", .adapters = {}};
  request.hooks.cancel = &cancel;
  request.hooks.progress = [&](double, const std::string&) { cancel = true; };
  const auto stopped = engine::quantize_model(request);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  EXPECT_EQ(hearth_test::file_text(out), "older");
  EXPECT_FALSE(std::filesystem::exists(out + ".part"));
}

/// An adapter for one matrix, small against the rounding of four bits.
std::string small_adapter(const TempFolder& folder, float size) {
  engine::gguf::Writer w = hearth_test::lora_writer("llama", 0.0f);
  std::vector<float> a = hearth_test::noise("a", 256 * 4), b = hearth_test::noise("b", 4 * 256);
  for (float& v : b) v *= size;
  w.tensor_f32("blk.0.attn_q.weight.lora_a", std::vector<int64_t>{256, 4}, a);
  w.tensor_f32("blk.0.attn_q.weight.lora_b", std::vector<int64_t>{4, 256}, b);
  return folder.write("small.gguf", w.bytes());
}

TEST(QuantizeModel, WithoutATypeAdaptersAreMergedAndNotRoundedAway) {
  const TempFolder folder;
  // Real Q4_K blocks: tiny_encode makes zeros of that type.
  const std::string f16 = folder.write("f16.gguf", wide_llama(DType::f16).bytes());
  const std::string q4 = folder.path("q4.gguf");
  ASSERT_TRUE(engine::quantize_model({.input = f16, .output = q4, .type = "Q4_K_M", .adapters = {}}).ok());
  const std::string adapter = small_adapter(folder, 0.002f);
  const std::string merged = folder.path("merged.gguf");
  const auto written = engine::quantize_model({.input = q4, .output = merged, .type = "", .adapters = {{adapter, 1.5f}}});
  ASSERT_TRUE(written.ok()) << written.error().text();
  const auto before = File::open(q4), after = File::open(merged);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->integer("general.file_type"), before->integer("general.file_type"));
  for (const auto& t : before->tensors()) {
    const auto* now = after->tensor(t.name);
    ASSERT_NE(now, nullptr) << t.name;
    if (t.name == "blk.0.attn_q.weight") {
      EXPECT_EQ(now->type, DType::f16);
      continue;
    }
    EXPECT_EQ(now->type, t.type) << t.name;
    EXPECT_EQ(std::memcmp(now->data, t.data, t.bytes), 0) << t.name;
  }
  // The change is what the adapter says, to the precision of F16.
  const std::vector<float> x = tensor_values(*before, "blk.0.attn_q.weight"), y = tensor_values(*after, "blk.0.attn_q.weight");
  const std::vector<float> a = hearth_test::noise("a", 256 * 4), b = hearth_test::noise("b", 4 * 256);
  double error = 0, power = 0;
  for (int64_t row = 0; row < 256; ++row)
    for (int64_t col = 0; col < 256; ++col) {
      double want = 0;
      for (int64_t k = 0; k < 4; ++k) want += 1.5 * 0.002 * static_cast<double>(b[row * 4 + k]) * static_cast<double>(a[k * 256 + col]);
      const double got = static_cast<double>(y[row * 256 + col]) - static_cast<double>(x[row * 256 + col]);
      error += (got - want) * (got - want);
      power += want * want;
    }
  EXPECT_LT(std::sqrt(error / power), 0.15);
  // The same as Q4_K_M again is refused, and so is an adapter of another model.
  EXPECT_FALSE(engine::quantize_model({.input = q4, .output = merged, .type = "Q4_K_M", .adapters = {{adapter, 1.0f}}}).ok());
  const std::string other = folder.write("qwen.gguf", hearth_test::tiny_qwen2().bytes());
  EXPECT_FALSE(engine::quantize_model({.input = other, .output = merged, .type = "", .adapters = {{adapter, 1.0f}}}).ok());
  EXPECT_FALSE(engine::quantize_model({.input = q4, .output = merged, .type = "", .adapters = {{folder.path("gone"), 1.0f}}}).ok());
}

TEST(QuantizeModel, PlainWeightsKeepTheirTypeWithAdapters) {
  const TempFolder folder;
  const std::string f16 = folder.write("f16.gguf", wide_llama(DType::f32).bytes());
  const std::string out = folder.path("out.gguf");
  ASSERT_TRUE(engine::quantize_model({.input = f16, .output = out, .type = "", .adapters = {{small_adapter(folder, 0.1f), 1.0f}}}).ok());
  const auto file = File::open(out);
  ASSERT_TRUE(file.ok());
  for (const auto& t : file->tensors()) EXPECT_EQ(t.type, DType::f32) << t.name;
}

TEST(ImportFolder, ChecksAndImports) {
  TinyModel tiny = hearth_test::tiny_qwen3moe();
  for (const char* name : {"token_embd.weight", "output.weight"}) tiny.tensors[name].ne[1] = 260;
  const hearth_test::Model model(tiny);
  const hearth_test::HfFolder made = hearth_test::HfMaker(model.file()).make();
  const TempFolder folder;
  made.write(folder);
  const auto arch = engine::check_import_folder(folder.path(""));
  ASSERT_TRUE(arch.ok()) << arch.error().text();
  EXPECT_EQ(*arch, "qwen3moe");
  double last = 0;
  const auto written =
      engine::import_folder(folder.path(""), folder.path("out.gguf"), {nullptr, [&](double f, const std::string&) { last = f; }});
  ASSERT_TRUE(written.ok()) << written.error().text();
  EXPECT_NEAR(last, 1.0, 1e-9);
  EXPECT_TRUE(engine::read_model_card(folder.path("out.gguf")).ok());
  std::atomic<bool> cancel{true};
  const auto stopped = engine::import_folder(folder.path(""), folder.path("stopped.gguf"), {&cancel, {}});
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  EXPECT_FALSE(std::filesystem::exists(folder.path("stopped.gguf")));
}

TEST(ImportFolder, SaysWhatIsMissing) {
  const hearth_test::Model model(hearth_test::tiny_llama());
  const hearth_test::HfFolder made = hearth_test::HfMaker(model.file()).make();
  const auto refused = [](const TempFolder& folder, ErrorCode code, const std::string& part) {
    const auto arch = engine::check_import_folder(folder.path(""));
    ASSERT_FALSE(arch.ok()) << "expected: " << part;
    expect_error(arch.error(), code, part);
  };
  const TempFolder empty;
  refused(empty, ErrorCode::not_found, "config.json");
  EXPECT_FALSE(engine::check_import_folder(empty.path("none")).ok());
  const TempFolder folder;
  made.write(folder);
  std::filesystem::remove(folder.path("tokenizer.json"));
  refused(folder, ErrorCode::not_found, "tokenizer");
  std::filesystem::remove(folder.path("model.safetensors"));
  refused(folder, ErrorCode::not_found, "model.safetensors");
  folder.write("pytorch_model.bin", hearth_test::as_bytes("x"));
  refused(folder, ErrorCode::unsupported, "pickle");
  hearth_test::HfFolder strange = made;
  strange.config["architectures"] = {"NobodyForCausalLM"};
  strange.write(folder);
  refused(folder, ErrorCode::unsupported, "NobodyForCausalLM");
  folder.write("config.json", hearth_test::as_bytes("{\"architectures\": "));
  refused(folder, ErrorCode::bad_file, "config.json");
  const TempFolder adapter;
  hearth_test::Peft().write(adapter);
  refused(adapter, ErrorCode::unsupported, "an adapter, not a model");
}

}  // namespace
