// Cuts Markdown into top-level segments, one line at a time.
#pragma once

#include <QChar>
#include <QStringView>

#include "text/math_marks.h"

/// Line by line state machine; small and copyable, so that an incomplete line can be tried on a copy.
///
/// It knows just enough of CommonMark to find borders at which the text can be parsed in pieces. A code fence begins a
/// segment at any indentation, also inside a list: such listings get a block (and a copy button) of their own. So does a line that begins
/// with a displayed formula; while one is open, no line ends the segment, not even an empty one.
class LineScanner {
 public:
  enum class Kind { None, Paragraph, List, Quote, Code };
  enum class Action {
    Continue,  // the line belongs to the open segment
    Begin,     // it closes the open segment and begins another one
    Blank,     // it belongs to nothing; the open segment may have been closed
  };
  struct Step {
    Action action = Action::Blank;
    bool closes = false;  // nothing can follow the line in its segment
  };

  /// Takes the next line, without its line break.
  Step feed(QStringView line);

  /// Kind of the open segment.
  [[nodiscard]] Kind kind() const { return m_kind; }
  /// Spaces before the open code fence; up to as many are taken from its lines.
  [[nodiscard]] qsizetype fenceIndent() const { return m_fenceIndent; }
  /// The line would close the open code fence.
  [[nodiscard]] bool isFenceEnd(QStringView line) const;
  /// The beginning of a line, trimmed, that may close the open code fence when its rest arrives.
  [[nodiscard]] bool mayBecomeFenceEnd(QStringView trimmed) const;

  /// A line that may still become a marker (list, heading, underline, fence) when its rest arrives: not shown until then.
  [[nodiscard]] static bool isUndecided(QStringView line);

 private:
  Step next(QStringView line);
  Step begin(QStringView line, QStringView trimmed);
  Step continueList(QStringView line, QStringView trimmed, qsizetype indent);
  Step continueMath(QStringView line, QStringView trimmed);
  /// Notes whether the line leaves a formula open.
  Step withMath(Step step, QStringView line);
  [[nodiscard]] bool startsFence(QStringView trimmed);

  Kind m_kind = Kind::None;
  QChar m_fenceChar;
  qsizetype m_fenceLength = 0;
  qsizetype m_fenceIndent = 0;
  bool m_blankInList = false;
  bool m_listAround = false;  // a fence or formula stands inside a list that may go on
  bool m_blankSeen = false;   // since
  bool m_lastHadPipe = false;
  MathMark m_math;             // the open formula
  bool m_mathSegment = false;  // the segment began with it
  int m_mathLines = 0;         // in it
  int m_mathBlanks = 0;
};
