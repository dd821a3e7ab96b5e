// Notifications of the desktop.
#pragma once

#include <QObject>
#include <QString>

/// What a person is told outside the window.
struct Notification {
  static constexpr qint64 kModels = -1;

  QString title;
  QString text;      // plain, may be empty
  qint64 shows = 0;  // by a click: a chat, kModels: the page of models, 0: only the window

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
  void activated(qint64 shows);
};
