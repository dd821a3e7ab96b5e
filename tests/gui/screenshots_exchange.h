// Pictures of export, import and backups.
#pragma once

#include <QString>

namespace hearth_test {

/// All states in one language.
void exchangePictures(const QString& out, const QString& language);

}  // namespace hearth_test
