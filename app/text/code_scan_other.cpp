// Style sheets, differences, LaTeX and assembly.
#include <algorithm>

#include "text/code_scan_p.h"

namespace {

// A state of style sheets: what is open, how deep the braces are. Empty: nothing, none.
constexpr char16_t kStylePlain = u'p';
constexpr char16_t kStyleComment = u'c';
constexpr char16_t kStyleValue = u'v';  // behind "name:"
constexpr int kDeepest = 1000;

class StyleScan {
 public:
  StyleScan(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out)
      : m_language(language), m_line(line), m_state(state), m_out(out), m_lastBrace(line.lastIndexOf(u'{')) {
    if (m_state.size() == 2) {
      m_comment = m_state[0] == QChar(kStyleComment);
      m_value = m_state[0] == QChar(kStyleValue);
      m_depth = m_state[1].unicode() - 1;
    }
    m_ends = line.trimmed().endsWith(u';');
  }

  void run() {
    while (m_at < m_line.size()) step();
    if (m_depth == 0 && !m_comment && !m_value)
      m_state.clear();
    else
      m_state = QString(QChar(m_comment ? kStyleComment : m_value ? kStyleValue : kStylePlain)) + QChar(static_cast<char16_t>(m_depth + 1));
  }

 private:
  [[nodiscard]] QChar at(qsizetype place) const { return place >= 0 && place < m_line.size() ? m_line[place] : QChar(); }
  [[nodiscard]] qsizetype name(qsizetype from) const { return skipWord(m_line, from, u"-"); }
  void take(qsizetype to, CodeKind kind) {
    m_out.add(m_at, to, kind);
    m_at = to;
  }
  void step() {
    const QChar c = m_line[m_at];
    if (m_comment || hasAt(m_line, m_at, u"/*")) {
      const qsizetype end = m_line.indexOf(u"*/", m_comment ? m_at : m_at + 2);
      m_comment = end < 0;
      return take(end < 0 ? m_line.size() : end + 2, CodeKind::Comment);
    }
    if (!m_language.comments.isEmpty() && hasAt(m_line, m_at, u"//") && at(m_at - 1) != u':') return take(m_line.size(), CodeKind::Comment);
    if (c == u'"' || c == u'\'') return string(c);
    if (c == u'{' || c == u'}') {
      m_depth = std::clamp(m_depth + (c == u'{' ? 1 : -1), 0, kDeepest);
      m_value = false;
    }
    if (c == u';') m_value = m_rule = false;
    if (c == u'@' && isWordStart(at(m_at + 1))) {
      m_rule = true;
      return take(name(m_at + 1), CodeKind::Keyword);
    }
    if ((c == u'$' || hasAt(m_line, m_at, u"--")) && name(m_at + 1) > m_at + 1) return variable();
    const bool negative = c == u'-' && (isDigit(at(m_at + 1)) || at(m_at + 1) == u'.');
    if (isDigit(c) || (c == u'.' && isDigit(at(m_at + 1))) || negative) return number(negative);
    if (c == u'!' && m_value) return take(name(m_at + 1), CodeKind::Keyword);
    if (c == u'#' && m_value) return take(name(m_at + 1), CodeKind::Number);
    if (!m_value && (c == u'.' || c == u'#') && isWordStart(at(m_at + 1))) return take(name(m_at + 1), CodeKind::Tag);
    if (!m_value && c == u':' && (isWordStart(at(m_at + 1)) || at(m_at + 1) == u':')) return take(name(m_at + 2), CodeKind::Keyword);
    if (isWordStart(c) || (c == u'-' && isWordStart(at(m_at + 1)))) return word();
    ++m_at;
  }
  void string(QChar quote) {
    qsizetype end = m_at + 1;
    while (end < m_line.size() && m_line[end] != quote) end += m_line[end] == u'\\' ? 2 : 1;
    take(std::min(end + 1, m_line.size()), CodeKind::String);
  }
  void variable() {
    take(name(m_at + 1), CodeKind::Attribute);
    if (!m_value && at(skipSpaces(m_line, m_at)) == u':') m_value = true;
  }
  void number(bool negative) {
    qsizetype end = skipNumber(m_line, negative ? m_at + 1 : m_at, false);
    if (at(end) == u'%') ++end;
    take(end, CodeKind::Number);
  }
  void word() {
    const qsizetype end = name(m_at + 1);
    const QChar next = at(end);
    if (m_value) {
      if (next != u'(') {
        m_at = end;
        return;
      }
      const bool address = m_line.mid(m_at, end - m_at) == u"url" && at(end + 1) != u'"' && at(end + 1) != u'\'';
      take(end, CodeKind::Function);
      if (!address) return;
      const qsizetype close = m_line.indexOf(u')', m_at);
      ++m_at;
      return take(close < 0 ? m_line.size() : close, CodeKind::String);
    }
    const bool colon = at(skipSpaces(m_line, end)) == u':';
    const bool inRule = m_rule && at(m_at - 1) == u'(';
    const bool declares = colon && m_lastBrace < m_at && (m_depth > 0 || m_ends);
    if (declares || inRule) {
      take(end, CodeKind::Attribute);
      m_value = declares;
    } else if (m_rule) {
      m_at = end;
    } else {
      take(end, CodeKind::Tag);
    }
  }

  const CodeLanguage& m_language;
  QStringView m_line;
  CodeState& m_state;
  CodeSpans& m_out;
  qsizetype m_at = 0;
  qsizetype m_lastBrace;
  int m_depth = 0;
  bool m_comment = false;
  bool m_value = false;
  bool m_rule = false;  // in the words behind "@name"
  bool m_ends = false;  // the line ends with ";"
};

[[nodiscard]] bool isRegister(QStringView word, const CodeWords& words) {
  if (words.types.contains(word)) return true;
  if (word.size() < 2 || word.size() > 5 || !QStringView(u"rxwvsdqeXRW").contains(word[0])) return false;
  return std::all_of(word.begin() + 1, word.end() - 1, isDigit) &&
         (isDigit(word.last(1)[0]) || QStringView(u"dwb").contains(word.last(1)[0])) && isDigit(word[1]);
}

}  // namespace

void scanStyles(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out) {
  StyleScan(language, line, state, out).run();
}

void scanDifference(QStringView line, CodeSpans& out) {
  const auto whole = [&](CodeKind kind) { out.add(0, line.size(), kind); };
  if (line.startsWith(u"@@")) return whole(CodeKind::Preprocessor);
  if (line.startsWith(u"+++ ") || line.startsWith(u"--- ") || line.startsWith(u"diff ") || line.startsWith(u"index "))
    return whole(CodeKind::Comment);
  if (line.startsWith(u'+')) return whole(CodeKind::Inserted);
  if (line.startsWith(u'-')) return whole(CodeKind::Removed);
}

void scanLatex(QStringView line, CodeState& state, CodeSpans& out) {
  bool noMath = false;
  for (qsizetype at = 0; at < line.size();) {
    const QChar c = line[at];
    if (!state.isEmpty() || hasAt(line, at, u"$$")) {  // a formula over several lines
      const qsizetype end = line.indexOf(u"$$", state.isEmpty() ? at + 2 : at);
      state = end < 0 ? QStringLiteral("M") : QString();
      const qsizetype behind = end < 0 ? line.size() : end + 2;
      out.add(at, behind, CodeKind::String);
      at = behind;
    } else if (c == u'%') {
      out.add(at, line.size(), CodeKind::Comment);
      return;
    } else if (c == u'\\') {
      qsizetype end = skipWord(line, at + 1, u"@*");
      if (end == at + 1) end = std::min(at + 2, line.size());
      out.add(at, end, CodeKind::Keyword);
      const QStringView command = line.mid(at, end - at);
      at = end;
      if ((command != u"\\begin" && command != u"\\end") || !hasAt(line, at, u"{")) continue;
      const qsizetype close = skipWord(line, at + 1, u"*-");
      out.add(at + 1, close, CodeKind::Type);
      at = close;
    } else if (c == u'$' && !noMath) {
      qsizetype end = at + 1;
      while (end < line.size() && line[end] != u'$') end += line[end] == u'\\' ? 2 : 1;
      noMath = end >= line.size();
      if (noMath) {
        ++at;
        continue;
      }
      out.add(at, end + 1, CodeKind::String);
      at = end + 1;
    } else {
      ++at;
    }
  }
}

void scanAssembly(const CodeLanguage& language, QStringView line, CodeState&, CodeSpans& out) {
  const CodeWords& words = codeWords(language);
  bool first = true;  // no instruction has come yet
  for (qsizetype at = 0; at < line.size();) {
    const QChar c = line[at];
    const QChar next = at + 1 < line.size() ? line[at + 1] : QChar(u' ');
    if (c == u';' || (c == u'/' && next == u'/') || (c == u'#' && (next.isSpace() || first))) {
      out.add(at, line.size(), CodeKind::Comment);
      return;
    }
    if (c == u'"' || c == u'\'') {
      qsizetype end = at + 1;
      while (end < line.size() && line[end] != c) end += line[end] == u'\\' ? 2 : 1;
      end = std::min(end + 1, line.size());
      out.add(at, end, CodeKind::String);
      at = end;
    } else if (isWordStart(c) || c == u'.' || (c == u'%' && isWordStart(next))) {
      const qsizetype end = skipWord(line, at + 1, u".$@");
      const QStringView word = line.mid(at, end - at);
      if (first && end < line.size() && line[end] == u':') {
        out.add(at, end, CodeKind::Function);
      } else if (first) {
        out.add(at, end, c == u'.' || c == u'%' ? CodeKind::Preprocessor : CodeKind::Keyword);
        first = false;
      } else if (c == u'%' || isRegister(word, words)) {
        out.add(at, end, CodeKind::Type);
      }
      at = end;
    } else if (isDigit(c) ||
               ((c == u'$' || c == u'#') && (isDigit(next) || (next == u'-' && at + 2 < line.size() && isDigit(line[at + 2]))))) {
      const qsizetype digit = isDigit(c) ? at : next == u'-' ? at + 2 : at + 1;
      const qsizetype end = skipNumber(line, digit, false);
      out.add(at, end, CodeKind::Number);
      at = end;
    } else {
      ++at;
    }
  }
}
