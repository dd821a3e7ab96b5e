// What is written to memory, found by its pages: they are read-only until they are touched.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hearth_emulator {

using Bytes = std::span<std::byte>;

/// Watches memory whose pages nothing else shares; one of them at a time.
class WriteWatch {
 public:
  explicit WriteWatch(std::span<const Bytes> memory);
  ~WriteWatch();
  WriteWatch(const WriteWatch&) = delete;
  WriteWatch& operator=(const WriteWatch&) = delete;

  /// Bytes that are not what they were when it was last called, in order.
  std::vector<Bytes> changes();
};

/// Of a fault at `address`: whether it was a write to a watched page, which may be written now.
bool page_was_watched(void* address);

}  // namespace hearth_emulator
