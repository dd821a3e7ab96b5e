// Copies between host and device memory through pinned slots and a stream of their own, so that reading a file, filling a slot and
// copying overlap.
#pragma once

#include <array>
#include <mutex>

#include "core/thread_pool.h"
#include "cuda/device.h"
#include "cuda/memory.h"

namespace engine::cuda {

class Transfer {
 public:
  /// `stream` outlives it.
  Transfer(Device& device, const cudaStream_t& stream) : device_(device), stream_(stream) {}
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Host to device; returns when `host` may be reused. Failures are kept in Device::health().
  void write(std::byte* device, const void* host, size_t bytes);
  void zero(std::byte* device, size_t bytes);
  /// Device to host, after everything written so far.
  void read(void* host, const std::byte* device, size_t bytes);
  /// Waits for what was written.
  Status flush();

 private:
  struct Slot {
    Pinned memory;
    cudaEvent_t done = nullptr;  // the copy from or to it
  };
  Status open_slot(Slot& slot);
  /// memcpy by several threads: one reads a file in the page cache at a fraction of what PCIe moves.
  void copy_in(std::byte* to, const std::byte* from, size_t bytes);
  /// The next slot, free; null after a failure.
  Slot* next();
  Status start(Slot& slot, void* to, const void* from, size_t bytes, cudaMemcpyKind kind);
  Status finish(Slot& slot);

  Device& device_;
  const cudaStream_t& stream_;
  std::mutex mutex_;
  std::array<Slot, 6> slots_;
  std::unique_ptr<ThreadPool> pool_;  // made for the first large copy
  size_t turn_ = 0;
  bool pending_ = false;  // something was started since the last flush
};

}  // namespace engine::cuda
