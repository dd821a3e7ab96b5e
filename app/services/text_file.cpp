#include "services/text_file.h"

#include <QDir>
#include <QSaveFile>

Problem saveTextFile(const QString& path, const QString& text) {
  QByteArray bytes = text.toUtf8();
  if (!bytes.endsWith('\n')) bytes += '\n';
  QSaveFile file(path);
  if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) return {};
  return {ErrorId::FileNotSaved, {QDir::toNativeSeparators(path)}, file.errorString()};
}
