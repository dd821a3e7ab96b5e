// Chat templates tried with the vocabulary of a model file, which need not be loaded.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/request.h"
#include "engine/result.h"

namespace engine {

/// Whether a template can take the place of the model's own. Errors: invalid_argument (it does not parse, or fails for a plain
/// conversation: the cause is named), those of the file and its vocabulary.
Status check_chat_template(const std::string& model_path, std::string_view chat_template);

/// The prompt of a conversation, without BOS where the tokenizer adds it. Template empty: the model's own, or the layout used in its place.
/// Errors: those of check_chat_template(); invalid_argument (an unknown role, no message, or the template fails for these messages).
Result<std::string> preview_prompt(const std::string& model_path, std::string_view chat_template, std::span<const ChatMessage> messages);

}  // namespace engine
