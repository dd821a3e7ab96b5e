#include "storage/migrations.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "storage/message_store.h"

namespace {

class MigrationsTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString file() const { return m_folder.filePath(QStringLiteral("hearth.db")); }
  [[nodiscard]] QString backups() const { return m_folder.filePath(QStringLiteral("backups")); }

  QTemporaryDir m_folder;
};

TEST_F(MigrationsTest, FromEmptyAndAgain) {
  for (int round = 0; round < 2; ++round) {
    Database database;
    ASSERT_TRUE(database.open(file()));
    const auto status = migrate(database, backups());
    ASSERT_TRUE(status) << qPrintable(status.error().detail);
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA user_version"))->toInt(), schemaLadder().rbegin()->first);
    EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM chat"))->toInt(), 0);
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA integrity_check"))->toString(), QStringLiteral("ok"));
  }
  EXPECT_FALSE(QDir(backups()).exists());
}

TEST_F(MigrationsTest, ConnectionFollowsTheRules) {
  Database database;
  ASSERT_TRUE(database.open(file()));
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA journal_mode"))->toString(), QStringLiteral("wal"));
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA foreign_keys"))->toInt(), 1);
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA secure_delete"))->toInt(), 1);
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA synchronous"))->toInt(), 2);
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA busy_timeout"))->toInt(), 5000);
}

TEST_F(MigrationsTest, NewerDatabaseIsRefusedAndLeftAlone) {
  {
    Database database;
    ASSERT_TRUE(database.open(file()));
    ASSERT_TRUE(database.exec(QStringLiteral("PRAGMA user_version = 9000")));
  }
  Database database;
  ASSERT_TRUE(database.open(file()));
  const auto status = migrate(database, backups());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, StorageError::Kind::Newer);
  EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM sqlite_master"))->toInt(), 0);
}

TEST_F(MigrationsTest, UpgradeKeepsARotatedBackup) {
  SchemaLadder ladder{{1, QStringLiteral("CREATE TABLE note (text TEXT);\n\nINSERT INTO note VALUES ('first');")}};
  for (int version = 1; version <= 6; ++version) {
    if (version > 1) ladder[version] = QStringLiteral("UPDATE note SET text = 'step %1'").arg(version);
    Database database;
    ASSERT_TRUE(database.open(file()));
    ASSERT_TRUE(migrate(database, backups(), ladder));
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA user_version"))->toInt(), version);
  }
  const QStringList files = QDir(backups()).entryList({QStringLiteral("hearth-*.db")}, QDir::Files, QDir::Name);
  ASSERT_EQ(files.size(), 3);
  EXPECT_TRUE(files.last().endsWith(QStringLiteral("-v5.db")));
  Database backup;
  ASSERT_TRUE(backup.open(QDir(backups()).filePath(files.last())));
  EXPECT_EQ(backup.value(QStringLiteral("SELECT text FROM note"))->toString(), QStringLiteral("step 5"));
}

TEST_F(MigrationsTest, AFailedStepKeepsTheVersionBelow) {
  SchemaLadder ladder{{1, QStringLiteral("CREATE TABLE note (text TEXT)")}};
  Database database;
  ASSERT_TRUE(database.open(file()));
  ASSERT_TRUE(migrate(database, backups(), ladder));
  ladder[2] = QStringLiteral("CREATE TABLE other (x);\n\nCREATE TABLE note (x);");
  EXPECT_FALSE(migrate(database, backups(), ladder));
  EXPECT_EQ(database.value(QStringLiteral("PRAGMA user_version"))->toInt(), 1);
  EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM sqlite_master WHERE name = 'other'"))->toInt(), 0);
}

TEST_F(MigrationsTest, AFailedScriptLeavesNothing) {
  Database database;
  ASSERT_TRUE(database.open(file()));
  {
    Transaction transaction(database);
    EXPECT_FALSE(runScript(database, QStringLiteral("-- a comment\nCREATE TABLE one (x);\n\nCREATE TABLE one (x);")));
  }
  EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM sqlite_master"))->toInt(), 0);
}

TEST_F(MigrationsTest, ForeignKeysHold) {
  Database database;
  ASSERT_TRUE(database.open(file()));
  ASSERT_TRUE(migrate(database, backups()));
  MessageRow orphan;
  orphan.id = 1;
  orphan.chatId = 77;
  EXPECT_FALSE(MessageStore(database).insert(orphan));
}

}  // namespace
