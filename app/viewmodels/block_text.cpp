#include "viewmodels/block_text.h"

#include <QRegularExpression>
#include <QTextBlock>
#include <QTextBoundaryFinder>
#include <QTextDocument>
#include <QTextList>
#include <QTextTable>
#include <algorithm>
#include <utility>

#include "text/backticks.h"

namespace {

using Kind = MarkdownBlock::Kind;

constexpr QChar kSkipped(0x200b);    // the text of the items that Theme.numbered() counts with
constexpr int kMostSkipped = 200;    // as there
constexpr QChar kCellBegin(0xfdd0);  // how a QTextDocument writes the ends of cells and frames
constexpr QChar kCellEnd(0xfdd1);

/// Lists that begin with another number than 1 as the delegate has them, see Theme.numbered().
[[nodiscard]] QString numbered(QString html) {
  static const QRegularExpression start(QStringLiteral("<ol start=\"(\\d+)\">"));
  for (QRegularExpressionMatch match = start.match(html); match.hasMatch(); match = start.match(html, match.capturedStart())) {
    const int skipped = std::clamp(match.captured(1).toInt() - 1, 0, kMostSkipped);
    html.replace(match.capturedStart(), match.capturedLength(),
                 QLatin1String("<ol>") + QStringLiteral("<li>&#8203;</li>").repeated(skipped));
  }
  return html;
}

[[nodiscard]] QString tableHtml(const QList<QStringList>& rows) {
  QString html = QStringLiteral("<table>");
  for (const QStringList& row : rows) {
    html += QLatin1String("<tr>");
    for (const QString& cell : row) html += QLatin1String("<td>") + cell + QLatin1String("</td>");
    html += QLatin1String("</tr>");
  }
  return html + QLatin1String("</table>");
}

[[nodiscard]] bool isLineEnd(QChar c) {
  return c == u'\n' || c == QChar::ParagraphSeparator || c == QChar::LineSeparator || c == kCellBegin || c == kCellEnd;
}

[[nodiscard]] QString script(const QString& text, QChar sign, bool isTeX) {
  if (text.size() <= 1) return sign + text;
  return isTeX ? sign + QLatin1Char('{') + text + QLatin1Char('}') : sign + QLatin1Char('(') + text + QLatin1Char(')');
}

/// Marks of emphasis do not hold beside spaces.
[[nodiscard]] QString marked(const QString& text, const QString& mark) {
  const QString core = text.trimmed();
  if (core.isEmpty()) return text;
  const qsizetype at = text.indexOf(core);
  return text.first(at) + mark + core + mark + text.mid(at + core.size());
}

[[nodiscard]] QString escapedMarkdown(QString text) {
  static const QRegularExpression special(QStringLiteral(R"(([\\`*_\[\]<>|~$]))"));
  return text.replace(special, QStringLiteral(R"(\\1)"));
}

[[nodiscard]] QString codeSpan(const QString& text) {
  const QString mark = backticksAround(text, 1);
  const QString space = text.startsWith(u'`') || text.endsWith(u'`') ? QStringLiteral(" ") : QString();
  return mark + space + text + space + mark;
}

[[nodiscard]] QString formatted(const QString& text, const QTextCharFormat& format) {
  if (format.verticalAlignment() == QTextCharFormat::AlignSuperScript) return script(text, u'^', true);
  if (format.verticalAlignment() == QTextCharFormat::AlignSubScript) return script(text, u'_', true);
  // Only code has a font of its own.
  const bool isCode = format.fontFixedPitch() || !format.fontFamilies().toStringList().isEmpty();
  QString out = isCode ? codeSpan(text) : escapedMarkdown(text);
  if (format.fontStrikeOut()) out = marked(out, QStringLiteral("~~"));
  if (format.fontItalic()) out = marked(out, QStringLiteral("*"));
  if (format.fontWeight() >= QFont::DemiBold) out = marked(out, QStringLiteral("**"));
  if (format.isAnchor() && !format.anchorHref().isEmpty())
    out = QLatin1Char('[') + out + QLatin1String("](") + format.anchorHref() + QLatin1Char(')');
  return out;
}

/// What stands in front of an item of a list, with its indent.
[[nodiscard]] QString itemMark(const QTextBlock& line, QString& text, bool isMarkdown) {
  const QTextList& list = *line.textList();
  const int level = std::max(0, list.format().indent() - 1);
  const QString indent(level * (isMarkdown ? 4 : 2), u' ');
  const bool isNumber = list.format().style() <= QTextListFormat::ListDecimal;
  if (isNumber) return indent + QStringLiteral("%1. ").arg(list.itemNumber(line) + 1);
  for (const auto& [box, mark] : {std::pair{u'☐', "- [ ] "}, std::pair{u'☑', "- [x] "}}) {
    if (!text.startsWith(box)) continue;
    if (!isMarkdown) return indent;
    text = text.mid(2);
    return indent + QLatin1String(mark);
  }
  return indent + (isMarkdown ? QStringLiteral("- ") : QStringLiteral("• "));
}

[[nodiscard]] QString quoted(const QString& text) {
  return QLatin1String("> ") + QString(text).replace(u'\n', QLatin1String("\n> "));
}

}  // namespace

BlockText::BlockText() = default;
BlockText::~BlockText() = default;
BlockText::BlockText(BlockText&&) noexcept = default;

BlockText::BlockText(MarkdownBlock block) : m_block(std::move(block)) {
  if (m_block.kind == Kind::Code) m_text = m_block.code;
  if (m_text || m_block.kind == Kind::Math || m_block.kind == Kind::Rule) return;
  m_document = std::make_unique<QTextDocument>();
  m_document->setUndoRedoEnabled(false);
  m_document->setHtml(m_block.kind == Kind::Table       ? tableHtml(m_block.rows)
                      : m_block.kind == Kind::Paragraph ? QLatin1String("<p>") + m_block.html + QLatin1String("</p>")
                                                        : numbered(m_block.html));
}

BlockText BlockText::ofQuestion(const QString& text) {
  BlockText out;
  out.m_text = text;
  out.m_isQuestion = true;
  return out;
}

int BlockText::length() const {
  if (m_text) return static_cast<int>(m_text->size());
  return m_document ? m_document->characterCount() - 1 : 1;
}

BlockText::Part BlockText::clipped(Part part) const {
  const int end = length();
  return {std::clamp(part.from, 0, end), std::clamp(part.to, 0, end)};
}

QString BlockText::characters() const {
  if (m_text) return *m_text;
  return m_document ? m_document->toRawText().left(length()) : QStringLiteral(" ");
}

QString BlockText::plain(Part part) const {
  return written(clipped(part), Style::Plain);
}

QString BlockText::markdown(Part part) const {
  const Part in = clipped(part);
  QString text = written(in, Style::Markdown);
  if (in.from >= in.to || m_isQuestion) return text;
  switch (m_block.kind) {
    case Kind::Code:
      return codeMarkdown(text);
    case Kind::Heading:
      return in.from == 0 ? QString(std::clamp(m_block.level, 1, 6), u'#') + QLatin1Char(' ') + text : text;
    case Kind::Quote:
    case Kind::Thinking:
      return quoted(text);
    default:
      return text;
  }
}

QString BlockText::codeMarkdown(const QString& code) const {
  const QString fence = fenceFor(code);
  return fence + m_block.language + QLatin1Char('\n') + code + QLatin1Char('\n') + fence;
}

QString BlockText::written(Part part, Style style) const {
  if (part.from >= part.to) return {};
  if (m_text) return m_text->mid(part.from, part.to - part.from);
  if (m_block.kind == Kind::Rule) return QStringLiteral("---");
  if (m_block.kind == Kind::Math) return m_block.code;
  for (const QTextFrame* frame : m_document->rootFrame()->childFrames()) {
    if (const auto* table = qobject_cast<const QTextTable*>(frame)) return rows(*table, part, style);
  }
  const QTextBlock first = m_document->findBlock(part.from);
  const bool manyLines = part.to > first.position() + first.length() - 1;
  QStringList lines;
  int listDepth = 0;
  for (QTextBlock line = first; line.isValid() && line.position() < part.to; line = line.next()) {
    QString text = inlineText(line, part, style);
    if (line.textList()) {
      if (line.text() == kSkipped) continue;
      listDepth = line.textList()->format().indent();
      const bool isWholeItem = part.from <= line.position() && part.to >= line.position() + line.length() - 1;
      if (isWholeItem || manyLines) text.prepend(itemMark(line, text, style == Style::Markdown));
    } else if (m_block.kind == Kind::List && listDepth > 0) {
      text.prepend(QString(listDepth * (style == Style::Markdown ? 4 : 2), u' '));
    } else if (style == Style::Markdown && !lines.isEmpty()) {
      lines.append(QString());  // paragraphs of a quote
    }
    lines.append(text);
  }
  return lines.join(u'\n');
}

QString BlockText::inlineText(const QTextBlock& line, Part part, Style style) const {
  QString out;
  for (auto it = line.begin(); !it.atEnd(); ++it) {
    const QTextFragment fragment = it.fragment();
    const int from = std::max(part.from, fragment.position()) - fragment.position();
    const int to = std::min(part.to, fragment.position() + fragment.length()) - fragment.position();
    if (from >= to) continue;
    QString text = fragment.text().mid(from, to - from);
    text.replace(QChar::LineSeparator, u'\n').replace(QChar::Nbsp, u' ');
    const auto raised = fragment.charFormat().verticalAlignment();
    if (style == Style::Markdown)
      out += formatted(text, fragment.charFormat());
    else if (raised == QTextCharFormat::AlignSuperScript || raised == QTextCharFormat::AlignSubScript)
      out += script(text, raised == QTextCharFormat::AlignSuperScript ? u'^' : u'_', false);
    else
      out += text;
  }
  return out;
}

QString BlockText::cell(const QTextTable& table, int row, int column, Part part, Style style) const {
  const QTextTableCell at = table.cellAt(row, column);
  QStringList lines;
  for (QTextBlock line = m_document->findBlock(at.firstPosition()); line.isValid() && line.position() <= at.lastPosition();
       line = line.next())
    lines.append(inlineText(line, part, style));
  return lines.join(u' ').replace(u'\n', style == Style::Markdown ? QStringLiteral("<br>") : QStringLiteral(" ")).replace(u'\t', u' ');
}

QString BlockText::rows(const QTextTable& table, Part part, Style style) const {
  // A cell's last position is behind its text: an empty cell counts where the part goes over it.
  const auto isIn = [&](int row, int column) {
    const QTextTableCell at = table.cellAt(row, column);
    return std::max(part.from, at.firstPosition()) < std::min(part.to, at.lastPosition() + 1) && part.from <= at.lastPosition() &&
           (part.from < at.lastPosition() || at.firstPosition() == at.lastPosition());
  };
  int firstRow = -1;
  int lastRow = -1;
  int firstColumn = table.columns();
  int lastColumn = -1;
  for (int row = 0; row < table.rows(); ++row) {
    for (int column = 0; column < table.columns(); ++column) {
      if (!isIn(row, column)) continue;
      if (firstRow < 0) firstRow = row;
      lastRow = row;
      firstColumn = std::min(firstColumn, column);
      lastColumn = std::max(lastColumn, column);
    }
  }
  if (firstRow < 0) return {};
  if (firstRow == lastRow && firstColumn == lastColumn) return cell(table, firstRow, firstColumn, part, style);
  // Text of several rows keeps its columns.
  const bool isOneRow = firstRow == lastRow;
  const int left = isOneRow ? firstColumn : 0;
  const int right = isOneRow ? lastColumn : table.columns() - 1;
  const auto line = [&](int row, Part of) {
    QStringList cells;
    for (int column = left; column <= right; ++column) cells.append(cell(table, row, column, of, style));
    return style == Style::Plain ? cells.join(u'\t') : QLatin1String("| ") + cells.join(QLatin1String(" | ")) + QLatin1String(" |");
  };
  QStringList lines;
  // A table of Markdown has a header.
  if (style == Style::Markdown && firstRow > 0) lines.append(line(0, {0, length()}));
  for (int row = firstRow; row <= lastRow; ++row) lines.append(line(row, part));
  if (style == Style::Markdown) {
    QStringList marks;
    for (int column = left; column <= right; ++column) {
      const QString align = m_block.alignments.value(column);
      marks.append(align == u"right" ? QStringLiteral("---:") : align == u"center" ? QStringLiteral(":---:") : QStringLiteral("---"));
    }
    lines.insert(1, QLatin1String("| ") + marks.join(QLatin1String(" | ")) + QLatin1String(" |"));
  }
  return lines.join(u'\n');
}

BlockText::Part BlockText::wordAt(int position) const {
  const QString text = characters();
  const int end = static_cast<int>(text.size());
  if (end == 0) return {};
  int at = std::clamp(position, 0, end);
  if (at == end || isLineEnd(text[at])) at = std::max(0, at - 1);
  QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
  finder.setPosition(at);
  const int from = finder.isAtBoundary() ? at : static_cast<int>(finder.toPreviousBoundary());
  finder.setPosition(from);
  const int to = static_cast<int>(finder.toNextBoundary());
  return {std::max(0, from), to < 0 ? end : to};
}

BlockText::Part BlockText::lineAt(int position) const {
  const QString text = characters();
  const int end = static_cast<int>(text.size());
  int from = std::clamp(position, 0, end);
  int to = from;
  while (from > 0 && !isLineEnd(text[from - 1])) --from;
  while (to < end && !isLineEnd(text[to])) ++to;
  return {from, to};
}
