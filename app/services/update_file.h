// The file with the news of other versions of Hearth. Its format is in docs/packaging.md.
#pragma once

#include <QByteArray>
#include <QDate>
#include <QDateTime>
#include <QHash>
#include <QList>
#include <QString>
#include <QUrl>
#include <optional>

#include "text/semantic_version.h"

/// Largest file that is looked at.
constexpr qint64 kUpdateMostBytes = 64 * 1024;

/// One package of a version.
struct ReleaseFile {
  enum class Kind { Deb, Portable, Windows };
  Kind kind = Kind::Deb;
  QString name;  // letters, digits and . _ + ~ -
  qint64 size = 0;
  QString sha256;  // 64 digits, lower case

  bool operator==(const ReleaseFile&) const = default;
};

struct Release {
  SemanticVersion version;
  bool isPreview = false;  // of the channel "preview", or a pre-release
  QDate date;
  QHash<QString, QString> notes;  // language -> plain text; "en" is always there
  QUrl page;                      // https; empty: none that may be opened
  QList<ReleaseFile> files;

  /// In this language ("en", "zh_CN"), or English.
  [[nodiscard]] QString notesIn(const QString& language) const;
};

struct UpdateNews {
  QDateTime issued;   // newer news have a later one
  QDateTime expires;  // not believed from then on
  QList<Release> releases;

  /// The one of the highest precedence; previews only where they are wanted.
  [[nodiscard]] std::optional<Release> newest(bool withPreviews) const;
};

/// Reads a file. Versions and packages that this build does not understand, or that break a limit, are left out; nothing when it is no such
/// file at all. Texts keep their line feeds and lose what else controls the display.
[[nodiscard]] std::optional<UpdateNews> parseUpdateNews(const QByteArray& json);
