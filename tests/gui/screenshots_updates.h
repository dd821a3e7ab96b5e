// Pictures of About and of the search for newer versions, with news that the run signs itself.
#pragma once

#include <QString>

namespace hearth_test {

/// All states in one language.
void updatePictures(const QString& out, const QString& language);

}  // namespace hearth_test
