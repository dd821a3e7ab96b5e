#include "core/side_worker.h"

#include <gtest/gtest.h>
#if defined(__linux__)
#include <sys/resource.h>
#endif

#include <future>

namespace engine {
namespace {

TEST(SideWorker, WorksBesideItsCaller) {
  SideWorker worker;
  EXPECT_FALSE(worker.busy());
  EXPECT_TRUE(worker.join());  // nothing to wait for
  for (int i = 0; i < 100; ++i) {
    std::promise<void> from_caller, from_task;
    worker.start([&]() -> Status {
      from_task.set_value();
      from_caller.get_future().wait();  // ends only because the caller goes on
      return {};
    });
    EXPECT_TRUE(worker.busy());
    from_task.get_future().wait();
    from_caller.set_value();
    EXPECT_TRUE(worker.join());
    EXPECT_FALSE(worker.busy());
  }
}

TEST(SideWorker, ReportsAFailureOnce) {
  SideWorker worker;
  worker.start([]() -> Status { return Error{ErrorCode::device, "lost", ""}; });
  const Status failed = worker.join();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::device);
  EXPECT_TRUE(worker.join());
  worker.start([]() -> Status { return {}; });
  EXPECT_TRUE(worker.join());
}

TEST(SideWorker, IsWaitedForWhenItGoes) {
  std::atomic<bool> done{false};
  {
    SideWorker worker;
    worker.start([&]() -> Status {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      done = true;
      return {};
    });
  }
  EXPECT_TRUE(done);
}

#if defined(__linux__)
TEST(SideWorker, GivesWayInTheBackground) {
  const int own = getpriority(PRIO_PROCESS, 0);
  SideWorker worker(Priority::background);
  int there = own;
  worker.start([&there]() -> Status {
    there = getpriority(PRIO_PROCESS, 0);
    return {};
  });
  EXPECT_TRUE(worker.join());
  EXPECT_GT(there, own);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), own);
}
#endif

}  // namespace
}  // namespace engine
