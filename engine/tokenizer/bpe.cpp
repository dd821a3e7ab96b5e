#include "tokenizer/bpe.h"

#include <fmt/format.h>

#include "core/log.h"
#include "gguf/printable.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/utf8.h"

namespace engine {
namespace {

std::vector<bool> inverted(std::vector<bool> flags) {
  flags.flip();
  return flags;
}

class BpeTokenizer final : public VocabularyTokenizer {
 public:
  BpeTokenizer(Vocabulary vocabulary, std::string_view pre, const PretokenizerRule& rule, Pretokenizer pretokenizer,
               const std::vector<std::string>& merges)
      : VocabularyTokenizer(std::move(vocabulary)),
        pretokenizer_(std::move(pretokenizer)),
        // Control tokens stay out: no text of a user may become one by merging.
        merges_(tokens_, inverted(control_), merges),
        ignore_merges_(rule.ignore_merges) {
    description_ = fmt::format("BPE ({})", pre);
  }

  void set_add_bos(bool value) { add_bos_ = value && bos_ >= 0; }
  [[nodiscard]] size_t malformed_merges() const { return merges_.malformed(); }

 protected:
  void encode_ordinary(std::string_view text, std::vector<int32_t>& ids) const override {
    std::vector<std::string_view> pieces;
    pretokenizer_.split(text, pieces);
    MergeTable::Scratch scratch;
    for (const std::string_view piece : pieces) {
      const int32_t whole = ignore_merges_ ? merges_.whole(piece, scratch) : -1;
      if (whole >= 0) {
        ids.push_back(whole);
      } else {
        merges_.apply(piece, scratch, ids);
      }
    }
  }

  [[nodiscard]] std::string ordinary_piece(int32_t id) const override {
    std::string out;
    std::string_view text = tokens_[static_cast<size_t>(id)];
    while (!text.empty()) {
      const utf8::Step next = utf8::step(text);
      const int byte = next.form == utf8::Form::valid ? character_byte(utf8::code_point(text)) : -1;
      if (byte >= 0) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
      } else {  // outside the alphabet: an added token that is not byte-mapped
        out.append(text.substr(0, next.length));
      }
      text.remove_prefix(next.length);
    }
    return out;
  }

 private:
  Pretokenizer pretokenizer_;
  MergeTable merges_;
  bool ignore_merges_;
};

}  // namespace

Result<std::unique_ptr<Tokenizer>> make_bpe_tokenizer(Vocabulary vocabulary, std::string_view pre, const std::vector<std::string>& merges) {
  const PretokenizerRule* rule = find_pretokenizer_rule(pre);
  if (!rule) {
    return Error{ErrorCode::unsupported, fmt::format("The pre-tokenizer \"{}\" (tokenizer.ggml.pre) is not known.", gguf::printable(pre)),
                 "Choose another conversion of this model, or a newer version of the program."};
  }
  auto pretokenizer = Pretokenizer::create(*rule);
  if (!pretokenizer) return pretokenizer.error();
  const bool add_bos = vocabulary.add_bos.value_or(rule->adds_bos);
  auto tokenizer = std::make_unique<BpeTokenizer>(std::move(vocabulary), pre, *rule, std::move(*pretokenizer), merges);
  tokenizer->set_add_bos(add_bos);
  if (tokenizer->malformed_merges() > 0) {
    log(LogLevel::warn, "tokenizer: {} of {} merges are malformed and ignored", tokenizer->malformed_merges(), merges.size());
  }
  return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

}  // namespace engine
