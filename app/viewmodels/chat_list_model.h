// The conversations of the side bar.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QCollator>
#include <QDate>
#include <QHash>
#include <QSet>
#include <QTimer>

#include "storage/rows.h"

/// @brief Rows of the side bar: private conversations, pinned ones, folders with theirs, the others by day, the archive. Newest first in
/// each of these.
///
/// Folders and the archive are rows too, above what is in them; what is in closed ones has no row. A pinned conversation stands at the
/// top and not in its folder, an archived one only in the archive.
class ChatListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.chats")
  /// Number of rows.
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// Row of the conversation that is shown, -1: it has none.
  Q_PROPERTY(int currentRow READ currentRow NOTIFY currentRowChanged)

 public:
  enum Role {
    ChatIdRole = Qt::UserRole + 1,  ///< qint64, 0: not a conversation
    TitleRole,                      ///< plain text; of a folder its name
    SectionRole,                    ///< localised heading, empty for the archive
    UpdatedAtRole,                  ///< QDateTime, local time
    CurrentRole,                    ///< the chat that is shown
    BusyRole,                       ///< an answer is being computed in it
    KindRole,                       ///< "chat", "folder" or "archive"
    FolderIdRole,                   ///< qint64; of the row or around it, 0: none
    PinnedRole,
    ArchivedRole,
    CollapsedRole,  ///< of a folder or the archive: what is in it has no rows
    SizeRole,       ///< of a folder or the archive: conversations in it
    InsideRole,     ///< the row stands below that of its folder or the archive
    UnreadRole,     ///< an answer has ended there that was not seen
    PrivateRole,    ///< it is never stored
  };
  Q_ENUM(Role)

  explicit ChatListModel(QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const;
  [[nodiscard]] int currentRow() const { return indexOf(m_current); }

  /// Replaces all rows.
  void setChats(QList<ChatRow> chats);
  /// Adds or updates one conversation and keeps the order.
  void upsert(const ChatRow& chat);
  void remove(qint64 chatId);
  /// Replaces all folders, with the rows.
  void setFolders(const QList<FolderRow>& folders);
  /// Adds or updates one folder.
  void upsertFolder(const FolderRow& folder);
  /// Precondition: its conversations have left it.
  void removeFolder(qint64 folderId);
  /// The archive is closed at first.
  void setArchiveOpen(bool open);
  [[nodiscard]] bool isArchiveOpen() const { return m_archiveOpen; }
  void setCurrent(qint64 chatId);
  void setBusy(qint64 chatId, bool busy);
  void setUnread(qint64 chatId, bool unread);
  [[nodiscard]] bool isUnread(qint64 chatId) const { return m_unread.contains(chatId); }
  [[nodiscard]] QString title(qint64 chatId) const;
  /// The next conversation with a row below (above, `step` -1) that one; 0 at the ends. From none to the first (last) one.
  [[nodiscard]] qint64 neighbour(qint64 chatId, int step) const;
  /// Title of the day group that `updatedAt` belongs to when today is `today`.
  [[nodiscard]] static QString sectionOf(const QDate& updatedAt, const QDate& today);

 public Q_SLOTS:
  /// Recomputes the day groups: after midnight and after a change of language.
  void refreshSections();

 Q_SIGNALS:
  void countChanged();
  void currentRowChanged();

 private:
  enum class Group { Private, Pinned, Folders, Days, Archive };
  /// A row, or where it would be.
  struct Entry {
    Group group = Group::Days;
    qint64 folderId = 0;  // of the group Folders
    bool isHead = false;  // of a folder or the archive
    ChatRow chat;         // of no head
  };

  [[nodiscard]] Entry entryOf(const ChatRow& chat) const;
  [[nodiscard]] bool comesBefore(const Entry& a, const Entry& b) const;
  [[nodiscard]] bool isShown(const Entry& entry) const;
  [[nodiscard]] int indexOf(qint64 chatId) const;
  [[nodiscard]] int headOf(Group group, qint64 folderId) const;
  [[nodiscard]] int placeOf(const Entry& entry) const;
  [[nodiscard]] int sizeOf(Group group, qint64 folderId) const;
  [[nodiscard]] QVariant headData(const Entry& entry, int role) const;
  void insertEntry(const Entry& entry);
  void dropRows(int first, int last);
  void openGroup(Group group, qint64 folderId);
  void closeGroup(Group group, qint64 folderId);
  void countIn(const Entry& entry, int change);
  void rebuild();
  void scheduleMidnight();

  QHash<qint64, ChatRow> m_all;
  QHash<qint64, FolderRow> m_folders;
  QHash<qint64, int> m_sizes;  // of folders
  int m_archived = 0;
  bool m_archiveOpen = false;
  QList<Entry> m_rows;
  QSet<qint64> m_busy;
  QSet<qint64> m_unread;
  qint64 m_current = 0;
  QCollator m_collator;
  QTimer m_midnight;
};
