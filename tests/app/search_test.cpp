// Full-text search over the real database.
#include <gtest/gtest.h>

#include <QDir>
#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "storage/message_store.h"
#include "storage/migrations.h"
#include "storage/search_index.h"
#include "text/search_text.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class SearchTest : public hearth_test::AppTest {
 protected:
  /// One answered question; returns its chat.
  static qint64 talk(AppRun& run, const QString& question, const QString& answer, qint64 chatId = 0) {
    const qsizetype request = run.engine.requests.size();
    chatId = run.chats.send(chatId, question);
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.text(request, answer);
    run.engine.finish(request);
    run.settle();
    return chatId;
  }

  /// Results of a search: "title" or the snippet, with its chat.
  static QStringList search(AppRun& run, const QString& query) {
    SearchModel& model = *run.viewModel.search();
    model.setQuery(query);
    run.settle();
    EXPECT_FALSE(model.busy());
    QStringList out;
    for (int row = 0; row < model.count(); ++row) {
      const QModelIndex index = model.index(row);
      const bool title = index.data(SearchModel::MessageIdRole).toLongLong() == 0;
      out += QStringLiteral("%1:%2:%3")
                 .arg(index.data(SearchModel::ChatIdRole).toLongLong())
                 .arg(title ? QStringLiteral("title") : QStringLiteral("text"), index.data(SearchModel::SnippetRole).toString());
    }
    return out;
  }
};

TEST_F(SearchTest, FindsTitlesAndMessagesInBothLanguages) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  talk(run, QStringLiteral("Tell me about quicksort"), QStringLiteral("A pivot splits the <list>."));
  talk(run, QStringLiteral("用中文打招呼"), QStringLiteral("你好，世界。快速排序是一种算法。"));
  talk(run, QStringLiteral("Cooking"), QStringLiteral("Bread needs flour and quick yeast."));
  EXPECT_EQ(search(run, QStringLiteral("quicksort")), QStringList({QStringLiteral("1:title:Tell me about <b>quicksort</b>"),
                                                                   QStringLiteral("1:text:Tell me about <b>quicksort</b>")}));
  EXPECT_EQ(search(run, QStringLiteral("quick")).size(), 3);  // the beginning of a word, newest first
  EXPECT_TRUE(search(run, QStringLiteral("quick")).at(1).startsWith(QStringLiteral("3:text")));
  EXPECT_EQ(search(run, QStringLiteral("splits LIST")),
            QStringList{QStringLiteral("1:text:A pivot <b>splits</b> the &lt;<b>list</b>&gt;.")});
  EXPECT_EQ(search(run, QStringLiteral("世界")), QStringList{QStringLiteral("2:text:你好，<b>世界</b>。快速排序是一种算法。")});
  EXPECT_EQ(search(run, QStringLiteral("界世")), QStringList());
  EXPECT_EQ(search(run, QStringLiteral("排序 算法")).size(), 1);
  EXPECT_EQ(search(run, QStringLiteral("打招呼")).size(), 2);
  EXPECT_EQ(search(run, QStringLiteral("nothing like this")), QStringList());
  EXPECT_EQ(search(run, QStringLiteral("\" OR text:* NEAR(")), QStringList());  // no syntax of the index reaches it
  EXPECT_EQ(search(run, QStringLiteral("   ")), QStringList());
  EXPECT_FALSE(run.viewModel.search()->active());
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(SearchTest, StoppedAndInterruptedAnswersAreFoundAfterARestart) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    const qint64 chatId = run.chats.send(0, QStringLiteral("first question"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
    run.engine.text(0, QStringLiteral("halfway zebra"));
    run.engine.finish(0, AnswerEnd::Cancelled);
    run.chats.send(chatId, QStringLiteral("second question"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
    run.engine.text(1, QStringLiteral("interrupted walrus"));
    run.settle();
    EXPECT_EQ(search(run, QStringLiteral("zebra")).size(), 1);
    EXPECT_EQ(search(run, QStringLiteral("walrus")).size(), 0);  // once it is finished
  }
  AppRun run(home());
  ASSERT_TRUE(run.open());
  run.settle();
  EXPECT_EQ(search(run, QStringLiteral("zebra")).size(), 1);
  EXPECT_EQ(search(run, QStringLiteral("walrus")).size(), 1);
}

TEST_F(SearchTest, OpeningAResultJumpsToTheMessageAlsoInAnotherBranch) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, QStringLiteral("q"), QStringLiteral("the ocelot answer"));
  run.chats.open(chatId);
  run.viewModel.openChat(chatId);
  run.settle();
  run.chats.retry(chatId, run.chats.path(chatId).last().id);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  run.engine.text(1, QStringLiteral("the penguin answer"));
  run.engine.finish(1);
  talk(run, QStringLiteral("later question"), QStringLiteral("later answer"), chatId);
  EXPECT_EQ(run.chats.path(chatId).size(), 4);
  EXPECT_EQ(run.chats.path(chatId)[1].versionCount, 2);
  EXPECT_EQ(run.chats.path(chatId)[1].versionIndex, 2);
  run.viewModel.newChat();
  QSignalSpy jumps(&run.viewModel, &AppViewModel::jumpRequested);

  ASSERT_EQ(search(run, QStringLiteral("penguin")).size(), 1);
  run.viewModel.search()->openResult(0);
  run.settle();
  EXPECT_EQ(run.viewModel.currentChatId(), chatId);
  ASSERT_EQ(jumps.count(), 1);
  EXPECT_EQ(jumps.last().first().toInt(), 1);
  EXPECT_EQ(run.viewModel.conversation()->count(), 4);

  ASSERT_EQ(search(run, QStringLiteral("ocelot")).size(), 1);
  run.viewModel.search()->openResult(0);
  run.settle();
  ASSERT_EQ(jumps.count(), 2);
  EXPECT_EQ(run.viewModel.conversation()->count(), 2);
  EXPECT_EQ(run.viewModel.markedMessageId(), run.chats.path(chatId)[1].id);
  EXPECT_EQ(run.chats.path(chatId)[1].content, QStringLiteral("the ocelot answer"));
  EXPECT_EQ(run.chats.path(chatId)[1].versionIndex, 1);

  // Nothing of the other branch is gone: one step brings it back.
  run.viewModel.showVersion(run.chats.path(chatId)[1].id, 1);
  run.settle();
  EXPECT_EQ(run.viewModel.conversation()->count(), 4);
  run.viewModel.showVersion(run.chats.path(chatId)[1].id, 1);  // there is no third
  run.settle();
  EXPECT_EQ(run.viewModel.conversation()->count(), 4);
}

TEST_F(SearchTest, DeletedChatsAreNotFound) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, QStringLiteral("a secret question"), QStringLiteral("a secret answer"));
  EXPECT_EQ(search(run, QStringLiteral("secret")).size(), 3);
  run.viewModel.deleteChat(chatId);
  EXPECT_EQ(run.viewModel.search()->count(), 0);
  EXPECT_EQ(search(run, QStringLiteral("secret")).size(), 0);
  run.viewModel.undoDelete();
  run.settle();
  EXPECT_EQ(search(run, QStringLiteral("secre")).size(), 3);
}

TEST_F(SearchTest, FindInTheConversation) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = talk(run, QStringLiteral("Apples?"), QStringLiteral("apples are red"));
  talk(run, QStringLiteral("pears?"), QStringLiteral("Pears, not APPLES."), chatId);
  run.viewModel.openChat(chatId);
  run.settle();
  ConversationFinder& finder = *run.viewModel.finder();
  QSignalSpy jumps(&run.viewModel, &AppViewModel::jumpRequested);
  finder.setQuery(QStringLiteral("apples"));
  EXPECT_EQ(finder.count(), 3);
  EXPECT_EQ(finder.current(), 3);  // the newest
  finder.next();
  EXPECT_EQ(finder.current(), 1);
  finder.previous();
  finder.previous();
  EXPECT_EQ(finder.current(), 2);
  EXPECT_EQ(jumps.last().first().toInt(), 1);
  finder.setQuery(QStringLiteral("bananas"));
  EXPECT_EQ(finder.count(), 0);
  EXPECT_EQ(finder.current(), 0);
  finder.next();
}

TEST_F(SearchTest, AnUpgradedDatabaseIsIndexedInTheBackground) {
  QDir().mkpath(home());
  {
    Database database;
    ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    SchemaLadder first = schemaLadder();
    first.erase(first.upper_bound(1), first.end());
    ASSERT_TRUE(migrate(database, home() + QStringLiteral("/backups"), first));
    ASSERT_TRUE(database.exec(QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) VALUES (1, 'old', 0, 0)")));
    for (int i = 1; i <= 350; ++i)
      ASSERT_TRUE(database.exec(
          QStringLiteral("INSERT INTO message (id, chat_id, role, content, status, created_at) VALUES (?, 1, 'user', ?, 'done', 0)"),
          {i, QStringLiteral("message number%1").arg(i)}));
  }
  AppRun run(home());
  ASSERT_TRUE(run.open());
  run.settle();
  EXPECT_EQ(search(run, QStringLiteral("number349")).size(), 1);
  EXPECT_EQ(search(run, QStringLiteral("number1")).size(), SearchService::kMostMessages);
}

TEST_F(SearchTest, ADamagedIndexIsMadeAgain) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  talk(run, QStringLiteral("a capybara"), QStringLiteral("yes"));
  run.storage.write([](Database& database) {
    return database.exec(QStringLiteral("UPDATE message_search_data SET block = x'00ff00ff00ff' WHERE id > 10"));
  });
  run.settle();
  search(run, QStringLiteral("capybara"));  // finds the damage
  run.settle();
  EXPECT_EQ(search(run, QStringLiteral("capybar")).size(), 2);
  EXPECT_EQ(run.viewModel.chats()->count(), 1);
}

TEST_F(SearchTest, MergingGoesInStepsAndLeavesNoDeletedWord) {
  QDir().mkpath(home());
  Database database;
  ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
  ASSERT_TRUE(migrate(database, home() + QStringLiteral("/backups")));
  ASSERT_TRUE(database.exec(QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) VALUES (1, 'a', 0, 0), (2, 'b', 0, 0)")));
  for (int i = 1; i <= 2000; ++i) {
    MessageRow row;
    row.id = i;
    row.chatId = 1 + i % 2;
    row.createdAt = QDateTime::currentDateTimeUtc();
    row.content = QStringLiteral("word%1 %2").arg(i).arg(i % 2 ? QStringLiteral("zzsecretzz") : QStringLiteral("plain"));
    ASSERT_TRUE(MessageStore(database).insert(row));
  }
  ASSERT_TRUE(database.exec(QStringLiteral("BEGIN")));
  ASSERT_TRUE(SearchIndex(database).removeChat(2));
  ASSERT_TRUE(database.exec(QStringLiteral("DELETE FROM chat WHERE id = 2")));
  ASSERT_TRUE(database.exec(QStringLiteral("COMMIT")));
  int steps = 0;
  for (auto more = SearchIndex(database).merge(SearchIndex::Step::First); more && *more && steps < 1000; ++steps)
    more = SearchIndex(database).merge(SearchIndex::Step::Next);
  const auto segments = database.value(QStringLiteral("SELECT count(DISTINCT segid) FROM message_search_idx"));
  EXPECT_EQ(segments->toInt(), 1);
  const auto left =
      database.value(QStringLiteral("SELECT count(*) FROM message_search_data WHERE instr(block, CAST('zzsecretzz' AS BLOB)) > 0"));
  EXPECT_EQ(left->toInt(), 0);
  EXPECT_EQ(SearchIndex(database).find({QStringLiteral("plain")}, 5000)->size(), 1000);
  EXPECT_TRUE(database.exec(QStringLiteral("INSERT INTO message_search (message_search) VALUES ('integrity-check')")));
}

}  // namespace
