#include "storage/draft_store.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace {

const QString kName = QStringLiteral("name");
const QString kText = QStringLiteral("text");
const QString kPart = QStringLiteral("part");
const QString kAttachments = QStringLiteral("attachments");
const QString kFirst = QStringLiteral("first");
const QString kEnds = QStringLiteral("ends");

[[nodiscard]] QJsonArray toJson(const QList<Attachment>& attachments) {
  QJsonArray list;
  for (const Attachment& one : attachments) {
    QJsonObject entry{{kName, one.name}, {kText, one.text}};
    if (one.part != Attachment::Part::Whole) entry.insert(kPart, one.part == Attachment::Part::First ? kFirst : kEnds);
    list.append(entry);
  }
  return list;
}

[[nodiscard]] QList<Attachment> attachmentsOf(const QJsonArray& list) {
  QList<Attachment> attachments;
  for (const auto& value : list) {
    const QJsonObject entry = value.toObject();
    const QString part = entry[kPart].toString();
    attachments.append({entry[kName].toString(), entry[kText].toString(),
                        part == kFirst  ? Attachment::Part::First
                        : part == kEnds ? Attachment::Part::Ends
                                        : Attachment::Part::Whole});
  }
  return attachments;
}

/// Empty lists take no room.
[[nodiscard]] QString written(const QJsonArray& list) {
  return list.isEmpty() ? QStringLiteral("") : QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

[[nodiscard]] QJsonArray read(const QVariant& json) {
  return QJsonDocument::fromJson(json.toString().toUtf8()).array();
}

}  // namespace

StoreResult<Drafts> DraftStore::all() {
  auto query = m_database.run(QStringLiteral("SELECT chat_id, text, attachments, waiting FROM draft"));
  if (!query) return query.error();
  Drafts drafts;
  while (query->next()) {
    Draft draft{{query->value(1).toString(), attachmentsOf(read(query->value(2)))}, {}};
    for (const auto& value : read(query->value(3))) {
      const QJsonObject entry = value.toObject();
      draft.waiting.append({entry[kText].toString(), attachmentsOf(entry[kAttachments].toArray())});
    }
    if (!draft.isEmpty()) drafts.insert(query->value(0).toLongLong(), draft);
  }
  return drafts;
}

StoreStatus DraftStore::put(qint64 chatId, const Draft& draft) {
  if (draft.isEmpty()) return m_database.exec(QStringLiteral("DELETE FROM draft WHERE chat_id = ?"), {chatId});
  QJsonArray waiting;
  for (const WrittenMessage& message : draft.waiting)
    waiting.append(QJsonObject{{kText, message.text}, {kAttachments, toJson(message.attachments)}});
  const QString text = draft.message.text.isNull() ? QStringLiteral("") : draft.message.text;
  return m_database.exec(QStringLiteral("INSERT OR REPLACE INTO draft (chat_id, text, attachments, waiting) SELECT ?, ?, ?, ? "
                                        "WHERE ? = 0 OR EXISTS (SELECT 1 FROM chat WHERE id = ?)"),
                         {chatId, text, written(toJson(draft.message.attachments)), written(waiting), chatId, chatId});
}
