#include "net/hub_paths.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

#include "text/plain_line.h"

namespace {

constexpr qsizetype kMostBytes = 255;  // of a name, on all common file systems
constexpr qsizetype kMostStem = 240;   // with room for ".part.json.new"
constexpr qsizetype kMostPath = 1000;  // characters
constexpr qsizetype kHashLetters = 12;
constexpr QChar kFolderMark(u'~');

[[nodiscard]] bool isForbidden(QChar c) {
  return c.category() == QChar::Other_Control || c == u'\\' || c == u':' || turnsDirection(c) || c == QChar(0x2028) || c == QChar(0x2029);
}

/// Names that open a device on Windows, with any ending.
[[nodiscard]] bool isDevice(const QString& name) {
  static const QRegularExpression device(QStringLiteral("^(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9¹²³])\\s*(\\..*)?$"),
                                         QRegularExpression::CaseInsensitiveOption);
  return device.match(name).hasMatch();
}

[[nodiscard]] QString hashOf(const QString& text) {
  return QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex()).left(kHashLetters);
}

/// What Windows does not take in a name is replaced.
[[nodiscard]] QString cleaned(QString name) {
  for (QChar& c : name) {
    if (QStringLiteral("<>\"|?*").contains(c)) c = u'_';
  }
  if (name.endsWith(u'.') || name.endsWith(u' ')) name.back() = u'_';
  return name;
}

/// The end of a name that has at most `bytes`.
[[nodiscard]] QString endOf(QString name, qsizetype bytes) {
  while (name.toUtf8().size() > bytes) name.remove(0, name.front().isHighSurrogate() ? 2 : 1);
  return name;
}

}  // namespace

bool isRepositoryId(const QString& text) {
  static const QRegularExpression id(QStringLiteral("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}$"));
  if (!id.match(text).hasMatch() || text.contains(QLatin1String(".."))) return false;
  const QStringList parts = text.split(u'/');
  return std::none_of(parts.begin(), parts.end(), [](const QString& part) { return isDevice(part) || part.endsWith(u'.'); });
}

bool isSafePath(const QString& path) {
  if (path.isEmpty() || path.size() > kMostPath || !path.isValidUtf16()) return false;
  if (std::any_of(path.begin(), path.end(), isForbidden)) return false;
  const QStringList names = path.split(u'/');
  return std::all_of(names.begin(), names.end(), [](const QString& name) {
    return !name.trimmed().isEmpty() && name != QLatin1String(".") && name != QLatin1String("..") && name.toUtf8().size() <= kMostBytes &&
           !isDevice(name);
  });
}

QString localFolder(const DownloadRequest& request) {
  const QString kind = request.kind == DownloadRequest::Kind::Model ? QStringLiteral("models/") : QStringLiteral("adapters/");
  const QString folder = kind + request.repository;
  if (request.revision.isEmpty() || request.revision == QLatin1String("main")) return folder;
  static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,60}$"));
  return folder + u'@' + (plain.match(request.revision).hasMatch() ? request.revision : hashOf(request.revision));
}

QString localName(const QString& path) {
  QStringList names = path.split(u'/');
  for (QString& name : names) name = cleaned(name);
  const QString file = names.takeLast();
  if (names.isEmpty()) return file;
  QString folder = names.join(kFolderMark);
  const QString folders = path.left(path.lastIndexOf(u'/'));
  // Two paths never share a name, and all parts of a split file get the same beginning.
  const bool isPeft = file == QLatin1String("adapter_config.json") || file == QLatin1String("adapter_model.safetensors");
  const qsizetype room = kMostBytes - (isPeft ? 0 : file.toUtf8().size() + 1);
  if (folders.contains(kFolderMark) || folder != QString(folders).replace(u'/', kFolderMark) || folder.toUtf8().size() > room)
    folder = hashOf(folders);
  if (isPeft) return folder + u'/' + file;
  return folder + kFolderMark + endOf(file, kMostBytes - folder.toUtf8().size() - 1);
}

QString unfinishedName(const QString& fileName) {
  if (fileName.toUtf8().size() <= kMostStem) return fileName;
  return hashOf(fileName) + kFolderMark + endOf(fileName, kMostStem - kHashLetters - 1);
}
