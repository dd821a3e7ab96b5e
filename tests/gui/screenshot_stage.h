// The window in one language, ready to be put into states and pictured: real view-models, real database, an engine whose answers are
// written by hand.
#pragma once

#include <QDir>
#include <QGuiApplication>
#include <QImage>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QtTest>
#include <functional>

#include "app/support/fake_engine.h"
#include "app/support/wait.h"
#include "app_core.h"
#include "application.h"
#include "storage/message_store.h"
#include "storage/migrations.h"

namespace hearth_test {

struct Chat {
  const char* title;
  const char* chinese;
  int daysAgo;
};
inline constexpr Chat kChats[] = {{"Packing list for the weekend", "周末的行李清单", 0},
                                  {"A letter to the landlord about the heating that never ends well", "写给房东的一封关于暖气的长信", 1},
                                  {"Names for a rabbit", "给兔子起名字", 3},
                                  {"Regular expressions", "正则表达式", 5},
                                  {"Bread without kneading", "免揉面包", 12},
                                  {"Why is the sky blue?", "天空为什么是蓝色的？", 45},
                                  {"Python: read a file line by line", "用 Python 逐行读取文件", 46}};

/// A store with some chats of the past.
inline void fill(const QString& folder, bool chinese) {
  QDir().mkpath(folder);
  Database database;
  const StorageFolder files{folder};
  if (!database.open(files.database()) || !migrate(database, files.backups())) qFatal("no database");
  qint64 id = 0;
  qint64 chatId = 0;
  for (const Chat& chat : kChats) {
    const QDateTime time = QDateTime::currentDateTime().addDays(-chat.daysAgo).addSecs(-600 * (chatId + 1));
    const QString title = QString::fromUtf8(chinese ? chat.chinese : chat.title);
    ++chatId;
    const StoreStatus stored =
        database.exec(QStringLiteral("INSERT INTO chat (id, title, head_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"),
                      {chatId, title, id + 2, time.toMSecsSinceEpoch(), time.toMSecsSinceEpoch()});
    MessageRow question;
    question.id = ++id;
    question.chatId = chatId;
    question.content = title;
    question.createdAt = time;
    MessageRow answer = question;
    answer.id = ++id;
    answer.parentId = question.id;
    answer.role = MessageRole::Assistant;
    answer.modelName = QStringLiteral("Ember");
    answer.content = chinese ? QStringLiteral("这是一段关于“%1”的旧回答，里面提到了排序和兔子。").arg(title)
                             : QStringLiteral("An older answer about “%1”. It mentions rabbits, sorting and bread on the way.").arg(title);
    answer.stats = {20, 0, 40, 0.2, 41.8};
    if (!stored || !MessageStore(database).insert(question) || !MessageStore(database).insert(answer)) qFatal("no rows");
  }
}

/// The window in one language, ready to be put into states.
class Stage {
 public:
  /// `prepare` is given the data folder before the application begins.
  Stage(const QString& out, const QString& language, bool crashed, const std::function<void(const QString&)>& prepare = {})
      : m_out(out), m_language(language) {
    chinese = language == QLatin1String("zh_CN");
    if (m_folder.isValid()) fill(m_folder.path(), chinese);
    if (prepare) prepare(m_folder.path());
    if (crashed) {
      QFile marker(m_folder.filePath(QStringLiteral("running")));
      static_cast<void>(marker.open(QIODevice::WriteOnly));
    }
    auto owned = std::make_unique<FakeEngine>();
    engine = owned.get();
    m_application = std::make_unique<Application>(Application::Options{m_folder.path(), nullptr, std::move(owned)});
    if (!m_application->start({})) qFatal("no window");
    waitFor([this] { return m_application->core().chats().isStarted(); });
    app().settings()->setLanguage(language);
    app().settings()->setReducedMotion(true);
    app().newChat();
    window()->requestActivate();  // keys go to an active window only
    if (!waitFor([] { return window()->isActive(); }, 3000)) qWarning("the window is not active");
  }

  [[nodiscard]] AppViewModel& app() { return m_application->core().viewModel(); }
  [[nodiscard]] AppCore& core() { return m_application->core(); }
  [[nodiscard]] QString text(const char* english, const char* translated) const {
    return QString::fromUtf8(chinese ? translated : english);
  }

  [[nodiscard]] static QQuickWindow* window() {
    for (QWindow* candidate : QGuiApplication::topLevelWindows())
      if (auto* quick = qobject_cast<QQuickWindow*>(candidate); quick && quick->objectName() == QLatin1String("mainWindow")) return quick;
    return nullptr;
  }
  [[nodiscard]] static QQuickItem* find(const QString& name, QQuickItem* root = nullptr) {
    if (!root) root = window()->contentItem();
    if (root->objectName() == name && root->isVisible()) return root;
    for (QQuickItem* child : root->childItems())
      if (QQuickItem* found = find(name, child)) return found;
    return nullptr;
  }
  static QObject* object(const char* name) { return window()->findChild<QObject*>(QLatin1String(name)); }
  static void call(const char* name, const char* function) {
    if (!object(name) || !QMetaObject::invokeMethod(object(name), function)) qWarning("no %s.%s()", name, function);
    settle();
  }
  static void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(window(), key, modifiers);
    settle();
  }
  static void settle(int milliseconds = 120) { QTest::qWait(milliseconds); }

  /// In all themes and at all sizes of this run. `prepare` opens what a change of the size closes.
  void shoot(const QString& state, const std::function<void()>& prepare = {}) {
    for (const QSize& size : sizes) {
      for (const QString& theme : themes) {
        app().settings()->setTheme(theme);
        window()->resize(size);
        settle();
        if (prepare) prepare();
        QImage image = window()->grabWindow();
        const QString name =
            QStringLiteral("%1_%2x%3_%4_%5.png").arg(state).arg(size.width()).arg(size.height()).arg(theme, m_language);
        if (!image.save(QDir(m_out).filePath(name))) qWarning("cannot write %s", qPrintable(name));
      }
    }
  }

  /// The conversation from its beginning.
  static void scrollToStart() {
    if (QQuickItem* reader = find(QStringLiteral("conversationReader"))) QMetaObject::invokeMethod(reader->parentItem(), "toStart");
    settle();
  }

  /// Scrolls the page that a control is on so that it is near the top.
  static void scrollTo(const QString& name) {
    QQuickItem* target = find(name);
    QQuickItem* page = target;
    while (page && !page->inherits("QQuickFlickable")) page = page->parentItem();
    if (!page) return;
    const double most = std::max(0.0, page->property("contentHeight").toDouble() - page->height());
    const double at = target->mapToItem(page->property("contentItem").value<QQuickItem*>(), QPointF()).y();
    page->setProperty("contentY", std::clamp(at - 60.0, 0.0, most));
    settle();
  }

  /// Asks and answers.
  void talk(const QString& question, const QString& answer, AnswerEnd end = AnswerEnd::EndOfTurn) {
    const qsizetype request = engine->requests.size();
    app().send(question);
    waitFor([&] { return engine->requests.size() > request; });
    const qsizetype thought = answer.indexOf(QStringLiteral("</think>"));
    if (thought > 0) engine->thinking(request, answer.mid(7, thought - 7));
    if (!answer.isEmpty()) engine->text(request, thought > 0 ? answer.mid(thought + 8).trimmed() : answer);
    Q_EMIT engine->answerFinished(engine->ids[request], end, AnswerUsage{20, 5, 212, 5.1, 0.21, 42});
    settle();
  }

  void loadEmber() {
    engine->finishLoad(1024, QStringLiteral("Ember"), QStringLiteral("CPU (AVX2, 2 threads)"));
    settle();
  }

  FakeEngine* engine = nullptr;
  bool chinese = false;
  QList<QSize> sizes{{900, 600}, {1440, 900}};
  QStringList themes{QStringLiteral("light"), QStringLiteral("dark")};

 private:
  QString m_out;
  QString m_language;
  QTemporaryDir m_folder;
  std::unique_ptr<Application> m_application;
};

}  // namespace hearth_test
