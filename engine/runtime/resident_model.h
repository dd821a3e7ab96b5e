// A loaded model with everything that serves requests from it. Lives on the engine thread.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "engine/request.h"
#include "runtime/model_runtime.h"
#include "runtime/prompt_builder.h"
#include "runtime/scheduler.h"
#include "runtime/step_runner.h"

namespace engine {

/// The scheduler's view of a ModelRuntime.
class ModelStepRunner final : public StepRunner {
 public:
  explicit ModelStepRunner(ModelRuntime& model) : model_(&model) {}
  Result<StepOutput> run(std::span<const StepSequence> sequences, const std::atomic<bool>* cancel) override {
    return model_->run(sequences, cancel);
  }
  [[nodiscard]] int prompt_step(int left, bool adapted) const override { return model_->prompt_step(left, adapted); }

 private:
  ModelRuntime* model_;
};

class ResidentModel {
 public:
  /// What to do when a device that is not the engine's own fails: end the requests, or keep them for suspend().
  enum class OnFailure { end, keep };

  /// `model` has a tokenizer. `chat_template`: LoadOptions.
  ResidentModel(std::unique_ptr<ModelRuntime> model, Scheduler::EventSink events, OnFailure on_failure = OnFailure::end,
                std::string_view chat_template = {});

  /// Builds the prompt and queues the request; a prompt that cannot be built answers Failed.
  void submit(RequestId id, const Request& request, Clock::time_point submitted);

  /// As PromptBuilder::measure().
  [[nodiscard]] Result<PromptBuilder::Size> count(std::span<const ChatMessage> messages) const { return prompts_.measure(messages); }

  /// The adapter at `path`, attached now if it is not yet. Where the room is full, adapters that no request uses make way, those used
  /// longest ago first. Errors: those of ModelRuntime::attach_adapter.
  Result<std::shared_ptr<const AttachedAdapter>> attach(const std::string& path);
  /// Forgets an adapter; running requests keep theirs.
  void detach(const std::string& path) { adapters_.erase(path); }

  /// Why the last step failed, when its requests were kept.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// Before ModelRuntime::move_to: requests begin anew, adapters are detached.
  void suspend();
  /// After it: adapters are attached again; requests whose adapters cannot be answer Failed.
  void resume();

  [[nodiscard]] ModelRuntime& model() { return *model_; }
  [[nodiscard]] const ChatFormat& chat_format() const { return prompts_.format(); }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }

 private:
  struct Conversation {
    Prompt prompt;
    uint64_t salt;
  };
  /// Why adapters cannot be used, and which.
  struct AdapterFault {
    Error error;
    std::vector<std::string> paths;
  };
  std::optional<AdapterFault> take_adapters(std::span<const AdapterUse> uses, AdapterSet& set);
  bool keeps(const Error& error);
  void deliver(Event event);
  void remember(const Sequence& sequence);

  std::unique_ptr<ModelRuntime> model_;
  Scheduler::EventSink events_;
  ModelStepRunner runner_;
  PromptBuilder prompts_;
  struct Attached {
    std::shared_ptr<const AttachedAdapter> adapter;
    uint64_t used = 0;  // count of attach() calls at the last one
  };
  bool drop_unused();
  std::map<std::string, Attached> adapters_;  // by path
  uint64_t attach_calls_ = 0;
  std::vector<std::string> suspended_adapters_;                  // paths
  std::map<RequestId, std::vector<AdapterUse>> suspended_uses_;  // of requests
  OnFailure on_failure_;
  std::optional<Error> failure_;
  uint64_t identity_;                                     // of the model, for the prefix cache
  std::map<RequestId, std::vector<std::string>> blamed_;  // adapters, of requests that are about to fail
  std::map<RequestId, ExpertUse> use_before_;             // of requests under way: counts when they came
  std::map<RequestId, Conversation> conversations_;       // chat requests under way
  Scheduler scheduler_;
};

}  // namespace engine
