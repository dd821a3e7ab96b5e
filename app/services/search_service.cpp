#include "services/search_service.h"

#include <algorithm>

#include "services/chat_service.h"
#include "storage/search_index.h"
#include "storage/storage_thread.h"
#include "text/search_text.h"

SearchService::SearchService(StorageThread* storage, const ChatService* chats, QObject* parent)
    : QObject(parent), m_storage(storage), m_chats(chats) {}

void SearchService::search(const QString& query) {
  m_query = query;
  if (m_running) {
    m_again = true;
    return;
  }
  begin();
}

QList<SearchHit> SearchService::titleHits(const QStringList& words) const {
  QList<SearchHit> hits;
  for (const ChatRow& chat : m_chats->chats()) {
    if (containsWords(chat.title, words)) hits.append({0, chat.id, chat.title, snippetHtml(chat.title, words), chat.updatedAt});
  }
  std::sort(hits.begin(), hits.end(), [](const SearchHit& a, const SearchHit& b) { return a.createdAt > b.createdAt; });
  return hits.mid(0, kMostTitles);
}

void SearchService::begin() {
  const QString query = m_query;
  const QStringList words = searchWords(query);
  if (words.isEmpty() || !m_chats->isStarted()) {
    Q_EMIT found(query, {});
    return;
  }
  m_running = true;
  Q_EMIT busyChanged();
  m_storage->read<StoreResult<QList<SearchHit>>>(
      this, [words](Database& database) { return SearchIndex(database).find(words, kMostMessages); },
      [this, query, words](const StoreResult<QList<SearchHit>>& hits) {
        m_running = false;
        if (std::exchange(m_again, false)) {
          begin();
          return;
        }
        // A damaged index is not a damaged chat: it is made again, and the search then repeated by the next letter typed.
        if (!hits && hits.error().kind == StorageError::Kind::Corrupt) m_storage->rebuildIndex();
        QList<SearchHit> all = titleHits(words);
        if (hits) {
          for (const SearchHit& hit : *hits) {
            if (m_chats->chat(hit.chatId)) all.append(hit);
          }
        }
        Q_EMIT busyChanged();
        Q_EMIT found(query, all);
      });
}
