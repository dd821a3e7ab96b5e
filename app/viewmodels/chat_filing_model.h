// Pinning, filing and archiving chats.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QVariantList>

class ChatListModel;
class ChatService;

/// @brief What the menus of the side bar do to the order of its list. All but folding can be undone: AppViewModel.undoText.
class ChatFilingModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.filing")
  /// By name: objects with folderId and name.
  Q_PROPERTY(QVariantList folders READ folders NOTIFY foldersChanged)

 public:
  /// Both must outlive this object. Tells `list` of the folders.
  ChatFilingModel(ChatService* service, ChatListModel* list, QObject* parent = nullptr);

  [[nodiscard]] QVariantList folders() const;

  Q_INVOKABLE void pin(qint64 chatId, bool on);
  Q_INVOKABLE void archive(qint64 chatId, bool on);
  /// `folderId` 0: out of its folder.
  Q_INVOKABLE void move(qint64 chatId, qint64 folderId);
  /// Makes a folder, unless there is one of that name, and moves a chat into it; `chatId` 0: none. Returns the folder, 0: the name is
  /// blank.
  Q_INVOKABLE qint64 addFolder(const QString& name, qint64 chatId);
  /// False: the name is blank, or another folder has it.
  Q_INVOKABLE bool renameFolder(qint64 folderId, const QString& name);
  /// Its chats go back to the list.
  Q_INVOKABLE void removeFolder(qint64 folderId);
  /// Hides or shows what is in a folder, which is kept; `folderId` 0: in the archive, until the application ends.
  Q_INVOKABLE void setCollapsed(qint64 folderId, bool on);

  /// Takes the folders of the service anew.
  void reload();

 Q_SIGNALS:
  void foldersChanged();

 private:
  ChatService* m_service;
  ChatListModel* m_list;
};
