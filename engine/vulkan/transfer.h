// Copies between host and device memory. On devices that share the computer's memory these are plain copies; elsewhere they go
// through pinned staging slots and the transfer queue, so that reading a file, filling a slot and copying overlap.
#pragma once

#include <array>
#include <vector>

#include "vulkan/device.h"
#include "vulkan/memory.h"

namespace engine::vulkan {

class Transfer {
 public:
  Transfer(Device& device, Queue& queue) : device_(device), queue_(queue) {}
  ~Transfer();
  Status open();

  /// Host to device; returns when `host` may be reused. Failures are kept in Device::health().
  void write(uint64_t address, const void* host, size_t bytes);
  /// Zeroes a range of whole words.
  void zero(uint64_t address, size_t bytes);
  /// Device to host, after everything written so far.
  void read(void* host, uint64_t address, size_t bytes);
  /// Waits for what was written.
  Status flush();

 private:
  struct Slot {
    Span span;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    uint64_t busy_until = 0;  // timeline value
  };
  Status open_slot(Slot& slot);
  Status begin(Slot& slot);
  Status submit(Slot& slot);
  /// The next slot, free and recording; null after a failure.
  Slot* next();
  Status write_part(const Span& to, const std::byte* host, size_t bytes);
  Status read_part(const Span& from, std::byte* host, size_t bytes);

  Device& device_;
  Queue& queue_;
  VkCommandPool pool_ = VK_NULL_HANDLE;
  std::array<Slot, 4> slots_;
  size_t turn_ = 0;
};

}  // namespace engine::vulkan
