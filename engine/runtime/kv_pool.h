// Ownership of KV pages: a free list and one reference count per page. Pages are ids only; the memory behind them belongs
// to the model runtime.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace engine {

class KvPool {
 public:
  explicit KvPool(int pages);

  /// A free page with one reference, or nothing.
  std::optional<int32_t> take();
  /// One more owner of a page in use.
  void retain(int32_t page);
  /// One owner less; the page is free when none is left.
  void release(int32_t page);

  [[nodiscard]] int total() const { return static_cast<int>(references_.size()); }
  [[nodiscard]] int free() const { return static_cast<int>(free_.size()); }
  [[nodiscard]] int references(int32_t page) const;

 private:
  std::vector<int32_t> references_;  // [pages]
  std::vector<int32_t> free_;        // last one first
};

}  // namespace engine
