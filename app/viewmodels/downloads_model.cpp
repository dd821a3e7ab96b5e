#include "viewmodels/downloads_model.h"

#include <QLocale>
#include <algorithm>

#include "viewmodels/readable.h"

namespace {

[[nodiscard]] bool isOpen(const DownloadRow& row) {
  return row.state != DownloadState::Done;
}

[[nodiscard]] bool isActive(const DownloadRow& row) {
  return isOpen(row) && row.state != DownloadState::Paused && row.state != DownloadState::Failed;
}

[[nodiscard]] double fractionOf(quint64 received, quint64 total) {
  return total == 0 ? 0 : std::min(1.0, static_cast<double>(received) / static_cast<double>(total));
}

/// Whole percent; 100 only at the end.
[[nodiscard]] int percentOf(double fraction) {
  return fraction >= 1 ? 100 : std::min(99, static_cast<int>(fraction * 100));
}

}  // namespace

DownloadsModel::DownloadsModel(DownloadService* service, QObject* parent) : RowListModel(parent), m_service(service) {
  connect(service, &DownloadService::listChanged, this, &DownloadsModel::refresh);
  connect(service, &DownloadService::rowChanged, this, &DownloadsModel::refresh);
  refresh();
}

QHash<int, QByteArray> DownloadsModel::roleNames() const {
  return {{DownloadIdRole, "downloadId"}, {TitleRole, "title"},         {VariantRole, "variant"},     {AdapterRole, "adapter"},
          {StateRole, "status"},          {StateTextRole, "stateText"}, {FractionRole, "fraction"},   {SizeTextRole, "sizeText"},
          {SpeedTextRole, "speedText"},   {TimeTextRole, "timeText"},   {EndpointRole, "endpoint"},   {CauseRole, "cause"},
          {NextStepRole, "nextStep"},     {DetailRole, "detail"},       {CanMoveUpRole, "canMoveUp"}, {CanMoveDownRole, "canMoveDown"}};
}

QVariant DownloadsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const DownloadView& row = rows()[index.row()];
  switch (role) {
    case DownloadIdRole:
      return row.key;
    case TitleRole:
      return row.title;
    case VariantRole:
      return row.variant;
    case AdapterRole:
      return row.adapter;
    case StateRole:
      return row.status;
    case StateTextRole:
      return row.stateText;
    case FractionRole:
      return row.fraction;
    case SizeTextRole:
      return row.sizeText;
    case SpeedTextRole:
      return row.speedText;
    case TimeTextRole:
      return row.timeText;
    case EndpointRole:
      return row.endpoint;
    case CauseRole:
      return row.cause;
    case NextStepRole:
      return row.nextStep;
    case DetailRole:
      return row.detail;
    case CanMoveUpRole:
      return row.canMoveUp;
    case CanMoveDownRole:
      return row.canMoveDown;
    default:
      return {};
  }
}

QString DownloadsModel::stateName(DownloadState state) {
  switch (state) {
    case DownloadState::Queued:
      return QStringLiteral("queued");
    case DownloadState::Running:
      return QStringLiteral("running");
    case DownloadState::Waiting:
      return QStringLiteral("waiting");
    case DownloadState::Verifying:
      return QStringLiteral("verifying");
    case DownloadState::Paused:
      return QStringLiteral("paused");
    case DownloadState::Failed:
      return QStringLiteral("failed");
    case DownloadState::Done:
      break;
  }
  return QStringLiteral("done");
}

QString DownloadsModel::stateText(const DownloadRow& row) {
  const int percent = percentOf(fractionOf(row.received, row.total));
  switch (row.state) {
    case DownloadState::Queued:
      return row.received > 0 ? tr("In the queue, %1%").arg(percent) : tr("In the queue");
    case DownloadState::Running:
      return row.total > 0 ? tr("Downloading %1%").arg(percent) : tr("Connecting…");
    case DownloadState::Waiting:
      return row.retrySeconds > 0 ? tr("Trying again in %n s", nullptr, row.retrySeconds) : tr("Trying again…");
    case DownloadState::Verifying:
      return tr("Verifying…");
    case DownloadState::Paused:
      return tr("Paused at %1%").arg(percent);
    case DownloadState::Failed:
      return tr("Stopped at %1%").arg(percent);
    case DownloadState::Done:
      break;
  }
  return tr("Done");
}

void DownloadsModel::refresh() {
  m_downloads = m_service->downloads();
  const qsizetype open = std::count_if(m_downloads.cbegin(), m_downloads.cend(), isOpen);
  QList<DownloadView> next;
  for (const DownloadRow& row : std::as_const(m_downloads)) {
    DownloadView view;
    view.key = row.id;
    view.title = row.request.title.isEmpty() ? row.request.repository : row.request.title;
    view.variant = row.request.variant;
    view.adapter = row.request.kind == DownloadRequest::Kind::Adapter;
    view.status = stateName(row.state);
    view.stateText = stateText(row);
    view.fraction = row.state == DownloadState::Done ? 1 : fractionOf(row.received, row.total);
    view.sizeText = isOpen(row) ? Readable::sizeOf(row.received, row.total) : Readable::size(row.total);
    if (row.state == DownloadState::Running) {
      view.speedText = Readable::speed(row.bytesPerSecond);
      view.timeText = Readable::timeLeft(row.secondsLeft);
    }
    if (isActive(row)) view.endpoint = row.endpoint;
    if (row.state == DownloadState::Failed || row.state == DownloadState::Waiting) {
      view.cause = row.problem.cause();
      view.nextStep = row.problem.nextStep();
      view.detail = row.problem.detail;
    }
    view.canMoveUp = isOpen(row) && !next.isEmpty();
    view.canMoveDown = isOpen(row) && next.size() + 1 < open;
    next.append(view);
  }
  setRows(next);
  Q_EMIT summaryChanged();
}

int DownloadsModel::countOf(std::initializer_list<DownloadState> states) const {
  return static_cast<int>(std::count_if(m_downloads.cbegin(), m_downloads.cend(), [&](const DownloadRow& row) {
    return std::find(states.begin(), states.end(), row.state) != states.end();
  }));
}

int DownloadsModel::openCount() const {
  return count() - finishedCount();
}

int DownloadsModel::activeCount() const {
  return static_cast<int>(std::count_if(m_downloads.cbegin(), m_downloads.cend(), isActive));
}

int DownloadsModel::heldCount() const {
  return countOf({DownloadState::Paused, DownloadState::Failed});
}

int DownloadsModel::finishedCount() const {
  return countOf({DownloadState::Done});
}

double DownloadsModel::fraction() const {
  quint64 received = 0;
  quint64 total = 0;
  for (const DownloadRow& row : m_downloads) {
    if (!isActive(row)) continue;
    received += row.received;
    total += row.total;
  }
  return activeCount() == 0 ? -1 : fractionOf(received, total);
}

QString DownloadsModel::badge() const {
  if (activeCount() > 0) return tr("%1%").arg(percentOf(fraction()));
  const int failed = countOf({DownloadState::Failed});
  return failed > 0 ? tr("%n failed", nullptr, failed) : QString();
}

QString DownloadsModel::summary() const {
  double speed = 0;
  quint64 left = 0;
  for (const DownloadRow& row : m_downloads) {
    if (!isActive(row)) continue;
    speed += row.state == DownloadState::Running ? row.bytesPerSecond : 0;
    left += row.total > row.received ? row.total - row.received : 0;
  }
  if (speed < 1) return {};
  QStringList parts{Readable::speed(speed), Readable::timeLeft(static_cast<int>(std::min(1e8, static_cast<double>(left) / speed)))};
  return parts.join(QStringLiteral(" · "));
}

quint64 DownloadsModel::bytesToCome() const {
  quint64 sum = 0;
  for (const DownloadRow& row : m_downloads) sum += isOpen(row) && row.total > row.received ? row.total - row.received : 0;
  return sum;
}

void DownloadsModel::pause(qint64 downloadId) {
  m_service->pause(downloadId);
}

void DownloadsModel::resume(qint64 downloadId) {
  m_service->resume(downloadId);
}

void DownloadsModel::remove(qint64 downloadId) {
  m_service->remove(downloadId);
}

void DownloadsModel::move(qint64 downloadId, int step) {
  m_service->move(downloadId, step);
}

void DownloadsModel::pauseAll() {
  m_service->pauseAll();
}

void DownloadsModel::resumeAll() {
  m_service->resumeAll();
}

void DownloadsModel::removeFinished() {
  m_service->removeFinished();
}
