#include "text/markdown_stream.h"

#include <algorithm>
#include <utility>

#include "text/markdown_parser.h"

namespace {

/// Length of the longest end of `text` that is a proper beginning of `tag`: it may become the tag and is held back.
[[nodiscard]] qsizetype heldBack(QStringView text, QStringView tag) {
  for (qsizetype n = std::min(tag.size() - 1, text.size()); n > 0; --n) {
    if (text.endsWith(tag.first(n))) return n;
  }
  return 0;
}

[[nodiscard]] QStringView withoutIndent(QStringView line, qsizetype most) {
  qsizetype n = 0;
  while (n < most && n < line.size() && line[n] == u' ') ++n;
  return line.mid(n);
}

[[nodiscard]] MarkdownBlock openCodeBlock(QStringView fence) {
  MarkdownBlock block;
  block.kind = MarkdownBlock::Kind::Code;
  block.open = true;
  QStringView info = fence.trimmed();
  while (!info.isEmpty() && (info[0] == u'`' || info[0] == u'~')) info = info.mid(1);
  info = info.trimmed();
  const auto space = std::find_if(info.begin(), info.end(), [](QChar c) { return c.isSpace(); });
  block.language = info.first(space - info.begin()).toString();
  return block;
}

/// The line may be the beginning of a tag at the start of a line.
[[nodiscard]] bool mayBecomeTag(QStringView line) {
  const QStringView trimmed = line.trimmed();
  return !trimmed.isEmpty() && (kThinkBegin.startsWith(trimmed) || kThinkEnd.startsWith(trimmed));
}

[[nodiscard]] qsizetype firstDifference(const QList<MarkdownBlock>& a, const QList<MarkdownBlock>& b) {
  const qsizetype common = std::min(a.size(), b.size());
  for (qsizetype i = 0; i < common; ++i) {
    if (a[i] != b[i]) return i;
  }
  return common;
}

}  // namespace

MarkdownStream::MarkdownStream() = default;
MarkdownStream::~MarkdownStream() = default;

qsizetype MarkdownStream::count() const {
  return m_closed.size() + (m_code ? 1 : m_tail.size());
}

const MarkdownBlock& MarkdownStream::at(qsizetype index) const {
  if (index < m_closed.size()) return m_closed[index];
  return m_code ? *m_code : m_tail[index - m_closed.size()];
}

QList<MarkdownBlock> MarkdownStream::blocks() const {
  return m_code ? m_closed + QList{*m_code} : m_closed + m_tail;
}

qint64 MarkdownStream::work() const {
  return m_work + (m_thinking ? m_thinking->work() : 0);
}

QList<MarkdownBlock> MarkdownStream::parsed(qsizetype start, qsizetype end, bool open) {
  m_work += end - start;
  QList<MarkdownBlock> blocks = parseMarkdown(slice(start, end));
  if (open && !blocks.isEmpty()) blocks.last().open = true;
  return blocks;
}

void MarkdownStream::append(const QString& text) {
  if (m_finished || text.isEmpty()) return;
  m_text += text;
  m_firstChanged = m_closed.size();
  consume();
  updateTail();
}

void MarkdownStream::finish() {
  if (m_finished) return;
  m_firstChanged = m_closed.size();
  m_finished = true;
  if (m_thinking) {
    feedThinking(m_text.size());
    closeThinking();
  } else {
    if (m_pos < m_text.size()) consumeLine(m_text.size());
    closeSegment();
  }
  m_tail.clear();
}

void MarkdownStream::consume() {
  for (;;) {
    if (m_thinking) {
      if (!consumeThinking()) return;
      continue;
    }
    const qsizetype lineBreak = m_text.indexOf(u'\n', m_pos);
    const qsizetype end = lineBreak < 0 ? m_text.size() : lineBreak;
    if (consumeThinkTag(slice(m_pos, end))) continue;
    if (lineBreak < 0) return;
    consumeLine(lineBreak);
  }
}

/// Returns whether the section ended.
bool MarkdownStream::consumeThinking() {
  const qsizetype end = m_text.indexOf(kThinkEnd, m_pos);
  if (end < 0) {
    feedThinking(m_text.size() - heldBack(slice(m_pos, m_text.size()), kThinkEnd));
    return false;
  }
  feedThinking(end);
  closeThinking();
  m_pos = end + kThinkEnd.size();
  m_answerStart = m_pos;
  return true;
}

/// Takes a tag at the start of the line; returns whether there was one.
bool MarkdownStream::consumeThinkTag(QStringView line) {
  if (m_thinkingSeen || m_scanner.kind() == LineScanner::Kind::Code) return false;
  const QStringView trimmed = line.trimmed();
  const qsizetype tagAt = trimmed.isEmpty() ? 0 : trimmed.data() - QStringView(m_text).data();
  if (trimmed.startsWith(kThinkBegin) && m_closed.isEmpty() && m_segment.end < 0) {
    m_thinkingSeen = true;
    m_thinking = std::make_unique<MarkdownStream>();
    m_thinking->m_thinkingSeen = true;  // sections do not nest
    m_pos = tagAt + kThinkBegin.size();
    m_answerStart = m_text.size();
    return true;
  }
  if (trimmed.startsWith(kThinkEnd)) {
    turnIntoThinking();
    m_pos = tagAt + kThinkEnd.size();
    m_answerStart = m_pos;
    return true;
  }
  return false;
}

void MarkdownStream::turnIntoThinking() {
  m_firstChanged = 0;
  m_closed.clear();
  m_sources.clear();
  m_tail.clear();
  m_segment = {};
  m_openCacheOf = {};
  m_scanner = {};
  m_thinkingSeen = true;
  m_thinking = std::make_unique<MarkdownStream>();
  m_thinking->m_thinkingSeen = true;
  const qsizetype end = m_pos;
  m_pos = 0;
  feedThinking(end);
  closeThinking();
}

void MarkdownStream::feedThinking(qsizetype end) {
  m_thinking->append(slice(m_pos, end).toString());
  m_pos = end;
  m_answerStart = m_text.size();
}

void MarkdownStream::closeThinking() {
  m_thinking->finish();
  m_work += m_thinking->work();
  MarkdownBlock block = openThinkingBlock();
  block.open = false;
  if (m_thinking->count() > 0) {  // some models send an empty section to say that they did not think
    m_closed.append(std::move(block));
    m_sources.append({0, m_pos});
  }
  m_thinking.reset();
  m_tail.clear();
}

void MarkdownStream::beginCode(QStringView line) {
  m_tail.clear();
  m_code = openCodeBlock(line);
  m_codeLines = 0;
  m_codePartial = 0;
}

/// Adds a line to the open code block, without what an incomplete form of it has already added.
void MarkdownStream::appendCode(QStringView line) {
  QStringView text = withoutIndent(line, m_scanner.fenceIndent());
  const qsizetype lineBreak = m_codeLines > 0 ? 1 : 0;
  if (lineBreak > 0 && m_codePartial == 0) m_code->code += u'\n';
  text = text.mid(std::max<qsizetype>(m_codePartial - lineBreak, 0));
  m_code->code += text;
  m_work += text.size() + lineBreak;
}

void MarkdownStream::consumeLine(qsizetype end) {
  const qsizetype start = m_pos;
  QStringView line = slice(start, end);
  if (line.endsWith(u'\r')) line.chop(1);
  m_pos = std::min(end + 1, m_text.size());
  const LineScanner::Step step = m_scanner.feed(line);
  if (m_code) {
    if (step.closes) {
      closeSegment();
    } else {
      appendCode(line);
      m_codePartial = 0;
      ++m_codeLines;
    }
    return;
  }
  if (step.action == LineScanner::Action::Blank) {
    if (m_scanner.kind() == LineScanner::Kind::None) closeSegment();
    return;
  }
  if (step.action == LineScanner::Action::Begin) {
    closeSegment();
    m_segment.start = start;
    if (m_scanner.kind() == LineScanner::Kind::Code) beginCode(line);
  }
  m_segment.end = end;
  if (step.closes) closeSegment();
}

void MarkdownStream::closeSegment() {
  if (m_segment.end < 0) return;
  if (m_code) {
    m_code->open = false;
    m_closed.append(std::move(*m_code));
    m_code.reset();
    m_sources.append({m_segment.start, m_pos});
  } else {
    m_closed += parsed(m_segment.start, m_segment.end, false);
    while (m_sources.size() < m_closed.size()) m_sources.append({m_segment.start, m_segment.end});
  }
  m_segment = {};
}

/// Recomputes what is shown of the open segment and of the incomplete last line.
void MarkdownStream::updateTail() {
  if (m_code) {
    updateOpenCode();
    return;
  }
  const QList<MarkdownBlock> before = std::exchange(m_tail, {});
  if (m_thinking) {
    m_tail.append(openThinkingBlock());
  } else {
    const QStringView line = slice(m_pos, m_text.size());
    LineScanner trial = m_scanner;
    const bool shown = !LineScanner::isUndecided(line) && !mayBecomeTag(line);
    const LineScanner::Step step = shown ? trial.feed(line) : LineScanner::Step{};
    if (step.action == LineScanner::Action::Continue) {
      m_tail = parsed(m_segment.start, m_text.size(), true);
    } else {
      m_tail = openSegmentBlocks(step.action != LineScanner::Action::Begin);
      if (step.action == LineScanner::Action::Begin)
        m_tail += trial.kind() == LineScanner::Kind::Code ? QList{openCodeBlock(line)} : parsed(m_pos, m_text.size(), true);
    }
  }
  if (m_firstChanged == m_closed.size())  // nothing closed in this call: perhaps the front of the tail is as it was
    m_firstChanged += firstDifference(before, m_tail);
}

void MarkdownStream::updateOpenCode() {
  m_tail.clear();
  QStringView line = slice(m_pos, m_text.size());
  if (line.endsWith(u'\r'))  // the first half of a line break
    line.chop(1);
  const QStringView trimmed = line.trimmed();
  const bool mayEndFence = m_scanner.isFenceEnd(line) || m_scanner.mayBecomeFenceEnd(trimmed);
  if (trimmed.isEmpty() || mayEndFence) return;
  appendCode(line);
  const qsizetype lineBreak = m_codeLines > 0 ? 1 : 0;
  m_codePartial = withoutIndent(line, m_scanner.fenceIndent()).size() + lineBreak;
}

QList<MarkdownBlock> MarkdownStream::openSegmentBlocks(bool open) {
  if (m_segment.end < 0) return {};
  if (m_openCacheOf.start != m_segment.start || m_openCacheOf.end != m_segment.end) {
    m_openCache = parsed(m_segment.start, m_segment.end, false);
    m_openCacheOf = m_segment;
  }
  QList<MarkdownBlock> blocks = m_openCache;
  if (open && !blocks.isEmpty()) blocks.last().open = true;
  return blocks;
}

MarkdownBlock MarkdownStream::openThinkingBlock() {
  for (; m_thinkingFlattened < m_thinking->m_closed.size(); ++m_thinkingFlattened)
    m_thinkingHtml += flattenedHtml(m_thinking->m_closed[m_thinkingFlattened]);
  MarkdownBlock block;
  block.kind = MarkdownBlock::Kind::Thinking;
  block.open = true;
  block.html = m_thinkingHtml;
  for (qsizetype i = m_thinking->m_closed.size(); i < m_thinking->count(); ++i) block.html += flattenedHtml(m_thinking->at(i));
  return block;
}

QList<MarkdownBlock> MarkdownStream::parse(const QString& text) {
  MarkdownStream stream;
  stream.append(text);
  stream.finish();
  return stream.blocks();
}

QString MarkdownStream::withoutThinking(const QString& text) {
  MarkdownStream stream;
  stream.append(text);
  return stream.answerStart() == 0 ? text : text.mid(stream.answerStart()).trimmed();
}
