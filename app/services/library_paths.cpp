#include "services/library_paths.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include "net/hub_files.h"

namespace {

constexpr int kLargestSplit = 999;  // parts: no publisher comes near it, and a name must not make us ask for 99,999 files

[[nodiscard]] bool isBelow(const QString& path, const QString& folder) {
  return path.startsWith(folder + u'/');
}

/// At most `most` bytes of UTF-8, never half a character.
[[nodiscard]] QString shortened(QString text, int most) {
  while (!text.isEmpty() && text.toUtf8().size() > most) text.chop(text.back().isLowSurrogate() ? 2 : 1);
  return text;
}

}  // namespace

LibraryPaths::LibraryPaths(const QString& dataFolder) : m_data(QDir::cleanPath(QDir(dataFolder).absolutePath())) {}

QString LibraryPaths::stored(const QString& absolute) const {
  const QString path = QDir::cleanPath(absolute);
  return isBelow(path, m_data) ? path.mid(m_data.size() + 1) : path;
}

QString LibraryPaths::absolute(const QString& stored) const {
  if (QDir::isAbsolutePath(stored)) return stored;
  const QString path = QDir::cleanPath(m_data + u'/' + stored);
  return isBelow(path, m_data) ? path : QString();
}

bool LibraryPaths::isOurs(const QString& absolute) const {
  const QString path = QDir::cleanPath(absolute);
  return isBelow(path, models()) || isBelow(path, adapters());
}

QString fileNameOf(const QString& text, int most) {
  QString name;
  for (const QChar c : text) {
    const bool refused = c == u'/' || c == u'\\' || c.category() == QChar::Other_Control || QStringLiteral(":*?\"<>|").contains(c);
    name += refused ? QChar(u'-') : c;
  }
  name = name.trimmed();
  while (name.startsWith(u'.')) name.remove(0, 1);
  name = shortened(name, most).trimmed();
  return name.isEmpty() ? QStringLiteral("model") : name;
}

QString unusedPath(const QString& folder, const QString& stem, const QString& suffix) {
  for (int n = 1;; ++n) {
    const QString tail = (n > 1 ? QStringLiteral(" (%1)").arg(n) : QString()) + suffix;
    QString path = folder + u'/' + shortened(stem, 255 - static_cast<int>(tail.size())) + tail;
    if (!QFileInfo::exists(path) && !QFileInfo(path).isSymLink()) return path;
  }
}

QString canonical(const QString& path) {
  const QString real = QFileInfo(path).canonicalFilePath();
  return real.isEmpty() ? QDir::cleanPath(QFileInfo(path).absoluteFilePath()) : real;
}

QString SplitName::part(int n) const {
  return QStringLiteral("%1-%2-of-%3.gguf").arg(prefix).arg(n, 5, 10, QChar(u'0')).arg(count, 5, 10, QChar(u'0'));
}

SplitName splitNameOf(const QString& fileName) {
  static const QRegularExpression shape(QStringLiteral("^(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf$"),
                                        QRegularExpression::DotMatchesEverythingOption);
  const auto match = shape.match(fileName);
  if (!match.hasMatch()) return {};
  const int number = match.captured(2).toInt();
  const int count = match.captured(3).toInt();
  if (number < 1 || number > count || count > kLargestSplit) return {};
  return {match.captured(1), number, count};
}

QString stemOf(const QString& fileName) {
  static const QRegularExpression suffix(QStringLiteral("\\.gguf$"), QRegularExpression::CaseInsensitiveOption);
  static const QRegularExpression parts(QStringLiteral("-[0-9]{5}-of-[0-9]{5}$"));
  QString stem = fileName;
  stem.remove(suffix).remove(parts);
  const QString type = quantisationInName(stem);
  if (type.isEmpty()) return stem;
  for (const QString& ending : {type, QString(type).replace(0, 1, QStringLiteral("FP"))}) {
    const qsizetype rest = stem.size() - ending.size() - 1;
    if (rest > 0 && !stem[rest].isLetterOrNumber() && stem.endsWith(ending, Qt::CaseInsensitive)) return stem.left(rest);
  }
  return stem;
}
