#include "net/disk.h"

#include <QStorageInfo>
#include <filesystem>

namespace disk {

bool writeWhole(const QString& path, const QByteArray& data) {
  const QString fresh = path + QStringLiteral(".new");
  QFile file(fresh);
  if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) return false;
  const bool whole = file.write(data) == data.size() && sync(file);
  file.close();
  if (whole && replace(fresh, path)) return true;
  QFile::remove(fresh);
  return false;
}

bool replace(const QString& from, const QString& to) {
  std::error_code error;
  std::filesystem::rename(from.toStdU16String(), to.toStdU16String(), error);
  return !error;
}

qint64 freeBytes(const QString& folder) {
  const QStorageInfo storage(folder);
  return storage.isValid() ? storage.bytesAvailable() : -1;
}

}  // namespace disk
