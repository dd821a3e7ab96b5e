// Text <-> token ids, from the metadata of a GGUF file (formats.md 10).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"

namespace engine::gguf {
class File;
}

namespace engine {

/// Whether special tokens written out in the text ("<|end|>") become those tokens. Templates: yes. User text: no.
enum class SpecialTokens { as_text, parse };

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Errors: unsupported (unknown tokenizer model or `pre` value, named), bad_file (arrays of different length,
  /// ids outside the vocabulary). A model of kind "none" gives unsupported.
  static Result<std::unique_ptr<Tokenizer>> create(const gguf::File& file);

  /// Ids of a text, without BOS. Invalid UTF-8 never fails: it goes through bytes.
  [[nodiscard]] virtual std::vector<int32_t> encode(std::string_view text, SpecialTokens special) const = 0;

  /// Bytes of one token as they appear in text. Control tokens give "" unless `special` is parse.
  /// SPM: U+2581 becomes a space; byte tokens give their byte.
  [[nodiscard]] virtual std::string piece(int32_t id, SpecialTokens special = SpecialTokens::as_text) const = 0;

  /// Text of ids. SPM removes the one leading space that encode adds when add_space_prefix is set.
  [[nodiscard]] std::string decode(const std::vector<int32_t>& ids, SpecialTokens special = SpecialTokens::as_text) const;

  [[nodiscard]] int vocab_size() const { return vocab_size_; }
  [[nodiscard]] int32_t bos() const { return bos_; }  // -1: none
  [[nodiscard]] int32_t eos() const { return eos_; }
  [[nodiscard]] bool adds_bos() const { return add_bos_; }
  [[nodiscard]] bool is_control(int32_t id) const { return control_[static_cast<size_t>(id)]; }
  /// Ends an answer (formats.md 10.5).
  [[nodiscard]] bool is_end(int32_t id) const { return end_[static_cast<size_t>(id)]; }
  /// Text of the vocabulary entry itself ("<|im_end|>", "\u0120the").
  [[nodiscard]] const std::string& token_text(int32_t id) const { return tokens_[static_cast<size_t>(id)]; }
  [[nodiscard]] bool strips_leading_space() const { return strip_leading_space_; }
  /// For people: "SentencePiece" or "BPE (qwen2)".
  [[nodiscard]] const std::string& description() const { return description_; }

 protected:
  std::vector<std::string> tokens_;
  std::vector<bool> control_, end_;
  int vocab_size_ = 0;
  int32_t bos_ = -1, eos_ = -1;
  bool add_bos_ = false;
  bool strip_leading_space_ = false;
  std::string description_;
};

/// Ids of a rendered prompt: special tokens parsed, BOS added when the model wants one and the text does not begin
/// with it already (double-BOS rule).
std::vector<int32_t> encode_prompt(const Tokenizer& tokenizer, std::string_view text, SpecialTokens special);

/// Turns a stream of ids into text that is valid UTF-8 at every step: an incomplete character waits for its rest.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer);
  /// Whole characters that became complete with this token (may be empty). Invalid bytes become U+FFFD.
  std::string push(int32_t id);
  /// What is left at the end, invalid bytes replaced.
  std::string finish();

 private:
  const Tokenizer* tokenizer_;
  std::string pending_;
  bool first_ = true;
};

}  // namespace engine
