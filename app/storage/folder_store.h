// Rows of table folder.
#pragma once

#include <QList>

#include "storage/database.h"
#include "storage/rows.h"

class FolderStore {
 public:
  explicit FolderStore(Database& database) : m_database(database) {}

  /// Adds the row or replaces its columns.
  StoreStatus put(const FolderRow& folder);
  /// The chats in it stay, without a folder.
  StoreStatus remove(qint64 folderId);
  /// All rows, oldest first.
  StoreResult<QList<FolderRow>> all();
  /// The highest id that was ever used.
  StoreResult<qint64> lastId();

 private:
  Database& m_database;
};
