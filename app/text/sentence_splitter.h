// Streamed Markdown -> sentences to be read aloud, as soon as each is complete.
#pragma once

#include <QString>
#include <QStringList>

#include "text/line_scanner.h"

/// Takes text in pieces and gives out finished sentences without Markdown marks. The thinking section and code are not read out:
/// for a listing its number of lines is given, as "\x01" and the number, for the caller to word.
class SentenceSplitter {
 public:
  /// Marks a sentence that stands for a code block; the number of its lines follows.
  static constexpr QChar kCodeMark = QChar(1);

  /// Returns the sentences that `delta` has completed.
  [[nodiscard]] QStringList feed(const QString& delta);
  /// The rest, when the answer is over.
  [[nodiscard]] QStringList finish();

 private:
  void takeLine(QStringView line, QStringList& out);
  void takeSentences(bool atLineEnd, QStringList& out);

  QString m_line;         // the line under way, as far as it has not been given out
  LineScanner m_scanner;  // knows whether a line is code
  int m_codeLines = 0;
  bool m_thinking = false;
  bool m_begun = false;
};
