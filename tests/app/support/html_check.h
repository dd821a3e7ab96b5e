// Checks that html is what the sanitiser may write.
#pragma once

#include <QRegularExpression>
#include <QString>

#include "text/markdown_block.h"

namespace hearth_test {

/// The first thing in `html` that is not allowed, or an empty string.
inline QString forbiddenPart(const QString& html) {
  static const QRegularExpression allowed(
      QStringLiteral("</?(b|i|code|s|sub|sup|ul|li|p|blockquote)>|<br>|</a>|</?ol>|<ol start=\"\\d+\">"
                     "|<a href=\"(https?://|mailto:)[^\"<>\\s]+\">"));
  QString rest = html;
  rest.remove(allowed);
  static const QRegularExpression other(QStringLiteral("[<>\"'].{0,40}"));
  return other.match(rest).captured();
}

inline QString forbiddenPart(const MarkdownBlock& block) {
  QString html = block.html;
  for (const QStringList& row : block.rows) html += row.join(QString());
  for (const MathLine& line : block.math) {
    for (const QList<MathPiece>& cell : line) {
      for (const MathPiece& piece : cell) {
        html += piece.html + piece.above + piece.below;
        for (const QStringList& row : piece.rows) html += row.join(QString());
      }
    }
  }
  return forbiddenPart(html);
}

}  // namespace hearth_test
