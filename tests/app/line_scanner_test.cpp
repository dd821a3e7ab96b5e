#include "text/line_scanner.h"

#include <gtest/gtest.h>

namespace {

using Action = LineScanner::Action;
using Kind = LineScanner::Kind;

Action feed(LineScanner& scanner, const char16_t* line) {
  return scanner.feed(QStringView(line)).action;
}

TEST(LineScanner, JoinsLinesOfAParagraphUntilABlankLine) {
  LineScanner scanner;
  EXPECT_EQ(feed(scanner, u"one"), Action::Begin);
  EXPECT_EQ(feed(scanner, u"two"), Action::Continue);
  EXPECT_EQ(feed(scanner, u""), Action::Blank);
  EXPECT_EQ(scanner.kind(), Kind::None);
}

TEST(LineScanner, KeepsAListOpenOverBlankLines) {
  LineScanner scanner;
  EXPECT_EQ(feed(scanner, u"- one"), Action::Begin);
  EXPECT_EQ(feed(scanner, u""), Action::Blank);
  EXPECT_EQ(scanner.kind(), Kind::List);
  EXPECT_EQ(feed(scanner, u"- two"), Action::Continue);
  EXPECT_EQ(feed(scanner, u"  more of two"), Action::Continue);
  EXPECT_EQ(feed(scanner, u""), Action::Blank);
  EXPECT_EQ(feed(scanner, u"a paragraph"), Action::Begin);
  EXPECT_EQ(scanner.kind(), Kind::Paragraph);
}

TEST(LineScanner, AFenceNeedsAsManyMarksToEnd) {
  LineScanner scanner;
  EXPECT_EQ(feed(scanner, u"````md"), Action::Begin);
  EXPECT_FALSE(scanner.feed(u"```").closes);
  EXPECT_FALSE(scanner.feed(u"~~~~").closes);
  EXPECT_TRUE(scanner.feed(u"````").closes);
  EXPECT_EQ(scanner.kind(), Kind::None);
}

TEST(LineScanner, AYearAtTheStartOfALineIsNoList) {
  LineScanner scanner;
  EXPECT_EQ(feed(scanner, u"It was in"), Action::Begin);
  EXPECT_EQ(feed(scanner, u"1990. A good year"), Action::Continue);
}

TEST(LineScanner, ATableMayFollowASentence) {
  LineScanner scanner;
  EXPECT_EQ(feed(scanner, u"Here it is:"), Action::Begin);
  EXPECT_EQ(feed(scanner, u"| a | b |"), Action::Begin);
  EXPECT_EQ(feed(scanner, u"|---|---|"), Action::Continue);
  EXPECT_EQ(feed(scanner, u"| 1 | 2 |"), Action::Continue);
}

TEST(LineScanner, WaitsForTheRestOfAMark) {
  for (const char16_t* line : {u"-", u"**", u"#", u"12.", u"```", u"| --- |"}) EXPECT_TRUE(LineScanner::isUndecided(QStringView(line)));
  for (const char16_t* line : {u"- a", u"**b", u"1990", u"text"}) EXPECT_FALSE(LineScanner::isUndecided(QStringView(line)));
}

}  // namespace
