// The shape of the message trees: hiding messages, bringing them back, erasing them for good.
#pragma once

#include <QList>

#include "storage/database.h"
#include "storage/rows.h"

/// One message of an outline: its first words in place of its text.
struct OutlineRow {
  qint64 id = 0;
  qint64 parentId = 0;  // what it is shown under, 0: nothing
  MessageRole role = MessageRole::User;
  QString beginning;  // of an answer without its thinking section; up to kOutlineLength characters

  bool operator==(const OutlineRow&) const = default;
};

/// The trees only grow: a hidden message keeps its row and its place (message.deleted_at), and what follows it is shown under the nearest
/// message above that is not hidden (the view shown_message). Erased for good, the row stays without text.
class MessageTree {
 public:
  static constexpr int kOutlineLength = 160;

  explicit MessageTree(Database& database) : m_database(database) {}

  /// Hides a message and moves the head of its chat if that was the end of the branch: to the newest branch beside it, else to what is
  /// above. One transaction. Returns the head, 0 when nothing is left to show. A message that is hidden or not there changes nothing.
  StoreResult<qint64> hide(qint64 messageId);
  /// Undoes hide(), with what follows the message where it was; the head stays. One transaction. A message that was erased stays so.
  StoreStatus show(qint64 messageId);
  /// Messages that are hidden and not erased yet.
  StoreResult<QList<qint64>> hidden();
  /// Takes all that messages hold out of the database and its index, in one transaction; their empty rows stay hidden. In a copy with an
  /// older schema they stay as empty messages. What is left in the index goes with its merge, in the log with emptyLog().
  StoreStatus erase(const QList<qint64>& messageIds);
  /// All messages of a chat that are not hidden, oldest first.
  StoreResult<QList<OutlineRow>> outline(qint64 chatId);
  /// The end of the newest branch of a chat; 0 when it shows nothing.
  StoreResult<qint64> newestLeafOf(qint64 chatId);

 private:
  StoreResult<qint64> headWithout(qint64 messageId, qint64 chatId, qint64 parentId);

  Database& m_database;
};
