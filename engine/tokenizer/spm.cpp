#include "tokenizer/spm.h"

#include <fmt/format.h>
#include <sentencepiece_processor.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <unordered_map>

#include "core/log.h"
#include "gguf/printable.h"
#include "tokenizer/spm_model.h"
#include "tokenizer/utf8.h"

namespace sentencepiece::logging {
void SetMinLogLevel(int level);  // exported by the library, in none of its installed headers
}

namespace engine {
namespace {

class SpmTokenizer final : public VocabularyTokenizer {
 public:
  SpmTokenizer(Vocabulary vocabulary, std::unique_ptr<sentencepiece::SentencePieceProcessor> processor, SpmModel model)
      : VocabularyTokenizer(std::move(vocabulary)),
        processor_(std::move(processor)),
        bytes_(model.bytes),
        has_bytes_(model.has_bytes),
        pairs_(std::move(model.pairs)) {
    description_ = "SentencePiece";
  }

  void set_prefixes(bool add_bos, bool add_space) {
    add_bos_ = add_bos && bos_ >= 0;
    strip_leading_space_ = add_space;
  }

 protected:
  void encode_ordinary(std::string_view text, std::vector<int32_t>& ids) const override {
    std::string escaped;
    if (strip_leading_space_) escaped = spm_space;
    while (true) {
      const size_t valid = utf8::valid_prefix(text);
      for (const char c : text.substr(0, valid)) {
        if (c == ' ') {
          escaped += spm_space;
        } else {
          escaped.push_back(c);
        }
      }
      encode_valid(escaped, ids);
      text.remove_prefix(valid);
      if (text.empty()) return;
      // The library would make U+FFFD of bytes that are not UTF-8.
      const size_t broken = utf8::step(text).length;
      for (const char c : text.substr(0, broken)) push_byte(static_cast<unsigned char>(c), ids);
      text.remove_prefix(broken);
      escaped.clear();
    }
  }

  [[nodiscard]] std::string ordinary_piece(int32_t id) const override {
    const auto i = static_cast<size_t>(id);
    const std::string& text = tokens_[i];
    if (types_[i] == TokenType::byte) return std::string(1, static_cast<char>(static_cast<unsigned char>(byte_of_text(text))));
    return spaced(text);
  }

  [[nodiscard]] std::string user_defined_piece(int32_t id) const override {
    const std::string& text = tokens_[static_cast<size_t>(id)];
    return is_only_spaces(text) ? spaced(text) : text;
  }

 private:
  static std::string spaced(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
      if (text.substr(at).starts_with(spm_space)) {
        out.push_back(' ');
        at += spm_space.size();
      } else {
        out.push_back(text[at++]);
      }
    }
    return out;
  }

  void push_byte(unsigned char byte, std::vector<int32_t>& ids) const {
    const int32_t id = bytes_[byte] >= 0 ? bytes_[byte] : unknown_;
    if (id >= 0) ids.push_back(id);
  }

  /// Cuts well-formed, escaped text where no piece could reach across, so that the library sees short words and equal
  /// words are computed once: a megabyte of prose takes 0.1 s instead of 2 s, with the same result.
  void encode_valid(std::string_view text, std::vector<int32_t>& ids) const {
    std::unordered_map<std::string_view, std::pair<size_t, size_t>> seen;  // word -> its range in `ids`
    const size_t first = ids.size();
    while (!text.empty()) {
      const std::string_view word = text.substr(0, pairs_.word_length(text));
      text.remove_prefix(word.size());
      const auto [known, is_new] = seen.try_emplace(word, ids.size(), 0);
      if (is_new) {
        encode_word(word, ids);
        known->second.second = ids.size() - known->second.first;
      } else {
        const auto [from, count] = known->second;
        for (size_t i = from; i < from + count; ++i) ids.push_back(ids[i]);
      }
    }
    if (has_bytes_) return;
    // Without byte tokens the library gives one unknown token for a run of unknown characters.
    const auto both_unknown = [&](int32_t a, int32_t b) { return a == unknown_ && b == unknown_; };
    ids.erase(std::unique(ids.begin() + static_cast<ptrdiff_t>(first), ids.end(), both_unknown), ids.end());
  }

  void encode_word(std::string_view word, std::vector<int32_t>& ids) const {
    std::vector<int> found;
    const auto status = processor_->Encode(absl::string_view(word.data(), word.size()), &found);  // its own class in some versions
    if (!status.ok()) {
      log(LogLevel::error, "tokenizer: sentencepiece: {}", status.ToString());
      return;
    }
    for (const int id : found) {
      // Fillers stand for tokens this vocabulary lacks.
      const int32_t real = id < vocab_size_ ? id : unknown_;
      if (real >= 0) ids.push_back(real);
    }
  }

  std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
  std::array<int32_t, 256> bytes_;
  bool has_bytes_;
  CharacterPairs pairs_;
};

Error refused(std::string_view reason) {
  return {ErrorCode::bad_file, fmt::format("The sentencepiece library refuses the vocabulary: {}.", gguf::printable(reason, 300)),
          "The file is damaged or was converted wrongly; download or convert it again."};
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> make_spm_tokenizer(Vocabulary vocabulary) {
  static std::once_flag quiet;
  std::call_once(quiet, [] { sentencepiece::logging::SetMinLogLevel(2); });  // errors only; it reports each load otherwise
  auto model = build_spm_model(vocabulary);
  if (!model) return model.error();
  try {
    auto processor = std::make_unique<sentencepiece::SentencePieceProcessor>();
    const auto status = processor->LoadFromSerializedProto(model->serialized);
    if (!status.ok()) return refused(status.ToString());
    const bool add_bos = vocabulary.add_bos.value_or(true), add_space = vocabulary.add_space_prefix;
    auto tokenizer = std::make_unique<SpmTokenizer>(std::move(vocabulary), std::move(processor), std::move(*model));
    tokenizer->set_prefixes(add_bos, add_space);
    return std::unique_ptr<Tokenizer>(std::move(tokenizer));
  } catch (const std::exception& error) {
    return refused(error.what());
  }
}

}  // namespace engine
