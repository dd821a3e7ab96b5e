// for loops with their loop variable, and macros.
#include <deque>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/interpreter.h"

namespace engine::jinja {

/// The variable `loop`. Items are taken from the source one at a time, so that a filter sees what the body did before.
class Interpreter::Loop : public Object {
 public:
  Loop(Interpreter& in, const Stmt& s, Value items, int depth)
      : in_(in), stmt_(s), items_(std::move(items)), cursor_(in.rt_, items_), depth_(depth), outer_(in.scope_) {}

  bool advance() {
    Value v;
    if (!take(v)) return false;
    ++index_;
    before_ = std::move(current_);
    current_ = std::move(v);
    return true;
  }
  [[nodiscard]] const Value& current() const { return current_; }

  std::optional<Value> attribute(Runtime& rt, std::string_view name) override;
  std::optional<Value> call(Runtime& rt, Args& args) override;
  std::optional<int64_t> length(Runtime& rt) override;
  std::string repr(Runtime& rt) override {
    return "<LoopContext " + std::to_string(index_ + 1) + "/" + std::to_string(length(rt).value_or(0)) + ">";
  }
  [[nodiscard]] bool callable() const override { return true; }
  [[nodiscard]] std::string_view type_name() const override { return "LoopContext"; }

 private:
  bool take(Value& out) {
    if (!ahead_.empty()) {
      out = std::move(ahead_.front());
      ahead_.pop_front();
      return true;
    }
    return pull(out);
  }
  /// The next item that passes the filter.
  bool pull(Value& out) {
    while (cursor_.next(in_.rt_, out)) {
      if (!stmt_.filter) return true;
      const Enter enter(in_, in_.rt_.make<Scope>(outer_));
      in_.set_target(*stmt_.target, out);
      if (truthy(in_.rt_, in_.evaluate(*stmt_.filter))) return true;
    }
    return false;
  }
  const Value* peek() {
    if (ahead_.empty()) {
      Value v;
      if (!pull(v)) return nullptr;
      ahead_.push_back(std::move(v));
    }
    return &ahead_.front();
  }
  Value cycle(Args& args) const {
    if (args.positional.empty()) fail("no items for cycling given");
    return args.positional[static_cast<size_t>(index_) % args.positional.size()];
  }
  Value changed(Args& args);

  Interpreter& in_;
  const Stmt& stmt_;
  Value items_;
  Cursor cursor_;
  int depth_;
  Scope* outer_;
  std::deque<Value> ahead_;
  int64_t index_ = -1;
  std::optional<int64_t> length_;
  Value before_, current_;
  std::optional<Value> last_changed_;
};

std::optional<int64_t> Interpreter::Loop::length(Runtime& rt) {
  if (length_) return length_;
  length_ = stmt_.filter ? std::nullopt : length_of(rt, items_);
  if (length_) return length_;
  for (Value v; pull(v);) ahead_.push_back(v);
  length_ = index_ + 1 + static_cast<int64_t>(ahead_.size());
  return length_;
}

Value Interpreter::Loop::changed(Args& args) {
  const Value values = in_.rt_.tuple(args.positional);
  if (last_changed_ && equal(in_.rt_, *last_changed_, values)) return Value::boolean(false);
  last_changed_ = values;
  return Value::boolean(true);
}

std::optional<Value> Interpreter::Loop::attribute(Runtime& rt, std::string_view name) {
  if (name == "index") return Value::integer(index_ + 1);
  if (name == "index0") return Value::integer(index_);
  if (name == "first") return Value::boolean(index_ == 0);
  if (name == "last") return Value::boolean(peek() == nullptr);
  if (name == "length") return Value::integer(length(rt).value_or(0));
  if (name == "revindex") return Value::integer(length(rt).value_or(0) - index_);
  if (name == "revindex0") return Value::integer(length(rt).value_or(0) - index_ - 1);
  if (name == "depth") return Value::integer(depth_ + 1);
  if (name == "depth0") return Value::integer(depth_);
  if (name == "previtem") return index_ == 0 ? Runtime::undefined("there is no previous item") : before_;
  if (name == "nextitem") {
    const Value* v = peek();
    return v ? *v : Runtime::undefined("there is no next item");
  }
  if (name == "cycle") return rt.function("cycle", [this](Runtime&, Args& args) { return cycle(args); });
  if (name == "changed") return rt.function("changed", [this](Runtime&, Args& args) { return changed(args); });
  return std::nullopt;
}

std::optional<Value> Interpreter::Loop::call(Runtime& rt, Args& args) {
  if (!stmt_.recursive) fail_type("The loop must have the 'recursive' marker to be called recursively.");
  const Bound bound("loop", args, {"iterable"}, 1);
  std::string text;
  const Enter enter(in_, outer_, &text);
  in_.run_loop(stmt_, *bound[0], depth_ + 1);
  return rt.text(std::move(text));
}

Interpreter::Flow Interpreter::run_for(const Stmt& s) {
  return run_loop(s, evaluate(*s.expr), 0);
}

/// As Jinja: the else body runs unless some pass reached the end of the body.
Interpreter::Flow Interpreter::run_loop(const Stmt& s, const Value& items, int depth) {
  auto* loop = rt_.make<Loop>(*this, s, items, depth);
  Scope* scope = rt_.make<Scope>(scope_);
  bool completed = false;
  while (loop->advance()) {
    rt_.charge();
    if (run_loop_body(s, *loop, scope, completed) == Flow::break_loop) break;
  }
  if (completed || s.else_body.empty()) return Flow::normal;
  const Enter enter(*this, rt_.make<Scope>(scope_));
  return run(s.else_body);
}

Interpreter::Flow Interpreter::run_loop_body(const Stmt& s, Loop& loop, Scope* scope, bool& completed) {
  const Enter enter(*this, scope);
  scope->variables.clear();
  hide(*scope, s.hidden);
  if (s.uses_loop) define(*scope, loop_id_, Value::of(Kind::object, &loop));
  set_target(*s.target, loop.current());
  const Flow flow = run(s.body);
  completed = completed || flow == Flow::normal;
  return flow;
}

class Interpreter::Macro : public Object {
 public:
  Macro(Interpreter& in, const Stmt& s, Scope* defined_in, std::string name)
      : in_(in), stmt_(s), defined_in_(defined_in), name_(std::move(name)) {}
  std::optional<Value> call(Runtime& rt, Args& args) override { return rt.text(in_.call_macro(stmt_, defined_in_, name_, args)); }
  std::optional<Value> attribute(Runtime& rt, std::string_view name) override {
    if (name == "name") return rt.text(name_);
    if (name == "caller") return Value::boolean(stmt_.macro->uses_caller);
    if (name == "catch_kwargs") return Value::boolean(stmt_.macro->uses_kwargs);
    if (name == "catch_varargs") return Value::boolean(stmt_.macro->uses_varargs);
    if (name != "arguments") return std::nullopt;
    std::vector<Value> names;
    for (const Parameter& p : stmt_.macro->parameters) names.push_back(rt.text(p.name));
    return rt.tuple(std::move(names));
  }
  std::string repr(Runtime&) override {
    std::string out = "<Macro ";
    append_quoted(out, name_);
    return out + ">";
  }
  [[nodiscard]] bool callable() const override { return true; }
  [[nodiscard]] std::string_view type_name() const override { return "Macro"; }

 private:
  Interpreter& in_;
  const Stmt& stmt_;
  Scope* defined_in_;
  std::string name_;
};

Value Interpreter::make_macro(const Stmt& s, const std::string& name) {
  return Value::of(Kind::object, rt_.make<Macro>(*this, s, scope_, name));
}

std::string Interpreter::call_macro(const Stmt& s, Scope* defined_in, const std::string& name, Args& args) {
  const int line = line_;
  std::string text;
  Scope* scope = rt_.make<Scope>(defined_in);
  const Enter enter(*this, scope, &text);
  hide(*scope, s.hidden);
  bind_parameters(s, name, *scope, args);
  run(s.body);
  line_ = line;
  return text;
}

void Interpreter::bind_parameters(const Stmt& s, const std::string& name, Scope& scope, Args& args) {
  const auto& parameters = s.macro->parameters;
  std::vector<bool> given(parameters.size(), false);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (i < args.positional.size()) {
      define(scope, parameters[i].id, args.positional[i]);
      given[i] = true;
      continue;
    }
    for (auto it = args.named.begin(); it != args.named.end(); ++it) {
      if (it->first != parameters[i].name) continue;
      define(scope, parameters[i].id, it->second);
      args.named.erase(it);
      given[i] = true;
      break;
    }
  }
  bind_rest(s, name, scope, args);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (given[i]) continue;
    const Parameter& p = parameters[i];
    if (!p.value) define(scope, p.id, Runtime::undefined("parameter '" + p.name + "' was not provided"));
    if (p.value) define(scope, p.id, evaluate(*p.value));
  }
}

/// caller, kwargs and varargs, where the body uses them; otherwise leftover arguments are an error.
void Interpreter::bind_rest(const Stmt& s, const std::string& name, Scope& scope, Args& args) {
  const MacroInfo& info = *s.macro;
  bool named_caller = false;
  for (const Parameter& p : info.parameters) named_caller = named_caller || p.name == "caller";
  if (info.uses_caller && !named_caller) {
    Value caller = Runtime::undefined("No caller defined");
    for (auto it = args.named.begin(); it != args.named.end(); ++it) {
      if (it->first != "caller") continue;
      caller = it->second;
      args.named.erase(it);
      break;
    }
    define(scope, caller_id_, caller);
  }
  if (info.uses_kwargs) {
    const Value kwargs = rt_.dict({});
    for (const auto& [key, value] : args.named) assign(rt_, as_dict(kwargs), rt_.text(key), value);
    define(scope, kwargs_id_, kwargs);
  } else if (!args.named.empty()) {
    fail_type("macro '" + name + "' takes no keyword argument '" + args.named[0].first + "'");
  }
  const size_t count = info.parameters.size();
  std::vector<Value> rest;
  if (args.positional.size() > count) rest.assign(args.positional.begin() + static_cast<ptrdiff_t>(count), args.positional.end());
  if (info.uses_varargs) {
    define(scope, varargs_id_, rt_.tuple(std::move(rest)));
  } else if (!rest.empty()) {
    fail_type("macro '" + name + "' takes not more than " + std::to_string(count) + " argument(s)");
  }
}

}  // namespace engine::jinja
