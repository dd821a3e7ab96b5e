// Tells a model's thinking from its answer while the text streams.
//
// Models mark their thinking in three ways: with a pair of tags at the beginning of the answer ("<think>...</think>", single
// tokens or text), with the opening tag already written by the chat template, and with the channels of gpt-oss
// (formats.md 8: "<|channel|>analysis<|message|>...<|end|>"). How the text is cut into pieces never changes the result: a
// tag may be spread over pieces, and text that could be the beginning of one is held back until it is decided.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/request.h"
#include "tokenizer/tokenizer.h"

namespace engine {

/// A piece of what a model wrote.
struct TextPart {
  TextKind kind = TextKind::answer;
  std::string text;
  friend bool operator==(const TextPart&, const TextPart&) = default;
};

/// Appends a part; one of the same kind as the last is joined to it.
void add_part(std::vector<TextPart>& parts, TextKind kind, std::string_view text);

/// How a model marks its thinking.
struct ReasoningFormat {
  enum class Style { none, tags, harmony };
  Style style = Style::none;
  std::string open, close;     // of tags
  std::vector<int32_t> marks;  // tokens that show as nothing in text but matter here, ascending
};

/// Chosen by the tokens a model knows and the tags its chat template writes; tags "<think>" and "</think>" otherwise.
ReasoningFormat detect_reasoning(const Tokenizer& tokenizer, std::string_view template_source);

/// What is written around thinking that stands at the beginning of an answer.
struct ThinkingFrame {
  bool possible = true;     // false: the prompt has ended the thinking already
  std::string open, close;  // around thinking, what the prompt has written left out
  std::string skip;         // in front of an answer without thinking
};

/// `prompt_end`: as for ReasoningParser.
ThinkingFrame thinking_frame(const ReasoningFormat& format, std::string_view prompt_end);

/// The state of one answer.
class ReasoningParser {
 public:
  /// Everything is answer.
  ReasoningParser() = default;
  /// `prompt_end` is what the chat template wrote after the last message: it may have begun the thinking. `format` is copied.
  ReasoningParser(const ReasoningFormat& format, std::string_view prompt_end);

  /// In the middle of the thinking, or of the answer behind it, of which the prompt holds the beginning.
  [[nodiscard]] static ReasoningParser within(const ReasoningFormat& format, TextKind kind);

  /// True for tokens that are given to mark() in place of text().
  [[nodiscard]] bool is_mark(int32_t token) const;

  /// What can be shown after more text. White space around the tags belongs to neither section.
  std::vector<TextPart> text(std::string_view text);
  /// The same after a token of ReasoningFormat::marks, by the text of its vocabulary entry.
  std::vector<TextPart> mark(std::string_view mark);
  /// What is held back, when the answer ends.
  std::vector<TextPart> finish();

  /// What comes next belongs to the thinking, as far as is known.
  [[nodiscard]] bool thinking() const { return state_ == State::thinking; }

 private:
  enum class State {
    begin,     // nothing visible yet; harmony: the head of the first message
    thinking,  // inside the thinking
    closed,    // after the thinking, before the answer
    answer,
    wrapped,  // inside "<answer>" or "<response>", which some models write after their thinking
    head,     // harmony: between <|start|> and <|message|>
  };
  using Parts = std::vector<TextPart>;

  [[nodiscard]] bool step(Parts& out);
  bool begin(Parts& out);
  bool think(Parts& out);
  bool close(Parts& out);
  bool unwrap(Parts& out);
  void emit_until(std::string_view end, TextKind kind, Parts& out);
  Parts harmony_text(std::string_view text);
  Parts harmony_mark(std::string_view mark);
  void begin_message();

  ReasoningFormat format_;
  State state_ = State::answer;
  std::string held_;               // not decided yet
  std::string wrapper_end_;        // closing tag of State::wrapped
  bool section_is_empty_ = true;   // nothing of the thinking was shown yet
  bool opened_by_prompt_ = false;  // a model may repeat the tag
  // Harmony
  bool in_channel_ = false;  // the head names the channel now
  bool separate_ = false;    // a message of the same kind came before
  TextKind last_ = TextKind::answer;
  bool any_shown_ = false;
};

}  // namespace engine
