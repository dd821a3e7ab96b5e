// One SQLite connection through QtSql.
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

#include "storage/store_result.h"

/// Opened, used and destroyed in one thread. Sets the rules of this application on the connection: WAL, foreign keys,
/// secure_delete (deleted text is overwritten with zeros), full synchronisation, a busy timeout.
class Database {
 public:
  static constexpr const char* kInMemory = ":memory:";

  Database();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Opens or creates the file and makes sure that it can be written. Errors: all kinds but Newer.
  StoreStatus open(const QString& path);
  /// Opens an existing file without ever writing to it, for a second connection or a file that cannot be trusted.
  StoreStatus openReadOnly(const QString& path);
  void close();
  [[nodiscard]] bool isOpen() const;

  /// Runs one statement with values for its question marks.
  StoreResult<QSqlQuery> run(const QString& sql, const QVariantList& values = {});
  /// As run(), for statements without rows.
  StoreStatus exec(const QString& sql, const QVariantList& values = {});
  /// The first column of the first row; invalid when there is no row.
  StoreResult<QVariant> value(const QString& sql, const QVariantList& values = {});
  /// Reads the whole file for damage (quick_check). Errors: Corrupt, and what reading can cause.
  StoreStatus check();
  /// Commits of this connection no longer wait for the disk: they survive the end of the process, and the loss of power once another
  /// connection has called sync().
  StoreStatus deferSync();
  /// As a connection is when it is opened: commits survive the loss of power.
  StoreStatus syncAlways();
  /// Takes everything that any connection has committed to the disk and into the file, without holding up writers.
  StoreStatus sync();
  /// Moves the write-ahead log into the file and empties it, so that no deleted text is left there. Errors: Busy while another
  /// connection reads.
  StoreStatus emptyLog();

 private:
  StoreStatus truncateLog();
  StoreStatus connectTo(const QString& path, const QString& options);

  QString m_name;  // of the connection, unique in the process
};

/// Begins at once with a write lock; rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Whether it began.
  [[nodiscard]] const StoreStatus& begun() const { return m_begun; }
  StoreStatus commit();

 private:
  Database& m_database;
  StoreStatus m_begun;
  bool m_open = false;
};
