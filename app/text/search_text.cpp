#include "text/search_text.h"

#include <algorithm>

#include "text/sanitised_html.h"

namespace {

constexpr qsizetype kMostWords = 8;
constexpr qsizetype kLongestWord = 64;
constexpr qsizetype kBeforeMatch = 36;  // characters shown before a match

[[nodiscard]] bool isCjk(char32_t c) {
  return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3005 && c <= 0x3007) || (c >= 0x3040 && c <= 0x31ff) || (c >= 0x3400 && c <= 0x4dbf) ||
         (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xff9f) ||
         (c >= 0x20000 && c <= 0x3ffff);
}

[[nodiscard]] bool isWordCharacter(QChar c) {
  return c.isLetterOrNumber() || c.isMark() || c.isSurrogate();
}

/// Case and accent folded, one to one, so that positions stay valid.
[[nodiscard]] QString folded(const QString& text) {
  QString out = text;
  for (QChar& c : out) {
    if (c.unicode() < 0x80) {
      c = c.toLower();
      continue;
    }
    const QString parts = c.decomposition();
    if (c.decompositionTag() == QChar::Canonical && !parts.isEmpty() && !parts[0].isSurrogate()) c = parts[0];
    c = c.toCaseFolded();
  }
  return out;
}

[[nodiscard]] char32_t codePointAt(QStringView text, qsizetype at) {
  if (text[at].isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate())
    return QChar::surrogateToUcs4(text[at], text[at + 1]);
  return text[at].unicode();
}

/// Whether a word may begin at `at`: not in the middle of a Latin word.
[[nodiscard]] bool beginsWord(const QString& text, qsizetype at) {
  return at == 0 || isCjk(codePointAt(text, at)) || !isWordCharacter(text[at - 1]) || isCjk(text[at - 1].unicode()) ||
         text[at - 1].isLowSurrogate();
}

[[nodiscard]] QString onOneLine(QString text) {
  for (QChar& c : text) {
    if (c.isSpace()) c = u' ';
  }
  return text;
}

}  // namespace

QString spacedForSearch(QStringView text) {
  QString out;
  out.reserve(text.size() + text.size() / 4);
  for (qsizetype i = 0; i < text.size(); ++i) {
    const char32_t c = codePointAt(text, i);
    const bool pair = c > 0xffff;
    if (!isCjk(c)) {
      out += text[i];
      continue;
    }
    if (!out.isEmpty() && out.back() != u' ') out += u' ';
    out += text.mid(i, pair ? 2 : 1);
    out += u' ';
    if (pair) ++i;
  }
  return out;
}

QStringList searchWords(const QString& query) {
  QStringList words;
  for (const QString& word : query.simplified().split(u' ', Qt::SkipEmptyParts)) {
    if (words.size() == kMostWords) break;
    if (std::any_of(word.begin(), word.end(), [](QChar c) { return isWordCharacter(c); })) words.append(word.left(kLongestWord));
  }
  return words;
}

QString matchExpression(const QStringList& words) {
  QStringList phrases;
  for (const QString& word : words) phrases.append(u'"' + spacedForSearch(word).replace(u'"', u' ').trimmed() + u'"');
  if (phrases.isEmpty()) return {};
  // One letter begins too many words to be useful, and a CJK character is a whole word.
  const QString& last = words.last();
  const bool latinEnd = last.size() >= 2 && isWordCharacter(last.back()) && isWordCharacter(last[last.size() - 2]);
  if (latinEnd && !isCjk(last.back().unicode()) && !last.back().isSurrogate()) phrases.last() += u'*';
  return phrases.join(QStringLiteral(" AND "));
}

bool containsWords(const QString& text, const QStringList& words) {
  const QString where = folded(text);
  return !words.isEmpty() &&
         std::all_of(words.begin(), words.end(), [&where](const QString& word) { return where.contains(folded(word)); });
}

QList<std::pair<qsizetype, qsizetype>> matchesIn(const QString& text, const QStringList& words) {
  const QString where = folded(text);
  QList<std::pair<qsizetype, qsizetype>> found;
  for (const QString& word : words) {
    const QString what = folded(word);
    for (qsizetype at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.size())) {
      if (beginsWord(where, at)) found.append({at, what.size()});
    }
  }
  std::sort(found.begin(), found.end());
  QList<std::pair<qsizetype, qsizetype>> apart;
  for (const auto& match : std::as_const(found)) {
    if (apart.isEmpty() || match.first >= apart.last().first + apart.last().second) apart.append(match);
  }
  return apart;
}

QString snippetHtml(const QString& text, const QStringList& words, qsizetype length) {
  const auto matches = matchesIn(text, words);
  qsizetype begin = matches.isEmpty() ? 0 : std::max<qsizetype>(0, matches.first().first - kBeforeMatch);
  if (begin > 0) {  // from the beginning of a word, when there is one before the match
    const qsizetype space = text.indexOf(u' ', begin);
    if (space >= 0 && space < matches.first().first) begin = space + 1;
    if (text[begin].isLowSurrogate()) --begin;
  }
  qsizetype end = std::min(text.size(), begin + length);
  if (end < text.size() && text[end].isLowSurrogate()) --end;
  QString html = begin > 0 ? QStringLiteral("…") : QString();
  qsizetype at = begin;
  for (const auto& [start, size] : matches) {
    if (start + size > end) break;
    if (start < at) continue;
    html += escapedHtml(onOneLine(text.mid(at, start - at))) + QLatin1String("<b>") + escapedHtml(onOneLine(text.mid(start, size))) +
            QLatin1String("</b>");
    at = start + size;
  }
  html += escapedHtml(onOneLine(text.mid(at, end - at)));
  if (end < text.size()) html += QStringLiteral("…");
  return html;
}
