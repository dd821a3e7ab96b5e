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

QSet<qint64> SearchService::foldersNamed(const QString& name) const {
  QSet<qint64> named;
  for (const FolderRow& folder : m_chats->folders()) {
    if (folder.name.contains(name, Qt::CaseInsensitive)) named.insert(folder.id);
  }
  return named;
}

QList<SearchProblem> SearchService::problems(const QString& query) const {
  const SearchQuery parsed = parseSearchQuery(query);
  QList<SearchProblem> problems = parsed.problems;
  if (!parsed.folder.isEmpty() && foldersNamed(parsed.folder).isEmpty())
    problems.append({SearchProblem::Kind::NoSuchFolder, parsed.folder});
  return problems;
}

/// Days are those of the clock on the wall.
SearchLimits SearchService::limitsOf(const SearchQuery& query) const {
  SearchLimits limits;
  if (query.after.isValid()) limits.after = query.after.startOfDay();
  if (query.before.isValid()) limits.before = query.before.startOfDay();
  if (query.folder.isEmpty()) return limits;
  const QSet<qint64> folders = foldersNamed(query.folder);
  limits.chats = QSet<qint64>();
  for (const ChatRow& chat : m_chats->chats()) {
    if (folders.contains(chat.folderId)) limits.chats->insert(chat.id);
  }
  return limits;
}

QList<SearchHit> SearchService::titleHits(const QStringList& words, const SearchLimits& limits) const {
  QList<SearchHit> hits;
  for (const ChatRow& chat : m_chats->chats()) {
    if (!limits.allowChat(chat.id) || !limits.allowTime(chat.updatedAt)) continue;
    if (!words.isEmpty() && !containsWords(chat.title, words)) continue;
    hits.append({0, chat.id, chat.title, snippetHtml(chat.title, words), chat.updatedAt});
  }
  std::sort(hits.begin(), hits.end(), [](const SearchHit& a, const SearchHit& b) { return a.createdAt > b.createdAt; });
  return hits.mid(0, words.isEmpty() ? kMostListed : kMostTitles);
}

namespace {

struct Found {
  StoreResult<QList<SearchHit>> messages = QList<SearchHit>();
  SearchLimits limits;
};

/// In the reading thread.
[[nodiscard]] Found look(Database& database, const SearchQuery& query, const QStringList& words, SearchLimits limits) {
  if (!query.model.isEmpty() || !query.adapter.isEmpty()) {
    const auto chats = chatsAnsweredBy(database, query.model, query.adapter);
    if (!chats) return {chats.error(), limits};
    limits.keepOnly(*chats);
  }
  if (words.isEmpty()) return {QList<SearchHit>(), limits};
  return {SearchIndex(database).find(words, SearchService::kMostMessages, limits), limits};
}

}  // namespace

void SearchService::begin() {
  const QString query = m_query;
  const SearchQuery parsed = parseSearchQuery(query);
  const QStringList words = searchWords(parsed.words);
  if ((words.isEmpty() && !parsed.hasFilters()) || !m_chats->isStarted()) {
    Q_EMIT found(query, {});
    return;
  }
  m_running = true;
  Q_EMIT busyChanged();
  m_storage->read<Found>(
      this, [parsed, words, limits = limitsOf(parsed)](Database& database) { return look(database, parsed, words, limits); },
      [this, query, words](const Found& result) {
        m_running = false;
        if (std::exchange(m_again, false)) {
          begin();
          return;
        }
        // A damaged index is not a damaged chat: it is made again, and the search then repeated by the next letter typed.
        if (!result.messages && result.messages.error().kind == StorageError::Kind::Corrupt) m_storage->rebuildIndex();
        QList<SearchHit> all = titleHits(words, result.limits);
        if (result.messages) {
          for (const SearchHit& hit : *result.messages) {
            if (m_chats->chat(hit.chatId)) all.append(hit);
          }
        }
        Q_EMIT busyChanged();
        Q_EMIT found(query, all);
      });
}
