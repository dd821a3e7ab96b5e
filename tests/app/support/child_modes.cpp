#include "app/support/child_modes.h"

#include <QTimer>
#include <chrono>
#include <cstdio>

#include "app/support/app_fixture.h"
#include "net/download_worker.h"

namespace hearth_test {

namespace {

/// Lines that reach the parent also when the next instruction is a kill.
void tell(const QByteArray& line) {
  std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stdout);
  std::fflush(stdout);
}

/// Asks questions and streams answers until it is killed; every third question gets two answers at once, with the same words. Prints "q N"
/// when question N is being answered, and before each word "t N I TIME": word I of answer N at TIME, microseconds of the steady clock.
int streamForever(const QString& home, int firstQuestion) {
  AppRun run(home);
  if (!run.openReady()) return 1;
  int question = firstQuestion;
  int word = 0;
  qsizetype finished = 0;  // requests
  qsizetype answers = 1;   // to the present question
  const auto ask = [&] {
    word = 0;
    run.viewModel.newChat();
    const QString text = QStringLiteral("question%1").arg(question);
    answers = question % 3 == 0 ? 2 : 1;
    if (answers == 1)
      run.viewModel.send(text);
    else
      run.viewModel.openChat(run.chats.compare(0, text, QList<AnswerConfiguration>(answers)));
  };
  QTimer words;
  words.setTimerType(Qt::PreciseTimer);
  QObject::connect(&words, &QTimer::timeout, &words, [&] {
    if (run.engine.requests.size() < finished + answers) return;  // the question is not stored yet
    if (word == 0) tell("q " + QByteArray::number(question) + '\n');
    tell("t " + QByteArray::number(question) + ' ' + QByteArray::number(word) + ' ' + QByteArray::number(steadyMicroseconds()) + '\n');
    for (qsizetype i = 0; i < answers; ++i) run.engine.text(finished + i, QStringLiteral("a%1w%2 ").arg(question).arg(word));
    ++word;
    if (word < 40 + question * 17 % 150) return;
    for (qsizetype i = 0; i < answers; ++i) run.engine.finish(finished++);
    ++question;
    ask();
  });
  words.start(5);
  ask();
  return QCoreApplication::exec();
}

/// Downloads a file from the hub at `address` until it is whole or the process is killed.
int download(const QString& home, const QString& address) {
  qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
  DownloadWorker worker;
  QObject::connect(&worker, &DownloadWorker::finished, &worker, [] { QCoreApplication::exit(0); });
  QObject::connect(&worker, &DownloadWorker::failed, &worker, [] { QCoreApplication::exit(1); });
  DownloadRequest request;
  request.repository = QStringLiteral("ann/model");
  request.files = {{QStringLiteral("model-Q4_K_M.gguf"), 0, {}}};
  NetworkSetup setup;
  setup.endpoints = {{Endpoint::Kind::HuggingFace, QUrl(address)}};
  worker.start(1, request, home, setup);
  return QCoreApplication::exec();
}

/// Starts, chats in memory, and prints the notice.
int chatUnsaved(const QString& home) {
  AppRun run(home);
  if (!run.openReady()) return 1;
  run.viewModel.newChat();
  run.viewModel.send(QStringLiteral("hello"));
  if (!waitFor([&] { return !run.engine.requests.isEmpty(); })) return 2;
  run.engine.text(0, QStringLiteral("an answer"));
  run.engine.finish(0);
  const auto path = run.chats.path(run.viewModel.currentChatId());
  if (path.size() != 2 || path.last().content != QLatin1String("an answer")) return 3;
  if (!run.viewModel.unsaved()) return 4;
  std::printf("%d %lld\n", static_cast<int>(run.state->error.kind), static_cast<long long>(run.state->chats.size()));
  return 0;
}

}  // namespace

qint64 steadyMicroseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::optional<int> runChildMode(const QStringList& arguments) {
  if (arguments.size() < 3) return std::nullopt;
  if (arguments[1] == QLatin1String("--stream-forever")) return streamForever(arguments[2], arguments.value(3).toInt());
  if (arguments[1] == QLatin1String("--download")) return download(arguments[2], arguments.value(3));
  if (arguments[1] == QLatin1String("--chat-unsaved")) return chatUnsaved(arguments[2]);
  return std::nullopt;
}

}  // namespace hearth_test
