// Finds control tokens written out in a prompt and encodes the prompt so that only those the template wrote become
// control tokens: what a person or a model typed stays text.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace engine {

/// Half-open byte range of a text.
struct Span {
  size_t begin = 0, end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

/// A rendered prompt: `untrusted` are the parts that came from messages, ascending.
struct Rendering {
  std::string text;
  std::vector<Span> untrusted;
};

/// A control token written out in a text.
struct SpecialMatch {
  size_t begin = 0, end = 0;
  int32_t id = 0;
  friend bool operator==(const SpecialMatch&, const SpecialMatch&) = default;
};

class SpecialTable {
 public:
  /// `template_source` tells which user-defined tokens mark the parts of a conversation ("<｜User｜>"): tokenizers always
  /// parse those, so in a message they are split.
  SpecialTable(const Tokenizer& tokenizer, std::string_view template_source);

  /// Where the control tokens of a rendering are; none touches an untrusted part.
  [[nodiscard]] std::vector<SpecialMatch> find(const Rendering& rendering) const;

  /// Starts of every control token or marker text inside `text`, overlapping ones too.
  [[nodiscard]] std::vector<size_t> occurrences(std::string_view text) const;
  /// Length of the longest control token or marker text at `at`, 0 when there is none.
  [[nodiscard]] size_t length_at(std::string_view text, size_t at) const;

  [[nodiscard]] bool is_control_at(std::string_view text, size_t at) const;

  /// Ids of rendering.text from byte `from` on, without BOS. `matches` are those of find().
  [[nodiscard]] std::vector<int32_t> encode(const Rendering& rendering, std::span<const SpecialMatch> matches, size_t from) const;

  /// True when the vocabulary has a token with exactly this text.
  [[nodiscard]] bool has(std::string_view text) const;

 private:
  struct Entry {
    std::string text;
    int32_t id;
    bool control;
  };
  [[nodiscard]] const Entry* longest_at(std::string_view text, size_t at, bool controls_only) const;
  void encode_text(const Rendering& rendering, size_t begin, size_t end, std::vector<int32_t>& out) const;

  const Tokenizer* tokenizer_;
  std::array<std::vector<Entry>, 256> by_first_byte_;  // longest first
};

}  // namespace engine
