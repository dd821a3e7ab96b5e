// The floor of the start: a window of Qt Quick with a gradient and one line of text, made as the application makes its own but with
// nothing behind it. tests/bench/start.sh measures both.
#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickStyle>
#include <QQuickWindow>
#include <memory>

int main(int argc, char** argv) {
  const QGuiApplication application(argc, argv);
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  QQmlEngine engine;
  QQmlComponent component(&engine);
  component.setData(
      "import QtQuick\nimport QtQuick.Controls.Basic\nApplicationWindow { width: 1100; height: 760; visible: true\n"
      "Rectangle { anchors.fill: parent; gradient: Gradient { GradientStop { position: 0; color: 'white' } "
      "GradientStop { position: 1; color: 'navy' } } }\nText { anchors.centerIn: parent; text: 'Hearth' } }",
      QUrl());
  const std::unique_ptr<QObject> window(component.create());
  return window ? QGuiApplication::exec() : 1;
}
