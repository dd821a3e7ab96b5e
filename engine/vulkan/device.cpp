#include "vulkan/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "vulkan/memory.h"
#include "vulkan/pipelines.h"
#include "vulkan/transfer.h"

namespace engine::vulkan {
namespace {

// One wait between two looks at a device that may be gone.
constexpr uint64_t kWaitNanoseconds = 1'000'000'000;

std::mutex open_mutex;  // guards the two below
std::map<size_t, std::weak_ptr<Device>>& open_devices() {
  static std::map<size_t, std::weak_ptr<Device>> devices;
  return devices;
}
std::string& folder() {
  static std::string path;
  return path;
}

}  // namespace

void set_cache_folder(const std::string& path) {
  const std::lock_guard lock(open_mutex);
  folder() = path;
}

std::string cache_folder() {
  const std::lock_guard lock(open_mutex);
  return folder();
}

Result<std::shared_ptr<Device>> Device::open(size_t index) {
  const Instance& all = instance();
  if (index >= all.devices.size())
    return Error{ErrorCode::not_found, all.problem.empty() ? fmt::format("There is no Vulkan device {}.", index) : all.problem,
                 "Run `hearth-cli devices` for the list."};
  {
    const std::lock_guard lock(open_mutex);
    if (std::shared_ptr<Device> known = open_devices()[index].lock(); known && known->health()) return known;
  }
  Capabilities caps = capabilities(all.devices[index]);
  if (!caps.missing.empty())
    return Error{ErrorCode::unsupported, fmt::format("{} cannot be used: {}", caps.name, caps.missing), "Use --device cpu."};
  const std::shared_ptr<Device> device(new Device(all.devices[index], std::move(caps)));
  if (Status s = device->create(); !s) return s.error();
  const std::lock_guard lock(open_mutex);
  open_devices()[index] = device;
  return device;
}

Device::Device(VkPhysicalDevice physical, Capabilities caps) : caps_(std::move(caps)), physical_(physical) {}

Status Device::create() {
  const bool own_copies = caps_.transfer_family != caps_.compute_family;
  const float priority = 0.5f;
  const VkDeviceQueueCreateInfo queues[] = {{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, nullptr, 0, caps_.compute_family, 1, &priority},
                                            {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, nullptr, 0, caps_.transfer_family, 1, &priority}};
  FeatureChain features(caps_);
  static constexpr const char* kBudget = VK_EXT_MEMORY_BUDGET_EXTENSION_NAME;
  const VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features.head, 0,      own_copies ? 2u : 1u, queues, 0, nullptr,
                                caps_.budget_extension ? 1u : 0u,     &kBudget,       nullptr};
  if (const VkResult r = call(CallSite::device, vkCreateDevice, physical_, &info, nullptr, &handle_); r != VK_SUCCESS) {
    handle_ = VK_NULL_HANDLE;
    return vulkan_error(r, "opening the device");
  }
  volkLoadDeviceTable(&vk_, handle_);
  if (Status s = create_queue(compute, caps_.compute_family, 0); !s) return s;
  if (own_copies) {
    if (Status s = create_queue(copies, caps_.transfer_family, 0); !s) return s;
  }
  memory_ = std::make_unique<Memory>(*this);
  pipelines_ = std::make_unique<Pipelines>(*this);
  transfer_ = std::make_unique<Transfer>(*this, own_copies ? copies : compute);
  if (Status s = pipelines_->open(); !s) return s;
  return transfer_->open();
}

Status Device::create_queue(Queue& queue, uint32_t family, uint32_t index) {
  queue.family = family;
  vk_.vkGetDeviceQueue(handle_, family, index, &queue.handle);
  VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO, nullptr, VK_SEMAPHORE_TYPE_TIMELINE, 0};
  const VkSemaphoreCreateInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type, 0};
  const VkResult r = call(CallSite::object, vk_.vkCreateSemaphore, handle_, &info, nullptr, &queue.timeline);
  return r == VK_SUCCESS ? Status() : Status(vulkan_error(r, "opening the device"));
}

Device::~Device() {
  if (handle_ == VK_NULL_HANDLE) return;
  if (vk_.vkDeviceWaitIdle) idle();
  transfer_.reset();
  pipelines_.reset();
  memory_.reset();
  for (const Queue* q : {&compute, &copies})
    if (q->timeline) vk_.vkDestroySemaphore(handle_, q->timeline, nullptr);
  vk_.vkDestroyDevice(handle_, nullptr);
}

Result<uint64_t> Device::submit(Queue& queue, std::span<const VkCommandBuffer> commands) {
  const std::lock_guard lock(submitting_);
  const Queue& other = &queue == &compute ? copies : compute;
  const bool waits = other.submitted > 0;
  const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
  const uint64_t value = queue.submitted + 1;
  VkTimelineSemaphoreSubmitInfo values{
      VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO, nullptr, waits ? 1u : 0u, &other.submitted, 1, &value};
  const VkSubmitInfo info{VK_STRUCTURE_TYPE_SUBMIT_INFO,
                          &values,
                          waits ? 1u : 0u,
                          &other.timeline,
                          &stage,
                          static_cast<uint32_t>(commands.size()),
                          commands.data(),
                          1,
                          &queue.timeline};
  if (const VkResult r = call(CallSite::submit, vk_.vkQueueSubmit, queue.handle, 1u, &info, VkFence{VK_NULL_HANDLE}); r != VK_SUCCESS)
    return fail(r, "taking new work");
  queue.submitted = value;
  return value;
}

Status Device::wait(const Queue& queue, uint64_t value) {
  const VkSemaphoreWaitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO, nullptr, 0, 1, &queue.timeline, &value};
  VkResult r = VK_TIMEOUT;
  while (r == VK_TIMEOUT) r = call(CallSite::wait, vk_.vkWaitSemaphores, handle_, &info, kWaitNanoseconds);
  return r == VK_SUCCESS ? Status() : Status(fail(r, "computing"));
}

Error Device::fail(VkResult result, const std::string& what) {
  return keep(vulkan_error(result, what));
}

Error Device::keep(Error error) {
  const std::lock_guard lock(failing_);
  if (failure_) failure_ = error;
  return error;
}

Status Device::health() const {
  const std::lock_guard lock(failing_);
  return failure_;
}

}  // namespace engine::vulkan
