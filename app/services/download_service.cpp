#include "services/download_service.h"

#include <QCoreApplication>
#include <QNetworkInformation>
#include <QThread>
#include <QTimer>
#include <algorithm>

#include "net/download_worker.h"
#include "services/network_settings.h"
#include "services/settings.h"
#include "storage/download_store.h"
#include "storage/storage_thread.h"

namespace {

constexpr int kStoreMs = 1'000;
constexpr qint64 kEpochSeconds = 1'704'067'200;  // 2024-01-01

[[nodiscard]] QString stateName(DownloadState state) {
  switch (state) {
    case DownloadState::Queued:
      return QStringLiteral("queued");
    case DownloadState::Running:
    case DownloadState::Waiting:
    case DownloadState::Verifying:
      return QStringLiteral("running");
    case DownloadState::Paused:
      return QStringLiteral("paused");
    case DownloadState::Failed:
      return QStringLiteral("failed");
    case DownloadState::Done:
      break;
  }
  return QStringLiteral("done");
}

[[nodiscard]] DownloadState stateFrom(const QString& name) {
  if (name == QLatin1String("paused")) return DownloadState::Paused;
  if (name == QLatin1String("failed")) return DownloadState::Failed;
  return name == QLatin1String("done") ? DownloadState::Done : DownloadState::Queued;
}

/// Whether a row wants to run.
[[nodiscard]] bool isWilling(const DownloadRow& row) {
  return row.state != DownloadState::Paused && row.state != DownloadState::Failed && row.state != DownloadState::Done;
}

/// The same files; sizes and checksums may have been found out meanwhile.
[[nodiscard]] bool isSameDownload(const DownloadRequest& a, const DownloadRequest& b) {
  return a.kind == b.kind && a.repository == b.repository && a.revision == b.revision &&
         std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
                    [](const DownloadFile& one, const DownloadFile& other) { return one.path == other.path; });
}

[[nodiscard]] quint64 knownTotal(const DownloadRequest& request) {
  quint64 total = 0;
  for (const DownloadFile& file : request.files) {
    if (file.size == 0) return 0;
    total += file.size;
  }
  return total;
}

/// What a row shows only while it runs.
void calm(DownloadRow& row) {
  row.bytesPerSecond = 0;
  row.secondsLeft = -1;
  row.retrySeconds = 0;
}

}  // namespace

struct DownloadService::Private {
  DownloadService* q = nullptr;
  StorageThread* storage = nullptr;
  QString folder;
  std::unique_ptr<NetworkSettings> ownNetwork;
  NetworkSettings* network = nullptr;
  QThread thread;
  DownloadWorker* worker = nullptr;  // lives in the thread
  QList<DownloadRow> rows;           // in the order of the queue, finished ones last
  qint64 running = 0;                // id of a row
  qint64 run = 0;                    // number of the worker's run; answers of others are old
  NetworkSetup setup;                // of the run
  qint64 lastId = 0;
  bool isLoaded = false;
  bool isPreparing = false;
  QTimer storeTimer;
  bool isDirty = false;  // the running row has not been stored as it is

  [[nodiscard]] DownloadRow* row(qint64 id) {
    const auto it = std::find_if(rows.begin(), rows.end(), [id](const DownloadRow& one) { return one.id == id; });
    return it == rows.end() ? nullptr : &*it;
  }
  template <class F>
  void inWorker(F job) {
    QMetaObject::invokeMethod(worker, std::move(job), Qt::QueuedConnection);
  }

  void load(const QList<StoredDownload>& stored);
  void schedule();
  void begin(DownloadRow& next, const NetworkSetup& now);
  void halt();
  void onNetwork(const NetworkSetup& now);
  void onProgress(const DownloadProgress& progress);
  void onDescribed(qint64 number, const DownloadRequest& request);
  void onFinished(qint64 number, const DownloadRequest& request, const QStringList& files);
  void onFailed(qint64 number, const Problem& problem);
  void store(const DownloadRow& row);
  void storeOrder();
  void tell(const DownloadRow& row);
  void watchNetwork();
};

// --- Storing

void DownloadService::Private::store(const DownloadRow& row) {
  const auto place = std::find_if(rows.begin(), rows.end(), [&row](const DownloadRow& one) { return one.id == row.id; });
  const StoredDownload stored{
      row.id, static_cast<int>(place - rows.begin()), stateName(row.state), row.request, row.problem, row.received, row.total, row.addedAt};
  storage->write([stored](Database& database) { return DownloadStore(database).put(stored); });
}

void DownloadService::Private::storeOrder() {
  for (const DownloadRow& row : std::as_const(rows)) store(row);
}

void DownloadService::Private::load(const QList<StoredDownload>& stored) {
  QList<DownloadRow> loaded;
  for (const StoredDownload& one : stored) {
    DownloadRow row;
    row.id = one.id;
    row.request = one.request;
    row.state = stateFrom(one.state);
    row.received = one.received;
    row.total = one.total > 0 ? one.total : knownTotal(one.request);
    row.problem = one.problem;
    row.addedAt = one.addedAt;
    if (row.state == DownloadState::Done) row.files = DownloadWorker::targets(row.request, folder);
    lastId = std::max(lastId, row.id);
    loaded.append(row);
  }
  const auto early = std::exchange(rows, loaded);  // added before the database had answered
  for (const DownloadRow& row : early) {
    const bool isKnown = std::any_of(loaded.begin(), loaded.end(), [&row](const DownloadRow& one) { return one.id == row.id; });
    if (!isKnown) rows.append(row);
  }
  std::stable_partition(rows.begin(), rows.end(), [](const DownloadRow& row) { return row.state != DownloadState::Done; });
  isLoaded = true;
  Q_EMIT q->listChanged();
  schedule();
}

// --- Running

/// The first of the queue that may run does.
void DownloadService::Private::schedule() {
  if (!isLoaded) return;
  const auto next = std::find_if(rows.begin(), rows.end(), isWilling);
  const qint64 wanted = next == rows.end() ? 0 : next->id;
  if (wanted == running) return;
  halt();
  if (wanted == 0 || isPreparing) return;
  isPreparing = true;
  watchNetwork();
  network->withSetup(q, [this](const NetworkSetup& now) {
    isPreparing = false;
    const auto first = std::find_if(rows.begin(), rows.end(), isWilling);
    if (first != rows.end() && first->id != running) begin(*first, now);
  });
}

void DownloadService::Private::begin(DownloadRow& next, const NetworkSetup& now) {
  running = next.id;
  setup = now;
  next.state = DownloadState::Running;
  next.problem = {};
  calm(next);
  store(next);
  const qint64 number = ++run;
  inWorker([target = worker, number, request = next.request, where = folder, now] { target->start(number, request, where, now); });
  storeTimer.start();
  tell(next);
}

/// What runs goes back into the queue.
void DownloadService::Private::halt() {
  if (running == 0) return;
  DownloadRow* row = this->row(std::exchange(running, 0));
  ++run;
  storeTimer.stop();
  inWorker([target = worker] { target->stop(); });
  if (!row) return;
  calm(*row);
  if (isWilling(*row)) row->state = DownloadState::Queued;
  store(*row);
  tell(*row);
}

void DownloadService::Private::onNetwork(const NetworkSetup& now) {
  if (running == 0 || now == setup) return;
  NetworkSetup sameLimit = now;
  sameLimit.bytesPerSecond = setup.bytesPerSecond;
  if (sameLimit == setup) {
    setup = now;
    inWorker([target = worker, bytes = now.bytesPerSecond] { target->setBytesPerSecond(bytes); });
    return;
  }
  if (DownloadRow* row = this->row(running)) begin(*row, now);
}

void DownloadService::Private::watchNetwork() {
  static const bool isThere = QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability);
  if (!isThere) return;
  QObject::connect(QNetworkInformation::instance(), &QNetworkInformation::reachabilityChanged, q, &DownloadService::onReachability,
                   Qt::UniqueConnection);
}

void DownloadService::onReachability() {
  if (QNetworkInformation::instance()->reachability() != QNetworkInformation::Reachability::Online) return;
  d->inWorker([target = d->worker] { target->retryNow(); });
}

// --- Answers of the worker

void DownloadService::Private::onProgress(const DownloadProgress& progress) {
  DownloadRow* row = this->row(running);
  if (progress.id != run || !row) return;
  using Doing = DownloadProgress::Doing;
  row->state = progress.doing == Doing::Waiting     ? DownloadState::Waiting
               : progress.doing == Doing::Verifying ? DownloadState::Verifying
                                                    : DownloadState::Running;
  row->received = progress.received;
  if (progress.total > 0) row->total = progress.total;
  row->bytesPerSecond = progress.bytesPerSecond;
  row->secondsLeft = progress.secondsLeft;
  row->endpoint = progress.endpoint;
  row->retrySeconds = progress.retrySeconds;
  row->problem = progress.problem;
  isDirty = true;
  Q_EMIT q->rowChanged(*row);
}

void DownloadService::Private::onDescribed(qint64 number, const DownloadRequest& request) {
  DownloadRow* row = this->row(running);
  if (number != run || !row) return;
  row->request = request;
  row->total = knownTotal(request);
  store(*row);
  Q_EMIT q->rowChanged(*row);
}

void DownloadService::Private::onFinished(qint64 number, const DownloadRequest& request, const QStringList& files) {
  DownloadRow* row = this->row(running);
  if (number != run || !row) return;
  running = 0;
  storeTimer.stop();
  row->request = request;
  row->state = DownloadState::Done;
  row->total = row->received = knownTotal(request);
  row->files = files;
  row->problem = {};
  calm(*row);
  const DownloadRow done = *row;
  rows.removeIf([&done](const DownloadRow& one) { return one.id == done.id; });
  rows.append(done);
  storeOrder();
  Q_EMIT q->rowChanged(done);
  Q_EMIT q->listChanged();
  Q_EMIT q->finished(done);
  schedule();
}

void DownloadService::Private::onFailed(qint64 number, const Problem& problem) {
  DownloadRow* row = this->row(running);
  if (number != run || !row) return;
  running = 0;
  storeTimer.stop();
  row->state = DownloadState::Failed;
  row->problem = problem;
  if (problem.id == ErrorId::DownloadDamaged || problem.id == ErrorId::DownloadName) row->received = 0;
  calm(*row);
  store(*row);
  tell(*row);
  schedule();
}

void DownloadService::Private::tell(const DownloadRow& row) {
  Q_EMIT q->rowChanged(row);
}

// --- DownloadService

DownloadService::DownloadService(StorageThread* storage, Settings* settings, const QString& dataFolder, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>()) {
  qRegisterMetaType<DownloadProgress>();
  qRegisterMetaType<DownloadRequest>();
  d->q = this;
  d->storage = storage;
  d->folder = dataFolder;
  d->ownNetwork = std::make_unique<NetworkSettings>(settings, nullptr);
  setNetwork(d->ownNetwork.get());
  d->thread.setObjectName(QStringLiteral("download"));
  d->worker = new DownloadWorker;
  d->worker->moveToThread(&d->thread);
  connect(&d->thread, &QThread::finished, d->worker, &QObject::deleteLater);
  connect(d->worker, &DownloadWorker::progressed, this, [this](const DownloadProgress& progress) { d->onProgress(progress); });
  connect(d->worker, &DownloadWorker::described, this,
          [this](qint64 run, const DownloadRequest& request) { d->onDescribed(run, request); });
  connect(d->worker, &DownloadWorker::finished, this,
          [this](qint64 run, const DownloadRequest& request, const QStringList& files) { d->onFinished(run, request, files); });
  connect(d->worker, &DownloadWorker::failed, this, [this](qint64 run, const Problem& problem) { d->onFailed(run, problem); });
  d->thread.start();
  d->storeTimer.setInterval(kStoreMs);
  connect(&d->storeTimer, &QTimer::timeout, this, [this] {
    const DownloadRow* row = d->row(d->running);
    if (row && std::exchange(d->isDirty, false)) d->store(*row);
  });
}

DownloadService::~DownloadService() {
  d->thread.quit();
  d->thread.wait();
}

void DownloadService::setNetwork(NetworkSettings* network) {
  if (d->network) disconnect(d->network, nullptr, this, nullptr);
  d->network = network;
  connect(network, &NetworkSettings::changed, this, [this] {
    if (d->running != 0) d->network->withSetup(this, [this](const NetworkSetup& now) { d->onNetwork(now); });
  });
}

void DownloadService::start() {
  d->halt();
  d->isLoaded = false;
  d->storage->run<StoreResult<QList<StoredDownload>>>(
      this, [](Database& database) { return DownloadStore(database).all(); },
      [this](const StoreResult<QList<StoredDownload>>& stored) { d->load(stored ? *stored : QList<StoredDownload>()); });
}

QList<DownloadRow> DownloadService::downloads() const {
  return d->rows;
}

qint64 DownloadService::add(const DownloadRequest& request) {
  for (const DownloadRow& row : std::as_const(d->rows)) {
    if (row.state == DownloadState::Done || !isSameDownload(row.request, request)) continue;
    const qint64 id = row.id;
    resume(id);
    return id;
  }
  DownloadRow row;
  // Of the clock, so that they are new even before the list has been read.
  row.id = d->lastId = std::max(d->lastId + 1, QDateTime::currentSecsSinceEpoch() - kEpochSeconds);
  row.request = request;
  row.total = knownTotal(request);
  row.addedAt = QDateTime::currentDateTimeUtc();
  const auto firstDone =
      std::find_if(d->rows.begin(), d->rows.end(), [](const DownloadRow& one) { return one.state == DownloadState::Done; });
  d->rows.insert(firstDone, row);
  d->storeOrder();
  Q_EMIT listChanged();
  d->schedule();
  return row.id;
}

void DownloadService::pause(qint64 id) {
  DownloadRow* row = d->row(id);
  if (!row || !isWilling(*row)) return;
  row->state = DownloadState::Paused;
  row->problem = {};
  if (d->running == id) {
    d->halt();
  } else {
    d->store(*row);
    d->tell(*row);
  }
  d->schedule();
}

void DownloadService::resume(qint64 id) {
  DownloadRow* row = d->row(id);
  if (!row || row->state == DownloadState::Done) return;
  if (d->running == id) {
    d->inWorker([target = d->worker] { target->retryNow(); });
    return;
  }
  if (!isWilling(*row)) {
    row->state = DownloadState::Queued;
    row->problem = {};
    d->store(*row);
    d->tell(*row);
  }
  d->schedule();
}

void DownloadService::remove(qint64 id) {
  const DownloadRow* found = d->row(id);
  if (!found) return;
  const DownloadRow row = *found;
  if (d->running == id) d->halt();
  d->rows.removeIf([id](const DownloadRow& one) { return one.id == id; });
  if (row.state != DownloadState::Done) {
    d->inWorker([target = d->worker, request = row.request, folder = d->folder] { target->removeUnfinished(request, folder); });
  }
  d->storage->write([id](Database& database) { return DownloadStore(database).remove(id); });
  Q_EMIT listChanged();
  d->schedule();
}

void DownloadService::move(qint64 id, int step) {
  const auto it = std::find_if(d->rows.begin(), d->rows.end(), [id](const DownloadRow& row) { return row.id == id; });
  if (it == d->rows.end() || it->state == DownloadState::Done) return;
  const qsizetype from = it - d->rows.begin();
  const qsizetype open =
      std::count_if(d->rows.begin(), d->rows.end(), [](const DownloadRow& row) { return row.state != DownloadState::Done; });
  const qsizetype to = std::clamp<qsizetype>(from + step, 0, open - 1);
  if (to == from) return;
  d->rows.move(from, to);
  d->storeOrder();
  Q_EMIT listChanged();
  d->schedule();
}

void DownloadService::pauseAll() {
  QList<qint64> ids;
  for (const DownloadRow& row : std::as_const(d->rows)) ids.prepend(row.id);  // from the last: no other begins meanwhile
  for (const qint64 id : std::as_const(ids)) pause(id);
}

void DownloadService::resumeAll() {
  QList<qint64> ids;
  for (const DownloadRow& row : std::as_const(d->rows)) ids.append(row.id);
  for (const qint64 id : std::as_const(ids)) resume(id);
}

void DownloadService::removeFinished() {
  QList<qint64> ids;
  for (const DownloadRow& row : std::as_const(d->rows)) {
    if (row.state == DownloadState::Done) ids.append(row.id);
  }
  if (ids.isEmpty()) return;
  d->rows.removeIf([](const DownloadRow& row) { return row.state == DownloadState::Done; });
  for (const qint64 id : std::as_const(ids)) d->storage->write([id](Database& database) { return DownloadStore(database).remove(id); });
  Q_EMIT listChanged();
}
