// The sentencepiece library's model file (sentencepiece_model.proto), rebuilt from the vocabulary of a GGUF file.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/result.h"
#include "tokenizer/vocabulary.h"

namespace engine {

/// Which characters stand side by side in some piece. Between two that never do, no merge can reach across.
class CharacterPairs {
 public:
  void add(std::string_view piece);
  /// Bytes up to the first place where well-formed, non-empty text can be cut without changing its pieces.
  [[nodiscard]] size_t word_length(std::string_view text) const;

 private:
  std::unordered_set<uint64_t> pairs_;
};

struct SpmModel {
  std::string serialized;            // ModelProto; piece index = token id, then fillers
  std::array<int32_t, 256> bytes{};  // token of each byte, -1: none
  bool has_bytes = false;
  CharacterPairs pairs;
};

/// Every vocabulary gives a model the library accepts: what it would refuse (equal texts, an incomplete set of byte
/// tokens, no unknown token) is replaced by pieces that no text can reach. Control and user-defined tokens are found
/// before the library sees the text, so they are unreachable here too.
/// Errors: bad_file (a byte token whose text is not <0xNN>).
Result<SpmModel> build_spm_model(const Vocabulary& vocabulary);

/// The byte that "<0x0A>" names, -1 for any other text.
int byte_of_text(std::string_view text);

/// A token of nothing but U+2581 stands for as many spaces, also where it is user-defined.
bool is_only_spaces(std::string_view text);

inline constexpr std::string_view spm_space = "\xE2\x96\x81";  // U+2581

}  // namespace engine
