#include "services/context_plan.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace {

using Kind = ContextPlan::Kind;

[[nodiscard]] ContextInput talk(int turns, int question, int answer, int context, ContextPolicy policy = ContextPolicy::DropOldest) {
  ContextInput input;
  input.context = context;
  input.reserve = answerReserve(context, 0);
  input.instructions = 20;
  for (int i = 0; i < turns; ++i) input.turns.append({question, answer});
  input.question = question;
  input.policy = policy;
  return input;
}

[[nodiscard]] int sumFrom(const ContextInput& input, int first) {
  int sum = 0;
  for (int i = first; i < input.turns.size(); ++i) sum += input.turns[i].total();
  return sum;
}

TEST(ContextPlan, WhatFitsIsSentWhole) {
  for (const auto policy : {ContextPolicy::DropOldest, ContextPolicy::Summarise, ContextPolicy::Stop}) {
    const ContextPlan plan = planContext(talk(3, 20, 50, 1000, policy));
    EXPECT_EQ(plan, (ContextPlan{Kind::Send, 0, false, 0, 20 + 3 * 70 + 20}));
  }
}

TEST(ContextPlan, WithoutAModelEverythingIsSent) {
  const ContextPlan plan = planContext(talk(500, 100, 100, 0));
  EXPECT_EQ(plan.kind, Kind::Send);
  EXPECT_EQ(plan.first, 0);
}

TEST(ContextPlan, TheReserveIsTheLongestAnswerOrAQuarter) {
  EXPECT_EQ(answerReserve(4096, 0), 1024);
  EXPECT_EQ(answerReserve(4096, 300), 300);
  EXPECT_EQ(answerReserve(4096, 9999), 1024);
  EXPECT_EQ(leastRoom(4096), 64);
  EXPECT_EQ(leastRoom(256), 16);
}

TEST(ContextPlan, OldTurnsAreLeftOutInSteps) {
  QList<int> firsts;
  for (int turns = 0; turns <= 60; ++turns) {
    const ContextPlan plan = planContext(talk(turns, 20, 60, 1000));
    EXPECT_EQ(plan.kind, Kind::Send);
    EXPECT_LE(plan.prompt, 750);
    if (!firsts.isEmpty()) {
      EXPECT_GE(plan.first, firsts.last()) << "what was left out stays out";
    }
    firsts.append(plan.first);
  }
  EXPECT_GT(firsts.last(), 40);
  int changes = 0;
  for (qsizetype i = 1; i < firsts.size(); ++i) changes += firsts[i] != firsts[i - 1];
  EXPECT_LT(changes, 25) << "the beginning stays the same for several questions";
}

TEST(ContextPlan, AMessageLongerThanTheContextIsRefused) {
  for (const auto policy : {ContextPolicy::DropOldest, ContextPolicy::Summarise, ContextPolicy::Stop}) {
    ContextInput input = talk(3, 20, 50, 1000, policy);
    input.question = 930;
    EXPECT_EQ(planContext(input).kind, Kind::TooLong);
    input.question = 900;  // no room of the usual size for the answer, but some
    EXPECT_EQ(planContext(input).kind, policy == ContextPolicy::Stop ? Kind::Full : Kind::Send);
  }
}

TEST(ContextPlan, StopLeavesNothingOut) {
  EXPECT_EQ(planContext(talk(10, 30, 60, 1000, ContextPolicy::Stop)).kind, Kind::Full);
  const ContextPlan nearly = planContext(talk(9, 30, 60, 1000, ContextPolicy::Stop));
  EXPECT_EQ(nearly.kind, Kind::Send) << "into the reserve: the answer may be short";
  EXPECT_EQ(nearly.first, 0);
}

TEST(ContextPlan, ASummaryStandsForTheOldestTurns) {
  ContextInput input = talk(12, 20, 60, 1000, ContextPolicy::Summarise);
  const ContextPlan needs = planContext(input);
  ASSERT_EQ(needs.kind, Kind::Summarise);
  EXPECT_GT(needs.summariseTo, 0);
  input.summarised = needs.summariseTo;
  input.summary = 100;
  const ContextPlan uses = planContext(input);
  EXPECT_EQ(uses.kind, Kind::Send);
  EXPECT_EQ(uses.first, needs.summariseTo);
  EXPECT_TRUE(uses.withSummary);
  EXPECT_EQ(uses.prompt, 20 + 100 + sumFrom(input, uses.first) + 20);
  input.turns.append({20, 60});
  EXPECT_EQ(planContext(input).kind, Kind::Send) << "one more question needs no new summary";
}

/// Any conversation, any numbers: the promises hold.
TEST(ContextPlan, Properties) {
  std::mt19937 random(7);
  const auto upTo = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  for (int round = 0; round < 20000; ++round) {
    ContextInput input;
    input.context = 64 + upTo(4000);
    input.reserve = answerReserve(input.context, upTo(1) ? 0 : 1 + upTo(3000));
    input.instructions = upTo(200);
    input.question = upTo(round % 5 == 0 ? 5000 : 400);
    const int turns = upTo(40);
    for (int i = 0; i < turns; ++i) input.turns.append({upTo(200), upTo(round % 7 == 0 ? 3000 : 300)});
    input.policy = static_cast<ContextPolicy>(upTo(2));
    for (int asked = 0;; ++asked) {
      ASSERT_LE(asked, turns) << "summaries come to an end";
      const ContextPlan plan = planContext(input);
      const int count = static_cast<int>(input.turns.size());
      if (plan.kind == Kind::Summarise) {
        ASSERT_EQ(input.policy, ContextPolicy::Summarise);
        ASSERT_GT(plan.summariseTo, input.summarised);
        ASSERT_LE(plan.summariseTo, count);
        input.summarised = plan.summariseTo;
        input.summary = upTo(summaryRoom(input.context) * 2);
        continue;
      }
      const int alone = input.instructions + input.question;
      if (plan.kind == Kind::TooLong) {
        ASSERT_GT(alone, input.context - leastRoom(input.context));
      } else if (plan.kind == Kind::Full) {
        ASSERT_EQ(input.policy, ContextPolicy::Stop);
        ASSERT_GT(plan.prompt, input.context - leastRoom(input.context));
      } else {
        ASSERT_LE(plan.prompt, input.context - leastRoom(input.context));
        ASSERT_GE(plan.first, 0);
        ASSERT_LE(plan.first, count);
        ASSERT_EQ(plan.prompt, alone + sumFrom(input, plan.first) + (plan.withSummary ? input.summary : 0));
        if (input.policy == ContextPolicy::Stop) {
          ASSERT_EQ(plan.first, 0);
        }
        if (plan.withSummary) {
          ASSERT_EQ(plan.first, input.summarised);
        }
        // Going on never brings back what was left out.
        if (input.policy == ContextPolicy::DropOldest) {
          ContextInput later = input;
          later.turns.append({input.question, upTo(100)});
          const ContextPlan next = planContext(later);
          ASSERT_GE(next.first, std::min(plan.first, count));
        }
      }
      break;
    }
  }
}

TEST(ContextPlan, PoliciesHaveNames) {
  for (const auto policy : {ContextPolicy::DropOldest, ContextPolicy::Summarise, ContextPolicy::Stop})
    EXPECT_EQ(contextPolicyFromString(toString(policy)), policy);
  EXPECT_EQ(contextPolicyFromString(QStringLiteral("from the future")), ContextPolicy::DropOldest);
}

}  // namespace
