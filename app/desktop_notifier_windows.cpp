#include <QGuiApplication>
#include <QWindow>

#include "desktop_notifier.h"

DesktopNotifier::DesktopNotifier(QObject* parent) : Notifier(parent) {}

/// A toast needs a registered program; the flashing entry of the task bar needs nothing.
void DesktopNotifier::show(const Notification&) {
  alert();
}

void DesktopNotifier::alert() {
  for (QWindow* window : QGuiApplication::topLevelWindows()) window->alert(0);
}
