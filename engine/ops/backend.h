// Backend: one device. Memory, weights, step inputs, and plans that are compiled once and replayed.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/thread_pool.h"
#include "engine/info.h"
#include "engine/result.h"
#include "ops/ops.h"
#include "ops/profile.h"
#include "ops/step.h"

namespace engine {

/// A recorded list of ops in the form its backend replays.
class Plan {
 public:
  virtual ~Plan() = default;
};

/// Device memory; freed by its destructor. `data` is an address of the device.
class Buffer {
 public:
  virtual ~Buffer() = default;
  std::byte* data = nullptr;
  size_t bytes = 0;
};

struct RunControl {
  const std::atomic<bool>* cancel = nullptr;  // polled between ops and between chunks of long ops
  Profile* profile = nullptr;                 // when set, time of every op is added
};

/// How a device that records and replays has worked so far.
struct ReplayStats {
  uint64_t dispatches = 0;  // of the last step; 0: this device does not count them
  uint64_t recordings = 0;  // made so far; none may be made while decoding within a bucket
};

struct MemoryInUse {
  uint64_t used = 0, reserved = 0;  // bytes
};

/// Programs of the device that compile() asked for.
struct CompileProgress {
  size_t done = 0, total = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual DeviceInfo info() const = 0;

  /// Fixes the upper bounds of every later step and reserves private scratch. `max_row` is the widest activation row
  /// (floats) any op will see. Called once, before compile.
  virtual Status reserve(const StepLimits& limits, int64_t max_row) = 0;

  /// 64-byte aligned, zeroed memory. Errors: out_of_memory.
  virtual Result<std::unique_ptr<Buffer>> allocate(size_t bytes) = 0;
  virtual void upload(std::byte* device, const void* host, size_t bytes) = 0;
  virtual void download(void* host, const std::byte* device, size_t bytes) = 0;

  /// Makes a host weight usable here. Where memory is shared (host_memory()) the host memory must outlive the backend, which keeps
  /// pointing at it; a device with memory of its own has read it when this returns.
  virtual Result<Weight> place(const Weight& host) = 0;

  /// How `experts` experts of `host` lie in this device's memory from `data` on, one behind the other; with null only the sizes count.
  [[nodiscard]] virtual Weight lay_out(const Weight& host, int64_t experts, std::byte* data) const;

  /// Writes all experts of `host` over those of `placed` from `first` on and returns when they are there. `placed` is of this device's own
  /// memory, from place() or lay_out(). No plan that reads these experts may run meanwhile; where writes_beside_runs(), others may, on
  /// another thread. Errors: device.
  virtual Status write_experts(const Weight& placed, int64_t first, const Weight& host);
  [[nodiscard]] virtual bool writes_beside_runs() const { return false; }

  /// True when device addresses are host addresses, so that tensors can be read without download().
  [[nodiscard]] virtual bool host_memory() const = 0;

  /// The inputs of the next run. Written by the host between runs only.
  virtual void set_step(const StepInputs& step) = 0;

  /// Compiles ops into a plan. Errors: unsupported (names the op and the type).
  virtual Result<std::unique_ptr<Plan>> compile(std::span<const Op> ops) = 0;

  /// Replays a plan on the current step inputs and waits for it. Errors: cancelled, device (names the op).
  virtual Status run(const Plan& plan, const RunControl& control) = 0;

  /// Whether products of more than 16 rows with F16 and BF16 weights round activations to f16.
  [[nodiscard]] virtual bool half_products() const { return false; }

  [[nodiscard]] virtual ReplayStats replay_stats() const { return {}; }

  /// Bytes per second that the memory of this device moves, measured now; 0: not measured here (memory of the computer).
  virtual double measure_bandwidth() { return 0; }

  /// What this device's memory holds for all its backends: asked for, and taken from the system for it; zeros: not known here.
  [[nodiscard]] virtual MemoryInUse memory_in_use() const { return {}; }

  /// Programs that compile() asked for are made in the background; run() waits for those it needs.
  [[nodiscard]] virtual CompileProgress compile_progress() const { return {}; }
};

/// Scalar truth, one thread.
std::unique_ptr<Backend> make_reference_backend();

/// AVX2 where the processor has it, else plain C++; `threads` 0: one for each physical core.
std::unique_ptr<Backend> make_cpu_backend(int threads, Priority priority = Priority::usual);

}  // namespace engine
