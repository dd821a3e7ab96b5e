#include "services/model_service.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>

#include "app/support/app_fixture.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

class ModelServiceTest : public hearth_test::AppTest {
 protected:
  QString makeFile(const QString& name) {
    const QString path = m_folder.filePath(name);
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("GGUF");
    return path;
  }
};

TEST_F(ModelServiceTest, FirstStartLoadsTheStarterModel) {
  AppRun run(home());
  const ModelStatus& status = *run.viewModel.model();
  EXPECT_EQ(status.state(), QStringLiteral("none"));
  ASSERT_TRUE(run.open());
  EXPECT_EQ(status.state(), QStringLiteral("loading"));
  EXPECT_EQ(status.name(), QStringLiteral("Ember"));
  EXPECT_TRUE(status.isStarter());
  Q_EMIT run.engine.loadProgress(run.engine.loading, 0.43);
  EXPECT_EQ(status.stateText(), QStringLiteral("Loading 43%"));
  run.engine.finishLoad();
  EXPECT_EQ(status.state(), QStringLiteral("ready"));
  EXPECT_EQ(status.stateText(), QStringLiteral("Ready"));
  EXPECT_EQ(status.name(), QStringLiteral("Fake"));
  EXPECT_EQ(status.contextLength(), 1024);
  EXPECT_EQ(status.deviceName(), QStringLiteral("test device"));
  EXPECT_EQ(status.detail(), QStringLiteral("deepseek2 · Q8_0 · 6 MB · 2 of 12 experts"));
  EXPECT_TRUE(run.viewModel.settings()->lastModelPath().isEmpty());
  EXPECT_TRUE(waitFor([&] { return run.models.fingerprint().size() == 64; }));
}

TEST_F(ModelServiceTest, AModelWithoutAUsableChatTemplateIsAnnounced) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  EXPECT_EQ(run.viewModel.notice(), QString());
  EXPECT_EQ(run.viewModel.model()->formatNote(), QString());
  run.viewModel.openModelFile(QUrl::fromLocalFile(makeFile(QStringLiteral("plain.gguf"))));
  run.engine.finishLoad(1024, QStringLiteral("Plain"), QStringLiteral("cpu"), QStringLiteral("ChatML"));
  EXPECT_TRUE(run.viewModel.notice().contains(QStringLiteral("“ChatML”"))) << run.viewModel.notice().toStdString();
  EXPECT_TRUE(run.viewModel.notice().contains(QStringLiteral("without a chat template")));
  EXPECT_FALSE(run.viewModel.noticeNextStep().isEmpty());
  EXPECT_EQ(run.viewModel.model()->formatNote(), run.viewModel.notice());
  run.viewModel.dismissNotice();
  run.viewModel.openModelFile(QUrl::fromLocalFile(makeFile(QStringLiteral("broken.gguf"))));
  run.engine.finishLoad(1024, QStringLiteral("Broken"), QStringLiteral("cpu"), QStringLiteral("Llama 3"),
                        QStringLiteral("line 3: no filter %1"));
  EXPECT_TRUE(run.viewModel.notice().contains(QStringLiteral("“Llama 3”")));
  EXPECT_TRUE(run.viewModel.notice().contains(QStringLiteral("(line 3: no filter %1)"))) << run.viewModel.notice().toStdString();
}

TEST_F(ModelServiceTest, ADeviceThatIsReplacedIsAnnouncedWithItsReason) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  run.viewModel.reloadModel();
  Q_EMIT run.engine.deviceSwitched(run.engine.loading + 7, {QStringLiteral("Other GPU"), QStringLiteral("of another load")});
  EXPECT_EQ(run.viewModel.notice(), QString());
  Q_EMIT run.engine.deviceSwitched(run.engine.loading, {QStringLiteral("Odd GPU"), QStringLiteral("its self-test failed")});
  EXPECT_EQ(run.viewModel.notice(),
            QStringLiteral("Odd GPU cannot be used (its self-test failed). The processor computes the answers instead."));
  EXPECT_FALSE(run.viewModel.noticeNextStep().isEmpty());
  run.viewModel.dismissNotice();
  run.engine.finishLoad();
  EXPECT_EQ(run.viewModel.notice(), QString());

  // In the middle of an answer: it goes on.
  run.viewModel.send(QStringLiteral("Hello"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  run.engine.text(0, QStringLiteral("One "));
  Q_EMIT run.engine.deviceSwitched(0, {QStringLiteral("Odd GPU"), QStringLiteral("it was lost")});
  ModelFacts facts = run.models.facts();
  facts.deviceName = QStringLiteral("CPU, 2 threads");
  Q_EMIT run.engine.modelLoaded(0, facts);
  EXPECT_TRUE(run.viewModel.notice().startsWith(QStringLiteral("Odd GPU failed (it was lost)."))) << run.viewModel.notice().toStdString();
  EXPECT_EQ(run.viewModel.model()->deviceName(), QStringLiteral("CPU, 2 threads"));
  EXPECT_EQ(run.viewModel.model()->state(), QStringLiteral("ready"));
  run.engine.text(0, QStringLiteral("two."));
  run.engine.finish(0);
  ASSERT_TRUE(waitFor([&] {
    const ConversationModel& chat = *run.viewModel.conversation();
    return chat.index(chat.count() - 1).data(ConversationModel::TextRole).toString() == QLatin1String("One two.");
  }));
}

TEST_F(ModelServiceTest, TheModelUsedLastIsLoadedAgain) {
  const QString other = makeFile(QStringLiteral("other.gguf"));
  {
    AppRun run(home());
    ASSERT_TRUE(run.openReady());
    run.viewModel.openModelFile(QUrl::fromLocalFile(other));
    EXPECT_EQ(run.viewModel.model()->name(), QStringLiteral("other"));
    run.engine.finishLoad();
    EXPECT_FALSE(run.viewModel.model()->isStarter());
  }
  {
    AppRun run(home());
    ASSERT_TRUE(run.open());
    EXPECT_EQ(run.engine.loads.last().path, other);
  }
  QFile::remove(other);
  AppRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_TRUE(run.models.isStarter());
  EXPECT_TRUE(run.viewModel.notice().contains(QStringLiteral("other.gguf")));
  EXPECT_FALSE(run.viewModel.noticeNextStep().isEmpty());
}

TEST_F(ModelServiceTest, FailuresSayWhyAndWhatToDo) {
  AppRun run(home());
  ASSERT_TRUE(run.openReady());
  const ModelStatus& status = *run.viewModel.model();
  const QUrl nowhere = QUrl::fromLocalFile(QStringLiteral("/nowhere/x.gguf"));
  run.viewModel.openModelFile(nowhere);
  EXPECT_EQ(status.state(), QStringLiteral("ready"));
  EXPECT_TRUE(run.viewModel.notice().contains(QStringLiteral("/nowhere/x.gguf")));
  run.viewModel.reloadModel();
  run.engine.failLoad(QStringLiteral("No memory."));
  run.viewModel.openModelFile(nowhere);
  EXPECT_EQ(status.state(), QStringLiteral("failed"));
  EXPECT_TRUE(status.errorCause().contains(QStringLiteral("/nowhere/x.gguf")));
  EXPECT_FALSE(status.errorNextStep().isEmpty());
  run.viewModel.openModelFile(QUrl::fromLocalFile(makeFile(QStringLiteral("bad.gguf"))));
  run.engine.failLoad(QStringLiteral("The file is cut short."));
  EXPECT_EQ(status.errorCause(), errorText(ErrorId::EngineBadFile).cause);
  EXPECT_EQ(status.errorNextStep(), errorText(ErrorId::EngineBadFile).nextStep);
  EXPECT_EQ(status.errorDetail(), QStringLiteral("The file is cut short."));
  run.viewModel.useStarterModel();
  run.engine.finishLoad();
  EXPECT_EQ(status.state(), QStringLiteral("ready"));
  EXPECT_TRUE(status.errorCause().isEmpty());
}

TEST_F(ModelServiceTest, AnotherLoadCancelsTheOneUnderWay) {
  AppRun run(home());
  ASSERT_TRUE(run.open());
  const quint64 first = run.engine.loading;
  run.viewModel.settings()->setThreads(3);
  run.viewModel.settings()->setBackground(true);
  run.viewModel.reloadModel();
  EXPECT_EQ(run.engine.cancelled, QList<quint64>{first});
  EXPECT_EQ(run.engine.loads.last().threads, 3);
  EXPECT_TRUE(run.engine.loads.last().background);
  Q_EMIT run.engine.loadFailed(first, {ErrorId::EngineCancelled, {}, QStringLiteral("Cancelled.")});
  EXPECT_EQ(run.models.state(), ModelService::State::Loading);
}

TEST_F(ModelServiceTest, WithoutAStarterModelTheWindowIsUsable) {
  AppRun run(home());
  ModelService models(&run.engine, &run.settings, QString());
  models.start({});
  EXPECT_EQ(models.state(), ModelService::State::Failed);
  EXPECT_FALSE(models.failure().cause().isEmpty());
  EXPECT_FALSE(models.failure().nextStep().isEmpty());
}

}  // namespace
