#include "storage/library_store.h"

StoreStatus replaceFiles(Database& database, const char* owner, qint64 ownerId, const QList<StoredFile>& files) {
  const QString column = QString::fromLatin1(owner);
  if (const auto status = database.exec(QStringLiteral("DELETE FROM library_file WHERE %1 = ?").arg(column), {ownerId}); !status)
    return status;
  int part = 0;
  for (const StoredFile& file : files) {
    if (const auto status = database.exec(QStringLiteral("DELETE FROM library_file WHERE path = ?"), {file.path}); !status) return status;
    const auto status = database.exec(
        QStringLiteral("INSERT INTO library_file (%1, part, path, size, modified_at, sha256, verified_at, is_missing, is_linked) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .arg(column),
        {ownerId, part++, file.path, file.size, file.modifiedAt, notNull(file.sha256), file.verifiedAt, file.missing, file.linked});
    if (!status) return status;
  }
  return {};
}

StoreResult<QList<StoredFile>> filesOf(Database& database, const char* owner) {
  const QString column = QString::fromLatin1(owner);
  auto query =
      database.run(QStringLiteral("SELECT id, %1, path, size, modified_at, sha256, verified_at, is_missing, is_linked FROM library_file "
                                  "WHERE %1 IS NOT NULL ORDER BY %1, part, id")
                       .arg(column));
  if (!query) return query.error();
  QList<StoredFile> files;
  while (query->next()) {
    files.append({query->value(0).toLongLong(), query->value(1).toLongLong(), query->value(2).toString(), query->value(3).toLongLong(),
                  query->value(4).toLongLong(), query->value(5).toString(), query->value(6).toLongLong(), query->value(7).toBool(),
                  query->value(8).toBool()});
  }
  return files;
}

StoreResult<qint64> lastIdOf(Database& database, const char* table) {
  const auto value = database.value(QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = ?"), {QString::fromLatin1(table)});
  if (!value) return value.error();
  return value->toLongLong();
}

StoreResult<LibraryRows> LibraryStore::all() {
  LibraryRows rows;
  auto models = m_database.run(
      QStringLiteral("SELECT id, name, publisher, licence, repository, catalogue_id, description, card, added_at FROM model ORDER BY id"));
  if (!models) return models.error();
  while (models->next()) {
    rows.models.append({models->value(0).toLongLong(), models->value(1).toString(), models->value(2).toString(),
                        models->value(3).toString(), models->value(4).toString(), models->value(5).toString(), models->value(6).toString(),
                        models->value(7).toString(), models->value(8).toLongLong()});
  }
  auto variants = m_database.run(
      QStringLiteral("SELECT id, model_id, name, architecture, quantisation, source, settings, facts, added_at, used_at FROM variant "
                     "ORDER BY id"));
  if (!variants) return variants.error();
  while (variants->next()) {
    rows.variants.append({variants->value(0).toLongLong(), variants->value(1).toLongLong(), variants->value(2).toString(),
                          variants->value(3).toString(), variants->value(4).toString(), variants->value(5).toString(),
                          variants->value(6).toString(), variants->value(7).toString(), variants->value(8).toLongLong(),
                          variants->value(9).toLongLong()});
  }
  auto files = filesOf(m_database, "variant_id");
  const auto lastModel = lastIdOf(m_database, "model");
  const auto lastVariant = lastIdOf(m_database, "variant");
  if (!files) return files.error();
  if (!lastModel) return lastModel.error();
  if (!lastVariant) return lastVariant.error();
  rows.files = *files;
  rows.lastModelId = *lastModel;
  rows.lastVariantId = *lastVariant;
  return rows;
}

StoreStatus LibraryStore::put(const StoredModel& m) {
  return m_database.exec(
      QStringLiteral("INSERT INTO model (id, name, publisher, licence, repository, catalogue_id, description, card, added_at) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT (id) DO UPDATE SET name = excluded.name, publisher = excluded.publisher, licence = excluded.licence, "
                     "repository = excluded.repository, catalogue_id = excluded.catalogue_id, description = excluded.description, "
                     "card = excluded.card"),
      {m.id, notNull(m.name), notNull(m.publisher), notNull(m.licence), notNull(m.repository), notNull(m.catalogueId),
       notNull(m.description), notNull(m.card), m.addedAt});
}

StoreStatus LibraryStore::put(const StoredVariant& v) {
  return m_database.exec(
      QStringLiteral("INSERT INTO variant (id, model_id, name, architecture, quantisation, source, settings, facts, added_at, used_at) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT (id) DO UPDATE SET model_id = excluded.model_id, name = excluded.name, "
                     "architecture = excluded.architecture, quantisation = excluded.quantisation, source = excluded.source, "
                     "settings = excluded.settings, facts = excluded.facts, used_at = excluded.used_at"),
      {v.id, v.modelId, notNull(v.name), notNull(v.architecture), notNull(v.quantisation), notNull(v.source), notNull(v.settings),
       notNull(v.facts), v.addedAt, v.usedAt});
}

StoreStatus LibraryStore::putFiles(qint64 variantId, const QList<StoredFile>& files) {
  return replaceFiles(m_database, "variant_id", variantId, files);
}

StoreStatus LibraryStore::forgetFits(qint64 variantId) {
  return m_database.exec(QStringLiteral("DELETE FROM adapter_fit WHERE variant_id = ?"), {variantId});
}

StoreStatus LibraryStore::removeVariant(qint64 id) {
  Transaction transaction(m_database);
  if (!transaction.begun()) return transaction.begun();
  for (const char* statement : {"DELETE FROM variant WHERE id = ?",
                                "DELETE FROM model WHERE NOT EXISTS (SELECT 1 FROM variant WHERE variant.model_id = model.id)"}) {
    const QString sql = QString::fromLatin1(statement);
    const auto status = m_database.exec(sql, sql.contains(u'?') ? QVariantList{id} : QVariantList{});
    if (!status) return status;
  }
  return transaction.commit();
}
