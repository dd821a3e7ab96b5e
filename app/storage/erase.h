// Deleting for good.
#pragma once

#include <QList>
#include <QString>

#include "storage/database.h"
#include "storage/storage_folder.h"

// Chats are removed with all their messages, and the texts of single messages, in the database and in its copies, so that no file holds their text any more: rows are
// overwritten (secure_delete), the search index is merged, the write-ahead log is emptied, each backup is rewritten or, when that
// fails, dropped, and damaged files that were kept aside go. StorageThread does it in pieces, of which these are the parts.

/// What goes for good: chats with all they hold, and what single messages hold (see MessageTree::erase()).
struct Erasure {
  QList<qint64> chats;
  QList<qint64> messages;

  [[nodiscard]] bool isEmpty() const { return chats.isEmpty() && messages.isEmpty(); }
};

/// The rows and their search entries, in one transaction. What is left in the index goes with its merge, in the log with emptyLog().
StoreStatus deleteChats(Database& database, const QList<qint64>& chatIds);

/// The same for all of it.
StoreStatus eraseRows(Database& database, const Erasure& what);

/// Takes it out of a copy of the database and leaves that as one file, without log.
StoreStatus deleteFromCopy(Database& copy, const Erasure& what);

/// The copies. Touches no open database.
void cleanCopies(const Erasure& what, const StorageFolder& folder);

/// Whether nobody would miss the database: no chat, no setting, no download, no model and no adapter but those of the application.
[[nodiscard]] bool holdsNothing(Database& database);

/// Removes everything that the application keeps in its folder: database, backups, damaged files. The database must be closed.
StoreStatus eraseFolder(const StorageFolder& folder);
