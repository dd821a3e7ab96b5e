// The parsed template. One struct for all expressions and one for all statements: the interpreter switches on `kind`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tokenizer/jinja/lexer.h"
#include "tokenizer/jinja/value.h"

namespace engine::jinja {

/// Index into Template::names.
using NameId = int;

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

enum class ExprKind : uint8_t {
  constant,     // value
  name,         // id
  list,         // operands
  tuple,        // operands
  dict,         // operands: key, value, key, value ...
  attribute,    // operands[0].text; as an assignment target: id.text
  item,         // operands[0][operands[1]]
  slice,        // operands: object, start, stop, step; missing parts are null
  call,         // operands[0](args)
  filter,       // operands[0] | text(args); operands[0] is null at the start of a filter block
  test,         // operands[0] is text(args)
  logical_not,  // operands[0]
  negative,     // operands[0]
  positive,     // operands[0]
  arithmetic,   // operands joined by ops, evaluated from the left
  concat,       // operands
  compare,      // operands joined by ops
  logical_and,  // operands
  logical_or,   // operands
  conditional,  // operands: value, condition, otherwise (may be null)
};

enum class Op : uint8_t { add, sub, mul, div, floordiv, mod, pow, eq, ne, lt, le, gt, ge, in, not_in };

struct CallArgs {
  std::vector<ExprPtr> positional;
  std::vector<std::pair<std::string, ExprPtr>> named;
  ExprPtr star, double_star;
};

struct Expr {
  ExprKind kind;
  int line;
  int depth = 1;  // of the tree below; bounded by the parser, so that recursion over it is
  NameId id = -1;
  Value value;
  std::string text;
  std::vector<ExprPtr> operands;
  std::vector<Op> ops;
  std::unique_ptr<CallArgs> args;
};

struct Stmt;
using Body = std::vector<Stmt>;

enum class StmtKind : uint8_t {
  text,          // value
  print,         // expr
  if_,           // branches, else_body
  for_,          // target in expr, filter, body, else_body
  set,           // target = expr
  set_block,     // target = body | expr
  macro,         // id, parameters, body
  call_block,    // expr (a call), parameters, body
  filter_block,  // expr (a filter chain on nothing), body
  with,          // parameters as name = value, body
  scope,         // body with its own variables (generation)
  block,         // body, sees only top-level variables unless `scoped`
  break_,
  continue_,
};

struct Parameter {
  NameId id;
  std::string name;
  ExprPtr value;  // default; null if there is none
};

/// Parts that few statements have.
struct MacroInfo {
  std::vector<Parameter> parameters;
  bool uses_caller = false, uses_varargs = false, uses_kwargs = false;
};

struct Branch;

struct Stmt {
  StmtKind kind;
  int line;
  NameId id = -1;
  bool uses_loop = false, recursive = false, scoped = false;
  Value value;
  ExprPtr expr, target, filter;
  Body body, else_body;
  std::vector<Branch> branches;
  std::unique_ptr<MacroInfo> macro;
  std::vector<std::pair<ExprPtr, ExprPtr>> assignments;  // of with
  std::vector<NameId> hidden;                            // names that are undefined in the body until they are set there
};

struct Branch {
  ExprPtr condition;
  Body body;
};

struct Template {
  Body body;
  std::vector<NameId> hidden;
  std::vector<std::string> names;
};

}  // namespace engine::jinja
