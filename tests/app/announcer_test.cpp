// What a screen reader is told while an answer grows.
#include "announcer.h"

#include <gtest/gtest.h>

#include "app/support/app_fixture.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

using AnnouncerTest = hearth_test::AppTest;

TEST_F(AnnouncerTest, AnAnswerIsReadOutSentenceBySentence) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  QStringList spoken;
  Announcer announcer(&run.chats);
  announcer.setSpeaker([&spoken](const QString& sentence) { spoken += sentence; });
  const qint64 chatId = run.chats.send(0, QStringLiteral("q"));
  const qint64 other = run.chats.send(0, QStringLiteral("in another chat"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  run.chats.open(chatId);
  announcer.setChat(chatId);
  run.engine.text(0, QStringLiteral("The first **sentence**. The sec"));
  EXPECT_EQ(spoken, QStringList{QStringLiteral("The first sentence.")});
  run.engine.text(1, QStringLiteral("Not this one. Really."));
  run.engine.text(0, QStringLiteral("ond one!\n```\ncode\n```\nThe end"));
  EXPECT_EQ(spoken.mid(1), QStringList({QStringLiteral("The second one!"), QStringLiteral("Code, 1 line(s)")}));
  run.engine.finish(0);
  EXPECT_EQ(spoken.mid(3), QStringList{QStringLiteral("The end")});
  spoken.clear();
  announcer.setChat(other);
  run.chats.open(other);
  run.settle();
  run.engine.text(1, QStringLiteral(" Now heard. "));
  EXPECT_EQ(spoken, QStringList{QStringLiteral("Now heard.")});
  run.engine.fail(1, ErrorId::EngineDevice, {});
  EXPECT_EQ(spoken.last(), errorText(ErrorId::EngineDevice).cause);
}

TEST_F(AnnouncerTest, NothingIsDoneWithoutAScreenReader) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  QObject item;
  Announcer announcer(&run.chats);
  announcer.setSpeaker(&item);  // QAccessible is not active here
  const qint64 chatId = run.chats.send(0, QStringLiteral("q"));
  announcer.setChat(chatId);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("Silent. Sentence."));
  run.engine.finish(0);
}

}  // namespace
