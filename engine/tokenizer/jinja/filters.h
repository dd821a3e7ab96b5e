// The tables of what a template can name after "|" and after "is", and the methods of strings, lists and dicts.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/jinja/runtime.h"

namespace engine::jinja {

using FilterFunction = Value (*)(Runtime& rt, const Value& input, Args& args);
using TestFunction = bool (*)(Runtime& rt, const Value& input, Args& args);
using MethodFunction = Value (*)(Runtime& rt, const Value& self, Args& args);

/// nullptr if there is none of that name.
FilterFunction find_filter(std::string_view name);
TestFunction find_test(std::string_view name);
MethodFunction find_string_method(std::string_view name);
MethodFunction find_container_method(Kind kind, std::string_view name);

/// The filters are in three tables by subject; find_filter looks into all.
FilterFunction find_text_filter(std::string_view name);
FilterFunction find_sequence_filter(std::string_view name);
FilterFunction find_value_filter(std::string_view name);
Value wordwrap(Runtime& rt, const Value& input, Args& args);
MethodFunction find_split_method(std::string_view name);
MethodFunction find_character_method(std::string_view name);

/// A variable every template has (range, namespace, raise_exception ...); undefined if there is none of that name.
Value make_global(Runtime& rt, std::string_view name);

/// Arguments bound to parameter names as Python does. `required` counts from the first.
class Bound {
 public:
  Bound(const char* who, const Args& args, std::initializer_list<std::string_view> names, size_t required = 0);
  /// nullptr if not given.
  const Value* operator[](size_t i) const { return values_[i]; }
  /// Not given or None.
  [[nodiscard]] bool missing(size_t i) const { return !values_[i] || values_[i]->is(Kind::none); }
  [[nodiscard]] int64_t integer(size_t i, int64_t otherwise) const;
  [[nodiscard]] bool flag(Runtime& rt, size_t i, bool otherwise) const;
  /// The string given; fails on other types.
  [[nodiscard]] const std::string& string(size_t i) const;

 private:
  const char* who_;
  std::vector<const Value*> values_;
};

/// Arithmetic of Python.
enum class BinaryOp : uint8_t { add, sub, mul, div, floordiv, mod, pow };
Value binary(Runtime& rt, BinaryOp op, const Value& a, const Value& b);
Value negate(const Value& v);
/// text % values
Value percent_format(Runtime& rt, const std::string& format, const Value& values, const Args* named);
/// str.format
Value brace_format(Runtime& rt, const std::string& format, const Args& args);
/// A value in a format specification such as ">8.2f".
std::string format_value(Runtime& rt, const Value& v, std::string_view spec);
/// %-style conversions of one float: f, e, g and their capitals.
std::string format_real(Runtime& rt, double v, char conversion, int precision, bool alternate);

struct JsonOptions {
  std::optional<std::string> indent;
  std::string item_separator = ", ", key_separator = ": ";
  bool ascii = false, sort_keys = false;
};
std::string to_json(Runtime& rt, const Value& v, const JsonOptions& options);

/// HTML escaping of str(v); text already marked safe stays as it is.
Value escape_html(Runtime& rt, const Value& v);
std::string escape_html(std::string_view s);

/// time.strftime with English names. Fails on unknown conversions.
std::string format_time(Runtime& rt, const CivilTime& t, std::string_view format);
/// "2024-07-26", "2024-07-26T12:00", "2024-07-26 12:00:00.5Z" ...
std::optional<CivilTime> parse_iso_time(std::string_view s);
CivilTime local_time();

/// The text functions that filters and methods share.
std::string replace_all(Runtime& rt, const std::string& s, const std::string& from, const std::string& to, int64_t count);
std::string_view strip_chars(std::string_view s, std::string_view chars, bool left, bool right);
std::vector<std::string_view> split_lines(std::string_view s, bool keep_ends);
std::string capitalize(std::string_view s);
std::string center(Runtime& rt, const std::string& s, int64_t width, const std::string& fill);
std::string join(Runtime& rt, const std::string& separator, const Value& items, bool convert);
/// Python's int(text, base) and float(text); nullopt for what is no number.
std::optional<int64_t> parse_integer(std::string_view s, int64_t base);
std::optional<double> parse_real(std::string_view s);
/// A float as an integer, towards zero; fails beyond 64 bits.
int64_t truncate_real(double v);

}  // namespace engine::jinja
