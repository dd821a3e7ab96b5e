#include "text/markdown_stream.h"

#include <gtest/gtest.h>

#include <random>

#include "app/support/html_check.h"

namespace {

const QStringList kTexts{
    QStringLiteral("# Title\n\nA paragraph with **bold** text\nover two lines.\n\n- one\n- two\n  1. nested\n\n     more\n\nEnd."),
    QStringLiteral("Text\n```python\ndef f():\n    return `x`\n\n\n# not a heading\n```\nafter\n\n~~~\nopen ``` inside\n~~~"),
    QStringLiteral("Here:\n| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | [l](https://x.y) |\n\nafter the table\n***\n> quote\nlazy\n\n> two"),
    QStringLiteral("<think>\nLet me *see*.\n\n```\ncode\n```\n</think>\n\nThe answer is 4."),
    QStringLiteral("Hidden opening\n\nthoughts\n</think>\nAnswer <b>\n\n<think> is only a word here"),
    QStringLiteral("Setext\n======\n\nanother\n---\ntext\r\nwindows\r\n\r\n```\r\ncode\r\n```\r\n"),
    QStringLiteral("1. Do:\n\n   ```sh\n   ls\n   ```\n2. Then\n\n100. no\n-\n- \n*\n**b**\n+ plus\n\ttab\n"),
    QStringLiteral("你好，**世界**。\n\n- 一\n- 二\n\n> 😀 emoji `😀`\n\n![图](http://x/y.png)"),
    QStringLiteral("<think></think>Quick"),
    QStringLiteral("```\nnever closed\n``\n  ```x\n"),
    QStringLiteral("Let $x_1$ and \\(y\\) cost $5 or $6:\n\n$$\nx = \\frac{a}{b}\n\n+ 1\n$$\nso \\[z\\] is\n\\begin{align}\na &= b \\\\\n- "
                   "c\n\\end{align}\n"),
    QStringLiteral("1. A:\n   $$x$$\n   and $y\n2. B $$\n   z\n   $$ c\n\n> $$\n> q > 1\n> $$\n\n| $|a|$ | b<br>c |\n|--|--|\n\n\\[ never "
                   "\\frac{1}{2}\n\n# End"),
    QStringLiteral("**寓意：**词 和**“甲”**乙\n\n- [x] 见https://a.b/c，好\n\n  `$x$`\n\n[^1]: Note $$"),
    QStringLiteral("  <think>unclosed <img src=x> **thought**\n- a\n- b"),
};

/// What a view that follows firstChanged() sees.
class Follower {
 public:
  void look(const MarkdownStream& stream) {
    while (m_blocks.size() > stream.firstChanged()) m_blocks.removeLast();
    for (qsizetype i = m_blocks.size(); i < stream.count(); ++i) m_blocks.append(stream.at(i));
  }
  QList<MarkdownBlock> m_blocks;
};

TEST(MarkdownStream, EveryPrefixInOnePieceEqualsCharacterByCharacter) {
  for (const QString& text : kTexts) {
    MarkdownStream bitByBit;
    for (qsizetype n = 1; n <= text.size(); ++n) {
      bitByBit.append(text.mid(n - 1, 1));
      MarkdownStream atOnce;
      atOnce.append(text.first(n));
      ASSERT_EQ(bitByBit.blocks(), atOnce.blocks()) << qPrintable(text.first(n));
    }
    bitByBit.finish();
    EXPECT_EQ(bitByBit.blocks(), MarkdownStream::parse(text)) << qPrintable(text);
  }
}

TEST(MarkdownStream, AnyCutEqualsOnePiece) {
  std::mt19937 random(7);
  for (const QString& text : kTexts) {
    for (int round = 0; round < 200; ++round) {
      MarkdownStream stream;
      Follower follower;
      for (qsizetype at = 0; at < text.size();) {
        const qsizetype n = 1 + static_cast<qsizetype>(random() % 17);
        stream.append(text.mid(at, n));
        follower.look(stream);
        ASSERT_EQ(follower.m_blocks, stream.blocks()) << qPrintable(text.first(std::min(at + n, text.size())));
        at += n;
      }
      stream.finish();
      follower.look(stream);
      ASSERT_EQ(follower.m_blocks, MarkdownStream::parse(text)) << qPrintable(text);
    }
  }
}

TEST(MarkdownStream, RandomMarksNeverYieldOtherTagsAndAnyCutIsEqual) {
  const QStringList pieces{QStringLiteral("<img src=x>"),
                           QStringLiteral("```"),
                           QStringLiteral("\n"),
                           QStringLiteral("\n\n"),
                           QStringLiteral("- "),
                           QStringLiteral("> "),
                           QStringLiteral("1. "),
                           QStringLiteral("**"),
                           QStringLiteral("`"),
                           QStringLiteral("["),
                           QStringLiteral("](http://x)"),
                           QStringLiteral("](javascript:x)"),
                           QStringLiteral("|"),
                           QStringLiteral("|---|"),
                           QStringLiteral("# "),
                           QStringLiteral("  "),
                           QStringLiteral("word"),
                           QStringLiteral("<think>"),
                           QStringLiteral("</think>"),
                           QStringLiteral("&lt;"),
                           QStringLiteral("!["),
                           QStringLiteral("---"),
                           QStringLiteral("\""),
                           QStringLiteral("~~"),
                           QStringLiteral("$"),
                           QStringLiteral("$$"),
                           QStringLiteral("\\["),
                           QStringLiteral("\\]"),
                           QStringLiteral("\\("),
                           QStringLiteral("\\)"),
                           QStringLiteral("\\frac{a}{b}"),
                           QStringLiteral("\\begin{align}"),
                           QStringLiteral("\\end{align}"),
                           QStringLiteral("x_1"),
                           QStringLiteral("<br>"),
                           QStringLiteral("中："),
                           QStringLiteral("\\\\"),
                           QStringLiteral("https://")};
  std::mt19937 random(11);
  for (int round = 0; round < 1500; ++round) {
    MarkdownStream stream;
    Follower follower;
    QString text;
    for (int i = 0; i < 40; ++i) {
      const QString& piece = pieces[static_cast<qsizetype>(random() % static_cast<unsigned>(pieces.size()))];
      text += piece;
      stream.append(piece);
      follower.look(stream);
      for (const MarkdownBlock& block : follower.m_blocks) ASSERT_EQ(hearth_test::forbiddenPart(block), QString()) << qPrintable(text);
    }
    ASSERT_EQ(follower.m_blocks, stream.blocks()) << qPrintable(text);
    stream.finish();
    ASSERT_EQ(stream.blocks(), MarkdownStream::parse(text)) << qPrintable(text);
  }
}

TEST(MarkdownStream, FinishedBlocksAreNotTouched) {
  MarkdownStream stream;
  stream.append(QStringLiteral("one\n\ntwo\n\nthr"));
  EXPECT_EQ(stream.count(), 3);
  stream.append(QStringLiteral("ee"));
  EXPECT_EQ(stream.firstChanged(), 2);
  EXPECT_TRUE(stream.at(2).open);
  EXPECT_FALSE(stream.at(1).open);
  stream.finish();
  EXPECT_FALSE(stream.at(2).open);
}

TEST(MarkdownStream, LongListingIsLinear) {
  MarkdownStream stream;
  stream.append(QStringLiteral("```cpp\n"));
  qint64 size = 0;
  for (int line = 0; line < 5000; ++line) {
    const QString text = QStringLiteral("    total += values[%1] * weights[%1];\n").arg(line);
    for (qsizetype at = 0; at < text.size(); at += 4) {
      stream.append(text.mid(at, 4));
      size += 4;
    }
  }
  ASSERT_EQ(stream.count(), 1);
  EXPECT_EQ(stream.at(0).code.count(u'\n'), 4999);
  EXPECT_LE(stream.work(), 2 * size);
}

TEST(MarkdownStream, ManyParagraphsAreLinear) {
  MarkdownStream stream;
  qint64 size = 0;
  for (int i = 0; i < 2000; ++i) {
    const QString text = QStringLiteral("Paragraph number %1 with some words.\n\n").arg(i);
    for (qsizetype at = 0; at < text.size(); at += 4) stream.append(text.mid(at, 4));
    size += text.size();
  }
  EXPECT_EQ(stream.count(), 2000);
  EXPECT_LE(stream.work(), 10 * size);  // an open paragraph of 40 characters is parsed about 10 times
}

TEST(MarkdownStream, Thinking) {
  MarkdownStream stream;
  stream.append(QStringLiteral("<thi"));
  EXPECT_EQ(stream.count(), 0);
  stream.append(QStringLiteral("nk>Hm, *so*.</th"));
  ASSERT_EQ(stream.count(), 1);
  EXPECT_EQ(stream.at(0).kind, MarkdownBlock::Kind::Thinking);
  EXPECT_TRUE(stream.at(0).open);
  EXPECT_EQ(stream.at(0).html, QStringLiteral("<p>Hm, <i>so</i>.</p>"));
  stream.append(QStringLiteral("ink>\n\nYes."));
  ASSERT_EQ(stream.count(), 2);
  EXPECT_FALSE(stream.at(0).open);
  EXPECT_EQ(stream.at(1).html, QStringLiteral("Yes."));
}

TEST(MarkdownStream, TextForTheNextTurnHasNoThinking) {
  EXPECT_EQ(MarkdownStream::withoutThinking(QStringLiteral("<think>a</think>\n\nb <think>c")), QStringLiteral("b <think>c"));
  EXPECT_EQ(MarkdownStream::withoutThinking(QStringLiteral("a\n</think>\nb")), QStringLiteral("b"));
  EXPECT_EQ(MarkdownStream::withoutThinking(QStringLiteral("<think>never ends")), QString());
  EXPECT_EQ(MarkdownStream::withoutThinking(QStringLiteral(" as it is ")), QStringLiteral(" as it is "));
}

}  // namespace
