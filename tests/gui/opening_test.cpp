// Files opened from the desktop: the real window, and the real program started a second time with files for it. Also what the program
// says in a terminal, and that it leaves nothing outside its own folder.
#include <QDirIterator>
#include <QProcess>
#include <QQuickStyle>
#include <QTemporaryDir>

#include "app_core.h"
#include "bridge/engine_model_files.h"
#include "gui/real_window.h"
#include "single_instance.h"

using namespace hearth_test;

namespace {

constexpr int kTimeout = 60'000;  // ms; sanitizers and a busy machine included
const QString kEmber = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");
const QString kProgram = QStringLiteral(HEARTH_PROGRAM);

struct Ended {
  int status = -1;
  QString out, err;
};

Ended runProgram(const QStringList& arguments, const QProcessEnvironment& environment, const QString& folder = {}) {
  QProcess process;
  process.setProcessEnvironment(environment);
  if (!folder.isEmpty()) process.setWorkingDirectory(folder);
  process.start(kProgram, arguments);
  // This process must go on answering: it is the first start.
  const bool ended = QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, kTimeout);
  if (!ended) process.kill();
  process.waitForFinished();
  return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
}

QString textOf(const char* name) {
  QQuickItem* found = item(name);
  return found ? found->property("text").toString() : QString();
}

QStringList filesBelow(const QString& folder) {
  QStringList files;
  QDirIterator all(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
  while (all.hasNext()) files += all.next().mid(folder.size() + 1);
  return files;
}

}  // namespace

class OpeningTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void aSecondStartOpensAFileInTheFirstWindow();
  void aKnownFileIsUsed();
  void anAdapterGoesToItsPage();
  void whatCannotBeOpenedIsSaid();
  void loadingWithoutImporting();
  void cleanupTestCase();
  void startedWithAFile();
  void helpNeedsNoDisplay();
  void withoutADisplay();
  void nothingOutsideItsFolder();

 private:
  [[nodiscard]] QProcessEnvironment environment() const;
  void second(const QStringList& arguments);
  [[nodiscard]] AppCore& core() { return m_application->core(); }

  QTemporaryDir m_home, m_files;
  std::unique_ptr<SingleInstance> m_instance;
  std::unique_ptr<Application> m_application;
  QString m_small;  // a smaller Ember
};

QProcessEnvironment OpeningTest::environment() const {
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("HEARTH_HOME"), m_home.path());
  return environment;
}

/// The program as the desktop starts it, while this window is there.
void OpeningTest::second(const QStringList& arguments) {
  const Ended ended = runProgram(arguments, environment(), m_files.path());
  QVERIFY2(ended.status == 0, qPrintable(ended.err));
}

void OpeningTest::initTestCase() {
  EngineModelFiles files(m_files.filePath(QStringLiteral("cache")));
  m_small = m_files.filePath(QStringLiteral("模型 tiny #1.gguf"));
  const auto choices = files.smallerVariants(kEmber);
  QVERIFY(choices && !choices.value->isEmpty());
  WorkControl control;
  const Problem problem = files.quantise(kEmber, m_small, choices.value->first().type, {}, control);
  QVERIFY2(!problem, qPrintable(problem.cause() + problem.detail));
  m_instance = std::make_unique<SingleInstance>(m_home.path());
  QVERIFY(m_instance->claim({}) == SingleInstance::Role::First);
  m_application = startApplication(m_home.path());
  QVERIFY(m_application);
  connect(m_instance.get(), &SingleInstance::activated, m_application.get(),
          [this](const QStringList& message) { m_application->activate(StartRequest::fromMessage(message)); });
  QTRY_VERIFY_WITH_TIMEOUT(core().models().state() == ModelService::State::Ready, kTimeout);
  core().settings().setValue(SettingKey::ReducedMotion, true);
}

void OpeningTest::cleanupTestCase() {}

void OpeningTest::aSecondStartOpensAFileInTheFirstWindow() {
  second({QFileInfo(m_small).fileName()});  // relative to the folder of that start
  QTRY_VERIFY_WITH_TIMEOUT(item("importConfirm"), kTimeout);
  QCOMPARE(textOf("importName"), QFileInfo(m_small).fileName());
  QVERIFY(item("importUse"));
  QTest::qWait(300);
  mainWindow()->grabWindow().save(QStringLiteral("opening_question.png"));
  QTRY_VERIFY(item("importConfirm")->hasActiveFocus());
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(core().library().variants().size(), 2, kTimeout);
  QTRY_COMPARE_WITH_TIMEOUT(core().models().path(), m_small, kTimeout);
  QTRY_VERIFY_WITH_TIMEOUT(core().models().state() == ModelService::State::Ready, kTimeout);
  QTRY_VERIFY(item("composer"));  // back at the chat
  QVERIFY(core().library().variantOf(m_small)->isLinked());
  core().viewModel().dismissNotice();
}

void OpeningTest::aKnownFileIsUsed() {
  const QString copy = m_files.filePath(QStringLiteral("copy of the starter.gguf"));
  QVERIFY(QFile::copy(kEmber, copy));
  second({QUrl::fromLocalFile(copy).toString(QUrl::FullyEncoded)});
  QTRY_COMPARE_WITH_TIMEOUT(core().models().path(), kEmber, kTimeout);
  QTRY_VERIFY_WITH_TIMEOUT(item("noticeBanner"), kTimeout);
  QVERIFY(!item("importConfirm"));
  QVERIFY(core().viewModel().notice().contains(QLatin1String("answers from now on")));
  QCOMPARE(core().library().variants().size(), 2);
  core().viewModel().dismissNotice();
}

void OpeningTest::anAdapterGoesToItsPage() {
  const QStringList adapters = QDir(QStringLiteral(HEARTH_MODELS "/../adapters")).entryList({QStringLiteral("*.gguf")});
  QVERIFY(!adapters.isEmpty());
  QTRY_VERIFY_WITH_TIMEOUT(!core().adapters().adapters().isEmpty(), kTimeout);
  const QString copy = m_files.filePath(QStringLiteral("an adapter.gguf"));
  QVERIFY(QFile::copy(QStringLiteral(HEARTH_MODELS "/../adapters/") + adapters.first(), copy));
  second({copy});
  QTRY_COMPARE_WITH_TIMEOUT(core().viewModel().notice().contains(QLatin1String("is here already")), true, kTimeout);
  QTRY_VERIFY(item("adaptersPage"));
  QVERIFY(!item("importConfirm"));
  core().viewModel().dismissNotice();
}

void OpeningTest::whatCannotBeOpenedIsSaid() {
  QFile text(m_files.filePath(QStringLiteral("notes.txt")));
  QVERIFY(text.open(QIODevice::WriteOnly) && text.write("not a model") > 0);
  text.close();
  for (const auto& [argument, said] :
       {std::pair(QStringLiteral("notes.txt"), "cannot be used as a model"), std::pair(QStringLiteral("gone.gguf"), "gone.gguf"),
        std::pair(QStringLiteral("https://example.org/x.gguf"), "not a file on this computer")}) {
    second({argument});
    QTRY_VERIFY_WITH_TIMEOUT(core().viewModel().notice().contains(QLatin1String(said)), kTimeout);
    QVERIFY(!core().viewModel().noticeNextStep().isEmpty());
    core().viewModel().dismissNotice();
  }
  QVERIFY(!item("importConfirm"));
  QCOMPARE(core().library().variants().size(), 2);
  QVERIFY(core().models().state() == ModelService::State::Ready);
}

void OpeningTest::loadingWithoutImporting() {
  QFile::remove(m_files.filePath(QStringLiteral("other.gguf")));
  QFile file(m_files.filePath(QStringLiteral("other.gguf")));
  QFile small(m_small);
  QVERIFY(file.open(QIODevice::WriteOnly) && small.open(QIODevice::ReadOnly));
  file.write(small.readAll() + QByteArray(32, '\0'));
  file.close();
  second({QStringLiteral("--load"), QStringLiteral("./other.gguf")});
  QTRY_COMPARE_WITH_TIMEOUT(core().models().path(), file.fileName(), kTimeout);
  QTRY_VERIFY_WITH_TIMEOUT(core().models().state() == ModelService::State::Ready, kTimeout);
  QCOMPARE(core().library().variants().size(), 2);
  m_application.reset();
  m_instance.reset();
}

void OpeningTest::startedWithAFile() {
  auto application = std::make_unique<Application>(Application::Options{m_home.path()});
  QVERIFY(application->start({{}, {m_small}, {}}));
  QTRY_COMPARE_WITH_TIMEOUT(application->core().models().path(), m_small, kTimeout);
  QTRY_VERIFY_WITH_TIMEOUT(application->core().viewModel().notice().contains(QLatin1String("answers from now on")), kTimeout);
}

void OpeningTest::helpNeedsNoDisplay() {
  QProcessEnvironment bare = environment();
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) bare.remove(QLatin1String(name));
  const Ended help = runProgram({QStringLiteral("--help")}, bare);
  QCOMPARE(help.status, 0);
  for (const char* part : {"--load", "[FILE...]", "HEARTH_HOME", "hearth-cli"}) QVERIFY2(help.out.contains(QLatin1String(part)), part);
  QVERIFY2(help.err.isEmpty(), qPrintable(help.err));
  const Ended wrong = runProgram({QStringLiteral("--nonsense")}, environment());
  QCOMPARE(wrong.status, 1);
  QVERIFY(wrong.err.contains(QLatin1String("nonsense")));
}

void OpeningTest::withoutADisplay() {
  for (const QString& display : {QString(), QStringLiteral(":7777")}) {
    QProcessEnvironment bare = environment();
    for (const char* name : {"WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "DISPLAY"}) bare.remove(QLatin1String(name));
    if (!display.isEmpty()) bare.insert(QStringLiteral("DISPLAY"), display);
    const Ended ended = runProgram({m_small}, bare);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.err.startsWith(QLatin1String("hearth: no window can be opened here")), qPrintable(ended.err));
    QVERIFY(ended.err.contains(display.isEmpty() ? QStringLiteral("DISPLAY is not set") : QStringLiteral("DISPLAY=:7777")));
    QVERIFY(ended.err.contains(QLatin1String("hearth-cli chat")));
  }
}

/// A session with a message in a home of its own: what is compiled ahead is not compiled again, and nothing is left beside the data.
void OpeningTest::nothingOutsideItsFolder() {
  const QTemporaryDir person;
  QProcessEnvironment own = environment();
  own.remove(QStringLiteral("HEARTH_HOME"));
  for (const char* name : {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}) own.remove(QLatin1String(name));
  own.insert(QStringLiteral("HOME"), person.path());
  own.insert(QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("qt.qml.diskcache.debug=true"));
  QProcess process;
  process.setProcessEnvironment(own);
  process.start(kProgram, {m_small});
  const QString data = person.filePath(QStringLiteral(".local/share/hearth"));
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(data + QStringLiteral("/hearth.db")), kTimeout);
  QTest::qWait(3000);  // the window, the pages of the chat, the model
  process.terminate();
  QVERIFY(process.waitForFinished(kTimeout));
  QCOMPARE(process.exitCode(), 0);
  for (const QString& file : filesBelow(person.path()))
    QVERIFY2(file.startsWith(QLatin1String(".local/share/hearth/")) && !file.endsWith(QLatin1String(".qmlc")), qPrintable(file));
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  OpeningTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "opening_test.moc"
