#include "runtime/resident_model.h"

#include <functional>
#include <string>
#include <utility>

#include "core/check.h"
#include "runtime/event_queue.h"

namespace engine {
namespace {

SchedulerOptions scheduler_options(const ModelRuntime& model) {
  SchedulerOptions options;
  options.context = model.context();
  options.pages = model.total_pages();
  options.max_sequences = model.limits().max_sequences;
  options.limits = model.limits();
  return options;
}

}  // namespace

ResidentModel::ResidentModel(std::unique_ptr<ModelRuntime> model, Scheduler::EventSink events)
    : model_(std::move(model)),
      events_(std::move(events)),
      runner_(*model_),
      prompts_(*model_->tokenizer(), model_->file().string("tokenizer.chat_template").value_or("")),
      identity_(std::hash<std::string>{}(model_->file().path()) ^ model_->file().file_bytes()),
      scheduler_(
          runner_, *model_->tokenizer(), scheduler_options(*model_), [this](Event event) { deliver(std::move(event)); },
          [this](const Sequence& sequence, StopReason) { remember(sequence); }) {}

void ResidentModel::submit(RequestId id, const Request& request, Clock::time_point submitted) {
  Result<Prompt> prompt =
      request.prompt ? Result<Prompt>(prompts_.raw(*request.prompt)) : prompts_.chat(request.messages, request.cache_salt);
  if (!prompt) return events_(Failed{id, prompt.error()});
  SequenceRequest sequence;
  sequence.id = id;
  sequence.prompt = prompt->tokens;
  sequence.sampling = request.sampling;
  sequence.max_tokens = request.max_tokens;
  sequence.stop = request.stop;
  sequence.stop.insert(sequence.stop.end(), prompt->stop.begin(), prompt->stop.end());
  sequence.reasoning = prompt->reasoning;
  sequence.scope = {identity_, request.cache_salt, 0};
  sequence.submitted = submitted;
  if (!request.messages.empty()) conversations_.emplace(id, Conversation{*std::move(prompt), request.cache_salt});
  scheduler_.add(std::move(sequence));
}

void ResidentModel::deliver(Event event) {
  if (is_final(event)) conversations_.erase(event_id(event));
  events_(std::move(event));
}

void ResidentModel::remember(const Sequence& sequence) {
  const auto it = conversations_.find(sequence.id());
  if (it != conversations_.end()) prompts_.remember(it->second.prompt, it->second.salt, sequence.answer(), sequence.text());
}

}  // namespace engine
