// Which turns of a conversation are sent when its context is small. Pure functions of token counts.
#pragma once

#include <QList>
#include <QString>

/// What to do when a conversation is longer than the context of the model.
enum class ContextPolicy { DropOldest, Summarise, Stop };

/// Names as stored and as seen by QML: "drop", "summarise", "stop". Anything else is DropOldest.
[[nodiscard]] QString toString(ContextPolicy policy);
[[nodiscard]] ContextPolicy contextPolicyFromString(const QString& name);

/// A question and its answer, in tokens, with the marks that a template puts around them.
struct ContextTurn {
  int question = 0;
  int answer = 0;

  [[nodiscard]] int total() const { return question + answer; }
};

/// All in tokens.
struct ContextInput {
  int context = 0;           // what the model holds; 0: unknown, everything is sent
  int reserve = 0;           // for the answer, see answerReserve()
  int instructions = 0;      // always sent
  QList<ContextTurn> turns;  // answered ones, oldest first
  int question = 0;          // the newest one, with what there is of its answer; always sent
  ContextPolicy policy = ContextPolicy::DropOldest;
  int summary = 0;     // of the one that there is
  int summarised = 0;  // how many of the oldest turns it stands for; 0: there is none
};

struct ContextPlan {
  enum class Kind {
    Send,
    Summarise,  // first, then plan again
    Full,       // the conversation does not fit, and nothing may be left out
    TooLong     // not even the instructions and the question alone fit
  };

  Kind kind = Kind::Send;
  int first = 0;             // turns before it are not sent
  bool withSummary = false;  // it is sent in place of them
  int summariseTo = 0;       // of Summarise: turns from `summarised` up to this one come into the summary, at least one
  int prompt = 0;            // tokens of what is sent; of Full and TooLong: of what would have to be

  bool operator==(const ContextPlan&) const = default;
};

/// Of everything, if nothing were left out.
[[nodiscard]] int allTokens(const ContextInput& input);
/// What is kept free for an answer: its longest, at most a quarter of the context. `maxTokens` 0: no limit.
[[nodiscard]] int answerReserve(int context, int maxTokens);
/// The least room for an answer that is worth beginning one.
[[nodiscard]] int leastRoom(int context);
/// The most tokens of a summary.
[[nodiscard]] int summaryRoom(int context);

/// Left out are whole turns, from the oldest on, and in steps: what is sent then fills three quarters of the room. The beginning of the
/// prompt stays the same for several questions that way, and the model need not read it anew each time.
[[nodiscard]] ContextPlan planContext(const ContextInput& input);
