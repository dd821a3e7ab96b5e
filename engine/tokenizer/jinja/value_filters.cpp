// Filters on single values: numbers, defaults, JSON, dicts.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "tokenizer/jinja/filters.h"

namespace engine::jinja {

namespace {

Value f_default(Runtime& rt, const Value& v, Args& a) {
  const Bound args("default", a, {"default_value", "boolean"});
  if (v.is(Kind::undefined) || (args.flag(rt, 1, false) && !truthy(rt, v))) return args[0] ? *args[0] : rt.text("");
  return v;
}

Value f_abs(Runtime&, const Value& v, Args& a) {
  Bound("abs", a, {});
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is_number()) fail_type("bad operand type for abs(): '" + std::string(type_name(v)) + "'");
  if (v.is(Kind::real)) return Value::floating(std::fabs(v.real));
  return v.as_int() < 0 ? negate(v) : Value::integer(v.as_int());
}

/// int(v) with Python's rules; nullopt where it raises ValueError or TypeError.
std::optional<int64_t> to_integer(const Value& v, int64_t base) {
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (v.is(Kind::string)) {
    if (const auto i = parse_integer(v.str(), base)) return i;
    const auto r = parse_real(v.str());
    return !r || std::isnan(*r) ? std::nullopt : std::optional<int64_t>(truncate_real(*r));
  }
  if (v.is(Kind::real)) return std::isnan(v.real) ? std::nullopt : std::optional<int64_t>(truncate_real(v.real));
  return v.is_integral() ? std::optional<int64_t>(v.as_int()) : std::nullopt;
}

Value f_int(Runtime&, const Value& v, Args& a) {
  const Bound args("int", a, {"default", "base"});
  if (const auto i = to_integer(v, args.integer(1, 10))) return Value::integer(*i);
  return args[0] ? *args[0] : Value::integer(0);
}

Value f_float(Runtime&, const Value& v, Args& a) {
  const Bound args("float", a, {"default"});
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (v.is_number()) return Value::floating(v.as_double());
  if (v.is(Kind::string)) {
    if (const auto r = parse_real(v.str())) return Value::floating(*r);
  }
  return args[0] ? *args[0] : Value::floating(0.0);
}

double round_real(Runtime& rt, double v, int64_t precision) {
  if (!std::isfinite(v) || precision > 320) return v;
  if (precision >= 0) {
    const std::string digits = format_real(rt, v, 'f', static_cast<int>(precision), false);
    double out = v;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
  }
  if (precision < -309) return std::copysign(0.0, v);
  const double unit = std::pow(10.0, static_cast<double>(-precision));
  return std::nearbyint(v / unit) * unit;
}

/// To a multiple of 10**n, halves to even.
Value round_integer(Runtime& rt, int64_t v, int64_t n) {
  if (n <= 0) return Value::integer(v);
  if (n > 18) return Value::integer(0);
  int64_t unit = 1;
  for (int64_t i = 0; i < n; ++i) unit *= 10;
  int64_t quotient = v / unit;
  const int64_t rest = v % unit, distance = rest < 0 ? -rest : rest;
  if (distance > unit - distance || (distance == unit - distance && quotient % 2 != 0)) quotient += v < 0 ? -1 : 1;
  return binary(rt, BinaryOp::mul, Value::integer(quotient), Value::integer(unit));
}

Value f_round(Runtime& rt, const Value& v, Args& a) {
  const Bound args("round", a, {"precision", "method"});
  const int64_t precision = args.integer(0, 0);
  const std::string method = args[1] ? args.string(1) : "common";
  if (method != "common" && method != "ceil" && method != "floor") fail("method must be common, ceil or floor");
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is_number()) fail_type("round() needs a number, not '" + std::string(type_name(v)) + "'");
  if (method == "common") {
    return v.is(Kind::real) ? Value::floating(round_real(rt, v.real, precision)) : round_integer(rt, v.as_int(), -precision);
  }
  const double scale = std::pow(10.0, static_cast<double>(precision)), scaled = v.as_double() * scale;
  return Value::floating((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

Value f_length(Runtime& rt, const Value& v, Args& a) {
  Bound("length", a, {});
  if (const auto n = length_of(rt, v)) return Value::integer(*n);
  fail_type("object of type '" + std::string(type_name(v)) + "' has no len()");
}

Value f_attr(Runtime& rt, const Value& v, Args& a) {
  const Bound args("attr", a, {"name"}, 1);
  const std::string& name = args.string(0);
  if (v.is(Kind::dict) && !find_container_method(Kind::dict, name))
    return Runtime::undefined("'dict object' has no attribute '" + name + "'");
  return get_attribute(rt, v, name);
}

Value f_items(Runtime& rt, const Value& v, Args& a) {
  Bound("items", a, {});
  if (v.is(Kind::undefined)) return rt.list({});
  if (!v.is(Kind::dict)) fail_type("Can only get item pairs from a mapping.");
  const Value view = Value::of(Kind::view, rt.make<DictView>(&as_dict(v), DictView::Part::items));
  return rt.generator([&rt, cursor = Cursor(rt, view)](Value& out) mutable { return cursor.next(rt, out); });
}

Value f_tojson(Runtime& rt, const Value& v, Args& a) {
  const Bound args("tojson", a, {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonOptions options;
  options.ascii = args.flag(rt, 0, false);
  options.sort_keys = args.flag(rt, 3, false);
  if (!args.missing(1)) {
    options.item_separator = ",";
    if (args[1]->is(Kind::string)) {
      options.indent = args[1]->str();
    } else {
      const int64_t width = std::max<int64_t>(args.integer(1, 0), 0);
      rt.check_size(static_cast<uint64_t>(width));
      options.indent = std::string(static_cast<size_t>(width), ' ');
    }
  }
  if (!args.missing(2)) {
    const std::vector<Value> parts = collect(rt, *args[2]);
    if (parts.size() != 2 || !parts[0].is(Kind::string) || !parts[1].is(Kind::string)) fail_type("tojson: separators must be two strings");
    options.item_separator = parts[0].str();
    options.key_separator = parts[1].str();
  }
  return rt.text(to_json(rt, v, options));
}

Value f_filesizeformat(Runtime& rt, const Value& v, Args& a) {
  const Bound args("filesizeformat", a, {"binary"});
  const bool binary_units = args.flag(rt, 0, false);
  const Value number = v.is(Kind::string) ? Value::floating(parse_real(v.str()).value_or(NAN)) : v;
  if (!number.is_number() || std::isnan(number.as_double())) fail_type("filesizeformat() needs a number");
  const double bytes = number.as_double(), base = binary_units ? 1024 : 1000;
  if (bytes == 1) return rt.text("1 Byte");
  if (bytes < base) return rt.text(std::to_string(truncate_real(bytes)) + " Bytes");
  double unit = base * base;
  std::string_view prefixes = "kMGTPEZY";
  for (; prefixes.size() > 1 && bytes >= unit; unit *= base) prefixes.remove_prefix(1);
  const char prefix = binary_units && prefixes[0] == 'k' ? 'K' : prefixes[0];
  return rt.text(format_real(rt, base * bytes / unit, 'f', 1, false) + " " + prefix + (binary_units ? "iB" : "B"));
}

}  // namespace

FilterFunction find_value_filter(std::string_view name) {
  static const std::unordered_map<std::string_view, FilterFunction> kFilters = {
      {"default", f_default}, {"d", f_default},   {"abs", f_abs},       {"int", f_int},
      {"float", f_float},     {"round", f_round}, {"length", f_length}, {"count", f_length},
      {"attr", f_attr},       {"items", f_items}, {"tojson", f_tojson}, {"filesizeformat", f_filesizeformat},
  };
  const auto it = kFilters.find(name);
  return it == kFilters.end() ? nullptr : it->second;
}

FilterFunction find_filter(std::string_view name) {
  if (const FilterFunction f = find_text_filter(name)) return f;
  if (const FilterFunction f = find_sequence_filter(name)) return f;
  return find_value_filter(name);
}

}  // namespace engine::jinja
