#include "vulkan/bandwidth.h"

#include <algorithm>
#include <chrono>

#include "vulkan/memory.h"

namespace engine::vulkan {
namespace {

constexpr size_t kBytes = size_t{256} << 20;  // more than any cache
constexpr int kCopies = 4, kRuns = 3;

/// Records kCopies copies one after another. False on any failure: a figure is missing then, nothing else.
bool record_copies(Device& device, VkCommandBuffer commands, const Span& from, const Span& to) {
  const VolkDeviceTable& vk = device.vk();
  const VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, 0, nullptr};
  if (call(CallSite::command, vk.vkBeginCommandBuffer, commands, &begin) != VK_SUCCESS) return false;
  const VkBufferCopy copy{from.offset, to.offset, kBytes};
  const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_TRANSFER_WRITE_BIT};
  for (int i = 0; i < kCopies; ++i) {
    vk.vkCmdCopyBuffer(commands, from.buffer, to.buffer, 1, &copy);
    vk.vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 1, &barrier, 0, nullptr, 0,
                            nullptr);
  }
  return call(CallSite::command, vk.vkEndCommandBuffer, commands) == VK_SUCCESS;
}

double best_of_runs(Device& device, VkCommandBuffer commands) {
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const Result<uint64_t> value = device.submit(device.compute, {&commands, 1});
    if (!value || !device.wait(device.compute, *value)) return 0;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * kBytes * kCopies / std::max(seconds, 1e-9));
  }
  return best;
}

double measure(Device& device, const Span& from, const Span& to) {
  const VolkDeviceTable& vk = device.vk();
  VkCommandPool pool = VK_NULL_HANDLE;
  const VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, nullptr, 0, device.compute.family};
  if (call(CallSite::object, vk.vkCreateCommandPool, device.handle(), &info, nullptr, &pool) != VK_SUCCESS) return 0;
  VkCommandBuffer commands = VK_NULL_HANDLE;
  const VkCommandBufferAllocateInfo one{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool, VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
  double result = 0;
  if (call(CallSite::command, vk.vkAllocateCommandBuffers, device.handle(), &one, &commands) == VK_SUCCESS &&
      record_copies(device, commands, from, to))
    result = best_of_runs(device, commands);
  device.idle();
  vk.vkDestroyCommandPool(device.handle(), pool, nullptr);
  return result;
}

}  // namespace

double measure_bandwidth(Device& device) {
  const Result<Span> from = device.memory().allocate(kBytes, Memory::Kind::device);
  if (!from) return 0;
  const Result<Span> to = device.memory().allocate(kBytes, Memory::Kind::device);
  const double result = to ? measure(device, *from, *to) : 0;
  device.memory().free(*from);
  if (to) device.memory().free(*to);
  return result;
}

}  // namespace engine::vulkan
