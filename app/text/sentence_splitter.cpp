#include "text/sentence_splitter.h"

#include <QRegularExpression>

#include "text/markdown_stream.h"

namespace {

/// Without the marks of emphasis, headings, quotes, links and table bars.
[[nodiscard]] QString plain(const QString& markdown) {
  static const QRegularExpression lineMarks(QStringLiteral("^\\s*(#{1,6}\\s+|>\\s*|[-*+]\\s+|\\|)"));
  static const QRegularExpression links(QStringLiteral("!?\\[([^\\]]*)\\]\\([^)]*\\)"));
  static const QRegularExpression emphasis(QStringLiteral("[*`~]+|(?<!\\w)_+|_+(?!\\w)"));
  QString text = markdown;
  text.remove(lineMarks);
  text.replace(links, QStringLiteral("\\1"));
  text.remove(emphasis);
  text.replace(u'|', u' ');
  return text.simplified();
}

/// Where the first sentence of `text` ends, after its mark; -1: not yet. A dot needs a space behind it ("3.5" is no end).
[[nodiscard]] qsizetype sentenceEnd(const QString& text) {
  for (qsizetype i = 0; i < text.size(); ++i) {
    const QChar c = text[i];
    if (QStringView(u"。！？").contains(c)) return i + 1;
    if (QStringView(u".!?…").contains(c) && i + 1 < text.size() && text[i + 1].isSpace() && i > 1) return i + 1;
  }
  return -1;
}

[[nodiscard]] bool isCode(const LineScanner& scanner) {
  return scanner.kind() == LineScanner::Kind::Code;
}

}  // namespace

void SentenceSplitter::takeSentences(bool atLineEnd, QStringList& out) {
  for (qsizetype end = sentenceEnd(m_line); end > 0; end = sentenceEnd(m_line)) {
    if (const QString sentence = plain(m_line.left(end)); !sentence.isEmpty()) out.append(sentence);
    m_line.remove(0, end);
  }
  if (!atLineEnd) return;
  if (const QString sentence = plain(m_line); !sentence.isEmpty()) out.append(sentence);
  m_line.clear();
}

void SentenceSplitter::takeLine(QStringView line, QStringList& out) {
  if (!m_begun && line.trimmed().startsWith(kThinkBegin)) m_thinking = true;
  m_begun = m_begun || !line.trimmed().isEmpty();
  if (m_thinking) {
    const qsizetype end = line.indexOf(kThinkEnd);
    m_line.clear();
    if (end < 0) return;
    m_thinking = false;
    takeLine(line.mid(end + kThinkEnd.size()), out);
    return;
  }
  const bool wasCode = isCode(m_scanner);
  const bool closes = m_scanner.feed(line).closes;
  if (wasCode || isCode(m_scanner)) {
    m_line.clear();
    if (!wasCode)
      m_codeLines = 0;
    else if (closes)
      out.append(kCodeMark + QString::number(m_codeLines));
    else
      ++m_codeLines;
    return;
  }
  takeSentences(true, out);
}

QStringList SentenceSplitter::feed(const QString& delta) {
  QStringList out;
  qsizetype from = 0;
  for (qsizetype end = delta.indexOf(u'\n'); end >= 0; end = delta.indexOf(u'\n', from)) {
    m_line += QStringView(delta).mid(from, end - from);
    const QString line = m_line;
    takeLine(line, out);
    from = end + 1;
  }
  m_line += QStringView(delta).mid(from);
  const QStringView open = QStringView(m_line).trimmed();
  const bool undecided =
      isCode(m_scanner) || m_thinking || open.startsWith(u'`') || open.startsWith(u'~') || (!m_begun && open.startsWith(u'<'));
  if (!undecided) {
    const qsizetype before = out.size();
    takeSentences(false, out);
    m_begun = m_begun || out.size() > before;
  }
  return out;
}

QStringList SentenceSplitter::finish() {
  QStringList out;
  const QString line = m_line;
  if (!line.isEmpty()) takeLine(line, out);
  if (isCode(m_scanner)) out.append(kCodeMark + QString::number(m_codeLines));
  *this = {};
  return out;
}
