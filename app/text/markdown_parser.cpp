#include "text/markdown_parser.h"

#include <md4c.h>

#include <array>
#include <utility>

#include "text/markdown_source.h"
#include "text/math_marks.h"
#include "text/math_text.h"
#include "text/sanitised_html.h"

namespace {

// Deeper lists and quotes are shown at this depth: Qt's rich text lays nested frames out recursively.
constexpr int kMaxDepth = 12;

[[nodiscard]] QString attributeText(const MD_ATTRIBUTE& attribute) {
  QString text;
  for (int i = 0; attribute.text && attribute.substr_offsets[i] < attribute.size; ++i) {
    const MD_OFFSET begin = attribute.substr_offsets[i];
    const QString part = QString::fromUtf8(attribute.text + begin, attribute.substr_offsets[i + 1] - begin);
    text += attribute.substr_types[i] == MD_TEXT_ENTITY ? decodedEntity(part) : part;
  }
  return text;
}

[[nodiscard]] QLatin1String openingTag(MD_SPANTYPE type) {
  switch (type) {
    case MD_SPAN_EM:
      return QLatin1String("<i>");
    case MD_SPAN_STRONG:
      return QLatin1String("<b>");
    case MD_SPAN_CODE:
      return QLatin1String("<code>");
    case MD_SPAN_DEL:
      return QLatin1String("<s>");
    default:
      return {};
  }
}

[[nodiscard]] QLatin1String closingTag(MD_SPANTYPE type) {
  switch (type) {
    case MD_SPAN_EM:
      return QLatin1String("</i>");
    case MD_SPAN_STRONG:
      return QLatin1String("</b>");
    case MD_SPAN_CODE:
      return QLatin1String("</code>");
    case MD_SPAN_DEL:
      return QLatin1String("</s>");
    case MD_SPAN_A:
      return QLatin1String("</a>");
    default:
      return {};
  }
}

/// Receives md4c's callbacks and writes blocks. Containers (lists, quotes) collect html until the outermost one ends.
class BlockWriter {
 public:
  BlockWriter(const QList<HiddenMath>& hidden, SentenceMath formulas) : m_hidden(hidden), m_formulas(formulas) {}
  QList<MarkdownBlock> take() { return std::move(m_blocks); }

  void enterBlock(MD_BLOCKTYPE type, void* detail);
  void leaveBlock(MD_BLOCKTYPE type);
  void enterSpan(MD_SPANTYPE type, void* detail);
  void leaveSpan(MD_SPANTYPE type);
  void text(MD_TEXTTYPE type, const QString& text);

 private:
  /// Open formatting inside one paragraph, heading or cell.
  struct Span {
    MD_SPANTYPE type;
    QString address{};        // links and images
    bool tagged = true;       // an opening tag was written
    qsizetype textStart = 0;  // in m_html
  };

  [[nodiscard]] bool inContainer() const { return m_depth > 0; }
  /// Quotes, lists and items; returns whether it was one.
  bool enterContainerBlock(MD_BLOCKTYPE type, void* detail);
  bool leaveContainerBlock(MD_BLOCKTYPE type);
  void enterContainer(const QString& tag);
  void leaveContainer(const QString& tag, MarkdownBlock::Kind kind);
  void emitBlock(MarkdownBlock block) { m_blocks.append(std::move(block)); }
  void leaveCode();
  void leaveTable();
  [[nodiscard]] bool isInside(MD_SPANTYPE type) const { return m_openCount[type] > 0; }
  void push(Span span);
  void enterLink(Span span);
  void closeSpan();
  void closeSpans();
  void finishInline(MarkdownBlock::Kind kind);
  /// The text of an attribute as it was written.
  [[nodiscard]] QString attribute(const MD_ATTRIBUTE& value) const { return restored(attributeText(value), m_hidden); }
  void words(const QString& text);
  void math(const HiddenMath& hidden);
  void lineBreak();
  /// The box of a task, in front of the first text of its item.
  void writeTaskMark() { m_html += std::exchange(m_taskMark, {}); }

  const QList<HiddenMath>& m_hidden;
  SentenceMath m_formulas;
  QList<MarkdownBlock> m_blocks;
  MarkdownBlock m_block;  // heading, code or table under way
  QString m_html;
  QString m_code;
  QString m_taskMark;
  QStringList m_row;
  QList<Span> m_spans;
  std::array<int, MD_SPAN_U + 1> m_openCount{};  // of each type in m_spans
  int m_depth = 0;
  bool m_inCodeBlock = false;
  bool m_inCell = false;
  bool m_inParagraph = false;  // that stands for itself
  bool m_afterMath = false;    // what is written next follows a displayed formula
};

void BlockWriter::enterContainer(const QString& tag) {
  ++m_depth;
  if (m_depth <= kMaxDepth) m_html += tag;
}

void BlockWriter::leaveContainer(const QString& tag, MarkdownBlock::Kind kind) {
  if (m_depth <= kMaxDepth) m_html += tag;
  --m_depth;
  if (m_depth == 0) finishInline(kind);
}

void BlockWriter::finishInline(MarkdownBlock::Kind kind) {
  MarkdownBlock block;
  block.kind = kind;
  block.html = std::exchange(m_html, {});
  emitBlock(std::move(block));
}

bool BlockWriter::enterContainerBlock(MD_BLOCKTYPE type, void* detail) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      enterContainer(QStringLiteral("<blockquote>"));
      return true;
    case MD_BLOCK_UL:
      enterContainer(QStringLiteral("<ul>"));
      return true;
    case MD_BLOCK_OL: {
      const unsigned start = static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start;
      enterContainer(start == 1 ? QStringLiteral("<ol>") : QStringLiteral("<ol start=\"%1\">").arg(start));
      return true;
    }
    case MD_BLOCK_LI: {
      if (m_depth <= kMaxDepth) m_html += QLatin1String("<li>");
      const auto* item = static_cast<MD_BLOCK_LI_DETAIL*>(detail);
      if (item->is_task) m_taskMark = item->task_mark == ' ' ? QStringLiteral("☐ ") : QStringLiteral("☑ ");
      return true;
    }
    default:
      return false;
  }
}

void BlockWriter::enterBlock(MD_BLOCKTYPE type, void* detail) {
  closeSpans();
  if (type != MD_BLOCK_P) writeTaskMark();
  if (enterContainerBlock(type, detail)) return;
  switch (type) {
    case MD_BLOCK_H:
      m_block = {};
      m_block.level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
      if (inContainer()) m_html += QLatin1String("<p><b>");
      break;
    case MD_BLOCK_P:
      if (inContainer()) m_html += QLatin1String("<p>");
      writeTaskMark();
      m_inParagraph = !inContainer();
      break;
    case MD_BLOCK_CODE:
      m_inCodeBlock = true;
      m_code.clear();
      m_block = {};
      m_block.language = attribute(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->lang);
      break;
    case MD_BLOCK_TABLE:
      m_block = {};
      break;
    case MD_BLOCK_TR:
      m_row.clear();
      if (inContainer()) m_html += QLatin1String("<p>");
      break;
    case MD_BLOCK_TD:
      m_inCell = true;
      break;
    case MD_BLOCK_TH:
      m_inCell = true;
      if (!inContainer()) {
        const MD_ALIGN align = static_cast<MD_BLOCK_TD_DETAIL*>(detail)->align;
        m_block.alignments += align == MD_ALIGN_RIGHT    ? QStringLiteral("right")
                              : align == MD_ALIGN_CENTER ? QStringLiteral("center")
                                                         : QStringLiteral("left");
      }
      break;
    default:
      break;
  }
}

void BlockWriter::leaveCode() {
  m_inCodeBlock = false;
  if (m_code.endsWith(u'\n')) m_code.chop(1);
  if (inContainer()) {
    m_html += QLatin1String("<p><code>") + escapedCode(m_code) + QLatin1String("</code></p>");
    return;
  }
  m_block.kind = MarkdownBlock::Kind::Code;
  m_block.code = std::exchange(m_code, {});
  emitBlock(std::exchange(m_block, {}));
}

void BlockWriter::leaveTable() {
  if (inContainer()) return;
  m_block.kind = MarkdownBlock::Kind::Table;
  emitBlock(std::exchange(m_block, {}));
}

bool BlockWriter::leaveContainerBlock(MD_BLOCKTYPE type) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      leaveContainer(QStringLiteral("</blockquote>"), MarkdownBlock::Kind::Quote);
      return true;
    case MD_BLOCK_UL:
      leaveContainer(QStringLiteral("</ul>"), MarkdownBlock::Kind::List);
      return true;
    case MD_BLOCK_OL:
      leaveContainer(QStringLiteral("</ol>"), MarkdownBlock::Kind::List);
      return true;
    case MD_BLOCK_LI:
      if (m_depth <= kMaxDepth) m_html += QLatin1String("</li>");
      return true;
    default:
      return false;
  }
}

void BlockWriter::leaveBlock(MD_BLOCKTYPE type) {
  closeSpans();
  writeTaskMark();
  if (leaveContainerBlock(type)) return;
  switch (type) {
    case MD_BLOCK_HR:
      if (inContainer())
        m_html += QLatin1String("<p>———</p>");
      else
        finishInline(MarkdownBlock::Kind::Rule);
      break;
    case MD_BLOCK_H:
      if (inContainer()) {
        m_html += QLatin1String("</b></p>");
        break;
      }
      m_block.kind = MarkdownBlock::Kind::Heading;
      m_block.html = std::exchange(m_html, {});
      emitBlock(std::exchange(m_block, {}));
      break;
    case MD_BLOCK_P:
      if (inContainer())
        m_html += QLatin1String("</p>");
      else if (!m_afterMath || !isOnlyPunctuation(m_html))  // "$$x$$." is a formula and nothing
        finishInline(MarkdownBlock::Kind::Paragraph);
      else
        m_html.clear();
      m_inParagraph = m_afterMath = false;
      break;
    case MD_BLOCK_CODE:
      leaveCode();
      break;
    case MD_BLOCK_TABLE:
      leaveTable();
      break;
    case MD_BLOCK_TR:
      if (inContainer())
        m_html += QLatin1String("</p>");
      else
        m_block.rows.append(std::exchange(m_row, {}));
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      m_inCell = false;
      if (inContainer())
        m_html += QLatin1String(" | ");
      else
        m_row.append(std::exchange(m_html, {}));
      break;
    default:
      break;
  }
}

void BlockWriter::push(Span span) {
  ++m_openCount[span.type];
  m_spans.append(std::move(span));
}

/// Html links do not nest; md4c reports an address inside the text of a link as one.
void BlockWriter::enterLink(Span span) {
  const QString href = isInside(MD_SPAN_A) || isInside(MD_SPAN_IMG) ? QString() : safeHref(span.address);
  if (isInside(MD_SPAN_A)) span.address.clear();
  span.tagged = !href.isEmpty();
  if (span.tagged) m_html += QLatin1String("<a href=\"") + href + QLatin1String("\">");
  span.textStart = m_html.size();
  push(std::move(span));
}

void BlockWriter::enterSpan(MD_SPANTYPE type, void* detail) {
  writeTaskMark();
  Span span{type};
  if (type == MD_SPAN_A) {
    span.address = attribute(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
    enterLink(std::move(span));
    return;
  }
  if (type == MD_SPAN_IMG) {
    span.address = attribute(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src);
    m_html += QLatin1String("[image: ");
  }
  span.tagged = !isInside(MD_SPAN_IMG);  // the alternative text is plain
  if (span.tagged) m_html += openingTag(type);
  push(std::move(span));
}

/// Closes the innermost span.
void BlockWriter::closeSpan() {
  const Span span = m_spans.takeLast();
  --m_openCount[span.type];
  const QString address = escapedHtml(span.address);
  if (span.type == MD_SPAN_IMG) {
    const QString href = isInside(MD_SPAN_A) || isInside(MD_SPAN_IMG) ? QString() : safeHref(span.address);
    const QString shown =
        href.isEmpty() ? address : QLatin1String("<a href=\"") + href + QLatin1String("\">") + address + QLatin1String("</a>");
    m_html += QLatin1String("] (") + shown + QLatin1Char(')');
  } else if (span.tagged) {
    m_html += closingTag(span.type);
  } else if (span.type == MD_SPAN_A && !address.isEmpty() && QStringView(m_html).mid(span.textStart) != address) {
    m_html += QLatin1String(" (") + address + QLatin1Char(')');
  }
}

void BlockWriter::closeSpans() {
  while (!m_spans.isEmpty()) closeSpan();
}

/// Around addresses that hold marks, as http://a.b/*c*, md4c reports ends without beginnings and crossed spans.
void BlockWriter::leaveSpan(MD_SPANTYPE type) {
  if (!isInside(type)) return;
  while (m_spans.last().type != type) closeSpan();
  closeSpan();
}

void BlockWriter::lineBreak() {
  if (m_afterMath && m_html.isEmpty()) return;
  // Models break lines where they mean it (verses, addresses), so a soft break is shown too.
  m_html += isInside(MD_SPAN_IMG) ? QStringLiteral(" ") : QStringLiteral("<br>");
}

/// A formula: in its sentence, or a block of its own where it stands in a paragraph and was meant so.
void BlockWriter::math(const HiddenMath& hidden) {
  if (isInside(MD_SPAN_IMG)) {
    m_html += escapedHtml(hidden.source);
    return;
  }
  if (!hidden.display) {
    m_html += m_formulas == SentenceMath::Source ? escapedHtml(hidden.source) : inlineMath(hidden.tex, hidden.source);
    return;
  }
  MathDisplay formula = displayMath(hidden.tex, hidden.source);
  if (!m_inParagraph || !m_spans.isEmpty()) {
    const bool alone = m_html.isEmpty() || m_html.endsWith(u'>');
    if (inContainer() && !alone) m_html += QLatin1String("<br>");
    m_html += m_formulas == SentenceMath::Source ? escapedHtml(hidden.source) : formula.html;
    return;
  }
  while (m_html.endsWith(QLatin1String("<br>"))) m_html.chop(4);
  m_html = m_html.trimmed();
  if (m_html.isEmpty() || (m_afterMath && isOnlyPunctuation(m_html)))
    m_html.clear();
  else
    finishInline(MarkdownBlock::Kind::Paragraph);
  MarkdownBlock block;
  block.kind = MarkdownBlock::Kind::Math;
  block.html = std::move(formula.html);
  block.code = hidden.source;
  block.math = std::move(formula.lines);
  block.boxed = formula.boxed;
  emitBlock(std::move(block));
  m_afterMath = true;
}

/// Without the mark that ends the formula in front of it, unless there is nothing else.
[[nodiscard]] QStringView behindPunctuation(QStringView text) {
  qsizetype n = 0;
  while (n < text.size() && isOnlyPunctuation(text.mid(n, 1))) ++n;
  return n < text.size() ? text.mid(n) : text;
}

void BlockWriter::words(const QString& text) {
  for (const PreparedPart& part : preparedParts(text, m_hidden.size())) {
    if (part.kind == PreparedPart::Kind::Math)
      math(m_hidden[part.hidden]);
    else if (part.kind == PreparedPart::Kind::LineBreak)
      lineBreak();
    else if (m_afterMath && m_html.isEmpty())  // a comma behind a formula does not begin a paragraph
      m_html += escapedHtml(behindPunctuation(part.text));
    else
      m_html += escapedHtml(part.text);
  }
}

void BlockWriter::text(MD_TEXTTYPE type, const QString& text) {
  writeTaskMark();
  if (m_inCodeBlock) {
    m_code += restored(text, m_hidden);
    return;
  }
  switch (type) {
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
      lineBreak();
      break;
    case MD_TEXT_ENTITY:
      m_html += escapedHtml(decodedEntity(text));
      break;
    case MD_TEXT_NULLCHAR:
      m_html += QChar::ReplacementCharacter;
      break;
    case MD_TEXT_CODE: {
      QString code = restored(text, m_hidden);
      if (m_inCell) code.replace(QLatin1String("\\|"), QLatin1String("|"));
      m_html += escapedHtml(code);
      break;
    }
    default:
      words(text);
  }
}

[[nodiscard]] MD_PARSER parserFor() {
  MD_PARSER parser{};
  parser.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEAUTOLINKS |
                 MD_FLAG_NOINDENTEDCODEBLOCKS;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* writer) {
    static_cast<BlockWriter*>(writer)->enterBlock(type, detail);
    return 0;
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* writer) {
    static_cast<BlockWriter*>(writer)->leaveBlock(type);
    return 0;
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* writer) {
    static_cast<BlockWriter*>(writer)->enterSpan(type, detail);
    return 0;
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* writer) {
    static_cast<BlockWriter*>(writer)->leaveSpan(type);
    return 0;
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* writer) {
    static_cast<BlockWriter*>(writer)->text(type, QString::fromUtf8(text, size));
    return 0;
  };
  return parser;
}

}  // namespace

QString toString(MarkdownBlock::Kind kind) {
  switch (kind) {
    case MarkdownBlock::Kind::Paragraph:
      return QStringLiteral("paragraph");
    case MarkdownBlock::Kind::Heading:
      return QStringLiteral("heading");
    case MarkdownBlock::Kind::Code:
      return QStringLiteral("code");
    case MarkdownBlock::Kind::Table:
      return QStringLiteral("table");
    case MarkdownBlock::Kind::List:
      return QStringLiteral("list");
    case MarkdownBlock::Kind::Quote:
      return QStringLiteral("quote");
    case MarkdownBlock::Kind::Rule:
      return QStringLiteral("rule");
    case MarkdownBlock::Kind::Math:
      return QStringLiteral("math");
    case MarkdownBlock::Kind::Thinking:
      return QStringLiteral("thinking");
  }
  return {};
}

QList<MarkdownBlock> parseMarkdown(QStringView segment, SentenceMath formulas) {
  const PreparedMarkdown prepared = prepareMarkdown(segment);
  const QByteArray utf8 = prepared.text.toUtf8();
  const MD_PARSER parser = parserFor();
  BlockWriter writer(prepared.hidden, formulas);
  if (md_parse(utf8.constData(), static_cast<MD_SIZE>(utf8.size()), &parser, &writer) == 0) return writer.take();
  MarkdownBlock block;
  block.html = escapedHtml(segment);
  return {block};
}

QString flattenedHtml(const MarkdownBlock& block) {
  switch (block.kind) {
    case MarkdownBlock::Kind::Heading:
      return QLatin1String("<p><b>") + block.html + QLatin1String("</b></p>");
    case MarkdownBlock::Kind::Code:
      return QLatin1String("<p><code>") + escapedCode(block.code) + QLatin1String("</code></p>");
    case MarkdownBlock::Kind::Table: {
      QString html;
      for (const QStringList& row : block.rows) html += QLatin1String("<p>") + row.join(QLatin1String(" | ")) + QLatin1String("</p>");
      return html;
    }
    case MarkdownBlock::Kind::List:
    case MarkdownBlock::Kind::Quote:
    case MarkdownBlock::Kind::Thinking:
      return block.html;
    case MarkdownBlock::Kind::Rule:
      return QStringLiteral("<p>———</p>");
    case MarkdownBlock::Kind::Paragraph:
    case MarkdownBlock::Kind::Math:
      break;
  }
  return QLatin1String("<p>") + block.html + QLatin1String("</p>");
}
