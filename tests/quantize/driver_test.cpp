// The driver on whole files: what comes out loads, keeps its metadata and depends on nothing but the input.
#include <algorithm>
#include <map>

#include "core/half.h"
#include "gguf/raw_metadata.h"
#include "golden/model_logits.h"
#include "quantize_support.h"
#include "support/reference.h"

namespace {

using namespace hearth_test;
using engine::DType;
using engine::quantize::QuantizeOptions;

class Driver : public QuantizeFixture {};

std::vector<float> logits_of(const std::string& path) {
  std::vector<int32_t> tokens;
  for (int i = 0; i < 24; ++i) tokens.push_back(i * 7 % 48);
  return model_logits(path, tokens, {});
}

// Rows of 32 to 64: what is kept apart here are the fallbacks. Rows of 256 are in reference_test.
TEST_F(Driver, EveryArchitectureStaysNearItself) {
  const std::map<std::string, TinyModel> models{{"llama", tiny_llama()},
                                                {"mixtral", tiny_mixtral()},
                                                {"qwen2", tiny_qwen2()},
                                                {"qwen3moe", tiny_qwen3moe()},
                                                {"lite", tiny_deepseek2(MlaLayout::current, DeepseekKind::lite)},
                                                {"legacy", tiny_deepseek2(MlaLayout::legacy, DeepseekKind::lite)},
                                                {"v3", tiny_deepseek2(MlaLayout::current, DeepseekKind::v3)}};
  const std::map<std::string, double> mixes{{"F16", 1e-5},    {"Q8_0", 2e-3}, {"Q6_K", 2e-3},    {"Q5_K_M", 0.03},
                                            {"Q4_K_M", 0.05}, {"Q4_0", 0.15}, {"MXFP4_MOE", 0.2}};
  for (const auto& [name, model] : models)
    for (const auto& [mix, limit] : mixes) {
      const QuantizeOptions o = options(model, mix);
      run(o);
      const std::vector<float> before = logits_of(o.input), after = logits_of(o.output);
      ASSERT_EQ(before.size(), after.size());
      EXPECT_LE(nmse(after.data(), before.data(), before.size()), limit) << name << " " << mix;
    }
}

TEST_F(Driver, MetadataIsCopiedValueForValue) {
  TinyModel model = tiny_llama();
  engine::gguf::Writer w = model.writer();
  w.put_u16("test.u16", 7);
  w.put_u64("test.u64", 1ull << 40);
  w.put_f32("test.f32", 0.1f);
  w.put_raw("test.i8", 1, std::vector<std::byte>{std::byte{0xfe}});
  w.put_raw("test.f64", 12, std::vector<std::byte>(8, std::byte{0x40}));
  w.put_u32s("test.u32s", std::vector<uint32_t>{1, 2, 3});
  w.put_strings("test.empty", {});
  w.put_string("test.bytes", std::string("\xff\x00z", 3));
  w.put_raw("general.file_type", 10, std::vector<std::byte>(8, std::byte{0}));  // as u64
  QuantizeOptions o = options(model, "Q5_K_S");
  folder_.write("in.gguf", w.bytes());
  run(o);
  const auto before = engine::gguf::read_raw_metadata(o.input), after = engine::gguf::read_raw_metadata(o.output);
  ASSERT_TRUE(before.ok() && after.ok());
  ASSERT_EQ(after->size(), before->size() + 1);  // general.quantization_version is new
  for (size_t i = 0; i < before->size(); ++i) {
    EXPECT_EQ((*after)[i].key, (*before)[i].key);
    if ((*before)[i].key == "general.file_type") continue;
    EXPECT_EQ((*after)[i].type, (*before)[i].type) << (*before)[i].key;
    EXPECT_EQ((*after)[i].payload, (*before)[i].payload) << (*before)[i].key;
  }
  const auto file = engine::gguf::File::open(o.output);
  EXPECT_EQ(file->integer("general.file_type"), 16);
  EXPECT_EQ(file->integer("general.quantization_version"), 2);
}

TEST_F(Driver, OtherAlignments) {
  for (const uint32_t alignment : {8u, 64u, 4096u, 65536u}) {
    engine::gguf::Writer w(alignment);
    w.put_string("general.architecture", "llama");
    std::vector<float> values(256, 0.5f);
    w.tensor_f32("blk.0.ffn_up.weight", std::vector<int64_t>{64, 4}, values);
    w.tensor_f32("blk.0.ffn_gate.weight", std::vector<int64_t>{32, 8}, values);
    QuantizeOptions o = options(tiny_llama(), "Q4_0");
    folder_.write("in.gguf", w.bytes());
    const engine::gguf::File file = run(o);
    EXPECT_EQ(file.integer("general.alignment").value_or(32), alignment > 4096 ? 32 : alignment);
    EXPECT_EQ(tensor_values(file, "blk.0.ffn_gate.weight"), values);
  }
}

TEST_F(Driver, SplitFilesBecomeOne) {
  const TinyModel model = tiny_qwen3moe();
  QuantizeOptions o = options(model, "Q4_1");
  run(o);
  const std::string whole = file_text(o.output);
  std::vector<std::string> names;
  for (const auto& [name, t] : model.tensors) names.push_back(name);
  for (uint16_t part = 0; part < 3; ++part) {
    TinyModel keys = model;
    keys.tensors.clear();
    if (part > 0) keys.keys.clear();
    engine::gguf::Writer w = keys.writer();
    w.put_u16("split.no", part);
    w.put_u16("split.count", 3);
    w.put_i32("split.tensors.count", static_cast<int32_t>(names.size()));
    for (size_t i = 0; i < names.size(); ++i)
      if (i * 3 / names.size() == part)
        w.tensor_f32(names[i], model.tensors.at(names[i]).ne, tiny_values(names[i], model.tensors.at(names[i])));
    folder_.write("s-0000" + std::to_string(part + 1) + "-of-00003.gguf", w.bytes());
  }
  for (const char* part : {"s-00001-of-00003.gguf", "s-00002-of-00003.gguf"}) {
    o.input = folder_.path(part);
    std::filesystem::remove(o.output);
    const engine::gguf::File file = run(o);
    EXPECT_EQ(file_text(o.output), whole);
    EXPECT_FALSE(file.find("split.count"));
  }
  o.output = folder_.path("s-00003-of-00003.gguf");
  fails(o, engine::ErrorCode::invalid_argument, "is an input");
}

TEST_F(Driver, BytesDoNotDependOnThreads) {
  TinyModel model = tiny_llama();
  model.tensors["blk.0.ffn_up.weight"] = {{32, 9000}};     // several pieces
  model.tensors["blk.0.ffn_gate.weight"] = {{163840, 2}};  // rows longer than a piece
  for (const char* mix : {"Q4_K_M", "Q2_K", "TQ1_0", "MXFP4_MOE"}) {
    QuantizeOptions o = options(model, mix);
    o.threads = 1;
    run(o);
    const std::string one = file_text(o.output);
    const auto report = report_;
    for (const int threads : {2, 5}) {
      o.threads = threads;
      run(o);
      EXPECT_EQ(file_text(o.output), one) << mix;
      for (size_t i = 0; i < report.tensors.size(); ++i) EXPECT_EQ(report_.tensors[i].rmse, report.tensors[i].rmse);
    }
  }
}

TEST_F(Driver, ReportsWhatHappened) {
  TinyModel model = tiny_llama();
  model.tensors["blk.0.attn_q.weight"].type = DType::f16;
  const QuantizeOptions o = options(model, "Q4_0");
  const engine::gguf::File file = run(o);
  ASSERT_EQ(report_.tensors.size(), model.tensors.size());
  uint64_t in = 0, out = 0;
  for (const auto& t : report_.tensors) {
    const engine::gguf::TensorInfo* written = file.tensor(t.name);
    EXPECT_EQ(t.to, written->type);
    EXPECT_EQ(t.bytes_out, written->bytes);
    EXPECT_EQ(t.from, model.tensors.at(t.name).type);
    const std::vector<float> before = tiny_values(t.name, model.tensors.at(t.name));
    EXPECT_NEAR(t.relative_error(), relative_rmse(before, tensor_values(file, t.name)), 1e-4) << t.name;
    EXPECT_EQ(t.rmse > 0, t.to != t.from) << t.name;
    in += t.bytes_in, out += t.bytes_out;
  }
  EXPECT_EQ(report_.bytes_in, in);
  EXPECT_EQ(report_.bytes_out, out);
  EXPECT_EQ(report_.file_bytes, std::filesystem::file_size(o.output));
  EXPECT_NEAR(report_.relative_error, 0.07, 0.03);
  EXPECT_TRUE(report_.warnings.empty());
  EXPECT_NE(tensor_report("output.weight").note.find("rows of 32 are no multiple of the 256 of Q6_K"), std::string::npos);
  EXPECT_EQ(tensor_report("output_norm.weight").note, "kept");
}

TEST_F(Driver, QuantisedInputNeedsPermission) {
  TinyModel model = tiny_llama();
  for (auto& [name, t] : model.tensors)
    if (t.ne.size() > 1) t.type = DType::q8_0;
  QuantizeOptions o = options(model, "Q4_0");
  fails(o, engine::ErrorCode::invalid_argument, "--allow-requantize");
  o.allow_requantize = true;
  const engine::gguf::File file = run(o);
  ASSERT_EQ(report_.warnings.size(), 1u);
  EXPECT_NE(report_.warnings[0].find("quality suffers"), std::string::npos);
  const std::vector<float> before = tiny_values("blk.0.ffn_up.weight", model.tensors.at("blk.0.ffn_up.weight"));
  EXPECT_LT(relative_rmse(before, tensor_values(file, "blk.0.ffn_up.weight")), 0.1);
  // the same type again copies the blocks and needs nothing
  o.allow_requantize = false;
  o.mix = "Q8_0";
  const engine::gguf::File copy = run(o);
  EXPECT_TRUE(report_.warnings.empty());
  for (const auto& [name, t] : model.tensors) EXPECT_EQ(tensor_values(copy, name), tensor_values(*engine::gguf::File::open(o.input), name));
}

TEST_F(Driver, OverridesAndDryRun) {
  QuantizeOptions o = options(tiny_llama(), "Q4_0");
  o.overrides = {{"ffn_down", DType::q8_0}, {"attn_k", DType::q6_k}};
  const engine::gguf::File file = run(o);
  EXPECT_EQ(file.tensor("blk.1.ffn_down.weight")->type, DType::q8_0);
  EXPECT_EQ(file.tensor("blk.1.attn_k.weight")->type, DType::q8_0);  // Q6_K does not fit rows of 32
  EXPECT_FALSE(tensor_report("blk.1.attn_k.weight").note.empty());
  o.output = folder_.path("never.gguf");
  o.dry_run = true;
  const auto report = engine::quantize::quantize(o);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->bytes_out, report_.bytes_out);
  EXPECT_EQ(report->file_bytes, 0u);
  EXPECT_FALSE(std::filesystem::exists(o.output));
}

TEST_F(Driver, ProgressGrowsToOne) {
  QuantizeOptions o = options(tiny_qwen3moe(), "Q4_K_M");
  std::vector<double> shares;
  std::vector<std::string> names;
  o.progress = [&](double share, const std::string& name) { shares.push_back(share), names.push_back(name); };
  run(o);
  ASSERT_FALSE(shares.empty());
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_NEAR(shares.back(), 1.0, 1e-9);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), report_.tensors.size());
}

TEST_F(Driver, IntegersAreCopied) {
  engine::gguf::Writer w = tiny_llama().writer();
  std::vector<std::byte> bytes(48 * 4);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 37);
  w.tensor("extra.table.weight", DType::i32, std::vector<int64_t>{8, 6}, bytes);
  QuantizeOptions o = options(tiny_llama(), "Q4_0");
  folder_.write("in.gguf", w.bytes());
  const engine::gguf::File file = run(o);
  const engine::gguf::TensorInfo* t = file.tensor("extra.table.weight");
  ASSERT_TRUE(t && t->type == DType::i32);
  EXPECT_EQ(std::vector<std::byte>(t->data, t->data + t->bytes), bytes);
}

}  // namespace
