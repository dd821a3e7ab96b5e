#include "vulkan/memory.h"

#include <algorithm>
#include <cstdlib>

#include "core/check.h"
#include "vulkan/device.h"

namespace engine::vulkan {
namespace {

constexpr size_t kAlign = 256;  // no device asks for more
// Blocks are large enough that a model has hundreds of them at most (drivers allow 4096 allocations), small enough that the
// unused end of the last one is no loss.
constexpr size_t kDeviceBlock = size_t{64} << 20;
constexpr size_t kHostBlock = size_t{4} << 20;

size_t round_up(size_t n, size_t to) {
  return (n + to - 1) / to * to;
}

}  // namespace

Memory::~Memory() {
  for (auto& [address, block] : blocks_) destroy(*block);
}

size_t Memory::largest() const {
  // Tests shrink it, so that small weights are split as huge ones are.
  if (const char* limit = std::getenv("HEARTH_VULKAN_MAX_ALLOCATION")) return static_cast<size_t>(std::strtoull(limit, nullptr, 10));
  return device_.caps().max_allocation / kAlign * kAlign;
}

size_t Memory::reserved() const {
  const std::lock_guard lock(mutex_);
  size_t sum = 0;
  for (const auto& [address, block] : blocks_) sum += block->bytes;
  return sum;
}

int Memory::memory_type(uint32_t allowed, Kind kind) const {
  VkPhysicalDeviceMemoryProperties m;
  vkGetPhysicalDeviceMemoryProperties(device_.physical(), &m);
  constexpr VkMemoryPropertyFlags kVisible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  constexpr VkMemoryPropertyFlags kLocal = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  constexpr VkMemoryPropertyFlags kCached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  const bool unified = device_.caps().unified;
  const VkMemoryPropertyFlags wishes[2][3] = {
      {unified ? kLocal | kVisible | kCached : kLocal, unified ? kLocal | kVisible : kLocal, kLocal},
      {kVisible | kCached, kVisible, kVisible}};
  for (const VkMemoryPropertyFlags wish : wishes[kind == Kind::host])
    for (uint32_t t = 0; t < m.memoryTypeCount; ++t)
      if ((allowed >> t & 1) && (m.memoryTypes[t].propertyFlags & wish) == wish) return static_cast<int>(t);
  return -1;
}

bool Memory::is_cached(int type) const {
  VkPhysicalDeviceMemoryProperties m;
  vkGetPhysicalDeviceMemoryProperties(device_.physical(), &m);
  return m.memoryTypes[type].propertyFlags & VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
}

/// Buffer, memory, address and mapping of a block; what was made before a failure is destroyed by the caller.
VkResult Memory::fill_block(Block& block) {
  const VolkDeviceTable& vk = device_.vk();
  const uint32_t families[] = {device_.caps().compute_family, device_.caps().transfer_family};
  const bool shared = families[0] != families[1];
  const VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                nullptr,
                                0,
                                block.bytes,
                                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT |
                                    VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT,
                                shared ? VK_SHARING_MODE_CONCURRENT : VK_SHARING_MODE_EXCLUSIVE,
                                shared ? 2u : 0u,
                                families};
  if (VkResult r = call(CallSite::object, vk.vkCreateBuffer, device_.handle(), &info, nullptr, &block.buffer); r != VK_SUCCESS) return r;
  VkMemoryRequirements needs;
  vk.vkGetBufferMemoryRequirements(device_.handle(), block.buffer, &needs);
  const int type = memory_type(needs.memoryTypeBits, block.kind);
  if (type < 0) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  block.cached = is_cached(type);
  VkMemoryAllocateFlagsInfo flags{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO, nullptr, VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT, 0};
  const VkMemoryAllocateInfo memory{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &flags, needs.size, static_cast<uint32_t>(type)};
  if (VkResult r = call(CallSite::memory, vk.vkAllocateMemory, device_.handle(), &memory, nullptr, &block.memory); r != VK_SUCCESS)
    return r;
  if (VkResult r = call(CallSite::object, vk.vkBindBufferMemory, device_.handle(), block.buffer, block.memory, VkDeviceSize{0});
      r != VK_SUCCESS)
    return r;
  const VkBufferDeviceAddressInfo where{VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO, nullptr, block.buffer};
  block.address = vk.vkGetBufferDeviceAddress(device_.handle(), &where);
  // HEARTH_VULKAN_STAGING: tests take the way of a discrete GPU on a device that shares memory.
  if (block.kind == Kind::device && (!device_.caps().unified || std::getenv("HEARTH_VULKAN_STAGING"))) return VK_SUCCESS;
  return call(CallSite::map, vk.vkMapMemory, device_.handle(), block.memory, VkDeviceSize{0}, VkDeviceSize{VK_WHOLE_SIZE},
              VkMemoryMapFlags{0}, reinterpret_cast<void**>(&block.mapped));
}

void Memory::destroy(Block& block) {
  const VolkDeviceTable& vk = device_.vk();
  if (block.buffer) vk.vkDestroyBuffer(device_.handle(), block.buffer, nullptr);
  if (block.memory) vk.vkFreeMemory(device_.handle(), block.memory, nullptr);
}

Result<Memory::Block*> Memory::add_block(size_t bytes, Kind kind) {
  const size_t usual = std::min(kind == Kind::device ? kDeviceBlock : kHostBlock, largest());
  auto block = std::make_unique<Block>();
  block->kind = kind;
  block->bytes = bytes > usual / 2 ? bytes : usual;
  if (block->bytes > largest())
    return Error{ErrorCode::out_of_memory, "A single buffer is larger than this GPU allows.", "Use a smaller context or the CPU."};
  if (const VkResult r = fill_block(*block); r != VK_SUCCESS) {
    destroy(*block);
    return r == VK_ERROR_DEVICE_LOST ? device_.fail(r, "reserving memory") : vulkan_error(r, "its buffers");
  }
  block->holes[0] = block->bytes;
  Block* added = block.get();
  blocks_[added->address] = std::move(block);
  return added;
}

Span Memory::cut(Block& block, std::map<size_t, size_t>::iterator hole, size_t bytes) {
  const auto [offset, room] = *hole;
  block.holes.erase(hole);
  if (room > bytes) block.holes[offset + bytes] = room - bytes;
  return {block.buffer, offset, bytes, block.address + offset, block.mapped ? block.mapped + offset : nullptr, block.cached};
}

Result<Span> Memory::allocate(size_t bytes, Kind kind) {
  const std::lock_guard lock(mutex_);
  bytes = round_up(std::max<size_t>(bytes, 1), kAlign);
  for (auto& [address, block] : blocks_) {
    if (block->kind != kind) continue;
    const auto hole = std::find_if(block->holes.begin(), block->holes.end(), [bytes](const auto& h) { return h.second >= bytes; });
    if (hole != block->holes.end()) return cut(*block, hole, bytes);
  }
  Result<Block*> block = add_block(bytes, kind);
  if (!block) return block.error();
  return cut(**block, (*block)->holes.begin(), bytes);
}

void Memory::free(const Span& span) {
  const std::lock_guard lock(mutex_);
  if (span.bytes == 0) return;
  const auto it = std::prev(blocks_.upper_bound(span.address));
  Block& block = *it->second;
  HEARTH_CHECK(span.address + span.bytes <= block.address + block.bytes);
  auto hole = block.holes.emplace(span.offset, span.bytes).first;
  if (const auto next = std::next(hole); next != block.holes.end() && hole->first + hole->second == next->first) {
    hole->second += next->second;
    block.holes.erase(next);
  }
  if (hole != block.holes.begin())
    if (const auto before = std::prev(hole); before->first + before->second == hole->first) {
      before->second += hole->second;
      block.holes.erase(hole);
      hole = before;
    }
  const bool empty = hole->second == block.bytes;
  const bool usual = block.bytes == (block.kind == Kind::device ? kDeviceBlock : kHostBlock);
  if (!empty || usual) return;  // blocks of the usual size are used again
  device_.idle();
  destroy(block);
  blocks_.erase(it);
}

Span Memory::find(uint64_t address) const {
  const std::lock_guard lock(mutex_);
  const auto it = blocks_.upper_bound(address);
  HEARTH_CHECK(it != blocks_.begin());
  const Block& block = *std::prev(it)->second;
  const size_t offset = address - block.address;
  HEARTH_CHECK(offset < block.bytes);
  return {block.buffer, offset, block.bytes - offset, address, block.mapped ? block.mapped + offset : nullptr, block.cached};
}

}  // namespace engine::vulkan
