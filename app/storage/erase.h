// Deleting for good.
#pragma once

#include <QList>
#include <QString>

#include "storage/database.h"
#include "storage/storage_folder.h"

// Chats are removed with all their messages, in the database and in its copies, so that no file holds their text any more: rows are
// overwritten (secure_delete), the search index is merged, the write-ahead log is emptied, each backup is rewritten or, when that
// fails, dropped, and damaged files that were kept aside go. StorageThread does it in pieces, of which these are the parts.

/// The rows and their search entries, in one transaction. What is left in the index goes with its merge, in the log with emptyLog().
StoreStatus deleteChats(Database& database, const QList<qint64>& chatIds);

/// Takes chats out of a copy of the database and leaves it as one file, without log.
StoreStatus deleteFromCopy(Database& copy, const QList<qint64>& chatIds);

/// The copies. Touches no open database.
void cleanCopies(const QList<qint64>& chatIds, const StorageFolder& folder);

/// Whether nobody would miss the database: no chat, no setting, no download, no model and no adapter but those of the application.
[[nodiscard]] bool holdsNothing(Database& database);

/// Removes everything that the application keeps in its folder: database, backups, damaged files. The database must be closed.
StoreStatus eraseFolder(const StorageFolder& folder);
