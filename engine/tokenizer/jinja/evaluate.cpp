// Expressions.
#include "core/check.h"
#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/interpreter.h"

namespace engine::jinja {

namespace {

static_assert(static_cast<int>(Op::pow) == static_cast<int>(BinaryOp::pow), "the first operators are the arithmetic ones");

bool compare(Runtime& rt, Op op, const Value& a, const Value& b) {
  switch (op) {
    case Op::eq:
      return equal(rt, a, b);
    case Op::ne:
      return !equal(rt, a, b);
    case Op::lt:
      return less(rt, a, b);
    case Op::gt:
      return less(rt, b, a);
    case Op::le:
      return less(rt, a, b) || equal(rt, a, b);
    case Op::ge:
      return less(rt, b, a) || equal(rt, a, b);
    case Op::in:
      return contains(rt, b, a);
    case Op::not_in:
      return !contains(rt, b, a);
    default:
      break;
  }
  HEARTH_CHECK(false);
}

}  // namespace

Value Interpreter::evaluate(const Expr& e) {
  rt_.charge();
  const Runtime::Nest nest(rt_);
  line_ = e.line;
  switch (e.kind) {
    case ExprKind::constant:
      return e.value;
    case ExprKind::name:
      return evaluate_name(e.id);
    case ExprKind::list:
      return rt_.list(evaluate_all(e.operands));
    case ExprKind::tuple:
      return rt_.tuple(evaluate_all(e.operands));
    case ExprKind::dict:
      return evaluate_dict(e);
    case ExprKind::attribute:
      return get_attribute(rt_, evaluate(*e.operands[0]), e.text);
    case ExprKind::item: {
      const Value object = evaluate(*e.operands[0]);
      return get_item(rt_, object, evaluate(*e.operands[1]));
    }
    case ExprKind::slice:
      return evaluate_slice(e);
    case ExprKind::call: {
      const Value callee = evaluate(*e.operands[0]);
      Args args = evaluate_args(e.args.get());
      line_ = e.line;
      return call(rt_, callee, args);
    }
    case ExprKind::filter:
      return evaluate_filter(e, e.operands[0] ? evaluate(*e.operands[0]) : *filter_input_);
    case ExprKind::test:
      return evaluate_test(e);
    case ExprKind::logical_not:
      return Value::boolean(!truthy(rt_, evaluate(*e.operands[0])));
    case ExprKind::negative:
      return negate(evaluate(*e.operands[0]));
    case ExprKind::positive:
      return negate(negate(evaluate(*e.operands[0])));
    case ExprKind::arithmetic:
      return evaluate_arithmetic(e);
    case ExprKind::concat:
      return evaluate_concat(e);
    case ExprKind::compare:
      return evaluate_compare(e);
    case ExprKind::logical_and:
    case ExprKind::logical_or:
      return evaluate_logical(e);
    case ExprKind::conditional:
      return evaluate_conditional(e);
  }
  HEARTH_CHECK(false);
}

/// The innermost scope that has the name, then what was passed in, then the built-in names.
Value Interpreter::evaluate_name(NameId id) {
  for (Scope* scope = scope_; scope; scope = scope->parent) {
    rt_.charge(scope->variables.size() / 16);
    for (const auto& [known, value] : scope->variables) {
      if (known == id) return value;
    }
  }
  if (const auto it = globals_.find(id); it != globals_.end()) return it->second;
  const std::string& name = template_.names[static_cast<size_t>(id)];
  const std::optional<Value> passed = variables_(name);
  Value v = passed ? *passed : make_global(rt_, name);
  globals_.emplace(id, v);
  return v;
}

std::vector<Value> Interpreter::evaluate_all(const std::vector<ExprPtr>& list) {
  std::vector<Value> values;
  values.reserve(list.size());
  for (const ExprPtr& e : list) values.push_back(evaluate(*e));
  return values;
}

Value Interpreter::evaluate_dict(const Expr& e) {
  const Value v = rt_.dict({});
  for (size_t i = 0; i < e.operands.size(); i += 2) {
    const Value key = evaluate(*e.operands[i]);
    assign(rt_, as_dict(v), key, evaluate(*e.operands[i + 1]));
  }
  return v;
}

Value Interpreter::evaluate_arithmetic(const Expr& e) {
  Value v = evaluate(*e.operands[0]);
  for (size_t i = 0; i < e.ops.size(); ++i) {
    const Value right = evaluate(*e.operands[i + 1]);
    v = binary(rt_, static_cast<BinaryOp>(e.ops[i]), v, right);
  }
  return v;
}

Value Interpreter::evaluate_concat(const Expr& e) {
  std::string out;
  for (const ExprPtr& part : e.operands) append_str(rt_, out, evaluate(*part));
  return rt_.text(std::move(out));
}

Value Interpreter::evaluate_compare(const Expr& e) {
  Value left = evaluate(*e.operands[0]);
  for (size_t i = 0; i < e.ops.size(); ++i) {
    Value right = evaluate(*e.operands[i + 1]);
    if (!compare(rt_, e.ops[i], left, right)) return Value::boolean(false);
    left = std::move(right);
  }
  return Value::boolean(true);
}

Value Interpreter::evaluate_logical(const Expr& e) {
  const bool stop_at = e.kind == ExprKind::logical_or;
  Value v;
  for (const ExprPtr& part : e.operands) {
    v = evaluate(*part);
    if (truthy(rt_, v) == stop_at) break;
  }
  return v;
}

Value Interpreter::evaluate_conditional(const Expr& e) {
  if (truthy(rt_, evaluate(*e.operands[1]))) return evaluate(*e.operands[0]);
  if (e.operands[2]) return evaluate(*e.operands[2]);
  return Runtime::undefined("the inline if-expression evaluated to false and no else section was defined");
}

Value Interpreter::evaluate_slice(const Expr& e) {
  const Value object = evaluate(*e.operands[0]);
  Value parts[3];
  for (size_t i = 0; i < 3; ++i) parts[i] = e.operands[i + 1] ? evaluate(*e.operands[i + 1]) : Value::none();
  return get_slice(rt_, object, parts[0], parts[1], parts[2]);
}

Args Interpreter::evaluate_args(const CallArgs* args) {
  Args out;
  if (!args) return out;
  out.positional = evaluate_all(args->positional);
  for (const auto& [name, value] : args->named) out.named.emplace_back(name, evaluate(*value));
  if (args->star) {
    Cursor cursor(rt_, evaluate(*args->star));
    for (Value v; cursor.next(rt_, v);) out.positional.push_back(v);
  }
  if (!args->double_star) return out;
  const Value more = evaluate(*args->double_star);
  if (!more.is(Kind::dict)) fail_type("argument after ** must be a mapping, not " + std::string(type_name(more)));
  for (const auto& [key, value] : as_dict(more).items) {
    rt_.charge(1 + out.named.size());
    if (!key.is(Kind::string)) fail_type("keywords must be strings");
    for (const auto& [name, other] : out.named) {
      if (name == key.str()) fail_type("got multiple values for keyword argument '" + name + "'");
    }
    out.named.emplace_back(key.str(), value);
  }
  return out;
}

Value Interpreter::evaluate_filter(const Expr& e, Value input) {
  const FilterFunction f = find_filter(e.text);
  if (!f) fail("no filter named '" + e.text + "'", e.line);
  Args args = evaluate_args(e.args.get());
  line_ = e.line;
  return f(rt_, input, args);
}

Value Interpreter::evaluate_test(const Expr& e) {
  const TestFunction f = find_test(e.text);
  if (!f) fail("no test named '" + e.text + "'", e.line);
  const Value input = evaluate(*e.operands[0]);
  Args args = evaluate_args(e.args.get());
  line_ = e.line;
  return Value::boolean(f(rt_, input, args));
}

}  // namespace engine::jinja
