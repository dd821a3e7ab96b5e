#include "import/settings.h"

#include <fmt/format.h>

#include <cmath>

namespace engine::importer {

const nlohmann::json* Settings::find(const char* key) const {
  const auto at = json_.find(key);
  return at == json_.end() || at->is_null() ? nullptr : &*at;
}

void Settings::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void Settings::refuse(const std::string& what, const std::string& hint) {
  fail({ErrorCode::unsupported, fmt::format("{}: {}.", path_, what), hint});
}

void Settings::broken(const std::string& what) {
  fail({ErrorCode::bad_file, fmt::format("{}: {}.", path_, what), "Download the model again."});
}

void Settings::expect(bool good, const std::string& what) {
  if (!good) broken(what);
}

int64_t Settings::required(const char* key, int64_t max, int64_t min) {
  if (!find(key)) broken(fmt::format("{} is missing", key));
  return optional(key, min, max, min);
}

int64_t Settings::optional(const char* key, int64_t fallback, int64_t max, int64_t min) {
  const nlohmann::json* value = find(key);
  if (!value) return fallback;
  if (value->is_number_integer()) {
    const bool huge = value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
    const int64_t n = huge ? INT64_MAX : value->get<int64_t>();
    if (n >= min && n <= max) return n;
  }
  broken(fmt::format("{} is no whole number from {} to {}", key, min, max));
  return min;
}

double Settings::number(const char* key, double fallback, double min, double max) {
  const nlohmann::json* value = find(key);
  if (!value) return fallback;
  if (value->is_number()) {
    const auto n = value->get<double>();
    if (std::isfinite(n) && n >= min && n <= max) return n;
  }
  broken(fmt::format("{} is no number from {} to {}", key, min, max));
  return fallback;
}

bool Settings::flag(const char* key, bool fallback) {
  const nlohmann::json* value = find(key);
  if (!value) return fallback;
  if (!value->is_boolean()) broken(fmt::format("{} is neither true nor false", key));
  return value->is_boolean() && value->get<bool>();
}

std::string Settings::text(const char* key, const std::string& fallback) {
  const nlohmann::json* value = find(key);
  if (!value) return fallback;
  if (!value->is_string()) broken(fmt::format("{} is no text", key));
  return value->is_string() ? value->get<std::string>() : fallback;
}

}  // namespace engine::importer
