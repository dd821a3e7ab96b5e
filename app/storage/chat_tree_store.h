// Whole chats in and out of the database.
#pragma once

#include <QByteArray>

#include "exchange/conversation_tree.h"
#include "storage/database.h"

class ChatTreeStore {
 public:
  explicit ChatTreeStore(Database& database) : m_database(database) {}

  /// A chat with all its messages. Answers under way are as a crash would leave them: what has been stored of them, interrupted.
  /// A chat that is not there has no messages.
  StoreResult<ConversationTree> read(qint64 chatId);

  /// Adds a chat under these ids, in one transaction: all of it or nothing. `firstMessageId` and those after it must be free.
  /// Its folder is left to the caller.
  StoreStatus insert(const ConversationTree& tree, qint64 chatId, qint64 firstMessageId, const QByteArray& sourceHash);

  /// Whether a chat with this source was imported before. Chats that wait to be deleted do not count.
  StoreResult<bool> isImported(const QByteArray& sourceHash);

  /// Whether a chat made at the same time has the same content: for a chat that Hearth exported it is the one that it came from.
  StoreResult<bool> isHere(const ConversationTree& tree);

 private:
  Database& m_database;
};
