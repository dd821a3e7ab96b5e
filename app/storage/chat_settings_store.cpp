#include "storage/chat_settings_store.h"

#include <QJsonDocument>

namespace {

[[nodiscard]] QJsonObject objectOf(const QVariant& json) {
  return QJsonDocument::fromJson(json.toString().toUtf8()).object();
}

[[nodiscard]] QString textOf(const QJsonObject& object) {
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

}  // namespace

StoreResult<QHash<qint64, ChatSettings>> ChatSettingsStore::all() {
  auto query = m_database.run(QStringLiteral("SELECT chat_id, settings FROM chat_settings"));
  if (!query) return query.error();
  QHash<qint64, ChatSettings> settings;
  while (query->next()) settings.insert(query->value(0).toLongLong(), chatSettingsFromJson(objectOf(query->value(1))));
  return settings;
}

StoreResult<ChatSettings> ChatSettingsStore::get(qint64 chatId) {
  auto query = m_database.run(QStringLiteral("SELECT settings FROM chat_settings WHERE chat_id = ?"), {chatId});
  if (!query) return query.error();
  return query->next() ? chatSettingsFromJson(objectOf(query->value(0))) : ChatSettings();
}

StoreResult<ChatSettings> ChatSettingsStore::portable(qint64 chatId) {
  auto settings = get(chatId);
  if (!settings) return settings.error();
  settings->modelPath.clear();
  settings->modelName.clear();
  const auto own = presets();
  if (!own) return own.error();
  for (const PresetRow& preset : *own) {
    if (settings->preset != presetName(preset.id)) continue;
    settings->sampling = together(preset.sampling, settings->sampling);
    settings->preset.clear();
  }
  if (settings->preset.startsWith(kOwnPreset)) settings->preset.clear();
  return settings;
}

StoreStatus ChatSettingsStore::put(qint64 chatId, const ChatSettings& settings) {
  return m_database.exec(QStringLiteral("INSERT OR REPLACE INTO chat_settings (chat_id, settings) SELECT ?, ? "
                                        "WHERE EXISTS (SELECT 1 FROM chat WHERE id = ?)"),
                         {chatId, textOf(toJson(settings)), chatId});
}

StoreResult<QList<PresetRow>> ChatSettingsStore::presets() {
  auto query = m_database.run(QStringLiteral("SELECT id, name, sampling FROM preset ORDER BY id"));
  if (!query) return query.error();
  QList<PresetRow> rows;
  while (query->next())
    rows.append({query->value(0).toLongLong(), query->value(1).toString(), samplingFromJson(objectOf(query->value(2)))});
  return rows;
}

StoreStatus ChatSettingsStore::putPreset(const PresetRow& preset) {
  return m_database.exec(QStringLiteral("INSERT INTO preset (id, name, sampling) VALUES (?, ?, ?) "
                                        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, sampling = excluded.sampling"),
                         {preset.id, preset.name, textOf(toJson(preset.sampling))});
}

StoreStatus ChatSettingsStore::removePreset(qint64 id) {
  return m_database.exec(QStringLiteral("DELETE FROM preset WHERE id = ?"), {id});
}
