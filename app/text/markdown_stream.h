// Streamed Markdown -> blocks.
//
// The text is cut into segments (paragraph, list, fence, ...) by a line scanner; each segment is parsed by itself with
// md4c. So the result depends only on the text so far, never on how it was cut into deltas, and only the last, open
// segment is parsed again when text arrives. Lines of an open code fence are appended without parsing: a long listing
// costs time linear in its length. Link reference definitions do not reach across segments.
//
// A section <think>...</think> at the beginning becomes one thinking block; so does everything before a lone </think> at
// the start of a line, because some chat templates put the opening tag into the prompt.
#pragma once

#include <QList>
#include <QString>
#include <memory>
#include <optional>

#include "text/line_scanner.h"
#include "text/markdown_block.h"

/// Marks of a thinking section.
inline constexpr QStringView kThinkBegin = u"<think>";
inline constexpr QStringView kThinkEnd = u"</think>";

class MarkdownStream {
 public:
  MarkdownStream();
  ~MarkdownStream();
  MarkdownStream(const MarkdownStream&) = delete;
  MarkdownStream& operator=(const MarkdownStream&) = delete;

  /// Adds text. Ignored after finish().
  void append(const QString& text);
  /// No more text comes: nothing is open any more.
  void finish();

  [[nodiscard]] qsizetype count() const;
  /// Precondition: 0 <= index < count().
  [[nodiscard]] const MarkdownBlock& at(qsizetype index) const;
  /// A copy of all blocks.
  [[nodiscard]] QList<MarkdownBlock> blocks() const;
  /// Blocks before this index are as they were before the last append() or finish().
  [[nodiscard]] qsizetype firstChanged() const { return m_firstChanged; }
  /// Characters parsed or copied so far: the cost, for tests.
  [[nodiscard]] qint64 work() const;
  /// Where the answer begins in the text, after the thinking section.
  [[nodiscard]] qsizetype answerStart() const { return m_answerStart; }

  /// Where a closed block stands in the text: its segment, which it may share with its neighbours.
  struct Source {
    qsizetype start = 0;
    qsizetype end = 0;
    bool operator==(const Source&) const = default;
  };
  /// Of the closed blocks: after finish() of all blocks.
  [[nodiscard]] const QList<Source>& sources() const { return m_sources; }

  /// All blocks of a finished text.
  [[nodiscard]] static QList<MarkdownBlock> parse(const QString& text);
  /// `text` without its thinking section, as it goes back to the model in the next turn.
  [[nodiscard]] static QString withoutThinking(const QString& text);

 private:
  struct Segment {
    qsizetype start = 0;  // in m_text
    qsizetype end = -1;   // after its last complete line; -1: there is no open segment
  };

  void consume();
  bool consumeThinking();
  bool consumeThinkTag(QStringView line);
  void consumeLine(qsizetype end);
  void beginCode(QStringView line);
  void appendCode(QStringView line);
  void closeSegment();
  void turnIntoThinking();
  void closeThinking();
  void feedThinking(qsizetype end);
  void updateTail();
  void updateOpenCode();
  [[nodiscard]] QList<MarkdownBlock> openSegmentBlocks(bool open);
  [[nodiscard]] MarkdownBlock openThinkingBlock();
  [[nodiscard]] QList<MarkdownBlock> parsed(qsizetype start, qsizetype end, bool open);
  [[nodiscard]] QStringView slice(qsizetype start, qsizetype end) const { return QStringView(m_text).mid(start, end - start); }

  QString m_text;
  qsizetype m_pos = 0;  // everything before is consumed; at the start of a line unless thinking
  LineScanner m_scanner;
  Segment m_segment;
  QList<MarkdownBlock> m_closed;
  QList<Source> m_sources;                     // of m_closed
  QList<MarkdownBlock> m_tail;                 // blocks of the open segment and of the incomplete last line
  QList<MarkdownBlock> m_openCache;            // blocks of the open segment without the incomplete line,
  Segment m_openCacheOf;                       // valid for this range
  std::optional<MarkdownBlock> m_code;         // the open code block; m_tail is empty then
  int m_codeLines = 0;                         // complete lines in it
  qsizetype m_codePartial = 0;                 // characters of the incomplete line already in it
  std::unique_ptr<MarkdownStream> m_thinking;  // content of the open thinking section
  QString m_thinkingHtml;                      // of its closed blocks
  qsizetype m_thinkingFlattened = 0;           // how many those are
  bool m_thinkingSeen = false;
  qsizetype m_answerStart = 0;
  qsizetype m_firstChanged = 0;
  qint64 m_work = 0;
  bool m_finished = false;
};
