// Adapters in chats: what an answer is asked with and what is kept with it. The adapters, the model and whether they fit are real.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDir>
#include <QFile>
#include <QSignalSpy>

#include "app/support/app_fixture.h"
#include "storage/message_store.h"

namespace {

using hearth_test::AppRun;
using hearth_test::waitFor;

constexpr int kPatienceMs = 60000;
const QString kStarters = QStringLiteral(HEARTH_MODELS "/../adapters");

class ChatAdaptersTest : public hearth_test::AppTest {
 protected:
  /// Two of the starter adapters: as many as there are columns for in a comparison.
  void SetUp() override {
    AppTest::SetUp();
    for (const char* name : {"fables.gguf", "tales.gguf"}) {
      ASSERT_TRUE(QDir().mkpath(two()));
      ASSERT_TRUE(QFile::copy(QStringLiteral("%1/%2").arg(kStarters, QLatin1String(name)),
                              QStringLiteral("%1/%2").arg(two(), QLatin1String(name))));
    }
  }

  [[nodiscard]] QString two() const { return m_folder.filePath(QStringLiteral("starters")); }

  /// Ready to answer, with both starter adapters checked against the model.
  bool ready(AppRun& run) const {
    if (!run.openReady()) return false;
    return waitFor([&run] { return fitting(run).size() >= 2; }, kPatienceMs);
  }

  static QList<qint64> fitting(AppRun& run) {
    QList<qint64> ids;
    for (const AdapterRow& row : run.core.adapters().adapters()) {
      if (run.core.adapters().fit(row.id, run.models.variantId()).state == AdapterFit::State::Fits) ids.append(row.id);
    }
    return ids;
  }

  /// By the name of its file.
  static AdapterRow adapter(AppRun& run, const QString& file) {
    for (const AdapterRow& row : run.core.adapters().adapters()) {
      if (row.path().endsWith(file)) return row;
    }
    return {};
  }

  static qint64 ask(AppRun& run, qint64 chatId, const QString& text) {
    const qsizetype before = run.engine.requests.size();
    chatId = run.chats.send(chatId, text);
    run.chats.open(chatId);
    EXPECT_TRUE(waitFor([&] { return run.engine.requests.size() == before + 1; }));
    return chatId;
  }

  static QList<MessageRow> stored(AppRun& run, qint64 id) {
    QList<MessageRow> rows;
    run.storage.run<QList<MessageRow>>(
        &run.chats, [id](Database& database) { return *MessageStore(database).versions(id); },
        [&rows](const QList<MessageRow>& versions) { rows = versions; });
    run.settle();
    return rows;
  }

  /// Another adapter than the starters, as a file outside the data folder: the same weights and a few bytes behind them.
  QString copyOfFables(const QString& name, int bytes) const {
    QFile from(kStarters + QStringLiteral("/fables.gguf"));
    QFile to(m_folder.filePath(name));
    if (!from.open(QIODevice::ReadOnly) || !to.open(QIODevice::WriteOnly)) return {};
    to.write(from.readAll() + QByteArray(bytes, '\0'));
    return to.fileName();
  }
};

TEST_F(ChatAdaptersTest, AnAnswerUsesAndRemembersWhatIsOn) {
  qint64 chatId = 0;
  MessageRow answer;
  {
    AppRun run(home(), two());
    ASSERT_TRUE(ready(run));
    const AdapterRow fables = adapter(run, QStringLiteral("fables.gguf"));
    const AdapterRow tales = adapter(run, QStringLiteral("tales.gguf"));
    run.core.adapters().setSwitch(0, {fables.id, true, 1});
    run.core.adapters().setSwitch(0, {tales.id, true, 0.35});
    chatId = ask(run, 0, QStringLiteral("a"));
    ASSERT_EQ(run.engine.requests[0].adapters.size(), 2);
    EXPECT_TRUE(run.engine.requests[0].adapters.contains(AdapterUse{fables.path(), 1}));
    EXPECT_TRUE(run.engine.requests[0].adapters.contains(AdapterUse{tales.path(), 0.35}));
    run.engine.text(0, QStringLiteral("b"));
    run.engine.finish(0);
    answer = run.chats.path(chatId).last();
    ASSERT_EQ(answer.adapters.size(), 2);
    for (const AnswerAdapter& used : answer.adapters) {
      EXPECT_EQ(used.hash.size(), 64) << qPrintable(used.name);
      EXPECT_EQ(used.scale, used.id == tales.id ? 0.35 : 1.0);
    }
    EXPECT_EQ(stored(run, answer.id).first(), answer);
    run.viewModel.openChat(chatId);
    EXPECT_TRUE(run.viewModel.conversation()->index(1).data(ConversationModel::AdaptersRole).toString().contains(QStringLiteral("0.35")));

    run.core.adapters().setSwitch(chatId, {fables.id, false, 1});  // from the next message on
    ask(run, chatId, QStringLiteral("c"));
    EXPECT_EQ(run.engine.requests[1].adapters, QList<AdapterUse>({{tales.path(), 0.35}}));
    EXPECT_EQ(run.chats.path(chatId).last().adapters.size(), 1);
    EXPECT_EQ(run.chats.path(chatId)[1].adapters, answer.adapters);
    run.engine.finish(1);
  }
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).size() == 4; }));
  EXPECT_EQ(run.chats.path(chatId)[1].adapters, answer.adapters);
}

TEST_F(ChatAdaptersTest, NoStrengthIsOff) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  run.core.adapters().setSwitch(0, {adapter(run, QStringLiteral("fables.gguf")).id, true, 0});
  const qint64 chatId = ask(run, 0, QStringLiteral("a"));
  EXPECT_TRUE(run.engine.requests[0].adapters.isEmpty());
  EXPECT_TRUE(run.chats.path(chatId).last().adapters.isEmpty());
}

TEST_F(ChatAdaptersTest, EachChatHasItsOwnSwitches) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  const AdapterRow fables = adapter(run, QStringLiteral("fables.gguf"));
  const qint64 first = ask(run, 0, QStringLiteral("a"));
  run.engine.finish(0);
  run.core.adapters().setSwitch(0, {fables.id, true, 0.5});
  const qint64 second = ask(run, 0, QStringLiteral("b"));
  run.engine.finish(1);
  ask(run, first, QStringLiteral("c"));
  EXPECT_TRUE(run.engine.requests[0].adapters.isEmpty());
  EXPECT_EQ(run.engine.requests[1].adapters, QList<AdapterUse>({{fables.path(), 0.5}}));
  EXPECT_TRUE(run.engine.requests[2].adapters.isEmpty());
  run.engine.finish(2);
  run.core.adapters().setSwitch(0, {fables.id, false, 0.5});  // the second chat has taken them along
  ask(run, second, QStringLiteral("d"));
  EXPECT_EQ(run.engine.requests[3].adapters.size(), 1);
}

TEST_F(ChatAdaptersTest, AnAdapterThatFailsIsNamedAndNothingIsLost) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  const AdapterRow fables = adapter(run, QStringLiteral("fables.gguf"));
  run.core.adapters().setSwitch(0, {fables.id, true, 1});
  const qint64 chatId = ask(run, 0, QStringLiteral("my question"));
  Q_EMIT run.engine.answerFailed(run.engine.ids[0],
                                 Problem{ErrorId::AdapterNotUsable, {QStringLiteral("fables.gguf")}, QStringLiteral("It is cut off.")});
  const MessageRow answer = run.chats.path(chatId).last();
  EXPECT_EQ(answer.status, MessageStatus::Failed);
  EXPECT_EQ(answer.errorId, QStringLiteral("answer-adapter-failed"));
  EXPECT_EQ(answer.errorDetail, fables.name + QStringLiteral(": It is cut off."));
  EXPECT_FALSE(errorText(errorIdFromName(answer.errorId)).cause.contains(u'%'));
  EXPECT_EQ(stored(run, run.chats.path(chatId).first().id).first().content, QStringLiteral("my question"));
  run.core.adapters().setSwitch(chatId, {fables.id, false, 1});
  run.chats.retry(chatId, answer.id);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  EXPECT_TRUE(run.engine.requests[1].adapters.isEmpty());
  // Other failures are not blamed on adapters.
  run.engine.finish(1);
  run.core.adapters().setSwitch(chatId, {fables.id, true, 1});
  ask(run, chatId, QStringLiteral("more"));
  run.engine.fail(2, ErrorId::EngineDevice, QStringLiteral("The device stopped."));
  EXPECT_EQ(run.chats.path(chatId).last().errorId, QStringLiteral("engine-device"));
}

TEST_F(ChatAdaptersTest, AComparisonAsksWithTheAdaptersOfItsColumns) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  const AdapterRow fables = adapter(run, QStringLiteral("fables.gguf"));
  const AdapterRow tales = adapter(run, QStringLiteral("tales.gguf"));
  run.core.adapters().setSwitch(0, {fables.id, true, 1});  // does not matter here
  const qint64 chatId = run.chats.compare(0, QStringLiteral("q"), {{}, {{fables.id, 0.5}, {tales.id, 1}}, {{tales.id, 0}}, {{12345, 1}}});
  run.chats.open(chatId);
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 3; }));
  EXPECT_TRUE(run.engine.requests[0].adapters.isEmpty());
  EXPECT_EQ(run.engine.requests[1].adapters, QList<AdapterUse>({{fables.path(), 0.5}, {tales.path(), 1}}));
  EXPECT_TRUE(run.engine.requests[2].adapters.isEmpty());
  EXPECT_EQ(run.engine.requests[0].cacheSalt, run.engine.requests[1].cacheSalt);
  const QList<MessageRow> rows = run.chats.comparison(chatId);
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows[1].adapters.size(), 2);
  EXPECT_EQ(rows[3].status, MessageStatus::Failed);
  EXPECT_EQ(rows[3].errorId, QStringLiteral("answer-adapter-missing"));
  EXPECT_EQ(stored(run, rows[1].id)[1].adapters, rows[1].adapters);
}

TEST_F(ChatAdaptersTest, NoMoreThanFourAtOnce) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  QStringList copies;
  for (int i = 1; i <= 4; ++i) copies.append(copyOfFables(QStringLiteral("copy%1.gguf").arg(i), i * 32));
  run.core.adapters().import(copies, ImportMode::Copy);
  ASSERT_TRUE(waitFor([&] { return fitting(run).size() == 6; }, kPatienceMs)) << fitting(run).size();
  ChatAdaptersModel& model = *run.viewModel.chatAdapters();
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_EQ(model.count(), 6);
  EXPECT_EQ(model.installedCount(), 6);
  EXPECT_EQ(model.summary(), QStringLiteral("Adapters"));
  for (int row = 0; row < 6; ++row) model.setActive(model.index(row).data(ChatAdaptersModel::AdapterIdRole).toLongLong(), true);
  EXPECT_EQ(model.activeCount(), 4);
  EXPECT_TRUE(model.full());
  model.setScale(model.index(5).data(ChatAdaptersModel::AdapterIdRole).toLongLong(), 1.5);
  EXPECT_EQ(model.activeCount(), 4);
  const qint64 chatId = ask(run, 0, QStringLiteral("a"));
  EXPECT_EQ(run.engine.requests[0].adapters.size(), 4);
  run.engine.finish(0);
  // Switched past the window: a clear answer instead of the engine's.
  for (const qint64 id : fitting(run)) run.core.adapters().setSwitch(chatId, {id, true, 1});
  run.chats.send(chatId, QStringLiteral("b"));
  ASSERT_TRUE(waitFor([&] { return run.chats.path(chatId).last().status == MessageStatus::Failed; }));
  EXPECT_EQ(run.chats.path(chatId).last().errorId, QStringLiteral("answer-too-many-adapters"));
  EXPECT_EQ(run.engine.requests.size(), 1);
}

TEST_F(ChatAdaptersTest, RemovingOneThatIsOnLeavesOldAnswersAsTheyWere) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  run.core.adapters().import({copyOfFables(QStringLiteral("my own.gguf"), 64)}, ImportMode::Copy);
  ASSERT_TRUE(waitFor([&] { return fitting(run).size() == 3; }, kPatienceMs));
  const AdapterRow own = adapter(run, QStringLiteral("my own.gguf"));
  ASSERT_NE(own.id, 0);
  run.core.adapters().setSwitch(0, {own.id, true, 2});
  const qint64 chatId = ask(run, 0, QStringLiteral("a"));
  run.core.adapters().remove(own.id);  // while it is at work
  run.engine.text(0, QStringLiteral("text"));
  run.engine.finish(0);
  const MessageRow answer = run.chats.path(chatId).last();
  EXPECT_EQ(answer.status, MessageStatus::Done);
  ASSERT_EQ(answer.adapters.size(), 1);
  EXPECT_EQ(answer.adapters.first().name, own.name);
  ASSERT_TRUE(waitFor([&] { return !run.core.adapters().adapter(own.id); }));
  ask(run, chatId, QStringLiteral("b"));
  EXPECT_TRUE(run.engine.requests[1].adapters.isEmpty());
  EXPECT_EQ(run.viewModel.chatAdapters()->activeCount(), 0);
}

TEST_F(ChatAdaptersTest, TheSettingsOfTheModelGoFirst) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  run.settings.setValue(SettingKey::Temperature, 1.5);
  run.settings.setValue(SettingKey::TopK, 7);
  VariantSettings own;
  own.temperature = 0;
  own.maxTokens = 12;
  own.repeatPenalty = 1.0;
  own.systemPrompt = QStringLiteral("Be brief.");
  run.core.library().setSettings(run.models.variantId(), own);
  ask(run, 0, QStringLiteral("a"));
  const AnswerRequest& request = run.engine.requests[0];
  EXPECT_EQ(request.sampling.temperature, 0);
  EXPECT_EQ(request.sampling.topK, 7);
  EXPECT_EQ(request.sampling.repeatPenalty, 1.0);
  EXPECT_EQ(request.maxTokens, 12);
  EXPECT_EQ(request.turns.first(), (ChatTurn{QStringLiteral("system"), QStringLiteral("Be brief.")}));
}

TEST_F(ChatAdaptersTest, TheSwitchesOfTheHeader) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  ChatAdaptersModel& model = *run.viewModel.chatAdapters();
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_EQ(model.count(), 2);
  const qint64 first = model.index(0).data(ChatAdaptersModel::AdapterIdRole).toLongLong();
  const QString name = model.index(0).data(ChatAdaptersModel::NameRole).toString();
  model.setActive(first, true);
  EXPECT_EQ(model.summary(), name);
  EXPECT_EQ(model.activeText(), name + QStringLiteral(" 1.0"));
  model.setScale(first, 0.333);
  EXPECT_DOUBLE_EQ(model.index(0).data(ChatAdaptersModel::ScaleRole).toDouble(), 0.35);
  model.setScale(first, 99);
  EXPECT_DOUBLE_EQ(model.index(0).data(ChatAdaptersModel::ScaleRole).toDouble(), 2);
  model.setScale(first, 0);
  EXPECT_EQ(model.activeCount(), 0);
  EXPECT_EQ(model.summary(), QStringLiteral("Adapters"));
  model.setActive(first, false);
  model.setActive(first, true);  // would have no effect with nothing of it
  EXPECT_EQ(model.activeCount(), 1);
  model.setActive(12345, true);
  run.viewModel.send(QStringLiteral("a"));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 1; }));
  EXPECT_EQ(model.activeCount(), 1);  // the new chat has them
  model.setActive(first, false);
  run.viewModel.newChat();
  EXPECT_EQ(model.activeCount(), 1);  // new ones still do
}

TEST_F(ChatAdaptersTest, ColumnsOfAComparison) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  ComparisonModel& comparison = *run.viewModel.comparison();
  const QAbstractItemModelTester tester(comparison.answers(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_TRUE(comparison.possible());
  comparison.begin();
  const auto key = [&comparison](int column) { return comparison.columns()[column].toMap().value(QStringLiteral("key")).toLongLong(); };
  ASSERT_EQ(comparison.columns().size(), 3);
  EXPECT_EQ(key(0), 0);
  EXPECT_GT(key(1), 0);
  EXPECT_GT(key(2), 0);
  EXPECT_FALSE(comparison.canAdd());
  EXPECT_EQ(comparison.options().size(), 3);
  comparison.setScale(1, 0.52);
  EXPECT_EQ(comparison.columns()[1].toMap().value(QStringLiteral("scaleText")).toString(), QStringLiteral("0.5"));
  comparison.removeColumn(2);
  comparison.removeColumn(1);  // two stay
  ASSERT_EQ(comparison.columns().size(), 2);
  comparison.send(QStringLiteral("  "));
  comparison.send(QStringLiteral(" which? "));
  ASSERT_TRUE(waitFor([&] { return run.engine.requests.size() == 2; }));
  EXPECT_NE(run.viewModel.currentChatId(), 0);
  EXPECT_EQ(run.engine.requests[0].turns.last().content, QStringLiteral("which?"));
  EXPECT_TRUE(run.engine.requests[0].adapters.isEmpty());
  ASSERT_EQ(run.engine.requests[1].adapters.size(), 1);
  EXPECT_EQ(run.engine.requests[1].adapters[0].scale, 0.5);
  EXPECT_EQ(comparison.question(), QStringLiteral("which?"));
  EXPECT_EQ(comparison.titles().first(), QStringLiteral("Fake"));
  EXPECT_TRUE(comparison.titles().last().endsWith(QStringLiteral(" 0.5"))) << qPrintable(comparison.titles().last());
  EXPECT_TRUE(comparison.busy());
  run.engine.text(1, QStringLiteral("two"));
  ASSERT_EQ(comparison.answers()->count(), 2);
  EXPECT_EQ(comparison.answers()->index(1).data(ConversationModel::TextRole).toString(), QStringLiteral("two"));
  const qint64 second = comparison.answers()->index(1).data(ConversationModel::MessageIdRole).toLongLong();
  EXPECT_NE(comparison.keptId(), second);
  comparison.keep(second);
  EXPECT_EQ(comparison.keptId(), second);
  EXPECT_EQ(run.viewModel.conversation()->index(1).data(ConversationModel::TextRole).toString(), QStringLiteral("two"));
  run.viewModel.newChat();
  EXPECT_EQ(comparison.answers()->count(), 0);
  EXPECT_TRUE(comparison.question().isEmpty());
}

TEST_F(ChatAdaptersTest, ThePageOfAdapters) {
  AppRun run(home(), two());
  ASSERT_TRUE(ready(run));
  AdaptersViewModel& page = *run.viewModel.adapters();
  const QAbstractItemModelTester tester(page.list(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_EQ(page.list()->count(), 2);
  const auto data = [&page](int row, int role) { return page.list()->index(row).data(role); };
  EXPECT_EQ(data(0, AdapterListModel::FitRole).toString(), QStringLiteral("fits"));
  EXPECT_EQ(data(0, AdapterListModel::FitTextRole).toString(), QStringLiteral("Fits Fake"));
  EXPECT_TRUE(data(0, AdapterListModel::IsStarterRole).toBool());
  EXPECT_FALSE(data(0, AdapterListModel::ModelsTextRole).toString().isEmpty());
  EXPECT_TRUE(data(0, AdapterListModel::DetailRole).toString().contains(QStringLiteral("GGUF")));
  const qint64 id = data(0, AdapterListModel::AdapterIdRole).toLongLong();
  page.update(id, QStringLiteral(" Renamed  adapter "), QStringLiteral("legal"), QStringLiteral("About"), QStringLiteral("MIT"));
  int row = -1;
  for (int i = 0; i < 2; ++i) {
    if (data(i, AdapterListModel::AdapterIdRole).toLongLong() == id) row = i;
  }
  ASSERT_GE(row, 0);
  EXPECT_EQ(data(row, AdapterListModel::NameRole).toString(), QStringLiteral("Renamed adapter"));
  EXPECT_EQ(data(row, AdapterListModel::DomainTextRole).toString(), QStringLiteral("Legal"));
  EXPECT_EQ(data(row, AdapterListModel::LicenceRole).toString(), QStringLiteral("MIT"));
  const QVariantList bases = page.basesOf(id);
  ASSERT_EQ(bases.size(), 1);
  EXPECT_EQ(bases[0].toMap().value(QStringLiteral("value")).toLongLong(), run.models.variantId());
  EXPECT_EQ(page.fitting(run.models.variantId()).size(), 2);
  EXPECT_TRUE(page.mergeName(run.models.variantId(), {id}).endsWith(QStringLiteral(" + Renamed adapter")));
  EXPECT_FALSE(page.removalText(id).isEmpty());
  // A real merge.
  QSignalSpy started(&page, &AdaptersViewModel::mergeStarted);
  page.merge(run.models.variantId(), {}, QStringLiteral("nothing"), {});
  EXPECT_EQ(started.count(), 0);
  page.merge(run.models.variantId(), {QVariantMap{{QStringLiteral("adapterId"), id}, {QStringLiteral("scale"), 1.0}}},
             QStringLiteral("Ember with a moral"), {});
  EXPECT_EQ(started.count(), 1);
  ASSERT_TRUE(waitFor([&run] { return run.core.library().variants().size() == 2; }, kPatienceMs));
  bool found = false;
  for (const Variant& variant : run.core.library().variants()) found |= variant.modelName.contains(QStringLiteral("moral"));
  EXPECT_TRUE(found);
}

}  // namespace
