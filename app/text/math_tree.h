// TeX maths -> a tree.
#pragma once

#include <QString>
#include <QStringView>
#include <optional>
#include <vector>

#include "text/math_symbols.h"

/// A node of a formula. What `parts` holds is said at each kind.
struct MathNode {
  enum class Kind {
    Row,       // pieces side by side
    Atom,      // `text`
    Text,      // `text`, words between the maths
    Space,     // `text`: the space, empty for what only arranges
    Fraction,  // numerator, denominator
    Binomial,  // upper, lower
    Root,      // radicand, index (an empty row: a square root)
    Scripts,   // base, below, above; rows that may be empty
    Accent,    // base; `text` is the mark
    Fence,     // content; between `text` and `closing`
    Matrix,    // rows of cells; between `text` and `closing`
    Cases,     // rows of cells; between `text` and `closing`
    Lines,     // rows of cells that are aligned with each other
    Boxed,     // content
    Struck,    // content
  };

  Kind kind = Kind::Row;
  MathClass role = MathClass::Ordinary;
  QString text{};
  QString closing{};
  bool italic = false;
  bool bold = false;
  bool limits = false;  // scripts stand above and below
  std::vector<MathNode> parts{};
};

/// Parses a formula without its delimiters. Nothing: it holds something unknown, is damaged, or is too long or too deep. Takes linear time.
[[nodiscard]] std::optional<MathNode> parseMath(QStringView tex);

/// The content of \ce{...}: formulas and reactions of chemistry. Nothing: it holds something else.
[[nodiscard]] std::optional<MathNode> parseChemistry(QStringView text);
