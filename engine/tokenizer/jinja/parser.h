// Builds the tree of a template. The grammar is Jinja2's: loop controls and generation blocks are known; include, import
// and extends are refused, since a chat template stands alone. Nesting is limited to TemplateLimits' default depth.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/jinja/ast.h"

namespace engine::jinja {

/// Throws Failure with a line.
Template parse_template(std::string_view source);

/// Fills the `hidden` lists: Jinja2 binds names when it compiles, so a name that a body assigns is undefined there until
/// then, even where a variable of that name was passed in and an inner body reads it earlier.
void resolve_scopes(Template& tpl);

class Parser {
 public:
  explicit Parser(std::string_view source);
  Template parse();

 private:
  enum class TupleMode { full, no_conditional, simplified, parenthesised };
  using Words = std::vector<std::string_view>;
  struct Nest {
    explicit Nest(Parser& p);
    ~Nest() { --parser.nesting_; }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;
    Parser& parser;
  };
  struct References {  // how often the special names were read so far
    int loop = 0, caller = 0, varargs = 0, kwargs = 0;
  };
  struct UnknownName {
    std::string message;
    int line;
  };

  // Tokens.
  [[nodiscard]] const Token& current() const { return tokens_[at_]; }
  [[nodiscard]] const Token& look() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  [[nodiscard]] bool is_word(std::string_view word) const { return current().type == Tok::name && current().text == word; }
  [[nodiscard]] bool is_word(const Words& words) const;
  const Token& next();
  const Token& expect(Tok type, const char* what);
  void expect_word(std::string_view word);
  bool skip_if(Tok type);
  bool skip_word(std::string_view word);
  NameId intern(const std::string& name);

  // Statements (parser.cpp).
  Body parse_body(const Words& ends, std::string_view tag);
  void parse_text_or_tag(Body& body);
  Body parse_inner(const Words& ends, std::string_view tag, bool drop_end);
  void parse_statement(Body& body);
  Stmt parse_set();
  Stmt parse_for();
  Stmt parse_if();
  Stmt parse_with();
  Stmt parse_macro();
  Stmt parse_call_block();
  Stmt parse_filter_block();
  Stmt parse_generation();
  Stmt parse_block();
  Stmt parse_loop_control();
  void parse_print(Body& body);
  void parse_signature(MacroInfo& info);
  void parse_macro_body(Stmt& stmt, std::string_view end);
  ExprPtr parse_assign_target(bool with_namespace, const char* end_word);
  void require_target(const Expr& e) const;
  [[noreturn]] void fail_unknown_tag(const Token& token) const;

  // Expressions (parser_expressions.cpp).
  ExprPtr parse_tuple(TupleMode mode, const char* end_word = nullptr);
  ExprPtr parse_tuple_item(TupleMode mode);
  ExprPtr parse_expression(bool with_conditional = true);
  ExprPtr parse_conditional();
  ExprPtr parse_or();
  ExprPtr parse_and();
  ExprPtr parse_not();
  ExprPtr parse_compare();
  ExprPtr parse_sum();
  ExprPtr parse_concat();
  ExprPtr parse_product();
  ExprPtr parse_power();
  ExprPtr parse_unary(bool with_filter);
  ExprPtr parse_primary();
  ExprPtr parse_name();
  ExprPtr parse_list();
  ExprPtr parse_dict();
  ExprPtr parse_postfix(ExprPtr e);
  ExprPtr parse_filter_tail(ExprPtr e);
  ExprPtr parse_subscript(ExprPtr e);
  ExprPtr parse_subscribed();
  ExprPtr parse_call(ExprPtr callee);
  std::unique_ptr<CallArgs> parse_call_args();
  ExprPtr parse_filter(ExprPtr e, bool start_inline);
  ExprPtr parse_test(ExprPtr e);
  std::string parse_dotted_name();
  std::optional<Op> comparison();
  ExprPtr chain(ExprPtr (Parser::*operand)(), std::initializer_list<std::pair<Tok, Op>> ops);
  ExprPtr logical(ExprPtr (Parser::*operand)(), std::string_view word, ExprKind kind);
  ExprPtr node(ExprKind kind, int line) const;
  /// Sets the depth from the children; fails if it is too much.
  ExprPtr finish(ExprPtr e) const;

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int nesting_ = 0, loops_ = 0;
  References references_;
  std::vector<UnknownName> unknown_;  // filters and tests that do not exist: an error unless in a branch that is not taken
  Template template_;
  std::unordered_map<std::string, NameId> ids_;
};

}  // namespace engine::jinja
