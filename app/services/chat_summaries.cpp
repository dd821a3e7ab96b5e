#include "services/chat_summaries.h"

#include <algorithm>

#include "storage/storage_thread.h"

ChatSummaries::ChatSummaries(StorageOf storageOf, QObject* parent) : QObject(parent), m_storageOf(std::move(storageOf)) {}

bool ChatSummaries::isRead(qint64 chatId) {
  if (m_rows.contains(chatId)) return true;
  StorageThread* storage = m_storageOf(chatId);
  if (!storage || m_reading.contains(chatId)) return false;
  m_reading.insert(chatId);
  storage->run<StoreResult<QList<SummaryRow>>>(
      this, [chatId](Database& database) { return SummaryStore(database).all(chatId); },
      [this, chatId](const StoreResult<QList<SummaryRow>>& rows) {
        if (!m_reading.remove(chatId)) return;  // forgotten meanwhile
        if (!m_rows.contains(chatId)) m_rows.insert(chatId, rows ? *rows : QList<SummaryRow>());
        Q_EMIT arrived(chatId);
      });
  return false;
}

std::optional<SummaryRow> ChatSummaries::find(qint64 chatId, const QList<qint64>& ids) const {
  std::optional<SummaryRow> best;
  for (const SummaryRow& row : m_rows.value(chatId)) {
    if (row.covers.isEmpty() || row.covers.size() > ids.size()) continue;
    if (!std::equal(row.covers.begin(), row.covers.end(), ids.begin())) continue;
    if (!best || row.covers.size() >= best->covers.size()) best = row;
  }
  return best;
}

void ChatSummaries::add(const SummaryRow& row) {
  m_rows[row.chatId].append(row);
  if (StorageThread* storage = m_storageOf(row.chatId))
    storage->write([row](Database& database) { return SummaryStore(database).add(row); });
}

void ChatSummaries::forget(qint64 chatId) {
  m_rows.remove(chatId);
  m_reading.remove(chatId);
}

void ChatSummaries::forgetEverything() {
  m_rows.clear();
  m_reading.clear();
}
