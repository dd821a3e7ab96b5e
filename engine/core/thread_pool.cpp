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
// when no chunk is left to take, so that a worker which wakes late is never waited for.
struct ThreadPool::Impl {
  static constexpr uint32_t kOpen = 1u << 31;

  // Chunks [begin, end) that a thread has not begun, packed into one word. Only the owner fills an empty range, and a range that
  // moves loses its first chunk on the way: a word never comes back, so that compare and exchange cannot take old for new.
  struct alignas(64) Range {
    std::atomic<uint64_t> packed{0};
  };

  alignas(64) std::atomic<uint32_t> epoch{0};  // bumped once per job: what idle workers watch
  std::atomic<int> sleepers{0};
  std::atomic<bool> stop{false};
  alignas(64) std::atomic<uint32_t> gate{0};
  std::atomic<bool> caller_sleeps{false};
  alignas(64) Call call = nullptr;
  void* body = nullptr;
  const std::atomic<bool>* cancel = nullptr;
  int caller_sleepy = 0;
  std::vector<Range> ranges;  // of the threads
  std::vector<std::thread> workers;

  static uint64_t pack(int64_t begin, int64_t end) { return static_cast<uint64_t>(begin) << 32 | static_cast<uint64_t>(end); }
  static int64_t begin_of(uint64_t packed) { return static_cast<int64_t>(packed >> 32); }
  static int64_t end_of(uint64_t packed) { return static_cast<int64_t>(packed & 0xffffffffu); }

  void share_out(int64_t all) {
    const auto n = static_cast<int64_t>(ranges.size());
    for (int64_t t = 0; t < n; ++t)
      ranges[static_cast<size_t>(t)].packed.store(pack(all * t / n, all * (t + 1) / n), std::memory_order_relaxed);
  }

  /// The first chunk of a range, -1 when it is empty.
  static int64_t take_first(Range& range) {
    uint64_t p = range.packed.load(std::memory_order_relaxed);
    while (begin_of(p) < end_of(p))
      if (range.packed.compare_exchange_weak(p, pack(begin_of(p) + 1, end_of(p)), std::memory_order_relaxed)) return begin_of(p);
    return -1;
  }

  /// Moves the second half of another range to the thread's own, which is empty, but for the first of these chunks, which is
  /// returned; -1 when nothing is left anywhere.
  int64_t steal(size_t thread) {
    for (size_t i = 1; i < ranges.size(); ++i) {
      Range& other = ranges[(thread + i) % ranges.size()];
      uint64_t p = other.packed.load(std::memory_order_relaxed);
      while (begin_of(p) < end_of(p)) {
        const int64_t middle = begin_of(p) + (end_of(p) - begin_of(p)) / 2;
        if (!other.packed.compare_exchange_weak(p, pack(begin_of(p), middle), std::memory_order_relaxed)) continue;
        ranges[thread].packed.store(pack(middle + 1, end_of(p)), std::memory_order_relaxed);
        return middle;
      }
    }
    return -1;
  }

  void take_chunks(int thread) {
    const auto own = static_cast<size_t>(thread);
    for (;;) {
      if (cancel && cancel->load(std::memory_order_relaxed)) return;
      int64_t chunk = take_first(ranges[own]);
      if (chunk < 0) chunk = steal(own);
      if (chunk < 0) return;
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
  impl_->ranges = std::vector<Impl::Range>(static_cast<size_t>(threads));
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
  HEARTH_CHECK(chunks < (int64_t{1} << 31));
  Impl& job = *impl_;
  job.call = call;
  job.body = body;
  job.cancel = cancel;
  job.share_out(chunks);
  job.gate.store(Impl::kOpen, std::memory_order_release);
  job.wake_workers();
  job.take_chunks(0);
  job.close_and_wait();
}

}  // namespace engine
