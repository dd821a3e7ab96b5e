// Reads hyper-parameters with bounds, remembering the first problem: metadata is as hostile as the rest of the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/result.h"
#include "gguf/reader.h"
#include "model/config.h"

namespace engine::model {

/// Largest widths, counts and products that are taken for real.
inline constexpr int64_t kMaxWidth = 1 << 20;
inline constexpr int64_t kMaxHeads = 1 << 14;    // heads, and the width of one
inline constexpr int64_t kMaxTokens = 1 << 26;   // context lengths; the longest published one is 10 million
inline constexpr int64_t kMaxProduct = 1 << 24;  // heads * width of a head, experts * width of an expert

/// Keys are named without the architecture: "block_count" reads "llama.block_count". After a problem every further read
/// gives its default, and status() tells the first one.
class KeyReader {
 public:
  KeyReader(const gguf::File& file, std::string architecture, const ConfigOptions& options)
      : file_(file), architecture_(std::move(architecture)), options_(options) {}

  [[nodiscard]] const gguf::File& file() const { return file_; }
  [[nodiscard]] const ConfigOptions& options() const { return options_; }
  [[nodiscard]] std::string full(std::string_view key) const { return architecture_ + "." + std::string(key); }
  [[nodiscard]] bool has(std::string_view key) const { return file_.find(full(key)) != nullptr; }

  /// An integer in [1, max]; a list is accepted when all its elements agree (formats.md 3.2, "s|a").
  int required(std::string_view key, int64_t max = kMaxWidth);
  /// The same with a default, in [min, max].
  int optional(std::string_view key, int fallback, int64_t min = 0, int64_t max = kMaxWidth);
  /// A finite number in [min, max].
  double required_number(std::string_view key, double min, double max);
  double optional_number(std::string_view key, double fallback, double min, double max);
  bool flag(std::string_view key, bool fallback);
  std::string text(std::string_view key, std::string_view fallback);

  /// Records a problem, unless there is one already.
  void fail(Error error);
  /// The same for a key: "PATH: the key KEY <what>."
  void fail(ErrorCode code, std::string_view key, const std::string& what);
  /// fail(bad_file) unless `good`.
  void expect(bool good, std::string_view key, const std::string& what);

  [[nodiscard]] Status status() const { return error_ ? Status(*error_) : Status(); }

 private:
  int integer(std::string_view key, int64_t min, int64_t max);

  const gguf::File& file_;
  std::string architecture_;
  ConfigOptions options_;
  std::optional<Error> error_;
};

}  // namespace engine::model
