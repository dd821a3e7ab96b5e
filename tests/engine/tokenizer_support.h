// Small vocabularies written as GGUF files for the tokenizer tests, and slow but obvious tokenizers to compare with.
#pragma once

#include <unistd.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gguf/reader.h"
#include "gguf/writer.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/utf8.h"

namespace hearth_test {

using engine::SpecialTokens;
using Ids = std::vector<int32_t>;
using Created = engine::Result<std::unique_ptr<engine::Tokenizer>>;

/// Creates a tokenizer from a file on disk.
inline Created open_tokenizer(const std::string& path) {
  auto file = engine::gguf::File::open(path);
  if (!file) return file.error();
  return engine::Tokenizer::create(*file);
}

/// Token types of GGUF.
constexpr int32_t normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6;

struct VocabularyFile {
  std::optional<std::string> model, pre;
  std::vector<std::string> tokens;
  std::optional<std::vector<int32_t>> types;
  std::optional<std::vector<float>> scores;
  std::optional<std::vector<std::string>> merges;
  std::map<std::string, uint32_t> ids;  // "bos_token_id" -> 1
  std::map<std::string, bool> flags;    // "add_bos_token" -> true

  int32_t add(const std::string& text, int32_t type, float score = 0) {
    tokens.push_back(text);
    types->push_back(type);
    if (scores) scores->push_back(score);
    return static_cast<int32_t>(tokens.size()) - 1;
  }

  [[nodiscard]] Created create() const {
    engine::gguf::Writer writer;
    writer.put_string("general.architecture", "llama");
    if (model) writer.put_string("tokenizer.ggml.model", *model);
    if (pre) writer.put_string("tokenizer.ggml.pre", *pre);
    writer.put_strings("tokenizer.ggml.tokens", tokens);
    if (types) writer.put_i32s("tokenizer.ggml.token_type", *types);
    if (scores) writer.put_f32s("tokenizer.ggml.scores", *scores);
    if (merges) writer.put_strings("tokenizer.ggml.merges", *merges);
    for (const auto& [key, id] : ids) writer.put_u32("tokenizer.ggml." + key, id);
    for (const auto& [key, value] : flags) writer.put_bool("tokenizer.ggml." + key, value);
    static std::atomic<int> counter = 0;
    const auto path = std::filesystem::temp_directory_path() /
                      ("hearth-vocabulary-" + std::to_string(getpid()) + "-" + std::to_string(counter++) + ".gguf");
    const auto bytes = writer.bytes();
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    Created created = open_tokenizer(path.string());
    std::filesystem::remove(path);
    return created;
  }
};

/// The text that stands for raw bytes in a byte-level vocabulary.
inline std::string mapped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) engine::utf8::append(out, engine::byte_character(static_cast<uint8_t>(c)));
  return out;
}

/// All 256 bytes (ids 0..255), no merges.
inline VocabularyFile byte_bpe(const std::string& pre = "gpt-2") {
  VocabularyFile file;
  file.model = "gpt2";
  file.pre = pre;
  file.types.emplace();
  file.merges.emplace();
  for (int value = 0; value < 256; ++value) file.add(mapped(std::string(1, static_cast<char>(value))), normal);
  return file;
}

inline void add_merge(VocabularyFile& file, const std::string& left, const std::string& right) {
  file.merges->push_back(mapped(left) + " " + mapped(right));
  file.add(mapped(left + right), normal);
}

/// <unk> <s> </s> and the 256 byte tokens (ids 3..258), as sentencepiece with byte fallback has them.
inline VocabularyFile byte_spm() {
  VocabularyFile file;
  file.model = "llama";
  file.types.emplace();
  file.scores.emplace();
  file.add("<unk>", unknown);
  file.add("<s>", control);
  file.add("</s>", control);
  for (int value = 0; value < 256; ++value) {
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(value));
    file.add(text, byte);
  }
  return file;
}

inline std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t length = engine::utf8::step(text).length;
    out.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

/// Text with characters of every length, the awkward ones included; never U+2581, which SentencePiece takes for a space.
inline std::string random_text(std::mt19937& random, size_t count) {
  static const std::vector<std::string> awkward = {" ",      "  ",         "\n",
                                                   "\r\n",   "\t",         "'s",
                                                   "'LL",    "e\u0301",    "\u00A0",
                                                   "\u3000", "\u180E",     "\u0085",
                                                   "\u200D", "\U0001F600", "\u4F60\u597D",
                                                   "123",    "A",          "b",
                                                   "\u00DF", "\u017F",     std::string(1, '\0'),
                                                   "<s>",    "</s>",       "<|end|>",
                                                   "\uFF5C", "\uFFFD",     "\u0915\u093F"};
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    if (random() % 2 == 0) {
      out += awkward[random() % awkward.size()];
      continue;
    }
    char32_t character = random() % 4 == 0 ? random() % 0x110000 : random() % 0x3000;
    if ((character >= 0xD800 && character < 0xE000) || character == 0x2581) character = 'x';
    engine::utf8::append(out, character);
  }
  return out;
}

inline std::string random_bytes(std::mt19937& random, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(random() % 256));
  return out;
}

/// Time this process has computed: other programs on the machine do not count.
inline double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

inline bool is_utf8(std::string_view text) {
  return engine::utf8::valid_prefix(text) == text.size();
}

}  // namespace hearth_test
