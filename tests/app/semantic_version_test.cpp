#include "text/semantic_version.h"

#include <gtest/gtest.h>

#include <random>

namespace {

[[nodiscard]] SemanticVersion version(const QString& text) {
  const auto parsed = SemanticVersion::parse(text);
  EXPECT_TRUE(parsed) << text.toStdString();
  return parsed.value_or(*SemanticVersion::parse(QStringLiteral("0.0.0")));
}

TEST(SemanticVersion, ReadsWhatTheStandardAllows) {
  for (const char* text : {"0.0.4",
                           "1.2.3",
                           "10.20.30",
                           "1.1.2-prerelease+meta",
                           "1.1.2+meta",
                           "1.1.2+meta-valid",
                           "1.0.0-alpha",
                           "1.0.0-alpha.beta.1",
                           "1.0.0-alpha0.valid",
                           "1.0.0-alpha.0valid",
                           "1.0.0-rc.1+build.1",
                           "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
                           "1.2.3----R-S.12.9.1--.12",
                           "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
                           "99999999999999999999999.999999999999999999.99999999999999999",
                           "1.0.0-0A.is.legal",
                           "1.0.0-0",
                           "1.0.0--",
                           "1.0.0+001",
                           "0.2.0+smoke1"})
    EXPECT_TRUE(SemanticVersion::parse(QString::fromLatin1(text))) << text;
}

TEST(SemanticVersion, RefusesAllElse) {
  for (const char* text : {"",
                           " ",
                           "1",
                           "1.2",
                           "1.2.3-0123",
                           "1.2.3-0123.0123",
                           "1.1.2+.123",
                           "+invalid",
                           "-invalid",
                           "alpha",
                           "alpha.beta.1",
                           "1.0.0-alpha_beta",
                           "1.0.0-alpha..",
                           "1.0.0-alpha..1",
                           "01.1.1",
                           "1.01.1",
                           "1.1.01",
                           "1.2.3.DEV",
                           "1.2-SNAPSHOT",
                           "1.2.31.2.3----RC+788",
                           "-1.0.3-gamma+b7718",
                           "+justmeta",
                           "9.8.7+meta+meta",
                           "9.8.7-whatever+meta+meta",
                           "v1.2.3",
                           "1.2.3 ",
                           " 1.2.3",
                           "1.2.3\n",
                           "1.2.3-",
                           "1.2.3+",
                           "1.2.3-+x",
                           "1..3",
                           "\xd9\xa1.2.3",
                           "1.2.3-\xc3\xa9",
                           "1.2.3-00",
                           "1.2.3-a.01",
                           "0x1.2.3",
                           "1e3.0.0",
                           "+1.2.3"})
    EXPECT_FALSE(SemanticVersion::parse(QString::fromUtf8(text))) << text;
  EXPECT_TRUE(SemanticVersion::parse(QStringLiteral("1.0.") + QString(251, u'9')));
  EXPECT_FALSE(SemanticVersion::parse(QStringLiteral("1.0.") + QString(252, u'9')));
  EXPECT_FALSE(SemanticVersion::parse(QStringLiteral("1.2.3-a") + QChar(0) + QStringLiteral("b")));
}

TEST(SemanticVersion, PrecedenceOfSection11) {
  const QStringList ascending = {QStringLiteral("0.0.0-0"),
                                 QStringLiteral("0.0.0"),
                                 QStringLiteral("0.9.0"),
                                 QStringLiteral("0.10.0"),
                                 QStringLiteral("1.0.0--"),
                                 QStringLiteral("1.0.0-alpha"),
                                 QStringLiteral("1.0.0-alpha.1"),
                                 QStringLiteral("1.0.0-alpha.1.0"),
                                 QStringLiteral("1.0.0-alpha.beta"),
                                 QStringLiteral("1.0.0-beta"),
                                 QStringLiteral("1.0.0-beta.2"),
                                 QStringLiteral("1.0.0-beta.11"),
                                 QStringLiteral("1.0.0-beta.99999999999999999999"),
                                 QStringLiteral("1.0.0-beta.100000000000000000000"),
                                 QStringLiteral("1.0.0-beta.a"),
                                 QStringLiteral("1.0.0-rc.1"),
                                 QStringLiteral("1.0.0"),
                                 QStringLiteral("1.0.1-0"),
                                 QStringLiteral("1.0.1"),
                                 QStringLiteral("1.0.9"),
                                 QStringLiteral("1.0.10"),
                                 QStringLiteral("1.1.0"),
                                 QStringLiteral("2.0.0"),
                                 QStringLiteral("18446744073709551615.0.0"),
                                 QStringLiteral("18446744073709551616.0.0"),
                                 QStringLiteral("99999999999999999999999.0.0")};
  for (qsizetype i = 0; i < ascending.size(); ++i)
    for (qsizetype k = 0; k < ascending.size(); ++k) {
      const auto order = version(ascending[i]) <=> version(ascending[k]);
      EXPECT_EQ(order < 0, i < k) << ascending[i].toStdString() << " and " << ascending[k].toStdString();
      EXPECT_EQ(order == 0, i == k) << ascending[i].toStdString() << " and " << ascending[k].toStdString();
    }
  // A number is below a text, upper case below lower case; "-" sorts before digits in ASCII but "--" is no number.
  EXPECT_LT(version(QStringLiteral("1.0.0-1")), version(QStringLiteral("1.0.0--")));
  EXPECT_LT(version(QStringLiteral("1.0.0-RC")), version(QStringLiteral("1.0.0-rc")));
}

TEST(SemanticVersion, BuildMetadataHasNoPart) {
  EXPECT_EQ(version(QStringLiteral("0.2.0+smoke1")), version(QStringLiteral("0.2.0")));
  EXPECT_EQ(version(QStringLiteral("0.2.0-rc.1+b")), version(QStringLiteral("0.2.0-rc.1+a")));
  EXPECT_LT(version(QStringLiteral("0.2.0-rc.1+zzz")), version(QStringLiteral("0.2.0+aaa")));
  EXPECT_FALSE(version(QStringLiteral("0.2.0+a-b.c")).isPreRelease());
  EXPECT_TRUE(version(QStringLiteral("0.2.0-0")).isPreRelease());
}

TEST(SemanticVersion, RandomTextsGiveAStrictOrderOrNothing) {
  std::mt19937 random(7);
  const QString letters = QStringLiteral("0123459.-+aZ ");
  QList<SemanticVersion> good;
  for (int round = 0; round < 20'000; ++round) {
    QString text = round % 2 == 0 ? QString() : QStringLiteral("1.0.%1-").arg(random() % 3);
    for (unsigned n = random() % 9; n > 0; --n) text += letters[static_cast<qsizetype>(random() % static_cast<unsigned>(letters.size()))];
    const auto parsed = SemanticVersion::parse(text);
    if (!parsed) continue;
    EXPECT_EQ(parsed->text(), text);
    good.append(*parsed);
  }
  ASSERT_GT(good.size(), 500);
  std::sort(good.begin(), good.end());
  for (qsizetype i = 1; i < good.size(); ++i) {
    EXPECT_FALSE(good[i] < good[i - 1]);
    EXPECT_EQ(good[i]<good[0], good[0]> good[i]);
  }
}

}  // namespace
