// Rows of the tables chat_settings and preset.
#pragma once

#include <QHash>
#include <QList>

#include "storage/chat_settings.h"
#include "storage/database.h"

class ChatSettingsStore {
 public:
  explicit ChatSettingsStore(Database& database) : m_database(database) {}

  /// Those of all chats that set something.
  StoreResult<QHash<qint64, ChatSettings>> all();
  /// Those of one chat.
  StoreResult<ChatSettings> get(qint64 chatId);
  /// As get(), as they mean the same anywhere: a preset of the user's is written out, the model is left out.
  StoreResult<ChatSettings> portable(qint64 chatId);
  /// Of a chat that is not there nothing is stored.
  StoreStatus put(qint64 chatId, const ChatSettings& settings);

  /// Own presets, oldest first.
  StoreResult<QList<PresetRow>> presets();
  /// Adds the row or replaces its columns.
  StoreStatus putPreset(const PresetRow& preset);
  StoreStatus removePreset(qint64 id);

 private:
  Database& m_database;
};
