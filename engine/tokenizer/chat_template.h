// Bounded Jinja for chat templates (`tokenizer.chat_template`), with Hugging Face's settings: trim_blocks, lstrip_blocks,
// loop controls, `raise_exception`, `strftime_now`, `tojson`. A template is hostile input: steps, output, recursion and
// value sizes are limited, and nothing outside the given variables can be reached.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "engine/result.h"

namespace engine {

struct TemplateLimits {
  uint64_t max_steps = 2'000'000;  // evaluated nodes
  size_t max_output = 16u << 20;   // bytes, also of any one string value
  int max_depth = 200;             // nesting of expressions, blocks and macro calls
};

class ChatTemplate {
 public:
  /// Parses. Errors: bad_file with line and cause.
  static Result<ChatTemplate> parse(std::string_view source);

  ChatTemplate(ChatTemplate&&) noexcept;
  ChatTemplate& operator=(ChatTemplate&&) noexcept;
  ~ChatTemplate();

  /// Renders with the variables of a JSON object. `now` (ISO time, e.g. "2024-07-26T12:00:00") is what strftime_now
  /// uses; absent means the system's local time. Errors: bad_file (the template raised, or an undefined operation;
  /// message of raise_exception included), out_of_memory (a limit was reached, named).
  [[nodiscard]] Result<std::string> render(const nlohmann::ordered_json& variables, const TemplateLimits& limits = {}) const;

 private:
  struct Impl;
  explicit ChatTemplate(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine
