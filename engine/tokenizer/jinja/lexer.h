// Splits a template into tokens, with the rules of Jinja2's lexer for trim_blocks, lstrip_blocks, "-" and "+" signs,
// comments, raw blocks and line ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::jinja {

enum class Tok : uint8_t {
  eof,
  data,
  variable_begin,
  variable_end,
  block_begin,
  block_end,
  name,
  string,
  integer,
  real,
  add,
  sub,
  div,
  floordiv,
  mul,
  mod,
  pow,
  tilde,
  lbracket,
  rbracket,
  lparen,
  rparen,
  lbrace,
  rbrace,
  eq,
  ne,
  gt,
  ge,
  lt,
  le,
  assign,
  dot,
  colon,
  pipe,
  comma,
  semicolon,
};

struct Token {
  Tok type = Tok::eof;
  int line = 0;
  std::string text;  // data, name, the string's characters
  int64_t number = 0;
  double real = 0;
};

/// For messages, e.g. "end of statement block".
std::string describe(const Token& token);

/// All tokens, Tok::eof last. Throws Failure.
std::vector<Token> tokenize(std::string_view source);

}  // namespace engine::jinja
