#include "viewmodels/adapters_view_model.h"

#include <QDir>
#include <QLocale>
#include <algorithm>

#include "services/adapter_library.h"
#include "services/model_service.h"
#include "viewmodels/adapter_texts.h"

namespace {

[[nodiscard]] QVariantMap option(const QVariant& value, const QString& text) {
  return {{QStringLiteral("value"), value}, {QStringLiteral("text"), text}};
}

}  // namespace

AdaptersViewModel::AdaptersViewModel(AdapterLibrary* adapters, ModelLibrary* library, const ModelService* models, HubService* hub,
                                     DownloadService* downloads, QObject* parent)
    : QObject(parent),
      m_adapters(adapters),
      m_library(library),
      m_list(new AdapterListModel(adapters, library, models, this)),
      m_hub(new AdapterHubModel(hub, downloads, this)) {}

QVariantList AdaptersViewModel::domains() const {
  QVariantList options;
  for (const QString& domain : adapterDomains()) options.append(option(domain, adapterDomainText(domain)));
  return options;
}

QVariantList AdaptersViewModel::mergeTypes() const {
  return {option(QString(), tr("Full precision")), option(QStringLiteral("Q8_0"), QStringLiteral("Q8_0")),
          option(QStringLiteral("Q6_K"), QStringLiteral("Q6_K")), option(QStringLiteral("Q4_K_M"), QStringLiteral("Q4_K_M"))};
}

void AdaptersViewModel::importFiles(const QList<QUrl>& urls) {
  QStringList paths;
  for (const QUrl& url : urls) {
    if (url.isLocalFile()) paths.append(url.toLocalFile());
  }
  if (!paths.isEmpty()) m_adapters->import(paths);
}

void AdaptersViewModel::update(qint64 adapterId, const QString& name, const QString& domain, const QString& description,
                               const QString& licence) {
  auto row = m_adapters->adapter(adapterId);
  if (!row) return;
  if (const QString given = name.simplified(); !given.isEmpty()) row->name = given;
  if (adapterDomains().contains(domain)) row->domain = domain;
  row->description = description.trimmed();
  row->licence = licence.simplified();
  m_adapters->update(*row);
}

void AdaptersViewModel::remove(qint64 adapterId) {
  m_adapters->remove(adapterId);
}

QString AdaptersViewModel::removalText(qint64 adapterId) const {
  const auto row = m_adapters->adapter(adapterId);
  if (!row) return {};
  quint64 freed = 0;
  bool linked = false;
  for (const LibraryFile& file : row->files) {
    if (file.linked)
      linked = true;
    else if (!file.missing)
      freed += file.size;
  }
  if (linked) return tr("It leaves the list. Its file stays where it is: %1").arg(QDir::toNativeSeparators(row->path()));
  return tr("Its file is deleted, which frees %1. Answers that used it stay.")
      .arg(QLocale().formattedDataSize(static_cast<qint64>(freed), freed < 1'000'000 ? 0 : 1, QLocale::DataSizeSIFormat));
}

QVariantList AdaptersViewModel::basesOf(qint64 adapterId) const {
  QVariantList options;
  for (const Variant& variant : m_library->variants()) {
    if (!variant.isMissing() && m_adapters->fit(adapterId, variant.id).state == AdapterFit::State::Fits)
      options.append(option(variant.id, variantText(variant)));
  }
  return options;
}

QVariantList AdaptersViewModel::fitting(qint64 variantId) const {
  QVariantList list;
  for (const AdapterRow& row : m_adapters->adapters()) {
    if (row.isMissing() || m_adapters->fit(row.id, variantId).state != AdapterFit::State::Fits) continue;
    list.append(
        QVariantMap{{QStringLiteral("adapterId"), row.id}, {QStringLiteral("name"), row.name}, {QStringLiteral("domain"), row.domain}});
  }
  return list;
}

QString AdaptersViewModel::mergeName(qint64 variantId, const QVariantList& adapterIds) const {
  const auto variant = m_library->variant(variantId);
  QStringList names{variant ? variant->modelName : QString()};
  for (const QVariant& id : adapterIds) {
    if (const auto row = m_adapters->adapter(id.toLongLong())) names.append(row->name);
  }
  names.removeAll(QString());
  return names.join(QStringLiteral(" + "));
}

void AdaptersViewModel::merge(qint64 variantId, const QVariantList& adapters, const QString& name, const QString& type) {
  QList<AdapterUse> uses;
  for (const QVariant& value : adapters) {
    const QVariantMap map = value.toMap();
    const auto row = m_adapters->adapter(map.value(QStringLiteral("adapterId")).toLongLong());
    const double scale = map.value(QStringLiteral("scale")).toDouble();
    if (row && scale > 0) uses.append({row->path(), std::min(scale, AdapterLibrary::kLargestScale)});
  }
  if (uses.isEmpty() || !m_library->variant(variantId)) return;
  m_library->merge(variantId, uses, name.simplified(), type);
  Q_EMIT mergeStarted();
}

void AdaptersViewModel::retranslate() {
  m_list->retranslate();
  m_hub->retranslate();
  Q_EMIT retranslated();
}
