// Templates of the usual kinds with hostile variables. First byte: which template, and whether the rest is a JSON object of
// variables or the messages of a conversation ("uHello" NUL "aHi" NUL ...: role, content).
#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/fake_model.h"
#include "fuzz/engine_support.h"
#include "runtime/prompt_builder.h"
#include "tokenizer/chat_template.h"

namespace {

using engine::ChatMessage;
using engine::ChatTemplate;
using engine::PromptBuilder;
using engine::SpecialTokens;
using hearth_fuzz::check_error;
using hearth_fuzz::require;
using hearth_test::ByteTokenizer;
using nlohmann::ordered_json;
using Messages = std::vector<ChatMessage>;
using Ids = std::vector<int32_t>;

// What the control tokens are must depend on the roles alone: that is checked.
constexpr const char* kTemplates[] = {
    // roles as tags
    "{%- for message in messages -%}{{ '<|' + message['role'] + '|>' + message['content'] | trim + '<|end|>' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}",
    // headers, a default system message, a date
    "{{- bos_token }}{%- if messages and messages[0].role == 'system' %}{%- set system = messages[0].content %}"
    "{%- set rest = messages[1:] %}{%- else %}{%- set system = 'Be kind.' %}{%- set rest = messages %}{%- endif %}"
    "{{- '<|system|>Today: ' ~ strftime_now('%d %b %Y') ~ '\\n' ~ system ~ '<|end|>' }}"
    "{%- for m in rest %}{{- '<|' ~ m.role ~ '|>\\n' ~ (m.content | string).strip() ~ '<|end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>\\n' }}{%- endif %}",
    // looks into answers
    "{%- for m in messages -%}{{ '<|' + m.role + '|>' }}{%- if '</think>' in m.content -%}"
    "{{ m.content.split('</think>')[-1].lstrip('\\n') }}{%- else -%}{{ (m.content | length) ~ ':' ~ m.content }}{%- endif -%}"
    "{{ '<|end|>' }}{%- endfor -%}<|assistant|>",
    // strict about the order of roles, no system role
    "{%- for m in messages %}{%- if m.role == 'system' %}{{ raise_exception('no system role') }}{%- endif %}"
    "{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate, at ' ~ loop.index) }}{%- endif %}"
    "{%- if m.role == 'user' %}{{ '<|user|>[INST] ' ~ m.content ~ ' [/INST]' }}{%- else %}{{ '<|assistant|>' ~ m.content ~ '<|end|>' }}"
    "{%- endif %}{%- endfor %}",
    // macros, namespaces, every part of a message printed in several ways
    "{%- macro show(m, i) %}{%- if m.content is string %}{{ m.content }}{%- elif m.content is iterable %}{%- for p in m.content %}"
    "{{ p.text if p is mapping else p }}{%- endfor %}{%- endif %}{%- if m.tool_calls %}{%- for c in m.tool_calls %}\n"
    "{{ (c.function or c).arguments | tojson(indent=2) }}{%- endfor %}{%- endif %}{%- endmacro %}{%- set ns = namespace(n=0, last=none) %}"
    "{%- for m in messages %}{%- set ns.n = ns.n + 1 %}<|{{ m.role }}|>{{ show(m, loop.index) }}<|end|>"
    "{%- set ns.last = m.content %}{%- endfor %}{{ ns.n }}{{ tools | tojson if tools }}{{ documents | length if documents }}",
    // filters and methods over whatever the variables hold
    "{% for m in messages %}{{ m.content | upper | replace('A', 'b') | truncate(20) }}{{ m.content | list | unique | join('.') }}"
    "{{ m.content.split() | map('title') | sort | join(' ') }}{{ m.content[::-1] | e }}{{ '%s|%r' | format(m.content, m) }}{% endfor %}"
    "{{ x | tojson }}{{ l | sort | first }}{{ l | sum }}{{ d | dictsort }}{{ d.items() | list }}{{ s.encode is defined }}{{ y | round(2) }}"
    "{{ x * 3 + y // 2 - (l | length) ** 2 }}{{ l | groupby('a') | list }}{{ l | batch(2) | list }}{{ s | int }}{{ s | float }}",
};

/// Control tokens depend on the roles alone in the templates before this one.
constexpr size_t kFirstFree = 4;

constexpr engine::TemplateLimits kLimits{.max_steps = 200'000, .max_output = 4u << 20, .max_depth = 200};

void render_variables(const ChatTemplate& chat_template, std::string_view input) {
  ordered_json variables = ordered_json::parse(input, nullptr, false);
  if (variables.is_discarded()) return;
  if (variables.is_object() && !variables.contains("now")) variables["now"] = "2024-07-26T12:00:00";
  const double start = hearth_fuzz::processor_seconds();
  const auto text = chat_template.render(variables, kLimits);
  require(hearth_fuzz::processor_seconds() - start < 5.0, "the step limit bounds the time");
  if (!text) return check_error(text.error());
  require(text->size() <= kLimits.max_output, "the output limit holds");
  require(hearth_fuzz::is_utf8(*text), "UTF-8 in, UTF-8 out");
  const auto again = chat_template.render(variables, kLimits);
  require(again && *again == *text, "rendering is repeatable");
}

Messages messages_of(std::string_view input) {
  Messages messages;
  while (!input.empty() && messages.size() < 10) {
    const std::string_view one = input.substr(0, input.find('\0'));
    input.remove_prefix(std::min(one.size() + 1, input.size()));
    if (one.empty()) continue;
    const char* role = one[0] == 's' ? "system" : one[0] == 'a' ? "assistant" : "user";
    messages.push_back({role, std::string(one.substr(1))});
  }
  return messages;
}

Ids controls(const ByteTokenizer& tokenizer, const Ids& ids) {
  Ids out;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(out), [&](int32_t id) { return tokenizer.is_control(id); });
  return out;
}

std::string without_spaces(std::string text) {
  std::erase_if(text, [](char c) { return std::string_view(" \t\n\r\f\v").find(c) != std::string_view::npos; });
  return text;
}

/// The control tokens of a conversation with these roles whose contents nobody can take for anything else.
const Ids& expected_controls(const ByteTokenizer& tokenizer, const char* source, Messages messages) {
  static std::map<std::string, Ids> known;
  std::string key = source;
  for (const ChatMessage& m : messages) key += m.role;
  const auto [entry, is_new] = known.try_emplace(key);
  if (!is_new) return entry->second;
  for (ChatMessage& m : messages) m.content = "word";
  const auto prompt = PromptBuilder(tokenizer, source).chat(messages, 1);
  require(prompt.ok(), "harmless messages have a prompt");
  entry->second = controls(tokenizer, prompt->tokens);
  return entry->second;
}

/// What people type never becomes a control token, whatever the conversation before it was.
void check_prompt(const ByteTokenizer& tokenizer, const char* source, PromptBuilder& builder, const Messages& messages, bool free) {
  const auto prompt = builder.chat(messages, 1);
  if (!prompt) return check_error(prompt.error());
  require(hearth_fuzz::is_utf8(prompt->text), "a prompt is UTF-8");
  for (const int32_t id : prompt->tokens) require(id >= 0 && id < tokenizer.vocab_size(), "ids are tokens");
  std::string decoded = tokenizer.decode(prompt->tokens, SpecialTokens::parse);
  if (!prompt->text.starts_with("<s>")) decoded.erase(0, std::string_view("<s>").size());
  // A remembered answer keeps the spaces around it.
  require(without_spaces(decoded) == without_spaces(prompt->text), "the tokens are the text", decoded);
  if (free) return;
  require(controls(tokenizer, prompt->tokens) == expected_controls(tokenizer, source, messages), "typed text becomes no control token",
          prompt->text);
}

/// A conversation turn by turn; every answer is remembered in tokens the tokenizer would not choose.
void converse(const char* source, const Messages& messages, bool free) {
  static const ByteTokenizer tokenizer;
  PromptBuilder builder(tokenizer, source);
  check_prompt(tokenizer, source, builder, messages, free);
  for (size_t n = 1; n < messages.size(); ++n) {
    if (messages[n].role != "assistant") continue;
    const auto prompt = builder.chat(Messages(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(n)), 1);
    if (!prompt) continue;
    Ids answer = tokenizer.encode(engine::valid_utf8(messages[n].content), SpecialTokens::as_text);
    answer.push_back(' ');
    builder.remember(*prompt, 1, answer, tokenizer.decode(answer));
  }
  check_prompt(tokenizer, source, builder, messages, free);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  hearth_fuzz::quiet_log();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t which = data[0] % 8 % std::size(kTemplates);
  static const std::vector<ChatTemplate> parsed = [] {
    std::vector<ChatTemplate> list;
    for (const char* source : kTemplates) {
      auto one = ChatTemplate::parse(source);
      require(one.ok(), "our own templates parse", one ? "" : one.error().message);
      list.push_back(*std::move(one));
    }
    return list;
  }();
  if ((data[0] & 8) == 0)
    render_variables(parsed[which], rest);
  else
    converse(kTemplates[which], messages_of(rest), which >= kFirstFree);
  return 0;
}
