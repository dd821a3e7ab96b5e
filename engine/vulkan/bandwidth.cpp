#include "vulkan/bandwidth.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "vulkan/memory.h"
#include "vulkan/pipelines.h"

namespace engine::vulkan {
namespace {

// Copies are not used: some drivers make them at a quarter of what shaders read.
constexpr size_t kBytes = size_t{512} << 20;  // more than any cache
constexpr uint32_t kGroups = 2048, kLanes = 256;
constexpr uint32_t kSteps = kBytes / (size_t{16} * kGroups * kLanes);  // shaders/read_all.comp takes four at a time
static_assert(kSteps % 4 == 0 && size_t{16} * kGroups * kLanes * kSteps == kBytes);
constexpr int kReads = 4, kRuns = 3;

/// Records kReads passes over the memory. False on any failure: a figure is missing then, nothing else.
bool record_reads(Device& device, VkCommandBuffer commands, const Span& from, const Span& word) {
  const VolkDeviceTable& vk = device.vk();
  const Result<VkPipeline> pipeline = device.pipelines().get({Shader::read_all, {}});
  if (!pipeline) return false;
  const VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, 0, nullptr};
  if (call(CallSite::command, vk.vkBeginCommandBuffer, commands, &begin) != VK_SUCCESS) return false;
  vk.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, *pipeline);
  const struct {
    uint64_t memory, word;
    std::array<uint32_t, 4> args;
  } push{from.address, word.address, {kSteps, 0, 0, 0}};
  vk.vkCmdPushConstants(commands, device.pipelines().layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof push, &push);
  for (int i = 0; i < kReads; ++i) vk.vkCmdDispatch(commands, kGroups, 1, 1);
  return call(CallSite::command, vk.vkEndCommandBuffer, commands) == VK_SUCCESS;
}

double best_of_runs(Device& device, VkCommandBuffer commands) {
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const Result<uint64_t> value = device.submit(device.compute, {&commands, 1});
    if (!value || !device.wait(device.compute, *value)) return 0;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 1.0 * kBytes * kReads / std::max(seconds, 1e-9));
  }
  return best;
}

double measure(Device& device, const Span& from, const Span& word) {
  const VolkDeviceTable& vk = device.vk();
  VkCommandPool pool = VK_NULL_HANDLE;
  const VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, nullptr, 0, device.compute.family};
  if (call(CallSite::object, vk.vkCreateCommandPool, device.handle(), &info, nullptr, &pool) != VK_SUCCESS) return 0;
  VkCommandBuffer commands = VK_NULL_HANDLE;
  const VkCommandBufferAllocateInfo one{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool, VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
  double result = 0;
  if (call(CallSite::command, vk.vkAllocateCommandBuffers, device.handle(), &one, &commands) == VK_SUCCESS &&
      record_reads(device, commands, from, word))
    result = best_of_runs(device, commands);
  device.idle();
  vk.vkDestroyCommandPool(device.handle(), pool, nullptr);
  return result;
}

}  // namespace

double measure_bandwidth(Device& device) {
  const Result<Span> from = device.memory().allocate(kBytes, Memory::Kind::device);
  if (!from) return 0;
  const Result<Span> word = device.memory().allocate(sizeof(uint32_t), Memory::Kind::device);
  const double result = word ? measure(device, *from, *word) : 0;
  device.memory().free(*from);
  if (word) device.memory().free(*word);
  return result;
}

}  // namespace engine::vulkan
