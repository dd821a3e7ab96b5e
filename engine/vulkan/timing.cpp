#include "vulkan/timing.h"

namespace engine::vulkan {

Timing::~Timing() {
  if (pool_) device_.idle();
  const VolkDeviceTable& vk = device_.vk();
  if (queries_) vk.vkDestroyQueryPool(device_.handle(), queries_, nullptr);
  if (pool_) vk.vkDestroyCommandPool(device_.handle(), pool_, nullptr);
}

Status Timing::open(uint32_t queries) {
  const VolkDeviceTable& vk = device_.vk();
  if (!pool_) {
    const VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, nullptr, VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
                                       device_.compute.family};
    if (VkResult r = call(CallSite::object, vk.vkCreateCommandPool, device_.handle(), &pool, nullptr, &pool_); r != VK_SUCCESS)
      return device_.fail(r, "measuring a step");
    const VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool_, VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                           1};
    if (VkResult r = call(CallSite::command, vk.vkAllocateCommandBuffers, device_.handle(), &info, &commands_); r != VK_SUCCESS)
      return device_.fail(r, "measuring a step");
  }
  if (capacity_ < queries) {
    if (queries_) vk.vkDestroyQueryPool(device_.handle(), queries_, nullptr);
    queries_ = VK_NULL_HANDLE;
    const VkQueryPoolCreateInfo info{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO, nullptr, 0, VK_QUERY_TYPE_TIMESTAMP, queries, 0};
    if (VkResult r = call(CallSite::object, vk.vkCreateQueryPool, device_.handle(), &info, nullptr, &queries_); r != VK_SUCCESS)
      return device_.fail(r, "measuring a step");
    capacity_ = queries;
  }
  vk.vkResetQueryPool(device_.handle(), queries_, 0, capacity_);
  return {};
}

Status Timing::read(const VulkanPlan& plan, const std::vector<int>& ops, Profile& profile) {
  std::vector<uint64_t> stamps(ops.size() + 1);
  const VkResult r = call(CallSite::wait, device_.vk().vkGetQueryPoolResults, device_.handle(), queries_, 0u,
                          static_cast<uint32_t>(stamps.size()), stamps.size() * sizeof(uint64_t), static_cast<void*>(stamps.data()),
                          VkDeviceSize{sizeof(uint64_t)}, VkQueryResultFlags{VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT});
  if (r != VK_SUCCESS) return device_.fail(r, "measuring a step");
  for (size_t i = 0; i < ops.size(); ++i) {
    const double ticks = static_cast<double>(stamps[i + 1] - stamps[i]);
    profile.add(op_name(plan.ops()[static_cast<size_t>(ops[i])]), ticks * 1e-9 * static_cast<double>(device_.caps().timestamp_period));
  }
  return {};
}

Status Timing::run(const VulkanPlan& plan, const Recording& recording, Profile& profile) {
  const std::vector<Dispatch>& all = recording.dispatches;
  std::vector<int> ops;
  if (Status s = open(static_cast<uint32_t>(all.size()) + 1); !s) return s;
  const VolkDeviceTable& vk = device_.vk();
  const VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
                                       nullptr};
  if (VkResult r = call(CallSite::command, vk.vkBeginCommandBuffer, commands_, &begin); r != VK_SUCCESS)
    return device_.fail(r, "measuring a step");
  vk.vkCmdWriteTimestamp(commands_, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries_, 0);
  for (size_t first = 0; first < all.size();) {
    size_t last = first + 1;
    while (last < all.size() && all[last].op == all[first].op) ++last;
    if (Status s = plan.encode(commands_, recording, first, last); !s) return s;
    ops.push_back(all[first].op);
    vk.vkCmdWriteTimestamp(commands_, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries_, static_cast<uint32_t>(ops.size()));
    first = last;
  }
  if (VkResult r = call(CallSite::command, vk.vkEndCommandBuffer, commands_); r != VK_SUCCESS) return device_.fail(r, "measuring a step");
  const Result<uint64_t> value = device_.submit(device_.compute, {&commands_, 1});
  if (!value) return value.error();
  if (Status s = device_.wait(device_.compute, *value); !s) return s;
  return read(plan, ops, profile);
}

}  // namespace engine::vulkan
