#include "services/file_jobs.h"

struct FileJobs::Private {};

FileJobs::FileJobs(QObject* parent) : QObject(parent), d(std::make_unique<Private>()) {}
FileJobs::~FileJobs() = default;

quint64 FileJobs::run(FileJob::Kind, const QString&, std::function<Problem(WorkControl&)>, std::function<void(const Problem&)>) {
  return 0;
}
void FileJobs::cancel(quint64) {}
void FileJobs::dismiss(quint64) {}
QList<FileJob> FileJobs::jobs() const {
  return {};
}
bool FileJobs::isBusy() const {
  return false;
}
