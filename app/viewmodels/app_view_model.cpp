#include "viewmodels/app_view_model.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTimer>

#include "services/chat_service.h"
#include "services/model_service.h"
#include "services/settings.h"

AppViewModel::AppViewModel(ChatService* chatService, ModelService* modelService, Settings* settings, const SystemTheme* systemTheme,
                           QObject* parent)
    : QObject(parent),
      m_chatService(chatService),
      m_modelService(modelService),
      m_chats(new ChatListModel(this)),
      m_conversation(new ConversationModel(this)),
      m_model(new ModelStatus(modelService, this)),
      m_settings(new SettingsModel(settings, systemTheme, this)),
      m_stored(settings) {
  connectChats();
  connectAnswers();
  connect(modelService, &ModelService::notice, this, &AppViewModel::showNotice);
  connect(chatService, &ChatService::started, this, &AppViewModel::onStarted);
  if (chatService->isStarted()) onStarted();
}

AppViewModel::~AppViewModel() = default;

void AppViewModel::connectChats() {
  connect(m_chatService, &ChatService::chatChanged, this, [this](const ChatRow& chat) {
    m_chats->upsert(chat);
    if (chat.id == m_currentChatId) Q_EMIT currentTitleChanged();
  });
  connect(m_chatService, &ChatService::chatRemoved, this, [this](qint64 chatId) {
    m_chats->remove(chatId);
    m_drafts.remove(chatId);
    if (chatId == m_currentChatId) newChat();
  });
  connect(m_chatService, &ChatService::undoChanged, this, &AppViewModel::undoTextChanged);
  connect(m_chatService, &ChatService::activityChanged, this, [this](qint64 chatId) {
    m_chats->setBusy(chatId, m_chatService->runningCount(chatId) > 0);
    if (chatId == m_currentChatId) refreshActivity();
  });
}

void AppViewModel::connectAnswers() {
  connect(m_chatService, &ChatService::pathChanged, this, [this](qint64 chatId) {
    if (chatId == m_currentChatId) m_conversation->setPath(m_chatService->path(chatId));
  });
  // The models below look the message up; those of other chats are not found there.
  connect(m_chatService, &ChatService::messageChanged, m_conversation, &ConversationModel::updateMessage);
  connect(m_chatService, &ChatService::answerText, m_conversation, &ConversationModel::appendText);
  connect(m_chatService, &ChatService::readingProgress, m_conversation, &ConversationModel::setReadingProgress);
}

void AppViewModel::onStarted() {
  m_chats->setChats(m_chatService->chats());
  const qint64 last = m_stored->value(SettingKey::CurrentChat).toLongLong();
  if (m_chatService->chat(last) && m_earlyTexts.isEmpty()) setCurrentChat(last);
  for (const QString& text : std::exchange(m_earlyTexts, {})) send(text);
}

void AppViewModel::setCurrentChat(qint64 chatId) {
  if (chatId == m_currentChatId) return;
  m_currentChatId = chatId;
  m_stored->setValue(SettingKey::CurrentChat, chatId);
  m_chats->setCurrent(chatId);
  m_conversation->setPath({});
  m_chatService->open(chatId);
  refreshActivity();
  Q_EMIT currentChatIdChanged();
  Q_EMIT currentTitleChanged();
  Q_EMIT draftChanged();
}

void AppViewModel::refreshActivity() {
  const bool busy = m_chatService->runningCount(m_currentChatId) > 0;
  const int queued = m_chatService->queuedCount(m_currentChatId);
  if (std::exchange(m_busy, busy) != busy) Q_EMIT busyChanged();
  if (std::exchange(m_queuedCount, queued) != queued) Q_EMIT queuedCountChanged();
}

ChatListModel* AppViewModel::chats() const {
  return m_chats;
}

ConversationModel* AppViewModel::conversation() const {
  return m_conversation;
}

ModelStatus* AppViewModel::model() const {
  return m_model;
}

SettingsModel* AppViewModel::settings() const {
  return m_settings;
}

qint64 AppViewModel::currentChatId() const {
  return m_currentChatId;
}

QString AppViewModel::currentTitle() const {
  return m_chats->title(m_currentChatId);
}

QString AppViewModel::draft() const {
  return m_drafts.value(m_currentChatId);
}

void AppViewModel::setDraft(const QString& draft) {
  if (draft == this->draft()) return;
  if (draft.isEmpty())
    m_drafts.remove(m_currentChatId);
  else
    m_drafts.insert(m_currentChatId, draft);
  Q_EMIT draftChanged();
}

bool AppViewModel::busy() const {
  return m_busy;
}

int AppViewModel::queuedCount() const {
  return m_queuedCount;
}

QString AppViewModel::undoText() const {
  return m_chatService->canUndoDelete() ? tr("Chat deleted") : QString();
}

QString AppViewModel::notice() const {
  return m_notice;
}

QString AppViewModel::noticeNextStep() const {
  return m_noticeNextStep;
}

bool AppViewModel::storageReadOnly() const {
  return m_storageReadOnly;
}

QString AppViewModel::version() const {
  return QStringLiteral(HEARTH_VERSION);
}

void AppViewModel::newChat() {
  setCurrentChat(0);
}

void AppViewModel::openChat(qint64 chatId) {
  if (m_chatService->chat(chatId)) setCurrentChat(chatId);
}

void AppViewModel::renameChat(qint64 chatId, const QString& title) {
  m_chatService->rename(chatId, title);
}

void AppViewModel::deleteChat(qint64 chatId) {
  m_chatService->remove(chatId);
}

void AppViewModel::undoDelete() {
  if (const qint64 chatId = m_chatService->undoRemove(); chatId != 0) setCurrentChat(chatId);
}

void AppViewModel::send(const QString& text) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty()) return;
  setDraft({});
  if (!m_chatService->isStarted()) {
    m_earlyTexts.append(trimmed);
    return;
  }
  setCurrentChat(m_chatService->send(m_currentChatId, trimmed));
}

void AppViewModel::stop() {
  m_chatService->stop(m_currentChatId);
}

void AppViewModel::retry(qint64 messageId) {
  m_chatService->retry(m_currentChatId, messageId);
}

void AppViewModel::copyText(const QString& text) {
  QGuiApplication::clipboard()->setText(text);
}

void AppViewModel::dismissNotice() {
  showNotice({}, {});
}

void AppViewModel::openModelFile(const QUrl& url) {
  m_modelService->load(url.isLocalFile() ? url.toLocalFile() : url.toString());
}

void AppViewModel::useStarterModel() {
  m_modelService->loadStarter();
}

void AppViewModel::reloadModel() {
  m_modelService->reload();
}

void AppViewModel::showNotice(const QString& cause, const QString& nextStep) {
  if (cause == m_notice && nextStep == m_noticeNextStep) return;
  m_notice = cause;
  m_noticeNextStep = nextStep;
  Q_EMIT noticeChanged();
}

void AppViewModel::setStorageError(const QString& cause, const QString& nextStep) {
  if (!m_storageReadOnly) showNotice(cause, nextStep);  // said once; a dismissed notice does not come back with every write
  if (!std::exchange(m_storageReadOnly, true)) Q_EMIT storageReadOnlyChanged();
}

void AppViewModel::requestRaise() {
  Q_EMIT raiseRequested();
}

void AppViewModel::retranslate() {
  m_chats->refreshSections();
  m_conversation->retranslate();
  Q_EMIT m_model->changed();
  Q_EMIT undoTextChanged();
}
