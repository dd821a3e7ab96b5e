#include "services/model_library.h"

#include <numeric>

#include "services/download_service.h"
#include "services/file_jobs.h"
#include "storage/storage_thread.h"

struct ModelLibrary::Private {};

quint64 Variant::bytes() const {
  return std::accumulate(files.begin(), files.end(), quint64(0), [](quint64 sum, const LibraryFile& file) { return sum + file.size; });
}
bool Variant::isMissing() const {
  return std::any_of(files.begin(), files.end(), [](const LibraryFile& file) { return file.missing; });
}
bool Variant::isLinked() const {
  return std::any_of(files.begin(), files.end(), [](const LibraryFile& file) { return file.linked; });
}

ModelLibrary::ModelLibrary(StorageThread*, ModelFiles*, FileJobs*, DownloadService*, const QString&, const QString&, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>()) {}
ModelLibrary::~ModelLibrary() = default;
void ModelLibrary::start() {}
bool ModelLibrary::isStarted() const {
  return false;
}
QList<Variant> ModelLibrary::variants() const {
  return {};
}
std::optional<Variant> ModelLibrary::variant(qint64) const {
  return {};
}
std::optional<Variant> ModelLibrary::variantOf(const QString&) const {
  return {};
}
bool ModelLibrary::hasHash(const QString&) const {
  return false;
}
quint64 ModelLibrary::bytesUsed() const {
  return 0;
}
quint64 ModelLibrary::bytesFree() const {
  return 0;
}
void ModelLibrary::import(const QStringList&, ImportMode) {}
QList<QPair<QString, QString>> ModelLibrary::knownFolders() {
  return {};
}
void ModelLibrary::setSettings(qint64, const VariantSettings&) {}
void ModelLibrary::rename(qint64, const QString&) {}
void ModelLibrary::setUsed(qint64) {}
void ModelLibrary::remove(qint64) {}
void ModelLibrary::verify(qint64) {}
void ModelLibrary::locate(qint64, const QString&) {}
quint64 ModelLibrary::makeSmaller(qint64, const QString&) {
  return 0;
}
quint64 ModelLibrary::merge(qint64, const QList<AdapterUse>&, const QString&, const QString&) {
  return 0;
}
void ModelLibrary::reconcile() {}
