#include "runtime/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "engine/fake_model.h"
#include "runtime/event_queue.h"
#include "runtime/stop_strings.h"

namespace engine {
namespace {

using hearth_test::ByteTokenizer;
using hearth_test::Context;
using hearth_test::FakeModel;

struct Outcome {
  std::string text, thinking;
  int delta_tokens = 0;
  std::optional<Finished> finished;
  std::optional<Failed> failed;
  std::vector<PromptProgress> progress;
  std::vector<std::string> deltas;
};

class Bench {
 public:
  explicit Bench(int context = 512, int pages = 96, int slots = 4, int chunk = 64)
      : limits{chunk, slots, slots, (context + kPageTokens - 1) / kPageTokens},
        model(pages, limits),
        scheduler(model, tokenizer, {context, pages, slots, limits}, [this](Event e) { take(std::move(e)); }) {}

  RequestId add(const std::string& prompt, int max_tokens, std::vector<std::string> stop = {}, uint64_t salt = 0) {
    SequenceRequest r;
    r.id = ++last_id;
    for (char c : prompt) r.prompt.push_back(static_cast<unsigned char>(c));
    r.sampling.temperature = 0;
    r.max_tokens = max_tokens;
    r.stop = std::move(stop);
    r.scope = {1, salt == 0 ? 1000 + r.id : salt, 0};
    scheduler.add(std::move(r));
    return last_id;
  }
  void run() {
    for (int i = 0; i < 100000 && !scheduler.idle(); ++i) scheduler.step();
    EXPECT_TRUE(scheduler.idle());
  }
  /// The model will write this after any prompt, then end.
  void script(const std::vector<int32_t>& answer, size_t prompt_size) {
    model.next = [answer, prompt_size](const Context& context) {
      const size_t i = context.size() - prompt_size;
      return i < answer.size() ? answer[i] : ByteTokenizer::kEnd;
    };
  }
  void script(const std::string& answer, size_t prompt_size) {
    std::vector<int32_t> ids;
    for (char c : answer) ids.push_back(static_cast<unsigned char>(c));
    script(ids, prompt_size);
  }
  Outcome& of(RequestId id) { return outcomes[id]; }
  StopReason reason(RequestId id) {
    EXPECT_TRUE(of(id).finished.has_value()) << (of(id).failed ? of(id).failed->error.message : "nothing came");
    return of(id).finished ? of(id).finished->reason : StopReason::cancelled;
  }
  Usage usage(RequestId id) { return of(id).finished ? of(id).finished->usage : Usage{}; }

  ByteTokenizer tokenizer;
  StepLimits limits;
  FakeModel model;
  std::map<RequestId, Outcome> outcomes;
  Scheduler scheduler;
  RequestId last_id = 0;

 private:
  void take(Event event) {
    Outcome& o = outcomes[event_id(event)];
    EXPECT_FALSE(o.finished || o.failed) << "an event after the last one";
    if (auto* d = std::get_if<TextDelta>(&event)) {
      EXPECT_FALSE(d->text.empty());
      (d->kind == TextKind::thinking ? o.thinking : o.text) += d->text;
      o.delta_tokens += d->tokens;
      o.deltas.push_back(d->text);
    } else if (auto* p = std::get_if<PromptProgress>(&event)) {
      o.progress.push_back(*p);
    } else if (auto* f = std::get_if<Finished>(&event)) {
      o.finished = *f;
    } else if (auto* x = std::get_if<Failed>(&event)) {
      o.failed = *x;
    }
  }
};

std::string alone(const std::string& prompt, int max_tokens) {
  Bench bench;
  const RequestId id = bench.add(prompt, max_tokens);
  bench.run();
  return bench.of(id).text;
}

TEST(Scheduler, AnswersUntilTheEndToken) {
  Bench bench;
  bench.script("Hello there.", 2);
  const RequestId id = bench.add("Hi", 0);
  bench.run();
  EXPECT_EQ(bench.of(id).text, "Hello there.");
  EXPECT_EQ(bench.reason(id), StopReason::end_of_turn);
  const Usage usage = bench.usage(id);
  EXPECT_EQ(usage.prompt_tokens, 2);
  EXPECT_EQ(usage.generated_tokens, 12);
  EXPECT_EQ(bench.of(id).delta_tokens, 12);
  EXPECT_EQ(usage.reused_tokens, 0);
  EXPECT_NE(usage.seed, 0u);
  EXPECT_GT(usage.first_token_seconds, 0);
}

TEST(Scheduler, StopsAtMaxTokens) {
  Bench bench;
  const RequestId id = bench.add("some prompt", 7);
  bench.run();
  EXPECT_EQ(bench.reason(id), StopReason::max_tokens);
  EXPECT_EQ(bench.of(id).text.size(), 7u);
  EXPECT_EQ(bench.usage(id).generated_tokens, 7);
}

TEST(Scheduler, CutsPromptsIntoChunks) {
  Bench bench;
  const RequestId id = bench.add(std::string(150, 'x'), 1);
  bench.run();
  ASSERT_EQ(bench.model.steps.size(), 3u);
  EXPECT_EQ(bench.model.steps[0].tokens, std::vector<int>{64});
  EXPECT_EQ(bench.model.steps[1].positions, std::vector<int>{64});
  EXPECT_EQ(bench.model.steps[2].tokens, std::vector<int>{22});
  EXPECT_EQ(bench.of(id).progress.front().done, 0);
  EXPECT_EQ(bench.of(id).progress.back().done, 150);
  EXPECT_EQ(bench.of(id).progress.back().total, 150);
}

TEST(Scheduler, ChunksAreAsLongAsTheModelWants) {
  Bench bench;
  bench.model.wanted = 40;
  bench.add(std::string(100, 'x'), 1);
  bench.scheduler.step();
  bench.model.wanted = 1000;  // cut to what a step holds
  bench.run();
  std::vector<std::vector<int>> sizes;
  for (const FakeModel::Step& step : bench.model.steps) sizes.push_back(step.tokens);
  EXPECT_EQ(sizes, (std::vector<std::vector<int>>{{40}, {60}}));
}

TEST(Scheduler, FourAnswersAtOnceAreThoseOfEachAlone) {
  const std::vector<std::string> prompts = {"one", std::string(100, 'q') + "two", "three three three", std::string(200, 'z')};
  Bench bench;
  std::vector<RequestId> ids;
  for (const auto& p : prompts) ids.push_back(bench.add(p, 90));
  size_t most = 0;
  while (!bench.scheduler.idle()) {
    bench.scheduler.step();
    most = std::max(most, bench.model.steps.back().tokens.size());
    EXPECT_LE(bench.scheduler.running(), 4);
  }
  EXPECT_EQ(most, 4u);
  for (size_t i = 0; i < prompts.size(); ++i) EXPECT_EQ(bench.of(ids[i]).text, alone(prompts[i], 90)) << i;
}

TEST(Scheduler, PromptAndAnswerTokensNeverShareAStep) {
  Bench bench;
  for (int i = 0; i < 6; ++i) bench.add(std::string(static_cast<size_t>(40 + 50 * i), 'p'), 20);
  bench.run();
  for (const FakeModel::Step& step : bench.model.steps) {
    if (step.tokens.size() == 1) continue;
    for (int n : step.tokens) EXPECT_EQ(n, 1);
  }
}

TEST(Scheduler, ALongPromptDoesNotStarveAnswers) {
  Bench bench(2048, 200, 4, 64);
  bench.add("short", 400);
  for (int i = 0; i < 5; ++i) bench.scheduler.step();
  bench.model.steps.clear();
  const RequestId slow = bench.add(std::string(64 * 10, 'l'), 1);
  bench.run();
  ASSERT_TRUE(bench.of(slow).finished);
  int chunks = 0, since = Scheduler::kDecodesPerChunk;
  for (const FakeModel::Step& step : bench.model.steps) {
    if (step.tokens[0] > 1) {
      EXPECT_GE(since, Scheduler::kDecodesPerChunk);
      ++chunks;
      since = 0;
    } else {
      ++since;
    }
    if (chunks == 10) break;
  }
  EXPECT_EQ(chunks, 10);
}

TEST(Scheduler, PromptsTakeTurns) {
  Bench bench(2048, 200, 4, 64);
  const RequestId a = bench.add(std::string(64 * 4, 'a'), 1);
  const RequestId b = bench.add(std::string(64 * 4, 'b'), 1);
  for (int i = 0; i < 4; ++i) bench.scheduler.step();
  ASSERT_EQ(bench.model.steps.size(), 4u);
  std::vector<int> positions;
  for (const auto& step : bench.model.steps) positions.push_back(step.positions[0]);
  EXPECT_EQ(positions, (std::vector<int>{0, 0, 64, 64}));
  bench.run();
  EXPECT_TRUE(bench.of(a).finished && bench.of(b).finished);
}

TEST(Scheduler, MoreRequestsThanSlotsWait) {
  Bench bench;
  std::vector<RequestId> ids;
  for (int i = 0; i < 11; ++i) ids.push_back(bench.add("request " + std::to_string(i), 15));
  bench.scheduler.step();
  EXPECT_EQ(bench.scheduler.running(), 4);
  EXPECT_EQ(bench.scheduler.waiting(), 7);
  bench.run();
  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(bench.of(ids[i]).text, alone("request " + std::to_string(i), 15));
}

TEST(Scheduler, WaitsForPagesAndNeverRunsDry) {
  Bench bench(256, 10, 4, 64);  // pages for one full sequence and a bit
  std::vector<RequestId> ids;
  for (int i = 0; i < 9; ++i)
    ids.push_back(bench.add(std::string(static_cast<size_t>(20 + 20 * i), static_cast<char>('a' + i)), i % 3 == 0 ? 0 : 30));
  bench.run();
  for (RequestId id : ids) EXPECT_TRUE(bench.of(id).finished);
  EXPECT_EQ(bench.scheduler.cache().available(), 10);
}

TEST(Scheduler, FullContextEndsTheAnswer) {
  Bench bench(128, 96);
  const RequestId id = bench.add(std::string(100, 'c'), 0);
  const RequestId exact = bench.add(std::string(128, 'd'), 0);
  bench.run();
  EXPECT_EQ(bench.reason(id), StopReason::context_full);
  EXPECT_EQ(bench.usage(id).generated_tokens, 29);  // positions 100..127 are fed, each gives a token, and so does the prompt
  EXPECT_EQ(bench.reason(exact), StopReason::context_full);
  EXPECT_EQ(bench.usage(exact).generated_tokens, 1);
}

TEST(Scheduler, RefusesAPromptLongerThanTheContext) {
  Bench bench(128, 96);
  const RequestId id = bench.add(std::string(129, 'c'), 5);
  const RequestId empty = bench.add("", 5);
  const RequestId good = bench.add("good", 5);
  bench.run();
  ASSERT_TRUE(bench.of(id).failed);
  const Error& error = bench.of(id).failed->error;
  EXPECT_EQ(error.code, ErrorCode::context_full);
  EXPECT_NE(error.message.find("129"), std::string::npos);
  EXPECT_NE(error.message.find("128"), std::string::npos);
  EXPECT_FALSE(error.hint.empty());
  ASSERT_TRUE(bench.of(empty).failed);
  EXPECT_EQ(bench.of(empty).failed->error.code, ErrorCode::invalid_argument);
  EXPECT_TRUE(bench.of(good).finished);
}

TEST(Scheduler, StopStringsMaySpanTokens) {
  Bench bench;
  bench.script("The end. STOP never shown", 1);
  const RequestId id = bench.add("?", 0, {"STOP", "zzz"});
  bench.run();
  EXPECT_EQ(bench.of(id).text, "The end. ");
  EXPECT_EQ(bench.reason(id), StopReason::stop_string);
}

TEST(Scheduler, HeldBackTextAppearsWhenItIsNoStopString) {
  Bench bench;
  bench.script("STO is not it, ST", 1);
  const RequestId id = bench.add("?", 0, {"STOP"});
  bench.run();
  EXPECT_EQ(bench.of(id).text, "STO is not it, ST");
  EXPECT_EQ(bench.reason(id), StopReason::end_of_turn);
  EXPECT_EQ(bench.of(id).deltas.front(), "STO ");
}

TEST(Scheduler, ThinkingArrivesApartFromTheAnswer) {
  Bench bench;
  std::vector<int32_t> answer = {ByteTokenizer::kThink};
  for (const char c : std::string("\nhm\n</think>\n\nok")) answer.push_back(static_cast<unsigned char>(c));
  bench.script(answer, 3);
  SequenceRequest request;
  request.id = 5;
  request.prompt = {'a', 'b', 'c'};
  request.sampling.temperature = 0;
  request.reasoning = ReasoningParser(detect_reasoning(bench.tokenizer, ""), "");
  request.scope = {1, 5, 0};
  bench.scheduler.add(std::move(request));
  bench.run();
  EXPECT_EQ(bench.of(5).thinking, "hm");
  EXPECT_EQ(bench.of(5).text, "ok");
  EXPECT_EQ(bench.usage(5).generated_tokens, static_cast<int>(answer.size()));
  EXPECT_EQ(bench.usage(5).thinking_tokens, 13);  // the tag, "\nhm\n" and the characters of the end tag
  EXPECT_EQ(bench.of(5).finished->ids, answer);
}

TEST(Scheduler, StreamsWholeCharacters) {
  Bench bench;
  const std::string text = "caf\xc3\xa9 \xe4\xbd\xa0\xe5\xa5\xbd";
  std::vector<int32_t> ids;
  for (char c : text) ids.push_back(static_cast<unsigned char>(c));
  ids.push_back(ByteTokenizer::kSmile);
  ids.push_back(ByteTokenizer::kHalfSmile);
  ids.push_back(0x99);
  ids.push_back(0x82);
  bench.script(ids, 1);
  const RequestId id = bench.add("?", 0);
  bench.run();
  EXPECT_EQ(bench.of(id).text, text + "\xf0\x9f\x99\x82\xf0\x9f\x99\x82");
  for (const std::string& delta : bench.of(id).deltas)
    EXPECT_NE(static_cast<unsigned char>(delta[0]) & 0xc0, 0x80) << "a delta starts inside a character";
  EXPECT_EQ(bench.of(id).delta_tokens, static_cast<int>(ids.size()));
}

TEST(Scheduler, BrokenUtf8IsReplaced) {
  Bench bench;
  bench.script(std::vector<int32_t>{'a', 0xff, 'b', 0xe4, 0xbd}, 1);
  const RequestId id = bench.add("?", 0);
  bench.run();
  EXPECT_EQ(bench.of(id).text,
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
}

TEST(Scheduler, NextTurnComputesOnlyItsNewTokens) {
  Bench bench(2048, 200);
  const std::string turn_one(1000, 't');
  const RequestId first = bench.add(turn_one, 50, {}, 77);
  bench.run();
  const std::string answer = bench.of(first).text;
  bench.model.computed = 0;
  const std::string more = "<end>and now?";
  const RequestId second = bench.add(turn_one + answer + more, 1, {}, 77);
  bench.run();
  // The last token of the first answer was shown but never fed.
  EXPECT_EQ(bench.usage(second).reused_tokens, 1000 + 49);
  EXPECT_EQ(bench.model.computed, 1 + static_cast<int>(more.size()));
  Context expected;
  for (char c : turn_one + answer + more) expected.push_back(static_cast<unsigned char>(c));
  EXPECT_EQ(bench.model.contexts.back(), expected) << "what the model read back is the whole conversation";
}

TEST(Scheduler, AnEndedTurnIsReusedWhole) {
  Bench bench(2048, 200);
  bench.script("fine", 40);
  bench.add(std::string(40, 'u'), 0, {}, 5);
  bench.run();
  const RequestId second = bench.add(std::string(40, 'u') + "fine" + "!", 1, {}, 5);
  bench.run();
  EXPECT_EQ(bench.usage(second).reused_tokens, 44);
}

TEST(Scheduler, SaltsShareNothing) {
  Bench bench(2048, 200);
  bench.add(std::string(500, 's'), 3, {}, 1);
  bench.run();
  bench.model.computed = 0;
  const RequestId other = bench.add(std::string(500, 's'), 1, {}, 2);
  bench.run();
  EXPECT_EQ(bench.usage(other).reused_tokens, 0);
  EXPECT_EQ(bench.model.computed, 500);
}

TEST(Scheduler, CancelsWaitingPromptsAndAnswers) {
  Bench bench(2048, 300, 2);
  const RequestId answer = bench.add("a", 500);
  for (int i = 0; i < 10; ++i) bench.scheduler.step();
  const RequestId prompt = bench.add(std::string(1000, 'p'), 5);
  const RequestId queued = bench.add("q", 5);
  bench.scheduler.step();
  bench.scheduler.cancel(queued);
  bench.scheduler.cancel(prompt);
  bench.scheduler.cancel(answer);
  bench.scheduler.cancel(4711);
  bench.scheduler.step();
  EXPECT_TRUE(bench.scheduler.idle());
  for (RequestId id : {answer, prompt, queued}) EXPECT_EQ(bench.reason(id), StopReason::cancelled);
  EXPECT_EQ(static_cast<int>(bench.of(answer).text.size()), bench.usage(answer).generated_tokens);
  EXPECT_GT(bench.usage(answer).generated_tokens, 3);
  EXPECT_EQ(bench.scheduler.cache().available(), 300);
}

TEST(Scheduler, CancelInterruptsAStepAndForgetsItsPages) {
  Bench bench(2048, 300, 4, 512);
  bench.model.delay = std::chrono::seconds(20);
  const RequestId id = bench.add(std::string(500, 'p'), 5, {}, 9);
  std::chrono::steady_clock::time_point asked;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    asked = std::chrono::steady_clock::now();
    bench.scheduler.cancel(id);
  });
  while (!bench.scheduler.idle()) bench.scheduler.step();
  const auto took = std::chrono::steady_clock::now() - asked;
  other.join();
  EXPECT_LT(took, std::chrono::milliseconds(250));
  EXPECT_EQ(bench.reason(id), StopReason::cancelled);
  EXPECT_EQ(bench.scheduler.cache().cached_pages(), 0) << "KV of the abandoned step must not be found again";
  bench.model.delay = std::chrono::milliseconds(0);
  const RequestId again = bench.add(std::string(500, 'p'), 5, {}, 9);
  bench.run();
  EXPECT_EQ(bench.usage(again).reused_tokens, 0);
  EXPECT_EQ(bench.of(again).text, alone(std::string(500, 'p'), 5));
}

TEST(Scheduler, CancellingOneAnswerLeavesItsNeighboursExact) {
  Bench bench;
  const RequestId a = bench.add("first", 60), b = bench.add("second", 60);
  for (int i = 0; i < 10; ++i) bench.scheduler.step();
  bench.model.delay = std::chrono::seconds(20);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    bench.scheduler.cancel(a);
  });
  bench.scheduler.step();  // interrupted in the middle of a common step
  other.join();
  bench.model.delay = std::chrono::milliseconds(0);
  bench.run();
  EXPECT_EQ(bench.reason(a), StopReason::cancelled);
  EXPECT_EQ(bench.of(b).text, alone("second", 60));
}

TEST(Scheduler, AFailingStepFailsItsRequestsOnly) {
  Bench bench;
  const RequestId bad = bench.add("bad", 50);
  bench.scheduler.step();
  bench.model.on_step = [&bench](size_t) { return bench.model.steps.back().tokens[0] != 1; };  // answers fail, prompts work
  bench.run();
  ASSERT_TRUE(bench.of(bad).failed);
  EXPECT_EQ(bench.of(bad).failed->error.code, ErrorCode::device);
  bench.model.on_step = {};
  const RequestId good = bench.add("good", 20);
  bench.run();
  EXPECT_EQ(bench.of(good).text, alone("good", 20));
  EXPECT_EQ(bench.scheduler.cache().available(), 96);
}

TEST(Scheduler, ManyRequestsWithSharedPrefixesStayExact) {
  Bench bench(512, 60, 4, 32);
  std::vector<std::pair<RequestId, std::string>> requests;
  for (int i = 0; i < 40; ++i) {
    const std::string prompt = std::string(static_cast<size_t>(30 + (i % 5) * 33), 'k') + std::string(static_cast<size_t>(i % 7), 'm');
    requests.emplace_back(bench.add(prompt, 25, {}, static_cast<uint64_t>(1 + i % 2)), prompt);
    if (i % 3 == 0) bench.scheduler.step();
    if (i % 10 == 9) bench.scheduler.cancel(requests[static_cast<size_t>(i - 2)].first);
  }
  bench.run();
  int compared = 0, reused = 0;
  for (const auto& [id, prompt] : requests) {
    ASSERT_TRUE(bench.of(id).finished);
    if (bench.reason(id) == StopReason::cancelled) continue;
    EXPECT_EQ(bench.of(id).text, alone(prompt, 25));
    ++compared;
    reused += bench.usage(id).reused_tokens;
  }
  EXPECT_GE(compared, 36);
  EXPECT_GT(reused, 500);
}

TEST(StopStrings, FindsTheEarliest) {
  StopStrings stops({"\n\n", "", "User:"});
  EXPECT_EQ(stops.push("Hello\n"), "Hello");
  EXPECT_EQ(stops.push("Us"), "\n");
  EXPECT_EQ(stops.push("er"), "");
  EXPECT_FALSE(stops.hit());
  EXPECT_EQ(stops.push(": x"), "");
  EXPECT_TRUE(stops.hit());
  EXPECT_EQ(stops.push("more"), "");
}

TEST(StopStrings, OverlappingBeginnings) {
  StopStrings stops({"aab"});
  std::string out;
  for (char c : std::string("aaaab!")) out += stops.push(std::string(1, c));
  EXPECT_EQ(out, "aa");
  EXPECT_TRUE(stops.hit());
}

TEST(EventQueue, DoesNotJoinThinkingAndAnswer) {
  EventQueue queue;
  queue.push(TextDelta{1, "a", 1, TextKind::thinking});
  queue.push(TextDelta{1, "b", 1, TextKind::thinking});
  queue.push(TextDelta{1, "c", 1});
  queue.push(TextDelta{1, "d", 1});
  const std::vector<Event> events = queue.take();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(std::get<TextDelta>(events[0]).text, "ab");
  EXPECT_EQ(std::get<TextDelta>(events[0]).kind, TextKind::thinking);
  EXPECT_EQ(std::get<TextDelta>(events[1]).text, "cd");
}

TEST(EventQueue, JoinsTextAndReplacesProgress) {
  EventQueue queue;
  queue.push(PromptProgress{1, 1, 10, 0});
  queue.push(PromptProgress{2, 5, 10, 0});
  queue.push(PromptProgress{1, 2, 10, 0});
  queue.push(TextDelta{1, "a", 1});
  queue.push(TextDelta{2, "x", 1});
  queue.push(TextDelta{1, "b", 2});
  queue.push(Finished{1, StopReason::end_of_turn, {}});
  const std::vector<Event> events = queue.take();
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(std::get<PromptProgress>(events[0]).done, 2);
  EXPECT_EQ(std::get<TextDelta>(events[2]).text, "ab");
  EXPECT_EQ(std::get<TextDelta>(events[2]).tokens, 3);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace engine
