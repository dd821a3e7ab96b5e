#include "storage/chat_store.h"

#include <QTimeZone>

namespace {

[[nodiscard]] QVariant millis(const QDateTime& time) {
  return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant(QMetaType::fromType<qint64>());
}

[[nodiscard]] QDateTime timeOf(const QVariant& millis) {
  return millis.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(millis.toLongLong(), Qt::UTC);
}

// In the order of rowOf().
constexpr const char* kColumns =
    "id, title, title_is_custom, head_id, created_at, updated_at, deleted_at, folder_id, is_pinned, is_archived";

[[nodiscard]] ChatRow rowOf(const QSqlQuery& query) {
  return {query.value(0).toLongLong(), query.value(1).toString(), query.value(2).toBool(), query.value(3).toLongLong(),
          timeOf(query.value(4)),      timeOf(query.value(5)),    timeOf(query.value(6)),  query.value(7).toLongLong(),
          query.value(8).toBool(),     query.value(9).toBool()};
}

}  // namespace

StoreStatus ChatStore::put(const ChatRow& chat) {
  return m_database.exec(QStringLiteral("INSERT INTO chat (id, title, title_is_custom, head_id, created_at, updated_at, deleted_at, "
                                        "folder_id, is_pinned, is_archived) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT id FROM folder WHERE id = ?), ?, ?) "
                                        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
                                        "title_is_custom = excluded.title_is_custom, head_id = excluded.head_id, "
                                        "updated_at = excluded.updated_at, deleted_at = excluded.deleted_at, "
                                        "folder_id = excluded.folder_id, is_pinned = excluded.is_pinned, "
                                        "is_archived = excluded.is_archived"),
                         {chat.id, chat.title.isNull() ? QStringLiteral("") : chat.title, chat.titleIsCustom,
                          chat.headId > 0 ? QVariant(chat.headId) : QVariant(QMetaType::fromType<qint64>()), millis(chat.createdAt),
                          millis(chat.updatedAt), millis(chat.deletedAt), chat.folderId, chat.isPinned, chat.isArchived});
}

StoreResult<QList<ChatRow>> ChatStore::all() {
  auto query = m_database.run(QStringLiteral("SELECT %1 FROM chat ORDER BY updated_at DESC, id DESC").arg(QLatin1String(kColumns)));
  if (!query) return query.error();
  QList<ChatRow> chats;
  while (query->next()) chats.append(rowOf(*query));
  return chats;
}

StoreResult<ChatRow> ChatStore::get(qint64 chatId) {
  auto query = m_database.run(QStringLiteral("SELECT %1 FROM chat WHERE id = ?").arg(QLatin1String(kColumns)), {chatId});
  if (!query) return query.error();
  return query->next() ? rowOf(*query) : ChatRow();
}

StoreResult<qint64> ChatStore::lastId() {
  const auto value = m_database.value(QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = 'chat'"));
  if (!value) return value.error();
  return value->toLongLong();
}
