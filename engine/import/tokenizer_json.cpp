// tokenizer.json of the tokenizers library: byte-level BPE, and SentencePiece models that were converted to BPE with byte fallback.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "gguf/printable.h"
#include "import/pretokenizer_name.h"
#include "import/vocabulary.h"
#include "tokenizer/spm_model.h"

namespace engine::importer {
namespace {

using gguf::printable;

constexpr int64_t kMaxTokens = 1 << 20;  // four times the largest published vocabulary

Error broken(const std::string& path, const std::string& what) {
  return {ErrorCode::bad_file, fmt::format("{} is damaged: {}.", path, what), "Download the model again."};
}

/// model.vocab: text -> id.
Status read_vocab(const nlohmann::json& tokenizer, const std::string& path, ImportedVocabulary& out) {
  const auto model = tokenizer.find("model");
  const auto vocab = model == tokenizer.end() || !model->is_object() ? nlohmann::json::const_iterator{} : model->find("vocab");
  if (model == tokenizer.end() || !model->is_object() || vocab == model->end() || !vocab->is_object() || vocab->empty())
    return broken(path, "it has no vocabulary");
  for (const auto& [text, id] : vocab->items()) {
    if (!id.is_number_unsigned() || !out.put(static_cast<int64_t>(std::min<uint64_t>(id.get<uint64_t>(), INT64_MAX)), text, kNormal))
      return broken(path, fmt::format("the token {} has an absurd id", printable(text)));
  }
  return {};
}

/// model.merges: pairs, as lists of two or with a space between.
Result<std::vector<std::pair<std::string, std::string>>> read_merges(const nlohmann::json& tokenizer, const std::string& path) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto merges = tokenizer["model"].find("merges");
  if (merges == tokenizer["model"].end() || !merges->is_array()) return broken(path, "it has no merges");
  for (const nlohmann::json& merge : *merges) {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
      out.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
      continue;
    }
    const size_t space = merge.is_string() ? merge.get_ref<const std::string&>().find(' ', 1) : std::string::npos;
    if (space == std::string::npos) return broken(path, "a merge is no pair");
    const auto& text = merge.get_ref<const std::string&>();
    out.emplace_back(text.substr(0, space), text.substr(space + 1));
  }
  return out;
}

/// GGUF parts a merge at its first space; in a byte-level vocabulary a space of the text is another character anyway.
std::string without_spaces(std::string text) {
  for (size_t at; (at = text.find(' ')) != std::string::npos;) text.replace(at, 1, "\xC4\xA0");  // U+0120
  return text;
}

/// What happens to text before it is split: NFC is left out, as every GGUF reader does.
Status check_normalizer(const nlohmann::json& tokenizer, const std::string& path, ImportedVocabulary& out) {
  const auto normalizer = tokenizer.find("normalizer");
  if (normalizer == tokenizer.end() || normalizer->is_null()) return {};
  const auto type_of = [](const nlohmann::json& n) {
    return n.is_object() && n.contains("type") && n["type"].is_string() ? n["type"].get<std::string>() : "";
  };
  std::vector<std::string> types = {type_of(*normalizer)};
  if (types[0] == "Sequence" && normalizer->contains("normalizers") && (*normalizer)["normalizers"].is_array()) {
    types.clear();
    for (const nlohmann::json& n : (*normalizer)["normalizers"]) types.push_back(type_of(n));
  }
  for (const std::string& type : types) {
    if (type != "NFC")
      return Error{ErrorCode::unsupported,
                   fmt::format("{}: the tokenizer changes text before it is split ({}).", path, printable(type, 32)),
                   "Choose a GGUF file of this model."};
    out.warnings.emplace_back("Composing of characters (NFC) is left out: GGUF files have no place for it.");
  }
  return {};
}

/// The score that SentencePiece needs follows from the merge that makes a token: earlier ones win.
void score_by_merges(const std::vector<std::pair<std::string, std::string>>& merges, ImportedVocabulary& out) {
  std::unordered_map<std::string, size_t> made;
  for (size_t i = 0; i < merges.size(); ++i) made.try_emplace(merges[i].first + merges[i].second, i);
  out.scores.resize(out.tokens.size());
  for (size_t i = 0; i < out.tokens.size(); ++i) {
    const auto merge = made.find(out.tokens[i]);
    if (out.types[i] == kNormal) out.scores[i] = -static_cast<float>(merge == made.end() ? made.size() : merge->second);
  }
}

}  // namespace

int32_t ImportedVocabulary::find(const std::string& text) const {
  const auto at = std::find(tokens.begin(), tokens.end(), text);
  return at == tokens.end() ? -1 : static_cast<int32_t>(at - tokens.begin());
}

bool ImportedVocabulary::put(int64_t id, const std::string& text, int32_t type, float score) {
  if (id < 0 || id >= kMaxTokens) return false;
  const auto at = static_cast<size_t>(id);
  while (tokens.size() <= at) {
    tokens.push_back(fmt::format("[PAD{}]", tokens.size()));
    types.push_back(kUnused);
    scores.push_back(0.0f);
  }
  tokens[at] = text;
  types[at] = type;
  scores[at] = score;
  return true;
}

Status add_added_tokens(const nlohmann::json& tokenizer, const std::string& path, ImportedVocabulary& vocabulary) {
  const auto list = tokenizer.find("added_tokens");
  if (list == tokenizer.end() || list->is_null()) return {};
  if (!list->is_array()) return broken(path, "added_tokens is no list");
  for (const nlohmann::json& token : *list) {
    const bool whole = token.is_object() && token.contains("id") && token["id"].is_number_unsigned() && token.contains("content") &&
                       token["content"].is_string();
    if (!whole) return broken(path, "an added token lacks its id or its text");
    const auto id = token["id"].get<uint64_t>();
    const bool special = token.value("special", nlohmann::json(false)) == true;
    const bool unknown = id < vocabulary.types.size() && vocabulary.types[id] == kUnknown;
    if (id >= static_cast<uint64_t>(kMaxTokens) || !vocabulary.put(static_cast<int64_t>(id), token["content"].get<std::string>(),
                                                                   unknown   ? kUnknown
                                                                   : special ? kControl
                                                                             : kUserDefined))
      return broken(path, "an added token has an absurd id");
  }
  return {};
}

Result<ImportedVocabulary> read_byte_bpe(const nlohmann::json& tokenizer, const std::string& path, const std::string& arch) {
  ImportedVocabulary out;
  out.model = "gpt2";
  if (Status s = read_vocab(tokenizer, path, out); !s) return s.error();
  if (Status s = check_normalizer(tokenizer, path, out); !s) return s.error();
  Result<std::string> pre = pretokenizer_name(tokenizer, path, arch);
  if (!pre) return pre.error();
  out.pre = *pre;
  const auto merges = read_merges(tokenizer, path);
  if (!merges) return merges.error();
  for (const auto& [left, right] : *merges) out.merges.push_back(without_spaces(left) + " " + without_spaces(right));
  if (Status s = add_added_tokens(tokenizer, path, out); !s) return s.error();
  return out;
}

Result<ImportedVocabulary> read_fallback_bpe(const nlohmann::json& tokenizer, const std::string& path) {
  ImportedVocabulary out;
  out.model = "llama";
  if (Status s = read_vocab(tokenizer, path, out); !s) return s.error();
  const auto merges = read_merges(tokenizer, path);
  if (!merges) return merges.error();
  for (size_t i = 0; i < out.tokens.size(); ++i)
    if (byte_of_text(out.tokens[i]) >= 0) out.types[i] = kByte;
  const nlohmann::json unknown = tokenizer["model"].value("unk_token", nlohmann::json());
  if (const int32_t id = unknown.is_string() ? out.find(unknown.get<std::string>()) : -1; id >= 0)
    out.types[static_cast<size_t>(id)] = kUnknown;
  if (Status s = add_added_tokens(tokenizer, path, out); !s) return s.error();
  score_by_merges(*merges, out);
  // The leading space comes from a normalizer (Prepend) or a pre-tokenizer (Metaspace); some models do without.
  const std::string text =
      tokenizer.value("normalizer", nlohmann::json()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
      tokenizer.value("pre_tokenizer", nlohmann::json()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const bool metaspace = text.find("\"Metaspace\"") != std::string::npos &&
                         text.find("\"prepend_scheme\":\"never\"") == std::string::npos &&
                         text.find("\"add_prefix_space\":false") == std::string::npos;
  out.flags["add_space_prefix"] = metaspace || text.find("\"Prepend\"") != std::string::npos;
  return out;
}

}  // namespace engine::importer
