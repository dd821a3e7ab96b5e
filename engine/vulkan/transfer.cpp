#include "vulkan/transfer.h"

#include <algorithm>
#include <cstring>

namespace engine::vulkan {
namespace {

// Bytes of one staging slot: large enough to keep a PCIe link busy, small enough that four of them stay pinned for good.
constexpr size_t kSlotBytes = size_t{8} << 20;

}  // namespace

Transfer::~Transfer() {
  if (pool_) device_.vk().vkDestroyCommandPool(device_.handle(), pool_, nullptr);
}

Status Transfer::open() {
  const VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, nullptr, VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
                                     queue_.family};
  const VkResult r = call(CallSite::object, device_.vk().vkCreateCommandPool, device_.handle(), &info, nullptr, &pool_);
  return r == VK_SUCCESS ? Status() : Status(vulkan_error(r, "opening the device"));
}

/// Slots are made when they are first needed: devices with shared memory never do.
Status Transfer::open_slot(Slot& slot) {
  Result<Span> span = device_.memory().allocate(kSlotBytes, Memory::Kind::host);
  if (!span) return device_.keep(span.error());
  slot.span = *span;
  const VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool_, VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                         1};
  const VkResult r = call(CallSite::command, device_.vk().vkAllocateCommandBuffers, device_.handle(), &info, &slot.commands);
  return r == VK_SUCCESS ? Status() : Status(device_.fail(r, "preparing a copy"));
}

Status Transfer::begin(Slot& slot) {
  if (!slot.commands)
    if (Status s = open_slot(slot); !s) return s;
  if (Status s = device_.wait(queue_, slot.busy_until); !s) return s;
  const VkCommandBufferBeginInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
                                      nullptr};
  const VkResult r = call(CallSite::command, device_.vk().vkBeginCommandBuffer, slot.commands, &info);
  if (r != VK_SUCCESS) return device_.fail(r, "preparing a copy");
  // Copies of one range follow each other in order.
  const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_MEMORY_WRITE_BIT,
                                VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT};
  device_.vk().vkCmdPipelineBarrier(slot.commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 1, &barrier,
                                    0, nullptr, 0, nullptr);
  return {};
}

Status Transfer::submit(Slot& slot) {
  const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_MEMORY_WRITE_BIT, VK_ACCESS_HOST_READ_BIT};
  device_.vk().vkCmdPipelineBarrier(slot.commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &barrier, 0, nullptr,
                                    0, nullptr);
  if (const VkResult r = call(CallSite::command, device_.vk().vkEndCommandBuffer, slot.commands); r != VK_SUCCESS)
    return device_.fail(r, "preparing a copy");
  Result<uint64_t> value = device_.submit(queue_, {&slot.commands, 1});
  if (!value) return value.error();
  slot.busy_until = *value;
  return {};
}

Transfer::Slot* Transfer::next() {
  Slot& slot = slots_[turn_++ % slots_.size()];
  return device_.health() && begin(slot) ? &slot : nullptr;
}

Status Transfer::write_part(const Span& to, const std::byte* host, size_t bytes) {
  Slot* slot = next();
  if (!slot) return device_.health();
  std::memcpy(slot->span.mapped, host, bytes);
  const VkBufferCopy copy{slot->span.offset, to.offset, bytes};
  device_.vk().vkCmdCopyBuffer(slot->commands, slot->span.buffer, to.buffer, 1, &copy);
  return submit(*slot);
}

void Transfer::write(uint64_t address, const void* host, size_t bytes) {
  if (bytes == 0) return;
  Span to = device_.memory().find(address);
  if (to.mapped) {
    std::memcpy(to.mapped, host, bytes);
    return;
  }
  const auto* from = static_cast<const std::byte*>(host);
  for (size_t done = 0; done < bytes; done += kSlotBytes) {
    Span part = to;
    part.offset += done;
    if (!write_part(part, from + done, std::min(kSlotBytes, bytes - done))) return;
  }
}

void Transfer::zero(uint64_t address, size_t bytes) {
  if (bytes == 0) return;
  const Span to = device_.memory().find(address);
  if (to.mapped) {
    std::memset(to.mapped, 0, bytes);
    return;
  }
  Slot* slot = next();
  if (!slot) return;
  device_.vk().vkCmdFillBuffer(slot->commands, to.buffer, to.offset, (bytes + 3) / 4 * 4, 0);
  static_cast<void>(submit(*slot));
}

Status Transfer::read_part(const Span& from, std::byte* host, size_t bytes) {
  Slot* slot = next();
  if (!slot) return device_.health();
  const VkBufferCopy copy{from.offset, slot->span.offset, bytes};
  device_.vk().vkCmdCopyBuffer(slot->commands, from.buffer, slot->span.buffer, 1, &copy);
  if (Status s = submit(*slot); !s) return s;
  if (Status s = device_.wait(queue_, slot->busy_until); !s) return s;
  std::memcpy(host, slot->span.mapped, bytes);
  return {};
}

void Transfer::read(void* host, uint64_t address, size_t bytes) {
  if (bytes == 0) return;
  const Span from = device_.memory().find(address);
  if (from.mapped && from.cached) {
    std::memcpy(host, from.mapped, bytes);
    return;
  }
  auto* to = static_cast<std::byte*>(host);
  for (size_t done = 0; done < bytes; done += kSlotBytes) {
    Span part = from;
    part.offset += done;
    if (!read_part(part, to + done, std::min(kSlotBytes, bytes - done))) return;
  }
}

Status Transfer::flush() {
  if (Status s = device_.health(); !s) return s;
  return device_.wait(queue_, queue_.submitted);
}

}  // namespace engine::vulkan
