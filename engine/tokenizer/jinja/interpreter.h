// Walks the tree of a template. One Interpreter renders once.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tokenizer/jinja/ast.h"
#include "tokenizer/jinja/runtime.h"

namespace engine::jinja {

/// Variables of one body. Bodies inside see it as `parent`; macros keep it alive after the body ended.
struct Scope : Object {
  explicit Scope(Scope* p) : parent(p) {}
  Scope* parent;
  std::vector<std::pair<NameId, Value>> variables;
};

class Interpreter {
 public:
  /// `variable` gives the value of a variable passed in, if there is one.
  using Variables = std::function<std::optional<Value>(const std::string& name)>;
  Interpreter(Runtime& rt, const Template& tpl, Variables variables);

  std::string render();
  /// The line being evaluated, for error messages.
  [[nodiscard]] int line() const { return line_; }

 private:
  enum class Flow : uint8_t { normal, break_loop, continue_loop };
  class Loop;
  class Macro;

  // Statements (interpreter.cpp).
  Flow run(const Body& body);
  Flow run(const Stmt& s);
  Flow run_if(const Stmt& s);
  Flow run_scoped(const Stmt& s, Scope* parent);
  Flow run_set_block(const Stmt& s);
  Flow run_filter_block(const Stmt& s);
  Flow run_with(const Stmt& s);
  void run_call_block(const Stmt& s);
  Value make_macro(const Stmt& s, const std::string& name);
  void set_target(const Expr& target, const Value& v);
  void write(std::string_view text);
  Value apply_filters(const Expr* filters, Value input);

  // Loops and macros (loops.cpp).
  Flow run_for(const Stmt& s);
  Flow run_loop(const Stmt& s, const Value& items, int depth);
  Flow run_loop_body(const Stmt& s, Loop& loop, Scope* scope, bool& completed);
  std::string call_macro(const Stmt& s, Scope* defined_in, const std::string& name, Args& args);
  void bind_parameters(const Stmt& s, const std::string& name, Scope& scope, Args& args);
  void bind_rest(const Stmt& s, const std::string& name, Scope& scope, Args& args);

  // Expressions (evaluate.cpp).
  Value evaluate(const Expr& e);
  Value evaluate_name(NameId id);
  Value evaluate_dict(const Expr& e);
  Value evaluate_arithmetic(const Expr& e);
  Value evaluate_concat(const Expr& e);
  Value evaluate_compare(const Expr& e);
  Value evaluate_logical(const Expr& e);
  Value evaluate_conditional(const Expr& e);
  Value evaluate_slice(const Expr& e);
  Value evaluate_filter(const Expr& e, Value input);
  Value evaluate_test(const Expr& e);
  std::vector<Value> evaluate_all(const std::vector<ExprPtr>& list);
  Args evaluate_args(const CallArgs* args);

  /// Restores the scope and the output on the way out, also past an exception.
  class Enter;

  NameId id_of(std::string_view name) const;
  static void define(Scope& scope, NameId id, Value v);
  void hide(Scope& scope, const std::vector<NameId>& names) const;

  Runtime& rt_;
  const Template& template_;
  Variables variables_;
  std::unordered_map<NameId, Value> globals_;  // passed in or built in, made when first used
  NameId loop_id_, caller_id_, varargs_id_, kwargs_id_;
  Scope* root_ = nullptr;
  Scope* scope_ = nullptr;
  std::string* out_ = nullptr;
  const Value* filter_input_ = nullptr;  // what a filter block or a filtered set block made
  int line_ = 1;
};

/// Puts another scope and, if given, another output in place while it lives.
class Interpreter::Enter {
 public:
  Enter(Interpreter& in, Scope* scope, std::string* out = nullptr) : in_(in), scope_(in.scope_), out_(in.out_) {
    in.scope_ = scope;
    if (out) in.out_ = out;
  }
  ~Enter() {
    in_.scope_ = scope_;
    in_.out_ = out_;
  }
  Enter(const Enter&) = delete;
  Enter& operator=(const Enter&) = delete;

 private:
  Interpreter& in_;
  Scope* scope_;
  std::string* out_;
};

}  // namespace engine::jinja
