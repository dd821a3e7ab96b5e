#include "runtime/prompt_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/log.h"

namespace engine {
namespace {

constexpr size_t kRememberedBytes = 8u << 20;  // all remembered turns together
constexpr std::string_view kSpaces = " \t\n\r\f\v";

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

size_t skip_spaces(std::string_view text, size_t at) {
  return std::min(text.find_first_not_of(kSpaces, at), text.size());
}

/// Messages of known roles, as valid UTF-8.
Result<std::vector<ChatMessage>> checked(std::span<const ChatMessage> messages) {
  if (messages.empty()) return Error{ErrorCode::invalid_argument, "The conversation has no message.", "Type a message first."};
  std::vector<ChatMessage> clean;
  for (const ChatMessage& m : messages) {
    if (m.role != "system" && m.role != "user" && m.role != "assistant")
      return Error{ErrorCode::invalid_argument, fmt::format("The role \"{}\" is unknown.", valid_utf8(m.role)),
                   "Use system, user or assistant."};
    clean.push_back({m.role, valid_utf8(m.content)});
  }
  return clean;
}

}  // namespace

PromptBuilder::PromptBuilder(const Tokenizer& tokenizer, std::string_view template_source, ChatFormatSource from)
    : tokenizer_(&tokenizer),
      specials_(tokenizer, template_source),
      layout_(&guess_layout(tokenizer, specials_)),
      reasoning_(detect_reasoning(tokenizer, template_source)) {
  take_template(template_source, from);
  if (template_) return;
  format_.layout = layout_->name;
  // For the log only: ModelLoaded::chat_format tells whoever shows it.
  log(LogLevel::info, "{}; prompts have the layout {}",
      format_.problem.empty() ? "the model has no chat template" : "the chat template of the model is broken (" + format_.problem + ")",
      format_.layout);
}

/// Parses the model's template and tries it on what every chat comes to, so that a layout never changes in the middle of one.
void PromptBuilder::take_template(std::string_view source, ChatFormatSource from) {
  format_.source = ChatFormatSource::no_template;
  if (source.empty()) return;
  format_.source = ChatFormatSource::broken_template;
  auto parsed = ChatTemplate::parse(source);
  if (!parsed) {
    format_.problem = parsed.error().message;
    return;
  }
  const std::vector<ChatMessage> chat = {{"system", "Be brief."}, {"user", "Hello"}, {"assistant", "Hi."}, {"user", "Go on."}};
  const std::span<const ChatMessage> all = chat;
  for (const auto& part : {all.subspan(1, 1), all.subspan(1, 3), all}) {
    const auto rendered = render_template(*parsed, part, *tokenizer_, specials_);
    if (rendered) continue;
    format_.problem = rendered.error().message;
    return;
  }
  format_ = {from, {}, {}};
  const auto with = [&](bool thinking) { return render_template(*parsed, all.subspan(1, 1), *tokenizer_, specials_, thinking); };
  const auto thinking = with(true), direct = with(false);
  format_.thinking_switch = thinking && direct && thinking->text != direct->text;
  template_.emplace(std::move(*parsed));
}

Rendering PromptBuilder::render(std::span<const ChatMessage> messages, std::optional<bool> thinking) const {
  if (template_) {
    if (!format_.thinking_switch) thinking.reset();
    auto rendered = render_template(*template_, messages, *tokenizer_, specials_, thinking);
    if (rendered) return *std::move(rendered);
    log(LogLevel::warn, "the chat template failed ({}), using the layout {}", rendered.error().message, layout_->name);
  }
  return render_layout(*layout_, messages, *tokenizer_);
}

/// Writes what there is of the answer behind a prompt as the model itself would have; `typed`: where the last message ends.
ReasoningParser PromptBuilder::append(Rendering& rendering, size_t typed, const BegunAnswer& begun) const {
  const auto content = [&rendering](std::string_view text) {
    const size_t begin = rendering.text.size();
    rendering.text += valid_utf8(text);
    if (rendering.text.size() > begin) rendering.untrusted.push_back({begin, rendering.text.size()});
  };
  const bool thinking = begun.text.empty() && !begun.thinking.empty();
  const ThinkingFrame frame = thinking_frame(reasoning_, std::string_view(rendering.text).substr(typed));
  if (!begun.thinking.empty() && frame.possible) {
    rendering.text += frame.open;
    content(begun.thinking);
    if (!thinking) rendering.text += frame.close;
  } else if (!begun.text.empty()) {
    rendering.text += frame.skip;
  }
  // Layouts begin an answer with a space that a model writes by itself.
  const std::string_view assistant = layout_->assistant, answer = layout_->answer;
  if (!template_ && begun.thinking.empty() && assistant.starts_with(answer)) rendering.text += assistant.substr(answer.size());
  content(begun.text);
  return ReasoningParser::within(reasoning_, thinking && frame.possible ? TextKind::thinking : TextKind::answer);
}

Result<Prompt> PromptBuilder::chat(std::span<const ChatMessage> messages, uint64_t salt, const std::optional<BegunAnswer>& begun,
                                   std::optional<bool> thinking) {
  const Result<std::vector<ChatMessage>> clean = checked(messages);
  if (!clean) return clean.error();
  Prompt out;
  Rendering rendering = render(*clean, thinking);
  const size_t typed = rendering.untrusted.empty() ? 0 : rendering.untrusted.back().end;
  const bool goes_on = begun && !(begun->thinking.empty() && begun->text.empty());
  out.reasoning = goes_on ? append(rendering, typed, *begun) : ReasoningParser(reasoning_, std::string_view(rendering.text).substr(typed));
  out.specials = specials_.find(rendering);
  if (!template_ && *layout_->stop != '\0') out.stop.emplace_back(layout_->stop);

  const Turn* longest = nullptr;
  size_t at = 0;
  for (const Turn& turn : turns_) {
    if (turn.salt != salt) continue;
    const size_t end = continues(turn, rendering.text, out.specials, goes_on ? TurnEnd::open : TurnEnd::closed);
    if (end > at) {
      longest = &turn;
      at = end;
    }
  }
  if (longest != nullptr) {
    out.tokens = longest->tokens;
    const auto rest = specials_.encode(rendering, out.specials, at);
    out.tokens.insert(out.tokens.end(), rest.begin(), rest.end());
  } else {
    out.tokens = encode(rendering, out.specials);
  }
  out.text = std::move(rendering.text);
  return out;
}

Result<std::string> PromptBuilder::preview(std::span<const ChatMessage> messages) const {
  const Result<std::vector<ChatMessage>> clean = checked(messages);
  if (!clean) return clean.error();
  if (!template_) return render_layout(*layout_, *clean, *tokenizer_).text;
  Result<Rendering> rendered = render_template(*template_, *clean, *tokenizer_, specials_);
  if (!rendered) return rendered.error();
  return std::move(rendered->text);
}

Result<PromptBuilder::Size> PromptBuilder::measure(std::span<const ChatMessage> messages) const {
  const Result<std::vector<ChatMessage>> clean = checked(messages);
  if (!clean) return clean.error();
  const Rendering rendering = render(*clean, {});
  Size size{static_cast<int>(encode(rendering, specials_.find(rendering)).size()), {}};
  for (const ChatMessage& message : *clean)
    size.contents.push_back(static_cast<int>(tokenizer_->encode(message.content, SpecialTokens::as_text).size()));
  return size;
}

/// Where the text after a remembered turn begins, a control token or the end of the text; 0 when the text does not continue the turn.
size_t PromptBuilder::continues(const Turn& turn, std::string_view text, std::span<const SpecialMatch> specials, TurnEnd end) {
  if (!text.starts_with(turn.prompt)) return 0;
  // The same bytes can be control tokens in one prompt and typed text in the other.
  const auto after = std::find_if(specials.begin(), specials.end(), [&](const SpecialMatch& m) { return m.end > turn.prompt.size(); });
  if (!std::equal(specials.begin(), after, turn.specials.begin(), turn.specials.end())) return 0;
  size_t at = skip_spaces(text, turn.prompt.size());
  if (!text.substr(at).starts_with(turn.answer)) return 0;
  at = skip_spaces(text, at + turn.answer.size());
  if (after == specials.end()) return end == TurnEnd::open && at == text.size() ? at : 0;
  return after->begin == at ? at : 0;
}

std::vector<int32_t> PromptBuilder::encode(const Rendering& rendering, std::span<const SpecialMatch> specials) const {
  // Without special text in messages the tokenizer's own parsing is exact.
  const bool harmless = std::none_of(rendering.untrusted.begin(), rendering.untrusted.end(), [&](const Span& s) {
    return !specials_.occurrences(std::string_view(rendering.text).substr(s.begin, s.end - s.begin)).empty();
  });
  if (harmless && specials_.find({rendering.text, {}}).size() == specials.size())
    return encode_prompt(*tokenizer_, rendering.text, SpecialTokens::parse);
  std::vector<int32_t> ids = specials_.encode(rendering, specials, 0);
  const bool has_bos = !ids.empty() && ids.front() == tokenizer_->bos();
  if (tokenizer_->adds_bos() && tokenizer_->bos() >= 0 && !has_bos) ids.insert(ids.begin(), tokenizer_->bos());
  return ids;
}

Prompt PromptBuilder::raw(std::string_view text) const {
  Prompt out;
  out.tokens = encode_prompt(*tokenizer_, text, SpecialTokens::parse);
  return out;
}

void PromptBuilder::remember(const Prompt& prompt, uint64_t salt, std::span<const int32_t> answer, std::string_view answer_text) {
  const std::string_view visible = trim(answer_text);
  if (prompt.text.empty() || visible.empty() || !specials_.occurrences(visible).empty()) return;
  if (std::any_of(answer.begin(), answer.end(), [this](int32_t id) { return tokenizer_->is_control(id); })) return;
  Turn turn{salt, prompt.text, std::string(visible), prompt.specials, prompt.tokens};
  turn.tokens.insert(turn.tokens.end(), answer.begin(), answer.end());
  // A cut answer (a stop string, half a character) is not the text of its ids.
  if (trim(tokenizer_->decode({answer.begin(), answer.end()})) != visible) return;
  turn_bytes_ += turn.bytes();
  turns_.push_front(std::move(turn));
  while (turn_bytes_ > kRememberedBytes && turns_.size() > 1) {
    turn_bytes_ -= turns_.back().bytes();
    turns_.pop_back();
  }
}

}  // namespace engine
