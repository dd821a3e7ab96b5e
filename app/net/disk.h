// What QFile does not do: reserving space, and knowing that bytes are on the disk.
#pragma once

#include <QFile>
#include <QString>

namespace disk {

enum class Result { Done, Full, Failed };

/// Makes an open file `size` bytes long with all its blocks reserved. On file systems that cannot, the free space is compared instead.
[[nodiscard]] Result reserve(QFile& file, qint64 size);
/// Returns when the bytes of an open file are on the disk.
[[nodiscard]] bool sync(QFile& file);
/// The same for the names in a folder.
bool syncFolder(const QString& folder);
/// Writes at a place of an unbuffered file, all or nothing.
[[nodiscard]] Result writeAt(QFile& file, qint64 offset, const QByteArray& data);
/// Writes a small file that is there whole or not at all.
[[nodiscard]] bool writeWhole(const QString& path, const QByteArray& data);
/// Renames over what is there.
[[nodiscard]] bool replace(const QString& from, const QString& to);
/// Bytes that may be written below the folder; -1: not known.
[[nodiscard]] qint64 freeBytes(const QString& folder);

}  // namespace disk
