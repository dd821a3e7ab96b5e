// The whole application: real window, real engine with Ember, real database. Sends a message, stops a second answer half-way,
// quits, starts again, finds both, searches for one by keyboard; and starts after a crash.
#include <QAbstractItemModel>
#include <QGuiApplication>
#include <QImage>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QtTest>

#include "application.h"

namespace {

constexpr int kAnswerTimeout = 60'000;  // ms; sanitizers and a busy machine included

QQuickWindow* mainWindow() {
  for (QWindow* window : QGuiApplication::topLevelWindows())
    if (auto* quick = qobject_cast<QQuickWindow*>(window); quick && quick->objectName() == QLatin1String("mainWindow")) return quick;
  return nullptr;
}

QQuickItem* findItem(QQuickItem* root, const QString& name) {
  if (!root || root->objectName() == name) return root;
  for (QQuickItem* child : root->childItems())
    if (QQuickItem* found = findItem(child, name)) return found;
  return nullptr;
}

QQuickItem* item(const char* name) {
  QQuickWindow* window = mainWindow();
  return window ? findItem(window->contentItem(), QString::fromLatin1(name)) : nullptr;
}

/// A role of a row of the conversation, by the name that QML uses.
QVariant messageValue(int row, const char* role) {
  QQuickItem* list = item("conversationList");
  auto* model = list ? list->property("model").value<QAbstractItemModel*>() : nullptr;
  if (!model || row >= model->rowCount()) return {};
  return model->data(model->index(row, 0), model->roleNames().key(role, -1));
}

int messageCount() {
  QQuickItem* list = item("conversationList");
  auto* model = list ? list->property("model").value<QAbstractItemModel*>() : nullptr;
  return model ? model->rowCount() : -1;
}

QString status(int row) {
  return messageValue(row, "status").toString();
}

void type(const QString& text) {
  for (const QChar& c : text) QTest::keyClick(mainWindow(), c.toLatin1());
}

/// Keeps a picture of the window beside the test's other output.
void screenshot(const QString& name) {
  QTest::qWait(300);  // let animations end
  mainWindow()->grabWindow().save(QStringLiteral("end_to_end_%1.png").arg(name));
}

/// One run of the application over the data folder of the test.
std::unique_ptr<Application> startApplication(const QString& home) {
  auto application = std::make_unique<Application>(Application::Options{home});
  if (!application->start({})) return nullptr;
  return application;
}

}  // namespace

class EndToEndTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void conversationSurvivesARestart();
  void aCrashLeadsToAStartWithoutAModel();

 private:
  void sendFirst();
  void stopSecond();
  void findBothAgain();
  void searchByKeyboard();
  QString m_first, m_stopped;
};

void EndToEndTest::sendFirst() {
  QTRY_VERIFY_WITH_TIMEOUT(item("composer"), 10'000);
  QTRY_VERIFY(item("composer")->hasActiveFocus());
  type(QStringLiteral("Hello! Who are you?"));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(messageCount(), 2, 10'000);
  QCOMPARE(messageValue(0, "text").toString(), QStringLiteral("Hello! Who are you?"));
  QTRY_COMPARE_WITH_TIMEOUT(status(1), QStringLiteral("done"), kAnswerTimeout);
  m_first = messageValue(1, "text").toString();
  QVERIFY(!m_first.isEmpty());
  QVERIFY(messageValue(1, "stats").toString().contains(QLatin1String("tokens/s")));
  screenshot(QStringLiteral("answer"));
}

void EndToEndTest::stopSecond() {
  type(QStringLiteral("Tell me a long story about a dog and a bird."));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(messageCount(), 4, 10'000);
  // QTRY looks every 50 ms only: a whole answer of the starter model may fit between two looks.
  QVERIFY(QTest::qWaitFor([] { return !messageValue(3, "text").toString().isEmpty(); }, kAnswerTimeout));
  QTest::keyClick(mainWindow(), Qt::Key_Escape);
  QTRY_COMPARE_WITH_TIMEOUT(status(3), QStringLiteral("stopped"), 5'000);
  m_stopped = messageValue(3, "text").toString();
  QVERIFY(!m_stopped.isEmpty());
  screenshot(QStringLiteral("stopped"));
}

void EndToEndTest::findBothAgain() {
  QTRY_COMPARE_WITH_TIMEOUT(messageCount(), 4, 10'000);
  QCOMPARE(messageValue(1, "text").toString(), m_first);
  QCOMPARE(status(1), QStringLiteral("done"));
  QCOMPARE(messageValue(3, "text").toString(), m_stopped);
  QCOMPARE(status(3), QStringLiteral("stopped"));
  screenshot(QStringLiteral("restarted"));
}

void EndToEndTest::searchByKeyboard() {
  mainWindow()->requestActivate();
  QVERIFY(QTest::qWaitForWindowActive(mainWindow()));  // shortcuts are those of the active window
  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  QTRY_COMPARE(messageCount(), 0);
  QTest::keyClick(mainWindow(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
  type(QStringLiteral("long story dog"));
  QTRY_VERIFY(item("searchResults") && item("searchResults")->property("count").toInt() == 1);
  screenshot(QStringLiteral("search"));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE(messageCount(), 4);
  QTest::keyClick(mainWindow(), Qt::Key_F, Qt::ControlModifier);
  QTRY_VERIFY(item("findField") && item("findField")->hasActiveFocus());
  type(QStringLiteral("who are you"));
  QTRY_VERIFY(item("findState") && item("findState")->property("text").toString().startsWith(u'1'));
  QTest::keyClick(mainWindow(), Qt::Key_Escape);
  QTRY_VERIFY(item("composer")->hasActiveFocus());
}

void EndToEndTest::aCrashLeadsToAStartWithoutAModel() {
  QTemporaryDir home;
  {
    const auto first = startApplication(home.path());
    QVERIFY(first);
    QVERIFY(QFile::exists(home.filePath(QStringLiteral("running"))));
  }
  QVERIFY(!QFile::exists(home.filePath(QStringLiteral("running"))));
  QFile marker(home.filePath(QStringLiteral("running")));  // what a killed run leaves
  QVERIFY(marker.open(QIODevice::WriteOnly));
  marker.close();
  const auto application = startApplication(home.path());
  QVERIFY(application);
  mainWindow()->requestActivate();
  QTRY_VERIFY_WITH_TIMEOUT(item("modelHeld") && item("modelHeld")->isVisible(), 10'000);
  QTRY_VERIFY(item("composer")->hasActiveFocus());
  type(QStringLiteral("Hello!"));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE(messageCount(), 1);
  QCOMPARE(status(0), QStringLiteral("queued"));
  screenshot(QStringLiteral("held"));
  QVERIFY(QMetaObject::invokeMethod(item("errorAction"), "clicked"));  // "Load Ember"
  QTRY_VERIFY_WITH_TIMEOUT(messageCount() == 2 && status(1) == QLatin1String("done"), kAnswerTimeout);
}

void EndToEndTest::conversationSurvivesARestart() {
  QTemporaryDir home;
  {
    const auto application = startApplication(home.path());
    QVERIFY(application);
    mainWindow()->requestActivate();
    sendFirst();
    if (QTest::currentTestFailed()) return;
    stopSecond();
    if (QTest::currentTestFailed()) return;
  }
  const auto again = startApplication(home.path());
  QVERIFY(again);
  QTRY_VERIFY_WITH_TIMEOUT(item("conversationList"), 10'000);
  findBothAgain();
  if (QTest::currentTestFailed()) return;
  searchByKeyboard();
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  EndToEndTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "end_to_end_test.moc"
