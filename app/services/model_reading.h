// Reading, hashing, copying and deleting the files of models. Worker threads only.
#pragma once

#include "bridge/model_files.h"
#include "services/library_paths.h"
#include "services/model_library.h"
#include "services/model_scan.h"
#include "storage/library_store.h"

/// A variant that is not in the list yet.
struct NewVariant {
  ModelCandidate hint;
  ModelFileFacts facts;
  QList<LibraryFile> files;
  QString card;
  QString licence;  // that the publisher says
  QString catalogueId;
  QString source = QStringLiteral("import");
  bool copied = false;  // files were made for the list: they go if it is not added
};

/// What importing found.
struct FoundModels {
  QList<NewVariant> models;
  QStringList modelFolders;
  QStringList adapters;
  QList<QPair<QString, Problem>> refused;  // {name, why}
  QHash<QString, LibraryFile> before;      // those of our folder, as they were before they were read: they may have been half written
  bool cancelled = false;
};

/// A variant as reconciling looks at it, and what it saw.
struct SeenVariant {
  qint64 id = 0;
  QList<LibraryFile> files;       // as listed, then as they are
  bool unread = false;            // its facts are not known
  bool changed = false;           // out: size or time differ, or it is read for the first time
  Outcome<ModelFileFacts> facts;  // out: of a changed one
};

/// SHA-256 and size of files that are known: to see a copy of one before it is copied.
using KnownHashes = QList<QPair<quint64, QStringList>>;  // bytes of all parts, hashes of the parts

/// Between the list and the database.
[[nodiscard]] LibraryFile fileOf(const StoredFile& row, const LibraryPaths& paths);
[[nodiscard]] StoredFile storedOf(const LibraryFile& file, qint64 owner, const LibraryPaths& paths);

/// A file as it is on the disk now; `linked` and the path are taken over.
[[nodiscard]] LibraryFile fileAt(const QString& path, bool linked);
[[nodiscard]] QStringList hashesOf(const QList<LibraryFile>& files);
[[nodiscard]] quint64 bytesOf(const QList<LibraryFile>& files);
/// Why something was refused, as a part of a sentence.
[[nodiscard]] QString reasonOf(const Problem& problem);

/// All that was refused, {name, why}, as one problem; none when nothing was.
[[nodiscard]] Problem problemOf(const QList<QPair<QString, Problem>>& refused);

/// Reads the heads of the files.
[[nodiscard]] Outcome<NewVariant> readModel(ModelFiles& files, const ModelCandidate& candidate, const LibraryPaths& paths);
[[nodiscard]] FoundModels findModels(ModelFiles& files, const QStringList& given, const LibraryPaths& paths, const WorkControl& control);
void lookAt(ModelFiles& files, SeenVariant& variant);

/// Hashes all files in place. Errors: also a hash that is not the promised one.
[[nodiscard]] Problem hashFiles(NewVariant& variant, WorkControl& control);
[[nodiscard]] Problem hashFiles(QList<LibraryFile>& files, WorkControl& control);
/// Copies all files into the folder of models while hashing; one that is known already is only hashed.
[[nodiscard]] Problem copyFiles(NewVariant& variant, const LibraryPaths& paths, const KnownHashes& known, WorkControl& control);
/// Deletes files and the folders below `root` that are empty then. Returns the first that could not be deleted.
[[nodiscard]] QString deleteFiles(const QStringList& paths, const QString& root);
/// What a run that ended in the middle left. Before any job.
void emptyIncoming(const QString& folder);
/// A name in the folder for files that are being made; the folder exists then.
[[nodiscard]] Outcome<QString> incomingPath(const QString& folder, const QString& name);
