// A tokenizer of bytes with a few tokens more, for tests of what depends on the vocabulary.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace hearth_test {

/// Ids 0..255 are bytes; derived classes add tokens and say how text becomes ids.
class ByteVocabulary : public engine::Tokenizer {
 public:
  [[nodiscard]] std::string piece(int32_t id, engine::SpecialTokens special) const override {
    return is_control(id) && special == engine::SpecialTokens::as_text ? "" : token_text(id);
  }

 protected:
  ByteVocabulary() {
    for (int b = 0; b < 256; ++b) add(std::string(1, static_cast<char>(b)), false);
  }
  void add(std::string text, bool control) {
    tokens_.push_back(std::move(text));
    control_.push_back(control);
    end_.push_back(false);
    vocab_size_ = static_cast<int>(tokens_.size());
  }
};

/// A vocabulary of bytes and the given further tokens.
class WordTokenizer final : public ByteVocabulary {
 public:
  explicit WordTokenizer(const std::vector<std::pair<std::string, bool>>& words, std::string_view eos = {}) {
    for (const auto& [text, control] : words) add(text, control);
    for (int32_t id = 0; id < static_cast<int32_t>(tokens_.size()); ++id)
      if (tokens_[static_cast<size_t>(id)] == eos) eos_ = id;
  }
  [[nodiscard]] std::vector<int32_t> encode(std::string_view text, engine::SpecialTokens special) const override {
    std::vector<int32_t> ids;
    while (!text.empty()) {
      int32_t best = static_cast<unsigned char>(text[0]);
      for (int32_t id = 256; id < vocab_size_; ++id)
        if ((special == engine::SpecialTokens::parse || !is_control(id)) && text.starts_with(token_text(id)) &&
            token_text(id).size() > token_text(best).size())
          best = id;
      ids.push_back(best);
      text.remove_prefix(token_text(best).size());
    }
    return ids;
  }
};

}  // namespace hearth_test
