// Files beside messages: what is read, and how it stands in a message.
#include <gtest/gtest.h>

#include <QFile>
#include <QPainter>
#include <QPdfWriter>
#include <QTemporaryDir>

#include "services/attachment_reader.h"
#include "text/attached_text.h"

namespace {

using Result = AttachmentFile::Result;

TEST(AttachmentReaderTest, Encodings) {
  const QString text = QStringLiteral("größer 你好\n");
  EXPECT_EQ(decodeAttachment(text.toUtf8()).text, text);
  EXPECT_EQ(decodeAttachment("\xEF\xBB\xBF" + text.toUtf8()).text, text);
  QByteArray little("\xFF\xFE");
  QByteArray big("\xFE\xFF");
  for (const QChar c : text) {
    little.append(static_cast<char>(c.cell())).append(static_cast<char>(c.row()));
    big.append(static_cast<char>(c.row())).append(static_cast<char>(c.cell()));
  }
  EXPECT_EQ(decodeAttachment(little).text, text);
  EXPECT_EQ(decodeAttachment(big).text, text);
  EXPECT_EQ(decodeAttachment("\xC4\xE3\xBA\xC3").text, QStringLiteral("你好"));  // GB18030
  EXPECT_EQ(decodeAttachment("a\r\nb\rc").text, QStringLiteral("a\nb\nc"));
}

TEST(AttachmentReaderTest, WhatIsNoText) {
  EXPECT_EQ(decodeAttachment({}).result, Result::Empty);
  EXPECT_EQ(decodeAttachment(" \n\t").result, Result::Empty);
  EXPECT_EQ(decodeAttachment(QByteArray("PK\3\4\0\0", 6)).result, Result::Binary);
  EXPECT_EQ(decodeAttachment(QByteArray(50, '\1') + "text").result, Result::Binary);
  EXPECT_EQ(decodeAttachment("abc \xFF\xFF\xFF\x80").result, Result::Encoding);
  EXPECT_EQ(decodeAttachment(QByteArray("\xFF\xFE"
                                        "a\0\0\0",
                                        6))
                .result,
            Result::Binary);
}

TEST(AttachmentReaderTest, Files) {
  QTemporaryDir folder;
  const auto write = [&folder](const QString& name, const QByteArray& bytes) {
    QFile file(folder.filePath(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    return file.fileName();
  };
  const AttachmentFile read = readAttachment(write(QStringLiteral("a.log"), "started"));
  EXPECT_EQ(read.result, Result::Read);
  EXPECT_EQ(read.name, QStringLiteral("a.log"));
  EXPECT_EQ(read.bytes, 7);
  EXPECT_EQ(readAttachment(folder.path()).result, Result::NotReadable);
  EXPECT_EQ(readAttachment(folder.filePath(QStringLiteral("none"))).result, Result::NotReadable);
  EXPECT_EQ(readAttachment(write(QStringLiteral("big"), QByteArray(AttachmentFile::kMostBytes + 1, 'x'))).result, Result::TooLarge);
  const Result pdf = readAttachment(write(QStringLiteral("broken.pdf"), "%PDF-1.4\nnothing")).result;
  EXPECT_TRUE(pdf == Result::NotReadable || pdf == Result::NoPdf);
}

TEST(AttachmentReaderTest, Pdf) {
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("letter.pdf"));
  {
    QPdfWriter writer(path);
    QPainter painter(&writer);
    painter.drawText(1000, 1000, QStringLiteral("Hello page"));
    writer.newPage();
    painter.drawText(1000, 1000, QStringLiteral("second"));
  }
  const AttachmentFile file = readAttachment(path);
  if (file.result == Result::NoPdf) GTEST_SKIP() << "built without QtPdf";
  ASSERT_EQ(file.result, Result::Read);
  EXPECT_TRUE(file.text.contains(QStringLiteral("Hello page")) && file.text.contains(QStringLiteral("second"))) << file.text.toStdString();
}

TEST(AttachedTextTest, ThereAndBack) {
  const QList<AttachedText> files{{QStringLiteral("main.py"), QStringLiteral("print(1)\n")},
                                  {QStringLiteral("notes"), QStringLiteral("```\ninside\n````")}};
  const QString message = withAttachedTexts(files, QStringLiteral("What is this?\n```py title=\"x\"\n```"));
  EXPECT_TRUE(message.startsWith(QStringLiteral("```py title=\"main.py\"\nprint(1)\n```\n\n`````text title=\"notes\"\n")));
  const MessageParts parts = messageParts(message);
  QList<AttachedText> back = files;
  back[0].text.chop(1);
  EXPECT_EQ(parts.files, back);
  EXPECT_EQ(parts.text, QStringLiteral("What is this?\n```py title=\"x\"\n```"));
  const MessageParts alone = messageParts(withAttachedTexts(files, {}));
  EXPECT_EQ(alone.files, back);
  EXPECT_TRUE(alone.text.isEmpty());
}

TEST(AttachedTextTest, OtherMessagesStayWhole) {
  for (const char* text : {"", "hello", "```py\ncode\n```", "```py title=\"a\"\nnever closed", "text\n```py title=\"a\"\nx\n```\n", "`"}) {
    const MessageParts parts = messageParts(QString::fromUtf8(text));
    EXPECT_TRUE(parts.files.isEmpty()) << text;
    EXPECT_EQ(parts.text, QString::fromUtf8(text));
  }
}

TEST(AttachedTextTest, HostileNames) {
  const QString message = withAttachedTexts({{QStringLiteral("a\"`\n```b.c"), QStringLiteral("x")}}, QStringLiteral("q"));
  const MessageParts parts = messageParts(message);
  ASSERT_EQ(parts.files.size(), 1);
  EXPECT_EQ(parts.files[0].text, QStringLiteral("x"));
  EXPECT_EQ(parts.text, QStringLiteral("q"));
}

TEST(AttachedTextTest, Cuts) {
  const QString text = QStringLiteral("0123456789");
  EXPECT_EQ(beginningOf(text, 10), text);
  EXPECT_EQ(beginningOf(text, 4), QStringLiteral("0123\n[... 6 characters left out ...]\n"));
  EXPECT_EQ(endsOf(text, 4), QStringLiteral("01\n[... 6 characters left out ...]\n89"));
  const QString pairs = QStringLiteral("😀😀😀");
  EXPECT_FALSE(beginningOf(pairs, 3).contains(QChar::ReplacementCharacter));
  EXPECT_TRUE(beginningOf(pairs, 3).startsWith(QStringLiteral("😀\n")));
}

}  // namespace
