// Reading and copying large files in a worker thread.
#pragma once

#include <QString>
#include <QStringList>

#include "bridge/model_files.h"

/// Progress over several files.
struct FileProgress {
  WorkControl* control = nullptr;
  quint64 before = 0;  // bytes of files that are done
  quint64 total = 0;   // of all files
};

/// SHA-256 of a file, lower-case hex. Errors: cancelled, gone, not readable.
[[nodiscard]] Outcome<QString> hashFile(const QString& path, const FileProgress& progress);

/// Copies to a file that must not exist and returns the hash of what was read. The copy is on the disk when it returns; after an error
/// nothing is left of it.
[[nodiscard]] Outcome<QString> copyFile(const QString& from, const QString& to, const FileProgress& progress);

/// Moves a finished file or folder to a name that nothing has, on the same file system, and makes the move last.
[[nodiscard]] Problem moveIntoPlace(const QString& from, const QString& to);

/// Makes the folder if need be and checks that it can be written and that `bytes` and a reserve fit. Errors: read-only, no space.
[[nodiscard]] Problem checkSpace(const QString& folder, quint64 bytes);

/// Bytes that a user may still write to the disk of a folder, which need not exist yet.
[[nodiscard]] quint64 bytesFreeAt(const QString& folder);
