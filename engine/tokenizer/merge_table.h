// Ranked merges of a byte-level BPE vocabulary and their application to one piece of text.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace engine {

/// A symbol is a text the merges know: a token (its id is the symbol) or a part that is no token (symbols above).
class MergeTable {
 public:
  /// Memory that applying merges needs, reused from piece to piece. One per thread.
  struct Scratch {
    struct Node {
      int32_t symbol, previous, next;  // -1: none
      int32_t rank, result;            // of the merge with `next`; rank -1: none
    };
    std::vector<Node> nodes;
    std::vector<uint64_t> heap;  // rank << 32 | node: the smallest is the lowest rank, leftmost
    std::string text;
  };

  /// `allowed[i]` false: token i is never the result of encoding ordinary text. Of equal texts the last counts.
  /// `tokens` must outlive the table and not move.
  MergeTable(const std::vector<std::string>& tokens, const std::vector<bool>& allowed, const std::vector<std::string>& merges);

  /// Appends the ids of a non-empty piece of raw bytes: merges the adjacent pair of lowest rank, leftmost first, until
  /// none is left. n log n in the length.
  void apply(std::string_view piece, Scratch& scratch, std::vector<int32_t>& ids) const;

  /// The token that is the whole piece, or -1.
  [[nodiscard]] int32_t whole(std::string_view piece, Scratch& scratch) const;

  /// Merge lines without two parts.
  [[nodiscard]] size_t malformed() const { return malformed_; }

 private:
  struct Merge {
    uint64_t pair = UINT64_MAX;  // left << 32 | right
    int32_t rank = 0, result = 0;
  };
  int32_t intern(std::string_view text);
  void insert(int32_t left, int32_t right, int32_t rank, int32_t result);
  [[nodiscard]] const Merge* find(int32_t left, int32_t right) const;
  [[nodiscard]] bool look_up(int32_t at, Scratch& scratch) const;
  void merge_all(Scratch& scratch) const;
  void emit(int32_t symbol, std::vector<int32_t>& ids) const;

  int32_t token_count_ = 0;
  std::array<int32_t, 256> byte_symbols_{};
  std::unordered_map<std::string_view, int32_t> symbols_;
  std::deque<std::string> parts_;  // texts of symbols that are no token; a deque keeps their addresses
  std::vector<Merge> table_;       // open addressing, a power of two in size, at most half full
  size_t malformed_ = 0;
};

/// GPT-2's printable alphabet: the character that stands for a byte, and back (-1: stands for none).
char32_t byte_character(uint8_t byte);
int character_byte(char32_t character);

}  // namespace engine
