// One running application for each user and data folder.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

/// The first start listens on a local socket that only this user can open; a later one hands over its arguments and ends.
/// A socket that a crash left behind is replaced.
class SingleInstance : public QObject {
  Q_OBJECT

 public:
  enum class Role { First, Second };

  explicit SingleInstance(const QString& dataFolder, QObject* parent = nullptr);

  /// Finds out which start this is; as the second, `arguments` have been handed over.
  [[nodiscard]] Role claim(const QStringList& arguments);

  /// Where the first start listens.
  [[nodiscard]] const QString& socketPath() const { return m_socketPath; }

 Q_SIGNALS:
  /// Another start handed over its arguments.
  void activated(const QStringList& arguments);

 private:
  [[nodiscard]] bool handOver(const QStringList& arguments) const;
  void onConnection();

  QString m_socketPath;
  QString m_lockPath;
  QLocalServer m_server;
};
