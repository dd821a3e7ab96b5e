// Rows of table chat.
#pragma once

#include <QList>

#include "storage/database.h"
#include "storage/rows.h"

class ChatStore {
 public:
  explicit ChatStore(Database& database) : m_database(database) {}

  /// Adds the row or replaces its columns. A folder that is not there is none.
  StoreStatus put(const ChatRow& chat);
  /// All rows, newest first, hidden ones included.
  StoreResult<QList<ChatRow>> all();
  /// One row; with id 0 when there is no such chat.
  StoreResult<ChatRow> get(qint64 chatId);
  /// The highest id that was ever used.
  StoreResult<qint64> lastId();

 private:
  Database& m_database;
};
