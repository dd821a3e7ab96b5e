// Emphasis beside CJK text.
//
// CommonMark does not end emphasis between a mark of punctuation and a letter, because words of most languages have spaces around them:
// "**寓意：**词" would show its asterisks. A space that is taken out again afterwards makes it see the end.
#pragma once

#include <QChar>
#include <QList>
#include <QString>

/// The space that withEmphasisBesideCjk() adds; it does not occur otherwise in its result.
inline constexpr QChar kEmphasisSpace = u'\u205f';

/// A character as it may stand in text for withEmphasisBesideCjk(): kEmphasisSpace becomes its nearest relative.
[[nodiscard]] QChar keptForEmphasis(QChar character);

/// From, including, to, excluding.
struct TextRange {
  qsizetype begin = 0;
  qsizetype end = 0;
};

/// Adds spaces so that emphasis with asterisks begins and ends beside CJK text and formulas where its marks stand. `code`: ranges that are
/// left alone, in order.
[[nodiscard]] QString withEmphasisBesideCjk(const QString& text, const QList<TextRange>& code);
