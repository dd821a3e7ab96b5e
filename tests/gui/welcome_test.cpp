// A new data folder begins with the first steps; skipped, they leave a window that works, and they do not come again.
#include <QQuickItem>
#include <QQuickStyle>
#include <QTemporaryDir>

#include "app_core.h"
#include "gui/real_window.h"

using hearth_test::item;
using hearth_test::mainWindow;

namespace {

constexpr int kTimeout = 60'000;

}  // namespace

class WelcomeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aNewFolderShowsThem();
  void theSecondStartDoesNot();
  void whatWasOpenedComesFirst();

 private:
  /// As the program starts, where `welcome` is true.
  std::unique_ptr<Application> start(const QString& home, const StartRequest& request = {}) {
    auto application = std::make_unique<Application>(Application::Options{home, nullptr, nullptr, true});
    if (!application->start(request) || !mainWindow()) return nullptr;
    mainWindow()->requestActivate();
    return QTest::qWaitForWindowActive(mainWindow()) ? std::move(application) : nullptr;
  }

  QTemporaryDir m_home;
};

void WelcomeTest::aNewFolderShowsThem() {
  const auto application = start(m_home.path());
  QVERIFY(application);
  QTRY_VERIFY_WITH_TIMEOUT(item("welcomeNext"), kTimeout);
  QTRY_VERIFY(item("welcomeNext")->hasActiveFocus());
  QTRY_VERIFY_WITH_TIMEOUT(application->core().models().state() == ModelService::State::Ready, kTimeout);  // meanwhile
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(application->core().viewModel().welcome()->checkState() == QLatin1String("passed"), kTimeout);
  QVERIFY(!application->core().viewModel().welcome()->summary().isEmpty());
  QTest::qWait(300);
  mainWindow()->grabWindow().save(QStringLiteral("welcome_device.png"));
  QTest::keyClick(mainWindow(), Qt::Key_Escape);
  QTRY_VERIFY(!item("welcomeNext"));
  QVERIFY(application->core().downloads().downloads().isEmpty());
  // The window behind works.
  hearth_test::type(QStringLiteral("Hello"));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(application->core().chats().chats().size(), 1, kTimeout);
  const qint64 chatId = application->core().chats().chats().first().id;
  QTRY_VERIFY_WITH_TIMEOUT(application->core().chats().runningCount(chatId) == 0, kTimeout);
}

void WelcomeTest::theSecondStartDoesNot() {
  const auto application = start(m_home.path());
  QVERIFY(application);
  QTRY_VERIFY_WITH_TIMEOUT(application->core().chats().isStarted(), kTimeout);
  QTest::qWait(500);
  QVERIFY(!item("welcomeNext"));
}

void WelcomeTest::whatWasOpenedComesFirst() {
  const QTemporaryDir home;
  StartRequest request;
  request.load = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");
  const auto application = start(home.path(), request);
  QVERIFY(application);
  QTRY_VERIFY_WITH_TIMEOUT(application->core().models().state() == ModelService::State::Ready, kTimeout);
  QVERIFY(!item("welcomeNext"));
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  WelcomeTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "welcome_test.moc"
