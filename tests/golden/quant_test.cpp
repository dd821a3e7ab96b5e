// Quantised models against the logits of the same weights in f32 (the rule of the reference files: no further from the
// truth than 1.5 times a good peer, which quantises activations too).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "golden/model_logits.h"
#include "support/reference.h"

namespace {

using hearth_test::LogitsRun;

struct Error {
  double nmse = 1, median_token = 1;
};

Error compare(const std::vector<float>& ours, const std::vector<float>& known, size_t n_vocab) {
  Error e;
  EXPECT_EQ(ours.size(), known.size());
  if (ours.size() != known.size() || known.empty()) return e;
  e.nmse = hearth_test::nmse(ours.data(), known.data(), known.size());
  std::vector<double> tokens;
  for (size_t at = 0; at < known.size(); at += n_vocab) tokens.push_back(hearth_test::nmse(ours.data() + at, known.data() + at, n_vocab));
  std::sort(tokens.begin(), tokens.end());
  const size_t mid = tokens.size() / 2;
  e.median_token = tokens.size() % 2 ? tokens[mid] : (tokens[mid - 1] + tokens[mid]) / 2;
  return e;
}

class Quant : public testing::TestWithParam<const char*> {
 protected:
  void check(const LogitsRun& run) const {
    const std::filesystem::path folder = hearth_test::reference_path("quant");
    const std::string name = GetParam();
    const auto peers = nlohmann::json::parse(hearth_test::read_file(folder / "peer_nmse.json"));
    const std::vector<float> known = hearth_test::read_floats(folder / (name + ".logits.f32"));
    const std::vector<int32_t> tokens = hearth_test::parse_ids(hearth_test::read_file(folder / "tokens.txt"));
    const Error e =
        compare(hearth_test::model_logits((folder / (name + ".gguf")).string(), tokens, run), known, known.size() / tokens.size());
    const double peer = peers.at(name).at("nmse"), peer_median = peers.at(name).at("median_token_nmse");
    std::printf("%s on %s: nmse %.3g (peer %.3g), median token %.3g (peer %.3g)\n", name.c_str(), run.device.c_str(), e.nmse, peer,
                e.median_token, peer_median);
    if (name.starts_with("mixtral")) {
      EXPECT_LE(e.median_token, 1.5 * peer_median);
      EXPECT_LE(e.nmse, 0.03);
    } else {
      EXPECT_LE(e.nmse, 1.5 * peer);
    }
  }
};

TEST_P(Quant, CpuOneBatch) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "cpu"});
}
TEST_P(Quant, CpuSplit) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "cpu", .split = 44});
}
TEST_P(Quant, CpuOneByOne) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "cpu", .split = 1});
}
TEST_P(Quant, Reference) {
  HEARTH_NEEDS_REFERENCE();
  check({.device = "reference", .split = 44});
}

INSTANTIATE_TEST_SUITE_P(Models, Quant,
                         testing::Values("llama-F16", "llama-BF16", "llama-Q8_0", "llama-Q4_0", "llama-Q4_1", "llama-Q5_0", "llama-Q5_1",
                                         "llama-IQ4_NL", "llama-MXFP4_MOE", "llama-Q2_K", "llama-Q3_K_S", "llama-Q4_K_S", "llama-Q5_K_S",
                                         "llama-Q6_K", "llama-IQ4_XS", "mixtral-Q8_0", "mixtral-Q4_0", "mixtral-MXFP4_MOE",
                                         "mixtral-Q4_K_S", "mixtral-Q6_K", "mixtral-IQ4_XS"),
                         [](const auto& model) {
                           std::string name = model.param;
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

}  // namespace
