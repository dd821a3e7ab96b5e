// The tokenizer part of a GGUF file's metadata, checked (formats.md 10.1, 10.5, 12), and what both kinds of tokenizer share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/special_tokens.h"
#include "tokenizer/tokenizer.h"

namespace engine {

/// Values of tokenizer.ggml.token_type.
enum class TokenType : uint8_t { normal = 1, unknown, control, user_defined, unused, byte };

enum class VocabularyKind { sentencepiece, byte_bpe };

struct Vocabulary {
  std::vector<std::string> tokens;
  std::vector<TokenType> types;  // as many
  std::vector<float> scores;     // as many; SentencePiece only
  std::vector<bool> control;     // control and unknown tokens, and every token that ends an answer or begins a text
  std::vector<bool> end;         // formats.md 10.5
  int32_t bos = -1, eos = -1, unknown = -1;
  std::optional<bool> add_bos;   // as the file says
  bool add_space_prefix = true;  // SentencePiece only
};

/// Errors: bad_file (arrays missing or of different length, ids outside the vocabulary, a score that is no number).
Result<Vocabulary> read_vocabulary(const gguf::File& file, VocabularyKind kind);

/// Special tokens and the checked metadata; the derived class turns ordinary text into ids and back.
class VocabularyTokenizer : public Tokenizer {
 public:
  [[nodiscard]] std::vector<int32_t> encode(std::string_view text, SpecialTokens special) const override;
  [[nodiscard]] std::string piece(int32_t id, SpecialTokens special) const override;

 protected:
  explicit VocabularyTokenizer(Vocabulary vocabulary);

  /// Appends the ids of a non-empty text without special tokens, which stands at the text's start or after a special token.
  virtual void encode_ordinary(std::string_view text, std::vector<int32_t>& ids) const = 0;
  /// Bytes of a token that is neither control nor user-defined.
  [[nodiscard]] virtual std::string ordinary_piece(int32_t id) const = 0;
  [[nodiscard]] virtual std::string user_defined_piece(int32_t id) const { return tokens_[static_cast<size_t>(id)]; }

  std::vector<TokenType> types_;
  int32_t unknown_ = -1;

 private:
  SpecialTokenIndex special_;
};

}  // namespace engine
