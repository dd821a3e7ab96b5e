// Names that a hub gives, which are hostile, as names on this computer.
#pragma once

#include <QString>

#include "net/download_request.h"

/// "owner/name" as hubs allow it.
[[nodiscard]] bool isRepositoryId(const QString& text);

/// Whether a path inside a repository stays inside a folder and names an ordinary file on every system: no "..", no backslash, colon,
/// control or direction character, no device of Windows, no name above 255 bytes.
[[nodiscard]] bool isSafePath(const QString& path);

/// The folder of a repository below the data folder: "models/owner/name", "adapters/owner/name"; another revision than main has its own.
[[nodiscard]] QString localFolder(const DownloadRequest& request);

/// Where a file with a safe path goes inside localFolder(). Folders of the repository become a part of the name, so that the parts of a
/// split file stay together; only the files of a PEFT adapter, whose names are fixed, keep a folder.
[[nodiscard]] QString localName(const QString& path);

/// The name beside `fileName` for what is not finished: at most 240 bytes, so that endings fit.
[[nodiscard]] QString unfinishedName(const QString& fileName);
