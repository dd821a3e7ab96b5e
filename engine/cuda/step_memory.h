// The inputs of a step on the device: at fixed addresses, fed through a ring of pinned buffers, so that the next step can be written
// while the last one is still being read.
#pragma once

#include <array>
#include <memory>

#include "cuda/device.h"
#include "cuda/memory.h"
#include "cuda/step_view.h"
#include "ops/step.h"

namespace engine::cuda {

class StepMemory {
 public:
  explicit StepMemory(std::shared_ptr<Device> device) : device_(std::move(device)) {}

  /// Bytes on the device for steps within `limits`.
  static size_t bytes_for(const StepLimits& limits);

  /// Reserves for steps within `limits`. Errors: out_of_memory, device.
  Status open(const StepLimits& limits);

  /// Writes a step into the next slot of the ring.
  void write(const StepInputs& step);

  /// Brings the newest step to view(), in front of everything that is started in `stream` later. Errors: device.
  Status send(cudaStream_t stream);

  [[nodiscard]] const StepView* view() const { return reinterpret_cast<const StepView*>(device_span_->span().data); }

 private:
  std::shared_ptr<Device> device_;
  StepLimits limits_;
  size_t slot_bytes_ = 0;  // of one slot
  size_t used_ = 0;        // of the newest
  std::unique_ptr<OwnedSpan> device_span_;
  Pinned host_;
  static constexpr size_t kSlots = 3;
  size_t turn_ = 0;
};

}  // namespace engine::cuda
