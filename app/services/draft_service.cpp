#include "services/draft_service.h"

#include <utility>

#include "storage/rows.h"
#include "storage/storage_thread.h"

DraftService::DraftService(StorageThread* storage, QObject* parent) : QObject(parent), m_storage(storage) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(kSaveDelayMs);
  connect(&m_timer, &QTimer::timeout, this, &DraftService::flush);
}

void DraftService::start(const Drafts& stored) {
  m_started = true;
  for (auto it = stored.begin(); it != stored.end(); ++it) {
    if (!m_unsaved.contains(it.key())) m_drafts.insert(it.key(), *it);
  }
  flush();
  Q_EMIT started();
}

void DraftService::setDraft(qint64 chatId, const Draft& draft) {
  if (draft == this->draft(chatId)) return;
  if (draft.isEmpty())
    m_drafts.remove(chatId);
  else
    m_drafts.insert(chatId, draft);
  if (!isPrivateId(chatId)) {
    m_unsaved.insert(chatId);
    m_timer.start();
    // What was sent must not come back after a crash.
    if (draft.isEmpty()) flush();
  }
  Q_EMIT draftChanged(chatId);
}

void DraftService::flush() {
  m_timer.stop();
  if (!m_started) return;  // there is no database yet
  for (const qint64 chatId : std::exchange(m_unsaved, {})) {
    m_storage->write([chatId, draft = draft(chatId)](Database& database) { return DraftStore(database).put(chatId, draft); });
  }
}

void DraftService::forgetEverything() {
  m_started = false;
  m_timer.stop();
  m_unsaved.clear();
  m_drafts.clear();
}
