// str() and repr() of values, and the owner-side parts of Runtime.
#include <charconv>
#include <cmath>

#include "tokenizer/jinja/runtime.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out.push_back(kHex[value >> shift & 15]);
}

void append_items(Runtime& rt, std::string& out, const std::vector<Value>& items) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ", ";
    append_repr(rt, out, items[i]);
  }
}

void append_dict(Runtime& rt, std::string& out, const Dict& dict) {
  out.push_back('{');
  for (size_t i = 0; i < dict.items.size(); ++i) {
    if (i > 0) out += ", ";
    append_repr(rt, out, dict.items[i].first);
    out += ": ";
    append_repr(rt, out, dict.items[i].second);
  }
  out.push_back('}');
}

void append_view(Runtime& rt, std::string& out, const Value& v) {
  const auto part = as_view(v).part;
  out += part == DictView::Part::keys ? "dict_keys([" : part == DictView::Part::values ? "dict_values([" : "dict_items([";
  append_items(rt, out, collect(rt, v));
  out += "])";
}

void append_range(std::string& out, const Range& r) {
  out += "range(" + std::to_string(r.start) + ", " + std::to_string(r.stop);
  if (r.step != 1) out += ", " + std::to_string(r.step);
  out += ")";
}

}  // namespace

void append_quoted(std::string& out, std::string_view s) {
  const char quote = s.find('\'') != std::string_view::npos && s.find('"') == std::string_view::npos ? '"' : '\'';
  out.push_back(quote);
  for (size_t pos = 0; pos < s.size();) {
    const CodePoint c = decode(s, pos);
    if (c.value == static_cast<uint32_t>(quote) || c.value == '\\') {
      out.push_back('\\');
      out.push_back(s[pos]);
    } else if (c.value == '\n' || c.value == '\r' || c.value == '\t') {
      out += c.value == '\n' ? "\\n" : c.value == '\r' ? "\\r" : "\\t";
    } else if (is_printable(c.value)) {
      out += s.substr(pos, c.bytes);
    } else if (c.value < 0x100) {
      out += "\\x", append_hex(out, c.value, 2);
    } else if (c.value < 0x10000) {
      out += "\\u", append_hex(out, c.value, 4);
    } else {
      out += "\\U", append_hex(out, c.value, 8);
    }
    pos += c.bytes;
  }
  out.push_back(quote);
}

std::string format_double(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  if (v == 0) return std::signbit(v) ? "-0.0" : "0.0";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(v), std::chars_format::scientific).ptr;
  const std::string_view s(buffer, static_cast<size_t>(end - buffer));
  const size_t e = s.find('e');
  const int exponent = std::stoi(std::string(s.substr(e + 1)));
  std::string digits(s.substr(0, 1));
  if (e > 2) digits += s.substr(2, e - 2);
  std::string out = v < 0 ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    out += digits.substr(0, 1);
    if (digits.size() > 1) out += "." + digits.substr(1);
    const int magnitude = std::abs(exponent);
    return out + (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + std::to_string(magnitude);
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0') + ".0";
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

void append_repr(Runtime& rt, std::string& out, const Value& v) {
  rt.charge();
  switch (v.kind) {
    case Kind::undefined:
      out += "Undefined";
      break;
    case Kind::string:
      rt.charge_bytes(v.str().size());
      if (v.safe) out += "Markup(";
      append_quoted(out, v.str());
      if (v.safe) out += ")";
      break;
    case Kind::list: {
      const Runtime::Nest nest(rt);
      out.push_back('[');
      append_items(rt, out, as_list(v).items);
      out.push_back(']');
      break;
    }
    case Kind::tuple: {
      const Runtime::Nest nest(rt);
      out.push_back('(');
      append_items(rt, out, as_list(v).items);
      out += as_list(v).items.size() == 1 ? ",)" : ")";
      break;
    }
    case Kind::dict: {
      const Runtime::Nest nest(rt);
      append_dict(rt, out, as_dict(v));
      break;
    }
    case Kind::view: {
      const Runtime::Nest nest(rt);
      append_view(rt, out, v);
      break;
    }
    case Kind::range:
      append_range(out, as_range(v));
      break;
    case Kind::generator:
      out += "<generator object>";
      break;
    case Kind::object: {
      const Runtime::Nest nest(rt);
      out += v.object->repr(rt);
      break;
    }
    default:
      append_str(rt, out, v);
  }
  rt.check_size(out.size());
}

void append_str(Runtime& rt, std::string& out, const Value& v) {
  switch (v.kind) {
    case Kind::undefined:
      return;
    case Kind::none:
      out += "None";
      break;
    case Kind::boolean:
      out += v.flag ? "True" : "False";
      break;
    case Kind::integer:
      out += std::to_string(v.number);
      break;
    case Kind::real:
      out += format_double(v.real);
      break;
    case Kind::string:
      rt.check_size(out.size() + v.str().size());
      rt.charge_bytes(v.str().size());
      out += v.str();
      break;
    default:
      append_repr(rt, out, v);
  }
  rt.check_size(out.size());
}

std::string to_str(Runtime& rt, const Value& v) {
  std::string out;
  append_str(rt, out, v);
  return out;
}

std::string to_repr(Runtime& rt, const Value& v) {
  std::string out;
  append_repr(rt, out, v);
  return out;
}

Value Runtime::text(std::string bytes, bool safe) {
  check_size(bytes.size());
  charge_bytes(bytes.size());
  Value v = Value::literal(std::move(bytes));
  v.safe = safe;
  return v;
}

Value Runtime::list(std::vector<Value> items, Kind kind) {
  auto* object = make<List>();
  object->items = std::move(items);
  charge(object->items.size() / 4);
  return Value::of(kind, object);
}

Value Runtime::dict(std::vector<std::pair<Value, Value>> items) {
  auto* object = make<Dict>();
  object->items = std::move(items);
  charge(object->items.size() / 4);
  return Value::of(Kind::dict, object);
}

Value Runtime::undefined(std::string why) {
  Value v;
  v.text = std::make_shared<const Text>(Text{std::move(why), 0});
  return v;
}

void fail_undefined(const Value& v) {
  fail(v.text ? v.text->bytes : "an undefined value was used");
}

void fail_type(std::string message) {
  fail(std::move(message));
}

}  // namespace engine::jinja
