// Reading numbers from text as Python's int() and float() do, and binding call arguments.
#include <charconv>
#include <cmath>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

/// Single underscores between digits are allowed; anything else about them is not a number.
bool drop_underscores(std::string& s) {
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '_') continue;
    if (i == 0 || i + 1 == s.size() || digit_value(s[i - 1]) > 35 || digit_value(s[i + 1]) > 35) return false;
  }
  std::erase(s, '_');
  return true;
}

}  // namespace

std::optional<int64_t> parse_integer(std::string_view s, int64_t base) {
  std::string t(strip_space(s, true, true));
  if (t.size() > 4300) return std::nullopt;  // Python's own limit
  const bool negative = !t.empty() && t[0] == '-';
  if (!t.empty() && (t[0] == '-' || t[0] == '+')) t.erase(0, 1);
  const char letter = t.size() > 2 && t[0] == '0' ? static_cast<char>(t[1] | 0x20) : '\0';
  const int64_t prefix = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  if (prefix != 0 && (base == prefix || base == 0)) {
    base = prefix;
    t.erase(0, t[2] == '_' ? 3 : 2);
  } else if (base == 0) {
    if (t.size() > 1 && t[0] == '0' && t.find_first_not_of("0_") != std::string::npos) return std::nullopt;
    base = 10;
  }
  if (base < 2 || base > 36 || !drop_underscores(t) || t.empty()) return std::nullopt;
  for (const char c : t) {
    if (digit_value(c) >= base) return std::nullopt;
  }
  uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), magnitude, static_cast<int>(base));
  const auto limit = static_cast<uint64_t>(INT64_MAX) + negative;
  if (error != std::errc{} || magnitude > limit) fail("an integer does not fit 64 bits");
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

std::optional<double> parse_real(std::string_view s) {
  std::string t = to_lower(strip_space(s, true, true));
  const bool negative = !t.empty() && t[0] == '-';
  if (!t.empty() && (t[0] == '-' || t[0] == '+')) t.erase(0, 1);
  double v = 0;
  if (t == "inf" || t == "infinity") {
    v = INFINITY;
  } else if (t == "nan") {
    v = NAN;
  } else {
    if (t.empty() || !(t[0] == '.' || (t[0] >= '0' && t[0] <= '9')) || !drop_underscores(t)) return std::nullopt;
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), v);
    if (end != t.data() + t.size() || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) v = t.find("e-") != std::string::npos ? 0.0 : INFINITY;
  }
  return negative ? -v : v;
}

int64_t truncate_real(double v) {
  if (std::isnan(v)) fail("cannot convert float NaN to integer");
  if (v >= 9223372036854775808.0 || v < -9223372036854775808.0) fail("an integer does not fit 64 bits");
  return static_cast<int64_t>(v);
}

Bound::Bound(const char* who, const Args& args, std::initializer_list<std::string_view> names, size_t required)
    : who_(who), values_(names.size(), nullptr) {
  const std::string prefix = std::string(who) + "() ";
  if (args.positional.size() > names.size()) {
    fail_type(prefix + "takes at most " + std::to_string(names.size()) + " arguments (" + std::to_string(args.positional.size()) +
              " given)");
  }
  for (size_t i = 0; i < args.positional.size(); ++i) values_[i] = &args.positional[i];
  for (const auto& [name, value] : args.named) {
    size_t i = 0;
    while (i < names.size() && names.begin()[i] != name) ++i;
    if (i == names.size()) fail_type(prefix + "got an unexpected keyword argument '" + name + "'");
    if (values_[i]) fail_type(prefix + "got multiple values for argument '" + name + "'");
    values_[i] = &value;
  }
  for (size_t i = 0; i < required; ++i) {
    if (!values_[i]) fail_type(prefix + "misses the argument '" + std::string(names.begin()[i]) + "'");
  }
}

int64_t Bound::integer(size_t i, int64_t otherwise) const {
  if (!values_[i]) return otherwise;
  if (values_[i]->is(Kind::undefined)) fail_undefined(*values_[i]);
  if (!values_[i]->is_integral()) {
    fail_type(std::string(who_) + "() needs an integer, not '" + std::string(type_name(*values_[i])) + "'");
  }
  return values_[i]->as_int();
}

bool Bound::flag(Runtime& rt, size_t i, bool otherwise) const {
  return values_[i] ? truthy(rt, *values_[i]) : otherwise;
}

const std::string& Bound::string(size_t i) const {
  if (!values_[i]->is(Kind::string)) {
    fail_type(std::string(who_) + "() needs a string, not '" + std::string(type_name(*values_[i])) + "'");
  }
  return values_[i]->str();
}

}  // namespace engine::jinja
