// Finds files with known answers in the folder HEARTH_REFERENCE. Without it such tests are skipped with a reason, except
// with CI=true, where its absence is a failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace hearth_test {

inline std::filesystem::path reference_root() {
  const char* value = std::getenv("HEARTH_REFERENCE");
  return value ? value : "";
}

inline std::filesystem::path reference_path(const std::string& relative) {
  return reference_root() / relative;
}

inline bool in_ci() {
  const char* value = std::getenv("CI");
  return value && std::string(value) == "true";
}

/// Use as the first line of a test that needs reference files.
#define HEARTH_NEEDS_REFERENCE()                                                            \
  do {                                                                                      \
    if (hearth_test::reference_root().empty()) {                                            \
      if (hearth_test::in_ci()) FAIL() << "HEARTH_REFERENCE is not set";                    \
      GTEST_SKIP() << "HEARTH_REFERENCE is not set: files with known answers are not here"; \
    }                                                                                       \
  } while (0)

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<float> read_floats(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> out(bytes.size() / sizeof(float));
  std::memcpy(out.data(), bytes.data(), out.size() * sizeof(float));
  return out;
}

/// sum((a-b)^2) / sum(b^2)
inline double nmse(const float* a, const float* b, size_t n) {
  double error = 0, power = 0;
  for (size_t i = 0; i < n; ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    error += d * d;
    power += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return error / power;
}

}  // namespace hearth_test
