// Methods of str that search and split.
#include <algorithm>
#include <unordered_map>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

/// The part of a string that start and end arguments select, as byte offsets.
struct Window {
  size_t begin, end;
  bool valid;  // start is not behind the end of the string
};

Window window(const Value& self, const Bound& args, size_t first) {
  const auto length = static_cast<int64_t>(self.text->length);
  const auto resolve = [&](size_t i, int64_t otherwise) {
    int64_t v = args.missing(i) ? otherwise : args.integer(i, otherwise);
    if (v < 0) v = std::max<int64_t>(v < -length ? 0 : v + length, 0);
    return v;
  };
  const int64_t begin = resolve(first, 0), end = std::min(resolve(first + 1, length), length);
  const bool valid = begin <= length && begin <= end;
  const auto offset = [&self](int64_t i) {
    return self.text->ascii() ? static_cast<size_t>(i) : byte_offset(self.str(), static_cast<size_t>(i));
  };
  if (!valid) return {0, 0, false};
  return {offset(begin), offset(end), true};
}

int64_t character_index(const Value& self, size_t offset) {
  return static_cast<int64_t>(self.text->ascii() ? offset : count_code_points(std::string_view(self.str()).substr(0, offset)));
}

template <bool Reverse>
int64_t find_in(Runtime& rt, const Value& self, Args& a) {
  const Bound args(Reverse ? "rfind" : "find", a, {"sub", "start", "end"}, 1);
  rt.charge_bytes(self.str().size() * 2);
  const std::string& sub = args.string(0);
  const Window w = window(self, args, 1);
  if (!w.valid) return -1;
  const std::string_view s = std::string_view(self.str()).substr(w.begin, w.end - w.begin);
  const size_t hit = Reverse ? s.rfind(sub) : s.find(sub);
  return hit == std::string_view::npos ? -1 : character_index(self, w.begin + hit);
}

template <bool Reverse>
Value m_find(Runtime& rt, const Value& self, Args& a) {
  return Value::integer(find_in<Reverse>(rt, self, a));
}

template <bool Reverse>
Value m_index(Runtime& rt, const Value& self, Args& a) {
  const int64_t i = find_in<Reverse>(rt, self, a);
  if (i < 0) fail("substring not found");
  return Value::integer(i);
}

Value m_count(Runtime& rt, const Value& self, Args& a) {
  const Bound args("count", a, {"sub", "start", "end"}, 1);
  rt.charge_bytes(self.str().size() * 2);
  const std::string& sub = args.string(0);
  const Window w = window(self, args, 1);
  if (!w.valid) return Value::integer(0);
  const std::string_view s = std::string_view(self.str()).substr(w.begin, w.end - w.begin);
  if (sub.empty()) return Value::integer(static_cast<int64_t>(count_code_points(s)) + 1);
  int64_t n = 0;
  for (size_t pos = s.find(sub); pos != std::string_view::npos; pos = s.find(sub, pos + sub.size())) ++n;
  return Value::integer(n);
}

template <bool Start>
Value m_affix(Runtime& rt, const Value& self, Args& a) {
  const Bound args(Start ? "startswith" : "endswith", a, {"prefix", "start", "end"}, 1);
  const Window w = window(self, args, 1);
  const std::string_view s = std::string_view(self.str()).substr(w.begin, w.end - w.begin);
  const auto matches = [&](const Value& v) {
    if (!v.is(Kind::string)) fail_type("startswith() and endswith() need a string or a tuple of strings");
    rt.charge_bytes(v.str().size());
    return w.valid && (Start ? s.starts_with(v.str()) : s.ends_with(v.str()));
  };
  if (!args[0]->is(Kind::tuple)) return Value::boolean(matches(*args[0]));
  for (const Value& v : as_list(*args[0]).items) {
    rt.charge();
    if (matches(v)) return Value::boolean(true);
  }
  return Value::boolean(false);
}

template <bool Start>
Value m_remove(Runtime& rt, const Value& self, Args& a) {
  const Bound args("removeprefix", a, {"prefix"}, 1);
  const std::string& s = self.str();
  const std::string& affix = args.string(0);
  if (affix.empty() || !(Start ? s.starts_with(affix) : s.ends_with(affix))) return rt.text(s);
  return rt.text(Start ? s.substr(affix.size()) : s.substr(0, s.size() - affix.size()));
}

using Parts = std::vector<std::string_view>;

Parts split_at(std::string_view s, std::string_view separator, int64_t limit) {
  Parts parts;
  for (; limit != 0; --limit) {
    const size_t hit = s.find(separator);
    if (hit == std::string_view::npos) break;
    parts.push_back(s.substr(0, hit));
    s.remove_prefix(hit + separator.size());
  }
  parts.push_back(s);
  return parts;
}

Parts rsplit_at(std::string_view s, std::string_view separator, int64_t limit) {
  Parts parts;
  for (; limit != 0; --limit) {
    const size_t hit = s.rfind(separator);
    if (hit == std::string_view::npos) break;
    parts.push_back(s.substr(hit + separator.size()));
    s = s.substr(0, hit);
  }
  parts.push_back(s);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

size_t word_end(std::string_view s) {
  size_t pos = 0;
  while (pos < s.size()) {
    const CodePoint c = decode(s, pos);
    if (is_space(c.value)) break;
    pos += c.bytes;
  }
  return pos;
}

Parts split_words(std::string_view s, int64_t limit) {
  Parts parts;
  s = strip_space(s, true, false);
  for (; limit != 0 && !s.empty(); --limit) {
    const size_t end = word_end(s);
    parts.push_back(s.substr(0, end));
    s = strip_space(s.substr(end), true, false);
  }
  if (!s.empty()) parts.push_back(strip_space(s, false, limit < 0));
  return parts;
}

Parts rsplit_words(std::string_view s, int64_t limit) {
  Parts words;
  size_t at = 0;
  for (const std::string_view word : split_words(s, -1)) {
    at = static_cast<size_t>(word.data() - s.data());
    words.push_back(s.substr(at, word.size()));
  }
  if (limit < 0 || words.size() <= static_cast<size_t>(limit)) return words;
  const size_t keep = words.size() - static_cast<size_t>(limit);  // words that stay together
  const size_t end = static_cast<size_t>(words[keep - 1].data() - s.data()) + words[keep - 1].size();
  Parts parts = {strip_space(s.substr(0, end), false, true)};
  parts.insert(parts.end(), words.begin() + static_cast<ptrdiff_t>(keep), words.end());
  return parts;
}

Value to_list(Runtime& rt, const Parts& parts) {
  rt.charge(parts.size());
  std::vector<Value> items;
  items.reserve(parts.size());
  for (const std::string_view part : parts) items.push_back(rt.text(std::string(part)));
  return rt.list(std::move(items));
}

template <bool Reverse>
Value m_split(Runtime& rt, const Value& self, Args& a) {
  const Bound args(Reverse ? "rsplit" : "split", a, {"sep", "maxsplit"});
  rt.charge_bytes(self.str().size() * 2);
  const int64_t limit = args.integer(1, -1);
  if (args.missing(0)) return to_list(rt, Reverse ? rsplit_words(self.str(), limit) : split_words(self.str(), limit));
  if (args.string(0).empty()) fail("empty separator");
  return to_list(rt, Reverse ? rsplit_at(self.str(), args.string(0), limit) : split_at(self.str(), args.string(0), limit));
}

Value m_splitlines(Runtime& rt, const Value& self, Args& a) {
  const Bound args("splitlines", a, {"keepends"});
  rt.charge_bytes(self.str().size() * 2);
  return to_list(rt, split_lines(self.str(), args.flag(rt, 0, false)));
}

template <bool Reverse>
Value m_partition(Runtime& rt, const Value& self, Args& a) {
  const Bound args("partition", a, {"sep"}, 1);
  rt.charge_bytes(self.str().size() * 2);
  const std::string &s = self.str(), &separator = args.string(0);
  if (separator.empty()) fail("empty separator");
  const size_t hit = Reverse ? s.rfind(separator) : s.find(separator);
  if (hit == std::string::npos) {
    const Value empty = rt.text("");
    return Reverse ? rt.tuple({empty, empty, self}) : rt.tuple({self, empty, empty});
  }
  return rt.tuple({rt.text(s.substr(0, hit)), *args[0], rt.text(s.substr(hit + separator.size()))});
}

}  // namespace

MethodFunction find_split_method(std::string_view name) {
  static const std::unordered_map<std::string_view, MethodFunction> kMethods = {
      {"find", m_find<false>},
      {"rfind", m_find<true>},
      {"index", m_index<false>},
      {"rindex", m_index<true>},
      {"count", m_count},
      {"startswith", m_affix<true>},
      {"endswith", m_affix<false>},
      {"removeprefix", m_remove<true>},
      {"removesuffix", m_remove<false>},
      {"split", m_split<false>},
      {"rsplit", m_split<true>},
      {"splitlines", m_splitlines},
      {"partition", m_partition<false>},
      {"rpartition", m_partition<true>},
  };
  const auto it = kMethods.find(name);
  return it == kMethods.end() ? nullptr : it->second;
}

}  // namespace engine::jinja
