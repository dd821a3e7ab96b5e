// tokenizer.model: the sentencepiece library's ModelProto (sentencepiece_model.proto), read with bounds.
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>

#include "core/mmap_file.h"
#include "import/vocabulary.h"
#include "tokenizer/utf8.h"

namespace engine::importer {
namespace {

Error broken(const std::string& path, const std::string& what) {
  return {ErrorCode::bad_file, fmt::format("{} is damaged: {}.", path, what), "Download the model again."};
}

/// One field of a protocol buffer message.
struct Field {
  uint64_t number = 0;
  uint64_t value = 0;      // varint, or the bits of a fixed32
  std::string_view bytes;  // length-delimited
  int wire = 0;
};

/// Walks the fields of a message; every length is checked before it is used.
class Message {
 public:
  explicit Message(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

  /// nullopt when the bytes break the format.
  std::optional<Field> next() {
    const auto tag = varint();
    if (!tag || *tag >> 3 == 0) return std::nullopt;
    Field field;
    field.number = *tag >> 3;
    field.wire = static_cast<int>(*tag & 7);
    if (field.wire == 0) {
      const auto value = varint();
      if (!value) return std::nullopt;
      field.value = *value;
    } else if (field.wire == 1 || field.wire == 5) {
      const size_t size = field.wire == 1 ? 8 : 4;
      if (bytes_.size() < size) return std::nullopt;
      std::memcpy(&field.value, bytes_.data(), size);
      bytes_.remove_prefix(size);
    } else if (field.wire == 2) {
      const auto size = varint();
      if (!size || *size > bytes_.size()) return std::nullopt;
      field.bytes = bytes_.substr(0, static_cast<size_t>(*size));
      bytes_.remove_prefix(static_cast<size_t>(*size));
    } else {
      return std::nullopt;
    }
    return field;
  }

 private:
  std::optional<uint64_t> varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::string_view bytes_;
};

class ModelFile {
 public:
  explicit ModelFile(std::string path) : path_(std::move(path)) {}
  Result<ImportedVocabulary> read(std::string_view bytes);

 private:
  Status piece(std::string_view bytes);
  Status trainer(std::string_view bytes);
  Status normalizer(std::string_view bytes);

  std::string path_;
  ImportedVocabulary out_;
  uint64_t kind_ = 1;  // unigram is the format's default
};

Status ModelFile::piece(std::string_view bytes) {
  std::string_view text;
  float score = 0;
  uint64_t type = 1;
  for (Message m(bytes); !m.at_end();) {
    const auto field = m.next();
    if (!field) return broken(path_, "a piece is cut off");
    if (field->number == 1 && field->wire == 2) text = field->bytes;
    if (field->number == 2 && field->wire == 5) score = std::bit_cast<float>(static_cast<uint32_t>(field->value));
    if (field->number == 3 && field->wire == 0) type = field->value;
  }
  if (type < 1 || type > 6 || !std::isfinite(score) || utf8::valid_prefix(text) != text.size())
    return broken(path_, fmt::format("piece {} has an absurd type, score or text", out_.tokens.size()));
  if (!out_.put(static_cast<int64_t>(out_.tokens.size()), std::string(text), static_cast<int32_t>(type), score))
    return broken(path_, "it has absurdly many pieces");
  return {};
}

Status ModelFile::trainer(std::string_view bytes) {
  for (Message m(bytes); !m.at_end();) {
    const auto field = m.next();
    if (!field) return broken(path_, "the settings are cut off");
    if (field->wire != 0) continue;
    if (field->number == 3) kind_ = field->value;
    const auto id = static_cast<int32_t>(static_cast<int64_t>(field->value));
    if (field->number == 40) out_.ids["unknown"] = id;
    if (field->number == 41) out_.ids["bos"] = id;
    if (field->number == 42) out_.ids["eos"] = id;
    if (field->number == 43) out_.ids["padding"] = id;
  }
  return {};
}

Status ModelFile::normalizer(std::string_view bytes) {
  bool prefix = true, squeeze = true, rules = false;
  for (Message m(bytes); !m.at_end();) {
    const auto field = m.next();
    if (!field) return broken(path_, "the normalizer is cut off");
    if (field->number == 2 && field->wire == 2) rules = !field->bytes.empty();
    if (field->number == 3 && field->wire == 0) prefix = field->value != 0;
    if (field->number == 4 && field->wire == 0) squeeze = field->value != 0;
  }
  out_.flags["add_space_prefix"] = prefix;
  if (squeeze) out_.flags["remove_extra_whitespaces"] = true;
  if (squeeze || rules) out_.warnings.emplace_back("The tokenizer tidies text up before it is split; that is left out.");
  return {};
}

Result<ImportedVocabulary> ModelFile::read(std::string_view bytes) {
  out_.model = "llama";
  for (Message m(bytes); !m.at_end();) {
    const auto field = m.next();
    if (!field) return broken(path_, "it is cut off");
    if (field->wire != 2) continue;
    Status s;
    if (field->number == 1) s = piece(field->bytes);
    if (field->number == 2) s = trainer(field->bytes);
    if (field->number == 3) s = normalizer(field->bytes);
    if (!s) return s.error();
  }
  if (out_.tokens.empty()) return broken(path_, "it has no pieces");
  if (kind_ != 2)
    return Error{ErrorCode::unsupported, fmt::format("{}: SentencePiece models of this kind are not supported; BPE is.", path_),
                 "Choose a GGUF file of this model."};
  for (const auto& [name, fallback] : {std::pair{"unknown", 0}, {"bos", 1}, {"eos", 2}}) out_.ids.try_emplace(name, fallback);
  return std::move(out_);
}

}  // namespace

Result<ImportedVocabulary> read_sentencepiece(const std::string& path) {
  const Result<MmapFile> file = MmapFile::open(path);
  if (!file) return file.error();
  return ModelFile(path).read({reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()});
}

}  // namespace engine::importer
