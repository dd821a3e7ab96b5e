#include "app/support/child_modes.h"

#include <QTimer>
#include <cstdio>

#include "app/support/app_fixture.h"

namespace hearth_test {

namespace {

/// Asks a question and streams an answer without end, until it is killed; prints a line when text is in the database.
int streamForever(const QString& home) {
  AppRun run(home);
  if (!run.openReady()) return 1;
  run.viewModel.send(QStringLiteral("a question before the crash"));
  if (!waitFor([&] { return !run.engine.requests.isEmpty(); })) return 1;
  int count = 0;
  QTimer tokens;
  QObject::connect(&tokens, &QTimer::timeout, &tokens, [&] { run.engine.text(0, QStringLiteral("word%1 ").arg(count++)); });
  tokens.start(5);
  waitFor([&] { return count > 100; });
  run.storage.flush();
  std::puts("streamed");
  std::fflush(stdout);
  return QCoreApplication::exec();
}

/// Starts, chats in memory, and prints the notice.
int chatUnsaved(const QString& home) {
  AppRun run(home);
  if (!run.openReady()) return 1;
  run.viewModel.send(QStringLiteral("hello"));
  if (!waitFor([&] { return !run.engine.requests.isEmpty(); })) return 2;
  run.engine.text(0, QStringLiteral("an answer"));
  run.engine.finish(0);
  if (run.chats.path(1).size() != 2 || run.chats.path(1).last().content != QLatin1String("an answer")) return 3;
  std::printf("%d %s\n", static_cast<int>(run.state->error.kind), qPrintable(run.state->error.problem().cause()));
  return 0;
}

}  // namespace

std::optional<int> runChildMode(const QStringList& arguments) {
  if (arguments.size() < 3) return std::nullopt;
  if (arguments[1] == QLatin1String("--stream-forever")) return streamForever(arguments[2]);
  if (arguments[1] == QLatin1String("--chat-unsaved")) return chatUnsaved(arguments[2]);
  return std::nullopt;
}

}  // namespace hearth_test
