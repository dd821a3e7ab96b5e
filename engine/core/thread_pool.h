// A persistent pool for data-parallel loops: threads spin briefly, then sleep, so that the ~10 ops of a layer do not pay
// a wake-up each.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace engine {

/// Whether threads give way to those of other programs.
enum class Priority { usual, background };

class ThreadPool {
 public:
  /// `threads` counts the caller, whose priority stays as it is: 1 means no extra thread.
  explicit ThreadPool(int threads, Priority priority = Priority::usual);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int size() const { return threads_; }

  /// Calls body(chunk, thread) for every chunk in [0, chunks), chunks < 2^31; returns when all are done. Each thread begins with a
  /// range of its own, in ascending order, so that neighbours in memory are read in one stretch; who is done takes the second half of
  /// what another one has left.
  /// When `cancel` becomes true the remaining chunks are skipped. Not re-entrant; one caller at a time.
  template <class Body>
  void run(int64_t chunks, Body&& body, const std::atomic<bool>* cancel = nullptr) {
    using F = std::remove_reference_t<Body>;
    run_erased(
        chunks, [](void* f, int64_t chunk, int thread) { (*static_cast<F*>(f))(chunk, thread); },
        const_cast<void*>(static_cast<const void*>(&body)), cancel);
  }

 private:
  using Call = void (*)(void*, int64_t, int);
  void run_erased(int64_t chunks, Call call, void* body, const std::atomic<bool>* cancel);
  struct Impl;
  int threads_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine
