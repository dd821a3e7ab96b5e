#include "viewmodels/app_view_model.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QStandardPaths>
#include <QTimer>

#include "services/adapter_library.h"
#include "services/chat_service.h"
#include "services/data_folder.h"
#include "services/model_service.h"
#include "services/network_settings.h"
#include "services/settings.h"
#include "services/text_file.h"
#include "storage/storage_thread.h"

namespace {

// Temperatures of "more careful" and "more imaginative": below and above what models are usually set to.
constexpr double kCareful = 0.2;
constexpr double kImaginative = 1.2;
constexpr int kForgetMs = 10'000;  // for a keychain to answer before the application ends without it

}  // namespace

AppViewModel::AppViewModel(const AppServices& services, QObject* parent)
    : QObject(parent),
      m_storage(services.storage),
      m_chatService(services.chats),
      m_modelService(services.models),
      m_location(services.location),
      m_secrets(services.network),
      m_chats(new ChatListModel(this)),
      m_filing(new ChatFilingModel(services.chats, m_chats, this)),
      m_switcher(new SwitcherModel(services.chats, this)),
      m_conversation(new ConversationModel(this)),
      m_model(new ModelStatus(services.models, this)),
      m_models(new ModelsViewModel({services.library, services.files, services.jobs, services.downloads, services.hub, services.catalogue,
                                    services.models, services.settings},
                                   this)),
      m_opening(new OpeningModel(services.opening, services.adapters, services.models, m_models, this)),
      m_settings(new SettingsModel(services.settings, services.systemTheme, services.memory, this)),
      m_network(services.network ? new NetworkSettingsModel(services.network, services.settings, this) : nullptr),
      m_search(new SearchModel(services.search, this)),
      m_finder(new ConversationFinder(m_conversation, this)),
      m_adapters(new AdaptersViewModel(services.adapters, services.library, services.models, services.hub, services.downloads, this)),
      m_chatAdapters(new ChatAdaptersModel(services.adapters, services.library, services.models, this)),
      m_chatSettings(services.chatSettings ? new ChatSettingsModel(services.chatSettings, services.models, services.settings, this)
                                           : nullptr),
      m_comparison(new ComparisonModel(services.chats, services.adapters, services.models, this)),
      m_outline(new OutlineModel(services.chats, this)),
      m_about(new AboutModel(services.memory, this)),
      m_performance(new PerformanceModel(services.performance, this)),
      m_policy(services.policy ? new PolicyModel(services.policy, services.settings, this) : nullptr),
      m_updates(services.updates ? new UpdatesModel(services.updates, services.settings, this) : nullptr),
      m_exchange(services.exchange ? new ChatExchangeModel(services.exchange, services.chats, services.settings, this) : nullptr),
      m_backups(services.exchange ? new BackupsModel(services.exchange, this) : nullptr),
      m_composer(new ComposerModel(services.drafts, services.chats, services.models, this)),
      m_context(new ContextModel(services.chats, services.chatSettings, services.settings, m_composer, this)),
      m_snippets(new SnippetsModel(services.snippets, this)),
      m_welcome(
          new WelcomeModel({services.settings, services.memory, services.deviceTest, services.catalogue, services.library, services.chats},
                           m_models->discover(), this)),
      m_exchangeService(services.exchange),
      m_stored(services.settings) {
  connectChats();
  connectAnswers();
  connectStorage();
  connectSearch();
  connectExchange(services.exchange);
  connect(m_modelService, &ModelService::notice, this, &AppViewModel::showProblem);
  connect(services.library, &ModelLibrary::notice, this, &AppViewModel::showProblem);
  connect(services.adapters, &AdapterLibrary::notice, this, &AppViewModel::showProblem);
  connect(services.opening, &FileOpening::notice, this, &AppViewModel::showProblem);
  connect(m_opening, &OpeningModel::news, this, &AppViewModel::showNews);
  m_comparison->setAllowed([this](const QString& text) { return !m_policy || m_policy->allows(text); });
  connect(m_comparison, &ComparisonModel::chatBegan, this, &AppViewModel::setCurrentChat);
  connect(m_composer, &ComposerModel::textChanged, this, &AppViewModel::draftChanged);
  connect(m_outline, &OutlineModel::opened, this, &AppViewModel::showMessage);
  connect(m_chatService, &ChatService::started, this, &AppViewModel::onStarted);
  if (m_chatService->isStarted()) onStarted();
}

AppViewModel::~AppViewModel() = default;

void AppViewModel::connectChats() {
  connect(m_chatService, &ChatService::chatChanged, this, [this](const ChatRow& chat) {
    m_chats->upsert(chat);
    if (chat.id == m_currentChatId) Q_EMIT currentTitleChanged();
  });
  connect(m_chatService, &ChatService::chatRemoved, this, [this](qint64 chatId) {
    m_chats->remove(chatId);
    m_search->removeChat(chatId);
    m_conversation->forgetEdits(chatId);
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
    if (chatId != m_currentChatId) return;
    m_conversation->setPath(m_chatService->path(chatId));
    tryJump();
  });
  // The models below look the message up; those of other chats are not found there.
  connect(m_chatService, &ChatService::messageChanged, m_conversation, &ConversationModel::updateMessage);
  connect(m_chatService, &ChatService::answerText, m_conversation, &ConversationModel::appendText);
  connect(m_chatService, &ChatService::readingProgress, m_conversation, &ConversationModel::setReadingProgress);
}

void AppViewModel::connectStorage() {
  connect(m_storage, &StorageThread::writeFailed, this, &AppViewModel::setStorageError);
  connect(m_storage, &StorageThread::unsavedChanged, this, &AppViewModel::unsavedChanged);
  connect(m_storage, &StorageThread::savedAgain, this, [this] {
    m_problems.removeIf([](const Problem& problem) {
      return problem.id == ErrorId::StorageFull || problem.id == ErrorId::StorageIo || problem.id == ErrorId::StorageBusy ||
             problem.id == ErrorId::StorageReadOnly;
    });
    if (std::exchange(m_storageReadOnly, false)) Q_EMIT storageReadOnlyChanged();
    Q_EMIT noticeChanged();
    showProblem({ErrorId::StorageSaved, {}, {}});
  });
}

void AppViewModel::connectSearch() {
  connect(m_switcher, &SwitcherModel::chosen, this, &AppViewModel::openChat);
  connect(m_search, &SearchModel::resultOpened, this, &AppViewModel::openResult);
  connect(m_finder, &ConversationFinder::moved, this, &AppViewModel::jumpTo);
}

void AppViewModel::connectExchange(ChatExchangeService* service) {
  if (!service) return;
  connect(m_backups, &BackupsModel::replacing, this, &AppViewModel::forgetChats);
  connect(m_backups, &BackupsModel::news, this, &AppViewModel::showProblem);
}

void AppViewModel::openResult(qint64 chatId, qint64 messageId) {
  if (!m_chatService->chat(chatId)) return;
  setCurrentChat(chatId);
  showMessage(messageId);
}

void AppViewModel::showMessage(qint64 messageId) {
  m_pendingJump = messageId;
  tryJump();
  // Not in the shown branch: another one is shown, and pathChanged() tries again.
  if (m_pendingJump != 0) m_chatService->showMessage(m_currentChatId, messageId);
}

void AppViewModel::tryJump() {
  const int row = m_pendingJump == 0 ? -1 : m_conversation->rowOf(m_pendingJump);
  if (row < 0) return;
  m_pendingJump = 0;
  jumpTo(row);
}

void AppViewModel::jumpTo(int row) {
  const qint64 id = m_conversation->data(m_conversation->index(row), ConversationModel::MessageIdRole).toLongLong();
  if (std::exchange(m_marked, id) != id) Q_EMIT markedMessageIdChanged();
  Q_EMIT jumpRequested(row);
}

void AppViewModel::onStarted() {
  m_filing->reload();
  m_chats->setChats(m_chatService->chats());
  const qint64 last = m_stored->value(SettingKey::CurrentChat).toLongLong();
  if (m_chatService->chat(last) && m_earlyTexts.isEmpty()) setCurrentChat(last);
  for (const QString& text : std::exchange(m_earlyTexts, {})) setCurrentChat(m_chatService->send(m_currentChatId, text));
}

void AppViewModel::setCurrentChat(qint64 chatId) {
  if (chatId == m_currentChatId) return;
  m_currentChatId = chatId;
  m_pendingJump = 0;
  if (std::exchange(m_marked, 0) != 0) Q_EMIT markedMessageIdChanged();
  if (!isPrivateId(chatId)) m_stored->setValue(SettingKey::CurrentChat, chatId);
  m_chats->setCurrent(chatId);
  m_conversation->setPath({});
  m_chatService->open(chatId);
  m_chatAdapters->setChat(chatId);
  if (m_chatSettings) m_chatSettings->setChat(chatId);
  m_comparison->setChat(chatId);
  m_outline->setChat(chatId);
  m_composer->setChat(chatId);
  m_context->setChat(chatId);
  refreshActivity();
  Q_EMIT currentChatIdChanged();
  Q_EMIT currentTitleChanged();
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

ModelsViewModel* AppViewModel::models() const {
  return m_models;
}

SettingsModel* AppViewModel::settings() const {
  return m_settings;
}

NetworkSettingsModel* AppViewModel::network() const {
  return m_network;
}

qint64 AppViewModel::currentChatId() const {
  return m_currentChatId;
}

bool AppViewModel::privateChat() const {
  return isPrivateId(m_currentChatId);
}

QString AppViewModel::currentTitle() const {
  return m_chats->title(m_currentChatId);
}

bool AppViewModel::busy() const {
  return m_busy;
}

int AppViewModel::queuedCount() const {
  return m_queuedCount;
}

QString AppViewModel::undoText() const {
  switch (m_chatService->offeredStep()) {
    case ChatService::Step::ChatDeleted:
      return tr("Chat deleted");
    case ChatService::Step::Edited:
      return tr("Message edited");
    case ChatService::Step::AnsweredAgain:
      return tr("Answered again");
    case ChatService::Step::Continued:
      return tr("Answer continued");
    case ChatService::Step::Branched:
      return tr("Branch opened as a chat");
    case ChatService::Step::MessageDeleted:
      return tr("Message deleted");
    case ChatService::Step::Pinned:
      return tr("Chat pinned");
    case ChatService::Step::Unpinned:
      return tr("Chat unpinned");
    case ChatService::Step::Archived:
      return tr("Chat archived");
    case ChatService::Step::Unarchived:
      return tr("Chat back in the list");
    case ChatService::Step::Moved:
      return tr("Chat moved");
    case ChatService::Step::FolderMade:
      return tr("Folder made");
    case ChatService::Step::FolderRenamed:
      return tr("Folder renamed");
    case ChatService::Step::FolderRemoved:
      return tr("Folder deleted");
    case ChatService::Step::None:
      break;
  }
  return {};
}

Problem AppViewModel::problem() const {
  return m_problems.value(0);
}

QString AppViewModel::notice() const {
  return problem().cause();
}

QString AppViewModel::noticeNextStep() const {
  const Problem shown = problem();
  const bool needsDetail = shown.id == ErrorId::StorageOther || shown.id == ErrorId::EraseFailed || shown.id == ErrorId::FolderMoveFailed ||
                           shown.id == ErrorId::FileNotSaved;
  return needsDetail && !shown.detail.isEmpty() ? tr("%1 Details: %2").arg(shown.nextStep(), shown.detail) : shown.nextStep();
}

QString AppViewModel::noticeTone() const {
  return isInformation(problem().id) ? QStringLiteral("info") : QStringLiteral("warning");
}

bool AppViewModel::unsaved() const {
  return m_storage->hasUnsaved();
}

QString AppViewModel::dataFolder() const {
  return QDir::toNativeSeparators(m_storage->folder().path);
}

bool AppViewModel::dataFolderFixed() const {
  return !m_location || m_location->isFixed();
}

QString AppViewModel::dataFolderNote() const {
  const QString next = m_location ? m_location->next() : QString();
  return next.isEmpty() ? QString() : tr("Everything moves to %1 at the next start.").arg(QDir::toNativeSeparators(next));
}

SearchModel* AppViewModel::search() const {
  return m_search;
}

ConversationFinder* AppViewModel::finder() const {
  return m_finder;
}

qint64 AppViewModel::markedMessageId() const {
  return m_marked;
}

bool AppViewModel::storageReadOnly() const {
  return m_storageReadOnly;
}

void AppViewModel::newChat() {
  if (m_policy) m_policy->dismissNote();
  setCurrentChat(0);
}

void AppViewModel::newPrivateChat() {
  if (m_chatService->isStarted()) setCurrentChat(m_chatService->beginPrivateChat());
}

void AppViewModel::openChat(qint64 chatId) {
  if (m_policy) m_policy->dismissNote();
  if (m_chatService->chat(chatId)) setCurrentChat(chatId);
}

void AppViewModel::renameChat(qint64 chatId, const QString& title) {
  m_chatService->rename(chatId, title);
}

void AppViewModel::deleteChat(qint64 chatId) {
  m_chatService->remove(chatId);
}

void AppViewModel::deleteCurrentChat() {
  if (m_currentChatId != 0) deleteChat(m_currentChatId);
}

void AppViewModel::openNeighbour(int step) {
  if (const qint64 chatId = m_chats->neighbour(m_currentChatId, step); chatId != 0) setCurrentChat(chatId);
}

void AppViewModel::nextChat() {
  openNeighbour(1);
}

void AppViewModel::previousChat() {
  openNeighbour(-1);
}

void AppViewModel::undoDelete() {
  if (m_chatService->offeredStep() != ChatService::Step::None) undo();
}

void AppViewModel::undo() {
  if (const qint64 chatId = m_chatService->undo(m_currentChatId); chatId != 0) setCurrentChat(chatId);
}

void AppViewModel::send(const QString& text) {
  const QString message = m_composer->messageWith(text);
  if (message.isEmpty()) return;
  if (m_policy && !m_policy->allows(message)) return setDraft(text);
  if (m_busy) return m_composer->wait(text);
  m_composer->clear();
  if (!m_chatService->isStarted()) {
    m_earlyTexts.append(message);
    return;
  }
  setCurrentChat(m_chatService->send(m_currentChatId, message));
}

void AppViewModel::stop() {
  m_chatService->stop(m_currentChatId);
}

void AppViewModel::retry(qint64 messageId) {
  m_chatService->retry(m_currentChatId, messageId);
}

void AppViewModel::retryWith(qint64 messageId, const QVariantMap& options) {
  AnswerOptions wanted;
  const QString mood = options.value(QStringLiteral("mood")).toString();
  if (mood == QLatin1String("careful")) wanted.temperature = kCareful;
  if (mood == QLatin1String("imaginative")) wanted.temperature = kImaginative;
  const qint64 variant = options.value(QStringLiteral("model")).toLongLong();
  const bool another = variant != 0 && variant != m_modelService->variantId();
  if (another) {
    wanted.modelPath = m_models->pathOf(variant);
    if (wanted.modelPath.isEmpty()) return;  // its file is gone, which its card says
  } else if (options.contains(QStringLiteral("adapters"))) {
    wanted.configuration = m_chatAdapters->configuration(options.value(QStringLiteral("adapters")).toList());
  }
  m_chatService->retry(m_currentChatId, messageId, wanted);
}

void AppViewModel::resume(qint64 messageId) {
  m_chatService->resume(m_currentChatId, messageId);
}

void AppViewModel::resumeLast() {
  if (const qint64 id = m_conversation->lastAnswerId(); id != 0) resume(id);
}

void AppViewModel::saveEdit(qint64 messageId) {
  const QString text = m_conversation->editedMessage(messageId);
  if (text.isEmpty()) return;
  if (m_policy && m_conversation->isQuestion(messageId) && !m_policy->allows(text)) return;
  if (m_chatService->edit(m_currentChatId, messageId, text)) m_conversation->cancelEdit(messageId);
}

void AppViewModel::branchFrom(qint64 messageId) {
  if (const qint64 chatId = m_chatService->branch(m_currentChatId, messageId); chatId != 0) setCurrentChat(chatId);
}

void AppViewModel::deleteMessage(qint64 messageId) {
  m_conversation->cancelEdit(messageId);
  m_chatService->removeMessage(m_currentChatId, messageId);
}

void AppViewModel::retryLast() {
  if (const qint64 id = m_conversation->lastAnswerId(); id != 0) retry(id);
}

void AppViewModel::showVersion(qint64 messageId, int step) {
  m_chatService->showVersion(m_currentChatId, messageId, step);
}

void AppViewModel::copyText(const QString& text) {
  QGuiApplication::clipboard()->setText(text);
}

void AppViewModel::copyLastAnswer() {
  if (const QString text = m_conversation->lastAnswer(); !text.isEmpty()) copyText(text);
}

QUrl AppViewModel::suggestedFile(const QString& name) const {
  QString folder = m_saveFolder;
  if (folder.isEmpty()) folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  if (folder.isEmpty() || !QFileInfo(folder).isDir()) folder = QDir::homePath();
  return QUrl::fromLocalFile(QDir(folder).filePath(name));
}

void AppViewModel::saveText(const QUrl& file, const QString& text) {
  if (!file.isLocalFile()) return showProblem({ErrorId::FileNotSaved, {file.toString()}, {}});
  const QString path = file.toLocalFile();
  if (const Problem problem = saveTextFile(path, text)) return showProblem(problem);
  m_saveFolder = QFileInfo(path).absolutePath();
}

void AppViewModel::saveNow() {
  m_storage->retry();
}

void AppViewModel::eraseEverything() {
  erase([this] { Q_EMIT erased(false); });
}

void AppViewModel::eraseWithModels() {
  erase([this] {
    Q_EMIT erased(true);
    leaveWhenForgotten();
  });
}

/// Ends the application once the keychain has forgotten what was in it; one that does not answer is not waited for.
void AppViewModel::leaveWhenForgotten() {
  if (!m_secrets || !m_secrets->isForgetting()) {
    Q_EMIT quitRequested();
    return;
  }
  connect(m_secrets, &NetworkSettings::forgotten, this, &AppViewModel::quitRequested);
  QTimer::singleShot(kForgetMs, this, &AppViewModel::quitRequested);
}

void AppViewModel::forgetChats() {
  if (m_exchangeService) m_exchangeService->shutDown();
  m_search->setQuery({});
  m_finder->setQuery({});
  newChat();
  m_composer->forgetEverything();
  m_conversation->forgetEdits(0);
  m_chatService->forgetEverything();
}

void AppViewModel::erase(std::function<void()> done) {
  forgetChats();
  m_stored->reset();
  m_storage->eraseEverything(this, [this, done = std::move(done)](const StoreStatus& status) {
    if (!status) return showProblem({ErrorId::EraseFailed, {}, status.error().detail});
    done();
  });
}

void AppViewModel::openDataFolder() {
  QDesktopServices::openUrl(QUrl::fromLocalFile(m_storage->folder().path));
}

void AppViewModel::chooseDataFolder(const QUrl& folder) {
  if (!m_location || !folder.isLocalFile()) return;
  if (const Problem refused = m_location->choose(folder.toLocalFile())) showProblem(refused);
  Q_EMIT dataFolderChanged();
}

void AppViewModel::dismissNotice() {
  if (m_problems.isEmpty()) return;
  m_problems.removeFirst();
  Q_EMIT noticeChanged();
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

void AppViewModel::showProblem(const Problem& problem) {
  if (!problem || m_problems.contains(problem)) return;
  m_problems.append(problem);
  if (m_problems.size() == 1) Q_EMIT noticeChanged();
}

void AppViewModel::showNews(const Problem& news) {
  m_problems.removeIf([](const Problem& problem) {
    return problem.id == ErrorId::OpenedInUse || problem.id == ErrorId::OpenedImported || problem.id == ErrorId::OpenedAdapterHere;
  });
  m_problems.prepend(news);
  Q_EMIT noticeChanged();
}

void AppViewModel::setStorageError(const StorageError& error) {
  if (!m_storageReadOnly) showProblem(error.problem());
  if (!std::exchange(m_storageReadOnly, true)) Q_EMIT storageReadOnlyChanged();
}

void AppViewModel::requestRaise() {
  Q_EMIT raiseRequested();
}

void AppViewModel::retranslate() {
  m_chats->refreshSections();
  m_conversation->retranslate();
  Q_EMIT m_model->changed();
  m_models->retranslate();
  m_opening->retranslate();
  m_search->retranslate();
  m_settings->retranslate();
  if (m_network) m_network->retranslate();
  m_adapters->retranslate();
  m_chatAdapters->retranslate();
  if (m_chatSettings) m_chatSettings->retranslate();
  m_comparison->retranslate();
  if (m_updates) m_updates->retranslate();
  if (m_policy) m_policy->retranslate();
  if (m_exchange) m_exchange->retranslate();
  if (m_backups) m_backups->retranslate();
  m_composer->retranslate();
  m_welcome->retranslate();
  m_context->retranslate();
  Q_EMIT undoTextChanged();
  Q_EMIT noticeChanged();
  Q_EMIT dataFolderChanged();
}
