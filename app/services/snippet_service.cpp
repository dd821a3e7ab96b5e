#include "services/snippet_service.h"

#include <algorithm>

#include "storage/storage_thread.h"

SnippetService::SnippetService(StorageThread* storage, QObject* parent) : QObject(parent), m_storage(storage) {}

void SnippetService::start(const QList<Snippet>& stored) {
  m_snippets = stored;
  Q_EMIT changed();
}

qint64 SnippetService::save(qint64 id, const QString& name, const QString& text) {
  Snippet snippet{id, name.simplified(), text};
  if (snippet.name.isEmpty() || text.trimmed().isEmpty()) return 0;
  if (id == 0) {
    for (const Snippet& other : std::as_const(m_snippets)) snippet.id = std::max(snippet.id, other.id);
    ++snippet.id;
  }
  m_snippets.removeIf([&snippet](const Snippet& other) { return other.id == snippet.id; });
  const auto place = std::find_if(m_snippets.begin(), m_snippets.end(), [&snippet](const Snippet& other) {
    return QString::compare(other.name, snippet.name, Qt::CaseInsensitive) > 0;
  });
  m_snippets.insert(place, snippet);
  m_storage->write([snippet](Database& database) { return SnippetStore(database).put(snippet); });
  Q_EMIT changed();
  return snippet.id;
}

void SnippetService::remove(qint64 id) {
  if (m_snippets.removeIf([id](const Snippet& snippet) { return snippet.id == id; }) == 0) return;
  m_storage->write([id](Database& database) { return SnippetStore(database).remove(id); });
  Q_EMIT changed();
}
