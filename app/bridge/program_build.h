// What this build is: version, commit, options, libraries.
#pragma once

#include <QString>

/// "0.2.0"; with a pre-release or build metadata where the build has one.
[[nodiscard]] QString programVersion();
/// Twelve digits, "-dirty" behind them when the sources had changed; "unknown".
[[nodiscard]] QString programCommit();
/// What `hearth --version` prints: see engine::version_text(). Loads the database driver, so there must be a QCoreApplication.
[[nodiscard]] QString programVersionText();
