// Imported model folders against the GGUF files they were made from: the same tensors, the same logits.
#include <cmath>
#include <cstring>
#include <set>

#include "golden/model_logits.h"
#include "import/import.h"
#include "model/config.h"
#include "support/hf_folder.h"
#include "support/reference.h"

namespace {

using engine::DType;
using engine::gguf::File;
using engine::importer::ImportOptions;
using hearth_test::HfFolder;
using hearth_test::HfMaker;
using hearth_test::TempFolder;

std::string golden(const std::string& name) {
  return std::string(HEARTH_GOLDEN_MODELS) + "/" + name + "-f32.gguf";
}

class Import : public testing::TestWithParam<const char*> {
 protected:
  Import() : file(File::open(golden(GetParam()))), folder(HfMaker(*file).make()) {}

  /// Imports `folder` and gives the path of the result.
  std::string import(DType type) {
    folder.write(place);
    const std::string out = place.path("out.gguf");
    const auto report = engine::importer::import_model({place.path(""), out, type});
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report ? out : "";
  }
  static std::vector<float> logits(const std::string& path) {
    const std::string data = std::string(HEARTH_TEST_DATA) + "/arch/";
    return hearth_test::model_logits(path, hearth_test::parse_ids(hearth_test::read_file(data + "tokens.txt")), {.device = "reference"});
  }

  engine::Result<File> file;
  HfFolder folder;
  TempFolder place;
};

TEST_P(Import, TensorsAndLogitsAreThoseOfTheGgufFile) {
  folder.shards = 3;
  const std::string path = import(DType::f32);
  const auto out = File::open(path);
  ASSERT_TRUE(out.ok()) << out.error().text();
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::set<std::string> names;
  for (const auto& t : file->tensors()) {
    if (t.name == "rope_freqs.weight") continue;
    names.insert(t.name);
    const auto* own = out->tensor(t.name);
    ASSERT_NE(own, nullptr) << t.name;
    EXPECT_TRUE(std::equal(std::begin(t.ne), std::end(t.ne), std::begin(own->ne))) << t.name;
    ASSERT_EQ(t.bytes, own->bytes) << t.name;
    EXPECT_EQ(std::memcmp(t.data, own->data, t.bytes), 0) << t.name;
  }
  EXPECT_EQ(names.size(), out->tensors().size());
  // The golden llama has frequency factors that no config.json can ask for.
  if (file->tensor("rope_freqs.weight")) return;
  EXPECT_EQ(logits(path), logits(golden(GetParam())));
}

TEST_P(Import, OtherTypesComeClose) {
  const std::vector<float> exact = logits(import(DType::f32));
  for (const auto& [type, limit] : {std::pair{DType::f16, 1e-5}, {DType::bf16, 2e-3}, {DType::q8_0, 2e-3}}) {
    const std::string path = import(type);
    const auto out = File::open(path);
    ASSERT_TRUE(out.ok()) << out.error().text();
    for (const auto& t : out->tensors()) {
      const bool precise = t.n_dims == 1 || t.name.find("ffn_gate_inp") != std::string::npos;
      if (precise) {
        EXPECT_EQ(t.type, DType::f32) << t.name;
      } else if (t.ne[0] % 32 == 0) {
        EXPECT_EQ(t.type, type) << t.name;
      }
    }
    const std::vector<float> ours = logits(path);
    ASSERT_EQ(ours.size(), exact.size());
    std::vector<double> errors;  // of each token: one expert chosen otherwise must not decide
    for (size_t at = 0; at < ours.size(); at += 512) errors.push_back(hearth_test::nmse(ours.data() + at, exact.data() + at, 512));
    std::nth_element(errors.begin(), errors.begin() + static_cast<ptrdiff_t>(errors.size() / 2), errors.end());
    EXPECT_LE(errors[errors.size() / 2], limit) << engine::dtype_name(type);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, Import,
                         testing::Values("llama", "mixtral", "qwen2", "qwen3", "qwen3moe", "qwen2moe", "olmoe", "glm4moe", "deepseek",
                                         "deepseek2-lite", "deepseek2-v3"),
                         [](const auto& item) {
                           std::string name = item.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// llama3 scaling (formats.md 9.2) becomes rope_freqs.weight.
TEST(ImportRope, Llama3Factors) {
  const auto file = File::open(golden("llama"));
  ASSERT_TRUE(file.ok()) << file.error().text();
  HfFolder folder = HfMaker(*file).make();
  folder.config["rope_scaling"] = {{"rope_type", "llama3"},
                                   {"factor", 8.0},
                                   {"low_freq_factor", 1.0},
                                   {"high_freq_factor", 4.0},
                                   {"original_max_position_embeddings", 512}};
  const TempFolder place;
  folder.write(place);
  const auto report = engine::importer::import_model({place.path(""), place.path("out.gguf"), DType::f32});
  ASSERT_TRUE(report.ok()) << report.error().text();
  const auto out = File::open(place.path("out.gguf"));
  const auto* t = out->tensor("rope_freqs.weight");
  ASSERT_NE(t, nullptr);
  ASSERT_EQ(t->bytes, sizeof(float) * 8);  // heads of 16
  std::vector<float> factors(8);
  std::memcpy(factors.data(), t->data, t->bytes);
  const double base = file->number("llama.rope.freq_base").value();
  for (int i = 0; i < 8; ++i) {
    const double wave = 2 * M_PI * std::pow(base, i / 8.0);
    const double smooth = (512 / wave - 1) / 3, expected = wave < 128 ? 1 : wave > 512 ? 8 : 1 / ((1 - smooth) / 8 + smooth);
    EXPECT_NEAR(static_cast<double>(factors[static_cast<size_t>(i)]), expected, 1e-6) << i;
  }
  EXPECT_EQ(factors.front(), 1.0f);
  EXPECT_EQ(factors.back(), 8.0f);
}

}  // namespace
