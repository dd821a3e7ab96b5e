// UTF-8 as hostile input: where characters begin and end, and which bytes belong to none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine::utf8 {

enum class Form {
  valid,       // one well-formed character (Unicode 15, table 3-7: no surrogates, no overlong forms)
  truncated,   // the text ends inside what may still become a character
  ill_formed,  // no continuation can make these bytes a character
};

/// The front of a non-empty text. `length` >= 1: the bytes of the character, of the truncated rest, or of the maximal
/// ill-formed part, which one U+FFFD replaces (Unicode 15, section 3.9).
struct Step {
  Form form;
  size_t length;
};
Step step(std::string_view text);

/// Length of the longest well-formed prefix.
size_t valid_prefix(std::string_view text);

/// Code point of the well-formed character at the front.
char32_t code_point(std::string_view text);

/// Appends one character, a Unicode scalar value.
void append(std::string& out, char32_t character);

inline constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace engine::utf8
