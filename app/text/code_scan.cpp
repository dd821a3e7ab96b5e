// What stands inside a line of code.
#include <algorithm>

#include "text/code_scanner_p.h"

namespace {

constexpr qsizetype kLongestFold = 32;       // words of any case
constexpr qsizetype kLongestCharacter = 12;  // '\u{10ffff}'
constexpr qsizetype kLongestRawMark = 16;
constexpr qsizetype kMostHashes = 60;

}  // namespace

void CodeScan::endLine() {
  const OpenThings::Thing top = m_open.top();
  if (top.kind == kString && !m_continues) {
    const bool known = top.number < static_cast<int>(m_language.strings.size());
    if (!known || !m_language.strings[static_cast<size_t>(top.number)].lines) m_open.pop();
  }
  if (!m_hereEnd.isEmpty()) m_open.push(kHere, m_hereKind, m_hereEnd);
}

void CodeScan::inComment(int depth) {
  const QStringView begin = m_language.commentBegin;
  const QStringView end = m_language.commentEnd;
  qsizetype place = m_at;
  while (place < m_line.size()) {
    if (hasAt(m_line, place, end)) {
      place += end.size();
      if (--depth <= 0) break;
    } else if (m_language.commentNests && hasAt(m_line, place, begin)) {
      place += begin.size();
      ++depth;
    } else {
      ++place;
    }
  }
  take(place, CodeKind::Comment);
  if (depth <= 0 || end.isEmpty())
    m_open.pop();
  else
    m_open.renumber(depth);
}

void CodeScan::inString(int number) {
  if (number >= static_cast<int>(m_language.strings.size())) return m_open.pop();
  const CodeString& rule = m_language.strings[static_cast<size_t>(number)];
  while (m_at < m_line.size()) {
    const QChar c = m_line[m_at];
    if (rule.escape != 0 && c == QChar(rule.escape)) {
      m_continues = m_at + 1 >= m_line.size();
      take(std::min(m_at + 2, m_line.size()), CodeKind::String);
    } else if (hasAt(m_line, m_at, rule.end)) {
      const qsizetype behind = m_at + rule.end.size();
      if (rule.doubled && hasAt(m_line, behind, rule.end)) {
        take(behind + rule.end.size(), CodeKind::String);
        continue;
      }
      m_previous = u'a';
      m_open.pop();
      return take(behind, CodeKind::String);
    } else if (rule.inserts && hasAt(m_line, m_at, u"${")) {
      take(m_at + 2, CodeKind::String);
      m_previous = u'{';
      return m_open.push(kInsert);
    } else if (!(rule.variables && c == u'$' && variable())) {
      take(m_at + 1, CodeKind::String);
    }
  }
}

void CodeScan::inUntil(const OpenThings::Thing& until) {
  const auto kind = until.number == static_cast<int>(CodeKind::Comment) ? CodeKind::Comment : CodeKind::String;
  const qsizetype end = m_line.indexOf(until.word, m_at);
  const qsizetype behind = end + until.word.size();
  if (end < 0) return take(m_line.size(), kind);
  m_open.pop();
  m_previous = u'a';
  take(behind, kind);
}

void CodeScan::inCode() {
  const QChar c = m_line[m_at];
  if (c.isSpace()) {
    ++m_at;
    return;
  }
  if (comment() || special(c) || string(m_at)) return;
  if (isWordStart(c) || (m_language.wordExtra.contains(u'$') && c == u'$')) return word();
  if (isDigit(c) || (c == u'.' && isDigit(at(m_at + 1)) && m_previous != u'a' && m_previous != u'.')) {
    m_previous = u'a';
    return take(skipNumber(m_line, m_at, has(kPrimeNumbers)), CodeKind::Number);
  }
  if (c == u'{' || c == u'}') {
    if (const OpenThings::Thing top = m_open.top(); top.kind == kInsert) {
      if (c == u'}' && top.number == 0) {
        m_open.pop();
        return take(m_at + 1, CodeKind::String);
      }
      m_open.renumber(top.number + (c == u'{' ? 1 : -1));
    }
  }
  m_previous = c;
  ++m_at;
}

bool CodeScan::comment() {
  if (has(kLongBrackets)) {
    for (const QStringView mark : m_words.comments)
      if (hasAt(m_line, m_at, mark) && longBracket(m_at + mark.size(), CodeKind::Comment)) return true;
  }
  if (hasAt(m_line, m_at, m_language.commentBegin)) {
    take(m_at + m_language.commentBegin.size(), CodeKind::Comment);
    m_open.push(kComment, 1);
    return true;
  }
  if (has(kSpaceComments) && !afterSpace()) return false;
  for (const QStringView mark : m_words.comments) {
    if (!hasAt(m_line, m_at, mark)) continue;
    if (has(kPhpTags) && hasAt(m_line, m_at, u"#[")) return false;
    take(m_line.size(), CodeKind::Comment);
    return true;
  }
  return false;
}

/// A string whose marks begin here; its span begins at `from`.
bool CodeScan::string(qsizetype from) {
  for (size_t i = 0; i < m_language.strings.size(); ++i) {
    const CodeString& rule = m_language.strings[i];
    if (!hasAt(m_line, m_at, rule.begin)) continue;
    const qsizetype behind = m_at + rule.begin.size();
    if (has(kKeyStrings)) {
      // Short enough to look ahead: a key is closed in its line.
      qsizetype end = behind;
      while (end < m_line.size() && !hasAt(m_line, end, rule.end)) end += rule.escape != 0 && m_line[end] == QChar(rule.escape) ? 2 : 1;
      const bool closed = end < m_line.size();
      end += rule.end.size();
      if (closed && at(skipSpaces(m_line, end)) == u':') {
        take(end, CodeKind::Attribute);
        return true;
      }
    }
    m_at = from;
    take(behind, CodeKind::String);
    m_open.push(kString, static_cast<int>(i));
    return true;
  }
  return false;
}

/// What only some languages have.
bool CodeScan::special(QChar c) {
  switch (c.unicode()) {
    case u'\'':
      return has(kCharacters) && character();
    case u'/':
      return has(kRegex) && valueExpected() && regex();
    case u'$':
      return has(kDollar) ? variable() : has(kMakeVariables) && makeVariable();
    case u'[':
      return has(kLongBrackets) && longBracket(m_at, CodeKind::String);
    case u'#':
      if (!has(kRust) && !has(kPhpTags)) return false;
      if (const qsizetype bracket = at(m_at + 1) == u'!' ? m_at + 2 : m_at + 1; at(bracket) == u'[') {
        rustAttribute(bracket);
        return true;
      }
      return false;
    case u'@':
      if ((has(kDecorators) || (has(kLineDecorators) && lineStart())) && isWordStart(at(m_at + 1))) {
        take(skipWord(m_line, m_at + 1, u"."), CodeKind::Preprocessor);
        return true;
      }
      if (has(kSymbols) && (isWordStart(at(m_at + 1)) || (at(m_at + 1) == u'@' && isWordStart(at(m_at + 2))))) {
        take(skipWord(m_line, m_at + 2), CodeKind::Attribute);
        m_previous = u'a';
        return true;
      }
      return false;
    case u':':
      if (!has(kSymbols) || !isWordStart(at(m_at + 1)) || at(m_at - 1) == u':' || isWordPart(at(m_at - 1))) return false;
      take(skipWord(m_line, m_at + 1, u"?!"), CodeKind::Attribute);
      m_previous = u'a';
      return true;
    case u'-':
      if (!has(kOptions) || !afterSpace() || !(isWordStart(at(m_at + 1)) || (at(m_at + 1) == u'-' && isWordStart(at(m_at + 2)))))
        return false;
      take(skipWord(m_line, m_at + 1, u"-"), CodeKind::Attribute);
      return true;
    case u'<':
      if (has(kPhpTags) && hasAt(m_line, m_at, u"<?")) {
        take(hasAt(m_line, m_at, u"<?php") ? m_at + 5 : m_at + 2, CodeKind::Preprocessor);
        return true;
      }
      if (has(kHereShell) || has(kHereRuby) || has(kHerePhp)) return here();
      if (has(kJsx) && (valueExpected() || at(m_at + 1) == u'/')) {
        const qsizetype name = at(m_at + 1) == u'/' ? m_at + 2 : m_at + 1;
        if (!isWordStart(at(name))) return false;
        take(skipWord(m_line, name, u"."), CodeKind::Tag);
        m_previous = u'a';
        return true;
      }
      return false;
    case u'?':
      if (!has(kPhpTags) || at(m_at + 1) != u'>') return false;
      take(m_at + 2, CodeKind::Preprocessor);
      return true;
    default:
      return false;
  }
}

/// The mark and its bracket: R"mark( )mark". `from`: where the prefix begins.
bool CodeScan::rawString(qsizetype from, QStringView word) {
  if (at(m_at) != u'"' || !word.endsWith(u'R')) return false;
  qsizetype open = m_at + 1;
  while (open < m_line.size() && m_line[open] != u'(' && open - m_at <= kLongestRawMark) ++open;
  if (at(open) != u'(') return false;
  const QString end = u')' + m_line.mid(m_at + 1, open - m_at - 1).toString() + u'"';
  m_at = from;
  take(open + 1, CodeKind::String);
  m_open.push(kUntil, static_cast<int>(CodeKind::String), end);
  return true;
}

/// r#"  "#: m_at is at the first "#" or at the quote.
bool CodeScan::rustRaw(qsizetype from) {
  qsizetype quote = m_at;
  while (at(quote) == u'#' && quote - m_at < kMostHashes) ++quote;
  if (at(quote) != u'"') return false;
  const QString end = u'"' + QString(quote - m_at, u'#');
  m_at = from;
  take(quote + 1, CodeKind::String);
  m_open.push(kUntil, static_cast<int>(CodeKind::String), end);
  return true;
}

/// [==[ at `bracket`; the span begins at m_at.
bool CodeScan::longBracket(qsizetype bracket, CodeKind kind) {
  if (at(bracket) != u'[') return false;
  qsizetype second = bracket + 1;
  while (at(second) == u'=' && second - bracket < kLongestEnd - 2) ++second;
  if (at(second) != u'[') return false;
  const QString end = u']' + QString(second - bracket - 1, u'=') + u']';
  take(second + 1, kind);
  m_open.push(kUntil, static_cast<int>(kind), end);
  return true;
}

/// The mark of a here-document, whose text begins in the next line.
bool CodeScan::here() {
  const qsizetype signs = has(kHerePhp) ? 3 : 2;
  if (!hasAt(m_line, m_at, has(kHerePhp) ? QStringView(u"<<<") : QStringView(u"<<"))) return false;
  if (!has(kHerePhp) && at(m_at + 2) == u'<') {  // a here-string of a shell
    m_at += 3;
    return true;
  }
  qsizetype name = m_at + signs;
  int kind = has(kHerePhp) ? kIndented | kEndOnly : 0;
  if (!has(kHerePhp) && (at(name) == u'-' || (has(kHereRuby) && at(name) == u'~'))) {
    kind = kIndented;
    ++name;
  }
  if (has(kHereShell) || has(kHerePhp)) name = skipSpaces(m_line, name);
  const QChar quote = at(name);
  const bool quoted = quote == u'"' || quote == u'\'';
  if (quoted || (has(kHereShell) && quote == u'\\')) ++name;
  // "a << b" of Ruby pushes to a list: only words in capitals directly behind it are meant.
  const bool sure = !has(kHereRuby) || kind != 0 || at(name).isUpper();
  const qsizetype end = isWordStart(at(name)) && sure ? skipWord(m_line, name) : name;
  if (end == name || end - name > kLongestEnd) return false;
  m_hereEnd = m_line.mid(name, end - name).toString();
  m_hereKind = kind;
  take(quoted && at(end) == quote ? end + 1 : end, CodeKind::String);
  return true;
}

/// 'x', '\n', or in Rust a lifetime.
bool CodeScan::character() {
  const qsizetype inside = m_at + 1;
  qsizetype end = -1;
  if (at(inside) == u'\\') {
    for (qsizetype i = inside + 2; i < m_line.size() && i <= inside + kLongestCharacter && end < 0; ++i)
      if (m_line[i] == u'\'') end = i;
  } else if (at(inside) != u'\'' && !at(inside).isNull()) {
    const qsizetype behind = inside + (at(inside).isHighSurrogate() ? 2 : 1);
    if (at(behind) == u'\'') end = behind;
  }
  if (end >= 0) {
    take(end + 1, CodeKind::String);
  } else if (has(kRust) && isWordStart(at(inside))) {
    take(skipWord(m_line, inside), CodeKind::Type);
  } else {
    ++m_at;
  }
  m_previous = u'a';
  return true;
}

bool CodeScan::regex() {
  if (m_noRegex || (has(kJsx) && at(m_at + 1) == u'>')) return false;  // "/>" ends a tag
  bool inClass = false;
  for (qsizetype i = m_at + 1; i < m_line.size(); ++i) {
    const QChar c = m_line[i];
    if (c == u'\\') {
      ++i;
    } else if (c == u'[') {
      inClass = true;
    } else if (c == u']') {
      inClass = false;
    } else if (c == u'/' && !inClass) {
      take(skipWord(m_line, i + 1), CodeKind::String);
      m_previous = u'a';
      return true;
    }
  }
  m_noRegex = true;
  return false;
}

/// $name, ${name}; also inside strings.
bool CodeScan::variable() {
  qsizetype end = m_at + 1;
  if (at(end) == u'{') {
    end = skipWord(m_line, end + 1, u"#!:?*@[]-+=/%.^,$");
    if (at(end) != u'}') return false;
    ++end;
  } else if (isWordStart(at(end))) {
    end = skipWord(m_line, end, u":");
    while (m_line[end - 1] == u':') --end;
  } else if (has(kOptions) && (isDigit(at(end)) || QStringView(u"?#@*!$_").contains(at(end))) && !at(end).isNull()) {
    ++end;
  } else {
    return false;
  }
  take(end, CodeKind::Attribute);
  m_previous = u'a';
  return true;
}

/// $(NAME), ${NAME}, $@.
bool CodeScan::makeVariable() {
  const QChar open = at(m_at + 1);
  if (open == u'(' || open == u'{') {
    const qsizetype end = skipWord(m_line, m_at + 2, u"-.:=%/");
    if (at(end) != (open == u'(' ? u')' : u'}')) {
      // A function of make: $(wildcard *.c).
      take(m_at + 2, CodeKind::Attribute);
      return true;
    }
    take(end + 1, CodeKind::Attribute);
    return true;
  }
  if (open.isNull() || !QStringView(u"@<^*?+%").contains(open)) return false;
  take(m_at + 2, CodeKind::Attribute);
  return true;
}

/// #[derive(Debug)], to its last bracket or to the end of the line.
void CodeScan::rustAttribute(qsizetype bracket) {
  int depth = 0;
  qsizetype end = bracket;
  for (; end < m_line.size(); ++end) {
    if (m_line[end] == u'[') ++depth;
    if (m_line[end] == u']' && --depth == 0) break;
  }
  take(std::min(end + 1, m_line.size()), CodeKind::Preprocessor);
}

void CodeScan::word() {
  const qsizetype from = m_at;
  const qsizetype end = skipWord(m_line, m_at, m_language.wordExtra);
  QStringView word = m_line.mid(from, end - from);
  QString folded;
  if (has(kIgnoreCase) && word.size() <= kLongestFold) {
    folded = word.toString().toLower();
    word = folded;
  }
  // A prefix of a string: the span begins with it.
  const QChar next = at(end);
  m_at = end;
  if ((next == u'"' || next == u'\'' || next == u'#') && word.size() <= 4) {
    if (has(kRawStrings) && rawString(from, word)) return;
    if (has(kRust) && (word == u"r" || word == u"br" || word == u"cr") && rustRaw(from)) return;
    if (m_words.prefixes.contains(word)) {
      if (has(kCharacters) && next == u'\'') {
        const qsizetype begin = m_at;
        m_out.add(from, begin, CodeKind::String);
        static_cast<void>(character());
        return;
      }
      if (string(from)) return;
      m_at = end;
    }
  }
  const bool member = m_previous == u'.' && at(from - 1) == u'.' && at(from - 2) != u'.';
  m_at = from;
  m_previous = u'a';
  if (!member && isKeyword(word)) {
    m_previous = u';';
    return take(end, CodeKind::Keyword);
  }
  if (!member && m_words.types.contains(word)) return take(end, CodeKind::Type);
  const bool call = has(kCalls) && (next == u'(' || (has(kRust) && next == u'!' && at(end + 1) != u'='));
  if (call || (has(kVerbs) && word.contains(u'-'))) return take(next == u'!' && has(kRust) ? end + 1 : end, CodeKind::Function);
  if (has(kCapitals) && word[0].isUpper() && std::any_of(word.begin(), word.end(), [](QChar c) { return c.isLower(); }))
    return take(end, CodeKind::Type);
  m_at = end;
}

void scanCode(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out) {
  CodeScan(language, line, state, out).run();
}
