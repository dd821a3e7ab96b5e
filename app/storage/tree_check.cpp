#include "storage/tree_check.h"

#include <QList>

#include "storage/message_tree.h"

namespace {

struct Stray {
  qint64 id = 0;
  qint64 chatId = 0;
  qint64 parentId = 0;
  bool hasParent = false;  // there is a row of that id
  bool isDetached = false;
};

/// All messages with something wrong, oldest first.
[[nodiscard]] StoreResult<QList<Stray>> findStrays(Database& database) {
  auto query = database.run(
      QStringLiteral("SELECT m.id, m.chat_id, m.parent_id, p.id IS NOT NULL, m.parent_id IS NOT NULL AND (p.id IS NULL OR p.chat_id <> "
                     "m.chat_id OR p.id >= m.id) AS detached FROM message m INDEXED BY message_node "
                     "LEFT JOIN message p INDEXED BY message_node ON p.id = m.parent_id WHERE detached OR m.moved_to IS NOT "
                     "CASE WHEN p.deleted_at IS NULL THEN NULL ELSE ifnull(p.moved_to, ifnull(p.parent_id, 0)) END ORDER BY m.id"));
  if (!query) return query.error();
  QList<Stray> strays;
  while (query->next())
    strays.append({query->value(0).toLongLong(), query->value(1).toLongLong(), query->value(2).toLongLong(), query->value(3).toBool(),
                   query->value(4).toBool()});
  return strays;
}

/// A message gets its place: under an empty row in the place of its parent, or at the beginning.
[[nodiscard]] StoreStatus attach(Database& database, const Stray& stray) {
  if (!stray.hasParent && stray.parentId > 0 && stray.parentId < stray.id) {
    // A sibling may have brought the parent back already.
    return database.exec(QStringLiteral("INSERT OR IGNORE INTO message (id, chat_id, role, content, status, created_at) SELECT ?, chat_id, "
                                        "CASE role WHEN 'user' THEN 'assistant' ELSE 'user' END, '…', 'done', created_at FROM message "
                                        "WHERE id = ?"),
                         {stray.parentId, stray.id});
  }
  return database.exec(QStringLiteral("UPDATE message SET parent_id = NULL WHERE id = ?"), {stray.id});
}

/// Works out anew what is shown where under hidden messages.
[[nodiscard]] StoreStatus placeBelowHidden(Database& database) {
  StoreStatus status = database.exec(QStringLiteral("UPDATE message SET moved_to = NULL WHERE moved_to IS NOT NULL"));
  if (!status) return status;
  QList<qint64> ids;
  {
    auto query =
        database.run(QStringLiteral("SELECT m.id FROM message p INDEXED BY message_node JOIN message m ON m.parent_id = p.id WHERE "
                                    "p.deleted_at IS NOT NULL ORDER BY m.id"));
    if (!query) return query.error();
    while (query->next()) ids.append(query->value(0).toLongLong());
  }
  // Oldest first: the place of the hidden parent is right already.
  for (const qint64 id : std::as_const(ids)) {
    status = database.exec(
        QStringLiteral("UPDATE message SET moved_to = (SELECT ifnull(p.moved_to, ifnull(p.parent_id, 0)) FROM message p WHERE p.id = "
                       "message.parent_id) WHERE id = ?"),
        {id});
    if (!status) return status;
  }
  return {};
}

[[nodiscard]] StoreResult<int> repairHeads(Database& database) {
  QList<qint64> chats;
  {
    auto query = database.run(
        QStringLiteral("SELECT c.id FROM chat c LEFT JOIN message m INDEXED BY message_node ON m.id = c.head_id AND m.chat_id = c.id AND "
                       "m.deleted_at IS NULL WHERE m.id IS NULL AND (c.head_id IS NOT NULL OR EXISTS (SELECT 1 FROM message v WHERE "
                       "v.chat_id = c.id AND v.deleted_at IS NULL))"));
    if (!query) return query.error();
    while (query->next()) chats.append(query->value(0).toLongLong());
  }
  for (const qint64 id : std::as_const(chats)) {
    const auto head = MessageTree(database).newestLeafOf(id);
    if (!head) return head.error();
    if (const auto status = database.exec(QStringLiteral("UPDATE chat SET head_id = nullif(?, 0) WHERE id = ?"), {*head, id}); !status)
      return status.error();
  }
  return static_cast<int>(chats.size());
}

[[nodiscard]] StoreStatus attachAll(Database& database, const QList<Stray>& strays) {
  for (const Stray& stray : strays) {
    if (!stray.isDetached) continue;
    if (const auto status = attach(database, stray); !status) return status;
  }
  // A parent that another chat's message brought back is in that chat.
  return database.exec(
      QStringLiteral("UPDATE message SET parent_id = NULL WHERE id IN (SELECT m.id FROM message m INDEXED BY message_node "
                     "JOIN message p INDEXED BY message_node ON p.id = m.parent_id WHERE p.chat_id <> m.chat_id)"));
}

}  // namespace

StoreResult<TreeRepair> repairTrees(Database& database) {
  const auto lost =
      database.value(QStringLiteral("SELECT count(*) FROM (SELECT DISTINCT chat_id FROM message) WHERE chat_id NOT IN "
                                    "(SELECT id FROM chat)"));
  if (!lost) return lost.error();
  if (lost->toInt() > 0) {
    const auto status = database.exec(
        QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) SELECT chat_id, '…', min(created_at), max(created_at) "
                       "FROM message WHERE chat_id NOT IN (SELECT id FROM chat) GROUP BY chat_id"));
    if (!status) return status.error();
  }
  const auto strays = findStrays(database);
  if (!strays) return strays.error();
  if (!strays->isEmpty()) {
    StoreStatus status = attachAll(database, *strays);
    if (status) status = placeBelowHidden(database);
    if (!status) return status.error();
  }
  const auto heads = repairHeads(database);
  if (!heads) return heads.error();
  return TreeRepair{static_cast<int>(strays->size()), *heads};
}
