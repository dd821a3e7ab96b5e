// Finding chats and messages.
#pragma once

#include <QList>
#include <QObject>
#include <QString>

#include "storage/rows.h"
#include "storage/search_limits.h"
#include "text/search_query.h"

class ChatService;
class StorageThread;

/// Searches titles in memory and messages on the read-only connection. While one search runs only the newest query waits, so that
/// typing fast costs no more than typing slowly; results of superseded queries are dropped.
class SearchService : public QObject {
  Q_OBJECT

 public:
  static constexpr int kMostTitles = 20;
  static constexpr int kMostMessages = 60;
  static constexpr int kMostListed = 200;  // of filters alone

  /// Both must outlive this object.
  SearchService(StorageThread* storage, const ChatService* chats, QObject* parent = nullptr);

  /// Answers found() for this query unless another one follows; a blank query is answered with nothing, one of filters alone with chats.
  void search(const QString& query);
  /// What of a query cannot be followed.
  [[nodiscard]] QList<SearchProblem> problems(const QString& query) const;
  [[nodiscard]] bool isBusy() const { return m_running; }

 Q_SIGNALS:
  /// Titles first (messageId 0), then messages, each newest first.
  void found(const QString& query, const QList<SearchHit>& hits);
  void busyChanged();

 private:
  void begin();
  [[nodiscard]] SearchLimits limitsOf(const SearchQuery& query) const;
  [[nodiscard]] QSet<qint64> foldersNamed(const QString& name) const;
  [[nodiscard]] QList<SearchHit> titleHits(const QStringList& words, const SearchLimits& limits) const;

  StorageThread* m_storage;
  const ChatService* m_chats;
  QString m_query;
  bool m_running = false;
  bool m_again = false;
};
