#include "services/file_opening.h"

#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <algorithm>
#include <functional>

#include "services/adapter_library.h"
#include "services/file_jobs.h"
#include "services/model_reading.h"

namespace {

/// Something that is here, with files of the same size.
struct Alike {
  qint64 id = 0;
  QList<LibraryFile> files;
};

/// A file with what was read of it, and what it is compared with.
struct Candidate {
  OpenedItem item;
  QList<LibraryFile> files;
  QString given;
  qint64 known = 0;      // id in its library
  QList<Alike> alike{};  // of which it may be a copy
  [[nodiscard]] bool isDoubtful() const { return known == 0 && !alike.isEmpty(); }
};

/// All that was found behind the paths.
struct Look {
  QList<Candidate> candidates;
  QList<QPair<QString, Problem>> refused;
  QStringList empty;  // given paths with nothing in them
};

void take(Look& look, const QString& given, const FoundModels& found, ModelFiles& files) {
  QList<Candidate> made;
  for (const NewVariant& model : found.models) {
    const QString path = model.files.first().path;
    made.append({{OpenedItem::Kind::Model, QFileInfo(path).fileName(), model.facts.name, bytesOf(model.files), path}, model.files, given});
  }
  for (const QString& folder : found.modelFolders)
    made.append({{OpenedItem::Kind::ModelFolder, QFileInfo(folder).fileName(), {}, 0, folder}, {}, given});
  for (const QString& path : found.adapters) {
    const Outcome<AdapterFileFacts> facts = files.inspectAdapter(path);
    Candidate adapter{{OpenedItem::Kind::Adapter, QFileInfo(path).fileName(), {}, 0, path}, {}, given};
    if (facts) {
      adapter.item.title = facts.value->name;
      for (const QString& file : facts.value->files) adapter.files.append(fileAt(QDir::cleanPath(file), true));
      adapter.item.bytes = bytesOf(adapter.files);
    }
    made.append(adapter);
  }
  if (made.isEmpty() && found.refused.isEmpty()) look.empty += given;
  look.refused += found.refused;
  for (const Candidate& one : made) {  // two parts of a set are one model
    const QString path = canonical(one.item.path);
    const bool twice = std::any_of(look.candidates.begin(), look.candidates.end(),
                                   [&path](const Candidate& other) { return canonical(other.item.path) == path; });
    if (!twice) look.candidates.append(one);
  }
}

[[nodiscard]] bool sameSize(const QList<LibraryFile>& listed, const QList<LibraryFile>& opened) {
  return !opened.isEmpty() && bytesOf(listed) == bytesOf(opened);
}

/// Hashes the files unless that was done before; what cannot be read has no hash, and is found out when it is imported.
void hashOnce(QList<LibraryFile>& files, WorkControl& control) {
  if (hashesOf(files).contains(QString())) static_cast<void>(hashFiles(files, control));
}

void compareByHash(Candidate& candidate, WorkControl& control) {
  hashOnce(candidate.files, control);
  for (Alike& alike : candidate.alike) {
    if (control.cancel || candidate.known != 0) return;
    hashOnce(alike.files, control);
    const QStringList hashes = hashesOf(alike.files);
    if (!hashes.contains(QString()) && hashes == hashesOf(candidate.files)) candidate.known = alike.id;
  }
}

}  // namespace

struct FileOpening::Private {
  FileOpening* q;
  ModelLibrary* library;
  AdapterLibrary* adapters;
  ModelFiles* files;
  FileJobs* jobs;
  LibraryPaths paths;
  bool started = false;
  QStringList waiting{};  // opened before the start
  QSet<QString> toUse{};  // files of models that are being imported to be used
  int looking = 0;

  void look(const QStringList& given);
  void judge(const std::shared_ptr<Look>& look);
  void findByFile(Candidate& candidate) const;
  void compare(const std::shared_ptr<Look>& look, const QString& title);
  void conclude(const Look& look);
  void concludeKnown(const Look& look, bool alone);
  void report(const Look& look);
  void setLooking(int change);
  [[nodiscard]] std::function<void(const Problem&)> then(std::function<void()> next) const;
};

FileOpening::FileOpening(ModelLibrary* library, AdapterLibrary* adapters, ModelFiles* files, FileJobs* jobs, const QString& dataFolder,
                         QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(Private{this, library, adapters, files, jobs, LibraryPaths(dataFolder)})) {
  connect(library, &ModelLibrary::imported, this, [this](const QString& path, qint64 id) {
    if (d->toUse.remove(canonical(path))) Q_EMIT modelWanted(id, true);
  });
}

FileOpening::~FileOpening() = default;

bool FileOpening::isLooking() const {
  return d->looking > 0;
}

void FileOpening::Private::setLooking(int change) {
  const bool before = looking > 0;
  looking += change;
  if (before != (looking > 0)) Q_EMIT q->lookingChanged();
}

/// What a job does at its end, however it ended, unless this object has gone.
std::function<void(const Problem&)> FileOpening::Private::then(std::function<void()> next) const {
  return [guard = QPointer<FileOpening>(q), next = std::move(next)](const Problem&) {
    if (guard) next();
  };
}

void FileOpening::start() {
  d->started = true;
  open(std::exchange(d->waiting, {}));
}

QString FileOpening::firstModel() const {
  if (d->waiting.size() != 1) return {};
  const auto variant = d->library->variantOf(d->waiting.first());
  return variant && QFileInfo(variant->path()).isFile() ? variant->path() : QString();
}

void FileOpening::open(const QStringList& given) {
  if (!d->started) {
    d->waiting += given;
    return;
  }
  QStringList here;
  for (const QString& path : given) {
    if (QDir::isAbsolutePath(path))
      here += path;
    else
      Q_EMIT notice({ErrorId::OpenedNoFile, {path}, {}});
  }
  if (!here.isEmpty()) d->look(here);
}

// --- Looking

void FileOpening::Private::look(const QStringList& given) {
  const auto look = std::make_shared<Look>();
  setLooking(1);
  jobs->run(
      FileJob::Kind::Scan, QFileInfo(given.first()).fileName(),
      [look, given, library = files, at = paths](WorkControl& control) {
        for (const QString& path : given) {
          if (control.cancel) break;
          take(*look, path, findModels(*library, {path}, at, control), *library);
        }
        return Problem();
      },
      then([this, look] { judge(look); }));
}

void FileOpening::Private::findByFile(Candidate& candidate) const {
  const auto consider = [&candidate](qint64 id, const QList<LibraryFile>& listed, bool isFile) {
    if (isFile) candidate.known = id;
    if (sameSize(listed, candidate.files)) candidate.alike.append({id, listed});
  };
  if (candidate.item.kind == OpenedItem::Kind::Model) {
    const auto variant = library->variantOf(candidate.item.path);
    for (const Variant& other : library->variants())
      if (!other.isMissing()) consider(other.id, other.files, variant && variant->id == other.id);
  } else if (candidate.item.kind == OpenedItem::Kind::Adapter && !candidate.files.isEmpty()) {
    const QString first = canonical(candidate.files.first().path);
    for (const AdapterRow& row : adapters->adapters()) {
      const bool isFile =
          std::any_of(row.files.begin(), row.files.end(), [&first](const LibraryFile& file) { return canonical(file.path) == first; });
      if (!row.isMissing()) consider(row.id, row.files, isFile);
    }
  }
}

void FileOpening::Private::judge(const std::shared_ptr<Look>& look) {
  for (Candidate& candidate : look->candidates) findByFile(candidate);
  const auto doubtful = std::find_if(look->candidates.begin(), look->candidates.end(), std::mem_fn(&Candidate::isDoubtful));
  if (doubtful == look->candidates.end())
    conclude(*look);
  else
    compare(look, doubtful->item.title.isEmpty() ? doubtful->item.fileName : doubtful->item.title);
}

/// A copy of what is here has its contents under another name. Reading large files takes a while: the job is shown and can be cancelled,
/// and then the question is asked.
void FileOpening::Private::compare(const std::shared_ptr<Look>& look, const QString& title) {
  jobs->run(
      FileJob::Kind::Verify, title,
      [look](WorkControl& control) {
        for (Candidate& candidate : look->candidates) {
          if (candidate.isDoubtful()) compareByHash(candidate, control);
          if (control.cancel) return Problem{ErrorId::EngineCancelled, {}, {}};
        }
        return Problem();
      },
      then([this, look] { conclude(*look); }));
}

// --- Deciding

void FileOpening::Private::conclude(const Look& look) {
  setLooking(-1);
  report(look);
  OpenedFiles question;
  for (const Candidate& candidate : look.candidates) {
    if (candidate.known != 0) continue;
    question.items.append(candidate.item);
    if (!question.given.contains(candidate.given)) question.given += candidate.given;
  }
  concludeKnown(look, question.items.isEmpty());
  if (!question.items.isEmpty()) Q_EMIT q->asked(question);
}

/// `alone`: nothing has to be asked, so the first of them is what the person wants to see.
void FileOpening::Private::concludeKnown(const Look& look, bool alone) {
  bool taken = !alone;
  for (const Candidate& candidate : look.candidates) {
    if (candidate.known == 0) continue;
    const bool isModel = candidate.item.kind == OpenedItem::Kind::Model;
    if (!taken) {
      taken = true;
      isModel ? Q_EMIT q->modelWanted(candidate.known, false) : Q_EMIT q->adapterWanted(candidate.known);
      continue;
    }
    const auto variant = isModel ? library->variant(candidate.known) : std::nullopt;
    const auto adapter = isModel ? std::nullopt : adapters->adapter(candidate.known);
    const QString title = variant ? variant->title() : adapter ? adapter->name : candidate.item.title;
    Q_EMIT q->notice({ErrorId::LibraryDuplicate, {candidate.item.fileName, title}, {}});
  }
}

void FileOpening::Private::report(const Look& look) {
  QList<QPair<QString, Problem>> refused = look.refused;
  for (const QString& path : look.empty)
    refused.append({QFileInfo(path).fileName(), {ErrorId::LibraryNothingFound, {QDir::toNativeSeparators(path)}, path}});
  Problem problem = problemOf(refused);
  if (problem.id == ErrorId::LibraryManyRefused) problem.id = ErrorId::OpenedManyRefused;  // nothing was added yet
  if (problem) Q_EMIT q->notice(problem);
}

void FileOpening::import(const OpenedFiles& files, ImportMode mode, Then then) {
  for (const OpenedItem& item : files.items) {
    if (then == Then::Use && item.kind == OpenedItem::Kind::Model)
      d->toUse.insert(canonical(item.path));
    else
      d->toUse.remove(canonical(item.path));
  }
  d->library->import(files.given, mode);
}
