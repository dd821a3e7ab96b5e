// What the tests of the quantiser share: tiny models on disk, quantised, read back.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/quant_blocks.h"
#include "quantize/quantize.h"
#include "support/tiny_models.h"

namespace hearth_test {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<float> tensor_values(const engine::gguf::File& file, const std::string& name) {
  const engine::gguf::TensorInfo* t = file.tensor(name);
  if (!t) {
    ADD_FAILURE() << "no tensor " << name;
    return {};
  }
  std::vector<float> out(static_cast<size_t>(t->ne[0] * t->ne[1] * t->ne[2] * t->ne[3]));
  engine::dequantize_row(t->type, t->data, out.data(), static_cast<int64_t>(out.size()));
  return out;
}

inline double relative_rmse(const std::vector<float>& x, const std::vector<float>& y) {
  double error = 0, power = 0;
  for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
    error += std::pow(static_cast<double>(x[i]) - static_cast<double>(y[i]), 2);
    power += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  }
  return x.size() == y.size() && power > 0 ? std::sqrt(error / power) : INFINITY;
}

/// A tiny model in a folder of its own, with paths beside it.
class QuantizeFixture : public testing::Test {
 protected:
  engine::quantize::QuantizeOptions options(const TinyModel& model, const std::string& mix) {
    engine::quantize::QuantizeOptions o;
    o.input = folder_.write("in.gguf", model.bytes());
    o.output = folder_.path("out.gguf");
    o.mix = mix;
    return o;
  }

  /// Runs and opens the result; the report stays in report_.
  engine::gguf::File run(const engine::quantize::QuantizeOptions& o) {
    engine::Result<engine::quantize::QuantizeReport> report = engine::quantize::quantize(o);
    EXPECT_TRUE(report.ok()) << report.error().text();
    if (report) report_ = *report;
    engine::Result<engine::gguf::File> file = engine::gguf::File::open(o.output);
    EXPECT_TRUE(file.ok()) << file.error().text();
    if (!file) std::abort();
    return std::move(*file);
  }

  void fails(const engine::quantize::QuantizeOptions& o, engine::ErrorCode code, const std::string& part) {
    const auto report = engine::quantize::quantize(o);
    ASSERT_FALSE(report.ok()) << "expected: " << part;
    EXPECT_EQ(report.error().code, code) << report.error().text();
    EXPECT_NE(report.error().text().find(part), std::string::npos) << report.error().text() << "\nexpected: " << part;
    EXPECT_FALSE(std::filesystem::exists(folder_.path("out.gguf.part")));
  }

  const engine::quantize::TensorReport& tensor_report(const std::string& name) {
    for (const auto& t : report_.tensors)
      if (t.name == name) return t;
    ADD_FAILURE() << "no report of " << name;
    static const engine::quantize::TensorReport none;
    return none;
  }

  TempFolder folder_;
  engine::quantize::QuantizeReport report_;
};

}  // namespace hearth_test
