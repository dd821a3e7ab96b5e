#include "services/chat_service.h"

#include <QRandomGenerator>
#include <algorithm>

#include "services/adapter_library.h"
#include "services/chat_settings_service.h"
#include "services/chat_summaries.h"
#include "services/model_library.h"
#include "services/model_service.h"
#include "services/policy_service.h"
#include "services/prompt.h"
#include "services/settings.h"
#include "services/token_counter.h"
#include "storage/chat_store.h"
#include "storage/message_store.h"

namespace {

const QString kContextFull = QStringLiteral("context_full");

[[nodiscard]] QString nameOf(AnswerEnd end) {
  switch (end) {
    case AnswerEnd::EndOfTurn:
      return QStringLiteral("end_of_turn");
    case AnswerEnd::StopString:
      return QStringLiteral("stop_string");
    case AnswerEnd::MaxTokens:
      return QStringLiteral("max_tokens");
    case AnswerEnd::ContextFull:
      return kContextFull;
    case AnswerEnd::Cancelled:
      return QStringLiteral("cancelled");
  }
  return {};
}

[[nodiscard]] QString withoutLeadingSpace(const QString& text) {
  qsizetype n = 0;
  while (n < text.size() && text[n].isSpace()) ++n;
  return text.mid(n);
}

/// Numbers of an answer that went on. Rates are of decoding, which the first token of a part does not take part in.
[[nodiscard]] AnswerStats together(const AnswerStats& earlier, const AnswerStats& later) {
  if (earlier.generatedTokens == 0) return later;
  AnswerStats sum = later;
  sum.generatedTokens += earlier.generatedTokens;
  sum.firstTokenSeconds = earlier.firstTokenSeconds;
  double seconds = 0;
  double tokens = 0;
  for (const AnswerStats* part : {&earlier, &later}) {
    if (part->tokensPerSecond <= 0) continue;
    tokens += part->generatedTokens - 1;
    seconds += (part->generatedTokens - 1) / part->tokensPerSecond;
  }
  sum.tokensPerSecond = seconds > 0 ? tokens / seconds : 0;
  return sum;
}

}  // namespace

ChatService::ChatService(StorageThread* storage, AnswerEngine* engine, ModelService* models, AdapterLibrary* adapters, Settings* settings,
                         QObject* parent)
    : QObject(parent),
      m_storage(storage),
      m_engine(engine),
      m_models(models),
      m_adapters(adapters),
      m_settings(settings),
      m_tokens(new TokenCounter(engine, models, this)),
      m_summaries(new ChatSummaries([this](qint64 chatId) { return storageOf(chatId); }, this)),
      m_saltBase(QRandomGenerator::system()->generate64()) {
  m_saveTimer.setInterval(kSaveIntervalMs);
  m_saveTimer.setTimerType(Qt::PreciseTimer);
  connect(&m_saveTimer, &QTimer::timeout, this, &ChatService::saveChunks);
  connect(models, &ModelService::stateChanged, this, &ChatService::dispatch);
  connectEngine();
  connectContext();
}

void ChatService::connectEngine() {
  connect(m_engine, &AnswerEngine::answerProgress, this, [this](quint64 id, int done, int total) {
    Answer* answer = answerOf(id);
    if (!answer || answer->summary || total <= 0) return;
    if (answer->row.status == MessageStatus::Waiting) {
      answer->row.status = MessageStatus::Reading;
      publish(*answer);
    }
    Q_EMIT readingProgress(answer->row.id, static_cast<double>(done) / total);
  });
  connect(m_engine, &AnswerEngine::answerText, this, [this](quint64 id, const QString& text) {
    Answer* answer = answerOf(id);
    if (answer && answer->summary)
      answer->summary->text += text;
    else if (answer)
      addText(*answer, ThinkingMarks::Kind::Answer, text);
  });
  connect(m_engine, &AnswerEngine::answerThinking, this, [this](quint64 id, const QString& text) {
    if (Answer* answer = answerOf(id); answer && !answer->summary) addText(*answer, ThinkingMarks::Kind::Thinking, text);
  });
  connect(m_engine, &AnswerEngine::answerFinished, this, [this](quint64 id, AnswerEnd end, const AnswerUsage& usage) {
    if (Answer* answer = answerOf(id)) answer->summary ? endSummary(*answer, end) : onFinished(*answer, end, usage);
  });
  connect(m_engine, &AnswerEngine::answerFailed, this, [this](quint64 id, const Problem& failure) {
    if (Answer* answer = answerOf(id)) failAnswer(answer->row.id, failure);
  });
}

void ChatService::start(const StorageState& state) {
  m_chats.clear();
  m_folders.clear();
  for (const ChatRow& chat : state.chats) m_chats.insert(chat.id, chat);
  for (const FolderRow& folder : state.folders) m_folders.insert(folder.id, folder);
  m_lastChatId = state.lastChatId;
  m_lastFolderId = state.lastFolderId;
  m_lastMessageId = state.lastMessageId;
  m_started = true;
  Q_EMIT started();
}

QList<ChatRow> ChatService::chats() const {
  QList<ChatRow> stored = m_chats.values();
  stored.removeIf([](const ChatRow& chat) { return isPrivateId(chat.id); });
  return stored;
}

std::optional<ChatRow> ChatService::chat(qint64 chatId) const {
  const auto it = m_chats.constFind(chatId);
  return it == m_chats.constEnd() ? std::nullopt : std::optional(*it);
}

QList<MessageRow> ChatService::path(qint64 chatId) const {
  const auto conversation = m_conversations.constFind(chatId);
  if (conversation == m_conversations.constEnd()) return {};
  return conversation->loaded ? conversation->path : conversation->pending;
}

int ChatService::runningCount(qint64 chatId) const {
  return static_cast<int>(
      std::count_if(m_answers.begin(), m_answers.end(), [chatId](const Answer& a) { return a.row.chatId == chatId && a.request != 0; }));
}

int ChatService::queuedCount(qint64 chatId) const {
  return static_cast<int>(
      std::count_if(m_answers.begin(), m_answers.end(), [chatId](const Answer& a) { return a.row.chatId == chatId && a.request == 0; }));
}

ChatService::Answer* ChatService::answerOf(quint64 request) {
  const auto id = m_requests.constFind(request);
  if (id == m_requests.constEnd()) return nullptr;
  const auto answer = m_answers.find(*id);
  return answer == m_answers.end() ? nullptr : &*answer;
}

// --- Reading

void ChatService::open(qint64 chatId) {
  const qint64 before = std::exchange(m_openChat, chatId);
  if (before != chatId) forgetIdle(before);
  if (!m_chats.contains(chatId)) return;
  if (m_conversations.contains(chatId))
    Q_EMIT pathChanged(chatId);
  else
    readPath(chatId);
}

void ChatService::readPath(qint64 chatId) {
  Conversation unread;
  unread.reading = ++m_reads;
  m_conversations.insert(chatId, unread);
  storageOf(chatId)->run<StoreResult<QList<MessageRow>>>(
      this, [head = m_chats[chatId].headId](Database& database) { return MessageStore(database).path(head); },
      [this, chatId, reading = unread.reading](const StoreResult<QList<MessageRow>>& rows) {
        const auto conversation = m_conversations.constFind(chatId);
        if (conversation == m_conversations.constEnd() || conversation->loaded || conversation->reading != reading) return;
        if (!rows) Q_EMIT storageOf(chatId)->writeFailed(rows.error());
        takePath(chatId, rows ? *rows : QList<MessageRow>());
      });
}

void ChatService::takePath(qint64 chatId, const QList<MessageRow>& rows) {
  const bool ended = std::any_of(rows.begin(), rows.end(),
                                 [this](const MessageRow& row) { return isUnderWay(row.status) && !m_answers.contains(row.id); });
  if (ended) {  // after it was read
    QList<MessageRow> pending = m_conversations[chatId].pending;
    readPath(chatId);
    m_conversations[chatId].pending = pending;
    return;
  }
  Conversation& conversation = m_conversations[chatId];
  conversation.loaded = true;
  conversation.path = rows;
  addLive(conversation.path);
  conversation.path += std::exchange(conversation.pending, {});
  Q_EMIT pathChanged(chatId);
  dispatch();
}

void ChatService::forgetIdle(qint64 chatId) {
  const bool needed = chatId == m_openChat || runningCount(chatId) > 0 || queuedCount(chatId) > 0;
  if (!needed) m_conversations.remove(chatId);
}

// --- Asking

qint64 ChatService::beginChat(const QString& firstText) {
  ChatRow chat;
  chat.id = ++m_lastChatId;
  chat.title = titleFor(firstText);
  chat.createdAt = QDateTime::currentDateTimeUtc();
  chat.updatedAt = chat.createdAt;
  m_chats.insert(chat.id, chat);
  m_conversations.insert(chat.id, {{}, true, 0, {}, {}});
  return chat.id;
}

qint64 ChatService::send(qint64 chatId, const QString& text) {
  return ask(chatId, text, {std::nullopt});
}

/// Stores the question and queues an answer for each of `configurations`.
qint64 ChatService::ask(qint64 chatId, const QString& text, const QList<std::optional<AnswerConfiguration>>& configurations) {
  const bool isNew = !m_chats.contains(chatId);
  if (isNew) chatId = beginChat(text);
  if (!m_conversations.contains(chatId)) readPath(chatId);
  MessageRow question = newMessage(chatId, m_chats[chatId].headId, MessageRole::User);
  question.content = text;
  QList<Answer> answers;
  for (const auto& configuration : configurations) {
    Answer answer;
    answer.row = newMessage(chatId, question.id, MessageRole::Assistant);
    answer.row.versionIndex = static_cast<int>(answers.size()) + 1;
    answer.row.versionCount = static_cast<int>(configurations.size());
    answer.configuration = configuration;
    if (configuration) answer.row.adapters = recordedAdapters(*m_adapters, *configuration);
    answers.append(answer);
  }
  Conversation& conversation = m_conversations[chatId];
  QList<MessageRow>& rows = conversation.loaded ? conversation.path : conversation.pending;
  rows.append(question);
  rows.append(answers.first().row);
  touchChat(chatId, answers.first().row.id);
  queueAnswers(answers, question);
  if (isNew) m_adapters->chatBegan(chatId);
  if (isNew && m_chatSettings) m_chatSettings->chatBegan(chatId);
  return chatId;
}

MessageRow ChatService::newMessage(qint64 chatId, qint64 parentId, MessageRole role) {
  MessageRow row;
  row.id = nextMessageId(chatId);
  row.chatId = chatId;
  row.parentId = parentId;
  row.role = role;
  row.createdAt = QDateTime::currentDateTimeUtc();
  if (role == MessageRole::Assistant) row.status = MessageStatus::Queued;
  return row;
}

void ChatService::touchChat(qint64 chatId, qint64 headId) {
  ChatRow& chat = m_chats[chatId];
  chat.headId = headId;
  chat.updatedAt = QDateTime::currentDateTimeUtc();
  Q_EMIT chatChanged(chat);
}

/// Answers to one question, which is stored with them when it is new.
void ChatService::queueAnswers(const QList<Answer>& answers, const std::optional<MessageRow>& question) {
  QList<MessageRow> rows;
  if (question) rows.append(*question);
  for (const Answer& answer : answers) {
    rows.append(answer.row);
    m_answers.insert(answer.row.id, answer);
    m_queue.append(answer.row.id);
  }
  const qint64 chatId = answers.first().row.chatId;
  Q_EMIT pathChanged(chatId);
  Q_EMIT activityChanged(chatId);

  const auto store = [chat = m_chats[chatId], rows](Database& database) -> StoreStatus {
    Transaction transaction(database);
    if (!transaction.begun()) return transaction.begun();
    if (const auto status = ChatStore(database).put(chat); !status) return status;
    MessageStore messages(database);
    for (const MessageRow& row : rows) {
      if (const auto status = messages.insert(row); !status) return status;
    }
    return transaction.commit();
  };
  storageOf(chatId)->writeMessage(this, store, [this, rows](const StoreStatus&) {
    for (const MessageRow& row : rows) {
      if (const auto stored = m_answers.find(row.id); stored != m_answers.end()) stored->stored = true;
    }
    dispatch();
  });
}

// --- Answering

void ChatService::dispatch() {
  const ModelService::State state = m_models->state();
  if (state == ModelService::State::Loading || state == ModelService::State::Held) return;
  const QList<qint64> waiting = m_queue;
  for (const qint64 id : waiting) {
    const auto answer = m_answers.find(id);
    if (answer == m_answers.end() || !answer->stored || !m_conversations.value(answer->row.chatId).loaded) continue;
    if (!bringModel(*answer)) {
      if (m_models->state() == ModelService::State::Loading) return;
      continue;
    }
    const auto present = m_answers.find(id);  // a load that failed at once has ended it
    if (present == m_answers.end()) continue;
    if (m_models->state() == ModelService::State::Ready) {
      if (!isBusyElsewhere(*present)) startAnswer(*present);
      continue;
    }
    // The reason is shown at the top of the page; the answer says what is missing.
    const Problem failure{ErrorId::NoModel, {}, m_models->failure() ? m_models->failure().cause() : QString()};
    failAnswer(id, failure);
  }
}

/// Whether the model is there that an answer is for. If not, it is loaded as soon as nothing else is being computed.
bool ChatService::bringModel(const Answer& answer) {
  if (answer.modelPath.isEmpty() ? !m_models->isLent() : m_models->path() == answer.modelPath) return true;
  if (std::any_of(m_answers.begin(), m_answers.end(), [](const Answer& other) { return other.request != 0; })) return false;
  if (answer.modelPath.isEmpty())
    m_models->takeBack();
  else
    m_models->lend(answer.modelPath);
  // A file that has gone leaves the model as it was, which has been said.
  return m_models->state() != ModelService::State::Loading;
}

/// Another question of the chat is being answered.
bool ChatService::isBusyElsewhere(const Answer& answer) const {
  return std::any_of(m_answers.begin(), m_answers.end(), [&answer](const Answer& other) {
    return other.request != 0 && other.row.chatId == answer.row.chatId && other.row.parentId != answer.row.parentId;
  });
}

QList<MessageRow> ChatService::questionPath(const Answer& answer) const {
  const QList<MessageRow> path = m_conversations.value(answer.row.chatId).path;
  qsizetype end = path.size();
  while (end > 0 && path[end - 1].id != answer.row.parentId) --end;
  return path.first(end);
}

void ChatService::startAnswer(Answer& answer) {
  const qint64 variantId = m_models->variantId();
  Outcome<AdapterChoice> adapters = answer.configuration ? adaptersOf(*m_adapters, *answer.configuration, variantId)
                                                         : adaptersOfChat(*m_adapters, answer.row.chatId, variantId);
  // Those that began an answer may be gone, or not fit the model that is there now.
  if (answer.resumed && !adapters) adapters = adaptersOfChat(*m_adapters, answer.row.chatId, variantId);
  answer.row.modelName = m_models->name();
  answer.row.modelHash = m_models->fingerprint();
  if (!adapters) {
    failAnswer(answer.row.id, adapters.problem);
    return;
  }
  AnswerRequest request = requestOf(answer.row.chatId);
  request.adapters = adapters.value->uses;
  request.cacheSalt = m_saltBase + static_cast<quint64>(answer.row.chatId);
  if (m_chatSettings && !m_models->isLent()) m_chatSettings->setModel(answer.row.chatId, m_models->path(), m_models->name());
  if (answer.temperature) request.sampling.temperature = *answer.temperature;
  if (!preparePrompt(answer, request)) return;

  answer.row.status = MessageStatus::Waiting;
  answer.row.adapters = adapters.value->recorded;
  answer.row.sampling = samplingJson(request);
  answer.request = m_engine->submit(request);
  m_requests.insert(answer.request, answer.row.id);
  m_queue.removeOne(answer.row.id);
  storageOf(answer.row.chatId)->write([row = answer.row](Database& database) { return MessageStore(database).update(row); });
  publish(answer);
  Q_EMIT pathChanged(answer.row.chatId);
  Q_EMIT activityChanged(answer.row.chatId);
}

/// Changes all copies of a message that an open chat shows.
template <class Change>
void ChatService::changeShown(const Answer& answer, Change change) {
  const auto conversation = m_conversations.find(answer.row.chatId);
  if (conversation == m_conversations.end()) return;
  for (QList<MessageRow>* rows : {&conversation->path, &conversation->pending, &conversation->compared}) {
    const auto row = std::find_if(rows->rbegin(), rows->rend(), [&answer](const MessageRow& r) { return r.id == answer.row.id; });
    if (row != rows->rend()) change(*row);
  }
}

void ChatService::publish(const Answer& answer) {
  changeShown(answer, [&answer](MessageRow& row) { row = answer.row; });
  Q_EMIT messageChanged(answer.row);
}

void ChatService::addText(Answer& answer, ThinkingMarks::Kind kind, const QString& delta) {
  // A space at the end of a text that goes on was not given to the model, which may write it anew.
  const bool again = answer.resumed && answer.row.status != MessageStatus::Streaming && answer.row.content.endsWith(u' ');
  addStored(answer, answer.marks.add(kind, answer.row.content.isEmpty() || again ? withoutLeadingSpace(delta) : delta));
}

void ChatService::addStored(Answer& answer, const QString& text) {
  if (text.isEmpty()) return;
  if (answer.row.status != MessageStatus::Streaming) {
    answer.row.status = MessageStatus::Streaming;
    publish(answer);
  }
  answer.row.content += text;
  if (!answer.ending && isBlocked(answer, false)) {
    if (answer.request != 0) m_engine->cancel(answer.request);
    answer.row.status = MessageStatus::Stopped;
    answer.ending = true;
    endAnswer(answer.row.id);
    return;
  }
  answer.unsaved += text;
  changeShown(answer, [&text](MessageRow& row) { row.content += text; });
  if (!m_saveTimer.isActive()) m_saveTimer.start();
  Q_EMIT answerText(answer.row.id, text);
}

/// A rule of the person ends the answer here: it keeps what is before the words that the rule found.
bool ChatService::isBlocked(Answer& answer, bool complete) {
  if (!m_policy) return false;
  const auto found = m_policy->stopReason(answer.row.content, answer.checked, complete);
  answer.checked = answer.row.content.size();
  if (!found) return false;
  answer.row.content.truncate(found->start);
  answer.unsaved.clear();
  answer.row.stopReason = PolicyService::stopName(found->rule);
  return true;
}

void ChatService::saveChunks() {
  QList<AnswerChunk> chunks;
  for (Answer& answer : m_answers) {
    if (isPrivateId(answer.row.id)) answer.unsaved.clear();  // the whole text is stored at its end, and a crash shall lose it
    if (!answer.unsaved.isEmpty()) chunks.append({answer.row.id, answer.nextChunk++, std::exchange(answer.unsaved, {})});
  }
  if (chunks.isEmpty()) {
    m_saveTimer.stop();
    return;
  }
  m_storage->write([chunks](Database& database) { return MessageStore(database).addChunks(chunks); });
}

void ChatService::onFinished(Answer& answer, AnswerEnd end, const AnswerUsage& usage) {
  answer.row.status = end == AnswerEnd::Cancelled     ? MessageStatus::Stopped
                      : end == AnswerEnd::ContextFull ? MessageStatus::Full
                                                      : MessageStatus::Done;
  answer.row.stopReason = nameOf(end);
  answer.row.seed = usage.seed;
  // The first token comes out of reading the prompt; the others take the time of decoding.
  const int decoded = usage.generatedTokens - 1;
  answer.row.stats = {usage.promptTokens, usage.reusedTokens, usage.generatedTokens, usage.firstTokenSeconds,
                      decoded > 0 && usage.decodeSeconds > 0 ? decoded / usage.decodeSeconds : 0};
  if (answer.resumed) answer.row.stats = together(answer.earlier, answer.row.stats);
  endAnswer(answer.row.id);
}

void ChatService::failAnswer(qint64 messageId, const Problem& reported) {
  Answer& answer = m_answers[messageId];
  Problem failure = withAdapters(reported, answer.row.adapters);
  if (answer.summary && failure.id != ErrorId::EngineCancelled) failure = {ErrorId::AnswerNoSummary, {}, failure.cause()};
  if (failure.id == ErrorId::EngineCancelled) {
    answer.row.status = MessageStatus::Stopped;
  } else {
    answer.row.status = MessageStatus::Failed;
    answer.row.errorId = errorName(failure.id);
    answer.row.errorDetail = failure.detail;
    if (failure.id == ErrorId::EngineContextFull) answer.row.stopReason = kContextFull;
  }
  endAnswer(messageId);
}

/// Stores the final row and takes the answer out of all lists.
void ChatService::endAnswer(qint64 messageId) {
  if (const auto running = m_answers.find(messageId); running != m_answers.end()) {
    const MessageStatus status = running->row.status;
    if (running->row.stopReason == kSummarising) running->row.stopReason.clear();
    if (!std::exchange(running->ending, true)) {
      addStored(*running, running->marks.finish());
      running->row.status = isBlocked(*running, true) ? MessageStatus::Stopped : status;
    }
  }
  const Answer answer = m_answers.take(messageId);
  m_requests.remove(answer.request);
  m_queue.removeOne(messageId);
  storageOf(answer.row.chatId)->write([row = answer.row](Database& database) { return MessageStore(database).finish(row); });
  publish(answer);
  Q_EMIT pathChanged(answer.row.chatId);
  Q_EMIT activityChanged(answer.row.chatId);
  forgetIdle(answer.row.chatId);
  QMetaObject::invokeMethod(this, &ChatService::dispatch, Qt::QueuedConnection);
}

void ChatService::stop(qint64 chatId) {
  const QList<qint64> ids = m_answers.keys();
  for (const qint64 id : ids) {
    const auto answer = m_answers.find(id);
    if (answer == m_answers.end() || answer->row.chatId != chatId) continue;
    if (answer->request != 0) {
      m_engine->cancel(answer->request);  // the engine's report brings the numbers
    } else {
      answer->row.status = MessageStatus::Stopped;
      endAnswer(id);
    }
  }
}

void ChatService::abandonAnswers(qint64 chatId, MessageStatus status) {
  const QList<qint64> ids = m_answers.keys();
  for (const qint64 id : ids) {
    const auto answer = m_answers.find(id);
    if (answer == m_answers.end() || (chatId != 0 && answer->row.chatId != chatId)) continue;
    if (answer->request != 0) m_engine->cancel(answer->request);
    answer->row.status = status;
    endAnswer(id);
  }
}

/// Ends what is under way as an answer to one of these messages.
void ChatService::abandonAnswersTo(const QSet<qint64>& questions) {
  const QList<qint64> ids = m_answers.keys();
  for (const qint64 id : ids) {
    const auto answer = m_answers.find(id);
    if (answer == m_answers.end() || !questions.contains(answer->row.parentId)) continue;
    if (answer->request != 0) m_engine->cancel(answer->request);
    answer->row.status = MessageStatus::Stopped;
    endAnswer(id);
  }
}

// --- The list

void ChatService::storeChat(const ChatRow& chat) {
  storageOf(chat.id)->write([chat](Database& database) { return ChatStore(database).put(chat); });
}

void ChatService::rename(qint64 chatId, const QString& title) {
  const auto chat = m_chats.find(chatId);
  if (chat == m_chats.end()) return;
  chat->titleIsCustom = !title.simplified().isEmpty();
  if (chat->titleIsCustom) {
    chat->title = title.simplified();
    storeChat(*chat);
    Q_EMIT chatChanged(*chat);
    return;
  }
  refreshTitle(chatId);
}

/// Titles that are not custom follow the first message.
void ChatService::refreshTitle(qint64 chatId) {
  storageOf(chatId)->run<StoreResult<QString>>(
      this, [chatId](Database& database) { return MessageStore(database).firstText(chatId); },
      [this, chatId](const StoreResult<QString>& text) {
        const auto found = m_chats.find(chatId);
        if (found == m_chats.end() || !text || found->titleIsCustom) return;
        found->title = titleFor(*text);
        storeChat(*found);
        Q_EMIT chatChanged(*found);
      });
}

void ChatService::shutDown() {
  abandonAnswers(0, MessageStatus::Interrupted);
  m_saveTimer.stop();
  closePrivateChats();
  QList<qint64> ids;
  for (const Deletion& deletion : std::as_const(m_deletions)) ids.append(deletion.chat.id);
  m_deletions.clear();
  QList<qint64> messages;
  for (const TreeStep& step : std::as_const(m_steps)) {
    if (step.step == Step::MessageDeleted) messages.append(step.message.id);
  }
  m_steps.clear();
  m_storage->eraseMessages(messages);
  m_storage->eraseChats(ids);
}

void ChatService::forgetEverything() {
  abandonAnswers(0, MessageStatus::Interrupted);
  m_saveTimer.stop();
  m_deletions.clear();
  m_steps.clear();
  m_listSteps.clear();
  closePrivateChats();
  m_summaries->forgetEverything();
  const QList<qint64> ids = m_chats.keys();
  m_chats.clear();
  m_conversations.clear();
  m_openChat = 0;
  m_started = false;
  for (const qint64 id : ids) Q_EMIT chatRemoved(id);
  const auto folders = std::exchange(m_folders, {});
  for (const FolderRow& folder : folders) Q_EMIT folderRemoved(folder.id);
  Q_EMIT undoChanged();
}
