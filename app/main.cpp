#include <QCommandLineParser>
#include <QGuiApplication>
#include <QIcon>
#include <QQuickStyle>
#include <memory>

#include "application.h"
#include "quit_on_signal.h"
#include "services/data_folder.h"
#include "single_instance.h"

int main(int argc, char* argv[]) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Hearth"));
  QGuiApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
  QGuiApplication::setDesktopFileName(QStringLiteral("hearth"));
  QGuiApplication::setWindowIcon(QIcon::fromTheme(QStringLiteral("hearth"), QIcon(QStringLiteral(":/icons/hearth.svg"))));
  QQuickStyle::setStyle(QStringLiteral("Basic"));  // the controls are styled by our own theme

  QCommandLineParser parser;
  parser.setApplicationDescription(QCoreApplication::translate("main", "Chat with an AI model on this computer."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(QStringLiteral("model.gguf"), QCoreApplication::translate("main", "Model file to load."),
                               QStringLiteral("[model.gguf]"));
  parser.process(application);
  const QStringList arguments = parser.positionalArguments();

  DataFolder location;
  auto instance = std::make_unique<SingleInstance>(location.path());
  if (instance->claim(arguments) == SingleInstance::Role::Second) return 0;
  const Problem moved = location.move();
  if (moved.id == ErrorId::FolderMoved) {
    instance = std::make_unique<SingleInstance>(location.path());
    if (instance->claim(arguments) == SingleInstance::Role::Second) return 0;
  }

  const QuitOnSignal quitOnSignal;
  Application hearth({location.path(), &location});
  hearth.showProblem(moved);
  QObject::connect(instance.get(), &SingleInstance::activated, &hearth, &Application::activate);
  return hearth.start(arguments) ? QGuiApplication::exec() : 1;
}
