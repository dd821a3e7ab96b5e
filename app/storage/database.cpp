#include "storage/database.h"

#include <QFileInfo>
#include <QSqlError>
#include <QUrl>
#include <QUuid>

namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int kLogTimeoutMs = 20;

// Primary result codes of SQLite (sqlite3.h); extended codes carry them in the low byte.
constexpr int kSqlitePerm = 3;
constexpr int kSqliteBusy = 5;
constexpr int kSqliteLocked = 6;
constexpr int kSqliteNoMemory = 7;
constexpr int kSqliteReadOnly = 8;
constexpr int kSqliteIoErr = 10;
constexpr int kSqliteCorrupt = 11;
constexpr int kSqliteFull = 13;
constexpr int kSqliteCantOpen = 14;
constexpr int kSqliteNotADb = 26;

[[nodiscard]] StorageError errorOf(const QSqlError& error) {
  using Kind = StorageError::Kind;
  const QString detail = error.text().trimmed();
  switch (error.nativeErrorCode().toInt() & 0xff) {
    case kSqliteBusy:
    case kSqliteLocked:
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
    case kSqliteNoMemory:
      return {Kind::Io, detail};
    default:
      return {Kind::Other, detail};
  }
}

}  // namespace

Problem StorageError::problem() const {
  switch (kind) {
    case Kind::None:
      break;
    case Kind::ReadOnly:
      return {ErrorId::StorageReadOnly, {}, detail};
    case Kind::Full:
      return {ErrorId::StorageFull, {}, detail};
    case Kind::Corrupt:
      return {ErrorId::StorageDamaged, {}, detail};
    case Kind::NotRepaired:
      return {ErrorId::StorageNotRepaired, {}, detail};
    case Kind::Newer:
      return {ErrorId::StorageNewer, {}, detail};
    case Kind::Busy:
      return {ErrorId::StorageBusy, {}, detail};
    case Kind::Io:
      return {ErrorId::StorageIo, {}, detail};
    case Kind::Other:
      return {ErrorId::StorageOther, {}, detail};
  }
  return {};
}

bool StorageError::mayPass() const {
  return kind == Kind::ReadOnly || kind == Kind::Full || kind == Kind::Busy || kind == Kind::Io;
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

StoreStatus Database::connectTo(const QString& path, const QString& options) {
  {
    QSqlDatabase connection = QSqlDatabase::database(m_name, false);
    connection.setDatabaseName(path);
    connection.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1%2").arg(kBusyTimeoutMs).arg(options));
    if (!connection.open()) return errorOf(connection.lastError());
  }
  for (const char* pragma : {"PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON", "PRAGMA temp_store = MEMORY"}) {
    if (const auto status = exec(QString::fromLatin1(pragma)); !status) return status;
  }
  return {};
}

StoreStatus Database::open(const QString& path) {
  if (const auto status = connectTo(path, QString()); !status) return status;
  for (const char* pragma :
       {"PRAGMA foreign_keys = ON", "PRAGMA secure_delete = ON", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"}) {
    if (const auto status = exec(QString::fromLatin1(pragma)); !status) return status;
  }
  // SQLite opens a write-protected file without complaint; taking the write lock tells.
  Transaction probe(*this);
  return probe.begun();
}

StoreStatus Database::openReadOnly(const QString& path) {
  const auto openAs = [this](const QString& name, const QString& options) {
    if (const auto status = connectTo(name, options); !status) return status;
    return exec(QStringLiteral("SELECT count(*) FROM sqlite_master"));
  };
  const auto status = openAs(path, QStringLiteral(";QSQLITE_OPEN_READONLY"));
  const QFileInfo log(path + QLatin1String("-wal"));
  if (status || status.error().kind != StorageError::Kind::ReadOnly || log.size() > 0) return status;
  // In a folder that cannot be written SQLite has no place for the shared memory of a log; without a log none is needed.
  close();
  const QString address = QString::fromLatin1(QUrl::fromLocalFile(path).toEncoded()) + QLatin1String("?immutable=1");
  return openAs(address, QStringLiteral(";QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"));
}

StoreStatus Database::check() {
  const auto answer = value(QStringLiteral("PRAGMA quick_check(1)"));
  if (!answer) return answer.error();
  if (answer->toString() == QLatin1String("ok")) return {};
  return StorageError{StorageError::Kind::Corrupt, answer->toString()};
}

StoreStatus Database::deferSync() {
  // A checkpoint within a commit would wait for the disk too.
  const auto normal = exec(QStringLiteral("PRAGMA synchronous = NORMAL"));
  return normal ? exec(QStringLiteral("PRAGMA wal_autocheckpoint = 0")) : normal;
}

StoreStatus Database::syncAlways() {
  const auto full = exec(QStringLiteral("PRAGMA synchronous = FULL"));
  return full ? exec(QStringLiteral("PRAGMA wal_autocheckpoint = 1000")) : full;
}

StoreStatus Database::sync() {
  return exec(QStringLiteral("PRAGMA wal_checkpoint(PASSIVE)"));
}

StoreStatus Database::emptyLog() {
  // Waiting for a reader here would hold up every write: better to be told and to come again.
  const auto patient = [this](int milliseconds) { return exec(QStringLiteral("PRAGMA busy_timeout = %1").arg(milliseconds)); };
  if (const auto status = patient(kLogTimeoutMs); !status) return status;
  const auto status = truncateLog();
  const auto again = patient(kBusyTimeoutMs);
  return status ? again : status;
}

StoreStatus Database::truncateLog() {
  auto query = run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (!query) return query.error();
  // The first column is 1 when a reader was in the way: an answer, not an error.
  if (query->next() && query->value(0).toInt() != 0) return StorageError{StorageError::Kind::Busy, QStringLiteral("wal_checkpoint")};
  return {};
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
