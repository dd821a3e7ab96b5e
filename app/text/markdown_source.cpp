#include "text/markdown_source.h"

#include <QHash>
#include <algorithm>
#include <utility>

#include "text/cjk_emphasis.h"
#include "text/math_marks.h"

namespace {

// Characters that never are text. A formula is kMathBegin, its number, kMathEnd.
constexpr char16_t kFirstReserved = 0xfdd0;
constexpr char16_t kLastReserved = 0xfdef;
constexpr char16_t kMathBegin = 0xfdd0;
constexpr char16_t kMathEnd = 0xfdd1;
constexpr char16_t kLineBreak = 0xfdd2;

constexpr qsizetype kLongestInline = 1000;
constexpr char16_t kFirstCjk = 0x2e80;

[[nodiscard]] bool isReserved(QChar c) {
  return c.unicode() >= kFirstReserved && c.unicode() <= kLastReserved;
}

[[nodiscard]] bool isDigit(QChar c) {
  return c >= u'0' && c <= u'9';
}

[[nodiscard]] bool isLetter(QChar c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

[[nodiscard]] bool holdsAny(QStringView text, QStringView characters) {
  return std::any_of(text.begin(), text.end(), [&characters](QChar c) { return characters.contains(c); });
}

/// Words between two dollars that are money: "5 to the shop and 10".
[[nodiscard]] bool isProse(QStringView text) {
  if (holdsAny(text, u"\\^_={}<>+*/")) return false;
  if (holdsAny(text, u"，。、；：！？")) return true;
  int words = 0;
  qsizetype letters = 0;
  for (const QChar c : text) {
    letters = c.isLetter() ? letters + 1 : 0;
    if (letters == 2) ++words;
  }
  return words >= 2;
}

/// \( and \[ may also be brackets that were escaped for Markdown: "\[1\]", "\(optional\)".
[[nodiscard]] bool isEscapedBracket(QStringView content, bool display) {
  if (holdsAny(content, u"\\^_={}<>+-*/|&'()")) return false;
  if (display && std::all_of(content.begin(), content.end(), [](QChar c) { return isDigit(c) || c == u',' || c == u' '; })) return true;
  qsizetype letters = 0;
  for (const QChar c : content) {
    constexpr qsizetype kWord = 4;
    letters = c.isLetter() ? letters + 1 : 0;
    if (letters == kWord) return true;
  }
  return false;
}

class Preparer {
 public:
  explicit Preparer(QStringView segment) : m_in(segment) { findCode(); }

  PreparedMarkdown prepare();

 private:
  void findCode();
  void lineStart();
  void copy(qsizetype length);
  void copyCode(qsizetype length);
  bool takeFence(QStringView line);
  bool takeMath(const MathMark& mark);
  bool takeParentheses();
  bool takeDollar();
  bool takeBreak();
  bool takeAddress();
  void hide(qsizetype end, QStringView tex, bool display);
  [[nodiscard]] QString withoutQuoteMarks(QStringView text) const;
  [[nodiscard]] qsizetype runLength(qsizetype at) const;
  [[nodiscard]] qsizetype lineEnd(qsizetype from) const {
    const qsizetype end = m_in.indexOf(u'\n', from);
    return end < 0 ? m_in.size() : end;
  }
  [[nodiscard]] qsizetype paragraphEnd(qsizetype from);

  QStringView m_in;
  qsizetype m_at = 0;
  PreparedMarkdown m_out;
  QList<TextRange> m_code;                      // in the output
  QHash<qsizetype, qsizetype> m_codeEnd;        // where code that begins at a position ends
  bool m_quoted = false;                        // the line is in a quote
  bool m_inTable = false;                       // it begins with a bar
  qsizetype m_contentStart = 0;                 // of the line, behind marks of quotes and lists
  qsizetype m_noParenthesisBefore = 0;          // no "\)" between the position and here
  qsizetype m_paragraphEnd = -1;                // of the paragraph that was looked at last
  bool m_closes[4] = {true, true, true, true};  // a mark of a kind may still be found
};

qsizetype Preparer::runLength(qsizetype at) const {
  qsizetype n = at;
  while (n < m_in.size() && m_in[n] == m_in[at]) ++n;
  return n - at;
}

/// Pairs runs of backticks of equal length inside a paragraph, from the end.
void Preparer::findCode() {
  QHash<qsizetype, qsizetype> next;  // length -> where the nearest run begins
  bool emptyLine = true;
  for (qsizetype i = m_in.size() - 1; i >= 0; --i) {
    const QChar c = m_in[i];
    if (c == u'\n') {
      if (emptyLine) next.clear();
      emptyLine = true;
      continue;
    }
    if (!c.isSpace()) emptyLine = false;
    if (c != u'`') continue;
    const qsizetype last = i;
    while (i > 0 && m_in[i - 1] == u'`') --i;
    const qsizetype length = last - i + 1;
    if (const auto found = next.constFind(length); found != next.cend()) m_codeEnd.insert(i, *found + length);
    next.insert(length, i);
  }
}

qsizetype Preparer::paragraphEnd(qsizetype from) {
  if (from <= m_paragraphEnd) return m_paragraphEnd;
  m_paragraphEnd = m_in.size();
  for (qsizetype end = lineEnd(from); end < m_in.size();) {
    const qsizetype next = lineEnd(end + 1);
    if (m_in.mid(end + 1, next - end - 1).trimmed().isEmpty()) {
      m_paragraphEnd = end;
      break;
    }
    end = next;
  }
  return m_paragraphEnd;
}

void Preparer::copy(qsizetype length) {
  for (const QChar c : m_in.mid(m_at, length)) m_out.text += isReserved(c) ? QChar(QChar::ReplacementCharacter) : keptForEmphasis(c);
  m_at += length;
}

void Preparer::copyCode(qsizetype length) {
  const qsizetype start = m_out.text.size();
  copy(length);
  m_code.append({start, m_out.text.size()});
}

/// Reads marks of quotes and lists in front of a line's text, fences, and definitions.
void Preparer::lineStart() {
  qsizetype at = m_at;
  const qsizetype end = lineEnd(m_at);
  m_quoted = false;
  for (bool more = true; more && at < end;) {
    while (at < end && m_in[at].isSpace()) ++at;
    more = at < end && (m_in[at] == u'>' || (QStringView(u"-*+").contains(m_in[at]) && at + 1 < end && m_in[at + 1] == u' '));
    if (!more) {
      qsizetype digits = at;
      while (digits < end && isDigit(m_in[digits])) ++digits;
      more = digits > at && digits + 1 < end && (m_in[digits] == u'.' || m_in[digits] == u')') && m_in[digits + 1] == u' ';
      if (more) at = digits;
    }
    if (!more) break;
    if (m_in[at] == u'>') m_quoted = true;
    ++at;
  }
  m_contentStart = at;
  m_inTable = at < end && m_in[at] == u'|';
  const QStringView content = m_in.mid(at, end - at);
  if (takeFence(content)) return;
  // A definition would vanish: links do not reach other segments, and a footnote is to be read where it stands.
  const qsizetype bracket = content.startsWith(u'[') ? content.indexOf(u"]:") : -1;
  if (bracket > 1 && !content.first(bracket).contains(u'\\')) {
    copy(at - m_at);
    m_out.text += u'\\';
    copy(1);
  }
}

/// Copies a fenced block, which may stand in a quote.
bool Preparer::takeFence(QStringView content) {
  if (!content.startsWith(u"```") && !content.startsWith(u"~~~")) return false;
  const QChar mark = content[0];
  const qsizetype length = runLength(m_contentStart);
  if (mark == u'`' && content.mid(length).contains(u'`')) return false;
  qsizetype end = lineEnd(m_at);
  while (end < m_in.size()) {
    const qsizetype start = end + 1;
    end = lineEnd(start);
    QStringView line = m_in.mid(start, end - start).trimmed();
    if (m_quoted && !line.startsWith(u'>')) {  // the quote ends, and so does what is in it
      end = start - 1;
      break;
    }
    while (m_quoted && (line.startsWith(u'>') || line.startsWith(u' '))) line = line.mid(1);
    const bool onlyMarks = std::all_of(line.begin(), line.end(), [mark](QChar c) { return c == mark; });
    if (onlyMarks && line.size() >= length) break;
  }
  copyCode(end - m_at);
  return true;
}

QString Preparer::withoutQuoteMarks(QStringView text) const {
  if (!m_quoted) return text.toString();
  QStringList lines;
  for (QStringView line : text.split(u'\n')) {
    const bool first = lines.isEmpty();
    while (!first && (line.startsWith(u'>') || line.startsWith(u' '))) line = line.mid(1);
    lines.append(line.toString());
  }
  return lines.join(u'\n');
}

/// Puts a placeholder for the source up to `end`.
void Preparer::hide(qsizetype end, QStringView tex, bool display) {
  HiddenMath math{withoutQuoteMarks(m_in.mid(m_at, end - m_at)), withoutQuoteMarks(tex), display};
  if (m_inTable) math.tex.replace(QLatin1String("\\|"), QLatin1String("|"));
  m_out.text += QChar(kMathBegin) + QString::number(m_out.hidden.size()) + QChar(kMathEnd);
  m_out.hidden.append(std::move(math));
  m_at = end;
}

/// A displayed formula whose mark begins here.
bool Preparer::takeMath(const MathMark& mark) {
  const bool first = m_at == m_contentStart;
  if (mark.kind == MathMark::Kind::Environment && !first) return false;
  const qsizetype content = m_at + openingLength(mark);
  bool& mayClose = m_closes[static_cast<int>(mark.kind)];
  const qsizetype closing = mayClose ? closingAt(mark, m_in, content) : -1;
  if (closing < 0) {
    if (mark.kind != MathMark::Kind::Environment) mayClose = false;
    const bool goesOn = first || mark.kind != MathMark::Kind::Dollars || m_in.mid(content, lineEnd(content) - content).trimmed().isEmpty();
    if (!goesOn) return false;
    const qsizetype end = paragraphEnd(m_at);
    if (isEscapedBracket(m_in.mid(content, end - content), true)) return false;
    hide(end, {}, true);
    return true;
  }
  const qsizetype end = closing + closingLength(mark);
  QStringView tex = m_in.mid(content, closing - content);
  if (tex.trimmed().isEmpty() || (tex.contains(u'\n') && isProse(tex))) return false;
  if (mark.kind == MathMark::Kind::Environment) tex = m_in.mid(m_at, end - m_at);
  if (mark.kind == MathMark::Kind::Bracket) {
    qsizetype next = end;
    while (next < m_in.size() && m_in[next] != u'\n' && isOnlyPunctuation(m_in.mid(next, 1))) ++next;
    const bool whole = first && (next == m_in.size() || m_in[next] == u'\n');
    if ((!whole && isEscapedBracket(tex, true)) || (end < m_in.size() && m_in[end] == u'(')) return false;
  }
  hide(end, tex, true);
  return true;
}

/// \( ... \)
bool Preparer::takeParentheses() {
  constexpr qsizetype kMark = 2;
  const qsizetype content = m_at + kMark;
  if (content < m_noParenthesisBefore) return false;
  const qsizetype limit = paragraphEnd(m_at);
  const QStringView paragraph = m_in.first(limit);
  for (qsizetype i = content; i + 1 < limit; ++i) {
    if (paragraph[i] != u'\\') continue;
    if (paragraph[i + 1] == u')') {
      const QStringView tex = paragraph.mid(content, i - content);
      if (tex.trimmed().isEmpty() || isEscapedBracket(tex, false)) return false;
      hide(i + kMark, tex, false);
      return true;
    }
    ++i;
  }
  m_noParenthesisBefore = limit;
  const qsizetype end = lineEnd(content);
  if (end < m_in.size() || isEscapedBracket(m_in.mid(content), false)) return false;
  hide(end, {}, false);  // still being written
  return true;
}

/// $...$ in one line: no space inside at its ends, no digit behind it, so that amounts of money stay what they are.
bool Preparer::takeDollar() {
  const qsizetype content = m_at + 1;
  if (content >= m_in.size() || m_in[content].isSpace()) return false;
  if (m_at > 0 && (isLetter(m_in[m_at - 1]) || isDigit(m_in[m_at - 1]))) return false;
  const qsizetype limit = std::min(m_in.size(), content + kLongestInline);
  for (qsizetype i = content; i < limit && m_in[i] != u'\n' && m_in[i] != u'`'; ++i) {
    if (m_in[i] == u'\\') {
      ++i;
      continue;
    }
    if (m_in[i] != u'$') continue;
    const QStringView tex = m_in.mid(content, i - content);
    const QChar after = i + 1 < m_in.size() ? m_in[i + 1] : QChar();
    const bool crossesCells = m_inTable && tex.contains(u" | ");
    if (m_in[i - 1].isSpace() || isDigit(after) || (after >= u'A' && after <= u'Z') || after == u'$' || crossesCells || isProse(tex))
      return false;
    hide(i + 1, tex, false);
    return true;
  }
  return false;
}

/// <br>, <br/> and <br />.
bool Preparer::takeBreak() {
  for (const QStringView tag : {QStringView(u"<br>"), QStringView(u"<br/>"), QStringView(u"<br />")}) {
    if (!m_in.mid(m_at, tag.size()).startsWith(tag, Qt::CaseInsensitive)) continue;
    m_out.text += QChar(kLineBreak);
    m_at += tag.size();
    return true;
  }
  return false;
}

/// An address right beside CJK text, where CommonMark expects spaces: it is put between < and >.
bool Preparer::takeAddress() {
  const QStringView rest = m_in.mid(m_at, kLongestInline);
  if (!rest.startsWith(u"http://") && !rest.startsWith(u"https://")) return false;
  const QChar before = m_at > 0 ? m_in[m_at - 1] : QChar();
  if (!before.isNull() && !before.isSpace() && before.unicode() < kFirstCjk && before != u'*') return false;
  qsizetype end = rest.indexOf(u"//") + 2;
  const qsizetype host = end;
  while (end < rest.size()) {
    const QChar c = rest[end];
    const bool plain = isLetter(c) || isDigit(c) || QStringView(u"-._~:/?#[]@!&'(),;=%+").contains(c);
    // Names in CJK letters are parts of a path, text behind an address is not.
    const bool name = c.unicode() >= kFirstCjk && c.isLetter() && (rest[end - 1] == u'/' || rest[end - 1].unicode() >= kFirstCjk);
    if (!plain && !name) break;
    ++end;
  }
  const QChar after = end < rest.size() ? rest[end] : QChar();
  const bool emphasised =
      before == u'*' && rest.mid(end).startsWith(u"**") && end + 2 < rest.size() && rest[end + 2].unicode() >= kFirstCjk;
  if (before.unicode() < kFirstCjk && after.unicode() < kFirstCjk && !emphasised) return false;
  while (end > host && QStringView(u".,:;!?'(").contains(rest[end - 1])) --end;
  if (end == host) return false;
  m_out.text += u'<';
  copy(end);
  m_out.text += u'>';
  return true;
}

PreparedMarkdown Preparer::prepare() {
  m_out.text.reserve(m_in.size() + m_in.size() / 16);
  bool atLineStart = true;
  while (m_at < m_in.size()) {
    if (std::exchange(atLineStart, false)) {
      const qsizetype before = m_at;
      lineStart();
      if (m_at != before && m_at >= m_in.size()) break;
    }
    const QChar c = m_in[m_at];
    if (c == u'\n') atLineStart = true;
    if (c == u'`') {
      const qsizetype end = m_codeEnd.value(m_at, -1);
      if (end < 0)
        copy(runLength(m_at));
      else
        copyCode(end - m_at);
      continue;
    }
    if (c == u'\\' || c == u'$') {
      const QStringView rest = m_in.mid(m_at);
      const MathMark mark = mathMarkAt(rest);
      if (mark.kind != MathMark::Kind::None ? takeMath(mark) : c == u'$' ? takeDollar() : rest.startsWith(u"\\(") && takeParentheses())
        continue;
      if (c == u'$')
        copy(runLength(m_at));
      else
        copy(m_at + 1 < m_in.size() && m_in[m_at + 1] != u'\n' ? 2 : 1);
      continue;
    }
    if (c == u'<' && takeBreak()) continue;
    if (c == u'h' && takeAddress()) continue;
    copy(1);
  }
  m_out.text = withEmphasisBesideCjk(m_out.text, m_code);
  return std::move(m_out);
}

}  // namespace

PreparedMarkdown prepareMarkdown(QStringView segment) {
  return Preparer(segment).prepare();
}

QList<PreparedPart> preparedParts(QStringView text, qsizetype hiddenCount) {
  QList<PreparedPart> parts;
  qsizetype start = 0;
  const auto flush = [&](qsizetype end) {
    if (end > start) parts.append({PreparedPart::Kind::Text, text.mid(start, end - start)});
  };
  for (qsizetype i = 0; i < text.size(); ++i) {
    const QChar c = text[i];
    if (!isReserved(c) && c != kEmphasisSpace) continue;
    flush(i);
    if (c == QChar(kLineBreak)) parts.append({PreparedPart::Kind::LineBreak});
    if (c == QChar(kMathBegin)) {
      const qsizetype end = text.indexOf(QChar(kMathEnd), i);
      bool ok = false;
      const qsizetype number = end < 0 ? -1 : text.mid(i + 1, end - i - 1).toLongLong(&ok);
      if (ok && number >= 0 && number < hiddenCount) {
        parts.append({PreparedPart::Kind::Math, {}, number});
        i = end;
      }
    }
    start = i + 1;
  }
  flush(text.size());
  return parts;
}

QString restored(const QString& text, const QList<HiddenMath>& hidden) {
  QString out;
  for (const PreparedPart& part : preparedParts(text, hidden.size())) {
    if (part.kind == PreparedPart::Kind::Math)
      out += hidden[part.hidden].source;
    else
      out += part.kind == PreparedPart::Kind::LineBreak ? QStringView(u"<br>") : part.text;
  }
  return out;
}
