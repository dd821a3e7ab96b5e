// Rows of table snippet: texts that people use again.
#pragma once

#include <QList>
#include <QString>

#include "storage/database.h"

struct Snippet {
  qint64 id = 0;
  QString name;
  QString text;

  bool operator==(const Snippet&) const = default;
};

class SnippetStore {
 public:
  explicit SnippetStore(Database& database) : m_database(database) {}

  /// In the order of their names.
  StoreResult<QList<Snippet>> all();
  StoreStatus put(const Snippet& snippet);
  StoreStatus remove(qint64 id);

 private:
  Database& m_database;
};
