// Device memory in blocks, each one allocation and one buffer with a device address, from which spans are cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "engine/result.h"
#include "vulkan/api.h"

namespace engine::vulkan {

class Device;

/// Part of a block.
struct Span {
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceSize offset = 0, bytes = 0;
  uint64_t address = 0;         // on the device
  std::byte* mapped = nullptr;  // on the host, where it can be seen from there
  bool cached = false;          // and read at the speed of memory, not only written
};

class Memory {
 public:
  explicit Memory(Device& device) : device_(device) {}
  ~Memory();

  enum class Kind {
    device,  // for shaders; mapped only on devices that share the computer's memory
    host,    // staging, read and written by the host
  };

  /// At least `bytes`, 256-byte aligned, of any content. Errors: out_of_memory, device.
  Result<Span> allocate(size_t bytes, Kind kind);
  void free(const Span& span);

  /// The span behind an address that was allocated here, from that address to the end of its block.
  [[nodiscard]] Span find(uint64_t address) const;

  /// Largest single span: allocations beyond this must be split.
  [[nodiscard]] size_t largest() const;

  /// Bytes of all blocks.
  [[nodiscard]] size_t reserved() const;

 private:
  struct Block {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkBuffer buffer = VK_NULL_HANDLE;
    uint64_t address = 0;
    std::byte* mapped = nullptr;
    bool cached = false;
    size_t bytes = 0;
    Kind kind = Kind::device;
    std::map<size_t, size_t> holes;  // offset -> bytes
  };
  Result<Block*> add_block(size_t bytes, Kind kind);
  VkResult fill_block(Block& block);
  [[nodiscard]] int memory_type(uint32_t allowed, Kind kind) const;
  [[nodiscard]] bool is_cached(int type) const;
  void destroy(Block& block);
  static Span cut(Block& block, std::map<size_t, size_t>::iterator hole, size_t bytes);

  Device& device_;
  mutable std::mutex mutex_;
  std::map<uint64_t, std::unique_ptr<Block>> blocks_;  // by address
};

}  // namespace engine::vulkan
