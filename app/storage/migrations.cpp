#include "storage/migrations.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include "storage/backups.h"

namespace {

[[nodiscard]] StoreStatus climb(Database& database, int version, const QString& script) {
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  if (const auto status = runScript(database, script); !status) return status;
  // A pragma takes no bound value; version is our own number.
  if (const auto status = database.exec(QStringLiteral("PRAGMA user_version = %1").arg(version)); !status) return status;
  return transaction.commit();
}

}  // namespace

SchemaLadder schemaLadder() {
  SchemaLadder ladder;
  const QDir folder(QStringLiteral(":/hearth/sql"));
  for (const QString& name : folder.entryList({QStringLiteral("*.sql")}, QDir::Files)) {
    QFile file(folder.filePath(name));
    if (file.open(QIODevice::ReadOnly)) ladder[name.left(3).toInt()] = QString::fromUtf8(file.readAll());
  }
  return ladder;
}

int newestSchema() {
  const SchemaLadder ladder = schemaLadder();
  return ladder.empty() ? 0 : ladder.rbegin()->first;
}

StoreStatus runScript(Database& database, const QString& script) {
  static const QRegularExpression emptyLines(QStringLiteral("\\n\\s*\\n"));
  static const QRegularExpression comments(QStringLiteral("^\\s*--.*$"), QRegularExpression::MultilineOption);
  for (QString statement : script.split(emptyLines, Qt::SkipEmptyParts)) {
    statement.remove(comments);
    if (statement.trimmed().isEmpty()) continue;
    if (const auto status = database.exec(statement); !status) return status;
  }
  return {};
}

StoreStatus migrate(Database& database, const QString& backupFolder, const SchemaLadder& ladder) {
  const auto stored = database.value(QStringLiteral("PRAGMA user_version"));
  if (!stored) return stored.error();
  const int version = stored->toInt();
  const int newest = ladder.empty() ? 0 : ladder.rbegin()->first;
  if (version > newest)
    return StorageError{StorageError::Kind::Newer, QStringLiteral("schema %1, newest known %2").arg(version).arg(newest)};
  if (version > 0 && version < newest) {
    if (const auto status = makeBackup(database, backupFolder); !status) return status;
  }
  for (auto step = ladder.upper_bound(version); step != ladder.end(); ++step) {
    if (const auto status = climb(database, step->first, step->second); !status) return status;
  }
  return {};
}
