// Adapters in the real window with the real engine: Ember and its two adapters. Greedy answers show what a switch does.
#include <QImage>
#include <QQuickStyle>
#include <QTemporaryDir>

#include "app_core.h"
#include "gui/real_window.h"

using namespace hearth_test;

namespace {

constexpr int kAnswerTimeout = 90'000;  // ms; sanitizers and a busy machine included
constexpr int kTimeout = 20'000;
constexpr int kBundled = 5;  // adapters of the starter model
constexpr int kTokens = 40;  // enough for another word
const QString kQuestion = QStringLiteral("Tell me a story about a fox.");

void screenshot(const QString& name) {
  QTest::qWait(300);  // let animations end
  mainWindow()->grabWindow().save(QStringLiteral("adapters_%1.png").arg(name));
}

}  // namespace

class AdaptersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void aSwitchChangesTheAnswerAndOffRestoresIt();
  void noStrengthIsAsGoodAsOff();
  void answersBesideEachOther();
  void importUseAndRemove();
  void cleanupTestCase();

 private:
  QString ask(const QString& question);
  void openPanel();
  void closePanel();
  [[nodiscard]] AppCore& core() { return m_application->core(); }

  QTemporaryDir m_home;
  std::unique_ptr<Application> m_application;
  QString m_base, m_adapted;
};

void AdaptersTest::initTestCase() {
  m_application = startApplication(m_home.path());
  QVERIFY(m_application);
  QTRY_VERIFY_WITH_TIMEOUT(core().chats().isStarted(), kTimeout);
  core().settings().setValue(SettingKey::Temperature, 0);
  core().settings().setValue(SettingKey::MaxTokens, kTokens);
  QTRY_VERIFY_WITH_TIMEOUT(core().models().state() == ModelService::State::Ready, kAnswerTimeout);
  // The bundled adapters are there out of the box.
  QTRY_COMPARE_WITH_TIMEOUT(core().viewModel().chatAdapters()->count(), kBundled, kTimeout);
  for (int row = 0; row < kBundled; ++row) {
    QTRY_COMPARE_WITH_TIMEOUT(core().viewModel().chatAdapters()->index(row).data(ChatAdaptersModel::StateRole).toString(),
                              QStringLiteral("fits"), kTimeout);
  }
  QTRY_VERIFY(item("adapterChip"));
}

void AdaptersTest::cleanupTestCase() {
  m_application.reset();
}

/// Asks in a new chat, by keyboard, and waits for the answer.
QString AdaptersTest::ask(const QString& question) {
  if (!QTest::qWaitFor([] { return item("composer") && item("composer")->hasActiveFocus(); }, kTimeout)) return {};
  type(question);
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  const auto done = [] { return rowCount("conversationList") == 2 && rowValue("conversationList", 1, "status") == QLatin1String("done"); };
  return QTest::qWaitFor(done, kAnswerTimeout) ? rowValue("conversationList", 1, "text").toString() : QString();
}

void AdaptersTest::openPanel() {
  QTest::keyClick(mainWindow(), Qt::Key_J, Qt::ControlModifier);
  QTRY_VERIFY(item("adapterToggle") && item("adapterToggle")->hasActiveFocus());
}

void AdaptersTest::closePanel() {
  QTest::keyClick(mainWindow(), Qt::Key_Escape);
  QTRY_VERIFY(!item("adapterToggle"));
  QTest::keyClick(mainWindow(), Qt::Key_L, Qt::ControlModifier);
}

void AdaptersTest::aSwitchChangesTheAnswerAndOffRestoresIt() {
  m_base = ask(kQuestion);
  QVERIFY(!m_base.isEmpty());
  QCOMPARE(rowValue("conversationList", 1, "adapters").toString(), QString());

  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  openPanel();
  screenshot(QStringLiteral("panel"));
  QTest::keyClick(mainWindow(), Qt::Key_Space);
  QTRY_COMPARE(item("adapterSummary")->property("text").toString(), core().viewModel().chatAdapters()->index(0).data().toString());
  closePanel();
  m_adapted = ask(kQuestion);
  QVERIFY(!m_adapted.isEmpty());
  QVERIFY2(m_adapted != m_base, qPrintable(m_base));
  QCOMPARE(rowValue("conversationList", 1, "adapters").toString(),
           core().viewModel().chatAdapters()->index(0).data().toString() + QStringLiteral(" 1.0"));
  screenshot(QStringLiteral("adapted"));

  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  openPanel();
  QTest::keyClick(mainWindow(), Qt::Key_Space);
  closePanel();
  QCOMPARE(ask(kQuestion), m_base);
}

void AdaptersTest::noStrengthIsAsGoodAsOff() {
  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  openPanel();
  QTest::keyClick(mainWindow(), Qt::Key_Space);
  QTRY_VERIFY(item("strengthSlider"));
  QTest::keyClick(mainWindow(), Qt::Key_Tab);
  QTRY_VERIFY(item("strengthSlider")->hasActiveFocus());
  for (int i = 0; i < 20; ++i) QTest::keyClick(mainWindow(), Qt::Key_Left);
  QTRY_COMPARE(item("strengthSlider")->property("value").toDouble(), 0.0);
  closePanel();
  QCOMPARE(ask(kQuestion), m_base);
  QCOMPARE(rowValue("conversationList", 1, "adapters").toString(), QString());
}

void AdaptersTest::answersBesideEachOther() {
  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  QTest::keyClick(mainWindow(), Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_VERIFY(item("compareInput") && item("compareInput")->hasActiveFocus());
  screenshot(QStringLiteral("compare_begin"));
  type(kQuestion);
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(rowCount("comparedAnswers"), 3, kTimeout);
  for (int row = 0; row < 3; ++row)
    QTRY_COMPARE_WITH_TIMEOUT(rowValue("comparedAnswers", row, "status").toString(), QStringLiteral("done"), kAnswerTimeout);
  QCOMPARE(rowValue("comparedAnswers", 0, "text").toString(), m_base);
  QCOMPARE(rowValue("comparedAnswers", 1, "text").toString(), m_adapted);
  QVERIFY(rowValue("comparedAnswers", 2, "text").toString() != m_base);
  screenshot(QStringLiteral("compare"));
  QQuickItem* second = item("compareAnswer1");
  QVERIFY(second && item("keepAnswer", second));
  click(item("keepAnswer", second));
  QTRY_COMPARE(rowCount("conversationList"), 2);
  QTRY_COMPARE(rowValue("conversationList", 1, "text").toString(), m_adapted);
  QCOMPARE(rowValue("conversationList", 1, "versionCount").toInt(), 3);
  screenshot(QStringLiteral("kept"));
}

void AdaptersTest::importUseAndRemove() {
  // The weights of the first one with another name and a few bytes behind them: another adapter.
  QFile from(QStringLiteral(HEARTH_MODELS "/../adapters/law.gguf"));
  QFile to(m_home.filePath(QStringLiteral("My own adapter.gguf")));
  QVERIFY(from.open(QIODevice::ReadOnly) && to.open(QIODevice::WriteOnly));
  to.write(from.readAll() + QByteArray(64, '\0'));
  to.close();
  core().viewModel().adapters()->importFiles({QUrl::fromLocalFile(to.fileName())});
  QTest::keyClick(mainWindow(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_COMPARE_WITH_TIMEOUT(rowCount("adapterList"), kBundled + 1, kTimeout);
  int own = -1;
  for (int row = 0; row <= kBundled; ++row) {
    if (!rowValue("adapterList", row, "isStarter").toBool()) own = row;
  }
  QVERIFY(own >= 0);
  QTRY_COMPARE_WITH_TIMEOUT(rowValue("adapterList", own, "fit").toString(), QStringLiteral("fits"), kTimeout);
  screenshot(QStringLiteral("page"));
  const qint64 id = rowValue("adapterList", own, "adapterId").toLongLong();
  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  for (int row = 0; row <= kBundled; ++row) {  // only the own one
    ChatAdaptersModel* switches = core().viewModel().chatAdapters();
    const qint64 each = switches->index(row).data(ChatAdaptersModel::AdapterIdRole).toLongLong();
    switches->setScale(each, 1);
    switches->setActive(each, each == id);
  }
  QCOMPARE(ask(kQuestion), m_adapted);

  // Removed while it is at work, through the page: the answer goes on.
  core().settings().setValue(SettingKey::MaxTokens, 0);
  type(QStringLiteral("Tell me another long story about a dog."));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QVERIFY(QTest::qWaitFor([] { return !rowValue("conversationList", 3, "text").toString().isEmpty(); }, kAnswerTimeout));
  QTest::keyClick(mainWindow(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  const QByteArray cardName = "adapterCard" + QByteArray::number(own);
  QTRY_VERIFY(item(cardName.constData()));
  click(item("adapterMenuButton", item(cardName.constData())));
  QTRY_VERIFY(item("removeAdapter"));
  QTest::qWait(200);
  click(item("removeAdapter"));
  QTRY_VERIFY(item("confirmRemoveAdapter"));
  QVERIFY(item("removalText")->property("text").toString().contains(QStringLiteral("frees")));
  screenshot(QStringLiteral("remove"));
  click(item("confirmRemoveAdapter"));
  QTRY_COMPARE_WITH_TIMEOUT(rowCount("adapterList"), kBundled, kTimeout);
  QTRY_VERIFY(!item("confirmRemoveAdapter"));  // while a dialog closes, the window's keys are not heard
  QTest::keyClick(mainWindow(), Qt::Key_L, Qt::ControlModifier);
  QTRY_VERIFY(item("composer"));
  QTRY_COMPARE_WITH_TIMEOUT(rowValue("conversationList", 3, "status").toString(), QStringLiteral("done"), kAnswerTimeout);
  core().settings().setValue(SettingKey::MaxTokens, kTokens);
  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  QCOMPARE(ask(kQuestion), m_base);
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  AdaptersTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "adapters_test.moc"
