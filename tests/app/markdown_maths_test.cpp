// Formulas in Markdown: their marks, what only looks like one, and blocks.
#include <gtest/gtest.h>

#include "app/support/html_check.h"
#include "text/line_scanner.h"
#include "text/markdown_stream.h"

namespace {

using Kind = MarkdownBlock::Kind;

QStringList kinds(const QString& text) {
  QStringList out;
  for (const MarkdownBlock& block : MarkdownStream::parse(text)) out.append(toString(block.kind));
  return out;
}

QString html(const char* text) {
  const QList<MarkdownBlock> blocks = MarkdownStream::parse(QString::fromUtf8(text));
  EXPECT_EQ(blocks.size(), 1) << text;
  return blocks.value(0).html;
}

QStringList kinds(const char* text) {
  return kinds(QString::fromUtf8(text));
}

TEST(MarkdownMaths, MarksInASentence) {
  EXPECT_EQ(html(R"(the $n$th of $x_1$)"), QStringLiteral("the <i>n</i>th of <i>x</i><sub>1</sub>"));
  EXPECT_EQ(html(R"(so \(a_1 * b_2 * c\) is)"), QStringLiteral("so <i>a</i><sub>1</sub> * <i>b</i><sub>2</sub> * <i>c</i> is"));
  EXPECT_EQ(html("**bold $x$** and *it \\(y\\)*"), QStringLiteral("<b>bold <i>x</i></b> and <i>it <i>y</i></i>"));
  EXPECT_EQ(html("**$x$**"), QStringLiteral("<b><i>x</i></b>"));
  EXPECT_EQ(html("面积是$\\pi r^2$。"), QStringLiteral("面积是π<i>r</i><sup>2</sup>。"));
  EXPECT_EQ(html("# $E = mc^2$"), QStringLiteral("<i>E</i> = <i>mc</i><sup>2</sup>"));
  EXPECT_EQ(html("- $x$"), QStringLiteral("<ul><li><i>x</i></li></ul>"));
  EXPECT_EQ(html("> so $x$"), QStringLiteral("<blockquote><p>so <i>x</i></p></blockquote>"));
  EXPECT_EQ(html("\\(a +\nb\\)"), QStringLiteral("<i>a</i> + <i>b</i>"));
}

TEST(MarkdownMaths, MoneyAndEscapesStayWhatTheyAre) {
  for (const char* text :
       {"$5 and $10", "from $5 to $10 or US$7", "$20,000 in cash, $30,000 more", "costs $ 5 $", "a $HOME$PATH b", "just $", "$5-$10",
        "cost: $$ and more", "CA$5, US$6", "价格$5，比$3便宜", "a $x b", "pay $5 for it and get 3$ back"})
    EXPECT_EQ(html(text), QString::fromUtf8(text)) << text;
  EXPECT_EQ(html(R"(\$x\$ and \$5)"), QStringLiteral("$x$ and $5"));
  EXPECT_EQ(html(R"(\[1\] Foo \[a, b\](x) and \(optional\))"), QStringLiteral("[1] Foo [a, b](x) and (optional)"));
  EXPECT_EQ(html(R"(a \\(x\\) b)"), QStringLiteral("a \\(x\\) b"));
}

TEST(MarkdownMaths, CodeHoldsNone) {
  EXPECT_EQ(html("`$x$` and ``\\(y\\)``"), QStringLiteral("<code>$x$</code> and <code>\\(y\\)</code>"));
  EXPECT_EQ(html("`$$` opens and `$$` closes"), QStringLiteral("<code>$$</code> opens and <code>$$</code> closes"));
  const auto blocks = MarkdownStream::parse(QStringLiteral("```\n$$x$$\n\\[\n```\nend"));
  ASSERT_EQ(blocks.size(), 2);
  EXPECT_EQ(blocks[0].code, QStringLiteral("$$x$$\n\\["));
  EXPECT_EQ(html("> ```\n> $x$ <br> **a：**b\n> ```"),
            QStringLiteral("<blockquote><p><code>$x$\u00a0&lt;br&gt;\u00a0**a：**b</code></p></blockquote>"));
  EXPECT_EQ(html("[t](http://a.b/$c$)"), QStringLiteral("<a href=\"http://a.b/$c$\">t</a>"));
  EXPECT_EQ(html("![an $x$](http://a.b)"), QStringLiteral("[image: an $x$] (<a href=\"http://a.b\">http://a.b</a>)"));
}

TEST(MarkdownMaths, DisplayedFormulasAreBlocks) {
  const QStringList around{QStringLiteral("paragraph"), QStringLiteral("math"), QStringLiteral("paragraph")};
  for (const char* text :
       {"so\n$$x = 1$$\nthen", "so\n\n$$\nx = 1\n$$\n\nthen", "so $$x = 1$$ then", "so\n\\[\nx = 1\n\\]\nthen", "so \\[x = 1\\] then",
        "so\n\n\\[\n\nx = 1\n\n\\]\n\nthen", "so\n\\begin{align}\nx = 1\n\\end{align}\nthen", "so: $$\nx\n= 1\n$$\nthen",
        "so\n\n   $$x = 1$$\n\nthen", "so\n$$x = 1$$.\nthen", "so\n\\begin{equation*}x = 1\\end{equation*}\nthen"}) {
    EXPECT_EQ(kinds(text), around) << text;
    EXPECT_EQ(MarkdownStream::parse(QString::fromUtf8(text)).value(1).html, QStringLiteral("<i>x</i> = 1")) << text;
  }
  const auto blocks = MarkdownStream::parse(QStringLiteral("$$\na\n- b\n+ c\n= d\n$$"));
  ASSERT_EQ(blocks.size(), 1);
  EXPECT_EQ(blocks[0].kind, Kind::Math);
  EXPECT_EQ(blocks[0].code, QStringLiteral("$$\na\n- b\n+ c\n= d\n$$"));
  EXPECT_EQ(blocks[0].html, QStringLiteral("<i>a</i> − <i>b</i> + <i>c</i> = <i>d</i>"));
  EXPECT_EQ(kinds("$$x$$\n$$y$$"), QStringList({QStringLiteral("math"), QStringLiteral("math")}));
  EXPECT_EQ(kinds("The sum is $$x$$, fine."), around);
  EXPECT_EQ(MarkdownStream::parse(QStringLiteral("The sum is $$x$$, fine.")).value(2).html, QStringLiteral("fine."));
}

TEST(MarkdownMaths, InListsAndQuotes) {
  EXPECT_EQ(kinds("1. First:\n   $$x = 1$$\n   where x is\n2. Second\n   - nested"),
            QStringList({QStringLiteral("list"), QStringLiteral("math"), QStringLiteral("paragraph"), QStringLiteral("list")}));
  EXPECT_EQ(MarkdownStream::parse(QStringLiteral("1. First:\n   $$x = 1$$\n2. Second")).value(2).html,
            QStringLiteral("<ol start=\"2\"><li>Second</li></ol>"));
  EXPECT_EQ(html("- Speed: $$\n  v\n  $$\n- End"), QStringLiteral("<ul><li>Speed: <br><i>v</i></li><li>End</li></ul>"));
  EXPECT_EQ(html("> $$\n> x > 1\n> $$\n> end"), QStringLiteral("<blockquote><p><i>x</i> &gt; 1<br>end</p></blockquote>"));
}

TEST(MarkdownMaths, InTables) {
  const auto blocks = MarkdownStream::parse(QStringLiteral("| a | b |\n|---|---|\n| $|x|$ | $P(A\\|B)$ |\n| $5 | $6 |"));
  ASSERT_EQ(blocks.size(), 1);
  ASSERT_EQ(blocks[0].rows.size(), 3);
  EXPECT_EQ(blocks[0].rows[1], QStringList({QStringLiteral("|<i>x</i>|"), QStringLiteral("<i>P</i>(<i>A</i>|<i>B</i>)")}));
  EXPECT_EQ(blocks[0].rows[2], QStringList({QStringLiteral("$5"), QStringLiteral("$6")}));
}

TEST(MarkdownMaths, WhatNeverEndsIsItsSource) {
  EXPECT_EQ(html("$$\nx_1 * y *"), QStringLiteral("<code>$$<br>x_1\u00a0*\u00a0y\u00a0*</code>"));
  EXPECT_EQ(html("\\[ x_1"), QStringLiteral("<code>\\[\u00a0x_1</code>"));
  EXPECT_EQ(html("so \\(a_1 + b_"), QStringLiteral("so <code>\\(a_1\u00a0+\u00a0b_</code>"));
  EXPECT_EQ(html("$$\\bad$$"), QStringLiteral("<code>$$\\bad$$</code>"));
  // What follows a formula that was forgotten is Markdown again.
  EXPECT_EQ(kinds("$$x = 1\n\ntext\n\n# Title\n\n- item"),
            QStringList({QStringLiteral("math"), QStringLiteral("paragraph"), QStringLiteral("heading"), QStringLiteral("list")}));
  EXPECT_EQ(kinds("$$x = 1\n```\ncode\n```"), QStringList({QStringLiteral("math"), QStringLiteral("code")}));
}

TEST(MarkdownMaths, AFormulaKeepsItsSegmentOpen) {
  LineScanner scanner;
  EXPECT_EQ(scanner.feed(u"text").action, LineScanner::Action::Begin);
  EXPECT_EQ(scanner.feed(u"$$").action, LineScanner::Action::Begin);
  EXPECT_EQ(scanner.feed(u"").action, LineScanner::Action::Continue);
  EXPECT_EQ(scanner.feed(u"- b").action, LineScanner::Action::Continue);
  EXPECT_TRUE(scanner.feed(u"$$").closes);
  EXPECT_EQ(scanner.feed(u"text").action, LineScanner::Action::Begin);
  // One that never ends does not swallow everything.
  LineScanner open;
  open.feed(u"\\[");
  int lines = 0;
  while (open.feed(u"word").action == LineScanner::Action::Continue && lines < 1000) ++lines;
  EXPECT_LT(lines, 100);
}

TEST(MarkdownMaths, StreamedFormulasCostLittle) {
  MarkdownStream stream;
  qint64 size = 0;
  for (int i = 0; i < 300; ++i) {
    const QString text = QStringLiteral("So $x_%1$ is\n\n$$\nx = \\frac{a}{b}\n$$\n\n").arg(i);
    for (qsizetype at = 0; at < text.size(); at += 4) stream.append(text.mid(at, 4));
    size += text.size();
  }
  EXPECT_EQ(stream.count(), 600);
  EXPECT_LE(stream.work(), 12 * size);
}

TEST(MarkdownMaths, LongHostileTextTakesLinearTime) {
  for (const char* piece : {"$", "$a", "$$", "\\(", "\\[", "\\begin{align}", "$$a$$", "\\(a\\)", "`$", "\\[a\\]", "**：**a",
                            "[a]: ", "<br>", "$a\n", "\\(a ", "见http://"}) {
    const QString text = QString::fromUtf8(piece).repeated(30000);
    for (const MarkdownBlock& block : MarkdownStream::parse(text)) EXPECT_EQ(hearth_test::forbiddenPart(block), QString()) << piece;
  }
}

}  // namespace
