// A JSON object of settings, read with bounds; the first problem is kept. Internal to the folder.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "engine/result.h"

namespace engine::importer {

/// null counts as absent everywhere.
class Settings {
 public:
  /// `path` is for messages.
  Settings(const nlohmann::json& json, std::string path) : json_(json), path_(std::move(path)) {}

  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  int64_t required(const char* key, int64_t max, int64_t min = 1);
  int64_t optional(const char* key, int64_t fallback, int64_t max, int64_t min = 0);
  double number(const char* key, double fallback, double min, double max);
  bool flag(const char* key, bool fallback);
  std::string text(const char* key, const std::string& fallback);

  /// The setting has a value that changes what the model computes, and nothing here computes that.
  void refuse(const std::string& what, const std::string& hint = "Choose a GGUF file of this model.");
  void broken(const std::string& what);
  void fail(Error error);
  void expect(bool good, const std::string& what);
  [[nodiscard]] Status status() const { return error_ ? Status(*error_) : Status(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const nlohmann::json& json_;
  std::string path_;
  std::optional<Error> error_;
};

}  // namespace engine::importer
