#include "tokenizer/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "gguf/reader.h"
#include "tokenizer/spm_model.h"

namespace engine {
namespace {

/// No real special token comes near; it bounds the work of looking for them.
constexpr size_t max_special_bytes = 1024;

/// Texts of tokens that end an answer whatever their type says (formats.md 10.5).
constexpr std::array end_texts = std::to_array<std::string_view>({
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|calls|>",
    "<|flush|>",
    "<|end_of_text|>",
    "<|endoftext|>",
    "<|eom_id|>",
    "<end_of_turn>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<eos>",
    "<turn|>",
    "<|tool_response>",
    "<end_of_utterance>",
    "[e~[",
    "</s>",
    "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
});

Error bad(std::string message) {
  return {ErrorCode::bad_file, std::move(message), "The file is damaged or was converted wrongly; download or convert it again."};
}

std::string key_name(std::string_view name) {
  return fmt::format("tokenizer.ggml.{}", name);
}

/// An optional token id. Writers store "none" as -1 in whatever width they use.
Result<std::optional<int32_t>> read_id(const gguf::File& file, std::string_view name, size_t count) {
  const std::string key = key_name(name);
  if (!file.find(key)) return std::optional<int32_t>{};
  const std::optional<int64_t> value = file.integer(key);
  if (!value) return bad(fmt::format("{} is not an integer.", key));
  if (*value == -1 || *value == 0xFFFFFFFFLL) return std::optional<int32_t>{-1};
  if (*value < 0 || *value >= static_cast<int64_t>(count)) {
    return bad(fmt::format("{} is {}, but the vocabulary has {} tokens.", key, *value, count));
  }
  return std::optional<int32_t>{static_cast<int32_t>(*value)};
}

Result<std::optional<bool>> read_flag(const gguf::File& file, std::string_view name) {
  const std::string key = key_name(name);
  if (!file.find(key)) return std::optional<bool>{};
  const std::optional<bool> value = file.boolean(key);
  if (!value) return bad(fmt::format("{} is not true or false.", key));
  return value;
}

Status read_types(const gguf::File& file, VocabularyKind kind, Vocabulary& out) {
  const size_t n = out.tokens.size();
  out.types.assign(n, TokenType::normal);
  if (!file.find("tokenizer.ggml.token_type")) {
    // Files of 2023 have none: byte tokens are known by their text, the rest by the special ids.
    if (kind == VocabularyKind::sentencepiece) {
      for (size_t i = 0; i < n; ++i) {
        if (byte_of_text(out.tokens[i]) >= 0) out.types[i] = TokenType::byte;
      }
    }
    return {};
  }
  const std::vector<int64_t> values = file.integers("tokenizer.ggml.token_type");
  if (values.size() != n) {
    return bad(fmt::format("tokenizer.ggml.token_type has {} entries, but the vocabulary has {} tokens.", values.size(), n));
  }
  for (size_t i = 0; i < n; ++i) {
    if (values[i] >= 1 && values[i] <= 6) {
      out.types[i] = static_cast<TokenType>(values[i]);
    } else if (values[i] != 0) {  // 0: undefined, written by some converters for ordinary tokens
      return bad(fmt::format("Token {} has the unknown type {}.", i, values[i]));
    }
  }
  return {};
}

Status read_scores(const gguf::File& file, Vocabulary& out) {
  const std::vector<double> values = file.numbers("tokenizer.ggml.scores");
  if (values.size() != out.tokens.size()) {
    return bad(fmt::format("tokenizer.ggml.scores has {} entries, but the vocabulary has {} tokens.", values.size(), out.tokens.size()));
  }
  out.scores.reserve(values.size());
  for (const double value : values) {
    if (std::isnan(value)) return bad(fmt::format("The score of token {} is not a number.", out.scores.size()));
    out.scores.push_back(static_cast<float>(value));
  }
  return {};
}

struct SpecialIds {
  std::optional<int32_t> bos, eos, eot, eom, unknown, fim_pad, fim_rep, fim_sep;
};

Result<SpecialIds> read_special_ids(const gguf::File& file, size_t count) {
  SpecialIds ids;
  std::optional<int32_t> checked_only;
  const std::pair<std::string_view, std::optional<int32_t>*> wanted[] = {
      {"bos_token_id", &ids.bos},
      {"eos_token_id", &ids.eos},
      {"eot_token_id", &ids.eot},
      {"eom_token_id", &ids.eom},
      {"unknown_token_id", &ids.unknown},
      {"fim_pad_token_id", &ids.fim_pad},
      {"fim_rep_token_id", &ids.fim_rep},
      {"fim_sep_token_id", &ids.fim_sep},
      {"padding_token_id", &checked_only},
      {"mask_token_id", &checked_only},
      {"seperator_token_id", &checked_only},
      {"fim_pre_token_id", &checked_only},
      {"fim_suf_token_id", &checked_only},
      {"fim_mid_token_id", &checked_only},
  };
  for (const auto& [name, target] : wanted) {
    auto id = read_id(file, name, count);
    if (!id) return id.error();
    *target = *id;
  }
  return ids;
}

void mark(Vocabulary& out, std::optional<int32_t> id, bool ends) {
  if (!id || *id < 0) return;
  out.control[static_cast<size_t>(*id)] = true;
  if (ends) out.end[static_cast<size_t>(*id)] = true;
}

/// The stop set of formats.md 10.5, which counts as control too.
void mark_end_tokens(const SpecialIds& ids, Vocabulary& out) {
  bool has_return = false, has_call = false;
  std::vector<size_t> end_marks;
  for (size_t i = 0; i < out.tokens.size(); ++i) {
    const std::string& text = out.tokens[i];
    if (text == "<|return|>") has_return = true;
    if (text == "<|call|>") has_call = true;
    if (text == "<|end|>") end_marks.push_back(i);
    const bool fills_middle =
        (!ids.fim_pad && text == "<|fim_pad|>") || (!ids.fim_rep && text == "<|repo_name|>") || (!ids.fim_sep && text == "<|file_sep|>");
    if (fills_middle || std::find(end_texts.begin(), end_texts.end(), text) != end_texts.end()) {
      mark(out, static_cast<int32_t>(i), true);
    }
  }
  for (const auto& id : {ids.fim_pad, ids.fim_rep, ids.fim_sep, ids.eot, ids.eom}) mark(out, id, true);
  // gpt-oss: <|end|> only closes one channel of an answer.
  if (has_return && has_call) {
    for (const size_t i : end_marks) out.end[i] = false;
  }
  mark(out, ids.eos, true);
}

/// Ids that hold where the file names none (formats.md 10.1), if such a token is there and of a fitting type.
void add_default_ids(VocabularyKind kind, bool has_types, SpecialIds& ids, const Vocabulary& vocabulary) {
  const auto fits = [&](int32_t id, TokenType type) {
    const auto i = static_cast<size_t>(id);
    if (i >= vocabulary.tokens.size()) return false;
    return has_types ? vocabulary.types[i] == type : kind == VocabularyKind::sentencepiece;
  };
  const bool spm = kind == VocabularyKind::sentencepiece;
  const int32_t bos = spm ? 1 : 11, eos = spm ? 2 : 11;
  if (!ids.bos && fits(bos, TokenType::control)) ids.bos = bos;
  if (!ids.eos && fits(eos, TokenType::control)) ids.eos = eos;
  if (!ids.unknown && spm && fits(0, TokenType::unknown)) ids.unknown = 0;
}

Status check_special_texts(const Vocabulary& vocabulary) {
  for (size_t i = 0; i < vocabulary.tokens.size(); ++i) {
    const bool special = vocabulary.control[i] || vocabulary.types[i] == TokenType::user_defined;
    if (special && vocabulary.tokens[i].size() > max_special_bytes) {
      return bad(
          fmt::format("The special token {} is {} bytes long; at most {} are allowed.", i, vocabulary.tokens[i].size(), max_special_bytes));
    }
  }
  return {};
}

}  // namespace

Result<Vocabulary> read_vocabulary(const gguf::File& file, VocabularyKind kind) {
  const std::vector<std::string>* tokens = file.strings("tokenizer.ggml.tokens");
  if (!tokens || tokens->empty()) return bad("tokenizer.ggml.tokens is missing or empty.");
  if (tokens->size() > INT32_MAX / 2) return bad("The vocabulary is too large.");
  Vocabulary out;
  out.tokens = *tokens;
  if (auto status = read_types(file, kind, out); !status) return status.error();
  if (kind == VocabularyKind::sentencepiece) {
    if (auto status = read_scores(file, out); !status) return status.error();
  }
  auto ids = read_special_ids(file, out.tokens.size());
  if (!ids) return ids.error();
  const bool has_types = file.find("tokenizer.ggml.token_type") != nullptr;
  add_default_ids(kind, has_types, *ids, out);
  auto add_bos = read_flag(file, "add_bos_token");
  if (!add_bos) return add_bos.error();
  auto space = read_flag(file, "add_space_prefix");
  if (!space) return space.error();

  out.control.resize(out.tokens.size());
  out.end.resize(out.tokens.size());
  for (size_t i = 0; i < out.types.size(); ++i) {
    out.control[i] = out.types[i] == TokenType::control || out.types[i] == TokenType::unknown;
  }
  mark(out, ids->bos, false);
  mark(out, ids->unknown, false);
  mark_end_tokens(*ids, out);
  if (auto status = check_special_texts(out); !status) return status.error();
  out.bos = ids->bos.value_or(-1);
  out.eos = ids->eos.value_or(-1);
  out.unknown = ids->unknown.value_or(-1);
  out.add_bos = *add_bos;
  out.add_space_prefix = space->value_or(true);
  return out;
}

VocabularyTokenizer::VocabularyTokenizer(Vocabulary vocabulary) {
  for (size_t i = 0; i < vocabulary.tokens.size(); ++i) {
    const auto id = static_cast<int32_t>(i);
    if (vocabulary.control[i]) {
      special_.add_control(vocabulary.tokens[i], id);
    } else if (vocabulary.types[i] == TokenType::user_defined) {
      special_.add_user_defined(vocabulary.tokens[i], id);
    }
  }
  special_.finish();
  vocab_size_ = static_cast<int>(vocabulary.tokens.size());
  tokens_ = std::move(vocabulary.tokens);
  types_ = std::move(vocabulary.types);
  control_ = std::move(vocabulary.control);
  end_ = std::move(vocabulary.end);
  bos_ = vocabulary.bos;
  eos_ = vocabulary.eos;
  unknown_ = vocabulary.unknown;
}

std::vector<int32_t> VocabularyTokenizer::encode(std::string_view text, SpecialTokens special) const {
  std::vector<int32_t> ids;
  ids.reserve(text.size() / 3 + 8);
  for (const Fragment& fragment : special_.split(text, special)) {
    if (fragment.token >= 0) {
      ids.push_back(fragment.token);
    } else {
      encode_ordinary(fragment.text, ids);
    }
  }
  return ids;
}

std::string VocabularyTokenizer::piece(int32_t id, SpecialTokens special) const {
  // A model may have more output rows than the vocabulary has tokens (padding).
  if (id < 0 || id >= vocab_size_) return {};
  const auto i = static_cast<size_t>(id);
  if (control_[i]) return special == SpecialTokens::parse ? tokens_[i] : std::string();
  return types_[i] == TokenType::user_defined ? user_defined_piece(id) : ordinary_piece(id);
}

}  // namespace engine
