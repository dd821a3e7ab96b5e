// Markdown as models write it, where CommonMark would show something else.
#include <gtest/gtest.h>

#include "text/markdown_stream.h"

namespace {

QString html(const char* text) {
  const QList<MarkdownBlock> blocks = MarkdownStream::parse(QString::fromUtf8(text));
  EXPECT_EQ(blocks.size(), 1) << text;
  return blocks.value(0).html;
}

TEST(MarkdownHabits, EmphasisBesideCjkText) {
  EXPECT_EQ(html("**寓意：**词"), QStringLiteral("<b>寓意：</b>词"));
  EXPECT_EQ(html("**数量：**3个，**模型：**Qwen"), QStringLiteral("<b>数量：</b>3个，<b>模型：</b>Qwen"));
  EXPECT_EQ(html("词**“引用”**词"), QStringLiteral("词<b>“引用”</b>词"));
  EXPECT_EQ(html("*注：*词，***粗：***词"), QStringLiteral("<i>注：</i>词，<i><b>粗：</b></i>词"));
  EXPECT_EQ(html("**公式：**$x$"), QStringLiteral("<b>公式：</b><i>x</i>"));
  EXPECT_EQ(html("**Formula:**$x$"), QStringLiteral("<b>Formula:</b><i>x</i>"));
  EXPECT_EQ(html("- **寓意：**词\n- **来源：**书"), QStringLiteral("<ul><li><b>寓意：</b>词</li><li><b>来源：</b>书</li></ul>"));
  EXPECT_EQ(html("**「東京」**は"), QStringLiteral("<b>「東京」</b>は"));
  EXPECT_EQ(html("**(참고)**는"), QStringLiteral("<b>(참고)</b>는"));
}

TEST(MarkdownHabits, OtherEmphasisIsLeftAlone) {
  EXPECT_EQ(html("他说，**重点**是，**甲**，**乙**。"), QStringLiteral("他说，<b>重点</b>是，<b>甲</b>，<b>乙</b>。"));
  EXPECT_EQ(html("**a *b* c** ***d***"), QStringLiteral("<b>a <i>b</i> c</b> <i><b>d</b></i>"));
  EXPECT_EQ(html("**a *b***，**甲：**乙"), QStringLiteral("<b>a <i>b</i></b>，<b>甲：</b>乙"));
  EXPECT_EQ(html("2 * 3 * 4 和 5*6"), QStringLiteral("2 * 3 * 4 和 5*6"));
  EXPECT_EQ(html("`**寓意：**词` \\*\\*甲：\\*\\*乙"), QStringLiteral("<code>**寓意：**词</code> **甲：**乙"));
  EXPECT_EQ(html("**Note:**word"), QStringLiteral("**Note:**word"));
  EXPECT_EQ(html("a\u205fb"), QStringLiteral("a\u2005b"));
}

TEST(MarkdownHabits, BreaksInCells) {
  const auto blocks = MarkdownStream::parse(QStringLiteral("| a | b |\n|---|---|\n| x<br>y<br/>z | `a\\|b` \\| `<br>` |"));
  ASSERT_EQ(blocks.size(), 1);
  ASSERT_EQ(blocks[0].rows.size(), 2);
  EXPECT_EQ(blocks[0].rows[1], QStringList({QStringLiteral("x<br>y<br>z"), QStringLiteral("<code>a|b</code> | <code>&lt;br&gt;</code>")}));
  EXPECT_EQ(html("one<br />two \\<br>"), QStringLiteral("one<br>two &lt;br&gt;"));
  EXPECT_EQ(html("one  \ntwo\\\nthree"), QStringLiteral("one<br>two<br>three"));
}

TEST(MarkdownHabits, TasksKeepTheirBoxBesideTheirText) {
  EXPECT_EQ(html("- [ ] one\n- [x] **two**\n- [X] `three`"),
            QStringLiteral("<ul><li>☐ one</li><li>☑ <b>two</b></li><li>☑ <code>three</code></li></ul>"));
  EXPECT_EQ(html("1. [x] done\n\n   more"), QStringLiteral("<ol><li><p>☑ done</p><p>more</p></li></ol>"));
}

TEST(MarkdownHabits, ListsGoOnBehindCode) {
  const auto blocks = MarkdownStream::parse(QStringLiteral("1. a\n   ```\n   code\n   ```\n   more text\n2. b\n\nIt was in\n1990. A year"));
  ASSERT_EQ(blocks.size(), 5);
  EXPECT_EQ(blocks[2].html, QStringLiteral("more text"));
  EXPECT_EQ(blocks[3].html, QStringLiteral("<ol start=\"2\"><li>b</li></ol>"));
  EXPECT_EQ(blocks[4].html, QStringLiteral("It was in<br>1990. A year"));
}

TEST(MarkdownHabits, NestedListsAndQuotes) {
  EXPECT_EQ(html("3. a\n   - b\n     1. c\n4. d"),
            QStringLiteral("<ol start=\"3\"><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ol>"));
  EXPECT_EQ(html("- a\n\n  second `x`\n\n  > quoted"),
            QStringLiteral("<ul><li><p>a</p><p>second <code>x</code></p><blockquote><p>quoted</p></blockquote></li></ul>"));
  EXPECT_EQ(html("> a\n>> b"), QStringLiteral("<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>"));
}

TEST(MarkdownHabits, DefinitionsAndFootnotesStayReadable) {
  const auto blocks = MarkdownStream::parse(QStringLiteral("See [^1] and [a][b].\n\n[^1]: Note\n[b]: http://x.y/z"));
  ASSERT_EQ(blocks.size(), 2);
  EXPECT_EQ(blocks[0].html, QStringLiteral("See [^1] and [a][b]."));
  EXPECT_EQ(blocks[1].html, QStringLiteral("[^1]: Note<br>[b]: <a href=\"http://x.y/z\">http://x.y/z</a>"));
}

TEST(MarkdownHabits, AddressesBesideCjkText) {
  EXPECT_EQ(html("见https://a.b/c，好"), QStringLiteral("见<a href=\"https://a.b/c\">https://a.b/c</a>，好"));
  EXPECT_EQ(html("见 https://a.b/c。"), QStringLiteral("见 <a href=\"https://a.b/c\">https://a.b/c</a>。"));
  EXPECT_EQ(html("**https://q.r/s**是"), QStringLiteral("<b><a href=\"https://q.r/s\">https://q.r/s</a></b>是"));
  EXPECT_EQ(html("[百科](https://zh.w.org/wiki/排序)"), QStringLiteral("<a href=\"https://zh.w.org/wiki/%E6%8E%92%E5%BA%8F\">百科</a>"));
  EXPECT_EQ(html("见http:// 好"), QStringLiteral("见http:// 好"));
}

TEST(MarkdownHabits, HtmlEmojiAndStrikethroughAreShown) {
  EXPECT_EQ(html("😀 ~~gone~~ <b>x</b> <details>"), QStringLiteral("😀 <s>gone</s> &lt;b&gt;x&lt;/b&gt; &lt;details&gt;"));
}

}  // namespace
