#include "single_instance.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <thread>

#include "app/support/wait.h"

namespace {

using hearth_test::waitFor;

/// A second start, in a thread of its own because it waits for the first to answer.
SingleInstance::Role startAgain(const QString& home, const QStringList& message) {
  std::atomic<bool> done{false};
  auto role = SingleInstance::Role::First;
  std::thread thread([&] {
    SingleInstance second(home);
    role = second.claim(message);
    done = true;
  });
  waitFor([&] { return done.load(); });
  thread.join();
  return role;
}

TEST(SingleInstance, ASecondStartHandsOverItsMessage) {
  const QTemporaryDir home;
  SingleInstance first(home.path());
  ASSERT_EQ(first.claim({}), SingleInstance::Role::First);
  QSignalSpy activated(&first, &SingleInstance::activated);
  const QStringList message{QStringLiteral("--not an option"), QString(), QStringLiteral("a\nb 模型 😀")};
  EXPECT_EQ(startAgain(home.path(), message), SingleInstance::Role::Second);
  ASSERT_TRUE(waitFor([&] { return activated.count() == 1; }));
  EXPECT_EQ(activated[0][0].toStringList(), message) << "as it is: what it means is not this class's business";
  EXPECT_EQ(startAgain(home.path(), {}), SingleInstance::Role::Second);
}

TEST(SingleInstance, AsManyFilesAsACommandLineHolds) {
  const QTemporaryDir home;
  SingleInstance first(home.path());
  ASSERT_EQ(first.claim({}), SingleInstance::Role::First);
  QSignalSpy activated(&first, &SingleInstance::activated);
  QStringList message;
  for (int i = 0; i < 8000; ++i) message += QStringLiteral("/home/anna/") + QString(200, u'm') + QString::number(i);
  EXPECT_EQ(startAgain(home.path(), message), SingleInstance::Role::Second);
  ASSERT_TRUE(waitFor([&] { return activated.count() == 1; }));
  EXPECT_EQ(activated[0][0].toStringList(), message);
}

TEST(SingleInstance, AnotherDataFolderIsAnotherApplication) {
  const QTemporaryDir home;
  const QTemporaryDir other;
  SingleInstance first(home.path());
  ASSERT_EQ(first.claim({}), SingleInstance::Role::First);
  SingleInstance second(other.path());
  EXPECT_EQ(second.claim({}), SingleInstance::Role::First);
}

TEST(SingleInstance, ASocketLeftByACrashIsReplaced) {
  const QTemporaryDir home;
  {
    SingleInstance first(home.path());
    ASSERT_EQ(first.claim({}), SingleInstance::Role::First);
    QFile stale(first.socketPath());
    ASSERT_TRUE(stale.exists());
  }
  SingleInstance probe(home.path());
  {
    QFile stale(probe.socketPath());  // nobody listens there
    ASSERT_TRUE(stale.open(QIODevice::WriteOnly));
  }
  ASSERT_EQ(probe.claim({}), SingleInstance::Role::First);
  EXPECT_EQ(startAgain(home.path(), {}), SingleInstance::Role::Second);
}

}  // namespace
