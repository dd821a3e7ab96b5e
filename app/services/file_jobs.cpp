#include "services/file_jobs.h"

#include <QElapsedTimer>
#include <QThreadPool>
#include <QTimer>
#include <algorithm>
#include <map>
#include <mutex>

namespace {

constexpr int kProgressMs = 100;
constexpr int kKeepMs = 10'000;          // a job that ended well stays on the list
constexpr double kFirstEstimate = 0.01;  // before that the remaining time is a guess
constexpr qint64 kFirstEstimateMs = 1000;

[[nodiscard]] bool isQuiet(FileJob::Kind kind) {
  return kind == FileJob::Kind::Scan || kind == FileJob::Kind::CheckAdapter;
}

/// Making files computes for long; reading and copying waits for the disk; heads of files are quick. None waits for another kind.
enum Lane { Making, Reading, Quick, LaneCount };

[[nodiscard]] Lane laneOf(FileJob::Kind kind) {
  switch (kind) {
    case FileJob::Kind::MakeSmaller:
    case FileJob::Kind::ImportFolder:
    case FileJob::Kind::Merge:
      return Making;
    case FileJob::Kind::Import:
    case FileJob::Kind::Copy:
    case FileJob::Kind::Verify:
      return Reading;
    case FileJob::Kind::CheckAdapter:
    case FileJob::Kind::Scan:
      return Quick;
  }
  return Making;
}

[[nodiscard]] bool hasEnded(FileJob::State state) {
  return state == FileJob::State::Done || state == FileJob::State::Failed || state == FileJob::State::Cancelled;
}

/// What a job in a worker thread and its entry share.
struct Running {
  WorkControl control;
  std::atomic<bool> claimed{false};  // by the worker that begins, or by cancel(): whoever is first
  std::mutex mutex;
  double fraction = 0;
  QString what;
  bool news = false;
};

struct Entry {
  FileJob job;
  std::shared_ptr<Running> running = std::make_shared<Running>();
  std::function<void(const Problem&)> done;
  QElapsedTimer clock;
};

}  // namespace

struct FileJobs::Private {
  FileJobs* q;
  std::map<quint64, Entry> entries;  // by id: oldest first
  QThreadPool pools[LaneCount];
  QTimer timer;
  quint64 lastId = 0;

  void begin(quint64 id);
  void end(quint64 id, const Problem& problem);
  void collectProgress();
  void changed(const Entry& entry);
};

FileJobs::FileJobs(QObject* parent) : QObject(parent), d(std::make_unique<Private>()) {
  d->q = this;
  for (QThreadPool& pool : d->pools) pool.setMaxThreadCount(1);
  d->timer.setInterval(kProgressMs);
  connect(&d->timer, &QTimer::timeout, this, [this] { d->collectProgress(); });
}

FileJobs::~FileJobs() {
  for (auto& [id, entry] : d->entries) entry.running->control.cancel = true;
  for (QThreadPool& pool : d->pools) pool.clear();
  for (QThreadPool& pool : d->pools) pool.waitForDone();
}

quint64 FileJobs::run(FileJob::Kind kind, const QString& title, std::function<Problem(WorkControl&)> work,
                      std::function<void(const Problem&)> done) {
  const quint64 id = ++d->lastId;
  Entry& entry = d->entries[id];
  entry.job.id = id;
  entry.job.kind = kind;
  entry.job.title = title;
  entry.done = std::move(done);
  const auto running = entry.running;
  running->control.progress = [shared = running.get()](double fraction, const QString& what) {
    const std::lock_guard lock(shared->mutex);
    shared->fraction = std::clamp(fraction, 0.0, 1.0);
    shared->what = what;
    shared->news = true;
  };
  d->pools[laneOf(kind)].start([this, id, running, work = std::move(work)] {
    if (running->claimed.exchange(true)) return;
    QMetaObject::invokeMethod(
        this, [this, id] { d->begin(id); }, Qt::QueuedConnection);
    const Problem problem = work(running->control);
    QMetaObject::invokeMethod(
        this, [this, id, problem] { d->end(id, problem); }, Qt::QueuedConnection);
  });
  if (!isQuiet(kind)) Q_EMIT listChanged();
  return id;
}

void FileJobs::Private::changed(const Entry& entry) {
  if (!isQuiet(entry.job.kind)) Q_EMIT q->jobChanged(entry.job);
}

void FileJobs::Private::begin(quint64 id) {
  const auto at = entries.find(id);
  if (at == entries.end() || at->second.job.state != FileJob::State::Queued) return;
  at->second.job.state = FileJob::State::Running;
  at->second.clock.start();
  timer.start();
  changed(at->second);
}

void FileJobs::Private::end(quint64 id, const Problem& problem) {
  const auto at = entries.find(id);
  if (at == entries.end()) return;
  Entry& entry = at->second;
  const bool cancelled = problem && (entry.running->control.cancel || problem.id == ErrorId::EngineCancelled);
  entry.job.state = cancelled ? FileJob::State::Cancelled : problem ? FileJob::State::Failed : FileJob::State::Done;
  entry.job.problem = cancelled ? Problem() : problem;
  entry.job.secondsLeft = -1;
  if (!problem) entry.job.fraction = 1;
  const auto done = std::exchange(entry.done, {});
  const Problem outcome = cancelled ? Problem{ErrorId::EngineCancelled, {}, {}} : problem;
  const FileJob job = entry.job;
  if (isQuiet(job.kind)) {
    entries.erase(at);
  } else {
    Q_EMIT q->jobChanged(job);
    if (job.state != FileJob::State::Failed) QTimer::singleShot(kKeepMs, q, [this, id] { q->dismiss(id); });
  }
  const bool any = std::any_of(entries.begin(), entries.end(), [](const auto& e) { return e.second.job.state == FileJob::State::Running; });
  if (!any) timer.stop();
  if (done) done(outcome);
}

void FileJobs::Private::collectProgress() {
  for (auto& [id, entry] : entries) {
    if (entry.job.state != FileJob::State::Running) continue;
    {
      const std::lock_guard lock(entry.running->mutex);
      if (!std::exchange(entry.running->news, false)) continue;
      entry.job.fraction = entry.running->fraction;
      entry.job.what = entry.running->what;
    }
    const qint64 elapsed = entry.clock.elapsed();
    const double fraction = entry.job.fraction;
    const bool known = fraction >= kFirstEstimate && elapsed >= kFirstEstimateMs;
    entry.job.secondsLeft = known ? static_cast<int>(static_cast<double>(elapsed) * (1 - fraction) / fraction / 1000 + 0.5) : -1;
    changed(entry);
  }
}

void FileJobs::cancel(quint64 id) {
  const auto at = d->entries.find(id);
  if (at == d->entries.end() || hasEnded(at->second.job.state)) return;
  at->second.running->control.cancel = true;
  if (at->second.running->claimed.exchange(true)) return;  // its end is reported when the work has seen it
  at->second.job.state = FileJob::State::Cancelled;
  const FileJob job = at->second.job;
  if (isQuiet(job.kind)) {
    d->entries.erase(at);
    return;
  }
  at->second.done = {};
  Q_EMIT jobChanged(job);
  QTimer::singleShot(kKeepMs, this, [this, id] { dismiss(id); });
}

void FileJobs::dismiss(quint64 id) {
  const auto at = d->entries.find(id);
  if (at == d->entries.end() || !hasEnded(at->second.job.state)) return;
  d->entries.erase(at);
  Q_EMIT listChanged();
}

QList<FileJob> FileJobs::jobs() const {
  QList<FileJob> list;
  for (const auto& [id, entry] : d->entries) {
    if (!isQuiet(entry.job.kind)) list.append(entry.job);
  }
  return list;
}

bool FileJobs::isBusy() const {
  return std::any_of(d->entries.begin(), d->entries.end(),
                     [](const auto& entry) { return !isQuiet(entry.second.job.kind) && !hasEnded(entry.second.job.state); });
}

bool FileJobs::isWorking() const {
  return std::any_of(d->entries.begin(), d->entries.end(), [](const auto& entry) { return !hasEnded(entry.second.job.state); });
}

bool FileJobs::isUnderWay(quint64 id) const {
  const auto at = d->entries.find(id);
  return at != d->entries.end() && !hasEnded(at->second.job.state);
}
