#include "text/fuzzy_match.h"

#include <gtest/gtest.h>

namespace {

std::optional<int> score(const char* text, const char* typed) {
  return fuzzyScore(QString::fromUtf8(text), QString::fromUtf8(typed));
}

TEST(FuzzyMatch, LettersInTheirOrder) {
  EXPECT_TRUE(score("Packing list for the weekend", "plw"));
  EXPECT_TRUE(score("Packing list", "PACK LIST"));
  EXPECT_TRUE(score("用中文打招呼", "中招"));
  EXPECT_FALSE(score("用中文打招呼", "招中"));
  EXPECT_FALSE(score("Packing", "packingx"));
  EXPECT_FALSE(score("", "a"));
  EXPECT_EQ(score("anything", " "), 0);
  EXPECT_EQ(score("", ""), 0);
}

TEST(FuzzyMatch, BetterOnesScoreHigher) {
  EXPECT_GT(score("Bread", "bread"), score("Big red ad", "bread"));           // together
  EXPECT_GT(score("Quick List", "ql"), score("Squalid", "ql"));               // beginnings of words
  EXPECT_GT(score("List of things", "list"), score("My long list", "list"));  // early
  EXPECT_GT(score("My list", "list"), score("Socialist", "list"));
  EXPECT_GT(score("关于面包", "面包"), score("面对一个包", "面包"));
}

TEST(FuzzyMatch, LongTextsCostLittle) {
  const QString text(2'000'000, u'a');
  EXPECT_FALSE(fuzzyScore(text, QStringLiteral("ab")));
  EXPECT_TRUE(fuzzyScore(text, QStringLiteral("aa")));
}

}  // namespace
