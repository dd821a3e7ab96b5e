#include "services/hub_service.h"

#include "services/settings.h"

struct HubService::Private {};

HubService::HubService(Settings*, QObject* parent) : QObject(parent), d(std::make_unique<Private>()) {}
HubService::~HubService() = default;
quint64 HubService::search(const QString&, What) {
  return 0;
}
quint64 HubService::lookUp(const QString&) {
  return 0;
}
void HubService::cancel() {}
QString HubService::repositoryOf(const QString&) {
  return {};
}
