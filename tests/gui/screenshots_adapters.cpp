// Pictures of what the window shows of adapters: switches in the header, the page with its dialogs, answers beside each other. The
// adapters, the model file and whether they fit are real; the answers are written here.
//   screenshots_adapters OUT_DIR       both themes and languages at 900x600 and 1440x900, and two narrow ones
#include <QDir>
#include <QImage>
#include <QQuickStyle>
#include <QTemporaryDir>
#include <functional>

#include "app/support/fake_engine.h"
#include "app/support/wait.h"
#include "app_core.h"
#include "gui/real_window.h"

using namespace hearth_test;

namespace {

class Stage {
 public:
  Stage(const QString& out, const QString& language) : m_out(out), m_language(language), m_chinese(language == QLatin1String("zh_CN")) {
    auto owned = std::make_unique<FakeEngine>();
    m_engine = owned.get();
    m_application = std::make_unique<Application>(Application::Options{m_folder.path(), nullptr, std::move(owned)});
    if (!m_application->start({})) qFatal("no window");
    waitFor([this] { return m_application->core().chats().isStarted(); });
    app().settings()->setLanguage(language);
    app().settings()->setReducedMotion(true);
    m_engine->finishLoad(1024, QStringLiteral("Ember"), QStringLiteral("CPU (AVX2, 2 threads)"));
    mainWindow()->requestActivate();
    waitFor([] { return mainWindow()->isActive(); }, 3000);
    if (!waitFor([this] { return app().comparison()->options().size() == 3; }, 60'000)) qFatal("the adapters are not there");
  }

  void run() {
    chat();
    page();
    compare();
    m_sizes = {{460, 640}};
    shoot(QStringLiteral("68-compare-narrow"));
    QTest::keyClick(mainWindow(), Qt::Key_L, Qt::ControlModifier);
    shoot(QStringLiteral("69-adapter-panel-narrow"), [] { openPanel(); });
  }

 private:
  [[nodiscard]] AppViewModel& app() { return m_application->core().viewModel(); }
  [[nodiscard]] QString text(const char* english, const char* chinese) const { return QString::fromUtf8(m_chinese ? chinese : english); }

  void shoot(const QString& state, const std::function<void()>& prepare = {}) {
    for (const QSize& size : m_sizes) {
      for (const char* theme : {"light", "dark"}) {
        app().settings()->setTheme(QLatin1String(theme));
        mainWindow()->resize(size);
        QTest::qWait(150);
        if (prepare) prepare();
        QTest::qWait(150);
        const QString name =
            QStringLiteral("%1_%2x%3_%4_%5.png").arg(state).arg(size.width()).arg(size.height()).arg(QLatin1String(theme), m_language);
        if (!mainWindow()->grabWindow().save(QDir(m_out).filePath(name))) qWarning("cannot write %s", qPrintable(name));
      }
    }
  }
  static void openPanel() {
    if (!item("adapterToggle")) QTest::keyClick(mainWindow(), Qt::Key_J, Qt::ControlModifier);
  }
  static QObject* object(const char* name) { return mainWindow()->findChild<QObject*>(QLatin1String(name)); }

  void answer(qsizetype request, const QString& words) {
    m_engine->text(request, words);
    Q_EMIT m_engine->answerFinished(m_engine->ids[request], AnswerEnd::EndOfTurn, AnswerUsage{20, 5, 112, 2.7, 0.21, 42});
  }

  void chat() {
    const QModelIndex first = app().chatAdapters()->index(0);
    app().chatAdapters()->setActive(first.data(ChatAdaptersModel::AdapterIdRole).toLongLong(), true);
    app().chatAdapters()->setScale(first.data(ChatAdaptersModel::AdapterIdRole).toLongLong(), 0.85);
    app().send(text("Tell me about a fox and some grapes.", "给我讲讲狐狸和葡萄的故事。"));
    waitFor([this] { return m_engine->requests.size() == 1; });
    answer(0, text("A hungry fox saw ripe grapes on a high vine. It leapt and leapt and could not reach them. “They are sour anyway,” it "
                   "said.\n\n**Moral:** it is easy to despise what one cannot get.",
                   "一只饥饿的狐狸看见高高的藤上挂着熟透的葡萄。它跳了又跳，怎么也够不着。“反正是酸的。”它说。\n\n**寓意：**"
                   "得不到的东西，人们总爱说它不好。"));
    shoot(QStringLiteral("60-adapted-answer"));
    shoot(QStringLiteral("61-adapter-panel"), [] { openPanel(); });
    QTest::keyClick(mainWindow(), Qt::Key_Escape);
  }

  void page() {
    QTest::keyClick(mainWindow(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::qWait(300);
    shoot(QStringLiteral("62-adapters"));
    QTest::keyClick(mainWindow(), Qt::Key_Return);  // the details of the first one
    shoot(QStringLiteral("63-adapter-details"));
    QTest::keyClick(mainWindow(), Qt::Key_Return);
    for (const auto& [action, dialog, state] : {std::tuple("editAdapter", "adapterEditDialog", "64-adapter-edit"),
                                                std::tuple("mergeAdapter", "adapterMergeDialog", "65-adapter-merge")}) {
      QObject* entry = item("adapterCard0")->findChild<QObject*>(QLatin1String(action));
      if (!entry || !QMetaObject::invokeMethod(entry, "triggered")) qWarning("no %s", action);
      shoot(QLatin1String(state));
      QMetaObject::invokeMethod(object(dialog), "close");
      QTest::qWait(200);
    }
    if (QObject* adapters = item("adaptersPage")) adapters->setProperty("tab", QStringLiteral("hub"));
    shoot(QStringLiteral("66-adapter-hub"));
  }

  void compare() {
    QTest::keyClick(mainWindow(), Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::qWait(300);
    shoot(QStringLiteral("67-compare-begin"));
    app().comparison()->send(text("Tell me about the crow and the cheese.", "给我讲讲乌鸦和奶酪的故事。"));
    waitFor([this] { return m_engine->requests.size() == 4; });
    answer(1, text("A crow had some cheese. It sat in a tree and ate the cheese, and then it was evening and the crow went to sleep.",
                   "乌鸦有一块奶酪。它坐在树上吃奶酪，后来天黑了，乌鸦就睡了。"));
    answer(2, text("A fox praised the crow's voice until it opened its beak to sing, and the cheese fell down.\n\n**Moral:** who flatters "
                   "wants something.",
                   "狐狸夸乌鸦的嗓子好，乌鸦一开口唱歌，奶酪就掉了下来。\n\n**寓意：**奉承的人总有所求。"));
    m_engine->text(3, text("Once upon a time, in a wood so old that nobody knew its name, there lived a crow",
                           "很久很久以前，在一片古老得没有人知道名字的森林里，住着一只乌鸦"));
    shoot(QStringLiteral("68-compare"));
  }

  QString m_out, m_language;
  bool m_chinese;
  QList<QSize> m_sizes{{900, 600}, {1440, 900}};
  QTemporaryDir m_folder;
  FakeEngine* m_engine = nullptr;
  std::unique_ptr<Application> m_application;
};

}  // namespace

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  const QString out = QCoreApplication::arguments().value(1);
  if (out.isEmpty() || !QDir().mkpath(out)) {
    qCritical("usage: screenshots_adapters OUT_DIR");
    return 2;
  }
  for (const char* language : {"en", "zh_CN"}) Stage(out, QLatin1String(language)).run();
  return 0;
}
