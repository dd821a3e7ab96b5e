#include "net/download_worker.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <algorithm>

#include "net/disk.h"
#include "net/hub_api.h"
#include "net/hub_paths.h"

namespace {

constexpr int kReportMs = 250;
constexpr qint64 kSpeedWindowMs = 5'000;
constexpr qint64 kListingBytes = 32 << 20;
constexpr qint64 kSpareBytes = 4 << 20;  // for states and the database

[[nodiscard]] QString sizeText(qint64 bytes) {
  return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

/// Removes the folder and the one above it while they are empty.
void removeEmpty(const QString& file) {
  QDir folder = QFileInfo(file).dir();
  for (int level = 0; level < 3; ++level) {
    const QString name = folder.dirName();
    if (!folder.cdUp() || !folder.rmdir(name)) return;
  }
}

}  // namespace

// --- SpeedMeter

void SpeedMeter::restart(quint64 received) {
  m_samples = {{0, received}};
}

void SpeedMeter::add(quint64 received, qint64 nowMs) {
  m_samples.append({nowMs, received});
  while (m_samples.size() > 2 && nowMs - m_samples[1].first >= kSpeedWindowMs) m_samples.removeFirst();
}

double SpeedMeter::bytesPerSecond() const {
  if (m_samples.size() < 2) return 0;
  const qint64 time = m_samples.last().first - m_samples.first().first;
  if (time <= 0 || m_samples.last().second < m_samples.first().second) return 0;
  return static_cast<double>(m_samples.last().second - m_samples.first().second) * 1000.0 / static_cast<double>(time);
}

// --- DownloadWorker

DownloadWorker::DownloadWorker(QObject* parent) : QObject(parent), m_limit(this), m_tuning(DownloadTuning::standard()), m_report(this) {
  m_report.setInterval(kReportMs);
  connect(&m_report, &QTimer::timeout, this, &DownloadWorker::report);
}

DownloadWorker::~DownloadWorker() {
  stop();
}

QStringList DownloadWorker::targets(const DownloadRequest& request, const QString& dataFolder, QString* unsafe) {
  QStringList paths;
  const QString folder = dataFolder + u'/' + localFolder(request) + u'/';
  for (const DownloadFile& file : request.files) {
    const bool isSafe = isRepositoryId(request.repository) && isSafePath(file.path);
    const QString path = isSafe ? folder + localName(file.path) : QString();
    if (!isSafe || paths.contains(path)) {
      if (unsafe) *unsafe = isRepositoryId(request.repository) ? file.path : request.repository;
      return {};
    }
    paths.append(path);
  }
  return paths;
}

void DownloadWorker::start(qint64 id, const DownloadRequest& request, const QString& dataFolder, const NetworkSetup& setup) {
  stop();
  if (!m_session) m_session = std::make_unique<HttpSession>();
  m_id = id;
  m_request = request;
  m_dataFolder = dataFolder;
  m_setup = setup;
  m_setup.http.stallMs = m_tuning.stallMs;
  m_session->setOptions(m_setup.http);
  m_limit.setBytesPerSecond(setup.bytesPerSecond);
  m_index = 0;
  m_before = 0;
  QString unsafe;
  m_targets = targets(request, dataFolder, &unsafe);
  if (m_targets.isEmpty()) return fail({ErrorId::DownloadName, {unsafe}, {}});
  if (m_setup.endpoints.isEmpty()) return fail({ErrorId::HubNoEndpoint, {}, {}});
  m_clock.start();
  m_speed.restart(0);
  m_report.start();
  const bool isDescribed = std::all_of(m_request.files.begin(), m_request.files.end(),
                                       [](const DownloadFile& file) { return file.size > 0 && !file.sha256.isEmpty(); });
  if (isDescribed)
    begin();
  else
    describe(0);
}

void DownloadWorker::stop() {
  m_id = 0;
  m_report.stop();
  m_describing.reset();
  m_file.reset();
}

void DownloadWorker::fail(const Problem& problem) {
  const qint64 id = m_id;
  stop();
  Q_EMIT failed(id, problem);
}

void DownloadWorker::retryNow() {
  if (m_file) m_file->retryNow();
}

void DownloadWorker::setBytesPerSecond(qint64 bytes) {
  m_setup.bytesPerSecond = bytes;
  m_limit.setBytesPerSecond(bytes);
}

void DownloadWorker::removeUnfinished(const DownloadRequest& request, const QString& dataFolder) {
  const QStringList paths = targets(request, dataFolder);
  for (const QString& path : paths) {
    PartFile(path).discard();
    removeEmpty(path);
  }
}

// --- Sizes and checksums

/// Asks one endpoint after the other. Nobody has to know: a file's own answer says its size, too.
void DownloadWorker::describe(qsizetype endpoint) {
  if (endpoint >= m_setup.endpoints.size()) return begin();
  m_describing = std::make_unique<QObject>();
  m_session->fetch(m_setup.endpoints[endpoint].repository(m_request.repository, m_request.revision), kListingBytes, m_describing.get(),
                   [this, endpoint](const FetchResult& result) { takeListing(result, endpoint); });
}

void DownloadWorker::takeListing(const FetchResult& result, qsizetype endpoint) {
  const auto listing = result.failure ? std::nullopt : parseRepository(result.body, m_setup.endpoints[endpoint], m_request.repository);
  if (!listing) return describe(endpoint + 1);
  for (DownloadFile& file : m_request.files) {
    const auto known =
        std::find_if(listing->files.begin(), listing->files.end(), [&](const DownloadFile& one) { return one.path == file.path; });
    if (known == listing->files.end()) continue;
    if (file.size == 0) file.size = known->size;
    // A size that differs is another file, whose checksum would be of no use.
    if (file.sha256.isEmpty() && file.size == known->size) file.sha256 = known->sha256;
  }
  Q_EMIT described(m_id, m_request);
  begin();
}

// --- Files

Problem DownloadWorker::checkSpace() const {
  qint64 needed = 0;
  for (qsizetype i = 0; i < m_targets.size(); ++i) {
    const qint64 size = static_cast<qint64>(m_request.files[i].size);
    const QFileInfo there(m_targets[i]);
    if (there.isFile() && there.size() == size) continue;
    needed += std::max<qint64>(0, size - PartFile::reserved(m_targets[i]));
  }
  const qint64 free = disk::freeBytes(QFileInfo(m_targets.first()).absolutePath());
  if (needed == 0 || free < 0 || free >= needed + kSpareBytes) return {};
  return {ErrorId::DownloadNoSpace, {sizeText(needed + kSpareBytes), sizeText(free)}, {}};
}

void DownloadWorker::begin() {
  m_describing.reset();
  for (const QString& path : std::as_const(m_targets)) {
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder) || !QFileInfo(folder).isWritable()) return fail({ErrorId::DownloadFolder, {folder}, {}});
  }
  if (const Problem problem = checkSpace()) {
    for (const QString& path : std::as_const(m_targets)) removeEmpty(path);
    return fail(problem);
  }
  nextFile();
}

void DownloadWorker::nextFile() {
  m_file.reset();
  if (m_index == m_targets.size()) return publish();
  m_file = std::make_unique<FileDownload>(
      m_session.get(), &m_limit,
      FileTask{m_request.repository, m_request.revision, m_request.files[m_index], m_targets[m_index], m_setup.endpoints}, m_tuning,
      nullptr);
  // Queued: the file is not deleted by its own signal.
  connect(
      m_file.get(), &FileDownload::arrived, this,
      [this, file = m_file.get()] {
        if (m_file.get() != file) return;
        DownloadFile& description = m_request.files[m_index];
        description.size = static_cast<quint64>(file->total());
        description.sha256 = file->sha256();
        m_before += description.size;
        ++m_index;
        nextFile();
      },
      Qt::QueuedConnection);
  connect(
      m_file.get(), &FileDownload::failed, this,
      [this, file = m_file.get()](const Problem& problem) {
        if (m_file.get() != file) return;
        for (const QString& path : std::as_const(m_targets)) removeEmpty(path);
        fail(problem);
      },
      Qt::QueuedConnection);
  m_file->start();
}

void DownloadWorker::publish() {
  for (const QString& path : std::as_const(m_targets)) {
    if (const Problem problem = PartFile(path).publish()) return fail(problem);
  }
  const qint64 id = m_id;
  stop();
  Q_EMIT finished(id, m_request, m_targets);
}

void DownloadWorker::report() {
  DownloadProgress progress;
  progress.id = m_id;
  bool isComplete = true;
  for (const DownloadFile& file : std::as_const(m_request.files)) {
    progress.total += file.size;
    isComplete = isComplete && file.size > 0;
  }
  if (!isComplete) progress.total = 0;
  progress.received = m_before;
  if (m_file) {
    progress.received += static_cast<quint64>(m_file->received());
    progress.endpoint = m_file->endpointHost();
    if (m_file->isVerifying()) progress.doing = DownloadProgress::Doing::Verifying;
    if (m_file->isWaiting()) {
      progress.doing = DownloadProgress::Doing::Waiting;
      progress.retrySeconds = (m_file->retryMs() + 999) / 1000;
      progress.problem = m_file->lastProblem();
    }
  }
  m_speed.add(progress.received, m_clock.elapsed());
  progress.bytesPerSecond = progress.doing == DownloadProgress::Doing::Fetching ? m_speed.bytesPerSecond() : 0;
  if (progress.bytesPerSecond >= 1 && progress.total >= progress.received)
    progress.secondsLeft =
        static_cast<int>(std::min(1e9, static_cast<double>(progress.total - progress.received) / progress.bytesPerSecond));
  Q_EMIT progressed(progress);
}
