#include "text/policy_rules.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>

namespace {

using Kind = PolicyRule::Kind;
using Place = PolicyRule::Place;
using Action = PolicyRule::Action;

[[nodiscard]] PolicyRule words(const char* text, Action action = Action::Mark) {
  return {QStringLiteral("words"), Kind::Words, QString::fromUtf8(text), Place::Both, action};
}

[[nodiscard]] PolicyRule pattern(const char* text, Action action = Action::Mark) {
  return {QStringLiteral("pattern"), Kind::Pattern, QString::fromUtf8(text), Place::Both, action};
}

/// What is found, divided by bars.
[[nodiscard]] std::string found(const PolicyRule& rule, const QString& text) {
  QStringList list;
  for (const PolicyMatch& match : PolicyMatcher({rule}, Place::Output).find(text).matches) list.append(text.mid(match.start, match.length));
  return list.join(u'|').toStdString();
}

[[nodiscard]] std::string found(const PolicyRule& rule, const char* text) {
  return found(rule, QString::fromUtf8(text));
}

TEST(PolicyRules, LatinWordsMatchWhole) {
  EXPECT_EQ(found(words("cat"), "A cat, a CAT and a catalogue; concat. Cat"), "cat|CAT|Cat");
  EXPECT_EQ(found(words("cat"), "cat_food cat2"), "");
  EXPECT_EQ(found(words("höhle, école"), "HÖHLE ÉCOLE écoles"), "HÖHLE|ÉCOLE");
  EXPECT_EQ(found(words("слово"), "Слово слова"), "Слово");
  EXPECT_EQ(found(words("new york, new"), "New\n York is new"), "New\n York|new");
  EXPECT_EQ(found(words("c++, a.b"), "C++ is not cxx, a.b is not axb"), "C++|a.b");
}

TEST(PolicyRules, ChineseWordsMatchAnywhere) {
  EXPECT_EQ(found(words("密码、账号"), "请把您的密码和账号告诉我"), "密码|账号");
  EXPECT_EQ(found(words("wifi"), "家里的WiFi密码"), "WiFi") << "a Latin word beside Chinese ones";
  EXPECT_EQ(found(words("wifi密码"), "我的wifi密码是"), "wifi密码");
  EXPECT_EQ(found(words("비밀"), "비밀번호를"), "비밀");
}

TEST(PolicyRules, ListsOfWords) {
  EXPECT_EQ(policyWords(QString::fromUtf8(" one, two;two\n\n三、四，五；六 \r\n seven  eight")),
            (QStringList{QStringLiteral("one"), QStringLiteral("two"), QString::fromUtf8("三"), QString::fromUtf8("四"),
                         QString::fromUtf8("五"), QString::fromUtf8("六"), QStringLiteral("seven eight")}));
  QStringList many;
  for (int i = 0; i < 1000; ++i) many.append(QStringLiteral("word%1").arg(i));
  PolicyRule rule = words("x");
  rule.text = many.join(u'\n');
  EXPECT_FALSE(policyProblem(rule));
  EXPECT_EQ(found(rule, "word7 word70 word999 word1000"), "word7|word70|word999");
  rule.text += QStringLiteral("\nmore");
  EXPECT_EQ(policyProblem(rule).kind, PolicyProblem::Kind::TooManyWords);
}

TEST(PolicyRules, Patterns) {
  EXPECT_EQ(found(pattern("\\b\\d{3}-\\d{4}\\b"), "call 555-1234 or 5555-12345"), "555-1234");
  EXPECT_EQ(found(pattern("^start"), "start start"), "start");
  const QString far = QStringLiteral("x ").repeated(5000) + QStringLiteral("needle 12 ") + QStringLiteral("y ").repeated(5000) +
                      QStringLiteral("NEEDLE 34");
  EXPECT_EQ(found(pattern("needle \\d+"), far), "needle 12|NEEDLE 34");
  for (int pad = 1000; pad < 1060; ++pad)  // around the border of two windows, once each
    EXPECT_EQ(found(pattern("needle \\d+"), QString(pad, u'.') + QStringLiteral("needle 12") + QString(3000, u'.')), "needle 12") << pad;
}

TEST(PolicyRules, TheEndOfAWindowIsNoEnd) {
  EXPECT_EQ(found(pattern("b+$"), QString(3000, u'b') + QStringLiteral("! bb")), "bb");
  const auto matches = PolicyMatcher({pattern("q.*")}, Place::Output).find(QStringLiteral("q") + QString(3000, u'x')).matches;
  ASSERT_EQ(matches.size(), 1);
  EXPECT_EQ(matches.first().length, 3001);
}

TEST(PolicyRules, CharactersOfTwoUnits) {
  const QString smile = QString::fromUtf8("\U0001F600");
  EXPECT_EQ(found(words("\U0001F600"), QStringLiteral("a") + smile + QStringLiteral("b")), smile.toStdString());
  for (int pad = 0; pad < 3; ++pad) {  // windows begin and end inside of them
    const QString text = QString(pad, u'.') + smile.repeated(2000) + QStringLiteral("needle 12");
    EXPECT_EQ(found(pattern("needle \\d+"), text), "needle 12") << pad;
    EXPECT_TRUE(PolicyMatcher({pattern("x?")}, Place::Output).find(text).slow.isEmpty());
    EXPECT_TRUE(PolicyMatcher({pattern("needle", Action::Block)}, Place::Output).findBlocking(text, 1025 + pad, true).match);
  }
  EXPECT_EQ(found(pattern("needle"), QString(QChar(0xd83d)) + QStringLiteral("needle")), "needle") << "half a character";
}

TEST(PolicyRules, ProblemsAreFoundAtEntry) {
  using Problem = PolicyProblem::Kind;
  EXPECT_EQ(policyProblem({QString(), Kind::Words, QStringLiteral("a"), {}, {}}).kind, Problem::NoName);
  EXPECT_EQ(policyProblem(words(" ,;\n")).kind, Problem::NoWords);
  const PolicyProblem invalid = policyProblem(pattern("abc(def"));
  EXPECT_EQ(invalid.kind, Problem::Invalid);
  EXPECT_EQ(invalid.offset, 7);
  EXPECT_FALSE(invalid.detail.isEmpty());
  EXPECT_EQ(policyProblem(pattern("x*")).kind, Problem::MatchesNothing);
  EXPECT_EQ(policyProblem(pattern("(a+)+$")).kind, Problem::TooSlow);
  EXPECT_EQ(policyProblem(pattern("(\\w+\\s?)*!")).kind, Problem::TooSlow);
  EXPECT_FALSE(policyProblem(pattern("[\\w.]+@[\\w.]+\\.\\w+")));
  EXPECT_FALSE(policyProblem(pattern("\\b(?:\\d[ -]?){13,16}\\b")));
}

TEST(PolicyRules, APatternThatTriesEverythingGivesUpSoon) {
  const QString text = QString(100'000, u'a') + u'!';
  for (const char* bad : {"(a+)+$", "(a|aa)+$", "(.*)*[xy]$", "a*a*a*[bc]", "(*LIMIT_MATCH=4000000000)(a+)+$"}) {
    QElapsedTimer timer;
    timer.start();
    const PolicyMatcher matcher({pattern(bad, Action::Block), words("other")}, Place::Output);
    const auto findings = matcher.find(text + QStringLiteral(" other"));
    const auto blocking = matcher.findBlocking(text, 0, true);
    EXPECT_LT(timer.elapsed(), 1500) << bad;
    EXPECT_EQ(findings.slow, QList<int>{0}) << bad;
    EXPECT_EQ(findings.matches.size(), 1) << "the other rule still works";
    EXPECT_EQ(blocking.slow, QList<int>{0});
    EXPECT_FALSE(blocking.match);
  }
}

TEST(PolicyRules, TextThatStillGrows) {
  const PolicyMatcher matcher({words("cat", Action::Block)}, Place::Output);
  const auto blocked = [&](const char* text, bool complete) {
    return matcher.findBlocking(QString::fromLatin1(text), 0, complete).match.has_value();
  };
  EXPECT_FALSE(blocked("a cat", false)) << "it may become a catalogue";
  EXPECT_FALSE(blocked("a catalogue", true));
  EXPECT_TRUE(blocked("a cat", true));
  EXPECT_TRUE(blocked("a cat ", false));
  const PolicyMatcher open({pattern("secret.*", Action::Block)}, Place::Output);
  EXPECT_TRUE(open.findBlocking(QStringLiteral("secret ") + QString(80, u'x'), 0, false).match) << "it does not wait for ever";
}

TEST(PolicyRules, PlacesAndStorage) {
  const QList<PolicyRule> rules{{QStringLiteral("in"), Kind::Words, QStringLiteral("one"), Place::Input, Action::Block},
                                {QStringLiteral("out"), Kind::Pattern, QStringLiteral("two"), Place::Output, Action::Mark},
                                {QStringLiteral("both"), Kind::Words, QStringLiteral("three"), Place::Both, Action::Mark}};
  EXPECT_EQ(policyFromJson(policyJson(rules)), rules);
  EXPECT_TRUE(policyFromJson(QStringLiteral("{nonsense")).isEmpty());
  const QString text = QStringLiteral("one two three");
  EXPECT_EQ(PolicyMatcher(rules, Place::Input).find(text).matches, (QList<PolicyMatch>{{0, 3, 0}, {8, 5, 2}}));
  EXPECT_EQ(PolicyMatcher(rules, Place::Output).find(text).matches, (QList<PolicyMatch>{{4, 3, 1}, {8, 5, 2}}));
}

}  // namespace
