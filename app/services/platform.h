// Where a system keeps things, and what it wants to be asked.
#pragma once

#include <QString>

namespace platform {

/// Where data lives unless the person chose a folder. Never a folder that roams: models are large.
[[nodiscard]] QString dataFolder();

/// Tells whoever removes the program where the data is.
void noteDataFolder(const QString& folder);

/// Who is logged in: part of what makes one running application different from another.
[[nodiscard]] QString userName();

/// What a QLocalServer of this account listens at, unique by `key`: the path of a socket, or the name of a pipe.
[[nodiscard]] QString serverName(const QString& key);
/// A file for a lock around it.
[[nodiscard]] QString lockPath(const QString& key);

/// Before another instance is asked to come to the front: lets it.
void allowRaising();

}  // namespace platform
