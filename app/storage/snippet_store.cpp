#include "storage/snippet_store.h"

StoreResult<QList<Snippet>> SnippetStore::all() {
  auto query = m_database.run(QStringLiteral("SELECT id, name, text FROM snippet ORDER BY name COLLATE NOCASE, id"));
  if (!query) return query.error();
  QList<Snippet> snippets;
  while (query->next()) snippets.append({query->value(0).toLongLong(), query->value(1).toString(), query->value(2).toString()});
  return snippets;
}

StoreStatus SnippetStore::put(const Snippet& snippet) {
  return m_database.exec(QStringLiteral("INSERT OR REPLACE INTO snippet (id, name, text) VALUES (?, ?, ?)"),
                         {snippet.id, snippet.name, snippet.text});
}

StoreStatus SnippetStore::remove(qint64 id) {
  return m_database.exec(QStringLiteral("DELETE FROM snippet WHERE id = ?"), {id});
}
