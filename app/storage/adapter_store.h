// Rows of tables adapter, adapter_fit and adapter_binding.
#pragma once

#include <QList>

#include "storage/database.h"
#include "storage/library_store.h"

struct StoredAdapter {
  qint64 id = 0;
  QString name;
  QString domain;
  QString description;
  QString licence;
  QString format;
  QString architecture;
  QString baseName;
  int rank = 0;
  double alpha = 0;
  QString targets;  // separated by spaces
  QString source;
  qint64 addedAt = 0;

  bool operator==(const StoredAdapter&) const = default;
};

struct StoredFit {
  qint64 adapterId = 0;
  qint64 variantId = 0;
  bool fits = false;
  QString reason;

  bool operator==(const StoredFit&) const = default;
};

/// A switch of a chat; chat 0 stands for a new one.
struct StoredBinding {
  qint64 chatId = 0;
  qint64 adapterId = 0;
  bool on = false;
  double scale = 1;

  bool operator==(const StoredBinding&) const = default;
};

struct AdapterRows {
  QList<StoredAdapter> adapters;
  QList<StoredFile> files;  // of adapters, by adapter and part
  QList<StoredFit> fits;
  QList<StoredBinding> bindings;
  qint64 lastAdapterId = 0;  // highest that was ever used
};

class AdapterStore {
 public:
  explicit AdapterStore(Database& database) : m_database(database) {}

  StoreResult<AdapterRows> all();
  /// Adds the row or replaces its columns.
  StoreStatus put(const StoredAdapter& adapter);
  StoreStatus putFiles(qint64 adapterId, const QList<StoredFile>& files);
  /// With its files, fits and switches.
  StoreStatus remove(qint64 id);
  /// Rows whose adapter or variant has gone meanwhile are passed over. One transaction.
  StoreStatus put(const QList<StoredFit>& fits);
  StoreStatus forgetFits(qint64 adapterId);
  /// As for fits.
  StoreStatus put(const QList<StoredBinding>& bindings);

 private:
  Database& m_database;
};
