// A model file as a card shows it.
#include <fmt/format.h>

#include <filesystem>

#include "core/paths.h"
#include "engine/files.h"
#include "files/plain_text.h"
#include "gguf/reader.h"
#include "gguf/split.h"

namespace engine {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongText = 2000, kShortText = 200, kTemplate = size_t{1} << 20;
constexpr size_t kMostKeys = 10000;  // published models have below 100

struct Printer {
  std::string operator()(uint64_t v) const { return std::to_string(v); }
  std::string operator()(int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return fmt::format("{:.7g}", v); }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(const std::string& v) const { return plain_text(v, kLongText); }
  std::string operator()(const std::vector<uint64_t>& v) const { return array(v.size(), "integer"); }
  std::string operator()(const std::vector<int64_t>& v) const { return array(v.size(), "integer"); }
  std::string operator()(const std::vector<double>& v) const { return array(v.size(), "number"); }
  std::string operator()(const std::vector<bool>& v) const { return array(v.size(), "boolean"); }
  std::string operator()(const std::vector<std::string>& v) const { return array(v.size(), "string"); }
  static std::string array(size_t n, const char* type) { return fmt::format("[{} × {}]", n, type); }
};

std::string absolute(const std::string& path) {
  std::error_code problem;
  const fs::path full = fs::absolute(native_path(path), problem);
  return problem ? path : utf8_text(full.lexically_normal());
}

/// The first of these keys that says something.
std::string first_text(const gguf::File& file, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (const auto text = file.string(key); text && !text->empty()) return plain_text(*text, kShortText);
  return {};
}

std::vector<std::string> parts_of(const gguf::File& file) {
  const auto split = gguf::parse_split_name(file.path());
  if (!split || file.integer("split.count").value_or(1) <= 1) return {absolute(file.path())};
  std::vector<std::string> parts;
  for (int i = 1; i <= split->count; ++i) parts.push_back(absolute(gguf::split_path(split->prefix, i, split->count)));
  return parts;
}

}  // namespace

Result<ModelCard> read_model_card(const std::string& path) {
  const Result<ModelInfo> info = inspect_model(path);
  if (!info) return info.error();
  const Result<gguf::File> file = gguf::File::open(path);
  if (!file) return file.error();
  ModelCard card;
  card.info = *info;
  for (std::string* text : {&card.info.architecture, &card.info.name, &card.info.size_label, &card.info.tokenizer})
    *text = plain_text(*text, kShortText);
  card.info.description = plain_text(card.info.description, kLongText);
  card.license = card.info.license = first_text(*file, {"general.license", "general.license.name"});
  card.author = first_text(*file, {"general.author", "general.organization"});
  card.base_model = first_text(*file, {"general.base_model.0.name", "general.base_model.0.repo_url", "general.base_model.0.organization"});
  card.chat_template = plain_text(file->string("tokenizer.chat_template").value_or(""), kTemplate);
  card.parts = parts_of(*file);
  for (const auto& [key, value] : file->metadata()) {
    if (card.metadata.size() == kMostKeys) break;
    card.metadata.emplace_back(plain_text(key, kShortText), std::visit(Printer{}, value));
  }
  return card;
}

}  // namespace engine
