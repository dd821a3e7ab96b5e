// Messages -> prompt text, knowing which parts of it came from the messages.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/request.h"
#include "runtime/special_table.h"
#include "tokenizer/chat_template.h"
#include "tokenizer/tokenizer.h"

namespace engine {

/// Renders with a model's template. The parts that came from messages are found by rendering a second time with unique
/// marks in place of the contents and laying both results side by side. Where that fails (a template may look into a
/// message, e.g. for "</think>"), control tokens inside contents carry a mark through the template instead.
/// Errors: those of the template; a leading system message is merged into the first user message before giving up.
/// `thinking`: what the variables of templates that can do without it say; none: they are not there.
Result<Rendering> render_template(const ChatTemplate& chat_template, std::span<const ChatMessage> messages, const Tokenizer& tokenizer,
                                  const SpecialTable& specials, std::optional<bool> thinking = {});

/// The text with invalid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace engine
