#include "storage/chat_store.h"

#include <QTimeZone>

namespace {

[[nodiscard]] QVariant millis(const QDateTime& time) {
  return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant(QMetaType::fromType<qint64>());
}

[[nodiscard]] QDateTime timeOf(const QVariant& millis) {
  return millis.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(millis.toLongLong(), Qt::UTC);
}

}  // namespace

StoreStatus ChatStore::put(const ChatRow& chat) {
  return m_database.exec(QStringLiteral("INSERT INTO chat (id, title, title_is_custom, head_id, created_at, updated_at, deleted_at) "
                                        "VALUES (?, ?, ?, ?, ?, ?, ?) "
                                        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
                                        "title_is_custom = excluded.title_is_custom, head_id = excluded.head_id, "
                                        "updated_at = excluded.updated_at, deleted_at = excluded.deleted_at"),
                         {chat.id, chat.title.isNull() ? QStringLiteral("") : chat.title, chat.titleIsCustom,
                          chat.headId > 0 ? QVariant(chat.headId) : QVariant(QMetaType::fromType<qint64>()), millis(chat.createdAt),
                          millis(chat.updatedAt), millis(chat.deletedAt)});
}

StoreResult<QList<ChatRow>> ChatStore::all() {
  auto query =
      m_database.run(QStringLiteral("SELECT id, title, title_is_custom, head_id, created_at, updated_at, deleted_at FROM chat "
                                    "ORDER BY updated_at DESC, id DESC"));
  if (!query) return query.error();
  QList<ChatRow> chats;
  while (query->next()) {
    chats.append({query->value(0).toLongLong(), query->value(1).toString(), query->value(2).toBool(), query->value(3).toLongLong(),
                  timeOf(query->value(4)), timeOf(query->value(5)), timeOf(query->value(6))});
  }
  return chats;
}

StoreResult<qint64> ChatStore::lastId() {
  const auto value = m_database.value(QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = 'chat'"));
  if (!value) return value.error();
  return value->toLongLong();
}
