// The inputs of a step on the device: at fixed addresses, fed through a ring of host buffers, so that the next step can be
// written while the last one is still being read.
#pragma once

#include <array>

#include "ops/step.h"
#include "vulkan/device.h"
#include "vulkan/memory.h"

namespace engine::vulkan {

class StepMemory {
 public:
  explicit StepMemory(Device& device) : device_(device) {}
  ~StepMemory();

  /// Reserves for steps within `limits` and records the copies of the ring. Errors: out_of_memory, device.
  Status open(const StepLimits& limits);

  /// Writes a step into the next slot of the ring; commands() then brings it to the device.
  void write(const StepInputs& step);

  /// Makes the dispatches that still run end early, where the device shares the computer's memory (stop.glsl).
  void set_stop(bool stop);
  [[nodiscard]] bool can_stop() const { return stop_span_.mapped; }

  /// Recorded once: copies the newest slot to address().
  [[nodiscard]] VkCommandBuffer commands() const { return ring_[turn_ % ring_.size()].commands; }
  [[nodiscard]] uint64_t address() const { return device_span_.address; }

 private:
  struct Slot {
    Span span;
    VkCommandBuffer commands = VK_NULL_HANDLE;
  };
  Status record(Slot& slot);

  Device& device_;
  StepLimits limits_;
  size_t bytes_ = 0;
  Span device_span_, stop_span_;
  VkCommandPool pool_ = VK_NULL_HANDLE;
  std::array<Slot, 3> ring_;
  size_t turn_ = 0;
};

}  // namespace engine::vulkan
