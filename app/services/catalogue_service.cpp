#include "services/catalogue_service.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QSaveFile>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>
#include <algorithm>
#include <atomic>
#include <cmath>

#include "net/http_session.h"
#include "net/signature.h"
#include "services/catalogue_file.h"
#include "services/hub_service.h"
#include "services/network_settings.h"
#include "services/settings.h"

namespace {

constexpr qint64 kFitLivesMs = 15'000;          // then memory may have changed enough to look again
constexpr int kFitsGatherMs = 60;               // one signal for many answers
constexpr quint64 kSameMemory = 256ULL << 20U;  // free memory never stands still; differences below are not told
constexpr double kSameSpeed = 0.05;

[[nodiscard]] quint64 scaled(quint64 bytes, quint64 to, quint64 from) {
  if (from == 0) return 0;
  return static_cast<quint64>(static_cast<double>(bytes) * static_cast<double>(to) / static_cast<double>(from));
}

[[nodiscard]] bool isNear(quint64 a, quint64 b) {
  return std::max(a, b) - std::min(a, b) < kSameMemory;
}

/// Nothing that people would notice is another.
[[nodiscard]] bool isAlike(const ModelFit& a, const ModelFit& b) {
  return a.label == b.label && a.deviceName == b.deviceName && a.contextLength == b.contextLength && a.total() == b.total() &&
         std::abs(a.tokensPerSecond - b.tokensPerSecond) <= kSameSpeed * std::max(a.tokensPerSecond, b.tokensPerSecond) &&
         isNear(a.onDevice, b.onDevice) && isNear(a.inMemory, b.inMemory) && isNear(a.deviceFree, b.deviceFree) &&
         isNear(a.memoryFree, b.memoryFree) && a.deviceTotal == b.deviceTotal && a.memoryTotal == b.memoryTotal;
}

[[nodiscard]] bool isSame(const ModelShape& a, const ModelShape& b) {
  return a.weightBytes == b.weightBytes && a.expertBytes == b.expertBytes && a.bytesPerToken == b.bytesPerToken &&
         a.kvBytesPerToken == b.kvBytesPerToken && a.layers == b.layers && a.contextLength == b.contextLength;
}

struct FitEntry {
  ModelShape shape;
  ModelFit fit;
  QElapsedTimer age;     // invalid: never computed
  bool waiting = false;  // for the worker
};

[[nodiscard]] QByteArray contentOf(const QString& path, qint64 limit) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) && file.size() <= limit ? file.readAll() : QByteArray();
}

[[nodiscard]] bool write(const QString& path, const QByteArray& content) {
  QSaveFile file(path);
  return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit();
}

/// A list that was fetched: the catalogue in it, or why there is none.
[[nodiscard]] Outcome<CatalogueFile> checked(const QByteArray& json, const QByteArray& signature, const QString& key) {
  if (key.isEmpty() || !isSignedBy(json, signature, key)) return {std::nullopt, {ErrorId::CatalogueNotSigned, {}, {}}};
  std::optional<CatalogueFile> file = parseCatalogue(json);
  if (!file) return {std::nullopt, {ErrorId::CatalogueUnreadable, {}, {}}};
  return {std::move(file), {}};
}

}  // namespace

// --- Variants

quint64 CatalogueVariant::bytes() const {
  if (approximateBytes > 0) return approximateBytes;
  quint64 sum = 0;
  for (const DownloadFile& file : files) sum += file.size;
  return sum;
}

ModelShape CatalogueModel::shapeOf(const CatalogueVariant& variant) const {
  ModelShape result = shape;
  const quint64 bytes = variant.bytes();
  result.weightBytes = bytes;
  result.expertBytes = variant.expertBytes > 0 ? variant.expertBytes : scaled(bytes, shape.expertBytes, shape.weightBytes);
  // Of the experts a token reads those that are used; the rest of what it reads belongs to the other weights.
  const quint64 used = experts > 0 ? static_cast<quint64>(expertsUsed) : 0;
  const quint64 usedBytes = used > 0 ? scaled(shape.expertBytes, used, static_cast<quint64>(experts)) : 0;
  const quint64 otherRead = shape.bytesPerToken - std::min(usedBytes, shape.bytesPerToken);
  const quint64 otherBytes = shape.weightBytes - shape.expertBytes;
  result.bytesPerToken =
      scaled(usedBytes, result.expertBytes, shape.expertBytes) + scaled(otherRead, bytes - result.expertBytes, otherBytes);
  return result;
}

DownloadRequest CatalogueModel::request(const CatalogueVariant& variant) const {
  DownloadRequest request;
  request.repository = variant.repository;
  request.files = variant.files;
  request.title = name;
  request.variant = variant.quantisation;
  request.publisher = publisher;
  request.licence = licence;
  request.catalogueId = id;
  return request;
}

DownloadRequest CatalogueModel::request(const CatalogueVariant& variant, const HubRepository& found) const {
  DownloadRequest result = request(variant);
  result.files.clear();
  if (!found.revision.isEmpty()) result.revision = found.revision;
  for (const HubVariant& offered : found.variants)
    if (offered.name.compare(variant.quantisation, Qt::CaseInsensitive) == 0) {
      result.files = offered.files;
      break;
    }
  return result;
}

// --- Service

struct CatalogueService::Private {
  CatalogueService* self;
  ModelFiles* files;
  Settings* settings;
  QString folder;  // of the fetched list
  QString key = QStringLiteral(HEARTH_CATALOGUE_KEY);
  CatalogueFile list;
  HttpSession session;
  NetworkSettings* network = nullptr;
  bool refreshing = false;
  QHash<QString, FitEntry> fits;
  bool wanted = false;  // the fits
  QTimer fitsTimer;
  QThreadPool pool;  // one thread: fits, and files of the list
  std::atomic<bool> stop{false};
  std::atomic<int> round{0};  // of the fits: answers to earlier settings are dropped

  [[nodiscard]] QString path() const { return folder + QLatin1String("/catalogue.json"); }
  void show(CatalogueFile newer);
  void chooseTexts();
  void loadFetched();
  void fetchList(const QUrl& url);
  void fetchSignature(const QUrl& url, const QByteArray& json);
  void check(const QByteArray& json, const QByteArray& signature, qint64 present);
  void onChecked(Outcome<CatalogueFile> outcome);
  void setRefreshing(bool on);
  void end(const Problem& problem);
  void compute(const QString& name);
  void onFit(const QString& name, const ModelFit& fit, int ofRound);
};

void CatalogueService::Private::show(CatalogueFile newer) {
  list = std::move(newer);
  chooseTexts();
  Q_EMIT self->changed();
}

void CatalogueService::Private::chooseTexts() {
  const QString language = QLocale().language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en");
  for (CatalogueModel& model : list.models) {
    const QHash<QString, QString>& texts = list.goodAtOfModel[model.id];
    model.goodAt = texts.value(language, texts.value(QStringLiteral("en")));
  }
}

/// What an earlier refresh() has kept is checked again: the folder is not a safe place.
void CatalogueService::Private::loadFetched() {
  if (key.isEmpty()) return;
  pool.start([this, path = path(), known = key] {
    const QByteArray json = contentOf(path, kCatalogueMostBytes);
    const QByteArray signature = contentOf(path + QLatin1String(".sig"), kSignatureMostBytes);
    if (stop || json.isEmpty() || signature.isEmpty()) return;
    const Outcome<CatalogueFile> outcome = checked(json, signature, known);
    if (!outcome) return;
    QMetaObject::invokeMethod(
        self,
        [this, file = *outcome.value] {
          if (file.version > list.version) show(file);
        },
        Qt::QueuedConnection);
  });
}

void CatalogueService::Private::fetchList(const QUrl& url) {
  session.fetch(url, kCatalogueMostBytes, self, [this, url](const FetchResult& result) {
    if (result.failure) return end(result.failure.problem(url.toDisplayString()));
    fetchSignature(url, result.body);
  });
}

void CatalogueService::Private::fetchSignature(const QUrl& url, const QByteArray& json) {
  const QUrl beside = signatureAddress(url);
  session.fetch(beside, kSignatureMostBytes, self, [this, beside, json](const FetchResult& result) {
    if (result.failure) return end(result.failure.problem(beside.toDisplayString()));
    check(json, result.body, list.version);
  });
}

void CatalogueService::Private::check(const QByteArray& json, const QByteArray& signature, qint64 present) {
  pool.start([this, json, signature, present, path = path(), known = key] {
    if (stop) return;
    Outcome<CatalogueFile> outcome = checked(json, signature, known);
    if (outcome && outcome.value->version < present) outcome = {std::nullopt, {ErrorId::CatalogueOlder, {}, {}}};
    // The signature last: a crash in between leaves a pair that does not fit and is not used.
    const bool newer = outcome && outcome.value->version > present;
    if (newer && QDir().mkpath(QFileInfo(path).path()) && write(path, json)) (void)write(path + QLatin1String(".sig"), signature);
    QMetaObject::invokeMethod(
        self, [this, outcome] { onChecked(outcome); }, Qt::QueuedConnection);
  });
}

void CatalogueService::Private::onChecked(Outcome<CatalogueFile> outcome) {
  if (!outcome) return end(outcome.problem);
  setRefreshing(false);
  if (outcome.value->version > list.version)
    show(std::move(*outcome.value));
  else
    Q_EMIT self->changed();  // the same list: the answer is that there is nothing new
}

void CatalogueService::Private::setRefreshing(bool on) {
  if (refreshing == on) return;
  refreshing = on;
  Q_EMIT self->refreshingChanged();
}

void CatalogueService::Private::end(const Problem& problem) {
  setRefreshing(false);
  Q_EMIT self->failed(problem);
}

void CatalogueService::Private::compute(const QString& name) {
  FitEntry& entry = fits[name];
  if (entry.waiting || !wanted) return;
  entry.waiting = true;
  pool.start([this, name, shape = entry.shape, device = settings->text(SettingKey::Device),
              context = settings->integer(SettingKey::ContextLength), ofRound = round.load()] {
    if (stop || ofRound != round) return;
    const ModelFit fit = files->fit(shape, device, context);
    QMetaObject::invokeMethod(
        self, [this, name, fit, ofRound] { onFit(name, fit, ofRound); }, Qt::QueuedConnection);
  });
}

void CatalogueService::Private::onFit(const QString& name, const ModelFit& fit, int ofRound) {
  const auto entry = fits.find(name);
  if (entry == fits.end()) return;
  if (ofRound != round) return;  // asked again since
  entry->waiting = false;
  const bool differs = !entry->age.isValid() || !isAlike(entry->fit, fit);
  entry->age.start();
  if (!differs) return;
  entry->fit = fit;
  if (!fitsTimer.isActive()) fitsTimer.start();
}

CatalogueService::CatalogueService(ModelFiles* files, Settings* settings, const QString& dataFolder, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>()) {
  d->self = this;
  d->files = files;
  d->settings = settings;
  d->folder = dataFolder + QLatin1String("/cache");
  d->pool.setMaxThreadCount(1);
  d->fitsTimer.setSingleShot(true);
  d->fitsTimer.setInterval(kFitsGatherMs);
  connect(&d->fitsTimer, &QTimer::timeout, this, &CatalogueService::fitsChanged);
  connect(settings, &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::ContextLength || key == SettingKey::Device) refreshFits();
  });
}

CatalogueService::~CatalogueService() {
  d->stop = true;
  d->pool.clear();
  d->pool.waitForDone();
}

void CatalogueService::start() {
  QFile bundled(QStringLiteral(":/hearth/catalogue.json"));
  if (bundled.open(QIODevice::ReadOnly))
    if (std::optional<CatalogueFile> list = parseCatalogue(bundled.readAll())) d->show(std::move(*list));
  d->loadFetched();
}

void CatalogueService::setNetwork(NetworkSettings* network) {
  d->network = network;
}

void CatalogueService::setPublicKey(const QString& key) {
  d->key = key;
}

QList<CatalogueModel> CatalogueService::models() const {
  return d->list.models;
}

QString CatalogueService::version() const {
  return d->list.version > 0 ? QString::number(d->list.version) : QString();
}

QDate CatalogueService::date() const {
  return d->list.date;
}

bool CatalogueService::canRefresh() const {
  return !d->key.isEmpty();
}

void CatalogueService::refresh() {
  if (d->refreshing || !canRefresh()) return;
  d->setRefreshing(true);
  const QUrl url(d->settings->text(SettingKey::CatalogueUrl).trimmed(), QUrl::StrictMode);
  const bool usable =
      url.isValid() && !url.host().isEmpty() && (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"));
  if (usable && d->network)
    return d->network->withSetup(this, [this, url](const NetworkSetup& setup) {
      HttpOptions options = setup.http;
      options.tokens.clear();  // a list is for everyone
      d->session.setOptions(options);
      d->fetchList(url);
    });
  if (usable) return d->fetchList(url);
  QMetaObject::invokeMethod(
      this,
      [this] {
        d->end({ErrorId::CatalogueAddress, {d->settings->text(SettingKey::CatalogueUrl)}, {}});
      },
      Qt::QueuedConnection);
}

bool CatalogueService::isRefreshing() const {
  return d->refreshing;
}

void CatalogueService::retranslate() {
  d->chooseTexts();
  Q_EMIT changed();
}

ModelFit CatalogueService::fit(const QString& key, const ModelShape& shape) {
  FitEntry& entry = d->fits[key];
  if (!isSame(entry.shape, shape)) entry = {shape, {}, {}, false};
  if (!entry.age.isValid() || entry.age.elapsed() > kFitLivesMs) d->compute(key);
  return entry.fit;
}

void CatalogueService::wantFits() {
  d->wanted = true;
}

void CatalogueService::refreshFits() {
  ++d->round;
  for (auto entry = d->fits.begin(); entry != d->fits.end(); ++entry) entry->waiting = false;
  for (const QString& name : d->fits.keys()) d->compute(name);
}
