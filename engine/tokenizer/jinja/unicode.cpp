#include "tokenizer/jinja/unicode.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "tokenizer/jinja/unicode_tables.h"

namespace engine::jinja {

namespace {

bool in_ranges(std::span<const CodeRange> ranges, uint32_t cp) {
  auto it = std::upper_bound(ranges.begin(), ranges.end(), cp, [](uint32_t c, const CodeRange& r) { return c < r.first; });
  return it != ranges.begin() && cp <= std::prev(it)->last;
}

uint32_t map_case(std::span<const CaseRange> ranges, uint32_t cp) {
  auto it = std::upper_bound(ranges.begin(), ranges.end(), cp, [](uint32_t c, const CaseRange& r) { return c < r.first; });
  if (it == ranges.begin()) return cp;
  --it;
  if (cp > it->last || (cp - it->first) % it->stride != 0) return cp;
  return static_cast<uint32_t>(static_cast<int64_t>(cp) + it->delta);
}

const CaseExpansion* find_expansion(uint32_t cp) {
  const auto table = upper_expansions();
  auto it = std::lower_bound(table.begin(), table.end(), cp, [](const CaseExpansion& e, uint32_t c) { return e.from < c; });
  return it != table.end() && it->from == cp ? &*it : nullptr;
}

bool continuation(std::string_view s, size_t pos) {
  return pos < s.size() && (static_cast<uint8_t>(s[pos]) & 0xC0) == 0x80;
}

uint32_t low6(std::string_view s, size_t pos) {
  return static_cast<uint8_t>(s[pos]) & 0x3Fu;
}

}  // namespace

CodePoint decode(std::string_view s, size_t pos) {
  const auto c = static_cast<uint8_t>(s[pos]);
  if (c < 0x80) return {c, 1};
  if (c >= 0xC2 && c <= 0xDF && continuation(s, pos + 1)) return {(c & 0x1Fu) << 6 | low6(s, pos + 1), 2};
  if (c >= 0xE0 && c <= 0xEF && continuation(s, pos + 1) && continuation(s, pos + 2)) {
    const uint32_t cp = (c & 0x0Fu) << 12 | low6(s, pos + 1) << 6 | low6(s, pos + 2);
    if (cp >= 0x800 && (cp < 0xD800 || cp > 0xDFFF)) return {cp, 3};
  }
  if (c >= 0xF0 && c <= 0xF4 && continuation(s, pos + 1) && continuation(s, pos + 2) && continuation(s, pos + 3)) {
    const uint32_t cp = (c & 0x07u) << 18 | low6(s, pos + 1) << 12 | low6(s, pos + 2) << 6 | low6(s, pos + 3);
    if (cp >= 0x10000 && cp <= 0x10FFFF) return {cp, 4};
  }
  return {0xDC00u + c, 1};
}

void append_utf8(std::string& out, uint32_t cp) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (cp >= 0xDC80 && cp <= 0xDCFF) {
    put(cp - 0xDC00);  // the invalid byte it came from
  } else if (cp < 0x80) {
    put(cp);
  } else if (cp < 0x800) {
    put(0xC0 | cp >> 6), put(0x80 | (cp & 0x3F));
  } else if (cp < 0x10000) {
    put(0xE0 | cp >> 12), put(0x80 | (cp >> 6 & 0x3F)), put(0x80 | (cp & 0x3F));
  } else {
    put(0xF0 | cp >> 18), put(0x80 | (cp >> 12 & 0x3F)), put(0x80 | (cp >> 6 & 0x3F)), put(0x80 | (cp & 0x3F));
  }
}

size_t count_code_points(std::string_view s) {
  size_t n = 0, pos = 0;
  while (pos < s.size()) {
    for (uint64_t word = 0; pos + 8 <= s.size(); pos += 8, n += 8) {  // most text is ASCII: eight bytes at a time
      std::memcpy(&word, s.data() + pos, 8);
      if (word & 0x8080808080808080u) break;
    }
    if (pos >= s.size()) break;
    pos += decode(s, pos).bytes;
    ++n;
  }
  return n;
}

size_t byte_offset(std::string_view s, size_t index) {
  size_t pos = 0;
  for (; index > 0 && pos < s.size(); --index) pos += decode(s, pos).bytes;
  return pos;
}

std::vector<size_t> character_starts(std::string_view s) {
  std::vector<size_t> starts;
  for (size_t pos = 0; pos < s.size(); pos += decode(s, pos).bytes) starts.push_back(pos);
  starts.push_back(s.size());
  return starts;
}

bool is_space(uint32_t cp) {
  return (cp >= 0x09 && cp <= 0x0D) || (cp >= 0x1C && cp <= 0x20) || cp == 0x85 || cp == 0xA0 || cp == 0x1680 ||
         (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

bool is_alpha(uint32_t cp) {
  if (cp < 0x80) return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
  return in_ranges(alpha_ranges(), cp);
}

bool is_decimal(uint32_t cp) {
  if (cp < 0x80) return cp >= '0' && cp <= '9';
  return in_ranges(decimal_ranges(), cp);
}

bool is_digit(uint32_t cp) {
  if (cp < 0x80) return cp >= '0' && cp <= '9';
  return in_ranges(digit_ranges(), cp);
}

bool is_numeric(uint32_t cp) {
  if (cp < 0x80) return cp >= '0' && cp <= '9';
  return in_ranges(numeric_ranges(), cp);
}

bool is_printable(uint32_t cp) {
  if (cp < 0x7F) return cp >= 0x20;
  return !in_ranges(unprintable_ranges(), cp);
}

bool is_upper(uint32_t cp) {
  if (cp < 0x80) return cp >= 'A' && cp <= 'Z';
  return map_case(lower_ranges(), cp) != cp;
}

bool is_lower(uint32_t cp) {
  if (cp < 0x80) return cp >= 'a' && cp <= 'z';
  return map_case(upper_ranges(), cp) != cp || find_expansion(cp);
}

void append_upper(std::string& out, uint32_t cp) {
  if (cp < 0x80) {
    out.push_back(static_cast<char>(cp >= 'a' && cp <= 'z' ? cp - 32 : cp));
  } else if (const CaseExpansion* e = find_expansion(cp)) {
    for (uint32_t to : e->to) {
      if (to) append_utf8(out, to);
    }
  } else {
    append_utf8(out, map_case(upper_ranges(), cp));
  }
}

void append_lower(std::string& out, uint32_t cp) {
  if (cp < 0x80) {
    out.push_back(static_cast<char>(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp));
  } else if (cp == 0x130) {
    out += "i\xCC\x87";  // the one lower case of two characters
  } else {
    append_utf8(out, map_case(lower_ranges(), cp));
  }
}

void append_title(std::string& out, uint32_t cp) {
  // The letters whose title case is not their upper case: the digraphs of U+01C4 and U+01F1, and Georgian.
  if (cp >= 0x1C4 && cp <= 0x1CC) return append_utf8(out, cp - (cp - 0x1C4) % 3 + 1);
  if (cp >= 0x1F1 && cp <= 0x1F3) return append_utf8(out, 0x1F2);
  if (cp >= 0x10D0 && cp <= 0x10FF) return append_utf8(out, cp);
  const CaseExpansion* e = find_expansion(cp);
  if (!e) return append_upper(out, cp);
  append_utf8(out, e->to[0]);
  for (uint32_t to : {e->to[1], e->to[2]}) {
    if (to) append_lower(out, to);
  }
}

std::string to_upper(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    append_upper(out, c.value);
    pos += c.bytes;
  }
  return out;
}

std::string to_lower(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    append_lower(out, c.value);
    pos += c.bytes;
  }
  return out;
}

std::string_view strip_space(std::string_view s, bool left, bool right) {
  size_t begin = 0, end = s.size();
  while (left && begin < end) {
    const CodePoint c = decode(s, begin);
    if (!is_space(c.value)) break;
    begin += c.bytes;
  }
  while (right && end > begin) {
    size_t start = end - 1;
    while (start > begin && end - start < 4 && (static_cast<uint8_t>(s[start]) & 0xC0) == 0x80) --start;
    const CodePoint c = decode(s.substr(0, end), start);
    if (start + c.bytes != end || !is_space(c.value)) break;
    end = start;
  }
  return s.substr(begin, end - begin);
}

}  // namespace engine::jinja
