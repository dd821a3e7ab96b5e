#include "tokenizer/tokenizer.h"

#include <fmt/format.h>

#include "core/log.h"
#include "gguf/printable.h"
#include "gguf/reader.h"
#include "tokenizer/bpe.h"
#include "tokenizer/spm.h"
#include "tokenizer/utf8.h"
#include "tokenizer/vocabulary.h"

namespace engine {
namespace {

Result<std::unique_ptr<Tokenizer>> create_bpe(const gguf::File& file) {
  const std::vector<std::string>* merges = file.strings("tokenizer.ggml.merges");
  if (!merges) {
    return Error{ErrorCode::bad_file, "tokenizer.ggml.merges is missing.",
                 "The file is damaged or was converted wrongly; download or convert it again."};
  }
  std::string_view pre = "default";
  if (const auto value = file.string("tokenizer.ggml.pre")) {
    pre = *value;
  } else {
    log(LogLevel::warn, "tokenizer: tokenizer.ggml.pre is missing, text is split by the default rule; answers may be poor");
  }
  auto vocabulary = read_vocabulary(file, VocabularyKind::byte_bpe);
  if (!vocabulary) return vocabulary.error();
  return make_bpe_tokenizer(std::move(*vocabulary), pre, *merges);
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> Tokenizer::create(const gguf::File& file) {
  const auto kind = file.string("tokenizer.ggml.model");
  if (!kind) {
    return Error{ErrorCode::unsupported, "The file names no tokenizer (tokenizer.ggml.model is missing).",
                 "Choose a model file with a tokenizer inside."};
  }
  if (*kind == "gpt2") return create_bpe(file);
  if (*kind == "llama") {
    auto vocabulary = read_vocabulary(file, VocabularyKind::sentencepiece);
    if (!vocabulary) return vocabulary.error();
    return make_spm_tokenizer(std::move(*vocabulary));
  }
  return Error{ErrorCode::unsupported,
               fmt::format("The tokenizer kind \"{}\" (tokenizer.ggml.model) is not supported.", gguf::printable(*kind)),
               "Choose a model with a SentencePiece (llama) or byte-level BPE (gpt2) tokenizer."};
}

std::string Tokenizer::decode(const std::vector<int32_t>& ids, SpecialTokens special) const {
  std::string text;
  for (const int32_t id : ids) text += piece(id, special);
  if (strip_leading_space_ && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

std::vector<int32_t> encode_prompt(const Tokenizer& tokenizer, std::string_view text, SpecialTokens special) {
  std::vector<int32_t> ids = tokenizer.encode(text, special);
  if (tokenizer.adds_bos() && (ids.empty() || ids.front() != tokenizer.bos())) ids.insert(ids.begin(), tokenizer.bos());
  return ids;
}

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(&tokenizer) {}

std::string StreamDecoder::push(int32_t id) {
  std::string bytes = tokenizer_->piece(id);
  if (bytes.empty()) return {};
  if (first_) {
    first_ = false;
    if (tokenizer_->strips_leading_space() && bytes.front() == ' ') bytes.erase(0, 1);
  }
  pending_ += bytes;
  std::string out;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const utf8::Step next = utf8::step(rest);
    if (next.form == utf8::Form::truncated) break;
    out += next.form == utf8::Form::valid ? rest.substr(0, next.length) : utf8::replacement;
    rest.remove_prefix(next.length);
  }
  pending_.erase(0, pending_.size() - rest.size());
  return out;
}

std::string StreamDecoder::finish() {
  const bool cut = !pending_.empty();
  pending_.clear();
  first_ = true;
  return cut ? std::string(utf8::replacement) : std::string();
}

}  // namespace engine
