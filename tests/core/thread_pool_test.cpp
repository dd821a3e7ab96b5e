#include "core/thread_pool.h"

#include <gtest/gtest.h>
#if defined(__linux__)
#include <sys/resource.h>
#endif

#include <chrono>
#include <ctime>
#include <numeric>
#include <thread>
#include <vector>

namespace engine {
namespace {

double process_cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

class ThreadPoolTest : public ::testing::TestWithParam<int> {};

TEST_P(ThreadPoolTest, EveryChunkRunsOnceOnAKnownThread) {
  ThreadPool pool(GetParam());
  EXPECT_EQ(pool.size(), GetParam());
  for (const int64_t chunks : {0, 1, 2, 3, 7, 64, 1000}) {
    std::vector<std::atomic<int>> hits(static_cast<size_t>(chunks));
    std::atomic<int> wrong_thread{0};
    pool.run(chunks, [&](int64_t chunk, int thread) {
      ++hits[static_cast<size_t>(chunk)];
      if (thread < 0 || thread >= GetParam()) ++wrong_thread;
    });
    for (const auto& h : hits) EXPECT_EQ(h.load(), 1);
    EXPECT_EQ(wrong_thread.load(), 0);
  }
}

// Back-to-back jobs read the plain memory the previous one wrote: a lost wake-up hangs, a missing barrier gives a wrong sum.
TEST_P(ThreadPoolTest, ManyShortJobsSeeEachOthersWrites) {
  ThreadPool pool(GetParam());
  constexpr int kChunks = 16;
  std::vector<int64_t> a(kChunks, 1), b(kChunks, 0);
  for (int round = 0; round < 20000; ++round) {
    pool.run(kChunks, [&](int64_t c, int) { b[static_cast<size_t>(c)] = a[static_cast<size_t>((c + 1) % kChunks)] + 1; });
    std::swap(a, b);
  }
  EXPECT_EQ(std::accumulate(a.begin(), a.end(), int64_t{0}), kChunks * 20001);
}

TEST_P(ThreadPoolTest, WorksAgainAfterSleeping) {
  ThreadPool pool(GetParam());
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::atomic<int64_t> sum{0};
    pool.run(100, [&](int64_t c, int) { sum += c; });
    EXPECT_EQ(sum.load(), 4950);
  }
}

TEST_P(ThreadPoolTest, CancelSkipsTheRest) {
  ThreadPool pool(GetParam());
  std::atomic<bool> cancel{false};
  std::atomic<int> done{0};
  pool.run(
      100000,
      [&](int64_t, int) {
        if (++done == 10) cancel = true;
      },
      &cancel);
  EXPECT_GE(done.load(), 10);
  EXPECT_LE(done.load(), 10 + GetParam());
}

TEST_P(ThreadPoolTest, IdleThreadsSleep) {
  ThreadPool pool(GetParam());
  std::atomic<int> done{0};
  pool.run(64, [&](int64_t, int) { ++done; });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double before = process_cpu_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(process_cpu_seconds() - before, 0.02);
  EXPECT_EQ(done.load(), 64);
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, ::testing::Values(1, 2, 3, 8));

#if defined(__linux__)
TEST(ThreadPoolPriority, BackgroundThreadsGiveWayAndTheCallerKeepsItsPriority) {
  const auto nice_of_this_thread = [] { return getpriority(PRIO_PROCESS, 0); };
  const int own = nice_of_this_thread();
  const std::thread::id caller = std::this_thread::get_id();
  for (const Priority priority : {Priority::usual, Priority::background}) {
    ThreadPool pool(2, priority);
    std::atomic<int> wrong{0}, by_others{0};
    // On a busy machine the other thread may come late: chunks that sleep leave it room.
    for (int round = 0; round < 1000 && (round < 20 || by_others == 0); ++round)
      pool.run(8, [&](int64_t, int) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        const bool others = std::this_thread::get_id() != caller;
        by_others += others ? 1 : 0;
        if ((nice_of_this_thread() > own) != (others && priority == Priority::background)) ++wrong;
      });
    EXPECT_EQ(wrong.load(), 0);
    EXPECT_GT(by_others.load(), 0);
  }
}
#endif

}  // namespace
}  // namespace engine
