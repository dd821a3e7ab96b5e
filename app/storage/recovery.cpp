#include "storage/recovery.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>

#include "storage/backups.h"
#include "storage/migrations.h"
#include "storage/search_index.h"
#include "storage/tree_check.h"

namespace {

/// All tables and the column that their rows are read in the order of.
constexpr std::pair<const char*, const char*> kTables[]{
    {"folder", "id"},
    {"chat", "id"},
    {"message", "id"},
    {"answer_chunk", "message_id"},
    {"chat_source", "chat_id"},
    {"chat_settings", "chat_id"},
    {"summary", "id"},
    {"preset", "id"},
    {"setting", "key"},
    {"model", "id"},
    {"variant", "id"},
    {"adapter", "id"},
    {"library_file", "id"},
    {"adapter_fit", "adapter_id"},
    {"adapter_binding", "chat_id"},
    {"download", "id"},
    {"draft", "chat_id"},
    {"snippet", "id"},
};

// Rows that their users delete without a mark: in a database that holds everything, one that is not there was deleted.
constexpr std::pair<const char*, const char*> kListTables[]{
    {"model", "id"},  {"variant", "id"},    {"adapter", "id"}, {"library_file", "id"}, {"download", "id"},
    {"folder", "id"}, {"draft", "chat_id"}, {"snippet", "id"}, {"preset", "id"},
};

// What is not a chat: a backup of chats leaves it as it is today.
constexpr std::pair<const char*, const char*> kPresentTables[]{
    {"setting", "key"}, {"model", "id"},      {"variant", "id"}, {"adapter", "id"}, {"library_file", "id"}, {"adapter_fit", "adapter_id"},
    {"download", "id"}, {"draft", "chat_id"}, {"snippet", "id"}, {"preset", "id"},
};

[[nodiscard]] StoreResult<QStringList> columnsOf(Database& database, const QString& table) {
  auto query = database.run(QStringLiteral("SELECT name FROM pragma_table_info(?)"), {table});
  if (!query) return query.error();
  QStringList columns;
  while (query->next()) columns.append(query->value(0).toString());
  return columns;
}

/// Copies rows in the given order; false: one could not be read, the walk ended there. Errors: only those of writing that may pass.
[[nodiscard]] StoreResult<bool> copyInOrder(Database& from, Database& to, const QString& table, const QStringList& columns,
                                            const QString& order) {
  const QString names = columns.join(QStringLiteral(", "));
  const QString marks = QStringList(columns.size(), QStringLiteral("?")).join(QStringLiteral(", "));
  const QString insert = QStringLiteral("INSERT OR REPLACE INTO %1 (%2) VALUES (%3)").arg(table, names, marks);
  auto query = from.run(QStringLiteral("SELECT %1 FROM %2 ORDER BY %3").arg(names, table, order));
  if (!query) return false;
  while (query->next()) {
    QVariantList values;
    for (int i = 0; i < columns.size(); ++i) values.append(query->value(i));
    const auto status = to.exec(insert, values);
    if (!status && status.error().mayPass()) return status.error();  // others: the row is nonsense, which is what damage looks like
  }
  return !query->lastError().isValid();
}

[[nodiscard]] StoreStatus copyTable(Database& from, Database& to, const QString& table, const QString& key) {
  const auto source = columnsOf(from, table);
  const auto target = columnsOf(to, table);
  if (!source || !target) return {};
  QStringList columns;
  for (const QString& name : *target) {
    if (source->contains(name) && name != QLatin1String("is_indexed")) columns.append(name);
  }
  if (!columns.contains(key)) return {};
  const auto complete = copyInOrder(from, to, table, columns, key);
  if (!complete) return complete.error();
  if (*complete) return {};
  // From the other end, up to the damage.
  const auto rest = copyInOrder(from, to, table, columns, key + QLatin1String(" DESC"));
  return rest ? StoreStatus() : StoreStatus(rest.error());
}

/// Files of the library whose entry could not be read get an empty one, which the library fills when it compares itself with the disk (a
/// name that begins with "…"); entries without files mean nothing.
[[nodiscard]] StoreStatus attachLibraryOrphans(Database& database) {
  for (const char* statement : {
           "INSERT INTO model (name, added_at) SELECT DISTINCT '…' || variant_id, 0 FROM library_file WHERE variant_id IS NOT NULL AND "
           "variant_id NOT IN (SELECT id FROM variant)",
           "INSERT INTO variant (id, model_id, name, added_at) SELECT DISTINCT variant_id, (SELECT max(id) FROM model WHERE model.name = "
           "'…' || variant_id), '', 0 FROM library_file WHERE variant_id IS NOT NULL AND variant_id NOT IN (SELECT id FROM variant)",
           "INSERT INTO model (id, name, added_at) SELECT DISTINCT model_id, '…', 0 FROM variant WHERE model_id NOT IN (SELECT id FROM "
           "model)",
           "INSERT INTO adapter (id, name, added_at) SELECT DISTINCT adapter_id, '…', 0 FROM library_file WHERE adapter_id IS NOT NULL AND "
           "adapter_id NOT IN (SELECT id FROM adapter)",
           "DELETE FROM variant WHERE id NOT IN (SELECT variant_id FROM library_file WHERE variant_id IS NOT NULL)",
           "DELETE FROM adapter WHERE id NOT IN (SELECT adapter_id FROM library_file WHERE adapter_id IS NOT NULL)",
           "DELETE FROM model WHERE id NOT IN (SELECT model_id FROM variant)",
           "DELETE FROM adapter_fit WHERE adapter_id NOT IN (SELECT id FROM adapter) OR variant_id NOT IN (SELECT id FROM variant)",
           "DELETE FROM adapter_binding WHERE adapter_id NOT IN (SELECT id FROM adapter) OR (chat_id <> 0 AND chat_id NOT IN (SELECT id "
           "FROM chat))",
       }) {
    if (const auto status = database.exec(QString::fromUtf8(statement)); !status) return status;
  }
  return {};
}

/// Rows whose chat or parent could not be read stay visible.
[[nodiscard]] StoreStatus attachOrphans(Database& database) {
  for (const char* statement : {
           "INSERT INTO chat (id, title, head_id, created_at, updated_at) SELECT chat_id, '…', max(id), min(created_at), max(created_at) "
           "FROM message WHERE chat_id NOT IN (SELECT id FROM chat) GROUP BY chat_id",
           "UPDATE message SET parent_id = (SELECT max(before.id) FROM message before WHERE before.chat_id = message.chat_id AND before.id "
           "< "
           "message.id) WHERE parent_id IS NOT NULL AND parent_id NOT IN (SELECT id FROM message)",
           "UPDATE chat SET head_id = (SELECT max(id) FROM message WHERE message.chat_id = chat.id) "
           "WHERE head_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = chat.head_id AND message.chat_id = chat.id)",
           "DELETE FROM answer_chunk WHERE message_id NOT IN (SELECT id FROM message)",
           "INSERT INTO folder (id, name) SELECT DISTINCT folder_id, '…' FROM chat WHERE folder_id IS NOT NULL AND folder_id NOT IN "
           "(SELECT "
           "id FROM folder)",
           "DELETE FROM chat_source WHERE chat_id NOT IN (SELECT id FROM chat)",
           "DELETE FROM draft WHERE chat_id <> 0 AND chat_id NOT IN (SELECT id FROM chat)",
           "DELETE FROM chat_settings WHERE chat_id NOT IN (SELECT id FROM chat)",
           "DELETE FROM summary WHERE chat_id NOT IN (SELECT id FROM chat)",
       }) {
    if (const auto status = database.exec(QString::fromUtf8(statement)); !status) return status;
  }
  if (const auto repaired = repairTrees(database); !repaired) return repaired.error();
  return attachLibraryOrphans(database);
}

[[nodiscard]] StoreResult<int> messageCount(Database& database) {
  const auto count = database.value(QStringLiteral("SELECT count(*) FROM message"));
  if (!count) return count.error();
  return count->toInt();
}

/// Moves the database with its log; returns its new name.
[[nodiscard]] StoreResult<QString> setAside(const StorageFolder& folder) {
  if (!QDir().mkpath(folder.damaged())) return StorageError{StorageError::Kind::ReadOnly, folder.damaged()};
  const QString name = QStringLiteral("%1/hearth-%2.db")
                           .arg(folder.damaged(), QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz")));
  QFile::remove(folder.database() + QLatin1String("-shm"));  // made anew from the log
  for (const char* suffix : {"-wal", "-journal", ""}) {
    const QString from = folder.database() + QLatin1String(suffix);
    if (QFile::exists(from) && !QFile::rename(from, name + QLatin1String(suffix))) return StorageError{StorageError::Kind::ReadOnly, from};
  }
  return name;
}

[[nodiscard]] StoreStatus copyBackup(const QString& backup, const QString& file) {
  if (!QFile::copy(backup, file)) return StorageError{StorageError::Kind::Full, file};
  QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner);
  return {};
}

/// The finished file takes the name of the database, which nothing has any more.
[[nodiscard]] StoreStatus putInPlace(const StorageFolder& folder) {
  if (QFile::rename(folder.unfinished(), folder.database())) return {};
  return StorageError{StorageError::Kind::ReadOnly, folder.database()};
}

/// Damage that alters only a text leaves a row that can be read. The text of a finished message only grows (an answer that is continued),
/// or is erased in all backups at once: where it does not begin with the one of the backup, that one is right.
[[nodiscard]] StoreStatus keepTextsOf(const QString& backup, Database& repaired) {
  Database kept;
  if (!kept.openReadOnly(backup)) return {};
  auto rows =
      kept.run(QStringLiteral("SELECT id, content, status FROM message WHERE status NOT IN ('queued', 'waiting', 'reading', 'streaming')"));
  if (!rows) return rows.error();
  Transaction transaction(repaired);
  if (!transaction.begun()) return transaction.begun();
  while (rows->next()) {
    const QVariant id = rows->value(0), content = rows->value(1), status = rows->value(2);
    const auto restored =
        repaired.exec(QStringLiteral("UPDATE message SET content = ?, status = ? WHERE id = ? AND substr(content, 1, length(?)) IS NOT ?"),
                      {content, status, id, content, content});
    if (!restored) return restored.error();
  }
  if (const auto done = transaction.commit(); !done) return done;
  return SearchIndex(repaired).reset();
}

/// A sound database under a temporary name: the backup, or an empty one, and what can be read from the damaged file.
[[nodiscard]] StoreResult<int> buildRepaired(const QString& backup, const StorageFolder& folder) {
  const QString part = folder.unfinished();
  removeDatabaseFile(part);
  if (!backup.isEmpty()) {
    if (const auto status = copyBackup(backup, part); !status) return status.error();
  }
  Database repaired;
  if (const auto status = repaired.open(part); !status) return status.error();
  if (const auto status = migrate(repaired, folder.backups()); !status) return status.error();
  Database damaged;
  int rescued = 0;
  if (damaged.openReadOnly(folder.database())) {
    const auto copied = copyReadableRows(damaged, repaired);
    if (!copied) return copied.error();
    rescued = *copied;
    if (!backup.isEmpty())
      if (const auto status = keepTextsOf(backup, repaired); !status) return status.error();
  }
  if (const auto status = repaired.emptyLog(); !status) return status.error();
  return rescued;
}

}  // namespace

StoreResult<int> copyReadableRows(Database& from, Database& to) {
  const auto before = messageCount(to);
  if (!before) return before.error();
  // Rows arrive in any order and some never; attachOrphans() restores the rules. The pragma does nothing inside a transaction.
  if (const auto status = to.exec(QStringLiteral("PRAGMA foreign_keys = OFF")); !status) return status.error();
  StoreStatus status;
  {
    Transaction transaction(to);
    status = transaction.begun();
    for (const auto& [table, key] : kTables) {
      if (status) status = copyTable(from, to, QString::fromLatin1(table), QString::fromLatin1(key));
    }
    if (status) status = attachOrphans(to);
    if (status) status = transaction.commit();
  }
  const auto on = to.exec(QStringLiteral("PRAGMA foreign_keys = ON"));
  if (!status) return status.error();
  if (!on) return on.error();
  // Replaced rows no longer fit their entries.
  if (const auto reset = SearchIndex(to).reset(); !reset) return reset.error();
  const auto after = messageCount(to);
  if (!after) return after.error();
  return *after - *before;
}

StoreStatus dropRowsNotIn(Database& complete, Database& database) {
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  for (const auto& [table, key] : kListTables) {
    const QString name = QString::fromLatin1(table);
    const QString id = QString::fromLatin1(key);
    auto kept = complete.run(QStringLiteral("SELECT %1 FROM %2").arg(id, name));
    if (!kept) return kept.error();
    QStringList ids;
    while (kept->next()) ids += QString::number(kept->value(0).toLongLong());
    const auto status = database.exec(QStringLiteral("DELETE FROM %1 WHERE %2 NOT IN (%3)").arg(name, id, ids.join(u',')));
    if (!status) return status;
  }
  return transaction.commit();
}

StoreResult<Repair> repairDatabase(const StorageFolder& folder) {
  Repair repair;
  repair.backup = newestGoodBackup(folder.backups(), newestSchema());
  // Everything is ready before the damaged file is touched: a full disk must not leave less than there was.
  const auto rescued = buildRepaired(repair.backup, folder);
  if (!rescued) {
    removeDatabaseFile(folder.unfinished());
    return rescued.error();
  }
  repair.rescued = *rescued;
  const auto kept = setAside(folder);
  if (!kept) return kept.error();
  repair.keptAs = *kept;
  if (const auto status = putInPlace(folder); !status) return status.error();
  return repair;
}

StoreStatus prepareRestore(const QString& backup, const StorageFolder& folder) {
  const QString part = folder.unfinished();
  removeDatabaseFile(part);
  StoreStatus status = checkBackup(backup, newestSchema());
  if (status) status = copyBackup(backup, part);
  if (status) {
    Database copy;
    status = copy.open(part);
    if (status) status = migrate(copy, folder.backups());
    if (status) status = copy.emptyLog();
  }
  if (!status) removeDatabaseFile(part);
  return status;
}

StoreStatus keepPresentLists(Database& present, const StorageFolder& folder) {
  Database restored;
  if (const auto status = restored.open(folder.unfinished()); !status) return status;
  if (const auto status = restored.exec(QStringLiteral("PRAGMA foreign_keys = OFF")); !status) return status;
  {
    Transaction transaction(restored);
    StoreStatus status = transaction.begun();
    for (const auto& [table, key] : kPresentTables) {
      if (status) status = restored.exec(QStringLiteral("DELETE FROM %1").arg(QLatin1String(table)));
      if (status) status = copyTable(present, restored, QString::fromLatin1(table), QString::fromLatin1(key));
    }
    if (status) status = attachLibraryOrphans(restored);
    if (status) status = restored.exec(QStringLiteral("DELETE FROM draft WHERE chat_id <> 0 AND chat_id NOT IN (SELECT id FROM chat)"));
    if (status) status = transaction.commit();
    if (!status) return status;
  }
  return restored.emptyLog();
}

StoreStatus putRestored(const StorageFolder& folder) {
  // The old file keeps a name until the new one has its own: finishRestore() knows it.
  const QString before = folder.replaced();
  removeDatabaseFile(before);
  if (!QFile::rename(folder.database(), before)) return StorageError{StorageError::Kind::ReadOnly, folder.database()};
  removeDatabaseFile(folder.database());  // its log was emptied
  const StoreStatus status = putInPlace(folder);
  if (!status) static_cast<void>(QFile::rename(before, folder.database()));
  removeDatabaseFile(status ? before : folder.unfinished());
  return status;
}

void finishRestore(const StorageFolder& folder) {
  removeDatabaseFile(folder.unfinished());
  if (!QFile::exists(folder.replaced())) return;
  if (QFile::exists(folder.database()))
    removeDatabaseFile(folder.replaced());
  else
    static_cast<void>(QFile::rename(folder.replaced(), folder.database()));
}

StoreResult<QString> restoreMissingDatabase(const StorageFolder& folder) {
  const QFileInfo file(folder.database());
  if (file.exists() && file.size() > 0) return QString();
  const QString backup = newestGoodBackup(folder.backups(), newestSchema());
  if (backup.isEmpty()) return QString();
  removeDatabaseFile(folder.unfinished());
  if (const auto status = copyBackup(backup, folder.unfinished()); !status) {
    removeDatabaseFile(folder.unfinished());
    return status.error();
  }
  removeDatabaseFile(folder.database());  // a log without its database is of no use, and SQLite would mix it with the restored file
  if (const auto status = putInPlace(folder); !status) return status.error();
  return backup;
}
