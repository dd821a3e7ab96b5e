// The application is killed while an answer streams.
#include <gtest/gtest.h>

#include <QFile>
#include <QProcess>

#include "app/support/app_fixture.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;
using CrashTest = hearth_test::AppTest;

TEST_F(CrashTest, QuestionAndStreamedTextAreThereAfterKill) {
  QProcess child;
  child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--stream-forever"), home()});
  ASSERT_TRUE(waitFor(
      [&] {
        child.waitForReadyRead(100);
        return child.canReadLine();
      },
      60000));
  EXPECT_EQ(child.readLine().trimmed(), QByteArray("streamed"));
  child.kill();  // SIGKILL: nothing in the process can react
  ASSERT_TRUE(child.waitForFinished());
  ASSERT_EQ(child.exitStatus(), QProcess::CrashExit);

  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  ASSERT_EQ(run.viewModel.chats()->count(), 1);
  const qint64 chatId = run.chats.chats().first().id;
  run.viewModel.openChat(chatId);
  ASSERT_TRUE(waitFor([&] { return run.viewModel.conversation()->count() == 2; }));
  const auto path = run.chats.path(chatId);
  EXPECT_EQ(path[0].content, QStringLiteral("a question before the crash"));
  EXPECT_EQ(path[1].status, MessageStatus::Interrupted);
  EXPECT_TRUE(path[1].content.startsWith(QStringLiteral("word0 word1 word2 "))) << qPrintable(path[1].content);
  EXPECT_TRUE(path[1].content.contains(QStringLiteral("word50 "))) << qPrintable(path[1].content);
  // It can go on from here.
  run.viewModel.send(QStringLiteral("and then?"));
  EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  EXPECT_EQ(run.engine.requests[0].turns.size(), 3);
}

}  // namespace
