// Rows of tables model, variant and library_file.
#pragma once

#include <QList>

#include "storage/database.h"

/// A file of a variant or of an adapter, as stored: `path` is relative to the data folder where the file is below it. Times are
/// milliseconds since 1970, 0: never.
struct StoredFile {
  qint64 id = 0;
  qint64 ownerId = 0;  // of the variant or of the adapter
  QString path;
  qint64 size = 0;
  qint64 modifiedAt = 0;
  QString sha256;
  qint64 verifiedAt = 0;
  bool missing = false;
  bool linked = false;

  bool operator==(const StoredFile&) const = default;
};

struct StoredModel {
  qint64 id = 0;
  QString name;
  QString publisher;
  QString licence;
  QString repository;
  QString catalogueId;
  QString description;
  QString card;
  qint64 addedAt = 0;

  bool operator==(const StoredModel&) const = default;
};

struct StoredVariant {
  qint64 id = 0;
  qint64 modelId = 0;
  QString name;
  QString architecture;
  QString quantisation;
  QString source;
  QString settings;  // JSON
  QString facts;     // JSON
  qint64 addedAt = 0;
  qint64 usedAt = 0;

  bool operator==(const StoredVariant&) const = default;
};

/// The whole list of models.
struct LibraryRows {
  QList<StoredModel> models;
  QList<StoredVariant> variants;
  QList<StoredFile> files;  // of variants, by variant and part
  qint64 lastModelId = 0;   // highest that was ever used
  qint64 lastVariantId = 0;
};

class LibraryStore {
 public:
  explicit LibraryStore(Database& database) : m_database(database) {}

  StoreResult<LibraryRows> all();
  /// Adds the row or replaces its columns.
  StoreStatus put(const StoredModel& model);
  StoreStatus put(const StoredVariant& variant);
  /// All files of a variant, first part first; a path that another row had is taken over.
  StoreStatus putFiles(qint64 variantId, const QList<StoredFile>& files);
  /// The contents of the variant are others: what was found about its adapters no longer counts.
  StoreStatus forgetFits(qint64 variantId);
  /// With its files, and its model when no other variant is left. One transaction.
  StoreStatus removeVariant(qint64 id);

 private:
  Database& m_database;
};

/// Writes the files of one owner in place of those it had; for the stores. `owner`: "variant_id" or "adapter_id".
StoreStatus replaceFiles(Database& database, const char* owner, qint64 ownerId, const QList<StoredFile>& files);
/// All files of one kind of owner.
StoreResult<QList<StoredFile>> filesOf(Database& database, const char* owner);
/// The highest id that a table ever had.
StoreResult<qint64> lastIdOf(Database& database, const char* table);
/// A null string would be stored as NULL.
[[nodiscard]] inline QString notNull(const QString& text) {
  return text.isNull() ? QStringLiteral("") : text;
}
