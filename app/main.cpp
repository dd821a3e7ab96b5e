#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QIcon>
#include <QQuickStyle>
#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "application.h"
#include "bridge/program_build.h"
#include "display_check.h"
#include "quit_on_signal.h"
#include "renderer_choice.h"
#include "services/data_folder.h"
#include "single_instance.h"
#include "start_request.h"

namespace {

void describe(QCommandLineParser& parser) {
  parser.setApplicationDescription(QCoreApplication::translate(
      "main",
      "Chat with an AI model on this computer.\n\nFiles and folders are opened as on a double click: a model that is among your models "
      "already is used, others are offered for import, adapters too. If Hearth is running, its window opens them.\n\n"
      "HEARTH_HOME names the folder with chats, settings and models. Without a display, hearth-cli chat FILE talks in a terminal."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addOption({QStringLiteral("load"), QCoreApplication::translate("main", "Use the model in FILE as it is, without importing it."),
                    QStringLiteral("FILE")});
  parser.addPositionalArgument(QStringLiteral("files"), QCoreApplication::translate("main", "Models, adapters, or folders with them."),
                               QStringLiteral("[FILE...]"));
}

[[nodiscard]] bool isGiven(int argc, char* argv[], std::initializer_list<std::string_view> names) {
  const std::span<char*> arguments(argv + 1, argc > 0 ? static_cast<size_t>(argc - 1) : 0);
  const auto end = std::ranges::find(arguments, std::string_view("--"));
  return std::any_of(arguments.begin(), end, [&](std::string_view argument) { return std::ranges::find(names, argument) != names.end(); });
}

/// Answers what needs no window before there is a QGuiApplication, which ends the program where there is no display.
[[nodiscard]] bool answersWithText(int argc, char* argv[]) {
  const bool version = isGiven(argc, argv, {"--version", "-v"});
  if (!version && !isGiven(argc, argv, {"--help", "-h"})) return false;
  const QCoreApplication application(argc, argv);
  QCommandLineParser parser;
  describe(parser);
  std::printf("%s\n", qUtf8Printable(version ? programVersionText() : parser.helpText().trimmed()));
  return true;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (answersWithText(argc, argv)) return 0;
  chooseRenderer();
  DisplayCheck display;
  QApplication application(argc, argv);  // the icon in the notification area has a menu of widgets
  display.passed();
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Hearth"));
  QGuiApplication::setApplicationVersion(programVersion());
  QGuiApplication::setDesktopFileName(QStringLiteral("hearth"));
  QGuiApplication::setWindowIcon(QIcon::fromTheme(QStringLiteral("hearth"), QIcon(QStringLiteral(":/icons/hearth.svg"))));
  QQuickStyle::setStyle(QStringLiteral("Basic"));  // the controls are styled by our own theme

  QCommandLineParser parser;
  describe(parser);
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
  Application hearth({location.path(), &location, nullptr, true});
  hearth.showProblem(moved);
  QObject::connect(instance.get(), &SingleInstance::activated, &hearth,
                   [&hearth](const QStringList& message) { hearth.activate(StartRequest::fromMessage(message)); });
  return hearth.start(request) ? QGuiApplication::exec() : 1;
}
