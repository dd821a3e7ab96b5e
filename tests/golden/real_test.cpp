// Real trained weights: Ember's logits, and greedy text and perplexity of a small Llama.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "golden/model_logits.h"
#include "support/reference.h"

namespace {

using hearth_test::LogitsRun;

double ember_error(const LogitsRun& run) {
  const std::filesystem::path folder = hearth_test::reference_path("ember");
  const std::vector<float> known = hearth_test::read_floats(folder / "ember-f16.logits.f32");
  const std::vector<int32_t> tokens = hearth_test::parse_ids(hearth_test::read_file(folder / "tokens.txt"));
  const std::string model = hearth_test::reference_path("../starter/ember-starter-f16.gguf").string();
  LogitsRun split = run;
  split.split = static_cast<int>(tokens.size()) - 4;
  const std::vector<float> ours = hearth_test::model_logits(model, tokens, split);
  EXPECT_EQ(ours.size(), known.size());
  return ours.size() == known.size() ? hearth_test::nmse(ours.data(), known.data(), known.size()) : 1;
}

TEST(Ember, Reference) {
  HEARTH_NEEDS_REFERENCE();
  EXPECT_LE(ember_error({.device = "reference"}), 1e-5);
}
TEST(Ember, Cpu) {
  HEARTH_NEEDS_REFERENCE();
  EXPECT_LE(ember_error({.device = "cpu"}), 1e-5);
}
TEST(Ember, ExpertsOnTwoDevices) {
  HEARTH_NEEDS_REFERENCE();
  EXPECT_LE(ember_error({.device = "cpu", .expert_device = "cpu+reference"}), 1e-5);
}

/// A Q8_0 file stays close to the F16 weights it was made from.
TEST(Ember, QuantisedFile) {
  HEARTH_NEEDS_REFERENCE();
  const std::filesystem::path folder = hearth_test::reference_path("ember");
  const std::vector<float> known = hearth_test::read_floats(folder / "ember-f16.logits.f32");
  const std::vector<int32_t> tokens = hearth_test::parse_ids(hearth_test::read_file(folder / "tokens.txt"));
  const std::vector<float> ours =
      hearth_test::model_logits(hearth_test::reference_path("../starter/ember-starter-q8_0.gguf").string(), tokens, {.device = "cpu"});
  ASSERT_EQ(ours.size(), known.size());
  EXPECT_LE(hearth_test::nmse(ours.data(), known.data(), known.size()), 1e-3);
}

/// What `info` predicts is what a load takes.
TEST(Ember, MemoryPlan) {
  engine::RuntimeOptions options;
  options.model_path = std::string(HEARTH_MODELS) + "/ember-q8_0.gguf";
  options.adapter_bytes = -1;  // as the window loads
  engine::Result<engine::MemoryEstimate> estimate = engine::estimate_memory(options.model_path, 0, engine::KvType::f16);
  ASSERT_TRUE(estimate) << estimate.error().text();
  engine::Result<std::unique_ptr<engine::ModelRuntime>> runtime = engine::ModelRuntime::load(options);
  ASSERT_TRUE(runtime) << runtime.error().text();
  EXPECT_EQ(estimate->total(), (*runtime)->memory().total());
  // 960 bytes of f16 cache a token, six sequences of 2048 tokens.
  EXPECT_EQ(estimate->kv_cache, 960u * 2048 * 6);
}

/// Greedy continuation of `prompt` up to `total` tokens.
std::vector<int32_t> greedy(const std::string& path, std::vector<int32_t> ids, size_t total, const LogitsRun& run) {
  engine::RuntimeOptions options;
  options.model_path = path;
  options.device = run.device;
  options.kv = run.kv;
  options.threads = run.threads;
  options.max_sequences = 1;
  options.load_tokenizer = false;
  options.context = static_cast<int>(total);
  engine::Result<std::unique_ptr<engine::ModelRuntime>> runtime = engine::ModelRuntime::load(options);
  if (!runtime) {
    ADD_FAILURE() << runtime.error().text();
    return {};
  }
  std::vector<int32_t> pages((total + engine::kPageTokens - 1) / engine::kPageTokens);
  std::iota(pages.begin(), pages.end(), 0);
  size_t done = 0;
  while (ids.size() < total) {
    const engine::StepSequence step{std::span<const int32_t>(ids).subspan(done), static_cast<int>(done), pages, true, false};
    engine::Result<engine::StepOutput> out = (*runtime)->run({&step, 1});
    if (!out) {
      ADD_FAILURE() << out.error().text();
      return {};
    }
    done = ids.size();
    ids.push_back(static_cast<int32_t>(std::max_element(out->logits, out->logits + out->n_vocab) - out->logits));
  }
  return ids;
}

class Stories : public testing::TestWithParam<const char*> {};

TEST_P(Stories, GreedyTokensAreExact) {
  HEARTH_NEEDS_REFERENCE();
  const std::filesystem::path folder = hearth_test::reference_path("real/stories260K");
  for (const char* name : {"ref_stories260K_bos.json", "ref_stories260K_once.json"}) {
    const auto known = nlohmann::json::parse(hearth_test::read_file(folder / name));
    const std::vector<int32_t> ids = known.at("input_token_at_position");
    const size_t prompt = std::string(name).find("bos") != std::string::npos ? 1 : 5;
    const std::vector<int32_t> start(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(prompt));
    EXPECT_EQ(greedy((folder / "stories260K-f32.gguf").string(), start, ids.size(), {.device = GetParam()}), ids) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, Stories, testing::Values("reference", "cpu"));

}  // namespace
