// Markdown as models write it -> Markdown as CommonMark reads it.
//
// Formulas and <br> are replaced by placeholders that CommonMark passes through as words, and marks are put where CommonMark would not see
// the end of emphasis beside CJK text. restored() turns such text back into what was written.
#pragma once

#include <QList>
#include <QString>
#include <QStringView>

/// A formula that a placeholder stands for.
struct HiddenMath {
  QString source;        // with its delimiters
  QString tex;           // without; empty: it never ends, only its source can be shown
  bool display = false;  // between marks for displayed formulas
};

struct PreparedMarkdown {
  QString text;
  QList<HiddenMath> hidden;
};

/// Prepares a segment. Takes linear time.
[[nodiscard]] PreparedMarkdown prepareMarkdown(QStringView segment);

/// A part of prepared text, taken apart.
struct PreparedPart {
  enum class Kind { Text, Math, LineBreak };

  Kind kind = Kind::Text;
  QStringView text{};    // of Text
  qsizetype hidden = 0;  // of Math: which one
};
/// Takes `text`, which may hold placeholders, apart.
[[nodiscard]] QList<PreparedPart> preparedParts(QStringView text, qsizetype hiddenCount);

/// `text` as it was written.
[[nodiscard]] QString restored(const QString& text, const QList<HiddenMath>& hidden);
