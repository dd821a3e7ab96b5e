#include <QCommandLineParser>
#include <QDir>
#include <QGuiApplication>
#include <QIcon>
#include <QQuickStyle>
#include <memory>

#include "application.h"
#include "display_check.h"
#include "quit_on_signal.h"
#include "renderer_choice.h"
#include "services/data_folder.h"
#include "single_instance.h"
#include "start_request.h"

namespace {

QString translated(const char* text) {
  return QCoreApplication::translate("main", text);
}

/// Options that answer in the terminal and end need no display.
bool isAnsweredInTerminal(const QCommandLineParser& parser) {
  return parser.isSet(QStringLiteral("help")) || parser.isSet(QStringLiteral("help-all")) || parser.isSet(QStringLiteral("version"));
}

void describe(QCommandLineParser& parser) {
  parser.setApplicationDescription(translated(
      "Chat with an AI model on this computer.\n\nFiles and folders are opened as on a double click: a model that is among your models "
      "already is used, others are offered for import, adapters too. If Hearth is running, its window opens them.\n\n"
      "HEARTH_HOME names the folder with chats, settings and models. Without a display, hearth-cli chat FILE talks in a terminal."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addOption({QStringLiteral("load"), translated("Use the model in FILE as it is, without importing it."), QStringLiteral("FILE")});
  parser.addPositionalArgument(QStringLiteral("files"), translated("Models, adapters, or folders with them."), QStringLiteral("[FILE...]"));
}

}  // namespace

int main(int argc, char* argv[]) {
  QCoreApplication::setApplicationName(QStringLiteral("hearth"));
  QCoreApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
  QCommandLineParser parser;
  describe(parser);
  {
    QStringList words;
    for (int i = 0; i < argc; ++i) words += QString::fromLocal8Bit(argv[i]);
    if (parser.parse(words) && isAnsweredInTerminal(parser)) {
      const QCoreApplication terminal(argc, argv);
      parser.process(terminal);
    }
  }

  chooseRenderer();
  DisplayCheck display;
  QGuiApplication application(argc, argv);
  display.passed();
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Hearth"));
  QGuiApplication::setDesktopFileName(QStringLiteral("hearth"));
  QGuiApplication::setWindowIcon(QIcon::fromTheme(QStringLiteral("hearth"), QIcon(QStringLiteral(":/icons/hearth.svg"))));
  QQuickStyle::setStyle(QStringLiteral("Basic"));  // the controls are styled by our own theme

  parser.process(application);
  StartRequest request = StartRequest::of(parser.value(QStringLiteral("load")), parser.positionalArguments(), QDir::currentPath());
  request.token = qEnvironmentVariable("XDG_ACTIVATION_TOKEN");

  DataFolder location;
  auto instance = std::make_unique<SingleInstance>(location.path());
  if (instance->claim(request.toMessage()) == SingleInstance::Role::Second) return 0;
  const Problem moved = location.move();
  if (moved.id == ErrorId::FolderMoved) {
    instance = std::make_unique<SingleInstance>(location.path());
    if (instance->claim(request.toMessage()) == SingleInstance::Role::Second) return 0;
  }

  const QuitOnSignal quitOnSignal;
  Application hearth({location.path(), &location});
  hearth.showProblem(moved);
  QObject::connect(instance.get(), &SingleInstance::activated, &hearth,
                   [&hearth](const QStringList& message) { hearth.activate(StartRequest::fromMessage(message)); });
  return hearth.start(request) ? QGuiApplication::exec() : 1;
}
