// Regular expressions over tensor names. Internal to the folder.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace engine::quantize {

class NamePattern {
 public:
  /// Perl's syntax; nullopt when `text` is not a regular expression.
  static std::optional<NamePattern> compile(const std::string& text);

  /// Whether it fits anywhere in the name. A search that would take long gives false.
  [[nodiscard]] bool matches(const std::string& name) const;

 private:
  explicit NamePattern(std::shared_ptr<void> code) : code_(std::move(code)) {}
  std::shared_ptr<void> code_;  // pcre2_code
};

}  // namespace engine::quantize
