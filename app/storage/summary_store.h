// Rows of table summary: what models wrote about the beginnings of conversations.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>

#include "storage/database.h"

struct SummaryRow {
  qint64 chatId = 0;
  QList<qint64> covers;  // messages that it stands for, from the first of the branch on
  QString text;
  QString modelName;
  QDateTime createdAt;

  bool operator==(const SummaryRow&) const = default;
};

class SummaryStore {
 public:
  explicit SummaryStore(Database& database) : m_database(database) {}

  /// Those of a chat, oldest first.
  StoreResult<QList<SummaryRow>> all(qint64 chatId);
  /// Left out when the chat, or a message that it covers, is erased.
  StoreStatus add(const SummaryRow& row);

 private:
  Database& m_database;
};
