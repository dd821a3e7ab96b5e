#include "import/pretokenizer_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "gguf/printable.h"
#include "tokenizer/utf8.h"

namespace engine::importer {
namespace {

using gguf::printable;
using Patterns = std::vector<std::string>;

#define CONTRACTION "<contraction>"
#define SPACES R"(\s*[\r\n]+|\s+(?!\S)|\s+)"
#define UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define CASED_WORD(suffix) R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+" suffix R"(|[^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER "*" suffix

/// Ways to write 's 't 're 've 'm 'll 'd in either case.
constexpr std::string_view kContractions[] = {
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)",
    "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])",
    "'(?i:[sdmt]|ll|ve|re)",
    "(?i:[sdmt]|ll|ve|re)'",
    "'(?:[sSdDmMtT]|[rR][eE]|[vV][eE]|[lL][lL])",
};

const std::string kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
const std::string kCjk = R"([\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+)";

struct Rule {
  const char* name;
  Patterns patterns;  // as tokenizer.json has them, contractions replaced
};

/// The letters of deepseek-llm, checked by their first and last ranges and their number: 87 ranges written out.
constexpr std::string_view kDeepseekLettersStart = R"(\s?[A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6)";

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"llama-bpe", {CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES}},
      {"qwen2", {CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES}},
      {"qwen35", {CONTRACTION R"(|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)" SPACES}},
      {"deepseek-v3",
       {R"(\p{N}{1,3})", R"([\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+)",
        R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|)" SPACES}},
      {"deepseek-llm",
       {R"([\r\n])", "<deepseek letters>", R"(\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+)", R"(\s+$)", kCjk,
        R"(\p{N})"}},
      {"deepseek-coder", {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", kCjk, R"(\p{N})"}},
      {"gpt-4o", {CASED_WORD(CONTRACTION "?") R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES}},
      {"tekken", {CASED_WORD("") R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES}},
      {"bailingmoe", {CONTRACTION R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"}},
      {"gpt-2", {kGpt2}},
      {"refact", {R"(\p{N})", kGpt2}},
  };
  return all;
}

/// \uXXXX and \x{XXXX} become the characters they stand for, line breaks and tabs their escapes; everything else stays.
std::string with_characters(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool escape = pattern[i] == '\\' && i + 1 < pattern.size();
    const size_t start = i + (escape && pattern[i + 1] == 'x' && i + 2 < pattern.size() && pattern[i + 2] == '{' ? 3 : 2);
    if (escape && (pattern[i + 1] == 'u' || start == i + 3)) {
      const size_t end = start == i + 3 ? pattern.find('}', start) : start + 4;
      uint32_t code = 0;
      if (end != std::string_view::npos && end <= pattern.size()) {
        const auto [stop, problem] = std::from_chars(pattern.data() + start, pattern.data() + end, code, 16);
        if (problem == std::errc{} && stop == pattern.data() + end && code >= 0x20 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF)) {
          utf8::append(out, code);
          i = start == i + 3 ? end : end - 1;
          continue;
        }
      }
    }
    const char c = pattern[i];
    if (c == '\r' || c == '\n' || c == '\t')
      out += c == '\r' ? "\\r" : c == '\n' ? "\\n" : "\\t";
    else
      out.push_back(c);
    if (escape) out.push_back(pattern[++i]);
  }
  return out;
}

/// A quantifier that gives nothing back splits these texts as one that does.
std::string without_possessive(std::string_view pattern) {
  std::string out;
  bool in_class = false, quantifier = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      // \p{L}: what is in braces belongs to the escape.
      const size_t end = i + 2 < pattern.size() && pattern[i + 2] == '{' ? std::min(pattern.find('}', i), pattern.size() - 1) : i + 1;
      out += pattern.substr(i, end + 1 - i);
      i = end;
      quantifier = false;
      continue;
    }
    if (c == '+' && quantifier && !in_class) {
      quantifier = false;
      continue;
    }
    in_class = in_class ? c != ']' : c == '[';
    quantifier = !in_class && (c == '+' || c == '*' || c == '?' || c == '}');
    out.push_back(c);
  }
  return out;
}

/// Ways of writing the same thing become one.
std::string canonical(std::string_view pattern) {
  std::string out = without_possessive(with_characters(pattern));
  for (const std::string_view form : kContractions)
    for (size_t at; (at = out.find(form)) != std::string::npos;) out.replace(at, form.size(), CONTRACTION);
  if (const std::string group = "(?:" CONTRACTION ")"; true)
    for (size_t at; (at = out.find(group)) != std::string::npos;) out.replace(at, group.size(), CONTRACTION);
  // 87 ranges of letters that only one family writes out.
  if (out.starts_with(with_characters(kDeepseekLettersStart)) && out.ends_with("]+") && out.size() > 300) out = "<deepseek letters>";
  return out;
}

/// What a tokenizer.json does before BPE, as a list of patterns.
class Steps {
 public:
  explicit Steps(std::string path) : path_(std::move(path)) {}
  Status add(const nlohmann::json& step);

  Patterns patterns;
  bool byte_level = false;

 private:
  Status split(const nlohmann::json& step);
  [[nodiscard]] Error refuse(const std::string& what) const {
    return {ErrorCode::unsupported, fmt::format("{}: {}.", path_, what), "Choose a GGUF file of this model."};
  }
  std::string path_;
  int depth_ = 0;
};

/// Both keep every character: "Isolated", or "Removed" of everything between the matches, where the pattern leaves nothing over.
Status Steps::split(const nlohmann::json& step) {
  const nlohmann::json pattern = step.value("pattern", nlohmann::json::object());
  const bool regex = pattern.is_object() && pattern.contains("Regex") && pattern["Regex"].is_string();
  if (!regex) return refuse("the pre-tokenizer splits at a fixed text");
  const auto& text = pattern["Regex"].get_ref<const std::string&>();
  const nlohmann::json behaviour = step.value("behavior", nlohmann::json("")), invert = step.value("invert", nlohmann::json(false));
  const bool isolated = behaviour == "Isolated", removed = behaviour == "Removed" && invert == true;
  if (!isolated && !removed) return refuse(fmt::format("the pre-tokenizer splits in an unknown way at {}", printable(text, 200)));
  patterns.push_back(canonical(text));
  return {};
}

Status Steps::add(const nlohmann::json& step) {
  if (!step.is_object() || !step.contains("type") || !step["type"].is_string())
    return refuse("the pre-tokenizer has a step without a type");
  const auto& type = step["type"].get_ref<const std::string&>();
  if (type == "Sequence") {
    const auto list = step.find("pretokenizers");
    if (list == step.end() || !list->is_array() || ++depth_ > 4) return refuse("the pre-tokenizer is a sequence of nothing");
    for (const nlohmann::json& inner : *list)
      if (Status s = add(inner); !s) return s;
    return {};
  }
  if (type == "Split") return split(step);
  if (type == "Digits") {
    const bool single = step.value("individual_digits", nlohmann::json(false)) == true;
    patterns.emplace_back(single ? R"(\p{N})" : R"(\p{N}+)");
    return {};
  }
  if (type != "ByteLevel") return refuse(fmt::format("the pre-tokenizer has the step '{}'", printable(type, 32)));
  if (step.value("add_prefix_space", nlohmann::json(false)) == true) return refuse("the pre-tokenizer puts a space before every text");
  if (step.value("use_regex", nlohmann::json(true)) == true) patterns.push_back(kGpt2);
  byte_level = true;
  return {};
}

std::string joined(const Patterns& patterns) {
  std::string out;
  for (const std::string& p : patterns) out += (out.empty() ? "" : "  then  ") + printable(p, 160);
  return out.substr(0, 900);
}

}  // namespace

Result<std::string> pretokenizer_name(const nlohmann::json& tokenizer, const std::string& path, const std::string& arch) {
  const auto step = tokenizer.find("pre_tokenizer");
  Steps steps(path);
  if (step != tokenizer.end() && !step->is_null())
    if (Status s = steps.add(*step); !s) return s.error();
  if (!steps.byte_level)
    return Error{ErrorCode::unsupported, fmt::format("{}: the tokenizer does not work on bytes.", path),
                 "Choose a GGUF file of this model."};
  for (const Rule& rule : rules()) {
    Patterns wanted;
    for (const std::string& pattern : rule.patterns) wanted.push_back(with_characters(pattern));
    if (wanted != steps.patterns) continue;
    const std::string name = rule.name;
    const nlohmann::json ignore = tokenizer["model"].value("ignore_merges", nlohmann::json(false));
    if (name == "llama-bpe" && arch == "glm4moe") return std::string("glm4");
    if (name == "llama-bpe" && ignore != true)
      return std::string("dbrx");  // the same pattern, pieces that are tokens are merged all the same
    if (name == "gpt-2" && arch == "olmoe") return std::string("olmo");
    return name;
  }
  return Error{ErrorCode::unsupported, fmt::format("{}: no known pre-tokenizer splits at {}.", path, joined(steps.patterns)),
               "Choose a GGUF file of this model."};
}

}  // namespace engine::importer
