// Times of the ops of a recording by events between them, for `bench --profile` and kernel work.
#pragma once

#include <memory>
#include <vector>

#include "cuda/plan.h"
#include "ops/profile.h"

namespace engine::cuda {

class Timing {
 public:
  explicit Timing(std::shared_ptr<Device> device) : device_(std::move(device)) {}
  ~Timing();
  Timing(const Timing&) = delete;
  Timing& operator=(const Timing&) = delete;

  /// Runs a recording once, as one graph with an event after every op, and adds the times to `profile`. Slower than a replay.
  Status run(const CudaPlan& plan, const Recording& recording, Profile& profile);

 private:
  Status open(size_t events);
  Status read(const CudaPlan& plan, const std::vector<int>& ops, Profile& profile);

  std::shared_ptr<Device> device_;
  std::vector<cudaEvent_t> events_;
};

}  // namespace engine::cuda
