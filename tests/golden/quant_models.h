// Quantised models against the logits of the same weights in f32.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "golden/model_logits.h"
#include "support/reference.h"

namespace hearth_test {

inline constexpr const char* kQuantModels[] = {
    "llama-F16",    "llama-BF16",      "llama-Q8_0",   "llama-Q4_0",        "llama-Q4_1",     "llama-Q5_0",   "llama-Q5_1",
    "llama-IQ4_NL", "llama-MXFP4_MOE", "llama-Q2_K",   "llama-Q3_K_S",      "llama-Q4_K_S",   "llama-Q5_K_S", "llama-Q6_K",
    "llama-IQ4_XS", "mixtral-Q8_0",    "mixtral-Q4_0", "mixtral-MXFP4_MOE", "mixtral-Q4_K_S", "mixtral-Q6_K", "mixtral-IQ4_XS"};

struct QuantError {
  double nmse = 1, median_token = 1;
};

inline QuantError compare_quant(const std::vector<float>& ours, const std::vector<float>& known, size_t n_vocab) {
  QuantError e;
  EXPECT_EQ(ours.size(), known.size());
  if (ours.size() != known.size() || known.empty()) return e;
  e.nmse = nmse(ours.data(), known.data(), known.size());
  std::vector<double> tokens;
  for (size_t at = 0; at < known.size(); at += n_vocab) tokens.push_back(nmse(ours.data() + at, known.data() + at, n_vocab));
  std::sort(tokens.begin(), tokens.end());
  const size_t mid = tokens.size() / 2;
  e.median_token = tokens.size() % 2 ? tokens[mid] : (tokens[mid - 1] + tokens[mid]) / 2;
  return e;
}

/// The rule of the reference files: no further from the truth than 1.5 times a good peer, which quantises activations too.
inline void check_quant(const std::string& name, const LogitsRun& run) {
  const std::filesystem::path folder = reference_path("quant");
  const auto peers = nlohmann::json::parse(read_file(folder / "peer_nmse.json"));
  const std::vector<float> known = read_floats(folder / (name + ".logits.f32"));
  const std::vector<int32_t> tokens = parse_ids(read_file(folder / "tokens.txt"));
  const QuantError e = compare_quant(model_logits((folder / (name + ".gguf")).string(), tokens, run), known, known.size() / tokens.size());
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

}  // namespace hearth_test
