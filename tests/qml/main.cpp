// Runs cases/tst_*.qml against the real window with mock view-models.
#include <QtQuickTest/quicktest.h>
#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QQmlEngine>
#include <QtPlugin>
#include <QtQml>

#include "mock/mock_list_model.h"
#include "window_probe.h"

Q_IMPORT_PLUGIN(Hearth_UiPlugin)

/// @brief Plays the part of an input method (fcitx, ibus, Pinyin) for an item that has the focus.
class ImeDriver : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  Q_INVOKABLE static void compose(QObject* item, const QString& preedit) {
    QInputMethodEvent event(preedit, {});
    QCoreApplication::sendEvent(item, &event);
  }
  Q_INVOKABLE static void commit(QObject* item, const QString& text) {
    QInputMethodEvent event;
    event.setCommitString(text);
    QCoreApplication::sendEvent(item, &event);
  }
};

class Setup : public QObject {
  Q_OBJECT
 public Q_SLOTS:
  void applicationAvailable() {
    registerMockModule(QStringLiteral(HEARTH_QML_TESTS "/mock"));
    qmlRegisterSingletonType<ImeDriver>("Hearth.Test", 1, 0, "Ime", [](QQmlEngine*, QJSEngine*) -> QObject* { return new ImeDriver; });
    qmlRegisterSingletonType<WindowProbe>("Hearth.Test", 1, 0, "Probe",
                                          [](QQmlEngine*, QJSEngine*) -> QObject* { return new WindowProbe; });
  }
  void qmlEngineAvailable(QQmlEngine* engine) {
    engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    if (const QString sources = qEnvironmentVariable("HEARTH_UI_FOLDER"); !sources.isEmpty()) {
      engine->addImportPath(sources);  // as in preview/main.cpp
    }
    // A warning (a broken binding, an undefined value) is a defect of the window.
    connect(engine, &QQmlEngine::warnings, this, [](const QList<QQmlError>& warnings) {
      for (const QQmlError& warning : warnings) {
        if (warning.url().path().contains(QLatin1String("/Hearth/Ui/"))) {
          QTest::qFail(qPrintable(QStringLiteral("QML warning: ") + warning.toString()), __FILE__, __LINE__);
        }
      }
    });
  }
};

QUICK_TEST_MAIN_WITH_SETUP(hearth_ui_tests, Setup)

#include "main.moc"
