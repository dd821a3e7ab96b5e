// Where displayed formulas begin and end in Markdown.
#pragma once

#include <QString>
#include <QStringView>

/// What an open displayed formula waits for.
struct MathMark {
  enum class Kind { None, Dollars, Bracket, Environment };

  Kind kind = Kind::None;
  QString environment{};

  bool operator==(const MathMark&) const = default;
};

/// The mark with which `text` begins: "$$", "\[" or "\begin{align}" and the like.
[[nodiscard]] MathMark mathMarkAt(QStringView text);
/// Characters of a mark that opens a formula.
[[nodiscard]] qsizetype openingLength(const MathMark& mark);
/// Where the mark that closes the formula begins at or after `from`, -1: nowhere. Marks behind a backslash do not count.
[[nodiscard]] qsizetype closingAt(const MathMark& mark, QStringView text, qsizetype from);
/// Characters of a mark that closes a formula.
[[nodiscard]] qsizetype closingLength(const MathMark& mark);

/// How a line leaves a formula.
struct MathLineEnd {
  MathMark open;           // the formula that goes on in the next line
  bool textAfter = false;  // there is more than punctuation behind the last formula
};
/// Reads a line, `open`: the formula that is open in front of it. Marks inside `code` do not count.
[[nodiscard]] MathLineEnd readMathLine(QStringView line, MathMark open);

/// Only what may follow a formula in its line: spaces and marks of punctuation.
[[nodiscard]] bool isOnlyPunctuation(QStringView text);
