// The tokenizer of a model folder in the terms of GGUF metadata (formats.md 10.1). Internal to the folder.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/result.h"
#include "gguf/writer.h"

namespace engine::importer {

/// Values of tokenizer.ggml.token_type.
inline constexpr int32_t kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6;

struct ImportedVocabulary {
  std::string model;  // "gpt2" or "llama"
  std::string pre;    // of gpt2
  std::vector<std::string> tokens;
  std::vector<int32_t> types;
  std::vector<float> scores;           // of llama
  std::vector<std::string> merges;     // of gpt2: "left right"
  std::map<std::string, int32_t> ids;  // "bos" -> id
  std::map<std::string, bool> flags;   // "add_bos_token"
  std::string chat_template;
  std::vector<std::pair<std::string, std::string>> named_templates;
  std::vector<std::string> warnings;

  /// Id of the token with that text, -1: none.
  [[nodiscard]] int32_t find(const std::string& text) const;
  /// Gives a token its text and type; ids may come in any order, holes are unused tokens. False for an absurd id.
  bool put(int64_t id, const std::string& text, int32_t type, float score = 0.0f);
};

/// Reads tokenizer.json, tokenizer.model, tokenizer_config.json, generation_config.json and chat_template.jinja of `folder`.
/// `config` is config.json, `arch` the GGUF architecture, `rows` those of the embedding: shorter lists are filled up.
/// Errors: not_found, io, bad_file, unsupported (the pre-tokenizer's pattern is named).
Result<ImportedVocabulary> read_vocabulary(const std::string& folder, const nlohmann::json& config, const std::string& arch, int64_t rows);

void put_vocabulary(const ImportedVocabulary& vocabulary, gguf::Writer& writer);

/// The parts of it. tokenizer.json with byte-level BPE, with SentencePiece's byte fallback, and the library's own file.
Result<ImportedVocabulary> read_byte_bpe(const nlohmann::json& tokenizer, const std::string& path, const std::string& arch);
Result<ImportedVocabulary> read_fallback_bpe(const nlohmann::json& tokenizer, const std::string& path);
Result<ImportedVocabulary> read_sentencepiece(const std::string& path);

/// added_tokens of tokenizer.json, put over the list. Errors: bad_file.
Status add_added_tokens(const nlohmann::json& tokenizer, const std::string& path, ImportedVocabulary& vocabulary);

}  // namespace engine::importer
