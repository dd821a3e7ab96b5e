// Copies of the database.
#pragma once

#include <QDateTime>
#include <QString>
#include <QStringList>

#include "storage/database.h"

/// Writes a copy named after time and schema version, complete or not at all, and keeps only the newest copies. Chats that are
/// deleted but can still be brought back are not in it. `database` may be a read-only connection.
StoreStatus makeBackup(Database& database, const QString& folder);

/// The copies, newest first, with their folder.
[[nodiscard]] QStringList backupFiles(const QString& folder);

/// What a list of copies shows.
struct BackupFacts {
  QString file;
  QDateTime time;  // UTC
  qint64 bytes = 0;
  int chats = -1;  // -1: it cannot be read

  bool operator==(const BackupFacts&) const = default;
};

/// The copies, newest first. Only their heads are read, so damage may go unnoticed.
[[nodiscard]] QList<BackupFacts> backupList(const QString& folder);

/// Reads a copy as a whole. Errors: Corrupt; Newer for one of a schema above `newestVersion`.
StoreStatus checkBackup(const QString& file, int newestVersion);

/// When a copy was made, UTC; invalid for other files.
[[nodiscard]] QDateTime backupTime(const QString& file);

/// The newest copy that is undamaged and of a schema up to `newestVersion`; empty when there is none.
[[nodiscard]] QString newestGoodBackup(const QString& folder, int newestVersion);

/// Removes what a crash in makeBackup() left.
void removeUnfinishedBackups(const QString& folder);

/// Removes a database file with its log and shared memory.
void removeDatabaseFile(const QString& file);
