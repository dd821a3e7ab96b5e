// The file with the news: what is taken, what is left out, and that nothing in it can do harm.
#include "services/update_file.h"

#include <gtest/gtest.h>

#include <random>

#include "app/support/update_news.h"

namespace {

using hearth_test::bytesOf;
using hearth_test::newsObject;
using hearth_test::releaseObject;

[[nodiscard]] std::optional<UpdateNews> parsed(const QJsonObject& object) {
  return parseUpdateNews(bytesOf(object));
}

/// The file with one version in which a value is another.
[[nodiscard]] std::optional<Release> releaseWith(const char* name, const QJsonValue& value) {
  QJsonObject release = releaseObject(QStringLiteral("1.2.3"));
  release.insert(QLatin1String(name), value);
  const auto news = parsed(newsObject({release}));
  EXPECT_TRUE(news);
  return news && !news->releases.isEmpty() ? std::optional(news->releases.first()) : std::nullopt;
}

TEST(UpdateFile, AWholeOne) {
  const auto news = parsed(newsObject({releaseObject(QStringLiteral("0.3.0"))}, QDateTime::fromSecsSinceEpoch(1'800'000'000, Qt::UTC)));
  ASSERT_TRUE(news);
  EXPECT_EQ(news->issued.toSecsSinceEpoch(), 1'800'000'000);
  ASSERT_EQ(news->releases.size(), 1);
  const Release& release = news->releases.first();
  EXPECT_EQ(release.version.text(), QStringLiteral("0.3.0"));
  EXPECT_FALSE(release.isPreview);
  EXPECT_EQ(release.date, QDate(2026, 11, 26));
  EXPECT_EQ(release.notesIn(QStringLiteral("en")), QStringLiteral("What is new in 0.3.0"));
  EXPECT_EQ(release.notesIn(QStringLiteral("zh_CN")), QStringLiteral("0.3.0 的新内容"));
  EXPECT_EQ(release.notesIn(QStringLiteral("fr")), QStringLiteral("What is new in 0.3.0"));
  EXPECT_EQ(release.page, QUrl(QStringLiteral("https://hearth.example/download")));
  ASSERT_EQ(release.files.size(), 3);
  EXPECT_EQ(release.files[0].kind, ReleaseFile::Kind::Deb);
  EXPECT_EQ(release.files[1].size, 90'000'000);
  EXPECT_EQ(release.files[2].sha256, QString(64, u'a'));
}

TEST(UpdateFile, WhatIsNoSuchFile) {
  for (const char* text :
       {"", "{}", "[]", "null", "not JSON", "{\"format\":1}", "{\"format\":2,\"issued\":\"2026-01-01T00:00:00Z\"}", "\xff\xfe"})
    EXPECT_FALSE(parseUpdateNews(text)) << text;
  EXPECT_FALSE(parseUpdateNews(QByteArray(60'000, '[')));
  QJsonObject good = newsObject({releaseObject(QStringLiteral("1.0.0"))});
  EXPECT_TRUE(parsed(good));
  for (const char* name : {"format", "issued", "expires", "versions"}) {
    QJsonObject without = good;
    without.remove(QLatin1String(name));
    EXPECT_FALSE(parsed(without)) << name;
  }
  for (const char* time : {"2026-11-26", "2026-11-26T08:00:00", "2026-11-26 08:00:00Z", "2026-13-26T08:00:00Z", "2026-11-26T08:00:00+01:00",
                           "2026-02-30T08:00:00Z", "99999-11-26T08:00:00Z", "tomorrow", ""}) {
    QJsonObject other = good;
    other.insert(QStringLiteral("issued"), QString::fromLatin1(time));
    EXPECT_FALSE(parsed(other)) << time;
  }
  const QByteArray padded = bytesOf(good) + QByteArray(kUpdateMostBytes, ' ');
  EXPECT_FALSE(parseUpdateNews(padded));
}

TEST(UpdateFile, VersionsThatAreNotUnderstoodAreLeftOut) {
  EXPECT_TRUE(releaseWith("unknown", QStringLiteral("new in a later format")));
  for (const char* version : {"1.2", "v1.2.3", "", "1.2.3\n", "01.0.0"}) EXPECT_FALSE(releaseWith("version", QString::fromLatin1(version)));
  EXPECT_FALSE(releaseWith("version", 3));
  EXPECT_FALSE(releaseWith("channel", QStringLiteral("nightly")));
  EXPECT_FALSE(releaseWith("date", QStringLiteral("2026-02-30")));
  EXPECT_FALSE(releaseWith("date", QStringLiteral("26.11.2026")));
  EXPECT_FALSE(releaseWith("notes", QStringLiteral("text")));
  EXPECT_FALSE(releaseWith("notes", QJsonObject{{QStringLiteral("zh_CN"), QStringLiteral("只有中文")}}));
  const auto one = parsed(newsObject({QJsonValue(), 7, QStringLiteral("x"), QJsonArray(), releaseObject(QStringLiteral("1.0.0"))}));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->releases.size(), 1);
}

TEST(UpdateFile, OnlyPagesThatAreSafeToOffer) {
  EXPECT_FALSE(releaseWith("page", QStringLiteral("https://hearth.example/a?b=c"))->page.isEmpty());
  for (const char* page :
       {"http://hearth.example/", "file:///etc/passwd", "javascript:alert(1)", "https://", "https://user:secret@hearth.example/",
        "HTTPS:hearth.example", "//hearth.example/", "data:text/html,x", "", "https://hearth.example/\n"}) {
    const auto release = releaseWith("page", QString::fromLatin1(page));
    ASSERT_TRUE(release);
    EXPECT_TRUE(release->page.isEmpty()) << page;
  }
  EXPECT_TRUE(releaseWith("page", QString(QStringLiteral("https://hearth.example/") + QString(2000, u'a')))->page.isEmpty());
}

TEST(UpdateFile, FilesThatBreakARuleAreLeftOut) {
  const QJsonObject good = releaseObject(QStringLiteral("1.2.3")).value(QStringLiteral("files")).toArray().first().toObject();
  const auto count = [&](const char* name, const QJsonValue& value) {
    QJsonObject other = good;
    other.insert(QLatin1String(name), value);
    return releaseWith("files", QJsonArray{other})->files.size();
  };
  EXPECT_EQ(count("size", 1), 1);
  for (const char* name : {"../hearth.deb", "a/b.deb", "", ".hidden", "a b.deb", "hearth\n.deb", "a\\b"})
    EXPECT_EQ(count("name", QString::fromLatin1(name)), 0);
  for (const QJsonValue& size :
       {QJsonValue(0), QJsonValue(-1), QJsonValue(1e300), QJsonValue(QStringLiteral("12")), QJsonValue(), QJsonValue(0.5)})
    EXPECT_EQ(count("size", size), 0);
  EXPECT_EQ(count("sha256", QString(63, u'a')), 0);
  EXPECT_EQ(count("sha256", QString(64, u'A')), 0);
  EXPECT_EQ(count("kind", QStringLiteral("rpm")), 0);
  QJsonArray many;
  for (int i = 0; i < 100; ++i) many.append(good);
  EXPECT_EQ(releaseWith("files", many)->files.size(), 16);
}

TEST(UpdateFile, NotesLoseWhatControlsTheDisplay) {
  const QString hostile = QStringLiteral("  <b>bold</b>\r\nline\u202Etxt.exe\u0007\u2066x\u0000y\t\u200F ");
  const auto release = releaseWith("notes", QJsonObject{{QStringLiteral("en"), hostile}, {QStringLiteral("../x"), hostile}});
  ASSERT_TRUE(release);
  EXPECT_EQ(release->notes.value(QStringLiteral("en")), QStringLiteral("<b>bold</b>\nlinetxt.exexy"));
  EXPECT_EQ(release->notes.size(), 1);
  EXPECT_LE(releaseWith("notes", QJsonObject{{QStringLiteral("en"), QString(40'000, u'x')}})->notesIn({}).size(), 16 * 1024);
}

TEST(UpdateFile, TheNewestIsThatOfTheHighestPrecedence) {
  QJsonArray versions;
  for (const char* version : {"1.0.0", "1.10.0", "1.9.0", "99999999999999999999.0.0-rc.1", "1.10.0-rc.2"})
    versions.append(releaseObject(QString::fromLatin1(version)));
  versions.append(releaseObject(QStringLiteral("1.11.0"), QStringLiteral("preview")));
  const auto news = parsed(newsObject(versions));
  ASSERT_TRUE(news);
  EXPECT_EQ(news->newest(false)->version.text(), QStringLiteral("1.10.0")) << "a pre-release is a preview, whatever its channel";
  EXPECT_EQ(news->newest(true)->version.text(), QStringLiteral("99999999999999999999.0.0-rc.1"));
  EXPECT_FALSE(parsed(newsObject({}))->newest(true));
}

TEST(UpdateFile, DamagedFilesNeverCrash) {
  const QByteArray good = bytesOf(newsObject({releaseObject(QStringLiteral("1.2.3-rc.1+b")), releaseObject(QStringLiteral("0.1.0"))}));
  std::mt19937 random(11);
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    QByteArray bad = good;
    for (unsigned n = 1 + random() % 6; n > 0; --n) {
      const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size()));
      switch (random() % 4) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad.remove(at, random() % 20);
          break;
        case 2:
          bad.insert(at, bad.mid(static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size())), random() % 40));
          break;
        default:
          bad[at] = "{}[]\",:0-9e\\u"[random() % 13];
      }
      if (bad.isEmpty()) bad = good;
    }
    const auto news = parseUpdateNews(bad);
    taken += news.has_value();
    if (!news) continue;
    EXPECT_TRUE(news->issued.isValid() && news->expires.isValid());
    for (const Release& release : news->releases) EXPECT_TRUE(release.page.isEmpty() || release.page.scheme() == QLatin1String("https"));
  }
  EXPECT_GT(taken, 100) << "the changes should leave some files readable";
}

}  // namespace
