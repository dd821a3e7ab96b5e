#include "storage/message_store.h"

#include "storage/search_index.h"

namespace {

// Order of columns in insert(), update() and rowOf().
constexpr const char* kAnswerColumns =
    "status, model_name, model_hash, sampling, seed, prompt_tokens, reused_tokens, generated_tokens, "
    "first_token_s, tokens_per_s, stop_reason, error_id, error_detail, error_cause, error_next_step, adapters, is_edited";

/// A null string would be stored as NULL.
[[nodiscard]] QString text(const QString& value) {
  return value.isNull() ? QStringLiteral("") : value;
}

[[nodiscard]] QVariantList answerValues(const MessageRow& m) {
  return {toString(m.status),
          text(m.modelName),
          text(m.modelHash),
          text(m.sampling),
          static_cast<qint64>(m.seed),
          m.stats.promptTokens,
          m.stats.reusedTokens,
          m.stats.generatedTokens,
          m.stats.firstTokenSeconds,
          m.stats.tokensPerSecond,
          text(m.stopReason),
          text(m.errorId),
          text(m.errorDetail),
          text(m.errorCause),
          text(m.errorNextStep),
          adaptersJson(m.adapters),
          m.isEdited};
}

/// What rowOf() reads of a message called m, but for the columns about its versions.
[[nodiscard]] QString plainColumns() {
  QStringList names = QString::fromLatin1(kAnswerColumns).split(QStringLiteral(", "));
  names = QStringList{QStringLiteral("id"),   QStringLiteral("chat_id"), QStringLiteral("shown_parent_id"),
                      QStringLiteral("role"), QStringLiteral("content"), QStringLiteral("created_at")} +
          names;
  return QStringLiteral("m.") + names.join(QStringLiteral(", m."));
}

[[nodiscard]] QString rowColumns() {
  return plainColumns() +
         QStringLiteral(
             ", (SELECT count(*) FROM shown_message s WHERE s.chat_id = m.chat_id AND s.shown_parent_id IS m.shown_parent_id AND s.id <= "
             "m.id), "
             "(SELECT count(*) FROM shown_message s WHERE s.chat_id = m.chat_id AND s.shown_parent_id IS m.shown_parent_id)");
}

[[nodiscard]] MessageRow rowOf(const QSqlQuery& query) {
  MessageRow m;
  int column = 0;
  const auto next = [&] { return query.value(column++); };
  m.id = next().toLongLong();
  m.chatId = next().toLongLong();
  m.parentId = next().toLongLong();
  m.role = messageRoleFromString(next().toString());
  m.content = next().toString();
  m.createdAt = QDateTime::fromMSecsSinceEpoch(next().toLongLong(), Qt::UTC);
  m.status = messageStatusFromString(next().toString());
  m.modelName = next().toString();
  m.modelHash = next().toString();
  m.sampling = next().toString();
  m.seed = static_cast<quint64>(next().toLongLong());
  m.stats.promptTokens = next().toInt();
  m.stats.reusedTokens = next().toInt();
  m.stats.generatedTokens = next().toInt();
  m.stats.firstTokenSeconds = next().toDouble();
  m.stats.tokensPerSecond = next().toDouble();
  m.stopReason = next().toString();
  m.errorId = next().toString();
  m.errorDetail = next().toString();
  m.errorCause = next().toString();
  m.errorNextStep = next().toString();
  m.adapters = adaptersFromJson(next().toString());
  m.isEdited = next().toBool();
  m.versionIndex = next().toInt();
  m.versionCount = next().toInt();
  return m;
}

}  // namespace

StoreStatus MessageStore::insert(const MessageRow& m) {
  const QVariant parent = m.parentId > 0 ? QVariant(m.parentId) : QVariant(QMetaType::fromType<qint64>());
  // The parent may have been hidden since it was named.
  const auto status = m_database.exec(
      QStringLiteral("INSERT INTO message (id, chat_id, moved_to, parent_id, role, content, created_at, %1) VALUES (?, ?, (SELECT "
                     "ifnull(moved_to, ifnull(parent_id, 0)) FROM message WHERE id = ? AND deleted_at IS NOT NULL), "
                     "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
          .arg(QLatin1String(kAnswerColumns)),
      QVariantList{m.id, m.chatId, parent, parent, toString(m.role), text(m.content), m.createdAt.toMSecsSinceEpoch()} + answerValues(m));
  return status && !isUnderWay(m.status) ? SearchIndex(m_database).add(m.id, m.content) : status;
}

StoreStatus MessageStore::update(const MessageRow& m) {
  return m_database.exec(QStringLiteral("UPDATE message SET (%1) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?")
                             .arg(QLatin1String(kAnswerColumns)),
                         answerValues(m) + QVariantList{m.id});
}

StoreStatus MessageStore::resume(const MessageRow& m) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  if (const auto status = SearchIndex(m_database).remove(m.id); !status) return status;
  if (const auto status = update(m); !status) return status;
  return transaction.commit();
}

StoreStatus MessageStore::addChunks(const QList<AnswerChunk>& chunks) {
  Transaction transaction(m_database);
  for (const AnswerChunk& chunk : chunks) {
    if (!transaction.begun()) break;
    if (const auto status = m_database.exec(QStringLiteral("INSERT INTO answer_chunk (message_id, seq, text) VALUES (?, ?, ?)"),
                                            {chunk.messageId, chunk.seq, text(chunk.text)});
        !status)
      return status;
  }
  return transaction.commit();
}

StoreStatus MessageStore::finish(const MessageRow& m) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  if (const auto status = update(m); !status) return status;
  if (const auto status = m_database.exec(QStringLiteral("UPDATE message SET content = ? WHERE id = ?"), {text(m.content), m.id}); !status)
    return status;
  if (const auto status = m_database.exec(QStringLiteral("DELETE FROM answer_chunk WHERE message_id = ?"), {m.id}); !status) return status;
  if (const auto status = SearchIndex(m_database).add(m.id, m.content); !status) return status;
  return transaction.commit();
}

StoreStatus MessageStore::merge(qint64 messageId) {
  auto query = m_database.run(QStringLiteral("SELECT text FROM answer_chunk WHERE message_id = ? ORDER BY seq"), {messageId});
  if (!query) return query.error();
  QString content = QStringLiteral("");
  while (query->next()) content += query->value(0).toString();
  if (const auto status = m_database.exec(QStringLiteral("UPDATE message SET content = content || ?, status = 'interrupted' WHERE id = ?"),
                                          {content, messageId});
      !status)
    return status;
  return m_database.exec(QStringLiteral("DELETE FROM answer_chunk WHERE message_id = ?"), {messageId});
}

StoreResult<int> MessageStore::recover() {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun().error();
  QList<qint64> ids;
  {
    auto query =
        m_database.run(QStringLiteral("SELECT id FROM message WHERE status IN ('queued', 'waiting', 'reading', 'streaming') ORDER BY id"));
    if (!query) return query.error();
    while (query->next()) ids.append(query->value(0).toLongLong());
  }
  for (const qint64 id : ids) {
    if (const auto status = merge(id); !status) return status.error();
  }
  if (const auto status = transaction.commit(); !status) return status.error();
  return static_cast<int>(ids.size());
}

StoreResult<QList<MessageRow>> MessageStore::path(qint64 headId) {
  // A parent is always older than its answer, so the order of the branch is that of the ids.
  auto query =
      m_database.run(QStringLiteral("WITH RECURSIVE branch (id) AS (SELECT ? UNION ALL SELECT nullif(ifnull(moved_to, parent_id), 0) FROM "
                                    "message JOIN branch ON message.id = branch.id) "
                                    "SELECT %1 FROM shown_message m WHERE id IN branch ORDER BY id")
                         .arg(rowColumns()),
                     {headId});
  if (!query) return query.error();
  QList<MessageRow> rows;
  while (query->next()) rows.append(rowOf(*query));
  return rows;
}

StoreResult<QList<MessageRow>> MessageStore::all(qint64 chatId) {
  auto query = m_database.run(QStringLiteral("SELECT %1, 1, 1 FROM shown_message m WHERE m.chat_id = ? ORDER BY m.id").arg(plainColumns()),
                              {chatId});
  if (!query) return query.error();
  QList<MessageRow> rows;
  while (query->next()) rows.append(rowOf(*query));
  return rows;
}

StoreResult<QList<MessageRow>> MessageStore::versions(qint64 messageId) {
  auto query =
      m_database.run(QStringLiteral("SELECT %1 FROM shown_message o JOIN shown_message m ON m.chat_id = o.chat_id AND m.shown_parent_id IS "
                                    "o.shown_parent_id WHERE o.id = ? ORDER BY m.id")
                         .arg(rowColumns()),
                     {messageId});
  if (!query) return query.error();
  QList<MessageRow> rows;
  while (query->next()) rows.append(rowOf(*query));
  return rows;
}

StoreResult<qint64> MessageStore::newestLeaf(qint64 messageId) {
  const auto value = m_database.value(
      QStringLiteral(
          "WITH RECURSIVE branch (id) AS (SELECT id FROM shown_message WHERE id = ? UNION ALL "
          "SELECT (SELECT max(id) FROM shown_message WHERE shown_parent_id = branch.id) AS child FROM branch WHERE child IS NOT NULL) "
          "SELECT max(id) FROM branch"),
      {messageId});
  if (!value) return value.error();
  return value->toLongLong();
}

StoreResult<qint64> MessageStore::sibling(qint64 messageId, int step) {
  const QString order = step > 0 ? QStringLiteral("s.id > m.id ORDER BY s.id") : QStringLiteral("s.id < m.id ORDER BY s.id DESC");
  const auto value = m_database.value(QStringLiteral("SELECT s.id FROM shown_message m JOIN shown_message s ON s.chat_id = m.chat_id AND "
                                                     "s.shown_parent_id IS m.shown_parent_id WHERE m.id = ? AND %1 LIMIT 1 OFFSET ?")
                                          .arg(order),
                                      {messageId, std::abs(step) - 1});
  if (!value) return value.error();
  return value->toLongLong();
}

StoreResult<QString> MessageStore::firstText(qint64 chatId) {
  const auto value = m_database.value(QStringLiteral("SELECT content FROM shown_message WHERE chat_id = ? AND shown_parent_id IS NULL "
                                                     "ORDER BY id LIMIT 1"),
                                      {chatId});
  if (!value) return value.error();
  return value->toString();
}

StoreResult<qint64> MessageStore::lastId() {
  const auto value = m_database.value(QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = 'message'"));
  if (!value) return value.error();
  return value->toLongLong();
}
