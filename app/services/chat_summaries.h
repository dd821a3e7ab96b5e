// What models wrote about the beginnings of conversations, in the GUI thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <functional>
#include <optional>

#include "storage/summary_store.h"

class StorageThread;

/// Reads the summaries of a chat when they are first asked for. Those of private chats stay in the database in memory.
class ChatSummaries : public QObject {
  Q_OBJECT

 public:
  using StorageOf = std::function<StorageThread*(qint64 chatId)>;

  explicit ChatSummaries(StorageOf storageOf, QObject* parent = nullptr);

  /// Whether find() knows. If not, they are being read, and arrived() follows.
  bool isRead(qint64 chatId);
  /// The one that covers most of a branch, whose messages begin with `ids`. A summary belongs to exactly these messages: where one of them
  /// was edited or deleted, or another branch is shown, it is not found.
  [[nodiscard]] std::optional<SummaryRow> find(qint64 chatId, const QList<qint64>& ids) const;
  void add(const SummaryRow& row);
  void forget(qint64 chatId);
  void forgetEverything();

 Q_SIGNALS:
  void arrived(qint64 chatId);

 private:
  StorageOf m_storageOf;
  QHash<qint64, QList<SummaryRow>> m_rows;
  QSet<qint64> m_reading;
};
