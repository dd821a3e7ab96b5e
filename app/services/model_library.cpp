#include "services/model_library.h"

#include <QFileInfo>
#include <algorithm>

#include "services/file_copy.h"
#include "services/library_json.h"
#include "services/model_library_p.h"

namespace {

constexpr qsizetype kLongestName = 200;

[[nodiscard]] QDateTime timeOf(qint64 millis) {
  return millis > 0 ? QDateTime::fromMSecsSinceEpoch(millis, Qt::UTC) : QDateTime();
}

[[nodiscard]] qint64 millisOf(const QDateTime& time) {
  return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

/// Rows that repair made for files whose entry could not be read.
[[nodiscard]] bool isPlaceholder(const QString& name) {
  return name.startsWith(QStringLiteral("…"));
}

[[nodiscard]] QString firstOf(const QStringList& texts) {
  for (const QString& text : texts) {
    if (!text.trimmed().isEmpty()) return text.simplified().left(kLongestName);
  }
  return {};
}

}  // namespace

QString Variant::title() const {
  return name.isEmpty() || modelName.contains(name, Qt::CaseInsensitive) ? modelName : modelName + u' ' + name;
}
quint64 Variant::bytes() const {
  return bytesOf(files);
}
bool Variant::isMissing() const {
  return std::any_of(files.begin(), files.end(), [](const LibraryFile& file) { return file.missing; });
}
bool Variant::isLinked() const {
  return std::any_of(files.begin(), files.end(), [](const LibraryFile& file) { return file.linked; });
}

ModelLibrary::ModelLibrary(StorageThread* storage, ModelFiles* files, FileJobs* jobs, DownloadService* downloads, const QString& dataFolder,
                           const QString& starterPath, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(LibraryPaths(dataFolder))) {
  d->q = this;
  d->storage = storage;
  d->files = files;
  d->jobs = jobs;
  d->downloads = downloads;
  d->starter = starterPath;
  connect(downloads, &DownloadService::finished, this, [this](const DownloadRow& row) { d->onDownloaded(row); });
}

ModelLibrary::~ModelLibrary() = default;

void ModelLibrary::start(const LibraryRows& rows) {
  d->beginAnew();
  d->busy.clear();
  d->take(rows);
  d->ensureStarter();
  d->sort();
  d->started = true;
  Q_EMIT started();
  Q_EMIT listChanged();
  reconcile();
}

bool ModelLibrary::isStarted() const {
  return d->started;
}

// --- The list

void ModelLibrary::Private::take(const LibraryRows& rows) {
  variants.clear();
  lastModelId = rows.lastModelId;
  lastVariantId = rows.lastVariantId;
  QHash<qint64, StoredModel> models;
  QHash<qint64, QList<LibraryFile>> filesById;
  for (const StoredModel& model : rows.models) models.insert(model.id, model);
  for (const StoredFile& file : rows.files) {
    if (const LibraryFile known = fileOf(file, paths); !known.path.isEmpty()) filesById[file.ownerId].append(known);
  }
  for (const StoredVariant& row : rows.variants) {
    if (!filesById.contains(row.id)) continue;
    const StoredModel model = models.value(row.modelId);
    Variant variant;
    variant.id = row.id;
    variant.modelId = row.modelId;
    variant.modelName = model.name;
    variant.publisher = model.publisher;
    variant.licence = model.licence;
    variant.repository = model.repository;
    variant.catalogueId = model.catalogueId;
    variant.description = model.description;
    variant.card = model.card;
    variant.name = row.name;
    variant.architecture = row.architecture;
    variant.quantisation = row.quantisation;
    variant.source = row.source;
    variant.files = filesById.value(row.id);
    variant.facts = factsFromJson(row.facts);
    variant.settings = settingsFromJson(row.settings);
    variant.addedAt = timeOf(row.addedAt);
    variant.usedAt = timeOf(row.usedAt);
    for (const LibraryFile& file : variant.files) variant.facts.parts += file.path;
    variants.append(variant);
  }
}

/// The starter model moves with the installation: its entry follows.
void ModelLibrary::Private::ensureStarter() {
  if (starter.isEmpty()) return;
  const auto at = std::find_if(variants.begin(), variants.end(), [](const Variant& variant) { return variant.isStarter(); });
  if (at != variants.end() && at->path() == starter) return;
  LibraryFile file;
  file.path = starter;
  file.linked = true;
  if (at != variants.end()) {
    at->files = {file};
    store(*at, Fits::Forget);
    return;
  }
  if (withFile(starter)) return;
  NewVariant found;
  found.hint.modelName = QStringLiteral("Ember");
  found.source = QStringLiteral("starter");
  found.files = {file};
  add(found);
}

Variant* ModelLibrary::Private::find(qint64 id) {
  const auto at = std::find_if(variants.begin(), variants.end(), [id](const Variant& variant) { return variant.id == id; });
  return at == variants.end() ? nullptr : &*at;
}

Variant* ModelLibrary::Private::withHashes(const QStringList& hashes) {
  if (hashes.isEmpty() || hashes.contains(QString())) return nullptr;
  const auto at =
      std::find_if(variants.begin(), variants.end(), [&hashes](const Variant& variant) { return hashesOf(variant.files) == hashes; });
  return at == variants.end() ? nullptr : &*at;
}

Variant* ModelLibrary::Private::withFile(const QString& path) {
  const auto at = std::find_if(variants.begin(), variants.end(), [&path](const Variant& variant) {
    return std::any_of(variant.files.begin(), variant.files.end(), [&path](const LibraryFile& file) { return file.path == path; });
  });
  return at == variants.end() ? nullptr : &*at;
}

KnownHashes ModelLibrary::Private::knownHashes() const {
  KnownHashes known;
  for (const Variant& variant : variants) {
    if (!variant.isMissing()) known.append({variant.bytes(), hashesOf(variant.files)});
  }
  return known;
}

QSet<QString> ModelLibrary::Private::listedHashes() const {
  QSet<QString> hashes;
  for (const Variant& variant : variants) {
    for (const LibraryFile& file : variant.files) {
      if (!file.missing) hashes.insert(file.sha256);
    }
  }
  return hashes;
}

bool ModelLibrary::Private::isBusy(const QString& path) const {
  const auto job = busy.constFind(path);
  return job != busy.constEnd() && jobs->isUnderWay(*job);
}

void ModelLibrary::Private::sort() {
  std::sort(variants.begin(), variants.end(), [](const Variant& a, const Variant& b) {
    if (const int order = a.modelName.localeAwareCompare(b.modelName); order != 0) return order < 0;
    if (a.modelId != b.modelId) return a.modelId < b.modelId;
    return a.bytes() != b.bytes() ? a.bytes() < b.bytes() : a.id < b.id;
  });
}

void ModelLibrary::Private::store(const Variant& v, Fits fits) {
  const StoredModel model{v.modelId,     v.modelName,   v.publisher, v.licence,          v.repository,
                          v.catalogueId, v.description, v.card,      millisOf(v.addedAt)};
  const StoredVariant variant{v.id,     v.modelId,          v.name,          v.architecture,      v.quantisation,
                              v.source, toJson(v.settings), toJson(v.facts), millisOf(v.addedAt), millisOf(v.usedAt)};
  QList<StoredFile> rows;
  for (const LibraryFile& file : v.files) rows.append(storedOf(file, v.id, paths));
  storage->write([model, variant, rows, fits](Database& database) {
    Transaction transaction(database);
    LibraryStore library(database);
    StoreStatus status = transaction.begun();
    if (status) status = library.put(model);
    if (status) status = library.put(variant);
    if (status) status = library.putFiles(variant.id, rows);
    if (status && fits == Fits::Forget) status = library.forgetFits(variant.id);
    return status ? transaction.commit() : status;
  });
}

/// Stores and tells. What belongs to the model goes to its other variants.
void ModelLibrary::Private::changed(Variant& variant, Fits fits) {
  const qint64 id = variant.id;
  QList<qint64> others;
  for (Variant& other : variants) {
    if (other.modelId != variant.modelId || other.id == id || other.modelName == variant.modelName) continue;
    other.modelName = variant.modelName;
    others.append(other.id);
  }
  store(variant, fits);
  sort();
  Q_EMIT q->variantChanged(id);
  for (const qint64 other : others) Q_EMIT q->variantChanged(other);
}

qint64 ModelLibrary::Private::familyOf(const NewVariant& found) const {
  for (const Variant& variant : variants) {
    const bool same = (!found.catalogueId.isEmpty() && variant.catalogueId == found.catalogueId) ||
                      (!found.hint.repository.isEmpty() && variant.repository == found.hint.repository);
    // A repository may hold several models.
    if (same && variant.architecture == found.facts.architecture && variant.facts.parameters == found.facts.parameters)
      return variant.modelId;
  }
  return 0;
}

/// What people read about the model.
void ModelLibrary::Private::describe(Variant& variant, const NewVariant& found) {
  const bool named = found.source != QLatin1String("import") || !found.hint.sha256.isEmpty();  // better than what the file says
  variant.modelName = named ? firstOf({found.hint.modelName, found.facts.name}) : firstOf({found.facts.name, found.hint.modelName});
  if (variant.modelName.isEmpty())
    variant.modelName = firstOf({stemOf(QFileInfo(found.files.first().path).fileName()), QStringLiteral("?")});
  variant.publisher = firstOf({found.hint.publisher, found.facts.author});
  variant.licence = firstOf({found.licence, found.facts.licence});
  variant.repository = found.hint.repository;
  variant.catalogueId = found.catalogueId;
  variant.description = found.facts.description;
  variant.card = found.card;
}

qint64 ModelLibrary::Private::add(const NewVariant& found, qint64 modelId) {
  Variant variant;
  variant.id = ++lastVariantId;
  variant.modelId = modelId > 0 ? modelId : familyOf(found);
  const auto family =
      std::find_if(variants.begin(), variants.end(), [&variant](const Variant& other) { return other.modelId == variant.modelId; });
  if (variant.modelId > 0 && family != variants.end()) {
    variant.modelName = family->modelName;
    variant.publisher = family->publisher;
    variant.licence = family->licence;
    variant.repository = family->repository;
    variant.catalogueId = family->catalogueId;
    variant.description = family->description;
    variant.card = family->card;
  } else {
    variant.modelId = ++lastModelId;
    describe(variant, found);
  }
  variant.name = firstOf({found.hint.variantName, found.facts.quantisation});
  variant.source = found.source;
  variant.files = found.files;
  variant.addedAt = QDateTime::currentDateTimeUtc();
  setFacts(variant, found.facts);
  const qint64 id = variant.id;
  variants.append(variant);
  store(variant);
  sort();
  if (started) {
    Q_EMIT q->added(id);
    Q_EMIT q->listChanged();
  }
  return id;
}

void ModelLibrary::Private::setFacts(Variant& variant, const ModelFileFacts& facts) {
  variant.facts = facts;
  variant.facts.parts.clear();
  for (const LibraryFile& file : variant.files) variant.facts.parts += file.path;
  variant.architecture = facts.architecture;
  variant.quantisation = facts.quantisation;
  if (variant.name.isEmpty()) variant.name = facts.quantisation;
  if (isPlaceholder(variant.modelName) && !facts.name.isEmpty()) variant.modelName = facts.name;
  if (variant.description.isEmpty()) variant.description = facts.description;
  if (variant.licence.isEmpty()) variant.licence = facts.licence;
}

/// A whole and hashed variant: the list gets it, or the entry that it is the missing files of.
qint64 ModelLibrary::Private::addOrReplace(const NewVariant& found, qint64 modelId) {
  if (Variant* known = withFile(found.files.first().path)) {
    const qint64 id = known->id;
    const bool same = hashesOf(known->files) == hashesOf(found.files) && !known->isMissing();
    if (found.source == QLatin1String("download") && known->source == QLatin1String("import")) {  // seen before the download said it
      known->source = found.source;
      if (!found.hint.variantName.isEmpty()) known->name = found.hint.variantName;
      describe(*known, found);
      if (same) changed(*known);
    }
    if (same) return id;
    known->files = found.files;
    setFacts(*known, found.facts);
    changed(*known, Fits::Forget);
    Q_EMIT q->filesChanged(id);
    return id;
  }
  Variant* same = withHashes(hashesOf(found.files));
  if (!same) return add(found, modelId);
  const qint64 sameId = same->id;
  if (same->isMissing() && !deleting.contains(sameId)) {
    same->files = found.files;
    setFacts(*same, found.facts);
    changed(*same);
    return sameId;
  }
  for (const LibraryFile& file : found.files) {
    if (!found.copied && !file.linked) passedOver.insert(file.path, file);
  }
  Q_EMIT q->notice(
      {ErrorId::LibraryDuplicate, {QFileInfo(found.hint.parts.value(0, found.files.first().path)).fileName(), same->title()}, {}});
  if (!found.copied) return sameId;
  QStringList copies;
  for (const LibraryFile& file : found.files) copies += file.path;
  deleteInBackground(copies);
  return sameId;
}

QList<Variant> ModelLibrary::variants() const {
  return d->variants;
}

std::optional<Variant> ModelLibrary::variant(qint64 id) const {
  const Variant* found = d->find(id);
  return found ? std::optional(*found) : std::nullopt;
}

std::optional<Variant> ModelLibrary::variantOf(const QString& path) const {
  if (path.isEmpty()) return {};
  const Variant* found = d->withFile(path);
  if (!found) found = d->withFile(canonical(path));
  return found ? std::optional(*found) : std::nullopt;
}

bool ModelLibrary::hasHash(const QString& sha256) const {
  if (sha256.isEmpty()) return false;
  return std::any_of(d->variants.begin(), d->variants.end(), [&sha256](const Variant& variant) {
    return std::any_of(variant.files.begin(), variant.files.end(),
                       [&sha256](const LibraryFile& file) { return !file.missing && file.sha256 == sha256; });
  });
}

quint64 ModelLibrary::bytesUsed() const {
  quint64 sum = 0;
  for (const Variant& variant : d->variants) {
    for (const LibraryFile& file : variant.files) {
      if (!file.linked && !file.missing) sum += file.size;
    }
  }
  return sum;
}

quint64 ModelLibrary::bytesFree() const {
  return bytesFreeAt(d->paths.models());
}

// --- Changes

void ModelLibrary::setSettings(qint64 id, const VariantSettings& settings) {
  Variant* variant = d->find(id);
  if (!variant || variant->settings == settings) return;
  variant->settings = settings;
  d->changed(*variant);
}

void ModelLibrary::rename(qint64 id, const QString& modelName) {
  Variant* variant = d->find(id);
  const QString name = modelName.simplified().left(kLongestName);
  if (!variant || name.isEmpty() || variant->modelName == name) return;
  variant->modelName = name;
  d->changed(*variant);
  Q_EMIT listChanged();
}

void ModelLibrary::setUsed(qint64 id) {
  Variant* variant = d->find(id);
  if (!variant) return;
  variant->usedAt = QDateTime::currentDateTimeUtc();
  d->changed(*variant);
}

void ModelLibrary::remove(qint64 id) {
  const Variant* variant = d->find(id);
  if (!variant || d->deleting.contains(id)) return;
  if (variant->isStarter()) {
    Q_EMIT notice({ErrorId::LibraryStays, {variant->modelName}, {}});
    return;
  }
  const QString title = variant->title();
  const QStringList ours = d->oursOf(variant->files);
  Q_EMIT removing(id);
  d->deleteThen(id, title, ours, d->paths.models(), [this, id] { d->forget(id); });
}

void ModelLibrary::Private::forget(qint64 id) {
  const auto at = std::find_if(variants.begin(), variants.end(), [id](const Variant& variant) { return variant.id == id; });
  if (at == variants.end()) return;
  variants.erase(at);
  storage->write([id](Database& database) { return LibraryStore(database).removeVariant(id); });
  Q_EMIT q->removed(id);
  Q_EMIT q->listChanged();
  if (!passedOver.isEmpty()) reconcile();  // perhaps a copy of it is in the folder
}

void ModelLibrary::Private::deleteInBackground(const QStringList& gone) {
  jobs->run(FileJob::Kind::Scan, {}, [gone, root = paths.models()](WorkControl&) {
    static_cast<void>(deleteFiles(gone, root));
    return Problem();
  });
}

void ModelLibrary::reconcile() {
  if (d->started) d->reconcile();
}
