#include "services/session_marker.h"

#include <QDir>
#include <QFile>

SessionMarker::SessionMarker(const QString& dataFolder) : m_file(dataFolder + QLatin1String("/running")) {
  m_crashed = QFile::exists(m_file);
  QDir().mkpath(dataFolder);
  QFile marker(m_file);
  static_cast<void>(marker.open(QIODevice::WriteOnly));  // without it a crash is not noticed, which is no reason to stop
}

SessionMarker::~SessionMarker() {
  QFile::remove(m_file);
}
