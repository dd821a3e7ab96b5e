#include "viewmodels/jobs_model.h"

#include "viewmodels/readable.h"

namespace {

[[nodiscard]] QString stateName(FileJob::State state) {
  switch (state) {
    case FileJob::State::Queued:
      return QStringLiteral("queued");
    case FileJob::State::Running:
      return QStringLiteral("running");
    case FileJob::State::Done:
      return QStringLiteral("done");
    case FileJob::State::Failed:
      return QStringLiteral("failed");
    case FileJob::State::Cancelled:
      break;
  }
  return QStringLiteral("cancelled");
}

}  // namespace

JobsModel::JobsModel(FileJobs* jobs, QObject* parent) : RowListModel(parent), m_jobs(jobs) {
  connect(jobs, &FileJobs::listChanged, this, &JobsModel::refresh);
  connect(jobs, &FileJobs::jobChanged, this, &JobsModel::refresh);
  refresh();
}

QHash<int, QByteArray> JobsModel::roleNames() const {
  return {{JobIdRole, "jobId"},       {TitleRole, "title"}, {StateRole, "status"},      {StateTextRole, "stateText"},
          {FractionRole, "fraction"}, {CauseRole, "cause"}, {NextStepRole, "nextStep"}, {DetailRole, "detail"}};
}

QVariant JobsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const JobView& row = rows()[index.row()];
  switch (role) {
    case JobIdRole:
      return row.key;
    case TitleRole:
      return row.title;
    case StateRole:
      return row.status;
    case StateTextRole:
      return row.stateText;
    case FractionRole:
      return row.fraction;
    case CauseRole:
      return row.cause;
    case NextStepRole:
      return row.nextStep;
    case DetailRole:
      return row.detail;
    default:
      return {};
  }
}

QString JobsModel::titleOf(const FileJob& job) {
  switch (job.kind) {
    case FileJob::Kind::Import:
      return tr("Importing %1").arg(job.title);
    case FileJob::Kind::Copy:
      return tr("Copying %1").arg(job.title);
    case FileJob::Kind::Verify:
      return tr("Verifying %1").arg(job.title);
    case FileJob::Kind::MakeSmaller:
      return tr("Making a smaller variant of %1").arg(job.title);
    case FileJob::Kind::ImportFolder:
      return tr("Converting %1").arg(job.title);
    case FileJob::Kind::Merge:
      return tr("Merging adapters into %1").arg(job.title);
    case FileJob::Kind::CheckAdapter:
    case FileJob::Kind::Scan:
      break;
  }
  return job.title;
}

QString JobsModel::stateText(const FileJob& job) {
  switch (job.state) {
    case FileJob::State::Queued:
      return tr("Waiting for its turn");
    case FileJob::State::Done:
      return tr("Done");
    case FileJob::State::Failed:
      return tr("Failed");
    case FileJob::State::Cancelled:
      return tr("Cancelled");
    case FileJob::State::Running:
      break;
  }
  QStringList parts{tr("%1%").arg(static_cast<int>(job.fraction * 100)), Readable::timeLeft(job.secondsLeft), job.what};
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" · "));
}

void JobsModel::refresh() {
  QList<JobView> next;
  for (const FileJob& job : m_jobs->jobs()) {
    // What ended well, or as the user wanted, shows in the lists of models and adapters.
    if (job.state == FileJob::State::Done || job.state == FileJob::State::Cancelled) continue;
    next.append({job.id, titleOf(job), stateText(job), stateName(job.state), job.problem.cause(), job.problem.nextStep(),
                 job.problem.detail, job.fraction});
  }
  setRows(next);
}

void JobsModel::cancel(quint64 jobId) {
  m_jobs->cancel(jobId);
}

void JobsModel::dismiss(quint64 jobId) {
  m_jobs->dismiss(jobId);
}
