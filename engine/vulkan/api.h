// The Vulkan API as this backend sees it: loaded at run time, every fallible call through one thin shim, so that tests can make
// any class of calls fail as a driver would.
#pragma once

#define VK_NO_PROTOTYPES
#include <volk.h>

#include <atomic>
#include <string>
#include <vector>

#include "engine/result.h"

namespace engine::vulkan {

/// Classes of calls that can fail.
enum class CallSite { instance, device, memory, object, map, pipeline, command, submit, wait, count };

/// Makes calls of one class fail with a result, for tests. Off by default.
struct Faults {
  std::atomic<int> site{-1};                                         // CallSite, -1: none
  std::atomic<int> skip{0};                                          // calls of the class that still succeed
  std::atomic<int> hits{0};                                          // calls made to fail
  std::atomic<int> result{0};                                        // VkResult
  std::atomic<uint64_t> calls[static_cast<int>(CallSite::count)]{};  // made so far
};
Faults& faults();

/// The result that is injected into this call, or VK_SUCCESS.
VkResult injected(CallSite site);

/// f(args...), unless a fault is injected.
template <class F, class... Args>
VkResult call(CallSite site, F f, Args... args) {
  if (const VkResult fault = injected(site); fault != VK_SUCCESS) return fault;
  return f(args...);
}

/// VK_ERROR_DEVICE_LOST etc. as an error for people. `what`: "allocating memory", "running a step", ...
Error vulkan_error(VkResult result, const std::string& what);

/// "VK_ERROR_DEVICE_LOST".
const char* result_name(VkResult result);

/// The one instance of this process.
struct Instance {
  VkInstance handle = VK_NULL_HANDLE;
  std::vector<VkPhysicalDevice> devices;
  bool validated = false;  // the validation layer is on
  std::string problem;     // why there is no instance, one sentence
};

/// Created at the first call and kept.
const Instance& instance();

/// Messages of the validation layer so far (errors and warnings); each is logged.
uint64_t validation_messages();

}  // namespace engine::vulkan
