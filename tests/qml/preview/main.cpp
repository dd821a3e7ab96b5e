// Renders one named state of the window with mock data into a PNG:
// hearth_ui_preview SCENE WIDTH HEIGHT light|dark OUT.png [TEXT-SIZE-IN-PERCENT [LANGUAGE]]
#include <QGuiApplication>
#include <QImage>
#include <QQmlApplicationEngine>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQuickWindow>
#include <QTimer>
#include <QTranslator>
#include <QtPlugin>

#include "mock/mock_list_model.h"

Q_IMPORT_PLUGIN(Hearth_UiPlugin)

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  const QStringList args = application.arguments();
  if (args.size() < 6 || args.size() > 8) {
    qCritical("usage: hearth_ui_preview SCENE WIDTH HEIGHT light|dark OUT.png [PERCENT [LANGUAGE]]");
    return 2;
  }
  QTranslator translator;
  if (args.size() > 7 && translator.load(QStringLiteral(":/i18n/hearth_") + args[7])) {
    QCoreApplication::installTranslator(&translator);
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
  auto* settings = app->property("settings").value<QObject*>();
  settings->setProperty("theme", args[4]);
  settings->setProperty("fontPercent", args.size() > 6 ? args[6].toInt() : 100);
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
  // What the scene opens, as "objectName.function", and the properties that it sets afterwards.
  const auto find = [window](const QString& name) { return window->findChild<QObject*>(name.section(QLatin1Char('.'), 0, 0)); };
  for (const QString& name : scenes->property("opens").toStringList()) {
    if (QObject* object = find(name);
        !object || !QMetaObject::invokeMethod(object, name.section(QLatin1Char('.'), 1).toUtf8().constData())) {
      qCritical().noquote() << "nothing to open:" << name;
      return 1;
    }
  }
  const QVariantMap sets = scenes->property("sets").toMap();
  for (auto it = sets.cbegin(); it != sets.cend(); ++it) {
    if (QObject* object = find(it.key());
        !object || !object->setProperty(it.key().section(QLatin1Char('.'), 1).toUtf8().constData(), it.value())) {
      qCritical().noquote() << "nothing to set:" << it.key();
      return 1;
    }
  }
  QTimer::singleShot(900, window, [&] {
    const bool saved = window->grabWindow().save(args[5]);
    QCoreApplication::exit(saved ? 0 : 1);
  });
  return QGuiApplication::exec();
}
