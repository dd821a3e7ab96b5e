// Text functions that filters and methods share.
#include <algorithm>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

std::string replace_all(Runtime& rt, const std::string& s, const std::string& from, const std::string& to, int64_t count) {
  rt.charge_bytes(s.size());
  std::string out;
  size_t pos = 0;
  const auto append = [&](std::string_view part) {
    rt.check_size(out.size() + part.size());
    out += part;
  };
  const uint64_t limit = count < 0 ? UINT64_MAX : static_cast<uint64_t>(count);
  uint64_t done = 0;
  if (from.empty()) {  // before every character and at the end
    for (; done < limit && pos <= s.size(); ++done) {
      append(to);
      if (pos == s.size()) return out;
      const size_t n = decode(s, pos).bytes;
      append(std::string_view(s).substr(pos, n));
      pos += n;
    }
  } else {
    for (; done < limit; ++done) {
      const size_t hit = s.find(from, pos);
      if (hit == std::string::npos) break;
      append(std::string_view(s).substr(pos, hit - pos));
      append(to);
      pos = hit + from.size();
    }
  }
  rt.charge(done / 16);
  append(std::string_view(s).substr(pos));
  return out;
}

std::string_view strip_chars(std::string_view s, std::string_view chars, bool left, bool right) {
  std::vector<uint32_t> set;
  for (size_t pos = 0; pos < chars.size();) {
    const CodePoint c = decode(chars, pos);
    set.push_back(c.value);
    pos += c.bytes;
  }
  std::sort(set.begin(), set.end());
  const auto in_set = [&set](uint32_t cp) { return std::binary_search(set.begin(), set.end(), cp); };
  while (left && !s.empty()) {
    const CodePoint c = decode(s, 0);
    if (!in_set(c.value)) break;
    s.remove_prefix(c.bytes);
  }
  while (right && !s.empty()) {
    size_t start = s.size() - 1;
    while (start > 0 && s.size() - start < 4 && (static_cast<uint8_t>(s[start]) & 0xC0) == 0x80) --start;
    if (start + decode(s, start).bytes != s.size()) start = s.size() - 1;
    if (!in_set(decode(s, start).value)) break;
    s.remove_suffix(s.size() - start);
  }
  return s;
}

std::vector<std::string_view> split_lines(std::string_view s, bool keep_ends) {
  std::vector<std::string_view> lines;
  size_t start = 0;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    const bool ends = (c.value >= 0x0A && c.value <= 0x0D) || (c.value >= 0x1C && c.value <= 0x1E) || c.value == 0x85 ||
                      c.value == 0x2028 || c.value == 0x2029;
    size_t next = pos + c.bytes;
    if (ends) {
      if (c.value == '\r' && next < s.size() && s[next] == '\n') ++next;
      lines.push_back(s.substr(start, (keep_ends ? next : pos) - start));
      start = next;
    }
    pos = next;
  }
  if (start < s.size()) lines.push_back(s.substr(start));
  return lines;
}

std::string capitalize(std::string_view s) {
  if (s.empty()) return "";
  const CodePoint c = decode(s, 0);
  std::string out;
  append_title(out, c.value);
  return out + to_lower(s.substr(c.bytes));
}

std::string center(Runtime& rt, const std::string& s, int64_t width, const std::string& fill) {
  const auto length = static_cast<int64_t>(count_code_points(s));
  if (width <= length) return s;
  const int64_t space = width - length;
  rt.check_size(static_cast<uint64_t>(space) * fill.size() + s.size());
  rt.charge_bytes(static_cast<size_t>(space));
  const int64_t left = space / 2 + (space & width & 1);  // CPython's choice of the shorter side
  std::string out;
  for (int64_t i = 0; i < left; ++i) out += fill;
  out += s;
  for (int64_t i = left; i < space; ++i) out += fill;
  return out;
}

std::string join(Runtime& rt, const std::string& separator, const Value& items, bool convert) {
  std::string out;
  bool first = true;
  Cursor cursor(rt, items);
  for (Value v; cursor.next(rt, v); first = false) {
    if (!convert && !v.is(Kind::string)) fail_type("join: expected str instance, " + std::string(type_name(v)) + " found");
    if (!first) {
      rt.check_size(out.size() + separator.size());
      rt.charge_bytes(separator.size());
      out += separator;
    }
    append_str(rt, out, v);
  }
  return out;
}

std::string escape_html(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '"':
        out += "&#34;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

Value escape_html(Runtime& rt, const Value& v) {
  if (v.is(Kind::string) && v.safe) return v;
  const std::string s = to_str(rt, v);
  rt.charge_bytes(s.size() * 4);
  return rt.text(escape_html(s), true);
}

}  // namespace engine::jinja
