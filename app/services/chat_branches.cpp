// Branches of a conversation: other versions of a message, and answers beside each other.
#include <algorithm>

#include "services/chat_service.h"
#include "storage/chat_store.h"
#include "storage/message_store.h"

namespace {

[[nodiscard]] bool holds(const QList<MessageRow>& rows, qint64 messageId) {
  return std::any_of(rows.begin(), rows.end(), [messageId](const MessageRow& row) { return row.id == messageId; });
}

}  // namespace

void ChatService::moveHead(qint64 chatId, qint64 headId) {
  const auto chat = m_chats.find(chatId);
  if (chat == m_chats.end() || headId == 0 || chat->headId == headId) return;
  chat->headId = headId;
  storeChat(*chat);
  readPath(chatId);
}

void ChatService::showVersion(qint64 chatId, qint64 messageId, int step) {
  if (step == 0 || runningCount(chatId) > 0 || queuedCount(chatId) > 0) return;
  storageOf(chatId)->run<StoreResult<qint64>>(
      this,
      [messageId, step](Database& database) -> StoreResult<qint64> {
        MessageStore messages(database);
        const auto sibling = messages.sibling(messageId, step);
        return sibling && *sibling != 0 ? messages.newestLeaf(*sibling) : sibling;
      },
      [this, chatId](const StoreResult<qint64>& head) {
        if (head && runningCount(chatId) == 0 && queuedCount(chatId) == 0) moveHead(chatId, *head);
      });
}

void ChatService::showMessage(qint64 chatId, qint64 messageId) {
  if (holds(path(chatId), messageId)) return;
  storageOf(chatId)->run<StoreResult<qint64>>(
      this, [messageId](Database& database) { return MessageStore(database).newestLeaf(messageId); },
      [this, chatId, messageId](const StoreResult<qint64>& head) {
        if (head && !holds(path(chatId), messageId) && runningCount(chatId) == 0 && queuedCount(chatId) == 0) moveHead(chatId, *head);
      });
}

// --- Comparing

qint64 ChatService::compare(qint64 chatId, const QString& text, const QList<AnswerConfiguration>& configurations) {
  chatId = ask(chatId, text, {configurations.begin(), configurations.end()});
  QList<MessageRow>& compared = m_conversations[chatId].compared;
  compared.clear();
  const qint64 last = isPrivateId(chatId) ? m_lastPrivateMessageId : m_lastMessageId;
  for (qint64 id = last - configurations.size() + 1; id <= last; ++id) compared.append(m_answers.value(id).row);
  Q_EMIT comparisonChanged(chatId);
  return chatId;
}

void ChatService::openComparison(qint64 chatId, qint64 messageId) {
  storageOf(chatId)->run<StoreResult<QList<MessageRow>>>(
      this, [messageId](Database& database) { return MessageStore(database).versions(messageId); },
      [this, chatId, messageId](const StoreResult<QList<MessageRow>>& rows) {
        const auto conversation = m_conversations.find(chatId);
        if (!rows || conversation == m_conversations.end()) return;
        QList<MessageRow> compared = *rows;
        // Where an answer was deleted, what followed it stands beside the others.
        compared.removeIf([](const MessageRow& row) { return row.role != MessageRole::Assistant; });
        addLive(compared);
        const bool ended = std::any_of(compared.begin(), compared.end(),
                                       [this](const MessageRow& row) { return isUnderWay(row.status) && !m_answers.contains(row.id); });
        if (ended) {  // after it was read
          openComparison(chatId, messageId);
          return;
        }
        conversation->compared = compared;
        Q_EMIT comparisonChanged(chatId);
      });
}

QList<MessageRow> ChatService::comparison(qint64 chatId) const {
  return m_conversations.value(chatId).compared;
}

void ChatService::keep(qint64 chatId, qint64 messageId) {
  const QList<MessageRow> compared = comparison(chatId);
  const auto kept = std::find_if(compared.begin(), compared.end(), [messageId](const MessageRow& row) { return row.id == messageId; });
  if (kept == compared.end()) return;
  const QList<qint64> ids = m_answers.keys();
  for (const qint64 id : ids) {
    const auto answer = m_answers.find(id);
    if (answer == m_answers.end() || id == messageId || answer->row.chatId != chatId || answer->row.parentId != kept->parentId) continue;
    if (answer->request != 0) {
      m_engine->cancel(answer->request);
    } else {
      answer->row.status = MessageStatus::Stopped;
      endAnswer(id);
    }
  }
  if (holds(path(chatId), messageId)) return;
  if (runningCount(chatId) == 0 && queuedCount(chatId) == 0) {
    showMessage(chatId, messageId);
    return;
  }
  // A comparison that is under way is the end of the branch.
  const auto conversation = m_conversations.find(chatId);
  if (conversation == m_conversations.end() || conversation->path.isEmpty()) return;
  MessageRow& shown = conversation->path.last();
  if (shown.parentId != kept->parentId) return;
  shown = *kept;
  touchChat(chatId, messageId);
  storeChat(m_chats[chatId]);
  Q_EMIT pathChanged(chatId);
}

/// What is under way is newer in memory than in the database.
void ChatService::addLive(QList<MessageRow>& rows) const {
  for (MessageRow& row : rows) {
    const auto answer = m_answers.constFind(row.id);
    if (answer == m_answers.constEnd()) continue;
    const int index = row.versionIndex;
    const int count = row.versionCount;
    row = answer->row;
    row.versionIndex = index;
    row.versionCount = count;
  }
}
