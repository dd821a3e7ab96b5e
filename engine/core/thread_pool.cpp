#include "core/thread_pool.h"

#include <chrono>
#include <thread>
#include <vector>

#include "core/check.h"
#include "core/machine.h"
#include "core/parking.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace engine {
namespace {

using Clock = std::chrono::steady_clock;

// A layer is ~10 ops of 50-500 us with gaps of a few us: 40 us bridges the gaps, and costs little where no work follows.
constexpr auto kSpin = std::chrono::microseconds(40);
// Two looks at the clock are ~1 us apart. A gap this long means that another process had our core: then spinning only takes
// time from the very thread we wait for, so the next waits sleep at once.
constexpr auto kDescheduled = std::chrono::microseconds(25);
constexpr int kSleepyWaits = 32;

inline void pause_cpu() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#endif
}

// Waits for `ready` by spinning; false when it gave up. `sleepy` is the caller's memory of a busy machine.
template <class Ready>
bool spin_until(Ready&& ready, int& sleepy) {
  if (ready()) return true;
  if (sleepy > 0) {
    --sleepy;
    return false;
  }
  const Clock::time_point start = Clock::now();
  Clock::time_point last = start;
  for (;;) {
    for (int i = 0; i < 16; ++i) {
      if (ready()) return true;
      pause_cpu();
    }
    const Clock::time_point now = Clock::now();
    if (now - last > kDescheduled) {
      sleepy = kSleepyWaits;
      return ready();
    }
    if (now - start > kSpin) return false;
    last = now;
  }
}

}  // namespace

// One job at a time. `gate` is the number of workers inside the job plus kOpen while more may enter; the caller closes it
// when no chunk is left, so that a worker which wakes late is never waited for.
struct ThreadPool::Impl {
  static constexpr uint32_t kOpen = 1u << 31;

  alignas(64) std::atomic<uint32_t> epoch{0};  // bumped once per job: what idle workers watch
  std::atomic<int> sleepers{0};
  std::atomic<bool> stop{false};
  alignas(64) std::atomic<uint32_t> gate{0};
  std::atomic<bool> caller_sleeps{false};
  alignas(64) std::atomic<int64_t> next{0};
  alignas(64) int64_t chunks = 0;
  Call call = nullptr;
  void* body = nullptr;
  const std::atomic<bool>* cancel = nullptr;
  int caller_sleepy = 0;
  std::vector<std::thread> workers;

  void take_chunks(int thread) {
    for (;;) {
      if (cancel && cancel->load(std::memory_order_relaxed)) return;
      const int64_t chunk = next.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= chunks) return;
      call(body, chunk, thread);
    }
  }

  bool enter() {
    uint32_t g = gate.load(std::memory_order_acquire);
    while (g & kOpen)
      if (gate.compare_exchange_weak(g, g + 1, std::memory_order_acquire)) return true;
    return false;
  }

  void leave() {
    if (gate.fetch_sub(1, std::memory_order_seq_cst) == 1 && caller_sleeps.load(std::memory_order_seq_cst)) unpark_all(gate);
  }

  void worker_loop(int thread) {
    uint32_t seen = 0;
    int sleepy = 0;
    for (;;) {
      auto ready = [&] { return epoch.load(std::memory_order_acquire) != seen; };
      if (!spin_until(ready, sleepy)) {
        sleepers.fetch_add(1, std::memory_order_seq_cst);
        park_while(epoch, seen);
        sleepers.fetch_sub(1, std::memory_order_seq_cst);
      }
      seen = epoch.load(std::memory_order_acquire);
      if (stop.load(std::memory_order_acquire)) return;
      if (enter()) {
        take_chunks(thread);
        leave();
      }
    }
  }

  void wake_workers() {
    epoch.fetch_add(1, std::memory_order_seq_cst);
    if (sleepers.load(std::memory_order_seq_cst) > 0) unpark_all(epoch);
  }

  void close_and_wait() {
    gate.fetch_and(~kOpen, std::memory_order_acq_rel);
    if (spin_until([&] { return gate.load(std::memory_order_acquire) == 0; }, caller_sleepy)) return;
    caller_sleeps.store(true, std::memory_order_seq_cst);
    for (uint32_t g = gate.load(std::memory_order_seq_cst); g != 0; g = gate.load(std::memory_order_seq_cst)) park_while(gate, g);
    caller_sleeps.store(false, std::memory_order_relaxed);
  }
};

ThreadPool::ThreadPool(int threads, Priority priority) : threads_(threads), impl_(std::make_unique<Impl>()) {
  HEARTH_CHECK(threads >= 1);
  impl_->workers.reserve(static_cast<size_t>(threads - 1));
  for (int t = 1; t < threads; ++t)
    impl_->workers.emplace_back([impl = impl_.get(), t, priority] {
      if (priority == Priority::background) lower_thread_priority();
      impl->worker_loop(t);
    });
}

ThreadPool::~ThreadPool() {
  impl_->stop.store(true, std::memory_order_release);
  impl_->wake_workers();
  for (std::thread& worker : impl_->workers) worker.join();
}

void ThreadPool::run_erased(int64_t chunks, Call call, void* body, const std::atomic<bool>* cancel) {
  if (threads_ == 1 || chunks <= 1) {
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      if (cancel && cancel->load(std::memory_order_relaxed)) return;
      call(body, chunk, 0);
    }
    return;
  }
  Impl& job = *impl_;
  job.chunks = chunks;
  job.call = call;
  job.body = body;
  job.cancel = cancel;
  job.next.store(0, std::memory_order_relaxed);
  job.gate.store(Impl::kOpen, std::memory_order_release);
  job.wake_workers();
  job.take_chunks(0);
  job.close_and_wait();
}

}  // namespace engine
