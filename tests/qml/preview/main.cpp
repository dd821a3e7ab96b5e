// Renders one named state of the window with mock data into a PNG: hearth_ui_preview SCENE WIDTH HEIGHT light|dark OUT.png
#include <QGuiApplication>
#include <QImage>
#include <QQmlApplicationEngine>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQuickWindow>
#include <QTimer>
#include <QtPlugin>

#include "mock/mock_list_model.h"

Q_IMPORT_PLUGIN(Hearth_UiPlugin)

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  const QStringList args = application.arguments();
  if (args.size() != 6) {
    qCritical("usage: hearth_ui_preview SCENE WIDTH HEIGHT light|dark OUT.png");
    return 2;
  }
  registerMockModule(QStringLiteral(HEARTH_QML_TESTS "/mock"));
  QQmlApplicationEngine engine;
  engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
  QQmlComponent mock(&engine, QUrl::fromLocalFile(QStringLiteral(HEARTH_QML_TESTS "/mock/AppViewModel.qml")));
  QObject* app = mock.create();
  if (!app) {
    qCritical().noquote() << mock.errorString();
    return 1;
  }
  app->property("settings").value<QObject*>()->setProperty("theme", args[4]);
  QQmlComponent sceneFile(&engine, QUrl::fromLocalFile(QStringLiteral(HEARTH_QML_TESTS "/preview/Scenes.qml")));
  QObject* scenes = sceneFile.createWithInitialProperties({{QStringLiteral("app"), QVariant::fromValue(app)}});
  if (!scenes || !QMetaObject::invokeMethod(scenes, args[1].toUtf8().constData())) {
    qCritical().noquote() << "no such scene" << sceneFile.errorString();
    return 1;
  }
  engine.setInitialProperties({{QStringLiteral("app"), QVariant::fromValue(app)}});
  // A folder with Hearth/Ui/qmldir beside the QML sources shows an edit without a new build.
  const QString sources = qEnvironmentVariable("HEARTH_UI_FOLDER");
  if (!sources.isEmpty()) {
    engine.addImportPath(sources);
  }
  const QString mainFile = QStringLiteral("/Hearth/Ui/Main.qml");
  engine.load(sources.isEmpty() ? QUrl(QStringLiteral("qrc:/qt/qml") + mainFile) : QUrl::fromLocalFile(sources + mainFile));
  auto* window = engine.rootObjects().isEmpty() ? nullptr : qobject_cast<QQuickWindow*>(engine.rootObjects().first());
  if (!window) {
    return 1;
  }
  window->resize(args[2].toInt(), args[3].toInt());
  if (args[1] == QLatin1String("settings")) {
    QMetaObject::invokeMethod(window->findChild<QObject*>(QStringLiteral("settingsDialog")), "open");
  } else if (args[1] == QLatin1String("panel")) {
    QMetaObject::invokeMethod(window->findChild<QObject*>(QStringLiteral("modelPanel")), "open");
  }
  QTimer::singleShot(900, window, [&] {
    const bool saved = window->grabWindow().save(args[5]);
    QCoreApplication::exit(saved ? 0 : 1);
  });
  return QGuiApplication::exec();
}
