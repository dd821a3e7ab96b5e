// Checks of what every function of the engine promises about its errors.
#pragma once

#include "engine/result.h"
#include "fuzz/fuzz_support.h"
#include "tokenizer/utf8.h"

namespace hearth_fuzz {

inline bool is_utf8(std::string_view text) {
  return engine::utf8::valid_prefix(text) == text.size();
}

/// One sentence for people: there, short, one line, UTF-8, and nothing a terminal obeys, whatever the file held.
inline void check_sentence(const std::string& text) {
  require(text.size() <= 2000, "an error is a sentence, not a page", text.substr(0, 200));
  require(is_utf8(text), "an error is UTF-8", text);
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(engine::utf8::step(rest).length)) {
    const char32_t c = engine::utf8::code_point(rest);
    require(c >= 0x20 && (c < 0x7f || c >= 0xa0), "an error holds no control characters", text);
  }
}

inline void check_error(const engine::Error& error) {
  require(!error.message.empty(), "an error has a message");
  check_sentence(error.message);
  check_sentence(error.hint);
}

/// With U+FFFD for each ill-formed part, as text is shown.
inline std::string repaired(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto next = engine::utf8::step(text);
    out += next.form == engine::utf8::Form::valid ? text.substr(0, next.length) : engine::utf8::replacement;
    text.remove_prefix(next.length);
  }
  return out;
}

}  // namespace hearth_fuzz
