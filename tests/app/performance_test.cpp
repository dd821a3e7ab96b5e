#include "services/performance_service.h"

#include <gtest/gtest.h>

#include "app/support/app_fixture.h"
#include "viewmodels/performance_model.h"

namespace {

using hearth_test::AppRun;

class PerformanceTest : public hearth_test::AppTest {
 protected:
  void SetUp() override {
    AppTest::SetUp();
    run = std::make_unique<AppRun>(home());
    ASSERT_TRUE(run->openReady());
    service = std::make_unique<PerformanceService>(&run->engine, &run->models);
    model = std::make_unique<PerformanceModel>(service.get());
  }
  void TearDown() override {
    model.reset();
    service.reset();
    run.reset();
    AppTest::TearDown();
  }

  static AnswerUsage usage() {
    AnswerUsage out;
    out.promptTokens = 6180;
    out.reusedTokens = 6120;
    out.generatedTokens = 101;
    out.decodeSeconds = 5;
    out.firstTokenSeconds = 0.9;
    out.promptSeconds = 0.2;
    out.experts = {{{}, {30, 10, 0, 0}, {10, 10, 10, 10}}, 80, 60};
    return out;
  }

  std::unique_ptr<AppRun> run;
  std::unique_ptr<PerformanceService> service;
  std::unique_ptr<PerformanceModel> model;
};

TEST_F(PerformanceTest, NothingIsKnownBeforeTheFirstAnswer) {
  EXPECT_FALSE(model->known());
  EXPECT_EQ(model->modelName(), QStringLiteral("Fake"));
  EXPECT_TRUE(model->promptText().isEmpty());
  EXPECT_TRUE(model->speedText().isEmpty());
  EXPECT_TRUE(model->speeds().isEmpty());
  EXPECT_TRUE(model->balanceText().isEmpty());
  EXPECT_EQ(model->expertLayers(), 0);
  EXPECT_TRUE(model->cellText(0, 0).isEmpty());
}

TEST_F(PerformanceTest, AnAnswerFromItsPromptToItsEnd) {
  Q_EMIT run->engine.answerProgress(7, 300, 1200);
  EXPECT_TRUE(model->known());
  EXPECT_TRUE(model->running());
  EXPECT_EQ(model->promptText(), QStringLiteral("Reading the prompt, 25%"));
  EXPECT_DOUBLE_EQ(model->promptProgress(), 0.25);
  Q_EMIT run->engine.answerThinking(7, QStringLiteral("hm"), 1);
  Q_EMIT run->engine.answerText(7, QStringLiteral("one"), 2);
  EXPECT_EQ(model->speedText(), QStringLiteral("3 token(s)"));
  Q_EMIT run->engine.answerFinished(7, AnswerEnd::EndOfTurn, usage());
  EXPECT_FALSE(model->running());
  EXPECT_EQ(model->promptText(), QStringLiteral("6,120 of 6,180 prompt tokens from the cache, the others at 300 tokens/s"));
  EXPECT_EQ(model->speedText(), QStringLiteral("101 token(s) at 20.0 tokens/s"));
  EXPECT_EQ(model->firstTokenText(), QStringLiteral("First token after 0.9 s"));
}

TEST_F(PerformanceTest, TheMapOfExperts) {
  Q_EMIT run->engine.answerFinished(7, AnswerEnd::EndOfTurn, usage());
  EXPECT_EQ(model->expertLayers(), 2);
  EXPECT_EQ(model->experts(), 4);
  EXPECT_EQ(model->work(), (QVariantList{3.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0}));
  EXPECT_EQ(model->balanceText(), QStringLiteral("The busiest expert did 3.0 times its fair share; 25% did not work at all."));
  EXPECT_EQ(model->placeText(),
            QStringLiteral("75% of the work of experts was done on the device of their layer, the rest by the processor."));
  EXPECT_EQ(model->cellText(0, 0), QStringLiteral("Layer 1, expert 0: chosen 30 times, 3.0 times its fair share"));
  EXPECT_TRUE(model->cellText(2, 0).isEmpty());
  EXPECT_TRUE(model->cellText(0, 4).isEmpty());
  EXPECT_TRUE(model->cellText(-1, 0).isEmpty());
  AnswerUsage all = usage();
  all.experts.onDevice = all.experts.total;
  Q_EMIT run->engine.answerFinished(8, AnswerEnd::EndOfTurn, all);
  EXPECT_TRUE(model->placeText().isEmpty());
}

TEST_F(PerformanceTest, TheNewestAnswerIsShown) {
  Q_EMIT run->engine.answerText(7, QStringLiteral("old"), 5);
  Q_EMIT run->engine.answerText(9, QStringLiteral("new"), 2);
  Q_EMIT run->engine.answerText(7, QStringLiteral("old"), 5);
  Q_EMIT run->engine.answerFailed(7, {});
  EXPECT_EQ(service->answer().request, 9u);
  EXPECT_EQ(service->answer().tokens, 2);
  EXPECT_TRUE(model->running());
  Q_EMIT run->engine.answerFailed(9, {});
  EXPECT_FALSE(model->running());
}

TEST_F(PerformanceTest, SpeedOverTimeStaysShort) {
  Q_EMIT run->engine.answerText(7, QStringLiteral("x"), 0);
  for (qint64 ms = 0; ms <= 1000; ms += 50) service->count(1, ms);
  EXPECT_EQ(model->speeds(), (QVariantList{20.0, 20.0})) << "the span that is not over does not count";
  for (qint64 ms = 1050; ms <= 300'000; ms += 50) service->count(1, ms);
  EXPECT_LE(model->speeds().size(), PerformanceService::kMostSpeeds);
  EXPECT_DOUBLE_EQ(model->span(), 4.0);
  for (const QVariant& speed : model->speeds()) EXPECT_NEAR(speed.toDouble(), 20.0, 0.3);
  service->count(1, 3'600'000);
  EXPECT_LE(model->speeds().size(), PerformanceService::kMostSpeeds);
}

TEST_F(PerformanceTest, MemoryByPart) {
  ModelFacts facts = run->models.facts();
  facts.parts = {{QStringLiteral("cuda:0"), 3'000'000'000, 0, 1'000'000'000, 0, 0}, {QStringLiteral("cpu"), 0, 8'000'000'000, 0, 0, 0}};
  Q_EMIT run->engine.modelLoaded(0, facts);
  const QVariantList memory = model->memory();
  ASSERT_EQ(memory.size(), 2);
  const QVariantMap gpu = memory[0].toMap(), computer = memory[1].toMap();
  EXPECT_EQ(gpu[QStringLiteral("device")], QStringLiteral("cuda:0"));
  EXPECT_EQ(gpu[QStringLiteral("total")], QStringLiteral("4.0 GB"));
  const QVariantList parts = gpu[QStringLiteral("parts")].toList();
  ASSERT_EQ(parts.size(), 2);
  EXPECT_EQ(parts[0].toMap()[QStringLiteral("name")], QStringLiteral("Weights"));
  EXPECT_DOUBLE_EQ(parts[0].toMap()[QStringLiteral("share")].toDouble(), 0.75);
  EXPECT_EQ(computer[QStringLiteral("device")], QStringLiteral("Computer"));
}

}  // namespace
