// Long work with files, in the background, with progress and cancel.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>

#include "bridge/model_files.h"
#include "errors/error_catalogue.h"

struct FileJob {
  enum class Kind { Import, Copy, Verify, MakeSmaller, ImportFolder, Merge, CheckAdapter, Scan };
  enum class State { Queued, Running, Done, Failed, Cancelled };
  quint64 id = 0;
  Kind kind = Kind::Import;
  QString title;  // of the file or model, for people
  State state = State::Queued;
  double fraction = 0;
  QString what;  // at work on, technical
  int secondsLeft = -1;
  Problem problem;
};

/// One job at a time of each sort: those that make files, those that read or copy whole files, and quick ones that read heads, so that
/// an import does not wait for a quantisation. Progress is reported at most ten times a second.
class FileJobs : public QObject {
  Q_OBJECT

 public:
  explicit FileJobs(QObject* parent = nullptr);
  /// Cancels and waits.
  ~FileJobs() override;

  /// Runs `work` in the worker thread, then `done` in this thread unless it was cancelled before it began. `work` looks at
  /// control.cancel and calls control.progress. Jobs that `isQuiet` (kinds Scan and CheckAdapter) are not in jobs().
  quint64 run(FileJob::Kind kind, const QString& title, std::function<Problem(WorkControl&)> work,
              std::function<void(const Problem&)> done = {});
  void cancel(quint64 id);
  /// Takes a job that ended off the list.
  void dismiss(quint64 id);
  /// Newest last; ended ones stay until dismissed, those that ended well for a while only.
  [[nodiscard]] QList<FileJob> jobs() const;
  /// Something of jobs() is queued or under way.
  [[nodiscard]] bool isBusy() const;
  /// Whether a job is queued or under way.
  [[nodiscard]] bool isUnderWay(quint64 id) const;
  /// As isBusy(), quiet jobs included.
  [[nodiscard]] bool isWorking() const;

 Q_SIGNALS:
  void listChanged();
  void jobChanged(const FileJob& job);

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
