#include "storage/erase.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <random>

#include "app/support/app_fixture.h"
#include "storage/backups.h"
#include "storage/message_store.h"
#include "storage/migrations.h"
#include "storage/search_index.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class EraseTest : public hearth_test::AppTest {
 protected:
  /// Files under the data folder that contain the text.
  [[nodiscard]] QStringList filesWith(const QByteArray& marker) const {
    QStringList found;
    QDirIterator it(home(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
      QFile file(it.next());
      // The search index holds words in lower case.
      if (!file.open(QIODevice::ReadOnly) || file.readAll().toLower().contains(marker.toLower())) found += file.fileName();
    }
    return found;
  }

  /// One answered question; returns its chat.
  static qint64 talk(AppRun& run, const QString& question, const QString& answer) {
    const qsizetype request = run.engine.requests.size();
    const qint64 chatId = run.chats.send(0, question);
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    for (qsizetype at = 0; at < answer.size(); at += 300) run.engine.text(request, answer.mid(at, 300));
    run.engine.finish(request);
    run.settle();
    return chatId;
  }
};

constexpr const char* kMarker = "XyzzySecretMarker";

TEST_F(EraseTest, DeleteCanBeUndone) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, QStringLiteral("keep me"), QStringLiteral("kept"));
  run.viewModel.openChat(chatId);
  run.viewModel.deleteChat(chatId);
  EXPECT_EQ(run.viewModel.chats()->count(), 0);
  EXPECT_EQ(run.viewModel.currentChatId(), 0);
  EXPECT_FALSE(run.viewModel.undoText().isEmpty());
  run.settle();
  run.viewModel.undoDelete();
  EXPECT_EQ(run.viewModel.chats()->count(), 1);
  EXPECT_TRUE(run.viewModel.undoText().isEmpty());
  EXPECT_EQ(run.viewModel.currentChatId(), chatId);
  ASSERT_TRUE(waitFor([&] { return run.viewModel.conversation()->count() == 2; }));
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(EraseTest, NoFileHoldsTheTextAfterQuit) {
  const QString marker = QString::fromLatin1(kMarker);
  qint64 kept = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    kept = talk(run, QStringLiteral("an innocent question"), QStringLiteral("an innocent answer"));
    const qint64 secret = talk(run, marker + QStringLiteral(" question"), (marker + QStringLiteral(" answer ")).repeated(2000));
    EXPECT_FALSE(filesWith(kMarker).isEmpty());
    run.viewModel.deleteChat(secret);
    run.settle();
    EXPECT_FALSE(filesWith(kMarker).isEmpty());  // still there to undo
  }
  EXPECT_EQ(filesWith(kMarker), QStringList());
  EXPECT_EQ(filesWith("an innocent answer").size(), 1);
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.chats.chats().size(), 1);
  EXPECT_EQ(run.chats.chats().first().id, kept);
}

TEST_F(EraseTest, NoFileHoldsTheTextWhenTheTimeToUndoIsOver) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 secret = talk(run, QString::fromLatin1(kMarker), QString::fromLatin1(kMarker).repeated(500));
  run.chats.rename(secret, QString::fromLatin1(kMarker) + QStringLiteral(" title"));
  run.viewModel.deleteChat(secret);
  ASSERT_TRUE(waitFor([&] { return run.viewModel.undoText().isEmpty(); }, ChatService::kUndoMs + 5000));
  run.settle();
  EXPECT_EQ(filesWith(kMarker), QStringList());
  run.viewModel.undoDelete();
  EXPECT_EQ(run.viewModel.chats()->count(), 0);
}

TEST_F(EraseTest, ACrashBeforeTheEndOfTheTimeToUndoErasesAtTheNextStart) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    const qint64 secret = talk(run, QString::fromLatin1(kMarker), QStringLiteral("answer"));
    run.viewModel.deleteChat(secret);
    run.storage.close();  // as if killed: what shutDown() wants to write comes too late
  }
  EXPECT_FALSE(filesWith(kMarker).isEmpty());
  {
    AppRun run(home());
    ASSERT_TRUE(run.open());
    EXPECT_TRUE(run.chats.chats().isEmpty());
  }
  EXPECT_EQ(filesWith(kMarker), QStringList());
}

TEST_F(EraseTest, BackupsAreRewrittenOrDropped) {
  const QString marker = QString::fromLatin1(kMarker);
  const QString backups = home() + QStringLiteral("/backups");
  qint64 secret = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    talk(run, QStringLiteral("an innocent question"), QStringLiteral("fine"));
    secret = talk(run, marker, marker.repeated(300));
  }
  {
    Database database;
    ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    SchemaLadder ladder = schemaLadder();
    const int next = ladder.rbegin()->first + 1;
    ladder[next] = QStringLiteral("CREATE TABLE later (x)");
    ASSERT_TRUE(migrate(database, backups, ladder));
    ASSERT_TRUE(database.exec(QStringLiteral("DROP TABLE later")));
    ASSERT_TRUE(database.exec(QStringLiteral("PRAGMA user_version = %1").arg(next - 1)));
  }
  QFile broken(backups + QStringLiteral("/hearth-20200101-000000-000-v1.db"));
  ASSERT_TRUE(broken.open(QIODevice::WriteOnly));
  broken.write(QByteArray("damaged ").repeated(500) + kMarker);
  broken.close();
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.viewModel.deleteChat(secret);
  }
  EXPECT_EQ(filesWith(kMarker), QStringList());
  EXPECT_FALSE(broken.exists());
  const QStringList left = QDir(backups).entryList(QDir::Files);
  ASSERT_EQ(left.size(), 1);
  Database backup;
  ASSERT_TRUE(backup.open(QDir(backups).filePath(left.first())));
  EXPECT_EQ(backup.value(QStringLiteral("SELECT title FROM chat"))->toString(), QStringLiteral("an innocent question"));
}

TEST_F(EraseTest, NoFileHoldsADeletedMessage) {
  const QString marker = QString::fromLatin1(kMarker);
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = talk(run, marker + QStringLiteral(" asks"), QStringLiteral("kept ") + QString(5000, u'k'));
    run.viewModel.openChat(chatId);
    run.settle();
    run.chats.send(chatId, QStringLiteral("and then?"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
    run.engine.text(1, marker.repeated(300));
    run.engine.finish(1);
    run.settle();
  }
  {
    Database database;
    ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    ASSERT_TRUE(makeBackup(database, home() + QStringLiteral("/backups")));
  }
  EXPECT_EQ(filesWith(kMarker).size(), 2);
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.viewModel.openChat(chatId);
    for (const qsizetype index : {3, 0}) {
      ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() > index; }));
      run.viewModel.deleteMessage(run.chats.path(chatId)[index].id);
      run.settle();
    }
    EXPECT_EQ(run.chats.path(chatId).size(), 2);
  }
  EXPECT_EQ(filesWith(kMarker), QStringList());
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.openChat(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2; }));
  EXPECT_TRUE(run.viewModel.currentTitle().startsWith(QStringLiteral("kept")));
}

TEST_F(EraseTest, ManyChatsOfAllSizes) {
  // Pages that split, merge and overflow must not keep copies in their unused parts.
  const QString marker = QString::fromLatin1(kMarker);
  QDir().mkpath(home());
  Database database;
  ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
  ASSERT_TRUE(migrate(database, home() + QStringLiteral("/backups")));
  std::mt19937 random(5);
  QList<qint64> secrets;
  qint64 messageId = 0;
  for (qint64 chat = 1; chat <= 60; ++chat) {
    const bool secret = chat % 2 == 0;
    if (secret) secrets.append(chat);
    ASSERT_TRUE(database.exec(QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) VALUES (?, ?, 0, 0)"),
                              {chat, secret ? marker : QStringLiteral("plain")}));
    for (int i = 0; i < 12; ++i) {
      MessageRow row;
      row.id = ++messageId;
      row.chatId = chat;
      row.createdAt = QDateTime::currentDateTimeUtc();
      row.content = (secret ? marker : QStringLiteral("ordinary words ")).repeated(1 + static_cast<int>(random() % 400));
      ASSERT_TRUE(MessageStore(database).insert(row));
      const bool chunk = i % 3 == 0;
      const bool finished = i % 4 == 0;
      ASSERT_TRUE(!chunk || MessageStore(database).addChunks({{row.id, 0, row.content}}));
      ASSERT_TRUE(!finished || MessageStore(database).finish(row));
    }
  }
  ASSERT_TRUE(deleteChats(database, secrets));
  ASSERT_TRUE(SearchIndex(database).mergeAll());
  ASSERT_TRUE(database.emptyLog());
  EXPECT_EQ(filesWith(kMarker), QStringList());
  EXPECT_EQ(database.value(QStringLiteral("SELECT count(*) FROM message"))->toInt(), 30 * 12);
}

}  // namespace
