// Damaged, missing and unwritable databases.
#include "storage/recovery.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <random>

#include "app/support/app_fixture.h"
#include "app/support/small_disk.h"
#include "storage/backups.h"
#include "storage/message_store.h"
#include "storage/migrations.h"

namespace {

using hearth_test::AppRun;
using hearth_test::SmallDisk;
using hearth_test::waitFor;

class RecoveryTest : public hearth_test::AppTest {
 protected:
  [[nodiscard]] StorageFolder folder() const { return {home()}; }

  /// Adds `count` chats with one long message each.
  void fill(qint64 firstChat, int count) const {
    QDir().mkpath(home());
    Database database;
    ASSERT_TRUE(database.open(folder().database()));
    ASSERT_TRUE(migrate(database, folder().backups()));
    for (qint64 id = firstChat; id < firstChat + count; ++id) {
      ASSERT_TRUE(database.exec(QStringLiteral("INSERT INTO chat (id, title, head_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"),
                                {id, QStringLiteral("chat %1").arg(id), id, id, id}));
      MessageRow row;
      row.id = id;
      row.chatId = id;
      row.createdAt = QDateTime::currentDateTimeUtc();
      row.content = QStringLiteral("text%1 ").arg(id).repeated(300);
      ASSERT_TRUE(MessageStore(database).insert(row));
    }
    ASSERT_TRUE(database.emptyLog());
  }

  void backUp() const {
    Database database;
    ASSERT_TRUE(database.openReadOnly(folder().database()));
    ASSERT_TRUE(makeBackup(database, folder().backups()));
  }

  /// Overwrites a part of the database file.
  void damage(qint64 from, qint64 bytes) const {
    QFile file(folder().database());
    ASSERT_TRUE(file.open(QIODevice::ReadWrite));
    file.seek(from);
    file.write(QByteArray(static_cast<int>(std::min(bytes, file.size() - from)), '\x5a'));
  }

  [[nodiscard]] qint64 fileSize() const { return QFile(folder().database()).size(); }
};

TEST_F(RecoveryTest, ADamagedFileIsReplacedByTheBackupAndWhatCanBeRescued) {
  fill(1, 40);
  backUp();
  fill(41, 40);
  damage(0, 100);  // the header: nothing can be read
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    EXPECT_TRUE(run.state->isSaved());
    EXPECT_EQ(run.state->notice.id, ErrorId::StorageRestored);
    EXPECT_EQ(run.viewModel.chats()->count(), 40);
    EXPECT_FALSE(run.viewModel.notice().isEmpty());
    EXPECT_FALSE(run.viewModel.noticeNextStep().isEmpty());
    run.viewModel.send(QStringLiteral("life goes on"));
    run.settle();
  }
  EXPECT_EQ(QDir(folder().damaged()).entryList(QDir::Files).size(), 1);
  AppRun again(home());
  ASSERT_TRUE(again.open());
  EXPECT_EQ(again.state->notice.id, ErrorId::None);
  EXPECT_EQ(again.viewModel.chats()->count(), 41);
}

TEST_F(RecoveryTest, NewerRowsAreRescuedFromTheDamagedFile) {
  fill(1, 40);
  backUp();
  fill(41, 40);
  damage(fileSize() / 2, 4096 * 3);
  QFile marker(folder().checkRequest());
  QDir().mkpath(home());
  ASSERT_TRUE(marker.open(QIODevice::WriteOnly));
  marker.close();
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.state->notice.id, ErrorId::StorageRestored) << qPrintable(run.state->error.detail);
  EXPECT_GT(run.viewModel.chats()->count(), 60);  // 40 of the backup and most of the others
  run.settle();
  Database database;
  ASSERT_TRUE(database.openReadOnly(folder().database()));
  EXPECT_TRUE(database.check());
  EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM pragma_foreign_key_check"))->toInt(), 0);
  EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM message WHERE is_indexed = 0"))->toInt(), 0);
}

TEST_F(RecoveryTest, WithoutABackupWhatCanBeReadIsKept) {
  fill(1, 80);
  damage(fileSize() - 4096 * 4, 4096 * 2);
  QFile marker(folder().checkRequest());
  ASSERT_TRUE(marker.open(QIODevice::WriteOnly));
  marker.close();
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.state->notice.id, ErrorId::StorageRebuilt);
  EXPECT_GT(run.viewModel.chats()->count(), 50);
}

TEST_F(RecoveryTest, AnyDamageEndsWithAValidDatabaseThatHoldsTheBackup) {
  std::mt19937 random(11);
  int repaired = 0;
  for (int round = 0; round < 20; ++round) {
    QDir(home()).removeRecursively();
    fill(1, 20);
    backUp();
    fill(21, 20);
    for (int i = 0; i < 3; ++i)
      damage(static_cast<qint64>(random() % static_cast<unsigned>(fileSize())), 1 + static_cast<qint64>(random() % 6000));
    AppRun run(home());
    ASSERT_TRUE(run.open(ModelService::Begin::Hold));  // after a crash everything is looked at
    ASSERT_TRUE(run.state->isSaved()) << round << qPrintable(run.state->error.detail);
    run.settle();
    Database database;
    ASSERT_TRUE(database.openReadOnly(folder().database()));
    EXPECT_TRUE(database.check()) << round;
    // Damage that changes nothing but letters of texts is not seen: SQLite keeps no checksums.
    if (!run.state->notice) continue;
    ++repaired;
    EXPECT_EQ(database
                  .value(QStringLiteral(
                      "SELECT count(*) FROM message WHERE id <= 20 AND content = replace(hex(zeroblob(300)), '00', 'text' || id || ' ')"))
                  ->toInt(),
              20)
        << round;
  }
  EXPECT_GT(repaired, 10);
}

TEST_F(RecoveryTest, ADamagedBackupIsPassedOver) {
  fill(1, 10);
  backUp();
  const QString good = backupFiles(folder().backups()).first();
  QFile bad(folder().backups() + QStringLiteral("/hearth-20990101-000000-000-v2.db"));
  ASSERT_TRUE(bad.open(QIODevice::WriteOnly));
  bad.write(QByteArray(9000, 'x'));
  bad.close();
  EXPECT_EQ(newestGoodBackup(folder().backups(), newestSchema()), good);
  damage(0, 100);
  AppRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.viewModel.chats()->count(), 10);
}

TEST_F(RecoveryTest, AMissingOrEmptyFileComesBackFromTheBackup) {
  for (const bool empty : {false, true}) {
    QDir(home()).removeRecursively();
    fill(1, 10);
    backUp();
    removeDatabaseFile(folder().database());
    if (empty) {
      QFile file(folder().database());
      ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    }
    AppRun run(home());
    ASSERT_TRUE(run.open());
    EXPECT_EQ(run.state->notice.id, ErrorId::StorageMissing);
    EXPECT_EQ(run.viewModel.chats()->count(), 10);
  }
}

TEST_F(RecoveryTest, DeletingAChatRemovesTheDamagedFileToo) {
  fill(1, 10);
  damage(0, 100);
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_TRUE(QDir(folder().damaged()).exists());
  run.viewModel.send(QStringLiteral("a new chat"));
  run.settle();
  run.viewModel.deleteCurrentChat();
  run.chats.shutDown();
  run.settle();
  EXPECT_FALSE(QDir(folder().damaged()).exists());
}

TEST_F(RecoveryTest, ADailyBackupIsMadeOnceAndLeavesDeletedChatsOut) {
  fill(1, 10);
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.deleteChat(3);
  run.settle();
  run.storage.backUpIfDue();
  run.storage.backUpIfDue();
  run.settle();
  const QStringList files = backupFiles(folder().backups());
  ASSERT_EQ(files.size(), 1);
  EXPECT_LT(backupTime(files.first()).secsTo(QDateTime::currentDateTimeUtc()), 60);
  Database backup;
  ASSERT_TRUE(backup.openReadOnly(files.first()));
  EXPECT_EQ(backup.value(QStringLiteral("SELECT count(*) FROM chat"))->toInt(), 9);
}

TEST_F(RecoveryTest, WhatTheDiskRefusesIsWrittenWhenItCan) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const auto limit = [&run](int pages) {
    run.storage.run<int>(
        &run.chats,
        [pages](Database& database) { return database.value(QStringLiteral("PRAGMA max_page_count = %1").arg(pages))->toInt(); },
        [](const int&) {});
  };
  limit(1);  // as many as there are
  run.viewModel.send(QStringLiteral("kept in mind ").repeated(5000));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("an answer"));
  run.engine.finish(0);
  run.settle();
  EXPECT_TRUE(run.viewModel.unsaved());
  EXPECT_TRUE(run.viewModel.storageReadOnly());
  EXPECT_EQ(run.errors.size(), 1);
  EXPECT_EQ(run.viewModel.notice(), errorText(ErrorId::StorageFull).cause);
  limit(1'000'000);
  run.viewModel.saveNow();
  run.settle();
  EXPECT_FALSE(run.viewModel.unsaved());
  EXPECT_FALSE(run.viewModel.storageReadOnly());
  EXPECT_EQ(run.viewModel.notice(), errorText(ErrorId::StorageSaved).cause);
  run.quit();
  AppRun again(home());
  ASSERT_TRUE(again.open());
  again.viewModel.openChat(1);
  again.settle();
  ASSERT_EQ(again.viewModel.conversation()->count(), 2);
  EXPECT_EQ(again.chats.path(1)[1].content, QStringLiteral("an answer"));
}

TEST_F(RecoveryTest, AFullDiskLosesNothing) {
  const QString disk = m_folder.filePath(QStringLiteral("disk"));
  const SmallDisk small(disk, "size=12m");
  if (!small.isMounted()) GTEST_SKIP() << "mounting a small file system is not allowed here";
  const QString folder = disk + QStringLiteral("/home");
  QFile ballast(disk + QStringLiteral("/ballast"));
  {
    AppRun run(folder);
    ASSERT_TRUE(run.openReady());
    run.viewModel.send(QStringLiteral("before"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
    run.engine.text(0, QStringLiteral("an answer before"));
    run.engine.finish(0);
    run.settle();
    ASSERT_TRUE(ballast.open(QIODevice::WriteOnly));
    while (ballast.write(QByteArray(4096, 'b')) == 4096 && ballast.flush()) continue;
    const QString longText = QStringLiteral("while it is full ").repeated(40000);  // more than the log has room for
    run.viewModel.send(longText);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));  // the answer comes all the same
    run.engine.text(1, QStringLiteral("an answer in memory"));
    run.engine.finish(1);
    run.settle();
    ASSERT_FALSE(run.errors.isEmpty());
    EXPECT_TRUE(run.errors.first().kind == StorageError::Kind::Full || run.errors.first().kind == StorageError::Kind::Io)
        << qPrintable(run.errors.first().detail);
    EXPECT_TRUE(run.viewModel.unsaved());
    EXPECT_FALSE(run.viewModel.notice().isEmpty());
    EXPECT_EQ(run.viewModel.conversation()->count(), 4);
    ballast.close();
    ASSERT_TRUE(ballast.remove());
    EXPECT_TRUE(waitFor([&] { return !run.viewModel.unsaved(); }, 10000));
  }
  AppRun again(folder);
  ASSERT_TRUE(again.open());
  again.viewModel.openChat(1);
  again.settle();
  ASSERT_EQ(again.chats.path(1).size(), 4);
  EXPECT_EQ(again.chats.path(1)[1].content, QStringLiteral("an answer before"));
  EXPECT_EQ(again.chats.path(1)[3].content, QStringLiteral("an answer in memory"));
  again.quit();
  Database database;
  ASSERT_TRUE(database.openReadOnly(folder + QStringLiteral("/hearth.db")));
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA integrity_check"))->toString(), QStringLiteral("ok"));
}

TEST_F(RecoveryTest, AFullDiskDoesNotStopARepairHalfWay) {
  for (const bool missing : {false, true}) {
    const QString disk = m_folder.filePath(QStringLiteral("disk"));
    const SmallDisk small(disk, "size=3m");
    if (!small.isMounted()) GTEST_SKIP() << "mounting a small file system is not allowed here";
    fill(1, 60);
    backUp();
    fill(61, 20);
    const StorageFolder there{disk + QStringLiteral("/home")};
    ASSERT_TRUE(QDir().mkpath(there.backups()));
    const QString backup = backupFiles(folder().backups()).first();
    ASSERT_TRUE(QFile::copy(backup, there.backups() + u'/' + QFileInfo(backup).fileName()));
    if (!missing) {
      damage(0, 100);
      ASSERT_TRUE(QFile::copy(folder().database(), there.database()));
    }
    QDir(home()).removeRecursively();
    QFile ballast(disk + QStringLiteral("/ballast"));
    ASSERT_TRUE(ballast.open(QIODevice::WriteOnly));
    while (ballast.write(QByteArray(4096, 'b')) == 4096 && ballast.flush()) continue;
    {
      AppRun run(there.path);
      ASSERT_TRUE(run.open());
      EXPECT_EQ(run.state->error.kind, StorageError::Kind::NotRepaired);
      EXPECT_EQ(QFile::exists(there.database()), !missing);  // as it was
      EXPECT_FALSE(QFile::exists(there.database() + QStringLiteral(".part")));
      run.viewModel.send(QStringLiteral("in memory"));
      run.settle();
    }
    EXPECT_EQ(QFile::exists(there.database()), !missing);
    ballast.close();
    ASSERT_TRUE(ballast.remove());
    AppRun again(there.path);
    ASSERT_TRUE(again.open());
    EXPECT_TRUE(again.state->isSaved());
    EXPECT_EQ(again.state->notice.id, missing ? ErrorId::StorageMissing : ErrorId::StorageRestored);
    EXPECT_EQ(again.viewModel.chats()->count(), 60);
  }
}

TEST_F(RecoveryTest, WritesThatFailedAreTriedByThemselvesAndAtTheEnd) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.storage.run<int>(
        &run.chats, [](Database& database) { return database.value(QStringLiteral("PRAGMA max_page_count = 1"))->toInt(); },
        [](const int&) {});
    run.viewModel.send(QStringLiteral("x").repeated(100000));
    run.settle();
    EXPECT_TRUE(run.viewModel.unsaved());
    run.storage.run<int>(
        &run.chats, [](Database& database) { return database.value(QStringLiteral("PRAGMA max_page_count = 100000"))->toInt(); },
        [](const int&) {});
    EXPECT_TRUE(waitFor([&] { return !run.viewModel.unsaved(); }, 5000));
  }
  AppRun again(home());
  ASSERT_TRUE(again.open());
  EXPECT_EQ(again.viewModel.chats()->count(), 1);
}

TEST_F(RecoveryTest, WhatWasWrittenInMemoryMovesIntoTheFileWhenItCan) {
  fill(1, 10);
  {
    Database other;  // another program in the middle of a write
    ASSERT_TRUE(other.open(folder().database()));
    ASSERT_TRUE(other.exec(QStringLiteral("BEGIN IMMEDIATE")));
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    EXPECT_EQ(run.state->error.kind, StorageError::Kind::Busy);
    EXPECT_EQ(run.viewModel.chats()->count(), 10);  // all can be read
    run.viewModel.newChat();
    run.viewModel.send(QStringLiteral("written in memory"));
    run.viewModel.deleteChat(4);
    run.chats.shutDown();
    run.settle();
    EXPECT_TRUE(run.viewModel.unsaved());
    run.viewModel.search()->setQuery(QStringLiteral("text7"));
    run.settle();
    EXPECT_EQ(run.viewModel.search()->count(), 1);
    ASSERT_TRUE(other.exec(QStringLiteral("COMMIT")));
    EXPECT_TRUE(waitFor([&] { return !run.viewModel.unsaved() && !run.viewModel.storageReadOnly(); }, 15000));
    run.viewModel.send(QStringLiteral("and this into the file"));
    run.settle();
  }
  AppRun again(home());
  ASSERT_TRUE(again.open());
  EXPECT_EQ(again.viewModel.chats()->count(), 10);
  EXPECT_FALSE(again.chats.chat(4));
  again.viewModel.openChat(11);
  again.settle();
  EXPECT_EQ(again.viewModel.conversation()->count(), 4);
}

TEST_F(RecoveryTest, EraseEverythingLeavesNothing) {
  fill(1, 10);
  backUp();
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.settings()->setTheme(QStringLiteral("dark"));
  run.viewModel.openChat(5);
  run.viewModel.eraseEverything();
  EXPECT_EQ(run.viewModel.chats()->count(), 0);
  EXPECT_EQ(run.viewModel.conversation()->count(), 0);
  ASSERT_TRUE(waitFor([&] { return run.chats.isStarted(); }));
  run.settle();
  EXPECT_EQ(run.viewModel.settings()->theme(), QStringLiteral("system"));
  EXPECT_TRUE(backupFiles(folder().backups()).isEmpty());
  EXPECT_EQ(run.models.state(), ModelService::State::Ready);
  run.viewModel.send(QStringLiteral("a new beginning"));
  run.settle();
  run.quit();
  AppRun again(home());
  ASSERT_TRUE(again.open());
  EXPECT_EQ(again.viewModel.chats()->count(), 1);
}

}  // namespace
