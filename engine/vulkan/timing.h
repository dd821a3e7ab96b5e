// Times of the ops of a recording by GPU timestamps, for `bench --profile` and kernel work.
#pragma once

#include "ops/profile.h"
#include "vulkan/plan.h"

namespace engine::vulkan {

class Timing {
 public:
  explicit Timing(Device& device) : device_(device) {}
  ~Timing();

  /// Runs a recording once with a timestamp after every op and adds the times to `profile`. Slower than a replay.
  Status run(const VulkanPlan& plan, const Recording& recording, Profile& profile);

 private:
  Status open(uint32_t queries);
  Status read(const VulkanPlan& plan, const std::vector<int>& ops, Profile& profile);

  Device& device_;
  VkCommandPool pool_ = VK_NULL_HANDLE;
  VkCommandBuffer commands_ = VK_NULL_HANDLE;
  VkQueryPool queries_ = VK_NULL_HANDLE;
  uint32_t capacity_ = 0;
};

}  // namespace engine::vulkan
