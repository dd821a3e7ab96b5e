#include "services/catalogue_service.h"

#include "services/settings.h"

struct CatalogueService::Private {};

quint64 CatalogueVariant::bytes() const {
  quint64 sum = 0;
  for (const DownloadFile& file : files) sum += file.size;
  return sum;
}
ModelShape CatalogueModel::shapeOf(const CatalogueVariant&) const {
  return shape;
}
DownloadRequest CatalogueModel::request(const CatalogueVariant&) const {
  return {};
}

CatalogueService::CatalogueService(ModelFiles*, Settings*, const QString&, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>()) {}
CatalogueService::~CatalogueService() = default;
void CatalogueService::start() {}
QList<CatalogueModel> CatalogueService::models() const {
  return {};
}
QString CatalogueService::version() const {
  return {};
}
QDate CatalogueService::date() const {
  return {};
}
bool CatalogueService::canRefresh() const {
  return false;
}
void CatalogueService::refresh() {}
bool CatalogueService::isRefreshing() const {
  return false;
}
void CatalogueService::retranslate() {}
ModelFit CatalogueService::fit(const QString&, const ModelShape&) {
  return {};
}
void CatalogueService::refreshFits() {}
