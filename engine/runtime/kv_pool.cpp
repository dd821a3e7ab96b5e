#include "runtime/kv_pool.h"

#include "core/check.h"

namespace engine {

KvPool::KvPool(int pages) : references_(static_cast<size_t>(pages), 0) {
  free_.reserve(references_.size());
  for (int32_t page = pages - 1; page >= 0; --page) free_.push_back(page);
}

std::optional<int32_t> KvPool::take() {
  if (free_.empty()) return std::nullopt;
  const int32_t page = free_.back();
  free_.pop_back();
  references_[static_cast<size_t>(page)] = 1;
  return page;
}

void KvPool::retain(int32_t page) {
  HEARTH_CHECK(references(page) > 0);
  ++references_[static_cast<size_t>(page)];
}

void KvPool::release(int32_t page) {
  HEARTH_CHECK(references(page) > 0);
  if (--references_[static_cast<size_t>(page)] == 0) free_.push_back(page);
}

int KvPool::references(int32_t page) const {
  HEARTH_CHECK(page >= 0 && static_cast<size_t>(page) < references_.size());
  return references_[static_cast<size_t>(page)];
}

}  // namespace engine
