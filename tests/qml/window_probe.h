// What a screen reader and a stopwatch see of the window.
#pragma once

#include <QObject>
#include <QStringList>
#include <QVariantList>

class QQuickItem;
class QQuickWindow;

/// @brief Singleton of the tests: walks the window from outside, without knowing its QML.
class WindowProbe : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// Everything that a screen reader can come to, one line each: "role 'name'".
  Q_INVOKABLE static QStringList accessibleObjects(QQuickWindow* window);
  /// Controls without a name or a role, and items that take the focus but tell a screen reader nothing.
  Q_INVOKABLE static QStringList accessibilityProblems(QQuickWindow* window);
  /// Animations that run: QML types that say so, and frames drawn within `ms` although nothing has changed.
  Q_INVOKABLE static QStringList runningAnimations(QQuickWindow* window);
  Q_INVOKABLE static int framesDrawn(QQuickWindow* window, int ms);
  /// A blinking cursor draws frames too: off.
  Q_INVOKABLE static void stopCursor();
  /// Text that is cut off although nothing says so: wider or higher than its item, or its item outside its window.
  Q_INVOKABLE static QStringList clippedTexts(QQuickWindow* window);
  /// Texts and controls inside `view` that reach over its left or right side.
  Q_INVOKABLE static QStringList overflows(QQuickItem* view);
  /// The parts of a TextEdit that have a colour of their own: pairs of the text and the colour ("#rrggbb").
  Q_INVOKABLE static QVariantList colouredParts(QQuickItem* edit);
};
