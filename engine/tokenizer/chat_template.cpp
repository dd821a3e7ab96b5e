#include "tokenizer/chat_template.h"

#include <new>
#include <nlohmann/json.hpp>

#include "tokenizer/jinja/filters.h"
#include "tokenizer/jinja/interpreter.h"
#include "tokenizer/jinja/parser.h"
#include "tokenizer/utf8.h"

namespace engine {

namespace {

using nlohmann::ordered_json;

constexpr size_t kMaxSource = 1u << 20;  // the largest template in use has 17 KB
constexpr size_t kMaxMessage = 500;      // bytes of an error message

/// A message may quote the template, which also words those of raise_exception: what is shown is short, on one line, UTF-8,
/// and nothing that a terminal obeys.
std::string quotable(std::string_view text) {
  std::string out;
  while (!text.empty() && out.size() < kMaxMessage) {
    const utf8::Step next = utf8::step(text);
    const char32_t character = next.form == utf8::Form::valid ? utf8::code_point(text) : 0xFFFD;
    const bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
    utf8::append(out, control ? U' ' : character);
    text.remove_prefix(next.length);
  }
  return text.empty() ? out : out + "...";
}

Error to_error(const jinja::Failure& f, int line) {
  const int where = f.line ? f.line : line;
  const char* const hint = f.code == ErrorCode::out_of_memory ? "Choose another chat template in the model's settings." : "";
  return {f.code, "chat template, line " + std::to_string(where) + ": " + quotable(f.message), hint};
}

jinja::Value to_value(jinja::Runtime& rt, const ordered_json& j) {
  const jinja::Runtime::Nest nest(rt);
  switch (j.type()) {
    case ordered_json::value_t::boolean:
      return jinja::Value::boolean(j.get<bool>());
    case ordered_json::value_t::number_integer:
      return jinja::Value::integer(j.get<int64_t>());
    case ordered_json::value_t::number_unsigned:
      if (j.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) jinja::fail("a variable holds an integer that does not fit 64 bits");
      return jinja::Value::integer(j.get<int64_t>());
    case ordered_json::value_t::number_float:
      return jinja::Value::floating(j.get<double>());
    case ordered_json::value_t::string:
      return jinja::Value::literal(j.get_ref<const std::string&>());
    case ordered_json::value_t::array: {
      std::vector<jinja::Value> items;
      items.reserve(j.size());
      for (const auto& item : j) items.push_back(to_value(rt, item));
      return rt.list(std::move(items));
    }
    case ordered_json::value_t::object: {
      std::vector<std::pair<jinja::Value, jinja::Value>> items;
      items.reserve(j.size());
      for (const auto& [key, value] : j.items()) items.emplace_back(jinja::Value::literal(key), to_value(rt, value));
      return rt.dict(std::move(items));
    }
    default:
      return jinja::Value::none();
  }
}

jinja::CivilTime time_of(const ordered_json& variables) {
  const auto it = variables.find("now");
  if (it == variables.end() || it->is_null()) return jinja::local_time();
  const auto time = it->is_string() ? jinja::parse_iso_time(it->get_ref<const std::string&>()) : std::nullopt;
  if (!time) throw jinja::Failure{ErrorCode::invalid_argument, "`now` is not an ISO time such as 2024-07-26T12:00:00", 0};
  return *time;
}

}  // namespace

struct ChatTemplate::Impl {
  jinja::Template tree;
};

ChatTemplate::ChatTemplate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

Result<ChatTemplate> ChatTemplate::parse(std::string_view source) {
  if (source.size() > kMaxSource) return Error{ErrorCode::bad_file, "the chat template is larger than 1 MiB", ""};
  try {
    auto impl = std::make_unique<Impl>();
    impl->tree = jinja::parse_template(source);
    return ChatTemplate(std::move(impl));
  } catch (const jinja::Failure& f) {
    Error e = to_error(f, 1);
    e.code = ErrorCode::bad_file;
    return e;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the chat template does not fit into memory", ""};
  }
}

Result<std::string> ChatTemplate::render(const ordered_json& variables, const TemplateLimits& limits) const {
  if (!variables.is_object()) return Error{ErrorCode::invalid_argument, "the variables of a chat template must be a JSON object", ""};
  jinja::Runtime rt(limits);
  jinja::Interpreter interpreter(rt, impl_->tree, [&](const std::string& name) -> std::optional<jinja::Value> {
    const auto it = variables.find(name);
    if (it == variables.end() || name == "now") return std::nullopt;
    return to_value(rt, *it);
  });
  try {
    rt.now = time_of(variables);
    return interpreter.render();
  } catch (const jinja::Failure& f) {
    return to_error(f, interpreter.line());
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the chat template ran out of memory", ""};
  }
}

}  // namespace engine
