// The tokenizers' rules on small vocabularies: merging, special tokens, the regexes, and files that lie.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/tokenizer_support.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/special_tokens.h"

namespace hearth_test {
namespace {

std::unique_ptr<engine::Tokenizer> make(const VocabularyFile& file) {
  Created created = file.create();
  if (!created) {
    ADD_FAILURE() << created.error().text();
    return nullptr;
  }
  return std::move(*created);
}

using Strings = std::vector<std::string>;

Strings split(const std::string& pre, std::string_view text) {
  const engine::PretokenizerRule* rule = engine::find_pretokenizer_rule(pre);
  EXPECT_TRUE(rule) << pre;
  auto pretokenizer = engine::Pretokenizer::create(*rule);
  EXPECT_TRUE(pretokenizer) << pre;
  std::vector<std::string_view> pieces;
  pretokenizer->split(text, pieces);
  return {pieces.begin(), pieces.end()};
}

const Strings all_rules = {
    "default",   "llama-bpe",      "llama3",      "llama-v3", "dbrx",       "smaug-bpe",   "qwen2",  "deepseek-r1-qwen", "megrez",
    "hunyuan",   "stablelm2",      "qwen35",      "gpt-4o",   "llama4",     "deepseek-v3", "tekken", "deepseek-llm",     "gpt-2",
    "olmo",      "deepseek-coder", "mpt",         "jais",     "phi-2",      "refact",      "smollm", "starcoder",        "command-r",
    "codeshell", "glm4",           "chatglm-bpe", "kimi-k2",  "bailingmoe", "bailingmoe2"};

TEST(Pretokenizer, PiecesOfEachRule) {
  EXPECT_EQ(split("llama-bpe", "I'LL say  12345 x\n\n y!?\n"),
            (Strings{"I", "'LL", " say", " ", " ", "123", "45", " x", "\n\n", " y", "!?\n"}));
  EXPECT_EQ(split("qwen2", "in 2024's"), (Strings{"in", " ", "2", "0", "2", "4", "'s"}));
  EXPECT_EQ(split("qwen35", "e\u0301t 1"), (Strings{"e\u0301t", " ", "1"}));
  EXPECT_EQ(split("qwen2", "e\u0301t"), (Strings{"e", "\u0301t"}));
  EXPECT_EQ(split("gpt-2", "it's  3 x's'S"), (Strings{"it", "'s", " ", " 3", " x", "'s", "'", "S"}));
  EXPECT_EQ(split("refact", "ab12 3"), (Strings{"ab", "1", "2", " ", "3"}));
  EXPECT_EQ(split("default", "a=12345"), (Strings{"a", "=", "123", "45"}));
  EXPECT_EQ(split("deepseek-v3", "a1234\u4F60\u597D.x() y"), (Strings{"a", "123", "4", "\u4F60\u597D", ".x", "()", " y"}));
  EXPECT_EQ(split("deepseek-llm", "Hi  you\n\u4F60\u597D 12  "), (Strings{"Hi", " ", " you", "\n", "\u4F60\u597D", " ", "12", "  "}));
  EXPECT_EQ(split("deepseek-coder", "x+12 y."), (Strings{"x", "+", "1", "2", " y", "."}));
  EXPECT_EQ(split("gpt-4o", "HTTPServer's a/\n"), (Strings{"HTTPServer's", " a", "/\n"}));
  EXPECT_EQ(split("gpt-4o", "camelCase \u00C9t\u00C9"), (Strings{"camel", "Case", " \u00C9t", "\u00C9"}));
  EXPECT_EQ(split("glm4", "I'M 12345"), (Strings{"I", "'M", " ", "123", "45"}));
  EXPECT_EQ(split("kimi-k2", "\u4F60\u597DabC don'T \u3005x1234\u3001\u304Bh"),
            (Strings{"\u4F60\u597D", "ab", "C", " don'T", " ", "\u3005", "x", "123", "4", "\u3001\u304Bh"}));
  EXPECT_EQ(split("kimi-k2", "a/\n"), (Strings{"a", "/\n"}));
  EXPECT_EQ(split("bailingmoe", "we'Ll 12\n\n x!\n"), (Strings{"we", "'Ll", " ", "1", "2", "\n\n", " x", "!\n"}));
  EXPECT_EQ(split("tekken", "don't 12"), (Strings{"don", "'t", " ", "1", "2"}));
}

TEST(Pretokenizer, WhiteSpaceAndContractionsAreUnicodesAndAsciis) {
  EXPECT_EQ(split("gpt-2", "a\u0085\u0085b"), (Strings{"a", "\u0085", "\u0085", "b"}));  // next line is white space
  EXPECT_EQ(split("gpt-2", "a\u180E\u180Eb"), (Strings{"a", "\u180E\u180E", "b"}));      // U+180E no longer is
  EXPECT_EQ(split("llama-bpe", "x'\u017Fy"), (Strings{"x", "'\u017Fy"}));                // the long s is no s
  EXPECT_EQ(split("llama-bpe", "x'Sy"), (Strings{"x", "'S", "y"}));
}

TEST(Pretokenizer, EveryRuleKeepsEveryByte) {
  std::mt19937 random(5);
  for (const std::string& pre : all_rules) {
    for (int round = 0; round < 60; ++round) {
      const std::string text = round % 3 ? random_text(random, 40) : random_bytes(random, 60);
      std::string joined;
      for (const std::string& piece : split(pre, text)) {
        EXPECT_FALSE(piece.empty());
        joined += piece;
      }
      EXPECT_EQ(joined, text) << pre;
    }
  }
  EXPECT_EQ(engine::find_pretokenizer_rule("no-such-rule"), nullptr);
}

TEST(Pretokenizer, LongRunsAreLinearForEveryRule) {
  const size_t size = 1 << 20;
  for (const std::string& pre : all_rules) {
    for (const std::string& text :
         {std::string(size, ' ') + "5", std::string(size, 'a'), std::string(size, 'A'), std::string(size, '\t') + "$"}) {
      const double start = processor_seconds();
      size_t bytes = 0;
      for (const std::string& piece : split(pre, text)) bytes += piece.size();
      EXPECT_EQ(bytes, text.size());
      EXPECT_LT(processor_seconds() - start, 10.0) << pre;
    }
  }
}

/// The rule as it is written: again and again the pair of lowest rank, leftmost.
Ids naive_bpe(const VocabularyFile& file, std::string_view bytes) {
  std::map<std::string, int32_t> ids;
  for (size_t i = 0; i < file.tokens.size(); ++i) ids[file.tokens[i]] = static_cast<int32_t>(i);
  std::map<std::string, size_t> ranks;
  for (size_t i = 0; i < file.merges->size(); ++i) ranks.emplace((*file.merges)[i], i);
  std::vector<std::string> symbols = characters(mapped(bytes));
  while (true) {
    size_t best = SIZE_MAX, at = 0;
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      const auto known = ranks.find(symbols[i] + " " + symbols[i + 1]);
      if (known != ranks.end() && known->second < best) best = known->second, at = i;
    }
    if (best == SIZE_MAX) break;
    symbols[at] += symbols[at + 1];
    symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(at) + 1);
  }
  Ids out;
  for (const std::string& symbol : symbols) out.push_back(ids.at(symbol));
  return out;
}

TEST(Bpe, MergesLikeTheDefinition) {
  std::mt19937 random(9);
  for (int vocabulary = 0; vocabulary < 30; ++vocabulary) {
    VocabularyFile file = byte_bpe();
    std::vector<std::string> parts = {"a", "b", "c", "d"};
    for (int i = 0; i < 40; ++i) {
      const std::string left = parts[random() % parts.size()], right = parts[random() % parts.size()];
      if (left.size() + right.size() > 9) continue;
      add_merge(file, left, right);  // equal results by different pairs, and doubled pairs, happen
      parts.push_back(left + right);
    }
    std::shuffle(file.merges->begin(), file.merges->end(), random);  // ranks no training would give
    const auto tokenizer = make(file);
    ASSERT_TRUE(tokenizer);
    for (int round = 0; round < 30; ++round) {
      std::string word;
      for (size_t i = 1 + random() % 50; i > 0; --i) word.push_back(static_cast<char>('a' + random() % 4));
      EXPECT_EQ(tokenizer->encode(word, SpecialTokens::as_text), naive_bpe(file, word)) << word;
    }
  }
}

TEST(Bpe, EveryByteComesBack) {
  std::mt19937 random(10);
  for (const std::string& pre : all_rules) {
    const auto tokenizer = make(byte_bpe(pre));
    ASSERT_TRUE(tokenizer);
    for (int round = 0; round < 20; ++round) {
      const std::string text = round % 2 ? random_text(random, 30) : random_bytes(random, 60);
      EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, SpecialTokens::as_text)), text) << pre;
    }
  }
}

TEST(Bpe, MergeResultsThatAreNoTokensFallBackToBytes) {
  VocabularyFile file = byte_bpe();
  file.merges = {"a b", "ab c"};
  const int32_t abc = file.add("abc", normal);
  const auto tokenizer = make(file);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("abc", SpecialTokens::as_text), Ids{abc});
  EXPECT_EQ(tokenizer->encode("abd", SpecialTokens::as_text), (Ids{'a', 'b', 'd'}));
}

TEST(Bpe, WholeTokensComeBeforeMergesWhereTheRuleSaysSo) {
  for (const std::string& pre : all_rules) {
    VocabularyFile file = byte_bpe(pre);
    const int32_t whole = file.add("xyz", normal);
    file.add("ending", control);
    const auto tokenizer = make(file);
    ASSERT_TRUE(tokenizer);
    const bool ignores = pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3" || pre == "tekken";
    EXPECT_EQ(tokenizer->encode("xyz", SpecialTokens::as_text), ignores ? Ids{whole} : (Ids{'x', 'y', 'z'})) << pre;
    EXPECT_EQ(tokenizer->encode("ending", SpecialTokens::as_text).size(), 6u) << "a control token from typed text, " << pre;
  }
}

TEST(Bpe, MergingNeverYieldsAControlToken) {
  VocabularyFile file = byte_bpe();
  add_merge(file, "a", "b");
  file.types->back() = control;
  const auto tokenizer = make(file);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("ab", SpecialTokens::as_text), (Ids{'a', 'b'}));
  EXPECT_EQ(tokenizer->encode("ab", SpecialTokens::parse), Ids{256});
}

TEST(Bpe, DefaultsOfBos) {
  for (const std::string& pre : all_rules) {
    VocabularyFile file = byte_bpe(pre);
    file.ids["bos_token_id"] = static_cast<uint32_t>(file.add("<bos>", control));
    const bool adds = pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3" || pre == "tekken";
    EXPECT_EQ(make(file)->adds_bos(), adds) << pre;
    file.flags["add_bos_token"] = !adds;
    EXPECT_EQ(make(file)->adds_bos(), !adds) << pre;
  }
  VocabularyFile none = byte_bpe("llama-bpe");
  EXPECT_FALSE(make(none)->adds_bos()) << "there is no BOS token to add";
  EXPECT_EQ(make(none)->eos(), -1);
  none.types->at(11) = control;  // the default id, of the vocabularies that first used this format
  EXPECT_EQ(make(none)->bos(), 11);
}

TEST(SpecialTokensInText, LongestFirstThenLeftmost) {
  engine::SpecialTokenIndex index;
  index.add_user_defined("ab", 1);
  index.add_user_defined("bcd", 2);
  index.add_user_defined("abcdefg", 3);
  index.add_user_defined("a", 4);
  index.add_control("<c>", 5);
  index.finish();
  const auto cut = [&](std::string_view text, SpecialTokens special) {
    std::string out;
    for (const auto& fragment : index.split(text, special)) {
      out += fragment.token < 0 ? "[" + std::string(fragment.text) + "]" : std::to_string(fragment.token);
    }
    return out;
  };
  EXPECT_EQ(cut("xabcdy", SpecialTokens::as_text), "[x]42[y]");  // bcd is longer than ab; the a before it is left over
  EXPECT_EQ(cut("abcdefgab", SpecialTokens::as_text), "31");
  EXPECT_EQ(cut("abcdef", SpecialTokens::as_text), "42[ef]");
  EXPECT_EQ(cut("z<c>ab", SpecialTokens::as_text), "[z<c>]1");
  EXPECT_EQ(cut("z<c>ab", SpecialTokens::parse), "[z]51");
  EXPECT_EQ(cut("", SpecialTokens::parse), "");
  EXPECT_EQ(cut("aaa", SpecialTokens::parse), "444");
}

/// "3--": a token of three bytes.
std::string token_mark(size_t length) {
  std::string mark(length, '-');
  mark[0] = static_cast<char>('0' + length);
  return mark;
}

TEST(SpecialTokensInText, CutLikeOnePassPerTokenFromTheLongest) {
  std::mt19937 random(31);
  for (int round = 0; round < 300; ++round) {
    engine::SpecialTokenIndex index;
    std::map<size_t, std::string> by_length;  // one token of each length: no ties between texts
    for (int i = 0; i < 4; ++i) {
      std::string text;
      for (size_t n = 1 + random() % 5; n > 0; --n) text.push_back(static_cast<char>('a' + random() % 2));
      by_length[text.size()] = text;
    }
    for (const auto& [length, text] : by_length) index.add_control(text, static_cast<int32_t>(length));
    index.finish();
    std::string text;
    for (size_t n = random() % 30; n > 0; --n) text.push_back(static_cast<char>('a' + random() % 2));
    std::string marks(text.size(), '.');
    for (auto token = by_length.rbegin(); token != by_length.rend(); ++token) {
      for (size_t at = 0; at + token->first <= text.size(); ++at) {
        if (text.compare(at, token->first, token->second) == 0 && marks.substr(at, token->first) == std::string(token->first, '.')) {
          marks.replace(at, token->first, token_mark(token->first));
        }
      }
    }
    std::string got;
    for (const auto& fragment : index.split(text, SpecialTokens::parse)) {
      got += fragment.token < 0 ? std::string(fragment.text.size(), '.') : token_mark(fragment.text.size());
    }
    EXPECT_EQ(got, marks) << text;
  }
}

TEST(SpecialTokensInText, UserDefinedRunsOverAMegabyteAreQuick) {
  engine::SpecialTokenIndex index;
  for (int n = 1; n <= 31; ++n) index.add_user_defined(std::string(static_cast<size_t>(n), '\n'), n);
  index.finish();
  const std::string text(1 << 20, '\n');
  const double start = processor_seconds();
  size_t bytes = 0;
  for (const auto& fragment : index.split(text, SpecialTokens::as_text)) bytes += fragment.text.size();
  EXPECT_EQ(bytes, text.size());
  EXPECT_LT(processor_seconds() - start, 10.0);
}

/// Again and again the pair whose text has the highest score, leftmost.
Ids naive_spm(const VocabularyFile& file, std::string_view text) {
  std::map<std::string, int32_t> ids;
  for (size_t i = 259; i < file.tokens.size(); ++i) ids[file.tokens[i]] = static_cast<int32_t>(i);
  std::vector<std::string> symbols = {"\u2581"};
  for (const std::string& character : characters(text)) symbols.push_back(character == " " ? "\u2581" : character);
  while (true) {
    float best = -std::numeric_limits<float>::infinity();
    size_t at = SIZE_MAX;
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      const auto known = ids.find(symbols[i] + symbols[i + 1]);
      if (known == ids.end()) continue;
      const float score = (*file.scores)[static_cast<size_t>(known->second)];
      if (score > best) best = score, at = i;
    }
    if (at == SIZE_MAX) break;
    symbols[at] += symbols[at + 1];
    symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(at) + 1);
  }
  Ids out;
  for (const std::string& symbol : symbols) {
    const auto known = ids.find(symbol);
    if (known != ids.end()) {
      out.push_back(known->second);
    } else {
      for (const char c : symbol) out.push_back(3 + static_cast<unsigned char>(c));
    }
  }
  return out;
}

TEST(SentencePiece, MergesLikeTheDefinition) {
  std::mt19937 random(12);
  const Strings alphabet = {"a", "b", "\u00E9", "\u4F60", "\u2581"};
  for (int vocabulary = 0; vocabulary < 30; ++vocabulary) {
    VocabularyFile file = byte_spm();
    Strings parts = alphabet;
    std::map<std::string, bool> known;
    for (int i = 0; i < 60; ++i) {
      const std::string text = i < 5 ? alphabet[static_cast<size_t>(i)] : parts[random() % parts.size()] + parts[random() % parts.size()];
      if (known[text]) continue;
      known[text] = true;
      file.add(text, normal, -static_cast<float>(random() % 20));  // equal scores happen
      parts.push_back(text);
    }
    const auto tokenizer = make(file);
    ASSERT_TRUE(tokenizer);
    for (int round = 0; round < 30; ++round) {
      std::string text;
      for (size_t i = 1 + random() % 40; i > 0; --i) text += random() % 6 == 0 ? " " : alphabet[random() % 4];
      EXPECT_EQ(tokenizer->encode(text, SpecialTokens::as_text), naive_spm(file, text)) << text;
      EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, SpecialTokens::as_text)), text);
    }
  }
}

TEST(SentencePiece, SpacePrefixAtTheStartAndAfterSpecialTokens) {
  VocabularyFile file = byte_spm();
  const int32_t space = file.add("\u2581", normal, -1), a = file.add("a", normal, -2), user = file.add("[U]", user_defined);
  const auto with = make(file);
  EXPECT_EQ(with->encode("a", SpecialTokens::as_text), (Ids{space, a}));
  EXPECT_EQ(with->encode("a[U]a</s>a", SpecialTokens::parse), (Ids{space, a, user, space, a, 2, space, a}));
  EXPECT_EQ(with->encode("", SpecialTokens::parse), Ids{});
  EXPECT_EQ(with->decode({space, a, user}), "a[U]");
  file.flags["add_space_prefix"] = false;
  const auto without = make(file);
  EXPECT_EQ(without->encode("a", SpecialTokens::as_text), Ids{a});
  EXPECT_EQ(without->decode({space, a}), " a");
  EXPECT_FALSE(without->strips_leading_space());
}

TEST(SentencePiece, UserDefinedSpacesAndUnusedPieces) {
  VocabularyFile file = byte_spm();
  file.flags["add_space_prefix"] = false;
  const int32_t spaces = file.add("\u2581\u2581", user_defined), a = file.add("a", normal, -1), b = file.add("b", normal, -2);
  file.add("ab", unused, -3);
  const auto tokenizer = make(file);
  EXPECT_EQ(tokenizer->encode("a  b", SpecialTokens::as_text), (Ids{a, spaces, b}));
  EXPECT_EQ(tokenizer->decode({a, spaces, b}), "a  b");
  EXPECT_EQ(tokenizer->encode("ab", SpecialTokens::as_text), (Ids{a, b})) << "an unused piece is cut up again";
}

TEST(SentencePiece, IncompleteVocabulariesLoad) {
  VocabularyFile file = byte_spm();
  file.tokens[3 + 'x'] = "<0x41>";  // a second byte 41, none for 'x'
  file.add("a", normal, -1);
  file.add("a", normal, -2);  // twice the same text: the last counts
  file.add("", normal, -3);
  auto tokenizer = make(file);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("xa", SpecialTokens::as_text), (Ids{3 + 0xE2, 3 + 0x96, 3 + 0x81, 0, 260}));
  // No unknown token, no byte tokens, no types: nothing stands for "z".
  VocabularyFile bare;
  bare.model = "llama";
  bare.tokens = {"a", "b", "ab", "\u2581"};
  bare.scores = {-1, -2, -3, -4};
  tokenizer = make(bare);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("zab", SpecialTokens::as_text), (Ids{3, 0}));  // 0, 1, 2 are the default <unk>, <s>, </s>
}

TEST(EndTokens, ListedTextsAndIds) {
  VocabularyFile file = byte_bpe();
  const int32_t listed = file.add("<|im_end|>", normal), other = file.add("<|stop|>", normal), eot = file.add("<turn>", control);
  const int32_t sentence = file.add("<\uFF5Cend\u2581of\u2581sentence\uFF5C>", normal), plain = file.add("<|pad|>", control);
  file.ids = {{"eos_token_id", static_cast<uint32_t>(other)}, {"eot_token_id", static_cast<uint32_t>(eot)}};
  const auto tokenizer = make(file);
  for (const int32_t id : {listed, other, eot, sentence}) {
    EXPECT_TRUE(tokenizer->is_end(id) && tokenizer->is_control(id)) << id;
    EXPECT_EQ(tokenizer->encode(tokenizer->token_text(id), SpecialTokens::parse), Ids{id});
    EXPECT_GT(tokenizer->encode(tokenizer->token_text(id), SpecialTokens::as_text).size(), 5u);
  }
  EXPECT_FALSE(tokenizer->is_end(plain));
  EXPECT_FALSE(tokenizer->is_end('a'));
}

TEST(EndTokens, EndOfAChannelIsNoEndForGptOss) {
  VocabularyFile file = byte_bpe("gpt-4o");
  const int32_t end = file.add("<|end|>", control), ret = file.add("<|return|>", control);
  EXPECT_TRUE(make(file)->is_end(end));
  const int32_t call = file.add("<|call|>", control);
  const auto tokenizer = make(file);
  EXPECT_FALSE(tokenizer->is_end(end));
  EXPECT_TRUE(tokenizer->is_control(end));
  EXPECT_TRUE(tokenizer->is_end(ret) && tokenizer->is_end(call));
}

void expect_error(const VocabularyFile& file, engine::ErrorCode code, const std::string& part) {
  const Created created = file.create();
  ASSERT_FALSE(created.ok()) << part;
  EXPECT_EQ(created.error().code, code) << created.error().text();
  EXPECT_NE(created.error().text().find(part), std::string::npos) << created.error().text();
}

TEST(LyingFiles, AreRefusedWithTheCause) {
  using engine::ErrorCode;
  VocabularyFile file = byte_bpe();
  file.pre = "nobody-knows";
  expect_error(file, ErrorCode::unsupported, "nobody-knows");
  file.pre = "\x1b[2J\n\xff";  // a message goes to terminals and logs
  expect_error(file, ErrorCode::unsupported, "\"?[2J??\"");
  file = byte_bpe();
  file.model = "none";
  expect_error(file, ErrorCode::unsupported, "none");
  file.model = "\x1b[2J\n\xff";
  expect_error(file, ErrorCode::unsupported, "\"?[2J??\"");
  file.model.reset();
  expect_error(file, ErrorCode::unsupported, "tokenizer.ggml.model");
  file = byte_bpe();
  file.merges.reset();
  expect_error(file, ErrorCode::bad_file, "merges");
  file = byte_bpe();
  file.types->pop_back();
  expect_error(file, ErrorCode::bad_file, "255");
  file = byte_bpe();
  file.types->back() = 77;
  expect_error(file, ErrorCode::bad_file, "77");
  file = byte_bpe();
  file.tokens.clear();
  file.types.reset();
  expect_error(file, ErrorCode::bad_file, "tokens");
  for (const char* key : {"bos_token_id", "eos_token_id", "eot_token_id", "unknown_token_id", "padding_token_id", "fim_pre_token_id"}) {
    file = byte_bpe();
    file.ids[key] = 256;
    expect_error(file, ErrorCode::bad_file, key);
    file.ids[key] = 0xFFFFFFFF;  // how -1, "none", is written
    EXPECT_TRUE(file.create().ok()) << key;
  }
  file = byte_bpe();
  file.add(std::string(5000, '<'), control);
  expect_error(file, ErrorCode::bad_file, "5000");
  file = byte_spm();
  file.scores->pop_back();
  expect_error(file, ErrorCode::bad_file, "scores");
  file = byte_spm();
  file.scores.reset();
  file.tokens.emplace_back("x");
  file.types->push_back(normal);
  expect_error(file, ErrorCode::bad_file, "scores");
  file = byte_spm();
  file.scores->at(7) = std::nanf("");
  expect_error(file, ErrorCode::bad_file, "7");
  file = byte_spm();
  file.tokens[9] = "<0xZZ>";
  expect_error(file, ErrorCode::bad_file, "Token 9");
}

TEST(LyingFiles, MalformedMergesAreIgnored) {
  VocabularyFile file = byte_bpe();
  add_merge(file, "a", "b");
  for (const char* line : {"", " ", "ab", " x", "x ", "  "}) file.merges->emplace_back(line);
  const auto tokenizer = make(file);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("ab", SpecialTokens::as_text), Ids{256});
}

TEST(LyingFiles, AMillionEqualTokensAreQuick) {
  const double start = processor_seconds();
  for (const int32_t type : {normal, user_defined}) {
    for (VocabularyFile file : {byte_bpe(), byte_spm()}) {
      file.tokens.resize(1'000'000, "same");
      file.types->resize(1'000'000, type);
      if (file.scores) file.scores->resize(1'000'000, -1.0f);
      const auto tokenizer = make(file);
      ASSERT_TRUE(tokenizer);
      EXPECT_EQ(tokenizer->vocab_size(), 1'000'000);
      EXPECT_FALSE(tokenizer->encode("the same again", SpecialTokens::parse).empty());
    }
  }
  EXPECT_LT(processor_seconds() - start, 120.0);
}

TEST(LyingFiles, HostileTextsOfTokensDoNoHarm) {
  std::mt19937 random(44);
  for (int round = 0; round < 60; ++round) {
    VocabularyFile file = round % 2 ? byte_bpe(all_rules[random() % all_rules.size()]) : byte_spm();
    for (int i = 0; i < 100; ++i) {
      const std::string text = random() % 3 ? random_bytes(random, random() % 6) : random_text(random, random() % 3);
      const float scores[] = {0, -1, 1e30f, -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};
      file.add(text, 1 + static_cast<int32_t>(random() % 5), scores[random() % 5]);
      if (file.merges) file.merges->push_back(random_bytes(random, random() % 8));
    }
    const auto tokenizer = make(file);
    ASSERT_TRUE(tokenizer);
    for (int i = 0; i < 20; ++i) {
      const std::string text = i % 2 ? random_bytes(random, 40) : random_text(random, 40);
      for (const auto special : {SpecialTokens::as_text, SpecialTokens::parse}) {
        const Ids ids = tokenizer->encode(text, special);
        for (const int32_t id : ids) {
          ASSERT_GE(id, 0);
          ASSERT_LT(id, tokenizer->vocab_size());
          EXPECT_TRUE(special == SpecialTokens::parse || id == 0 || !tokenizer->is_control(id)) << id;
        }
        EXPECT_LE(tokenizer->decode(ids, special).size(), 40 * text.size() + 40);
      }
    }
  }
}

}  // namespace
}  // namespace hearth_test
