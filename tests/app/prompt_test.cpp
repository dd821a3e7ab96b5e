#include "services/prompt.h"

#include <gtest/gtest.h>

namespace {

MessageRow message(MessageRole role, const QString& content, MessageStatus status = MessageStatus::Done) {
  MessageRow row;
  row.role = role;
  row.content = content;
  row.status = status;
  return row;
}

const QList<MessageRow> kPath{
    message(MessageRole::User, QStringLiteral("q1")), message(MessageRole::Assistant, QStringLiteral("<think>hm</think>a1")),
    message(MessageRole::User, QStringLiteral("q2")), message(MessageRole::Assistant, {}, MessageStatus::Failed),
    message(MessageRole::User, QStringLiteral("q3")), message(MessageRole::Assistant, QStringLiteral("a3 cut"), MessageStatus::Stopped),
    message(MessageRole::User, QStringLiteral("q4"))};

TEST(Prompt, RolesAlternateWithoutFailuresAndThinking) {
  QStringList contents;
  for (const AnsweredTurn& turn : answeredTurns(kPath)) contents += {turn.question, turn.answer};
  EXPECT_EQ(contents.join(u','), QStringLiteral("q1,a1,q3,a3 cut"));
  EXPECT_TRUE(answeredTurns(kPath.first(1)).isEmpty());
}

TEST(Prompt, Titles) {
  EXPECT_EQ(titleFor(QStringLiteral("Hello  there\nmore")), QStringLiteral("Hello there"));
  EXPECT_EQ(titleFor(QStringLiteral("\n```\n## Plan for *tea*")), QStringLiteral("Plan for *tea*"));
  const QString longTitle = titleFor(QStringLiteral("word ").repeated(40));
  EXPECT_LE(longTitle.size(), 61);
  EXPECT_TRUE(longTitle.endsWith(QStringLiteral("word…")));
  EXPECT_EQ(titleFor(QStringLiteral("---")), QStringLiteral("---"));
  EXPECT_EQ(titleFor(QStringLiteral("讲一个故事")), QStringLiteral("讲一个故事"));
}

TEST(Prompt, EstimateCountsOtherScriptsHigher) {
  EXPECT_EQ(estimatedTokens(QStringLiteral("abcdef")), 2);
  EXPECT_EQ(estimatedTokens(QStringLiteral("你好")), 3);
}

TEST(Prompt, ABegunAnswerIsToldWithoutMarks) {
  EXPECT_EQ(begunAnswer(QStringLiteral("Fire is  ")), (BegunAnswer{{}, QStringLiteral("Fire is")}));
  EXPECT_EQ(begunAnswer(QStringLiteral("a\n\n")), (BegunAnswer{{}, QStringLiteral("a\n\n")}));
  EXPECT_EQ(begunAnswer(QStringLiteral("<think>hm")), (BegunAnswer{QStringLiteral("hm"), {}}));
  EXPECT_EQ(begunAnswer(QStringLiteral("<think>hm</think>\n\nhot")), (BegunAnswer{QStringLiteral("hm"), QStringLiteral("hot")}));
  EXPECT_EQ(begunAnswer({}), BegunAnswer());
}

TEST(Prompt, TheEndOfALongBegunAnswerIsKept) {
  const QString text = QStringLiteral("first ") + QStringLiteral("word ").repeated(500) + QStringLiteral("last");
  const QString kept = begunAnswer(text, 100).text;
  EXPECT_LE(estimatedTokens(kept), 100);
  EXPECT_GT(estimatedTokens(kept), 90);
  EXPECT_TRUE(kept.startsWith(QStringLiteral("word ")) && kept.endsWith(QStringLiteral("last")));
  // Thinking that is over goes first.
  const BegunAnswer thought = begunAnswer(QStringLiteral("<think>") + text + QStringLiteral("</think>\n\nhot"), 100);
  EXPECT_EQ(thought, (BegunAnswer{{}, QStringLiteral("hot")}));
}

}  // namespace
