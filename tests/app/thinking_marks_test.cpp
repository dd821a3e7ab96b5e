#include "text/thinking_marks.h"

#include <gtest/gtest.h>

#include <QRandomGenerator>
#include <QStringList>

#include "text/markdown_stream.h"

namespace {

using Kind = ThinkingMarks::Kind;

struct Delta {
  Kind kind;
  QString text;
};

QString stored(const QList<Delta>& deltas, QRandomGenerator* random = nullptr) {
  ThinkingMarks marks;
  QString out;
  for (const Delta& delta : deltas) {
    for (qsizetype at = 0; at < delta.text.size();) {
      const qsizetype n = random ? random->bounded(1, 6) : delta.text.size();
      out += marks.add(delta.kind, delta.text.mid(at, n));
      at += n;
    }
  }
  return out + marks.finish();
}

int thinkingBlocks(const QString& text) {
  int count = 0;
  for (const MarkdownBlock& block : MarkdownStream::parse(text)) count += block.kind == MarkdownBlock::Kind::Thinking ? 1 : 0;
  return count;
}

TEST(ThinkingMarksTest, ThinkingIsStoredAsOneSectionThatLaterTurnsLeaveOut) {
  const QString text = stored({{Kind::Thinking, QStringLiteral("hm\n\nso")}, {Kind::Answer, QStringLiteral("It is.")}});
  EXPECT_EQ(text, QStringLiteral("<think>hm\n\nso</think>\n\nIt is."));
  EXPECT_EQ(MarkdownStream::withoutThinking(text), QStringLiteral("It is."));
  EXPECT_EQ(thinkingBlocks(text), 1);
}

TEST(ThinkingMarksTest, AnAnswerThatWasStoppedWhileThinkingHasNoText) {
  const QString text = stored({{Kind::Thinking, QStringLiteral("hm </thi")}});
  EXPECT_EQ(MarkdownStream::withoutThinking(text).trimmed(), QString());
  EXPECT_EQ(thinkingBlocks(text), 1);
}

TEST(ThinkingMarksTest, LaterThoughtsAreText) {
  const QString text =
      stored({{Kind::Answer, QStringLiteral("a")}, {Kind::Thinking, QStringLiteral("b")}, {Kind::Answer, QStringLiteral("c")}});
  EXPECT_EQ(text, QStringLiteral("a\n\nb\n\nc"));
}

TEST(ThinkingMarksTest, MarksThatAModelWritesAreNoSections) {
  const QStringList answers = {
      QStringLiteral("<think>x</think>y"),         QStringLiteral("a\n</think>\nb"), QStringLiteral("  <think>\nx"),
      QStringLiteral("a\n  </think> b"),           QStringLiteral("<thin"),          QStringLiteral("```\n</think>\n```\nx"),
      QStringLiteral("use `<think>` and </think>")};
  auto* random = QRandomGenerator::global();
  for (const QString& answer : answers) {
    const QString text = stored({{Kind::Answer, answer}});
    EXPECT_EQ(thinkingBlocks(text), 0) << answer.toStdString();
    EXPECT_EQ(ThinkingMarks::plain(MarkdownStream::withoutThinking(text)), answer) << answer.toStdString();
    for (int i = 0; i < 30; ++i) EXPECT_EQ(stored({{Kind::Answer, answer}}, random), text) << answer.toStdString();
    const QString both = stored({{Kind::Thinking, answer}, {Kind::Answer, answer}});
    EXPECT_EQ(thinkingBlocks(both), 1) << answer.toStdString();
    EXPECT_EQ(MarkdownStream::withoutThinking(both), answer.trimmed()) << answer.toStdString();
    for (int i = 0; i < 30; ++i) EXPECT_EQ(stored({{Kind::Thinking, answer}, {Kind::Answer, answer}}, random), both);
  }
}

TEST(ThinkingMarksTest, CodeKeepsItsMarks) {
  const QString code = QStringLiteral("```\n<think>\n</think>\n```\n");
  EXPECT_EQ(stored({{Kind::Answer, code}}), code);
}

TEST(ThinkingMarks, AStoredTextGoesOn) {
  const auto after = [](const char* stored, Kind kind, const char* delta) {
    ThinkingMarks marks{QString::fromUtf8(stored)};
    return marks.add(kind, QString::fromUtf8(delta)) + marks.finish();
  };
  EXPECT_EQ(after("Fire", Kind::Answer, " is hot"), QStringLiteral(" is hot"));
  EXPECT_EQ(after("<think>hm", Kind::Thinking, ", so"), QStringLiteral(", so"));
  EXPECT_EQ(after("<think>hm", Kind::Answer, "hot"), QStringLiteral("</think>\n\nhot"));
  EXPECT_EQ(after("<think>hm</think>\n\nho", Kind::Answer, "t"), QStringLiteral("t"));
  EXPECT_EQ(after("a\n<thi", Kind::Answer, "nk>"), QStringLiteral("nk>"));
  EXPECT_EQ(after("```\nx\n", Kind::Answer, "<think>"), QStringLiteral("<think>"));  // in a fence it is code
}

}  // namespace
