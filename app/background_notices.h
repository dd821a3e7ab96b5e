// What ends while the person is elsewhere: notifications, and marks in the list of chats.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <functional>

#include "services/notice_rules.h"

class AppCore;
struct DownloadRow;
struct MessageRow;

/// Watches answers and downloads. What ends within a moment is said together.
class BackgroundNotices : public QObject {
  Q_OBJECT

 public:
  /// How long endings are collected.
  static constexpr int kTogetherMs = 800;

  /// Both must outlive this object.
  BackgroundNotices(AppCore* core, Notifier* notifier, QObject* parent = nullptr);

  /// In place of asking the desktop, and of the clock in milliseconds. For tests.
  void setActivity(std::function<bool()> isActive) { m_isActive = std::move(isActive); }
  void setClock(std::function<qint64()> now) { m_now = std::move(now); }

  /// The window came to the front: what it shows is seen.
  void onActivated();

 private:
  void onMessage(const MessageRow& message);
  void onDownload(const DownloadRow& row, bool failed);
  void add(const Ending& ending);
  void say();

  AppCore* m_core;
  Notifier* m_notifier;
  std::function<bool()> m_isActive;
  std::function<qint64()> m_now;
  QElapsedTimer m_clock;
  QHash<qint64, qint64> m_begun;   // answers under way, and when they began
  QSet<qint64> m_failedDownloads;  // that were said
  QList<Ending> m_endings;         // not said yet
  QTimer m_together;
};
