// One question answered in several ways at once: everything is stored like any answer, and one of them becomes the branch.
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <algorithm>

#include "app/support/app_fixture.h"
#include "storage/message_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class ComparisonTest : public hearth_test::AppTest {
 protected:
  /// Asks for `count` answers of the model alone and waits until all are being computed.
  static qint64 compare(AppRun& run, qint64 chatId, const QString& text, qsizetype count) {
    const qsizetype before = run.engine.requests.size();
    chatId = run.chats.compare(chatId, text, QList<AnswerConfiguration>(count));
    run.chats.open(chatId);
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == before + count; }));
    return chatId;
  }

  static QList<AnswerEngine::RequestId> sorted(QList<AnswerEngine::RequestId> ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  static QList<MessageRow> stored(AppRun& run, qint64 id) {
    QList<MessageRow> rows;
    run.storage.run<QList<MessageRow>>(
        &run.chats, [id](Database& database) { return *MessageStore(database).versions(id); },
        [&rows](const QList<MessageRow>& versions) { rows = versions; });
    run.settle();
    return rows;
  }
};

TEST_F(ComparisonTest, AllAnswersHaveTheSameHistoryAndRunAtTheSameTime) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = run.chats.send(0, QStringLiteral("hello"));
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("hi"));
  run.engine.finish(0);
  compare(run, chatId, QStringLiteral("which?"), 3);
  EXPECT_EQ(run.chats.runningCount(chatId), 3);
  for (qsizetype i = 1; i < 4; ++i) {
    ASSERT_EQ(run.engine.requests[i].turns.size(), 3);
    EXPECT_EQ(run.engine.requests[i].turns, run.engine.requests[1].turns);
    EXPECT_EQ(run.engine.requests[i].turns.last().content, QStringLiteral("which?"));
  }
  run.engine.text(2, QStringLiteral("two"));
  run.engine.text(1, QStringLiteral("one"));
  run.engine.text(3, QStringLiteral("three"));
  const QList<MessageRow> shown = run.chats.comparison(chatId);
  ASSERT_EQ(shown.size(), 3);
  EXPECT_EQ(shown[0].content, QStringLiteral("one"));
  EXPECT_EQ(shown[1].content, QStringLiteral("two"));
  EXPECT_EQ(shown[2].content, QStringLiteral("three"));
  const QList<MessageRow> path = run.chats.path(chatId);
  ASSERT_EQ(path.size(), 4);  // the branch shows the first one
  EXPECT_EQ(path.last().content, QStringLiteral("one"));
  EXPECT_EQ(path.last().versionCount, 3);
  for (qsizetype i = 1; i < 4; ++i) run.engine.finish(i);
  const QList<MessageRow> rows = stored(run, path.last().id);
  ASSERT_EQ(rows.size(), 3);
  for (qsizetype i = 0; i < 3; ++i) {
    EXPECT_EQ(rows[i].content, shown[i].content);
    EXPECT_EQ(rows[i].status, MessageStatus::Done);
    EXPECT_EQ(rows[i].parentId, path[2].id);
    EXPECT_EQ(rows[i], run.chats.comparison(chatId)[i]);
  }
}

TEST_F(ComparisonTest, KeepingOneWhileItRunsStopsTheOthersAndGoesOn) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = compare(run, 0, QStringLiteral("which?"), 3);
  run.engine.text(0, QStringLiteral("one"));
  run.engine.text(1, QStringLiteral("two"));
  const qint64 second = run.chats.comparison(chatId)[1].id;
  run.chats.keep(chatId, second);
  EXPECT_EQ(sorted(run.engine.cancelled), QList<AnswerEngine::RequestId>({run.engine.ids[0], run.engine.ids[2]}));
  EXPECT_EQ(run.chats.path(chatId).last().id, second);
  EXPECT_EQ(run.chats.path(chatId).last().content, QStringLiteral("two"));
  EXPECT_EQ(run.chats.path(chatId).last().versionIndex, 2);
  run.engine.finish(0, AnswerEnd::Cancelled);
  run.engine.finish(2, AnswerEnd::Cancelled);
  run.engine.text(1, QStringLiteral(" and more"));
  EXPECT_EQ(run.chats.path(chatId).last().content, QStringLiteral("two and more"));
  run.chats.send(chatId, QStringLiteral("go on"));
  run.settle();
  EXPECT_EQ(run.engine.requests.size(), 3);  // it waits for the answer that was kept
  run.engine.finish(1);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 4; }));
  EXPECT_EQ(run.engine.requests[3].turns, QList<ChatTurn>({{QStringLiteral("user"), QStringLiteral("which?")},
                                                           {QStringLiteral("assistant"), QStringLiteral("two and more")},
                                                           {QStringLiteral("user"), QStringLiteral("go on")}}));
  const QList<MessageRow> rows = stored(run, second);
  EXPECT_EQ(rows[0].status, MessageStatus::Stopped);
  EXPECT_EQ(rows[0].content, QStringLiteral("one"));
  EXPECT_EQ(rows[2].status, MessageStatus::Stopped);
  EXPECT_EQ(rows[1].content, QStringLiteral("two and more"));
}

TEST_F(ComparisonTest, KeepingOneAfterwardsMovesTheBranchForGood) {
  qint64 chatId = 0;
  qint64 third = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = compare(run, 0, QStringLiteral("which?"), 3);
    for (qsizetype i = 0; i < 3; ++i) {
      run.engine.text(i, QStringLiteral("answer %1").arg(i));
      run.engine.finish(i);
    }
    third = run.chats.comparison(chatId)[2].id;
    run.chats.keep(chatId, third);
    ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2 && run.chats.path(chatId).last().id == third; }));
    run.chats.keep(chatId, 12345);  // no answer of the comparison
    run.chats.keep(chatId, run.chats.path(chatId).first().id);
    run.settle();
    EXPECT_EQ(run.chats.path(chatId).last().id, third);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2; }));
  EXPECT_EQ(run.chats.path(chatId).last().id, third);
  EXPECT_EQ(run.chats.path(chatId).last().content, QStringLiteral("answer 2"));
  QSignalSpy changed(&run.chats, &ChatService::comparisonChanged);
  run.chats.openComparison(chatId, third);
  ASSERT_TRUE(waitFor([&] { return changed.count() == 1; }));
  ASSERT_EQ(run.chats.comparison(chatId).size(), 3);
  EXPECT_EQ(run.chats.comparison(chatId)[0].content, QStringLiteral("answer 0"));
  EXPECT_EQ(run.chats.comparison(chatId)[1].versionIndex, 2);
}

TEST_F(ComparisonTest, StopAndRetryEndAllOfThem) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = compare(run, 0, QStringLiteral("which?"), 2);
  run.chats.stop(chatId);
  EXPECT_EQ(sorted(run.engine.cancelled), run.engine.ids);
  run.engine.finish(0, AnswerEnd::Cancelled);
  run.engine.finish(1, AnswerEnd::Cancelled);
  EXPECT_EQ(run.chats.runningCount(chatId), 0);

  compare(run, chatId, QStringLiteral("again?"), 2);
  run.engine.text(3, QStringLiteral("second"));
  const qint64 second = run.chats.comparison(chatId)[1].id;
  run.chats.retry(chatId, run.chats.path(chatId).last().id);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 5; }));
  EXPECT_EQ(run.chats.runningCount(chatId), 1);
  EXPECT_EQ(run.chats.path(chatId).last().versionCount, 3);
  const QList<MessageRow> rows = stored(run, second);
  EXPECT_EQ(rows[1].status, MessageStatus::Stopped);
  EXPECT_EQ(rows[1].content, QStringLiteral("second"));
}

TEST_F(ComparisonTest, WhileTheModelLoadsTheyWaitAndTheNextQuestionWaitsForAllOfThem) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  const qint64 chatId = run.chats.compare(0, QStringLiteral("which?"), QList<AnswerConfiguration>(2));
  run.chats.open(chatId);
  run.chats.send(chatId, QStringLiteral("next"));
  run.settle();
  EXPECT_EQ(run.chats.queuedCount(chatId), 3);
  run.engine.finishLoad();
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  run.engine.finish(0);
  run.settle();
  EXPECT_EQ(run.engine.requests.size(), 2);
  run.engine.fail(1, ErrorId::EngineDevice, QStringLiteral("broken"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 3; }));
  EXPECT_EQ(run.engine.requests[2].turns.last().content, QStringLiteral("next"));
}

TEST_F(ComparisonTest, AChatThatIsNotOpenIsReadFirst) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = run.chats.send(0, QStringLiteral("first"));
    ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
    run.engine.text(0, QStringLiteral("yes"));
    run.engine.finish(0);
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  compare(run, chatId, QStringLiteral("second"), 2);
  EXPECT_EQ(run.engine.requests[1].turns.size(), 3);
  EXPECT_EQ(run.chats.path(chatId).size(), 4);
}

TEST_F(ComparisonTest, QuittingKeepsWhatEachHadSaid) {
  qint64 chatId = 0;
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    chatId = compare(run, 0, QStringLiteral("which?"), 2);
    run.engine.text(0, QStringLiteral("half"));
    run.engine.text(1, QStringLiteral("other half"));
  }
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 2; }));
  const QList<MessageRow> rows = stored(run, run.chats.path(chatId).last().id);
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].content, QStringLiteral("half"));
  EXPECT_EQ(rows[1].content, QStringLiteral("other half"));
  EXPECT_EQ(rows[1].status, MessageStatus::Interrupted);
}

TEST_F(ComparisonTest, RemovingTheChatEndsAllOfThem) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const qint64 chatId = compare(run, 0, QStringLiteral("which?"), 2);
  run.chats.remove(chatId);
  EXPECT_EQ(run.engine.cancelled.size(), 2);
  run.engine.text(1, QStringLiteral("late"));
  EXPECT_TRUE(run.chats.comparison(chatId).isEmpty());
}

TEST(AnswerAdapters, AreReadAsTheyWereWritten) {
  const QList<AnswerAdapter> adapters{{3, QStringLiteral("Fables \"x\" 寓言"), QStringLiteral("ab12"), 0.35}, {9'007'199'254, {}, {}, 2}};
  EXPECT_EQ(adaptersFromJson(adaptersJson(adapters)), adapters);
  EXPECT_EQ(adaptersJson({}), QString());
  EXPECT_TRUE(adaptersFromJson({}).isEmpty());
  EXPECT_TRUE(adaptersFromJson(QStringLiteral("[1, {}, {\"id\":")).isEmpty());
  EXPECT_TRUE(adaptersFromJson(QStringLiteral("[1, {}, \"x\"]")).isEmpty());
}

}  // namespace
