#include "cuda/timing.h"

#include "cuda/graph.h"

namespace engine::cuda {

Timing::~Timing() {
  device_->enter();
  for (cudaEvent_t event : events_) cudaEventDestroy(event);
}

Status Timing::mark(size_t event) {
  if (event == events_.size()) {
    cudaEvent_t made = nullptr;
    if (const cudaError_t r = done(cudaEventCreateWithFlags(&made, cudaEventDefault)); r != cudaSuccess)
      return device_->fail(r, "measuring a step");
    events_.push_back(made);
  }
  const cudaError_t r = done(cudaEventRecord(events_[event], device_->compute()));
  return r == cudaSuccess ? Status() : Status(device_->fail(r, "measuring a step"));
}

Status Timing::read(const CudaPlan& plan, const std::vector<int>& ops, Profile& profile) {
  for (size_t i = 0; i < ops.size(); ++i) {
    float milliseconds = 0;
    const cudaError_t r = done(cudaEventElapsedTime(&milliseconds, events_[i], events_[i + 1]));
    if (r != cudaSuccess) return device_->fail(r, "measuring a step");
    profile.add(op_name(plan.ops()[static_cast<size_t>(ops[i])]), static_cast<double>(milliseconds) * 1e-3);
  }
  return {};
}

Status Timing::run(const CudaPlan& plan, const Recording& recording, Profile& profile) {
  const std::vector<Launch>& all = recording.launches;
  std::vector<int> ops;
  if (Status s = mark(0); !s) return s;
  for (size_t first = 0; first < all.size();) {
    size_t last = first;
    for (; last < all.size() && all[last].op == all[first].op; ++last)
      if (Status s = start_launch(all[last], plan.context().step, device_->compute()); !s)
        return plan.failed(device_->keep(s.error()), all[last].op, all[last].op);
    ops.push_back(all[first].op);
    if (Status s = mark(ops.size()); !s) return s;
    first = last;
  }
  if (Status s = device_->wait(device_->compute(), "measuring a step"); !s) return s;
  return read(plan, ops, profile);
}

}  // namespace engine::cuda
