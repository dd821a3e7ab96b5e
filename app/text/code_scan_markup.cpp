// Pages: HTML and XML with what is embedded in them, and Markdown with its fences.
#include <algorithm>

#include "text/code_scan_p.h"

namespace {

// First character of a state.
constexpr char16_t kInComment = u'C';
constexpr char16_t kInDeclaration = u'D';
constexpr char16_t kInData = u'K';
constexpr char16_t kInTag = u'T';       // then: what it embeds
constexpr char16_t kInValue = u'V';     // then: what its tag embeds, the quote
constexpr char16_t kInEmbedded = u'E';  // then: what, and the state of its language

constexpr char16_t kNothing = u'n';
constexpr char16_t kScript = u's';
constexpr char16_t kStyle = u'y';

class MarkupScan {
 public:
  MarkupScan(QStringView line, CodeState& state, CodeSpans& out) : m_line(line), m_state(state), m_out(out) {}

  void run() {
    // An end of embedded code at the beginning of the line takes no character: the state changes, then something is taken.
    while (m_at < m_line.size() || embeds()) {
      switch (m_state.isEmpty() ? 0 : m_state[0].unicode()) {
        case kInComment:
          until(u"-->", CodeKind::Comment);
          break;
        case kInDeclaration:
          until(u">", CodeKind::Preprocessor);
          break;
        case kInData:
          until(u"]]>", CodeKind::String);
          break;
        case kInTag:
          inTag();
          break;
        case kInValue:
          inValue();
          break;
        case kInEmbedded:
          if (inEmbedded()) return;
          break;
        default:
          m_state.clear();
          inText();
      }
    }
  }

 private:
  [[nodiscard]] bool embeds() const { return !m_state.isEmpty() && m_state[0] == QChar(kInEmbedded); }
  [[nodiscard]] QChar part(qsizetype place) const { return place < m_state.size() ? m_state[place] : QChar(kNothing); }
  void take(qsizetype to, CodeKind kind) {
    m_out.add(m_at, to, kind);
    m_at = to;
  }
  void until(QStringView end, CodeKind kind) {
    const qsizetype found = m_line.indexOf(end, m_at);
    if (found >= 0) m_state.clear();
    take(found < 0 ? m_line.size() : found + end.size(), kind);
  }
  void inText() {
    const qsizetype open = m_line.indexOf(u'<', m_at);
    m_at = open < 0 ? m_line.size() : open;
    if (open < 0) return;
    if (hasAt(m_line, m_at, u"<!--")) {
      m_state = QChar(kInComment);
      return take(m_at + 4, CodeKind::Comment);
    }
    if (hasAt(m_line, m_at, u"<![CDATA[")) {
      m_state = QChar(kInData);
      return take(m_at + 9, CodeKind::Preprocessor);
    }
    if (hasAt(m_line, m_at, u"<!") || hasAt(m_line, m_at, u"<?")) {
      m_state = QChar(kInDeclaration);
      return take(m_at + 2, CodeKind::Preprocessor);
    }
    const bool closes = hasAt(m_line, m_at, u"</");
    const qsizetype name = closes ? m_at + 2 : m_at + 1;
    if (name >= m_line.size() || (!isWordStart(m_line[name]) && m_line[name] != u'>')) {
      ++m_at;
      return;
    }
    const qsizetype end = skipWord(m_line, name, u"-:.");
    const QStringView word = m_line.mid(name, end - name);
    char16_t content = kNothing;
    if (!closes && word.compare(u"script", Qt::CaseInsensitive) == 0) content = kScript;
    if (!closes && word.compare(u"style", Qt::CaseInsensitive) == 0) content = kStyle;
    m_state = QString(QChar(kInTag)) + QChar(content);
    take(end, CodeKind::Tag);
  }
  void inTag() {
    const QChar content = part(1);
    const QChar c = m_line[m_at];
    if (c == u'>' || hasAt(m_line, m_at, u"/>")) {
      const bool opens = c == u'>' && content != QChar(kNothing);
      take(c == u'>' ? m_at + 1 : m_at + 2, CodeKind::Tag);
      m_state = opens ? QString(QChar(kInEmbedded)) + content : QString();
    } else if (c == u'"' || c == u'\'') {
      m_state = QString(QChar(kInValue)) + content + c;
      take(m_at + 1, CodeKind::String);
    } else if (c.isSpace() || c == u'=' || c == u'/') {
      m_equals = c == u'=';
      ++m_at;
      return;
    } else {
      qsizetype end = m_at + 1;
      while (end < m_line.size() && !m_line[end].isSpace() && !QStringView(u"=>\"'/").contains(m_line[end])) ++end;
      take(end, m_equals ? CodeKind::String : CodeKind::Attribute);
    }
    m_equals = false;
  }
  void inValue() {
    const QChar content = part(1);
    const qsizetype end = m_line.indexOf(part(2), m_at);
    take(end < 0 ? m_line.size() : end + 1, CodeKind::String);
    if (end >= 0) m_state = QString(QChar(kInTag)) + content;
  }
  /// Returns whether the line is finished.
  bool inEmbedded() {
    const bool script = part(1) == QChar(kScript);
    const qsizetype found = m_line.indexOf(script ? QStringView(u"</script") : QStringView(u"</style"), m_at, Qt::CaseInsensitive);
    const qsizetype end = found < 0 ? m_line.size() : found;
    const CodeLanguage* language = codeLanguage(script ? u"js" : u"css");
    CodeState inner = m_state.mid(2);
    const qsizetype offset = m_out.offset();
    m_out.setOffset(offset + m_at);
    scanLine(*language, m_line.mid(m_at, end - m_at), inner, m_out);
    m_out.setOffset(offset);
    m_at = end;
    if (found < 0) {
      m_state = m_state.first(std::min<qsizetype>(2, m_state.size())) + inner;
      return true;
    }
    m_state.clear();
    return false;
  }

  QStringView m_line;
  CodeState& m_state;
  CodeSpans& m_out;
  qsizetype m_at = 0;
  bool m_equals = false;  // what follows is a value without quotes
};

// A state of Markdown: 'F', the character of the fence, its length, the length of the language's name, the name, the state of that
// language.
constexpr qsizetype kFenceHead = 4;
constexpr qsizetype kLongestFence = 1000;
constexpr qsizetype kLongestName = 40;

class MarkdownScan {
 public:
  MarkdownScan(QStringView line, CodeState& state, CodeSpans& out) : m_line(line), m_state(state), m_out(out) {}

  void run() {
    m_at = skipSpaces(m_line, 0);
    if (m_state.size() >= kFenceHead) return inFence();
    m_state.clear();
    if (m_at >= m_line.size()) return;
    const QChar c = m_line[m_at];
    if ((c == u'`' || c == u'~') && runOf(m_at) >= 3) return beginFence();
    if (c == u'#' && runOf(m_at) <= 6 && (m_at + runOf(m_at) == m_line.size() || m_line[m_at + runOf(m_at)].isSpace()))
      return take(m_line.size(), CodeKind::Keyword);
    if (c == u'>') return take(m_line.size(), CodeKind::Comment);
    listMark();
    while (m_at < m_line.size()) inlinePart();
  }

 private:
  void take(qsizetype to, CodeKind kind) {
    m_out.add(m_at, to, kind);
    m_at = to;
  }
  /// How often the character at `place` stands there.
  [[nodiscard]] qsizetype runOf(qsizetype place) const {
    qsizetype end = place;
    while (end < m_line.size() && m_line[end] == m_line[place]) ++end;
    return end - place;
  }
  void beginFence() {
    const qsizetype length = std::min(runOf(m_at), kLongestFence);
    const QStringView rest = m_line.mid(m_at + length).trimmed();
    const qsizetype space = rest.indexOf(u' ');
    QStringView name = space < 0 ? rest : rest.first(space);
    if (name.size() > kLongestName) name = {};
    m_state = QString(u'F') + m_line[m_at] + QChar(static_cast<char16_t>(length)) + QChar(static_cast<char16_t>(name.size() + 1)) +
              name.toString();
    take(m_line.size(), CodeKind::Preprocessor);
  }
  void inFence() {
    const qsizetype length = m_state[2].unicode();
    if (m_at < m_line.size() && m_line[m_at] == m_state[1] && runOf(m_at) >= length &&
        skipSpaces(m_line, m_at + runOf(m_at)) == m_line.size()) {
      m_state.clear();
      return take(m_line.size(), CodeKind::Preprocessor);
    }
    const qsizetype head = std::min<qsizetype>(kFenceHead + m_state[3].unicode() - 1, m_state.size());
    const CodeLanguage* language = codeLanguage(QStringView(m_state).mid(kFenceHead, head - kFenceHead));
    // Fences in fences would nest without end.
    if (!language || language->scanner == CodeScanner::Markdown) return;
    CodeState inner = m_state.mid(head);
    scanLine(*language, m_line, inner, m_out);
    m_state = m_state.first(head) + inner;
  }
  void listMark() {
    const QChar c = m_line[m_at];
    qsizetype end = m_at;
    if (c == u'-' || c == u'*' || c == u'+') {
      ++end;
    } else {
      while (end < m_line.size() && isDigit(m_line[end])) ++end;
      if (end == m_at || end >= m_line.size() || (m_line[end] != u'.' && m_line[end] != u')')) return;
      ++end;
    }
    if (end < m_line.size() && m_line[end].isSpace()) take(end, CodeKind::Keyword);
  }
  void inlinePart() {
    const QChar c = m_line[m_at];
    if (c == u'\\') {
      m_at = std::min(m_at + 2, m_line.size());
    } else if (c == u'`' && !m_noTick) {
      const qsizetype run = runOf(m_at);
      const qsizetype end = m_line.indexOf(m_line.mid(m_at, std::min<qsizetype>(run, 2)), m_at + run);
      m_noTick = end < 0;
      if (end >= 0)
        take(end + std::min<qsizetype>(run, 2), CodeKind::String);
      else
        m_at += run;
    } else if (hasAt(m_line, m_at, u"**") && !m_noStars) {
      const qsizetype end = m_line.indexOf(u"**", m_at + 2);
      m_noStars = end < 0;
      if (end >= 0)
        take(end + 2, CodeKind::Type);
      else
        m_at += 2;
    } else if (c == u'[') {
      link();
    } else {
      ++m_at;
    }
  }
  /// [text](address)
  void link() {
    if (m_bracket >= 0 && m_bracket < m_at) m_bracket = m_line.indexOf(u']', m_at);
    const qsizetype close = m_bracket < 0 || m_noLink ? -1 : m_bracket;
    if (close < 0 || !hasAt(m_line, close + 1, u"(")) {
      ++m_at;
      return;
    }
    const qsizetype end = m_line.indexOf(u')', close);
    m_noLink = end < 0;
    if (end < 0) return;
    take(close + 1, CodeKind::String);
    take(end + 1, CodeKind::Attribute);
  }

  QStringView m_line;
  CodeState& m_state;
  CodeSpans& m_out;
  qsizetype m_at = 0;
  qsizetype m_bracket = 0;  // the next "]", -1: none; looked for once
  bool m_noTick = false;    // none closes in the rest of the line
  bool m_noStars = false;
  bool m_noLink = false;
};

}  // namespace

void scanMarkup(QStringView line, CodeState& state, CodeSpans& out) {
  MarkupScan(line, state, out).run();
}

void scanMarkdown(QStringView line, CodeState& state, CodeSpans& out) {
  MarkdownScan(line, state, out).run();
}
