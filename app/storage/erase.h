// Deleting for good.
#pragma once

#include <QList>
#include <QString>

#include "storage/database.h"

/// Removes the chats with all their messages from the database and from the copies in `backupFolder`, so that no file
/// holds their text any more: rows are overwritten (secure_delete), the write-ahead log is emptied, and each backup is
/// rewritten or, when that fails, dropped.
StoreStatus eraseChats(Database& database, const QList<qint64>& chatIds, const QString& backupFolder);
