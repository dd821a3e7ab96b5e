#include "viewmodels/app_view_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "viewmodels/block_list_model.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class AppViewModelTest : public hearth_test::AppTest {
 protected:
  static bool waitForRequests(AppRun& run, qsizetype count) {
    return waitFor([&] { return run.engine.requests.size() == count; });
  }
};

TEST_F(AppViewModelTest, AConversationFromTheFirstWordToTheNextStart) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    AppViewModel& app = run.viewModel;
    const QAbstractItemModelTester chats(app.chats(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    const QAbstractItemModelTester messages(app.conversation(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(run.openReady());
    EXPECT_EQ(app.currentChatId(), 0);
    app.setDraft(QStringLiteral("Tell me"));
    app.send(QStringLiteral("  Tell me a story\n"));
    EXPECT_TRUE(app.draft().isEmpty());
    chatId = app.currentChatId();
    EXPECT_NE(chatId, 0);
    EXPECT_EQ(app.currentTitle(), QStringLiteral("Tell me a story"));
    EXPECT_EQ(app.chats()->count(), 1);
    ASSERT_TRUE(waitForRequests(run, 1));
    EXPECT_TRUE(app.busy());
    EXPECT_TRUE(app.chats()->index(0).data(ChatListModel::BusyRole).toBool());
    run.engine.text(0, QStringLiteral("Once **upon** a time."));
    auto* blocks = app.conversation()->index(1).data(ConversationModel::BlocksRole).value<BlockListModel*>();
    EXPECT_EQ(blocks->index(0).data(BlockListModel::HtmlRole).toString(), QStringLiteral("Once <b>upon</b> a time."));
    run.engine.finish(0);
    EXPECT_FALSE(app.busy());
    EXPECT_FALSE(app.conversation()->index(1).data(ConversationModel::StatsRole).toString().isEmpty());
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.viewModel.currentChatId(), chatId);
  ASSERT_TRUE(waitFor([&] { return run.viewModel.conversation()->count() == 2; }));
  EXPECT_EQ(run.viewModel.conversation()->index(1).data(ConversationModel::TextRole).toString(), QStringLiteral("Once **upon** a time."));
  EXPECT_EQ(run.viewModel.conversation()->index(1).data(ConversationModel::StatusRole).toString(), QStringLiteral("done"));
}

TEST_F(AppViewModelTest, TextsAreSavedWholeOrNotAtAll) {
  AppRun run(home());
  AppViewModel& app = run.viewModel;
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(app.suggestedFile(QStringLiteral("code.py")).fileName(), QStringLiteral("code.py"));
  const QString folder = home() + QStringLiteral("/saved");
  ASSERT_TRUE(QDir().mkpath(folder));
  const QString path = folder + QStringLiteral("/mine.py");
  const auto content = [&path] {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no file");
  };
  app.saveText(QUrl::fromLocalFile(path), QStringLiteral("print(\"你\")"));
  EXPECT_EQ(content(), QStringLiteral("print(\"你\")\n").toUtf8());
  EXPECT_EQ(app.notice(), QString());
  app.saveText(QUrl::fromLocalFile(path), QStringLiteral("new\n"));
  EXPECT_EQ(content(), "new\n");
  EXPECT_EQ(app.suggestedFile(QStringLiteral("code.py")), QUrl::fromLocalFile(folder + QStringLiteral("/code.py")));

  app.saveText(QUrl::fromLocalFile(home() + QStringLiteral("/no/such/folder/x.py")), QStringLiteral("x"));
  EXPECT_TRUE(app.notice().contains(QStringLiteral("x.py"))) << app.notice().toStdString();
  EXPECT_FALSE(app.noticeNextStep().isEmpty());
  app.dismissNotice();
  app.saveText(QUrl(QStringLiteral("https://example.org/x.py")), QStringLiteral("x"));
  EXPECT_FALSE(app.notice().isEmpty());
  EXPECT_EQ(QDir(folder).entryList(QDir::Files), QStringList{QStringLiteral("mine.py")});
}

TEST_F(AppViewModelTest, QueuedWhileLoadingThenSent) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  AppViewModel& app = run.viewModel;
  app.send(QStringLiteral("early"));
  run.settle();
  EXPECT_EQ(app.queuedCount(), 1);
  EXPECT_FALSE(app.busy());
  ASSERT_EQ(app.conversation()->count(), 1);
  EXPECT_EQ(app.conversation()->index(0).data(ConversationModel::StatusRole).toString(), QStringLiteral("queued"));
  run.engine.finishLoad();
  ASSERT_TRUE(waitForRequests(run, 1));
  EXPECT_EQ(app.queuedCount(), 0);
  EXPECT_TRUE(app.busy());
  EXPECT_EQ(app.conversation()->count(), 2);
}

TEST_F(AppViewModelTest, SentBeforeTheDatabaseIsOpen) {
  AppRun run(home());
  run.viewModel.send(QStringLiteral("very early"));
  run.viewModel.send(QStringLiteral("and again"));
  ASSERT_TRUE(run.openReady());
  ASSERT_TRUE(waitForRequests(run, 1));
  EXPECT_EQ(run.viewModel.chats()->count(), 1);
  EXPECT_EQ(run.viewModel.conversation()->count(), 3);
}

TEST_F(AppViewModelTest, SwitchingChatsKeepsDraftsAndStreams) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  AppViewModel& app = run.viewModel;
  app.send(QStringLiteral("first chat"));
  const qint64 first = app.currentChatId();
  ASSERT_TRUE(waitForRequests(run, 1));
  app.setDraft(QStringLiteral("half a thought"));
  QSignalSpy draftChanges(&app, &AppViewModel::draftChanged);
  app.newChat();
  EXPECT_EQ(draftChanges.count(), 1);
  EXPECT_TRUE(app.draft().isEmpty());
  EXPECT_FALSE(app.busy());
  EXPECT_EQ(app.conversation()->count(), 0);
  run.engine.text(0, QStringLiteral("into the first"));
  EXPECT_EQ(app.conversation()->count(), 0);
  app.openChat(first);
  EXPECT_EQ(app.draft(), QStringLiteral("half a thought"));
  EXPECT_TRUE(app.busy());
  ASSERT_EQ(app.conversation()->count(), 2);
  EXPECT_EQ(app.conversation()->index(1).data(ConversationModel::TextRole).toString(), QStringLiteral("into the first"));
  run.engine.text(0, QStringLiteral(", more"));
  EXPECT_EQ(app.conversation()->index(1).data(ConversationModel::TextRole).toString(), QStringLiteral("into the first, more"));
}

TEST_F(AppViewModelTest, StopMarksTheAnswer) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.send(QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral("part"));
  run.viewModel.stop();
  run.engine.finish(0, AnswerEnd::Cancelled);
  const QModelIndex answer = run.viewModel.conversation()->index(1);
  EXPECT_EQ(answer.data(ConversationModel::StatusRole).toString(), QStringLiteral("stopped"));
  EXPECT_EQ(answer.data(ConversationModel::TextRole).toString(), QStringLiteral("part"));
  EXPECT_FALSE(run.viewModel.busy());
  run.viewModel.retry(answer.data(ConversationModel::MessageIdRole).toLongLong());
  EXPECT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(run.viewModel.conversation()->count(), 2);
}

TEST_F(AppViewModelTest, SmallThings) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  AppViewModel& app = run.viewModel;
  app.send(QStringLiteral("   \n"));
  EXPECT_EQ(app.currentChatId(), 0);
  app.copyText(QStringLiteral("copied"));
  EXPECT_EQ(QGuiApplication::clipboard()->text(), QStringLiteral("copied"));
  app.openChat(4711);
  EXPECT_EQ(app.currentChatId(), 0);
  QSignalSpy raised(&app, &AppViewModel::raiseRequested);
  app.requestRaise();
  EXPECT_EQ(raised.count(), 1);
  EXPECT_FALSE(app.about()->version().isEmpty());
  app.showProblem({ErrorId::ModelFileMissing, {QStringLiteral("a %2 file")}, {}});
  app.showProblem({ErrorId::StorageSaved, {}, {}});
  EXPECT_EQ(app.notice(), QStringLiteral("The model file a %2 file does not exist."));
  EXPECT_EQ(app.noticeTone(), QStringLiteral("warning"));
  app.dismissNotice();  // the next one has waited
  EXPECT_EQ(app.notice(), errorText(ErrorId::StorageSaved).cause);
  EXPECT_EQ(app.noticeTone(), QStringLiteral("info"));
  app.dismissNotice();
  EXPECT_TRUE(app.notice().isEmpty());
}

}  // namespace
