// Whether the message trees are trees, and how they become ones again.
#pragma once

#include "storage/database.h"

/// What repairTrees() did.
struct TreeRepair {
  int messages = 0;  // that were attached again, or shown in another place
  int heads = 0;     // chats that showed a branch that is not there

  [[nodiscard]] bool isEmpty() const { return messages == 0 && heads == 0; }
};

/// Looks at the shape of all trees, which reads one index and no text (100,000 messages: less than 0.2 s), and puts right what a damaged
/// disk or another program left: messages whose chat or parent is missing, whose parent is in another chat or newer than they are (no
/// circle is possible where every parent is older), wrong places of what follows hidden messages, heads that are not there. No message is
/// removed: a missing parent gets an empty row under its old id, so that its answers stay beside each other; any other message that has
/// lost its place begins a branch of its own; the head moves to the newest branch. Nothing is written to sound trees. Call in a transaction.
StoreResult<TreeRepair> repairTrees(Database& database);
