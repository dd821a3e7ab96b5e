// Comparing the list with the disk, checking files, and finding files that were moved.
#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "services/file_copy.h"
#include "services/model_library_p.h"

namespace {

/// The files that take the place of missing ones, in their order: `path` is one of them.
[[nodiscard]] QStringList partsBeside(const QString& path, qsizetype count) {
  if (count == 1) return {path};
  const QFileInfo info(path);
  const SplitName split = splitNameOf(info.fileName());
  if (split.count != count) return {};
  QStringList parts;
  for (int n = 1; n <= split.count; ++n) parts += info.path() + u'/' + split.part(n);
  return parts;
}

/// What is in the folder of models and in no entry.
[[nodiscard]] FoundModels findOwn(ModelFiles& files, const LibraryPaths& paths, const QSet<QString>& known, const WorkControl& control) {
  FoundModels found;
  for (const ModelCandidate& candidate : scanOwnFolder(paths.models(), control).models) {
    const bool isKnown =
        std::any_of(candidate.parts.begin(), candidate.parts.end(), [&known](const QString& part) { return known.contains(part); });
    if (isKnown || control.cancel) continue;
    const QString name = QFileInfo(candidate.parts.first()).fileName();
    found.before.insert(candidate.parts.first(), fileAt(candidate.parts.first(), false));
    if (!candidate.missing.isEmpty()) {
      const QString some = QStringList(candidate.missing.mid(0, 3)).join(QStringLiteral(", "));
      found.refused.append({candidate.parts.first(), {ErrorId::LibraryPartsMissing, {candidate.modelName, some}, {}}});
      continue;
    }
    Outcome<NewVariant> model = readModel(files, candidate, paths);
    if (model)
      found.models.append(*model.value);
    else
      found.refused.append({candidate.parts.first(), {ErrorId::LibraryNoModel, {name, reasonOf(model.problem)}, {}}});
  }
  return found;
}

}  // namespace

void ModelLibrary::Private::reconcile() {
  if (reconciling) {
    reconcileAgain = true;
    return;
  }
  reconciling = true;
  const auto seen = std::make_shared<QList<SeenVariant>>();
  const auto found = std::make_shared<FoundModels>();
  QSet<QString> known;
  for (const Variant& variant : variants) {
    seen->append({variant.id, variant.files, variant.architecture.isEmpty(), false, {}});
    for (const LibraryFile& file : variant.files) known.insert(file.path);
  }
  const bool clean = !std::exchange(cleaned, true);
  jobs->run(
      FileJob::Kind::Scan, {},
      [seen, found, known, clean, over = passedOver, listed = listedHashes(), library = files, at = paths](WorkControl& control) mutable {
        if (clean) emptyIncoming(at.models());
        for (auto it = over.constBegin(); it != over.constEnd(); ++it) {
          if (!it->sha256.isEmpty() && !listed.contains(it->sha256)) continue;  // what it was a copy of has gone
          const LibraryFile now = fileAt(it.key(), false);
          if (!now.missing && now.size == it->size && now.modifiedAt == it->modifiedAt) known.insert(it.key());
        }
        for (SeenVariant& variant : *seen) {
          if (!control.cancel) lookAt(*library, variant);
        }
        *found = findOwn(*library, at, known, control);
        return Problem();
      },
      answering([this, seen, found](const Problem&) { apply(*seen, *found); }));
}

void ModelLibrary::Private::apply(QList<SeenVariant> seen, const FoundModels& found) {
  for (const SeenVariant& variant : seen) applySeen(variant);
  QList<QPair<QString, Problem>> refused;
  for (const auto& [path, problem] : found.refused) {
    if (isBusy(path) || isDownloading(path)) continue;
    passedOver.insert(path, found.before.value(path));  // said once
    refused.append({QFileInfo(path).fileName(), problem});
  }
  if (const Problem problem = problemOf(refused)) Q_EMIT q->notice(problem);
  for (const NewVariant& variant : found.models) addFound(variant);
  reconciling = false;
  Q_EMIT q->reconciled();
  if (std::exchange(reconcileAgain, false)) reconcile();
}

void ModelLibrary::Private::applySeen(const SeenVariant& seen) {
  Variant* variant = find(seen.id);
  if (!variant || deleting.contains(seen.id) || variant->files.size() != seen.files.size()) return;
  bool news = false;
  for (qsizetype i = 0; i < seen.files.size(); ++i) {
    LibraryFile& file = variant->files[i];
    const LibraryFile& now = seen.files[i];
    if (file.path != now.path) return;  // replaced meanwhile
    const bool same = file.missing == now.missing && file.size == now.size && file.modifiedAt == now.modifiedAt;
    if (same) continue;
    news = true;
    // The hash of the snapshot is older than what was hashed meanwhile.
    const bool contents = file.size != now.size || file.modifiedAt != now.modifiedAt;
    file.missing = now.missing;
    if (now.missing || !contents) continue;
    file.size = now.size;
    file.modifiedAt = now.modifiedAt;
    file.sha256.clear();
    file.verifiedAt = {};
  }
  const bool reread = seen.changed && seen.facts;
  if (reread) setFacts(*variant, *seen.facts.value);
  if (seen.changed && !seen.facts)
    Q_EMIT q->notice({ErrorId::LibraryNoModel, {variant->title(), reasonOf(seen.facts.problem)}, variant->path()});
  variant = find(seen.id);  // a listener may have changed the list
  if (!variant) return;
  const bool unhashed = hashesOf(variant->files).contains(QString()) && !variant->isMissing();
  if (news || reread) {
    changed(*variant, seen.changed ? Fits::Forget : Fits::Keep);
    if (seen.changed) Q_EMIT q->filesChanged(seen.id);
  }
  if (unhashed) hashInBackground(seen.id);
}

/// A file in our folder that no entry has. A finished download of it knows more than the file.
void ModelLibrary::Private::addFound(NewVariant found) {
  for (const LibraryFile& file : found.files) {
    if (isBusy(file.path) || withFile(file.path) || isDownloading(file.path)) return;
  }
  const QString path = found.files.first().path;
  const QList<DownloadRow> rows = downloads->downloads();
  for (const DownloadRow& row : rows) {
    const bool its =
        row.state == DownloadState::Done && row.request.kind == DownloadRequest::Kind::Model &&
        std::any_of(row.files.begin(), row.files.end(), [&path](const QString& file) { return QDir::cleanPath(file) == path; });
    if (!its) continue;
    addDownloaded(row, found);
    return;
  }
  readWhole(found, ImportMode::Link);
}

void ModelLibrary::Private::hashInBackground(qint64 id) {
  const Variant* variant = find(id);
  if (!variant || isBusy(variant->path())) return;
  const auto hashed = std::make_shared<QList<LibraryFile>>(variant->files);
  const quint64 job = jobs->run(
      FileJob::Kind::Verify, variant->title(), [hashed](WorkControl& control) { return hashFiles(*hashed, control); },
      answering([this, id, hashed](const Problem& problem) {
        Variant* now = find(id);
        if (problem || !now || now->files.size() != hashed->size()) return;
        for (qsizetype i = 0; i < hashed->size(); ++i) {
          LibraryFile& file = now->files[i];
          const LibraryFile& read = hashed->at(i);
          if (file.path != read.path || file.size != read.size || file.modifiedAt != read.modifiedAt) return;
          file.sha256 = read.sha256;
        }
        changed(*now);
      }));
  busy.insert(variant->path(), job);
}

// --- Checking

void ModelLibrary::verify(qint64 id) {
  const Variant* variant = d->find(id);
  if (!variant) return;
  struct Check {
    QList<LibraryFile> files;
    QStringList bad;
  };
  const auto check = std::make_shared<Check>();
  check->files = variant->files;
  d->jobs->run(
      FileJob::Kind::Verify, variant->title(),
      [check, files = d->files](WorkControl& control) {
        FileProgress progress{&control, 0, bytesOf(check->files)};
        for (LibraryFile& file : check->files) {
          const Outcome<QString> hash = hashFile(file.path, progress);
          if (hash.problem.id == ErrorId::EngineCancelled) return hash.problem;
          progress.before += file.size;
          const QString expected = file.sha256;
          const LibraryFile now = fileAt(file.path, file.linked);
          file.missing = now.missing;
          if (!hash || (!expected.isEmpty() && *hash.value != expected)) {
            check->bad += QFileInfo(file.path).fileName();
            continue;
          }
          file = now;
          file.sha256 = *hash.value;
          file.verifiedAt = QDateTime::currentDateTimeUtc();
        }
        if (check->bad.isEmpty() && !files->inspectModel(check->files.first().path))
          check->bad += QFileInfo(check->files.first().path).fileName();
        return Problem();
      },
      d->answering([this, id, check](const Problem& problem) {
        Variant* now = d->find(id);
        if (problem || !now || now->files.size() != check->files.size()) return;
        for (qsizetype i = 0; i < check->files.size(); ++i) {
          if (now->files[i].path == check->files[i].path) now->files[i] = check->files[i];
        }
        const QString title = now->title();
        d->changed(*now);
        if (!check->bad.isEmpty()) Q_EMIT notice({ErrorId::LibraryHashDiffers, {title, check->bad.join(QStringLiteral(", "))}, {}});
        Q_EMIT verified(id, check->bad.isEmpty());
      }));
}

void ModelLibrary::locate(qint64 id, const QString& path) {
  const Variant* variant = d->find(id);
  if (!variant) return;
  const QString chosen = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
  const QStringList parts = partsBeside(chosen, variant->files.size());
  const auto files = std::make_shared<QList<LibraryFile>>();
  const QStringList expected = hashesOf(variant->files);
  const Problem other{ErrorId::LibraryOtherFile, {QFileInfo(chosen).fileName(), QFileInfo(variant->path()).fileName()}, chosen};
  const quint64 bytes = variant->bytes();
  d->jobs->run(
      FileJob::Kind::Verify, variant->title(),
      [files, parts, expected, other, bytes, library = d->files, at = d->paths](WorkControl& control) {
        if (parts.isEmpty()) return other;
        for (const QString& part : parts) files->append(fileAt(part, !at.isOurs(part)));
        if (bytesOf(*files) != bytes) return other;
        if (const Problem problem = hashFiles(*files, control)) return problem;
        // Files that were never hashed are known by their size and head only.
        const bool hashed = !expected.contains(QString());
        if (hashed && hashesOf(*files) != expected) return other;
        return hashed ? Problem() : library->inspectModel(parts.first()).problem;
      },
      d->answering([this, id, files](const Problem& problem) {
        if (problem.id != ErrorId::None && problem.id != ErrorId::EngineCancelled) Q_EMIT notice(problem);
        Variant* now = d->find(id);
        if (problem || !now) return;
        now->files = *files;
        d->setFacts(*now, ModelFileFacts(now->facts));
        d->changed(*now);
        Q_EMIT listChanged();
      }));
}
