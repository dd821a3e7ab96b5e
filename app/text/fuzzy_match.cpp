#include "text/fuzzy_match.h"

#include <algorithm>

namespace {

constexpr qsizetype kMostLooked = 400;  // letters of a text
constexpr int kLetter = 1;
constexpr int kFollows = 5;
constexpr int kBeginsWord = 8;
constexpr int kWhole = 60;  // the letters stand together somewhere
constexpr qsizetype kEarly = 10;

/// A Chinese character is a word of its own, but not a better place than the one before it.
[[nodiscard]] bool beginsWord(QStringView text, qsizetype at) {
  if (at == 0) return true;
  return !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
}

[[nodiscard]] QString letters(QStringView text) {
  QString out;
  for (const QChar c : text) {
    if (!c.isSpace()) out += c.toCaseFolded();
  }
  return out;
}

[[nodiscard]] int early(qsizetype at) {
  return static_cast<int>(std::max<qsizetype>(0, kEarly - at));
}

}  // namespace

std::optional<int> fuzzyScore(QStringView text, QStringView typed) {
  const QString wanted = letters(typed);
  if (wanted.isEmpty()) return 0;
  const QStringView looked = text.first(std::min(text.size(), kMostLooked));
  qsizetype next = 0;
  qsizetype first = -1;
  qsizetype before = -2;
  int score = 0;
  for (qsizetype at = 0; at < looked.size() && next < wanted.size(); ++at) {
    if (looked[at].toCaseFolded() != wanted[next]) continue;
    score += kLetter + (at == before + 1 ? kFollows : 0) + (beginsWord(looked, at) ? kBeginsWord : 0);
    if (first < 0) first = at;
    before = at;
    ++next;
  }
  if (next < wanted.size()) return std::nullopt;
  // The first letters that fit are not always the best: what was typed as a whole counts most.
  const qsizetype whole = looked.indexOf(typed.trimmed(), 0, Qt::CaseInsensitive);
  if (whole < 0) return score + early(first);
  const int together = static_cast<int>(std::min<qsizetype>(wanted.size(), kEarly)) * (kLetter + kFollows);
  return std::max(score, together) + kWhole + (beginsWord(looked, whole) ? kBeginsWord : 0) + early(whole);
}
