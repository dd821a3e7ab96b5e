// Markup is planted everywhere that a model, a file or a person can put text, in the real window: nothing is requested, no file is
// opened, nothing is rendered as markup, and no link opens without a question.
#include <sys/inotify.h>
#include <unistd.h>
#include <QAccessible>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickTextDocument>
#include <QQuickWindow>
#include <QSet>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTextBlock>
#include <QTextDocument>
#include <QtTest>

#include "app/support/fake_engine.h"
#include "app_core.h"
#include "application.h"
#include "gui/hostile_model.h"

namespace {

/// Counts what reaches this computer's own web server.
class Listener : public QTcpServer {
 public:
  Listener() {
    connect(this, &QTcpServer::newConnection, this, [this] { ++connections; });
    listen(QHostAddress::LocalHost);
  }
  int connections = 0;
};

/// Tells whether a file was opened.
class Watch {
 public:
  explicit Watch(const QString& file) : m_fd(inotify_init1(IN_NONBLOCK)) { inotify_add_watch(m_fd, qPrintable(file), IN_OPEN | IN_ACCESS); }
  ~Watch() { close(m_fd); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  [[nodiscard]] bool touched() const {
    char buffer[4096];
    return read(m_fd, buffer, sizeof buffer) > 0;
  }

 private:
  int m_fd;
};

QQuickWindow* mainWindow() {
  for (QWindow* window : QGuiApplication::topLevelWindows())
    if (auto* quick = qobject_cast<QQuickWindow*>(window); quick && quick->objectName() == QLatin1String("mainWindow")) return quick;
  return nullptr;
}

void collect(QQuickItem* item, QList<QQuickItem*>& out) {
  out.append(item);
  for (QQuickItem* child : item->childItems()) collect(child, out);
}

QList<QQuickItem*> allItems() {
  QList<QQuickItem*> items;
  collect(mainWindow()->contentItem(), items);
  return items;
}

QQuickItem* item(const char* name) {
  for (QQuickItem* candidate : allItems())
    if (candidate->objectName() == QLatin1String(name)) return candidate;
  return nullptr;
}

}  // namespace

class HostileTextTest : public QObject {
  Q_OBJECT

 public Q_SLOTS:
  void onUrl(const QUrl& url) { m_opened.append(url); }

 private Q_SLOTS:
  void init();
  void cleanup();
  void plantedMarkupStaysText();
  void linksAreConfirmed();
  void aHostileModelFile();
  void aHostileFileIsOpened();

 private:
  void startWithFakeEngine();
  QString markup(int number);
  void checkItems();
  void checkDocument(QTextDocument* document);
  void checkQuiet();
  void settle(int milliseconds = 300) { QTest::qWait(milliseconds); }

  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<Listener> m_listener;
  std::unique_ptr<Watch> m_watch;
  std::unique_ptr<Application> m_application;
  hearth_test::FakeEngine* m_engine = nullptr;
  QSet<int> m_seen;  // numbers of plants that are on the screen
  QList<QUrl> m_opened;
};

void HostileTextTest::init() {
  m_folder = std::make_unique<QTemporaryDir>();
  m_listener = std::make_unique<Listener>();
  QFile picture(m_folder->filePath(QStringLiteral("planted.png")));
  QVERIFY(picture.open(QIODevice::WriteOnly));
  QImage image(4, 4, QImage::Format_RGB32);
  image.save(&picture, "PNG");
  picture.close();
  m_watch = std::make_unique<Watch>(picture.fileName());
  m_seen.clear();
  m_opened.clear();
  for (const char* scheme : {"http", "https", "mailto", "file", "javascript"})
    QDesktopServices::setUrlHandler(QString::fromLatin1(scheme), this, "onUrl");
}

void HostileTextTest::cleanup() {
  m_application.reset();
  for (const char* scheme : {"http", "https", "mailto", "file", "javascript"})
    QDesktopServices::unsetUrlHandler(QString::fromLatin1(scheme));
}

/// An attack with a number to find it again. What could be rendered is a picture, a link, bold text, a style.
QString HostileTextTest::markup(int number) {
  const QString http = QStringLiteral("http://127.0.0.1:%1/%2").arg(m_listener->serverPort()).arg(number);
  const QString file = QStringLiteral("file://") + m_folder->filePath(QStringLiteral("planted.png"));
  return QStringLiteral(
             "PLANT%1 <img src=\"%2\"><img src='%3'><b>bold</b> <a href=\"%3\">link</a> <style>*{color:red}</style> ![p](%2) ![f](%3)")
      .arg(QString::number(number), http, file);
}

/// The visible text of a rich document holds the markup as text, and the document no pictures and no dangerous links.
void HostileTextTest::checkDocument(QTextDocument* document) {
  for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
    for (auto it = block.begin(); !it.atEnd(); ++it) {
      const QTextCharFormat format = it.fragment().charFormat();
      QVERIFY2(!format.isImageFormat(), qPrintable(block.text()));
      const QString href = format.anchorHref();
      QVERIFY2(href.isEmpty() || href.startsWith(QLatin1String("http")) || href.startsWith(QLatin1String("mailto:")), qPrintable(href));
      if (it.fragment().text().contains(QLatin1String("bold")) && it.fragment().text().contains(QLatin1String("PLANT")))
        QVERIFY(it.fragment().text().contains(QLatin1String("<b>bold</b>")));
    }
  }
}

void HostileTextTest::checkItems() {
  static const QRegularExpression plant(QStringLiteral("PLANT(\\d+)"));
  for (QQuickItem* candidate : allItems()) {
    const QVariant textValue = candidate->property("text");
    const QVariant format = candidate->property("textFormat");
    if (!format.isValid() || !candidate->isVisible()) continue;
    const bool edit = candidate->property("textDocument").isValid();
    if (candidate->inherits("QQuickPlaceholderText")) {  // its format cannot be set, so only texts of our own may be in it
      QVERIFY2(!textValue.toString().contains(u'<') && !textValue.toString().contains(QLatin1String("PLANT")),
               qPrintable(textValue.toString()));
      continue;
    }
    if (format.toInt() != 0) {  // Text.PlainText and TextEdit.PlainText are 0
      QVERIFY2(edit && candidate->property("markup").isValid(), candidate->metaObject()->className());
      auto* document = candidate->property("textDocument").value<QQuickTextDocument*>()->textDocument();
      checkDocument(document);
      for (auto match = plant.globalMatch(document->toPlainText()); match.hasNext();) m_seen.insert(match.next().captured(1).toInt());
      continue;
    }
    for (auto match = plant.globalMatch(textValue.toString()); match.hasNext();) m_seen.insert(match.next().captured(1).toInt());
  }
}

void HostileTextTest::checkQuiet() {
  settle(500);
  QCOMPARE(m_listener->connections, 0);
  QVERIFY(!m_watch->touched());
  QVERIFY(m_opened.isEmpty());
}

void HostileTextTest::startWithFakeEngine() {
  auto engine = std::make_unique<hearth_test::FakeEngine>();
  m_engine = engine.get();
  m_application =
      std::make_unique<Application>(Application::Options{m_folder->filePath(QStringLiteral("home")), nullptr, std::move(engine)});
  QVERIFY(m_application->start({}));
}

void HostileTextTest::plantedMarkupStaysText() {
  startWithFakeEngine();
  AppViewModel& app = m_application->core().viewModel();
  QTRY_COMPARE(m_engine->loads.size(), 1);
  ModelFacts facts;
  facts.path = m_engine->loads.last().path;
  facts.name = markup(1);
  facts.architecture = markup(2);
  facts.quantisation = markup(3);
  facts.deviceName = markup(4);
  facts.contextLength = 1024;
  Q_EMIT m_engine->modelLoaded(m_engine->loading, facts);

  app.send(markup(5));
  QTRY_COMPARE(m_engine->requests.size(), 1);
  m_engine->thinking(0, markup(6));
  m_engine->text(
      0, markup(7) + QStringLiteral("\n\n# ") + markup(8) + QStringLiteral("\n\n- ") + markup(9) + QStringLiteral("\n\n> ") + markup(10));
  m_engine->text(0, QStringLiteral("\n\n| a | b |\n|---|---|\n| %1 | x |\n\n```%2\n%3\n```\n")
                        .arg(markup(11), QStringLiteral("PLANT12<b>x</b>"), markup(13)));
  m_engine->text(0, QStringLiteral("[a](javascript:alert(1)) [b](file:///etc/passwd) <script>x</script>"));
  m_engine->finish(0);
  app.send(QStringLiteral("and again"));
  QTRY_COMPARE(m_engine->requests.size(), 2);
  m_engine->fail(1, ErrorId::EngineDevice, markup(14));
  app.renameChat(app.currentChatId(), markup(15));
  app.setDraft(markup(16));
  app.showProblem({ErrorId::ModelFileMissing, {markup(17)}, {}});
  settle();
  QVERIFY(QMetaObject::invokeMethod(item("thinkingToggle"), "clicked"));
  settle();
  for (const double position : {0.0, 0.25, 0.5, 0.75, 1.0}) {  // messages out of sight have no items
    QQuickItem* list = item("conversationList");
    const double from = list->property("originY").toDouble();
    list->setProperty("contentY", from + position * std::max(0.0, list->property("contentHeight").toDouble() - list->height()));
    settle(100);
    checkItems();
  }
  QVERIFY(QMetaObject::invokeMethod(mainWindow()->findChild<QObject*>(QStringLiteral("modelPanel")), "open"));
  settle();
  checkItems();
  QVERIFY(QMetaObject::invokeMethod(mainWindow()->findChild<QObject*>(QStringLiteral("modelPanel")), "close"));
  app.search()->setQuery(QStringLiteral("PLANT7"));
  QTRY_VERIFY(app.search()->count() > 0);
  settle();
  m_seen.remove(7);
  checkItems();
  QVERIFY(m_seen.contains(7));
  app.search()->setQuery({});
  app.reloadModel();
  m_engine->failLoad(markup(18));
  settle();
  checkItems();
  checkQuiet();
  for (int number = 1; number <= 18; ++number)
    QVERIFY2(m_seen.contains(number), qPrintable(QStringLiteral("plant %1 was never on the screen").arg(number)));
}

void HostileTextTest::linksAreConfirmed() {
  startWithFakeEngine();
  AppViewModel& app = m_application->core().viewModel();
  QTRY_COMPARE(m_engine->loads.size(), 1);
  m_engine->finishLoad();
  app.send(QStringLiteral("q"));
  QTRY_COMPARE(m_engine->requests.size(), 1);
  m_engine->text(0, QStringLiteral("See [this](http://127.0.0.1:%1/page).").arg(m_listener->serverPort()));
  m_engine->finish(0);
  settle();
  QQuickItem* rich = nullptr;
  for (QQuickItem* candidate : allItems())
    if (candidate->property("markup").toString().contains(QLatin1String("/page"))) rich = candidate;
  QVERIFY(rich);
  const QString address = QStringLiteral("http://127.0.0.1:%1/page").arg(m_listener->serverPort());
  QVERIFY(QMetaObject::invokeMethod(rich, "linkActivated", Q_ARG(QString, address)));
  QObject* dialog = mainWindow()->findChild<QObject*>(QStringLiteral("linkDialog"));
  QTRY_VERIFY(dialog->property("visible").toBool());
  checkQuiet();  // only asked
  QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
  QTRY_COMPARE(m_opened, QList<QUrl>{QUrl(address)});
  m_opened.clear();
  for (const QString& bad : {QStringLiteral("file:///etc/passwd"), QStringLiteral("javascript:alert(1)")}) {
    QVERIFY(QMetaObject::invokeMethod(rich, "linkActivated", Q_ARG(QString, bad)));
    QTRY_VERIFY(dialog->property("visible").toBool());
    QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
    QTRY_VERIFY(!dialog->property("visible").toBool());
  }
  checkQuiet();
}

void HostileTextTest::aHostileModelFile() {
  const QString path = m_folder->filePath(QStringLiteral("<img src='x'>.gguf"));
  QVERIFY(hearth_test::writeHostileModel(path.toStdString(), markup(1).toStdString()));
  m_application = std::make_unique<Application>(Application::Options{m_folder->filePath(QStringLiteral("home"))});
  QVERIFY(m_application->start({path, {}, {}}));
  AppViewModel& app = m_application->core().viewModel();
  QTRY_COMPARE_WITH_TIMEOUT(app.model()->state(), QStringLiteral("ready"), 30'000);
  settle();
  checkItems();
  QVERIFY(m_seen.contains(1));  // its name is in the header
  m_seen.clear();
  app.send(QStringLiteral("q"));
  const auto over = [&app] {
    const QString status = app.conversation()->index(1).data(ConversationModel::StatusRole).toString();
    return status == QLatin1String("done") || status == QLatin1String("failed") || status == QLatin1String("full");
  };
  QTRY_VERIFY_WITH_TIMEOUT(over(), 60'000);
  settle();
  checkItems();
  checkQuiet();
}

/// As by a double click: its name and what it says of itself are in a question.
void HostileTextTest::aHostileFileIsOpened() {
  const QString path = m_folder->filePath(QStringLiteral("PLANT2 <img src='x'><b>bold<") + QChar(0x202e) + QStringLiteral("b>\n.gguf"));
  QVERIFY(hearth_test::writeHostileModel(path.toStdString(), markup(1).toStdString()));
  m_application = std::make_unique<Application>(Application::Options{m_folder->filePath(QStringLiteral("home"))});
  QVERIFY(m_application->start({{}, {path}, {}}));
  QTRY_VERIFY_WITH_TIMEOUT(item("importConfirm"), 30'000);
  settle();
  checkItems();
  QVERIFY(m_seen.contains(1) && m_seen.contains(2));
  QCOMPARE(item("importName")->property("text").toString(), QStringLiteral("PLANT2 <img src='x'><b>bold<\ufffdb> .gguf"));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  AppViewModel& app = m_application->core().viewModel();
  QTRY_VERIFY_WITH_TIMEOUT(app.model()->state() == QLatin1String("ready") && app.notice().contains(QLatin1String("PLANT")), 30'000);
  settle();
  checkItems();
  checkQuiet();
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  HostileTextTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "hostile_text_test.moc"
