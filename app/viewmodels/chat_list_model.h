// The conversations of the side bar.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QDate>
#include <QSet>
#include <QTimer>

#include "storage/rows.h"

/// @brief Conversations, private ones and then the newest first, grouped by day through the section role.
class ChatListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.chats")
  /// Number of conversations.
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// Row of the conversation that is shown, -1: none of these.
  Q_PROPERTY(int currentRow READ currentRow NOTIFY currentRowChanged)

 public:
  enum Role {
    ChatIdRole = Qt::UserRole + 1,  ///< qint64
    TitleRole,                      ///< plain text
    SectionRole,                    ///< localised day group
    UpdatedAtRole,                  ///< QDateTime, local time
    CurrentRole,                    ///< the chat that is shown
    BusyRole,                       ///< an answer is being computed in it
    PrivateRole,                    ///< it is never stored
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
  void setCurrent(qint64 chatId);
  void setBusy(qint64 chatId, bool busy);
  [[nodiscard]] QString title(qint64 chatId) const;
  /// The chat `step` rows below; 0 at the ends. From no chat to the first (last) one.
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
  [[nodiscard]] int indexOf(qint64 chatId) const;
  void scheduleMidnight();

  QList<ChatRow> m_chats;
  QSet<qint64> m_busy;
  qint64 m_current = 0;
  QTimer m_midnight;
};
