#include "text/plain_line.h"

#include <gtest/gtest.h>

namespace {

TEST(PlainLine, NamesThatPeopleGiveStay) {
  for (const QString& name :
       {QStringLiteral("model-Q4_K_M.gguf"), QStringLiteral("模型 😀 (1).gguf"), QStringLiteral("<b>x</b> & \"y\""), QString()})
    EXPECT_EQ(plainLine(name), name);
}

TEST(PlainLine, NothingBreaksTheLineOrTurnsIt) {
  EXPECT_EQ(plainLine(QStringLiteral("a\nb\r\tc\u2028d\u2029e")), QStringLiteral("a b  c d e"));
  EXPECT_EQ(plainLine(QStringLiteral("safe\u202efugg.exe")), QStringLiteral("safe\ufffdfugg.exe"));
  EXPECT_EQ(plainLine(QStringLiteral("\u2067x\u200f\u061cy") + QChar(0x1b) + QChar(0)), QStringLiteral("\ufffdx\ufffd\ufffdy\ufffd\ufffd"));
}

TEST(PlainLine, LongOnesKeepBothEnds) {
  const QString name = QString(5000, u'a') + QStringLiteral("-00001-of-00002.gguf");
  const QString line = plainLine(name, 100);
  EXPECT_EQ(line.size(), 100);
  EXPECT_TRUE(line.startsWith(QStringLiteral("aaaa")) && line.contains(QChar(0x2026)) && line.endsWith(QStringLiteral("-of-00002.gguf")));
  QString faces;
  for (int i = 0; i < 200; ++i) faces += QStringLiteral("😀");
  for (qsizetype most : {9, 10, 11, 12}) {
    const QString cut = plainLine(faces, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_EQ(QString::fromUtf8(cut.toUtf8()), cut) << "no half of a character";
  }
}

}  // namespace
