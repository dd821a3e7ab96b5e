#include "runtime/resident_model.h"

#include <bit>
#include <functional>
#include <string>
#include <utility>

#include "core/check.h"
#include "core/log.h"
#include "runtime/event_queue.h"
#include "runtime/expert_use.h"

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

/// Names a set in the keys of the prefix cache: what was computed with other adapters or scales is not reused. 0: none.
uint64_t identity_of(const AdapterSet& set) {
  uint64_t hash = 0;
  for (const AdapterInUse& use : set) {
    if (use.scale == 0.0f) continue;
    for (const uint64_t word : {use.adapter->id, static_cast<uint64_t>(std::bit_cast<uint32_t>(use.scale))})
      hash = (hash ^ word) * 0x9e3779b97f4a7c15ull + 1;
  }
  return hash;
}

}  // namespace

ResidentModel::ResidentModel(std::unique_ptr<ModelRuntime> model, Scheduler::EventSink events, OnFailure on_failure,
                             std::string_view chat_template)
    : model_(std::move(model)),
      events_(std::move(events)),
      runner_(*model_),
      prompts_(*model_->tokenizer(), chat_template.empty() ? model_->file().string("tokenizer.chat_template").value_or("") : chat_template,
               chat_template.empty() ? ChatFormatSource::own_template : ChatFormatSource::given_template),
      on_failure_(on_failure),
      identity_(std::hash<std::string>{}(model_->file().path()) ^ model_->file().file_bytes()),
      scheduler_(
          runner_, *model_->tokenizer(), scheduler_options(*model_), [this](Event event) { deliver(std::move(event)); },
          [this](const Sequence& sequence, StopReason) { remember(sequence); }) {
  scheduler_.on_failure([this](const Error& error) { return keeps(error); });
}

/// The processor does not fail; another device that did is not asked again.
bool ResidentModel::keeps(const Error& error) {
  const bool of_device = error.code == ErrorCode::device || error.code == ErrorCode::out_of_memory;
  if (on_failure_ == OnFailure::end || !of_device || model_->foreign_devices().empty()) return false;
  failure_ = error;
  return true;
}

void ResidentModel::suspend() {
  scheduler_.suspend();
  use_before_.clear();  // the next device counts anew
  scheduler_.for_each([this](Sequence& s) {
    std::vector<AdapterUse>& uses = suspended_uses_[s.id()];
    for (const AdapterInUse& use : s.request().adapters) uses.push_back({use.adapter->path, use.scale});
    s.set_adapters({}, 0);
  });
  for (const auto& [path, adapter] : adapters_) suspended_adapters_.push_back(path);
  adapters_.clear();
}

void ResidentModel::resume() {
  failure_.reset();
  for (const std::string& path : std::exchange(suspended_adapters_, {}))
    if (const auto attached = attach(path); !attached) log(LogLevel::warn, "{}", attached.error().text());
  std::vector<std::pair<RequestId, AdapterFault>> lost;
  scheduler_.for_each([&](Sequence& s) {
    AdapterSet set;
    if (auto fault = take_adapters(suspended_uses_[s.id()], set)) return lost.emplace_back(s.id(), *std::move(fault)), void();
    const uint64_t identity = identity_of(set);
    s.set_adapters(std::move(set), identity);
  });
  suspended_uses_.clear();
  for (auto& [id, fault] : lost) {
    blamed_[id] = std::move(fault.paths);
    scheduler_.fail(id, fault.error);
  }
}

Result<std::shared_ptr<const AttachedAdapter>> ResidentModel::attach(const std::string& path) {
  ++attach_calls_;
  if (const auto known = adapters_.find(path); known != adapters_.end()) {
    known->second.used = attach_calls_;
    return known->second.adapter;
  }
  Result<std::shared_ptr<const AttachedAdapter>> attached = model_->attach_adapter(path);
  while (!attached && attached.error().code == ErrorCode::out_of_memory && drop_unused()) attached = model_->attach_adapter(path);
  if (attached) adapters_[path] = {*attached, attach_calls_};
  return attached;
}

/// Lets go of the adapter that was used longest ago by a request that is done.
bool ResidentModel::drop_unused() {
  auto oldest = adapters_.end();
  for (auto at = adapters_.begin(); at != adapters_.end(); ++at)
    if (at->second.adapter.use_count() == 1 && (oldest == adapters_.end() || at->second.used < oldest->second.used)) oldest = at;
  if (oldest == adapters_.end()) return false;
  adapters_.erase(oldest);
  return true;
}

std::optional<ResidentModel::AdapterFault> ResidentModel::take_adapters(std::span<const AdapterUse> uses, AdapterSet& set) {
  for (const AdapterUse& use : uses) {
    Result<std::shared_ptr<const AttachedAdapter>> adapter = attach(use.path);
    if (!adapter) return AdapterFault{adapter.error(), {use.path}};
    set.push_back({*std::move(adapter), use.scale});
  }
  const Status together = model_->check_adapters(set);
  if (together) return std::nullopt;
  AdapterFault fault{together.error(), {}};
  for (const AdapterUse& use : uses)
    if (use.scale != 0.0f) fault.paths.push_back(use.path);
  return fault;
}

void ResidentModel::submit(RequestId id, const Request& request, Clock::time_point submitted) {
  Result<Prompt> prompt = request.prompt ? Result<Prompt>(prompts_.raw(*request.prompt))
                                         : prompts_.chat(request.messages, request.cache_salt, request.begun, request.thinking);
  if (!prompt) return events_(Failed{id, prompt.error()});
  AdapterSet adapters;
  if (auto fault = take_adapters(request.adapters, adapters)) return events_(Failed{id, fault->error, std::move(fault->paths)});
  SequenceRequest sequence;
  sequence.id = id;
  sequence.prompt = prompt->tokens;
  sequence.sampling = request.sampling;
  sequence.max_tokens = request.max_tokens;
  sequence.stop = request.stop;
  sequence.stop.insert(sequence.stop.end(), prompt->stop.begin(), prompt->stop.end());
  sequence.scope = {identity_, request.cache_salt, identity_of(adapters)};
  sequence.adapters = std::move(adapters);
  sequence.reasoning = prompt->reasoning;
  sequence.submitted = submitted;
  if (model_->config().moe.n_experts > 0) use_before_[id] = model_->expert_use();
  if (!request.messages.empty()) conversations_.emplace(id, Conversation{*std::move(prompt), request.cache_salt});
  scheduler_.add(std::move(sequence));
}

void ResidentModel::deliver(Event event) {
  if (is_final(event)) conversations_.erase(event_id(event));
  if (is_final(event))
    if (const auto before = use_before_.extract(event_id(event)))
      if (auto* finished = std::get_if<Finished>(&event))
        finished->usage.experts = std::make_shared<ExpertUse>(use_between(before.mapped(), model_->expert_use()));
  if (auto* failed = std::get_if<Failed>(&event))
    if (const auto blamed = blamed_.extract(failed->id)) failed->adapters = std::move(blamed.mapped());
  events_(std::move(event));
}

void ResidentModel::remember(const Sequence& sequence) {
  const auto it = conversations_.find(sequence.id());
  if (it != conversations_.end()) prompts_.remember(it->second.prompt, it->second.salt, sequence.answer(), sequence.text());
}

}  // namespace engine
