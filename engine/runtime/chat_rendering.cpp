#include "runtime/chat_rendering.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "runtime/chat_layout.h"
#include "tokenizer/utf8.h"

namespace engine {
namespace {

using Messages = std::vector<ChatMessage>;

std::string token_or_empty(const Tokenizer& tokenizer, int32_t id) {
  return id >= 0 ? tokenizer.token_text(id) : std::string();
}

Result<std::string> render(const ChatTemplate& chat_template, const Messages& messages, const Tokenizer& tokenizer,
                           std::optional<bool> thinking) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ChatMessage& m : messages) list.push_back({{"role", m.role}, {"content", m.content}});
  nlohmann::ordered_json variables = {{"messages", std::move(list)},
                                      {"add_generation_prompt", true},
                                      {"bos_token", token_or_empty(tokenizer, tokenizer.bos())},
                                      {"eos_token", token_or_empty(tokenizer, tokenizer.eos())},
                                      {"tools", nullptr},
                                      {"documents", nullptr}};
  if (thinking) variables["enable_thinking"] = variables["thinking"] = *thinking;  // Qwen and others; DeepSeek
  Result<std::string> rendered = chat_template.render(variables);
  if (rendered || rendered.error().code != ErrorCode::bad_file) return rendered;
  // Templates made for tools loop over them without asking whether there are any.
  variables["tools"] = variables["documents"] = nlohmann::ordered_json::array();
  Result<std::string> again = chat_template.render(variables);
  return again ? std::move(again) : std::move(rendered);
}

/// A private-use character that no message contains, UTF-8.
std::string unused_mark(const Messages& messages) {
  for (unsigned code = 0xf8ff; code >= 0xe000; --code) {
    const std::string mark = {static_cast<char>(0xe0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3f)),
                              static_cast<char>(0x80 | (code & 0x3f))};
    if (std::none_of(messages.begin(), messages.end(), [&](const ChatMessage& m) { return m.content.find(mark) != std::string::npos; }))
      return mark;
  }
  return {};
}

std::string_view trimmed(std::string_view text, std::string_view spaces, bool left, bool right) {
  if (left) text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
  if (right) text = text.substr(0, text.find_last_not_of(spaces) + 1);
  return text;
}

/// What templates usually make of a content.
std::vector<std::string_view> variants(std::string_view content) {
  constexpr std::string_view all = " \t\n\r\f\v";
  return {content,
          trimmed(content, all, true, true),
          trimmed(content, all, false, true),
          trimmed(content, all, true, false),
          trimmed(content, "\n", true, true),
          trimmed(content, "\n", true, false),
          trimmed(content, "\n", false, true)};
}

/// "<think>", "</tool_call>": part of what a model answers, so an assistant message may hold it.
bool is_plain_tag(std::string_view text) {
  return text.size() > 2 && text.front() == '<' && text.back() == '>' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", text[1] == '/' ? 2 : 1) == text.size() - 1;
}

/// Where the tokens are that a message must not contain: all control tokens and markers, but not the tags of an answer.
std::vector<Span> forbidden(const ChatMessage& message, const SpecialTable& specials) {
  std::vector<Span> out;
  for (size_t at : specials.occurrences(message.content)) {
    const Span span{at, at + specials.length_at(message.content, at)};
    const bool tag = is_plain_tag(std::string_view(message.content).substr(at, span.end - at));
    if (message.role != "assistant" || !tag || specials.is_control_at(message.content, at)) out.push_back(span);
  }
  return out;
}

/// Gives an answer its tags back: they are cut out of the untrusted parts.
void trust_answer_tags(Rendering& rendering, const SpecialTable& specials, size_t from) {
  const std::string_view text = rendering.text;
  std::vector<Span> parts(rendering.untrusted.begin() + static_cast<std::ptrdiff_t>(from), rendering.untrusted.end());
  rendering.untrusted.resize(from);
  for (const Span& part : parts) {
    size_t begin = part.begin;
    const std::string_view content = text.substr(part.begin, part.end - part.begin);
    for (size_t at : specials.occurrences(content)) {
      const size_t length = specials.length_at(content, at);
      if (part.begin + at < begin || specials.is_control_at(content, at) || !is_plain_tag(content.substr(at, length))) continue;
      if (part.begin + at > begin) rendering.untrusted.push_back({begin, part.begin + at});
      begin = part.begin + at + length;
    }
    if (begin < part.end) rendering.untrusted.push_back({begin, part.end});
  }
}

/// Lays the marked rendering beside the direct one. Nothing when they differ in more than the contents.
std::optional<Rendering> align(const std::string& direct, const std::string& marked, const std::string& mark, const Messages& messages,
                               const SpecialTable& specials) {
  Rendering out{direct, {}};
  std::string_view left = marked;
  size_t at = 0;
  const auto literal_until_mark = [&]() { return left.substr(0, left.find(mark)); };
  std::string_view literal = literal_until_mark();
  if (direct.compare(0, literal.size(), literal) != 0) return std::nullopt;
  at = literal.size();
  left.remove_prefix(literal.size());
  while (!left.empty()) {
    const size_t close = left.find(mark, mark.size());
    if (close == std::string_view::npos) return std::nullopt;
    const std::string number(left.substr(mark.size(), close - mark.size()));
    if (number.empty() || number.size() > 6 || number.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    const auto index = static_cast<size_t>(std::stoul(number));
    if (index >= messages.size()) return std::nullopt;
    left.remove_prefix(close + mark.size());
    literal = literal_until_mark();
    const std::string_view rest = std::string_view(direct).substr(at);
    bool found = false;
    for (std::string_view content : variants(messages[index].content)) {
      if (!rest.starts_with(content) || !rest.substr(content.size()).starts_with(literal)) continue;
      if (literal.size() == left.size() && rest.size() != content.size() + literal.size()) continue;  // the end must fit too
      const size_t before = out.untrusted.size();
      if (!content.empty()) out.untrusted.push_back({at, at + content.size()});
      if (messages[index].role == "assistant") trust_answer_tags(out, specials, before);
      at += content.size() + literal.size();
      found = true;
      break;
    }
    if (!found) return std::nullopt;
    left.remove_prefix(literal.size());
  }
  if (at != direct.size()) return std::nullopt;
  return out;
}

/// Renders with a mark behind the first character of every control token inside a content.
Result<Rendering> render_marked(const ChatTemplate& chat_template, Messages messages, const Tokenizer& tokenizer,
                                const SpecialTable& specials, const std::string& mark, std::optional<bool> thinking) {
  for (ChatMessage& m : messages) {
    const std::vector<Span> spans = forbidden(m, specials);
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) m.content.insert(span->begin + 1, mark);
  }
  const Result<std::string> rendered = render(chat_template, messages, tokenizer, thinking);
  if (!rendered) return rendered.error();
  Rendering out;
  std::vector<size_t> cuts;
  for (std::string_view left = *rendered; !left.empty();) {
    const size_t n = std::min(left.find(mark), left.size());
    out.text += left.substr(0, n);
    left.remove_prefix(n);
    if (left.empty()) break;
    left.remove_prefix(mark.size());
    if (!out.text.empty()) cuts.push_back(out.text.size() - 1);
  }
  for (size_t begin : cuts) out.untrusted.push_back({begin, std::max(begin + 1, begin + specials.length_at(out.text, begin))});
  // Overlapping ones are joined, so that the list stays ascending by begin and end.
  std::vector<Span> joined;
  for (const Span& s : out.untrusted) {
    if (!joined.empty() && s.begin < joined.back().end)
      joined.back().end = std::max(joined.back().end, s.end);
    else
      joined.push_back(s);
  }
  out.untrusted = std::move(joined);
  return out;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const utf8::Step step = utf8::step(text);
    out += step.form == utf8::Form::valid ? text.substr(0, step.length) : utf8::replacement;
    text.remove_prefix(step.length);
  }
  return out;
}

Result<Rendering> render_template(const ChatTemplate& chat_template, std::span<const ChatMessage> messages, const Tokenizer& tokenizer,
                                  const SpecialTable& specials, std::optional<bool> thinking) {
  Messages list(messages.begin(), messages.end());
  Result<std::string> direct = render(chat_template, list, tokenizer, thinking);
  if (!direct) {
    Messages merged = without_system(list);
    if (merged.size() == list.size()) return direct.error();
    direct = render(chat_template, merged, tokenizer, thinking);
    if (!direct) return direct.error();
    list = std::move(merged);
  }
  const std::string mark = unused_mark(list);
  if (mark.empty()) return Error{ErrorCode::invalid_argument, "A message uses every private-use character of Unicode.", "Remove them."};
  Messages marked = list;
  for (size_t i = 0; i < marked.size(); ++i)
    if (!marked[i].content.empty()) marked[i].content = mark + std::to_string(i) + mark;
  if (const Result<std::string> rendered = render(chat_template, marked, tokenizer, thinking))
    if (auto aligned = align(*direct, *rendered, mark, list, specials)) return *std::move(aligned);
  return render_marked(chat_template, std::move(list), tokenizer, specials, mark, thinking);
}

}  // namespace engine
