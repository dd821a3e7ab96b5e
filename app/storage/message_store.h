// Rows of tables message and answer_chunk. Hidden messages (see MessageTree) are not there for their readers.
#pragma once

#include <QList>

#include "storage/database.h"
#include "storage/rows.h"

/// A piece of an answer under way; `seq` counts from 0 for each message.
struct AnswerChunk {
  qint64 messageId = 0;
  int seq = 0;
  QString text;
};

class MessageStore {
 public:
  explicit MessageStore(Database& database) : m_database(database) {}

  StoreStatus insert(const MessageRow& message);
  /// Replaces everything but id, chat, parent, role, content and time of creation.
  StoreStatus update(const MessageRow& message);
  /// A finished answer goes on: as update(), and its search entry goes until finish().
  StoreStatus resume(const MessageRow& message);
  /// Adds pieces in one transaction.
  StoreStatus addChunks(const QList<AnswerChunk>& chunks);
  /// The end of an answer, in one transaction: content and all columns of update() are written, its chunks go, and it
  /// can be searched.
  StoreStatus finish(const MessageRow& message);
  /// Answers that were under way when the application ended: chunks are merged, status becomes interrupted. Their search
  /// entries are left to SearchIndex::addPending().
  /// Returns how many there were.
  StoreResult<int> recover();
  /// The branch that ends with `headId`, first message first.
  StoreResult<QList<MessageRow>> path(qint64 headId);
  /// All messages of a chat that are not hidden, oldest first; versionIndex and versionCount are not filled in.
  StoreResult<QList<MessageRow>> all(qint64 chatId);
  /// All messages shown under the same one as `messageId`, oldest first.
  StoreResult<QList<MessageRow>> versions(qint64 messageId);
  /// The last message of the newest branch that goes through `messageId`; 0 when there is no such message.
  StoreResult<qint64> newestLeaf(qint64 messageId);
  /// The message beside `messageId`, shown under the same one, `step` places later; 0 when there is none.
  StoreResult<qint64> sibling(qint64 messageId, int step);
  /// Text of the first message of the chat.
  StoreResult<QString> firstText(qint64 chatId);
  /// The highest id that was ever used.
  StoreResult<qint64> lastId();

 private:
  StoreStatus merge(qint64 messageId);

  Database& m_database;
};
