// Cuts text into the pieces that byte-level BPE works on, with the regexes that tokenizer.ggml.pre names (formats.md 10.4).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"

namespace engine {

/// What one value of tokenizer.ggml.pre means.
struct PretokenizerRule {
  std::vector<std::string_view> names;     // values that share the rule
  std::vector<std::string_view> patterns;  // applied in order, each to the pieces of the one before
  bool ignore_merges = false;              // a piece that is a token is emitted without merging
  bool adds_bos = false;                   // default of tokenizer.ggml.add_bos_token
};

/// nullptr for a name nobody knows.
const PretokenizerRule* find_pretokenizer_rule(std::string_view name);

/// Thread-safe after creation.
class Pretokenizer {
 public:
  /// Compiles the patterns. Errors: unsupported (the PCRE2 library refuses a pattern, its message included).
  static Result<Pretokenizer> create(const PretokenizerRule& rule);

  Pretokenizer(Pretokenizer&&) noexcept;
  Pretokenizer& operator=(Pretokenizer&&) noexcept;
  ~Pretokenizer();

  /// Appends the pieces of `text`, in order and without gaps: together they are the text. Bytes that are not UTF-8 make
  /// pieces of their own. Time is linear in the text.
  void split(std::string_view text, std::vector<std::string_view>& pieces) const;

 private:
  class Regex;
  explicit Pretokenizer(std::vector<std::unique_ptr<Regex>> regexes);
  std::vector<std::unique_ptr<Regex>> regexes_;
};

/// A pattern as formats.md writes it, in PCRE2's terms: \s and \S become Unicode White_Space (PCRE2's own \s also holds
/// U+180E), \uXXXX becomes \x{XXXX}.
std::string expand_pattern(std::string_view pattern);

/// Version of the PCRE2 library that is running: "10.42".
std::string running_pcre2();

}  // namespace engine
