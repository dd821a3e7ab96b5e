#include "tokenizer/spm_model.h"

#include <fmt/format.h>

#include <bit>
#include <unordered_map>

#include "tokenizer/utf8.h"

namespace engine {
namespace {

// Enumerations of sentencepiece_model.proto.
enum PieceType : uint64_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };
constexpr uint64_t bpe_model = 2;

/// Protocol-buffer wire format, as much of it as the model needs.
class ProtoWriter {
 public:
  void integer(uint32_t field, uint64_t value) {
    varint(field << 3);
    varint(value);
  }
  void real(uint32_t field, float value) {
    varint(field << 3 | 5);
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) out_.push_back(static_cast<char>(bits >> shift & 0xFF));
  }
  void bytes(uint32_t field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    out_.append(value);
  }
  std::string take() { return std::move(out_); }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>((value & 0x7F) | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  std::string out_;
};

void add_piece(ProtoWriter& model, std::string_view text, float score, PieceType type) {
  ProtoWriter piece;
  piece.bytes(1, text);
  piece.real(2, score);
  piece.integer(3, type);
  model.bytes(1, piece.take());
}

/// Not UTF-8, and the library only gets UTF-8: no text contains it.
std::string unreachable_text(size_t index) {
  return fmt::format("\xFF{}", index);
}

/// What stands for each token in the library's model.
std::vector<PieceType> piece_types(const Vocabulary& vocabulary, SpmModel& model, bool& has_unknown) {
  std::unordered_map<std::string_view, size_t> last;  // of equal texts the last counts
  const size_t n = vocabulary.tokens.size();
  const auto is_text = [&](size_t i) {
    const TokenType type = vocabulary.types[i];
    if (vocabulary.control[i] || vocabulary.tokens[i].empty()) return false;
    return type == TokenType::normal || type == TokenType::unused ||
           (type == TokenType::user_defined && is_only_spaces(vocabulary.tokens[i]));
  };
  for (size_t i = 0; i < n; ++i) {
    if (is_text(i)) last[vocabulary.tokens[i]] = i;
  }
  std::vector<PieceType> types(n, kControl);
  for (size_t i = 0; i < n; ++i) {
    if (vocabulary.types[i] == TokenType::byte && !vocabulary.control[i]) {
      int32_t& owner = model.bytes[static_cast<size_t>(byte_of_text(vocabulary.tokens[i]))];
      if (owner < 0) {
        owner = static_cast<int32_t>(i);
        types[i] = kByte;
      }
    } else if (static_cast<int32_t>(i) == vocabulary.unknown) {
      types[i] = kUnknown;
      has_unknown = true;
    } else if (is_text(i) && last[vocabulary.tokens[i]] == i) {
      types[i] = vocabulary.types[i] == TokenType::unused         ? kUnused
                 : vocabulary.types[i] == TokenType::user_defined ? kUserDefined
                                                                  : kNormal;
    }
  }
  return types;
}

}  // namespace

int byte_of_text(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return -1;
  const int high = digit(text[3]), low = digit(text[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_only_spaces(std::string_view text) {
  if (text.empty()) return false;
  while (text.starts_with(spm_space)) text.remove_prefix(spm_space.size());
  return text.empty();
}

void CharacterPairs::add(std::string_view piece) {
  char32_t previous = 0;
  bool first = true;
  while (!piece.empty()) {
    const utf8::Step next = utf8::step(piece);
    if (next.form != utf8::Form::valid) return;  // no text contains this piece
    const char32_t character = utf8::code_point(piece);
    if (!first) pairs_.insert(static_cast<uint64_t>(previous) << 32 | character);
    first = false;
    previous = character;
    piece.remove_prefix(next.length);
  }
}

size_t CharacterPairs::word_length(std::string_view text) const {
  size_t at = utf8::step(text).length;
  char32_t previous = utf8::code_point(text);
  while (at < text.size()) {
    const char32_t character = utf8::code_point(text.substr(at));
    if (!pairs_.contains(static_cast<uint64_t>(previous) << 32 | character)) break;
    previous = character;
    at += utf8::step(text.substr(at)).length;
  }
  return at;
}

Result<SpmModel> build_spm_model(const Vocabulary& vocabulary) {
  SpmModel model;
  model.bytes.fill(-1);
  const size_t n = vocabulary.tokens.size();
  for (size_t i = 0; i < n; ++i) {
    if (vocabulary.types[i] == TokenType::byte && byte_of_text(vocabulary.tokens[i]) < 0) {
      return Error{ErrorCode::bad_file, fmt::format("Token {} is a byte token, but its text is not of the form <0xNN>.", i),
                   "The file is damaged or was converted wrongly; download or convert it again."};
    }
  }
  bool has_unknown = false;
  const std::vector<PieceType> types = piece_types(vocabulary, model, has_unknown);
  ProtoWriter out;
  for (size_t i = 0; i < n; ++i) {
    const bool named = types[i] != kControl && types[i] != kUnknown;
    if (types[i] == kByte) {
      model.has_bytes = true;
    } else if (named) {
      model.pairs.add(vocabulary.tokens[i]);
    }
    add_piece(out, named ? vocabulary.tokens[i] : unreachable_text(i), vocabulary.scores[i], types[i]);
  }
  if (!has_unknown) add_piece(out, unreachable_text(n), 0.0f, kUnknown);
  for (int byte = 0; model.has_bytes && byte < 256; ++byte) {
    if (model.bytes[static_cast<size_t>(byte)] < 0) add_piece(out, fmt::format("<0x{:02X}>", byte), 0.0f, kByte);
  }
  ProtoWriter trainer;
  trainer.integer(3, bpe_model);
  trainer.integer(35, model.has_bytes ? 1 : 0);  // byte_fallback
  out.bytes(2, trainer.take());
  ProtoWriter normalizer;
  normalizer.bytes(1, "identity");
  normalizer.integer(3, 0);  // add_dummy_prefix: put in before, also after special tokens
  normalizer.integer(4, 0);  // remove_extra_whitespaces
  normalizer.integer(5, 0);  // escape_whitespaces: done before
  out.bytes(3, normalizer.take());
  model.serialized = out.take();
  return model;
}

}  // namespace engine
