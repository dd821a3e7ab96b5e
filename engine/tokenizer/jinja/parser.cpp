#include "tokenizer/jinja/parser.h"

#include <algorithm>

#include "tokenizer/chat_template.h"
#include "tokenizer/jinja/failure.h"

namespace engine::jinja {

namespace {

Stmt statement(StmtKind kind, int line) {
  Stmt s;
  s.kind = kind;
  s.line = line;
  return s;
}

}  // namespace

Parser::Nest::Nest(Parser& p) : parser(p) {
  if (++parser.nesting_ > TemplateLimits{}.max_depth) {
    --parser.nesting_;
    fail("the template nests deeper than " + std::to_string(TemplateLimits{}.max_depth) + " levels", parser.current().line);
  }
}

Parser::Parser(std::string_view source) : tokens_(tokenize(source)) {}

bool Parser::is_word(const Words& words) const {
  return current().type == Tok::name && std::find(words.begin(), words.end(), current().text) != words.end();
}

const Token& Parser::next() {
  const Token& token = tokens_[at_];
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

const Token& Parser::expect(Tok type, const char* what) {
  if (current().type != type) fail("expected " + std::string(what) + ", got " + describe(current()), current().line);
  return next();
}

void Parser::expect_word(std::string_view word) {
  if (!skip_word(word)) fail("expected '" + std::string(word) + "', got " + describe(current()), current().line);
}

bool Parser::skip_if(Tok type) {
  if (current().type != type) return false;
  next();
  return true;
}

bool Parser::skip_word(std::string_view word) {
  if (!is_word(word)) return false;
  next();
  return true;
}

NameId Parser::intern(const std::string& name) {
  const auto [it, added] = ids_.try_emplace(name, static_cast<NameId>(template_.names.size()));
  if (added) template_.names.push_back(name);
  return it->second;
}

Template Parser::parse() {
  template_.body = parse_body({}, "");
  if (!unknown_.empty()) fail(unknown_[0].message, unknown_[0].line);
  resolve_scopes(template_);
  return std::move(template_);
}

/// Statements until one of the end words, which is left as the current token (or until the end of the template).
Body Parser::parse_body(const Words& ends, std::string_view tag) {
  const Nest nest(*this);
  const int begin = current().line;
  Body body;
  while (current().type != Tok::eof) {
    if (current().type == Tok::block_begin && look().type == Tok::name && std::find(ends.begin(), ends.end(), look().text) != ends.end()) {
      next();
      return body;
    }
    parse_text_or_tag(body);
  }
  if (!ends.empty()) fail("the template ends inside a '" + std::string(tag) + "' block", begin);
  return body;
}

void Parser::parse_text_or_tag(Body& body) {
  const Token& token = next();
  if (token.type == Tok::data) {
    Stmt s = statement(StmtKind::text, token.line);
    s.value = Value::literal(token.text);
    body.push_back(std::move(s));
  } else if (token.type == Tok::variable_begin) {
    Stmt s = statement(StmtKind::print, token.line);
    s.expr = parse_tuple(TupleMode::full);
    body.push_back(std::move(s));
    expect(Tok::variable_end, "end of expression");
  } else {
    parse_statement(body);
    expect(Tok::block_end, "end of statement");
  }
}

Body Parser::parse_inner(const Words& ends, std::string_view tag, bool drop_end) {
  skip_if(Tok::colon);
  expect(Tok::block_end, "end of statement");
  Body body = parse_body(ends, tag);
  if (drop_end) next();
  return body;
}

void Parser::fail_unknown_tag(const Token& token) const {
  static const Words kOther = {"include", "import", "from", "extends"};
  if (std::find(kOther.begin(), kOther.end(), token.text) != kOther.end()) {
    fail("'" + token.text + "' needs another template, and a chat template stands alone", token.line);
  }
  fail("unknown or misplaced tag " + describe(token), token.line);
}

void Parser::parse_statement(Body& body) {
  static const std::unordered_map<std::string_view, Stmt (Parser::*)()> kTags = {
      {"set", &Parser::parse_set},
      {"for", &Parser::parse_for},
      {"if", &Parser::parse_if},
      {"with", &Parser::parse_with},
      {"macro", &Parser::parse_macro},
      {"call", &Parser::parse_call_block},
      {"filter", &Parser::parse_filter_block},
      {"generation", &Parser::parse_generation},
      {"block", &Parser::parse_block},
      {"break", &Parser::parse_loop_control},
      {"continue", &Parser::parse_loop_control},
  };
  const Token& token = current();
  if (token.type != Tok::name) fail("expected the name of a statement, got " + describe(token), token.line);
  if (token.text == "print") return parse_print(body);
  const auto it = kTags.find(token.text);
  if (it == kTags.end()) fail_unknown_tag(token);
  body.push_back((this->*it->second)());
}

Stmt Parser::parse_set() {
  Stmt s = statement(StmtKind::set, next().line);
  s.target = parse_assign_target(true, nullptr);
  if (skip_if(Tok::assign)) {
    s.expr = parse_tuple(TupleMode::full);
    return s;
  }
  s.kind = StmtKind::set_block;
  if (current().type == Tok::pipe) s.expr = parse_filter(nullptr, false);
  s.body = parse_inner({"endset"}, "set", true);
  return s;
}

Stmt Parser::parse_for() {
  Stmt s = statement(StmtKind::for_, next().line);
  s.target = parse_assign_target(false, "in");
  expect_word("in");
  s.expr = parse_tuple(TupleMode::no_conditional, "recursive");
  if (skip_word("if")) s.filter = parse_expression();
  s.recursive = skip_word("recursive");
  const References before = references_;
  const size_t unknown = unknown_.size();
  ++loops_;
  s.body = parse_inner({"endfor", "else"}, "for", false);
  --loops_;
  s.uses_loop = s.recursive || references_.loop > before.loop;
  if (next().text == "else") s.else_body = parse_inner({"endfor"}, "for", true);
  if (unknown_.size() > unknown) fail(unknown_[unknown].message, unknown_[unknown].line);
  return s;
}

Stmt Parser::parse_if() {
  Stmt s = statement(StmtKind::if_, next().line);
  const size_t unknown = unknown_.size();
  for (;;) {
    Branch branch;
    branch.condition = parse_tuple(TupleMode::no_conditional);
    branch.body = parse_inner({"elif", "else", "endif"}, "if", false);
    s.branches.push_back(std::move(branch));
    const std::string& word = next().text;
    if (word == "elif") continue;
    if (word == "else") s.else_body = parse_inner({"endif"}, "if", true);
    break;
  }
  unknown_.resize(unknown);
  return s;
}

Stmt Parser::parse_with() {
  Stmt s = statement(StmtKind::with, next().line);
  while (current().type != Tok::block_end && current().type != Tok::eof) {
    if (!s.assignments.empty()) expect(Tok::comma, "','");
    ExprPtr target = parse_assign_target(false, nullptr);
    expect(Tok::assign, "'='");
    s.assignments.emplace_back(std::move(target), parse_expression());
  }
  s.body = parse_inner({"endwith"}, "with", true);
  return s;
}

void Parser::parse_signature(MacroInfo& info) {
  expect(Tok::lparen, "'('");
  while (current().type != Tok::rparen) {
    if (!info.parameters.empty()) expect(Tok::comma, "','");
    const Token& token = expect(Tok::name, "a parameter name");
    Parameter parameter{intern(token.text), token.text, nullptr};
    if (skip_if(Tok::assign)) {
      parameter.value = parse_expression();
    } else if (!info.parameters.empty() && info.parameters.back().value) {
      fail("a parameter without a default follows one with a default", token.line);
    }
    info.parameters.push_back(std::move(parameter));
  }
  next();
}

void Parser::parse_macro_body(Stmt& stmt, std::string_view end) {
  const References before = references_;
  const size_t unknown = unknown_.size();
  const int loops = std::exchange(loops_, 0);
  stmt.body = parse_inner({end}, end.substr(3), true);
  loops_ = loops;
  if (unknown_.size() > unknown) fail(unknown_[unknown].message, unknown_[unknown].line);
  stmt.macro->uses_caller = references_.caller > before.caller;
  stmt.macro->uses_varargs = references_.varargs > before.varargs;
  stmt.macro->uses_kwargs = references_.kwargs > before.kwargs;
  for (const Parameter& p : stmt.macro->parameters) {
    if (p.name == "varargs") stmt.macro->uses_varargs = false;
    if (p.name == "kwargs") stmt.macro->uses_kwargs = false;
    if (p.name == "caller" && stmt.macro->uses_caller && !p.value) fail("the parameter 'caller' needs a default", stmt.line);
  }
}

Stmt Parser::parse_macro() {
  Stmt s = statement(StmtKind::macro, next().line);
  const Token& name = expect(Tok::name, "the name of the macro");
  s.id = intern(name.text);
  s.value = Value::literal(name.text);
  s.macro = std::make_unique<MacroInfo>();
  parse_signature(*s.macro);
  parse_macro_body(s, "endmacro");
  return s;
}

Stmt Parser::parse_call_block() {
  Stmt s = statement(StmtKind::call_block, next().line);
  s.macro = std::make_unique<MacroInfo>();
  if (current().type == Tok::lparen) parse_signature(*s.macro);
  s.expr = parse_expression();
  if (s.expr->kind != ExprKind::call) fail("expected a call", s.line);
  parse_macro_body(s, "endcall");
  return s;
}

Stmt Parser::parse_filter_block() {
  Stmt s = statement(StmtKind::filter_block, next().line);
  s.expr = parse_filter(nullptr, true);
  s.body = parse_inner({"endfilter"}, "filter", true);
  return s;
}

Stmt Parser::parse_generation() {
  Stmt s = statement(StmtKind::scope, next().line);
  s.body = parse_inner({"endgeneration"}, "generation", true);
  return s;
}

Stmt Parser::parse_block() {
  Stmt s = statement(StmtKind::block, next().line);
  const std::string name = expect(Tok::name, "the name of the block").text;
  s.scoped = skip_word("scoped");
  skip_word("required");
  const int loops = std::exchange(loops_, 0);
  s.body = parse_inner({"endblock"}, "block", true);
  loops_ = loops;
  skip_word(name);
  return s;
}

Stmt Parser::parse_loop_control() {
  const Token& token = next();
  if (loops_ == 0) fail("'" + token.text + "' outside a loop", token.line);
  return statement(token.text == "break" ? StmtKind::break_ : StmtKind::continue_, token.line);
}

void Parser::parse_print(Body& body) {
  const int line = next().line;
  bool first = true;
  while (current().type != Tok::block_end) {
    if (!first) expect(Tok::comma, "','");
    first = false;
    Stmt s = statement(StmtKind::print, line);
    s.expr = parse_expression();
    body.push_back(std::move(s));
  }
}

/// A name, a tuple of targets, or (with_namespace) name.attribute.
ExprPtr Parser::parse_assign_target(bool with_namespace, const char* end_word) {
  if (with_namespace && look().type == Tok::dot) {
    const Token& token = expect(Tok::name, "a name");
    next();
    ExprPtr e = node(ExprKind::attribute, token.line);
    e->id = intern(token.text);
    e->text = expect(Tok::name, "a name").text;
    return e;
  }
  ExprPtr target = parse_tuple(TupleMode::simplified, end_word);
  require_target(*target);
  return target;
}

void Parser::require_target(const Expr& e) const {
  if (e.kind == ExprKind::tuple) {
    for (const ExprPtr& part : e.operands) require_target(*part);
  } else if (e.kind != ExprKind::name) {
    fail("cannot assign to this expression", e.line);
  } else if (e.id == ids_.at("loop") && loops_ > 0) {
    fail("cannot assign to the loop variable", e.line);
  }
}

Template parse_template(std::string_view source) {
  return Parser(source).parse();
}

}  // namespace engine::jinja
