// Conversations that are longer than the context: what is sent, what is refused, and what a model summarises.
#include <gtest/gtest.h>

#include <QDirIterator>
#include <QFile>

#include "app/support/app_fixture.h"
#include "services/chat_context.h"
#include "storage/summary_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

const QString kWords = QStringLiteral("word ").repeated(30);

class ChatContextTest : public hearth_test::AppTest {
 protected:
  /// 400 tokens of context: 300 for the prompt. A turn of talk() is about 70.
  static void begin(AppRun& run, const char* policy, bool counts = true) {
    run.engine.canCount = counts;
    ASSERT_TRUE(run.open());
    run.engine.finishLoad(400);
    run.settings.setValue(SettingKey::ContextPolicy, QString::fromLatin1(policy));
  }

  /// Asks and gets an answer to the last request.
  static void turn(AppRun& run, const QString& question, const QString& answer = kWords) {
    const qsizetype before = run.engine.requests.size();
    run.viewModel.send(question);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() > before; }));
    run.engine.text(before, answer);
    run.engine.finish(before);
    run.settle();
  }

  static void talk(AppRun& run, int turns) {
    for (int i = 1; i <= turns; ++i) turn(run, QStringLiteral("%1 ").arg(i) + kWords);
  }

  [[nodiscard]] static QString firstQuestion(const AnswerRequest& request) {
    for (const ChatTurn& turn : request.turns)
      if (turn.role == QLatin1String("user")) return turn.content.section(u' ', 0, 0);
    return {};
  }

  [[nodiscard]] static bool asksForSummary(const AnswerRequest& request) {
    return request.turns.last().content.startsWith(QLatin1String("Summarise our conversation"));
  }

  [[nodiscard]] static MessageRow last(AppRun& run) { return run.chats.path(run.viewModel.currentChatId()).last(); }

  [[nodiscard]] static ContextView view(AppRun& run, const QString& draft = {}) {
    return run.chats.contextOf(run.viewModel.currentChatId(), draft);
  }

  /// Talks until a summary is asked for; the fifth question.
  static void untilSummary(AppRun& run) {
    begin(run, "summarise");
    talk(run, 4);
    run.viewModel.send(QStringLiteral("5 ") + kWords);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 5; }));
    ASSERT_TRUE(asksForSummary(run.engine.requests[4]));
  }
};

TEST_F(ChatContextTest, TheOldestTurnsAreLeftOut) {
  for (const bool counts : {true, false}) {
    AppRun run(home() + QString::number(counts));
    begin(run, "drop", counts);
    talk(run, 6);
    const AnswerRequest& sent = run.engine.requests.last();
    EXPECT_NE(firstQuestion(sent), QStringLiteral("1"));
    EXPECT_TRUE(sent.turns.last().content.startsWith(QLatin1String("6 ")));
    EXPECT_EQ(sent.turns.first().role, QStringLiteral("user"));
    EXPECT_EQ(run.chats.path(run.viewModel.currentChatId()).size(), 12) << "nothing is deleted";
    const ContextView shown = view(run);
    EXPECT_GT(shown.unread, 0);
    EXPECT_EQ(shown.unread % 2, 0);
    const QList<MessageRow> path = run.chats.path(run.viewModel.currentChatId());
    EXPECT_EQ(path[shown.unread].id, shown.firstRead);
    EXPECT_EQ(path[shown.unread].content.section(u' ', 0, 0), firstQuestion(sent)) << "the line is where the model began to read";
  }
}

TEST_F(ChatContextTest, TheBeginningStaysTheSameForSeveralQuestions) {
  AppRun run(home());
  begin(run, "drop");
  talk(run, 14);
  QStringList firsts;
  for (const AnswerRequest& request : run.engine.requests) firsts.append(firstQuestion(request));
  EXPECT_LT(QSet<QString>(firsts.begin(), firsts.end()).size(), 12) << qPrintable(firsts.join(u' '));
  EXPECT_FALSE(firsts.mid(6).contains(QStringLiteral("1")));
}

TEST_F(ChatContextTest, StopLeavesNothingOutAndSaysSo) {
  AppRun run(home());
  begin(run, "stop");
  talk(run, 5);
  EXPECT_EQ(run.engine.requests.last().turns.size(), 9);
  run.viewModel.send(QStringLiteral("6 ") + kWords);
  ASSERT_TRUE(waitFor([&] { return last(run).status == MessageStatus::Failed; }));
  EXPECT_EQ(run.engine.requests.size(), 5);
  EXPECT_EQ(last(run).errorId, errorName(ErrorId::EngineContextFull));
  EXPECT_EQ(run.chats.path(run.viewModel.currentChatId()).size(), 12) << "the question is kept";
  run.viewModel.retryLast();
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 6; })) << "who tries again leaves out the oldest";
  EXPECT_LT(run.engine.requests[5].turns.size(), 9);
}

TEST_F(ChatContextTest, AMessageLongerThanTheContextIsRefusedBeforeAnythingIsLost) {
  for (const char* policy : {"drop", "summarise", "stop"}) {
    AppRun run(home() + QLatin1String(policy));
    begin(run, policy);
    talk(run, 1);
    run.viewModel.send(QStringLiteral("word ").repeated(500));
    ASSERT_TRUE(waitFor([&] { return last(run).status == MessageStatus::Failed; })) << policy;
    EXPECT_EQ(last(run).errorId, errorName(ErrorId::EngineContextFull));
    EXPECT_EQ(run.engine.requests.size(), 1);
  }
}

TEST_F(ChatContextTest, AChatMayHaveAPolicyOfItsOwn) {
  AppRun run(home());
  begin(run, "drop");
  talk(run, 1);
  ContextModel& context = *run.viewModel.context();
  EXPECT_EQ(context.policy(), QStringLiteral("drop"));
  context.setPolicy(QStringLiteral("stop"));
  EXPECT_EQ(context.policy(), QStringLiteral("stop"));
  EXPECT_EQ(run.core.chatSettings().of(run.viewModel.currentChatId()).contextPolicy, QStringLiteral("stop"));
  context.setPolicy(QStringLiteral("drop"));
  EXPECT_TRUE(run.core.chatSettings().of(run.viewModel.currentChatId()).contextPolicy.isEmpty()) << "it follows the settings again";
}

TEST_F(ChatContextTest, ASummaryIsWrittenReusedAndKept) {
  qint64 chat = 0;
  {
    AppRun run(home());
    untilSummary(run);
    chat = run.viewModel.currentChatId();
    EXPECT_EQ(last(run).status, MessageStatus::Waiting);
    EXPECT_EQ(run.viewModel.conversation()->index(9).data(ConversationModel::StatusTextRole).toString(),
              QStringLiteral("Summarising the earlier conversation…"));
    EXPECT_TRUE(run.viewModel.busy()) << "it can be stopped";
    EXPECT_EQ(firstQuestion(run.engine.requests[4]), QStringLiteral("1"));
    run.engine.thinking(4, QStringLiteral("hm"));
    run.engine.text(4, QStringLiteral("They counted "));
    run.engine.text(4, QStringLiteral("words."));
    EXPECT_TRUE(last(run).content.isEmpty()) << "a summary is no answer";
    run.engine.finish(4);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 6; }));
    const AnswerRequest& sent = run.engine.requests[5];
    EXPECT_EQ(sent.turns.first().role, QStringLiteral("system"));
    EXPECT_TRUE(sent.turns.first().content.contains(QStringLiteral("They counted words.")));
    EXPECT_NE(firstQuestion(sent), QStringLiteral("1"));
    EXPECT_TRUE(sent.turns.last().content.startsWith(QLatin1String("5 ")));
    run.engine.text(5, QStringLiteral("fine"));
    run.engine.finish(5);
    run.settle();
    EXPECT_EQ(last(run).content, QStringLiteral("fine"));
    EXPECT_EQ(view(run).summary, QStringLiteral("They counted words."));
    EXPECT_GT(view(run).unread, 0);
    EXPECT_EQ(run.chats.path(chat).size(), 10);
    turn(run, QStringLiteral("short"), QStringLiteral("ok"));
    EXPECT_EQ(run.engine.requests.size(), 7) << "the summary is used again";
    EXPECT_TRUE(run.engine.requests[6].turns.first().content.contains(QStringLiteral("They counted words.")));
  }
  AppRun run(home());
  run.engine.canCount = true;
  ASSERT_TRUE(run.open());
  run.engine.finishLoad(400);
  run.viewModel.openChat(chat);
  ASSERT_TRUE(waitFor([&] { return view(run).summary == QStringLiteral("They counted words."); })) << "it was stored";
}

TEST_F(ChatContextTest, AStoppedSummaryLosesNothing) {
  AppRun run(home());
  untilSummary(run);
  run.engine.text(4, QStringLiteral("half a summ"));
  run.viewModel.stop();
  ASSERT_EQ(run.engine.cancelled.size(), 1);
  run.engine.finish(4, AnswerEnd::Cancelled);
  run.settle();
  EXPECT_EQ(last(run).status, MessageStatus::Stopped);
  EXPECT_TRUE(last(run).content.isEmpty());
  EXPECT_TRUE(last(run).stopReason.isEmpty());
  EXPECT_FALSE(run.viewModel.busy());
  EXPECT_TRUE(view(run).summary.isEmpty());
  run.viewModel.retryLast();
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 6; }));
  EXPECT_TRUE(asksForSummary(run.engine.requests[5])) << "trying again summarises again";
}

TEST_F(ChatContextTest, AFailedSummarySaysSo) {
  for (const bool fails : {true, false}) {
    AppRun run(home() + QString::number(fails));
    untilSummary(run);
    if (fails)
      run.engine.fail(4, ErrorId::EngineDevice, QStringLiteral("gone"));
    else
      run.engine.finish(4);  // without a word
    run.settle();
    EXPECT_EQ(last(run).status, MessageStatus::Failed);
    EXPECT_EQ(last(run).errorId, errorName(ErrorId::AnswerNoSummary));
    EXPECT_EQ(run.chats.path(run.viewModel.currentChatId()).size(), 10);
  }
}

TEST_F(ChatContextTest, ASummaryBelongsToItsBranch) {
  AppRun run(home());
  untilSummary(run);
  run.engine.text(4, QStringLiteral("They counted words."));
  run.engine.finish(4);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 6; }));
  run.engine.text(5, kWords);
  run.engine.finish(5);
  run.settle();
  const qint64 chat = run.viewModel.currentChatId();
  ASSERT_EQ(view(run).summary, QStringLiteral("They counted words."));
  // The first question is edited: nothing that follows it knows of the summary.
  ASSERT_TRUE(run.chats.edit(chat, run.chats.path(chat).first().id, QStringLiteral("other ") + kWords));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 7; }));
  EXPECT_EQ(run.engine.requests[6].turns.first().role, QStringLiteral("user"));
  EXPECT_TRUE(view(run).summary.isEmpty());
  run.engine.text(6, kWords);
  run.engine.finish(6);
  run.settle();
  EXPECT_TRUE(view(run).summary.isEmpty());
  run.chats.showVersion(chat, run.chats.path(chat).first().id, -1);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chat).size() == 10; }));
  EXPECT_EQ(view(run).summary, QStringLiteral("They counted words.")) << "the other branch has it still";
  // A message that it covers is deleted: it tells of what is not there any more.
  run.chats.removeMessage(chat, run.chats.path(chat)[1].id);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chat).size() == 9; }));
  EXPECT_TRUE(view(run).summary.isEmpty());
}

TEST_F(ChatContextTest, AnErasedMessageTakesItsSummaryWithIt) {
  AppRun run(home());
  untilSummary(run);
  run.engine.text(4, QStringLiteral("They counted words."));
  run.engine.finish(4);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 6; }));
  run.engine.text(5, kWords);
  run.engine.finish(5);
  run.settle();
  const qint64 chat = run.viewModel.currentChatId();
  const auto stored = [&run, chat] {
    qsizetype count = -1;
    run.storage.run<StoreResult<QList<SummaryRow>>>(
        &run.storage, [chat](Database& database) { return SummaryStore(database).all(chat); },
        [&count](const StoreResult<QList<SummaryRow>>& rows) { count = rows ? rows->size() : -2; });
    EXPECT_TRUE(waitFor([&count] { return count != -1; }));
    return count;
  };
  EXPECT_EQ(stored(), 1);
  const qint64 first = run.chats.path(chat).first().id;
  run.chats.removeMessage(chat, first);
  run.settle();
  EXPECT_EQ(stored(), 1) << "this can be undone";
  run.storage.eraseMessages({first});
  run.settle();
  EXPECT_EQ(stored(), 0);
}

TEST_F(ChatContextTest, PrivateChatsSummariseWithoutATrace) {
  {
    AppRun run(home());
    begin(run, "summarise");
    run.viewModel.newPrivateChat();
    talk(run, 4);
    run.viewModel.send(QStringLiteral("5 ") + kWords);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 5; }));
    ASSERT_TRUE(asksForSummary(run.engine.requests[4]));
    run.engine.text(4, QStringLiteral("XyzzySummary"));
    run.engine.finish(4);
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 6; }));
    EXPECT_TRUE(run.engine.requests[5].turns.first().content.contains(QStringLiteral("XyzzySummary")));
    run.engine.text(5, kWords);
    run.engine.finish(5);
    run.settle();
    EXPECT_EQ(view(run).summary, QStringLiteral("XyzzySummary"));
  }
  QDirIterator it(m_folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (it.hasNext()) {
    QFile file(it.next());
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_FALSE(file.readAll().contains("XyzzySummary")) << qPrintable(file.fileName());
  }
}

TEST_F(ChatContextTest, TheDraftIsCounted) {
  AppRun run(home());
  begin(run, "drop");
  ContextModel& context = *run.viewModel.context();
  EXPECT_TRUE(context.draftText().isEmpty());
  run.viewModel.setDraft(QStringLiteral("five words are written here"));
  ASSERT_TRUE(waitFor([&] { return context.draftText() == QStringLiteral("5 tokens"); })) << qPrintable(context.draftText());
  EXPECT_TRUE(context.known());
  EXPECT_EQ(context.percent(), 3) << "with the marks of its turn";
  EXPECT_TRUE(context.warning().isEmpty());
  run.viewModel.setDraft(QStringLiteral("word ").repeated(500));
  ASSERT_TRUE(waitFor([&] { return !context.warning().isEmpty(); }));
  EXPECT_EQ(context.percent(), 100);
}

TEST_F(ChatContextTest, TheGaugeFollowsTheConversation) {
  for (const bool counts : {true, false}) {
    AppRun run(home() + QString::number(counts));
    begin(run, "drop", counts);
    const QTemporaryDir files;
    QFile file(files.filePath(QStringLiteral("notes.txt")));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(kWords.toUtf8());
    file.close();
    run.viewModel.composer()->addFiles({QUrl::fromLocalFile(file.fileName())});
    ASSERT_TRUE(waitFor([&] { return !run.viewModel.composer()->attachments().isEmpty(); }));
    turn(run, QStringLiteral("What do they say?"));
    ASSERT_TRUE(waitFor([&] { return run.viewModel.context()->percent() > 10; })) << counts << ' ' << view(run).next.prompt;
  }
}

TEST_F(ChatContextTest, WithoutAModelTheDraftIsEstimated) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  run.viewModel.setDraft(QStringLiteral("five words are written here"));
  ContextModel& context = *run.viewModel.context();
  ASSERT_TRUE(waitFor([&] { return context.draftText().startsWith(QLatin1String("about ")); })) << qPrintable(context.draftText());
  EXPECT_FALSE(context.known());
  EXPECT_TRUE(context.text().isEmpty());
}

TEST_F(ChatContextTest, WhatIsKnownIsNotCountedAgain) {
  AppRun run(home());
  begin(run, "drop");
  talk(run, 3);
  static_cast<void>(view(run));
  run.settle();
  const int counted = run.engine.countedTexts;
  static_cast<void>(view(run));
  run.settle();
  EXPECT_EQ(run.engine.countedTexts, counted);
}

}  // namespace
