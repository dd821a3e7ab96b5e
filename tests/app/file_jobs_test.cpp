#include "services/file_jobs.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QThread>

#include "app/support/wait.h"

namespace {

using hearth_test::waitFor;

/// Work that goes on until it may end or is cancelled.
std::function<Problem(WorkControl&)> untilReleased(const std::atomic<bool>& released) {
  return [&released](WorkControl& control) -> Problem {
    while (!released && !control.cancel) QThread::msleep(1);
    return control.cancel ? Problem{ErrorId::EngineCancelled, {}, {}} : Problem();
  };
}

FileJob::State stateOf(const FileJobs& jobs, quint64 id) {
  for (const FileJob& job : jobs.jobs()) {
    if (job.id == id) return job.state;
  }
  return FileJob::State::Queued;
}

TEST(FileJobs, RunsInOrderAndTellsHowItEnded) {
  FileJobs jobs;
  QStringList order;
  const auto good = jobs.run(
      FileJob::Kind::Verify, QStringLiteral("good"), [](WorkControl&) { return Problem(); },
      [&](const Problem& problem) { order += problem ? QStringLiteral("bad") : QStringLiteral("first"); });
  const auto bad = jobs.run(
      FileJob::Kind::Verify, QStringLiteral("bad"),
      [](WorkControl&) {
        return Problem{ErrorId::EngineIo, {}, QStringLiteral("why")};
      },
      [&](const Problem& problem) { order += problem.detail; });
  EXPECT_TRUE(jobs.isBusy());
  ASSERT_TRUE(waitFor([&] { return !jobs.isBusy(); }));
  EXPECT_EQ(order, (QStringList{QStringLiteral("first"), QStringLiteral("why")}));
  EXPECT_EQ(stateOf(jobs, good), FileJob::State::Done);
  EXPECT_EQ(stateOf(jobs, bad), FileJob::State::Failed);
  EXPECT_EQ(jobs.jobs().last().problem.id, ErrorId::EngineIo);
  jobs.dismiss(bad);
  EXPECT_EQ(jobs.jobs().size(), 1);
}

TEST(FileJobs, QuickAndReadingWorkDoesNotWaitForMaking) {
  FileJobs jobs;
  std::atomic<bool> released{false};
  QStringList ended;
  jobs.run(FileJob::Kind::MakeSmaller, {}, untilReleased(released), [&](const Problem&) { ended += QStringLiteral("made"); });
  jobs.run(
      FileJob::Kind::Merge, {}, [](WorkControl&) { return Problem(); }, [&](const Problem&) { ended += QStringLiteral("merged"); });
  jobs.run(
      FileJob::Kind::Import, {}, [](WorkControl&) { return Problem(); }, [&](const Problem&) { ended += QStringLiteral("read"); });
  jobs.run(
      FileJob::Kind::Scan, {}, [](WorkControl&) { return Problem(); }, [&](const Problem&) { ended += QStringLiteral("seen"); });
  EXPECT_EQ(jobs.jobs().size(), 3);  // scans are not listed
  ASSERT_TRUE(waitFor([&] { return ended.size() == 2; }));
  QThread::msleep(20);
  QCoreApplication::processEvents();
  EXPECT_EQ(ended.size(), 2);
  released = true;
  ASSERT_TRUE(waitFor([&] { return ended.size() == 4; }));
  EXPECT_EQ(ended.mid(2), (QStringList{QStringLiteral("made"), QStringLiteral("merged")}));
}

TEST(FileJobs, CancelBeforeAndWhileItRuns) {
  FileJobs jobs;
  std::atomic<bool> released{false};
  int done = 0;
  Problem outcome;
  const auto running = jobs.run(FileJob::Kind::Copy, {}, untilReleased(released), [&](const Problem& problem) {
    ++done;
    outcome = problem;
  });
  std::atomic<bool> began{false};
  const auto waiting = jobs.run(
      FileJob::Kind::Copy, {},
      [&](WorkControl&) {
        began = true;
        return Problem();
      },
      [&](const Problem&) { ++done; });
  ASSERT_TRUE(waitFor([&] { return stateOf(jobs, running) == FileJob::State::Running; }));
  jobs.cancel(waiting);
  EXPECT_EQ(stateOf(jobs, waiting), FileJob::State::Cancelled);
  EXPECT_FALSE(jobs.isUnderWay(waiting));
  jobs.cancel(running);
  ASSERT_TRUE(waitFor([&] { return !jobs.isBusy(); }));
  EXPECT_EQ(stateOf(jobs, running), FileJob::State::Cancelled);
  EXPECT_EQ(outcome.id, ErrorId::EngineCancelled);
  QCoreApplication::processEvents();
  EXPECT_EQ(done, 1);
  EXPECT_FALSE(began);
  jobs.cancel(running);  // ended: nothing happens
  jobs.cancel(12345);
}

TEST(FileJobs, WorkThatEndsWellAfterACancelIsDone) {
  FileJobs jobs;
  std::atomic<bool> released{false};
  const auto id = jobs.run(FileJob::Kind::Copy, {}, [&](WorkControl&) {
    while (!released) QThread::msleep(1);
    return Problem();
  });
  ASSERT_TRUE(waitFor([&] { return stateOf(jobs, id) == FileJob::State::Running; }));
  jobs.cancel(id);
  released = true;
  ASSERT_TRUE(waitFor([&] { return !jobs.isBusy(); }));
  EXPECT_EQ(stateOf(jobs, id), FileJob::State::Done);
}

TEST(FileJobs, ProgressIsReportedAtMostTenTimesASecondWithTheTimeThatIsLeft) {
  FileJobs jobs;
  int reports = 0;
  int seconds = -1;
  double fraction = 0;
  bool ordered = true;
  QObject::connect(&jobs, &FileJobs::jobChanged, &jobs, [&](const FileJob& job) {
    if (job.state != FileJob::State::Running) return;
    ++reports;
    ordered = ordered && job.fraction >= fraction;
    fraction = job.fraction;
    seconds = std::max(seconds, job.secondsLeft);
  });
  jobs.run(FileJob::Kind::Verify, {}, [](WorkControl& control) {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 1600) control.progress(static_cast<double>(clock.elapsed()) / 4000, QStringLiteral("block"));
    control.progress(7, {});  // out of range
    return Problem();
  });
  ASSERT_TRUE(waitFor([&] { return !jobs.isBusy(); }));
  EXPECT_GE(reports, 5);
  EXPECT_LE(reports, 18);
  EXPECT_TRUE(ordered);
  EXPECT_LE(fraction, 1);
  EXPECT_GE(seconds, 1);
  EXPECT_LE(seconds, 5);
}

TEST(FileJobs, TheEndCancelsAndWaits) {
  std::atomic<bool> released{false};
  std::atomic<bool> ended{false};
  bool done = false;
  {
    FileJobs jobs;
    jobs.run(
        FileJob::Kind::MakeSmaller, {},
        [&](WorkControl& control) {
          const Problem problem = untilReleased(released)(control);
          QThread::msleep(30);
          ended = true;
          return problem;
        },
        [&](const Problem&) { done = true; });
    for (int i = 0; i < 20; ++i) jobs.run(FileJob::Kind::MakeSmaller, {}, untilReleased(released));
    ASSERT_TRUE(waitFor([&] { return jobs.jobs().first().state == FileJob::State::Running; }));
  }
  EXPECT_TRUE(ended);
  QCoreApplication::processEvents();
  EXPECT_FALSE(done);
}

}  // namespace
