// What the window as a whole shows and does.
#pragma once

#include <qqmlregistration.h>
#include <QHash>
#include <QObject>
#include <QString>
#include <QUrl>

#include "viewmodels/chat_list_model.h"
#include "viewmodels/conversation_model.h"
#include "viewmodels/model_status.h"
#include "viewmodels/settings_model.h"

class ChatService;
class ModelService;
class Settings;

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
  /// The language model.
  Q_PROPERTY(ModelStatus* model READ model CONSTANT)
  /// The user's settings.
  Q_PROPERTY(SettingsModel* settings READ settings CONSTANT)
  /// The conversation that is shown; 0: a new one, not stored yet.
  Q_PROPERTY(qint64 currentChatId READ currentChatId NOTIFY currentChatIdChanged)
  /// Title of the current conversation; empty for a new one.
  Q_PROPERTY(QString currentTitle READ currentTitle NOTIFY currentTitleChanged)
  /// Text in the composer, kept for each conversation.
  Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged)
  /// An answer is being computed in the current conversation.
  Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)
  /// Messages of the current conversation that wait for the model.
  Q_PROPERTY(int queuedCount READ queuedCount NOTIFY queuedCountChanged)
  /// "Chat deleted" while it can be undone, else empty.
  Q_PROPERTY(QString undoText READ undoText NOTIFY undoTextChanged)
  /// A problem of the application, one sentence; empty: none.
  Q_PROPERTY(QString notice READ notice NOTIFY noticeChanged)
  /// What to do about it.
  Q_PROPERTY(QString noticeNextStep READ noticeNextStep NOTIFY noticeChanged)
  /// Conversations are not being saved.
  Q_PROPERTY(bool storageReadOnly READ storageReadOnly NOTIFY storageReadOnlyChanged)
  /// Version of the application.
  Q_PROPERTY(QString version READ version CONSTANT)

 public:
  /// All must outlive this object.
  AppViewModel(ChatService* chatService, ModelService* modelService, Settings* settings, const SystemTheme* systemTheme,
               QObject* parent = nullptr);
  ~AppViewModel() override;

  [[nodiscard]] ChatListModel* chats() const;
  [[nodiscard]] ConversationModel* conversation() const;
  [[nodiscard]] ModelStatus* model() const;
  [[nodiscard]] SettingsModel* settings() const;
  [[nodiscard]] qint64 currentChatId() const;
  [[nodiscard]] QString currentTitle() const;
  [[nodiscard]] QString draft() const;
  void setDraft(const QString& draft);
  [[nodiscard]] bool busy() const;
  [[nodiscard]] int queuedCount() const;
  [[nodiscard]] QString undoText() const;
  [[nodiscard]] QString notice() const;
  [[nodiscard]] QString noticeNextStep() const;
  [[nodiscard]] bool storageReadOnly() const;
  [[nodiscard]] QString version() const;

  /// Shows an empty conversation; it is stored with its first message.
  Q_INVOKABLE void newChat();
  Q_INVOKABLE void openChat(qint64 chatId);
  /// An empty title restores the automatic one.
  Q_INVOKABLE void renameChat(qint64 chatId, const QString& title);
  /// Hides the conversation; it is removed for good 10 seconds later unless undone.
  Q_INVOKABLE void deleteChat(qint64 chatId);
  Q_INVOKABLE void undoDelete();
  /// Sends `text` in the current conversation; blank text is ignored. Clears the draft.
  Q_INVOKABLE void send(const QString& text);
  /// Stops all answers of the current conversation, queued ones too.
  Q_INVOKABLE void stop();
  /// Answers the same question again, as a sibling of the old answer.
  Q_INVOKABLE void retry(qint64 messageId);
  Q_INVOKABLE void copyText(const QString& text);
  Q_INVOKABLE void dismissNotice();
  /// Loads a local .gguf file.
  Q_INVOKABLE void openModelFile(const QUrl& url);
  Q_INVOKABLE void useStarterModel();
  /// Loads the same model again, with the present settings.
  Q_INVOKABLE void reloadModel();

  /// Shows a problem; replaces the one shown.
  void showNotice(const QString& cause, const QString& nextStep);
  /// Whether conversations are saved, with the reason when not.
  void setStorageError(const QString& cause, const QString& nextStep);
  /// Asks the window to come to the front.
  void requestRaise();
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
  /// The window should show itself and take the focus.
  void raiseRequested();

 private:
  void connectChats();
  void connectAnswers();
  void setCurrentChat(qint64 chatId);
  void refreshActivity();
  void onStarted();

  ChatService* m_chatService;
  ModelService* m_modelService;
  ChatListModel* m_chats;
  ConversationModel* m_conversation;
  ModelStatus* m_model;
  SettingsModel* m_settings;
  Settings* m_stored;
  QStringList m_earlyTexts;  // sent before the database was open
  QHash<qint64, QString> m_drafts;
  qint64 m_currentChatId = 0;
  bool m_busy = false;
  int m_queuedCount = 0;
  QString m_notice;
  QString m_noticeNextStep;
  bool m_storageReadOnly = false;
};
