#include "text/markdown_parser.h"

#include <gtest/gtest.h>

#include "app/support/html_check.h"
#include "text/markdown_stream.h"
#include "text/sanitised_html.h"

namespace {

using hearth_test::forbiddenPart;
using Kind = MarkdownBlock::Kind;

MarkdownBlock only(const QString& text) {
  const QList<MarkdownBlock> blocks = MarkdownStream::parse(text);
  EXPECT_EQ(blocks.size(), 1) << qPrintable(text);
  return blocks.value(0);
}

TEST(Markdown, Paragraph) {
  const MarkdownBlock block = only(QStringLiteral("a **b** *i* `c<d>` ~~s~~ & <u>\nnext"));
  EXPECT_EQ(block.kind, Kind::Paragraph);
  EXPECT_EQ(block.html, QStringLiteral("a <b>b</b> <i>i</i> <code>c&lt;d&gt;</code> <s>s</s> &amp; &lt;u&gt;<br>next"));
}

TEST(Markdown, FormattingNestsAroundAddresses) {
  // md4c reports the end of emphasis whose beginning became part of an address, and an address inside the text of a link.
  EXPECT_EQ(only(QStringLiteral("x http://a.b/*c* d")).html, QStringLiteral("x <a href=\"http://a.b/*c\">http://a.b/*c</a> d"));
  EXPECT_EQ(only(QStringLiteral("*http://a.b/*c* d*")).html, QStringLiteral("<i><a href=\"http://a.b/*c\">http://a.b/*c</a></i> d"));
  EXPECT_EQ(only(QStringLiteral("[t http://a.b](http://d.e)")).html, QStringLiteral("<a href=\"http://d.e\">t http://a.b</a>"));
}

TEST(Markdown, Heading) {
  const MarkdownBlock block = only(QStringLiteral("### A *title*"));
  EXPECT_EQ(block.kind, Kind::Heading);
  EXPECT_EQ(block.level, 3);
  EXPECT_EQ(block.html, QStringLiteral("A <i>title</i>"));
}

TEST(Markdown, Code) {
  const MarkdownBlock block = only(QStringLiteral("```cpp title\nint a;\n\n  b<c>();\n```"));
  EXPECT_EQ(block.kind, Kind::Code);
  EXPECT_EQ(block.language, QStringLiteral("cpp"));
  EXPECT_EQ(block.code, QStringLiteral("int a;\n\n  b<c>();"));
  EXPECT_FALSE(block.open);
}

TEST(Markdown, CodeInAListIsABlockOfItsOwnWithoutTheIndentation) {
  const auto blocks = MarkdownStream::parse(QStringLiteral("1. Do this:\n\n   ```sh\n   ls\n     -l\n   ```\n2. Then that"));
  ASSERT_EQ(blocks.size(), 3);
  EXPECT_EQ(blocks[1].code, QStringLiteral("ls\n  -l"));
  EXPECT_EQ(blocks[2].html, QStringLiteral("<ol start=\"2\"><li>Then that</li></ol>"));
}

TEST(Markdown, Table) {
  const MarkdownBlock block = only(QStringLiteral("| a | b | c |\n|:--|:-:|--:|\n| **1** | <i> | 3 |"));
  EXPECT_EQ(block.kind, Kind::Table);
  EXPECT_EQ(block.alignments, QStringList({QStringLiteral("left"), QStringLiteral("center"), QStringLiteral("right")}));
  ASSERT_EQ(block.rows.size(), 2);
  EXPECT_EQ(block.rows[1], QStringList({QStringLiteral("<b>1</b>"), QStringLiteral("&lt;i&gt;"), QStringLiteral("3")}));
}

TEST(Markdown, NestedListWithTasks) {
  const MarkdownBlock block = only(QStringLiteral("- [ ] one\n- [x] two\n  - three"));
  EXPECT_EQ(block.kind, Kind::List);
  EXPECT_EQ(block.html, QStringLiteral("<ul><li>☐ one</li><li>☑ two<ul><li>three</li></ul></li></ul>"));
}

TEST(Markdown, QuoteAndRule) {
  const auto blocks = MarkdownStream::parse(QStringLiteral("> wise\n> words\n\n---\n"));
  ASSERT_EQ(blocks.size(), 2);
  EXPECT_EQ(blocks[0].kind, Kind::Quote);
  EXPECT_EQ(blocks[0].html, QStringLiteral("<blockquote><p>wise<br>words</p></blockquote>"));
  EXPECT_EQ(blocks[1].kind, Kind::Rule);
}

TEST(Markdown, LinksOfAllowedSchemesOnly) {
  EXPECT_EQ(only(QStringLiteral("[x](https://a.b/c?d=1&e=2)")).html, QStringLiteral("<a href=\"https://a.b/c?d=1&amp;e=2\">x</a>"));
  EXPECT_EQ(only(QStringLiteral("see https://a.b/c")).html, QStringLiteral("see <a href=\"https://a.b/c\">https://a.b/c</a>"));
  EXPECT_EQ(only(QStringLiteral("[x](mailto:a@b.c)")).html, QStringLiteral("<a href=\"mailto:a@b.c\">x</a>"));
  for (const char* address : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript&colon;alert(1)", "java&#115;cript:alert(1)",
                              "data:text/html,x", "file:///etc/passwd", "vbscript:x", "//host/x", "ftp://h/x", "qrc:/x", "http:"}) {
    const MarkdownBlock block = only(QStringLiteral("[x](%1)").arg(QLatin1String(address)));
    EXPECT_FALSE(block.html.contains(QStringLiteral("<a"))) << address;
    EXPECT_TRUE(block.html.startsWith(QStringLiteral("x (")) || block.html == QStringLiteral("x")) << qPrintable(block.html);
  }
}

TEST(Markdown, ImagesAreText) {
  EXPECT_EQ(only(QStringLiteral("![a *cat*](http://h/c.png \"t\")")).html,
            QStringLiteral("[image: a cat] (<a href=\"http://h/c.png\">http://h/c.png</a>)"));
  EXPECT_EQ(only(QStringLiteral("![a](javascript:x) [![b](http://h/b.png)](http://m)")).html,
            QStringLiteral("[image: a] (javascript:x) <a href=\"http://m\">[image: b] (http://h/b.png)</a>"));
}

TEST(Markdown, HostileTextYieldsNoOtherTags) {
  const QStringList hostile{
      QStringLiteral("<img src=x onerror=alert(1)>"),
      QStringLiteral("<script>alert(1)</script>\n\n<style>*{}</style>"),
      QStringLiteral("<a href=\"javascript:x\">y</a> <https://ok.example/\"onclick=\"x>"),
      QStringLiteral("[a](<http://x/\"><img src=y>)"),
      QStringLiteral("[<img src=x>](http://h/\"onmouseover=x)"),
      QStringLiteral("![<script>](javascript:x)"),
      QStringLiteral("| <img src=x> | b |\n|---|---|\n| <script> | `<b>` |"),
      QStringLiteral("> <iframe>\n- <object data=x>\n1. <p onclick=x>"),
      QStringLiteral("# <h1 onload=x>\n```<b>\n</code><img>\n```\n    <pre>"),
      QStringLiteral("&lt;img&gt; &#60;script&#62; &#x3c;b&#x3E; &#0; &nosuch;"),
      QStringLiteral("<think><img src=x>\n```\n<script>\n```\n</think><b onclick=x>"),
      QStringLiteral("**bold *mix** of* `code **x` ~~a **b~~ c**"),
      QString(QChar(0)) + QStringLiteral("<\u202eimg>") + QChar(0xd800),
  };
  for (const QString& text : hostile) {
    for (const MarkdownBlock& block : MarkdownStream::parse(text)) EXPECT_EQ(forbiddenPart(block), QString()) << qPrintable(text);
  }
}

TEST(Markdown, DeepNestingIsBounded) {
  for (const QString& mark : {QStringLiteral(">"), QStringLiteral("> "), QStringLiteral("- ")}) {
    const auto blocks = MarkdownStream::parse(mark.repeated(10000) + QStringLiteral("x <img>"));
    ASSERT_FALSE(blocks.isEmpty());
    for (const MarkdownBlock& block : blocks) {
      EXPECT_EQ(forbiddenPart(block), QString());
      EXPECT_LE(block.html.count(QStringLiteral("<blockquote>")) + block.html.count(QStringLiteral("<ul>")), 12);
      EXPECT_EQ(block.html.count(QStringLiteral("<blockquote>")), block.html.count(QStringLiteral("</blockquote>")));
    }
  }
}

TEST(Markdown, HugeTable) {
  QString text = QStringLiteral("|") + QStringLiteral(" <b> |").repeated(60) + QStringLiteral("\n|") + QStringLiteral("---|").repeated(60);
  text += (QStringLiteral("\n|") + QStringLiteral(" <i> |").repeated(60)).repeated(2000);
  const MarkdownBlock block = only(text);
  EXPECT_EQ(block.kind, Kind::Table);
  EXPECT_EQ(block.rows.size(), 2001);
  EXPECT_EQ(forbiddenPart(block), QString());
}

TEST(SanitisedHtml, HrefIsEscapedAndBounded) {
  EXPECT_EQ(safeHref(QStringLiteral("https://x/\"><img>")).contains(u'"'), false);
  EXPECT_EQ(safeHref(QStringLiteral("https://x/") + QString(4000, u'a')), QString());
  EXPECT_EQ(safeHref(QStringLiteral("https://x/ y")), QString());
  EXPECT_EQ(safeHref(QStringLiteral("java\nscript:x")), QString());
}

}  // namespace
