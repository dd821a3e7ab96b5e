// The step back: deleted chats, and changes to the tree of a conversation.
#include <algorithm>

#include "services/chat_service.h"
#include "storage/chat_store.h"
#include "storage/message_store.h"

namespace {

constexpr qsizetype kMostSteps = 50;

}  // namespace

void ChatService::remove(qint64 chatId) {
  if (!m_chats.contains(chatId)) return;
  abandonAnswers(chatId, MessageStatus::Stopped);
  if (isPrivateId(chatId)) return closePrivateChat(chatId);
  ChatRow chat = m_chats.take(chatId);
  m_conversations.remove(chatId);
  chat.deletedAt = QDateTime::currentDateTimeUtc();
  storeChat(chat);
  const qint64 serial = ++m_deletionSerial;
  m_deletions.append({chat, serial});
  QTimer::singleShot(kUndoMs, this, [this, serial, chatId] {
    const auto gone = m_deletions.removeIf([serial](const Deletion& deletion) { return deletion.serial == serial; });
    if (gone == 0) return;
    m_storage->eraseChats({chatId});
    Q_EMIT undoChanged();
  });
  Q_EMIT chatRemoved(chatId);
  Q_EMIT undoChanged();
}

qint64 ChatService::undoRemove() {
  if (m_deletions.isEmpty()) return 0;
  ChatRow chat = m_deletions.takeLast().chat;
  chat.deletedAt = {};
  m_chats.insert(chat.id, chat);
  storeChat(chat);
  Q_EMIT chatChanged(chat);
  Q_EMIT undoChanged();
  return chat.id;
}

// --- Steps

void ChatService::remember(Step step, qint64 chatId, qint64 head, const MessageRow& message) {
  const qint64 serial = ++m_deletionSerial;
  m_steps.append({step, chatId, head, message, serial, true});
  // A deleted message leaves the list with its text, not before.
  const auto oldest = std::find_if(m_steps.begin(), m_steps.end(), [](const TreeStep& s) { return s.step != Step::MessageDeleted; });
  if (m_steps.size() > kMostSteps && oldest != m_steps.end()) m_steps.erase(oldest);
  QTimer::singleShot(kUndoMs, this, [this, serial] { endOffer(serial); });
  Q_EMIT undoChanged();
}

/// The time to undo is over: a deleted message goes for good, other steps can still be taken back by key.
void ChatService::endOffer(qint64 serial) {
  const auto step = std::find_if(m_steps.begin(), m_steps.end(), [serial](const TreeStep& s) { return s.serial == serial; });
  if (step == m_steps.end()) return;
  step->isOffered = false;
  if (step->step == Step::MessageDeleted) {
    storageOf(step->chatId)->eraseMessages({step->message.id});
    m_steps.erase(step);
  }
  Q_EMIT undoChanged();
}

ChatService::Step ChatService::offeredStep() const {
  const auto step = std::find_if(m_steps.rbegin(), m_steps.rend(), [](const TreeStep& s) { return s.isOffered; });
  const qint64 serial = step == m_steps.rend() ? 0 : step->serial;
  const qint64 listed = m_listSteps.isEmpty() ? 0 : m_listSteps.last().serial;
  if (!m_deletions.isEmpty() && m_deletions.last().serial > std::max(serial, listed)) return Step::ChatDeleted;
  if (listed > serial) return m_listSteps.last().step;
  return serial == 0 ? Step::None : step->step;
}

qint64 ChatService::undo(qint64 chatId) {
  const Step offered = offeredStep();
  if (offered == Step::ChatDeleted) return undoRemove();
  if (!m_listSteps.isEmpty() && offered == m_listSteps.last().step) {
    undoListStep();
    return 0;
  }
  const auto at = std::find_if(m_steps.rbegin(), m_steps.rend(),
                               [chatId, offered](const TreeStep& s) { return offered == Step::None ? s.chatId == chatId : s.isOffered; });
  if (at == m_steps.rend()) return 0;
  const TreeStep step = *at;
  m_steps.erase(std::next(at).base());
  Q_EMIT undoChanged();
  if (!m_chats.contains(step.chatId)) return 0;
  switch (step.step) {
    case Step::Edited:
    case Step::AnsweredAgain:
      abandonAnswers(step.chatId, MessageStatus::Stopped);
      showBranchOf(step.chatId, step.head);
      break;
    case Step::Continued:
      takeBackResume(step);
      break;
    case Step::Branched:
      remove(step.message.chatId);
      break;
    case Step::MessageDeleted:
      storageOf(step.chatId)->write([id = step.message.id](Database& database) { return MessageTree(database).show(id); });
      if (step.message.parentId == 0 && !m_chats[step.chatId].titleIsCustom) refreshTitle(step.chatId);
      abandonAnswers(step.chatId, MessageStatus::Stopped);
      showBranchOf(step.chatId, step.head);
      break;
    default:
      break;
  }
  return step.chatId;
}

/// Shows the newest branch through a message, read anew; one that is not there changes nothing.
void ChatService::showBranchOf(qint64 chatId, qint64 messageId) {
  storageOf(chatId)->run<StoreResult<qint64>>(
      this, [messageId](Database& database) { return MessageStore(database).newestLeaf(messageId); },
      [this, chatId](const StoreResult<qint64>& head) {
        if (!head || !m_chats.contains(chatId) || runningCount(chatId) > 0 || queuedCount(chatId) > 0) return;
        if (*head != 0 && m_chats[chatId].headId != *head)
          moveHead(chatId, *head);
        else if (m_conversations.contains(chatId))
          readPath(chatId);
      });
}

/// The message gets back the text that it had; the longer one becomes another version.
void ChatService::takeBackResume(const TreeStep& step) {
  const MessageRow before = step.message;
  if (m_answers.contains(before.id)) abandonAnswersTo({before.parentId});
  storageOf(before.chatId)
      ->run<StoreResult<QList<MessageRow>>>(
          this, [id = before.id](Database& database) { return MessageStore(database).versions(id); },
          [this, before](const StoreResult<QList<MessageRow>>& rows) {
            if (!rows || m_answers.contains(before.id)) return;
            const auto found = std::find_if(rows->begin(), rows->end(), [&before](const MessageRow& row) { return row.id == before.id; });
            if (found == rows->end()) return;
            MessageRow longer = *found;
            longer.id = nextMessageId(before.chatId);
            StorageThread* storage = storageOf(before.chatId);
            storage->write([before](Database& database) { return MessageStore(database).resume(before); });
            storage->write([before](Database& database) { return MessageStore(database).finish(before); });
            if (longer.content != before.content)
              storage->write([longer](Database& database) { return MessageStore(database).insert(longer); });
            if (m_conversations.contains(before.chatId)) readPath(before.chatId);
          });
}
