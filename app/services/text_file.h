// Saving a text where the person wants it.
#pragma once

#include <QString>

#include "errors/error_catalogue.h"

/// Writes `text` as UTF-8 with a line break at its end. The file appears whole or not at all, in the place of an older one. Returns
/// FileNotSaved with the reason, or None.
[[nodiscard]] Problem saveTextFile(const QString& path, const QString& text);
