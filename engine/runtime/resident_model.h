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

 private:
  ModelRuntime* model_;
};

class ResidentModel {
 public:
  /// `model` has a tokenizer.
  ResidentModel(std::unique_ptr<ModelRuntime> model, Scheduler::EventSink events);

  /// Builds the prompt and queues the request; a prompt that cannot be built answers Failed.
  void submit(RequestId id, const Request& request, Clock::time_point submitted);

  /// The adapter at `path`, attached now if it is not yet. Errors: those of ModelRuntime::attach_adapter.
  Result<std::shared_ptr<const AttachedAdapter>> attach(const std::string& path);
  /// Forgets an adapter; running requests keep theirs.
  void detach(const std::string& path) { adapters_.erase(path); }

  [[nodiscard]] ModelRuntime& model() { return *model_; }
  [[nodiscard]] const ChatFormat& chat_format() const { return prompts_.format(); }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }

 private:
  struct Conversation {
    Prompt prompt;
    uint64_t salt;
  };
  Result<AdapterSet> adapters_of(const Request& request);
  void deliver(Event event);
  void remember(const Sequence& sequence);

  std::unique_ptr<ModelRuntime> model_;
  Scheduler::EventSink events_;
  ModelStepRunner runner_;
  PromptBuilder prompts_;
  std::map<std::string, std::shared_ptr<const AttachedAdapter>> adapters_;  // by path
  uint64_t identity_;                                                       // of the model, for the prefix cache
  std::map<RequestId, Conversation> conversations_;                         // chat requests under way
  Scheduler scheduler_;
};

}  // namespace engine
