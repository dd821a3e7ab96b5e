// One GPU with its streams, memory, copies and errors. Backends of one GPU share it.
#pragma once

#include <cuda_runtime.h>

#include <memory>
#include <mutex>
#include <string>

#include "cuda/api.h"
#include "cuda/recorder.h"
#include "engine/result.h"

namespace engine::cuda {

/// Compute capability, times ten, that kernels need at least: 7.5 has packed int8 products and int8 tensor cores.
inline constexpr int kLeastCompute = 75;

/// What a GPU is and has.
struct Capabilities {
  std::string name;
  uint64_t memory_total = 0, memory_free = 0;
  size_t cache_bytes = 0;   // of the second level
  bool integrated = false;  // its memory is that of the computer
  Features features;
  std::string missing;  // why it cannot be used, with the next step; empty when it can
};
Capabilities capabilities(int index);

/// Number of GPUs, or why there is none.
Result<int> count_devices();

class Memory;
class Transfer;

class Device {
 public:
  /// The GPU of that index; open ones are shared. Errors: not_found, unsupported, device, out_of_memory.
  static Result<std::shared_ptr<Device>> open(int index);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// Makes this GPU the one that calls of this thread mean: before any of them.
  void enter() const { cudaSetDevice(index_); }

  [[nodiscard]] int index() const { return index_; }
  [[nodiscard]] const Capabilities& caps() const { return caps_; }
  [[nodiscard]] Memory& memory() { return *memory_; }
  [[nodiscard]] Transfer& transfer() { return *transfer_; }
  /// Copies that go on beside steps: flush() of transfer() does not wait for them.
  [[nodiscard]] Transfer& side_transfer() { return *side_transfer_; }
  [[nodiscard]] cudaStream_t compute() const { return compute_; }

  /// Waits for everything started in `stream`. `what`: as cuda_error.
  Status wait(cudaStream_t stream, const std::string& what);

  /// Waits for everything started, also after a failure: before anything is destroyed that it may use.
  void idle() const;

  /// Remembers the first failure; every later call answers with it, because CUDA computes nothing more after one.
  Error fail(cudaError_t result, const std::string& what);
  Error keep(Error error);
  /// The failure of a call that could not report it (uploads), or that the device is lost.
  [[nodiscard]] Status health() const;

 private:
  Device(int index, Capabilities caps);
  Status create();

  int index_;
  Capabilities caps_;
  cudaStream_t compute_ = nullptr, copies_ = nullptr, side_copies_ = nullptr;
  mutable std::mutex failing_;
  Status failure_;
  std::unique_ptr<Memory> memory_;
  std::unique_ptr<Transfer> transfer_, side_transfer_;
};

}  // namespace engine::cuda
