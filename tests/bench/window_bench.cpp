// The real window with a large store and with fast answers, without a model.
//   window_bench start FOLDER      start to interactive, memory; FOLDER is filled with 2,000 chats and 100,000 messages if it is empty
//   window_bench text [SECONDS]    200 tokens/s into a conversation of 50,000 tokens
//   window_bench code [SECONDS]    200 tokens/s into one code block of 5,000 lines
// Frame work is the time of the GUI thread from afterAnimating to afterSynchronizing; raster is not in it. The time that the answer's
// text takes in the event loop before a frame is given beside it.
#include <QElapsedTimer>
#include <QFile>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "app/support/fake_engine.h"
#include "app/support/wait.h"
#include "app_core.h"
#include "application.h"
#include "bench/sample_store.h"

namespace {

using hearth_test::waitFor;
using Clock = std::chrono::steady_clock;

constexpr double kTokensPerSecond = 200;
constexpr int kFrameMs = 16;  // the engine's texts are joined to one for each frame

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

QQuickWindow* mainWindow() {
  for (QWindow* window : QGuiApplication::topLevelWindows())
    if (auto* quick = qobject_cast<QQuickWindow*>(window); quick && quick->objectName() == QLatin1String("mainWindow")) return quick;
  return nullptr;
}

QQuickItem* findItem(QQuickItem* root, const QString& name) {
  if (root->objectName() == name) return root;
  for (QQuickItem* child : root->childItems())
    if (QQuickItem* found = findItem(child, name)) return found;
  return nullptr;
}

/// Memory of this process, MB: all resident, and without what it shares with others.
std::pair<double, double> memory() {
  double resident = 0;
  double own = 0;
  QFile file(QStringLiteral("/proc/self/smaps_rollup"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  for (const QByteArray& line : file.readAll().split('\n')) {
    const double kilobytes = line.simplified().split(' ').value(1).toDouble();
    if (line.startsWith("Rss:")) resident = kilobytes / 1000;
    if (line.startsWith("Private_")) own += kilobytes / 1000;
  }
  return {resident, own};
}

int benchStart(const QString& folder, Clock::time_point started) {
  if (!QFile::exists(folder + QStringLiteral("/hearth.db"))) {
    hearth_bench::Words words(1);
    const bool filled = hearth_bench::fillStore(folder, 2000, 50, words);
    std::printf(filled ? "filled %s; run again\n" : "could not fill %s\n", qPrintable(folder));
    return filled ? 0 : 1;
  }
  Application application({folder, nullptr, std::make_unique<hearth_test::FakeEngine>()});
  if (!application.start({})) return 1;
  bool painted = false;
  QObject::connect(mainWindow(), &QQuickWindow::frameSwapped, &application, [&painted] { painted = true; });
  ChatListModel* chats = application.core().viewModel().chats();
  const auto ready = [&] {
    QQuickItem* composer = findItem(mainWindow()->contentItem(), QStringLiteral("composer"));
    return painted && chats->count() > 0 && composer && composer->hasActiveFocus();
  };
  if (!waitFor(ready, 20000)) std::printf("never interactive\n");
  const double first = since(started);
  painted = false;
  mainWindow()->update();
  waitFor([&] { return painted; });
  const auto [resident, own] = memory();
  std::printf("start to interactive %.0f ms (list painted %.0f ms), %d chats, memory %.0f MB resident, %.0f MB of its own\n", first,
              since(started), chats->count(), resident, own);
  return 0;
}

/// A conversation of about `tokens` tokens as text with all kinds of blocks.
void fillConversation(AppCore& core, hearth_test::FakeEngine& engine, int tokens) {
  hearth_bench::Words words(3);
  for (int done = 0; done < tokens; done += 600) {
    const qsizetype request = engine.requests.size();
    core.viewModel().send(words.english(20));
    waitFor([&] { return engine.requests.size() > request; });
    engine.text(request, QStringLiteral("# %1\n\n%2\n\n- %3\n- %4\n\n```cpp\n%5\n```\n\n%6")
                             .arg(words.english(5), words.english(180), words.english(20), words.english(20),
                                  (words.english(8) + u'\n').repeated(5), words.english(180)));
    engine.finish(request);
  }
}

void report(const char* what, std::vector<double> times) {
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  const auto at = [&times](double share) {
    return times[std::min(times.size() - 1, static_cast<size_t>(share * static_cast<double>(times.size())))];
  };
  std::printf("%-34s %6zu   median %6.2f ms   p99 %6.2f ms   worst %6.2f ms\n", what, times.size(), at(0.5), at(0.99), times.back());
}

int benchFrames(bool code, double seconds) {
  const QTemporaryDir folder;
  auto owned = std::make_unique<hearth_test::FakeEngine>();
  hearth_test::FakeEngine& engine = *owned;
  Application application({folder.path(), nullptr, std::move(owned)});
  if (!application.start({})) return 1;
  AppCore& core = application.core();
  QQuickWindow* window = mainWindow();
  window->resize(1180, 780);
  waitFor([&] { return core.chats().isStarted() && engine.loads.size() == 1; });
  engine.finishLoad(65536);
  if (!code) fillConversation(core, engine, 50'000);
  const qsizetype request = engine.requests.size();
  core.viewModel().send(QStringLiteral("Go on."));
  waitFor([&] { return engine.requests.size() > request; });
  hearth_bench::Words words(5);
  if (code) {
    QString listing = QStringLiteral("```cpp\n");
    for (int line = 0; line < 5000; ++line)
      listing += QStringLiteral("  const auto value%1 = compute(%2);\n").arg(line).arg(words.word(line));
    engine.text(request, listing);
  }
  waitFor([] { return false; }, 1500);  // what has been sent is shown

  std::vector<double> frames;
  std::vector<double> events;
  Clock::time_point begun;
  QObject::connect(window, &QQuickWindow::afterAnimating, window, [&] { begun = Clock::now(); });
  QObject::connect(
      window, &QQuickWindow::afterSynchronizing, window, [&] { frames.push_back(since(begun)); }, Qt::DirectConnection);
  QTimer stream;
  stream.setTimerType(Qt::PreciseTimer);
  const auto start = Clock::now();
  double sent = 0;
  QObject::connect(&stream, &QTimer::timeout, &stream, [&] {
    const double due = since(start) / 1000 * kTokensPerSecond;
    QString text;
    for (; sent < due; ++sent)
      text += code ? (static_cast<int>(sent) % 8 == 7 ? QStringLiteral(");\n") : QStringLiteral(" tok%1").arg(static_cast<int>(sent)))
                   : words.english(1);
    const auto before = Clock::now();
    engine.text(request, text);
    events.push_back(since(before));
  });
  stream.start(kFrameMs);
  waitFor([] { return false; }, static_cast<int>(seconds * 1000));
  stream.stop();
  std::printf("%s: %.0f tokens in %.1f s, %.1f frames/s\n", code ? "code block of 5,000 lines" : "conversation of 50,000 tokens", sent,
              since(start) / 1000, static_cast<double>(frames.size()) / since(start) * 1000);
  report("frame work of the GUI thread", frames);
  report("taking the text, before a frame", events);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto started = Clock::now();
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  const QStringList arguments = QCoreApplication::arguments();
  const QString mode = arguments.value(1);
  if (mode == QLatin1String("start") && arguments.size() == 3) return benchStart(arguments[2], started);
  const double seconds = arguments.size() > 2 ? arguments[2].toDouble() : 20;
  if (mode == QLatin1String("text") || mode == QLatin1String("code")) return benchFrames(mode == QLatin1String("code"), seconds);
  std::printf("usage: window_bench start FOLDER | text [SECONDS] | code [SECONDS]\n");
  return 2;
}
