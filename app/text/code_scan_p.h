// The scanners of the highlighter and what they share.
#pragma once

#include <QList>
#include <QString>
#include <QStringView>

#include "text/code_highlighter.h"
#include "text/code_language_p.h"

/// Collects spans in order; neighbours of one kind become one.
class CodeSpans {
 public:
  /// Adds [from, to). Ignores an empty range.
  void add(qsizetype from, qsizetype to, CodeKind kind) {
    if (to <= from) return;
    from += m_offset;
    to += m_offset;
    if (!m_spans.isEmpty() && m_spans.last().kind == kind && m_spans.last().start + m_spans.last().length == from)
      m_spans.last().length += to - from;
    else
      m_spans.append({from, to - from, kind});
  }
  /// What is added next counts from here: a part of the line is scanned by itself.
  void setOffset(qsizetype offset) { m_offset = offset; }
  [[nodiscard]] qsizetype offset() const { return m_offset; }
  [[nodiscard]] QList<CodeSpan> take() { return std::move(m_spans); }

 private:
  QList<CodeSpan> m_spans;
  qsizetype m_offset = 0;
};

/// A stack of open things, kept in the characters of a state: word, length of the word, number, kind; the top is at the end.
class OpenThings {
 public:
  struct Thing {
    char16_t kind = 0;  // 0: nothing is open
    int number = 0;
    QStringView word;
  };

  explicit OpenThings(CodeState& state) : m_state(state) {}

  [[nodiscard]] bool isEmpty() const { return m_state.isEmpty(); }
  [[nodiscard]] Thing top() const;
  /// A stack that is very high stays as it is.
  void push(char16_t kind, int number = 0, QStringView word = {});
  void pop();
  void renumber(int number);

 private:
  [[nodiscard]] qsizetype topSize() const;

  CodeState& m_state;
};

/// The longest words that a state keeps: ends of raw strings and here-documents.
inline constexpr qsizetype kLongestEnd = 64;

[[nodiscard]] inline bool isWordStart(QChar c) {
  const char16_t u = c.unicode();
  return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || u == u'_' || (u >= 128 && c.isLetter());
}
[[nodiscard]] inline bool isDigit(QChar c) {
  return c.unicode() >= u'0' && c.unicode() <= u'9';
}
[[nodiscard]] inline bool isWordPart(QChar c) {
  return isWordStart(c) || isDigit(c) || (c.unicode() >= 128 && c.isMark());
}
/// The first place from `at` on that is not white space, or the end.
[[nodiscard]] inline qsizetype skipSpaces(QStringView line, qsizetype at) {
  while (at < line.size() && line[at].isSpace()) ++at;
  return at;
}
/// As long as the characters belong to words, or to `extra`.
[[nodiscard]] inline qsizetype skipWord(QStringView line, qsizetype at, QStringView extra = {}) {
  while (at < line.size() && (isWordPart(line[at]) || extra.contains(line[at]))) ++at;
  return at;
}
[[nodiscard]] inline bool hasAt(QStringView line, qsizetype at, QStringView part) {
  return !part.isEmpty() && at + part.size() <= line.size() && line[at] == part[0] && line.mid(at, part.size()) == part;
}
/// The end of a number that begins at `at` with a digit, "." or "#".
[[nodiscard]] qsizetype skipNumber(QStringView line, qsizetype at, bool primes);

// Each scans one line: spans into `out`, `state` from the beginning of the line to its end.
void scanCode(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out);
void scanMarkup(QStringView line, CodeState& state, CodeSpans& out);
void scanStyles(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out);
void scanMarkdown(QStringView line, CodeState& state, CodeSpans& out);
void scanDifference(QStringView line, CodeSpans& out);
void scanLatex(QStringView line, CodeState& state, CodeSpans& out);
void scanAssembly(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out);
/// With the scanner of the language.
void scanLine(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out);
