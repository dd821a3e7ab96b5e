#include "storage/database.h"

#include <QSqlError>
#include <QUuid>

namespace {

constexpr int kBusyTimeoutMs = 5000;

// Primary result codes of SQLite (sqlite3.h); extended codes carry them in the low byte.
constexpr int kSqliteBusy = 5;
constexpr int kSqliteReadOnly = 8;
constexpr int kSqliteIoErr = 10;
constexpr int kSqliteCorrupt = 11;
constexpr int kSqliteFull = 13;
constexpr int kSqliteCantOpen = 14;
constexpr int kSqliteNotADb = 26;
constexpr int kSqlitePerm = 3;

[[nodiscard]] StorageError errorOf(const QSqlError& error) {
  using Kind = StorageError::Kind;
  const QString detail = error.text();
  switch (error.nativeErrorCode().toInt() & 0xff) {
    case kSqliteBusy:
      return {Kind::Busy, detail};
    case kSqliteReadOnly:
    case kSqliteCantOpen:
    case kSqlitePerm:
      return {Kind::ReadOnly, detail};
    case kSqliteCorrupt:
    case kSqliteNotADb:
      return {Kind::Corrupt, detail};
    case kSqliteFull:
      return {Kind::Full, detail};
    case kSqliteIoErr:
    default:
      return {Kind::Other, detail};
  }
}

}  // namespace

QString StorageError::cause() const {
  switch (kind) {
    case Kind::None:
      return {};
    case Kind::ReadOnly:
      return tr("The data folder cannot be written, so conversations are not saved.");
    case Kind::Full:
      return tr("The disk is full, so conversations are not saved.");
    case Kind::Corrupt:
      return tr("The file with your conversations is damaged, so it is left alone and nothing new is saved.");
    case Kind::Newer:
      return tr(
          "The file with your conversations was written by a newer version of Hearth, so it is left alone and nothing new "
          "is saved.");
    case Kind::Busy:
      return tr("Another program is using the file with your conversations, so nothing new is saved.");
    case Kind::Other:
      return tr("Conversations cannot be saved (%1).").arg(detail);
  }
  return {};
}

QString StorageError::nextStep() const {
  switch (kind) {
    case Kind::None:
      return {};
    case Kind::ReadOnly:
      return tr("Give yourself write permission to the data folder, or set HEARTH_HOME to another one, and start Hearth again.");
    case Kind::Full:
      return tr("Free some space and start Hearth again.");
    case Kind::Corrupt:
      return tr("Restore hearth.db from the folder \"backups\" beside it, or move it away, and start Hearth again.");
    case Kind::Newer:
      return tr("Update Hearth to open it.");
    case Kind::Busy:
      return tr("Close the other program and start Hearth again.");
    case Kind::Other:
      return tr("Check the disk and start Hearth again.");
  }
  return {};
}

Database::Database() : m_name(QUuid::createUuid().toString()) {
  QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
}

Database::~Database() {
  close();
  QSqlDatabase::removeDatabase(m_name);
}

bool Database::isOpen() const {
  return QSqlDatabase::database(m_name, false).isOpen();
}

void Database::close() {
  QSqlDatabase::database(m_name, false).close();
}

StoreStatus Database::open(const QString& path) {
  {
    QSqlDatabase connection = QSqlDatabase::database(m_name, false);
    connection.setDatabaseName(path);
    connection.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(kBusyTimeoutMs));
    if (!connection.open()) return errorOf(connection.lastError());
  }
  for (const char* pragma : {"PRAGMA foreign_keys = ON", "PRAGMA secure_delete = ON", "PRAGMA trusted_schema = OFF",
                             "PRAGMA temp_store = MEMORY", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"}) {
    if (const auto status = exec(QString::fromLatin1(pragma)); !status) return status;
  }
  // SQLite opens a write-protected file without complaint; taking the write lock tells.
  Transaction probe(*this);
  return probe.begun();
}

StoreResult<QSqlQuery> Database::run(const QString& sql, const QVariantList& values) {
  QSqlQuery query(QSqlDatabase::database(m_name, false));
  query.setForwardOnly(true);
  if (!query.prepare(sql)) return errorOf(query.lastError());
  for (const QVariant& value : values) query.addBindValue(value);
  if (!query.exec()) return errorOf(query.lastError());
  return query;
}

StoreStatus Database::exec(const QString& sql, const QVariantList& values) {
  const auto query = run(sql, values);
  return query ? StoreStatus() : StoreStatus(query.error());
}

StoreResult<QVariant> Database::value(const QString& sql, const QVariantList& values) {
  auto query = run(sql, values);
  if (!query) return query.error();
  return query->next() ? query->value(0) : QVariant();
}

Transaction::Transaction(Database& database)
    : m_database(database), m_begun(database.exec(QStringLiteral("BEGIN IMMEDIATE"))), m_open(static_cast<bool>(m_begun)) {}

Transaction::~Transaction() {
  if (m_open) static_cast<void>(m_database.exec(QStringLiteral("ROLLBACK")));
}

StoreStatus Transaction::commit() {
  if (!m_begun) return m_begun;
  const StoreStatus status = m_database.exec(QStringLiteral("COMMIT"));
  if (status) m_open = false;
  return status;
}
