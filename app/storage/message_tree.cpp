#include "storage/message_tree.h"

#include "storage/message_store.h"
#include "storage/search_index.h"

StoreResult<qint64> MessageTree::newestLeafOf(qint64 chatId) {
  const auto root =
      m_database.value(QStringLiteral("SELECT max(id) FROM shown_message WHERE chat_id = ? AND shown_parent_id IS NULL"), {chatId});
  if (!root) return root.error();
  if (root->toLongLong() == 0) return 0LL;
  return MessageStore(m_database).newestLeaf(root->toLongLong());
}

StoreResult<qint64> MessageTree::headWithout(qint64 messageId, qint64 chatId, qint64 parentId) {
  const auto next =
      m_database.value(QStringLiteral("SELECT max(id) FROM shown_message WHERE shown_parent_id = ? AND id <> ?"), {parentId, messageId});
  if (!next) return next.error();
  if (next->toLongLong() != 0) return MessageStore(m_database).newestLeaf(next->toLongLong());
  if (parentId != 0) return parentId;
  return newestLeafOf(chatId);
}

StoreResult<qint64> MessageTree::hide(qint64 messageId) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun().error();
  qint64 chatId = 0;
  qint64 parentId = 0;
  qint64 head = 0;
  bool hides = false;
  {
    auto query =
        m_database.run(QStringLiteral("SELECT m.chat_id, ifnull(m.moved_to, m.parent_id), c.head_id, m.deleted_at IS NULL FROM message m "
                                      "JOIN chat c ON c.id = m.chat_id WHERE m.id = ?"),
                       {messageId});
    if (!query) return query.error();
    if (!query->next()) return 0LL;
    chatId = query->value(0).toLongLong();
    parentId = query->value(1).toLongLong();
    head = query->value(2).toLongLong();
    hides = query->value(3).toBool();
  }
  if (!hides) return head;
  StoreStatus status =
      m_database.exec(QStringLiteral("UPDATE message SET deleted_at = ? WHERE id = ?"), {QDateTime::currentMSecsSinceEpoch(), messageId});
  if (status)
    status = m_database.exec(QStringLiteral("UPDATE message SET moved_to = ? WHERE nullif(ifnull(moved_to, parent_id), 0) = ?"),
                             {parentId, messageId});
  if (status && head == messageId) {
    const auto next = headWithout(messageId, chatId, parentId);
    if (!next) return next.error();
    head = *next;
    status = m_database.exec(QStringLiteral("UPDATE chat SET head_id = nullif(?, 0) WHERE id = ?"), {head, chatId});
  }
  if (status) status = transaction.commit();
  if (!status) return status.error();
  return head;
}

StoreStatus MessageTree::show(qint64 messageId) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  const auto hidden = m_database.value(QStringLiteral("SELECT count(*) FROM message WHERE id = ? AND deleted_at > 0"), {messageId});
  if (!hidden) return hidden.error();
  if (hidden->toInt() == 0) return {};
  StoreStatus status = m_database.exec(QStringLiteral("UPDATE message SET deleted_at = NULL WHERE id = ?"), {messageId});
  // Its own children, and those of hidden messages among them.
  if (status)
    status = m_database.exec(
        QStringLiteral("WITH RECURSIVE below (id, hides) AS (SELECT id, deleted_at IS NOT NULL FROM message WHERE parent_id = ? UNION ALL "
                       "SELECT m.id, m.deleted_at IS NOT NULL FROM message m JOIN below ON m.parent_id = below.id WHERE below.hides) "
                       "UPDATE message SET moved_to = CASE WHEN parent_id = ? THEN NULL ELSE ? END WHERE id IN (SELECT id FROM below)"),
        {messageId, messageId, messageId});
  return status ? transaction.commit() : status;
}

StoreResult<QList<qint64>> MessageTree::hidden() {
  auto query = m_database.run(QStringLiteral("SELECT id FROM message WHERE deleted_at > 0 ORDER BY id"));
  if (!query) return query.error();
  QList<qint64> ids;
  while (query->next()) ids.append(query->value(0).toLongLong());
  return ids;
}

StoreStatus MessageTree::erase(const QList<qint64>& messageIds) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  const auto has = [this](const QString& name, const QString& table) {
    return m_database.value(QStringLiteral("SELECT count(*) FROM pragma_table_xinfo(?) WHERE name = ?"), {table, name});
  };
  const auto indexed = has(QStringLiteral("is_indexed"), QStringLiteral("message"));
  const auto catalogued = has(QStringLiteral("error_id"), QStringLiteral("message"));
  const auto adapted = has(QStringLiteral("adapters"), QStringLiteral("message"));
  const auto hides = has(QStringLiteral("deleted_at"), QStringLiteral("message"));
  for (const auto* found : {&indexed, &catalogued, &adapted, &hides}) {
    if (!*found) return found->error();
  }
  QString columns = QStringLiteral(
      "content = '', model_name = '', model_hash = '', sampling = '', stop_reason = '', error_cause = '', "
      "error_next_step = ''");
  if (catalogued->toInt() > 0) columns += QStringLiteral(", error_id = '', error_detail = ''");
  if (adapted->toInt() > 0) columns += QStringLiteral(", adapters = ''");
  if (hides->toInt() > 0) columns += QStringLiteral(", deleted_at = 0");
  SearchIndex index(m_database);
  for (const qint64 id : messageIds) {
    StoreStatus status = indexed->toInt() > 0 ? index.remove(id) : StoreStatus();
    if (status) status = m_database.exec(QStringLiteral("UPDATE message SET %1 WHERE id = ?").arg(columns), {id});
    if (status && indexed->toInt() > 0) status = index.add(id, QStringLiteral(""));
    if (!status) return status;
  }
  return transaction.commit();
}

StoreResult<QList<OutlineRow>> MessageTree::outline(qint64 chatId) {
  // A thinking section stands at the beginning of an answer.
  auto query = m_database.run(QStringLiteral("SELECT id, shown_parent_id, role, CASE WHEN content LIKE '<think>%' THEN "
                                             "substr(content, instr(content, '</think>') + length('</think>'), ?) ELSE "
                                             "substr(content, 1, ?) END FROM shown_message WHERE chat_id = ? ORDER BY id"),
                              {kOutlineLength, kOutlineLength, chatId});
  if (!query) return query.error();
  QList<OutlineRow> rows;
  while (query->next())
    rows.append({query->value(0).toLongLong(), query->value(1).toLongLong(), messageRoleFromString(query->value(2).toString()),
                 query->value(3).toString()});
  return rows;
}
