// Private chats: kept in a database in memory, which nothing else reads, and gone with it.
#include <algorithm>

#include "services/adapter_library.h"
#include "services/chat_service.h"
#include "services/chat_settings_service.h"
#include "services/chat_summaries.h"

qint64 ChatService::beginPrivateChat() {
  for (auto it = m_chats.constBegin(); it != m_chats.constEnd(); ++it) {
    if (isPrivateId(it.key()) && it->headId == 0) return it.key();
  }
  if (!m_privateStorage) {
    m_privateStorage = std::make_unique<StorageThread>(QString());
    m_privateStorage->openPrivate();
  }
  ChatRow chat;
  chat.id = ++m_lastPrivateChatId;
  // What was written shall not be read in the title of the window.
  chat.title = tr("Private chat");
  chat.titleIsCustom = true;
  chat.createdAt = QDateTime::currentDateTimeUtc();
  chat.updatedAt = chat.createdAt;
  m_chats.insert(chat.id, chat);
  m_conversations.insert(chat.id, {{}, true, 0, {}, {}});
  m_adapters->chatBegan(chat.id);
  Q_EMIT chatChanged(chat);
  return chat.id;
}

/// Its answers have ended. Nothing brings it back.
void ChatService::closePrivateChat(qint64 chatId) {
  m_chats.remove(chatId);
  m_conversations.remove(chatId);
  m_summaries->forget(chatId);
  m_steps.removeIf([chatId](const TreeStep& step) { return step.chatId == chatId || step.message.chatId == chatId; });
  if (m_chatSettings) m_chatSettings->forget(chatId);
  const QList<qint64> ids = m_chats.keys();
  if (std::none_of(ids.begin(), ids.end(), isPrivateId))
    m_privateStorage.reset();
  else
    m_privateStorage->eraseChats({chatId});
  Q_EMIT chatRemoved(chatId);
  Q_EMIT undoChanged();
}

void ChatService::closePrivateChats() {
  const QList<qint64> ids = m_chats.keys();
  for (const qint64 id : ids) {
    if (isPrivateId(id)) closePrivateChat(id);
  }
}
