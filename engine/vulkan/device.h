// A logical device with its queues, memory, pipelines and errors. Backends of one GPU share it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/info.h"
#include "vulkan/api.h"
#include "vulkan/recorder.h"

namespace engine::vulkan {

/// What a physical device is and has, read without opening it.
struct Capabilities {
  std::string name, driver;
  VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
  uint32_t vendor = 0, product = 0, driver_version = 0;
  uint64_t memory_total = 0, memory_free = 0;  // of the device-local heap; free as VK_EXT_memory_budget says
  bool unified = false;                        // device memory is the computer's memory: written and read directly
  uint64_t max_allocation = 0;
  uint32_t min_subgroup = 0, max_subgroup = 0;
  bool sized_subgroups = false;  // pipelines may choose within that range
  bool int8_fast = false;        // packed int8 products are accelerated
  bool budget_extension = false;
  float timestamp_period = 0;  // ns; 0: no timestamps
  uint32_t compute_family = 0, transfer_family = 0;
  Features features;
  std::string missing;  // why it cannot be used, one sentence; empty when it can
};
Capabilities capabilities(VkPhysicalDevice device);

/// Features of a device as the chain of structures that Vulkan fills and takes.
struct FeatureChain {
  FeatureChain();
  /// What a device of these capabilities is opened with.
  explicit FeatureChain(const Capabilities& caps);
  FeatureChain(const FeatureChain&) = delete;
  FeatureChain& operator=(const FeatureChain&) = delete;

  VkPhysicalDeviceVulkan13Features f13{};
  VkPhysicalDeviceVulkan12Features f12{};
  VkPhysicalDeviceVulkan11Features f11{};
  VkPhysicalDeviceFeatures2 head{};
};

/// One queue with a timeline that counts its submissions.
struct Queue {
  VkQueue handle = VK_NULL_HANDLE;
  uint32_t family = 0;
  VkSemaphore timeline = VK_NULL_HANDLE;
  uint64_t submitted = 0;  // value of the last submission
};

class Memory;
class Transfer;
class Pipelines;

class Device {
 public:
  /// The device of that index in instance().devices; open ones are shared. Errors: not_found, unsupported, device, out_of_memory.
  static Result<std::shared_ptr<Device>> open(size_t index);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] const Capabilities& caps() const { return caps_; }
  [[nodiscard]] VkDevice handle() const { return handle_; }
  [[nodiscard]] VkPhysicalDevice physical() const { return physical_; }
  [[nodiscard]] const VolkDeviceTable& vk() const { return vk_; }
  [[nodiscard]] Memory& memory() { return *memory_; }
  [[nodiscard]] Transfer& transfer() { return *transfer_; }
  [[nodiscard]] Pipelines& pipelines() { return *pipelines_; }
  Queue compute, copies;

  /// Submits command buffers to `queue` after the values of the other queue so far; one call at a time. Returns its timeline value.
  Result<uint64_t> submit(Queue& queue, std::span<const VkCommandBuffer> commands);
  /// Waits until the timeline of `queue` has reached `value`.
  Status wait(const Queue& queue, uint64_t value);

  /// Waits for everything submitted, also after a failure: before anything is destroyed that it may use.
  void idle() const { vk_.vkDeviceWaitIdle(handle_); }

  /// Remembers the first failure; every later call answers with it when the device is gone.
  Error fail(VkResult result, const std::string& what);
  Error keep(Error error);
  /// The failure of a call that could not report it (uploads), or that the device is lost.
  [[nodiscard]] Status health() const;

 private:
  Device(VkPhysicalDevice physical, Capabilities caps);
  Status create();
  Status create_queue(Queue& queue, uint32_t family, uint32_t index);

  Capabilities caps_;
  VkPhysicalDevice physical_;
  VkDevice handle_ = VK_NULL_HANDLE;
  VolkDeviceTable vk_{};
  std::mutex submitting_;
  mutable std::mutex failing_;
  Status failure_;
  std::unique_ptr<Memory> memory_;
  std::unique_ptr<Transfer> transfer_;
  std::unique_ptr<Pipelines> pipelines_;
};

/// Folder of the pipeline caches; empty: none are kept. Set before devices are opened.
void set_cache_folder(const std::string& folder);
std::string cache_folder();

}  // namespace engine::vulkan
