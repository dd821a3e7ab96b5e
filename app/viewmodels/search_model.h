// What a search found.
#pragma once

#include <qqmlregistration.h>
#include <QAbstractListModel>

#include "storage/rows.h"

class SearchService;

/// @brief Titles and messages that contain all words of the query, grouped through the section role.
class SearchModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.search")
  /// What is looked for; every change searches anew.
  Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged)
  /// Number of matches.
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  /// The query is not blank.
  Q_PROPERTY(bool active READ active NOTIFY queryChanged)
  /// What of the query cannot be followed, in words; empty: all of it can.
  Q_PROPERTY(QString hint READ hint NOTIFY hintChanged)
  /// A search is under way.
  Q_PROPERTY(bool busy READ busy NOTIFY busyChanged)

 public:
  enum Role {
    ChatIdRole = Qt::UserRole + 1,  ///< qint64
    MessageIdRole,                  ///< qint64, 0: the title matches
    TitleRole,                      ///< title of the chat, plain text
    SnippetRole,                    ///< html of our own, matches in <b>
    SectionRole,                    ///< "Titles", "Messages", or "Chats" where only filters are given; localised
    WhenRole,                       ///< short localised date
  };
  Q_ENUM(Role)

  /// `service` must outlive this object.
  explicit SearchModel(SearchService* service, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
  [[nodiscard]] int count() const { return rowCount(); }
  [[nodiscard]] const QString& query() const { return m_query; }
  void setQuery(const QString& query);
  [[nodiscard]] bool active() const { return !m_query.trimmed().isEmpty(); }
  [[nodiscard]] QString hint() const;
  [[nodiscard]] bool busy() const;

  /// Opens a result; see resultOpened().
  Q_INVOKABLE void openResult(int row);

  /// Texts computed here change with the language.
  void retranslate();
  /// Removes what belongs to a chat that was deleted.
  void removeChat(qint64 chatId);

 Q_SIGNALS:
  void queryChanged();
  void hintChanged();
  void countChanged();
  void busyChanged();
  void resultOpened(qint64 chatId, qint64 messageId);

 private:
  void setHits(const QList<SearchHit>& hits);

  SearchService* m_service;
  QString m_query;
  bool m_hasWords = false;  // and not filters alone
  QList<SearchHit> m_hits;
};
