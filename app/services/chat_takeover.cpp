// Chats that come from somewhere else than from being written here.
#include "services/chat_service.h"
#include "services/chat_settings_service.h"

ChatService::LastIds ChatService::reserveIds(int chats, qint64 messages) {
  const LastIds last{m_lastChatId, m_lastMessageId};
  m_lastChatId += chats;
  m_lastMessageId += messages;
  return last;
}

void ChatService::takeOver(const QList<ChatRow>& chats, const QHash<qint64, QString>& folders) {
  for (ChatRow chat : chats) {
    if (const QString folder = folders.value(chat.id); !folder.isEmpty()) {
      chat.folderId = folderFor(folder);  // no step: an import is not taken back
      storeChat(chat);
    }
    m_chats.insert(chat.id, chat);
    if (m_chatSettings) m_chatSettings->read(chat.id);
    Q_EMIT chatChanged(chat);
  }
}
