#include "tokenizer/jinja/interpreter.h"

#include <algorithm>

#include "core/check.h"
#include "tokenizer/jinja/filters.h"

namespace engine::jinja {

Interpreter::Interpreter(Runtime& rt, const Template& tpl, Variables variables)
    : rt_(rt),
      template_(tpl),
      variables_(std::move(variables)),
      loop_id_(id_of("loop")),
      caller_id_(id_of("caller")),
      varargs_id_(id_of("varargs")),
      kwargs_id_(id_of("kwargs")) {}

NameId Interpreter::id_of(std::string_view name) const {
  const auto it = std::find(template_.names.begin(), template_.names.end(), name);
  return it == template_.names.end() ? -1 : static_cast<NameId>(it - template_.names.begin());
}

void Interpreter::define(Scope& scope, NameId id, Value v) {
  for (auto& [known, value] : scope.variables) {
    if (known == id) {
      value = std::move(v);
      return;
    }
  }
  scope.variables.emplace_back(id, std::move(v));
}

void Interpreter::hide(Scope& scope, const std::vector<NameId>& names) const {
  for (const NameId id : names) define(scope, id, Runtime::undefined("'" + template_.names[static_cast<size_t>(id)] + "' is undefined"));
}

std::string Interpreter::render() {
  std::string out;
  root_ = rt_.make<Scope>(nullptr);
  hide(*root_, template_.hidden);
  const Enter enter(*this, root_, &out);
  run(template_.body);
  return out;
}

void Interpreter::write(std::string_view text) {
  rt_.check_size(out_->size() + text.size());
  rt_.charge_bytes(text.size());
  *out_ += text;
}

Interpreter::Flow Interpreter::run(const Body& body) {
  const Runtime::Nest nest(rt_);
  for (const Stmt& s : body) {
    const Flow flow = run(s);
    if (flow != Flow::normal) return flow;
  }
  return Flow::normal;
}

Interpreter::Flow Interpreter::run(const Stmt& s) {
  rt_.charge();
  line_ = s.line;
  switch (s.kind) {
    case StmtKind::text:
      write(s.value.str());
      break;
    case StmtKind::print:
      append_str(rt_, *out_, evaluate(*s.expr));
      break;
    case StmtKind::if_:
      return run_if(s);
    case StmtKind::for_:
      return run_for(s);
    case StmtKind::set:
      set_target(*s.target, evaluate(*s.expr));
      break;
    case StmtKind::set_block:
      return run_set_block(s);
    case StmtKind::macro:
      define(*scope_, s.id, make_macro(s, s.value.str()));
      break;
    case StmtKind::call_block:
      run_call_block(s);
      break;
    case StmtKind::filter_block:
      return run_filter_block(s);
    case StmtKind::with:
      return run_with(s);
    case StmtKind::scope:
      return run_scoped(s, scope_);
    case StmtKind::block:
      return run_scoped(s, s.scoped ? scope_ : root_);
    case StmtKind::break_:
      return Flow::break_loop;
    case StmtKind::continue_:
      return Flow::continue_loop;
  }
  return Flow::normal;
}

Interpreter::Flow Interpreter::run_if(const Stmt& s) {
  for (const Branch& b : s.branches) {
    rt_.charge();
    if (truthy(rt_, evaluate(*b.condition))) return run(b.body);
  }
  return run(s.else_body);
}

Interpreter::Flow Interpreter::run_scoped(const Stmt& s, Scope* parent) {
  Scope* scope = rt_.make<Scope>(parent);
  hide(*scope, s.hidden);
  const Enter enter(*this, scope);
  return run(s.body);
}

Value Interpreter::apply_filters(const Expr* filters, Value input) {
  if (!filters) return input;
  const Value* outer = filter_input_;
  filter_input_ = &input;
  try {
    Value v = evaluate(*filters);
    filter_input_ = outer;
    return v;
  } catch (...) {
    filter_input_ = outer;
    throw;
  }
}

Interpreter::Flow Interpreter::run_set_block(const Stmt& s) {
  std::string text;
  Value v;
  {
    Scope* scope = rt_.make<Scope>(scope_);
    hide(*scope, s.hidden);
    const Enter enter(*this, scope, &text);
    const Flow flow = run(s.body);
    if (flow != Flow::normal) return flow;
    v = apply_filters(s.expr.get(), rt_.text(std::move(text)));
  }
  set_target(*s.target, v);
  return Flow::normal;
}

Interpreter::Flow Interpreter::run_filter_block(const Stmt& s) {
  std::string text;
  Value v;
  {
    Scope* scope = rt_.make<Scope>(scope_);
    hide(*scope, s.hidden);
    const Enter enter(*this, scope, &text);
    const Flow flow = run(s.body);
    if (flow != Flow::normal) return flow;
    v = apply_filters(s.expr.get(), rt_.text(std::move(text)));
  }
  append_str(rt_, *out_, v);
  return Flow::normal;
}

Interpreter::Flow Interpreter::run_with(const Stmt& s) {
  Scope* scope = rt_.make<Scope>(scope_);
  hide(*scope, s.hidden);
  std::vector<Value> values;
  for (const auto& [target, value] : s.assignments) values.push_back(evaluate(*value));
  const Enter enter(*this, scope);
  for (size_t i = 0; i < values.size(); ++i) set_target(*s.assignments[i].first, values[i]);
  return run(s.body);
}

void Interpreter::run_call_block(const Stmt& s) {
  const Expr& e = *s.expr;
  const Value callee = evaluate(*e.operands[0]);
  Args args = evaluate_args(e.args.get());
  args.named.emplace_back("caller", make_macro(s, "caller"));
  append_str(rt_, *out_, call(rt_, callee, args));
}

/// Assigns to a name, to each name of a tuple, or to an attribute of a namespace.
void Interpreter::set_target(const Expr& target, const Value& v) {
  if (target.kind == ExprKind::name) return define(*scope_, target.id, v);
  if (target.kind == ExprKind::attribute) {
    const Value space = evaluate_name(target.id);
    auto* object = space.is(Kind::object) ? dynamic_cast<Namespace*>(space.object) : nullptr;
    if (!object) fail("cannot assign attribute on non-namespace object");
    return assign(rt_, object->attributes, rt_.text(target.text), v);
  }
  HEARTH_CHECK(target.kind == ExprKind::tuple);
  const size_t expected = target.operands.size();
  std::vector<Value> parts;
  Cursor cursor(rt_, v);
  for (Value part; parts.size() <= expected && cursor.next(rt_, part);) parts.push_back(part);
  if (parts.size() > expected) fail("too many values to unpack (expected " + std::to_string(expected) + ")");
  if (parts.size() < expected) {
    fail("not enough values to unpack (expected " + std::to_string(expected) + ", got " + std::to_string(parts.size()) + ")");
  }
  for (size_t i = 0; i < expected; ++i) set_target(*target.operands[i], parts[i]);
}

}  // namespace engine::jinja
