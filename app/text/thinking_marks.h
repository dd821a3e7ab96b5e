// How a stored answer keeps a model's thinking: as a section <think>...</think> at its beginning, which MarkdownStream shows
// folded and leaves out of later turns.
#pragma once

#include <QString>

/// Writes the deltas of one answer, of which the engine says what they are, as stored text. The marks cannot be confused with
/// the same characters written by a model: inside the thinking and where an answer would be read wrongly, a word joiner (an
/// invisible character) is put behind their "<".
class ThinkingMarks {
 public:
  enum class Kind { Answer, Thinking };

  ThinkingMarks() = default;
  /// Goes on behind a stored text.
  explicit ThinkingMarks(const QString& stored);

  /// What to append to the stored text. Characters that could be the beginning of a mark wait for the next call.
  [[nodiscard]] QString add(Kind kind, const QString& delta);
  /// What still waits, when the answer ends.
  [[nodiscard]] QString finish();

  /// A stored text without the joiners, as the model wrote it.
  [[nodiscard]] static QString plain(QString text);

 private:
  QString thinking(const QString& delta);
  QString answer(const QString& delta);

  QString m_held;                // could begin a mark, or a fence
  Kind m_given = Kind::Answer;   // of the last delta
  Kind m_stored = Kind::Answer;  // what it is stored as
  bool m_begun = false;          // there is text
  bool m_sectioned = false;      // there was a section: later marks mean nothing
  bool m_lineStart = true;       // only white space so far in this line
  bool m_fenced = false;         // in a code fence, where marks mean nothing
};
