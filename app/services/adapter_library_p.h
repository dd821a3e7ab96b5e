// What the parts of AdapterLibrary share: the list and the switches (adapter_library.cpp), files and fits (adapter_library_files.cpp).
#pragma once

#include <QHash>
#include <QMap>
#include <QSet>

#include "services/adapter_library.h"
#include "services/download_service.h"
#include "services/library_state.h"
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

struct AdapterLibrary::Private : LibraryState<AdapterLibrary> {
  using LibraryState::LibraryState;

  StorageThread* storage = nullptr;
  ModelFiles* files = nullptr;
  DownloadService* downloads = nullptr;
  ModelLibrary* models = nullptr;
  QString starterFolder;

  using Pair = QPair<qint64, qint64>;  // adapter, variant
  QList<AdapterRow> rows;              // names of starters are empty unless the user gave them
  QHash<Pair, AdapterFit> fits;
  QSet<Pair> checking;
  QHash<qint64, QMap<qint64, AdapterSwitch>> switches;  // chat -> adapter -> switch
  qint64 lastId = 0;
  bool checkPlanned = false;

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
    QHash<QString, LibraryFile> before;  // files as they were before they were read: they may have been half written
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
