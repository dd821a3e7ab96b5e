// What the window as a whole shows and does.
#pragma once

#include <qqmlregistration.h>
#include <QHash>
#include <QObject>
#include <QString>
#include <QUrl>

#include "errors/error_catalogue.h"
#include "viewmodels/about_model.h"
#include "viewmodels/adapters_view_model.h"
#include "viewmodels/backups_model.h"
#include "viewmodels/chat_adapters_model.h"
#include "viewmodels/chat_exchange_model.h"
#include "viewmodels/chat_filing_model.h"
#include "viewmodels/chat_list_model.h"
#include "viewmodels/chat_settings_model.h"
#include "viewmodels/comparison_model.h"
#include "viewmodels/composer_model.h"
#include "viewmodels/context_model.h"
#include "viewmodels/conversation_finder.h"
#include "viewmodels/conversation_model.h"
#include "viewmodels/model_status.h"
#include "viewmodels/models_view_model.h"
#include "viewmodels/network_settings_model.h"
#include "viewmodels/opening_model.h"
#include "viewmodels/outline_model.h"
#include "viewmodels/performance_model.h"
#include "viewmodels/policy_model.h"
#include "viewmodels/search_model.h"
#include "viewmodels/settings_model.h"
#include "viewmodels/snippets_model.h"
#include "viewmodels/switcher_model.h"
#include "viewmodels/updates_model.h"
#include "viewmodels/welcome_model.h"

class AdapterLibrary;
class CatalogueService;
class ChatService;
class ChatSettingsService;
class DataFolder;
class DeviceTest;
class DownloadService;
class DraftService;
class FileJobs;
class HubService;
class MemoryService;
class ModelFiles;
class ModelLibrary;
class ModelService;
class NetworkSettings;
class PerformanceService;
class SearchService;
class Settings;
class SnippetService;
class StorageThread;
class UpdateService;
struct StorageError;

/// What the view-models work with. All outlive them; memory, systemTheme, location and those below it but drafts and snippets may be null.
struct AppServices {
  StorageThread* storage;
  ChatService* chats;
  ModelService* models;
  Settings* settings;
  SearchService* search;
  ModelLibrary* library;
  AdapterLibrary* adapters;
  ModelFiles* files;
  FileJobs* jobs;
  DownloadService* downloads;
  HubService* hub;
  CatalogueService* catalogue;
  FileOpening* opening;
  const MemoryService* memory = nullptr;
  const SystemTheme* systemTheme = nullptr;
  DataFolder* location = nullptr;
  NetworkSettings* network = nullptr;
  UpdateService* updates = nullptr;
  ChatExchangeService* exchange = nullptr;
  PerformanceService* performance = nullptr;
  DraftService* drafts = nullptr;
  SnippetService* snippets = nullptr;
  ChatSettingsService* chatSettings = nullptr;
  PolicyService* policy = nullptr;
  DeviceTest* deviceTest = nullptr;
};

/// @brief Root of the view-models: the window's single required property.
///
/// Owns the models that it exposes; the services outlive it. Lives in the GUI thread.
class AppViewModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Made by the application")
  /// Conversations of the side bar.
  Q_PROPERTY(ChatListModel* chats READ chats CONSTANT)
  /// Messages of the current conversation.
  Q_PROPERTY(ConversationModel* conversation READ conversation CONSTANT)
  /// Folders, pinned and archived conversations.
  Q_PROPERTY(ChatFilingModel* filing READ filing CONSTANT)
  /// Going to a conversation by its title.
  Q_PROPERTY(SwitcherModel* switcher READ switcher CONSTANT)
  /// The language model.
  Q_PROPERTY(ModelStatus* model READ model CONSTANT)
  /// The user's settings.
  Q_PROPERTY(SettingsModel* settings READ settings CONSTANT)
  /// The page of the models.
  Q_PROPERTY(ModelsViewModel* models READ models CONSTANT)
  /// Files that were opened.
  Q_PROPERTY(OpeningModel* opening READ opening CONSTANT)
  /// Rules about words.
  Q_PROPERTY(PolicyModel* policy READ policy CONSTANT)
  /// Endpoints, proxy, access tokens.
  Q_PROPERTY(NetworkSettingsModel* network READ network CONSTANT)
  /// Search over all conversations.
  Q_PROPERTY(SearchModel* search READ search CONSTANT)
  /// Search in the shown conversation.
  Q_PROPERTY(ConversationFinder* finder READ finder CONSTANT)
  /// The page of adapters.
  Q_PROPERTY(AdaptersViewModel* adapters READ adapters CONSTANT)
  /// The adapters of the current conversation.
  Q_PROPERTY(ChatAdaptersModel* chatAdapters READ chatAdapters CONSTANT)
  /// What the current conversation sets for itself.
  Q_PROPERTY(ChatSettingsModel* chatSettings READ chatSettings CONSTANT)
  /// One message answered side by side.
  Q_PROPERTY(ComparisonModel* comparison READ comparison CONSTANT)
  /// The current conversation with all its branches.
  Q_PROPERTY(OutlineModel* outline READ outline CONSTANT)
  /// The message to point out, 0: none.
  Q_PROPERTY(qint64 markedMessageId READ markedMessageId NOTIFY markedMessageIdChanged)
  /// The conversation that is shown; 0: a new one, not stored yet.
  Q_PROPERTY(qint64 currentChatId READ currentChatId NOTIFY currentChatIdChanged)
  /// The conversation is never stored and ends with the application.
  Q_PROPERTY(bool privateChat READ privateChat NOTIFY currentChatIdChanged)
  /// Title of the current conversation; empty for a new one.
  Q_PROPERTY(QString currentTitle READ currentTitle NOTIFY currentTitleChanged)
  /// Attachments and waiting messages of the composer.
  Q_PROPERTY(ComposerModel* composer READ composer CONSTANT)
  /// How full the context is.
  Q_PROPERTY(ContextModel* context READ context CONSTANT)
  /// Texts that are used again.
  Q_PROPERTY(SnippetsModel* snippets READ snippets CONSTANT)
  /// Text in the composer, kept for each conversation.
  Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged)
  /// An answer is being computed in the current conversation.
  Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)
  /// Messages of the current conversation that wait for the model.
  Q_PROPERTY(int queuedCount READ queuedCount NOTIFY queuedCountChanged)
  /// What was done last, "Chat deleted", while undoing it is offered, else empty.
  Q_PROPERTY(QString undoText READ undoText NOTIFY undoTextChanged)
  /// A problem of the application, one sentence; empty: none.
  Q_PROPERTY(QString notice READ notice NOTIFY noticeChanged)
  /// What to do about it.
  Q_PROPERTY(QString noticeNextStep READ noticeNextStep NOTIFY noticeChanged)
  /// "warning" or "info".
  Q_PROPERTY(QString noticeTone READ noticeTone NOTIFY noticeChanged)
  /// Text would be lost if the application ended now.
  Q_PROPERTY(bool unsaved READ unsaved NOTIFY unsavedChanged)
  /// Where everything is kept.
  Q_PROPERTY(QString dataFolder READ dataFolder NOTIFY dataFolderChanged)
  /// The folder was set from outside (HEARTH_HOME).
  Q_PROPERTY(bool dataFolderFixed READ dataFolderFixed CONSTANT)
  /// What will happen to it, one sentence; empty: nothing.
  Q_PROPERTY(QString dataFolderNote READ dataFolderNote NOTIFY dataFolderChanged)
  /// Conversations are not being saved.
  Q_PROPERTY(bool storageReadOnly READ storageReadOnly NOTIFY storageReadOnlyChanged)
  /// What this program is.
  Q_PROPERTY(AboutModel* about READ about CONSTANT)
  Q_PROPERTY(PerformanceModel* performance READ performance CONSTANT)
  /// Whether there is a newer one.
  Q_PROPERTY(UpdatesModel* updates READ updates CONSTANT)
  /// Export and import of chats.
  Q_PROPERTY(ChatExchangeModel* exchange READ exchange CONSTANT)
  /// Copies of all chats.
  Q_PROPERTY(BackupsModel* backups READ backups CONSTANT)
  /// The first steps.
  Q_PROPERTY(WelcomeModel* welcome READ welcome CONSTANT)

 public:
  explicit AppViewModel(const AppServices& services, QObject* parent = nullptr);
  ~AppViewModel() override;

  [[nodiscard]] ChatListModel* chats() const;
  [[nodiscard]] ChatFilingModel* filing() const { return m_filing; }
  [[nodiscard]] SwitcherModel* switcher() const { return m_switcher; }
  [[nodiscard]] ConversationModel* conversation() const;
  [[nodiscard]] ModelStatus* model() const;
  [[nodiscard]] ModelsViewModel* models() const;
  [[nodiscard]] OpeningModel* opening() const { return m_opening; }
  [[nodiscard]] SettingsModel* settings() const;
  [[nodiscard]] NetworkSettingsModel* network() const;
  [[nodiscard]] qint64 currentChatId() const;
  [[nodiscard]] bool privateChat() const;
  [[nodiscard]] QString currentTitle() const;
  [[nodiscard]] ComposerModel* composer() const { return m_composer; }
  [[nodiscard]] ContextModel* context() const { return m_context; }
  [[nodiscard]] SnippetsModel* snippets() const { return m_snippets; }
  [[nodiscard]] QString draft() const { return m_composer->text(); }
  void setDraft(const QString& draft) { m_composer->setText(draft); }
  [[nodiscard]] bool busy() const;
  [[nodiscard]] int queuedCount() const;
  [[nodiscard]] QString undoText() const;
  [[nodiscard]] QString notice() const;
  [[nodiscard]] QString noticeNextStep() const;
  [[nodiscard]] QString noticeTone() const;
  [[nodiscard]] bool unsaved() const;
  [[nodiscard]] QString dataFolder() const;
  [[nodiscard]] bool dataFolderFixed() const;
  [[nodiscard]] QString dataFolderNote() const;
  [[nodiscard]] bool storageReadOnly() const;
  [[nodiscard]] SearchModel* search() const;
  [[nodiscard]] ConversationFinder* finder() const;
  [[nodiscard]] AdaptersViewModel* adapters() const { return m_adapters; }
  [[nodiscard]] ChatAdaptersModel* chatAdapters() const { return m_chatAdapters; }
  [[nodiscard]] ChatSettingsModel* chatSettings() const { return m_chatSettings; }
  [[nodiscard]] ComparisonModel* comparison() const { return m_comparison; }
  [[nodiscard]] OutlineModel* outline() const { return m_outline; }
  [[nodiscard]] qint64 markedMessageId() const;
  [[nodiscard]] AboutModel* about() const { return m_about; }
  [[nodiscard]] PerformanceModel* performance() const { return m_performance; }
  [[nodiscard]] PolicyModel* policy() const { return m_policy; }
  [[nodiscard]] UpdatesModel* updates() const { return m_updates; }
  [[nodiscard]] ChatExchangeModel* exchange() const { return m_exchange; }
  [[nodiscard]] BackupsModel* backups() const { return m_backups; }
  [[nodiscard]] WelcomeModel* welcome() const { return m_welcome; }

  /// Shows an empty conversation; it is stored with its first message.
  Q_INVOKABLE void newChat();
  /// Shows an empty conversation that will never be stored: it is gone when it is deleted or the application ends.
  Q_INVOKABLE void newPrivateChat();
  Q_INVOKABLE void openChat(qint64 chatId);
  /// An empty title restores the automatic one.
  Q_INVOKABLE void renameChat(qint64 chatId, const QString& title);
  /// Hides the conversation; it is removed for good 10 seconds later unless undone.
  Q_INVOKABLE void deleteChat(qint64 chatId);
  Q_INVOKABLE void deleteCurrentChat();
  /// Takes back what undoText tells.
  Q_INVOKABLE void undoDelete();
  /// As undoDelete(); when nothing is offered, the last step in the current conversation.
  Q_INVOKABLE void undo();
  /// Opens the chat below (above) the shown one in the list.
  Q_INVOKABLE void nextChat();
  Q_INVOKABLE void previousChat();
  /// Sends `text` with the attachments of the composer in the current conversation, or lets it wait while an answer is under way; blank
  /// text without attachments is ignored. Clears the draft.
  Q_INVOKABLE void send(const QString& text);
  /// Stops all answers of the current conversation, queued ones too.
  Q_INVOKABLE void stop();
  /// Answers the same question again, as a sibling of the old answer.
  Q_INVOKABLE void retry(qint64 messageId);
  /// As retry() for the last answer.
  Q_INVOKABLE void retryLast();
  /// As retry(), with other means. `options` may have model (id of a variant), adapters (list of ids at the strengths of the chat, empty:
  /// none) and mood ("careful" or "imaginative"). Another model is loaded for this answer only; adapters then are those of the chat.
  Q_INVOKABLE void retryWith(qint64 messageId, const QVariantMap& options);
  /// Lets an answer that did not end by itself go on.
  Q_INVOKABLE void resume(qint64 messageId);
  /// As resume() for the last answer.
  Q_INVOKABLE void resumeLast();
  /// Stores what was typed for a message as another version of it: conversation.startEdit().
  Q_INVOKABLE void saveEdit(qint64 messageId);
  /// Copies the branch up to a message into a conversation of its own and shows that.
  Q_INVOKABLE void branchFrom(qint64 messageId);
  /// Deletes one message; what follows it stays. It is removed for good 10 seconds later unless undone.
  Q_INVOKABLE void deleteMessage(qint64 messageId);
  /// Shows another version of a message.
  Q_INVOKABLE void showVersion(qint64 messageId, int step);
  Q_INVOKABLE void copyText(const QString& text);
  Q_INVOKABLE void copyLastAnswer();
  /// Where a file with this name would be saved: in the folder of the last one, at first among the documents.
  Q_INVOKABLE [[nodiscard]] QUrl suggestedFile(const QString& name) const;
  /// Writes a text to a local file, at once: texts of a window are small. A failure is shown as a notice.
  Q_INVOKABLE void saveText(const QUrl& file, const QString& text);
  /// Tries again to store what could not be stored.
  Q_INVOKABLE void saveNow();
  /// Erases all conversations, settings and backups. Model files stay.
  Q_INVOKABLE void eraseEverything();
  /// As eraseEverything(), with the models and adapters of the data folder: those go when the application has ended, which it is asked
  /// to as soon as the rest is erased.
  Q_INVOKABLE void eraseWithModels();
  /// Shows the data folder in the file manager.
  Q_INVOKABLE void openDataFolder();
  /// Moves everything to an empty folder at the next start.
  Q_INVOKABLE void chooseDataFolder(const QUrl& folder);
  /// Ends the application: nothing is asked any more.
  Q_INVOKABLE void quit() { Q_EMIT quitRequested(); }
  Q_INVOKABLE void dismissNotice();
  /// Loads a local .gguf file.
  Q_INVOKABLE void openModelFile(const QUrl& url);
  Q_INVOKABLE void useStarterModel();
  /// Loads the same model again, with the present settings.
  Q_INVOKABLE void reloadModel();

  /// Shows a problem, after those shown already have been dismissed.
  void showProblem(const Problem& problem);
  /// Shows what has just been done, in the place of what was said before of the same kind.
  void showNews(const Problem& news);
  /// Conversations are not saved. Said once; a dismissed notice does not come back with every write.
  void setStorageError(const StorageError& error);
  /// Asks the window to end the application, with its question about what is not saved.
  void requestLeave() { Q_EMIT leaveRequested(); }
  /// Asks the window to come to the front.
  void requestRaise();
  /// Asks the window to show a page: "chat", "models" or "adapters".
  void requestPage(const QString& name) { Q_EMIT pageRequested(name); }
  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void currentChatIdChanged();
  void currentTitleChanged();
  void draftChanged();
  void busyChanged();
  void queuedCountChanged();
  void undoTextChanged();
  void noticeChanged();
  void storageReadOnlyChanged();
  void unsavedChanged();
  void dataFolderChanged();
  void markedMessageIdChanged();
  /// The message in this row of the conversation should be brought into view.
  void jumpRequested(int row);
  /// Everything was erased; `withFiles`: models and adapters are to go, too.
  void erased(bool withFiles);
  /// The application should end once what is not saved was asked for.
  void leaveRequested();
  /// The application ends if all windows close now.
  void quitComing();
  /// The application should end.
  void quitRequested();
  /// The window should show itself and take the focus.
  void raiseRequested();
  /// The window should show this page.
  void pageRequested(const QString& name);

 private:
  void connectChats();
  void connectAnswers();
  void setCurrentChat(qint64 chatId);
  void refreshActivity();
  void onStarted();
  void connectStorage();
  void connectSearch();
  void openResult(qint64 chatId, qint64 messageId);
  void tryJump();
  void jumpTo(int row);
  void showMessage(qint64 messageId);
  void openNeighbour(int step);
  void connectExchange(ChatExchangeService* service);
  void forgetChats();
  void erase(std::function<void()> done);
  void leaveWhenForgotten();
  [[nodiscard]] Problem problem() const;

  StorageThread* m_storage;
  ChatService* m_chatService;
  ModelService* m_modelService;
  DataFolder* m_location;
  NetworkSettings* m_secrets;
  ChatListModel* m_chats;
  ChatFilingModel* m_filing;
  SwitcherModel* m_switcher;
  ConversationModel* m_conversation;
  ModelStatus* m_model;
  ModelsViewModel* m_models;
  OpeningModel* m_opening;
  SettingsModel* m_settings;
  NetworkSettingsModel* m_network;
  SearchModel* m_search;
  ConversationFinder* m_finder;
  AdaptersViewModel* m_adapters;
  ChatAdaptersModel* m_chatAdapters;
  ChatSettingsModel* m_chatSettings;
  ComparisonModel* m_comparison;
  OutlineModel* m_outline;
  AboutModel* m_about;
  PerformanceModel* m_performance;
  PolicyModel* m_policy;
  UpdatesModel* m_updates;
  ChatExchangeModel* m_exchange;
  BackupsModel* m_backups;
  ComposerModel* m_composer;
  ContextModel* m_context;
  SnippetsModel* m_snippets;
  WelcomeModel* m_welcome;
  ChatExchangeService* m_exchangeService;
  Settings* m_stored;
  QStringList m_earlyTexts;  // sent before the database was open
  QString m_saveFolder;      // of the last saved text; empty: none yet
  qint64 m_currentChatId = 0;
  bool m_busy = false;
  int m_queuedCount = 0;
  QList<Problem> m_problems;  // the first one is shown
  qint64 m_pendingJump = 0;   // message that is not there yet
  qint64 m_marked = 0;
  bool m_storageReadOnly = false;
};
