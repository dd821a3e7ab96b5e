// Vocabulary and text -> ids -> text. Input that begins with the magic is a GGUF file whose key fuzz.text is the text.
// Otherwise it describes a vocabulary line by line, up to a line "---"; the text follows:
//   spm | bpe PRE          kind
//   bytes                  the 256 byte tokens
//   tok TYPE SCORE TEXT    one token; \n, \\ and \xNN are escapes
//   mrg LEFT RIGHT         one merge
//   id NAME N              tokenizer.ggml.NAME_token_id
//   flag NAME 0|1          tokenizer.ggml.add_NAME
//   drop types | scores    leaves the array out
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <span>

#include "fuzz/engine_support.h"
#include "gguf/reader.h"
#include "gguf/writer.h"
#include "runtime/special_table.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/tokenizer.h"

namespace {

using engine::SpecialTokens;
using engine::Tokenizer;
using engine::gguf::File;
using hearth_fuzz::check_error;
using hearth_fuzz::require;
using Ids = std::vector<int32_t>;

constexpr size_t kMaxTokens = 600;  // more only costs time
constexpr int64_t kNormal = 1, kUserDefined = 4, kByte = 6;
constexpr std::string_view kSpace = "\xE2\x96\x81";

std::string mapped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) engine::utf8::append(out, engine::byte_character(static_cast<uint8_t>(c)));
  return out;
}

/// The vocabulary that an input describes, as a GGUF file.
class Description {
 public:
  /// Returns what follows the description.
  std::string_view read(std::string_view input) {
    while (!input.empty()) {
      const std::string_view line = input.substr(0, input.find('\n'));
      input.remove_prefix(std::min(line.size() + 1, input.size()));
      if (line == "---") break;
      take(line);
    }
    return input;
  }

  [[nodiscard]] std::vector<std::byte> file() const {
    engine::gguf::Writer writer;
    writer.put_string("tokenizer.ggml.model", kind_);
    if (pre_) writer.put_string("tokenizer.ggml.pre", *pre_);
    writer.put_strings("tokenizer.ggml.tokens", tokens_);
    if (has_types_) writer.put_i32s("tokenizer.ggml.token_type", types_);
    if (has_scores_) writer.put_f32s("tokenizer.ggml.scores", scores_);
    if (kind_ == "gpt2") writer.put_strings("tokenizer.ggml.merges", merges_);
    for (const auto& [name, id] : ids_) writer.put_i32("tokenizer.ggml." + name + "_token_id", id);
    for (const auto& [name, value] : flags_) writer.put_bool("tokenizer.ggml.add_" + name, value);
    return writer.bytes();
  }

 private:
  static std::string_view word(std::string_view& line) {
    const std::string_view first = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(first.size() + 1, line.size()));
    return first;
  }

  template <class T>
  static T number(std::string_view text) {
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  static std::string unescaped(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        out.push_back(text[i]);
      } else if (text[++i] == 'x' && i + 2 < text.size()) {
        unsigned value = 0;
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
        out.push_back(static_cast<char>(value));
        i += 2;
      } else {
        out.push_back(text[i] == 'n' ? '\n' : text[i]);
      }
    }
    return out;
  }

  void add(std::string text, int32_t type, float score) {
    if (tokens_.size() >= kMaxTokens) return;
    tokens_.push_back(std::move(text));
    types_.push_back(type);
    scores_.push_back(score);
  }

  void add_bytes() {
    for (unsigned byte = 0; byte < 256; ++byte) {
      char name[8];
      std::snprintf(name, sizeof name, "<0x%02X>", byte);
      if (kind_ == "gpt2")
        add(mapped(std::string(1, static_cast<char>(byte))), kNormal, 0);
      else
        add(name, kByte, 0);
    }
  }

  void take(std::string_view line) {
    const std::string_view what = word(line);
    if (what == "spm") kind_ = "llama";
    if (what == "bpe") {
      kind_ = "gpt2";
      pre_ = line;
    }
    if (what == "bytes") add_bytes();
    if (what == "tok") {
      const auto type = number<int32_t>(word(line));
      const auto score = number<float>(word(line));
      add(unescaped(line), type, score);
    }
    if (what == "mrg" && merges_.size() < kMaxTokens) merges_.push_back(unescaped(line));
    if (what == "id") {
      const std::string name(word(line));
      ids_[name] = number<int32_t>(line);
    }
    if (what == "flag") {
      const std::string name(word(line));
      if (!name.ends_with("_id")) flags_[name] = line == "1";  // would be a key that `id` writes too
    }
    if (what == "drop") (line == "types" ? has_types_ : has_scores_) = false;
  }

  std::string kind_ = "llama";
  std::optional<std::string> pre_;
  std::vector<std::string> tokens_, merges_;
  std::vector<int32_t> types_;
  std::vector<float> scores_;
  std::map<std::string, int32_t> ids_;
  std::map<std::string, bool> flags_;
  bool has_types_ = true, has_scores_ = true;
};

/// What the file says, read again without the tokenizer.
class Vocabulary {
 public:
  Vocabulary(const File& file, const Tokenizer& tokenizer) : tokenizer_(tokenizer) {
    spm = file.string("tokenizer.ggml.model") == "llama";
    types_ = file.integers("tokenizer.ggml.token_type");
    unknown = static_cast<int32_t>(file.integer("tokenizer.ggml.unknown_token_id").value_or(spm ? 0 : -1));
  }

  [[nodiscard]] int64_t type(int32_t id) const {
    if (!types_.empty()) return types_[static_cast<size_t>(id)];
    const std::string& text = tokenizer_.token_text(id);
    return spm && text.size() == 6 && text.starts_with("<0x") ? kByte : kNormal;
  }
  [[nodiscard]] bool user_defined(int32_t id) const {
    return type(id) == kUserDefined && !tokenizer_.is_control(id) && !tokenizer_.token_text(id).empty();
  }
  [[nodiscard]] bool has_user_defined() const {
    for (int32_t id = 0; id < tokenizer_.vocab_size(); ++id)
      if (user_defined(id)) return true;
    return false;
  }

  /// Whether every text must come back from its ids.
  [[nodiscard]] bool promises_round_trip() const { return spm ? spm_is_complete() : bpe_is_complete(); }

  bool spm = false;
  int32_t unknown = -1;

 private:
  /// A token for every byte, one for the space, and no user-defined token that takes a character apart or after which a
  /// space is put in.
  [[nodiscard]] bool spm_is_complete() const {
    std::array<bool, 256> bytes{};
    int64_t space = 0;
    for (int32_t id = 0; id < tokenizer_.vocab_size(); ++id) {
      if (tokenizer_.is_control(id)) continue;
      const std::string& text = tokenizer_.token_text(id);
      if (type(id) == kByte) bytes[static_cast<unsigned char>(tokenizer_.piece(id)[0])] = true;
      if (text == kSpace && type(id) != kByte) space = type(id);
      if (user_defined(id) && (tokenizer_.strips_leading_space() || !hearth_fuzz::is_utf8(text))) return false;
    }
    return space == kNormal && std::find(bytes.begin(), bytes.end(), false) == bytes.end();
  }

  /// Every byte has a token that means it, and user-defined tokens mean what their letters say.
  [[nodiscard]] bool bpe_is_complete() const {
    std::array<int32_t, 256> bytes{};
    bytes.fill(-1);
    for (int32_t id = 0; id < tokenizer_.vocab_size(); ++id) {
      if (tokenizer_.is_control(id)) continue;
      const std::string& text = tokenizer_.token_text(id);
      if (user_defined(id) && std::any_of(text.begin(), text.end(), [](char c) { return c < '!' || c > '~'; })) return false;
      if (text.empty() || engine::utf8::step(text).length != text.size() || engine::utf8::step(text).form != engine::utf8::Form::valid)
        continue;
      const int byte = engine::character_byte(engine::utf8::code_point(text));
      if (byte >= 0) bytes[static_cast<size_t>(byte)] = id;
    }
    for (size_t byte = 0; byte < 256; ++byte)
      if (bytes[byte] < 0 || tokenizer_.piece(bytes[byte]) != std::string(1, static_cast<char>(byte))) return false;
    return true;
  }

  const Tokenizer& tokenizer_;
  std::vector<int64_t> types_;
};

/// SentencePiece cannot tell U+2581 from a space.
std::string with_spaces(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = engine::utf8::step(text).length;
    const std::string_view character = text.substr(0, length);
    out += character == kSpace ? " " : character;
    text.remove_prefix(length);
  }
  return out;
}

void check_stream(const Tokenizer& tokenizer, const Ids& ids) {
  engine::StreamDecoder decoder(tokenizer);
  std::string streamed;
  for (const int32_t id : ids) {
    const std::string part = decoder.push(id);
    require(hearth_fuzz::is_utf8(part), "streamed text is UTF-8 at every step");
    streamed += part;
  }
  streamed += decoder.finish();
  require(streamed == hearth_fuzz::repaired(tokenizer.decode(ids)), "streamed text is the decoded text", streamed);
}

/// Merges as they are defined: again and again the pair of lowest rank, leftmost.
class NaiveBpe {
 public:
  NaiveBpe(const File& file, const Tokenizer& tokenizer) {
    for (int32_t id = 0; id < tokenizer.vocab_size(); ++id)
      if (!tokenizer.is_control(id)) ids_[tokenizer.token_text(id)] = id;
    const auto& merges = *file.strings("tokenizer.ggml.merges");
    for (size_t i = 0; i < merges.size(); ++i) {
      const size_t space = merges[i].find(' ', 1);
      if (space != std::string::npos && space + 1 < merges[i].size())
        ranks_.emplace(std::pair(merges[i].substr(0, space), merges[i].substr(space + 1)), i);
    }
  }

  void encode(std::string_view piece, bool whole_first, Ids& out) const {
    if (const auto whole = ids_.find(mapped(piece)); whole_first && whole != ids_.end()) return out.push_back(whole->second);
    std::vector<std::string> symbols;
    for (const char c : piece) symbols.push_back(mapped(std::string(1, c)));
    while (true) {
      size_t best = SIZE_MAX, at = 0;
      for (size_t i = 0; i + 1 < symbols.size(); ++i) {
        const auto rank = ranks_.find({symbols[i], symbols[i + 1]});
        if (rank != ranks_.end() && rank->second < best) best = rank->second, at = i;
      }
      if (best == SIZE_MAX) break;
      symbols[at] += symbols[at + 1];
      symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(at) + 1);
    }
    for (const std::string& symbol : symbols) emit(symbol, out);
  }

 private:
  void emit(std::string_view symbol, Ids& out) const {
    if (const auto known = ids_.find(std::string(symbol)); known != ids_.end()) return out.push_back(known->second);
    while (!symbol.empty()) {
      const size_t length = engine::utf8::step(symbol).length;
      if (const auto known = ids_.find(std::string(symbol.substr(0, length))); known != ids_.end()) out.push_back(known->second);
      symbol.remove_prefix(length);
    }
  }
  std::map<std::string, int32_t> ids_;
  std::map<std::pair<std::string, std::string>, size_t> ranks_;
};

void check_bpe(const File& file, const Tokenizer& tokenizer, std::string_view text, const Ids& ids) {
  const engine::PretokenizerRule* rule = engine::find_pretokenizer_rule(file.string("tokenizer.ggml.pre").value_or("default"));
  require(rule != nullptr, "a tokenizer has a rule");
  const auto pretokenizer = engine::Pretokenizer::create(*rule);
  require(pretokenizer.ok(), "every rule compiles");
  std::vector<std::string_view> pieces;
  pretokenizer->split(text, pieces);
  std::string joined;
  Ids expected;
  const NaiveBpe naive(file, tokenizer);
  for (const std::string_view piece : pieces) {
    require(!piece.empty(), "no piece is empty");
    joined += piece;
    naive.encode(piece, rule->ignore_merges, expected);
  }
  require(joined == text, "the pieces are the text");
  require(ids == expected, "merges are applied as they are defined");
}

void check_text(const File& file, const Tokenizer& tokenizer, std::string_view text) {
  constexpr size_t kShort = 300;  // for checks that take quadratic time
  const Vocabulary vocabulary(file, tokenizer);
  const Ids typed = tokenizer.encode(text, SpecialTokens::as_text), parsed = tokenizer.encode(text, SpecialTokens::parse);
  for (const int32_t id : parsed) require(id >= 0 && id < tokenizer.vocab_size(), "ids are tokens");
  for (const int32_t id : typed) {
    require(id >= 0 && id < tokenizer.vocab_size(), "ids are tokens");
    require(!tokenizer.is_control(id) || id == vocabulary.unknown, "typed text becomes no control token");
  }
  if (vocabulary.promises_round_trip()) {
    const std::string expected = vocabulary.spm ? with_spaces(text) : std::string(text);
    const std::string decoded = tokenizer.decode(typed);
    // Inside a user-defined token U+2581 is no space and comes back as itself.
    require((vocabulary.spm ? with_spaces(decoded) : decoded) == expected, "text comes back", decoded);
  }
  if (!vocabulary.spm && !vocabulary.has_user_defined() && text.size() <= kShort) check_bpe(file, tokenizer, text, typed);
  check_stream(tokenizer, typed);
  check_stream(tokenizer, parsed);
  const Ids prompt = engine::encode_prompt(tokenizer, text, SpecialTokens::parse);
  require(!tokenizer.adds_bos() || (!prompt.empty() && prompt[0] == tokenizer.bos()), "BOS is there where it is wanted");

  const engine::SpecialTable specials(tokenizer, text);
  const engine::Rendering rendering{std::string(text), {{0, text.size()}}};
  const auto matches = specials.find(rendering);
  require(matches.empty(), "what was typed holds no control token");
  for (const int32_t id : specials.encode(rendering, matches, 0))
    require(!tokenizer.is_control(id) || id == vocabulary.unknown, "a message becomes no control token");

  Ids arbitrary;
  for (const char c : text) arbitrary.push_back(static_cast<unsigned char>(c) * 7 % (tokenizer.vocab_size() + 2) - 1);
  check_stream(tokenizer, arbitrary);
}

void check_tokens(const File& file, const Tokenizer& tokenizer) {
  const Vocabulary vocabulary(file, tokenizer);
  require(tokenizer.bos() < tokenizer.vocab_size() && tokenizer.eos() < tokenizer.vocab_size(), "special ids are tokens");
  require(!tokenizer.adds_bos() || tokenizer.bos() >= 0, "only a token there is can be added");
  require(tokenizer.piece(-1).empty() && tokenizer.piece(tokenizer.vocab_size()).empty(), "there is nothing outside the vocabulary");
  hearth_fuzz::check_sentence(tokenizer.description());
  int checked = 0;
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const std::string& text = tokenizer.token_text(id);
    if (tokenizer.is_end(id)) require(tokenizer.is_control(id), "a token that ends an answer is a control token");
    if (tokenizer.is_control(id)) require(tokenizer.piece(id).empty(), "control tokens are not shown");
    if (text.empty() || !(tokenizer.is_control(id) || vocabulary.user_defined(id)) || ++checked > 50) continue;
    const Ids ids = tokenizer.encode(text, SpecialTokens::parse);
    require(ids.size() == 1 && tokenizer.token_text(ids[0]) == text, "a special token is parsed as itself", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  hearth_fuzz::quiet_log();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static hearth_fuzz::MemoryFile memory;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool is_file = text.starts_with("GGUF");
  if (is_file) {
    memory.assign(data, size);
  } else {
    Description description;
    text = description.read(text);
    const auto bytes = description.file();
    memory.assign(bytes.data(), bytes.size());
  }
  const auto file = File::open(memory.path());
  if (!file) {
    require(is_file, "what we write can be read");
    check_error(file.error());
    return 0;
  }
  if (is_file) text = file->string("fuzz.text").value_or("");
  const auto tokenizer = Tokenizer::create(*file);
  if (!tokenizer) {
    check_error(tokenizer.error());
    return 0;
  }
  check_tokens(*file, **tokenizer);
  check_text(*file, **tokenizer, text);
  return 0;
}
