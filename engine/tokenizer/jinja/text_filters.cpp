// Filters that make text.
#include <unordered_map>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

std::string soft(Runtime& rt, const Value& v) {
  return to_str(rt, v);
}

bool is_safe(const Value& v) {
  return v.is(Kind::string) && v.safe;
}

Value f_upper(Runtime& rt, const Value& v, Args& a) {
  Bound("upper", a, {});
  return rt.text(to_upper(soft(rt, v)), is_safe(v));
}

Value f_lower(Runtime& rt, const Value& v, Args& a) {
  Bound("lower", a, {});
  return rt.text(to_lower(soft(rt, v)), is_safe(v));
}

Value f_capitalize(Runtime& rt, const Value& v, Args& a) {
  Bound("capitalize", a, {});
  return rt.text(capitalize(soft(rt, v)), is_safe(v));
}

Value f_title(Runtime& rt, const Value& v, Args& a) {
  Bound("title", a, {});
  const std::string s = soft(rt, v);
  std::string out;
  bool start = true;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (start) {
      append_upper(out, c.value);
    } else {
      append_lower(out, c.value);
    }
    start = is_space(c.value) || (c.value < 0x80 && std::string_view("-({[<").find(s[pos]) != std::string_view::npos);
    pos += c.bytes;
  }
  return rt.text(std::move(out));
}

Value f_trim(Runtime& rt, const Value& v, Args& a) {
  const Bound args("trim", a, {"chars"});
  const std::string s = soft(rt, v);
  return rt.text(std::string(args.missing(0) ? strip_space(s, true, true) : strip_chars(s, args.string(0), true, true)), is_safe(v));
}

Value f_replace(Runtime& rt, const Value& v, Args& a) {
  const Bound args("replace", a, {"old", "new", "count"}, 2);
  return rt.text(replace_all(rt, soft(rt, v), soft(rt, *args[0]), soft(rt, *args[1]), args.missing(2) ? -1 : args.integer(2, -1)));
}

Value f_format(Runtime& rt, const Value& v, Args& a) {
  if (!a.positional.empty() && !a.named.empty()) fail_type("can't handle positional and keyword arguments at the same time");
  return percent_format(rt, soft(rt, v), rt.tuple(a.positional), a.named.empty() ? nullptr : &a);
}

Value f_indent(Runtime& rt, const Value& v, Args& a) {
  const Bound args("indent", a, {"width", "first", "blank"});
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is(Kind::string)) fail_type("indent() needs a string, not '" + std::string(type_name(v)) + "'");
  const int64_t width = args[0] && args[0]->is(Kind::string) ? 0 : args.integer(0, 4);
  if (width > 0) rt.check_size(static_cast<uint64_t>(width));
  const std::string indent =
      args[0] && args[0]->is(Kind::string) ? args[0]->str() : std::string(static_cast<size_t>(std::max<int64_t>(width, 0)), ' ');
  const bool blank = args.flag(rt, 2, false);
  const std::string text = v.str() + "\n";
  const auto lines = split_lines(text, false);
  std::string out = args.flag(rt, 1, false) ? indent : "";
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\n";
    if (i > 0 && (blank || !lines[i].empty())) out += indent;
    out += lines[i];
    rt.check_size(out.size());
    rt.charge_bytes(indent.size() + lines[i].size());
  }
  return rt.text(std::move(out), v.safe);
}

Value f_truncate(Runtime& rt, const Value& v, Args& a) {
  const Bound args("truncate", a, {"length", "killwords", "end", "leeway"});
  const std::string end = args[2] ? args.string(2) : "...";
  const int64_t length = args.integer(0, 255), leeway = args.missing(3) ? 5 : args.integer(3, 5);
  const auto end_length = static_cast<int64_t>(count_code_points(end));
  if (length < end_length) fail("truncate: expected length >= " + std::to_string(end_length) + ", got " + std::to_string(length));
  if (leeway < 0) fail("truncate: expected leeway >= 0");
  const std::optional<int64_t> have = length_of(rt, v);
  if (have && (*have <= length || *have - length <= leeway)) return v;
  if (!v.is(Kind::string)) fail_type("truncate() needs a string, not '" + std::string(type_name(v)) + "'");
  std::string head = v.str().substr(0, byte_offset(v.str(), static_cast<size_t>(length - end_length)));
  if (!args.flag(rt, 1, false)) {
    const size_t space = head.rfind(' ');
    if (space != std::string::npos) head.resize(space);
  }
  return rt.text(head + end);
}

Value f_center(Runtime& rt, const Value& v, Args& a) {
  const Bound args("center", a, {"width"});
  return rt.text(center(rt, soft(rt, v), args.integer(0, 80), " "));
}

Value f_wordcount(Runtime& rt, const Value& v, Args& a) {
  Bound("wordcount", a, {});
  const std::string s = soft(rt, v);
  int64_t n = 0;
  bool inside = false;
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    const bool word = c.value == '_' || is_alnum(c.value);
    n += word && !inside;
    inside = word;
    pos += c.bytes;
  }
  return Value::integer(n);
}

/// Characters of the few entities that escape() makes; others stay.
std::string unescape_html(const std::string& s) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {{"&lt;", '<'},   {"&gt;", '>'},  {"&amp;", '&'},
                                                                    {"&quot;", '"'}, {"&#34;", '"'}, {"&#39;", '\''}};
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    bool found = false;
    for (const auto& [entity, c] : kEntities) {
      if (s[i] != '&' || s.compare(i, entity.size(), entity) != 0) continue;
      out.push_back(c);
      i += entity.size() - 1;
      found = true;
      break;
    }
    if (!found) out.push_back(s[i]);
  }
  return out;
}

std::string remove_between(const std::string& s, std::string_view open, std::string_view close) {
  std::string out;
  size_t pos = 0;
  for (;;) {
    const size_t begin = s.find(open, pos);
    const size_t end = begin == std::string::npos ? begin : s.find(close, begin + open.size());
    if (end == std::string::npos) return out + s.substr(pos);
    out.append(s, pos, begin - pos);
    pos = end + close.size();
  }
}

Value f_striptags(Runtime& rt, const Value& v, Args& a) {
  Bound("striptags", a, {});
  const Value text = rt.text(remove_between(remove_between(soft(rt, v), "<!--", "-->"), "<", ">"));
  Args none;
  const Value words = find_string_method("split")(rt, text, none);
  return rt.text(unescape_html(join(rt, " ", words, true)));
}

void append_url(std::string& out, std::string_view s, bool query) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char ch : s) {
    const auto c = static_cast<uint8_t>(ch);
    const bool plain = c < 0x80 && (is_alnum(c) || std::string_view("_.-~").find(ch) != std::string_view::npos || (!query && ch == '/'));
    if (plain) {
      out.push_back(ch);
    } else if (query && ch == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
    }
  }
}

Value f_urlencode(Runtime& rt, const Value& v, Args& a) {
  Bound("urlencode", a, {});
  std::string out;
  if (v.is(Kind::string) || !is_iterable(v)) {
    const std::string s = soft(rt, v);
    rt.check_size(s.size() * 3);
    append_url(out, s, false);
    return rt.text(std::move(out));
  }
  const Value pairs = v.is(Kind::dict) ? Value::of(Kind::view, rt.make<DictView>(&as_dict(v), DictView::Part::items)) : v;
  Cursor cursor(rt, pairs);
  for (Value pair; cursor.next(rt, pair);) {
    if (!pair.is_sequence() || as_list(pair).items.size() != 2) fail_type("urlencode() needs pairs");
    if (!out.empty()) out.push_back('&');
    append_url(out, soft(rt, as_list(pair).items[0]), true);
    out.push_back('=');
    append_url(out, soft(rt, as_list(pair).items[1]), true);
    rt.check_size(out.size());
  }
  return rt.text(std::move(out));
}

Value f_xmlattr(Runtime& rt, const Value& v, Args& a) {
  const Bound args("xmlattr", a, {"autospace"});
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is(Kind::dict)) fail_type("xmlattr() needs a mapping, not '" + std::string(type_name(v)) + "'");
  std::string out;
  for (const auto& [key, value] : as_dict(v).items) {
    if (value.is(Kind::none) || value.is(Kind::undefined)) continue;
    if (!key.is(Kind::string)) fail_type("xmlattr() needs keys that are strings");
    for (size_t pos = 0; pos < key.str().size();) {
      const CodePoint c = decode(key.str(), pos);
      if (is_space(c.value) || c.value == '/' || c.value == '>' || c.value == '=') fail("Invalid character in attribute name");
      pos += c.bytes;
    }
    if (!out.empty() || args.flag(rt, 0, true)) out.push_back(' ');
    out += escape_html(rt, key).str() + "=\"" + escape_html(rt, value).str() + "\"";
    rt.check_size(out.size());
  }
  return rt.text(std::move(out));
}

Value f_escape(Runtime& rt, const Value& v, Args& a) {
  Bound("escape", a, {});
  return escape_html(rt, v);
}

Value f_forceescape(Runtime& rt, const Value& v, Args& a) {
  Bound("forceescape", a, {});
  return rt.text(escape_html(soft(rt, v)), true);
}

Value f_safe(Runtime& rt, const Value& v, Args& a) {
  Bound("safe", a, {});
  return rt.text(soft(rt, v), true);
}

Value f_string(Runtime& rt, const Value& v, Args& a) {
  Bound("string", a, {});
  return v.is(Kind::string) ? v : rt.text(soft(rt, v));
}

}  // namespace

FilterFunction find_text_filter(std::string_view name) {
  static const std::unordered_map<std::string_view, FilterFunction> kFilters = {
      {"upper", f_upper},
      {"lower", f_lower},
      {"capitalize", f_capitalize},
      {"title", f_title},
      {"trim", f_trim},
      {"replace", f_replace},
      {"format", f_format},
      {"indent", f_indent},
      {"truncate", f_truncate},
      {"center", f_center},
      {"wordcount", f_wordcount},
      {"striptags", f_striptags},
      {"urlencode", f_urlencode},
      {"xmlattr", f_xmlattr},
      {"wordwrap", wordwrap},
      {"escape", f_escape},
      {"e", f_escape},
      {"forceescape", f_forceescape},
      {"safe", f_safe},
      {"string", f_string},
  };
  const auto it = kFilters.find(name);
  return it == kFilters.end() ? nullptr : it->second;
}

}  // namespace engine::jinja
