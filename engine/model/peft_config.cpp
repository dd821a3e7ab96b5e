#include "model/peft_config.h"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "core/log.h"
#include "gguf/bounded_json.h"
#include "gguf/printable.h"

namespace engine::model {
namespace {

using gguf::printable;
using Json = nlohmann::ordered_json;

constexpr gguf::JsonLimits kLimits{size_t{1} << 20, 20000, 16};
constexpr size_t kMaxKey = 512;
constexpr size_t kMaxExpressions = 64;  // keys that are more than a name

struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
/// nullptr when the key is no regular expression.
std::shared_ptr<void> compile(std::string_view key) {
  const std::string pattern = fmt::format("(.*\\.)?({})$", key);
  int problem = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY, &problem, &offset, nullptr);
  if (!code) return nullptr;
  return {code, [](void* c) { pcre2_code_free(static_cast<pcre2_code*>(c)); }};
}

enum class Match { no, yes, gave_up };

/// Anchored at the front, as Python's re.match.
Match match(const void* code, std::string_view module) {
  const std::unique_ptr<pcre2_match_data, FreeData> data(pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  if (!data || !context) return Match::gave_up;
  pcre2_set_match_limit(context.get(), 20000);
  pcre2_set_heap_limit(context.get(), 1024);
  const int result = pcre2_match(static_cast<const pcre2_code*>(code), reinterpret_cast<PCRE2_SPTR>(module.data()), module.size(), 0,
                                 PCRE2_ANCHORED, data.get(), context.get());
  if (result == PCRE2_ERROR_NOMATCH) return Match::no;
  return result >= 0 ? Match::yes : Match::gave_up;
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/// What the expression does for a key without special characters; a dot stands for any character.
bool matches_name(std::string_view key, std::string_view module) {
  if (module.size() < key.size()) return false;
  const std::string_view tail = module.substr(module.size() - key.size());
  for (size_t i = key.size(); i-- > 0;)
    if (key[i] != '.' && key[i] != tail[i]) return false;
  return tail.size() == module.size() || module[module.size() - key.size() - 1] == '.';
}

/// Reads the settings; the first problem is kept.
class ConfigReader {
 public:
  ConfigReader(const Json& json, std::string path, std::string adapter)
      : json_(json), path_(std::move(path)), adapter_(std::move(adapter)) {}
  Result<PeftConfig> read();

 private:
  [[nodiscard]] const Json* find(const char* key) const;  // nullptr when it is absent or null
  [[nodiscard]] bool flag(const char* key) const;
  [[nodiscard]] bool has_content(const char* key) const;
  [[nodiscard]] std::string text(const char* key) const;
  std::optional<double> number(const char* key, double fallback);
  void pattern(const char* key, PeftPattern& out);
  void refuse(const std::string& what, const char* hint);
  void broken(const std::string& what);
  void check_kind();
  void check_settings();

  const Json& json_;
  std::string path_, adapter_;
  std::optional<Error> error_;
};

const Json* ConfigReader::find(const char* key) const {
  const auto at = json_.find(key);
  return at == json_.end() || at->is_null() ? nullptr : &*at;
}

bool ConfigReader::flag(const char* key) const {
  const Json* value = find(key);
  return value && value->is_boolean() && value->get<bool>();
}

bool ConfigReader::has_content(const char* key) const {
  const Json* value = find(key);
  if (!value) return false;
  return value->is_boolean() ? value->get<bool>() : value->is_string() ? !value->get_ref<const std::string&>().empty() : !value->empty();
}

std::string ConfigReader::text(const char* key) const {
  const Json* value = find(key);
  return value && value->is_string() ? value->get<std::string>() : "";
}

void ConfigReader::refuse(const std::string& what, const char* hint) {
  if (!error_) error_ = Error{ErrorCode::unsupported, fmt::format("The adapter {} {}.", adapter_, what), hint};
}

void ConfigReader::broken(const std::string& what) {
  if (!error_) error_ = Error{ErrorCode::bad_file, fmt::format("{} is damaged: {}.", path_, what), "Download the adapter again."};
}

std::optional<double> ConfigReader::number(const char* key, double fallback) {
  const Json* value = find(key);
  if (!value) return fallback;
  if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  broken(fmt::format("{} is no number", key));
  return std::nullopt;
}

void ConfigReader::pattern(const char* key, PeftPattern& out) {
  const Json* map = find(key);
  if (!map) return;
  if (!map->is_object()) return broken(fmt::format("{} is no table", key));
  for (const auto& [module, value] : map->items()) {
    if (!value.is_number()) return broken(fmt::format("{} of {} is no number", key, printable(module)));
    const std::string problem = out.add(module, value.template get<double>());
    if (!problem.empty()) return broken(fmt::format("in {}, {}", key, problem));
  }
}

void ConfigReader::check_kind() {
  const std::string type = text("peft_type");
  if (type.empty() && (find("lora_parameters") || find("fine_tune_type") || find("num_layers")))
    return refuse("is one of MLX, which is stored differently", "Convert it to the PEFT or GGUF form, or choose another adapter.");
  if (type.empty()) return broken("it does not say which kind of adapter this is (peft_type)");
  if (type != "LORA") return refuse(fmt::format("is of the kind {}, not LORA", printable(type, 32)), "Choose a LoRA adapter.");
}

/// Everything that would change the result and is not in the A and B matrices.
void ConfigReader::check_settings() {
  const char* const plain = "Choose a plain LoRA adapter, or merge this one into its base model.";
  if (flag("use_dora")) refuse("is a DoRA (use_dora)", plain);
  if (has_content("modules_to_save")) refuse("replaces whole modules (modules_to_save)", plain);
  if (has_content("trainable_token_indices")) refuse("replaces the vectors of some tokens (trainable_token_indices)", plain);
  if (const std::string bias = text("bias"); !bias.empty() && bias != "none")
    refuse(fmt::format("changes biases (bias: {})", printable(bias, 32)), plain);
  if (flag("lora_bias")) refuse("has biases of its own (lora_bias)", plain);
  if (flag("use_qalora")) refuse("is a QALoRA (use_qalora)", plain);
  if (has_content("layer_replication")) refuse("repeats layers of the model (layer_replication)", plain);
  if (has_content("alora_invocation_tokens")) refuse("is active only after certain tokens (aLoRA)", plain);
  if (has_content("arrow_config")) refuse("chooses between several adapters (arrow_config)", plain);
  // pissa, olora, corda, loftq and lora_ga subtract their start from the base weights, which the model here has whole.
  const std::string start = text("init_lora_weights");
  const bool harmless =
      start.empty() || start == "gaussian" || start == "eva" || start == "orthogonal" || start == "true" || start == "false";
  if (!harmless)
    refuse(fmt::format("starts from changed base weights (init_lora_weights: {})", printable(start, 32)),
           "Save it again as a plain LoRA (path_initial_model_for_weight_conversion of PEFT).");
  // A linear layer keeps A and B as they are; the setting is meant for GPT-2, whose matrices do not fit any model here.
  if (flag("fan_in_fan_out")) log(LogLevel::info, "{}: fan_in_fan_out has no meaning for the models that can run", path_);
}

Result<PeftConfig> ConfigReader::read() {
  PeftConfig out;
  check_kind();
  check_settings();
  out.base_model = text("base_model_name_or_path");
  out.rslora = flag("use_rslora");
  out.rank = number("r", 8).value_or(8);
  out.alpha = number("lora_alpha", 8).value_or(8);
  pattern("rank_pattern", out.ranks);
  pattern("alpha_pattern", out.alphas);
  if (error_) return *error_;
  return out;
}

}  // namespace

std::string PeftPattern::add(std::string key, double value) {
  if (key.empty() || key.size() > kMaxKey) return "a key is empty or very long";
  if (!std::isfinite(value) || std::fabs(value) > 1e9) return fmt::format("the value of {} is absurd", printable(key));
  std::shared_ptr<void> code;
  if (!std::all_of(key.begin(), key.end(), is_name_char)) {
    const auto expressions = std::count_if(keys_.begin(), keys_.end(), [](const Key& k) { return k.code != nullptr; });
    if (static_cast<size_t>(expressions) >= kMaxExpressions) return fmt::format("there are over {} regular expressions", kMaxExpressions);
    code = compile(key);
    if (!code) return fmt::format("{} is no regular expression", printable(key));
  }
  keys_.push_back({std::move(key), std::move(code), value});
  return {};
}

double PeftPattern::find(std::string_view module, double fallback) const {
  for (const Key& key : keys_) {
    const Match found = key.code ? match(key.code.get(), module) : matches_name(key.text, module) ? Match::yes : Match::no;
    gave_up_ = gave_up_ || found == Match::gave_up;
    if (found == Match::yes) return key.value;
  }
  return fallback;
}

float PeftConfig::scale_of(std::string_view module, int64_t module_rank) const {
  const double own = alphas.find(module, alpha), r = static_cast<double>(module_rank);
  return static_cast<float>(own / (rslora ? std::sqrt(r) : r));
}

Result<PeftConfig> read_peft_config(const std::string& path, const std::string& adapter) {
  const Result<Json> json = gguf::read_ordered_json(path, kLimits);
  if (!json) {
    if (json.error().code != ErrorCode::not_found) return json.error();
    return Error{ErrorCode::not_found, fmt::format("The adapter {} has no adapter_config.json beside its weights.", adapter),
                 "Download the whole folder of the adapter."};
  }
  return ConfigReader(*json, path, adapter).read();
}

}  // namespace engine::model
