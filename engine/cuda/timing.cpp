#include "cuda/timing.h"

#include "cuda/graph.h"

namespace engine::cuda {

Timing::~Timing() {
  device_->enter();
  for (cudaEvent_t event : events_) cudaEventDestroy(event);
}

Status Timing::open(size_t events) {
  while (events_.size() < events) {
    cudaEvent_t made = nullptr;
    if (const cudaError_t r = done(cudaEventCreateWithFlags(&made, cudaEventDefault)); r != cudaSuccess)
      return device_->fail(r, "measuring a step");
    events_.push_back(made);
  }
  return {};
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
  std::vector<int> ops;
  for (const Launch& launch : recording.launches)
    if (ops.empty() || ops.back() != launch.op) ops.push_back(launch.op);
  if (ops.empty()) return {};
  if (Status s = open(ops.size() + 1); !s) return s;
  const Result<std::unique_ptr<Graph>> graph =
      make_graph(recording.launches, plan.context().step, std::span(events_).first(ops.size() + 1));
  if (!graph) return plan.failed(graph.error(), ops.front(), ops.back());
  if (Status s = (*graph)->start(device_->compute()); !s) return device_->keep(s.error());
  if (Status s = device_->wait(device_->compute(), "measuring a step"); !s) return plan.failed(s.error(), ops.front(), ops.back());
  return read(plan, ops, profile);
}

}  // namespace engine::cuda
