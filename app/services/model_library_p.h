// What the parts of ModelLibrary share: the list (model_library.cpp), importing and making (model_library_import.cpp), comparing with the
// disk (model_library_disk.cpp).
#pragma once

#include <QHash>

#include "services/download_service.h"
#include "services/library_state.h"
#include "services/model_library.h"
#include "services/model_reading.h"
#include "storage/library_store.h"
#include "storage/storage_thread.h"

struct ModelLibrary::Private : LibraryState<ModelLibrary> {
  using LibraryState::LibraryState;

  StorageThread* storage = nullptr;
  ModelFiles* files = nullptr;
  DownloadService* downloads = nullptr;
  QString starter;

  QList<Variant> variants;
  qint64 lastModelId = 0;
  qint64 lastVariantId = 0;
  QHash<QString, quint64> busy;  // file -> job that makes or adds it

  // The list.
  [[nodiscard]] Variant* find(qint64 id);
  [[nodiscard]] Variant* withHashes(const QStringList& hashes);
  [[nodiscard]] Variant* withFile(const QString& path);
  [[nodiscard]] KnownHashes knownHashes() const;
  /// Of files that are there.
  [[nodiscard]] QSet<QString> listedHashes() const;
  [[nodiscard]] bool isBusy(const QString& path) const;
  void take(const LibraryRows& rows);
  void sort();
  enum class Fits { Keep, Forget };
  void store(const Variant& variant, Fits fits = Fits::Keep);
  void changed(Variant& variant, Fits fits = Fits::Keep);
  void ensureStarter();
  qint64 add(const NewVariant& found, qint64 modelId = 0);
  /// Answers the entry that has it then.
  qint64 addOrReplace(const NewVariant& found, qint64 modelId = 0);
  void setFacts(Variant& variant, const ModelFileFacts& facts);
  static void describe(Variant& variant, const NewVariant& found);
  [[nodiscard]] qint64 familyOf(const NewVariant& found) const;
  void forget(qint64 id);
  void deleteInBackground(const QStringList& files);

  // Importing and making.
  void imported(const FoundModels& found, const QStringList& given, ImportMode mode);
  void readWhole(const NewVariant& found, ImportMode mode);
  void importFolder(const QString& folder);
  void onDownloaded(const DownloadRow& row);
  void addDownloaded(const DownloadRow& row, NewVariant found);
  /// A download that is not finished will deliver the file.
  [[nodiscard]] bool isDownloading(const QString& path) const;
  using Make = std::function<Problem(const QString& output, WorkControl&)>;
  struct Making {
    FileJob::Kind kind;
    QString title;
    QString stem;        // of the new file
    QString suffix;      // "-Q4_K_M.gguf"
    qint64 modelId = 0;  // 0: a new model
    NewVariant as;       // what is known before it is made
  };
  quint64 make(const Making& making, Make work);

  // The disk.
  void reconcile();
  void apply(QList<SeenVariant> seen, const FoundModels& found);
  void applySeen(const SeenVariant& seen);
  void addFound(NewVariant found);
  void hashInBackground(qint64 id);
};
