// Pictures of the pages of models, with a library of large models that are not there and a hub of the test's own.
#pragma once

#include <QString>

namespace hearth_test {

/// All states in one language.
void libraryPictures(const QString& out, const QString& language);
/// Files opened from the desktop.
void openedPictures(const QString& out, const QString& language);

}  // namespace hearth_test
