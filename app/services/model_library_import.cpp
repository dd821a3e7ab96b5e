// Importing, downloads, and making new variants.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "services/file_copy.h"
#include "services/model_library_p.h"

namespace {

constexpr double kMadeShare = 0.95;  // of the progress; the rest is hashing
constexpr int kBytesOfF16 = 2;

/// Progress of a part of a job, 0..1, as a part of the whole.
class PartOfProgress {
 public:
  PartOfProgress(WorkControl& control, double from, double to) : m_control(control), m_outer(control.progress) {
    m_control.progress = [outer = m_outer, from, to](double fraction, const QString& what) {
      if (outer) outer(from + (to - from) * fraction, what);
    };
  }
  ~PartOfProgress() { m_control.progress = m_outer; }
  PartOfProgress(const PartOfProgress&) = delete;
  PartOfProgress& operator=(const PartOfProgress&) = delete;

 private:
  WorkControl& m_control;
  std::function<void(double, const QString&)> m_outer;
};

/// Reads and hashes a file that was made, and gives it a name that nothing has.
[[nodiscard]] Problem finishMade(ModelFiles& files, const QString& made, const QString& folder, const QString& stem, const QString& suffix,
                                 NewVariant& variant, WorkControl& control) {
  Outcome<ModelFileFacts> facts = files.inspectModel(made);
  if (!facts) return facts.problem;
  variant.facts = *facts.value;
  variant.files = {fileAt(made, false)};
  const PartOfProgress rest(control, kMadeShare, 1);
  if (const Problem problem = hashFiles(variant.files, control)) return problem;
  const QString path = unusedPath(folder, stem, suffix);
  if (const Problem problem = moveIntoPlace(made, path)) return problem;
  const QString hash = variant.files.first().sha256;
  variant.files = {fileAt(path, false)};
  variant.files.first().sha256 = hash;
  variant.files.first().verifiedAt = QDateTime::currentDateTimeUtc();
  variant.copied = true;
  variant.hint.parts = QStringList{path};
  return {};
}

}  // namespace

QList<QPair<QString, QString>> ModelLibrary::knownFolders() {
  return foldersOfOthers();
}

void ModelLibrary::import(const QStringList& paths, ImportMode mode) {
  if (paths.isEmpty()) return;
  const auto found = std::make_shared<FoundModels>();
  d->jobs->run(
      FileJob::Kind::Scan, QFileInfo(paths.first()).fileName(),
      [found, paths, files = d->files, at = d->paths](WorkControl& control) {
        *found = findModels(*files, paths, at, control);
        return Problem();
      },
      d->answering([this, found, paths, mode](const Problem&) {
        if (!found->cancelled) d->imported(*found, paths, mode);
      }));
}

void ModelLibrary::Private::imported(const FoundModels& found, const QStringList& given, ImportMode mode) {
  if (const Problem problem = problemOf(found.refused)) Q_EMIT q->notice(problem);
  const bool nothing = found.models.isEmpty() && found.modelFolders.isEmpty() && found.adapters.isEmpty() && found.refused.isEmpty();
  if (nothing) {
    const QString where = QDir::toNativeSeparators(given.first());
    Q_EMIT q->notice({ErrorId::LibraryNothingFound, {where}, given.join(u'\n')});
  }
  for (const NewVariant& model : found.models) readWhole(model, mode);
  for (const QString& folder : found.modelFolders) importFolder(folder);
  if (!found.adapters.isEmpty()) Q_EMIT q->adaptersFound(found.adapters, mode);
}

/// Hashes or copies, then adds.
void ModelLibrary::Private::readWhole(const NewVariant& found, ImportMode mode) {
  const QString path = found.files.first().path;
  if (isBusy(path)) return;
  if (const Variant* known = withFile(path); known && !known->isMissing() && !known->files.first().sha256.isEmpty()) {
    Q_EMIT q->notice({ErrorId::LibraryDuplicate, {QFileInfo(path).fileName(), known->title()}, {}});
    Q_EMIT q->imported(path, known->id);
    return;
  }
  const bool copies = mode == ImportMode::Copy && found.files.first().linked;
  const auto variant = std::make_shared<NewVariant>(found);
  const QString title = found.facts.name.isEmpty() ? QFileInfo(path).fileName() : found.facts.name;
  const quint64 job = jobs->run(
      copies ? FileJob::Kind::Copy : FileJob::Kind::Import, title,
      [variant, copies, at = paths, known = knownHashes()](WorkControl& control) {
        return copies ? copyFiles(*variant, at, known, control) : hashFiles(*variant, control);
      },
      answering([this, variant, path](const Problem& problem) {
        if (!problem) Q_EMIT q->imported(path, addOrReplace(*variant));
      }));
  busy.insert(path, job);
}

// --- Downloads

void ModelLibrary::Private::onDownloaded(const DownloadRow& row) {
  if (row.request.kind != DownloadRequest::Kind::Model || !started) return;
  ModelCandidate candidate;
  for (const QString& file : row.files) {
    if (file.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive)) candidate.parts += QDir::cleanPath(file);
  }
  if (candidate.parts.isEmpty()) return;
  std::sort(candidate.parts.begin(), candidate.parts.end());
  const auto found = std::make_shared<Outcome<NewVariant>>();
  const quint64 job = jobs->run(
      FileJob::Kind::Scan, row.request.title,
      [found, candidate, library = files, at = paths](WorkControl&) {
        *found = readModel(*library, candidate, at);
        return Problem();
      },
      answering([this, found, candidate, row](const Problem&) {
        if (*found)
          addDownloaded(row, *found->value);
        else
          Q_EMIT q->notice({ErrorId::LibraryNoModel, {QFileInfo(candidate.parts.first()).fileName(), reasonOf(found->problem)}, {}});
      }));
  for (const QString& part : candidate.parts) busy.insert(part, job);
}

void ModelLibrary::Private::addDownloaded(const DownloadRow& row, NewVariant found) {
  const DownloadRequest& request = row.request;
  found.source = QStringLiteral("download");
  found.hint.modelName = request.title;
  if (!request.variant.isEmpty()) found.hint.variantName = request.variant;
  found.hint.publisher = request.publisher;
  found.hint.repository = request.repository;
  if (!request.licence.isEmpty()) found.licence = request.licence;
  found.catalogueId = request.catalogueId;
  for (LibraryFile& file : found.files) {
    const QString name = QFileInfo(file.path).fileName();
    for (const DownloadFile& asked : request.files) {
      if (asked.path.section(u'/', -1) != name || asked.sha256.isEmpty()) continue;
      file.sha256 = asked.sha256.toLower();  // the download was verified against it
      file.verifiedAt = QDateTime::currentDateTimeUtc();
    }
  }
  if (hashesOf(found.files).contains(QString()))
    readWhole(found, ImportMode::Link);
  else
    addOrReplace(found);
}

bool ModelLibrary::Private::isDownloading(const QString& path) const {
  const QString name = QFileInfo(path).fileName();
  const QList<DownloadRow> rows = downloads->downloads();
  return std::any_of(rows.begin(), rows.end(), [&name](const DownloadRow& row) {
    return row.state != DownloadState::Done && row.request.kind == DownloadRequest::Kind::Model &&
           std::any_of(row.request.files.begin(), row.request.files.end(),
                       [&name](const DownloadFile& file) { return file.path.section(u'/', -1) == name; });
  });
}

// --- Making

quint64 ModelLibrary::Private::make(const Making& making, Make work) {
  const auto made = std::make_shared<NewVariant>(making.as);
  made->source = QStringLiteral("made");
  return jobs->run(
      making.kind, making.title,
      [making, made, work, library = files, folder = paths.models()](WorkControl& control) {
        const Outcome<QString> output = incomingPath(folder, QStringLiteral("made.gguf"));
        if (!output) return output.problem;
        Problem problem;
        {
          const PartOfProgress most(control, 0, kMadeShare);
          problem = work(*output.value, control);
        }
        if (!problem) problem = finishMade(*library, *output.value, folder, making.stem, making.suffix, *made, control);
        if (problem) QFile::remove(*output.value);
        return problem;
      },
      answering([this, made, modelId = making.modelId](const Problem& problem) {
        if (!problem) addOrReplace(*made, modelId);
      }));
}

void ModelLibrary::Private::importFolder(const QString& folder) {
  const QString name = QFileInfo(folder).fileName();
  Making making{FileJob::Kind::ImportFolder, name, fileNameOf(name), QStringLiteral("-F16.gguf"), 0, {}};
  making.as.hint.modelName = name;
  making.as.hint.variantName = QStringLiteral("F16");
  making.as.card = {};
  make(making, [folder, library = files, models = paths.models()](const QString& output, WorkControl& control) {
    quint64 bytes = 0;
    for (const QFileInfo& file : QDir(folder).entryInfoList({QStringLiteral("*.safetensors")}, QDir::Files))
      bytes += static_cast<quint64>(file.size());
    if (const Problem problem = checkSpace(models, bytes)) return problem;
    return library->importFolder(folder, output, control);
  });
}

quint64 ModelLibrary::makeSmaller(qint64 id, const QString& type) {
  const Variant* variant = d->find(id);
  if (!variant || type.isEmpty()) return 0;
  const QString input = variant->path();
  const QString stem = fileNameOf(stemOf(QFileInfo(input).fileName()));
  Private::Making making{FileJob::Kind::MakeSmaller,
                         QStringLiteral("%1 (%2)").arg(variant->modelName, type),
                         stem,
                         u'-' + fileNameOf(type) + QStringLiteral(".gguf"),
                         variant->modelId,
                         {}};
  making.as.hint.variantName = type;
  return d->make(making, [input, type, files = d->files, models = d->paths.models()](const QString& output, WorkControl& control) {
    const Outcome<QList<QuantiseChoice>> choices = files->smallerVariants(input);
    if (!choices) return choices.problem;
    for (const QuantiseChoice& choice : *choices.value) {
      if (choice.type != type) continue;
      if (const Problem problem = checkSpace(models, choice.bytes)) return problem;
    }
    return files->quantise(input, output, type, {}, control);
  });
}

quint64 ModelLibrary::merge(qint64 id, const QList<AdapterUse>& adapters, const QString& name, const QString& type) {
  const Variant* variant = d->find(id);
  if (!variant || adapters.isEmpty()) return 0;
  const QString input = variant->path();
  const QString title = name.simplified().isEmpty() ? variant->modelName + QStringLiteral(" +") : name.simplified();
  const QString suffix = (type.isEmpty() ? QString() : u'-' + fileNameOf(type)) + QStringLiteral(".gguf");
  Private::Making making{FileJob::Kind::Merge, title, fileNameOf(title), suffix, 0, {}};
  making.as.hint.modelName = title;
  making.as.hint.variantName = type;
  making.as.licence = variant->licence;
  const quint64 most = std::max(variant->bytes(), variant->facts.parameters * kBytesOfF16);
  return d->make(making,
                 [input, type, adapters, most, files = d->files, models = d->paths.models()](const QString& output, WorkControl& control) {
                   quint64 bytes = most;
                   if (const auto choices = type.isEmpty() ? Outcome<QList<QuantiseChoice>>() : files->smallerVariants(input)) {
                     for (const QuantiseChoice& choice : *choices.value) {
                       if (choice.type == type) bytes = choice.bytes;
                     }
                   }
                   if (const Problem problem = checkSpace(models, bytes)) return problem;
                   return files->quantise(input, output, type, adapters, control);
                 });
}
