#include <windows.h>
#include <QDir>
#include <QStandardPaths>

#include "services/platform.h"

namespace platform {

// Below %LOCALAPPDATA%\\hearth, where location.ini is too, which must stay when the data moves to another folder.
QString dataFolder() {
  return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QLatin1String("/data");
}

QString userName() {
  return qEnvironmentVariable("USERNAME");
}

QString serverName(const QString& key) {
  return QLatin1String("hearth-") + key;
}

QString lockPath(const QString& key) {
  return QDir::tempPath() + QLatin1String("/hearth-") + key + QLatin1String(".lock");
}

// Only the program in front may give the front away, and that is the second start, which a person has just clicked.
void allowRaising() {
  ::AllowSetForegroundWindow(ASFW_ANY);
}

}  // namespace platform
