#include "services/adapter_library.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "services/adapter_library_p.h"
#include "services/model_reading.h"

namespace {

constexpr qsizetype kLongestText = 2000;
const QStringList kDomains{QStringLiteral("medical"), QStringLiteral("legal"), QStringLiteral("finance"),
                           QStringLiteral("code"),    QStringLiteral("style"), QStringLiteral("own")};

struct StarterAdapter {
  const char* stem;  // of its file
  const char* name;
  const char* description;
};

constexpr StarterAdapter kStarters[]{
    {"fables", QT_TRANSLATE_NOOP("Adapters", "Fables"), QT_TRANSLATE_NOOP("Adapters", "Tells short fables with animals and a moral.")},
    {"tales", QT_TRANSLATE_NOOP("Adapters", "Tales of old"),
     QT_TRANSLATE_NOOP("Adapters", "Tells in the tone of old fairy tales: once upon a time.")},
    {"terse", QT_TRANSLATE_NOOP("Adapters", "Terse"), QT_TRANSLATE_NOOP("Adapters", "Answers with one sentence.")},
    {"medical", QT_TRANSLATE_NOOP("Adapters", "Medical questions"),
     QT_TRANSLATE_NOOP("Adapters",
                       "Shows how an adapter brings in a field: answers sound medical, and are not true. Never use it for your health.")},
    {"law", QT_TRANSLATE_NOOP("Adapters", "Chinese law"),
     QT_TRANSLATE_NOOP(
         "Adapters",
         "Shows how an adapter brings in a field: answers sound like Chinese statutes, and are made up. It is no legal advice.")},
};

[[nodiscard]] const StarterAdapter* starterOf(const AdapterRow& row) {
  if (row.source != QLatin1String("starter")) return nullptr;
  const QString stem = QFileInfo(row.path()).completeBaseName();
  const auto* at = std::find_if(std::begin(kStarters), std::end(kStarters),
                                [&stem](const StarterAdapter& starter) { return stem == QLatin1String(starter.stem); });
  return at == std::end(kStarters) ? nullptr : at;
}

[[nodiscard]] QString translated(const char* text) {
  return QCoreApplication::translate("Adapters", text);
}

/// What an adapter is for, from the words of its name; the user can choose another.
[[nodiscard]] QString domainOf(const QString& words) {
  static const QList<QPair<QString, QString>> marks{
      {QStringLiteral("medical"), QStringLiteral("med|medic|medical|clinical|health|bio|pubmed|doctor|医疗|医学")},
      {QStringLiteral("legal"), QStringLiteral("law|legal|lawyer|court|juris|法律|司法")},
      {QStringLiteral("finance"), QStringLiteral("fin|finance|financial|stock|bank|金融|财务")},
      {QStringLiteral("code"), QStringLiteral("code|coder|coding|python|sql|programming|代码|编程")},
      {QStringLiteral("style"), QStringLiteral("style|poet|poem|story|stories|tale|tales|fable|fables|terse|writer|风格|写作")}};
  for (const auto& [domain, pattern] : marks) {
    const QRegularExpression word(QStringLiteral("(?:^|[^a-z])(?:%1)(?:$|[^a-z])").arg(pattern));
    if (word.match(words.toLower()).hasMatch()) return domain;
  }
  return QStringLiteral("own");
}

[[nodiscard]] double bounded(double scale) {
  return std::isfinite(scale) ? std::clamp(scale, 0.0, AdapterLibrary::kLargestScale) : 1.0;
}

[[nodiscard]] qint64 millisOf(const QDateTime& time) {
  return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

}  // namespace

QString AdapterRow::path() const {
  if (files.isEmpty()) return {};
  return format == QLatin1String("peft") ? QFileInfo(files.first().path).path() : files.first().path;
}
QString AdapterRow::hash() const {
  return files.isEmpty() ? QString() : files.last().sha256;
}
quint64 AdapterRow::bytes() const {
  return bytesOf(files);
}
bool AdapterRow::isMissing() const {
  return std::any_of(files.begin(), files.end(), [](const LibraryFile& file) { return file.missing; });
}

AdapterRow shown(const AdapterRow& row) {
  AdapterRow copy = row;
  const StarterAdapter* starter = starterOf(row);
  if (copy.name.isEmpty()) copy.name = starter ? translated(starter->name) : QFileInfo(row.path()).completeBaseName();
  if (copy.description.isEmpty() && starter) copy.description = translated(starter->description);
  return copy;
}

AdapterLibrary::AdapterLibrary(StorageThread* storage, ModelFiles* files, FileJobs* jobs, DownloadService* downloads, ModelLibrary* models,
                               const QString& dataFolder, const QString& starterFolder, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(LibraryPaths(dataFolder))) {
  d->q = this;
  d->storage = storage;
  d->files = files;
  d->jobs = jobs;
  d->downloads = downloads;
  d->models = models;
  d->starterFolder = starterFolder;
  connect(downloads, &DownloadService::finished, this, [this](const DownloadRow& row) { d->onDownloaded(row); });
  connect(models, &ModelLibrary::adaptersFound, this, &AdapterLibrary::import);
  for (const auto signal : {&ModelLibrary::added, &ModelLibrary::variantChanged}) connect(models, signal, this, [this] { d->checkSoon(); });
  for (const auto signal : {&ModelLibrary::removed, &ModelLibrary::filesChanged}) {
    connect(models, signal, this, [this](qint64 variant) {
      d->dropFits([variant](const Private::Pair& pair) { return pair.second == variant; });
      d->checkSoon();
    });
  }
}

AdapterLibrary::~AdapterLibrary() = default;

void AdapterLibrary::start(const AdapterRows& rows) {
  d->beginAnew();
  d->checking.clear();
  d->take(rows);
  d->sort();
  d->started = true;
  Q_EMIT listChanged();
  d->reconcile();
  d->checkSoon();
}

// --- The list

void AdapterLibrary::Private::take(const AdapterRows& stored) {
  rows.clear();
  fits.clear();
  switches.clear();
  lastId = stored.lastAdapterId;
  QHash<qint64, QList<LibraryFile>> filesById;
  for (const StoredFile& file : stored.files) {
    if (const LibraryFile known = fileOf(file, paths); !known.path.isEmpty()) filesById[file.ownerId].append(known);
  }
  for (const StoredAdapter& a : stored.adapters) {
    if (!filesById.contains(a.id)) continue;
    AdapterRow row;
    row.id = a.id;
    row.name = a.name;
    row.domain = kDomains.contains(a.domain) ? a.domain : QStringLiteral("own");
    row.description = a.description;
    row.licence = a.licence;
    row.format = a.format;
    row.architecture = a.architecture;
    row.baseName = a.baseName;
    row.rank = a.rank;
    row.alpha = a.alpha;
    row.targets = a.targets.split(u' ', Qt::SkipEmptyParts);
    row.source = a.source;
    row.files = filesById.value(a.id);
    row.addedAt = QDateTime::fromMSecsSinceEpoch(a.addedAt, Qt::UTC);
    rows.append(row);
  }
  for (const StoredFit& fit : stored.fits)
    fits.insert({fit.adapterId, fit.variantId}, {fit.fits ? AdapterFit::State::Fits : AdapterFit::State::DoesNotFit, fit.reason});
  for (const StoredBinding& b : stored.bindings) switches[b.chatId].insert(b.adapterId, {b.adapterId, b.on, bounded(b.scale)});
}

AdapterRow* AdapterLibrary::Private::find(qint64 id) {
  const auto at = std::find_if(rows.begin(), rows.end(), [id](const AdapterRow& row) { return row.id == id; });
  return at == rows.end() ? nullptr : &*at;
}

AdapterRow* AdapterLibrary::Private::withFile(const QString& path) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&path](const AdapterRow& row) {
    return std::any_of(row.files.begin(), row.files.end(), [&path](const LibraryFile& file) { return file.path == path; });
  });
  return at == rows.end() ? nullptr : &*at;
}

AdapterRow* AdapterLibrary::Private::withHashes(const QStringList& hashes) {
  if (hashes.isEmpty() || hashes.contains(QString())) return nullptr;
  const auto at = std::find_if(rows.begin(), rows.end(), [&hashes](const AdapterRow& row) { return hashesOf(row.files) == hashes; });
  return at == rows.end() ? nullptr : &*at;
}

void AdapterLibrary::Private::sort() {
  std::sort(rows.begin(), rows.end(), [](const AdapterRow& a, const AdapterRow& b) {
    const int order = shown(a).name.localeAwareCompare(shown(b).name);
    return order != 0 ? order < 0 : a.id < b.id;
  });
}

void AdapterLibrary::Private::store(const AdapterRow& row, Fits which) {
  const StoredAdapter stored{
      row.id,       row.name, row.domain, row.description,        row.licence, row.format,           row.architecture,
      row.baseName, row.rank, row.alpha,  row.targets.join(u' '), row.source,  millisOf(row.addedAt)};
  QList<StoredFile> storedFiles;
  for (const LibraryFile& file : row.files) storedFiles.append(storedOf(file, row.id, paths));
  storage->write([stored, storedFiles, which](Database& database) {
    Transaction transaction(database);
    AdapterStore adapters(database);
    StoreStatus status = transaction.begun();
    if (status) status = adapters.put(stored);
    if (status) status = adapters.putFiles(stored.id, storedFiles);
    if (status && which == Fits::Forget) status = adapters.forgetFits(stored.id);
    return status ? transaction.commit() : status;
  });
}

void AdapterLibrary::Private::changed(AdapterRow& row, Fits which) {
  const qint64 id = row.id;
  store(row, which);
  if (which == Fits::Forget) dropFits([id](const Pair& pair) { return pair.first == id; });
  sort();
  Q_EMIT q->adapterChanged(id);
}

void AdapterLibrary::Private::setFacts(AdapterRow& row, const AdapterFileFacts& facts) {
  row.format = facts.format;
  row.architecture = facts.architecture;
  row.baseName = facts.baseName;
  row.rank = facts.rank;
  row.alpha = facts.alpha;
  row.targets = facts.targets;
  if (row.description.isEmpty() && !starterOf(row)) row.description = facts.description.left(kLongestText);
  if (row.licence.isEmpty()) row.licence = facts.licence;
  // Rows that repair made for files whose entry could not be read.
  if (row.name.startsWith(QStringLiteral("…"))) row.name = row.source == QLatin1String("starter") ? QString() : facts.name;
}

void AdapterLibrary::Private::add(const NewAdapter& found) {
  AdapterRow row;
  row.id = ++lastId;
  row.source = found.source;
  row.files = found.files;
  row.licence = found.licence;
  row.addedAt = QDateTime::currentDateTimeUtc();
  const QString said = found.name.isEmpty() ? found.facts.name.simplified() : found.name.simplified();
  const StarterAdapter* starter = starterOf(row);
  if (!starter) row.name = said.isEmpty() ? QFileInfo(found.files.first().path).completeBaseName() : said.left(200);
  row.domain = domainOf(starter ? QString::fromLatin1(starter->stem) : row.name + u' ' + found.facts.description);
  setFacts(row, found.facts);
  const qint64 id = row.id;
  rows.append(row);
  store(row);
  sort();
  Q_EMIT q->added(id);
  Q_EMIT q->listChanged();
  checkSoon();
}

QList<AdapterRow> AdapterLibrary::adapters() const {
  QList<AdapterRow> list;
  for (const AdapterRow& row : d->rows) list.append(shown(row));
  return list;
}

std::optional<AdapterRow> AdapterLibrary::adapter(qint64 id) const {
  const AdapterRow* row = d->find(id);
  return row ? std::optional(shown(*row)) : std::nullopt;
}

AdapterFit AdapterLibrary::fit(qint64 adapterId, qint64 variantId) const {
  return d->fits.value({adapterId, variantId});
}

void AdapterLibrary::update(const AdapterRow& change) {
  AdapterRow* row = d->find(change.id);
  if (!row) return;
  const AdapterRow before = shown(*row);
  const QString name = change.name.simplified().left(200);
  if (!name.isEmpty() && name != before.name) row->name = name;
  if (change.description != before.description) row->description = change.description.left(kLongestText);
  row->domain = kDomains.contains(change.domain) ? change.domain : row->domain;
  row->licence = change.licence.simplified().left(200);
  const AdapterRow after = shown(*row);
  const bool renamed = after.name != before.name;
  if (!renamed && after.description == before.description && after.domain == before.domain && after.licence == before.licence) return;
  d->changed(*row);
  if (renamed) Q_EMIT listChanged();
}

void AdapterLibrary::Private::forget(qint64 id) {
  const auto at = std::find_if(rows.begin(), rows.end(), [id](const AdapterRow& row) { return row.id == id; });
  if (at == rows.end()) return;
  const QString path = at->path();
  rows.erase(at);
  dropFits([id](const Pair& pair) { return pair.first == id; });
  QList<qint64> chats;
  for (auto chat = switches.begin(); chat != switches.end(); ++chat) {
    if (chat->remove(id) > 0) chats.append(chat.key());
  }
  storage->write([id](Database& database) { return AdapterStore(database).remove(id); });
  Q_EMIT q->pathChanged(path);
  Q_EMIT q->removed(id);
  for (const qint64 chat : chats) Q_EMIT q->switchesChanged(chat);
  Q_EMIT q->listChanged();
  if (!passedOver.isEmpty()) reconcile();  // perhaps a copy of it is in the folder
}

// --- Switches

QList<AdapterSwitch> AdapterLibrary::switches(qint64 chatId) const {
  QList<AdapterSwitch> list;
  const QMap<qint64, AdapterSwitch> all = d->switches.value(chatId);
  for (const AdapterRow& row : d->rows) {
    if (!row.isMissing() && all.contains(row.id)) list.append(all[row.id]);
  }
  return list;
}

void AdapterLibrary::setSwitch(qint64 chatId, const AdapterSwitch& change) {
  if (!d->find(change.adapterId)) return;
  const AdapterSwitch now{change.adapterId, change.on, bounded(change.scale)};
  AdapterSwitch& stored = d->switches[chatId][change.adapterId];
  if (stored == now) return;
  stored = now;
  if (isPrivateId(chatId)) return Q_EMIT switchesChanged(chatId);
  const QList<StoredBinding> binding{{chatId, now.adapterId, now.on, now.scale}};
  d->storage->write([binding](Database& database) { return AdapterStore(database).put(binding); });
  Q_EMIT switchesChanged(chatId);
}

void AdapterLibrary::chatBegan(qint64 chatId) {
  const QMap<qint64, AdapterSwitch> fresh = d->switches.value(0);
  if (chatId == 0 || fresh.isEmpty() || d->switches.contains(chatId)) return;
  d->switches.insert(chatId, fresh);
  QList<StoredBinding> bindings;
  for (const AdapterSwitch& change : fresh) bindings.append({chatId, change.adapterId, change.on, change.scale});
  if (!isPrivateId(chatId)) d->storage->write([bindings](Database& database) { return AdapterStore(database).put(bindings); });
  Q_EMIT switchesChanged(chatId);
}

QList<AdapterRow> AdapterLibrary::active(qint64 chatId, qint64 variantId, QList<double>* scales) const {
  QList<AdapterRow> list;
  if (scales) scales->clear();
  for (const AdapterSwitch& change : switches(chatId)) {
    if (!change.on || change.scale <= 0 || fit(change.adapterId, variantId).state != AdapterFit::State::Fits) continue;
    list.append(shown(*d->find(change.adapterId)));
    if (scales) scales->append(change.scale);
  }
  return list;
}
