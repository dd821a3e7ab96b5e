#include "announcer.h"

#include <QAccessible>
#include <QPointer>
#include <algorithm>

#include "services/chat_service.h"

Announcer::Announcer(ChatService* chats, QObject* parent) : QObject(parent), m_chats(chats) {
  connect(chats, &ChatService::answerText, this, &Announcer::onText);
  connect(chats, &ChatService::messageChanged, this, &Announcer::onMessage);
}

void Announcer::setSpeaker(QObject* item) {
  m_wanted = &QAccessible::isActive;
  m_speaker = [item = QPointer<QObject>(item)](const QString& text) {
    if (!item) return;
    QAccessibleTextInsertEvent event(item, 0, text);
    QAccessible::updateAccessibility(&event);
  };
}

void Announcer::setChat(qint64 chatId) {
  m_chatId = chatId;
  m_messageId = 0;
  m_splitter = {};
}

void Announcer::onText(qint64 messageId, const QString& text) {
  if (!m_speaker || !m_wanted()) return;
  if (messageId != m_messageId) {
    const QList<MessageRow> path = m_chats->path(m_chatId);
    const bool shown = std::any_of(path.rbegin(), path.rend(), [messageId](const MessageRow& row) { return row.id == messageId; });
    if (!shown) return;
    m_messageId = messageId;
    m_splitter = {};
  }
  say(m_splitter.feed(text));
}

void Announcer::onMessage(const MessageRow& message) {
  if (message.id != m_messageId || isUnderWay(message.status)) return;
  QStringList sentences = m_splitter.finish();
  if (message.status == MessageStatus::Stopped) sentences.append(tr("Stopped"));
  if (message.status == MessageStatus::Failed) sentences.append(errorText(errorIdFromName(message.errorId)).cause);
  say(sentences);
  m_messageId = 0;
}

void Announcer::say(const QStringList& sentences) {
  if (!m_speaker) return;
  for (const QString& sentence : sentences) {
    const bool code = sentence.startsWith(SentenceSplitter::kCodeMark);
    const QString text = code ? tr("Code, %n line(s)", "", sentence.mid(1).toInt()) : sentence;
    if (text.isEmpty()) continue;
    m_speaker(text);
  }
}
