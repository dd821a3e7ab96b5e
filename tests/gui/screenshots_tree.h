// Pictures of the tree of a chat: messages being edited, their menu and versions, the outline.
#pragma once

#include <QString>

namespace hearth_test {

/// All states in one language.
void treePictures(const QString& out, const QString& language);

}  // namespace hearth_test
