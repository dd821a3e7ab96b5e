// generate and chat: answers through the same engine thread that the window uses.
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "cli/console.h"
#include "engine/engine.h"

namespace engine::cli {
namespace {

std::atomic<bool> g_interrupted{false};

const char* reason_name(StopReason reason) {
  switch (reason) {
    case StopReason::end_of_turn:
      return "end_of_turn";
    case StopReason::stop_string:
      return "stop_string";
    case StopReason::max_tokens:
      return "max_tokens";
    case StopReason::context_full:
      return "context_full";
    case StopReason::cancelled:
      return "cancelled";
  }
  return "unknown";
}

struct Answer {
  std::string text, thinking;
  std::vector<int32_t> ids;
  StopReason reason = StopReason::cancelled;
  Usage usage;
};

/// Says on stderr that another device computes from now on.
void report_fallback(const Event& event) {
  if (const auto* f = std::get_if<DeviceFallback>(&event))
    fmt::print(stderr, "hearth-cli: {} is used instead of {}: {}\n", f->to, f->from, f->reason.message);
}

/// Waits for the end of a load. Ctrl+C cancels it.
Result<ModelLoaded> wait_load(Engine& engine, RequestId id) {
  for (;;) {
    for (Event& event : engine.wait(std::chrono::milliseconds(50))) {
      report_fallback(event);
      if (auto* loaded = std::get_if<ModelLoaded>(&event); loaded && loaded->id == id) return std::move(*loaded);
      if (auto* failed = std::get_if<LoadFailed>(&event); failed && failed->id == id) return std::move(failed->error);
    }
    if (g_interrupted.exchange(false)) engine.cancel(id);
  }
}

/// Prints an answer as it comes: the thinking dimmed on a terminal, and an empty line before the answer.
class AnswerPrinter {
 public:
  explicit AnswerPrinter(FILE* stream) : stream_(stream), terminal_(stream != nullptr && is_terminal(stream)) {}
  ~AnswerPrinter() { set_dim(false); }
  AnswerPrinter(const AnswerPrinter&) = delete;
  AnswerPrinter& operator=(const AnswerPrinter&) = delete;

  void print(const TextDelta& delta) {
    if (stream_ == nullptr || delta.text.empty()) return;
    const bool thinking = delta.kind == TextKind::thinking;
    if (any_ && thinking != thinking_) {
      set_dim(false);
      std::fputs("\n\n", stream_);
    }
    any_ = true;
    thinking_ = thinking;
    set_dim(thinking);
    std::fwrite(delta.text.data(), 1, delta.text.size(), stream_);
    std::fflush(stream_);
  }

 private:
  void set_dim(bool dim) {
    if (terminal_ && dim != dim_) std::fputs(dim ? "\033[2m" : "\033[0m", stream_);
    dim_ = dim;
  }

  FILE* stream_;
  bool terminal_, any_ = false, thinking_ = false, dim_ = false;
};

/// Waits for the end of a request and prints its text as it comes when `stream` is set. Ctrl+C stops the answer.
Result<Answer> wait_answer(Engine& engine, RequestId id, FILE* stream) {
  Answer answer;
  AnswerPrinter printer(stream);
  for (;;) {
    for (Event& event : engine.wait(std::chrono::milliseconds(50))) {
      report_fallback(event);
      if (auto* delta = std::get_if<TextDelta>(&event); delta && delta->id == id) {
        (delta->kind == TextKind::thinking ? answer.thinking : answer.text) += delta->text;
        printer.print(*delta);
      } else if (auto* done = std::get_if<Finished>(&event); done && done->id == id) {
        answer.reason = done->reason;
        answer.usage = done->usage;
        answer.ids = std::move(done->ids);
        return answer;
      } else if (auto* failed = std::get_if<Failed>(&event); failed && failed->id == id) {
        return std::move(failed->error);
      }
    }
    if (g_interrupted.exchange(false)) engine.cancel(id);
  }
}

double rate(int tokens, double seconds) {
  return seconds > 0 ? tokens / seconds : 0;
}

nlohmann::ordered_json answer_json(const Answer& a) {
  return {{"text", a.text},
          {"thinking", a.thinking},
          {"ids", a.ids},
          {"stop_reason", reason_name(a.reason)},
          {"prompt_tokens", a.usage.prompt_tokens},
          {"reused_tokens", a.usage.reused_tokens},
          {"generated_tokens", a.usage.generated_tokens},
          {"thinking_tokens", a.usage.thinking_tokens},
          {"prompt_seconds", a.usage.prompt_seconds},
          {"decode_seconds", a.usage.decode_seconds},
          {"thinking_seconds", a.usage.thinking_seconds},
          {"first_token_seconds", a.usage.first_token_seconds},
          {"prompt_tokens_per_s", rate(a.usage.prompt_tokens - a.usage.reused_tokens, a.usage.prompt_seconds)},
          {"tokens_per_s", rate(a.usage.generated_tokens, a.usage.decode_seconds)},
          {"seed", a.usage.seed}};
}

std::string stats_line(const Answer& a) {
  return fmt::format("[{:.1f} tokens/s, {:.2f} s to first token, {} tokens, {} of {} prompt tokens reused{}]",
                     rate(a.usage.generated_tokens, a.usage.decode_seconds), a.usage.first_token_seconds, a.usage.generated_tokens,
                     a.usage.reused_tokens, a.usage.prompt_tokens,
                     a.reason == StopReason::context_full ? ", the context is full"
                     : a.reason == StopReason::cancelled  ? ", stopped"
                                                          : "");
}

LoadOptions load_options(const Common& common, int sequences) {
  LoadOptions o = load_options(common);
  o.max_sequences = sequences;
  return o;
}

EngineOptions engine_options() {
  EngineOptions options;
  options.cache_dir = cache_folder();
  return options;
}

/// Says on stderr when prompts are not laid out by the model's own template.
void warn_about_format(const ChatFormat& format) {
  if (format.source == ChatFormatSource::own_template || format.source == ChatFormatSource::given_template) return;
  const std::string cause = format.source == ChatFormatSource::no_template
                                ? "The model has no chat template"
                                : "The chat template of the model is broken (" + format.problem + ")";
  fmt::print(stderr, "hearth-cli: {}; the {} layout is used, answers may be poor.\n", cause, format.layout);
}

void print_help() {
  fmt::print("/new starts over, /exit leaves, Ctrl+C stops an answer.\n");
}

/// One turn of the conversation; false when the engine failed.
bool turn(Engine& engine, const GenerateOptions& options, const std::vector<AdapterUse>& adapters, std::vector<ChatMessage>& messages,
          const std::string& line) {
  messages.push_back({"user", line});
  Request request;
  request.messages = messages;
  request.max_tokens = options.max_tokens;
  request.sampling = options.sampling;
  request.stop = options.stop;
  request.adapters = adapters;
  request.cache_salt = 1;
  Result<RequestId> id = engine.submit(std::move(request));
  if (!id) return fail(id.error()) == 0;
  Result<Answer> answer = wait_answer(engine, *id, stdout);
  if (!answer) {
    messages.pop_back();
    fmt::print("\n");
    return fail(answer.error()) == 0;
  }
  fmt::print("\n");
  if (is_terminal(stderr)) fmt::print(stderr, "\033[2m{}\033[0m\n", stats_line(*answer));
  messages.push_back({"assistant", answer->text});
  return true;
}

}  // namespace

int generate(const Common& common, const GenerateOptions& options) {
  Result<std::vector<AdapterUse>> adapters = parse_adapters(common.lora);
  if (!adapters) return fail(adapters.error());
  set_on_interrupt(g_interrupted);
  Engine engine(engine_options());
  const RequestId load = engine.load(load_options(common, 1));
  Request request;
  if (options.raw) {
    request.prompt = options.prompt;
  } else {
    if (!options.system.empty()) request.messages.push_back({"system", options.system});
    request.messages.push_back({"user", options.prompt});
  }
  request.max_tokens = options.max_tokens;
  request.sampling = options.sampling;
  request.stop = options.stop;
  request.adapters = *std::move(adapters);
  Result<ModelLoaded> loaded = wait_load(engine, load);
  if (!loaded) return fail(loaded.error());
  if (!options.raw) warn_about_format(loaded->chat_format);
  Result<RequestId> id = engine.submit(std::move(request));
  if (!id) return fail(id.error());
  Result<Answer> answer = wait_answer(engine, *id, common.json ? nullptr : stdout);
  if (!answer) return fail(answer.error());
  if (common.json)
    fmt::print("{}\n", answer_json(*answer).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  else
    fmt::print("\n");
  return 0;
}

int chat(const Common& common, const GenerateOptions& options) {
  const Result<std::vector<AdapterUse>> adapters = parse_adapters(common.lora);
  if (!adapters) return fail(adapters.error());
  set_on_interrupt(g_interrupted);
  Engine engine(engine_options());
  const RequestId load = engine.load(load_options(common, 1));
  Result<ModelLoaded> loaded = wait_load(engine, load);
  if (!loaded) return fail(loaded.error());
  warn_about_format(loaded->chat_format);
  fmt::print("{} on {}, context {} tokens. ", loaded->info.name, loaded->device, loaded->context);
  print_help();
  std::vector<ChatMessage> messages;
  const auto reset = [&] {
    messages.clear();
    if (!options.system.empty()) messages.push_back({"system", options.system});
  };
  reset();
  int status = 0;
  for (;;) {
    fmt::print("> ");
    std::fflush(stdout);
    const std::optional<std::string> typed = read_line();
    if (!typed) break;
    const std::string& line = *typed;
    if (line == "/exit" || line == "/quit") break;
    if (line == "/new") {
      reset();
    } else if (line == "/help") {
      print_help();
    } else if (!line.empty()) {
      status = turn(engine, options, *adapters, messages, line) ? 0 : 1;
    }
  }
  fmt::print("\n");
  return status;
}

}  // namespace engine::cli
