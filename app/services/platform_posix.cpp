#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include "services/platform.h"

namespace platform {

namespace {

/// A folder of this user alone where there is one; socket paths are limited to about 100 characters.
[[nodiscard]] QString socketFolder() {
  const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
  return !runtime.isEmpty() && QFileInfo(runtime).isWritable() && runtime.size() < 60 ? runtime : QDir::tempPath();
}

}  // namespace

QString dataFolder() {
  return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
}

// Packages never touch what is in a home folder.
void noteDataFolder(const QString&) {}

QString userName() {
  return QString::fromLocal8Bit(qgetenv("USER"));
}

QString serverName(const QString& key) {
  return socketFolder() + QLatin1String("/hearth-") + key;
}

QString lockPath(const QString& key) {
  return serverName(key) + QLatin1String(".lock");
}

// Window managers ask nobody.
void allowRaising() {}

}  // namespace platform
