#include "start_request.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSysInfo>
#include <QUrl>

namespace {

const QString kLoad = QStringLiteral("load");
const QString kToken = QStringLiteral("token");
const QString kOpen = QStringLiteral("open");

/// The path of a "file:" address on this computer; empty: it has none.
[[nodiscard]] QString pathOfFileAddress(const QString& argument) {
  // A file has neither query nor fragment: in an address that somebody wrote by hand these characters belong to its name.
  QString address = argument;
  address.replace(u'#', QLatin1String("%23")).replace(u'?', QLatin1String("%3F"));
  QUrl url(address, QUrl::TolerantMode);
  const QString host = url.host();
  if (host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 ||
      host.compare(QSysInfo::machineHostName(), Qt::CaseInsensitive) == 0)
    url.setHost(QString());
#ifndef Q_OS_WIN
  if (!url.host().isEmpty()) return {};  // a share, which is a path on Windows only
#endif
  const QString path = url.isLocalFile() ? url.toLocalFile() : QString();
  return path.contains(QChar(u'\0')) || QDir::isRelativePath(path) ? QString() : path;
}

}  // namespace

QString fileOfArgument(const QString& argument, const QString& folder) {
  static const QRegularExpression fileAddress(QStringLiteral("^file:/"), QRegularExpression::CaseInsensitiveOption);
  static const QRegularExpression address(QStringLiteral("^[a-z][a-z0-9+.-]+://"), QRegularExpression::CaseInsensitiveOption);
  QString path;
  if (fileAddress.match(argument).hasMatch()) {
    path = pathOfFileAddress(argument);
    if (path.isEmpty()) return argument;
  } else if (address.match(argument).hasMatch()) {
    return argument;
  } else {
    path = QDir(folder).absoluteFilePath(argument);
  }
  return QDir::cleanPath(path);
}

StartRequest StartRequest::of(const QString& load, const QStringList& arguments, const QString& folder) {
  StartRequest request;
  if (!load.isEmpty()) request.load = fileOfArgument(load, folder);
  for (const QString& argument : arguments) {
    if (argument.isEmpty()) continue;
    const QString file = fileOfArgument(argument, folder);
    if (!request.open.contains(file)) request.open.append(file);
  }
  return request;
}

QStringList StartRequest::toMessage() const {
  return QStringList{kLoad, load, kToken, token, kOpen} + open;
}

StartRequest StartRequest::fromMessage(const QStringList& message) {
  if (message.size() < 5 || message[0] != kLoad || message[2] != kToken || message[4] != kOpen) return {};
  return {message[1], message.mid(5), message[3]};
}
