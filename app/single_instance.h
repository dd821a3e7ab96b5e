// One running application for each user and data folder.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

/// The first start listens on a local socket that only this user can open; a later one hands over its message (StartRequest) and
/// ends.
/// A socket that a crash left behind is replaced.
class SingleInstance : public QObject {
  Q_OBJECT

 public:
  enum class Role { First, Second };

  explicit SingleInstance(const QString& dataFolder, QObject* parent = nullptr);

  /// Finds out which start this is; as the second, `message` has been handed over.
  [[nodiscard]] Role claim(const QStringList& message);

  /// Where the first start listens.
  [[nodiscard]] const QString& socketPath() const { return m_socketPath; }

 Q_SIGNALS:
  /// Another start handed over its message.
  void activated(const QStringList& message);

 private:
  [[nodiscard]] bool handOver(const QStringList& message) const;
  void onConnection();

  QString m_socketPath;
  QString m_lockPath;
  QLocalServer m_server;
};
