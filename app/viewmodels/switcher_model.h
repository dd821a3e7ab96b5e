// Going to a chat by a few letters of its title.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QHash>

#include "storage/rows.h"

class ChatService;

/// @brief Chats whose titles have the typed letters in their order, the best first; the recent ones where nothing is typed.
///
/// Empty between close() and open(), so that it costs nothing while chats change.
class SwitcherModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.switcher")
  /// What is typed.
  Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged)
  /// Number of chats, at most kMost.
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  static constexpr int kMost = 50;

  enum Role {
    ChatIdRole = Qt::UserRole + 1,  ///< qint64
    TitleRole,                      ///< plain text
    FolderRole,                     ///< name of its folder, empty: none
    ArchivedRole,
  };
  Q_ENUM(Role)

  /// `service` must outlive this object.
  explicit SwitcherModel(const ChatService* service, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const { return rowCount(); }
  [[nodiscard]] const QString& query() const { return m_query; }
  void setQuery(const QString& query);

  /// Begins with an empty query.
  Q_INVOKABLE void open();
  Q_INVOKABLE void close();
  /// Answers chosen().
  Q_INVOKABLE void choose(int row);

 Q_SIGNALS:
  void queryChanged();
  void countChanged();
  void chosen(qint64 chatId);

 private:
  void refresh();

  const ChatService* m_service;
  QString m_query;
  bool m_isOpen = false;
  QList<ChatRow> m_rows;
  QHash<qint64, QString> m_folders;
};
