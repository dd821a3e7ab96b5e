// Finding chats and messages.
#pragma once

#include <QList>
#include <QObject>
#include <QString>

#include "storage/rows.h"

class ChatService;
class StorageThread;

/// Searches titles in memory and messages on the read-only connection. While one search runs only the newest query waits, so that
/// typing fast costs no more than typing slowly; results of superseded queries are dropped.
class SearchService : public QObject {
  Q_OBJECT

 public:
  static constexpr int kMostTitles = 20;
  static constexpr int kMostMessages = 60;

  /// Both must outlive this object.
  SearchService(StorageThread* storage, const ChatService* chats, QObject* parent = nullptr);

  /// Answers found() for this query unless another one follows; a blank query is answered with nothing.
  void search(const QString& query);
  [[nodiscard]] bool isBusy() const { return m_running; }

 Q_SIGNALS:
  /// Titles first (messageId 0), then messages, each newest first.
  void found(const QString& query, const QList<SearchHit>& hits);
  void busyChanged();

 private:
  void begin();
  [[nodiscard]] QList<SearchHit> titleHits(const QStringList& words) const;

  StorageThread* m_storage;
  const ChatService* m_chats;
  QString m_query;
  bool m_running = false;
  bool m_again = false;
};
