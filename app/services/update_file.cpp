#include "services/update_file.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <algorithm>
#include <iterator>

#include "text/plain_line.h"

namespace {

constexpr int kFormat = 1;
constexpr qsizetype kMostReleases = 32;
constexpr qsizetype kMostFiles = 16;
constexpr qsizetype kMostNotes = 16 * 1024;
constexpr qsizetype kMostAddress = 1000;
constexpr qint64 kMostFileBytes = qint64(1) << 40;

[[nodiscard]] bool matches(const char* pattern, const QString& text) {
  return QRegularExpression(QRegularExpression::anchoredPattern(QString::fromLatin1(pattern))).match(text).hasMatch();
}

[[nodiscard]] QString textOf(const QJsonObject& object, const char* name) {
  return object.value(QLatin1String(name)).toString();
}

/// "2026-11-26T08:00:00Z"; invalid for all else.
[[nodiscard]] QDateTime timeOf(const QString& text) {
  return matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", text) ? QDateTime::fromString(text, Qt::ISODate) : QDateTime();
}

/// Control characters and those that turn the direction of the text round could make it look like something else.
[[nodiscard]] QString displayed(const QString& text) {
  QString result;
  const QString shortened = text.left(kMostNotes);
  std::copy_if(shortened.begin(), shortened.end(), std::back_inserter(result),
               [](QChar c) { return c == u'\n' || !(turnsDirection(c) || c.category() == QChar::Other_Control); });
  return result.trimmed();
}

/// Empty unless it is an https address of a host, without user and password.
[[nodiscard]] QUrl pageOf(const QString& text) {
  const QUrl url(text, QUrl::StrictMode);
  const bool usable = text.size() <= kMostAddress && url.isValid() && url.scheme() == QLatin1String("https") && !url.host().isEmpty() &&
                      url.userInfo().isEmpty();
  return usable ? url : QUrl();
}

[[nodiscard]] std::optional<ReleaseFile> fileOf(const QJsonObject& object) {
  using Kind = ReleaseFile::Kind;
  static const QHash<QString, Kind> kinds = {
      {QStringLiteral("deb"), Kind::Deb}, {QStringLiteral("portable"), Kind::Portable}, {QStringLiteral("windows"), Kind::Windows}};
  const auto kind = kinds.constFind(textOf(object, "kind"));
  const double size = object.value(QLatin1String("size")).toDouble(-1);
  ReleaseFile file;
  file.name = textOf(object, "name");
  file.sha256 = textOf(object, "sha256");
  if (kind == kinds.constEnd() || !(size >= 1 && size <= static_cast<double>(kMostFileBytes)) ||
      !matches("[A-Za-z0-9][A-Za-z0-9._+~-]{0,199}", file.name) || !matches("[0-9a-f]{64}", file.sha256))
    return std::nullopt;
  file.kind = *kind;
  file.size = static_cast<qint64>(size);
  return file;
}

[[nodiscard]] std::optional<Release> releaseOf(const QJsonObject& object) {
  const auto version = SemanticVersion::parse(textOf(object, "version"));
  const QString channel = textOf(object, "channel");
  const bool isPreview = channel == QLatin1String("preview");
  const QString date = textOf(object, "date");
  const QJsonObject notes = object.value(QLatin1String("notes")).toObject();
  if (!version || (!isPreview && channel != QLatin1String("stable")) || !matches("\\d{4}-\\d\\d-\\d\\d", date)) return std::nullopt;
  Release release{*version, isPreview || version->isPreRelease(), QDate::fromString(date, Qt::ISODate), {}, {}, {}};
  for (auto it = notes.begin(); it != notes.end(); ++it) {
    if (matches("[a-z]{2,3}(_[A-Z]{2})?", it.key()) && it.value().isString())
      release.notes.insert(it.key(), displayed(it.value().toString()));
  }
  if (!release.date.isValid() || !release.notes.contains(QStringLiteral("en"))) return std::nullopt;
  release.page = pageOf(textOf(object, "page"));
  for (const QJsonValue& value : object.value(QLatin1String("files")).toArray()) {
    if (release.files.size() == kMostFiles) break;
    if (const auto file = fileOf(value.toObject())) release.files.append(*file);
  }
  return release;
}

}  // namespace

QString Release::notesIn(const QString& language) const {
  return notes.value(language, notes.value(QStringLiteral("en")));
}

std::optional<Release> UpdateNews::newest(bool withPreviews) const {
  std::optional<Release> best;
  for (const Release& release : releases) {
    if (release.isPreview && !withPreviews) continue;
    if (!best || best->version < release.version) best = release;
  }
  return best;
}

std::optional<UpdateNews> parseUpdateNews(const QByteArray& json) {
  if (json.size() > kUpdateMostBytes) return std::nullopt;
  const QJsonDocument document = QJsonDocument::fromJson(json);
  const QJsonObject root = document.object();
  UpdateNews news;
  news.issued = timeOf(textOf(root, "issued"));
  news.expires = timeOf(textOf(root, "expires"));
  const QJsonValue releases = root.value(QLatin1String("versions"));
  if (root.value(QLatin1String("format")).toInt() != kFormat || !news.issued.isValid() || !news.expires.isValid() || !releases.isArray())
    return std::nullopt;
  for (const QJsonValue& value : releases.toArray()) {
    if (news.releases.size() == kMostReleases) break;
    if (const auto release = releaseOf(value.toObject())) news.releases.append(*release);
  }
  return news;
}
