#include "viewmodels/models_view_model.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QVariantMap>
#include <algorithm>

#include "services/model_service.h"
#include "viewmodels/readable.h"

namespace {

constexpr qsizetype kUsageParts = 5;  // of the bar; the smaller ones are one part
constexpr qsizetype kRecent = 6;      // of the model menu

[[nodiscard]] QVariantMap usagePart(const QString& label, quint64 bytes) {
  return {{QStringLiteral("label"), label},
          {QStringLiteral("bytes"), static_cast<double>(bytes)},
          {QStringLiteral("text"), Readable::size(bytes)}};
}

/// Bytes of its files that are ours: linked ones are on somebody else's account.
[[nodiscard]] quint64 ownBytes(const Variant& variant) {
  quint64 sum = 0;
  for (const LibraryFile& file : variant.files) sum += file.linked || file.missing ? 0 : file.size;
  return sum;
}

/// Shows the folder of a file; file managers offer no portable way to select it.
void showFolderOf(const QString& path) {
  if (!path.isEmpty()) QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath()));
}

}  // namespace

ModelsViewModel::ModelsViewModel(const Services& services, QObject* parent)
    : QObject(parent),
      m_services(services),
      m_installed(new InstalledModel(services.library, services.models, services.catalogue, this)),
      m_downloads(new DownloadsModel(services.downloads, this)),
      m_discover(new DiscoverModel({services.catalogue, services.hub, services.downloads, services.library}, m_downloads, this)),
      m_jobs(new JobsModel(services.jobs, this)),
      m_smaller(new SmallerVariantsModel(services.library, services.files, this)),
      m_editor(new VariantSettingsModel(services.library, services.files, services.settings, this)),
      m_card(new ModelCard(services.hub, this)),
      m_background(this) {
  connectServices();
  refresh();
}

ModelsViewModel::~ModelsViewModel() = default;

void ModelsViewModel::connectServices() {
  const ModelLibrary* library = m_services.library;
  connect(library, &ModelLibrary::started, this, &ModelsViewModel::refresh);
  connect(library, &ModelLibrary::listChanged, this, &ModelsViewModel::refresh);
  connect(library, &ModelLibrary::variantChanged, this, &ModelsViewModel::refresh);
  connect(library, &ModelLibrary::verified, this, [this](qint64 id, bool good) { m_installed->setVerified(id, good); });
  connect(m_services.models, &ModelService::stateChanged, this, &ModelsViewModel::onModelChanged);
  connect(m_services.catalogue, &CatalogueService::fitsChanged, m_installed, &InstalledModel::refresh);
  connect(m_downloads, &DownloadsModel::summaryChanged, m_discover, &DiscoverModel::refresh);
  connect(m_services.downloads, &DownloadService::finished, this, &ModelsViewModel::refresh);
}

void ModelsViewModel::refresh() {
  m_installed->refresh();
  refreshUsage();
  refreshRecent();
}

void ModelsViewModel::onModelChanged() {
  m_installed->refresh();
  refreshRecent();
  const std::optional<Variant> resident = m_services.library->variantOf(m_services.models->path());
  const bool isReady = m_services.models->state() == ModelService::State::Ready;
  m_editor->setResident(isReady && resident ? resident->id : 0);
}

bool ModelsViewModel::ready() const {
  return m_services.library->isStarted();
}

void ModelsViewModel::refreshUsage() {
  QList<std::pair<QString, quint64>> models;
  QHash<qint64, qsizetype> places;
  for (const Variant& variant : m_services.library->variants()) {
    const quint64 bytes = ownBytes(variant);
    if (bytes == 0) continue;
    const auto [place, isNew] = std::pair(places.value(variant.modelId, -1), !places.contains(variant.modelId));
    if (isNew) {
      places.insert(variant.modelId, models.size());
      models.append({variant.modelName, bytes});
    } else {
      models[place].second += bytes;
    }
  }
  std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  quint64 rest = 0;
  m_usage.clear();
  for (qsizetype i = 0; i < models.size(); ++i) {
    if (i < kUsageParts - 1 || models.size() == kUsageParts)
      m_usage.append(usagePart(models[i].first, models[i].second));
    else
      rest += models[i].second;
  }
  if (rest > 0) m_usage.append(usagePart(tr("Others"), rest));
  Q_EMIT usageChanged();
}

double ModelsViewModel::usedBytes() const {
  double sum = 0;
  for (const QVariant& part : m_usage) sum += part.toMap().value(QStringLiteral("bytes")).toDouble();
  return sum;
}

double ModelsViewModel::freeBytes() const {
  return static_cast<double>(m_services.library->bytesFree());
}

QString ModelsViewModel::usageText() const {
  const QString used = Readable::size(static_cast<quint64>(usedBytes()));
  const QString free = Readable::size(m_services.library->bytesFree());
  if (used.isEmpty()) return free.isEmpty() ? QString() : tr("%1 free").arg(free);
  return free.isEmpty() ? tr("%1 used").arg(used) : tr("%1 used, %2 free").arg(used, free);
}

void ModelsViewModel::refreshRecent() {
  QList<Variant> variants = m_services.library->variants();
  variants.removeIf([](const Variant& variant) { return variant.isMissing(); });
  std::stable_sort(variants.begin(), variants.end(), [](const Variant& a, const Variant& b) { return a.usedAt > b.usedAt; });
  m_recent.clear();
  for (const Variant& variant : variants.mid(0, kRecent)) {
    const InstalledRow* row = m_installed->row(variant.id);
    m_recent.append(QVariantMap{{QStringLiteral("id"), variant.id},
                                {QStringLiteral("title"), variant.modelName},
                                {QStringLiteral("variant"), variant.name},
                                {QStringLiteral("sizeText"), Readable::size(variant.bytes())},
                                {QStringLiteral("status"), row ? row->status : QString()}});
  }
  Q_EMIT recentChanged();
}

void ModelsViewModel::use(qint64 variantId) {
  const std::optional<Variant> variant = m_services.library->variant(variantId);
  if (!variant || variant->isMissing()) return;
  m_editor->save();
  m_services.library->setUsed(variantId);
  m_services.models->load(variant->path());
}

QString ModelsViewModel::pathOf(qint64 variantId) const {
  const std::optional<Variant> variant = m_services.library->variant(variantId);
  return variant && !variant->isMissing() ? variant->path() : QString();
}

QString ModelsViewModel::titleOf(qint64 variantId) const {
  const std::optional<Variant> variant = m_services.library->variant(variantId);
  return variant ? variant->title() : QString();
}

void ModelsViewModel::useDownload(qint64 downloadId) {
  for (const DownloadRow& row : m_services.downloads->downloads()) {
    if (row.id != downloadId || row.files.isEmpty()) continue;
    if (const std::optional<Variant> variant = m_services.library->variantOf(row.files.first()))
      use(variant->id);
    else
      m_services.models->load(row.files.first());
    return;
  }
}

void ModelsViewModel::showInFolder(qint64 variantId) {
  if (const std::optional<Variant> variant = m_services.library->variant(variantId)) showFolderOf(variant->path());
}

void ModelsViewModel::showDownloadInFolder(qint64 downloadId) {
  for (const DownloadRow& row : m_services.downloads->downloads())
    if (row.id == downloadId) showFolderOf(row.files.value(0));
}

void ModelsViewModel::verify(qint64 variantId) {
  m_services.library->verify(variantId);
}

void ModelsViewModel::remove(qint64 variantId) {
  m_services.library->remove(variantId);
}

QString ModelsViewModel::removalText(qint64 variantId) const {
  const std::optional<Variant> variant = m_services.library->variant(variantId);
  if (!variant) return {};
  const quint64 freed = ownBytes(*variant);
  QStringList parts;
  if (freed > 0)
    parts << tr("Its files are deleted, which frees %1.").arg(Readable::size(freed));
  else if (variant->isMissing())
    parts << tr("Its files are gone already; only the entry of the list is removed.");
  if (variant->isLinked()) parts << tr("Files that lie outside Hearth's folder are only forgotten: they stay where they are.");
  if (variant->path() == m_services.models->path()) parts << tr("It is the model in use; Hearth goes on with another one.");
  if (!variant->repository.isEmpty() && freed > 0) parts << tr("You can download it again.");
  QString text = parts.value(0);
  for (qsizetype i = 1; i < parts.size(); ++i) text = tr("%1 %2", "two sentences").arg(text, parts[i]);
  return text;
}

void ModelsViewModel::locate(qint64 variantId, const QUrl& file) {
  if (file.isLocalFile()) m_services.library->locate(variantId, file.toLocalFile());
}

void ModelsViewModel::reconcile() {
  m_services.library->reconcile();
}

void ModelsViewModel::showCard(qint64 variantId) {
  if (const std::optional<Variant> variant = m_services.library->variant(variantId)) m_card->show(*variant);
}

void ModelsViewModel::showOfferCard(const QString& entryId) {
  if (const Offer* offer = m_discover->offer(entryId)) m_card->show(*offer);
}

void ModelsViewModel::importUrls(const QList<QUrl>& urls, bool copy) {
  QStringList paths;
  for (const QUrl& url : urls)
    if (url.isLocalFile()) paths.append(url.toLocalFile());
  if (!paths.isEmpty()) m_services.library->import(paths, copy ? ImportMode::Copy : ImportMode::Link);
}

void ModelsViewModel::importPath(const QString& path, bool copy) {
  m_services.library->import({path}, copy ? ImportMode::Copy : ImportMode::Link);
}

void ModelsViewModel::lookForFolders() {
  m_background.run([] { return ModelLibrary::knownFolders(); },
                   [this](const QList<QPair<QString, QString>>& folders) {
                     m_knownFolders.clear();
                     for (const auto& [name, path] : folders)
                       m_knownFolders.append(QVariantMap{{QStringLiteral("name"), name}, {QStringLiteral("path"), path}});
                     Q_EMIT knownFoldersChanged();
                   });
}

void ModelsViewModel::refreshFits() {
  m_services.catalogue->wantFits();
  m_services.catalogue->refreshFits();
}

void ModelsViewModel::retranslate() {
  m_services.catalogue->retranslate();
  refresh();
  m_downloads->refresh();
  m_jobs->refresh();
  m_discover->retranslate();
  Q_EMIT m_card->changed();
}
