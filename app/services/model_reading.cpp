#include "services/model_reading.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>
#include <QUuid>
#include <numeric>

#include "services/file_copy.h"

namespace {

[[nodiscard]] Problem differs(const NewVariant& variant) {
  return {ErrorId::LibraryHashDiffers, {variant.hint.modelName, QFileInfo(variant.hint.parts.value(0)).fileName()}, {}};
}

/// Names for all parts at once: a set keeps one prefix, and nothing of that name may be there.
[[nodiscard]] QStringList unusedNames(const NewVariant& variant, const QString& folder) {
  const QString first = QFileInfo(variant.files.first().path).fileName();
  const QString wished = variant.hint.sha256.isEmpty() ? first : QString();
  if (variant.files.size() == 1) {
    const bool named = wished.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive);
    const QString stem = named ? wished.chopped(5) : fileNameOf(variant.hint.modelName);
    return {unusedPath(folder, stem, QStringLiteral(".gguf"))};
  }
  SplitName split = splitNameOf(first);
  const QString prefix = split.prefix;
  for (int n = 1;; ++n) {
    if (n > 1) split.prefix = fileNameOf(prefix, 220) + QStringLiteral("-%1").arg(n);
    QStringList names;
    bool free = true;
    for (int part = 1; part <= variant.files.size(); ++part) {
      names += folder + u'/' + split.part(part);
      free = free && !QFileInfo::exists(names.last());
    }
    if (free) return names;
  }
}

/// What hubs put beside weights, where nothing else is left in the folder.
void deleteCompanions(const QString& folder) {
  static const QRegularExpression companion(
      QStringLiteral("^(README|LICEN[CS]E|NOTICE|USE_POLICY).*|.*\\.(md|json|jinja|txt)$|^\\.gitattributes$|^tokenizer\\.model$"),
      QRegularExpression::CaseInsensitiveOption);
  const QStringList names = QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
  for (const QString& name : names) {
    if (!QFileInfo(folder + u'/' + name).isFile() || !companion.match(name).hasMatch()) return;
  }
  for (const QString& name : names) QFile::remove(folder + u'/' + name);
}

[[nodiscard]] QDateTime timeOf(qint64 millis) {
  return millis > 0 ? QDateTime::fromMSecsSinceEpoch(millis, Qt::UTC) : QDateTime();
}

[[nodiscard]] qint64 millisOf(const QDateTime& time) {
  return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

}  // namespace

LibraryFile fileOf(const StoredFile& row, const LibraryPaths& paths) {
  return {row.id,
          paths.absolute(row.path),
          static_cast<quint64>(row.size),
          timeOf(row.modifiedAt),
          row.sha256,
          timeOf(row.verifiedAt),
          row.missing,
          row.linked};
}

StoredFile storedOf(const LibraryFile& file, qint64 owner, const LibraryPaths& paths) {
  return {0,
          owner,
          paths.stored(file.path),
          static_cast<qint64>(file.size),
          millisOf(file.modifiedAt),
          file.sha256,
          millisOf(file.verifiedAt),
          file.missing,
          file.linked};
}

LibraryFile fileAt(const QString& path, bool linked) {
  const QFileInfo info(path);
  LibraryFile file;
  file.path = path;
  file.linked = linked;
  file.missing = !info.isFile();
  if (!file.missing) {
    file.size = static_cast<quint64>(info.size());
    file.modifiedAt = info.lastModified().toUTC();
  }
  return file;
}

QStringList hashesOf(const QList<LibraryFile>& files) {
  QStringList hashes;
  for (const LibraryFile& file : files) hashes += file.sha256;
  return hashes;
}

quint64 bytesOf(const QList<LibraryFile>& files) {
  return std::accumulate(files.begin(), files.end(), quint64(0), [](quint64 sum, const LibraryFile& file) { return sum + file.size; });
}

QString reasonOf(const Problem& problem) {
  QString reason = problem.detail.isEmpty() ? problem.cause() : problem.detail;
  while (reason.endsWith(u'.')) reason.chop(1);
  return reason.left(400);
}

Problem problemOf(const QList<QPair<QString, Problem>>& refused) {
  if (refused.size() < 2) return refused.isEmpty() ? Problem() : refused.first().second;
  QStringList names;
  QStringList reasons;
  for (const auto& [name, problem] : refused) {
    if (names.size() < 3) names += name;
    if (reasons.size() < 20) reasons += problem.cause();
  }
  return {ErrorId::LibraryManyRefused, {QString::number(refused.size()), names.join(QStringLiteral(", "))}, reasons.join(u'\n')};
}

Outcome<NewVariant> readModel(ModelFiles& files, const ModelCandidate& candidate, const LibraryPaths& paths) {
  Outcome<ModelFileFacts> facts = files.inspectModel(candidate.parts.first());
  if (!facts) return {{}, facts.problem};
  NewVariant variant;
  variant.hint = candidate;
  variant.facts = *facts.value;
  for (const QString& part : candidate.parts) variant.files.append(fileAt(part, !paths.isOurs(part)));
  variant.card = cardBeside(candidate.parts.first());
  variant.licence = cardValue(variant.card, QStringLiteral("license"));
  return {variant, {}};
}

FoundModels findModels(ModelFiles& files, const QStringList& given, const LibraryPaths& paths, const WorkControl& control) {
  FoundModels found;
  const ScanResult scan = scanForModels(given, control);
  for (const QString& path : scan.gone) {
    const QString name = QFileInfo(path).fileName();
    found.refused.append({name, {ErrorId::LibraryFileGone, {name}, path}});
  }
  found.adapters = scan.adapters;
  for (const QString& folder : scan.modelFolders) {
    const QString name = QFileInfo(folder).fileName();
    if (const Problem problem = files.checkFolder(folder))
      found.refused.append({name, {ErrorId::LibraryNoModel, {name, reasonOf(problem)}, problem.detail}});
    else
      found.modelFolders += folder;
  }
  for (const ModelCandidate& candidate : scan.models) {
    if (control.cancel) {
      found.cancelled = true;
      break;
    }
    const QString path = candidate.parts.first();
    const QString name = candidate.sha256.isEmpty() ? QFileInfo(path).fileName() : candidate.modelName;
    if (!candidate.missing.isEmpty()) {
      const QString some = QStringList(candidate.missing.mid(0, 3)).join(QStringLiteral(", "));
      found.refused.append({name, {ErrorId::LibraryPartsMissing, {candidate.modelName, some}, path}});
      continue;
    }
    Outcome<NewVariant> model = readModel(files, candidate, paths);
    if (model)
      found.models.append(*model.value);
    else if (files.inspectAdapter(path))
      found.adapters += path;
    else
      found.refused.append({name, {ErrorId::LibraryNoModel, {name, reasonOf(model.problem)}, model.problem.detail}});
  }
  return found;
}

void lookAt(ModelFiles& files, SeenVariant& variant) {
  bool missing = false;
  for (LibraryFile& file : variant.files) {
    const LibraryFile now = fileAt(file.path, file.linked);
    file.missing = now.missing;
    missing = missing || now.missing;
    if (now.missing || (now.size == file.size && now.modifiedAt == file.modifiedAt)) continue;
    file = now;  // without hash
    variant.changed = true;
  }
  variant.changed = (variant.changed || variant.unread) && !missing;
  if (variant.changed) variant.facts = files.inspectModel(variant.files.first().path);
}

Problem hashFiles(QList<LibraryFile>& files, WorkControl& control) {
  FileProgress progress{&control, 0, bytesOf(files)};
  for (LibraryFile& file : files) {
    const Outcome<QString> hash = hashFile(file.path, progress);
    if (!hash) return hash.problem;
    file.sha256 = *hash.value;
    progress.before += file.size;
  }
  return {};
}

Problem hashFiles(NewVariant& variant, WorkControl& control) {
  if (const Problem problem = hashFiles(variant.files, control)) return problem;
  if (variant.hint.sha256.isEmpty()) return {};
  if (variant.files.first().sha256 != variant.hint.sha256) return differs(variant);
  variant.files.first().verifiedAt = QDateTime::currentDateTimeUtc();
  return {};
}

Problem copyFiles(NewVariant& variant, const LibraryPaths& paths, const KnownHashes& known, WorkControl& control) {
  const quint64 bytes = bytesOf(variant.files);
  const bool perhapsKnown = std::any_of(known.begin(), known.end(), [bytes](const auto& other) { return other.first == bytes; });
  if (perhapsKnown) {
    if (const Problem problem = hashFiles(variant, control)) return problem;
    if (known.contains({bytes, hashesOf(variant.files)})) return {};
  }
  if (const Problem problem = checkSpace(paths.models(), bytes)) return problem;
  QList<LibraryFile> copies;
  QStringList unfinished;
  FileProgress progress{&control, 0, bytes};
  Problem problem;
  for (const LibraryFile& file : variant.files) {
    const Outcome<QString> target = incomingPath(paths.models(), QStringLiteral("copy.part"));
    if ((problem = target.problem)) break;
    const Outcome<QString> hash = copyFile(file.path, *target.value, progress);
    if ((problem = hash.problem)) break;
    unfinished += *target.value;
    progress.before += file.size;
    LibraryFile copy = file;
    copy.sha256 = *hash.value;
    copy.linked = false;
    copies.append(copy);
  }
  if (!problem && !variant.hint.sha256.isEmpty() && copies.first().sha256 != variant.hint.sha256) problem = differs(variant);
  const QStringList names = unusedNames(variant, paths.models());
  for (qsizetype i = 0; !problem && i < copies.size(); ++i) {
    problem = moveIntoPlace(unfinished[i], names[i]);
    if (problem) break;
    const LibraryFile there = fileAt(names[i], false);
    copies[i].path = names[i];
    copies[i].modifiedAt = there.modifiedAt;
    copies[i].size = there.size;
    copies[i].verifiedAt = QDateTime::currentDateTimeUtc();  // as read from the source
    unfinished[i] = names[i];
  }
  if (problem) {
    for (const QString& path : unfinished) QFile::remove(path);
    return problem;
  }
  variant.files = copies;
  variant.copied = true;
  return {};
}

QString deleteFiles(const QStringList& paths, const QString& root) {
  QString failed;
  QSet<QString> folders;
  for (const QString& path : paths) {
    if (!QFile::remove(path) && QFileInfo::exists(path) && failed.isEmpty()) failed = path;
    folders.insert(QFileInfo(path).path());
  }
  for (QString folder : folders) {
    if (folder.startsWith(root + u'/')) deleteCompanions(folder);
    while (folder.startsWith(root + u'/') && QDir().rmdir(folder)) folder = QFileInfo(folder).path();
  }
  return failed;
}

void emptyIncoming(const QString& folder) {
  QDir(LibraryPaths::incoming(folder)).removeRecursively();
}

Outcome<QString> incomingPath(const QString& folder, const QString& name) {
  const QString incoming = LibraryPaths::incoming(folder);
  if (!QDir().mkpath(incoming)) return {{}, {ErrorId::LibraryReadOnly, {QDir::toNativeSeparators(folder)}, incoming}};
  return {incoming + u'/' + QUuid::createUuid().toString(QUuid::Id128) + u'-' + name, {}};
}
