// Renders a chat template from the text of two files: what `hearth-cli template` does.
#pragma once

#include <string>
#include <string_view>

#include "tokenizer/chat_template.h"

namespace engine {

/// `source`: the Jinja text. `input`: a JSON object with messages, add_generation_prompt, bos_token, eos_token, tools,
/// `now` (ISO time for strftime_now) and any further variables. Errors: those of ChatTemplate, and bad_file if `input` is no
/// JSON object.
Result<std::string> render_template(std::string_view source, std::string_view input, const TemplateLimits& limits = {});

}  // namespace engine
