// Which parts of a line of code stand out, and as what. Pure text logic: no colours, no documents.
//
// A line is looked at by itself, with the state that the line before it has left (an open comment, a string over several lines, ...),
// so that code that streams costs one line for every piece of it. Work is linear in the length of a line, whatever is in it.
#pragma once

#include <QList>
#include <QString>
#include <QStringView>

enum class CodeKind {
  Keyword,
  Type,  // types, constants and functions that belong to the language
  String,
  Number,
  Comment,
  Preprocessor,  // directives, decorators, attributes of declarations
  Function,      // the name in front of "("
  Tag,           // of markup, selectors of style sheets, sections
  Attribute,     // of markup, keys, properties, variables with a mark
  Inserted,      // lines of a difference
  Removed,
};

/// A part of a line, in UTF-16 units.
struct CodeSpan {
  qsizetype start = 0;
  qsizetype length = 0;
  CodeKind kind = CodeKind::Keyword;

  bool operator==(const CodeSpan&) const = default;
};

/// What is open at the beginning of a line. Empty: nothing, as in the first line. Its characters mean something to the highlighter of
/// the same language only; one that something else wrote does no harm.
using CodeState = QString;

struct CodeLanguage;

class CodeHighlighter {
 public:
  /// `name`: as models write it behind a fence ("cpp", "C++", "{.python}", "language-js"). An unknown name has no spans.
  explicit CodeHighlighter(QStringView name = {});

  [[nodiscard]] bool isKnown() const { return m_language != nullptr; }
  /// "C++"; empty for an unknown language.
  [[nodiscard]] QString title() const;
  /// A name for a file with such code: "code.cpp", "Dockerfile"; "code.txt" for an unknown language.
  [[nodiscard]] QString fileName() const;

  /// The spans of a line without its line break, in order, not overlapping, none empty. `state`: at the beginning of the line,
  /// then at its end.
  [[nodiscard]] QList<CodeSpan> line(QStringView line, CodeState& state) const;
  /// The state behind some whole lines (the line break behind the last one is not in `text`).
  [[nodiscard]] CodeState after(QStringView text, CodeState state) const;

 private:
  const CodeLanguage* m_language;
};
