// Changes to the tree of a conversation: other versions of messages, answers that go on, branches as chats of their own, deleted messages.
#include <algorithm>

#include "services/adapter_library.h"
#include "services/chat_service.h"
#include "services/chat_settings_service.h"
#include "storage/chat_store.h"
#include "storage/message_store.h"
#include "text/markdown_stream.h"

namespace {

const QString kContextFull = QStringLiteral("context_full");

/// What a model was told to answer with, as far as it is still known.
[[nodiscard]] AnswerConfiguration configurationOf(const MessageRow& row) {
  AnswerConfiguration configuration;
  for (const AnswerAdapter& adapter : row.adapters) configuration.append({adapter.id, adapter.scale});
  return configuration;
}

/// A chat with all messages of its branch, in one transaction.
[[nodiscard]] StoreStatus storeBranch(Database& database, const ChatRow& chat, const QList<MessageRow>& rows) {
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  if (const auto status = ChatStore(database).put(chat); !status) return status;
  MessageStore messages(database);
  for (const MessageRow& row : rows) {
    if (const auto status = messages.insert(row); !status) return status;
  }
  return transaction.commit();
}

}  // namespace

/// Place of a message in the shown branch, -1: not there.
qsizetype ChatService::indexIn(qint64 chatId, qint64 messageId) const {
  const auto conversation = m_conversations.constFind(chatId);
  if (conversation == m_conversations.constEnd() || !conversation->loaded) return -1;
  const QList<MessageRow>& path = conversation->path;
  const auto at = std::find_if(path.begin(), path.end(), [messageId](const MessageRow& row) { return row.id == messageId; });
  return at == path.end() ? -1 : at - path.begin();
}

/// The message of this place and all behind it leave the branch: what is under way as an answer to one of them, or beside the first, ends.
void ChatService::leaveBranchFrom(qint64 chatId, qsizetype index) {
  QList<MessageRow>& path = m_conversations[chatId].path;
  QSet<qint64> questions;
  for (const MessageRow& row : path.mid(std::max<qsizetype>(0, index - 1))) questions.insert(row.id);
  abandonAnswersTo(questions);
  path.resize(index);
}

void ChatService::retry(qint64 chatId, qint64 messageId, const AnswerOptions& options) {
  qsizetype question = indexIn(chatId, messageId);
  if (question < 0) return;
  const QList<MessageRow> path = m_conversations[chatId].path;
  if (path[question].role == MessageRole::Assistant) --question;
  if (question < 0 || path[question].role != MessageRole::User) return;
  const qint64 head = m_chats[chatId].headId;
  Answer answer;
  const bool follows = question + 1 < path.size();
  answer.trimHistory = follows && path[question + 1].stopReason == kContextFull;
  answer.configuration = options.configuration;
  answer.temperature = options.temperature;
  answer.modelPath = options.modelPath;
  leaveBranchFrom(chatId, question + 1);
  answer.row = newMessage(chatId, path[question].id, MessageRole::Assistant);
  answer.row.versionCount = follows ? path[question + 1].versionCount + 1 : 1;
  answer.row.versionIndex = answer.row.versionCount;
  if (answer.configuration) answer.row.adapters = recordedAdapters(*m_adapters, *answer.configuration);
  m_conversations[chatId].path.append(answer.row);
  touchChat(chatId, answer.row.id);
  queueAnswers({answer}, std::nullopt);
  if (follows) remember(Step::AnsweredAgain, chatId, head, answer.row);
}

// --- Editing

bool ChatService::edit(qint64 chatId, qint64 messageId, const QString& text) {
  const qsizetype index = indexIn(chatId, messageId);
  if (index < 0) return false;
  const MessageRow old = m_conversations[chatId].path[index];
  if (text.trimmed().isEmpty()) return true;
  if (old.role == MessageRole::Assistant) return editAnswer(chatId, index, text);
  if (text == old.content) return true;
  const qint64 head = m_chats[chatId].headId;
  leaveBranchFrom(chatId, index);
  MessageRow question = newMessage(chatId, old.parentId, MessageRole::User);
  question.content = text;
  question.versionCount = old.versionCount + 1;
  question.versionIndex = question.versionCount;
  Answer answer;
  answer.row = newMessage(chatId, question.id, MessageRole::Assistant);
  m_conversations[chatId].path += {question, answer.row};
  touchChat(chatId, answer.row.id);
  queueAnswers({answer}, question);
  remember(Step::Edited, chatId, head, old);
  return true;
}

bool ChatService::editAnswer(qint64 chatId, qsizetype index, const QString& text) {
  const MessageRow old = m_conversations[chatId].path[index];
  if (isUnderWay(old.status)) return false;
  if (text == ThinkingMarks::plain(MarkdownStream::withoutThinking(old.content))) return true;
  const qint64 head = m_chats[chatId].headId;
  leaveBranchFrom(chatId, index);
  MessageRow row = newMessage(chatId, old.parentId, MessageRole::Assistant);
  ThinkingMarks marks;  // what a person writes is no mark of ours
  row.content = marks.add(ThinkingMarks::Kind::Answer, text) + marks.finish();
  row.status = MessageStatus::Done;
  row.isEdited = true;
  row.modelName = old.modelName;
  row.modelHash = old.modelHash;
  row.adapters = old.adapters;
  row.sampling = old.sampling;
  row.seed = old.seed;
  row.versionCount = old.versionCount + 1;
  row.versionIndex = row.versionCount;
  m_conversations[chatId].path.append(row);
  touchChat(chatId, row.id);
  storageOf(chatId)->writeMessage(
      this, [chat = m_chats[chatId], row](Database& database) { return storeBranch(database, chat, {row}); }, [](const StoreStatus&) {});
  Q_EMIT pathChanged(chatId);
  remember(Step::Edited, chatId, head, old);
  return true;
}

// --- Going on

bool ChatService::canResume(qint64 chatId, qint64 messageId) const {
  const qsizetype index = indexIn(chatId, messageId);
  const QList<MessageRow> path = this->path(chatId);
  if (index < 1 || index + 1 != path.size() || path[index - 1].role != MessageRole::User) return false;
  return isCutOff(path[index]);
}

void ChatService::resume(qint64 chatId, qint64 messageId) {
  if (!canResume(chatId, messageId)) return;
  const MessageRow before = m_conversations[chatId].path.last();
  Answer answer;
  answer.row = before;
  answer.resumed = true;
  answer.earlier = before.stats;
  answer.marks = ThinkingMarks(before.content);
  answer.checked = before.content.size();
  answer.trimHistory = before.status == MessageStatus::Full || before.stopReason == kContextFull;
  answer.configuration = configurationOf(before);
  MessageRow& row = answer.row;
  row.status = MessageStatus::Queued;
  for (QString* text : {&row.stopReason, &row.errorId, &row.errorDetail, &row.errorCause, &row.errorNextStep}) text->clear();
  m_answers.insert(messageId, answer);
  m_queue.append(messageId);
  touchChat(chatId, messageId);
  publish(answer);
  Q_EMIT activityChanged(chatId);
  storageOf(chatId)->write([chat = m_chats[chatId]](Database& database) { return ChatStore(database).put(chat); });
  storageOf(chatId)->writeMessage(
      this, [row](Database& database) { return MessageStore(database).resume(row); },
      [this, messageId](const StoreStatus&) {
        if (const auto stored = m_answers.find(messageId); stored != m_answers.end()) stored->stored = true;
        dispatch();
      });
  remember(Step::Continued, chatId, m_chats[chatId].headId, before);
}

// --- Branches as chats

qint64 ChatService::branch(qint64 chatId, qint64 messageId) {
  const qsizetype index = indexIn(chatId, messageId);
  if (index < 0 || isUnderWay(m_conversations[chatId].path[index].status)) return 0;
  QList<MessageRow> rows = m_conversations[chatId].path.first(index + 1);
  const QString title = m_chats[chatId].title;
  ChatRow chat;
  chat.id = isPrivateId(chatId) ? ++m_lastPrivateChatId : ++m_lastChatId;
  chat.title = tr("%1 (branch)").arg(title.isEmpty() ? tr("New chat") : title);
  chat.titleIsCustom = true;
  chat.folderId = m_chats[chatId].folderId;
  chat.createdAt = QDateTime::currentDateTimeUtc();
  chat.updatedAt = chat.createdAt;
  qint64 parentId = 0;
  for (MessageRow& row : rows) {
    row.id = nextMessageId(chatId);
    row.chatId = chat.id;
    row.parentId = std::exchange(parentId, row.id);
    row.versionIndex = 1;
    row.versionCount = 1;
    if (isUnderWay(row.status)) row.status = MessageStatus::Stopped;  // in the other chat it goes on
  }
  chat.headId = parentId;
  m_chats.insert(chat.id, chat);
  m_conversations.insert(chat.id, {rows, true, 0, {}, {}});
  storageOf(chatId)->writeMessage(
      this, [chat, rows](Database& database) { return storeBranch(database, chat, rows); }, [](const StoreStatus&) {});
  for (const AdapterSwitch& state : m_adapters->switches(chatId)) m_adapters->setSwitch(chat.id, state);
  if (m_chatSettings) m_chatSettings->copy(chatId, chat.id);
  Q_EMIT chatChanged(chat);
  MessageRow made;
  made.chatId = chat.id;
  remember(Step::Branched, chatId, 0, made);
  return chat.id;
}

// --- Deleting

void ChatService::removeMessage(qint64 chatId, qint64 messageId) {
  const qsizetype index = indexIn(chatId, messageId);
  if (index < 0 || runningCount(chatId) > 0 || queuedCount(chatId) > 0) return;
  const MessageRow message = m_conversations[chatId].path[index];
  storageOf(chatId)->run<StoreResult<qint64>>(
      this, [messageId](Database& database) { return MessageTree(database).hide(messageId); },
      [this, chatId, message, before = m_chats[chatId].headId](const StoreResult<qint64>& head) {
        if (head)
          onHidden(chatId, message, before, *head);
        else
          Q_EMIT storageOf(chatId)->writeFailed(head.error());
      });
}

void ChatService::onHidden(qint64 chatId, const MessageRow& message, qint64 headBefore, qint64 head) {
  const auto chat = m_chats.find(chatId);
  if (chat == m_chats.end()) return;
  // Unless something was asked meanwhile.
  if (chat->headId == headBefore && chat->headId != head) {
    chat->headId = head;
    Q_EMIT chatChanged(*chat);
  }
  if (message.parentId == 0 && !chat->titleIsCustom) refreshTitle(chatId);
  if (m_conversations.contains(chatId)) readPath(chatId);
  remember(Step::MessageDeleted, chatId, headBefore, message);
}

// --- Outline

void ChatService::readOutline(qint64 chatId) {
  storageOf(chatId)->run<StoreResult<QList<OutlineRow>>>(
      this, [chatId](Database& database) { return MessageTree(database).outline(chatId); },
      [this, chatId](const StoreResult<QList<OutlineRow>>& rows) {
        if (rows) Q_EMIT outlineRead(chatId, *rows);
      });
}
