// Finds special tokens written out in a text and cuts the text at them (formats.md 10.2, step 1).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace engine {

/// A stretch of ordinary text (token -1) or one special token.
struct Fragment {
  std::string_view text;
  int32_t token = -1;
};

/// A set of token texts, as a byte trie. Of overlapping occurrences the longest wins anywhere in the text, then the
/// leftmost: the order in which llama.cpp cuts.
class TokenMatcher {
 public:
  void add(std::string_view text, int32_t token);

  /// Never gives two ordinary fragments in a row, nor an empty one. Time is n log n for texts full of special tokens.
  [[nodiscard]] std::vector<Fragment> split(std::string_view text) const;

 private:
  struct Node {
    int32_t token = -1;
    int32_t shorter = 0;  // nearest ancestor that is a token; 0: none
    int32_t depth = 0;    // bytes
  };
  [[nodiscard]] int32_t longest_at(std::string_view text, size_t position) const;
  [[nodiscard]] std::vector<std::pair<size_t, int32_t>> choose(std::string_view text) const;

  std::vector<Node> nodes_{Node{}};
  std::unordered_map<uint64_t, int32_t> children_;  // node << 8 | byte -> node
  std::array<bool, 256> starts_{};
  friend class SpecialTokenIndex;
  void link_shorter();
};

/// The special tokens of one vocabulary: user-defined ones always, control ones only where the caller parses them.
class SpecialTokenIndex {
 public:
  void add_user_defined(std::string_view text, int32_t token);
  void add_control(std::string_view text, int32_t token);
  /// After the last add.
  void finish();

  [[nodiscard]] std::vector<Fragment> split(std::string_view text, SpecialTokens special) const {
    return (special == SpecialTokens::parse ? all_ : user_defined_).split(text);
  }

 private:
  TokenMatcher user_defined_, all_;
};

}  // namespace engine
