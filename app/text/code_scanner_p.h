// The scanner of everything that looks like a programming language, led by the tables: one line of it.
#pragma once

#include <QString>
#include <QStringView>

#include "text/code_scan_p.h"

// Kinds of open things.
inline constexpr char16_t kComment = u'c';  // number: how deep
inline constexpr char16_t kString = u's';   // number: which rule
inline constexpr char16_t kInsert = u'i';   // code inside a string; number: braces that are open in it
inline constexpr char16_t kUntil = u'u';    // up to the word; number: the kind of the span
inline constexpr char16_t kHere = u'h';     // up to a line that is the word; number: what it is, see below
inline constexpr char16_t kBlock = u'b';    // YAML: lines that are indented by more than the number

// What a here-document is: a sum of these.
inline constexpr int kIndented = 1;  // its end may be indented
inline constexpr int kIsComment = 2;
inline constexpr int kEndOnly = 4;  // more may stand behind its end

class CodeScan {
 public:
  CodeScan(const CodeLanguage& language, QStringView line, CodeState& state, CodeSpans& out)
      : m_language(language), m_words(codeWords(language)), m_line(line), m_open(state), m_out(out) {}

  void run() {
    beginLine();
    while (m_at < m_line.size()) {
      const OpenThings::Thing top = m_open.top();
      switch (top.kind) {
        case kComment:
          inComment(top.number);
          break;
        case kString:
          inString(top.number);
          break;
        case kUntil:
          inUntil(top);
          break;
        case 0:
        case kInsert:
          inCode();
          break;
        default:  // a state that does not come from here
          m_open.pop();
      }
    }
    endLine();
  }

 private:
  [[nodiscard]] bool has(CodeTrait trait) const { return m_language.has(trait); }
  [[nodiscard]] QChar at(qsizetype place) const { return place >= 0 && place < m_line.size() ? m_line[place] : QChar(); }
  [[nodiscard]] bool lineStart() const { return m_at == m_lineStart; }
  [[nodiscard]] bool afterSpace() const { return m_at == 0 || m_line[m_at - 1].isSpace(); }
  void take(qsizetype to, CodeKind kind) {
    m_out.add(m_at, to, kind);
    m_at = to;
  }
  /// A value is expected here, so "/" and "<" are no operators.
  [[nodiscard]] bool valueExpected() const {
    return m_previous.isNull() || QStringView(u"(,=:[!&|?{};+*%~^<>").contains(m_previous) || m_previous == u'-';
  }

  void beginLine();
  void endLine();
  void hereLine(const OpenThings::Thing& here);
  bool blockLine(int indent);
  void yamlKey();
  void sectionOrKey();
  void target();
  void directive();
  void inComment(int depth);
  void inString(int rule);
  void inUntil(const OpenThings::Thing& until);
  void inCode();
  bool comment();
  bool string(qsizetype from);
  bool special(QChar c);
  bool rawString(qsizetype from, QStringView word);
  bool rustRaw(qsizetype from);
  bool longBracket(qsizetype bracket, CodeKind kind);
  bool here();
  bool character();
  bool regex();
  bool variable();
  bool makeVariable();
  void rustAttribute(qsizetype bracket);
  void word();
  [[nodiscard]] bool isKeyword(QStringView word) const { return m_words.keywords.contains(word); }

  const CodeLanguage& m_language;
  const CodeWords& m_words;
  QStringView m_line;
  OpenThings m_open;
  CodeSpans& m_out;
  qsizetype m_at = 0;
  qsizetype m_lineStart = 0;  // the first place that is not white space
  QChar m_previous;           // the last character that is not white space; 'a' for a word, ';' for a keyword
  bool m_continues = false;   // the line ends with an escape
  bool m_noRegex = false;     // none can be closed in the rest of the line
  QString m_hereEnd;          // of the here-document that begins in the next line
  int m_hereKind = 0;
};
