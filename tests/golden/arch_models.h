// The tiny random models of every architecture and how far a device's logits are from the known ones.
#pragma once

#include <string>

#include "golden/model_logits.h"
#include "support/reference.h"

namespace hearth_test {

inline constexpr const char* kArchModels[] = {"llama",        "mixtral", "qwen2",      "qwen3",          "qwen3moe",
                                              "qwen2moe",     "olmoe",   "deepseek",   "deepseek2-lite", "deepseek2-legacy",
                                              "deepseek2-v3", "gpt-oss", "granitemoe", "glm4moe"};

inline std::string golden_model(const std::string& name) {
  return std::string(HEARTH_GOLDEN_MODELS) + "/" + name + "-f32.gguf";
}

/// NMSE of our logits against the known ones.
inline double arch_error(const std::string& name, const LogitsRun& run) {
  const std::string data = std::string(HEARTH_TEST_DATA) + "/arch/";
  const std::vector<float> known = read_floats(data + name + ".logits.f32");
  const std::vector<int32_t> tokens = parse_ids(read_file(data + "tokens.txt"));
  const std::vector<float> ours = model_logits(golden_model(name), tokens, run);
  EXPECT_EQ(ours.size(), known.size());
  if (ours.size() != known.size() || known.empty()) return 1;
  return nmse(ours.data(), known.data(), known.size());
}

inline bool has_experts(const std::string& name) {
  return name != "llama" && name != "qwen2" && name != "qwen3";
}

/// Names of parameterised tests: letters, digits and underscores.
inline std::string test_name(std::string name) {
  for (char& c : name)
    if (c == '-' || c == '.') c = '_';
  return name;
}

}  // namespace hearth_test
