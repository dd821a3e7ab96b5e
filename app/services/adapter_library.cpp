#include "services/adapter_library.h"

#include "services/download_service.h"
#include "services/file_jobs.h"
#include "storage/storage_thread.h"

struct AdapterLibrary::Private {};

QString AdapterRow::path() const {
  return files.isEmpty() ? QString() : files.first().path;
}
QString AdapterRow::hash() const {
  return files.isEmpty() ? QString() : files.last().sha256;
}
quint64 AdapterRow::bytes() const {
  quint64 sum = 0;
  for (const LibraryFile& file : files) sum += file.size;
  return sum;
}
bool AdapterRow::isMissing() const {
  return std::any_of(files.begin(), files.end(), [](const LibraryFile& file) { return file.missing; });
}

AdapterLibrary::AdapterLibrary(StorageThread*, ModelFiles*, FileJobs*, DownloadService*, ModelLibrary*, const QString&, const QString&,
                               QObject* parent)
    : QObject(parent), d(std::make_unique<Private>()) {}
AdapterLibrary::~AdapterLibrary() = default;
void AdapterLibrary::start() {}
QList<AdapterRow> AdapterLibrary::adapters() const {
  return {};
}
std::optional<AdapterRow> AdapterLibrary::adapter(qint64) const {
  return {};
}
AdapterFit AdapterLibrary::fit(qint64, qint64) const {
  return {};
}
void AdapterLibrary::import(const QStringList&, ImportMode) {}
void AdapterLibrary::update(const AdapterRow&) {}
void AdapterLibrary::remove(qint64) {}
QList<AdapterSwitch> AdapterLibrary::switches(qint64) const {
  return {};
}
void AdapterLibrary::setSwitch(qint64, const AdapterSwitch&) {}
void AdapterLibrary::chatBegan(qint64) {}
QList<AdapterRow> AdapterLibrary::active(qint64, qint64, QList<double>*) const {
  return {};
}
