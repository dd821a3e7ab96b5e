// UTF-8 and the character properties that Python's str methods use (Unicode 14, as Python 3.11). A byte that is not part
// of valid UTF-8 counts as one character and is kept as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::jinja {

struct CodePoint {
  uint32_t value;  // for an invalid byte: 0xDC00 + byte, as Python's surrogateescape
  size_t bytes;    // 1..4
};

/// The character that starts at `pos` (< s.size()).
CodePoint decode(std::string_view s, size_t pos);
void append_utf8(std::string& out, uint32_t cp);
size_t count_code_points(std::string_view s);
/// Byte offset of character `index`, s.size() where there are fewer.
size_t byte_offset(std::string_view s, size_t index);
/// Start of every character, and s.size() last.
std::vector<size_t> character_starts(std::string_view s);

bool is_space(uint32_t cp);
bool is_alpha(uint32_t cp);
bool is_decimal(uint32_t cp);
bool is_digit(uint32_t cp);
bool is_numeric(uint32_t cp);
bool is_printable(uint32_t cp);
inline bool is_alnum(uint32_t cp) {
  return is_alpha(cp) || is_numeric(cp);
}
bool is_upper(uint32_t cp);
bool is_lower(uint32_t cp);

void append_upper(std::string& out, uint32_t cp);
void append_lower(std::string& out, uint32_t cp);
void append_title(std::string& out, uint32_t cp);
std::string to_upper(std::string_view s);
std::string to_lower(std::string_view s);

/// Without white space at the chosen ends.
std::string_view strip_space(std::string_view s, bool left, bool right);

}  // namespace engine::jinja
