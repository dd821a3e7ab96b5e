#include "storage/storage_thread.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <QDir>
#include <QFile>
#include <QProcess>

#include "app/support/app_fixture.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;
using StorageThreadTest = hearth_test::AppTest;

/// Chats without a database that can be written; returns what the notice is about.
StorageError::Kind chatWithoutSaving(AppRun& run) {
  EXPECT_TRUE(run.openReady());
  EXPECT_FALSE(run.state->error.problem().cause().isEmpty());
  EXPECT_FALSE(run.state->error.problem().nextStep().isEmpty());
  run.viewModel.send(QStringLiteral("hello"));
  EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("hi"));
  run.engine.finish(0);
  EXPECT_EQ(run.viewModel.conversation()->count(), 2);
  run.settle();
  EXPECT_TRUE(run.errors.isEmpty());
  return run.state->error.kind;
}

TEST_F(StorageThreadTest, NewerDatabase) {
  QDir().mkpath(home());
  {
    Database database;
    ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    ASSERT_TRUE(database.exec(QStringLiteral("PRAGMA user_version = 9000")));
  }
  AppRun run(home());
  EXPECT_EQ(chatWithoutSaving(run), StorageError::Kind::Newer);
}

TEST_F(StorageThreadTest, AFileThatIsNoDatabaseIsKeptAside) {
  QDir().mkpath(home());
  const QByteArray garbage = QByteArray("not a database at all, but long enough to look at. ").repeated(200);
  {
    QFile file(home() + QStringLiteral("/hearth.db"));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(garbage);
  }
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    EXPECT_TRUE(run.state->isSaved());
    EXPECT_EQ(run.state->notice.id, ErrorId::StorageRebuilt);
  }
  const QDir damaged(home() + QStringLiteral("/damaged"));
  ASSERT_EQ(damaged.entryList(QDir::Files).size(), 1);
  QFile file(damaged.filePath(damaged.entryList(QDir::Files).first()));
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  EXPECT_EQ(file.readAll(), garbage);
}

TEST_F(StorageThreadTest, FolderThatCannotBeMade) {
  QFile file(home());  // a file stands where the folder should be
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.close();
  AppRun run(home());
  EXPECT_EQ(chatWithoutSaving(run), StorageError::Kind::ReadOnly);
}

TEST_F(StorageThreadTest, ReadOnlyFolder) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.viewModel.send(QStringLiteral("from better days"));
    run.settle();
  }
  EXPECT_EQ(QDir(home()).entryList(QDir::Files), QStringList{QStringLiteral("hearth.db")});  // no log is left
  ASSERT_TRUE(QFile::setPermissions(
      m_folder.path(), QFile::ReadOwner | QFile::ExeOwner | QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther));
  ASSERT_TRUE(QFile::setPermissions(
      home(), QFile::ReadOwner | QFile::ExeOwner | QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther));
  ASSERT_TRUE(QFile::setPermissions(home() + QStringLiteral("/hearth.db"), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
  QProcess child;
  child.setChildProcessModifier([] {
    if (geteuid() == 0 && setuid(65534) != 0)  // root may write anywhere: become "nobody"
      _exit(99);
  });
  child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--chat-unsaved"), home()});
  ASSERT_TRUE(child.waitForFinished(60000));
  const QByteArray output = child.readAllStandardOutput();
  QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  QFile::setPermissions(home(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  ASSERT_EQ(child.exitCode(), 0) << child.readAllStandardError().constData();
  // The chats can be read all the same.
  EXPECT_EQ(output.trimmed(), QByteArray::number(static_cast<int>(StorageError::Kind::ReadOnly)) + " 1") << output.constData();
}

TEST_F(StorageThreadTest, FullDiskIsSaidOnceAndTheChatGoesOn) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.storage.write([](Database& database) {
    const auto pages = database.value(QStringLiteral("PRAGMA page_count"));
    return database.exec(QStringLiteral("PRAGMA max_page_count = %1").arg(pages->toInt()));
  });
  run.viewModel.send(QStringLiteral("x").repeated(100000));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("an answer"));
  run.engine.finish(0);
  run.settle();
  ASSERT_FALSE(run.errors.isEmpty());
  EXPECT_EQ(run.errors.first().kind, StorageError::Kind::Full);
  EXPECT_TRUE(run.viewModel.storageReadOnly());
  EXPECT_EQ(run.viewModel.notice(), run.errors.first().problem().cause());
  EXPECT_EQ(run.viewModel.conversation()->count(), 2);
  run.viewModel.dismissNotice();
  run.viewModel.send(QStringLiteral("y").repeated(100000));
  run.settle();
  EXPECT_EQ(run.viewModel.notice(), QString());
}

TEST_F(StorageThreadTest, JobsRunInOrderAndResultsOfGoneObjectsAreDropped) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  QList<int> order;
  auto gone = std::make_unique<QObject>();
  run.storage.run<int>(
      gone.get(), [](Database&) { return 0; }, [&](const int& value) { order.append(value); });
  for (int i = 1; i <= 3; ++i)
    run.storage.run<int>(
        &run.chats, [i](Database&) { return i; }, [&](const int& value) { order.append(value); });
  gone.reset();
  run.settle();
  EXPECT_EQ(order, QList<int>({1, 2, 3}));
}

}  // namespace
