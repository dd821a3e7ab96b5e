#include "runtime/reasoning.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/word_tokenizer.h"
#include "runtime/sequence.h"

namespace engine {
namespace {

using Style = ReasoningFormat::Style;
using Parts = std::vector<TextPart>;

constexpr TextKind kAnswer = TextKind::answer;
constexpr TextKind kThinking = TextKind::thinking;

using hearth_test::WordTokenizer;

const std::vector<std::pair<std::string, bool>> kHarmony = {{"<|start|>", true},    {"<|channel|>", true}, {"<|message|>", true},
                                                            {"<|end|>", true},      {"<|return|>", true},  {"<|call|>", true},
                                                            {"<|constrain|>", true}};

Parts joined(const Parts& parts) {
  Parts out;
  for (const TextPart& part : parts) add_part(out, part.kind, part.text);
  return out;
}

/// What a parser makes of an answer, given token by token or, with `random`, in pieces of any size.
Parts read(const Tokenizer& tokenizer, std::string_view source, std::string_view prompt_end, std::string_view answer,
           std::mt19937* random = nullptr) {
  ReasoningParser parser(detect_reasoning(tokenizer, source), prompt_end);
  Parts out;
  const auto take = [&out](const Parts& parts) { out.insert(out.end(), parts.begin(), parts.end()); };
  std::string pending;
  for (int32_t id : tokenizer.encode(answer, SpecialTokens::parse)) {
    if (parser.is_mark(id)) {
      take(parser.text(std::exchange(pending, {})));
      take(parser.mark(tokenizer.token_text(id)));
      continue;
    }
    pending += tokenizer.piece(id, SpecialTokens::as_text);
    if (random == nullptr || (*random)() % 3 == 0) take(parser.text(std::exchange(pending, {})));
  }
  take(parser.text(pending));
  take(parser.finish());
  return joined(out);
}

struct Case {
  std::vector<std::pair<std::string, bool>> words;
  std::string source, prompt_end, answer;
  Parts expected;
};

std::vector<Case> cases() {
  const std::vector<std::pair<std::string, bool>> none,
      think = {{"<think>", false}, {"</think>", false}}, hidden = {{"<think>", true}, {"</think>", true}, {"<|x|>", true}},
      kimi = {{"◁think▷", true}, {"◁/think▷", true}}, magistral = {{"[THINK]", true}, {"[/THINK]", true}},
      gemma = {{"<|channel>", true}, {"<channel|>", true}};
  const Parts both = {{kThinking, "why\n\nso"}, {kAnswer, "It is."}};
  std::vector<Case> out;
  for (const auto& words : {none, think, hidden}) {
    out.push_back({words, "", "<|im_start|>assistant\n", "<think>\nwhy\n\nso\n</think>\n\nIt is.", both});
    out.push_back({words, "", "", "\n <think>why\n\nso</think>It is.", both});
    out.push_back({words, "", "<|assistant|><think>\n", "why\n\nso\n</think>\n\nIt is.", both});
    out.push_back({words, "", "<|assistant|><think>\n", "<think>\nwhy\n\nso\n</think>\n\nIt is.", both});
    out.push_back({words, "", "<think>\n\n</think>\n\n", "It is.", {{kAnswer, "It is."}}});
    out.push_back({words, "", "", "<think>\n\n</think>\n\nIt is.", {{kAnswer, "It is."}}});
    out.push_back({words, "", "", "<think>\nwhy\n\nso\n</think>\n<answer>\nIt is.\n</answer>", both});
    out.push_back({words, "", "", "<think>why\n\nso</think> <response>It is.</response>", both});
    out.push_back({words, "", "", "<think>open \n", {{kThinking, "open"}}});
    out.push_back({words, "", "", "<think>open </thi", {{kThinking, "open </thi"}}});
  }
  // Tags in other places are text of the answer.
  for (const std::string text : {"Use <think>x</think> tags.", "  a</think>b", "<thin", "<thinking>x</thinking>", "<", " "})
    out.push_back({none, "", "", text, {{kAnswer, text}}});
  out.push_back({none, "", "", "<think>a</think>b <think>c</think>", {{kThinking, "a"}, {kAnswer, "b <think>c</think>"}}});
  out.push_back({none, "", "", "<think>a</think>b</answer>", {{kThinking, "a"}, {kAnswer, "b</answer>"}}});
  out.push_back({none, "", "", "<think>a</think><answ", {{kThinking, "a"}, {kAnswer, "<answ"}}});
  out.push_back({none, "", "", "<think>a < b <think> </ c</think>d", {{kThinking, "a < b <think> </ c"}, {kAnswer, "d"}}});
  out.push_back({hidden, "", "", "a<think>b<|x|>", {{kAnswer, "ab"}}});
  out.push_back({kimi, "", "<|im_middle|>", "◁think▷why\n\nso◁/think▷It is.", both});
  out.push_back({none, "{{ '◁think▷' }}{{ '◁/think▷' }}", "", "◁think▷why\n\nso◁/think▷It is.", both});
  out.push_back({magistral, "", "[/INST]", "[THINK]why\n\nso[/THINK]It is.", both});
  out.push_back({gemma, "", "", "<|channel>thought\nwhy\n\nso<channel|>It is.", both});
  out.push_back(
      {{{"<|inner_prefix|>", true}, {"<|inner_suffix|>", true}}, "", "", "<|inner_prefix|>why\n\nso<|inner_suffix|>It is.", both});
  const std::string apriel = "Here are my reasoning steps:\n[BEGIN FINAL RESPONSE]";
  out.push_back({none, apriel, "Here are my reasoning steps:\n", "why\n\nso\n[BEGIN FINAL RESPONSE]\nIt is.", both});
  const std::string start = "<|start|>assistant";
  out.push_back({kHarmony, "", start,
                 "<|channel|>analysis<|message|>why\n\nso<|end|><|start|>assistant<|channel|>final<|message|>It is.<|return|>", both});
  out.push_back({kHarmony, "", start, "<|channel|>final<|message|>It is.", {{kAnswer, "It is."}}});
  out.push_back(
      {kHarmony, "", start + "<|channel|>analysis<|message|>", "why\n\nso<|end|>" + start + "<|channel|>final<|message|>It is.", both});
  out.push_back({kHarmony, "", start + "<|channel|>final<|message|>", "It is.", {{kAnswer, "It is."}}});
  out.push_back({kHarmony,
                 "",
                 start,
                 "<|channel|>analysis<|message|>a<|end|>" + start + "<|channel|>analysis<|message|>b<|end|>" + start +
                     " to=functions.f<|channel|>commentary <|constrain|>json<|message|>{}<|call|>",
                 {{kThinking, "a\n\nb"}, {kAnswer, "{}"}}});
  out.push_back({kHarmony, "", start, "Plain text.", {{kAnswer, "Plain text."}}});
  out.push_back({kHarmony, "", start, std::string(300, 'x'), {{kAnswer, std::string(300, 'x')}}});
  out.push_back({kHarmony, "", start, "<|channel|>final<|message|>say <think>x</think>", {{kAnswer, "say <think>x</think>"}}});
  return out;
}

TEST(Reasoning, SectionsAreFoundHoweverTheTextIsCut) {
  std::mt19937 random(7);
  for (const Case& c : cases()) {
    const WordTokenizer tokenizer(c.words);
    EXPECT_EQ(read(tokenizer, c.source, c.prompt_end, c.answer), c.expected) << c.prompt_end << " | " << c.answer;
    for (int i = 0; i < 50; ++i)
      ASSERT_EQ(read(tokenizer, c.source, c.prompt_end, c.answer, &random), c.expected) << c.prompt_end << " | " << c.answer;
  }
}

TEST(Reasoning, RandomTextIsReadTheSameInAnyPieces) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {"<think>",     "</think>",    "<",        "</",        "think>",   " ",
                                           "\n",          "a",           "<answer>", "</answer>", "</ans",    "你",
                                           "<|channel|>", "<|message|>", "<|end|>",  "<|start|>", "analysis", "final"};
  for (int round = 0; round < 2000; ++round) {
    std::string answer;
    for (uint32_t n = random() % 12; n > 0; --n) answer += pieces[random() % pieces.size()];
    const WordTokenizer tokenizer(round % 2 == 0 ? kHarmony : std::vector<std::pair<std::string, bool>>{{"</think>", true}});
    const std::string end = round % 3 == 0 ? "<think>\n" : "<|start|>assistant";
    const Parts expected = read(tokenizer, "", end, answer);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(read(tokenizer, "", end, answer, &random), expected) << answer;
  }
}

TEST(Reasoning, NothingHeldBackGrows) {
  ReasoningParser parser(detect_reasoning(WordTokenizer({}), ""), "<think>");
  size_t shown = 0;
  for (int i = 0; i < 1000; ++i)
    for (const TextPart& part : parser.text("word </thin ")) shown += part.text.size();
  EXPECT_GT(shown, 1000u * 12 - 12);
}

TEST(Reasoning, WithoutAFormatEverythingIsAnswer) {
  ReasoningParser parser;
  EXPECT_EQ(parser.text("<think>a"), (Parts{{kAnswer, "<think>a"}}));
  EXPECT_FALSE(parser.thinking());
}

SequenceRequest request_of(const Tokenizer& tokenizer, std::string_view prompt_end, std::vector<std::string> stop) {
  SequenceRequest request;
  request.prompt = {0};
  request.stop = std::move(stop);
  request.reasoning = ReasoningParser(detect_reasoning(tokenizer, ""), prompt_end);
  return request;
}

Parts answer_of(Sequence& sequence, const Tokenizer& tokenizer, std::string_view text) {
  Parts out;
  for (int32_t id : tokenizer.encode(text, SpecialTokens::parse)) {
    const Advance advance = sequence.accept(id, 100000);
    out.insert(out.end(), advance.parts.begin(), advance.parts.end());
    if (advance.finished) return joined(out);
  }
  const Parts rest = sequence.flush();
  out.insert(out.end(), rest.begin(), rest.end());
  return joined(out);
}

TEST(Reasoning, ASequenceCountsTheThinkingAndStopsOnlyInTheAnswer) {
  const WordTokenizer tokenizer({{"<think>", false}, {"</think>", false}});
  Sequence sequence(request_of(tokenizer, "", {"STOP"}), tokenizer);
  EXPECT_EQ(answer_of(sequence, tokenizer, "<think>ab STOP</think>\n\ncd STOP ef"), (Parts{{kThinking, "ab STOP"}, {kAnswer, "cd "}}));
  EXPECT_EQ(sequence.text(), "cd ");
  EXPECT_EQ(sequence.usage.thinking_tokens, 9);  // two tags and seven bytes
  EXPECT_GE(sequence.usage.thinking_seconds, 0.0);
}

TEST(Reasoning, AHarmonyAnswerShowsNoMarks) {
  const WordTokenizer tokenizer(kHarmony);
  Sequence sequence(request_of(tokenizer, "<|start|>assistant", {}), tokenizer);
  EXPECT_EQ(answer_of(sequence, tokenizer, "<|channel|>analysis<|message|>hm 你<|end|><|start|>assistant<|channel|>final<|message|>ok"),
            (Parts{{kThinking, "hm 你"}, {kAnswer, "ok"}}));
}

TEST(Reasoning, ABegunHarmonyAnswerGoesOnInItsChannel) {
  const WordTokenizer tokenizer(kHarmony);
  const ReasoningFormat format = detect_reasoning(tokenizer, "");
  const ThinkingFrame frame = thinking_frame(format, "<|start|>assistant");
  EXPECT_EQ(frame.open, "<|channel|>analysis<|message|>");
  EXPECT_EQ(frame.close, "<|end|><|start|>assistant<|channel|>final<|message|>");
  EXPECT_EQ(frame.skip, "<|channel|>final<|message|>");
  SequenceRequest request;
  request.prompt = {0};
  request.reasoning = ReasoningParser::within(format, kThinking);
  Sequence sequence(std::move(request), tokenizer);
  EXPECT_EQ(answer_of(sequence, tokenizer, " hm<|end|><|start|>assistant<|channel|>final<|message|>ok"),
            (Parts{{kThinking, " hm"}, {kAnswer, "ok"}}));
}

}  // namespace
}  // namespace engine
