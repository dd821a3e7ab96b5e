// Prompt layouts for models whose file has no usable chat template, chosen by the special tokens that the model knows.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/request.h"
#include "runtime/special_table.h"
#include "tokenizer/tokenizer.h"

namespace engine {

/// How one family of models writes a conversation. "$eos" stands for the text of the end token.
struct ChatLayout {
  const char* name;                     // for people
  std::vector<std::string_view> needs;  // tokens a vocabulary must have, all of them
  const char* begin;                    // before everything, without BOS
  const char *system, *system_end;      // null: the system message is put in front of the first user message
  const char *user, *user_end;
  const char *assistant, *assistant_end;
  const char* answer;     // what the model continues
  const char* stop = "";  // where the answer ends, for models without an end token of a turn
};

/// The layout of the family that a vocabulary belongs to; plain "User:" lines when it fits none.
const ChatLayout& guess_layout(const Tokenizer& tokenizer, const SpecialTable& specials);

/// Renders in a fixed layout, ready for the assistant's answer.
Rendering render_layout(const ChatLayout& layout, std::span<const ChatMessage> messages, const Tokenizer& tokenizer);

/// The messages with a leading system message put in front of the first user message; unchanged if there is none.
std::vector<ChatMessage> without_system(std::vector<ChatMessage> messages);

}  // namespace engine
