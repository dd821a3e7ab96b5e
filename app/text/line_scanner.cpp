#include "text/line_scanner.h"

#include <algorithm>
#include <utility>

namespace {

constexpr qsizetype kTabWidth = 4;
// A formula that is longer was not meant as one.
constexpr int kMostMathLines = 80;
constexpr int kMostMathBlanks = 6;

[[nodiscard]] qsizetype indentOf(QStringView line) {
  qsizetype columns = 0;
  for (const QChar c : line) {
    if (c == u' ')
      ++columns;
    else if (c == u'\t')
      columns += kTabWidth - columns % kTabWidth;
    else
      break;
  }
  return columns;
}

[[nodiscard]] qsizetype runLength(QStringView text, QChar c) {
  qsizetype n = 0;
  while (n < text.size() && text[n] == c) ++n;
  return n;
}

[[nodiscard]] bool isSpace(QChar c) {
  return c == u' ' || c == u'\t';
}

[[nodiscard]] bool isHeading(QStringView trimmed) {
  const qsizetype hashes = runLength(trimmed, u'#');
  return hashes >= 1 && hashes <= 6 && (hashes == trimmed.size() || isSpace(trimmed[hashes]));
}

[[nodiscard]] bool isRule(QStringView trimmed) {
  if (trimmed.isEmpty()) return false;
  const QChar c = trimmed[0];
  if (c != u'-' && c != u'*' && c != u'_') return false;
  int marks = 0;
  for (const QChar other : trimmed) {
    if (other == c)
      ++marks;
    else if (!isSpace(other))
      return false;
  }
  return marks >= 3;
}

[[nodiscard]] bool isUnderline(QStringView trimmed) {
  return !trimmed.isEmpty() && (trimmed[0] == u'=' || trimmed[0] == u'-') && runLength(trimmed, trimmed[0]) == trimmed.size();
}

[[nodiscard]] bool isBullet(QStringView trimmed) {
  if (trimmed.isEmpty() || (trimmed[0] != u'-' && trimmed[0] != u'*' && trimmed[0] != u'+')) return false;
  return trimmed.size() == 1 || isSpace(trimmed[1]);
}

/// Digits before the mark of an ordered item, 0 when it is none.
[[nodiscard]] qsizetype orderedDigits(QStringView trimmed) {
  qsizetype digits = 0;
  while (digits < trimmed.size() && digits < 10 && trimmed[digits] >= u'0' && trimmed[digits] <= u'9') ++digits;
  if (digits == 0 || digits > 9 || digits >= trimmed.size() || (trimmed[digits] != u'.' && trimmed[digits] != u')')) return 0;
  return digits + 1 == trimmed.size() || isSpace(trimmed[digits + 1]) ? digits : 0;
}

[[nodiscard]] bool isListItem(QStringView trimmed) {
  return isBullet(trimmed) || orderedDigits(trimmed) > 0;
}

/// Only a non-empty bullet or the number 1 may interrupt a paragraph (CommonMark 5.2), so that "in\n1990. It" stays text.
[[nodiscard]] bool isListItemInParagraph(QStringView trimmed) {
  if (isBullet(trimmed)) return trimmed.size() > 1 && !trimmed.mid(1).trimmed().isEmpty();
  return orderedDigits(trimmed) == 1 && trimmed[0] == u'1' && !trimmed.mid(2).trimmed().isEmpty();
}

}  // namespace

bool LineScanner::startsFence(QStringView trimmed) {
  if (trimmed.isEmpty() || (trimmed[0] != u'`' && trimmed[0] != u'~')) return false;
  const qsizetype length = runLength(trimmed, trimmed[0]);
  if (length < 3 || (trimmed[0] == u'`' && trimmed.mid(length).contains(u'`'))) return false;
  m_fenceChar = trimmed[0];
  m_fenceLength = length;
  return true;
}

bool LineScanner::isFenceEnd(QStringView line) const {
  const QStringView trimmed = line.trimmed();
  return trimmed.size() >= m_fenceLength && runLength(trimmed, m_fenceChar) == trimmed.size() && indentOf(line) <= m_fenceIndent + 3;
}

bool LineScanner::mayBecomeFenceEnd(QStringView trimmed) const {
  return runLength(trimmed, m_fenceChar) == trimmed.size();
}

bool LineScanner::isUndecided(QStringView line) {
  const QStringView trimmed = line.trimmed();
  const bool onlyMarks = std::all_of(trimmed.begin(), trimmed.end(), [](QChar c) { return QStringView(u"-=*_`~#>+|:$\\ \t").contains(c); });
  if (onlyMarks) return true;
  qsizetype digits = 0;
  while (digits < trimmed.size() && trimmed[digits] >= u'0' && trimmed[digits] <= u'9') ++digits;
  const QStringView rest = trimmed.mid(digits);
  return digits >= 1 && digits <= 3 && (rest.isEmpty() || rest == u"." || rest == u")");
}

LineScanner::Step LineScanner::begin(QStringView line, QStringView trimmed) {
  constexpr qsizetype kItemIndent = 2;
  m_blankInList = false;
  const bool wasList = m_kind == Kind::List;
  m_lastHadPipe = trimmed.contains(u'|');
  const bool fence = startsFence(trimmed);
  if (fence || mathMarkAt(trimmed).kind != MathMark::Kind::None)
    m_listAround = m_listAround || wasList;
  else if (m_blankSeen && indentOf(line) < kItemIndent)
    m_listAround = false;
  m_blankSeen = false;
  if (fence) {
    m_fenceIndent = indentOf(line);
    m_kind = Kind::Code;
    return {Action::Begin, false};
  }
  if (isHeading(trimmed) || isRule(trimmed)) {
    m_kind = Kind::None;
    return {Action::Begin, true};
  }
  m_kind = trimmed[0] == u'>' ? Kind::Quote : isListItem(trimmed) ? Kind::List : Kind::Paragraph;
  return {Action::Begin, false};
}

LineScanner::Step LineScanner::continueList(QStringView line, QStringView trimmed, qsizetype indent) {
  constexpr qsizetype kItemIndent = 2;  // the least that continues an item ("- text")
  LineScanner probe = *this;
  if (probe.startsFence(trimmed) || (indent < kItemIndent && isRule(trimmed))) return begin(line, trimmed);
  const bool belongs =
      indent >= kItemIndent || isListItem(trimmed) || (!m_blankInList && !isHeading(trimmed) && trimmed[0] != u'>');  // lazy continuation
  if (!belongs) return begin(line, trimmed);
  m_blankInList = false;
  return {Action::Continue, false};
}

LineScanner::Step LineScanner::feed(QStringView line) {
  if (m_kind == Kind::Code) {
    const bool closes = isFenceEnd(line);
    if (closes) m_kind = Kind::None;
    return {Action::Continue, closes};
  }
  if (m_math.kind != MathMark::Kind::None) return continueMath(line, line.trimmed());
  return withMath(next(line), line);
}

LineScanner::Step LineScanner::continueMath(QStringView line, QStringView trimmed) {
  LineScanner probe = *this;
  ++m_mathLines;
  if (trimmed.isEmpty()) ++m_mathBlanks;
  if (probe.startsFence(trimmed) || isHeading(trimmed) || m_mathLines > kMostMathLines || m_mathBlanks > kMostMathBlanks) {
    m_math = {};
    m_kind = Kind::None;
    return withMath(next(line), line);
  }
  if (trimmed.isEmpty()) return {Action::Continue, false};
  return withMath({Action::Continue, false}, line);
}

LineScanner::Step LineScanner::withMath(Step step, QStringView line) {
  if (step.action == Action::Blank || m_kind == Kind::Code || m_kind == Kind::Quote) return step;
  const bool wasOpen = m_math.kind != MathMark::Kind::None;
  if (step.closes && !wasOpen) return step;
  if (step.action == Action::Begin) m_mathSegment = mathMarkAt(line.trimmed()).kind != MathMark::Kind::None;
  if (!wasOpen) m_mathLines = m_mathBlanks = 0;
  MathLineEnd end = readMathLine(line, std::move(m_math));
  m_math = std::move(end.open);
  if (m_math.kind != MathMark::Kind::None || !m_mathSegment || end.textAfter) return step;
  m_kind = Kind::None;
  return {step.action, true};
}

LineScanner::Step LineScanner::next(QStringView line) {
  const QStringView trimmed = line.trimmed();
  if (trimmed.isEmpty()) {
    m_blankSeen = true;
    if (m_kind == Kind::List)
      m_blankInList = true;
    else
      m_kind = Kind::None;
    return {Action::Blank, false};
  }
  if (mathMarkAt(trimmed).kind != MathMark::Kind::None) return begin(line, trimmed);
  LineScanner probe = *this;
  switch (m_kind) {
    case Kind::List:
      return continueList(line, trimmed, indentOf(line));
    case Kind::Quote:
      if (trimmed[0] == u'>') return {Action::Continue, false};
      if (probe.startsFence(trimmed) || isHeading(trimmed) || isRule(trimmed) || isListItem(trimmed)) return begin(line, trimmed);
      return {Action::Continue, false};
    case Kind::Paragraph: {
      if (isUnderline(trimmed)) {
        m_kind = Kind::None;
        return {Action::Continue, true};
      }
      // A table right below a sentence is one: models rarely leave the blank line.
      const bool tableBegins = trimmed[0] == u'|' && !m_lastHadPipe;
      m_lastHadPipe = trimmed.contains(u'|');
      if (probe.startsFence(trimmed) || isHeading(trimmed) || isRule(trimmed) || trimmed[0] == u'>' || isListItemInParagraph(trimmed) ||
          (m_listAround && isListItem(trimmed)) || tableBegins)
        return begin(line, trimmed);
      return {Action::Continue, false};
    }
    default:
      return begin(line, trimmed);
  }
}
