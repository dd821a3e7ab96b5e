#include "services/chat_service.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "storage/message_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class ChatServiceTest : public hearth_test::AppTest {
 protected:
  static bool waitForRequests(AppRun& run, qsizetype count) {
    return waitFor([&] { return run.engine.requests.size() == count; });
  }

  /// Begins a chat and shows it.
  static qint64 sendNew(AppRun& run, const QString& text) {
    const qint64 chatId = run.chats.send(0, text);
    run.chats.open(chatId);
    return chatId;
  }

  /// What the database holds of a message.
  static MessageRow stored(AppRun& run, qint64 id) {
    MessageRow row;
    run.storage.run<QList<MessageRow>>(
        &run.chats, [id](Database& database) { return *MessageStore(database).path(id); },
        [&row](const QList<MessageRow>& path) { row = path.isEmpty() ? MessageRow() : path.last(); });
    run.settle();
    return row;
  }

  static MessageStatus lastStatus(const AppRun& run, qint64 chatId) { return run.chats.path(chatId).last().status; }
};

TEST_F(ChatServiceTest, TheQuestionIsCommittedBeforeTheEngineIsAsked) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  QString onDisk;
  run.engine.onSubmit = [&] {  // looks at the file through a connection of its own
    Database other;
    ASSERT_TRUE(other.open(home() + QStringLiteral("/hearth.db")));
    onDisk = other.value(QStringLiteral("SELECT content FROM message WHERE role = 'user'"))->toString();
  };
  const qint64 chatId = sendNew(run, QStringLiteral("What is fire?"));
  EXPECT_TRUE(run.engine.requests.isEmpty());
  ASSERT_TRUE(waitForRequests(run, 1));
  EXPECT_EQ(onDisk, QStringLiteral("What is fire?"));
  EXPECT_EQ(run.engine.requests[0].turns, QList<ChatTurn>({{QStringLiteral("user"), QStringLiteral("What is fire?")}}));
  EXPECT_EQ(run.chats.chat(chatId)->title, QStringLiteral("What is fire?"));
  EXPECT_EQ(lastStatus(run, chatId), MessageStatus::Waiting);
}

TEST_F(ChatServiceTest, ThinkingIsKeptBesideTheAnswerAndLeftOutOfLaterTurns) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.thinking(0, QStringLiteral(" h"));
  run.engine.thinking(0, QStringLiteral("m"));
  EXPECT_EQ(lastStatus(run, chatId), MessageStatus::Streaming);
  run.engine.text(0, QStringLiteral("say"));
  run.engine.text(0, QStringLiteral("\n</thi"));
  run.engine.text(0, QStringLiteral("nk>"));
  run.engine.finish(0);
  const MessageRow row = stored(run, run.chats.path(chatId).last().id);
  EXPECT_EQ(row.status, MessageStatus::Done);
  EXPECT_EQ(row.content, QStringLiteral("<think>hm</think>\n\nsay\n</think>"));
  run.chats.send(chatId, QStringLiteral("and?"));
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(run.engine.requests[1].turns, QList<ChatTurn>({{QStringLiteral("user"), QStringLiteral("q")},
                                                           {QStringLiteral("assistant"), QStringLiteral("say\n</think>")},
                                                           {QStringLiteral("user"), QStringLiteral("and?")}}));
}

TEST_F(ChatServiceTest, AnAnswerThatEndsInHalfAMarkIsWhole) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral("<thi"));
  run.engine.finish(0);
  const MessageRow row = stored(run, run.chats.path(chatId).last().id);
  EXPECT_EQ(row.content, QStringLiteral("<thi"));
  EXPECT_EQ(row.status, MessageStatus::Done);
}

TEST_F(ChatServiceTest, AnAnswerIsStreamedMergedAndMeasured) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral(" Hel"));
  run.engine.text(0, QStringLiteral("lo"));
  EXPECT_EQ(lastStatus(run, chatId), MessageStatus::Streaming);
  const qint64 id = run.chats.path(chatId).last().id;
  int chunks = 0;
  ASSERT_TRUE(waitFor(
      [&] {
        run.storage.run<int>(
            &run.chats, [](Database& database) { return database.value(QStringLiteral("SELECT count(*) FROM answer_chunk"))->toInt(); },
            [&](const int& count) { chunks = count; });
        run.settle();
        return chunks > 0;
      },
      2000));
  run.engine.finish(0);
  const MessageRow row = stored(run, id);
  EXPECT_EQ(row.content, QStringLiteral("Hello"));
  EXPECT_EQ(row.status, MessageStatus::Done);
  EXPECT_EQ(row.stopReason, QStringLiteral("end_of_turn"));
  EXPECT_EQ(row.modelName, QStringLiteral("Fake"));
  EXPECT_TRUE(row.sampling.contains(QStringLiteral("temperature")));
  EXPECT_EQ(row.seed, 42u);
  EXPECT_EQ(row.stats, (AnswerStats{20, 5, 11, 0.25, 20.0}));
  EXPECT_EQ(row, run.chats.path(chatId).last());
  run.storage.run<int>(
      &run.chats, [](Database& database) { return database.value(QStringLiteral("SELECT count(*) FROM answer_chunk"))->toInt(); },
      [&](const int& count) { chunks = count; });
  run.settle();
  EXPECT_EQ(chunks, 0);
}

TEST_F(ChatServiceTest, MessagesTypedWhileTheModelLoadsAreSentInOrder) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  const qint64 chatId = sendNew(run, QStringLiteral("first"));
  run.chats.send(chatId, QStringLiteral("second"));
  run.settle();
  EXPECT_TRUE(run.engine.requests.isEmpty());
  EXPECT_EQ(run.chats.queuedCount(chatId), 2);
  run.engine.finishLoad();
  ASSERT_TRUE(waitForRequests(run, 1));
  EXPECT_EQ(run.chats.queuedCount(chatId), 1);
  EXPECT_EQ(run.chats.runningCount(chatId), 1);
  run.engine.text(0, QStringLiteral("one"));
  run.engine.finish(0);
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(run.engine.requests[1].turns.size(), 3);
  EXPECT_EQ(run.engine.requests[1].turns[1].content, QStringLiteral("one"));
  EXPECT_EQ(run.engine.requests[1].turns[2].content, QStringLiteral("second"));
  EXPECT_EQ(run.engine.requests[0].cacheSalt, run.engine.requests[1].cacheSalt);
}

TEST_F(ChatServiceTest, ChatsAnswerAtTheSameTimeEachIntoItsOwn) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 a = sendNew(run, QStringLiteral("a?"));
  const qint64 b = sendNew(run, QStringLiteral("b?"));
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_NE(run.engine.requests[0].cacheSalt, run.engine.requests[1].cacheSalt);
  run.chats.open(b);
  run.engine.text(0, QStringLiteral("to a"));
  run.engine.text(1, QStringLiteral("to b"));
  run.chats.open(a);
  run.engine.text(0, QStringLiteral(", more"));
  EXPECT_EQ(run.chats.path(a).last().content, QStringLiteral("to a, more"));
  EXPECT_EQ(run.chats.path(b).last().content, QStringLiteral("to b"));
  run.engine.finish(1);
  run.chats.open(b);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(b).size() == 2; }));
  EXPECT_EQ(run.chats.path(b).last().content, QStringLiteral("to b"));
  EXPECT_EQ(run.chats.path(b).last().status, MessageStatus::Done);
}

TEST_F(ChatServiceTest, StopKeepsTheTextAndMarksIt) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  run.chats.send(chatId, QStringLiteral("waits"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral("half an an"));
  run.chats.stop(chatId);
  ASSERT_EQ(run.engine.cancelled, run.engine.ids);
  run.engine.finish(0, AnswerEnd::Cancelled);
  run.settle();
  const auto path = run.chats.path(chatId);
  ASSERT_EQ(path.size(), 4);
  EXPECT_EQ(path[1].status, MessageStatus::Stopped);
  EXPECT_EQ(path[3].status, MessageStatus::Stopped);
  EXPECT_EQ(stored(run, path[1].id).content, QStringLiteral("half an an"));
  EXPECT_EQ(stored(run, path[1].id).status, MessageStatus::Stopped);
  EXPECT_EQ(run.engine.requests.size(), 1);
}

TEST_F(ChatServiceTest, RetryIsASibling) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral("old"));
  run.engine.finish(0);
  const MessageRow old = run.chats.path(chatId).last();
  run.chats.retry(chatId, old.id);
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(run.engine.requests[1].turns, run.engine.requests[0].turns);
  run.engine.text(1, QStringLiteral("new"));
  run.engine.finish(1);
  const auto path = run.chats.path(chatId);
  ASSERT_EQ(path.size(), 2);
  EXPECT_EQ(path.last().content, QStringLiteral("new"));
  EXPECT_EQ(path.last().parentId, old.parentId);
  EXPECT_EQ(stored(run, old.id).content, QStringLiteral("old"));
}

TEST_F(ChatServiceTest, RetryOfARunningAnswerEndsIt) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral("old"));
  const qint64 old = run.chats.path(chatId).last().id;
  run.chats.retry(chatId, run.chats.path(chatId).first().id);
  EXPECT_EQ(run.engine.cancelled.size(), 1);
  ASSERT_TRUE(waitForRequests(run, 2));
  run.engine.text(0, QStringLiteral(" late"));  // of the abandoned request
  run.engine.text(1, QStringLiteral("new"));
  EXPECT_EQ(run.chats.path(chatId).last().content, QStringLiteral("new"));
  EXPECT_EQ(stored(run, old).status, MessageStatus::Stopped);
}

TEST_F(ChatServiceTest, WithoutAModelTheAnswerSaysWhatToDo) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  run.settle();
  run.engine.failLoad(QStringLiteral("The file is cut short."));
  run.settle();
  const MessageRow answer = run.chats.path(chatId).last();
  EXPECT_EQ(answer.status, MessageStatus::Failed);
  EXPECT_EQ(answer.errorId, QStringLiteral("no-model"));
  EXPECT_EQ(answer.errorDetail, errorText(ErrorId::EngineBadFile).cause);
  EXPECT_EQ(stored(run, answer.parentId).content, QStringLiteral("q"));
  run.models.reload();
  run.engine.finishLoad();
  run.chats.retry(chatId, answer.id);
  EXPECT_TRUE(waitForRequests(run, 1));
}

TEST_F(ChatServiceTest, AFullContextOffersATrimmedHistory) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  run.settings.setValue(SettingKey::ContextPolicy, QStringLiteral("stop"));
  run.engine.finishLoad(100);
  const qint64 chatId = sendNew(run, QStringLiteral("long ").repeated(40));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.text(0, QStringLiteral("ok"));
  run.engine.finish(0);
  run.chats.send(chatId, QStringLiteral("short"));
  ASSERT_TRUE(waitForRequests(run, 2));
  EXPECT_EQ(run.engine.requests[1].turns.size(), 3);
  run.engine.text(1, QStringLiteral("cut"));
  run.engine.finish(1, AnswerEnd::ContextFull);
  EXPECT_EQ(lastStatus(run, chatId), MessageStatus::Full);
  run.chats.retry(chatId, run.chats.path(chatId).last().id);
  ASSERT_TRUE(waitForRequests(run, 3));
  EXPECT_EQ(run.engine.requests[2].turns.size(), 1);
}

TEST_F(ChatServiceTest, EngineFailureIsKept) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  run.engine.fail(0, ErrorId::EngineDevice, QStringLiteral("The device stopped."));
  EXPECT_EQ(lastStatus(run, chatId), MessageStatus::Failed);
  const MessageRow row = stored(run, run.chats.path(chatId).last().id);
  EXPECT_EQ(row.errorId, QStringLiteral("engine-device"));
  EXPECT_EQ(row.errorDetail, QStringLiteral("The device stopped."));
}

TEST_F(ChatServiceTest, TheStarterModelGetsNoSystemPrompt) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.settings.setValue(SettingKey::SystemPrompt, QStringLiteral("be brief"));
  sendNew(run, QStringLiteral("q"));
  ASSERT_TRUE(waitForRequests(run, 1));
  EXPECT_EQ(run.engine.requests[0].turns.first().role, QStringLiteral("user"));
  EXPECT_EQ(run.engine.requests[0].maxTokens, 300);
}

TEST_F(ChatServiceTest, RenameAndBack) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = sendNew(run, QStringLiteral("automatic title"));
  run.chats.rename(chatId, QStringLiteral("  my   title "));
  EXPECT_EQ(run.chats.chat(chatId)->title, QStringLiteral("my title"));
  EXPECT_TRUE(run.chats.chat(chatId)->titleIsCustom);
  run.chats.rename(chatId, QString());
  ASSERT_TRUE(waitFor([&] { return run.chats.chat(chatId)->title == QStringLiteral("automatic title"); }));
}

TEST_F(ChatServiceTest, QuitWhileStreamingKeepsTheText) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = sendNew(run, QStringLiteral("q"));
    ASSERT_TRUE(waitForRequests(run, 1));
    run.engine.text(0, QStringLiteral("so far"));
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2; }));
  EXPECT_EQ(run.chats.path(chatId).last().content, QStringLiteral("so far"));
  EXPECT_EQ(run.chats.path(chatId).last().status, MessageStatus::Interrupted);
}

}  // namespace
