#include "cpu/bandwidth.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "core/thread_pool.h"

namespace engine::cpu {
namespace {

constexpr size_t kChunk = size_t{256} << 10;

/// Eight independent chains of 16 bytes: far more than memory delivers.
uint64_t sum_words(const std::byte* data, size_t bytes) {
  typedef uint64_t Words __attribute__((vector_size(16)));
  Words sum[8] = {};
  for (size_t i = 0; i < bytes; i += sizeof sum)
    for (size_t j = 0; j < 8; ++j) {
      Words w;
      std::memcpy(&w, data + i + j * sizeof w, sizeof w);
      sum[j] += w;
    }
  uint64_t total = 0;
  for (const Words& s : sum) total += s[0] + s[1];
  return total;
}

}  // namespace

double measure_read_bandwidth(int threads, size_t bytes) {
  bytes = std::max(kChunk, bytes / kChunk * kChunk);
  void* block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return 0;
  const auto* data = static_cast<const std::byte*>(block);
  ThreadPool pool(std::max(1, threads));
  pool.run(static_cast<int64_t>(bytes / kChunk),
           [&](int64_t chunk, int) { std::memset(static_cast<std::byte*>(block) + static_cast<size_t>(chunk) * kChunk, 1, kChunk); });
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
  munmap(block, bytes);
  return total.load() == 0 ? 0 : best;
}

}  // namespace engine::cpu
