// One displayable piece of a message. Pure data.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "text/math_text.h"

/// A block of parsed Markdown. `html` holds only tags that the sanitiser itself wrote (see text/sanitised_html.h).
struct MarkdownBlock {
  enum class Kind { Paragraph, Heading, Code, Table, List, Quote, Rule, Math, Thinking };

  Kind kind = Kind::Paragraph;
  int level = 0;            // heading 1..6
  QString html;             // paragraph, heading, list, quote, math, thinking
  QString code;             // code: plain text without the final line break; math: its source with its marks
  QString language;         // code: first word of the info string
  QList<QStringList> rows;  // table: html cells, the first row is the header
  QStringList alignments;   // table: "left", "center" or "right" for each column
  QList<MathLine> math;     // math: its lines; empty: only the source can be shown
  bool boxed = false;       // math: with a frame around it
  bool open = false;        // more text may still join this block

  bool operator==(const MarkdownBlock&) const = default;
};

/// Name of a kind as seen by QML: "paragraph", "heading", ...
[[nodiscard]] QString toString(MarkdownBlock::Kind kind);
