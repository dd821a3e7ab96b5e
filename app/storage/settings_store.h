// Rows of table setting.
#pragma once

#include <QHash>
#include <QString>

#include "storage/database.h"

class SettingsStore {
 public:
  explicit SettingsStore(Database& database) : m_database(database) {}

  StoreResult<QHash<QString, QString>> all();
  StoreStatus put(const QString& key, const QString& value);

 private:
  Database& m_database;
};
