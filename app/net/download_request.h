// What to fetch from a hub.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

/// A file of a repository.
struct DownloadFile {
  QString path;      // inside the repository, "UD-Q4_K_XL/model-00001-of-00002.gguf"
  quint64 size = 0;  // 0: asked for
  QString sha256;    // lower-case hex; empty: asked for (the hub's metadata)

  // Where a list of checksums of pieces exists: each is fetched again by itself when it arrives damaged.
  quint64 partBytes = 0;  // of all pieces but the last; 0: not known
  QStringList partSha256 = {};

  bool operator==(const DownloadFile&) const = default;
};

/// What to fetch: all files of one variant, or an adapter.
struct DownloadRequest {
  enum class Kind { Model, Adapter };
  Kind kind = Kind::Model;
  QString repository;  // "owner/name"
  QString revision = QStringLiteral("main");
  QList<DownloadFile> files;
  QString title;      // of the model, for people
  QString variant;    // "Q4_K_M"
  QString publisher;  // what the library shows of a model that the file itself does not say
  QString licence;
  QString catalogueId;  // entry of the catalogue, may be empty

  bool operator==(const DownloadRequest&) const = default;
};
