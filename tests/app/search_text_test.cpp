#include "text/search_text.h"

#include <gtest/gtest.h>

namespace {

TEST(SearchText, SpacesStandAroundCjkCharactersOnly) {
  EXPECT_EQ(spacedForSearch(u"你好world"), QStringLiteral("你 好 world"));
  EXPECT_EQ(spacedForSearch(u"plain text, 3.5"), QStringLiteral("plain text, 3.5"));
  EXPECT_EQ(spacedForSearch(u"ひらがなカタ"), QStringLiteral("ひ ら が な カ タ "));
  EXPECT_EQ(spacedForSearch(u"𠀀x"), QStringLiteral("𠀀 x"));                  // beyond the first plane
  EXPECT_EQ(spacedForSearch(QString(QChar(0xd840))), QString(QChar(0xd840)));  // half a pair
}

TEST(SearchText, WordsAndExpressions) {
  EXPECT_EQ(searchWords(QStringLiteral("  two   words ? ")), QStringList({QStringLiteral("two"), QStringLiteral("words")}));
  EXPECT_EQ(searchWords(QStringLiteral("-- !! ??")), QStringList());
  EXPECT_LE(searchWords(QStringLiteral("a b c d e f g h i j k l")).size(), 8);
  EXPECT_EQ(matchExpression({QStringLiteral("two"), QStringLiteral("wor")}), QStringLiteral("\"two\" AND \"wor\"*"));
  EXPECT_EQ(matchExpression({QStringLiteral("算法")}), QStringLiteral("\"算 法\""));
  EXPECT_EQ(matchExpression({QStringLiteral("x")}), QStringLiteral("\"x\""));  // one letter begins too many words
  EXPECT_EQ(matchExpression({QStringLiteral("\"quo\"te\" OR *")}), QStringLiteral("\"quo te  OR *\""));
  EXPECT_EQ(matchExpression({}), QString());
}

TEST(SearchText, TitlesMatchAnywhereWithoutCaseAndAccents) {
  EXPECT_TRUE(containsWords(QStringLiteral("Café au Lait"), {QStringLiteral("cafe"), QStringLiteral("LAI")}));
  EXPECT_TRUE(containsWords(QStringLiteral("快速排序"), {QStringLiteral("速排")}));
  EXPECT_FALSE(containsWords(QStringLiteral("Café"), {QStringLiteral("tea")}));
  EXPECT_FALSE(containsWords(QStringLiteral("anything"), {}));
}

TEST(SearchText, SnippetsMarkMatchesAndEscapeTheRest) {
  EXPECT_EQ(snippetHtml(QStringLiteral("a <b>fox</b> & fox"), {QStringLiteral("fox")}),
            QStringLiteral("a &lt;b&gt;<b>fox</b>&lt;/b&gt; &amp; <b>fox</b>"));
  EXPECT_EQ(snippetHtml(QStringLiteral("start art"), {QStringLiteral("art")}), QStringLiteral("start <b>art</b>"));  // not inside a word
  const QString longText =
      QStringLiteral("word ").repeated(100) + QStringLiteral("needle\nnext line ") + QStringLiteral("tail ").repeated(100);
  const QString snippet = snippetHtml(longText, {QStringLiteral("need")});
  EXPECT_TRUE(snippet.startsWith(QStringLiteral("…word ")));
  EXPECT_TRUE(snippet.contains(QStringLiteral("<b>need</b>le next line")));
  EXPECT_TRUE(snippet.endsWith(QStringLiteral("…")));
  EXPECT_LT(snippet.size(), 200);
  EXPECT_EQ(snippetHtml(QStringLiteral("用中文打招呼"), {QStringLiteral("中文")}), QStringLiteral("用<b>中文</b>打招呼"));
  EXPECT_EQ(snippetHtml(QString(), {QStringLiteral("x")}), QString());
}

}  // namespace
