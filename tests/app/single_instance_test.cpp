#include "single_instance.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <thread>

#include "app/support/wait.h"

namespace {

using hearth_test::waitFor;

/// A second start, in a thread of its own because it waits for the first to answer.
SingleInstance::Role startAgain(const QString& home, const QStringList& arguments) {
  std::atomic<bool> done{false};
  auto role = SingleInstance::Role::First;
  std::thread thread([&] {
    SingleInstance second(home);
    role = second.claim(arguments);
    done = true;
  });
  waitFor([&] { return done.load(); });
  thread.join();
  return role;
}

TEST(SingleInstance, ASecondStartHandsOverItsArguments) {
  const QTemporaryDir home;
  SingleInstance first(home.path());
  ASSERT_EQ(first.claim({}), SingleInstance::Role::First);
  QSignalSpy activated(&first, &SingleInstance::activated);
  EXPECT_EQ(startAgain(home.path(), {QStringLiteral("model.gguf")}), SingleInstance::Role::Second);
  ASSERT_TRUE(waitFor([&] { return activated.count() == 1; }));
  EXPECT_EQ(activated[0][0].toStringList(), QStringList{QDir::current().absoluteFilePath(QStringLiteral("model.gguf"))});
  EXPECT_EQ(startAgain(home.path(), {}), SingleInstance::Role::Second);
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
