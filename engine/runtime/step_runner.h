// What the scheduler needs of a model: computing steps. The model runtime is adapted to it; tests bring their own.
#pragma once

#include <atomic>
#include <span>

#include "engine/result.h"
#include "runtime/model_runtime.h"

namespace engine {

class StepRunner {
 public:
  virtual ~StepRunner() = default;
  /// As ModelRuntime::run.
  virtual Result<StepOutput> run(std::span<const StepSequence> sequences, const std::atomic<bool>* cancel) = 0;
  /// As ModelRuntime::prompt_step. More than a step holds is cut to that.
  [[nodiscard]] virtual int prompt_step(int left, bool /*adapted*/) const { return left; }
};

}  // namespace engine
