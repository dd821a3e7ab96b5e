#include <windows.h>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>

#include "services/platform.h"

namespace platform {

// Below %LOCALAPPDATA%\\hearth, where location.ini is too, which must stay when the data moves to another folder.
QString dataFolder() {
  return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QLatin1String("/data");
}

// installer/windows/hearth.nsi asks before it removes chats and models, and names the folder. Not location.ini: an installer reads such
// files in the code page of the account.
void noteDataFolder(const QString& folder) {
  QSettings(QStringLiteral("HKEY_CURRENT_USER\\Software\\Hearth"), QSettings::NativeFormat)
      .setValue(QStringLiteral("DataFolder"), QDir::toNativeSeparators(folder));
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
