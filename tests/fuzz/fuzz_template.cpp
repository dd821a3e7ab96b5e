// A chat template and, after a NUL, the JSON object of its variables. A part that is no JSON object is replaced by a short
// conversation.
#include <nlohmann/json.hpp>

#include "fuzz/engine_support.h"
#include "tokenizer/chat_template.h"

namespace {

using engine::ChatTemplate;
using engine::ErrorCode;
using engine::TemplateLimits;
using hearth_fuzz::check_error;
using hearth_fuzz::require;
using nlohmann::ordered_json;

constexpr const char* kConversation = R"({"messages": [{"role": "system", "content": "Be brief."},
  {"role": "user", "content": " Hi <b>there</b> \n"}, {"role": "assistant", "content": "你好", "tool_calls": [{"name": "f",
  "arguments": {"a": 1, "b": [1.5, null, true]}}]}], "x": 5, "y": 2.5, "s": "Größe", "l": [3, 1, 2], "d": {"b": 1, "a": "two"},
  "n": null, "t": true, "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>", "now": "2024-07-26T12:00:00"})";

constexpr TemplateLimits kLimits{.max_steps = 100'000, .max_output = 1u << 20, .max_depth = 200};
constexpr TemplateLimits kWiderLimits{.max_steps = 200'000, .max_output = 2u << 20, .max_depth = 250};

ordered_json variables_of(std::string_view text) {
  ordered_json variables = ordered_json::parse(text, nullptr, false);
  if (variables.is_discarded() || !variables.is_object()) return ordered_json::parse(kConversation);
  if (!variables.contains("now")) variables["now"] = "2024-07-26T12:00:00";  // the clock would make every run another one
  return variables;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  hearth_fuzz::quiet_log();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view source = input.substr(0, input.find('\0'));
  const auto parsed = ChatTemplate::parse(source);
  if (!parsed) {
    check_error(parsed.error());
    require(parsed.error().code == ErrorCode::bad_file, "a template that does not parse is a bad file");
    require(parsed.error().message.find("line ") != std::string::npos, "the line is named", parsed.error().message);
    return 0;
  }
  const ordered_json variables = variables_of(input.substr(std::min(source.size() + 1, size)));
  const double start = hearth_fuzz::processor_seconds();
  const auto text = parsed->render(variables, kLimits);
  require(hearth_fuzz::processor_seconds() - start < 5.0, "the step limit bounds the time");
  if (!text) {
    check_error(text.error());
    return 0;
  }
  require(text->size() <= kLimits.max_output, "the output limit holds");
  require(!hearth_fuzz::is_utf8(source) || hearth_fuzz::is_utf8(*text), "UTF-8 in, UTF-8 out");
  const auto again = parsed->render(variables, kWiderLimits);
  require(again && *again == *text, "what fits the limits does not depend on them");
  return 0;
}
