#include "model/key_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gguf/printable.h"

namespace engine::model {

void KeyReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void KeyReader::fail(ErrorCode code, std::string_view key, const std::string& what) {
  fail(Error{code, fmt::format("{}: the key {} {}.", file_.path(), gguf::printable(full(key)), what),
             code == ErrorCode::bad_file ? "Download the model again, from another source." : "Choose another model."});
}

void KeyReader::expect(bool good, std::string_view key, const std::string& what) {
  if (!good) fail(ErrorCode::bad_file, key, what);
}

int KeyReader::integer(std::string_view key, int64_t min, int64_t max) {
  const std::vector<int64_t> values = file_.integers(full(key));
  if (values.empty()) {
    fail(ErrorCode::bad_file, key, "is not an integer");
    return 0;
  }
  if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end()) {
    fail(ErrorCode::unsupported, key, "differs between layers, which is not supported");
    return 0;
  }
  if (values[0] < min || values[0] > max) {
    fail(ErrorCode::bad_file, key, fmt::format("is {}, outside {} to {}", values[0], min, max));
    return 0;
  }
  return static_cast<int>(values[0]);
}

int KeyReader::required(std::string_view key, int64_t max) {
  if (!has(key)) {
    fail(ErrorCode::bad_file, key, "is missing");
    return 1;
  }
  return std::max(1, integer(key, 1, max));
}

int KeyReader::optional(std::string_view key, int fallback, int64_t min, int64_t max) {
  return has(key) ? integer(key, min, max) : fallback;
}

double KeyReader::required_number(std::string_view key, double min, double max) {
  if (!has(key)) {
    fail(ErrorCode::bad_file, key, "is missing");
    return min;
  }
  const std::optional<double> value = file_.number(full(key));
  if (!value || !(*value >= min && *value <= max)) {
    fail(ErrorCode::bad_file, key, value ? fmt::format("is {}, outside {} to {}", *value, min, max) : "is not a number");
    return min;
  }
  return *value;
}

double KeyReader::optional_number(std::string_view key, double fallback, double min, double max) {
  return has(key) ? required_number(key, min, max) : fallback;
}

bool KeyReader::flag(std::string_view key, bool fallback) {
  if (!has(key)) return fallback;
  const std::optional<bool> value = file_.boolean(full(key));
  expect(value.has_value(), key, "is not a boolean");
  return value.value_or(fallback);
}

std::string KeyReader::text(std::string_view key, std::string_view fallback) {
  if (!has(key)) return std::string(fallback);
  const std::optional<std::string_view> value = file_.string(full(key));
  expect(value.has_value(), key, "is not text");
  return std::string(value.value_or(fallback));
}

}  // namespace engine::model
