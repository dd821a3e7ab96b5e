// The expression half of the parser, one function per level of precedence, as in Jinja2.
#include <algorithm>

#include "tokenizer/chat_template.h"
#include "tokenizer/jinja/failure.h"
#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/parser.h"

namespace engine::jinja {

ExprPtr Parser::node(ExprKind kind, int line) const {
  auto e = std::make_unique<Expr>();
  e->kind = kind;
  e->line = line;
  return e;
}

ExprPtr Parser::finish(ExprPtr e) const {
  const auto include = [&e](const ExprPtr& child) {
    if (child) e->depth = std::max(e->depth, child->depth + 1);
  };
  for (const ExprPtr& child : e->operands) include(child);
  if (e->args) {
    for (const ExprPtr& child : e->args->positional) include(child);
    for (const auto& [name, child] : e->args->named) include(child);
    include(e->args->star);
    include(e->args->double_star);
  }
  if (e->depth > TemplateLimits{}.max_depth) {
    fail("an expression nests deeper than " + std::to_string(TemplateLimits{}.max_depth) + " levels", e->line);
  }
  return e;
}

ExprPtr Parser::parse_tuple_item(TupleMode mode) {
  if (mode == TupleMode::simplified) return parse_primary();
  return parse_expression(mode != TupleMode::no_conditional);
}

/// One expression, or several with commas between them as a tuple.
ExprPtr Parser::parse_tuple(TupleMode mode, const char* end_word) {
  ExprPtr tuple = node(ExprKind::tuple, current().line);
  bool is_tuple = false;
  for (;;) {
    if (!tuple->operands.empty()) expect(Tok::comma, "','");
    const Tok type = current().type;
    if (type == Tok::variable_end || type == Tok::block_end || type == Tok::rparen || (end_word && is_word(end_word))) break;
    tuple->operands.push_back(parse_tuple_item(mode));
    if (current().type != Tok::comma) break;
    is_tuple = true;
  }
  if (!is_tuple) {
    if (!tuple->operands.empty()) return std::move(tuple->operands[0]);
    if (mode != TupleMode::parenthesised) fail("expected an expression, got " + describe(current()), current().line);
  }
  return finish(std::move(tuple));
}

ExprPtr Parser::parse_expression(bool with_conditional) {
  const Nest nest(*this);
  return with_conditional ? parse_conditional() : parse_or();
}

ExprPtr Parser::parse_conditional() {
  const size_t unknown = unknown_.size();
  ExprPtr e = parse_or();
  while (is_word("if")) {
    ExprPtr conditional = node(ExprKind::conditional, next().line);
    conditional->operands.push_back(std::move(e));
    conditional->operands.push_back(parse_or());
    conditional->operands.push_back(skip_word("else") ? parse_expression() : nullptr);
    e = finish(std::move(conditional));
    unknown_.resize(unknown);
  }
  return e;
}

ExprPtr Parser::logical(ExprPtr (Parser::*operand)(), std::string_view word, ExprKind kind) {
  ExprPtr first = (this->*operand)();
  if (!is_word(word)) return first;
  ExprPtr e = node(kind, current().line);
  e->operands.push_back(std::move(first));
  while (skip_word(word)) e->operands.push_back((this->*operand)());
  return finish(std::move(e));
}

ExprPtr Parser::parse_or() {
  return logical(&Parser::parse_and, "or", ExprKind::logical_or);
}

ExprPtr Parser::parse_and() {
  return logical(&Parser::parse_not, "and", ExprKind::logical_and);
}

ExprPtr Parser::parse_not() {
  if (!is_word("not")) return parse_compare();
  const Nest nest(*this);
  ExprPtr e = node(ExprKind::logical_not, next().line);
  e->operands.push_back(parse_not());
  return finish(std::move(e));
}

/// The comparison at the current token, which is then skipped.
std::optional<Op> Parser::comparison() {
  static const std::unordered_map<Tok, Op> kOps = {{Tok::eq, Op::eq}, {Tok::ne, Op::ne}, {Tok::lt, Op::lt},
                                                   {Tok::le, Op::le}, {Tok::gt, Op::gt}, {Tok::ge, Op::ge}};
  if (const auto it = kOps.find(current().type); it != kOps.end()) {
    next();
    return it->second;
  }
  if (skip_word("in")) return Op::in;
  if (is_word("not") && look().type == Tok::name && look().text == "in") {
    next();
    next();
    return Op::not_in;
  }
  return std::nullopt;
}

ExprPtr Parser::parse_compare() {
  ExprPtr first = parse_sum();
  std::optional<Op> op = comparison();
  if (!op) return first;
  ExprPtr e = node(ExprKind::compare, first->line);
  e->operands.push_back(std::move(first));
  for (; op; op = comparison()) {
    e->ops.push_back(*op);
    e->operands.push_back(parse_sum());
  }
  return finish(std::move(e));
}

ExprPtr Parser::chain(ExprPtr (Parser::*operand)(), std::initializer_list<std::pair<Tok, Op>> ops) {
  const auto find = [&] { return std::find_if(ops.begin(), ops.end(), [this](const auto& o) { return o.first == current().type; }); };
  ExprPtr first = (this->*operand)();
  const auto* op = find();
  if (op == ops.end()) return first;
  ExprPtr e = node(ExprKind::arithmetic, first->line);
  e->operands.push_back(std::move(first));
  for (; op != ops.end(); op = find()) {
    e->ops.push_back(op->second);
    next();
    e->operands.push_back((this->*operand)());
  }
  return finish(std::move(e));
}

ExprPtr Parser::parse_sum() {
  return chain(&Parser::parse_concat, {{Tok::add, Op::add}, {Tok::sub, Op::sub}});
}

ExprPtr Parser::parse_concat() {
  ExprPtr first = parse_product();
  if (current().type != Tok::tilde) return first;
  ExprPtr e = node(ExprKind::concat, first->line);
  e->operands.push_back(std::move(first));
  while (skip_if(Tok::tilde)) e->operands.push_back(parse_product());
  return finish(std::move(e));
}

ExprPtr Parser::parse_product() {
  return chain(&Parser::parse_power, {{Tok::mul, Op::mul}, {Tok::div, Op::div}, {Tok::floordiv, Op::floordiv}, {Tok::mod, Op::mod}});
}

ExprPtr Parser::parse_power() {
  const auto operand = [this] { return parse_unary(true); };
  ExprPtr first = operand();
  if (current().type != Tok::pow) return first;
  ExprPtr e = node(ExprKind::arithmetic, first->line);
  e->operands.push_back(std::move(first));
  while (skip_if(Tok::pow)) {
    e->ops.push_back(Op::pow);
    e->operands.push_back(operand());
  }
  return finish(std::move(e));
}

ExprPtr Parser::parse_unary(bool with_filter) {
  ExprPtr e;
  if (current().type == Tok::sub || current().type == Tok::add) {
    const Nest nest(*this);
    e = node(current().type == Tok::sub ? ExprKind::negative : ExprKind::positive, current().line);
    next();
    e->operands.push_back(parse_unary(false));
    e = finish(std::move(e));
  } else {
    e = parse_primary();
  }
  e = parse_postfix(std::move(e));
  return with_filter ? parse_filter_tail(std::move(e)) : std::move(e);
}

ExprPtr Parser::parse_name() {
  const Token& token = next();
  const std::string& s = token.text;
  ExprPtr e = node(ExprKind::constant, token.line);
  if (s == "true" || s == "True" || s == "false" || s == "False") {
    e->value = Value::boolean(s == "true" || s == "True");
  } else if (s == "none" || s == "None") {
    e->value = Value::none();
  } else {
    e->kind = ExprKind::name;
    e->id = intern(s);
    intern("loop");
    references_.loop += s == "loop";
    references_.caller += s == "caller";
    references_.varargs += s == "varargs";
    references_.kwargs += s == "kwargs";
  }
  return e;
}

ExprPtr Parser::parse_primary() {
  const Token& token = current();
  switch (token.type) {
    case Tok::name:
      return parse_name();
    case Tok::string: {
      ExprPtr e = node(ExprKind::constant, token.line);
      std::string text;
      while (current().type == Tok::string) text += next().text;
      e->value = Value::literal(std::move(text));
      return e;
    }
    case Tok::integer:
    case Tok::real: {
      ExprPtr e = node(ExprKind::constant, token.line);
      e->value = token.type == Tok::integer ? Value::integer(token.number) : Value::floating(token.real);
      next();
      return e;
    }
    case Tok::lparen: {
      next();
      ExprPtr e = parse_tuple(TupleMode::parenthesised);
      expect(Tok::rparen, "')'");
      return e;
    }
    case Tok::lbracket:
      return parse_list();
    case Tok::lbrace:
      return parse_dict();
    default:
      fail("unexpected " + describe(token), token.line);
  }
}

ExprPtr Parser::parse_list() {
  ExprPtr e = node(ExprKind::list, next().line);
  while (current().type != Tok::rbracket) {
    if (!e->operands.empty()) expect(Tok::comma, "','");
    if (current().type == Tok::rbracket) break;
    e->operands.push_back(parse_expression());
  }
  next();
  return finish(std::move(e));
}

ExprPtr Parser::parse_dict() {
  ExprPtr e = node(ExprKind::dict, next().line);
  while (current().type != Tok::rbrace) {
    if (!e->operands.empty()) expect(Tok::comma, "','");
    if (current().type == Tok::rbrace) break;
    e->operands.push_back(parse_expression());
    expect(Tok::colon, "':'");
    e->operands.push_back(parse_expression());
  }
  next();
  return finish(std::move(e));
}

ExprPtr Parser::parse_postfix(ExprPtr e) {
  for (;;) {
    if (current().type == Tok::dot || current().type == Tok::lbracket) {
      e = parse_subscript(std::move(e));
    } else if (current().type == Tok::lparen) {
      e = parse_call(std::move(e));
    } else {
      return e;
    }
  }
}

ExprPtr Parser::parse_filter_tail(ExprPtr e) {
  for (;;) {
    if (current().type == Tok::pipe) {
      e = parse_filter(std::move(e), false);
    } else if (is_word("is")) {
      e = parse_test(std::move(e));
    } else if (current().type == Tok::lparen) {
      e = parse_call(std::move(e));
    } else {
      return e;
    }
  }
}

ExprPtr Parser::parse_subscript(ExprPtr object) {
  const Token& token = next();
  ExprPtr e = node(ExprKind::item, token.line);
  e->operands.push_back(std::move(object));
  if (token.type == Tok::dot) {
    const Token& name = next();
    if (name.type == Tok::name) {
      e->kind = ExprKind::attribute;
      e->text = name.text;
    } else if (name.type == Tok::integer) {
      e->operands.push_back(node(ExprKind::constant, name.line));
      e->operands[1]->value = Value::integer(name.number);
    } else {
      fail("expected a name or a number, got " + describe(name), name.line);
    }
    return finish(std::move(e));
  }
  ExprPtr key = node(ExprKind::tuple, token.line);
  while (current().type != Tok::rbracket) {
    if (!key->operands.empty()) expect(Tok::comma, "','");
    key->operands.push_back(parse_subscribed());
    const Expr& part = *key->operands.back();
    const bool alone = key->operands.size() == 1 && current().type != Tok::comma;
    if (part.kind == ExprKind::slice && !part.operands[0] && !alone) fail("slices of several dimensions are not supported", part.line);
  }
  next();
  if (key->operands.size() == 1) key = std::move(key->operands[0]);
  if (key->kind == ExprKind::slice && !key->operands[0]) {
    key->operands[0] = std::move(e->operands[0]);
    return finish(std::move(key));
  }
  e->operands.push_back(finish(std::move(key)));
  return finish(std::move(e));
}

/// An index, or a slice whose object is filled in by the caller.
ExprPtr Parser::parse_subscribed() {
  ExprPtr slice = node(ExprKind::slice, current().line);
  slice->operands.resize(4);
  const auto at_end = [this] { return current().type == Tok::rbracket || current().type == Tok::comma; };
  if (current().type != Tok::colon) {
    ExprPtr e = parse_expression();
    if (current().type != Tok::colon) return e;
    slice->operands[1] = std::move(e);
  }
  next();
  if (current().type != Tok::colon && !at_end()) slice->operands[2] = parse_expression();
  if (skip_if(Tok::colon) && !at_end()) slice->operands[3] = parse_expression();
  return finish(std::move(slice));
}

ExprPtr Parser::parse_call(ExprPtr callee) {
  ExprPtr e = node(ExprKind::call, current().line);
  e->operands.push_back(std::move(callee));
  e->args = parse_call_args();
  return finish(std::move(e));
}

std::unique_ptr<CallArgs> Parser::parse_call_args() {
  const int line = expect(Tok::lparen, "'('").line;
  auto args = std::make_unique<CallArgs>();
  const auto ensure = [line](bool fine) {
    if (!fine) fail("invalid order of arguments in a call", line);
  };
  for (bool first = true; current().type != Tok::rparen; first = false) {
    if (!first) expect(Tok::comma, "','");
    if (current().type == Tok::rparen) break;
    if (skip_if(Tok::mul)) {
      ensure(!args->star && !args->double_star);
      args->star = parse_expression();
    } else if (skip_if(Tok::pow)) {
      ensure(!args->double_star);
      args->double_star = parse_expression();
    } else if (current().type == Tok::name && look().type == Tok::assign) {
      ensure(!args->double_star);
      std::string name = next().text;
      next();
      if (args->named.size() >= 255) fail("too many named arguments in a call", line);
      for (const auto& [other, value] : args->named) {
        if (other == name) fail("the argument '" + name + "' is given twice", line);
      }
      args->named.emplace_back(std::move(name), parse_expression());
    } else {
      ensure(!args->star && !args->double_star && args->named.empty());
      args->positional.push_back(parse_expression());
    }
  }
  next();
  return args;
}

std::string Parser::parse_dotted_name() {
  std::string name = expect(Tok::name, "a name").text;
  while (skip_if(Tok::dot)) name += "." + expect(Tok::name, "a name").text;
  return name;
}

/// One or more filters. A filter block starts without "|" and without an operand.
ExprPtr Parser::parse_filter(ExprPtr e, bool start_inline) {
  while (start_inline || current().type == Tok::pipe) {
    if (!start_inline) next();
    start_inline = false;
    ExprPtr filter = node(ExprKind::filter, current().line);
    filter->text = parse_dotted_name();
    if (!find_filter(filter->text)) unknown_.push_back({"no filter named '" + filter->text + "'", filter->line});
    filter->operands.push_back(std::move(e));
    if (current().type == Tok::lparen) filter->args = parse_call_args();
    e = finish(std::move(filter));
  }
  return e;
}

ExprPtr Parser::parse_test(ExprPtr value) {
  ExprPtr e = node(ExprKind::test, next().line);
  const bool negated = skip_word("not");
  e->text = parse_dotted_name();
  if (!find_test(e->text)) unknown_.push_back({"no test named '" + e->text + "'", e->line});
  e->operands.push_back(std::move(value));
  const Tok type = current().type;
  const bool operand = type == Tok::string || type == Tok::integer || type == Tok::real || type == Tok::lbracket || type == Tok::lbrace ||
                       (type == Tok::name && !is_word("else") && !is_word("or") && !is_word("and"));
  if (type == Tok::lparen) {
    e->args = parse_call_args();
  } else if (operand) {
    if (is_word("is")) fail("tests cannot be chained with is", e->line);
    e->args = std::make_unique<CallArgs>();
    e->args->positional.push_back(parse_postfix(parse_primary()));
  }
  e = finish(std::move(e));
  if (!negated) return e;
  ExprPtr inverse = node(ExprKind::logical_not, e->line);
  inverse->operands.push_back(std::move(e));
  return finish(std::move(inverse));
}

}  // namespace engine::jinja
