#include "text/plain_line.h"

namespace {

[[nodiscard]] bool isLineBreak(QChar c) {
  return c == u'\n' || c == u'\r' || c == u'\t' || c == QChar::LineSeparator || c == QChar::ParagraphSeparator;
}

[[nodiscard]] bool isHidden(QChar c) {
  constexpr char16_t kArabicLetterMark = 0x061c;
  return c.category() == QChar::Other_Control || turnsDirection(c) || c == QChar(kArabicLetterMark);
}

}  // namespace

bool turnsDirection(QChar c) {
  const char16_t u = c.unicode();
  return (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069) || u == 0x200e || u == 0x200f;
}

QString plainLine(const QString& text, qsizetype most) {
  QString line = text;
  if (line.size() > most) {
    qsizetype head = most / 2;
    qsizetype tail = line.size() - (most - head - 1);
    if (line[head].isLowSurrogate()) --head;
    if (line[tail].isLowSurrogate()) ++tail;
    line = line.left(head) + QChar(0x2026) + line.mid(tail);
  }
  for (QChar& c : line) {
    if (isLineBreak(c))
      c = u' ';
    else if (isHidden(c))
      c = QChar::ReplacementCharacter;
  }
  return line;
}
