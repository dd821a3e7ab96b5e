#include "storage/erase.h"

#include <QDir>
#include <QFile>

namespace {

[[nodiscard]] StoreStatus deleteRows(Database& database, const QList<qint64>& chatIds) {
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  for (const qint64 id : chatIds) {
    if (const auto status = database.exec(QStringLiteral("DELETE FROM chat WHERE id = ?"), {id}); !status) return status;
  }
  return transaction.commit();
}

[[nodiscard]] StoreStatus emptyLog(Database& database) {
  return database.exec(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
}

[[nodiscard]] bool rewriteBackup(const QString& file, const QList<qint64>& chatIds) {
  Database backup;
  return backup.open(file) && deleteRows(backup, chatIds) && backup.exec(QStringLiteral("VACUUM")) && emptyLog(backup) &&
         backup.exec(QStringLiteral("PRAGMA journal_mode = DELETE"));
}

void cleanBackups(const QList<qint64>& chatIds, const QString& folder) {
  QDir backups(folder);
  for (const QString& name : backups.entryList({QStringLiteral("hearth-*.db")}, QDir::Files)) {
    const QString file = backups.filePath(name);
    if (rewriteBackup(file, chatIds)) continue;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) QFile::remove(file + QLatin1String(suffix));
  }
}

}  // namespace

StoreStatus eraseChats(Database& database, const QList<qint64>& chatIds, const QString& backupFolder) {
  if (chatIds.isEmpty()) return {};
  cleanBackups(chatIds, backupFolder);
  if (const auto status = deleteRows(database, chatIds); !status) return status;
  return emptyLog(database);
}
