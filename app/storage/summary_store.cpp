#include "storage/summary_store.h"

#include <QStringList>

namespace {

/// Each id between spaces, for the trigger that looks for one of them.
[[nodiscard]] QString idsText(const QList<qint64>& ids) {
  QString text(u' ');
  for (const qint64 id : ids) text += QString::number(id) + u' ';
  return text;
}

[[nodiscard]] QList<qint64> idsFrom(const QString& text) {
  QList<qint64> ids;
  for (const QString& id : text.split(u' ', Qt::SkipEmptyParts)) ids.append(id.toLongLong());
  return ids;
}

}  // namespace

StoreResult<QList<SummaryRow>> SummaryStore::all(qint64 chatId) {
  auto query =
      m_database.run(QStringLiteral("SELECT covers, content, model_name, created_at FROM summary WHERE chat_id = ? ORDER BY id"), {chatId});
  if (!query) return query.error();
  QList<SummaryRow> rows;
  while (query->next()) {
    rows.append({chatId, idsFrom(query->value(0).toString()), query->value(1).toString(), query->value(2).toString(),
                 QDateTime::fromMSecsSinceEpoch(query->value(3).toLongLong(), Qt::UTC)});
  }
  return rows;
}

StoreStatus SummaryStore::add(const SummaryRow& row) {
  QStringList ids;
  for (const qint64 id : row.covers) ids.append(QString::number(id));
  const QString list = ids.join(u',');
  return m_database.exec(
      QStringLiteral(
          "INSERT INTO summary (chat_id, covers, content, model_name, created_at) SELECT ?, ?, ?, ?, ? WHERE "
          "EXISTS (SELECT 1 FROM chat WHERE id = ?) AND (SELECT count(*) FROM message WHERE id IN (%1) AND ifnull(deleted_at, 1) <> 0) = ?")
          .arg(list),
      {row.chatId, idsText(row.covers), row.text, row.modelName.isNull() ? QStringLiteral("") : row.modelName,
       row.createdAt.toMSecsSinceEpoch(), row.chatId, row.covers.size()});
}
