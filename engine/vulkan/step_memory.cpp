#include "vulkan/step_memory.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/check.h"
#include "vulkan/transfer.h"

namespace engine::vulkan {
namespace {

/// Step of shaders/include/common.glsl.
struct Header {
  int32_t n_tokens, n_sequences, n_outputs, max_pages;
  uint64_t tokens, positions, sequence, lora_slot, first_token, context, pages, output_rows, stop;
};

/// Offsets of the arrays behind the header, all of int32; pages last, since only few are in use.
struct Layout {
  size_t tokens, positions, sequence, lora_slot, first_token, context, output_rows, pages, end;

  explicit Layout(const StepLimits& l) {
    size_t at = sizeof(Header);
    const auto array = [&at](int n) {
      const size_t offset = at;
      at += sizeof(int32_t) * ((static_cast<size_t>(n) + 3) / 4 * 4);
      return offset;
    };
    tokens = array(l.max_tokens);
    positions = array(l.max_tokens);
    sequence = array(l.max_tokens);
    lora_slot = array(l.max_tokens);
    first_token = array(l.max_sequences + 1);
    context = array(l.max_sequences);
    output_rows = array(l.max_outputs);
    pages = at;
    end = at + sizeof(int32_t) * static_cast<size_t>(l.max_sequences) * static_cast<size_t>(l.max_pages);
  }
};

}  // namespace

StepMemory::~StepMemory() {
  device_.idle();
  if (pool_) device_.vk().vkDestroyCommandPool(device_.handle(), pool_, nullptr);
  for (Slot& slot : ring_) device_.memory().free(slot.span);
  device_.memory().free(device_span_);
  device_.memory().free(stop_span_);
}

Status StepMemory::open(const StepLimits& limits) {
  limits_ = limits;
  bytes_ = Layout(limits).end;
  Result<Span> span = device_.memory().allocate(bytes_, Memory::Kind::device);
  if (!span) return span.error();
  device_span_ = *span;
  Result<Span> stop = device_.memory().allocate(sizeof(uint32_t), Memory::Kind::device);
  if (!stop) return stop.error();
  stop_span_ = *stop;
  device_.transfer().zero(stop->address, sizeof(uint32_t));
  const VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, nullptr, 0, device_.compute.family};
  if (VkResult r = call(CallSite::object, device_.vk().vkCreateCommandPool, device_.handle(), &pool, nullptr, &pool_); r != VK_SUCCESS)
    return device_.fail(r, "preparing a step");
  for (Slot& slot : ring_)
    if (Status s = record(slot); !s) return s;
  return {};
}

Status StepMemory::record(Slot& slot) {
  const VolkDeviceTable& vk = device_.vk();
  Result<Span> span = device_.memory().allocate(bytes_, Memory::Kind::host);
  if (!span) return span.error();
  slot.span = *span;
  const VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool_, VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                         1};
  if (VkResult r = call(CallSite::command, vk.vkAllocateCommandBuffers, device_.handle(), &info, &slot.commands); r != VK_SUCCESS)
    return device_.fail(r, "preparing a step");
  const VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr, 0, nullptr};
  if (VkResult r = call(CallSite::command, vk.vkBeginCommandBuffer, slot.commands, &begin); r != VK_SUCCESS)
    return device_.fail(r, "preparing a step");
  const VkBufferCopy copy{slot.span.offset, device_span_.offset, bytes_};
  vk.vkCmdCopyBuffer(slot.commands, slot.span.buffer, device_span_.buffer, 1, &copy);
  const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_SHADER_READ_BIT};
  vk.vkCmdPipelineBarrier(slot.commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, 0, 1, &barrier, 0, nullptr,
                          0, nullptr);
  const VkResult r = call(CallSite::command, vk.vkEndCommandBuffer, slot.commands);
  return r == VK_SUCCESS ? Status() : Status(device_.fail(r, "preparing a step"));
}

void StepMemory::set_stop(bool stop) {
  if (stop_span_.mapped) std::atomic_ref(*reinterpret_cast<uint32_t*>(stop_span_.mapped)).store(stop ? 1 : 0);
}

void StepMemory::write(const StepInputs& s) {
  HEARTH_CHECK(s.n_tokens > 0 && s.n_tokens <= limits_.max_tokens && s.n_sequences <= limits_.max_sequences &&
               s.n_outputs <= limits_.max_outputs && s.max_pages <= limits_.max_pages);
  const Layout at(limits_);
  std::byte* to = ring_[++turn_ % ring_.size()].span.mapped;
  const uint64_t base = address();
  const Header header{s.n_tokens,          s.n_sequences,         s.n_outputs,         s.max_pages,           base + at.tokens,
                      base + at.positions, base + at.sequence,    base + at.lora_slot, base + at.first_token, base + at.context,
                      base + at.pages,     base + at.output_rows, stop_span_.address};
  std::memcpy(to, &header, sizeof header);
  const auto put = [to](size_t offset, const std::vector<int32_t>& values) {
    if (!values.empty()) std::memcpy(to + offset, values.data(), values.size() * sizeof(int32_t));
  };
  put(at.tokens, s.tokens);
  put(at.positions, s.positions);
  put(at.sequence, s.sequence);
  put(at.lora_slot, s.lora_slot);
  put(at.first_token, s.first_token);
  put(at.context, s.context);
  put(at.output_rows, s.output_rows);
  put(at.pages, s.pages);
}

}  // namespace engine::vulkan
