// Streamed answers for screen readers.
#pragma once

#include <QObject>
#include <functional>

#include "storage/rows.h"
#include "text/sentence_splitter.h"

class ChatService;

/// Announces an answer of the shown conversation sentence by sentence. Qt 6.4 has no announcement event; a text-insert event of an item
/// is what screen readers read out while something grows (as in a terminal).
class Announcer : public QObject {
  Q_OBJECT

 public:
  /// Receives a finished sentence.
  using Speaker = std::function<void(const QString&)>;

  /// `chats` must outlive this object.
  explicit Announcer(ChatService* chats, QObject* parent = nullptr);

  /// Speaks by accessibility events of an item, which needs an accessible role, while a screen reader runs.
  void setSpeaker(QObject* item);
  void setSpeaker(Speaker speaker) { m_speaker = std::move(speaker); }
  /// Only answers of this conversation are announced.
  void setChat(qint64 chatId);

 private:
  void onText(qint64 messageId, const QString& text);
  void onMessage(const MessageRow& message);
  void say(const QStringList& sentences);

  ChatService* m_chats;
  Speaker m_speaker;
  std::function<bool()> m_wanted = [] { return true; };
  qint64 m_chatId = 0;
  qint64 m_messageId = 0;  // whose sentences are under way
  SentenceSplitter m_splitter;
};
