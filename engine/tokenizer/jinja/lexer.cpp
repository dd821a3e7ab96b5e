#include "tokenizer/jinja/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "tokenizer/jinja/failure.h"
#include "tokenizer/jinja/unicode.h"

namespace engine::jinja {

namespace {

struct Operator {
  std::string_view text;
  Tok type;
};

// Longest first.
constexpr std::array kOperators = {
    Operator{"//", Tok::floordiv}, Operator{"**", Tok::pow},      Operator{"==", Tok::eq},    Operator{"!=", Tok::ne},
    Operator{">=", Tok::ge},       Operator{"<=", Tok::le},       Operator{"+", Tok::add},    Operator{"-", Tok::sub},
    Operator{"/", Tok::div},       Operator{"*", Tok::mul},       Operator{"%", Tok::mod},    Operator{"~", Tok::tilde},
    Operator{"[", Tok::lbracket},  Operator{"]", Tok::rbracket},  Operator{"(", Tok::lparen}, Operator{")", Tok::rparen},
    Operator{"{", Tok::lbrace},    Operator{"}", Tok::rbrace},    Operator{">", Tok::gt},     Operator{"<", Tok::lt},
    Operator{"=", Tok::assign},    Operator{".", Tok::dot},       Operator{":", Tok::colon},  Operator{"|", Tok::pipe},
    Operator{",", Tok::comma},     Operator{";", Tok::semicolon},
};

bool digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// Line ends become "\n", and one line end at the very end is dropped.
std::string normalise(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      out.push_back('\n');
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      out.push_back(source[i]);
    }
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : normal_(normalise(source)), s_(normal_) {}
  std::vector<Token> run();

 private:
  void lex_root();
  void lex_raw();
  void lex_comment();
  void lex_tag(bool block);
  bool lex_tag_end(bool block);
  void lex_token();
  void lex_string();
  void lex_number();
  bool lex_prefixed_number();
  void lex_name();
  void lex_operator();
  void append_escape(std::string& out, std::string_view body, size_t& i);

  size_t skip_space(size_t pos) const { return s_.size() - strip_space(s_.substr(pos), true, false).size(); }
  bool starts(size_t pos, std::string_view what) const { return s_.substr(std::min(pos, s_.size()), what.size()) == what; }
  bool match_word(size_t& pos, std::string_view word) const;
  /// Moves past the text that ends at `end`, keeping the line number.
  void advance(size_t end);
  void push(Tok type, std::string text = {}) { out_.push_back({type, line_, std::move(text), 0, 0}); }
  void push_data(size_t end, char sign, bool may_lstrip);
  size_t after_end(size_t pos, std::string_view close, bool trim, size_t& close_end) const;
  size_t digits_end(size_t pos) const;

  std::string normal_;
  std::string_view s_;
  size_t pos_ = 0;
  int line_ = 1;
  bool line_starting_ = true;  // the last match ended a line
  std::vector<char> brackets_;
  std::vector<Token> out_;
};

void Lexer::advance(size_t end) {
  line_ += static_cast<int>(std::count(s_.begin() + static_cast<ptrdiff_t>(pos_), s_.begin() + static_cast<ptrdiff_t>(end), '\n'));
  if (end > pos_) line_starting_ = s_[end - 1] == '\n';
  pos_ = end;
}

/// Text up to `end`, stripped as the sign of the tag that follows says.
void Lexer::push_data(size_t end, char sign, bool may_lstrip) {
  std::string_view text = s_.substr(pos_, end - pos_);
  if (sign == '-') {
    text = strip_space(text, false, true);
  } else if (sign != '+' && may_lstrip) {
    const size_t newline = text.rfind('\n');
    const size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    if ((start > 0 || line_starting_) && strip_space(text.substr(start), true, false).empty()) text = text.substr(0, start);
  }
  if (!text.empty()) push(Tok::data, std::string(text));
}

/// White space, the word, white space.
bool Lexer::match_word(size_t& pos, std::string_view word) const {
  const size_t at = skip_space(pos);
  if (!starts(at, word)) return false;
  pos = skip_space(at + word.size());
  return true;
}

/// If the closing mark ("%}", "#}") with an optional sign is at `pos`: where the text after it goes on. Otherwise npos.
size_t Lexer::after_end(size_t pos, std::string_view close, bool trim, size_t& close_end) const {
  if (starts(pos, close)) {
    close_end = pos + close.size();
    return trim && starts(close_end, "\n") ? close_end + 1 : close_end;
  }
  if (pos < s_.size() && (s_[pos] == '-' || s_[pos] == '+') && starts(pos + 1, close)) {
    close_end = pos + 1 + close.size();
    return s_[pos] == '-' ? skip_space(close_end) : close_end;
  }
  return std::string_view::npos;
}

void Lexer::lex_root() {
  size_t at = pos_;
  for (;; ++at) {
    at = s_.find('{', at);
    if (at == std::string_view::npos || at + 1 >= s_.size()) {
      if (pos_ < s_.size()) push(Tok::data, std::string(s_.substr(pos_)));
      return advance(s_.size());
    }
    if (s_[at + 1] == '{' || s_[at + 1] == '%' || s_[at + 1] == '#') break;
  }
  const char kind = s_[at + 1];
  const char sign = at + 2 < s_.size() && (s_[at + 2] == '-' || s_[at + 2] == '+') ? s_[at + 2] : '\0';
  push_data(at, sign, kind != '{');
  const size_t body = at + (sign ? 3 : 2);
  size_t word = body;
  if (kind == '%' && match_word(word, "raw")) {
    const bool dash = starts(word, "-%}");
    if (dash || starts(word, "%}")) {
      advance(dash ? skip_space(word + 3) : word + 2);
      return lex_raw();
    }
  }
  advance(body);
  if (kind == '#') return lex_comment();
  push(kind == '%' ? Tok::block_begin : Tok::variable_begin);
  lex_tag(kind == '%');
}

void Lexer::lex_comment() {
  const size_t hash = s_.find("#}", pos_);
  if (hash == std::string_view::npos) fail("a comment is not closed", line_);
  const size_t at = hash > pos_ && (s_[hash - 1] == '-' || s_[hash - 1] == '+') ? hash - 1 : hash;
  size_t close_end = 0;
  advance(after_end(at, "#}", true, close_end));
}

void Lexer::lex_raw() {
  const int begin = line_;
  for (size_t at = s_.find("{%", pos_); at != std::string_view::npos; at = s_.find("{%", at + 1)) {
    size_t word = at + 2;
    const char sign = word < s_.size() && (s_[word] == '-' || s_[word] == '+') ? s_[word] : '\0';
    if (sign) ++word;
    if (!match_word(word, "endraw")) continue;
    size_t close_end = 0;
    const size_t next = after_end(word, "%}", true, close_end);
    if (next == std::string_view::npos) continue;
    push_data(at, sign, true);
    return advance(next);
  }
  fail("a raw block is not closed", begin);
}

bool Lexer::lex_tag_end(bool block) {
  if (!brackets_.empty()) return false;
  size_t close_end = 0;
  size_t next = std::string_view::npos;
  if (block) {
    next = after_end(pos_, "%}", true, close_end);
  } else if (!starts(pos_, "+")) {
    next = after_end(pos_, "}}", false, close_end);
  }
  if (next == std::string_view::npos) return false;
  push(block ? Tok::block_end : Tok::variable_end);
  advance(next);
  return true;
}

void Lexer::lex_tag(bool block) {
  const int begin = line_;
  while (!lex_tag_end(block)) {
    advance(skip_space(pos_));
    if (lex_tag_end(block)) return;
    if (pos_ >= s_.size()) fail(block ? "a statement block is not closed" : "an expression is not closed", begin);
    lex_token();
  }
}

void Lexer::lex_token() {
  const char c = s_[pos_];
  if (digit(c)) return lex_number();
  if (c == '\'' || c == '"') return lex_string();
  const CodePoint cp = decode(s_, pos_);
  if (cp.value == '_' || is_alpha(cp.value)) return lex_name();
  lex_operator();
}

void Lexer::lex_name() {
  size_t end = pos_;
  while (end < s_.size()) {
    const CodePoint c = decode(s_, end);
    if (c.value != '_' && !is_alnum(c.value)) break;
    end += c.bytes;
  }
  push(Tok::name, std::string(s_.substr(pos_, end - pos_)));
  advance(end);
}

void Lexer::lex_operator() {
  const auto* op = std::find_if(kOperators.begin(), kOperators.end(), [this](const Operator& o) { return starts(pos_, o.text); });
  if (op == kOperators.end()) fail("unexpected character " + std::string(s_.substr(pos_, decode(s_, pos_).bytes)), line_);
  if (op->type == Tok::lbrace) brackets_.push_back('}');
  if (op->type == Tok::lparen) brackets_.push_back(')');
  if (op->type == Tok::lbracket) brackets_.push_back(']');
  if (op->type == Tok::rbrace || op->type == Tok::rparen || op->type == Tok::rbracket) {
    if (brackets_.empty()) fail("unexpected '" + std::string(op->text) + "'", line_);
    if (brackets_.back() != op->text[0]) fail("unexpected '" + std::string(op->text) + "', expected '" + brackets_.back() + "'", line_);
    brackets_.pop_back();
  }
  push(op->type, std::string(op->text));
  advance(pos_ + op->text.size());
}

/// End of digits with single underscores between them, starting at a digit.
size_t Lexer::digits_end(size_t pos) const {
  while (pos < s_.size() && digit(s_[pos])) {
    ++pos;
    if (pos + 1 < s_.size() && s_[pos] == '_' && digit(s_[pos + 1])) ++pos;
  }
  return pos;
}

bool Lexer::lex_prefixed_number() {
  if (s_[pos_] != '0' || pos_ + 1 >= s_.size()) return false;
  const char letter = static_cast<char>(s_[pos_ + 1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  if (base == 0) return false;
  size_t end = pos_ + 2;
  uint64_t value = 0;
  size_t count = 0;
  while (end < s_.size()) {
    const size_t at = s_[end] == '_' ? end + 1 : end;
    const int d = at < s_.size() ? hex_value(s_[at]) : 99;
    if (d >= base) break;
    if (value > (static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(d)) / static_cast<uint64_t>(base)) {
      fail("an integer does not fit 64 bits", line_);
    }
    value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(d);
    end = at + 1;
    ++count;
  }
  if (count == 0) return false;
  push(Tok::integer);
  out_.back().number = static_cast<int64_t>(value);
  advance(end);
  return true;
}

void Lexer::lex_number() {
  size_t end = digits_end(pos_);
  bool real = false;
  const bool after_dot = pos_ > 0 && s_[pos_ - 1] == '.';
  if (!after_dot && end + 1 < s_.size() && s_[end] == '.' && digit(s_[end + 1])) {
    end = digits_end(end + 1);
    real = true;
  }
  if (!after_dot && end < s_.size() && (s_[end] == 'e' || s_[end] == 'E')) {
    size_t power = end + 1;
    if (power < s_.size() && (s_[power] == '+' || s_[power] == '-')) ++power;
    if (power < s_.size() && digit(s_[power])) {
      end = digits_end(power);
      real = true;
    }
  }
  if (!real && lex_prefixed_number()) return;
  // "012" is the integer 0 and then 12, as in Jinja: a syntax error for the parser to report.
  if (!real && s_[pos_] == '0') {
    end = pos_ + 1;
    while (end < s_.size() && (s_[end] == '0' || (s_[end] == '_' && starts(end + 1, "0")))) ++end;
  }
  std::string digits(s_.substr(pos_, end - pos_));
  std::erase(digits, '_');
  push(real ? Tok::real : Tok::integer);
  const char* last = digits.data() + digits.size();
  std::errc error{};
  if (real) {
    error = std::from_chars(digits.data(), last, out_.back().real).ec;
  } else {
    error = std::from_chars(digits.data(), last, out_.back().number).ec;
  }
  if (error != std::errc{}) fail(real ? "a number is too large or too small" : "an integer does not fit 64 bits", line_);
  advance(end);
}

/// One escape sequence of Python's string literals; `i` is at the character after the backslash.
void Lexer::append_escape(std::string& out, std::string_view body, size_t& i) {
  static constexpr std::string_view kFrom = "\\'\"abfnrtv", kTo = "\\'\"\a\b\f\n\r\t\v";
  const char c = body[i];
  if (c == '\n') return;
  if (const size_t simple = kFrom.find(c); simple != std::string_view::npos) return out.push_back(kTo[simple]);
  uint32_t value = 0;
  if (c >= '0' && c <= '7') {
    size_t n = 0;
    for (; n < 3 && i + n < body.size() && body[i + n] >= '0' && body[i + n] <= '7'; ++n) {
      value = value * 8 + static_cast<uint32_t>(body[i + n] - '0');
    }
    i += n - 1;
    return append_utf8(out, value);
  }
  const size_t width = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (c == 'N') fail("\\N escapes are not supported", line_);
  if (width == 0) {
    out.push_back('\\');
    return out.push_back(c);
  }
  for (size_t n = 1; n <= width; ++n) {
    const int d = i + n < body.size() ? hex_value(body[i + n]) : 99;
    if (d > 15) fail("a truncated \\" + std::string(1, c) + " escape", line_);
    value = value * 16 + static_cast<uint32_t>(d);
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) fail("an escape that is no character", line_);
  i += width;
  append_utf8(out, value);
}

void Lexer::lex_string() {
  const char quote = s_[pos_];
  size_t end = pos_ + 1;
  while (end < s_.size() && s_[end] != quote) end += s_[end] == '\\' ? 2 : 1;
  if (end >= s_.size()) fail("a string is not closed", line_);
  const std::string_view body = s_.substr(pos_ + 1, end - pos_ - 1);
  std::string text;
  text.reserve(body.size());
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\') {
      append_escape(text, body, ++i);
    } else {
      text.push_back(body[i]);
    }
  }
  push(Tok::string, std::move(text));
  advance(end + 1);
}

std::vector<Token> Lexer::run() {
  while (pos_ < s_.size()) lex_root();
  push(Tok::eof);
  return std::move(out_);
}

}  // namespace

std::string describe(const Token& token) {
  switch (token.type) {
    case Tok::eof:
      return "end of template";
    case Tok::data:
      return "text";
    case Tok::variable_begin:
      return "begin of expression";
    case Tok::variable_end:
      return "end of expression";
    case Tok::block_begin:
      return "begin of statement";
    case Tok::block_end:
      return "end of statement";
    case Tok::string:
      return "a string";
    case Tok::integer:
    case Tok::real:
      return "a number";
    default:
      return "'" + token.text.substr(0, 60) + "'";
  }
}

std::vector<Token> tokenize(std::string_view source) {
  return Lexer(source).run();
}

}  // namespace engine::jinja
