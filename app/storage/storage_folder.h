// Names of the files below the data folder.
#pragma once

#include <QString>

struct StorageFolder {
  QString path;

  [[nodiscard]] QString database() const { return path + QLatin1String("/hearth.db"); }
  /// A repaired database that is not complete yet.
  [[nodiscard]] QString unfinished() const { return path + QLatin1String("/hearth.db.part"); }
  /// The database that a backup is taking the place of; a crash may leave it.
  [[nodiscard]] QString replaced() const { return path + QLatin1String("/hearth.db.before"); }
  /// Copies made before migrations and once a day.
  [[nodiscard]] QString backups() const { return path + QLatin1String("/backups"); }
  /// Database files that were damaged and have been replaced.
  [[nodiscard]] QString damaged() const { return path + QLatin1String("/damaged"); }
  /// Its existence asks the next start to look for damage before it uses the database.
  [[nodiscard]] QString checkRequest() const { return path + QLatin1String("/check-database"); }
};

/// What SQLite may keep beside a database file, and the file itself.
inline constexpr const char* kDatabaseSuffixes[] = {"", "-wal", "-shm", "-journal"};
