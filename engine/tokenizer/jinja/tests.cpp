// What can follow "is".
#include <cmath>
#include <unordered_map>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

int64_t remainder_of(Runtime& rt, const Value& v, const Value& divisor, bool& whole) {
  const Value r = binary(rt, BinaryOp::mod, v, divisor);
  whole = r.is_integral() || (r.is(Kind::real) && r.real == std::floor(r.real) && std::fabs(r.real) < 1e18);
  return whole ? static_cast<int64_t>(r.as_double()) : 0;
}

template <int Rest>
bool t_parity(Runtime& rt, const Value& v, Args& a) {
  Bound("odd", a, {});
  if (v.is(Kind::string)) fail_type("not all arguments converted during string formatting");
  bool whole = false;
  return remainder_of(rt, v, Value::integer(2), whole) == Rest && whole;
}

bool t_divisibleby(Runtime& rt, const Value& v, Args& a) {
  const Bound args("divisibleby", a, {"num"}, 1);
  bool whole = false;
  return remainder_of(rt, v, *args[0], whole) == 0 && whole;
}

template <bool Defined>
bool t_defined(Runtime&, const Value& v, Args& a) {
  Bound("defined", a, {});
  return v.is(Kind::undefined) != Defined;
}

template <Kind K>
bool t_kind(Runtime&, const Value& v, Args& a) {
  Bound("is", a, {});
  return v.is(K);
}

template <bool Wanted>
bool t_boolean_value(Runtime&, const Value& v, Args& a) {
  Bound("is", a, {});
  return v.is(Kind::boolean) && v.flag == Wanted;
}

bool t_number(Runtime&, const Value& v, Args& a) {
  Bound("number", a, {});
  return v.is_number();
}

bool t_sequence(Runtime&, const Value& v, Args& a) {
  Bound("sequence", a, {});
  return v.is(Kind::string) || v.is_sequence() || v.is(Kind::dict) || v.is(Kind::range) || v.is(Kind::undefined);
}

bool t_iterable(Runtime&, const Value& v, Args& a) {
  Bound("iterable", a, {});
  return is_iterable(v);
}

bool t_callable(Runtime&, const Value& v, Args& a) {
  Bound("callable", a, {});
  return is_callable(v);
}

bool t_escaped(Runtime&, const Value& v, Args& a) {
  Bound("escaped", a, {});
  return v.is(Kind::string) && v.safe;
}

bool t_sameas(Runtime&, const Value& v, Args& a) {
  const Bound args("sameas", a, {"other"}, 1);
  return identical(v, *args[0]);
}

template <bool Upper>
bool t_case(Runtime& rt, const Value& v, Args& a) {
  Bound(Upper ? "upper" : "lower", a, {});
  Args none;
  const Value text = rt.text(to_str(rt, v));
  return find_string_method(Upper ? "isupper" : "islower")(rt, text, none).flag;
}

bool t_in(Runtime& rt, const Value& v, Args& a) {
  const Bound args("in", a, {"seq"}, 1);
  return contains(rt, *args[0], v);
}

bool t_filter(Runtime& rt, const Value& v, Args& a) {
  Bound("filter", a, {});
  require_hashable(rt, v);
  return v.is(Kind::string) && find_filter(v.str());
}

bool t_test(Runtime& rt, const Value& v, Args& a) {
  Bound("test", a, {});
  require_hashable(rt, v);
  return v.is(Kind::string) && find_test(v.str());
}

bool t_eq(Runtime& rt, const Value& v, Args& a) {
  return equal(rt, v, *Bound("eq", a, {"other"}, 1)[0]);
}

bool t_ne(Runtime& rt, const Value& v, Args& a) {
  return !equal(rt, v, *Bound("ne", a, {"other"}, 1)[0]);
}

bool t_lt(Runtime& rt, const Value& v, Args& a) {
  return less(rt, v, *Bound("lt", a, {"other"}, 1)[0]);
}

bool t_gt(Runtime& rt, const Value& v, Args& a) {
  return less(rt, *Bound("gt", a, {"other"}, 1)[0], v);
}

bool t_le(Runtime& rt, const Value& v, Args& a) {
  return t_lt(rt, v, a) || t_eq(rt, v, a);
}

bool t_ge(Runtime& rt, const Value& v, Args& a) {
  return t_gt(rt, v, a) || t_eq(rt, v, a);
}

}  // namespace

TestFunction find_test(std::string_view name) {
  static const std::unordered_map<std::string_view, TestFunction> kTests = {
      {"odd", t_parity<1>},
      {"even", t_parity<0>},
      {"divisibleby", t_divisibleby},
      {"defined", t_defined<true>},
      {"undefined", t_defined<false>},
      {"none", t_kind<Kind::none>},
      {"boolean", t_kind<Kind::boolean>},
      {"integer", t_kind<Kind::integer>},
      {"float", t_kind<Kind::real>},
      {"string", t_kind<Kind::string>},
      {"mapping", t_kind<Kind::dict>},
      {"true", t_boolean_value<true>},
      {"false", t_boolean_value<false>},
      {"number", t_number},
      {"sequence", t_sequence},
      {"iterable", t_iterable},
      {"callable", t_callable},
      {"escaped", t_escaped},
      {"sameas", t_sameas},
      {"lower", t_case<false>},
      {"upper", t_case<true>},
      {"in", t_in},
      {"filter", t_filter},
      {"test", t_test},
      {"eq", t_eq},
      {"equalto", t_eq},
      {"==", t_eq},
      {"ne", t_ne},
      {"!=", t_ne},
      {"lt", t_lt},
      {"lessthan", t_lt},
      {"<", t_lt},
      {"gt", t_gt},
      {"greaterthan", t_gt},
      {">", t_gt},
      {"le", t_le},
      {"<=", t_le},
      {"ge", t_ge},
      {">=", t_ge},
  };
  const auto it = kTests.find(name);
  return it == kTests.end() ? nullptr : it->second;
}

}  // namespace engine::jinja
