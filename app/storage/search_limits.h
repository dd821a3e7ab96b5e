// What a search is narrowed down to.
#pragma once

#include <QDateTime>
#include <QSet>
#include <optional>

#include "storage/database.h"

struct SearchLimits {
  std::optional<QSet<qint64>> chats;  // nothing: all
  QDateTime after;                    // that moment or later; invalid: any
  QDateTime before;                   // earlier than that moment

  [[nodiscard]] bool allowChat(qint64 chatId) const { return !chats || chats->contains(chatId); }
  [[nodiscard]] bool allowTime(const QDateTime& time) const {
    return (!after.isValid() || time >= after) && (!before.isValid() || time < before);
  }
  /// Leaves only chats that are in `others` too.
  void keepOnly(const QSet<qint64>& others);
};

/// Chats with an answer of a model whose name contains `model`, and with an adapter whose name contains `adapter`; case does not matter, an
/// empty name is any. Reads two indexes and no text. For a connection that may be read-only.
StoreResult<QSet<qint64>> chatsAnsweredBy(Database& database, const QString& model, const QString& adapter);
