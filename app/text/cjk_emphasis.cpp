#include "text/cjk_emphasis.h"

#include <algorithm>
#include <array>

namespace {

constexpr size_t kLongestRun = 3;

[[nodiscard]] bool isSpace(QChar c) {
  return c.isNull() || c.isSpace();
}

[[nodiscard]] bool isPunctuation(QChar c) {
  return c.isPunct() || c.isSymbol();
}

/// Letters and marks of languages without spaces between words, and the placeholders of formulas.
[[nodiscard]] bool isCjk(QChar c) {
  const char16_t u = c.unicode();
  const bool letter = (u >= 0x2e80 && u <= 0x9fff) || (u >= 0xac00 && u <= 0xd7a3) || (u >= 0xf900 && u <= 0xfaff) || c.isSurrogate();
  const bool mark = (u >= 0xff00 && u <= 0xff65) || (u >= 0x2018 && u <= 0x201d) || u == 0x2014 || u == 0x2026 || u == 0x00b7;
  const bool placeholder = u >= 0xfdd0 && u <= 0xfdef;
  return letter || mark || placeholder;
}

/// What is open behind a run that CommonMark reads as it is.
void note(std::array<bool, kLongestRun + 1>& open, size_t length, bool canOpen, bool canClose) {
  constexpr size_t kBoth = 3;
  if (canClose && open[length]) {
    open[length] = false;
  } else if (canClose && length == kBoth && open[1] && open[2]) {
    open[1] = open[2] = false;
  } else if (canClose && length < kBoth && open[kBoth]) {
    open[kBoth] = false;
    open[kBoth - length] = true;
  } else if (canOpen) {
    open[length] = true;
  }
}

}  // namespace

QChar keptForEmphasis(QChar character) {
  return character == kEmphasisSpace ? QChar(0x2005) : character;
}

QString withEmphasisBesideCjk(const QString& text, const QList<TextRange>& code) {
  QString out;
  out.reserve(text.size() + text.size() / 16);
  std::array<bool, kLongestRun + 1> open{};  // emphasis of each length
  qsizetype nextCode = 0;
  for (qsizetype i = 0; i < text.size();) {
    while (nextCode < code.size() && code[nextCode].end <= i) ++nextCode;
    if (nextCode < code.size() && code[nextCode].begin <= i) {
      out += QStringView(text).mid(i, code[nextCode].end - i);
      i = code[nextCode].end;
      continue;
    }
    const QChar c = text[i];
    if (c == u'\n') open = {};  // emphasis over several lines is rare, and marks of lists begin something else
    if (c == u'\\' && i + 1 < text.size() && text[i + 1] != u'\n') {
      out += QStringView(text).mid(i, 2);
      i += 2;
      continue;
    }
    if (c != u'*') {
      out += c;
      ++i;
      continue;
    }
    qsizetype end = i;
    while (end < text.size() && text[end] == u'*') ++end;
    const qsizetype length = end - i;
    const QChar before = i > 0 ? text[i - 1] : QChar();
    const QChar after = end < text.size() ? text[end] : QChar();
    const QStringView run = QStringView(text).mid(i, length);
    i = end;
    if (length > static_cast<qsizetype>(kLongestRun)) {
      out += run;
      continue;
    }
    bool& isOpen = open[static_cast<size_t>(length)];
    const bool canOpen = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
    const bool canClose = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
    const bool closesOthers = canClose && (length == 3 ? open[1] && open[2] : open[3]);
    const bool beside = isCjk(before) || isCjk(after);
    if (isOpen && !canClose && beside && isPunctuation(before)) {
      out += run;
      out += kEmphasisSpace;
      isOpen = false;
    } else if (!isOpen && !canOpen && !closesOthers && beside && isPunctuation(after) && !isSpace(before)) {
      out += kEmphasisSpace;
      out += run;
      isOpen = true;
    } else {
      out += run;
      note(open, static_cast<size_t>(length), canOpen, canClose);
    }
  }
  return out;
}
