// Pictures of what models write: a page of maths and a page of Markdown.
#pragma once

#include <QString>

namespace hearth_test {

/// All states in one language.
void textPictures(const QString& out, const QString& language);

}  // namespace hearth_test
