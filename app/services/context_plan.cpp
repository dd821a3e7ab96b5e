#include "services/context_plan.h"

#include <algorithm>
#include <numeric>

namespace {

constexpr int kLeastRoom = 64;
constexpr int kRequestTokens = 160;  // of the words that ask for a summary, on the high side

[[nodiscard]] int sum(const QList<ContextTurn>& turns, qsizetype from, qsizetype to) {
  return std::accumulate(turns.begin() + from, turns.begin() + to, 0, [](int n, const ContextTurn& turn) { return n + turn.total(); });
}

[[nodiscard]] int afterStep(int limit) {
  return limit / 4 * 3;
}

/// The first turn that is sent. Goes through the conversation as it was held: what a question left out stays out, so that the answer to
/// the next one finds the same beginning.
[[nodiscard]] int firstKept(const ContextInput& input, int limit) {
  qsizetype first = 0;
  int kept = 0;  // tokens of the turns from it on
  for (qsizetype at = 0; at <= input.turns.size(); ++at) {
    const bool newest = at == input.turns.size();
    const int fixed = input.instructions + (newest ? input.question : input.turns[at].question);
    if (fixed + kept > limit) {
      while (first < at && fixed + kept > afterStep(limit)) kept -= input.turns[first++].total();
    }
    if (!newest) kept += input.turns[at].total();
  }
  return static_cast<int>(first);
}

[[nodiscard]] ContextPlan summarisedPlan(const ContextInput& input, int limit, int most) {
  const int count = static_cast<int>(input.turns.size());
  const int start = std::clamp(input.summarised, 0, count);
  const int old = start > 0 ? input.summary : 0;
  const int fixed = input.instructions + input.question;
  int rest = sum(input.turns, start, count);
  ContextPlan plan;
  plan.first = start;
  plan.withSummary = start > 0;
  plan.prompt = fixed + old + rest;
  if (plan.prompt <= limit) return plan;
  const int room = summaryRoom(input.context);
  if (start == count || fixed + room > most) {  // there is nothing more to summarise, or no place for it
    const bool fits = start > 0 && fixed + old <= most;
    return {ContextPlan::Kind::Send, count, fits && start == count, 0, fixed + (fits && start == count ? old : 0)};
  }
  plan.kind = ContextPlan::Kind::Summarise;
  int to = start;
  do {
    rest -= input.turns[to++].total();
  } while (to < count && fixed + room + rest > afterStep(limit));
  // What is long is summarised in parts: the request for a summary has to fit, too.
  int readable = input.context - room - kRequestTokens - input.instructions - old;
  plan.summariseTo = start;
  while (plan.summariseTo < to && readable >= input.turns[plan.summariseTo].total()) readable -= input.turns[plan.summariseTo++].total();
  plan.summariseTo = std::max(plan.summariseTo, start + 1);
  return plan;
}

}  // namespace

QString toString(ContextPolicy policy) {
  switch (policy) {
    case ContextPolicy::Summarise:
      return QStringLiteral("summarise");
    case ContextPolicy::Stop:
      return QStringLiteral("stop");
    case ContextPolicy::DropOldest:
      break;
  }
  return QStringLiteral("drop");
}

ContextPolicy contextPolicyFromString(const QString& name) {
  return name == QLatin1String("summarise") ? ContextPolicy::Summarise
         : name == QLatin1String("stop")    ? ContextPolicy::Stop
                                            : ContextPolicy::DropOldest;
}

int allTokens(const ContextInput& input) {
  return input.instructions + sum(input.turns, 0, input.turns.size()) + input.question;
}

int answerReserve(int context, int maxTokens) {
  const int most = context / 4;
  return maxTokens > 0 ? std::min(maxTokens, most) : most;
}

int leastRoom(int context) {
  return std::min(kLeastRoom, context / 16);
}

int summaryRoom(int context) {
  return context / 8;
}

ContextPlan planContext(const ContextInput& input) {
  const int count = static_cast<int>(input.turns.size());
  const int all = allTokens(input);
  if (input.context <= 0) return {ContextPlan::Kind::Send, 0, false, 0, all};
  const int most = input.context - leastRoom(input.context);
  const int limit = std::min(most, input.context - input.reserve);
  const int alone = input.instructions + input.question;
  if (alone > most) return {ContextPlan::Kind::TooLong, count, false, 0, alone};
  switch (input.policy) {
    case ContextPolicy::Stop:
      return {all > most ? ContextPlan::Kind::Full : ContextPlan::Kind::Send, 0, false, 0, all};
    case ContextPolicy::Summarise:
      return summarisedPlan(input, limit, most);
    case ContextPolicy::DropOldest:
      break;
  }
  const int first = firstKept(input, limit);
  return {ContextPlan::Kind::Send, first, false, 0, alone + sum(input.turns, first, count)};
}
