// Marks of code in Markdown that nothing inside the code can end.
#pragma once

#include <QString>

/// Row of at least `least` backticks that is longer than every one in `code`.
[[nodiscard]] QString backticksAround(const QString& code, qsizetype least);

/// The marks of a block of code.
[[nodiscard]] inline QString fenceFor(const QString& code) {
  return backticksAround(code, 3);
}
