#include "files/plain_text.h"

#include "tokenizer/utf8.h"

namespace engine {
namespace {

/// Control characters but line breaks and tabs, and those that turn the direction of the text around them.
bool is_harmful(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string plain_text(std::string_view text, size_t limit) {
  std::string out;
  for (size_t n = 0; !text.empty(); ++n) {
    if (n == limit) return out + "…";
    const utf8::Step step = utf8::step(text);
    const bool good = step.form == utf8::Form::valid && !is_harmful(utf8::code_point(text));
    out += good ? text.substr(0, step.length) : utf8::replacement;
    text.remove_prefix(step.length);
  }
  return out;
}

}  // namespace engine
