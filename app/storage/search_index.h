// The full-text index over finished messages.
#pragma once

#include <QList>
#include <QString>

#include "storage/database.h"
#include "storage/rows.h"
#include "storage/search_limits.h"

/// Every finished message is indexed once (message.is_indexed). The table is contentless, so an entry is deleted by giving FTS5 the
/// same text again; deleted words stay in its segments until those are merged, which merge() does in small steps.
class SearchIndex {
 public:
  explicit SearchIndex(Database& database) : m_database(database) {}

  /// Adds a message. Call in the transaction that stores its text.
  StoreStatus add(qint64 messageId, const QString& text);
  /// Adds up to `most` finished messages that have no entry yet, in one transaction; returns how many there were.
  StoreResult<int> addPending(int most);
  /// Removes the entry of a message, if it has one. Call before its text changes.
  StoreStatus remove(qint64 messageId);
  /// Removes the entries of a chat's messages. Call in the transaction that deletes the chat, before its rows go.
  StoreStatus removeChat(qint64 chatId);
  /// Begins (`first`) or goes on with merging all segments into one; returns whether anything is left to do.
  enum class Step { First, Next };
  StoreResult<bool> merge(Step step);
  /// All of merge() at once.
  StoreStatus mergeAll();
  /// Empties the index and marks all messages to be added again: for an index that is damaged or no longer fits its messages.
  StoreStatus reset();

  /// Messages that contain all words, newest first, that are not deleted and of chats that are not. For a connection that may be read-only.
  StoreResult<QList<SearchHit>> find(const QStringList& words, int most, const SearchLimits& limits = {});

 private:
  Database& m_database;
};
