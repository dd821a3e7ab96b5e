// "%" formatting, str.format and format specifications.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

constexpr int kMaxPrecision = 1000;  // digits; no template needs more, and it bounds the buffers

/// What both kinds of formatting know about one field.
struct Spec {
  std::string fill = " ";
  char align = 0;  // '<', '>', '^', '=', 0: the type's own
  char sign = '-';
  bool alternate = false;
  int64_t width = 0;
  char grouping = 0;
  int precision = -1;
  char type = 0;
};

std::string pad(Runtime& rt, std::string_view prefix, const std::string& body, const Spec& s, char natural) {
  const auto used = static_cast<int64_t>(count_code_points(body) + prefix.size());
  const int64_t space = std::max<int64_t>(s.width - used, 0);
  rt.check_size(static_cast<uint64_t>(space) * s.fill.size() + body.size());
  rt.charge_bytes(static_cast<size_t>(space) * s.fill.size());
  const char align = s.align ? s.align : natural;
  const int64_t left = align == '<' ? 0 : align == '^' ? space / 2 : space;
  std::string out;
  if (align == '=') out += prefix;
  for (int64_t i = 0; i < left; ++i) out += s.fill;
  if (align != '=') out += prefix;
  out += body;
  for (int64_t i = left; i < space; ++i) out += s.fill;
  return out;
}

std::string group_digits(const std::string& digits, char separator, size_t every) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % every == 0) out.push_back(separator);
    out.push_back(digits[i]);
  }
  return out;
}

std::string sign_of(bool negative, char sign) {
  return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
}

std::string integer_digits(int64_t v, int base, bool capital) {
  char buffer[70];
  const uint64_t magnitude = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, base).ptr;
  std::string s(buffer, end);
  return capital ? to_upper(s) : s;
}

std::string format_integer(Runtime& rt, int64_t v, const Spec& s) {
  const char t = s.type ? s.type : 'd';
  const int base = t == 'x' || t == 'X' ? 16 : t == 'o' ? 8 : t == 'b' ? 2 : 10;
  std::string digits = integer_digits(v, base, t == 'X');
  if (s.grouping) digits = group_digits(digits, s.grouping, base == 10 ? 3 : 4);
  std::string prefix = sign_of(v < 0, s.sign);
  if (s.alternate && base != 10) prefix += std::string("0") + t;
  return pad(rt, prefix, digits, s, '>');
}

std::string format_float(Runtime& rt, double v, const Spec& s) {
  const double magnitude = std::signbit(v) ? -v : v;
  std::string digits;
  if (s.type == 0 && s.precision < 0) {
    digits = format_double(magnitude);
  } else if (s.type == 0) {
    digits = format_real(rt, magnitude, 'g', s.precision, s.alternate);
    if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
  } else if (s.type == '%') {
    digits = format_real(rt, magnitude * 100, 'f', s.precision, s.alternate) + "%";
  } else {
    digits = format_real(rt, magnitude, s.type == 'n' ? 'g' : s.type, s.precision, s.alternate);
  }
  if (s.grouping) {
    const size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
    digits = group_digits(digits.substr(0, whole), s.grouping, 3) + digits.substr(whole);
  }
  return pad(rt, sign_of(std::signbit(v) && !std::isnan(v), s.sign), digits, s, '>');
}

int64_t parse_count(std::string_view s, size_t& i) {
  int64_t n = 0;
  while (i < s.size() && s[i] >= '0' && s[i] <= '9') {
    n = n * 10 + (s[i++] - '0');
    if (n > INT32_MAX) fail("too many digits in a format string");
  }
  return n;
}

Spec parse_spec(std::string_view text) {
  Spec s;
  size_t i = 0;
  const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
  const size_t first = text.empty() ? 0 : decode(text, 0).bytes;
  if (first < text.size() && is_align(text[first])) {
    s.fill = text.substr(0, first);
    s.align = text[first];
    i = first + 1;
  } else if (!text.empty() && is_align(text[0])) {
    s.align = text[i++];
  }
  const auto take = [&](char c) { return i < text.size() && text[i] == c ? ++i, true : false; };
  if (i < text.size() && (text[i] == '+' || text[i] == '-' || text[i] == ' ')) s.sign = text[i++];
  s.alternate = take('#');
  if (take('0') && !s.align) s.fill = "0", s.align = '=';
  s.width = parse_count(text, i);
  if (i < text.size() && (text[i] == ',' || text[i] == '_')) s.grouping = text[i++];
  if (take('.')) {
    const size_t digits = i;
    s.precision = static_cast<int>(parse_count(text, i));
    if (i == digits) fail("format specifier misses precision");
  }
  if (i < text.size()) s.type = text[i++];
  if (i != text.size()) fail("invalid format specifier");
  return s;
}

}  // namespace

std::string format_real(Runtime& rt, double v, char conversion, int precision, bool alternate) {
  if (precision > kMaxPrecision) fail_limit("a number is formatted with more than " + std::to_string(kMaxPrecision) + " digits");
  rt.charge(8);
  const char lower = static_cast<char>(conversion | 0x20);
  std::string out = std::isnan(v) ? "nan" : std::isinf(v) ? (v < 0 ? "-inf" : "inf") : "";
  if (out.empty()) {
    const auto format = lower == 'f' ? std::chars_format::fixed : lower == 'e' ? std::chars_format::scientific : std::chars_format::general;
    char buffer[kMaxPrecision + 400];
    const int digits = precision < 0 ? 6 : lower == 'g' && precision == 0 ? 1 : precision;
    out.assign(buffer, std::to_chars(buffer, buffer + sizeof buffer, v, format, digits).ptr);
    if (alternate && out.find('.') == std::string::npos && lower != 'g') out += ".";
  }
  return conversion != lower ? to_upper(out) : out;
}

std::string format_value(Runtime& rt, const Value& v, std::string_view text) {
  if (text.empty()) return to_str(rt, v);
  const Spec s = parse_spec(text);
  if (v.is(Kind::string)) {
    if ((s.type && s.type != 's') || s.align == '=' || s.sign != '-') fail("invalid format specifier for a string");
    const std::string body = s.precision < 0 ? v.str() : v.str().substr(0, byte_offset(v.str(), static_cast<size_t>(s.precision)));
    return pad(rt, "", body, s, '<');
  }
  const bool real_type = s.type && std::string_view("eEfFgG%").find(s.type) != std::string_view::npos;
  if (v.is(Kind::real) || (v.is_integral() && real_type)) {
    if (s.type && !real_type && s.type != 'n') fail("invalid format specifier for a float");
    return format_float(rt, v.as_double(), s);
  }
  if (v.is_integral()) {
    if (v.is(Kind::boolean) && !s.type) return pad(rt, "", to_str(rt, v), s, '<');
    if (s.type == 'c') {
      std::string body;
      if (v.as_int() < 0 || v.as_int() > 0x10FFFF) fail("%c arg not in range(0x110000)");
      append_utf8(body, static_cast<uint32_t>(v.as_int()));
      return pad(rt, "", body, s, '<');
    }
    if (s.type && std::string_view("dboxXn").find(s.type) == std::string_view::npos) fail("invalid format specifier for an integer");
    if (s.precision >= 0) fail("precision not allowed in integer format specifier");
    return format_integer(rt, v.as_int(), s);
  }
  fail_type("unsupported format string passed to " + std::string(type_name(v)) + ".__format__");
}

namespace {

/// One "%" formatting: the conversions consume values from the left, or by name.
class PercentFormat {
 public:
  PercentFormat(Runtime& rt, const std::string& format, const Value& values, const Args* named)
      : rt_(rt), f_(format), values_(values), named_(named) {}
  std::string run();

 private:
  Value next();
  Value by_name();
  void parse_field(Spec& s, char& conversion, std::optional<Value>& named);
  std::string convert(const Spec& s, char conversion, const Value& v);
  int64_t star_or_count();

  Runtime& rt_;
  const std::string& f_;
  const Value& values_;
  const Args* named_;
  size_t i_ = 0, used_ = 0;
};

Value PercentFormat::next() {
  if (values_.is(Kind::tuple)) {
    const auto& items = as_list(values_).items;
    if (used_ >= items.size()) fail_type("not enough arguments for format string");
    return items[used_++];
  }
  if (used_++ > 0) fail_type("not enough arguments for format string");
  return values_;
}

Value PercentFormat::by_name() {
  const size_t end = f_.find(')', i_);
  if (end == std::string::npos) fail("incomplete format key");
  const std::string key = f_.substr(i_, end - i_);
  i_ = end + 1;
  if (named_) {
    for (const auto& [name, value] : named_->named) {
      if (name == key) return value;
    }
  } else if (values_.is(Kind::dict)) {
    if (const Value* v = find(rt_, as_dict(values_), key)) return *v;
  } else {
    fail_type("format requires a mapping");
  }
  fail("the format string needs the key '" + key + "'");
}

int64_t PercentFormat::star_or_count() {
  if (i_ < f_.size() && f_[i_] == '*') {
    ++i_;
    const Value v = next();
    if (!v.is_integral()) fail_type("* wants int");
    return v.as_int();
  }
  return parse_count(f_, i_);
}

void PercentFormat::parse_field(Spec& s, char& conversion, std::optional<Value>& named) {
  if (i_ < f_.size() && f_[i_] == '(') {
    ++i_;
    named = by_name();
  }
  for (; i_ < f_.size() && std::string_view("-+ #0").find(f_[i_]) != std::string_view::npos; ++i_) {
    if (f_[i_] == '-') s.align = '<';
    if (f_[i_] == '+' || (f_[i_] == ' ' && s.sign != '+')) s.sign = f_[i_];
    if (f_[i_] == '#') s.alternate = true;
    if (f_[i_] == '0') s.fill = "0";
  }
  s.width = star_or_count();
  if (s.width < 0) s.align = '<', s.width = s.width < -INT32_MAX ? INT32_MAX : -s.width;
  if (i_ < f_.size() && f_[i_] == '.') {
    ++i_;
    s.precision = static_cast<int>(std::clamp<int64_t>(star_or_count(), 0, INT32_MAX));
  }
  while (i_ < f_.size() && (f_[i_] == 'h' || f_[i_] == 'l' || f_[i_] == 'L')) ++i_;
  if (i_ >= f_.size()) fail("incomplete format");
  conversion = f_[i_++];
  if (s.align == '<') s.fill = " ";
  if (s.fill == "0" && !s.align) s.align = '=';
}

std::string PercentFormat::convert(const Spec& spec, char conversion, const Value& v) {
  Spec s = spec;
  if (std::string_view("sra").find(conversion) != std::string_view::npos) {
    std::string body = conversion == 's' ? to_str(rt_, v) : to_repr(rt_, v);
    if (s.precision >= 0) body.resize(byte_offset(body, static_cast<size_t>(s.precision)));
    if (s.align == '=') s.align = 0;
    s.fill = " ";
    return pad(rt_, "", body, s, '>');
  }
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (conversion == 'c') {
    std::string body = v.is(Kind::string) ? v.str() : "";
    if (v.is_integral() && v.as_int() >= 0 && v.as_int() <= 0x10FFFF) append_utf8(body, static_cast<uint32_t>(v.as_int()));
    if (count_code_points(body) != 1) fail_type("%c requires int or char");
    s.fill = " ";
    if (s.align == '=') s.align = 0;
    return pad(rt_, "", body, s, '>');
  }
  const bool integer = std::string_view("diuxXo").find(conversion) != std::string_view::npos;
  if (!integer && std::string_view("eEfFgG").find(conversion) == std::string_view::npos) fail("unsupported format character in a % format");
  if (!v.is_number()) fail_type("%" + std::string(1, conversion) + " format: a number is required, not " + std::string(type_name(v)));
  if (!integer) {
    const std::string body = format_real(rt_, std::fabs(v.as_double()), conversion, s.precision, s.alternate);
    return pad(rt_, sign_of(std::signbit(v.as_double()), s.sign), body, s, '>');
  }
  const bool hex = std::string_view("xXo").find(conversion) != std::string_view::npos;
  if (hex && v.is(Kind::real)) fail_type("%" + std::string(1, conversion) + " format: an integer is required, not float");
  s.type = hex ? conversion : 'd';
  if (s.precision < 0) return format_integer(rt_, v.is(Kind::real) ? truncate_real(v.real) : v.as_int(), s);
  const int64_t n = v.is(Kind::real) ? truncate_real(v.real) : v.as_int();
  std::string digits = integer_digits(n, conversion == 'o' ? 8 : hex ? 16 : 10, conversion == 'X');
  rt_.check_size(static_cast<uint64_t>(s.precision));
  if (digits.size() < static_cast<size_t>(s.precision)) digits.insert(0, static_cast<size_t>(s.precision) - digits.size(), '0');
  return pad(rt_, sign_of(n < 0, s.sign), digits, s, '>');
}

std::string PercentFormat::run() {
  std::string out;
  while (i_ < f_.size()) {
    const size_t percent = std::min(f_.find('%', i_), f_.size());
    out.append(f_, i_, percent - i_);
    i_ = percent + 1;
    if (percent == f_.size()) break;
    rt_.charge();
    Spec s;
    char conversion = 0;
    std::optional<Value> named;
    parse_field(s, conversion, named);
    out += conversion == '%' ? "%" : convert(s, conversion, named ? *named : next());
    rt_.check_size(out.size());
  }
  const bool subscriptable = values_.is(Kind::dict) || values_.is(Kind::list) || values_.is(Kind::undefined);
  const bool leftover = values_.is(Kind::tuple) ? used_ < as_list(values_).items.size() : used_ == 0 && !subscriptable;
  if (leftover && !named_) fail_type("not all arguments converted during string formatting");
  return out;
}

/// str.format: fields "{}", "{0}", "{name.attribute[item]!r:spec}".
class BraceFormat {
 public:
  BraceFormat(Runtime& rt, const Args& args) : rt_(rt), args_(args) {}
  std::string run(std::string_view f, int depth);

 private:
  std::string field(std::string_view text, int depth);
  Value lookup(std::string_view name);
  Value first(std::string_view name);

  Runtime& rt_;
  const Args& args_;
  size_t next_ = 0;
};

Value BraceFormat::first(std::string_view name) {
  size_t index = 0;
  const bool numeric = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (name.empty()) {
    index = next_++;
  } else if (numeric) {
    if (std::from_chars(name.data(), name.data() + name.size(), index).ec != std::errc{}) fail("too many digits in a format string");
  } else {
    for (const auto& [key, value] : args_.named) {
      if (key == name) return value;
    }
    fail("the format string needs the argument '" + std::string(name) + "'");
  }
  if (index >= args_.positional.size()) fail("the format string needs more arguments than given");
  return args_.positional[index];
}

Value BraceFormat::lookup(std::string_view name) {
  size_t at = std::min(name.find_first_of(".["), name.size());
  Value v = first(name.substr(0, at));
  while (at < name.size()) {
    if (name[at] == '.') {
      const size_t end = std::min(name.find_first_of(".[", at + 1), name.size());
      v = get_attribute(rt_, v, name.substr(at + 1, end - at - 1));
      at = end;
      continue;
    }
    const size_t end = name.find(']', at);
    if (name[at] != '[' || end == std::string_view::npos) fail("invalid field in a format string");
    const std::string key(name.substr(at + 1, end - at - 1));
    const bool numeric = !key.empty() && key.size() < 18 && key.find_first_not_of("0123456789") == std::string::npos;
    v = get_item(rt_, v, numeric ? Value::integer(std::stoll(key)) : rt_.text(key));
    at = end + 1;
  }
  return v;
}

std::string BraceFormat::field(std::string_view text, int depth) {
  const size_t colon = std::min(text.find(':'), text.size());
  std::string_view name = text.substr(0, colon);
  char conversion = 0;
  if (const size_t bang = name.find('!'); bang != std::string_view::npos) {
    if (bang + 2 != name.size()) fail("invalid conversion in a format string");
    conversion = name[bang + 1];
    name = name.substr(0, bang);
  }
  Value v = lookup(name);
  if (conversion == 'r' || conversion == 's' || conversion == 'a') {
    v = rt_.text(conversion == 's' ? to_str(rt_, v) : to_repr(rt_, v));
  } else if (conversion) {
    fail("invalid conversion in a format string");
  }
  const std::string spec = colon < text.size() ? run(text.substr(colon + 1), depth + 1) : "";
  return format_value(rt_, v, spec);
}

std::string BraceFormat::run(std::string_view f, int depth) {
  if (depth > 2) fail("max string recursion exceeded in a format string");
  std::string out;
  for (size_t i = 0; i < f.size(); ++i) {
    if (f[i] != '{' && f[i] != '}') {
      out.push_back(f[i]);
    } else if (i + 1 < f.size() && f[i + 1] == f[i]) {
      out.push_back(f[i++]);
    } else {
      if (f[i] == '}') fail("single '}' encountered in a format string");
      rt_.charge();
      size_t end = i + 1;
      for (int open = 1; end < f.size(); ++end) {
        open += f[end] == '{' ? 1 : f[end] == '}' ? -1 : 0;
        if (open == 0) break;
      }
      if (end >= f.size()) fail("expected '}' before end of a format string");
      out += field(f.substr(i + 1, end - i - 1), depth);
      i = end;
    }
    rt_.check_size(out.size());
  }
  return out;
}

}  // namespace

Value percent_format(Runtime& rt, const std::string& format, const Value& values, const Args* named) {
  rt.charge_bytes(format.size());
  return rt.text(PercentFormat(rt, format, values, named).run());
}

Value brace_format(Runtime& rt, const std::string& format, const Args& args) {
  rt.charge_bytes(format.size() * 4);
  return rt.text(BraceFormat(rt, args).run(format, 0));
}

}  // namespace engine::jinja
