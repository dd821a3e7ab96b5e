// Export, import and restored backups through the services, on a real database.
#include "services/chat_exchange_service.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/support/exchange_run.h"
#include "app/support/random_tree.h"
#include "app/support/small_disk.h"
#include "exchange/chat_json.h"
#include "storage/chat_tree_store.h"
#include "storage/migrations.h"

namespace {

using hearth_test::AppRun;
using hearth_test::ExchangeRun;
using hearth_test::RandomTrees;
using hearth_test::SmallDisk;
using hearth_test::waitFor;

class ChatExchange : public hearth_test::AppTest {
 protected:
  [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

  QString write(const char* name, const QByteArray& content) const {
    QFile file(path(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(content);
    return file.fileName();
  }

  QString writeTrees(const char* name, const QList<ConversationTree>& trees) const {
    QByteArray json = chatFileHead(QStringLiteral("Hearth"), QDateTime::currentDateTimeUtc());
    for (qsizetype i = 0; i < trees.size(); ++i) json += (i > 0 ? "," : "") + chatJson(trees[i]);
    return write(name, json + chatFileTail());
  }

  static QList<ConversationTree> randomTrees(quint32 seed, int count) {
    RandomTrees random(seed);
    QList<ConversationTree> trees;
    for (int i = 0; i < count; ++i) trees.append(random.next());
    return trees;
  }

  [[nodiscard]] QStringList entries(const QString& folder) const {
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
  }
};

TEST_F(ChatExchange, FromAFileIntoTheDatabaseAndOutAgain) {
  QList<ConversationTree> trees = randomTrees(5, 30);
  trees[3].settings.systemPrompt = QStringLiteral("Be brief.");
  trees[3].settings.preset = QStringLiteral("creative");
  trees[3].settings.stop = {QStringLiteral("END")};
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  const ChatImportOutcome in = run.importAll(writeTrees("in.json", trees));
  EXPECT_FALSE(in.problem) << qPrintable(in.problem.detail);
  EXPECT_EQ(in.imported, 30);
  EXPECT_EQ(in.known, 0);
  ASSERT_EQ(run.ids().size(), 30);
  const auto out = run.exportChats({run.ids(), ChatFileFormat::Json, {}, path("out.json")});
  EXPECT_FALSE(out.problem);
  EXPECT_EQ(out.chats, 30);
  QFile file(path("out.json"));
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  QList<ConversationTree> back;
  const ChatFileSummary summary = readChatFile(file, [&back](ImportedChat& chat) {
    back.append(chat.tree);
    return true;
  });
  EXPECT_EQ(summary.chats, 30);
  for (qsizetype i = 0; i < back.size(); ++i) {
    ConversationTree expected = trees[i];
    if (expected.chat.title.isEmpty()) {  // such a chat gets a title from its first message
      expected.chat.title = back[i].chat.title;
      expected.chat.titleIsCustom = false;
    }
    ASSERT_EQ(back[i], expected) << i;
  }
}

TEST_F(ChatExchange, NothingIsImportedTwice) {
  const QString file = writeTrees("in.json", randomTrees(6, 4));
  {
    ExchangeRun run(home());
    ASSERT_TRUE(run.open());
    EXPECT_EQ(run.importAll(file).imported, 4);
    const ChatImportOutcome again = run.importAll(file);
    EXPECT_EQ(again.imported, 0);
    EXPECT_EQ(again.known, 4);
    run.chats.remove(run.ids().first());
  }
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  run.settle();
  // One that was deleted comes back, as a new one.
  const ChatImportOutcome later = run.importAll(file);
  EXPECT_EQ(later.imported, 1);
  EXPECT_EQ(later.known, 3);
  EXPECT_EQ(run.ids().size(), 4);
}

TEST_F(ChatExchange, OwnChatsAreKnownWithoutEverHavingBeenImported) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 id = run.chats.send(0, QStringLiteral("Hello"));
  ASSERT_TRUE(waitFor([&run] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("Hi 🐇"));
  run.engine.finish(0);
  run.settle();
  EXPECT_EQ(run.exportChats({{id}, ChatFileFormat::Json, {}, path("own.json")}).chats, 1);
  EXPECT_EQ(run.importAll(path("own.json")).known, 1);
  EXPECT_EQ(run.ids(), QList<qint64>{id});
  // The imported and the written go on beside each other.
  EXPECT_EQ(run.importAll(writeTrees("in.json", randomTrees(8, 2))).imported, 2);
  const qint64 next = run.chats.send(0, QStringLiteral("Another"));
  EXPECT_EQ(run.ids().size(), 4);
  EXPECT_EQ(run.ids().last(), next);
  run.settle();
  EXPECT_TRUE(run.errors.isEmpty());
}

TEST_F(ChatExchange, ForeignChatsWithTheSameWordsAreTwoChats) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  const QByteArray chat = R"("created_at":1700000000,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}]})";
  const QString file = write("two.json", R"([{"id":"a",)" + chat + R"(,{"id":"b",)" + chat + "]");
  EXPECT_EQ(run.importAll(file).imported, 2);
  EXPECT_EQ(run.importAll(file).known, 2);
}

TEST_F(ChatExchange, AnAnswerUnderWayIsExportedAsFarAsItIsStored) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 id = run.chats.send(0, QStringLiteral("Hello"));
  ASSERT_TRUE(waitFor([&run] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("Half an answer. And more"));
  ASSERT_TRUE(waitFor([&run, id] { return run.tree(id).messages.value(1).content.startsWith(QLatin1String("Half an")); }));
  EXPECT_EQ(run.tree(id).messages[1].status, MessageStatus::Interrupted);
}

TEST_F(ChatExchange, ImportedChatsCanBeReadSearchedAndContinued) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.openReady());
  const QByteArray json = R"([{"title":"Rabbits","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"content_type":"text",
      "parts":["Tell me of lagomorphs"]}},"children":["b"]},"b":{"parent":"a","children":[],"message":{"author":{"role":"assistant"},
      "content":{"content_type":"text","parts":["They hop."]}}}},"current_node":"b"}])";
  ASSERT_EQ(run.importAll(write("chatgpt.json", json)).imported, 1);
  const qint64 id = run.ids().first();
  run.viewModel.openChat(id);
  ASSERT_TRUE(waitFor([&run, id] { return run.chats.path(id).size() == 2; }));
  EXPECT_EQ(run.chats.chat(id)->title, QLatin1String("Rabbits"));
  run.viewModel.search()->setQuery(QStringLiteral("lagomorphs"));
  EXPECT_TRUE(waitFor([&run] { return run.viewModel.search()->rowCount() > 0; }));
  EXPECT_EQ(run.chats.send(id, QStringLiteral("And?")), id);
  EXPECT_TRUE(waitFor([&run] { return run.engine.requests.size() == 1; }));
}

TEST_F(ChatExchange, ADocumentForEachChatInANewFolder) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  QList<ConversationTree> trees = randomTrees(9, 3);
  for (ConversationTree& tree : trees) tree.chat.title = QStringLiteral("Same / title");
  ASSERT_EQ(run.importAll(writeTrees("in.json", trees)).imported, 3);
  QDir().mkpath(path("target"));
  for (const auto format : {ChatFileFormat::Markdown, ChatFileFormat::Html, ChatFileFormat::Pdf, ChatFileFormat::Json}) {
    ChatExportRequest request{run.ids(), format, {}, path("target"), true};
    const auto out = run.exportChats(request);
    EXPECT_FALSE(out.problem) << qPrintable(out.problem.detail);
    EXPECT_EQ(out.chats, 3);
    EXPECT_EQ(entries(out.path).size(), 3);
    for (const QString& name : entries(out.path)) EXPECT_TRUE(name.endsWith(u'.' + fileEnding(format))) << qPrintable(name);
  }
  EXPECT_EQ(entries(path("target")).size(), 4);  // and nothing hidden
}

TEST_F(ChatExchange, OneChatAsEachKindOfFile) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(10, 1))).imported, 1);
  for (const auto format : {ChatFileFormat::Markdown, ChatFileFormat::Html, ChatFileFormat::Pdf, ChatFileFormat::Json}) {
    const QString file = path("one.") + fileEnding(format);
    EXPECT_FALSE(run.exportChats({run.ids(), format, {true, true}, file}).problem);
    EXPECT_GT(QFileInfo(file).size(), 100);
  }
}

TEST_F(ChatExchange, CancelledWorkLeavesNothing) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(11, 40))).imported, 40);
  QDir().mkpath(path("target"));
  for (const bool intoFolder : {false, true}) {
    run.out.reset();
    const QString target = intoFolder ? path("target") : path("target") + QLatin1String("/all.json");
    run.exchange.exportTo({run.ids(), intoFolder ? ChatFileFormat::Pdf : ChatFileFormat::Json, {}, target, intoFolder});
    run.exchange.cancel();
    ASSERT_TRUE(waitFor([&run] { return run.out.has_value(); }));
    EXPECT_TRUE(run.out->cancelled);
    EXPECT_FALSE(run.out->problem);
    EXPECT_TRUE(entries(path("target")).isEmpty());
  }
}

TEST_F(ChatExchange, ACancelledImportHasWholeChatsOnly) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  const QList<ConversationTree> trees = randomTrees(12, 200);
  const QString file = writeTrees("in.json", trees);
  const ChatFileSummary summary = run.inspect(file);
  EXPECT_EQ(summary.chats, 200);
  run.exchange.importFrom(file, summary);
  ASSERT_TRUE(waitFor([&run] { return run.chats.chats().size() > 3 || run.in.has_value(); }));
  run.exchange.cancel();
  ASSERT_TRUE(waitFor([&run] { return run.in.has_value(); }));
  run.settle();
  EXPECT_EQ(run.chats.chats().size(), run.in->imported);
  EXPECT_EQ(run.tree(run.ids().last()).messages.size(), trees[run.ids().size() - 1].messages.size());
  EXPECT_EQ(run.importAll(file).imported + static_cast<int>(run.in->known), 200);  // the second time brings the rest
  EXPECT_EQ(run.ids().size(), 200);
}

TEST_F(ChatExchange, ShuttingDownInTheMiddleNeitherHangsNorTears) {
  const QString file = writeTrees("in.json", randomTrees(13, 300));
  {
    ExchangeRun run(home());
    ASSERT_TRUE(run.open());
    const ChatFileSummary summary = run.inspect(file);
    run.exchange.importFrom(file, summary);
    ASSERT_TRUE(waitFor([&run] { return !run.chats.chats().isEmpty() || run.in.has_value(); }));
  }
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.importAll(file).imported + run.in->known, 300);
  for (const qint64 id : run.ids()) ASSERT_FALSE(run.tree(id).messages.isEmpty());
}

TEST_F(ChatExchange, AFullDiskLeavesNothingHalf) {
  const SmallDisk disk(path("small"), "size=256k");
  if (!disk.isMounted()) GTEST_SKIP() << "a small file system cannot be mounted here";
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  QList<ConversationTree> trees = randomTrees(14, 2);
  trees[0].messages[0].content = QString(400'000, u'x');
  ASSERT_EQ(run.importAll(writeTrees("in.json", trees)).imported, 2);
  QFile before(path("small/all.json"));
  ASSERT_TRUE(before.open(QIODevice::WriteOnly));
  before.write("older");
  before.close();
  const auto together = run.exportChats({run.ids(), ChatFileFormat::Json, {}, before.fileName()});
  EXPECT_EQ(together.problem.id, ErrorId::ExportNoSpace) << QFileInfo(before.fileName()).size() << " bytes";
  ASSERT_TRUE(before.open(QIODevice::ReadOnly));
  EXPECT_EQ(before.readAll(), "older");
  for (const auto format : {ChatFileFormat::Markdown, ChatFileFormat::Html})
    EXPECT_EQ(run.exportChats({run.ids(), format, {}, path("small"), true}).problem.id, ErrorId::ExportNoSpace);
  EXPECT_EQ(entries(path("small")), QStringList{QStringLiteral("all.json")});
}

TEST_F(ChatExchange, ProblemsNameTheirCause) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(15, 1))).imported, 1);
  EXPECT_EQ(run.exportChats({run.ids(), ChatFileFormat::Json, {}, path("nowhere/out.json")}).problem.id, ErrorId::ExportNotWritten);
  EXPECT_EQ(run.exportChats({run.ids(), ChatFileFormat::Html, {}, path("nowhere"), true}).problem.id, ErrorId::ExportNotWritten);
  const auto refused = [&run](const QString& file) { return ChatExchangeService::problemOf(run.inspect(file), file).id; };
  EXPECT_EQ(refused(path("missing.json")), ErrorId::ImportUnreadable);
  EXPECT_EQ(refused(write("a.zip", "PK\3\4")), ErrorId::ImportArchive);
  EXPECT_EQ(refused(write("b.json", "what")), ErrorId::ImportNotJson);
  EXPECT_EQ(refused(write("c.json", "[{\"mapping\":")), ErrorId::ImportCutOff);
  EXPECT_EQ(refused(write("d.json", "{\"format\":\"hearth-chats\",\"version\":99,\"chats\":[]}")), ErrorId::ImportNewer);
  EXPECT_EQ(refused(write("e.json", "[]")), ErrorId::ImportNoChats);
}

TEST_F(ChatExchange, AFileThatGrewMeanwhileIsNotBelieved) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  const QString file = writeTrees("in.json", randomTrees(16, 1));
  const ChatFileSummary summary = run.inspect(file);
  writeTrees("in.json", randomTrees(17, 5));
  run.exchange.importFrom(file, summary);
  ASSERT_TRUE(waitFor([&run] { return run.in.has_value(); }));
  EXPECT_EQ(run.in->problem.id, ErrorId::ImportUnreadable);
  EXPECT_LE(run.ids().size(), 1);
}

// --- Backups

TEST_F(ChatExchange, ABackupTakesThePlaceOfEverythingAndThePresentIsKept) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.openReady());
  ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(20, 3))).imported, 3);
  run.storage.backUpIfDue();
  run.storage.flush();
  run.viewModel.backups()->refresh();
  ASSERT_TRUE(waitFor([&run] { return run.viewModel.backups()->items().size() == 1; }));
  const QString backup = run.viewModel.backups()->items().first().toMap().value(QStringLiteral("file")).toString();
  const ConversationTree first = run.tree(run.ids().first());
  run.settings.setValue(SettingKey::MaxTokens, 777);
  const qint64 newer = run.chats.send(0, QStringLiteral("Written after the backup"));
  ASSERT_TRUE(waitFor([&run] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("Half"));
  run.viewModel.openChat(newer);
  ASSERT_EQ(run.ids().size(), 4);

  run.viewModel.backups()->restore(backup);
  ASSERT_TRUE(waitFor([&run] { return run.viewModel.noticeTone() == QLatin1String("info") && run.chats.chats().size() == 3; }));
  run.settle();
  EXPECT_EQ(run.ids().size(), 3);
  EXPECT_EQ(run.tree(run.ids().first()), first);
  EXPECT_EQ(run.settings.value(SettingKey::MaxTokens).toInt(), 777) << "settings are not part of it";
  // What was there before can be brought back in the same way, with the interrupted answer.
  ASSERT_TRUE(waitFor([&run] { return run.viewModel.backups()->items().size() == 2; }));
  const QString present = run.viewModel.backups()->items().first().toMap().value(QStringLiteral("file")).toString();
  run.viewModel.dismissNotice();
  run.viewModel.backups()->restore(present);
  ASSERT_TRUE(waitFor([&run] { return run.chats.chats().size() == 4; }));
  const qint64 id = run.chats.send(0, QStringLiteral("And life goes on"));
  EXPECT_GT(id, newer);
  run.settle();
  EXPECT_TRUE(run.errors.isEmpty());
  EXPECT_FALSE(QFile::exists(StorageFolder{home()}.replaced()));
  EXPECT_FALSE(QFile::exists(StorageFolder{home()}.unfinished()));
}

TEST_F(ChatExchange, ADamagedBackupChangesNothing) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(21, 30))).imported, 30);
  run.storage.backUpIfDue();
  run.storage.flush();
  run.viewModel.backups()->refresh();
  ASSERT_TRUE(waitFor([&run] { return !run.viewModel.backups()->items().isEmpty(); }));
  const QString backup = run.viewModel.backups()->items().first().toMap().value(QStringLiteral("file")).toString();
  QFile file(backup);
  ASSERT_TRUE(file.open(QIODevice::ReadWrite));
  file.seek(20'000);
  file.write(QByteArray(40'000, '\x5a'));
  file.close();
  run.viewModel.backups()->restore(backup);
  ASSERT_TRUE(waitFor([&run] { return !run.viewModel.notice().isEmpty(); }));
  EXPECT_EQ(run.viewModel.noticeTone(), QLatin1String("warning"));
  EXPECT_EQ(run.ids().size(), 30);
  EXPECT_FALSE(run.viewModel.backups()->busy());
  EXPECT_FALSE(QFile::exists(StorageFolder{home()}.unfinished()));
  // An unreadable one is in the list as such.
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write("nothing of use");
  file.close();
  run.viewModel.backups()->refresh();
  ASSERT_TRUE(waitFor([&run] { return run.viewModel.backups()->items().value(0).toMap().value(QStringLiteral("damaged")).toBool(); }));
}

TEST_F(ChatExchange, ABackupOfANewerVersionIsRefused) {
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(22, 2))).imported, 2);
  run.storage.backUpIfDue();
  run.storage.flush();
  const QString backup = backupFiles(StorageFolder{home()}.backups()).value(0);
  {
    Database database;
    ASSERT_TRUE(database.open(backup));
    ASSERT_TRUE(database.exec(QStringLiteral("PRAGMA user_version = 999")));
    ASSERT_TRUE(database.emptyLog());
  }
  Problem answered;
  run.exchange.prepareRestore(backup, &run.exchange, [&answered](const Problem& problem) { answered = problem; });
  ASSERT_TRUE(waitFor([&answered] { return static_cast<bool>(answered); }));
  EXPECT_EQ(answered.id, ErrorId::BackupNewer);
}

TEST_F(ChatExchange, ACrashBetweenTheTwoNamesLosesNothing) {
  const StorageFolder folder{home()};
  {
    ExchangeRun run(home());
    ASSERT_TRUE(run.open());
    ASSERT_EQ(run.importAll(writeTrees("in.json", randomTrees(23, 3))).imported, 3);
    run.storage.backUpIfDue();
    run.storage.flush();
  }
  // As putRestored() leaves it when the process ends after its first step.
  ASSERT_TRUE(QFile::rename(folder.database(), folder.replaced()));
  ExchangeRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.ids().size(), 3);
}

}  // namespace
