// Notifications of the desktop.
#pragma once

#include <QObject>
#include <QString>

/// What a person is told outside the window.
struct Notification {
  QString title;
  QString text;       // plain, may be empty
  qint64 chatId = 0;  // that a click shows, 0: none

  bool operator==(const Notification&) const = default;
};

/// Shows them; implemented by DesktopNotifier, and by a recording one in tests.
class Notifier : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  virtual void show(const Notification& notification) = 0;

 Q_SIGNALS:
  /// A notification was clicked.
  void activated(qint64 chatId);
};
