#include "text/code_highlighter.h"

#include <algorithm>

#include "text/code_language_p.h"
#include "text/code_scan_p.h"

namespace {

constexpr qsizetype kHighestStack = 512;  // characters of a state
constexpr int kLargestNumber = 0xfff0;

}  // namespace

CodeHighlighter::CodeHighlighter(QStringView name) : m_language(codeLanguage(name)) {}

QString CodeHighlighter::title() const {
  return m_language ? m_language->title.toString() : QString();
}

QString CodeHighlighter::fileName() const {
  return m_language ? m_language->file.toString() : QStringLiteral("code.txt");
}

QList<CodeSpan> CodeHighlighter::line(QStringView line, CodeState& state) const {
  CodeSpans spans;
  if (m_language) scanLine(*m_language, line, state, spans);
  return spans.take();
}

CodeState CodeHighlighter::after(QStringView text, CodeState state) const {
  if (!m_language) return {};
  for (qsizetype start = 0; start <= text.size();) {
    qsizetype end = text.indexOf(u'\n', start);
    if (end < 0) end = text.size();
    CodeSpans spans;
    scanLine(*m_language, text.mid(start, end - start), state, spans);
    start = end + 1;
  }
  return state;
}

void scanLine(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out) {
  switch (language.scanner) {
    case CodeScanner::Code:
      return scanCode(language, line, state, out);
    case CodeScanner::Markup:
      return scanMarkup(line, state, out);
    case CodeScanner::Styles:
      return scanStyles(language, line, state, out);
    case CodeScanner::Markdown:
      return scanMarkdown(line, state, out);
    case CodeScanner::Differences:
      return scanDifference(line, out);
    case CodeScanner::Latex:
      return scanLatex(line, state, out);
    case CodeScanner::Assembly:
      return scanAssembly(language, line, state, out);
  }
}

qsizetype OpenThings::topSize() const {
  if (m_state.size() < 3) return m_state.size();
  return std::clamp<qsizetype>(3 + m_state[m_state.size() - 3].unicode() - 1, 3, m_state.size());
}

OpenThings::Thing OpenThings::top() const {
  const qsizetype size = m_state.size();
  if (size < 3) return {};
  const qsizetype whole = topSize();
  return {m_state[size - 1].unicode(), std::max(0, m_state[size - 2].unicode() - 1), QStringView(m_state).mid(size - whole, whole - 3)};
}

void OpenThings::push(char16_t kind, int number, QStringView word) {
  if (m_state.size() + word.size() > kHighestStack) return;
  // Counted from one: no character of a state is a zero, which not every string of a window survives.
  m_state += word;
  m_state += QChar(static_cast<char16_t>(word.size() + 1));
  m_state += QChar(static_cast<char16_t>(std::clamp(number, 0, kLargestNumber) + 1));
  m_state += QChar(kind);
}

void OpenThings::pop() {
  m_state.chop(topSize());
}

void OpenThings::renumber(int number) {
  if (m_state.size() < 3) return;
  m_state[m_state.size() - 2] = QChar(static_cast<char16_t>(std::clamp(number, 0, kLargestNumber) + 1));
}

qsizetype skipNumber(QStringView line, qsizetype at, bool primes) {
  const bool hex = hasAt(line, at, u"0x") || hasAt(line, at, u"0X");
  bool dot = line[at] == u'.';
  for (++at; at < line.size(); ++at) {
    const QChar c = line[at];
    const char16_t next = at + 1 < line.size() ? line[at + 1].unicode() : 0;
    if (c == u'.') {
      // A range ("1..5") or a call ("1.max()") is not part of it.
      if (dot || next == u'.' || (isWordStart(QChar(next)) && !QStringView(u"eEfFlLdD").contains(QChar(next)))) break;
      dot = true;
    } else if ((c == u'+' || c == u'-') && !hex && (line[at - 1] == u'e' || line[at - 1] == u'E') && isDigit(QChar(next))) {
      continue;
    } else if (c == u'\'' && primes && isWordPart(QChar(next))) {
      continue;
    } else if (!isDigit(c) && !(isWordStart(c) && c.unicode() < 128)) {
      break;
    }
  }
  return at;
}
