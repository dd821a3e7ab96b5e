#include "text/code_highlighter.h"

#include <gtest/gtest.h>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QSet>
#include <QStringList>
#include <algorithm>

namespace {

constexpr char kLetters[] = {'k', 't', 's', 'n', 'c', 'p', 'f', 'g', 'a', '+', '-'};  // in the order of CodeKind

/// One name for each table.
const QStringList kNames =
    QStringLiteral(
        "c cpp csharp java kotlin swift js ts python rust go php ruby sh ps1 sql html xml css scss json yaml toml ini md "
        "cmake docker make lua r julia hs qml glsl diff tex asm")
        .split(u' ');

/// Under every character the letter of its kind.
QString painted(const QString& line, const QList<CodeSpan>& spans) {
  QString marks(line.size(), u' ');
  for (const CodeSpan& span : spans)
    for (qsizetype i = span.start; i < span.start + span.length; ++i) marks[i] = QChar::fromLatin1(kLetters[static_cast<int>(span.kind)]);
  while (marks.endsWith(u' ')) marks.chop(1);
  return marks;
}

QString painted(const char* language, const char* line) {
  CodeState state;
  return painted(QString::fromUtf8(line), CodeHighlighter(QString::fromUtf8(language)).line(QString::fromUtf8(line), state));
}

void expectSound(const QString& line, const QList<CodeSpan>& spans, const QString& language) {
  qsizetype at = 0;
  for (const CodeSpan& span : spans) {
    ASSERT_GE(span.start, at) << language.toStdString() << ": " << line.toStdString();
    ASSERT_GT(span.length, 0) << language.toStdString();
    at = span.start + span.length;
    ASSERT_LE(at, line.size()) << language.toStdString() << ": " << line.toStdString();
  }
}

/// code_samples.txt: "=== language", then lines of code with a line of letters below each.
TEST(CodeHighlighter, SamplesOfEveryLanguageHaveExactSpans) {
  QFile file(QStringLiteral(HEARTH_CODE_SAMPLES));
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
  QSet<QString> titles;
  CodeHighlighter highlighter;
  CodeState state;
  for (qsizetype i = 0; i + 1 < lines.size();) {
    if (lines[i].startsWith(u"=== ")) {
      highlighter = CodeHighlighter(lines[i].mid(4));
      EXPECT_TRUE(highlighter.isKnown()) << lines[i].toStdString();
      titles.insert(highlighter.title());
      state.clear();
      ++i;
      continue;
    }
    const QList<CodeSpan> spans = highlighter.line(lines[i], state);
    expectSound(lines[i], spans, highlighter.title());
    EXPECT_EQ(painted(lines[i], spans).toStdString(), lines[i + 1].toStdString()) << highlighter.title().toStdString() << "\n"
                                                                                  << lines[i].toStdString();
    i += 2;
  }
  for (const QString& name : kNames) EXPECT_TRUE(titles.contains(CodeHighlighter(name).title())) << name.toStdString();
}

TEST(CodeHighlighter, NamesAreThoseThatModelsWrite) {
  const auto title = [](const char* name) { return CodeHighlighter(QString::fromUtf8(name)).title().toStdString(); };
  EXPECT_EQ(title("cpp"), "C++");
  EXPECT_EQ(title("C++"), "C++");
  EXPECT_EQ(title("{.python"), "Python");
  EXPECT_EQ(title("{.python}"), "Python");
  EXPECT_EQ(title("language-JS"), "JavaScript");
  EXPECT_EQ(title("tsx:src/App.tsx"), "TypeScript");
  EXPECT_EQ(title("py3"), "Python");
  EXPECT_EQ(title("c#"), "C#");
  EXPECT_EQ(title(""), "");
  EXPECT_EQ(title("text"), "");
  EXPECT_EQ(title("{"), "");
  EXPECT_EQ(CodeHighlighter(u"python").fileName(), QStringLiteral("code.py"));
  EXPECT_EQ(CodeHighlighter(u"make").fileName(), QStringLiteral("Makefile"));
  EXPECT_EQ(CodeHighlighter(u"text").fileName(), QStringLiteral("code.txt"));
  for (const QString& name : kNames) {
    const CodeHighlighter highlighter(name);
    EXPECT_FALSE(highlighter.title().isEmpty()) << name.toStdString();
    EXPECT_FALSE(highlighter.fileName().contains(u'/'));
  }
}

TEST(CodeHighlighter, UnknownLanguagesHaveNoSpans) {
  EXPECT_EQ(painted("klingon", "int x = \"a\"; // b"), QString());
  EXPECT_EQ(CodeHighlighter(u"klingon").after(u"/*", QStringLiteral("x")), CodeState());
}

TEST(CodeHighlighter, StatesGoOverLines) {
  const CodeHighlighter cpp(u"cpp");
  CodeState state;
  EXPECT_TRUE(cpp.line(u"int x; // /*", state).size() > 0 && state.isEmpty());
  static_cast<void>(cpp.line(u"/* a", state));
  EXPECT_FALSE(state.isEmpty());
  EXPECT_EQ(cpp.line(u"return", state), QList<CodeSpan>({{0, 6, CodeKind::Comment}}));
  EXPECT_EQ(cpp.line(u"*/ return", state), QList<CodeSpan>({{0, 2, CodeKind::Comment}, {3, 6, CodeKind::Keyword}}));
  EXPECT_TRUE(state.isEmpty());

  // A string ends with its line unless the line break is escaped.
  static_cast<void>(cpp.line(u"\"open", state));
  EXPECT_TRUE(state.isEmpty());
  static_cast<void>(cpp.line(u"\"open\\", state));
  EXPECT_EQ(cpp.line(u"a\" return", state), QList<CodeSpan>({{0, 2, CodeKind::String}, {3, 6, CodeKind::Keyword}}));

  // The state behind several lines is that of one after the other.
  const QString text = QStringLiteral("auto s = R\"x(\n)\"\n)y\" /* no");
  CodeState whole;
  for (const QString& line : text.split(u'\n')) static_cast<void>(cpp.line(line, whole));
  EXPECT_FALSE(whole.isEmpty());
  EXPECT_EQ(cpp.after(text, {}), whole);
  EXPECT_EQ(cpp.after(u")x\"", whole), CodeState());
}

TEST(CodeHighlighter, CommentsNestWhereTheLanguageSaysSo) {
  EXPECT_EQ(painted("rust", "/* a /* b */ if */ if"), QStringLiteral("cccccccccccccccccc kk"));
  EXPECT_EQ(painted("c", "/* a /* b */ if"), QStringLiteral("cccccccccccc kk"));
}

TEST(CodeHighlighter, TemplatesHoldCodeThatHoldsTemplates) {
  const CodeHighlighter js(u"js");
  CodeState state;
  static_cast<void>(js.line(u"`a ${ { b: `c ${", state));
  EXPECT_EQ(painted(QStringLiteral("1 } d` } } e` if"), js.line(u"1 } d` } } e` if", state)), QStringLiteral("n ssss   ssss kk"));
  EXPECT_TRUE(state.isEmpty());
}

TEST(CodeHighlighter, DivisionsAreNoRegularExpressions) {
  EXPECT_EQ(painted("js", "a / 2 + \"x\" / b"), QStringLiteral("    n   sss"));
  EXPECT_EQ(painted("js", "x = /[/\"]/ + 1"), QStringLiteral("    ssssss   n"));
  EXPECT_EQ(painted("js", "x = /open 'a'"), QStringLiteral("          sss"));
}

TEST(CodeHighlighter, AnyInputIsHarmlessAndSound) {
  QRandomGenerator random(17);
  // Pieces that open and close things, and characters that no language expects.
  const QStringList pieces = {
      QStringLiteral("\""),        QStringLiteral("'"),      QStringLiteral("`"),      QStringLiteral("\"\"\""), QStringLiteral("/*"),
      QStringLiteral("*/"),        QStringLiteral("//"),     QStringLiteral("#"),      QStringLiteral("<!--"),   QStringLiteral("<script>"),
      QStringLiteral("</script>"), QStringLiteral("<a b='"), QStringLiteral("${"),     QStringLiteral("}"),      QStringLiteral("{"),
      QStringLiteral("R\"x("),     QStringLiteral(")x\""),   QStringLiteral("r##\""),  QStringLiteral("\"##"),   QStringLiteral("<<EOF"),
      QStringLiteral("EOF"),       QStringLiteral("[=["),    QStringLiteral("]=]"),    QStringLiteral("```js"),  QStringLiteral("\\"),
      QStringLiteral("$("),        QStringLiteral("@"),      QStringLiteral(":"),      QStringLiteral("- "),     QStringLiteral("a"),
      QStringLiteral("if"),        QStringLiteral("1.5e+"),  QStringLiteral("0x"),     QStringLiteral("."),      QStringLiteral(" "),
      QStringLiteral("\t"),        QString(QChar(0)),        QString(QChar(0xd800)),   QString(QChar(0xdc00)),   QStringLiteral("你"),
      QStringLiteral("--"),        QStringLiteral("%"),      QStringLiteral("=begin"), QStringLiteral("|"),      QStringLiteral("$$")};
  for (const QString& name : kNames) {
    const CodeHighlighter highlighter(name);
    CodeState state;
    for (int i = 0; i < 400; ++i) {
      QString line;
      for (quint32 part = random.bounded(12u); part > 0; --part)
        line += random.bounded(4) > 0 ? pieces[random.bounded(static_cast<int>(pieces.size()))]
                                      : QString(QChar(static_cast<char16_t>(random.bounded(0x10000))));
      const CodeState before = state;
      const QList<CodeSpan> spans = highlighter.line(line, state);
      expectSound(line, spans, name);
      ASSERT_LE(state.size(), 1000) << name.toStdString();
      CodeState again = before;
      ASSERT_EQ(highlighter.line(line, again), spans) << name.toStdString();
      ASSERT_EQ(again, state);
      CodeState foreign = line;  // a state that something else wrote
      expectSound(line, highlighter.line(line, foreign), name);
    }
  }
}

/// Lines of any of the things that a scanner looks ahead for: each alone, and a megabyte of all of them.
TEST(CodeHighlighter, WorkIsLinearInTheLengthOfALine) {
  constexpr qsizetype kAlone = 50'000;
  constexpr qsizetype kTogether = 1'000'000;
  constexpr qint64 kMostMs = 4000;  // a line with quadratic work takes minutes
  const QStringList seeds = {
      QStringLiteral("a"),   QStringLiteral("\""),    QStringLiteral("'"),        QStringLiteral("/"),      QStringLiteral("/*"),
      QStringLiteral("<"),   QStringLiteral("<a "),   QStringLiteral("<script>"), QStringLiteral("${"),     QStringLiteral("$("),
      QStringLiteral("["),   QStringLiteral("[a"),    QStringLiteral("`"),        QStringLiteral("` "),     QStringLiteral("**"),
      QStringLiteral("<<"),  QStringLiteral("<< a "), QStringLiteral("r#"),       QStringLiteral("R\""),    QStringLiteral("#["),
      QStringLiteral("a: "), QStringLiteral("a:"),    QStringLiteral("{"),        QStringLiteral("1."),     QStringLiteral("\\"),
      QStringLiteral("- "),  QStringLiteral("a (  "), QStringLiteral("$"),        QStringLiteral("\"a\" "), QStringLiteral("a;")};
  QElapsedTimer clock;
  for (const QString& name : kNames) {
    const CodeHighlighter highlighter(name);
    for (const QString& seed : seeds) {
      CodeState state;
      clock.start();
      static_cast<void>(highlighter.line(seed.repeated(kAlone / seed.size()), state));
      ASSERT_LT(clock.elapsed(), kMostMs / 8) << name.toStdString() << ": " << seed.toStdString();
    }
    const QString all = seeds.join(u' ');
    CodeState state;
    clock.start();
    static_cast<void>(highlighter.line(all.repeated(kTogether / all.size()), state));
    ASSERT_LT(clock.elapsed(), kMostMs) << name.toStdString();
  }
}

}  // namespace
