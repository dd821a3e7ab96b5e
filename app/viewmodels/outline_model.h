// The tree of the conversation that is shown, as a list.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QSet>

#include "storage/message_tree.h"

class ChatService;

/// @brief All messages of the shown conversation with all their versions, one row each, indented only where it branches.
///
/// Read only while `active`, because a long conversation has many.
class OutlineModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.outline")
  /// Number of rows.
  Q_PROPERTY(int count READ count NOTIFY changed)
  /// Messages with these words only; empty: all.
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
  /// Somebody looks at it.
  Q_PROPERTY(bool active READ active WRITE setActive NOTIFY activeChanged)
  /// Row of the last message that is shown, -1: none.
  Q_PROPERTY(int shownRow READ shownRow NOTIFY changed)

 public:
  enum Role {
    MessageIdRole = Qt::UserRole + 1,  ///< qint64
    RoleRole,                          ///< "user"|"assistant"
    TextRole,                          ///< first line, plain; empty: the message has no text
    DepthRole,                         ///< how often it branches above
    ShownRole,                         ///< bool: in the shown branch
    VersionIndexRole,                  ///< among the messages beside it, from 1
    VersionCountRole,                  ///< how many those are
  };
  Q_ENUM(Role)

  /// `chats` must outlive this object.
  explicit OutlineModel(ChatService* chats, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const { return rowCount(); }
  [[nodiscard]] QString filter() const { return m_filter; }
  void setFilter(const QString& filter);
  [[nodiscard]] bool active() const { return m_active; }
  void setActive(bool active);
  [[nodiscard]] int shownRow() const;

  /// Asks for the message of a row to be shown.
  Q_INVOKABLE void open(int row);
  /// 0: a new conversation.
  void setChat(qint64 chatId);

 Q_SIGNALS:
  void changed();
  void filterChanged();
  void activeChanged();
  void opened(qint64 messageId);

 private:
  struct Item {
    OutlineRow row;
    QString text;
    int depth = 0;
    int versionIndex = 1;
    int versionCount = 1;
  };

  void read();
  void take(const QList<OutlineRow>& rows);
  void show();
  void markShown();

  ChatService* m_chats;
  qint64 m_chat = 0;
  bool m_active = false;
  QString m_filter;
  QList<Item> m_all;
  QList<Item> m_items;  // those that the filter lets through
  QSet<qint64> m_shown;
};
