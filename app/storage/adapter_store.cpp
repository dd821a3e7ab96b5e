#include "storage/adapter_store.h"

StoreResult<AdapterRows> AdapterStore::all() {
  AdapterRows rows;
  auto adapters = m_database.run(
      QStringLiteral("SELECT id, name, domain, description, licence, format, architecture, base_name, rank, alpha, targets, source, "
                     "added_at FROM adapter ORDER BY id"));
  if (!adapters) return adapters.error();
  while (adapters->next()) {
    rows.adapters.append({adapters->value(0).toLongLong(), adapters->value(1).toString(), adapters->value(2).toString(),
                          adapters->value(3).toString(), adapters->value(4).toString(), adapters->value(5).toString(),
                          adapters->value(6).toString(), adapters->value(7).toString(), adapters->value(8).toInt(),
                          adapters->value(9).toDouble(), adapters->value(10).toString(), adapters->value(11).toString(),
                          adapters->value(12).toLongLong()});
  }
  auto fits = m_database.run(QStringLiteral("SELECT adapter_id, variant_id, fits, reason FROM adapter_fit"));
  if (!fits) return fits.error();
  while (fits->next())
    rows.fits.append({fits->value(0).toLongLong(), fits->value(1).toLongLong(), fits->value(2).toBool(), fits->value(3).toString()});
  auto bindings = m_database.run(QStringLiteral("SELECT chat_id, adapter_id, is_on, scale FROM adapter_binding"));
  if (!bindings) return bindings.error();
  while (bindings->next()) {
    rows.bindings.append(
        {bindings->value(0).toLongLong(), bindings->value(1).toLongLong(), bindings->value(2).toBool(), bindings->value(3).toDouble()});
  }
  auto files = filesOf(m_database, "adapter_id");
  const auto last = lastIdOf(m_database, "adapter");
  if (!files) return files.error();
  if (!last) return last.error();
  rows.files = *files;
  rows.lastAdapterId = *last;
  return rows;
}

StoreStatus AdapterStore::put(const StoredAdapter& a) {
  return m_database.exec(
      QStringLiteral("INSERT INTO adapter (id, name, domain, description, licence, format, architecture, base_name, rank, alpha, targets, "
                     "source, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT (id) DO UPDATE SET name = excluded.name, domain = excluded.domain, description = excluded.description, "
                     "licence = excluded.licence, format = excluded.format, architecture = excluded.architecture, "
                     "base_name = excluded.base_name, rank = excluded.rank, alpha = excluded.alpha, targets = excluded.targets, "
                     "source = excluded.source"),
      {a.id, notNull(a.name), notNull(a.domain), notNull(a.description), notNull(a.licence), notNull(a.format), notNull(a.architecture),
       notNull(a.baseName), a.rank, a.alpha, notNull(a.targets), notNull(a.source), a.addedAt});
}

StoreStatus AdapterStore::putFiles(qint64 adapterId, const QList<StoredFile>& files) {
  return replaceFiles(m_database, "adapter_id", adapterId, files);
}

StoreStatus AdapterStore::remove(qint64 id) {
  return m_database.exec(QStringLiteral("DELETE FROM adapter WHERE id = ?"), {id});
}

StoreStatus AdapterStore::put(const QList<StoredFit>& fits) {
  Transaction transaction(m_database);
  for (const StoredFit& fit : fits) {
    if (!transaction.begun()) break;
    const auto status =
        m_database.exec(QStringLiteral("INSERT OR REPLACE INTO adapter_fit (adapter_id, variant_id, fits, reason) SELECT ?, ?, ?, ? "
                                       "WHERE EXISTS (SELECT 1 FROM adapter WHERE id = ?) AND EXISTS (SELECT 1 FROM variant WHERE id = ?)"),
                        {fit.adapterId, fit.variantId, fit.fits, notNull(fit.reason), fit.adapterId, fit.variantId});
    if (!status) return status;
  }
  return transaction.commit();
}

StoreStatus AdapterStore::forgetFits(qint64 adapterId) {
  return m_database.exec(QStringLiteral("DELETE FROM adapter_fit WHERE adapter_id = ?"), {adapterId});
}

StoreStatus AdapterStore::put(const QList<StoredBinding>& bindings) {
  Transaction transaction(m_database);
  for (const StoredBinding& binding : bindings) {
    if (!transaction.begun()) break;
    const auto status =
        m_database.exec(QStringLiteral("INSERT OR REPLACE INTO adapter_binding (chat_id, adapter_id, is_on, scale) SELECT ?, ?, ?, ? "
                                       "WHERE EXISTS (SELECT 1 FROM adapter WHERE id = ?)"),
                        {binding.chatId, binding.adapterId, binding.on, binding.scale, binding.adapterId});
    if (!status) return status;
  }
  return transaction.commit();
}
