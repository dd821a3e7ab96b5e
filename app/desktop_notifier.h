// Notifications of this desktop.
#pragma once

#include <QHash>

#include "services/notifier.h"

/// Asks the desktop (on Linux org.freedesktop.Notifications); one that shows none has the window's entry in its task bar marked.
class DesktopNotifier final : public Notifier {
  Q_OBJECT

 public:
  explicit DesktopNotifier(QObject* parent = nullptr);

  void show(const Notification& notification) override;

 private:
  void alert();
#ifndef Q_OS_WIN
 private Q_SLOTS:
  void onAction(uint id, const QString& action);
  void onToken(uint id, const QString& token);
  void onClosed(uint id, uint reason);

 private:
  QHash<uint, qint64> m_shown;  // what a click shows, by the desktop's number
#endif
};
