// What is being written in each chat, kept over restarts.
#pragma once

#include <QObject>
#include <QSet>
#include <QTimer>

#include "storage/draft_store.h"

class StorageThread;

/// Owns the drafts in the GUI thread and stores them when nothing has been typed for a moment.
class DraftService : public QObject {
  Q_OBJECT

 public:
  /// A crash costs what was typed during this time.
  static constexpr int kSaveDelayMs = 400;

  /// `storage` must outlive this object.
  explicit DraftService(StorageThread* storage, QObject* parent = nullptr);

  /// Takes over what the database holds; what was typed before stays.
  void start(const Drafts& stored);
  /// `chatId` 0: the chat that has no first message yet.
  [[nodiscard]] Draft draft(qint64 chatId) const { return m_drafts.value(chatId); }
  /// Drafts of private chats are never stored.
  void setDraft(qint64 chatId, const Draft& draft);
  /// Stores what has not been stored yet. Call before the storage closes or is replaced.
  void flush();
  /// Forgets all drafts without touching the database, which is about to be erased or replaced; start() begins again.
  void forgetEverything();

 Q_SIGNALS:
  /// start() brought drafts.
  void started();
  void draftChanged(qint64 chatId);

 private:
  StorageThread* m_storage;
  Drafts m_drafts;
  QSet<qint64> m_unsaved;
  bool m_started = false;
  QTimer m_timer;
};
