// Methods of str that look at characters or build text. Those that split and search are in split_methods.cpp.
#include <unordered_map>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

Value mapped(Runtime& rt, const Value& self, std::string (*f)(std::string_view)) {
  rt.charge_bytes(self.str().size() * 4);
  return rt.text(f(self.str()));
}

Value m_upper(Runtime& rt, const Value& self, Args& a) {
  Bound("upper", a, {});
  return mapped(rt, self, to_upper);
}

Value m_lower(Runtime& rt, const Value& self, Args& a) {
  Bound("lower", a, {});
  return mapped(rt, self, to_lower);
}

Value m_capitalize(Runtime& rt, const Value& self, Args& a) {
  Bound("capitalize", a, {});
  return mapped(rt, self, capitalize);
}

std::string title_case(std::string_view s) {
  std::string out;
  bool inside = false;  // a word
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (inside) {
      append_lower(out, c.value);
    } else {
      append_title(out, c.value);
    }
    inside = is_upper(c.value) || is_lower(c.value);
    pos += c.bytes;
  }
  return out;
}

std::string swap_case(std::string_view s) {
  std::string out;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (is_upper(c.value)) {
      append_lower(out, c.value);
    } else {
      append_upper(out, c.value);
    }
    pos += c.bytes;
  }
  return out;
}

Value m_title(Runtime& rt, const Value& self, Args& a) {
  Bound("title", a, {});
  return mapped(rt, self, title_case);
}

Value m_swapcase(Runtime& rt, const Value& self, Args& a) {
  Bound("swapcase", a, {});
  return mapped(rt, self, swap_case);
}

/// True if there is a character and all are of the kind.
template <bool (*Is)(uint32_t)>
Value m_all(Runtime& rt, const Value& self, Args& a) {
  Bound("is...", a, {});
  const std::string& s = self.str();
  rt.charge_bytes(s.size() * 4);
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (!Is(c.value)) return Value::boolean(false);
    pos += c.bytes;
  }
  return Value::boolean(!s.empty());
}

Value m_isprintable(Runtime& rt, const Value& self, Args& a) {
  return self.str().empty() ? Value::boolean(true) : m_all<is_printable>(rt, self, a);
}

bool is_ascii(uint32_t cp) {
  return cp < 0x80;
}

Value m_isascii(Runtime& rt, const Value& self, Args& a) {
  return self.str().empty() ? Value::boolean(true) : m_all<is_ascii>(rt, self, a);
}

/// Some character with a case, and none of the other case.
template <bool (*Wanted)(uint32_t), bool (*Other)(uint32_t)>
Value m_case(Runtime& rt, const Value& self, Args& a) {
  Bound("is...", a, {});
  const std::string& s = self.str();
  rt.charge_bytes(s.size() * 4);
  bool any = false;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (Other(c.value)) return Value::boolean(false);
    any = any || Wanted(c.value);
    pos += c.bytes;
  }
  return Value::boolean(any);
}

Value m_istitle(Runtime& rt, const Value& self, Args& a) {
  Bound("istitle", a, {});
  const std::string& s = self.str();
  rt.charge_bytes(s.size() * 4);
  bool any = false, inside = false;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    const bool upper = is_upper(c.value), lower = is_lower(c.value);
    if ((upper && inside) || (lower && !inside)) return Value::boolean(false);
    inside = upper || lower;
    any = any || inside;
    pos += c.bytes;
  }
  return Value::boolean(any);
}

Value m_isidentifier(Runtime& rt, const Value& self, Args& a) {
  Bound("isidentifier", a, {});
  const std::string& s = self.str();
  rt.charge_bytes(s.size() * 4);
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    const bool fine = c.value == '_' || is_alpha(c.value) || (pos > 0 && is_decimal(c.value));
    if (!fine) return Value::boolean(false);
    pos += c.bytes;
  }
  return Value::boolean(!s.empty());
}

template <bool Left, bool Right>
Value m_strip(Runtime& rt, const Value& self, Args& a) {
  const Bound args("strip", a, {"chars"});
  rt.charge_bytes(self.str().size());
  const std::string_view s = self.str();
  return rt.text(std::string(args.missing(0) ? strip_space(s, Left, Right) : strip_chars(s, args.string(0), Left, Right)), self.safe);
}

Value m_replace(Runtime& rt, const Value& self, Args& a) {
  const Bound args("replace", a, {"old", "new", "count"}, 2);
  return rt.text(replace_all(rt, self.str(), args.string(0), args.string(1), args.integer(2, -1)));
}

Value m_join(Runtime& rt, const Value& self, Args& a) {
  const Bound args("join", a, {"iterable"}, 1);
  return rt.text(join(rt, self.str(), *args[0], false));
}

Value m_format(Runtime& rt, const Value& self, Args& a) {
  return brace_format(rt, self.str(), a);
}

Value m_format_map(Runtime& rt, const Value& self, Args& a) {
  const Bound args("format_map", a, {"mapping"}, 1);
  if (!args[0]->is(Kind::dict)) fail_type("format_map() needs a mapping");
  Args named;
  for (const auto& [k, v] : as_dict(*args[0]).items) {
    if (k.is(Kind::string)) named.named.emplace_back(k.str(), v);
  }
  rt.charge(named.named.size());
  return brace_format(rt, self.str(), named);
}

const std::string& fill_of(const Bound& args) {
  static const std::string kSpace = " ";
  if (!args[1]) return kSpace;
  if (count_code_points(args.string(1)) != 1) fail_type("the fill character must be exactly one character long");
  return args.string(1);
}

Value m_center(Runtime& rt, const Value& self, Args& a) {
  const Bound args("center", a, {"width", "fillchar"}, 1);
  return rt.text(center(rt, self.str(), args.integer(0, 0), fill_of(args)));
}

template <bool Left>
Value m_just(Runtime& rt, const Value& self, Args& a) {
  const Bound args("ljust", a, {"width", "fillchar"}, 1);
  const std::string& fill = fill_of(args);
  const int64_t space = args.integer(0, 0) - static_cast<int64_t>(self.text->length);
  if (space <= 0) return rt.text(self.str());
  rt.check_size(static_cast<uint64_t>(space) * fill.size());
  std::string padding;
  for (int64_t i = 0; i < space; ++i) padding += fill;
  return rt.text(Left ? self.str() + padding : padding + self.str());
}

Value m_zfill(Runtime& rt, const Value& self, Args& a) {
  const Bound args("zfill", a, {"width"}, 1);
  const int64_t space = args.integer(0, 0) - static_cast<int64_t>(self.text->length);
  if (space <= 0) return rt.text(self.str());
  rt.check_size(static_cast<uint64_t>(space));
  const size_t sign = !self.str().empty() && (self.str()[0] == '-' || self.str()[0] == '+') ? 1 : 0;
  return rt.text(self.str().substr(0, sign) + std::string(static_cast<size_t>(space), '0') + self.str().substr(sign));
}

Value m_expandtabs(Runtime& rt, const Value& self, Args& a) {
  const Bound args("expandtabs", a, {"tabsize"});
  const int64_t size = args.integer(0, 8);
  std::string out;
  int64_t column = 0;
  const std::string& s = self.str();
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (c.value == '\t') {
      const int64_t n = size > 0 ? size - column % size : 0;
      rt.check_size(out.size() + static_cast<uint64_t>(n));
      out.append(static_cast<size_t>(n), ' ');
      column += n;
    } else {
      out.append(s, pos, c.bytes);
      column = c.value == '\n' || c.value == '\r' ? 0 : column + 1;
    }
    pos += c.bytes;
  }
  return rt.text(std::move(out));
}

}  // namespace

MethodFunction find_character_method(std::string_view name) {
  static const std::unordered_map<std::string_view, MethodFunction> kMethods = {
      {"upper", m_upper},
      {"lower", m_lower},
      {"casefold", m_lower},
      {"capitalize", m_capitalize},
      {"title", m_title},
      {"swapcase", m_swapcase},
      {"isalpha", m_all<is_alpha>},
      {"isalnum", m_all<is_alnum>},
      {"isdecimal", m_all<is_decimal>},
      {"isdigit", m_all<is_digit>},
      {"isnumeric", m_all<is_numeric>},
      {"isspace", m_all<is_space>},
      {"isprintable", m_isprintable},
      {"isascii", m_isascii},
      {"isupper", m_case<is_upper, is_lower>},
      {"islower", m_case<is_lower, is_upper>},
      {"istitle", m_istitle},
      {"isidentifier", m_isidentifier},
      {"strip", m_strip<true, true>},
      {"lstrip", m_strip<true, false>},
      {"rstrip", m_strip<false, true>},
      {"replace", m_replace},
      {"join", m_join},
      {"format", m_format},
      {"format_map", m_format_map},
      {"center", m_center},
      {"ljust", m_just<true>},
      {"rjust", m_just<false>},
      {"zfill", m_zfill},
      {"expandtabs", m_expandtabs},
  };
  const auto it = kMethods.find(name);
  return it == kMethods.end() ? nullptr : it->second;
}

MethodFunction find_string_method(std::string_view name) {
  const MethodFunction f = find_character_method(name);
  return f ? f : find_split_method(name);
}

}  // namespace engine::jinja
