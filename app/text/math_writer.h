// A tree of maths -> html in one line.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "text/math_tree.h"

/// Html of a piece, and what its neighbours need to know of it.
struct WrittenMath {
  QString html;
  MathClass first = MathClass::Ordinary;
  MathClass last = MathClass::Ordinary;
  bool simple = true;   // needs no brackets anywhere
  bool product = true;  // needs none above a fraction line
};

/// Writes trees. Inside a script (`script`) nothing is spaced, and scripts of scripts are characters or "^(...)": rich text knows one
/// level.
class MathWriter {
 public:
  explicit MathWriter(bool script = false) : m_script(script) {}

  /// Nodes side by side; `before`: what stands in front of them, nothing at the beginning of a line.
  [[nodiscard]] WrittenMath row(const std::vector<MathNode>& nodes, std::optional<MathClass> before = std::nullopt) const;
  [[nodiscard]] WrittenMath node(const MathNode& node) const;
  /// The cells of a line of aligned equations as one row.
  [[nodiscard]] WrittenMath cells(const MathNode& line) const;
  /// Whether a space belongs between two neighbours.
  [[nodiscard]] bool isSpaced(MathClass left, MathClass right) const;
  /// A sign in front of something, not between two things.
  [[nodiscard]] static bool isSign(std::optional<MathClass> before);

 private:
  [[nodiscard]] WrittenMath atom(const MathNode& node) const;
  [[nodiscard]] WrittenMath fraction(const MathNode& node) const;
  [[nodiscard]] WrittenMath root(const MathNode& node) const;
  [[nodiscard]] WrittenMath scripts(const MathNode& node) const;
  [[nodiscard]] WrittenMath accent(const MathNode& node) const;
  [[nodiscard]] WrittenMath fence(const MathNode& node) const;
  [[nodiscard]] WrittenMath grid(const MathNode& node) const;
  [[nodiscard]] QString script(const MathNode& row, bool above) const;

  bool m_script;
};

/// `written` in brackets unless it is simple.
[[nodiscard]] QString bracketed(const WrittenMath& written);
