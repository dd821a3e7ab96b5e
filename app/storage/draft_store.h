// Rows of table draft: what stands in the composer of each chat and has not been sent.
#pragma once

#include <QHash>
#include <QList>
#include <QString>

#include "storage/database.h"

/// A file or a long text beside a message. `part` says how much of it is sent.
struct Attachment {
  enum class Part { Whole, First, Ends };
  QString name;
  QString text;
  Part part = Part::Whole;

  bool operator==(const Attachment&) const = default;
};

/// A message as it is written: not yet one text.
struct WrittenMessage {
  QString text;
  QList<Attachment> attachments;

  [[nodiscard]] bool isEmpty() const { return text.isEmpty() && attachments.isEmpty(); }
  bool operator==(const WrittenMessage&) const = default;
};

struct Draft {
  WrittenMessage message;
  QList<WrittenMessage> waiting;  // to be sent after the answer that is under way, oldest first

  [[nodiscard]] bool isEmpty() const { return message.isEmpty() && waiting.isEmpty(); }
  bool operator==(const Draft&) const = default;
};

/// By chat; 0: the chat that has no first message yet.
using Drafts = QHash<qint64, Draft>;

class DraftStore {
 public:
  explicit DraftStore(Database& database) : m_database(database) {}

  StoreResult<Drafts> all();
  /// An empty draft leaves no row, nor does one of a chat that is gone.
  StoreStatus put(qint64 chatId, const Draft& draft);

 private:
  Database& m_database;
};
