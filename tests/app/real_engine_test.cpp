// The services with the real engine and the starter model.
#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "app/support/wait.h"
#include "app_core.h"
#include "bridge/engine_client.h"

namespace {

using hearth_test::waitFor;

constexpr int kPatienceMs = 120000;

struct RealRun {
  explicit RealRun(const QString& home) : core(&engine, {home, QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf")}) {
    core.open({}, ModelService::Begin::Load);
  }

  [[nodiscard]] QVariant last(int role) const { return app.conversation()->index(app.conversation()->count() - 1).data(role); }
  [[nodiscard]] QString status() const { return last(ConversationModel::StatusRole).toString(); }
  [[nodiscard]] QString text() const { return last(ConversationModel::TextRole).toString(); }

  EngineClient engine;
  AppCore core;
  ChatService& chats = core.chats();
  AppViewModel& app = core.viewModel();
};

/// Asks and stops the answer that begins. Ember is quick: an answer may have ended before it is stopped, then it is asked again.
void stopOne(RealRun& run) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const int before = run.app.conversation()->count();
    run.app.send(QStringLiteral("Tell me a very long story about a dog and a house."));
    ASSERT_TRUE(waitFor([&] { return run.app.conversation()->count() == before + 2 && run.text().size() > 10; }, kPatienceMs));
    run.app.stop();
    ASSERT_TRUE(waitFor([&] { return run.status() == QLatin1String("stopped") || run.status() == QLatin1String("done"); }, 2000));
    if (run.status() == QLatin1String("stopped")) return;
  }
}

TEST(RealEngine, EmberAnswersStopsAndIsRemembered) {
  const QTemporaryDir home;
  QString answer;
  int messages = 0;
  {
    RealRun run(home.path());
    run.app.send(QStringLiteral("Tell me a story about a cat."));
    ASSERT_TRUE(waitFor([&] { return run.app.conversation()->count() == 2 && run.status() == QLatin1String("done"); }, kPatienceMs))
        << qPrintable(run.app.model()->errorCause());
    answer = run.text();
    EXPECT_GT(answer.size(), 20) << qPrintable(answer);
    EXPECT_FALSE(run.last(ConversationModel::StatsRole).toString().isEmpty());
    EXPECT_EQ(run.app.model()->architecture(), QStringLiteral("deepseek2"));

    stopOne(run);
    ASSERT_EQ(run.status(), QStringLiteral("stopped"));
    messages = run.app.conversation()->count();
    const MessageRow row = run.chats.path(run.app.currentChatId()).last();
    EXPECT_GT(row.stats.reusedTokens, 0);  // the first turn was not computed again
  }
  RealRun run(home.path());
  ASSERT_TRUE(waitFor([&] { return run.app.chats()->count() == 1; }, kPatienceMs));
  run.app.openChat(run.app.chats()->index(0).data(ChatListModel::ChatIdRole).toLongLong());
  ASSERT_TRUE(waitFor([&] { return run.app.conversation()->count() == messages; }));
  EXPECT_EQ(run.app.conversation()->index(1).data(ConversationModel::TextRole).toString(), answer);
  EXPECT_EQ(run.status(), QStringLiteral("stopped"));
  EXPECT_GT(run.text().size(), 10);
}

TEST(RealEngine, AStoppedAnswerGoesOn) {
  const QTemporaryDir home;
  RealRun run(home.path());
  stopOne(run);
  ASSERT_EQ(run.status(), QStringLiteral("stopped"));
  const QString begun = run.text();
  const MessageRow before = run.chats.path(run.app.currentChatId()).last();
  const int messages = run.app.conversation()->count();
  run.app.resume(before.id);
  ASSERT_TRUE(waitFor([&] { return run.status() == QLatin1String("done"); }, kPatienceMs)) << qPrintable(run.status());
  const MessageRow row = run.chats.path(run.app.currentChatId()).last();
  EXPECT_EQ(run.app.conversation()->count(), messages);
  EXPECT_EQ(row.id, before.id);
  EXPECT_TRUE(row.content.startsWith(begun)) << qPrintable(row.content);
  EXPECT_GT(row.content.size(), begun.size());
  EXPECT_GT(row.stats.generatedTokens, before.stats.generatedTokens);
  // The prompt and what there was of the answer are still in the cache.
  EXPECT_GT(row.stats.reusedTokens, 0);
  EXPECT_GT(row.stats.promptTokens, before.stats.promptTokens);
}

/// A context of 256 tokens and questions until well behind its end: each gets an answer, or says why not.
TEST(RealEngine, AFullContextIsHandledInAllThreeWays) {
  for (const char* policy : {"drop", "summarise", "stop"}) {
    const QTemporaryDir home;
    RealRun run(home.path());
    ASSERT_TRUE(waitFor([&] { return run.app.model()->state() == QLatin1String("ready"); }, kPatienceMs));
    run.app.settings()->setContextLength(256);
    run.app.settings()->setMaxTokens(24);
    run.app.settings()->setContextPolicy(QString::fromLatin1(policy));
    run.app.reloadModel();
    ASSERT_TRUE(
        waitFor([&] { return run.core.models().state() == ModelService::State::Ready && run.core.models().facts().contextLength == 256; },
                kPatienceMs));
    int failed = 0;
    for (int i = 0; i < 8; ++i) {
      const int before = run.app.conversation()->count();
      run.app.send(QStringLiteral("Tell me a story about a cat and a dog who live in a house with a big garden and many old trees."));
      ASSERT_TRUE(waitFor(
          [&] {
            const QString status = run.status();
            return run.app.conversation()->count() == before + 2 &&
                   (status == QLatin1String("done") || status == QLatin1String("failed") || status == QLatin1String("full"));
          },
          kPatienceMs))
          << policy << ' ' << qPrintable(run.status());
      if (run.status() == QLatin1String("failed")) {
        ++failed;
        EXPECT_EQ(run.chats.path(run.app.currentChatId()).last().errorId, errorName(ErrorId::EngineContextFull)) << policy;
        EXPECT_FALSE(run.last(ConversationModel::ErrorNextStepRole).toString().isEmpty());
      }
    }
    EXPECT_TRUE(waitFor([&] { return run.chats.contextOf(run.app.currentChatId(), {}).isExact; }));
    const ContextView view = run.chats.contextOf(run.app.currentChatId(), {});
    if (QLatin1String(policy) == QLatin1String("stop")) {
      EXPECT_GT(failed, 0);
      EXPECT_EQ(view.unread, 0);
    } else {
      EXPECT_EQ(failed, 0) << policy;
      EXPECT_GT(view.unread, 0) << policy;
      EXPECT_EQ(view.summary.isEmpty(), QLatin1String(policy) == QLatin1String("drop"));
    }
  }
}

TEST(RealEngine, AFileThatIsNoModelSaysSo) {
  const QTemporaryDir home;
  QFile file(home.filePath(QStringLiteral("bad.gguf")));
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write("this is no model");
  file.close();
  RealRun run(home.path());
  ASSERT_TRUE(waitFor([&] { return run.chats.isStarted(); }));
  run.app.openModelFile(QUrl::fromLocalFile(file.fileName()));
  ASSERT_TRUE(waitFor([&] { return run.app.model()->state() == QLatin1String("failed"); }, kPatienceMs));
  EXPECT_FALSE(run.app.model()->errorCause().isEmpty());
  EXPECT_FALSE(run.app.model()->errorNextStep().isEmpty());
}

}  // namespace
