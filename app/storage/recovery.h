// What happens to a database that cannot be used as it is.
#pragma once

#include "storage/database.h"
#include "storage/storage_folder.h"

/// How repairDatabase() ended.
struct Repair {
  QString backup;   // that was restored; empty: a new file was made
  int rescued = 0;  // messages that only the damaged file had
  QString keptAs;   // where the damaged file is now
};

/// Makes a sound file from the newest good backup (or an empty database) and every row that can still be read from the damaged one,
/// moves the damaged one aside and puts the sound one in its place. The database must be closed. Errors: what writing can cause; the
/// damaged file is then where it was, unchanged.
StoreResult<Repair> repairDatabase(const StorageFolder& folder);

/// Puts the newest good backup in the place of a database file that is not there or empty. Returns the backup's name, empty when there
/// is nothing to restore.
StoreResult<QString> restoreMissingDatabase(const StorageFolder& folder);

/// First half of restoring a backup: makes a checked copy of it, of the newest schema, ready beside the database, which is not touched.
/// Errors: Corrupt, Newer, what writing can cause.
StoreStatus prepareRestore(const QString& backup, const StorageFolder& folder);

/// Between the halves: settings, models, adapters and downloads of the copy become those of the database in use.
StoreStatus keepPresentLists(Database& present, const StorageFolder& folder);

/// Second half: the copy takes the place of the database, which must be closed, its log empty, and have a backup. On failure the
/// database is where it was.
StoreStatus putRestored(const StorageFolder& folder);

/// Makes up for a crash in the middle of that: a database that was moved away and has no successor gets its name back, and nothing is left
/// of the copy. Call before the database is opened.
void finishRestore(const StorageFolder& folder);

/// Copies all rows that can be read from `from`, whatever its schema version, over those of `to`; rows that cannot be read are passed
/// over, and what is left without its chat or parent is attached again. Returns how many messages `to` has now that it had not.
StoreResult<int> copyReadableRows(Database& from, Database& to);

/// After copyReadableRows(complete, database): removes models, adapters, their files and downloads that `complete` no longer has.
StoreStatus dropRowsNotIn(Database& complete, Database& database);
