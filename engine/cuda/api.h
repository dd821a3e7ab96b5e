// The CUDA runtime as this backend sees it: what its results mean to people, and one thin shim around every call that can fail, so that
// tests can make any class of calls fail as a driver would.
#pragma once

#include <cuda_runtime.h>

#include <atomic>
#include <string>

#include "engine/result.h"

namespace engine::cuda {

/// Classes of calls that can fail.
enum class CallSite { list, memory, object, copy, launch, wait, count };

/// Makes calls of one class fail with a result, for tests. Off by default.
struct Faults {
  std::atomic<int> site{-1};                                         // CallSite, -1: none
  std::atomic<int> skip{0};                                          // calls of the class that still succeed
  std::atomic<int> hits{0};                                          // calls made to fail
  std::atomic<int> result{0};                                        // cudaError_t
  std::atomic<uint64_t> calls[static_cast<int>(CallSite::count)]{};  // made so far
};
Faults& faults();

/// The result that is injected into this call, or cudaSuccess.
cudaError_t injected(CallSite site);

/// f(args...), unless a fault is injected. A failure is not seen again by later calls, except where the device is lost.
template <class F, class... Args>
cudaError_t call(CallSite site, F f, Args... args) {
  cudaError_t result = injected(site);
  if (result != cudaSuccess) return result;
  result = f(args...);
  if (result != cudaSuccess) cudaGetLastError();
  return result;
}

/// cudaErrorIllegalAddress etc. as an error for people. `what`: "reserving memory", "running a step", ...
Error cuda_error(cudaError_t result, const std::string& what);

/// Why this computer has no CUDA device, with the next step; `result` is what counting them gave.
std::string absence(cudaError_t result);

/// A version as the runtime counts it, 13020, as "13.2".
std::string version_text(int version);

}  // namespace engine::cuda
