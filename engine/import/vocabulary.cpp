#include "import/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/mmap_file.h"
#include "core/paths.h"
#include "gguf/bounded_json.h"
#include "gguf/printable.h"
#include "tokenizer/utf8.h"

namespace engine::importer {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The largest published tokenizer.json has 35 MB, 256,000 tokens and 580,000 merges.
constexpr gguf::JsonLimits kTokenizerLimits{size_t{256} << 20, size_t{1} << 23, 64};
constexpr gguf::JsonLimits kSettingsLimits{size_t{16} << 20, size_t{1} << 20, 64};
constexpr size_t kMaxTemplate = size_t{1} << 20;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// An empty object where there is no such file.
Result<Json> read_optional(const fs::path& path) {
  if (!is_file(path)) return Json::object();
  return gguf::read_json(utf8_text(path), kSettingsLimits);
}

/// "<s>", or {"content": "<s>", ...}.
std::string token_text(const Json& settings, const char* key) {
  const auto at = settings.find(key);
  if (at == settings.end()) return "";
  if (at->is_string()) return at->get<std::string>();
  const bool table = at->is_object() && at->contains("content") && (*at)["content"].is_string();
  return table ? (*at)["content"].get<std::string>() : "";
}

/// One id, or the ids of a list.
std::vector<int32_t> token_ids(const Json& settings, const char* key, size_t tokens) {
  std::vector<int32_t> out;
  const auto at = settings.find(key);
  if (at == settings.end()) return out;
  const Json list = at->is_array() ? *at : Json::array({*at});
  for (const Json& id : list)
    if (id.is_number_integer() && id.get<int64_t>() >= 0 && id.get<uint64_t>() < tokens) out.push_back(id.get<int32_t>());
  return out;
}

/// Which tokens begin, end and fill texts: tokenizer_config.json by text, else config.json by id. Further ends of an answer are in
/// generation_config.json.
void find_special(const Json& settings, const Json& config, const Json& generation, ImportedVocabulary& v) {
  for (const char* kind : {"bos", "eos", "pad", "unk"}) {
    const std::string key = kind, name = key == "pad" ? "padding" : key == "unk" ? "unknown" : key;
    const std::string text = token_text(settings, (key + "_token").c_str());
    const int32_t by_text = text.empty() ? -1 : v.find(text);
    const std::vector<int32_t> by_id = token_ids(config, (key + "_token_id").c_str(), v.tokens.size());
    if (by_text >= 0)
      v.ids[name] = by_text;
    else if (!by_id.empty() && !v.ids.contains(name))
      v.ids[name] = by_id.front();
  }
  const char* const further[] = {"eot", "eom"};
  size_t next = 0;
  for (const int32_t id : token_ids(generation, "eos_token_id", v.tokens.size())) {
    if (!v.ids.contains("eos"))
      v.ids["eos"] = id;
    else if (id != v.ids["eos"] && next < 2)
      v.ids[further[next++]] = id;
  }
  std::erase_if(v.ids, [&](const auto& entry) { return entry.second < 0 || static_cast<size_t>(entry.second) >= v.tokens.size(); });
}

/// A template of the post-processor that puts the token in front of a text.
bool begins_with(const Json& processor, const std::string& token, int depth = 0) {
  if (!processor.is_object() || depth > 4) return false;
  if (const auto list = processor.find("processors"); list != processor.end() && list->is_array())
    return std::any_of(list->begin(), list->end(), [&](const Json& p) { return begins_with(p, token, depth + 1); });
  const auto single = processor.find("single");
  if (single == processor.end() || !single->is_array() || single->empty() || !single->front().is_object()) return false;
  const Json special = single->front().value("SpecialToken", Json::object());
  return special.is_object() && special.value("id", Json()) == token;
}

void find_flags(const Json& settings, const Json& tokenizer, ImportedVocabulary& v) {
  const auto flag = [&](const char* key) -> std::optional<bool> {
    const auto at = settings.find(key);
    return at == settings.end() || !at->is_boolean() ? std::nullopt : std::optional(at->get<bool>());
  };
  const bool has_bos = v.ids.contains("bos");
  const bool by_template = has_bos && begins_with(tokenizer.value("post_processor", Json()), v.tokens[static_cast<size_t>(v.ids["bos"])]);
  v.flags["add_bos_token"] = has_bos && flag("add_bos_token").value_or(by_template || (v.model == "llama" && tokenizer.empty()));
  v.flags["add_eos_token"] = flag("add_eos_token").value_or(false);
}

/// Special tokens that only tokenizer_config.json or added_tokens.json know.
Status add_from_settings(const Json& settings, const fs::path& folder, ImportedVocabulary& v) {
  Json list = Json::array();
  if (const auto decoder = settings.find("added_tokens_decoder"); decoder != settings.end() && decoder->is_object()) {
    for (const auto& [id, token] : decoder->items()) {
      const bool digits = !id.empty() && id.size() < 9 && id.find_first_not_of("0123456789") == std::string::npos;
      if (!digits || !token.is_object()) continue;
      Json entry = token;
      entry["id"] = static_cast<uint64_t>(std::stoul(id));
      list.push_back(std::move(entry));
    }
  } else {
    const Result<Json> added = read_optional(folder / "added_tokens.json");
    if (!added) return added.error();
    for (const auto& [text, id] : added->items()) list.push_back({{"id", id}, {"content", text}, {"special", true}});
  }
  return add_added_tokens({{"added_tokens", list}}, utf8_text(folder / "tokenizer_config.json"), v);
}

Result<std::string> read_text(const fs::path& path) {
  const Result<MmapFile> file = MmapFile::open(utf8_text(path));
  if (!file) return file.error();
  const auto bytes = file->bytes();
  if (bytes.size() > kMaxTemplate)
    return Error{ErrorCode::bad_file, fmt::format("{} is larger than a chat template.", utf8_text(path)), "Download the model again."};
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// chat_template.jinja, else chat_template of the settings: a text, or a list of named ones.
Status find_templates(const Json& settings, const fs::path& folder, ImportedVocabulary& v) {
  if (is_file(folder / "chat_template.jinja")) {
    Result<std::string> text = read_text(folder / "chat_template.jinja");
    if (!text) return text.error();
    v.chat_template = std::move(*text);
  }
  Json own = settings.value("chat_template", Json());
  if (own.is_null()) {
    const Result<Json> other = read_optional(folder / "chat_template.json");
    if (!other) return other.error();
    own = other->value("chat_template", Json());
  }
  if (own.is_string() && v.chat_template.empty()) v.chat_template = own.get<std::string>();
  if (!own.is_array()) return {};
  for (const Json& entry : own) {
    const bool whole = entry.is_object() && entry.value("name", Json()).is_string() && entry.value("template", Json()).is_string();
    if (!whole) continue;
    const std::string name = entry["name"].get<std::string>(), text = entry["template"].get<std::string>();
    const bool plain = !name.empty() && name.size() <= 64 && gguf::printable(name) == name;
    const bool fresh = std::none_of(v.named_templates.begin(), v.named_templates.end(), [&](const auto& t) { return t.first == name; });
    if (name == "default") {
      if (v.chat_template.empty()) v.chat_template = text;
    } else if (plain && fresh) {
      v.named_templates.emplace_back(name, text);
    }
  }
  return {};
}

Result<ImportedVocabulary> read_tokens(const fs::path& folder, const Json& tokenizer, const std::string& arch) {
  const std::string path = utf8_text(folder / "tokenizer.json");
  const Json model = tokenizer.value("model", Json::object());
  const bool fallback = model.is_object() && model.value("byte_fallback", Json(false)) == true;
  const bool library_file = is_file(folder / "tokenizer.model");
  if (!tokenizer.empty() && !fallback) {
    const bool bpe = model.is_object() && model.value("type", Json("BPE")) == "BPE";
    if (!bpe && !library_file)
      return Error{ErrorCode::unsupported, fmt::format("{} is no BPE tokenizer.", path), "Choose a GGUF file of this model."};
    if (bpe) return read_byte_bpe(tokenizer, path, arch);
  }
  if (library_file) return read_sentencepiece(utf8_text(folder / "tokenizer.model"));
  if (!tokenizer.empty()) return read_fallback_bpe(tokenizer, path);
  return Error{ErrorCode::not_found, fmt::format("{} holds neither tokenizer.json nor tokenizer.model.", utf8_text(folder)),
               "Download the whole folder of the model."};
}

}  // namespace

Result<ImportedVocabulary> read_vocabulary(const std::string& place, const Json& config, const std::string& arch, int64_t rows) {
  const fs::path folder = native_path(place);
  Json tokenizer = Json::object();
  if (is_file(folder / "tokenizer.json")) {
    Result<Json> read = gguf::read_json(utf8_text(folder / "tokenizer.json"), kTokenizerLimits);
    if (!read) return read.error();
    tokenizer = std::move(*read);
  }
  const Result<Json> settings = read_optional(folder / "tokenizer_config.json");
  const Result<Json> generation = read_optional(folder / "generation_config.json");
  if (!settings) return settings.error();
  if (!generation) return generation.error();
  Result<ImportedVocabulary> v = read_tokens(folder, tokenizer, arch);
  if (!v) return v.error();
  if (Status s = add_from_settings(*settings, folder, *v); !s) return s.error();
  if (v->model == "llama" && !tokenizer.empty())
    if (Status s = add_added_tokens(tokenizer, utf8_text(folder / "tokenizer.json"), *v); !s) return s.error();
  if (static_cast<int64_t>(v->tokens.size()) > rows)
    return Error{ErrorCode::bad_file, fmt::format("{}: the tokenizer has {} tokens, the model only {}.", place, v->tokens.size(), rows),
                 "Download the whole folder of the model again."};
  find_special(*settings, config, *generation, *v);
  find_flags(*settings, tokenizer, *v);
  if (Status s = find_templates(*settings, folder, *v); !s) return s.error();
  if (static_cast<int64_t>(v->tokens.size()) < rows) v->put(rows - 1, fmt::format("[PAD{}]", rows - 1), kUnused);
  return v;
}

void put_vocabulary(const ImportedVocabulary& v, gguf::Writer& writer) {
  writer.put_string("tokenizer.ggml.model", v.model);
  if (!v.pre.empty()) writer.put_string("tokenizer.ggml.pre", v.pre);
  writer.put_strings("tokenizer.ggml.tokens", v.tokens);
  if (v.model == "llama") writer.put_f32s("tokenizer.ggml.scores", v.scores);
  writer.put_i32s("tokenizer.ggml.token_type", v.types);
  if (v.model == "gpt2") writer.put_strings("tokenizer.ggml.merges", v.merges);
  for (const auto& [name, id] : v.ids) writer.put_u32(fmt::format("tokenizer.ggml.{}_token_id", name), static_cast<uint32_t>(id));
  for (const auto& [name, value] : v.flags) writer.put_bool("tokenizer.ggml." + name, value);
  if (!v.chat_template.empty()) writer.put_string("tokenizer.chat_template", v.chat_template);
  std::vector<std::string> names;
  for (const auto& [name, text] : v.named_templates) {
    names.push_back(name);
    writer.put_string("tokenizer.chat_template." + name, text);
  }
  if (!names.empty()) writer.put_strings("tokenizer.chat_templates", names);
}

}  // namespace engine::importer
