// What the lists of models and of adapters have in common: where they are, what is under way, and removing files.
#pragma once

#include <QFileInfo>
#include <QHash>
#include <QPointer>
#include <QSet>
#include <QStringList>
#include <functional>
#include <memory>

#include "services/file_jobs.h"
#include "services/library_paths.h"
#include "services/model_library.h"
#include "services/model_reading.h"

/// `Library` has notice() and reconcile(), and outlives this object.
template <class Library>
struct LibraryState {
  explicit LibraryState(LibraryPaths folders) : paths(std::move(folders)) {}

  Library* q = nullptr;
  FileJobs* jobs = nullptr;
  LibraryPaths paths;
  bool started = false;
  bool cleaned = false;  // what an earlier run left half made
  bool reconciling = false;
  bool reconcileAgain = false;
  int generation = 0;                      // counts starts: work for an earlier list is not taken into this one
  QHash<QString, LibraryFile> passedOver;  // files in our folder that are not of the list, as they were
  QSet<qint64> deleting;

  /// Another list takes the place of this one.
  void beginAnew() {
    ++generation;
    reconciling = false;
    reconcileAgain = false;
    passedOver.clear();
    deleting.clear();
  }

  /// `then` with what the job answered, unless the library has gone or was started again meanwhile.
  template <class Then>
  std::function<void(const Problem&)> answering(Then then) {
    return [this, library = QPointer<Library>(q), at = generation, then](const Problem& problem) {
      if (!library) return;
      if (generation == at)
        then(problem);
      else
        library->reconcile();  // what the job made is a file that the new list does not know
    };
  }

  /// Files that may be deleted.
  [[nodiscard]] QStringList oursOf(const QList<LibraryFile>& files) const {
    QStringList ours;
    for (const LibraryFile& file : files) {
      if (!file.linked && paths.isOurs(file.path)) ours += file.path;
    }
    return ours;
  }

  /// Deletes files below `root` in the background, then `forget`s their entry; one that cannot be deleted is named, and the entry stays.
  void deleteThen(qint64 id, const QString& title, const QStringList& ours, const QString& root, std::function<void()> forget) {
    if (ours.isEmpty()) {
      forget();
      return;
    }
    deleting.insert(id);
    const auto failed = std::make_shared<QString>();
    jobs->run(
        FileJob::Kind::Scan, title,
        [failed, ours, root](WorkControl&) {
          *failed = deleteFiles(ours, root);
          return Problem();
        },
        answering([this, id, failed, forget = std::move(forget)](const Problem&) {
          deleting.remove(id);
          if (failed->isEmpty()) {
            forget();
            return;
          }
          Q_EMIT q->notice({ErrorId::LibraryNotRemoved, {QFileInfo(*failed).fileName()}, *failed});
          q->reconcile();
        }));
  }
};
