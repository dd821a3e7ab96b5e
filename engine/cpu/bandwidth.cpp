#include "cpu/bandwidth.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "core/thread_pool.h"

namespace engine::cpu {
namespace {

constexpr size_t kChunk = size_t{256} << 10;
constexpr std::align_val_t kPage{4096};

struct FreeBlock {
  void operator()(std::byte* block) const { ::operator delete(block, kPage); }
};

/// Eight independent chains of 16 bytes: far more than memory delivers.
uint64_t sum_words(const std::byte* data, size_t bytes) {
  typedef uint64_t Words __attribute__((vector_size(16)));
  Words sum[8] = {};
  for (size_t i = 0; i < bytes; i += sizeof sum) {
    // As the kernels do: the hardware's own prefetching stops at every page.
    __builtin_prefetch(data + i + 2048);
    __builtin_prefetch(data + i + 2048 + 64);
    for (size_t j = 0; j < 8; ++j) {
      Words w;
      std::memcpy(&w, data + i + j * sizeof w, sizeof w);
      sum[j] += w;
    }
  }
  uint64_t total = 0;
  for (const Words& s : sum) total += s[0] + s[1];
  return total;
}

}  // namespace

double measure_read_bandwidth(int threads, size_t bytes) {
  bytes = std::max(kChunk, bytes / kChunk * kChunk);
  const std::unique_ptr<std::byte, FreeBlock> block(static_cast<std::byte*>(::operator new(bytes, kPage, std::nothrow)));
  std::byte* const data = block.get();
  if (data == nullptr) return 0;
  ThreadPool pool(std::max(1, threads));
  pool.run(static_cast<int64_t>(bytes / kChunk),
           [&](int64_t chunk, int) { std::memset(data + static_cast<size_t>(chunk) * kChunk, 1, kChunk); });
  std::atomic<uint64_t> total{0};
  double best = 0;
  for (int pass = 0; pass < 3; ++pass) {
    const auto begin = std::chrono::steady_clock::now();
    pool.run(static_cast<int64_t>(bytes / kChunk), [&](int64_t chunk, int) {
      total.fetch_add(sum_words(data + static_cast<size_t>(chunk) * kChunk, kChunk), std::memory_order_relaxed);
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, static_cast<double>(bytes) / seconds.count());
  }
  return total.load() == 0 ? 0 : best;
}

}  // namespace engine::cpu
