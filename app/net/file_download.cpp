#include "net/file_download.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "net/rate_limit.h"

namespace {

constexpr int kPartsWanted = 16;
constexpr qint64 kProgressBytes = 64 << 10;  // that make up for earlier failures
constexpr qint64 kReadBytes = 256 << 10;     // at once
constexpr qint64 kHashStep = 4 << 20;
constexpr int kMostWholeAnswers = 2;
constexpr int kMostBadParts = 3;
constexpr int kLongestWish = 600;  // seconds that a server may ask for

[[nodiscard]] QString nameOf(const FileTask& task) {
  return task.file.path.section(u'/', -1);
}

}  // namespace

DownloadTuning DownloadTuning::standard() {
  return qEnvironmentVariable("HEARTH_DOWNLOAD_TUNING") == QLatin1String("fast") ? fast() : DownloadTuning();
}

DownloadTuning DownloadTuning::fast() {
  DownloadTuning tuning;
  tuning.leastPart = 64 << 10;
  tuning.stallMs = 400;
  tuning.backOffMs = 10;
  tuning.mostBackOffMs = 100;
  tuning.mostPauseMs = 400;
  tuning.saveMs = 200;
  return tuning;
}

FileDownload::FileDownload(HttpSession* session, RateLimit* limit, FileTask task, const DownloadTuning& tuning, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_limit(limit),
      m_task(std::move(task)),
      m_tuning(tuning),
      m_file(m_task.target),
      m_random(std::random_device()()) {
  m_retry.setSingleShot(true);
  m_hashTimer.setSingleShot(true);
  m_save.setInterval(tuning.saveMs);
  connect(&m_retry, &QTimer::timeout, this, &FileDownload::fill);
  connect(&m_hashTimer, &QTimer::timeout, this, &FileDownload::hashMore);
  connect(&m_save, &QTimer::timeout, this, [this] {
    if (const Problem problem = m_file.save()) giveUp(problem);
  });
  connect(limit, &RateLimit::refilled, this, &FileDownload::readAll);
}

FileDownload::~FileDownload() {
  m_ended = true;
  closeAll();
  static_cast<void>(m_file.save());
}

qint64 FileDownload::received() const {
  if (m_existing) return 0;
  return m_file.isOpen() ? m_file.received() : 0;
}

QString FileDownload::endpointHost() const {
  return m_endpoint < m_task.endpoints.size() ? endpoint().host() : QString();
}

qint64 FileDownload::partBytes() const {
  if (m_task.file.partBytes > 0 && !m_task.file.partSha256.isEmpty()) return static_cast<qint64>(m_task.file.partBytes);
  constexpr qint64 kStep = 64 << 10;
  const qint64 wanted = (total() / kPartsWanted + kStep) / kStep * kStep;
  return std::clamp(wanted, m_tuning.leastPart, m_tuning.mostPart);
}

void FileDownload::start() {
  if (m_task.endpoints.isEmpty()) {
    giveUp({ErrorId::HubNoEndpoint, {}, {}});
    return;
  }
  if (total() > 0) {
    const QFileInfo there(m_task.target);
    if (!m_task.file.sha256.isEmpty() && there.isFile() && there.size() == total()) {
      checkExisting();
      return;
    }
    if (!openFile()) return;
  }
  fill();
}

void FileDownload::retryNow() {
  if (!m_retry.isActive() || m_ended) return;
  m_failures = 0;
  m_round = 0;
  m_retry.stop();
  fill();
}

bool FileDownload::openFile() {
  if (m_file.isOpen()) return true;
  const FileIdentity identity{m_task.repository, m_task.revision, m_task.file.path, total(), m_task.file.sha256};
  if (const Problem problem = m_file.open(identity, partBytes())) {
    giveUp(problem);
    return false;
  }
  m_save.start();
  return true;
}

// --- Connections

void FileDownload::fill() {
  if (m_ended || m_retry.isActive() || m_existing) return;
  if (m_file.isOpen() && m_file.isWhole()) {
    hashMore();
    return;
  }
  if (m_isStream) {
    if (m_lanes.isEmpty()) openLane(-1);
    return;
  }
  // One connection finds out whether this endpoint has the file and knows ranges.
  const qsizetype most = m_isKnown ? m_tuning.connections : 1;
  while (m_lanes.size() < most) {
    const int part = freePart();
    if (part < 0) break;
    openLane(part);
  }
}

int FileDownload::freePart() const {
  if (!m_file.isOpen()) return m_lanes.isEmpty() ? 0 : -1;
  for (int part = 0; part < m_file.parts(); ++part) {
    const bool isTaken = std::any_of(m_lanes.begin(), m_lanes.end(), [part](const auto& lane) { return lane->part == part; });
    if (!isTaken && !m_file.isWhole(part)) return part;
  }
  return -1;
}

void FileDownload::openLane(int part) {
  auto lane = std::make_shared<Lane>();
  lane->part = part;
  HttpRequest request;
  request.url = endpoint().file(m_task.repository, m_task.revision, m_task.file.path);
  request.readBuffer = m_limit->readBuffer();
  if (part >= 0) {
    lane->position = m_file.isOpen() ? m_file.begin(part) + m_file.done(part) : 0;
    lane->end = m_file.isOpen() ? m_file.end(part) : partBytes();
    request.headers.append({"Range", "bytes=" + QByteArray::number(lane->position) + '-' + QByteArray::number(lane->end - 1)});
    lane->condition = m_file.etag(endpoint().host());
    if (!lane->condition.isEmpty()) request.headers.append({"If-Range", lane->condition});
  } else {
    lane->end = total();
  }
  HttpExchange* exchange = m_session->get(request, this);
  lane->exchange = exchange;
  m_lanes.append(lane);
  connect(exchange, &HttpExchange::headersArrived, this, [this, exchange] { onHeaders(exchange); });
  connect(exchange, &HttpExchange::dataArrived, this, [this, exchange] { readLane(exchange); });
  connect(exchange, &HttpExchange::finished, this, [this, exchange] { onFinished(exchange); });
}

FileDownload::Lane* FileDownload::laneOf(const HttpExchange* exchange) const {
  const auto it = std::find_if(m_lanes.begin(), m_lanes.end(), [exchange](const auto& lane) { return lane->exchange == exchange; });
  return it == m_lanes.end() ? nullptr : it->get();
}

void FileDownload::closeLane(Lane* lane) {
  HttpExchange* exchange = lane->exchange;
  m_lanes.removeIf([lane](const auto& one) { return one.get() == lane; });
  exchange->disconnect(this);
  exchange->deleteLater();
}

void FileDownload::closeAll() {
  while (!m_lanes.isEmpty()) closeLane(m_lanes.last().get());
}

void FileDownload::onHeaders(HttpExchange* exchange) {
  Lane* lane = laneOf(exchange);
  if (!lane || m_ended) return;
  const PartResponse response = PartResponse::of(*exchange);
  if (!response.isWellFormed) {
    answerFailed(lane, {ErrorId::HubAnswer, {endpoint().host()}, QStringLiteral("status %1").arg(exchange->status())});
    return;
  }
  if (!checkIdentity(response) || !openFile() || !checkEtag(response) || !checkRange(lane, response)) return;
  lane->isChecked = true;
  m_isKnown = true;
  fill();
  readLane(exchange);
}

/// The file must be the one that is wanted; what is not known about it yet is taken from the answer.
bool FileDownload::checkIdentity(const PartResponse& response) {
  const QString& wanted = m_task.file.sha256;
  const qint64 size = response.linkedSize >= 0 ? response.linkedSize : response.total;
  const bool isOther = (!wanted.isEmpty() && !response.linkedSha256.isEmpty() && response.linkedSha256 != wanted) ||
                       (total() > 0 && response.linkedSize >= 0 && response.linkedSize != total());
  const Problem changed{ErrorId::DownloadChanged, {nameOf(m_task), endpoint().host()}, response.linkedSha256};
  if (isOther) {
    refuse(changed);
    return false;
  }
  if (total() > 0 && response.total >= 0 && response.total != total()) {
    closeAll();
    countFailure(changed, 0);
    return false;
  }
  if (total() == 0 && size <= 0) {
    closeAll();
    countFailure({ErrorId::HubAnswer, {endpoint().host()}, QStringLiteral("no size")}, 0);
    return false;
  }
  if (total() == 0) m_task.file.size = static_cast<quint64>(size);
  if (wanted.isEmpty() && !m_file.isOpen()) m_task.file.sha256 = response.linkedSha256;
  return true;
}

/// Bytes so far may be of another file: another mark at the same endpoint, or no checksum to tell versions apart.
bool FileDownload::checkEtag(const PartResponse& response) {
  const QString host = endpoint().host();
  const QByteArray known = m_file.etag(host);
  const bool isSame = !known.isEmpty() && known == response.etag;
  const bool isProven = !m_task.file.sha256.isEmpty() && response.linkedSha256 == m_task.file.sha256;
  const bool isUnsure =
      m_task.file.sha256.isEmpty() ? !isSame && !(m_isTrusted && known.isEmpty()) : !known.isEmpty() && !isSame && !isProven;
  m_isTrusted = true;
  if (!isUnsure || m_file.received() == 0) {
    m_file.setEtag(host, response.etag);
    return true;
  }
  closeAll();
  m_hash.reset();
  m_hashed = 0;
  if (const Problem problem = m_file.restart()) {
    giveUp(problem);
    return false;
  }
  m_file.setEtag(host, response.etag);
  countFailure({ErrorId::DownloadChanged, {nameOf(m_task), host}, {}}, 0);
  return false;
}

bool FileDownload::checkRange(Lane* lane, const PartResponse& response) {
  if (response.isPart) {
    if (lane->part < 0 || response.from != lane->position || response.end > m_file.size() || response.end > lane->end) {
      // The first request did not know the size, so it may have asked for too much.
      answerFailed(lane, {ErrorId::HubAnswer, {endpoint().host()}, QStringLiteral("another range than asked for")});
      return false;
    }
    lane->end = std::min(lane->end, response.end);
    m_hasRanges = true;
    m_wholeAnswers = 0;
    return true;
  }
  const bool isOtherMark = !lane->condition.isEmpty() && lane->condition != response.etag;
  if (lane->part >= 0 && (m_hasRanges || isOtherMark) && ++m_wholeAnswers < kMostWholeAnswers) {
    answerFailed(lane, {ErrorId::HubAnswer, {endpoint().host()}, QStringLiteral("the whole file instead of a part")});
    return false;
  }
  beginStream(lane);
  return true;
}

/// The server knows no ranges: this answer is the file from its first byte, and what is there already is skipped.
void FileDownload::beginStream(Lane* lane) {
  m_isStream = true;
  lane->part = -1;
  lane->position = 0;
  lane->end = m_file.size();
  const auto lanes = m_lanes;
  for (const auto& other : lanes) {
    if (other.get() != lane) closeLane(other.get());
  }
}

void FileDownload::readAll() {
  const auto lanes = m_lanes;
  const qint64 buffer = m_limit->readBuffer();
  for (const auto& lane : lanes) {
    if (buffer != m_buffer) lane->exchange->setReadBuffer(buffer);
    readLane(lane->exchange);
  }
  m_buffer = buffer;
}

void FileDownload::readLane(HttpExchange* exchange) {
  Lane* lane = laneOf(exchange);
  if (!lane || !lane->isChecked || m_ended) return;
  while (exchange->bytesAvailable() > 0 && lane->position < lane->end) {
    const qint64 granted = m_limit->take(std::min({exchange->bytesAvailable(), lane->end - lane->position, kReadBytes}));
    if (granted == 0) return;
    const QByteArray data = exchange->read(granted);
    if (data.isEmpty()) return;
    if (const Problem problem = m_file.write(lane->position, data)) {
      giveUp(problem);
      return;
    }
    lane->position += data.size();
    m_sinceFailure += data.size();
    if (m_sinceFailure >= kProgressBytes) m_failures = m_round = 0;
  }
  if (lane->position >= lane->end)
    laneDone(lane);
  else if (exchange->isFinished() && exchange->bytesAvailable() == 0)
    onFinished(exchange);
}

void FileDownload::laneDone(Lane* lane) {
  const int part = lane->part;
  HttpExchange* exchange = lane->exchange;
  m_lanes.removeIf([lane](const auto& one) { return one.get() == lane; });
  exchange->disconnect(this);
  // The connection is used again when the exchange may end by itself.
  const bool isEnding = !exchange->isFinished() && exchange->bytesAvailable() == 0 && !exchange->header("Content-Length").isEmpty();
  if (isEnding)
    connect(exchange, &HttpExchange::finished, exchange, &QObject::deleteLater);
  else
    exchange->deleteLater();
  if (part >= 0 && m_file.isWhole(part) && knowsParts() && !isPartRight(part)) return dropPart(part);
  if (!m_hashTimer.isActive() && m_file.contiguous() >= m_hashed + kHashStep) m_hashTimer.start(0);
  fill();
}

void FileDownload::onFinished(HttpExchange* exchange) {
  Lane* lane = laneOf(exchange);
  if (!lane || m_ended) return;
  if (lane->isChecked && exchange->bytesAvailable() > 0) {
    readLane(exchange);  // comes back here when it is empty
    return;
  }
  HttpFailure failure = exchange->failure();
  if (!failure) {
    failure.kind = HttpFailure::Kind::Unreachable;
    failure.host = endpoint().host();
    failure.detail = QStringLiteral("The answer ended early.");
  }
  laneFailed(lane, failure);
}

// --- What goes wrong

bool FileDownload::isPartRight(int part) {
  QCryptographicHash hash(QCryptographicHash::Sha256);
  for (qint64 at = m_file.begin(part); at < m_file.end(part); at += kHashStep)
    hash.addData(m_file.read(at, std::min(kHashStep, m_file.end(part) - at)));
  return QString::fromLatin1(hash.result().toHex()) == m_task.file.partSha256[part];
}

bool FileDownload::knowsParts() const {
  return !m_task.file.partSha256.isEmpty() && m_file.parts() == m_task.file.partSha256.size();
}

/// Only the bad pieces are fetched again.
void FileDownload::dropPart(int part) {
  if (m_hashed > m_file.begin(part)) {
    m_hash.reset();
    m_hashed = 0;
  }
  m_file.drop(part);
  m_sinceFailure = 0;
  const Problem damaged{ErrorId::DownloadDamaged, {nameOf(m_task)}, QStringLiteral("part %1").arg(part)};
  if (++m_badParts[part] < kMostBadParts) return countFailure(damaged, 0);
  m_badParts[part] = 0;
  refuse(damaged);
}

void FileDownload::answerFailed(Lane* lane, const Problem& problem) {
  closeLane(lane);
  countFailure(problem, 0);
}

void FileDownload::laneFailed(Lane* lane, const HttpFailure& failure) {
  closeLane(lane);
  const Problem problem = failure.problem(m_task.repository);
  if (failure.status == 416 && failure.rangeTotal >= 0 && failure.rangeTotal != total())
    countFailure({ErrorId::DownloadChanged, {nameOf(m_task), endpoint().host()}, {}}, 0);
  else if (failure.mayPass() || failure.status == 416)
    countFailure(problem, std::clamp(failure.retryAfterSeconds, 0, kLongestWish) * 1000);
  else
    refuse(problem);
}

void FileDownload::countFailure(const Problem& problem, int waitMs) {
  if (m_ended) return;
  m_lastProblem = problem;
  m_sinceFailure = 0;
  if (m_retry.isActive()) return wait(waitMs);  // connections that break together are one failure
  const bool hasOthers = m_task.endpoints.size() - m_refused.size() > 1;
  const bool isNonsense =
      problem.id == ErrorId::DownloadChanged || problem.id == ErrorId::HubAnswer || problem.id == ErrorId::DownloadDamaged;
  if (++m_failures >= m_tuning.failuresPerEndpoint) return isNonsense ? refuse(problem) : nextEndpoint(waitMs);
  if (hasOthers && waitMs > m_tuning.mostBackOffMs) return nextEndpoint(0);
  const qint64 doubled = qint64(m_tuning.backOffMs) << std::min(m_failures - 1, 20);
  wait(std::max(waitMs, static_cast<int>(std::min<qint64>(m_tuning.mostBackOffMs, doubled))));
}

/// This endpoint cannot serve the file, whenever it is asked.
void FileDownload::refuse(const Problem& problem) {
  if (m_ended) return;
  m_lastProblem = problem;
  if (!m_firstRefusal) m_firstRefusal = problem;
  m_refused.insert(m_endpoint);
  nextEndpoint(0);
}

void FileDownload::nextEndpoint(int leastMs) {
  closeAll();
  m_failures = 0;
  m_isKnown = m_hasRanges = m_isStream = m_isTrusted = false;
  m_wholeAnswers = 0;
  if (m_refused.size() >= m_task.endpoints.size()) {
    giveUp(m_firstRefusal);
    return;
  }
  bool isRound = false;
  do {
    m_endpoint = (m_endpoint + 1) % m_task.endpoints.size();
    isRound |= m_endpoint == 0;
  } while (m_refused.contains(m_endpoint));
  if (!isRound) {
    wait(m_tuning.backOffMs);
    return;
  }
  const qint64 pause = qint64(m_tuning.backOffMs) << std::min(++m_round + 2, 20);
  wait(std::max(leastMs, static_cast<int>(std::min<qint64>(m_tuning.mostPauseMs, pause))));
}

/// With some chance, so that many who lost the same server do not come back at once.
void FileDownload::wait(int ms) {
  const int more = static_cast<int>(m_random() % static_cast<unsigned>(ms / 4 + 1));
  if (!m_retry.isActive() || m_retry.remainingTime() < ms) m_retry.start(ms + more);
}

void FileDownload::giveUp(const Problem& problem) {
  if (m_ended) return;
  m_ended = true;
  closeAll();
  for (QTimer* timer : {&m_retry, &m_save, &m_hashTimer}) timer->stop();
  // Space that holds nothing yet is given back.
  if (m_file.isOpen() && m_file.received() == 0)
    m_file.discard();
  else if (m_file.isOpen())
    static_cast<void>(m_file.save());
  Q_EMIT failed(problem);
}

// --- The end

/// Reads what has arrived without a gap, a little at a time, so that little is left to do at the end.
void FileDownload::hashMore() {
  if (m_ended) return;
  const qint64 ready = m_file.contiguous();
  const bool isWhole = m_file.isWhole();
  m_verifying = isWhole;
  const qint64 step = std::min(kHashStep, ready - m_hashed);
  if (step > 0 && (isWhole || step == kHashStep)) {
    const QByteArray data = m_file.read(m_hashed, step);
    if (data.size() != step) {
      giveUp({ErrorId::DownloadDisk, {nameOf(m_task)}, {}});
      return;
    }
    m_hash.addData(data);
    m_hashed += step;
  }
  if (isWhole && m_hashed == m_file.size())
    checkWhole();
  else if (isWhole || ready >= m_hashed + kHashStep)
    m_hashTimer.start(0);
}

void FileDownload::checkWhole() {
  const QString sum = QString::fromLatin1(m_hash.result().toHex());
  if (!m_task.file.sha256.isEmpty() && sum != m_task.file.sha256) {
    if (knowsParts()) {
      for (int part = 0; part < m_file.parts() && !m_ended; ++part) {
        if (!isPartRight(part)) dropPart(part);
      }
      if (!m_file.isWhole()) return;
    }
    m_file.discard();
    return giveUp({ErrorId::DownloadDamaged, {nameOf(m_task)}, sum});
  }
  m_task.file.sha256 = sum;
  if (const Problem problem = m_file.save()) return giveUp(problem);
  m_ended = true;
  closeAll();
  m_save.stop();
  Q_EMIT arrived();
}

/// The file is in its place already, perhaps from before a crash: it counts when its checksum is right.
void FileDownload::checkExisting() {
  if (!m_existing) {
    m_existing = std::make_unique<QFile>(m_task.target);
    m_verifying = true;
    if (!m_existing->open(QIODevice::ReadOnly)) {
      m_existing.reset();
      m_verifying = false;
      if (openFile()) fill();
      return;
    }
  }
  const QByteArray data = m_existing->read(kHashStep);
  m_hash.addData(data);
  if (!data.isEmpty()) {
    QTimer::singleShot(0, this, &FileDownload::checkExisting);
    return;
  }
  m_existing.reset();
  m_verifying = false;
  const bool isRight = QString::fromLatin1(m_hash.result().toHex()) == m_task.file.sha256;
  m_hash.reset();
  if (isRight) {
    m_file.discard();
    m_ended = true;
    Q_EMIT arrived();
    return;
  }
  if (openFile()) fill();
}
