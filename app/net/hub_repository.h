// What a hub says about a repository.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include "net/download_request.h"

/// One way to download a repository: all parts of one GGUF file, or an adapter. Made from the names of the files.
struct HubVariant {
  QString name;  // "Q4_K_M"; the file name where it says no type
  QList<DownloadFile> files;
  [[nodiscard]] quint64 bytes() const;
};

struct HubRepository {
  QString id;  // "owner/name"
  QString revision;
  QString publisher;
  QString licence;
  QStringList tags;
  qint64 downloads = 0;
  qint64 likes = 0;
  QDateTime updatedAt;
  bool gated = false;
  bool isAdapter = false;      // a PEFT folder or a GGUF adapter
  QList<HubVariant> variants;  // of lookUp() only; smallest first
  QString readme;              // of lookUp() only, Markdown: hostile text
};
