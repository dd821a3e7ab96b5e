// Pinned, filed and archived chats: storage, undoing, the rows of the list, filters of the search, the switcher.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDir>
#include <QElapsedTimer>
#include <algorithm>

#include "app/support/app_fixture.h"
#include "storage/chat_store.h"
#include "storage/folder_store.h"
#include "storage/migrations.h"
#include "storage/recovery.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class FilingTest : public hearth_test::AppTest {
 protected:
  static qint64 talk(AppRun& run, const char* question) {
    const qsizetype request = run.engine.requests.size();
    const qint64 chatId = run.chats.send(0, QString::fromUtf8(question));
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() > request; }));
    run.engine.text(request, QStringLiteral("an answer"));
    run.engine.finish(request);
    run.settle();
    return chatId;
  }

  /// The rows of the list: "section|title", heads with their kind and size.
  static QStringList rows(AppRun& run) {
    QStringList out;
    const ChatListModel& list = *run.viewModel.chats();
    for (int row = 0; row < list.count(); ++row) {
      const QModelIndex at = list.index(row);
      const QString kind = at.data(ChatListModel::KindRole).toString();
      const QString title = at.data(ChatListModel::TitleRole).toString();
      out += at.data(ChatListModel::SectionRole).toString() + u'|' +
             (kind == QLatin1String("chat") ? title
                                            : QStringLiteral("%1 %2 %3").arg(kind, title).arg(at.data(ChatListModel::SizeRole).toInt()));
    }
    return out;
  }

  static QStringList search(AppRun& run, const char* query) {
    SearchModel& model = *run.viewModel.search();
    model.setQuery(QString::fromUtf8(query));
    run.settle();
    QStringList out;
    for (int row = 0; row < model.count(); ++row) {
      const QModelIndex at = model.index(row);
      out += at.data(SearchModel::SectionRole).toString() + u':' + at.data(SearchModel::TitleRole).toString();
    }
    return out;
  }
};

QStringList list(std::initializer_list<const char*> texts) {
  QStringList out;
  for (const char* text : texts) out += QString::fromUtf8(text);
  return out;
}

TEST_F(FilingTest, GroupsOfTheListAreKept) {
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    const QAbstractItemModelTester tester(run.viewModel.chats(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ChatFilingModel& filing = *run.viewModel.filing();
    const qint64 a = talk(run, "a");
    const qint64 b = talk(run, "b");
    const qint64 c = talk(run, "c");
    talk(run, "d");
    filing.pin(a, true);
    const qint64 work = filing.addFolder(QStringLiteral(" Work "), b);
    EXPECT_EQ(filing.addFolder(QStringLiteral("work"), 0), work) << "the same name, whatever its case";
    EXPECT_EQ(filing.addFolder(QStringLiteral("  "), c), 0);
    const qint64 empty = filing.addFolder(QStringLiteral("Empty"), 0);
    filing.archive(c, true);
    EXPECT_EQ(rows(run),
              list({"Pinned|a", "Folders|folder Empty 0", "Folders|folder Work 1", "Folders|b", "Today|d", "|archive Archived 1"}));
    filing.setCollapsed(0, false);
    EXPECT_EQ(rows(run).last(), QStringLiteral("|c"));
    filing.setCollapsed(work, true);
    EXPECT_FALSE(rows(run).contains(QStringLiteral("Folders|b")));
    EXPECT_FALSE(filing.renameFolder(work, QStringLiteral("EMPTY")));
    EXPECT_TRUE(filing.renameFolder(work, QStringLiteral("A work")));
    EXPECT_TRUE(filing.renameFolder(empty, QStringLiteral("EMPTY")));
    run.settle();
    EXPECT_TRUE(run.errors.isEmpty());
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(rows(run), list({"Pinned|a", "Folders|folder A work 1", "Folders|folder EMPTY 0", "Today|d", "|archive Archived 1"}));
  const qint64 work = run.viewModel.filing()->folders().first().toMap().value(QStringLiteral("folderId")).toLongLong();
  run.viewModel.filing()->setCollapsed(work, false);
  EXPECT_TRUE(rows(run).contains(QStringLiteral("Folders|b")));
  EXPECT_GT(run.viewModel.filing()->addFolder(QStringLiteral("third"), 0), work) << "ids are not used twice";
}

TEST_F(FilingTest, EverythingIsTakenBack) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const QAbstractItemModelTester tester(run.viewModel.chats(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  ChatFilingModel& filing = *run.viewModel.filing();
  const qint64 a = talk(run, "a");
  const qint64 b = talk(run, "b");
  const qint64 work = filing.addFolder(QStringLiteral("Work"), a);
  filing.move(b, work);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Chat moved"));
  const QStringList filed = rows(run);
  filing.pin(a, true);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Chat pinned"));
  run.viewModel.undoDelete();
  EXPECT_EQ(rows(run), filed);
  filing.archive(b, true);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Chat archived"));
  run.viewModel.undoDelete();
  EXPECT_EQ(rows(run), filed);
  filing.removeFolder(work);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Folder deleted"));
  EXPECT_EQ(rows(run), list({"Today|b", "Today|a"}));
  run.chats.rename(a, QStringLiteral("another"));
  run.viewModel.undoDelete();
  EXPECT_EQ(rows(run), list({"Folders|folder Work 2", "Folders|b", "Folders|another"})) << "a later change stays";
  run.chats.remove(a);
  EXPECT_EQ(run.viewModel.undoText(), QStringLiteral("Chat deleted"));
  EXPECT_EQ(rows(run).first(), QStringLiteral("Folders|folder Work 1"));
  run.viewModel.undoDelete();
  EXPECT_EQ(rows(run).first(), QStringLiteral("Folders|folder Work 2"));
  run.viewModel.undoDelete();
  EXPECT_EQ(rows(run), list({"Folders|folder Work 1", "Folders|another", "Today|b"})) << "earlier steps follow";
  filing.move(b, 4711);
  EXPECT_EQ(run.chats.chat(b)->folderId, 0);
  run.settle();
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(FilingTest, NeighboursPassOverFolders) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 a = talk(run, "a");
  const qint64 b = talk(run, "b");
  run.viewModel.filing()->addFolder(QStringLiteral("Work"), a);
  run.viewModel.filing()->addFolder(QStringLiteral("Zoo"), 0);
  const ChatListModel& chats = *run.viewModel.chats();
  EXPECT_EQ(chats.neighbour(a, 1), b);
  EXPECT_EQ(chats.neighbour(a, -1), 0);
  EXPECT_EQ(chats.neighbour(b, -1), a);
  EXPECT_EQ(chats.neighbour(0, 1), a);
  run.viewModel.filing()->archive(b, true);
  run.viewModel.openChat(b);
  EXPECT_EQ(run.viewModel.currentTitle(), QStringLiteral("b")) << "a chat without a row has a title";
  EXPECT_EQ(chats.currentRow(), -1);
}

TEST_F(FilingTest, RandomChangesLeaveTheRowsOfANewModel) {
  ChatListModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  QHash<qint64, ChatRow> chats;
  QHash<qint64, FolderRow> folders;
  quint32 seed = 5;
  const auto pick = [&seed](quint32 most) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % most;
  };
  bool isOpen = false;
  const auto ids = [](const ChatListModel& of) {
    QStringList out;
    for (int row = 0; row < of.count(); ++row) {
      const QModelIndex at = of.index(row);
      out += QStringLiteral("%1 %2 %3 %4")
                 .arg(at.data(ChatListModel::KindRole).toString(), at.data(ChatListModel::SectionRole).toString(),
                      at.data(ChatListModel::TitleRole).toString(), at.data(ChatListModel::SizeRole).toString());
    }
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    const qint64 chatId = 1 + pick(12);
    const qint64 folderId = 1 + pick(4);
    switch (pick(8)) {
      case 0:
        chats.remove(chatId);
        model.remove(chatId);
        break;
      case 1:
        if (std::none_of(chats.begin(), chats.end(), [folderId](const ChatRow& chat) { return chat.folderId == folderId; })) {
          folders.remove(folderId);
          model.removeFolder(folderId);
        }
        break;
      case 2:
        folders[folderId] = {folderId, QStringLiteral("folder %1").arg(pick(9)), pick(2) == 1};
        model.upsertFolder(folders[folderId]);
        break;
      case 3:
        isOpen = !isOpen;
        model.setArchiveOpen(isOpen);
        break;
      default: {
        ChatRow chat;
        chat.id = chatId;
        chat.title = QStringLiteral("chat %1").arg(chatId);
        chat.updatedAt = QDateTime::currentDateTimeUtc().addDays(-static_cast<int>(pick(5)));
        chat.isPinned = pick(4) == 0;
        chat.isArchived = pick(4) == 0;
        chat.folderId = pick(2) == 0 && folders.contains(folderId) ? folderId : 0;
        chats[chatId] = chat;
        model.upsert(chat);
      }
    }
    ChatListModel fresh;
    fresh.setArchiveOpen(isOpen);
    fresh.setFolders(folders.values());
    fresh.setChats(chats.values());
    ASSERT_EQ(ids(model), ids(fresh)) << "round " << round;
  }
}

TEST_F(FilingTest, FiltersOfTheSearch) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 a = talk(run, "fox one");
  talk(run, "fox two");
  const qint64 c = talk(run, "hen three");
  run.viewModel.filing()->addFolder(QStringLiteral("my notes"), a);
  run.viewModel.filing()->archive(c, true);
  EXPECT_EQ(search(run, "fox").size(), 4);
  EXPECT_EQ(search(run, "fox folder:\"My Notes\""), list({"Titles:fox one", "Messages:fox one"}));
  EXPECT_EQ(search(run, "folder:notes"), list({"Chats:fox one"}));
  EXPECT_EQ(search(run, "hen").size(), 2) << "archived chats are found";
  const QString model = run.models.name().left(3);
  EXPECT_EQ(search(run, ("model:" + model.toUpper().toStdString()).c_str()).size(), 3);
  EXPECT_EQ(search(run, "model:zebra"), QStringList());
  EXPECT_EQ(search(run, "adapter:zebra"), QStringList());
  const QString today = QDate::currentDate().toString(Qt::ISODate);
  EXPECT_EQ(search(run, ("after:" + today.toStdString()).c_str()).size(), 3);
  EXPECT_EQ(search(run, ("fox after:" + today.toStdString()).c_str()).size(), 4);
  EXPECT_EQ(search(run, ("before:" + today.toStdString()).c_str()), QStringList());
  EXPECT_EQ(search(run, ("fox before:" + today.toStdString()).c_str()), QStringList());
  EXPECT_EQ(run.viewModel.search()->hint(), QString());
  search(run, "folder:zoo");
  EXPECT_TRUE(run.viewModel.search()->hint().contains(QStringLiteral("zoo")));
  search(run, "before:tomorrow");
  EXPECT_TRUE(run.viewModel.search()->hint().contains(QStringLiteral("2026-01-31")));
  search(run, "foldr:zoo");
  EXPECT_TRUE(run.viewModel.search()->hint().contains(QStringLiteral("foldr")));
}

TEST_F(FilingTest, AdaptersAndModelsAreReadFromTheIndexes) {
  QDir().mkpath(home());
  Database database;
  ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
  ASSERT_TRUE(migrate(database, home() + QStringLiteral("/backups")));
  ASSERT_TRUE(database.exec(QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) VALUES (1, 'a', 0, 0), (2, 'b', 0, 0)")));
  ASSERT_TRUE(database.exec(
      QStringLiteral("INSERT INTO message (id, chat_id, role, status, model_name, adapters, created_at, deleted_at) VALUES "
                     "(1, 1, 'assistant', 'done', 'Ember', '[{\"id\":1,\"name\":\"Legal notes\",\"hash\":\"x\",\"scale\":1}]', 0, NULL), "
                     "(2, 2, 'assistant', 'done', 'Ember 2', '', 0, NULL), (3, 2, 'assistant', 'done', 'Gone', '', 0, 5)")));
  EXPECT_EQ(*chatsAnsweredBy(database, QStringLiteral("EMBER"), {}), QSet<qint64>({1, 2}));
  EXPECT_EQ(*chatsAnsweredBy(database, QStringLiteral("ember 2"), {}), QSet<qint64>({2}));
  EXPECT_EQ(*chatsAnsweredBy(database, {}, QStringLiteral("legal")), QSet<qint64>({1}));
  EXPECT_EQ(*chatsAnsweredBy(database, {}, QStringLiteral("hash")), QSet<qint64>());
  EXPECT_EQ(*chatsAnsweredBy(database, QStringLiteral("ember 2"), QStringLiteral("legal")), QSet<qint64>());
  EXPECT_EQ(*chatsAnsweredBy(database, QStringLiteral("gone"), {}), QSet<qint64>()) << "a deleted message";
  for (const char* column : {"model_name", "adapters"}) {
    auto plan =
        database.run(QStringLiteral("EXPLAIN QUERY PLAN SELECT DISTINCT %1, chat_id FROM message WHERE %1 <> '' AND deleted_at IS NULL")
                         .arg(QLatin1String(column)));
    ASSERT_TRUE(plan && plan->next());
    EXPECT_TRUE(plan->value(3).toString().contains(QStringLiteral("COVERING INDEX"))) << plan->value(3).toString().toStdString();
  }
}

TEST_F(FilingTest, RecoveryKeepsFoldersAndWhatIsInThem) {
  QDir().mkpath(home());
  Database from, to;
  ASSERT_TRUE(from.open(home() + QStringLiteral("/from.db")));
  ASSERT_TRUE(to.open(home() + QStringLiteral("/to.db")));
  ASSERT_TRUE(migrate(from, home() + QStringLiteral("/backups")));
  ASSERT_TRUE(migrate(to, home() + QStringLiteral("/backups")));
  ASSERT_TRUE(FolderStore(from).put({3, QStringLiteral("Work"), true}));
  ChatRow chat;
  chat.id = 1;
  chat.title = QStringLiteral("a");
  chat.createdAt = chat.updatedAt = QDateTime::fromMSecsSinceEpoch(5, Qt::UTC);
  chat.folderId = 3;
  chat.isPinned = true;
  ChatRow lost = chat;
  lost.id = 2;
  lost.folderId = 9;
  lost.isArchived = true;
  ASSERT_TRUE(ChatStore(from).put(chat));
  ASSERT_TRUE(ChatStore(from).put(lost));
  EXPECT_EQ(ChatStore(from).get(2)->folderId, 0) << "a folder that is not there is none";
  ASSERT_TRUE(from.exec(QStringLiteral("PRAGMA foreign_keys = OFF")));
  ASSERT_TRUE(from.exec(QStringLiteral("UPDATE chat SET folder_id = 9 WHERE id = 2")));
  ASSERT_TRUE(copyReadableRows(from, to));
  EXPECT_EQ(*ChatStore(to).get(1), chat);
  EXPECT_EQ(*ChatStore(to).get(2), lost);
  EXPECT_EQ(*FolderStore(to).all(), QList<FolderRow>({{3, QStringLiteral("Work"), true}, {9, QStringLiteral("…"), false}}));
  ASSERT_TRUE(FolderStore(to).remove(3));
  EXPECT_EQ(ChatStore(to).get(1)->folderId, 0);
  EXPECT_EQ(*FolderStore(to).lastId(), 9);
}

TEST_F(FilingTest, ImportedChatsGoIntoTheFolderOfTheirName) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 a = talk(run, "a");
  const qint64 work = run.viewModel.filing()->addFolder(QStringLiteral("Work"), a);
  const auto last = run.chats.reserveIds(2, 0);
  QList<ChatRow> chats{*run.chats.chat(a), *run.chats.chat(a)};
  chats[0].id = last.chat + 1;
  chats[1].id = last.chat + 2;
  run.chats.takeOver(chats, {{chats[0].id, QStringLiteral("work")}, {chats[1].id, QStringLiteral("Other")}});
  EXPECT_EQ(run.chats.chat(chats[0].id)->folderId, work);
  EXPECT_NE(run.chats.chat(chats[1].id)->folderId, work);
  EXPECT_EQ(run.viewModel.filing()->folders().size(), 2);
  run.settle();
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(FilingTest, SwitcherFindsByAFewLetters) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 a = talk(run, "Packing list");
  const qint64 b = talk(run, "用中文打招呼");
  const qint64 c = talk(run, "Place of legends");
  run.viewModel.filing()->addFolder(QStringLiteral("Trips"), a);
  run.viewModel.filing()->archive(c, true);
  SwitcherModel& switcher = *run.viewModel.switcher();
  const QAbstractItemModelTester tester(&switcher, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const auto ids = [&switcher] {
    QList<qint64> out;
    for (int row = 0; row < switcher.count(); ++row) out.append(switcher.index(row).data(SwitcherModel::ChatIdRole).toLongLong());
    return out;
  };
  EXPECT_EQ(switcher.count(), 0);
  switcher.open();
  EXPECT_EQ(ids(), QList<qint64>({b, a})) << "recent ones, none of the archive";
  EXPECT_EQ(switcher.index(1).data(SwitcherModel::FolderRole).toString(), QStringLiteral("Trips"));
  switcher.setQuery(QStringLiteral("pl"));
  EXPECT_EQ(ids(), QList<qint64>({a, c})) << "the archive comes last";
  switcher.setQuery(QStringLiteral("中招"));
  EXPECT_EQ(ids(), QList<qint64>({b}));
  switcher.choose(7);
  switcher.choose(0);
  EXPECT_EQ(run.viewModel.currentChatId(), b);
  switcher.close();
  EXPECT_EQ(switcher.count(), 0);
  EXPECT_EQ(switcher.query(), QString());
}

TEST_F(FilingTest, SwitcherIsQuickWithManyChats) {
  StorageState state;
  for (int i = 1; i <= 2000; ++i) {
    ChatRow chat;
    chat.id = i;
    chat.title = QStringLiteral("A chat about the subject number %1 and what belongs to it").arg(i);
    chat.createdAt = chat.updatedAt = QDateTime::fromMSecsSinceEpoch(i, Qt::UTC);
    state.chats.append(chat);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.chats.start(state);
  SwitcherModel& switcher = *run.viewModel.switcher();
  switcher.open();
  QElapsedTimer timer;
  timer.start();
  for (const char* query : {"a", "ac", "acs", "acs1", "acs19"}) switcher.setQuery(QString::fromUtf8(query));
  EXPECT_LT(timer.elapsed() / 5, 50);
  EXPECT_EQ(switcher.count(), SwitcherModel::kMost);
}

}  // namespace
