// Python's arithmetic. Integers have 64 bits; what does not fit is an error instead of a wrong number.
#include <cmath>

#include "tokenizer/jinja/filters.h"

namespace engine::jinja {

namespace {

constexpr const char* kSigns[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};

[[noreturn]] void fail_operands(BinaryOp op, const Value& a, const Value& b) {
  fail_type("unsupported operand type(s) for " + std::string(kSigns[static_cast<int>(op)]) + ": '" + std::string(type_name(a)) + "' and '" +
            std::string(type_name(b)) + "'");
}

[[noreturn]] void fail_overflow() {
  fail("an integer does not fit 64 bits");
}

int64_t floor_div(int64_t a, int64_t b) {
  if (b == -1) {
    if (a == INT64_MIN) fail_overflow();
    return -a;
  }
  const int64_t q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

int64_t floor_mod(int64_t a, int64_t b) {
  if (b == -1) return 0;
  const int64_t r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

double float_mod(double a, double b) {
  double r = std::fmod(a, b);
  if (r != 0) return (r < 0) != (b < 0) ? r + b : r;
  return std::copysign(0.0, b);
}

double float_floor_div(double a, double b) {
  const double r = float_mod(a, b);
  const double q = (a - r) / b;
  if (q == 0) return std::copysign(0.0, a / b);
  const double whole = std::floor(q);
  return q - whole > 0.5 ? whole + 1 : whole;
}

int64_t int_pow(Runtime& rt, int64_t base, int64_t exponent) {
  int64_t result = 1;
  while (exponent > 0) {
    rt.charge();
    if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) fail_overflow();
    exponent >>= 1;
    if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) fail_overflow();
  }
  return result;
}

Value power(Runtime& rt, const Value& a, const Value& b) {
  if (a.is_integral() && b.is_integral() && b.as_int() >= 0) return Value::integer(int_pow(rt, a.as_int(), b.as_int()));
  const double x = a.as_double(), y = b.as_double();
  if (x == 0 && y < 0) fail("0.0 cannot be raised to a negative power");
  if (x < 0 && std::isfinite(y) && y != std::floor(y)) fail("a negative number has no real power of that exponent");
  const double r = std::pow(x, y);
  if (std::isinf(r) && std::isfinite(x) && std::isfinite(y)) fail("the result of ** is too large");
  return Value::floating(r);
}

Value integer_op(Runtime& rt, BinaryOp op, int64_t a, int64_t b) {
  int64_t r = 0;
  switch (op) {
    case BinaryOp::add:
      if (__builtin_add_overflow(a, b, &r)) fail_overflow();
      return Value::integer(r);
    case BinaryOp::sub:
      if (__builtin_sub_overflow(a, b, &r)) fail_overflow();
      return Value::integer(r);
    case BinaryOp::mul:
      if (__builtin_mul_overflow(a, b, &r)) fail_overflow();
      return Value::integer(r);
    case BinaryOp::pow:
      return power(rt, Value::integer(a), Value::integer(b));
    default:
      break;
  }
  if (b == 0) fail(op == BinaryOp::div ? "division by zero" : "integer division or modulo by zero");
  if (op == BinaryOp::div) return Value::floating(static_cast<double>(a) / static_cast<double>(b));
  return Value::integer(op == BinaryOp::floordiv ? floor_div(a, b) : floor_mod(a, b));
}

Value real_op(Runtime& rt, BinaryOp op, const Value& a, const Value& b) {
  const double x = a.as_double(), y = b.as_double();
  switch (op) {
    case BinaryOp::add:
      return Value::floating(x + y);
    case BinaryOp::sub:
      return Value::floating(x - y);
    case BinaryOp::mul:
      return Value::floating(x * y);
    case BinaryOp::pow:
      return power(rt, a, b);
    default:
      break;
  }
  if (y == 0) fail(op == BinaryOp::div ? "float division by zero" : "float modulo or floor division by zero");
  if (op == BinaryOp::div) return Value::floating(x / y);
  return Value::floating(op == BinaryOp::floordiv ? float_floor_div(x, y) : float_mod(x, y));
}

Value repeat(Runtime& rt, const Value& v, int64_t times) {
  const auto n = static_cast<uint64_t>(std::max<int64_t>(times, 0));
  if (v.is(Kind::string)) {
    if (v.str().empty() || n == 0) return rt.text("", v.safe);
    if (n > UINT32_MAX) rt.check_size(UINT64_MAX);
    rt.check_size(v.str().size() * n);
    rt.charge(n / 32);
    std::string out;
    if (v.str().size() == 1) {
      out.assign(n, v.str()[0]);
    } else {
      out.reserve(v.str().size() * n);
      for (uint64_t i = 0; i < n; ++i) out += v.str();
    }
    return rt.text(std::move(out), v.safe);
  }
  const std::vector<Value>& items = as_list(v).items;
  std::vector<Value> out;
  if (!items.empty()) {
    if (n > UINT32_MAX) rt.charge(UINT32_MAX);
    rt.charge(n * items.size());
    out.reserve(n * items.size());
    for (uint64_t i = 0; i < n; ++i) out.insert(out.end(), items.begin(), items.end());
  }
  return rt.list(std::move(out), v.kind);
}

Value add_text(Runtime& rt, const Value& a, const Value& b) {
  if (a.safe != b.safe) return add_text(rt, escape_html(rt, a), escape_html(rt, b));
  rt.check_size(a.str().size() + b.str().size());
  return rt.text(a.str() + b.str(), a.safe);
}

}  // namespace

Value negate(const Value& v) {
  if (v.is(Kind::real)) return Value::floating(-v.real);
  if (v.is(Kind::undefined)) fail_undefined(v);
  if (!v.is_integral()) fail_type("bad operand type for unary -: '" + std::string(type_name(v)) + "'");
  if (v.as_int() == INT64_MIN) fail_overflow();
  return Value::integer(-v.as_int());
}

Value binary(Runtime& rt, BinaryOp op, const Value& a, const Value& b) {
  if (a.is_integral() && b.is_integral()) return integer_op(rt, op, a.as_int(), b.as_int());
  if (a.is_number() && b.is_number()) return real_op(rt, op, a, b);
  if (op == BinaryOp::mod && a.is(Kind::string)) return percent_format(rt, a.str(), b, nullptr);
  if (a.is(Kind::undefined)) fail_undefined(a);
  if (b.is(Kind::undefined)) fail_undefined(b);
  if (op == BinaryOp::add && a.is(Kind::string) && b.is(Kind::string)) return add_text(rt, a, b);
  if (op == BinaryOp::add && a.is_sequence() && a.kind == b.kind) {
    std::vector<Value> items = as_list(a).items;
    items.insert(items.end(), as_list(b).items.begin(), as_list(b).items.end());
    rt.charge(items.size());
    return rt.list(std::move(items), a.kind);
  }
  if (op == BinaryOp::mul) {
    const auto repeatable = [](const Value& v) { return v.is(Kind::string) || v.is_sequence(); };
    if (repeatable(a) && b.is_integral()) return repeat(rt, a, b.as_int());
    if (repeatable(b) && a.is_integral()) return repeat(rt, b, a.as_int());
  }
  if (op == BinaryOp::add && a.is(Kind::string)) {
    fail_type("can only concatenate str (not \"" + std::string(type_name(b)) + "\") to str");
  }
  fail_operands(op, a, b);
}

}  // namespace engine::jinja
