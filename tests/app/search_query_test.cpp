#include "text/search_query.h"

#include <gtest/gtest.h>

#include <QRandomGenerator>

namespace {

using Kind = SearchProblem::Kind;

QString q(const char* text) {
  return QString::fromUtf8(text);
}

TEST(SearchQuery, WordsStayAsTheyAre) {
  for (const char* text : {"", "quick fox", "10:30", "std::sort", "http://example.org/a", "file://x", "C:\\temp", "note: buy bread", "a:b",
                           "12ab:cd", "中文：世界", "pseudopseudohypoparathyroidism:x", "\"folder\"", "x(folder:a", "e-mail:x"}) {
    const SearchQuery query = parseSearchQuery(q(text));
    EXPECT_EQ(query.words, q(text));
    EXPECT_FALSE(query.hasFilters()) << text;
    EXPECT_TRUE(query.problems.isEmpty()) << text;
  }
}

TEST(SearchQuery, FiltersAmongWords) {
  const SearchQuery query = parseSearchQuery(q("quick folder:notes fox MODEL:Ember adapter:Legal before:2026-01-31 after:2026-1-1"));
  EXPECT_EQ(query.words, q("quick fox"));
  EXPECT_EQ(query.folder, q("notes"));
  EXPECT_EQ(query.model, q("Ember"));
  EXPECT_EQ(query.adapter, q("Legal"));
  EXPECT_EQ(query.before, QDate(2026, 1, 31));
  EXPECT_EQ(query.after, QDate(2026, 1, 1));
  EXPECT_TRUE(query.hasFilters());
  EXPECT_TRUE(query.problems.isEmpty());
}

TEST(SearchQuery, QuotesHoldSpacesAndMayBeOpen) {
  EXPECT_EQ(parseSearchQuery(q("folder:\"my  notes\" fox")).folder, q("my notes"));
  EXPECT_EQ(parseSearchQuery(q("folder:\"my notes\" fox")).words, q("fox"));
  EXPECT_EQ(parseSearchQuery(q("folder:\"my no")).folder, q("my no"));
  EXPECT_EQ(parseSearchQuery(q("folder：“我的 笔记” 狐狸")).folder, q("我的 笔记"));
  EXPECT_EQ(parseSearchQuery(q("folder：“我的 笔记” 狐狸")).words, q("狐狸"));
  EXPECT_EQ(parseSearchQuery(q("folder:http://x model:a:b")).folder, q("http://x"));
}

TEST(SearchQuery, LastOneCounts) {
  EXPECT_EQ(parseSearchQuery(q("folder:a folder:b")).folder, q("b"));
}

TEST(SearchQuery, ProblemsAreNamed) {
  EXPECT_EQ(parseSearchQuery(q("foldr:notes")).problems, QList<SearchProblem>({{Kind::UnknownFilter, q("foldr")}}));
  EXPECT_EQ(parseSearchQuery(q("foldr:notes")).words, q("foldr:notes"));
  EXPECT_EQ(parseSearchQuery(q("folder: notes")).problems, QList<SearchProblem>({{Kind::MissingValue, q("folder")}}));
  EXPECT_EQ(parseSearchQuery(q("folder: notes")).words, q("notes"));
  EXPECT_EQ(parseSearchQuery(q("model:\"\"")).problems, QList<SearchProblem>({{Kind::MissingValue, q("model")}}));
  for (const char* date : {"31.01.2026", "2026-02-30", "yesterday", "2026", "2026-13-01", "99999999999999-1-1", "2026-01-31x"}) {
    const SearchQuery query = parseSearchQuery(q("before:") + q(date));
    EXPECT_EQ(query.problems, QList<SearchProblem>({{Kind::BadDate, q(date)}})) << date;
    EXPECT_FALSE(query.hasFilters()) << date;
  }
  EXPECT_EQ(parseSearchQuery(q("after:2026-02-01 before:2026-02-01")).problems, QList<SearchProblem>({{Kind::NothingBetween, {}}}));
}

TEST(SearchQuery, HostileInput) {
  QRandomGenerator random(7);
  const QString letters = q("folder:model:adapter:before:after: \"“”：:-2026-01-31\t\n\\'%;()中文\x01😀") + QChar(0xd800) + QChar(0);
  for (int round = 0; round < 3000; ++round) {
    QString text;
    const int length = random.bounded(80);
    for (int i = 0; i < length; ++i) text += letters[random.bounded(static_cast<int>(letters.size()))];
    const SearchQuery query = parseSearchQuery(text);
    EXPECT_LE(query.words.size(), text.size());
    EXPECT_LE(query.problems.size(), 4);
  }
  EXPECT_EQ(parseSearchQuery(q("folder:").repeated(100'000)).problems.size(), 0);
  EXPECT_LE(parseSearchQuery(q("foldr:x ").repeated(100'000)).problems.size(), 4);
  EXPECT_LE(parseSearchQuery(QString(1'000'000, u'"')).words.size(), 2000);
}

}  // namespace
