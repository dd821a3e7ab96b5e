// The environments of TeX maths.
#pragma once

#include <QStringView>
#include <optional>

/// What an environment is.
struct MathEnvironment {
  enum class Shape { Matrix, Cases, Lines };

  QStringView name;
  Shape shape = Shape::Lines;
  QStringView opening{};
  QStringView closing{};
  bool shownAlone = true;   // models write it without marks of maths around it
  bool hasColumns = false;  // an argument says how columns are aligned
};

/// The environment of a name ("align*"), or nothing.
[[nodiscard]] std::optional<MathEnvironment> mathEnvironment(QStringView name);
