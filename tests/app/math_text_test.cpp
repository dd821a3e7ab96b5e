#include "text/math_text.h"

#include <gtest/gtest.h>

#include <random>

#include "app/support/html_check.h"
#include "app/support/math_formulas.h"

namespace {

using hearth_test::forbiddenPart;
using Piece = MathPiece::Kind;

QString inlined(const char* tex) {
  const QString text = QString::fromUtf8(tex);
  return inlineMath(text, text);
}

MathDisplay displayed(const char* tex) {
  const QString text = QString::fromUtf8(tex);
  return displayMath(text, text);
}

/// The kinds of a line's pieces: "tfsdg".
QString kinds(const MathLine& line) {
  QString out;
  for (const QList<MathPiece>& cell : line) {
    for (const MathPiece& piece : cell) out += QStringLiteral("tfsdg")[static_cast<int>(piece.kind)];
    out += u' ';
  }
  return out.trimmed();
}

MarkdownBlock blockOf(const MathDisplay& display) {
  MarkdownBlock block;
  block.html = display.html;
  block.math = display.lines;
  return block;
}

qsizetype lengthOf(const MathDisplay& display) {
  qsizetype length = display.html.size();
  for (const MathLine& line : display.lines)
    for (const QList<MathPiece>& cell : line)
      for (const MathPiece& piece : cell) {
        length += piece.html.size() + piece.above.size() + piece.below.size();
        for (const QStringList& row : piece.rows) length += row.join(QString()).size();
      }
  return length;
}

TEST(MathText, WhatModelsWrite) {
  ASSERT_GE(std::size(hearth_test::kFormulas), 150U);
  for (const hearth_test::Formula& formula : hearth_test::kFormulas)
    EXPECT_EQ(inlined(formula.tex).toStdString(), std::string(formula.html)) << formula.tex;
}

TEST(MathText, WhatIsNotUnderstoodIsItsSource) {
  for (const char* tex : {R"(\unknowncommand{x})",
                          R"(\frac{a})",
                          R"(a^b^c)",
                          R"(a_b_c)",
                          R"(x_)",
                          R"({)",
                          R"(})",
                          R"(\left( x)",
                          R"(x \right))",
                          R"(\begin{foo} x \end{foo})",
                          R"(\begin{pmatrix} a)",
                          R"(\begin{pmatrix} a \end{bmatrix})",
                          R"(\end{pmatrix})",
                          R"(\sqrt[3)",
                          R"(\text{open)",
                          R"(\)",
                          R"(\not)",
                          R"(#1)",
                          R"(\newcommand{\x}{y})",
                          R"(\ce{\frac{a}{b}})",
                          R"(\color{red)",
                          R"(\middle)",
                          R"(\operatorname{\sin})",
                          R"(\frac{\bad}{x} + <img src=y>)",
                          R"(x + \bad^2)"}) {
    const QString html = inlined(tex);
    EXPECT_TRUE(html.startsWith(QStringLiteral("<code>")) && html.endsWith(QStringLiteral("</code>"))) << tex << " " << qPrintable(html);
    EXPECT_EQ(forbiddenPart(html), QString()) << tex;
    EXPECT_TRUE(displayed(tex).lines.isEmpty()) << tex;
    EXPECT_EQ(displayed(tex).html, html) << tex;
  }
  EXPECT_EQ(inlineMath(u"\\bad", u"$\\bad$"), QStringLiteral("<code>$\\bad$</code>"));
}

TEST(MathText, DisplayedFormulasAreCutIntoPieces) {
  const MathDisplay roots = displayed(R"(x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a})");
  ASSERT_EQ(roots.lines.size(), 1);
  ASSERT_EQ(kinds(roots.lines[0]), QStringLiteral("tf"));
  EXPECT_EQ(roots.lines[0][0][1].below, QStringLiteral("2<i>a</i>"));
  EXPECT_FALSE(roots.boxed);

  const MathDisplay sum = displayed(R"(\sum_{i=1}^{n} i = \frac{n(n+1)}{2} - 1)");
  ASSERT_EQ(kinds(sum.lines[0]), QStringLiteral("stft"));
  EXPECT_EQ(sum.lines[0][0][0].above, QStringLiteral("<i>n</i>"));
  EXPECT_EQ(sum.lines[0][0][3].html, QStringLiteral("− 1"));  // between two things, not a sign

  EXPECT_EQ(displayed(R"(a, \quad \frac{b}{c})").lines[0][0][0].html, QStringLiteral("<i>a</i>,\u00a0\u00a0"));
  EXPECT_EQ(kinds(displayed(R"(\left(\frac{a}{b}\right)^2)").lines[0]), QStringLiteral("dfds"));
  EXPECT_EQ(kinds(displayed(R"(A = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix})").lines[0]), QStringLiteral("tdgd"));
  EXPECT_EQ(kinds(displayed(R"(|x| = \begin{cases} x & x > 0 \\ -x & x \le 0 \end{cases})").lines[0]), QStringLiteral("tdg"));
  EXPECT_EQ(kinds(displayed(R"(\binom{n}{k} = \frac{n!}{k!(n-k)!})").lines[0]), QStringLiteral("dgdtf"));
}

TEST(MathText, AlignedEquationsAreLinesOfCells) {
  for (const char* tex :
       {R"(\begin{align} a &= b \\ c &= d + e \end{align})", R"(\begin{aligned} a &= b \\[4pt] c &= d + e \\ \end{aligned})",
        R"(a &= b \\ c &= d + e)", R"(\begin{equation*}\begin{split} a &= b \\ c &= d + e \end{split}\end{equation*})"}) {
    const MathDisplay display = displayed(tex);
    ASSERT_EQ(display.lines.size(), 2) << tex;
    ASSERT_EQ(display.lines[1].size(), 2) << tex;
    EXPECT_EQ(display.lines[1][1][0].html, QStringLiteral("= <i>d</i> + <i>e</i>")) << tex;
    EXPECT_EQ(display.html, QStringLiteral("<i>a</i> = <i>b</i><br><i>c</i> = <i>d</i> + <i>e</i>")) << tex;
  }
}

TEST(MathText, ABoxIsAFrameAroundTheWholeOrBold) {
  const MathDisplay boxed = displayed(R"(\boxed{x = \frac{1}{3}})");
  EXPECT_TRUE(boxed.boxed);
  EXPECT_EQ(kinds(boxed.lines[0]), QStringLiteral("tf"));
  EXPECT_EQ(boxed.html, QStringLiteral("<b><i>x</i> = ⅓</b>"));
  EXPECT_FALSE(displayed(R"(x = \boxed{5})").boxed);
}

TEST(MathText, LongAndDeepFormulasAreSource) {
  EXPECT_TRUE(displayed(std::string(9000, 'x').c_str()).lines.isEmpty());
  for (const char* part : {"{",
                           "\\frac{",
                           "\\sqrt{",
                           "x^{",
                           "\\hat",
                           "\\not",
                           "\\left(",
                           "\\begin{matrix}",
                           "\\mathbf",
                           "\\text{$",
                           "\\textcolor{a}{",
                           "\\bra{",
                           "\\begin{aligned}{",
                           "\\substack{",
                           "\\overset{",
                           "\\sqrt[",
                           "\\text{\\text{",
                           "a\\over{",
                           "\\ce{",
                           "\\boxed",
                           "^",
                           "_"}) {
    std::string tex;
    while (tex.size() < 7000) tex += part;
    EXPECT_TRUE(displayed(tex.c_str()).lines.isEmpty()) << part;
    EXPECT_EQ(forbiddenPart(inlined(tex.c_str())), QString()) << part;
  }
  const QString fits = QStringLiteral("{").repeated(20) + u'x' + QStringLiteral("}").repeated(20);
  EXPECT_EQ(inlineMath(fits, fits), QStringLiteral("<i>x</i>"));
}

TEST(MathText, AnyInputHasOnlyAllowedTagsAndABoundedLength) {
  const QStringList pieces{QStringLiteral("\\frac"),
                           QStringLiteral("{"),
                           QStringLiteral("}"),
                           QStringLiteral("^"),
                           QStringLiteral("_"),
                           QStringLiteral("x"),
                           QStringLiteral("12"),
                           QStringLiteral("\\alpha "),
                           QStringLiteral("\\sqrt"),
                           QStringLiteral("["),
                           QStringLiteral("]"),
                           QStringLiteral("\\left("),
                           QStringLiteral("\\right)"),
                           QStringLiteral("&"),
                           QStringLiteral("\\\\"),
                           QStringLiteral("\\text{a"),
                           QStringLiteral("<b>"),
                           QStringLiteral("\""),
                           QStringLiteral("'"),
                           QStringLiteral("\\hat "),
                           QStringLiteral("\\sum"),
                           QStringLiteral("="),
                           QStringLiteral("-"),
                           QStringLiteral(" "),
                           QStringLiteral("\\mathbb "),
                           QStringLiteral("\\overline"),
                           QStringLiteral("\\ce{H2"),
                           QStringLiteral("\\begin{cases}"),
                           QStringLiteral("\\end{cases}"),
                           QStringLiteral("\\boxed"),
                           QStringLiteral("\\lim"),
                           QStringLiteral("中"),
                           QStringLiteral("\u202e"),
                           QStringLiteral("😀"),
                           QStringLiteral("\\operatorname{f}"),
                           QStringLiteral("\\binom"),
                           QStringLiteral("\\,"),
                           QStringLiteral("\\cancel"),
                           QStringLiteral("{a}"),
                           QStringLiteral("{b+c}"),
                           QStringLiteral("{<}{&}")};
  std::mt19937 random(5);
  int understood = 0;
  for (int round = 0; round < 20000; ++round) {
    QString tex;
    const int count = 1 + static_cast<int>(random() % 24);
    for (int i = 0; i < count; ++i) tex += pieces[static_cast<qsizetype>(random() % static_cast<unsigned>(pieces.size()))];
    const QString html = inlineMath(tex, tex);
    const MathDisplay display = displayMath(tex, tex);
    ASSERT_EQ(forbiddenPart(html), QString()) << qPrintable(tex);
    ASSERT_EQ(forbiddenPart(blockOf(display)), QString()) << qPrintable(tex);
    ASSERT_LE(html.size(), 40 * tex.size() + 64) << qPrintable(tex);
    ASSERT_LE(lengthOf(display), 80 * tex.size() + 128) << qPrintable(tex);
    ASSERT_EQ(html.count(QStringLiteral("<sup>")), html.count(QStringLiteral("</sup>"))) << qPrintable(tex);
    ASSERT_EQ(html.count(QStringLiteral("<i>")), html.count(QStringLiteral("</i>"))) << qPrintable(tex);
    if (!display.lines.isEmpty()) ++understood;
  }
  EXPECT_GT(understood, 500);  // the test is about formulas, too
}

}  // namespace
