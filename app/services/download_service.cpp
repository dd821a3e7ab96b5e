#include "services/download_service.h"

#include "services/settings.h"
#include "storage/storage_thread.h"

struct DownloadService::Private {};

DownloadService::DownloadService(StorageThread*, Settings*, const QString&, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>()) {}
DownloadService::~DownloadService() = default;
void DownloadService::start() {}
QList<DownloadRow> DownloadService::downloads() const {
  return {};
}
qint64 DownloadService::add(const DownloadRequest&) {
  return 0;
}
void DownloadService::pause(qint64) {}
void DownloadService::resume(qint64) {}
void DownloadService::remove(qint64) {}
void DownloadService::move(qint64, int) {}
void DownloadService::pauseAll() {}
void DownloadService::resumeAll() {}
void DownloadService::removeFinished() {}
