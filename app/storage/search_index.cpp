#include "storage/search_index.h"

#include <utility>

#include "text/attached_text.h"
#include "text/search_text.h"

namespace {

/// Numbers of our own, so they may stand in the statement; a thousand question marks may be too many.
[[nodiscard]] QString conditionOf(const SearchLimits& limits) {
  QString condition;
  if (limits.chats) {
    QStringList ids;
    for (const qint64 id : *limits.chats) ids += QString::number(id);
    condition += QStringLiteral(" AND m.chat_id IN (%1)").arg(ids.join(u','));
  }
  if (limits.after.isValid()) condition += QStringLiteral(" AND m.created_at >= %1").arg(limits.after.toMSecsSinceEpoch());
  if (limits.before.isValid()) condition += QStringLiteral(" AND m.created_at < %1").arg(limits.before.toMSecsSinceEpoch());
  return condition;
}

// Pages of the index written in one step of a merge: some milliseconds, so that streamed text is saved in between.
constexpr int kMergePages = 200;

}  // namespace

StoreStatus SearchIndex::add(qint64 messageId, const QString& text) {
  // An empty text has no words, but its flag says that it has been looked at.
  if (const auto status =
          m_database.exec(QStringLiteral("INSERT INTO message_search (rowid, text) VALUES (?, ?)"), {messageId, spacedForSearch(text)});
      !status)
    return status;
  return m_database.exec(QStringLiteral("UPDATE message SET is_indexed = 1 WHERE id = ?"), {messageId});
}

StoreResult<int> SearchIndex::addPending(int most) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun().error();
  QList<std::pair<qint64, QString>> pending;
  {
    auto query = m_database.run(QStringLiteral("SELECT id, content FROM message WHERE is_indexed = 0 "
                                               "AND status NOT IN ('queued', 'waiting', 'reading', 'streaming') ORDER BY id LIMIT ?"),
                                {most});
    if (!query) return query.error();
    while (query->next()) pending.append({query->value(0).toLongLong(), query->value(1).toString()});
  }
  for (const auto& [id, text] : std::as_const(pending)) {
    if (const auto status = add(id, text); !status) return status.error();
  }
  if (const auto status = transaction.commit(); !status) return status.error();
  return static_cast<int>(pending.size());
}

StoreStatus SearchIndex::remove(qint64 messageId) {
  const auto text = m_database.value(QStringLiteral("SELECT content FROM message WHERE id = ? AND is_indexed = 1"), {messageId});
  if (!text) return text.error();
  if (!text->isValid()) return {};
  if (const auto status =
          m_database.exec(QStringLiteral("INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', ?, ?)"),
                          {messageId, spacedForSearch(text->toString())});
      !status)
    return status;
  return m_database.exec(QStringLiteral("UPDATE message SET is_indexed = 0 WHERE id = ?"), {messageId});
}

StoreStatus SearchIndex::removeChat(qint64 chatId) {
  QList<std::pair<qint64, QString>> entries;
  {
    auto query = m_database.run(QStringLiteral("SELECT id, content FROM message WHERE chat_id = ? AND is_indexed = 1"), {chatId});
    if (!query) return query.error();
    while (query->next()) entries.append({query->value(0).toLongLong(), query->value(1).toString()});
  }
  for (const auto& [id, text] : std::as_const(entries)) {
    if (const auto status =
            m_database.exec(QStringLiteral("INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', ?, ?)"),
                            {id, spacedForSearch(text)});
        !status)
      return status;
  }
  return {};
}

StoreResult<bool> SearchIndex::merge(Step step) {
  // A negative number takes all segments into one merge; then positive ones carry it on (FTS5 manual, "merge").
  const auto before = m_database.value(QStringLiteral("SELECT total_changes()"));
  if (!before) return before.error();
  if (const auto status = m_database.exec(QStringLiteral("INSERT INTO message_search (message_search, rank) VALUES ('merge', ?)"),
                                          {step == Step::First ? -kMergePages : kMergePages});
      !status)
    return status.error();
  const auto after = m_database.value(QStringLiteral("SELECT total_changes()"));
  if (!after) return after.error();
  return after->toLongLong() - before->toLongLong() >= 2;
}

StoreStatus SearchIndex::mergeAll() {
  return m_database.exec(QStringLiteral("INSERT INTO message_search (message_search) VALUES ('optimize')"));
}

StoreStatus SearchIndex::reset() {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  const auto schema = m_database.value(QStringLiteral("SELECT sql FROM sqlite_master WHERE name = 'message_search'"));
  if (!schema) return schema.error();
  // Dropping it works also when its content is damaged, where 'delete-all' may fail.
  for (const QString& statement : {QStringLiteral("DROP TABLE message_search"), schema->toString(),
                                   QStringLiteral("UPDATE message SET is_indexed = 0 WHERE is_indexed <> 0")}) {
    if (const auto status = m_database.exec(statement); !status) return status;
  }
  return transaction.commit();
}

StoreResult<QList<SearchHit>> SearchIndex::find(const QStringList& words, int most, const SearchLimits& limits) {
  const QString expression = matchExpression(words);
  if (expression.isEmpty()) return QList<SearchHit>();
  // CROSS JOIN: the index comes first and gives its rows newest first, so that a common word costs no sorting.
  auto query = m_database.run(
      QStringLiteral("SELECT m.id, m.chat_id, c.title, m.content, m.created_at FROM message_search s "
                     "CROSS JOIN message m ON m.id = s.rowid CROSS JOIN chat c ON c.id = m.chat_id "
                     "WHERE message_search MATCH ? AND m.deleted_at IS NULL AND c.deleted_at IS NULL%1 ORDER BY s.rowid DESC LIMIT ?")
          .arg(conditionOf(limits)),
      {expression, most});
  if (!query) return query.error();
  QList<SearchHit> hits;
  while (query->next())
    hits.append({query->value(0).toLongLong(), query->value(1).toLongLong(), query->value(2).toString(),
                 snippetHtml(messageWithoutFences(query->value(3).toString()), words),
                 QDateTime::fromMSecsSinceEpoch(query->value(4).toLongLong(), Qt::UTC)});
  return hits;
}
