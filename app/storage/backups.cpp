#include "storage/backups.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTimeZone>

#include "storage/erase.h"
#include "storage/storage_folder.h"

namespace {

constexpr int kBackupsKept = 3;
const QString kPattern = QStringLiteral("hearth-*.db");
const QString kUnfinished = QStringLiteral(".part");
const QString kTimeFormat = QStringLiteral("yyyyMMdd-HHmmss-zzz");
constexpr qsizetype kTimeAt = 7;  // after "hearth-"
constexpr qsizetype kTimeLength = 19;

/// The ids that a query gives.
[[nodiscard]] StoreResult<QList<qint64>> idsOf(Database& database, const QString& sql) {
  auto query = database.run(sql);
  if (!query) return query.error();
  QList<qint64> ids;
  while (query->next()) ids.append(query->value(0).toLongLong());
  return ids;
}

/// The copy without chats and messages that the user has deleted.
[[nodiscard]] StoreStatus removeHidden(const QString& file) {
  Database copy;
  if (const auto status = copy.open(file); !status) return status;
  const auto hides = copy.value(QStringLiteral("SELECT count(*) FROM pragma_table_info('message') WHERE name = 'deleted_at'"));
  if (!hides) return hides.error();
  const auto chats = idsOf(copy, QStringLiteral("SELECT id FROM chat WHERE deleted_at IS NOT NULL"));
  if (!chats) return chats.error();
  const auto messages = hides->toInt() == 0 ? StoreResult<QList<qint64>>(QList<qint64>())
                                            : idsOf(copy, QStringLiteral("SELECT id FROM message WHERE deleted_at > 0"));
  if (!messages) return messages.error();
  return deleteFromCopy(copy, {*chats, *messages});
}

}  // namespace

StoreStatus makeBackup(Database& database, const QString& folder) {
  if (!QDir().mkpath(folder)) return StorageError{StorageError::Kind::ReadOnly, folder};
  const auto version = database.value(QStringLiteral("PRAGMA user_version"));
  if (!version) return version.error();
  const auto tables = database.value(QStringLiteral("SELECT count(*) FROM sqlite_master WHERE name = 'chat'"));
  if (!tables) return tables.error();
  const QString time = QDateTime::currentDateTimeUtc().toString(kTimeFormat);
  const QString file = QStringLiteral("%1/hearth-%2-v%3.db").arg(folder, time).arg(version->toInt());
  const QString part = file + kUnfinished;
  StoreStatus status = database.exec(QStringLiteral("VACUUM INTO ?"), {part});
  if (status && tables->toInt() > 0) status = removeHidden(part);
  if (status && !QFile::rename(part, file)) status = StorageError{StorageError::Kind::ReadOnly, file};
  if (!status) {
    removeDatabaseFile(part);
    return status;
  }
  const QStringList newestFirst = backupFiles(folder);
  for (const QString& old : newestFirst.mid(kBackupsKept)) removeDatabaseFile(old);
  return {};
}

QStringList backupFiles(const QString& folder) {
  const QDir backups(folder);
  QStringList files;
  for (const QString& name : backups.entryList({kPattern}, QDir::Files, QDir::Name | QDir::Reversed)) files += backups.filePath(name);
  return files;
}

QList<BackupFacts> backupList(const QString& folder) {
  QList<BackupFacts> list;
  for (const QString& file : backupFiles(folder)) {
    BackupFacts facts{file, backupTime(file), QFileInfo(file).size()};
    Database backup;
    if (backup.openReadOnly(file)) {
      const auto chats = backup.value(QStringLiteral("SELECT count(*) FROM chat WHERE deleted_at IS NULL"));
      if (chats) facts.chats = chats->toInt();
    }
    list.append(facts);
  }
  return list;
}

StoreStatus checkBackup(const QString& file, int newestVersion) {
  Database backup;
  if (const auto status = backup.openReadOnly(file); !status) return status;
  if (const auto status = backup.check(); !status) return status;
  const auto version = backup.value(QStringLiteral("PRAGMA user_version"));
  if (!version) return version.error();
  if (version->toInt() > newestVersion) return StorageError{StorageError::Kind::Newer, file};
  if (version->toInt() <= 0) return StorageError{StorageError::Kind::Corrupt, file};
  return {};
}

QDateTime backupTime(const QString& file) {
  QDateTime time = QDateTime::fromString(QFileInfo(file).fileName().mid(kTimeAt, kTimeLength), kTimeFormat);
  time.setTimeSpec(Qt::UTC);
  return time;
}

QString newestGoodBackup(const QString& folder, int newestVersion) {
  for (const QString& file : backupFiles(folder)) {
    if (checkBackup(file, newestVersion)) return file;
  }
  return {};
}

void removeUnfinishedBackups(const QString& folder) {
  QDir backups(folder);
  for (const QString& name : backups.entryList({kPattern + kUnfinished + u'*'}, QDir::Files | QDir::Hidden)) backups.remove(name);
}

void removeDatabaseFile(const QString& file) {
  for (const char* suffix : kDatabaseSuffixes) QFile::remove(file + QLatin1String(suffix));
}
