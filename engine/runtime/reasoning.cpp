#include "runtime/reasoning.h"

#include <algorithm>
#include <array>
#include <utility>

namespace engine {
namespace {

constexpr std::string_view kSpaces = " \t\n\r\f\v";
constexpr size_t kLongestHead = 256;  // bytes of a harmony head; more is an answer without one

struct Tags {
  std::string_view open, close;
};
// Kimi, Magistral, Command A, Seed-OSS, Gemma 4, Apertus, Apriel. The last is the usual one.
constexpr std::array kTags = std::to_array<Tags>({
    {"◁think▷", "◁/think▷"},
    {"[THINK]", "[/THINK]"},
    {"<|START_THINKING|>", "<|END_THINKING|>"},
    {"<seed:think>", "</seed:think>"},
    {"<|channel>thought", "<channel|>"},
    {"<|inner_prefix|>", "<|inner_suffix|>"},
    {"Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"},
    {"<think>", "</think>"},
});
constexpr std::array kWrappers = std::to_array<Tags>({{"<answer>", "</answer>"}, {"<response>", "</response>"}});
constexpr std::array kHarmonyMarks =
    std::to_array<std::string_view>({"<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|constrain|>", "<|return|>", "<|call|>"});

/// Bytes at the end of `text` that are the beginning of `tag`.
size_t partial_tag(std::string_view text, std::string_view tag) {
  for (size_t n = std::min(text.size(), tag.size() - 1); n > 0; --n)
    if (text.ends_with(tag.substr(0, n))) return n;
  return 0;
}

size_t skip_spaces(std::string_view text) {
  return std::min(text.find_first_not_of(kSpaces), text.size());
}

std::string_view without_end_spaces(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

bool is_harmony_mark(std::string_view text) {
  return std::find(kHarmonyMarks.begin(), kHarmonyMarks.end(), text) != kHarmonyMarks.end();
}

}  // namespace

void add_part(std::vector<TextPart>& parts, TextKind kind, std::string_view text) {
  if (text.empty()) return;
  if (!parts.empty() && parts.back().kind == kind) {
    parts.back().text += text;
  } else {
    parts.push_back({kind, std::string(text)});
  }
}

ReasoningFormat detect_reasoning(const Tokenizer& tokenizer, std::string_view template_source) {
  std::array<bool, kTags.size()> opens{}, closes{};
  int harmony = 0;
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const std::string& text = tokenizer.token_text(id);
    harmony += text == "<|start|>" || text == "<|channel|>" || text == "<|message|>";
    for (size_t i = 0; i < kTags.size(); ++i) {
      opens[i] = opens[i] || (!text.empty() && text == kTags[i].open.substr(0, text.size()) && text.size() > 4);
      closes[i] = closes[i] || text == kTags[i].close;
    }
  }
  ReasoningFormat out;
  out.style = harmony >= 3 ? ReasoningFormat::Style::harmony : ReasoningFormat::Style::tags;
  if (out.style == ReasoningFormat::Style::tags) {
    size_t i = 0;
    for (; i + 1 < kTags.size(); ++i) {
      const bool in_template = template_source.find(kTags[i].open) != std::string_view::npos;
      if ((opens[i] && closes[i]) || (in_template && template_source.find(kTags[i].close) != std::string_view::npos)) break;
    }
    out.open = kTags[i].open;
    out.close = kTags[i].close;
  }
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    const std::string& text = tokenizer.token_text(id);
    if (out.style == ReasoningFormat::Style::harmony
            ? is_harmony_mark(text)
            : tokenizer.is_control(id) && text.size() > 4 && (out.open.starts_with(text) || out.close.starts_with(text)))
      out.marks.push_back(id);
  }
  return out;
}

ThinkingFrame thinking_frame(const ReasoningFormat& format, std::string_view prompt_end) {
  ThinkingFrame out;
  const std::string_view end = without_end_spaces(prompt_end);
  if (format.style == ReasoningFormat::Style::tags) {
    const bool opened = end.ends_with(format.open);
    out.possible = !end.ends_with(format.close);
    if (!opened) out.open = format.open + "\n";
    out.close = "\n" + format.close + "\n\n";
    if (opened) out.skip = format.close + "\n\n";
  } else if (format.style == ReasoningFormat::Style::harmony) {
    const bool in_message = end.ends_with("<|message|>");
    const std::string final_message = "<|channel|>final<|message|>";
    if (!in_message) out.open = "<|channel|>analysis<|message|>";
    out.close = "<|end|><|start|>assistant" + final_message;
    if (!in_message) out.skip = final_message;
  } else {
    out.possible = false;
  }
  return out;
}

ReasoningParser::ReasoningParser(const ReasoningFormat& format, std::string_view prompt_end) : format_(format) {
  if (format_.style == ReasoningFormat::Style::none) return;
  state_ = State::begin;
  if (format_.style == ReasoningFormat::Style::tags) {
    opened_by_prompt_ = without_end_spaces(prompt_end).ends_with(format_.open);
    if (opened_by_prompt_) state_ = State::thinking;
    return;
  }
  const size_t start = prompt_end.rfind("<|start|>");
  if (start == std::string_view::npos) return;
  for (std::string_view left = prompt_end.substr(start); !left.empty();) {
    const auto found = std::find_if(kHarmonyMarks.begin(), kHarmonyMarks.end(), [&](std::string_view m) { return left.starts_with(m); });
    if (found != kHarmonyMarks.end()) {
      static_cast<void>(harmony_mark(*found));
      left.remove_prefix(found->size());
    } else {
      static_cast<void>(harmony_text(left.substr(0, 1)));
      left.remove_prefix(1);
    }
  }
  // The role alone: the model writes the rest of the head.
  if (state_ == State::head && !in_channel_) {
    held_.clear();
    state_ = State::begin;
  }
  any_shown_ = false;
}

ReasoningParser ReasoningParser::within(const ReasoningFormat& format, TextKind kind) {
  ReasoningParser out(format, {});
  if (format.style == ReasoningFormat::Style::none) return out;
  out.state_ = kind == TextKind::thinking ? State::thinking : State::answer;
  out.section_is_empty_ = false;
  out.last_ = kind;
  out.any_shown_ = true;
  return out;
}

bool ReasoningParser::is_mark(int32_t token) const {
  return std::binary_search(format_.marks.begin(), format_.marks.end(), token);
}

std::vector<TextPart> ReasoningParser::text(std::string_view text) {
  if (format_.style == ReasoningFormat::Style::harmony) return harmony_text(text);
  Parts out;
  held_ += text;
  while (step(out)) {
  }
  return out;
}

std::vector<TextPart> ReasoningParser::mark(std::string_view mark) {
  if (format_.style == ReasoningFormat::Style::harmony) return harmony_mark(mark);
  // In an answer a control token shows as nothing.
  const bool matters = state_ == State::begin || state_ == State::thinking;
  return matters ? text(mark) : Parts{};
}

std::vector<TextPart> ReasoningParser::finish() {
  Parts out;
  const std::string rest = std::exchange(held_, {});
  if (state_ == State::thinking && format_.style == ReasoningFormat::Style::tags) {
    const std::string_view text = without_end_spaces(rest);
    add_part(out, TextKind::thinking, section_is_empty_ ? text.substr(skip_spaces(text)) : text);
  } else if (state_ == State::closed) {
    add_part(out, TextKind::answer, std::string_view(rest).substr(skip_spaces(rest)));
  } else if (state_ != State::head) {
    add_part(out, TextKind::answer, rest);
  }
  return out;
}

// ---- tags

/// One decision about the held text; false when it needs more text.
bool ReasoningParser::step(Parts& out) {
  switch (state_) {
    case State::begin:
      return begin(out);
    case State::thinking:
      return think(out);
    case State::closed:
      return close(out);
    case State::wrapped:
      return unwrap(out);
    default:
      add_part(out, TextKind::answer, std::exchange(held_, {}));
      return false;
  }
}

bool ReasoningParser::begin(Parts&) {
  const std::string_view rest = std::string_view(held_).substr(skip_spaces(held_));
  if (rest.starts_with(format_.open)) {
    held_.erase(0, held_.size() - rest.size() + format_.open.size());
    state_ = State::thinking;
    return true;
  }
  if (std::string_view(format_.open).starts_with(rest)) return false;
  state_ = State::answer;
  return true;
}

bool ReasoningParser::think(Parts& out) {
  if (section_is_empty_) {
    held_.erase(0, skip_spaces(held_));
    if (opened_by_prompt_ && std::string_view(format_.open).starts_with(held_) && held_.size() < format_.open.size()) return false;
    if (opened_by_prompt_ && held_.starts_with(format_.open)) {
      held_.erase(0, format_.open.size());
      opened_by_prompt_ = false;
      return true;
    }
  }
  const size_t end = held_.find(format_.close);
  emit_until(format_.close, TextKind::thinking, out);
  if (end == std::string::npos) return false;
  state_ = State::closed;
  return true;
}

bool ReasoningParser::close(Parts&) {
  held_.erase(0, skip_spaces(held_));
  if (held_.empty()) return false;
  for (const Tags& wrapper : kWrappers) {
    if (wrapper.open.starts_with(held_) && held_.size() < wrapper.open.size()) return false;
    if (!held_.starts_with(wrapper.open)) continue;
    held_.erase(0, wrapper.open.size());
    wrapper_end_ = wrapper.close;
    state_ = State::wrapped;
    section_is_empty_ = true;
    return true;
  }
  state_ = State::answer;
  return true;
}

bool ReasoningParser::unwrap(Parts& out) {
  if (section_is_empty_) held_.erase(0, skip_spaces(held_));
  const size_t end = held_.find(wrapper_end_);
  emit_until(wrapper_end_, TextKind::answer, out);
  if (end == std::string::npos) return false;
  state_ = State::answer;
  return true;
}

/// Shows the held text before the tag `end`, or what can be no part of it; white space waits for what follows it.
void ReasoningParser::emit_until(std::string_view end, TextKind kind, Parts& out) {
  const std::string_view held = held_;
  const size_t at = held.find(end);
  const bool found = at != std::string_view::npos;
  const std::string_view ready = without_end_spaces(held.substr(0, found ? at : held.size() - partial_tag(held, end)));
  add_part(out, kind, ready);
  if (!ready.empty()) section_is_empty_ = false;
  held_.erase(0, found ? at + end.size() : ready.size());
}

// ---- harmony

void ReasoningParser::begin_message() {
  const bool analysis = std::string_view(held_).substr(skip_spaces(held_)).starts_with("analysis");
  const TextKind kind = in_channel_ && analysis ? TextKind::thinking : TextKind::answer;
  separate_ = any_shown_ && kind == last_;
  last_ = kind;
  held_.clear();
  in_channel_ = false;
  state_ = kind == TextKind::thinking ? State::thinking : State::answer;
}

std::vector<TextPart> ReasoningParser::harmony_text(std::string_view text) {
  Parts out;
  if (state_ == State::begin || state_ == State::head) {
    held_ += text;
    if (held_.size() <= kLongestHead) return out;
    const std::string answer = std::exchange(held_, {});  // no head is that long
    in_channel_ = false;
    begin_message();
    return harmony_text(answer);
  }
  if (text.empty()) return out;
  if (std::exchange(separate_, false)) add_part(out, last_, "\n\n");
  add_part(out, last_, text);
  any_shown_ = true;
  return out;
}

std::vector<TextPart> ReasoningParser::harmony_mark(std::string_view mark) {
  if (mark == "<|message|>") {
    begin_message();
  } else if (mark == "<|channel|>") {
    held_.clear();
    in_channel_ = true;
    state_ = State::head;
  } else if (mark != "<|constrain|>") {
    held_.clear();
    in_channel_ = false;
    state_ = State::head;
  }
  return {};
}

}  // namespace engine
