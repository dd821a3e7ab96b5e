// Hiding and erasing messages, and trees that a damaged disk or another program left, on databases in files.
#include "storage/message_tree.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimeZone>

#include "app/support/app_fixture.h"
#include "storage/message_store.h"
#include "storage/migrations.h"
#include "storage/tree_check.h"

namespace {

class MessageTreeTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    QDir().mkpath(home());
    ASSERT_TRUE(m_database.open(file()));
    ASSERT_TRUE(migrate(m_database, home() + QStringLiteral("/backups")));
    chat(1);
  }

  [[nodiscard]] QString file() const { return home() + QStringLiteral("/hearth.db"); }

  void run(const QString& sql) { ASSERT_TRUE(m_database.exec(sql)) << qPrintable(sql); }
  void chat(qint64 id) { run(QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) VALUES (%1, 'chat', 1, 1)").arg(id)); }
  /// Questions have odd ids, answers even ones.
  void message(qint64 id, qint64 parent, qint64 chatId = 1) {
    MessageRow row;
    row.id = id;
    row.chatId = chatId;
    row.parentId = parent;
    row.role = id % 2 == 1 ? MessageRole::User : MessageRole::Assistant;
    row.content = QStringLiteral("text%1").arg(id);
    row.createdAt = QDateTime::currentDateTimeUtc();
    ASSERT_TRUE(MessageStore(m_database).insert(row));
    run(QStringLiteral("UPDATE chat SET head_id = %1 WHERE id = %2").arg(id).arg(chatId));
  }
  /// Runs statements that break the rules.
  void damage(const QString& sql) {
    run(QStringLiteral("PRAGMA foreign_keys = OFF"));
    run(sql);
    run(QStringLiteral("PRAGMA foreign_keys = ON"));
  }
  [[nodiscard]] TreeRepair repair() {
    Transaction transaction(m_database);
    const auto done = repairTrees(m_database);
    EXPECT_TRUE(done) << qPrintable(done.error().detail);
    EXPECT_TRUE(transaction.commit());
    const auto again = repairTrees(m_database);
    EXPECT_TRUE(again && again->isEmpty());
    EXPECT_EQ(m_database.value(QStringLiteral("SELECT count(*) FROM pragma_foreign_key_check"))->toInt(), 0);
    return done ? *done : TreeRepair();
  }
  [[nodiscard]] QList<qint64> path() {
    QList<qint64> ids;
    const auto rows = MessageStore(m_database).path(head());
    for (const MessageRow& row : *rows) ids.append(row.id);
    return ids;
  }
  [[nodiscard]] qint64 head(qint64 chatId = 1) {
    return m_database.value(QStringLiteral("SELECT head_id FROM chat WHERE id = ?"), {chatId})->toLongLong();
  }

  Database m_database;
};

using Ids = QList<qint64>;

TEST_F(MessageTreeTest, WhatFollowsAHiddenMessageMovesUpAndBack) {
  for (qint64 id = 1; id <= 6; ++id) message(id, id - 1);
  MessageTree tree(m_database);
  // In every order: hidden ones beside each other, too.
  for (const Ids& order : {Ids{3}, Ids{1, 2, 3}, Ids{3, 2, 1}, Ids{2, 4, 3}, Ids{6, 5, 1}}) {
    Ids left{1, 2, 3, 4, 5, 6};
    for (const qint64 id : order) {
      ASSERT_TRUE(tree.hide(id));
      left.removeAll(id);
      EXPECT_EQ(path(), left);
      EXPECT_TRUE(repair().isEmpty());
    }
    for (const qint64 id : order) {  // not the reverse: each comes back by itself
      ASSERT_TRUE(tree.show(id));
      EXPECT_TRUE(repair().isEmpty());
    }
    run(QStringLiteral("UPDATE chat SET head_id = 6"));
    EXPECT_EQ(path(), (Ids{1, 2, 3, 4, 5, 6}));
  }
}

TEST_F(MessageTreeTest, VersionsAreThoseThatAreShownBesideEachOther) {
  message(1, 0);
  message(2, 1);
  message(4, 1);
  message(5, 4);
  MessageTree tree(m_database);
  ASSERT_EQ(*tree.hide(4), 5);
  const auto versions = MessageStore(m_database).versions(5);
  ASSERT_EQ(versions->size(), 2);  // beside the other answer
  EXPECT_EQ(versions->at(1).parentId, 1);
  EXPECT_EQ(versions->at(1).versionIndex, 2);
  EXPECT_EQ(*MessageStore(m_database).sibling(5, -1), 2);
  message(6, 4);  // was on its way when its parent was hidden
  EXPECT_EQ(path(), (Ids{1, 6}));
  ASSERT_EQ(*tree.hide(6), 5);
  ASSERT_EQ(*tree.hide(5), 2);
  ASSERT_EQ(*tree.hide(2), 1);
  ASSERT_EQ(*tree.hide(1), 0);
  EXPECT_EQ(*tree.hide(1), 0);
  EXPECT_TRUE(tree.outline(1)->isEmpty());
  EXPECT_EQ(tree.hidden()->size(), 5);
  EXPECT_TRUE(repair().isEmpty());
}

TEST_F(MessageTreeTest, AnErasedMessageLeavesNoWord) {
  message(1, 0);
  message(2, 1);
  message(3, 2);
  MessageTree tree(m_database);
  ASSERT_TRUE(tree.hide(2));
  ASSERT_TRUE(tree.erase({2}));
  EXPECT_EQ(m_database.value(QStringLiteral("SELECT content || model_name || sampling FROM message WHERE id = 2"))->toString(), QString());
  EXPECT_EQ(m_database.value(QStringLiteral("SELECT count(*) FROM message_search WHERE message_search MATCH 'text2'"))->toInt(), 0);
  EXPECT_EQ(m_database.value(QStringLiteral("SELECT count(*) FROM message_search"))->toInt(), 3);
  EXPECT_TRUE(tree.hidden()->isEmpty());
  ASSERT_TRUE(tree.show(2));  // too late
  EXPECT_EQ(path(), (Ids{1, 3}));
  EXPECT_TRUE(m_database.exec(QStringLiteral("INSERT INTO message_search (message_search) VALUES ('integrity-check')")));
}

TEST_F(MessageTreeTest, ASoundTreeIsLeftAlone) {
  for (qint64 id = 1; id <= 6; ++id) message(id, id - 1);
  EXPECT_TRUE(repair().isEmpty());
}

TEST_F(MessageTreeTest, AMissingParentComesBackEmptyWithItsAnswersBesideEachOther) {
  for (qint64 id = 1; id <= 3; ++id) message(id, id - 1);
  message(4, 3);
  message(6, 3);
  damage(QStringLiteral("DELETE FROM message WHERE id = 3"));
  const TreeRepair done = repair();
  EXPECT_EQ(done.messages, 2);
  EXPECT_EQ(path(), (Ids{3, 6}));
  EXPECT_EQ(MessageStore(m_database).versions(6)->size(), 2);
  EXPECT_EQ(MessageStore(m_database).path(6)->first().role, MessageRole::User);
  EXPECT_EQ(MessageStore(m_database).versions(3)->size(), 2);  // beside the first message
}

TEST_F(MessageTreeTest, AParentInAnotherChatIsLeft) {
  message(1, 0);
  message(2, 1);
  chat(2);
  message(3, 0, 2);
  damage(QStringLiteral("UPDATE message SET parent_id = 3 WHERE id = 2"));
  damage(
      QStringLiteral("INSERT INTO message (id, chat_id, parent_id, role, content, status, created_at) VALUES (8, 1, 3, 'assistant', "
                     "'text8', 'done', 1)"));
  EXPECT_EQ(repair().messages, 2);
  EXPECT_EQ(head(), 2);
  EXPECT_EQ(m_database.value(QStringLiteral("SELECT count(*) FROM message WHERE chat_id = 1 AND parent_id IS NULL"))->toInt(), 3);
}

TEST_F(MessageTreeTest, CirclesAreCut) {
  for (qint64 id = 1; id <= 4; ++id) message(id, id - 1);
  damage(QStringLiteral("UPDATE message SET parent_id = 4 WHERE id = 1"));
  EXPECT_EQ(repair().messages, 1);
  EXPECT_EQ(path(), (Ids{1, 2, 3, 4}));
  damage(QStringLiteral("UPDATE message SET parent_id = id WHERE id = 3"));
  EXPECT_EQ(repair().messages, 1);
  EXPECT_EQ(path(), (Ids{3, 4}));
}

TEST_F(MessageTreeTest, AHeadThatIsNotThereBecomesTheNewestEnd) {
  for (qint64 id = 1; id <= 4; ++id) message(id, id - 1);
  message(6, 1);
  for (const char* wrong : {"99", "NULL"}) {
    damage(QStringLiteral("UPDATE chat SET head_id = %1").arg(QLatin1String(wrong)));
    const TreeRepair done = repair();
    EXPECT_EQ(done.heads, 1);
    EXPECT_EQ(done.messages, 0);
    EXPECT_EQ(head(), 6);
  }
}

TEST_F(MessageTreeTest, AMessageWithoutItsChatGetsOne) {
  message(1, 0);
  message(2, 1);
  damage(QStringLiteral("DELETE FROM chat"));
  EXPECT_EQ(repair().heads, 1);
  EXPECT_EQ(head(), 2);
}

TEST_F(MessageTreeTest, PlacesUnderHiddenMessagesAreWorkedOutAnew) {
  for (qint64 id = 1; id <= 6; ++id) message(id, id - 1);
  ASSERT_TRUE(MessageTree(m_database).hide(2));
  ASSERT_TRUE(MessageTree(m_database).hide(3));
  damage(QStringLiteral("UPDATE message SET moved_to = 2 WHERE id = 4"));
  damage(QStringLiteral("UPDATE message SET moved_to = 1 WHERE id = 6"));
  EXPECT_EQ(repair().messages, 2);
  EXPECT_EQ(path(), (Ids{1, 4, 5, 6}));
}

TEST_F(MessageTreeTest, ADamagedTreeIsToldOnce) {
  message(1, 0);
  message(2, 1);
  damage(QStringLiteral("DELETE FROM message WHERE id = 1"));
  m_database.close();
  for (const ErrorId expected : {ErrorId::StorageTreeRepaired, ErrorId::None}) {
    hearth_test::AppRun run(home());
    ASSERT_TRUE(run.openReady());
    EXPECT_EQ(run.state->notice.id, expected);
    run.viewModel.openChat(1);
    EXPECT_TRUE(hearth_test::waitFor([&] { return run.viewModel.conversation()->count() == 2; }));
  }
}

TEST_F(MessageTreeTest, AHundredThousandMessagesAreQuicklyChecked) {
  run(QStringLiteral("BEGIN"));
  for (qint64 id = 2; id <= 1000; ++id) chat(id);
  run(QStringLiteral(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
      "INSERT INTO message (id, chat_id, parent_id, role, content, status, created_at, is_indexed) SELECT i, 1 + (i - 1) / 100, "
      "CASE WHEN (i - 1) % 100 = 0 THEN NULL ELSE i - 1 END, CASE i % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, "
      "hex(zeroblob(500)), 'done', 1, 1 FROM n"));
  run(QStringLiteral("UPDATE chat SET head_id = id * 100"));
  run(QStringLiteral("COMMIT"));
  qint64 best = 10'000;
  for (int round = 0; round < 3; ++round) {
    QElapsedTimer clock;
    clock.start();
    const auto done = repairTrees(m_database);
    best = std::min(best, clock.elapsed());
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->isEmpty());
  }
  EXPECT_LT(best, 200);
}

TEST_F(MessageTreeTest, AnOlderDatabaseKeepsItsTree) {
  m_database.close();
  QFile::remove(file());
  Database old;
  ASSERT_TRUE(old.open(file()));
  SchemaLadder ladder = schemaLadder();
  ladder.erase(ladder.upper_bound(3), ladder.end());
  ASSERT_TRUE(migrate(old, home() + QStringLiteral("/backups"), ladder));
  for (const char* sql :
       {"INSERT INTO chat (id, title, head_id, created_at, updated_at) VALUES (1, 'chat', 2, 1, 1)",
        "INSERT INTO message (id, chat_id, parent_id, role, content, status, created_at) VALUES (1, 1, NULL, 'user', 'q', "
        "'done', 1)",
        "INSERT INTO message (id, chat_id, parent_id, role, content, status, created_at) VALUES (2, 1, 1, 'assistant', "
        "'a', 'stopped', 1)"})
    ASSERT_TRUE(old.exec(QLatin1String(sql)));
  ASSERT_TRUE(migrate(old, home() + QStringLiteral("/backups")));
  const auto rows = MessageStore(old).path(2);
  ASSERT_EQ(rows->size(), 2);
  EXPECT_EQ(rows->at(1).parentId, 1);
  EXPECT_FALSE(rows->at(1).isEdited);
  EXPECT_TRUE(repairTrees(old)->isEmpty());
}

}  // namespace
