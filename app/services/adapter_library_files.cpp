// Files of adapters: importing, downloads, comparing with the disk, and which models they fit.
#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <algorithm>

#include "services/adapter_library_p.h"
#include "services/file_copy.h"
#include "services/model_reading.h"

namespace {

[[nodiscard]] QList<LibraryFile> filesOfAdapter(const AdapterFileFacts& facts, const LibraryPaths& paths, bool linked) {
  QList<LibraryFile> list;
  for (const QString& file : facts.files) {
    const QString path = QDir::cleanPath(file);
    list.append(fileAt(path, linked || !paths.isOurs(path)));
  }
  return list;
}

/// All adapters behind paths. Files and folders that are none are refused only where the user pointed at them.
struct Search {
  QList<NewAdapter> found;
  QList<QPair<QString, Problem>> refused;
};

[[nodiscard]] Search findAdapters(ModelFiles& files, const QStringList& given, const LibraryPaths& paths, const WorkControl& control,
                                  const std::function<bool(const QString&)>& isKnown = {}) {
  Search search;
  const ScanResult scan = scanForModels(given, control);
  for (const QString& path : scan.gone) search.refused.append({path, {ErrorId::LibraryFileGone, {QFileInfo(path).fileName()}, path}});
  QStringList candidates = scan.adapters;
  for (const ModelCandidate& candidate : scan.models) candidates += candidate.parts.first();
  for (const QString& path : candidates) {
    if (control.cancel) break;
    if (isKnown && (isKnown(path) || isKnown(path + QLatin1String("/adapter_config.json")))) continue;
    const Outcome<AdapterFileFacts> facts = files.inspectAdapter(path);
    if (facts && !facts.value->files.isEmpty()) {
      NewAdapter adapter;
      adapter.facts = *facts.value;
      adapter.files = filesOfAdapter(adapter.facts, paths, false);
      search.found.append(adapter);
    } else {
      search.refused.append({path, facts.problem});
    }
  }
  return search;
}

/// Hashes the files; copies them into a folder of their own unless they are known.
[[nodiscard]] Problem readAdapter(NewAdapter& adapter, bool copies, const LibraryPaths& paths, const QList<QStringList>& known,
                                  WorkControl& control) {
  if (const Problem problem = hashFiles(adapter.files, control)) return problem;
  if (!copies || known.contains(hashesOf(adapter.files))) return {};
  if (const Problem problem = checkSpace(paths.adapters(), bytesOf(adapter.files))) return problem;
  const Outcome<QString> folder = incomingPath(paths.adapters(), QStringLiteral("copy"));
  if (!folder) return folder.problem;
  if (!QDir().mkpath(*folder.value)) return {ErrorId::LibraryReadOnly, {QDir::toNativeSeparators(paths.adapters())}, *folder.value};
  Problem problem;
  FileProgress progress{&control, 0, bytesOf(adapter.files)};
  for (const LibraryFile& file : adapter.files) {
    const Outcome<QString> hash = copyFile(file.path, *folder.value + u'/' + QFileInfo(file.path).fileName(), progress);
    problem = hash.problem;
    if (hash && *hash.value != file.sha256) problem = {ErrorId::LibraryFileUnreadable, {QFileInfo(file.path).fileName()}, file.path};
    if (problem) break;
    progress.before += file.size;
  }
  const QString name =
      fileNameOf(adapter.facts.name.isEmpty() ? QFileInfo(adapter.files.first().path).completeBaseName() : adapter.facts.name, 120);
  const QString place = unusedPath(paths.adapters(), name, {});
  if (!problem) problem = moveIntoPlace(*folder.value, place);
  if (problem) {
    QDir(*folder.value).removeRecursively();
    return problem;
  }
  for (LibraryFile& file : adapter.files) {
    LibraryFile copy = fileAt(place + u'/' + QFileInfo(file.path).fileName(), false);
    copy.sha256 = file.sha256;
    copy.verifiedAt = QDateTime::currentDateTimeUtc();
    file = copy;
  }
  adapter.copied = true;
  return {};
}

}  // namespace

// --- Importing

void AdapterLibrary::import(const QStringList& given, ImportMode mode) {
  if (given.isEmpty()) return;
  const auto search = std::make_shared<Search>();
  d->jobs->run(
      FileJob::Kind::Scan, QFileInfo(given.first()).fileName(),
      [search, given, files = d->files, at = d->paths](WorkControl& control) {
        *search = findAdapters(*files, given, at, control);
        return Problem();
      },
      d->answering([this, search, given, mode](const Problem&) {
        QList<Problem> refused;
        // In a folder that holds adapters other files may be anything.
        for (const auto& [path, problem] : search->refused) {
          if (search->found.isEmpty() || given.contains(path)) refused.append(problem);
        }
        d->take(search->found, given, refused, mode);
      }));
}

void AdapterLibrary::Private::take(const QList<NewAdapter>& found, const QStringList& given, const QList<Problem>& refused,
                                   ImportMode mode) {
  if (refused.size() == 1) Q_EMIT q->notice(refused.first());
  if (refused.size() > 1) {
    QStringList reasons;
    for (const Problem& problem : refused.mid(0, 20)) reasons += problem.cause() + u' ' + problem.detail;
    const QStringList names{refused[0].arguments.value(0), refused[1].arguments.value(0)};
    Q_EMIT q->notice(
        {ErrorId::LibraryManyRefused, {QString::number(refused.size()), names.join(QStringLiteral(", "))}, reasons.join(u'\n')});
  }
  if (found.isEmpty() && refused.isEmpty())
    Q_EMIT q->notice({ErrorId::LibraryNothingFound, {QDir::toNativeSeparators(given.first())}, given.join(u'\n')});
  for (const NewAdapter& adapter : found) readWhole(adapter, mode);
}

void AdapterLibrary::Private::readWhole(const NewAdapter& found, ImportMode mode) {
  if (AdapterRow* known = withFile(found.files.first().path); known && !known->isMissing()) {
    Q_EMIT q->notice({ErrorId::LibraryDuplicate, {QFileInfo(found.files.last().path).fileName(), shown(*known).name}, {}});
    return;
  }
  const bool copies = mode == ImportMode::Copy && found.files.first().linked;
  QList<QStringList> known;
  for (const AdapterRow& row : rows) {
    if (!row.isMissing()) known.append(hashesOf(row.files));
  }
  const auto adapter = std::make_shared<NewAdapter>(found);
  jobs->run(
      copies ? FileJob::Kind::Copy : FileJob::Kind::Import, found.facts.name,
      [adapter, copies, known, at = paths](WorkControl& control) { return readAdapter(*adapter, copies, at, known, control); },
      answering([this, adapter](const Problem& problem) {
        if (!problem) addOrReplace(*adapter);
      }));
}

void AdapterLibrary::Private::addOrReplace(const NewAdapter& found) {
  if (AdapterRow* known = withFile(found.files.first().path)) {
    if (hashesOf(known->files) == hashesOf(found.files) && !known->isMissing()) return;
    known->files = found.files;
    setFacts(*known, found.facts);
    const QString path = known->path();
    changed(*known, Fits::Forget);
    Q_EMIT q->pathChanged(path);
    checkSoon();
    return;
  }
  AdapterRow* same = withHashes(hashesOf(found.files));
  if (!same) {
    add(found);
    return;
  }
  if (same->isMissing() && !deleting.contains(same->id)) {
    same->files = found.files;
    setFacts(*same, found.facts);
    changed(*same);
    return;
  }
  for (const LibraryFile& file : found.files) {
    if (!found.copied && !file.linked) passedOver.insert(file.path, file);
  }
  Q_EMIT q->notice({ErrorId::LibraryDuplicate, {QFileInfo(found.files.last().path).fileName(), shown(*same).name}, {}});
  if (!found.copied) return;
  QStringList copies;
  for (const LibraryFile& file : found.files) copies += file.path;
  jobs->run(FileJob::Kind::Scan, {}, [copies, root = paths.adapters()](WorkControl&) {
    static_cast<void>(deleteFiles(copies, root));
    return Problem();
  });
}

void AdapterLibrary::Private::onDownloaded(const DownloadRow& row) {
  if (row.request.kind != DownloadRequest::Kind::Adapter || !started || row.files.isEmpty()) return;
  QString path = row.files.first();
  for (const QString& file : row.files) {
    const QString name = QFileInfo(file).fileName();
    if (name == QLatin1String("adapter_config.json") || name.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive)) path = file;
  }
  const auto search = std::make_shared<Search>();
  jobs->run(
      FileJob::Kind::Scan, row.request.title,
      [search, path, library = files, at = paths](WorkControl& control) {
        *search = findAdapters(*library, {path}, at, control);
        return Problem();
      },
      answering([this, search, request = row.request](const Problem&) {
        for (const auto& refused : search->refused) Q_EMIT q->notice(refused.second);
        for (NewAdapter adapter : search->found) {
          adapter.source = QStringLiteral("download");
          adapter.name = request.title;
          adapter.licence = request.licence;
          readWhole(adapter, ImportMode::Link);
        }
      }));
}

// --- Removing

void AdapterLibrary::remove(qint64 id) {
  const AdapterRow* row = d->find(id);
  if (!row || d->deleting.contains(id)) return;
  if (row->source == QLatin1String("starter")) {
    Q_EMIT notice({ErrorId::LibraryStays, {shown(*row).name}, {}});
    return;
  }
  d->deleteThen(id, shown(*row).name, d->oursOf(row->files), d->paths.adapters(), [this, id] { d->forget(id); });
}

// --- Comparing with the disk

void AdapterLibrary::reconcile() {
  if (d->started) d->reconcile();
}

void AdapterLibrary::Private::reconcile() {
  if (reconciling) {
    reconcileAgain = true;
    return;
  }
  reconciling = true;
  const auto seen = std::make_shared<QList<Seen>>();
  const auto found = std::make_shared<Found>();
  QSet<QString> known;
  for (const AdapterRow& row : rows) {
    seen->append({row.id, row.files, row.format.isEmpty(), false, {}});
    for (const LibraryFile& file : row.files) known.insert(file.path);
  }
  QSet<QString> listed;  // hashes
  for (const AdapterRow& row : rows) {
    for (const LibraryFile& file : row.files) {
      if (!file.missing) listed.insert(file.sha256);
    }
  }
  const bool clean = !std::exchange(cleaned, true);
  jobs->run(
      FileJob::Kind::Scan, {},
      [seen, found, known, listed, clean, over = passedOver, folder = starterFolder, library = files, at = paths](WorkControl& control) {
        if (clean) emptyIncoming(at.adapters());
        for (Seen& adapter : *seen) {
          bool missing = false;
          for (LibraryFile& file : adapter.files) {
            const LibraryFile now = fileAt(file.path, file.linked);
            file.missing = now.missing;
            missing = missing || now.missing;
            if (now.missing || (now.size == file.size && now.modifiedAt == file.modifiedAt && !file.sha256.isEmpty())) continue;
            file = now;
            adapter.changed = true;
          }
          adapter.changed = (adapter.changed || adapter.unread) && !missing;
          if (!adapter.changed || control.cancel) continue;
          adapter.facts = library->inspectAdapter(adapter.files.first().path);
          if (hashFiles(adapter.files, control)) adapter.changed = false;
        }
        const auto isKnown = [&](const QString& path) {
          if (known.contains(path)) return true;
          const auto old = over.constFind(path);
          const LibraryFile now = fileAt(path, false);
          found->before.insert(path, now);
          if (old != over.constEnd() && !old->sha256.isEmpty() && !listed.contains(old->sha256))
            return false;  // a copy of one that has gone
          return old != over.constEnd() && now.size == old->size && now.modifiedAt == old->modifiedAt;
        };
        for (const QString& root : {folder, at.adapters()}) {
          if (root.isEmpty() || !QFileInfo(root).isDir()) continue;
          Search search = findAdapters(*library, {root}, at, control, isKnown);
          for (NewAdapter& adapter : search.found) {
            if (root == folder) adapter.source = QStringLiteral("starter");
            if (root == folder) adapter.files = filesOfAdapter(adapter.facts, at, true);
            if (!hashFiles(adapter.files, control)) found->adapters.append(adapter);
          }
          for (const auto& refused : search.refused) {
            if (root != folder) found->refused.append(refused);
          }
        }
        return Problem();
      },
      answering([this, seen, found](const Problem&) { apply(*seen, *found); }));
}

void AdapterLibrary::Private::apply(const QList<Seen>& seen, const Found& found) {
  for (const Seen& adapter : seen) applySeen(adapter);
  for (const NewAdapter& adapter : found.adapters) {
    // The adapters of the application move with it.
    const QString file = QFileInfo(adapter.files.first().path).fileName();
    const auto old = std::find_if(rows.begin(), rows.end(), [&](const AdapterRow& row) {
      return adapter.source == QLatin1String("starter") && row.source == adapter.source && row.isMissing() &&
             QFileInfo(row.files.first().path).fileName() == file;
    });
    if (old == rows.end()) {
      addOrReplace(adapter);
      continue;
    }
    old->files = adapter.files;
    setFacts(*old, adapter.facts);
    changed(*old, Fits::Forget);
    checkSoon();
  }
  for (const auto& [path, problem] : found.refused) {
    passedOver.insert(path, found.before.value(path));  // said once
    Q_EMIT q->notice(problem);
  }
  reconciling = false;
  Q_EMIT q->reconciled();
  if (std::exchange(reconcileAgain, false)) reconcile();
}

void AdapterLibrary::Private::applySeen(const Seen& seen) {
  AdapterRow* row = find(seen.id);
  if (!row || deleting.contains(seen.id) || row->files.size() != seen.files.size()) return;
  bool news = false;
  for (qsizetype i = 0; i < seen.files.size(); ++i) {
    if (row->files[i].path != seen.files[i].path) return;  // replaced meanwhile
    news = news || row->files[i].missing != seen.files[i].missing;
    row->files[i].missing = seen.files[i].missing;
  }
  if (seen.changed) row->files = seen.files;
  if (seen.changed && seen.facts) setFacts(*row, *seen.facts.value);
  if (seen.changed && !seen.facts) Q_EMIT q->notice(seen.facts.problem);
  if (!news && !seen.changed) return;
  const QString path = row->path();
  QList<qint64> chats;
  for (auto chat = switches.constBegin(); chat != switches.constEnd(); ++chat) {
    if (chat->contains(seen.id)) chats.append(chat.key());
  }
  changed(*row, seen.changed ? Fits::Forget : Fits::Keep);
  Q_EMIT q->pathChanged(path);
  for (const qint64 chat : chats) Q_EMIT q->switchesChanged(chat);
  checkSoon();
}

// --- Fits

void AdapterLibrary::Private::dropFits(const std::function<bool(const Pair&)>& which) {
  for (auto fit = fits.begin(); fit != fits.end();) fit = which(fit.key()) ? fits.erase(fit) : std::next(fit);
  for (auto pair = checking.begin(); pair != checking.end();) pair = which(*pair) ? checking.erase(pair) : std::next(pair);
}

void AdapterLibrary::Private::checkSoon() {
  if (!started || std::exchange(checkPlanned, true)) return;
  QTimer::singleShot(0, q, [this] {
    checkPlanned = false;
    check();
  });
}

void AdapterLibrary::Private::check() {
  for (const Variant& variant : models->variants()) {
    if (!variant.isMissing() && !variant.architecture.isEmpty()) checkVariant(variant);
  }
}

/// One job looks at all adapters that were not compared with the variant yet.
void AdapterLibrary::Private::checkVariant(const Variant& variant) {
  struct Question {
    qint64 id = 0;
    QString path, hash, architecture;
    std::optional<StoredFit> answer;
  };
  const auto questions = std::make_shared<QList<Question>>();
  for (const AdapterRow& row : rows) {
    const Pair pair{row.id, variant.id};
    if (row.isMissing() || row.format.isEmpty() || fits.contains(pair) || checking.contains(pair)) continue;
    checking.insert(pair);
    questions->append({row.id, row.path(), row.hash(), row.architecture, {}});
  }
  if (questions->isEmpty()) return;
  jobs->run(
      FileJob::Kind::CheckAdapter, variant.title(),
      [questions, library = files, id = variant.id, path = variant.path(), architecture = variant.architecture](WorkControl& control) {
        for (Question& question : *questions) {
          if (control.cancel) break;
          if (!question.architecture.isEmpty() && question.architecture != architecture) {
            question.answer = StoredFit{
                question.id, id, false,
                QStringLiteral("It was made for a model of the architecture %1, this one is %2.").arg(question.architecture, architecture)};
            continue;
          }
          const Problem problem = library->checkAdapter(question.path, path);
          // Anything else says nothing about the two.
          if (!problem || problem.id == ErrorId::AdapterNotUsable) question.answer = StoredFit{question.id, id, !problem, problem.detail};
        }
        return Problem();
      },
      answering([this, questions, id = variant.id](const Problem&) {
        QList<StoredFit> answers;
        for (const Question& question : *questions) {
          const Pair pair{question.id, id};
          const AdapterRow* row = find(question.id);
          const bool asked = checking.remove(pair);  // not when one of the two changed meanwhile
          if (!asked || !question.answer || !row || row->hash() != question.hash || !models->variant(id)) continue;
          answers.append(*question.answer);
          fits.insert(pair, {question.answer->fits ? AdapterFit::State::Fits : AdapterFit::State::DoesNotFit, question.answer->reason});
        }
        if (answers.isEmpty()) return;
        storage->write([answers](Database& database) { return AdapterStore(database).put(answers); });
        for (const StoredFit& answer : answers) Q_EMIT q->fitChanged(answer.adapterId, answer.variantId);
      }));
}
