// What each chat sets for itself: instructions, sampling, where answers end, thinking, its model; and named sampling settings.
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

#include "bridge/answer_engine.h"
#include "storage/chat_settings.h"

class StorageThread;
struct StorageState;

/// Replaces what `changes` sets.
void apply(const SamplingChanges& changes, SamplingSettings& sampling);

/// Keeps the settings of all chats in the GUI thread; what changes is written a moment later, because sliders move in small steps. Chat 0
/// is the one that is not stored yet: its settings become those of the chat that begins next.
class ChatSettingsService : public QObject {
  Q_OBJECT

 public:
  static constexpr int kMostPresets = 50;

  /// The storage must outlive this object.
  explicit ChatSettingsService(StorageThread* storage, QObject* parent = nullptr);

  /// Takes over what the database holds.
  void start(const StorageState& state);
  /// Writes what is not written yet. Call before the storage closes.
  void flush();

  [[nodiscard]] ChatSettings of(qint64 chatId) const { return m_settings.value(chatId); }
  /// Stores the settings of a chat, those of a private one in memory only; a preset that does not exist is as none.
  void set(qint64 chatId, const ChatSettings& settings);
  /// A chat was stored for the first time.
  void chatBegan(qint64 chatId);
  /// A chat begins as a copy of another.
  void copy(qint64 from, qint64 to);
  /// Reads what somebody else stored for a chat.
  void read(qint64 chatId);
  /// A private chat was closed.
  void forget(qint64 chatId);
  /// The model that answers a chat from now on.
  void setModel(qint64 chatId, const QString& path, const QString& name);

  /// Own presets, oldest first.
  [[nodiscard]] const QList<PresetRow>& presets() const { return m_presets; }
  /// What a preset sets; nothing for an empty or unknown name.
  [[nodiscard]] SamplingChanges presetSampling(const QString& preset) const;
  /// "precise", "balanced", "creative".
  [[nodiscard]] static const QStringList& builtInPresets();
  /// Stores a preset; one with this name is replaced. Returns its name for ChatSettings::preset; empty: there are too many, or `name` is
  /// blank.
  QString savePreset(const QString& name, const SamplingChanges& sampling);
  void renamePreset(qint64 id, const QString& name);
  /// Chats that use it keep its values as their own.
  void removePreset(qint64 id);

  /// Puts what the chat sets into a request. Thinking only where the model can do without it.
  void applyTo(AnswerRequest& request, qint64 chatId, bool thinkingSwitch) const;

 Q_SIGNALS:
  void changed(qint64 chatId);
  void presetsChanged();

 private:
  void keep(qint64 chatId, const ChatSettings& settings);
  void storePreset(const PresetRow& preset);

  StorageThread* m_storage;
  QHash<qint64, ChatSettings> m_settings;
  QList<PresetRow> m_presets;
  qint64 m_lastPreset = 0;
  QSet<qint64> m_unwritten;
  QTimer m_timer;
};
