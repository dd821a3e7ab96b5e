// Notifications about what ended in the background, and marks of unseen answers.
#include <gtest/gtest.h>

#include "app/support/app_fixture.h"
#include "background_notices.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

constexpr qint64 kPrivate = kFirstPrivateId + 1;

[[nodiscard]] Ending ending(Ending::Kind kind, qint64 tookMs, qint64 chatId = 1, const QString& title = QStringLiteral("Foxes")) {
  return {kind, chatId, title, tookMs};
}

TEST(NoticeRules, OnlyLongAnswersWhileTheWindowIsAway) {
  using Kind = Ending::Kind;
  const Ending lengthy = ending(Kind::Answer, NoticeRules::kLongMs + 1);
  EXPECT_TRUE(NoticeRules::isWorthSaying(lengthy, true, false));
  EXPECT_FALSE(NoticeRules::isWorthSaying(lengthy, false, false));
  EXPECT_FALSE(NoticeRules::isWorthSaying(lengthy, true, true));
  EXPECT_FALSE(NoticeRules::isWorthSaying(ending(Kind::Answer, NoticeRules::kLongMs), true, false));
  for (const Kind kind : {Kind::FailedAnswer, Kind::Download, Kind::FailedDownload}) {
    EXPECT_TRUE(NoticeRules::isWorthSaying(ending(kind, 0), true, false));
    EXPECT_FALSE(NoticeRules::isWorthSaying(ending(kind, 0), true, true));
    EXPECT_FALSE(NoticeRules::isWorthSaying(ending(kind, 0), false, false));
  }
}

TEST(NoticeRules, OneEndingSaysWhatAndWhere) {
  const Notification one = NoticeRules::notificationOf({ending(Ending::Kind::Answer, 20'000, 7)});
  EXPECT_EQ(one, (Notification{QStringLiteral("Answer is ready"), QStringLiteral("Foxes"), 7}));
  const Notification download = NoticeRules::notificationOf({ending(Ending::Kind::Download, 0, 0, QStringLiteral("OLMoE"))});
  EXPECT_EQ(download, (Notification{QStringLiteral("Download is complete"), QStringLiteral("OLMoE"), Notification::kModels}));
}

TEST(NoticeRules, NothingOfAPrivateChat) {
  const Ending hidden = ending(Ending::Kind::Answer, 20'000, kPrivate, QStringLiteral("secret"));
  const Notification one = NoticeRules::notificationOf({hidden});
  EXPECT_EQ(one, (Notification{QStringLiteral("Answer is ready"), {}, kPrivate}));
  const Notification two = NoticeRules::notificationOf({hidden, ending(Ending::Kind::FailedAnswer, 0, 2)});
  EXPECT_FALSE(two.text.contains(QLatin1String("secret")));
  EXPECT_EQ(two.text, QStringLiteral("Answer is ready\nAnswer has failed: Foxes"));
}

TEST(NoticeRules, SeveralAreMerged) {
  QList<Ending> endings;
  for (int i = 1; i <= 6; ++i) endings += ending(Ending::Kind::Answer, 20'000, i, QStringLiteral("Chat %1").arg(i));
  const Notification all = NoticeRules::notificationOf(endings);
  EXPECT_TRUE(all.title.contains(u'6'));
  EXPECT_EQ(all.text.count(u'\n'), 4);
  EXPECT_TRUE(all.text.contains(QLatin1String("Chat 1")));
  EXPECT_FALSE(all.text.contains(QLatin1String("Chat 6")));
  EXPECT_EQ(all.shows, 6);
}

TEST(NoticeRules, AClickShowsTheChatOrElseTheModels) {
  const Ending download = ending(Ending::Kind::FailedDownload, 0, 0, QStringLiteral("OLMoE"));
  EXPECT_EQ(NoticeRules::notificationOf({download, download}).shows, Notification::kModels);
  EXPECT_EQ(NoticeRules::notificationOf({download, ending(Ending::Kind::Answer, 20'000, 3), download}).shows, 3);
}

class RecordingNotifier final : public Notifier {
 public:
  void show(const Notification& notification) override { shown.append(notification); }
  QList<Notification> shown;
};

class NoticesTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(run.openReady());
    notices.setActivity([this] { return active; });
    notices.setClock([this] { return now; });
  }
  /// Asks in the chat, 0: a new one, and waits until the engine has the question.
  qint64 ask(qint64 chatId = 0) {
    const qsizetype before = run.engine.requests.size();
    const qint64 chat = run.chats.send(chatId, QStringLiteral("Tell me about foxes"));
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == before + 1; }));
    return chat;
  }
  void passTime() {
    run.settle();
    waitTogether();
  }
  /// Longer than endings are collected.
  static void waitTogether() {
    bool over = false;
    QTimer::singleShot(BackgroundNotices::kTogetherMs + 200, [&over] { over = true; });
    waitFor([&over] { return over; });
  }

  AppRun run{home()};
  RecordingNotifier notifier;
  BackgroundNotices notices{&run.core, &notifier};
  bool active = false;
  qint64 now = 0;
};

TEST_F(NoticesTest, ALongAnswerIsSaid) {
  const qint64 chat = ask();
  run.engine.text(0, QStringLiteral("Foxes live in forests."));
  now = 12'000;
  run.engine.finish(0);
  ASSERT_TRUE(waitFor([&] { return !notifier.shown.isEmpty(); }));
  EXPECT_EQ(notifier.shown.first().title, QStringLiteral("Answer is ready"));
  EXPECT_EQ(notifier.shown.first().text, QStringLiteral("Tell me about foxes"));
  EXPECT_EQ(notifier.shown.first().shows, chat);
  EXPECT_TRUE(run.viewModel.chats()->isUnread(chat));
}

TEST_F(NoticesTest, AShortOneIsNot) {
  const qint64 chat = ask();
  now = 5'000;
  run.engine.finish(0);
  passTime();
  EXPECT_TRUE(notifier.shown.isEmpty());
  EXPECT_TRUE(run.viewModel.chats()->isUnread(chat));  // but it was not seen
}

TEST_F(NoticesTest, NothingWhileTheWindowIsInFront) {
  active = true;
  const qint64 chat = ask();
  run.viewModel.openChat(chat);
  now = 60'000;
  run.engine.finish(0);
  passTime();
  EXPECT_TRUE(notifier.shown.isEmpty());
  EXPECT_FALSE(run.viewModel.chats()->isUnread(chat));
}

TEST_F(NoticesTest, WhoComesBackInTimeNeedsNone) {
  const qint64 chat = ask();
  run.viewModel.openChat(chat);
  now = 60'000;
  run.engine.finish(0);
  active = true;
  notices.onActivated();
  passTime();
  EXPECT_TRUE(notifier.shown.isEmpty());
  EXPECT_FALSE(run.viewModel.chats()->isUnread(chat));
}

TEST_F(NoticesTest, TheSettingTurnsThemOff) {
  run.settings.setValue(SettingKey::Notifications, false);
  ask();
  now = 60'000;
  run.engine.finish(0);
  passTime();
  EXPECT_TRUE(notifier.shown.isEmpty());
}

TEST_F(NoticesTest, WhatThePersonStoppedIsNotSaid) {
  const qint64 chat = ask();
  run.engine.text(0, QStringLiteral("Foxes"));
  now = 60'000;
  run.chats.stop(chat);
  run.engine.finish(0, AnswerEnd::Cancelled);
  passTime();
  EXPECT_TRUE(notifier.shown.isEmpty());
  EXPECT_FALSE(run.viewModel.chats()->isUnread(chat));
}

TEST_F(NoticesTest, AFailureIsSaidHoweverShort) {
  const qint64 chat = ask();
  run.engine.fail(0, ErrorId::EngineDevice, {});
  ASSERT_TRUE(waitFor([&] { return !notifier.shown.isEmpty(); }));
  EXPECT_EQ(notifier.shown.first().title, QStringLiteral("Answer has failed"));
  EXPECT_EQ(notifier.shown.first().shows, chat);
}

TEST_F(NoticesTest, SeveralAtOnceAreOneNotification) {
  ask();
  ask();
  now = 60'000;
  run.engine.finish(0);
  run.engine.finish(1);
  passTime();
  ASSERT_EQ(notifier.shown.size(), 1);
  EXPECT_TRUE(notifier.shown.first().title.contains(u'2'));
}

TEST_F(NoticesTest, APrivateChatSaysOnlyThatItIsReady) {
  run.viewModel.newPrivateChat();
  const qint64 chat = ask(run.viewModel.currentChatId());
  ASSERT_TRUE(isPrivateId(chat));
  now = 60'000;
  run.engine.finish(0);
  ASSERT_TRUE(waitFor([&] { return !notifier.shown.isEmpty(); }));
  EXPECT_EQ(notifier.shown.first(), (Notification{QStringLiteral("Answer is ready"), {}, chat}));
}

TEST_F(NoticesTest, AClickOpensTheChatAndTheWindow) {
  const qint64 chat = ask();
  ask();
  bool raised = false;
  QStringList pages;
  QObject::connect(&run.viewModel, &AppViewModel::raiseRequested, &run.viewModel, [&raised] { raised = true; });
  QObject::connect(&run.viewModel, &AppViewModel::pageRequested, &run.viewModel, [&pages](const QString& name) { pages += name; });
  Q_EMIT notifier.activated(chat);
  EXPECT_TRUE(raised);
  EXPECT_EQ(pages, QStringList{QStringLiteral("chat")});
  EXPECT_EQ(run.viewModel.currentChatId(), chat);
  raised = false;
  Q_EMIT notifier.activated(4711);  // it is gone
  EXPECT_TRUE(raised);
  EXPECT_EQ(run.viewModel.currentChatId(), chat);
  EXPECT_EQ(pages.size(), 1);
  raised = false;
  Q_EMIT notifier.activated(Notification::kModels);  // a download
  EXPECT_TRUE(raised);
  EXPECT_EQ(pages.last(), QStringLiteral("models"));
}

TEST_F(NoticesTest, AnUnseenAnswerIsSeenWhenItsChatIsOpened) {
  active = true;
  const qint64 first = ask();
  const qint64 second = ask();
  run.viewModel.openChat(second);
  run.engine.finish(0);
  run.settle();
  EXPECT_TRUE(run.viewModel.chats()->isUnread(first));
  EXPECT_FALSE(run.viewModel.chats()->isUnread(second));
  run.viewModel.openChat(first);
  EXPECT_FALSE(run.viewModel.chats()->isUnread(first));
}

}  // namespace
