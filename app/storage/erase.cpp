#include "storage/erase.h"

#include <QDir>
#include <QFile>

#include "storage/backups.h"
#include "storage/message_tree.h"
#include "storage/search_index.h"

namespace {

/// Databases of schema 1 have no index.
[[nodiscard]] StoreResult<bool> hasIndex(Database& database) {
  const auto found = database.value(QStringLiteral("SELECT count(*) FROM sqlite_master WHERE name = 'message_search'"));
  if (!found) return found.error();
  return found->toInt() > 0;
}

[[nodiscard]] StoreStatus deleteRows(Database& database, const QList<qint64>& chatIds, bool indexed) {
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  for (const qint64 id : chatIds) {
    if (indexed) {
      if (const auto status = SearchIndex(database).removeChat(id); !status) return status;
    }
    if (const auto status = database.exec(QStringLiteral("DELETE FROM chat WHERE id = ?"), {id}); !status) return status;
  }
  return transaction.commit();
}

/// Automatic titles are made of the first message of their chat. In the database itself they have been made anew.
[[nodiscard]] StoreStatus forgetTitles(Database& copy, const QList<qint64>& messageIds) {
  for (const qint64 id : messageIds) {
    const auto status =
        copy.exec(QStringLiteral("UPDATE chat SET title = '' WHERE title_is_custom = 0 AND id = (SELECT chat_id FROM message "
                                 "WHERE id = ? AND parent_id IS NULL AND content <> '')"),
                  {id});
    if (!status) return status;
  }
  return {};
}

/// A draft of the time of the copy may hold the words of what was sent later. Restoring a copy leaves drafts as they are, so none is
/// missed.
[[nodiscard]] StoreStatus forgetDrafts(Database& copy) {
  const auto found = copy.value(QStringLiteral("SELECT count(*) FROM sqlite_master WHERE name = 'draft'"));
  if (!found) return found.error();
  return found->toInt() == 0 ? StoreStatus() : copy.exec(QStringLiteral("DELETE FROM draft"));
}

/// Leaves none of the words on free pages or in the index's old segments.
[[nodiscard]] StoreStatus deleteForGood(Database& copy, const Erasure& what) {
  const auto indexed = hasIndex(copy);
  if (!indexed) return indexed.error();
  StoreStatus status = forgetTitles(copy, what.messages);
  if (status) status = forgetDrafts(copy);
  if (status) status = eraseRows(copy, what);
  if (status && *indexed) status = SearchIndex(copy).mergeAll();
  return status ? copy.exec(QStringLiteral("VACUUM")) : status;
}

[[nodiscard]] bool rewriteBackup(const QString& file, const Erasure& what) {
  Database backup;
  return backup.open(file) && deleteFromCopy(backup, what);
}

}  // namespace

StoreStatus deleteChats(Database& database, const QList<qint64>& chatIds) {
  const auto indexed = hasIndex(database);
  if (!indexed) return indexed.error();
  const auto status = deleteRows(database, chatIds, *indexed);
  if (status || !*indexed || status.error().kind != StorageError::Kind::Corrupt) return status;
  // Perhaps only the index is damaged: it can be made again, the deletion must not wait for that.
  if (const auto reset = SearchIndex(database).reset(); !reset) return status;
  return deleteRows(database, chatIds, true);
}

StoreStatus eraseRows(Database& database, const Erasure& what) {
  StoreStatus status = what.chats.isEmpty() ? StoreStatus{} : deleteChats(database, what.chats);
  if (!status || what.messages.isEmpty()) return status;
  status = MessageTree(database).erase(what.messages);
  if (status || status.error().kind != StorageError::Kind::Corrupt) return status;
  const auto indexed = hasIndex(database);
  if (!indexed || !*indexed || !SearchIndex(database).reset()) return status;  // as deleteChats() does
  return MessageTree(database).erase(what.messages);
}

StoreStatus deleteFromCopy(Database& copy, const Erasure& what) {
  StoreStatus status = what.isEmpty() ? StoreStatus{} : deleteForGood(copy, what);
  if (status) status = copy.emptyLog();
  return status ? copy.exec(QStringLiteral("PRAGMA journal_mode = DELETE")) : status;
}

void cleanCopies(const Erasure& what, const StorageFolder& folder) {
  for (const QString& file : backupFiles(folder.backups())) {
    if (!rewriteBackup(file, what)) removeDatabaseFile(file);
  }
  removeUnfinishedBackups(folder.backups());
  removeDatabaseFile(folder.unfinished());
  removeDatabaseFile(folder.replaced());
  QDir(folder.damaged()).removeRecursively();
}

bool holdsNothing(Database& database) {
  const auto rows =
      database.value(QStringLiteral("SELECT (SELECT count(*) FROM chat) + (SELECT count(*) FROM folder) + (SELECT count(*) FROM setting)"
                                    " + (SELECT count(*) FROM download) + (SELECT count(*) FROM draft) + (SELECT count(*) FROM snippet)"
                                    " + (SELECT count(*) FROM variant WHERE source <> 'starter' OR settings <> '')"
                                    " + (SELECT count(*) FROM adapter WHERE source <> 'starter') + (SELECT count(*) FROM adapter_binding)"
                                    " + (SELECT count(*) FROM preset)"));
  return rows && rows->toInt() == 0;
}

StoreStatus eraseFolder(const StorageFolder& folder) {
  removeDatabaseFile(folder.database());
  removeDatabaseFile(folder.unfinished());
  removeDatabaseFile(folder.replaced());
  QDir(folder.backups()).removeRecursively();
  QDir(folder.damaged()).removeRecursively();
  QFile::remove(folder.checkRequest());
  QStringList left;
  for (const char* suffix : kDatabaseSuffixes) {
    const QString file = folder.database() + QLatin1String(suffix);
    if (QFile::exists(file)) left += file;
  }
  for (const QString& path : {folder.backups(), folder.damaged()}) {
    if (QDir(path).exists()) left += path;
  }
  if (left.isEmpty()) return {};
  return StorageError{StorageError::Kind::ReadOnly, left.join(QStringLiteral(", "))};
}
