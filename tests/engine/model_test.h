// What the tests of engine/model share: a tiny model on disk, opened, and checks of its errors.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/quant_blocks.h"
#include "model/config.h"
#include "model/weights.h"
#include "support/tiny_models.h"

namespace hearth_test {

class Model {
 public:
  explicit Model(const TinyModel& model) : path_(folder_.write("tiny.gguf", model.bytes())), file_(engine::gguf::File::open(path_)) {}
  [[nodiscard]] const engine::gguf::File& file() const { return *file_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] engine::Result<engine::model::Config> config() const { return engine::model::read_config(*file_); }
  [[nodiscard]] engine::Result<engine::model::ModelWeights> weights() const {
    const auto c = config();
    if (!c) return c.error();
    return engine::model::bind_weights(*file_, *c);
  }

 private:
  TempFolder folder_;
  std::string path_;
  engine::Result<engine::gguf::File> file_;
};

inline engine::model::Config config_of(const TinyModel& model) {
  const auto config = Model(model).config();
  EXPECT_TRUE(config.ok()) << config.error().text();
  return config ? *config : engine::model::Config{};
}

inline void expect_error(const engine::Error& error, engine::ErrorCode code, const std::string& part) {
  EXPECT_EQ(error.code, code) << error.text();
  EXPECT_NE(error.text().find(part), std::string::npos) << error.text() << "\nexpected: " << part;
}

inline void expect_config_error(const TinyModel& model, engine::ErrorCode code, const std::string& part) {
  const auto config = Model(model).config();
  ASSERT_FALSE(config.ok()) << "expected: " << part;
  expect_error(config.error(), code, part);
}

inline void expect_weight_error(const TinyModel& model, engine::ErrorCode code, const std::string& part) {
  const Model m(model);
  ASSERT_TRUE(m.config().ok()) << m.config().error().text();
  const auto weights = m.weights();
  ASSERT_FALSE(weights.ok()) << "expected: " << part;
  expect_error(weights.error(), code, part);
}

/// One decoded element of a weight.
inline float element(const engine::Weight& w, int64_t column, int64_t row, int64_t expert = 0) {
  std::vector<float> values(static_cast<size_t>(w.in));
  engine::dequantize_row(w.type, w.row(row, expert), values.data(), w.in);
  return values[static_cast<size_t>(column)];
}

}  // namespace hearth_test
