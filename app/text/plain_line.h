// Names of files and the like, to be shown inside a sentence.
#pragma once

#include <QString>

/// Whether the character turns the direction of the text after it: overrides, isolates and the marks of both directions.
[[nodiscard]] bool turnsDirection(QChar c);

/// One line whose characters stand where they are read: line breaks and tabs become spaces, other control characters and marks that
/// turn the direction of text become "�". Longer than `most`: the middle is left out, so that the ending of a file name stays.
[[nodiscard]] QString plainLine(const QString& text, qsizetype most = 200);
