// Markdown as a model streams it. First byte: how many of the following bytes are lengths of deltas, used in turn; the rest is
// the text.
#include <QRegularExpression>
#include <QStringList>

#include "app/support/html_check.h"
#include "fuzz/fuzz_support.h"
#include "text/markdown_stream.h"
#include "text/math_text.h"

namespace {

using hearth_fuzz::fail;
using hearth_fuzz::require;

constexpr qsizetype kComparedPrefixes = 40;  // at most; comparing all takes quadratic time

std::string bytes_of(const QString& text) {
  return text.toUtf8().toStdString();
}

/// Every tag that opens is closed in order, as a rich text view needs it.
void check_nesting(const QString& html) {
  static const QRegularExpression tags(QStringLiteral("<(/?)([a-z]+)[^>]*>"));
  QStringList open;
  for (auto it = tags.globalMatch(html); it.hasNext();) {
    const QRegularExpressionMatch tag = it.next();
    const QString name = tag.captured(2);
    if (name == QLatin1String("br")) continue;
    if (tag.capturedLength(1) == 0) {
      if (name == QLatin1String("a") && open.contains(name)) fail("links do not nest", bytes_of(html));
      open.append(name);
    } else {
      if (open.isEmpty() || open.last() != name) fail("tags nest", bytes_of(html));
      open.removeLast();
    }
  }
  if (!open.isEmpty()) fail("tags are closed", bytes_of(html));
}

void check_html(const QString& html) {
  if (html.isEmpty()) return;
  if (!hearth_test::forbiddenPart(html).isEmpty()) fail("only the sanitiser's tags are there", bytes_of(html));
  check_nesting(html);
  for (const QChar c : html) {
    const ushort u = c.unicode();
    if ((u < 0x20 && u != u'\n' && u != u'\t') || u == 0x7f) fail("html holds no control characters", bytes_of(html));
    if ((u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069)) fail("html does not turn the reading direction", bytes_of(html));
  }
}

void check_formula(const QList<MathLine>& lines) {
  for (const MathLine& line : lines) {
    for (const QList<MathPiece>& cell : line) {
      for (const MathPiece& piece : cell) {
        for (const QString& part : {piece.html, piece.above, piece.below}) check_html(part);
        for (const QStringList& row : piece.rows)
          for (const QString& part : row) check_html(part);
      }
    }
  }
}

void check_block(const MarkdownBlock& block) {
  check_html(block.html);
  check_formula(block.math);
  require(block.kind == MarkdownBlock::Kind::Math || block.math.isEmpty(), "only formulas have pieces");
  for (const QStringList& row : block.rows)
    for (const QString& cell : row) check_html(cell);
  require(block.kind != MarkdownBlock::Kind::Heading || (block.level >= 1 && block.level <= 6), "headings have a level");
  require(block.kind != MarkdownBlock::Kind::Table || !block.rows.isEmpty(), "a table has its header");
}

/// What a view sees that only looks at the blocks from firstChanged() on.
class Follower {
 public:
  void look(const MarkdownStream& stream) {
    require(stream.firstChanged() <= stream.count(), "changes are blocks");
    require(stream.firstChanged() <= m_blocks.size(), "nothing between the seen and the changed is left out");
    while (m_blocks.size() > stream.firstChanged()) m_blocks.removeLast();
    for (qsizetype i = m_blocks.size(); i < stream.count(); ++i) {
      m_blocks.append(stream.at(i));
      check_block(m_blocks.last());
    }
  }
  QList<MarkdownBlock> m_blocks;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t cuts = std::min<size_t>(data[0] % 16, size - 1);
  const uint8_t* lengths = data + 1;
  const QString text = QString::fromUtf8(reinterpret_cast<const char*>(data) + 1 + cuts, static_cast<qsizetype>(size - 1 - cuts));

  // As a formula, whatever its marks.
  const MathDisplay formula = displayMath(text, text);
  check_formula(formula.lines);
  check_html(formula.html);
  const QString sentence = inlineMath(text, text);
  check_html(sentence);
  require(sentence.size() <= 40 * text.size() + 64, "a formula is about as long as its source");

  MarkdownStream stream;
  Follower follower;
  size_t turn = 0;
  for (qsizetype at = 0; at < text.size();) {
    const qsizetype length = cuts == 0 ? 1 : 1 + lengths[turn++ % cuts];
    stream.append(text.mid(at, length));
    at = std::min(at + length, text.size());
    follower.look(stream);
    require(follower.m_blocks == stream.blocks(), "firstChanged() names every change");
    if (at % (1 + text.size() / kComparedPrefixes) != 0) continue;
    MarkdownStream atOnce;
    atOnce.append(text.first(at));
    if (stream.blocks() != atOnce.blocks()) fail("the cuts do not matter", bytes_of(text.first(at)));
  }
  stream.finish();
  follower.look(stream);
  require(follower.m_blocks == stream.blocks(), "firstChanged() names every change of finish()");
  if (stream.blocks() != MarkdownStream::parse(text)) fail("streamed or whole, the result is the same", bytes_of(text));
  for (const MarkdownBlock& block : stream.blocks()) require(!block.open, "nothing is open at the end");
  require(stream.answerStart() >= 0 && stream.answerStart() <= text.size(), "the answer begins in the text");
  require(MarkdownStream::withoutThinking(text).size() <= text.size(), "nothing is added to the answer");
  return 0;
}
