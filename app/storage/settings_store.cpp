#include "storage/settings_store.h"

StoreResult<QHash<QString, QString>> SettingsStore::all() {
  auto query = m_database.run(QStringLiteral("SELECT key, value FROM setting"));
  if (!query) return query.error();
  QHash<QString, QString> values;
  while (query->next()) values.insert(query->value(0).toString(), query->value(1).toString());
  return values;
}

StoreStatus SettingsStore::put(const QString& key, const QString& value) {
  return m_database.exec(
      QStringLiteral("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"),
      {key, value.isNull() ? QStringLiteral("") : value});
}
