// Requests -> prompt tokens, with the loaded model's chat template.
//
// Text of messages never becomes control tokens (see SpecialTable). The builder also remembers the token ids of recent
// answers per chat: a model may write a text with other tokens than the tokenizer would, and re-encoding it would
// make the next turn miss its own KV pages.
#pragma once

#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/request.h"
#include "engine/result.h"
#include "runtime/chat_layout.h"
#include "runtime/chat_rendering.h"
#include "runtime/reasoning.h"
#include "runtime/special_table.h"
#include "tokenizer/chat_template.h"
#include "tokenizer/tokenizer.h"

namespace engine {

struct Prompt {
  std::vector<int32_t> tokens;
  std::string text;                    // rendered; empty for raw prompts
  std::vector<SpecialMatch> specials;  // control tokens in `text`
  std::vector<std::string> stop;       // stop strings the layout needs
  ReasoningParser reasoning;           // tells the thinking in what follows the prompt; raw prompts: all is answer
};

class PromptBuilder {
 public:
  /// `template_source` is the model's `tokenizer.chat_template`, or another one (`from`: what format() says then), empty when there is
  /// none. With a template that does not parse, or that fails for a plain conversation, a layout that fits the vocabulary is used: see
  /// format().
  PromptBuilder(const Tokenizer& tokenizer, std::string_view template_source, ChatFormatSource from = ChatFormatSource::own_template);

  /// How prompts are laid out, and why.
  [[nodiscard]] const ChatFormat& format() const { return format_; }

  /// The prompt of a conversation, ready for the answer. Errors: invalid_argument (an unknown role, no message).
  /// `begun`: what there is of that answer, behind which the prompt ends. `thinking`: as Request::thinking.
  Result<Prompt> chat(std::span<const ChatMessage> messages, uint64_t salt, const std::optional<BegunAnswer>& begun = {},
                      std::optional<bool> thinking = {});

  /// Tokens of a conversation.
  struct Size {
    int prompt = 0;             // all of it, with the marks of the template
    std::vector<int> contents;  // of each message's text alone
  };
  /// How long a prompt of chat() would be, without what was remembered. Errors: those of chat().
  [[nodiscard]] Result<Size> measure(std::span<const ChatMessage> messages) const;

  /// The text of a prompt of chat(), but an error where the template fails for these messages. For showing it.
  [[nodiscard]] Result<std::string> preview(std::span<const ChatMessage> messages) const;

  /// Raw text: special tokens written out are honoured, BOS is added when the model wants one.
  [[nodiscard]] Prompt raw(std::string_view text) const;

  /// Remembers that `answer` (ids, and their visible text) followed a prompt of chat().
  void remember(const Prompt& prompt, uint64_t salt, std::span<const int32_t> answer, std::string_view answer_text);

 private:
  /// How a turn that a prompt repeats may end there: with a control token, or with the prompt.
  enum class TurnEnd { closed, open };
  struct Turn {
    uint64_t salt;
    std::string prompt, answer;  // answer without surrounding spaces
    std::vector<SpecialMatch> specials;
    std::vector<int32_t> tokens;
    [[nodiscard]] size_t bytes() const { return prompt.size() + answer.size() + tokens.size() * sizeof(int32_t); }
  };
  void take_template(std::string_view source, ChatFormatSource from);
  [[nodiscard]] Rendering render(std::span<const ChatMessage> messages, std::optional<bool> thinking) const;
  [[nodiscard]] ReasoningParser append(Rendering& rendering, size_t typed, const BegunAnswer& begun) const;
  [[nodiscard]] std::vector<int32_t> encode(const Rendering& rendering, std::span<const SpecialMatch> specials) const;
  static size_t continues(const Turn& turn, std::string_view text, std::span<const SpecialMatch> specials, TurnEnd end);

  const Tokenizer* tokenizer_;
  SpecialTable specials_;
  std::optional<ChatTemplate> template_;
  const ChatLayout* layout_;
  ChatFormat format_;
  ReasoningFormat reasoning_;
  std::list<Turn> turns_;  // most recent first
  size_t turn_bytes_ = 0;
};

}  // namespace engine
