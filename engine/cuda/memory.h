// Device memory in blocks, each one allocation, from which spans are cut; and pinned memory of the computer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "engine/result.h"
#include "ops/backend.h"

namespace engine::cuda {

class Device;

/// Part of a block of device memory.
struct Span {
  std::byte* data = nullptr;  // on the device
  size_t bytes = 0;
};

class Memory {
 public:
  explicit Memory(Device& device) : device_(device) {}
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// At least `bytes`, 256-byte aligned, of any content. Errors: out_of_memory, device.
  Result<Span> allocate(size_t bytes);
  void free(const Span& span);

  /// Bytes of all spans, and of the blocks that they are cut from.
  [[nodiscard]] MemoryInUse in_use() const;

 private:
  struct Block {
    std::byte* data = nullptr;
    size_t bytes = 0;
    std::map<size_t, size_t> holes;  // offset -> bytes
  };
  Result<Block*> add_block(size_t bytes);
  static Span cut(Block& block, std::map<size_t, size_t>::iterator hole, size_t bytes);

  Device& device_;
  mutable std::mutex mutex_;
  std::map<std::byte*, Block> blocks_;  // by address
};

/// Frees a span with its last user.
class OwnedSpan {
 public:
  OwnedSpan(std::shared_ptr<Device> device, const Span& span) : device_(std::move(device)), span_(span) {}
  ~OwnedSpan();
  OwnedSpan(const OwnedSpan&) = delete;
  OwnedSpan& operator=(const OwnedSpan&) = delete;
  [[nodiscard]] const Span& span() const { return span_; }

 private:
  std::shared_ptr<Device> device_;
  Span span_;
};

/// Memory of the computer that the GPU copies from and to by itself.
class Pinned {
 public:
  Pinned() = default;
  ~Pinned();
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

  /// Once. Errors: out_of_memory, device.
  Status open(size_t bytes);
  [[nodiscard]] std::byte* data() const { return data_; }

 private:
  std::byte* data_ = nullptr;
};

}  // namespace engine::cuda
