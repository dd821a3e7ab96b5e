// Rows of table download.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>

#include "net/download_request.h"
#include "storage/database.h"

/// A download as it is kept.
struct StoredDownload {
  qint64 id = 0;
  int position = 0;
  QString state;  // "queued", "running", "paused", "failed", "done"
  DownloadRequest request;
  Problem problem;
  quint64 received = 0, total = 0;  // bytes, for showing before it goes on
  QDateTime addedAt;
};

class DownloadStore {
 public:
  explicit DownloadStore(Database& database) : m_database(database) {}

  /// By position. Rows that cannot be understood are left out.
  StoreResult<QList<StoredDownload>> all();
  /// Adds or replaces.
  StoreStatus put(const StoredDownload& row);
  StoreStatus remove(qint64 id);

 private:
  Database& m_database;
};

/// As it stands in the column `request`.
[[nodiscard]] QString requestToJson(const DownloadRequest& request);
/// Empty repository: not understood.
[[nodiscard]] DownloadRequest requestFromJson(const QString& json);
