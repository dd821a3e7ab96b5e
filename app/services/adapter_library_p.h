// What the parts of AdapterLibrary share: the list and the switches (adapter_library.cpp), files and fits (adapter_library_files.cpp).
#pragma once

#include <QHash>
#include <QMap>
#include <QPointer>
#include <QSet>

#include "services/adapter_library.h"
#include "services/download_service.h"
#include "services/file_jobs.h"
#include "services/library_paths.h"
#include "storage/adapter_store.h"
#include "storage/storage_thread.h"

/// An adapter that is not in the list yet.
struct NewAdapter {
  AdapterFileFacts facts;
  QList<LibraryFile> files;
  QString source = QStringLiteral("import");
  QString name;     // better than what the file says
  QString licence;  // likewise
  bool copied = false;
};

struct AdapterLibrary::Private {
  explicit Private(LibraryPaths folders) : paths(std::move(folders)) {}

  AdapterLibrary* q = nullptr;
  StorageThread* storage = nullptr;
  ModelFiles* files = nullptr;
  FileJobs* jobs = nullptr;
  DownloadService* downloads = nullptr;
  ModelLibrary* models = nullptr;
  LibraryPaths paths;
  QString starterFolder;

  using Pair = QPair<qint64, qint64>;  // adapter, variant
  QList<AdapterRow> rows;              // names of starters are empty unless the user gave them
  QHash<Pair, AdapterFit> fits;
  QSet<Pair> checking;
  QHash<qint64, QMap<qint64, AdapterSwitch>> switches;  // chat -> adapter -> switch
  qint64 lastId = 0;
  bool started = false;
  bool cleaned = false;
  bool reconciling = false;
  bool reconcileAgain = false;
  bool checkPlanned = false;
  int generation = 0;
  QSet<qint64> deleting;
  QHash<QString, LibraryFile> passedOver;  // files in our folder that cannot be used, as they were

  template <class Then>
  std::function<void(const Problem&)> answering(Then then) {
    return [library = QPointer<AdapterLibrary>(q), at = generation, then](const Problem& problem) {
      if (!library) return;
      if (library->d->generation == at)
        then(problem);
      else
        library->reconcile();  // what the job made is a file that the new list does not know
    };
  }

  // The list.
  [[nodiscard]] AdapterRow* find(qint64 id);
  [[nodiscard]] AdapterRow* withFile(const QString& path);
  [[nodiscard]] AdapterRow* withHashes(const QStringList& hashes);
  void take(const AdapterRows& stored);
  void sort();
  enum class Fits { Keep, Forget };
  void store(const AdapterRow& row, Fits fits = Fits::Keep);
  void changed(AdapterRow& row, Fits fits = Fits::Keep);
  void add(const NewAdapter& found);
  void addOrReplace(const NewAdapter& found);
  static void setFacts(AdapterRow& row, const AdapterFileFacts& facts);
  void forget(qint64 id);

  // Files.
  void take(const QList<NewAdapter>& found, const QStringList& given, const QList<Problem>& refused, ImportMode mode);
  void readWhole(const NewAdapter& found, ImportMode mode);
  void onDownloaded(const DownloadRow& row);
  void reconcile();
  struct Seen {
    qint64 id = 0;
    QList<LibraryFile> files;
    bool unread = false;
    bool changed = false;
    Outcome<AdapterFileFacts> facts;
  };
  struct Found {
    QList<NewAdapter> adapters;
    QList<QPair<QString, Problem>> refused;
  };
  void apply(const QList<Seen>& seen, const Found& found);
  void applySeen(const Seen& seen);

  // Fits.
  void checkSoon();
  void check();
  void checkVariant(const Variant& variant);
  void dropFits(const std::function<bool(const Pair&)>& which);
};

/// The row as people see it: adapters of the application are named in the language of the window.
[[nodiscard]] AdapterRow shown(const AdapterRow& row);
