#include "tokenizer/template_input.h"

#include <nlohmann/json.hpp>

namespace engine {

Result<std::string> render_template(std::string_view source, std::string_view input, const TemplateLimits& limits) {
  const auto variables = nlohmann::ordered_json::parse(input, nullptr, false);
  if (variables.is_discarded() || !variables.is_object()) return Error{ErrorCode::bad_file, "the template input is not a JSON object", ""};
  auto parsed = ChatTemplate::parse(source);
  if (!parsed) return parsed.error();
  return parsed->render(variables, limits);
}

}  // namespace engine
