// TeX maths as readable text: Unicode and html that the sanitiser would write.
//
// What is not understood is never shown half: the whole formula is its source then, as code.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QStringView>

/// A part of a displayed formula, in the middle of its line.
struct MathPiece {
  enum class Kind {
    Text,       // `html`
    Fraction,   // `above` over `below`
    Stack,      // `html` with smaller `above` and `below`
    Delimiter,  // `html`, as tall as its neighbours
    Grid,       // `rows` of html cells
  };

  Kind kind = Kind::Text;
  QString html{};
  QString above{};
  QString below{};
  QList<QStringList> rows{};
  bool leftAligned = false;  // Grid: its columns

  bool operator==(const MathPiece&) const = default;
};

/// Cells of a line, aligned with those of other lines: the first to the right, the next to the left, and so on.
using MathLine = QList<QList<MathPiece>>;

/// A formula as it is shown by itself.
struct MathDisplay {
  QString html;           // in one piece, lines separated by <br>
  QList<MathLine> lines;  // empty: not understood, `html` is the source as code
  bool boxed = false;

  bool operator==(const MathDisplay&) const = default;
};

/// Html of a formula inside a sentence. `tex`: without its delimiters; `source`: with them, shown when the formula is not understood.
[[nodiscard]] QString inlineMath(QStringView tex, QStringView source);

/// A formula by itself; arguments as of inlineMath().
[[nodiscard]] MathDisplay displayMath(QStringView tex, QStringView source);
