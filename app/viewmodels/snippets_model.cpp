#include "viewmodels/snippets_model.h"

#include "services/snippet_service.h"
#include "text/search_text.h"

namespace {

[[nodiscard]] QVariantMap rowOf(const Snippet& snippet) {
  return {{QStringLiteral("snippetId"), snippet.id}, {QStringLiteral("name"), snippet.name}, {QStringLiteral("text"), snippet.text}};
}

}  // namespace

SnippetsModel::SnippetsModel(SnippetService* service, QObject* parent) : QObject(parent), m_service(service) {
  connect(m_service, &SnippetService::changed, this, &SnippetsModel::changed);
}

QVariantList SnippetsModel::all() const {
  QVariantList rows;
  for (const Snippet& snippet : m_service->snippets()) rows.append(rowOf(snippet));
  return rows;
}

void SnippetsModel::setQuery(const QString& query) {
  if (std::exchange(m_query, query) != query) Q_EMIT changed();
}

QVariantList SnippetsModel::matches() const {
  const QString sought = m_query.trimmed();
  if (sought.isEmpty()) return all();
  const QStringList words = searchWords(sought);
  QVariantList first;
  QVariantList others;
  for (const Snippet& snippet : m_service->snippets()) {
    if (snippet.name.startsWith(sought, Qt::CaseInsensitive))
      first.append(rowOf(snippet));
    else if (!words.isEmpty() && containsWords(snippet.name + u'\n' + snippet.text, words))
      others.append(rowOf(snippet));
  }
  return first + others;
}

bool SnippetsModel::save(qint64 id, const QString& name, const QString& text) {
  return m_service->save(id, name, text) != 0;
}

void SnippetsModel::remove(qint64 id) {
  m_service->remove(id);
}
