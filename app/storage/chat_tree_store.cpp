#include "storage/chat_tree_store.h"

#include <QHash>
#include <QTimeZone>

#include "storage/chat_settings_store.h"
#include "storage/chat_store.h"
#include "storage/message_store.h"

namespace {

/// Adds what answers under way have written so far.
[[nodiscard]] StoreStatus mergeChunks(Database& database, qint64 chatId, QList<MessageRow>& messages) {
  QHash<qint64, qsizetype> underWay;
  for (qsizetype i = 0; i < messages.size(); ++i) {
    if (!isUnderWay(messages[i].status)) continue;
    underWay.insert(messages[i].id, i);
    messages[i].status = MessageStatus::Interrupted;
  }
  if (underWay.isEmpty()) return {};
  auto query = database.run(
      QStringLiteral("SELECT c.message_id, c.text FROM message m JOIN answer_chunk c ON c.message_id = m.id WHERE m.chat_id = ? "
                     "ORDER BY c.message_id, c.seq"),
      {chatId});
  if (!query) return query.error();
  while (query->next()) {
    const auto at = underWay.constFind(query->value(0).toLongLong());
    if (at != underWay.constEnd()) messages[*at].content += query->value(1).toString();
  }
  return {};
}

}  // namespace

StoreResult<ConversationTree> ChatTreeStore::read(qint64 chatId) {
  ConversationTree tree;
  const auto chat = ChatStore(m_database).get(chatId);
  if (!chat) return chat.error();
  tree.chat = *chat;
  const auto folder = m_database.value(QStringLiteral("SELECT name FROM folder WHERE id = ?"), {chat->folderId});
  if (!folder) return folder.error();
  tree.folder = folder->toString();
  tree.chat.folderId = 0;
  auto messages = MessageStore(m_database).all(chatId);
  if (!messages) return messages.error();
  const auto settings = ChatSettingsStore(m_database).portable(chatId);
  if (!settings) return settings.error();
  tree.settings = *settings;
  if (const auto status = mergeChunks(m_database, chatId, *messages); !status) return status.error();
  QHash<qint64, qint64> numbers;
  numbers.reserve(messages->size());
  for (MessageRow& message : *messages) {
    numbers.insert(message.id, numbers.size() + 1);
    message.id = numbers.size();
    message.chatId = 0;
    message.parentId = numbers.value(message.parentId, 0);
  }
  tree.messages = *messages;
  tree.chat.id = 0;
  tree.chat.headId = numbers.value(tree.chat.headId, 0);
  return tree;
}

StoreStatus ChatTreeStore::insert(const ConversationTree& tree, qint64 chatId, qint64 firstMessageId, const QByteArray& sourceHash) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  const auto numbered = [firstMessageId](qint64 id) { return id == 0 ? 0 : firstMessageId + id - 1; };
  ChatRow chat = tree.chat;
  chat.id = chatId;
  chat.headId = numbered(chat.headId);
  if (const auto status = ChatStore(m_database).put(chat); !status) return status;
  MessageStore messages(m_database);
  for (MessageRow message : tree.messages) {
    message.id = numbered(message.id);
    message.parentId = numbered(message.parentId);
    message.chatId = chatId;
    if (const auto status = messages.insert(message); !status) return status;
  }
  if (tree.settings != ChatSettings()) {
    if (const auto status = ChatSettingsStore(m_database).put(chatId, tree.settings); !status) return status;
  }
  const auto status = m_database.exec(QStringLiteral("INSERT INTO chat_source (chat_id, hash) VALUES (?, ?)"),
                                      {chatId, QString::fromLatin1(sourceHash.toHex())});
  return status ? transaction.commit() : status;
}

StoreResult<bool> ChatTreeStore::isImported(const QByteArray& sourceHash) {
  const auto imported = m_database.value(
      QStringLiteral("SELECT count(*) FROM chat_source s JOIN chat c ON c.id = s.chat_id WHERE s.hash = ? AND c.deleted_at IS NULL"),
      {QString::fromLatin1(sourceHash.toHex())});
  if (!imported) return imported.error();
  return imported->toInt() > 0;
}

StoreResult<bool> ChatTreeStore::isHere(const ConversationTree& tree) {
  QList<qint64> sameTime;
  {
    auto query = m_database.run(QStringLiteral("SELECT id FROM chat WHERE created_at = ? AND deleted_at IS NULL"),
                                {tree.chat.createdAt.toMSecsSinceEpoch()});
    if (!query) return query.error();
    while (query->next()) sameTime.append(query->value(0).toLongLong());
  }
  for (const qint64 id : sameTime) {
    const auto other = read(id);
    if (!other) return other.error();
    if (contentHash(*other) == contentHash(tree)) return true;
  }
  return false;
}
